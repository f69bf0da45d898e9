//! Dockerfile and .dockerignore.

use std::path::PathBuf;

use super::{CODE, wrong_command};
use crate::facts::Facts;
use crate::report::Finding;

pub(super) const FILE: &str = "Dockerfile";
pub(super) const IGNORE_FILE: &str = ".dockerignore";

const SAFE: &str = "an image is small, runs without rights, and holds no secret";
const SAME: &str = "what was tested is what is built";

/// Debian's releases, by name and number: a binary wants the C library that it was built with, or a newer one.
const DEBIAN: [(&str, &str); 3] = [("bookworm", "12"), ("trixie", "13"), ("forky", "14")];

/// The channel that rust-toolchain.toml pins.
pub(super) fn pinned(toolchain: &str) -> String {
    let line = toolchain.lines().find_map(|line| line.trim().strip_prefix("channel"));
    line.unwrap_or_default().trim_matches([' ', '=', '"']).to_owned()
}

/// An instruction with its line; continued lines are one, comments are gone.
struct Instruction {
    line: usize,
    word: String,
    rest: String,
}

fn instructions(text: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut goes_on = false;
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (piece, next_goes_on) = text.strip_suffix('\\').map_or((text, false), |piece| (piece.trim_end(), true));
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.rest.push(' ');
                last.rest.push_str(piece);
            }
            None => {
                let (word, rest) = piece.split_once(' ').unwrap_or((piece, ""));
                found.push(Instruction { line, word: word.to_ascii_uppercase(), rest: rest.trim().to_owned() });
            }
        }
        goes_on = next_goes_on;
    }
    found
}

/// What is wrong with the Dockerfile.
pub(super) fn breaches(text: &str, facts: &Facts, toolchain: &str) -> Vec<Finding> {
    let instructions = instructions(text);
    let mut findings = Vec::new();
    let mut find = |line: usize, rule, what: String, remedy: &str| {
        findings.push(Finding { file: PathBuf::from(FILE), line, what, rule, remedy: remedy.to_owned() });
    };
    let mut releases: Vec<&str> = Vec::new();
    for from in instructions.iter().filter(|instruction| instruction.word == "FROM") {
        let image = from.rest.split_whitespace().next().unwrap_or_default();
        let tag = image.rsplit('/').next().unwrap_or_default().split_once(':').map_or("", |(_, tag)| tag);
        if tag.is_empty() || tag == "latest" {
            find(from.line, SAME, format!("`{image}` may change under the build"), "name a version");
        }
        if image.starts_with("rust:") && !tag.starts_with(&format!("{toolchain}-")) {
            find(
                from.line,
                SAME,
                format!("`{image}` is not the pinned {toolchain}"),
                "name rust-toolchain.toml's version",
            );
        }
        let release =
            DEBIAN.iter().find(|(name, number)| image.contains(name) || image.contains(&format!("debian{number}")));
        releases.extend(release.map(|(name, _)| *name));
    }
    releases.dedup();
    if releases.len() != 1 {
        let what = format!(
            "the stages stand on {}",
            if releases.is_empty() { "no known Debian".to_owned() } else { releases.join(" and ") }
        );
        find(0, SAME, what, "build and run on the same release: the C library is the system's");
    }
    for pin in instructions
        .iter()
        .filter(|instruction| instruction.word == "ENV" && instruction.rest.starts_with("RUSTUP_TOOLCHAIN"))
    {
        if !pin.rest.ends_with(toolchain) {
            find(
                pin.line,
                SAME,
                format!("`{}` is not the pinned {toolchain}", pin.rest),
                "name rust-toolchain.toml's version",
            );
        }
    }
    for run in instructions.iter().filter(|instruction| instruction.word == "RUN") {
        if run.rest.contains("cargo build") {
            for words in ["--release", "--locked", "-p kiebot", "--no-default-features"] {
                if run.rest.matches("cargo build").count() > run.rest.matches(words).count() {
                    find(run.line, SAME, format!("a build without `{words}`"), "add it");
                }
            }
        }
        if run.rest.contains("apt-get install") && !run.rest.contains("--no-install-recommends") {
            find(run.line, SAFE, "what is recommended is installed, too".to_owned(), "add `--no-install-recommends`");
        }
    }
    for setting in instructions.iter().filter(|instruction| matches!(instruction.word.as_str(), "ENV" | "ARG")) {
        let name = setting.rest.split(['=', ' ']).next().unwrap_or_default();
        if facts.variable(name).is_some_and(|variable| variable.secret) {
            find(
                setting.line,
                SAFE,
                format!("`{name}` would stay in the image"),
                "give it to the container at its start",
            );
        }
    }
    for add in instructions.iter().filter(|instruction| instruction.word == "ADD") {
        find(add.line, SAFE, "`ADD` unpacks and downloads".to_owned(), "write `COPY`");
    }
    let last = instructions.iter().rposition(|instruction| instruction.word == "FROM").unwrap_or(0);
    let last = instructions.get(last..).unwrap_or_default();
    let of = |word: &str| last.iter().rev().find(|instruction| instruction.word == word);
    match of("USER") {
        None => find(0, SAFE, "the last stage names no user".to_owned(), "write `USER nonroot`"),
        Some(user) if ["root", "0"].contains(&user.rest.split(':').next().unwrap_or_default()) => {
            find(user.line, SAFE, "it runs as root".to_owned(), "write `USER nonroot`");
        }
        Some(_) => {}
    }
    match (of("ENTRYPOINT"), of("CMD")) {
        (Some(entry), Some(command)) => match (words(&entry.rest), words(&command.rest)) {
            (Some(entry_words), Some(command_words)) => {
                if let Some(wrong) = wrong_command(&[entry_words, command_words].concat(), facts) {
                    find(command.line, CODE, wrong, "see `kiebot --help`");
                }
            }
            _ => {
                let what = "a shell would stand between SIGTERM and the bot".to_owned();
                find(entry.line, CODE, what, "write ENTRYPOINT and CMD as JSON lists");
            }
        },
        _ => find(0, CODE, "ENTRYPOINT or CMD is missing".to_owned(), "write both"),
    }
    match of("HEALTHCHECK")
        .map(|check| (check.line, check.rest.split_once("CMD ").and_then(|(_, command)| words(command))))
    {
        None => find(0, CODE, "there is no HEALTHCHECK".to_owned(), "write one that runs `kiebot health`"),
        Some((line, None)) => {
            find(line, CODE, "the check wants a shell, and there is none".to_owned(), "write it as a JSON list")
        }
        Some((line, Some(words))) => {
            if let Some(wrong) = wrong_command(&words, facts) {
                find(line, CODE, wrong, "run `kiebot health`");
            }
        }
    }
    findings
}

