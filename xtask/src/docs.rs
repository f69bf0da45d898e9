//! `cargo xtask docs`: what documents say of the code is what the code says.
//!
//! What documents name in the code (`named`) is looked for. Two are made by the bot itself: the table of variables in README.md (between two marks, which stay) and the shop window, docs/MODELS.md (all of
//! it).

use std::path::Path;

use anyhow::Context;

use crate::report::{Finding, Verdict, conclude};
use crate::{manifest, named, workspace};

const BEGIN: &str = "<!-- config:begin -->";
const END: &str = "<!-- config:end -->";

/// A document and the command of the bot that says what stands in it.
struct Document {
    file: &'static str,
    command: &'static [&'static str],
    rule: &'static str,
    /// The whole text as it should be, from the one that stands there and what the command said; `None` if it has no place for it.
    wanted: fn(&str, &str) -> Option<String>,
}

const DOCUMENTS: &[Document] = &[
    Document {
        file: "README.md",
        command: &["config-table"],
        rule: "the table of variables is made from the registry in the code, never by hand",
        wanted: with_table,
    },
    Document {
        file: "docs/MODELS.md",
        command: &["catalog", "table"],
        rule: "the list of models is made from config/models, never by hand",
        wanted: |_, said| Some(format!("{}\n", said.trim_end())),
    },
];

/// Compares the documents, or writes them.
///
/// # Errors
/// If the bot cannot be built, or a document cannot be read or written.
pub(crate) fn run(write: bool) -> anyhow::Result<Verdict> {
    let mut findings = named::findings()?;
    for document in DOCUMENTS {
        findings.extend(check(document, write)?);
    }
    Ok(conclude(
        "docs",
        "the table of variables, the list of models, the tests and limits that documents name",
        &findings,
    ))
}

fn check(document: &Document, write: bool) -> anyhow::Result<Option<Finding>> {
    let path = workspace::root().join(document.file);
    let mut bot = workspace::cargo(["run", "--quiet", "--package", "kiebot", "--"]);
    let said = workspace::captured(bot.args(document.command))?;
    // A document that is not there yet is an empty one.
    let mut text = if path.exists() { manifest::read(&path)? } else { String::new() };
    if write && let Some(wanted) = (document.wanted)(&text, &said) {
        write_to(&path, &wanted)?;
        text = wanted;
    }
    Ok(breach(document, &text, &said))
}

fn write_to(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// The first line that is not as the bot says.
fn breach(document: &Document, text: &str, said: &str) -> Option<Finding> {
    let finding = |line, what: String, remedy: String| Finding {
        file: document.file.into(),
        line,
        what,
        rule: document.rule,
        remedy,
    };
    let Some(wanted) = (document.wanted)(text, said) else {
        let what = format!("the marks `{BEGIN}` and `{END}`, each on a line of its own, are missing");
        let remedy = "put both where the table belongs, then run `cargo xtask docs --write`".to_owned();
        return Some(finding(0, what, remedy));
    };
    let mut numbered = (1..).zip(text.lines().map(Some).chain([None]).zip(wanted.lines().map(Some).chain([None])));
    let (line, (is, should)) = numbered.find(|(_, (is, should))| is != should)?;
    let shown = |text: Option<&str>| text.map_or_else(|| "the end".to_owned(), |text| format!("`{text}`"));
    let what = format!("is {}\n    wanted: {}", shown(is), shown(should));
    Some(finding(line, what, "run `cargo xtask docs --write`".to_owned()))
}

/// The text with the table between its marks; `None` if a mark is missing.
fn with_table(readme: &str, table: &str) -> Option<String> {
    let line_of = |mark: &str| readme.lines().position(|line| line.trim() == mark);
    let (begin, end) = (line_of(BEGIN)?, line_of(END)?);
    if end < begin {
        return None;
    }
    let lines: Vec<&str> = readme.lines().collect();
    // An empty line on both sides: Markdown takes a table that touches an HTML comment for its continuation.
    let mut wanted = lines[..=begin].to_vec();
    wanted.push("");
    wanted.extend(table.trim().lines());
    wanted.push("");
    wanted.extend(&lines[end..]);
    Some(wanted.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "| variable | default |\n|---|---|\n| PORT | 8080 |\n";

    fn readme(inner: &str) -> String {
        format!("# kiebot\n\n{BEGIN}\n{inner}{END}\n\nmore\n")
    }

    fn breach_of_readme(text: &str) -> Option<Finding> {
        breach(&DOCUMENTS[0], text, TABLE)
    }

    #[test]
    fn a_written_table_is_clean_and_stays_as_it_is() {
        let written = with_table(&readme("old\n"), TABLE).unwrap();
        assert_eq!(written, readme(&format!("\n{TABLE}\n")));
        assert_eq!(breach_of_readme(&written), None);
        assert_eq!(with_table(&written, TABLE).unwrap(), written);
    }

    #[test]
    fn the_first_differing_line_is_named() {
        let written = with_table(&readme(""), TABLE).unwrap();
        assert_eq!(breach_of_readme(&written.replace("8080", "80")).map(|finding| finding.line), Some(7));
        assert!(breach_of_readme(&readme("")).is_some());
    }

    #[test]
    fn missing_or_reversed_marks_are_found() {
        assert_eq!(breach_of_readme("# kiebot\n").map(|finding| finding.line), Some(0));
        assert_eq!(breach_of_readme(&format!("{END}\n{BEGIN}\n")).map(|finding| finding.line), Some(0));
    }

    #[test]
    fn a_document_that_is_all_made_is_compared_from_its_first_line() {
        let models = &DOCUMENTS[1];
        assert_eq!(breach(models, "# Models\n", "# Models\n\n"), None);
        assert_eq!(breach(models, "", "# Models\n").map(|finding| finding.line), Some(1));
        assert_eq!(breach(models, "# Models\nmore\n", "# Models\n").map(|finding| finding.line), Some(2));
    }
}
