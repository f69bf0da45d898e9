//! The tree: whether what is deployed from it agrees with itself.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::line::{How, Line};
use crate::facts::Facts;
use crate::report::Finding;
use crate::{deploy, manifest, migrations, render, workspace};

/// The languages that users read, as folders below config/locales.
const LANGUAGES: [&str; 2] = ["ru", "en"];
const LOCALES: &str = "config/locales";

/// A line for each file or folder.
///
/// # Errors
/// If one cannot be read.
pub(super) fn lines(facts: &Facts) -> anyhow::Result<Vec<Line>> {
    const AGREES: &str = "its form is right, and it says what the code says";
    let mut lines = vec![line("render.yaml", &render::findings(facts)?, AGREES, "`cargo xtask render` tells all")];
    for (file, findings) in deploy::findings(facts)? {
        lines.push(line(file, &findings, AGREES, "`cargo xtask deploy` tells all"));
    }
    let paired = "both databases have the same migrations, up and down, and nothing is dropped without a word";
    lines.push(line("migrations", &migrations::findings()?, paired, "`cargo xtask migrations` tells all"));
    let [ru, en] = LANGUAGES.map(keys);
    lines.push(line("locales", &gaps(&ru?, &en?), "each text stands in both languages", "translate it"));
    Ok(lines)
}

fn line(check: &str, findings: &[Finding], wanted: &str, more: &str) -> Line {
    let Some(first) = findings.first() else { return Line::ok(check, "sound", wanted) };
    let place = if first.line > 0 { format!("line {}: ", first.line) } else { String::new() };
    let others = if findings.len() > 1 { format!(" (and {} more)", findings.len() - 1) } else { String::new() };
    Line::bad(
        check,
        How::Problem,
        format!("{place}{}{others}", first.what),
        wanted,
        format!("{}; {more}", first.remedy),
    )
}

/// The keys of a language's texts; terms (`-name`) are the translator's own.
fn keys(language: &str) -> anyhow::Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for file in workspace::files_below(&workspace::root().join(LOCALES).join(language))? {
        keys.extend(keys_of(&manifest::read(&file)?));
    }
    Ok(keys)
}

fn keys_of(text: &str) -> impl Iterator<Item = String> {
    let names = text.lines().filter_map(|line| Some(line.split_once('=')?.0.trim_end()));
    let is_key = |name: &&str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    names.filter(is_key).map(str::to_owned)
}

fn gaps(ru: &BTreeSet<String>, en: &BTreeSet<String>) -> Vec<Finding> {
    let gap = |key: &String, lacking: &str| Finding {
        file: PathBuf::from(LOCALES).join(lacking),
        line: 0,
        what: format!("`{key}` is missing in {LOCALES}/{lacking}"),
        rule: "each text stands in both languages",
        remedy: format!("write `{key}` there"),
    };
    let missing = ru.difference(en).map(|key| gap(key, "en")).chain(en.difference(ru).map(|key| gap(key, "ru")));
    let mut found: Vec<Finding> = missing.collect();
    if ru.is_empty() {
        found.push(gap(&"every text".to_owned(), "ru"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_one_language_lacks_is_named() {
        let set = |text: &str| keys_of(text).collect::<BTreeSet<_>>();
        let text = "# key = in a comment\nwelcome = Hello\n    more = of it\nbye =\n    Bye { $a ->\n        [one] x\n    }\n-brand = kiebot\n";
        assert_eq!(set(text).into_iter().collect::<Vec<_>>(), ["bye", "welcome"]);
        assert_eq!(gaps(&set(text), &set(text)), []);
        let found = gaps(&set(text), &set("welcome = Hello\nextra = more\n"));
        let what: Vec<_> = found.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(what, ["`bye` is missing in config/locales/en", "`extra` is missing in config/locales/ru"]);
        assert_eq!(gaps(&set(""), &set("")).len(), 1, "no text at all is no agreement");
    }

    #[test]
    fn the_first_finding_is_told_and_the_others_are_counted() {
        let finding = |line, what: &str| Finding {
            file: PathBuf::from("render.yaml"),
            line,
            what: what.to_owned(),
            rule: "a rule",
            remedy: "mend it".to_owned(),
        };
        let line = line("render.yaml", &[finding(7, "a thing"), finding(9, "another")], "sound", "all");
        assert_eq!((line.verdict, line.found.as_str()), (How::Problem, "line 7: a thing (and 1 more)"));
        assert_eq!(line.remedy, "mend it; all");
    }
}
