//! `cargo xtask tidy`: the house rules that no other tool knows.
//!
//! Each rule looks at one line of one file ([`RULES`]), but for the length of a file. The words that are looked for are
//! written in pieces, so that this file does not trip itself. To add a rule: a row in the table, and a case in the tests.

use std::path::{Path, PathBuf};

use crate::report::{Finding, Verdict, conclude};
use crate::workspace;

/// A file longer than this is two ideas; the centre of good ones is 70 to 300.
const LINES_MAX: usize = 600;

/// What belongs to the project, below the root.
const PLACES: [&str; 11] =
    ["crates", "xtask", "examples", "fuzz", "config", "migrations", "docs", "deploy", ".ci", ".cargo", ".config"];

/// Checks the files of the workspace.
///
/// # Errors
/// If a directory cannot be listed or a file cannot be read.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let mut files: Vec<PathBuf> = Vec::new();
    for place in PLACES {
        files.extend(workspace::files_below(&workspace::root().join(place))?);
    }
    for entry in std::fs::read_dir(workspace::root())? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    let mut findings = Vec::new();
    for file in &files {
        // Pictures and other data are not for reading.
        if let Ok(text) = String::from_utf8(std::fs::read(file)?) {
            findings.extend(breaches(workspace::relative(file), &text));
        }
    }
    Ok(conclude("tidy", &format!("{} files", files.len()), &findings))
}

/// A rule about single lines.
struct Rule {
    /// Which files it is about.
    concerns: fn(&Path) -> bool,
    /// The word that breaks it, if the line has one.
    broken_by: fn(&str) -> Option<&'static str>,
    /// Whether test code, from `#[cfg(test)]` to the end of the file, may do it.
    free_in_tests: bool,
    rule: &'static str,
    remedy: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        concerns: is_rust,
        broken_by: |line| first_of(line, IGNORED),
        free_in_tests: false,
        rule: "no test is ignored: one that does not run proves nothing",
        remedy: "make it run, or delete it",
    },
    Rule {
        concerns: is_rust,
        broken_by: |line| first_of(line, UNFINISHED),
        free_in_tests: false,
        rule: "no stub and no debugging aid reaches `main`",
        remedy: "finish it, or leave it out until it is its turn",
    },
    Rule {
        concerns: is_rust,
        broken_by: |line| first_of(line, SLEEPING),
        free_in_tests: false,
        rule: "nobody sleeps for luck, and nobody blocks a worker thread",
        remedy: "wait on a channel with a bound, use tokio's time in an adapter, `run_at` of a job in the app",
    },
    Rule {
        concerns: |file| is_rust(file) && !speaks_russian(file),
        broken_by: |line| line.chars().any(is_cyrillic).then_some("Cyrillic letters"),
        free_in_tests: true,
        rule: "what a user reads lives in the Fluent files",
        remedy: "move the text to config/locales and render it in `app::screens`",
    },
    Rule {
        concerns: |_| true,
        broken_by: |line| first_of(line, FOREIGN),
        free_in_tests: false,
        rule: "the project speaks of itself only, not of the machine or the tools it was written with",
        remedy: "say it without, or with a path inside the repository",
    },
];

const IGNORED: &[&str] = &[concat!("#[ig", "nore"), concat!("```ig", "nore"), concat!("```rust,ig", "nore")];
const UNFINISHED: &[&str] = &[concat!("to", "do!("), concat!("unimpl", "emented!("), concat!("db", "g!(")];
const SLEEPING: &[&str] = &[concat!("thread::", "sleep")];
const FOREIGN: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/tmp/tar", "get-"),
    concat!("farm", "-bench"),
    concat!("farm", "-studio"),
    concat!("Cl", "aude"),
    concat!("Anth", "ropic"),
];

