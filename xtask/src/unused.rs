//! `cargo xtask unused`: every dependency is used.
//!
//! A check of our own, so that it runs everywhere: the name of each dependency must occur, as a word outside comments,
//! in the sources that its table serves. It cannot see a name that only a macro makes; that is what the table of
//! exceptions is for. cargo-machete, if it is installed, looks a second time.

use std::path::Path;

use crate::manifest::{self, Entry, Kind};
use crate::report::{Finding, Verdict, conclude};
use crate::workspace;

/// Dependencies that no source names, each with its reason: (package, dependency, reason).
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("storage", "libsqlite3-sys", "only its feature `bundled` is wanted: diesel links the SQLite that it builds")];

const RULE: &str = "every dependency is used";

/// Checks the packages of the workspace.
///
/// # Errors
/// If a manifest or a source cannot be read.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let metadata = workspace::metadata()?;
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let entries = manifest::dependencies(&manifest::read(&package.manifest_path)?)?;
        let sources = Sources::read(package.directory())?;
        findings.extend(breaches(&package.name, package.manifest(), &entries, &sources));
    }
    let own = conclude("unused", &format!("{} packages", metadata.packages.len()), &findings);
    if own.is_failure() {
        return Ok(own);
    }
    if !workspace::has_subcommand("machete") {
        let text = "cargo-machete is not installed, only the check of our own was run; get it by \
                    `cargo install --locked cargo-machete`";
        return Ok(Verdict::Incomplete(text.to_owned()));
    }
    workspace::passthrough(&mut workspace::cargo(["machete"]))
}

/// The code of a package, without comments.
#[derive(Debug, Default)]
struct Sources {
    /// What is built for its users: `src`.
    product: String,
    /// What is built for its tests: `tests`, `benches`, `examples`.
    checks: String,
    /// `build.rs`.
    build: String,
}

impl Sources {
    fn read(package: &Path) -> anyhow::Result<Self> {
        let mut sources = Self::default();
        for directory in ["src", "tests", "benches", "examples"] {
            let text = if directory == "src" { &mut sources.product } else { &mut sources.checks };
            for file in workspace::files_below(&package.join(directory))? {
                if file.extension().is_some_and(|extension| extension == "rs") {
                    push_code(text, &manifest::read(&file)?);
                }
            }
        }
        let build = package.join("build.rs");
        if build.exists() {
            push_code(&mut sources.build, &manifest::read(&build)?);
        }
        Ok(sources)
    }

    fn name(&self, kind: Kind, word: &str) -> bool {
        match kind {
            Kind::Normal => has_word(&self.product, word),
            Kind::Dev => has_word(&self.product, word) || has_word(&self.checks, word),
            Kind::Build => has_word(&self.build, word),
        }
    }
}

fn breaches(package: &str, file: &Path, entries: &[Entry], sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in entries {
        let is_exception = EXCEPTIONS.iter().any(|(of, key, _)| *of == package && *key == entry.key);
        let is_named = sources.name(entry.kind, &entry.key.replace('-', "_"));
        let (what, remedy) = match (is_named, is_exception) {
            (false, false) => (
                format!("nothing that [{}] serves names `{}`", entry.kind.table(), entry.key),
                "delete it; if only a feature of it is wanted, say so in EXCEPTIONS of xtask/src/unused.rs".to_owned(),
            ),
            (true, true) => (
                format!("`{}` is named in the sources, and excepted as if it were not", entry.key),
                "delete its row in EXCEPTIONS of xtask/src/unused.rs".to_owned(),
            ),
            (true, false) | (false, true) => continue,
        };
        findings.push(Finding { file: file.to_owned(), line: entry.line, what, rule: RULE, remedy });
    }
    findings
}

fn push_code(code: &mut String, text: &str) {
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        code.push_str(line);
        code.push('\n');
    }
}

/// Whether `word` occurs with no letter, digit or underscore on either side.
fn has_word(code: &str, word: &str) -> bool {
    let is_inner = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word)
        .any(|(start, _)| !code[..start].ends_with(is_inner) && !code[start + word.len()..].starts_with(is_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unused(package: &str, manifest_text: &str, sources: &Sources) -> Vec<usize> {
        let entries = manifest::dependencies(manifest_text).unwrap();
        let mut lines: Vec<_> =
            breaches(package, Path::new("Cargo.toml"), &entries, sources).iter().map(|found| found.line).collect();
        lines.sort_unstable();
        lines
    }

    fn sources(product: &str, checks: &str) -> Sources {
        let mut sources = Sources::default();
        push_code(&mut sources.product, product);
        push_code(&mut sources.checks, checks);
        sources
    }

    #[test]
    fn a_name_counts_as_a_word_outside_comments() {
        assert!(has_word("use tokio_util::sync::X;", "tokio_util"));
        assert!(!has_word("use tokio_util::sync::X;", "tokio"));
        assert!(!has_word("my_serde::a", "serde"));
        assert!(has_word("my_serde::a; serde::b", "serde"));

        let manifest = "[dependencies]\ntokio-util.workspace = true\nserde.workspace = true\n";
        assert_eq!(unused("web", manifest, &sources("use tokio_util::A;\n// serde is not used\n", "")), [3]);
    }

    #[test]
    fn each_table_is_served_by_its_own_sources() {
        let manifest = "[dependencies]\nserde.workspace = true\n[dev-dependencies]\ninsta.workspace = true\n\
            [build-dependencies]\ncc.workspace = true\n";
        assert_eq!(unused("web", manifest, &sources("serde::x; cc::y", "insta::z")), [6]);
        assert_eq!(unused("web", manifest, &sources("insta::x", "serde::y")), [2, 6]);
    }

    #[test]
    fn an_exception_holds_for_its_package_and_only_while_it_is_needed() {
        let (package, dependency, _) = EXCEPTIONS[0];
        let manifest = format!("[dependencies]\n{dependency}.workspace = true\n");
        assert_eq!(unused(package, &manifest, &sources("", "")), [0; 0]);
        assert_eq!(unused("web", &manifest, &sources("", "")), [2]);
        assert_eq!(unused(package, &manifest, &sources("libsqlite3_sys::version()", "")), [2]);
    }
}
