//! What a document says of the code by name is there: the tests of `docs/FAILURES.md` and `docs/SECURITY.md`, the limits of `docs/LIMITS.md`.
//!
//! Each row of a table names its proof in the last column, in backticks. A part of `cargo xtask docs`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::report::Finding;
use crate::{manifest, workspace};

/// What the last column of a document's tables holds.
#[derive(Clone, Copy)]
enum Proof {
    /// Names of tests, each a `fn` somewhere in the tree.
    Tests,
    /// A file, and what stands in it word for word.
    Words,
}

const DOCUMENTS: &[(&str, Proof)] =
    &[("docs/FAILURES.md", Proof::Tests), ("docs/SECURITY.md", Proof::Tests), ("docs/LIMITS.md", Proof::Words)];

/// Looks at those documents that are there.
///
/// # Errors
/// If a file cannot be read.
pub(crate) fn findings() -> anyhow::Result<Vec<Finding>> {
    let root = workspace::root();
    let mut functions = BTreeSet::new();
    for place in ["crates", "xtask"] {
        for file in workspace::files_below(&root.join(place))? {
            if file.extension().is_some_and(|extension| extension == "rs") {
                functions.extend(named_functions(&manifest::read(&file)?));
            }
        }
    }
    let mut findings = Vec::new();
    for (file, proof) in DOCUMENTS {
        let path = root.join(file);
        if path.exists() {
            let holds = |words: &[&str]| match proof {
                Proof::Tests => missing_test(words, &functions),
                Proof::Words => missing_words(words, |file| manifest::read(&root.join(file)).ok()),
            };
            findings.extend(breaches(Path::new(file), &manifest::read(&path)?, holds));
        }
    }
    Ok(findings)
}

/// The rows whose proof is missing; `lacks` says what is missing of one row's words.
fn breaches(file: &Path, text: &str, lacks: impl Fn(&[&str]) -> Option<String>) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.starts_with('|') && line.chars().all(|letter| "|-: ".contains(letter));
    let is_row = |at: usize, line: &str| {
        line.starts_with('|') && !is_rule(line) && !lines.get(at + 1).is_some_and(|next| is_rule(next))
    };
    let rows = lines.iter().enumerate().filter(|(at, line)| is_row(*at, line));
    let breach = |(at, line): (usize, &&str)| {
        let what = lacks(&quoted(last_cell(line)))?;
        Some(Finding {
            file: file.to_owned(),
            line: at + 1,
            what,
            rule: "what a document says of the code by name is there",
            remedy: "correct the last column, or write what it names".to_owned(),
        })
    };
    rows.filter_map(breach).collect()
}

fn last_cell(row: &str) -> &str {
    let row = row.trim_end().trim_end_matches('|');
    let mut bars = row.match_indices('|').filter(|(at, _)| !row[..*at].ends_with('\\'));
    bars.next_back().map_or(row, |(at, _)| &row[at + 1..])
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn missing_test(words: &[&str], functions: &BTreeSet<String>) -> Option<String> {
    if words.is_empty() {
        return Some("the row names no test".to_owned());
    }
    let name = |word: &&str| word.rsplit("::").next().unwrap_or(word).to_owned();
    words.iter().map(name).find(|name| !functions.contains(name)).map(|name| format!("no test is called `{name}`"))
}

fn missing_words(words: &[&str], read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let Some((file, words)) = words.split_first().filter(|(_, words)| !words.is_empty()) else {
        return Some("the row names no file with what stands in it".to_owned());
    };
    let Some(text) = read(file) else { return Some(format!("there is no file `{file}`")) };
    words.iter().find(|word| !text.contains(**word)).map(|word| format!("`{file}` does not say `{word}`"))
}

/// The functions that a source file defines.
fn named_functions(source: &str) -> Vec<String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let after = |line: &str| {
        let (before, rest) = line.split_once("fn ")?;
        let name: String = rest.chars().take_while(|letter| is_letter(*letter)).collect();
        (!before.ends_with(is_letter) && !name.is_empty()).then_some(name)
    };
    source.lines().filter_map(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# Failures\n\n| what | test |\n|---|:---|\n| a \\| b | `it_is_so`, `whole::door::it_is_not` |\n| c | `nobody` |\n| d | by eye |\n";

    fn lines(text: &str, lacks: impl Fn(&[&str]) -> Option<String>) -> Vec<(usize, String)> {
        breaches(Path::new("docs/FAILURES.md"), text, lacks)
            .into_iter()
            .map(|finding| (finding.line, finding.what))
            .collect()
    }

    #[test]
    fn a_test_that_is_not_there_and_a_row_without_one_are_found() {
        let source = "    async fn it_is_so() {\npub(crate) fn it_is_not<T>(\n// a cfn nobody\n";
        let functions: BTreeSet<String> = named_functions(source).into_iter().collect();
        let wanted = [(6, "no test is called `nobody`".to_owned()), (7, "the row names no test".to_owned())];
        assert_eq!(lines(TABLE, |words| missing_test(words, &functions)), wanted);
    }

    #[test]
    fn a_limit_must_stand_in_its_file_word_for_word() {
        let text = "| limit | place |\n|---|---|\n| a | `a.rs`: `MAX: u32 = 5` |\n| b | `a.rs`: `MAX: u32 = 6` |\n| c | `b.rs`: `X` |\n| d | `a.rs` |\n";
        let read = |file: &str| (file == "a.rs").then(|| "const MAX: u32 = 5;".to_owned());
        let found: Vec<usize> =
            lines(text, |words| missing_words(words, read)).into_iter().map(|(line, _)| line).collect();
        assert_eq!(found, [4, 5, 6]);
    }
}
