//! `cargo xtask docs`: the configuration table in README.md says what the registry in the code says.
//!
//! `kiebot config-table` prints the table; it lives in README.md between two marks, which stay.

use anyhow::Context;

use crate::report::{Finding, Verdict, conclude};
use crate::{manifest, workspace};

const FILE: &str = "README.md";
const BEGIN: &str = "<!-- config:begin -->";
const END: &str = "<!-- config:end -->";

/// Compares the table, or writes it.
///
/// # Errors
/// If the bot cannot be built or README.md cannot be read or written.
pub(crate) fn run(write: bool) -> anyhow::Result<Verdict> {
    let path = workspace::root().join(FILE);
    let readme = manifest::read(&path)?;
    let mut command = workspace::cargo(["run", "--quiet", "--package", "kiebot", "--", "config-table"]);
    let table = workspace::captured(&mut command)?;
    if write && let Some(wanted) = with_table(&readme, &table) {
        std::fs::write(&path, wanted).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    let readme = if write { manifest::read(&path)? } else { readme };
    Ok(conclude("docs", "the configuration table in README.md", &breaches(&readme, &table)))
}

fn breaches(readme: &str, table: &str) -> Vec<Finding> {
    let finding = |line, what: String, remedy: String| Finding {
        file: FILE.into(),
        line,
        what,
        rule: "the table of variables is made from the registry in the code, never by hand",
        remedy,
    };
    let Some(wanted) = with_table(readme, table) else {
        let what = format!("the marks `{BEGIN}` and `{END}`, each on a line of its own, are missing");
        let remedy = "put both where the table belongs, then run `cargo xtask docs --write`".to_owned();
        return vec![finding(0, what, remedy)];
    };
    let mut numbered = (1..).zip(readme.lines().map(Some).chain([None]).zip(wanted.lines().map(Some).chain([None])));
    let differing = numbered.find(|(_, (is, should))| is != should);
    let found = differing.map(|(line, (is, should))| {
        let shown = |text: Option<&str>| text.map_or_else(|| "the end".to_owned(), |text| format!("`{text}`"));
        let what = format!("is {}\n    wanted: {}", shown(is), shown(should));
        finding(line, what, "run `cargo xtask docs --write`".to_owned())
    });
    found.into_iter().collect()
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

    #[test]
    fn a_written_table_is_clean_and_stays_as_it_is() {
        let written = with_table(&readme("old\n"), TABLE).unwrap();
        assert_eq!(written, readme(&format!("\n{TABLE}\n")));
        assert_eq!(breaches(&written, TABLE), []);
        assert_eq!(with_table(&written, TABLE).unwrap(), written);
    }

    #[test]
    fn the_first_differing_line_is_named() {
        let written = with_table(&readme(""), TABLE).unwrap();
        let found = breaches(&written.replace("8080", "80"), TABLE);
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [7]);
        assert_eq!(breaches(&readme(""), TABLE).len(), 1);
    }

    #[test]
    fn missing_or_reversed_marks_are_found() {
        assert_eq!(breaches("# kiebot\n", TABLE)[0].line, 0);
        assert_eq!(breaches(&format!("{END}\n{BEGIN}\n"), TABLE)[0].line, 0);
    }
}