fn words(list: &str) -> Option<Vec<String>> {
    serde_json::from_str(list.trim()).ok()
}

/// What is wrong with the list of what stays out.
pub(super) fn ignored(text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let finding = |what: &str, remedy: &str| Finding {
        file: PathBuf::from(IGNORE_FILE),
        line: 0,
        what: what.to_owned(),
        rule: SAFE,
        remedy: remedy.to_owned(),
    };
    let mut findings = Vec::new();
    if !lines.contains(&"*") {
        findings.push(finding(
            "everything goes into the making of the image, a file of secrets too",
            "begin with `*`, then name what is built",
        ));
    }
    for needed in ["!Cargo.toml", "!Cargo.lock", "!crates", "!config", "!migrations", "!xtask"] {
        if !lines.contains(&needed) {
            findings.push(finding(&format!("`{needed}` is missing, and the build needs it"), "add it"));
        }
    }
    for kept_out in ["**/target", "**/*.env"] {
        if !lines.contains(&kept_out) {
            findings.push(finding(&format!("`{kept_out}` is missing"), "add it at the end"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::sample;

    const SOUND: &str = include_str!("../../../Dockerfile");
    const IGNORE: &str = include_str!("../../../.dockerignore");
    const TOOLCHAIN: &str = include_str!("../../../rust-toolchain.toml");

    fn found(text: &str) -> Vec<String> {
        breaches(text, &sample(), &pinned(TOOLCHAIN)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_files_of_the_workspace_are_sound() {
        assert_eq!(found(SOUND), [""; 0]);
        assert_eq!(ignored(IGNORE), []);
    }

    #[test]
    fn each_spoiled_image_is_found() {
        for (is, instead, piece) in [
            ("rust:1.95.0-slim-bookworm AS build", "rust:1.80.0-slim-bookworm AS build", "not the pinned"),
            ("rust:1.95.0-slim-bookworm AS build", "rust AS build", "may change under the build"),
            ("RUSTUP_TOOLCHAIN=1.95.0", "RUSTUP_TOOLCHAIN=1.94.0", "not the pinned"),
            ("cc-debian12:nonroot", "cc-debian13:nonroot", "bookworm and trixie"),
            ("cc-debian12:nonroot", "cc-debian12:latest", "may change under the build"),
            ("USER nonroot", "USER root", "runs as root"),
            ("USER nonroot\n", "", "names no user"),
            ("CMD [\"serve\"]", "CMD [\"sevre\"]", "`kiebot sevre`"),
            ("CMD [\"serve\"]", "CMD serve", "a shell would stand"),
            ("\"health\"]", "\"healthy\"]", "`kiebot healthy`"),
            ("HEALTHCHECK", "LABEL", "no HEALTHCHECK"),
            ("EXPOSE 8080", "ENV TELEGRAM_BOT_TOKEN=1:x", "would stay in the image"),
            ("EXPOSE 8080", "ADD https://example.com/x /x", "write `COPY`"),
            ("RUN find crates", "RUN apt-get install -y curl && find crates", "--no-install-recommends"),
            ("--no-default-features \\", "\\", "without `--no-default-features`"),
        ] {
            assert!(SOUND.contains(is), "the Dockerfile has no `{is}` any more");
            let findings = found(&SOUND.replacen(is, instead, 1));
            assert!(findings.iter().any(|finding| finding.contains(piece)), "`{instead}`: {findings:#?}");
        }
        for line in ["*", "!crates", "**/*.env"] {
            let text: Vec<_> = IGNORE.lines().filter(|other| *other != line).collect();
            assert_eq!(ignored(&text.join("\n")).len(), 1, "{line}");
        }
    }
}