fn breaches(file: &Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_tests = false;
    for (number, line) in (1..).zip(text.lines()) {
        in_tests |= line.trim_start().starts_with("#[cfg(test)]");
        for rule in RULES.iter().filter(|rule| (rule.concerns)(file) && !(in_tests && rule.free_in_tests)) {
            findings.extend((rule.broken_by)(line).map(|word| Finding {
                file: file.to_owned(),
                line: number,
                what: format!("`{word}`: `{}`", line.trim()),
                rule: rule.rule,
                remedy: rule.remedy.to_owned(),
            }));
        }
    }
    let length = text.lines().count();
    if is_rust(file) && has_part(file, "src") && length > LINES_MAX {
        findings.push(Finding {
            file: file.to_owned(),
            line: length,
            what: format!("{length} lines, at most {LINES_MAX} are wanted"),
            rule: "a file holds one idea",
            remedy: "cut it where a second noun begins; tests may go to a file beside it".to_owned(),
        });
    }
    findings
}

fn first_of(line: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|word| line.contains(word))
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

fn has_part(file: &Path, part: &str) -> bool {
    file.iter().any(|name| name == part)
}

/// Tests show what a user reads; the simulators draw and recognise Russian prompts.
fn speaks_russian(file: &Path) -> bool {
    let is_test = has_part(file, "tests") || file.file_stem().is_some_and(|stem| stem == "tests");
    // A conformance suite is a test that other crates can run.
    is_test
        || has_part(file, "benches")
        || has_part(file, "conformance")
        || file.starts_with("crates/sandbox")
        || ALPHABET.iter().any(|spelling| file.ends_with(spelling))
}

/// Where letters are compared with what a user typed: nothing there is said to a user.
const ALPHABET: [&str; 3] =
    ["app/src/search/words.rs", "app/src/conversation/wizard/naming.rs", "domain/src/payment/top_up.rs"];

fn is_cyrillic(letter: char) -> bool {
    ('\u{0400}'..='\u{052f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(file: &str, text: &str) -> Vec<usize> {
        breaches(Path::new(file), text).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn every_word_is_found_with_its_line() {
        for word in [IGNORED, UNFINISHED, SLEEPING, FOREIGN].concat() {
            let text = format!("fn a() {{}}\n    {word}\n");
            assert_eq!(lines("crates/app/src/a.rs", &text), [2], "{word}");
            assert_eq!(lines("crates/app/tests/a.rs", &format!("#[cfg(test)]\n{word}")), [2], "{word} in a test");
        }
        assert_eq!(lines("crates/app/src/a.rs", "fn methodo() { let todo = 1; }\n"), [0; 0]);
    }

    #[test]
    fn only_foreign_words_are_looked_for_outside_rust() {
        let text = format!("{}\n{}\n", UNFINISHED[0], FOREIGN[0]);
        assert_eq!(lines("docs/ARCHITECTURE.md", &text), [2]);
    }

    #[test]
    fn russian_stays_where_it_may() {
        let text = "let text = \"Баланс\";\n";
        for (file, expected) in [
            ("crates/app/src/menu.rs", vec![1]),
            ("crates/telegram-adapter/src/split.rs", vec![1]),
            ("crates/app/src/screens/tests.rs", vec![]),
            ("crates/app/tests/screens.rs", vec![]),
            ("crates/sandbox/src/picture.rs", vec![]),
            ("crates/app/src/search/words.rs", vec![]),
            ("crates/app/src/search.rs", vec![1]),
            ("config/locales/ru/screens.ftl", vec![]),
        ] {
            assert_eq!(lines(file, text), expected, "{file}");
        }
        assert_eq!(lines("crates/app/src/menu.rs", &format!("{text}#[cfg(test)]\nmod tests {{ {text} }}")), [1]);
    }

    #[test]
    fn a_long_source_file_is_found() {
        let long = "\n".repeat(LINES_MAX + 1);
        assert_eq!(lines("crates/app/src/a.rs", &long), [LINES_MAX + 1]);
        assert_eq!(lines("crates/app/src/a.rs", &long[1..]), [0; 0]);
        assert_eq!(lines("crates/app/tests/a.rs", &long), [0; 0]);
        assert_eq!(lines("config/models/a.toml", &long), [0; 0]);
    }
}
