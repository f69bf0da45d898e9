//! `cargo xtask migrations`: both backends tell the same story, forward and back.
//!
//! Each migration is a directory `NNNN_noun` with `up.sql` and `down.sql`, the same names under `migrations/postgres`
//! and `migrations/sqlite`, numbered from 0001 without gaps. What the binary of the release before would not survive
//! (something dropped, renamed, demanded or refused, see [`additive`]) is the last step of expand, move, contract: it
//! needs a comment `-- contract: <why no running version minds>` above the statement.

mod additive;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::report::{Finding, Verdict, conclude};
use crate::{manifest, workspace};

const BACKENDS: [&str; 2] = ["postgres", "sqlite"];
const SCRIPTS: [&str; 2] = ["up.sql", "down.sql"];

const PAIRED: &str = "both backends have the same migrations";
const NAMED: &str = "a migration is named `NNNN_noun`, numbered from 0001 without gaps";
const COMPLETE: &str = "a migration has an up.sql and a down.sql that do something";
const CONTRACT: &str = "expand, move, contract: the release before this one runs on the new schema, too";

/// Checks the migrations of the workspace.
///
/// # Errors
/// If a file cannot be read.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let sides = [side(BACKENDS[0])?, side(BACKENDS[1])?];
    let findings = breaches(&sides);
    Ok(conclude("migrations", &format!("{} for each backend", sides[0].migrations.len()), &findings))
}

/// What is wrong with the migrations of the workspace.
///
/// # Errors
/// If a file cannot be read.
pub(crate) fn findings() -> anyhow::Result<Vec<Finding>> {
    Ok(breaches(&[side(BACKENDS[0])?, side(BACKENDS[1])?]))
}

/// The migrations of one backend.
#[derive(Debug)]
struct Side {
    directory: PathBuf,
    /// Sorted by name.
    migrations: Vec<Migration>,
}

#[derive(Debug, Clone, Default)]
struct Migration {
    name: String,
    up: Option<String>,
    down: Option<String>,
}

fn side(backend: &str) -> anyhow::Result<Side> {
    let directory = workspace::root().join("migrations").join(backend);
    let mut migrations: Vec<Migration> = Vec::new();
    for path in workspace::files_below(&directory)? {
        let within = path.strip_prefix(&directory)?;
        let (name, file) = match within.iter().collect::<Vec<_>>().as_slice() {
            [name, file] => (name.to_string_lossy().into_owned(), file.to_string_lossy().into_owned()),
            // A stray file or a deeper directory: its own name is not `NNNN_noun`, so it is reported as that.
            _ => (within.to_string_lossy().into_owned(), String::new()),
        };
        if migrations.last().is_none_or(|last| last.name != name) {
            migrations.push(Migration { name, ..Migration::default() });
        }
        let migration = migrations.last_mut().expect("one was just pushed");
        match file.as_str() {
            "up.sql" => migration.up = Some(manifest::read(&path)?),
            "down.sql" => migration.down = Some(manifest::read(&path)?),
            _ => {}
        }
    }
    Ok(Side { directory: workspace::relative(&directory).to_owned(), migrations })
}

fn breaches(sides: &[Side; 2]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (side, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        findings.extend(numbering(side));
        let theirs: BTreeSet<&str> = other.migrations.iter().map(|migration| migration.name.as_str()).collect();
        for migration in &side.migrations {
            let directory = side.directory.join(&migration.name);
            if !theirs.contains(migration.name.as_str()) {
                let wanted = other.directory.join(&migration.name);
                let remedy = format!("add `{}`, or give both the same name", wanted.display());
                findings.push(finding(&directory, 0, "has no counterpart".to_owned(), PAIRED, remedy));
            }
            for (script, text) in SCRIPTS.into_iter().zip([&migration.up, &migration.down]) {
                if statements(text.as_deref().unwrap_or_default()).is_empty() {
                    let what = format!("`{script}` is missing or holds no statement");
                    let remedy = format!("write `{script}`; if there is nothing to undo, say `SELECT 1;` and why");
                    findings.push(finding(&directory, 0, what, COMPLETE, remedy));
                }
            }
            findings.extend(uncontracted(&directory.join(SCRIPTS[0]), migration.up.as_deref().unwrap_or_default()));
        }
    }
    findings
}

fn numbering(side: &Side) -> Vec<Finding> {
    let mut findings = Vec::new();
    if side.migrations.is_empty() {
        let remedy = "add the first one, `0001_<noun>`".to_owned();
        findings.push(finding(&side.directory, 0, "there is no migration".to_owned(), COMPLETE, remedy));
    }
    let mut expected = 1;
    for migration in &side.migrations {
        let directory = side.directory.join(&migration.name);
        match number(&migration.name) {
            None => {
                let remedy = "four digits, an underscore, then lower case words: `0007_dead_updates`".to_owned();
                findings.push(finding(&directory, 0, "is not a migration's name".to_owned(), NAMED, remedy));
            }
            Some(number) => {
                if number != expected {
                    let what = format!("is number {number}, but {expected} comes next");
                    let remedy = "renumber what is not yet on `main`; never what has been deployed".to_owned();
                    findings.push(finding(&directory, 0, what, NAMED, remedy));
                }
                expected = number + 1;
            }
        }
    }
    findings
}

/// The number of a well-formed name.
fn number(name: &str) -> Option<u32> {
    let (digits, noun) = name.split_once('_')?;
    let is_digits = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_noun = noun.starts_with(|first: char| first.is_ascii_lowercase())
        && noun.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_digits && is_noun { digits.parse().ok() } else { None }
}

fn uncontracted(file: &Path, up: &str) -> Vec<Finding> {
    let statements = statements(up);
    let own = additive::tables_made(statements.iter().map(|statement| statement.words.as_str()));
    let unexplained = statements.into_iter().filter(|statement| !statement.contract);
    let found = unexplained.filter_map(|statement| {
        let what = format!("{} without a word: `{}`", additive::breach(&statement.words, &own)?, statement.words);
        let remedy = "if the release before this one does not mind, put `-- contract: <why>` above the statement; \
                      else do it in a later release";
        Some(finding(file, statement.line, what, CONTRACT, remedy.to_owned()))
    });
    found.collect()
}

fn finding(file: &Path, line: usize, what: String, rule: &'static str, remedy: String) -> Finding {
    Finding { file: file.to_owned(), line, what, rule, remedy }
}

/// A statement of a script: its words in one line and upper case, the line it begins on, and whether a contract
/// comment stands between it and the statement before.
#[derive(Debug, Default, PartialEq, Eq)]
struct Statement {
    words: String,
    line: usize,
    contract: bool,
}

/// Splits a script into statements at `;`. A `;` inside a string or a function body ends one too early, which only
/// makes the pieces shorter: no drop is lost by it.
fn statements(script: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut current = Statement::default();
    for (line, text) in (1..).zip(script.lines()) {
        let (code, comment) = text.split_once("--").unwrap_or((text, ""));
        current.contract |= comment.trim().strip_prefix("contract:").is_some_and(|why| !why.trim().is_empty());
        let mut parts = code.split(';').peekable();
        while let Some(part) = parts.next() {
            for word in part.split_whitespace() {
                if current.words.is_empty() {
                    current.line = line;
                } else {
                    current.words.push(' ');
                }
                current.words.push_str(&word.to_uppercase());
            }
            let ends_here = parts.peek().is_some();
            if ends_here && !current.words.is_empty() {
                found.push(std::mem::take(&mut current));
            }
        }
    }
    if !current.words.is_empty() {
        found.push(current);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side_of(backend: &str, names: &[&str]) -> Side {
        let migration = |name: &&str| Migration {
            name: (*name).to_owned(),
            up: Some("CREATE TABLE t (id TEXT);".to_owned()),
            down: Some("DROP TABLE t;".to_owned()),
        };
        Side { directory: Path::new("migrations").join(backend), migrations: names.iter().map(migration).collect() }
    }

    fn rules(postgres: &[&str], sqlite: &[&str]) -> Vec<&'static str> {
        let found = breaches(&[side_of("postgres", postgres), side_of("sqlite", sqlite)]);
        found.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn names_and_numbers() {
        let good = ["0001_ledger", "0002_updates"];
        assert_eq!(rules(&good, &good), [""; 0]);
        assert_eq!(rules(&[], &[]), [COMPLETE, COMPLETE], "no migration at all");
        assert_eq!(rules(&good, &good[..1]), [PAIRED]);
        assert_eq!(rules(&["0001_ledger", "0003_updates"], &["0001_ledger", "0003_updates"]), [NAMED, NAMED], "a gap");
        assert_eq!(rules(&["0001_a", "0001_b"], &["0001_a", "0001_b"]), [NAMED, NAMED], "a number twice");
        assert_eq!(rules(&["0002_a"], &["0002_a"]), [NAMED, NAMED], "not from 0001");
        for bad in ["1_ledger", "0001-ledger", "0001_Ledger", "0001_", "ledger", "0001_ledger/deep/up.sql", "notes.txt"]
        {
            assert_eq!(number(bad), None, "{bad}");
        }
        assert_eq!(number("0012_dead_updates_2"), Some(12));
    }

    #[test]
    fn a_missing_or_idle_script_is_found() {
        for down in [None, Some(String::new()), Some("-- nothing\n ;\n".to_owned())] {
            let mut sqlite = side_of("sqlite", &["0001_ledger"]);
            sqlite.migrations[0].down = down;
            let found = breaches(&[side_of("postgres", &["0001_ledger"]), sqlite]);
            assert_eq!(found.len(), 1);
            assert!(found[0].what.contains("down.sql"), "{:?}", found[0]);
        }
    }

    #[test]
    fn a_drop_needs_its_contract() {
        let lines = |script: &str| uncontracted(Path::new("up.sql"), script).iter().map(|f| f.line).collect::<Vec<_>>();
        assert_eq!(lines("DROP TABLE a;"), [1]);
        assert_eq!(lines("CREATE TABLE a (id TEXT);\nalter table b\n  drop   column c;"), [2]);
        assert_eq!(lines("-- contract: no release since 0.3 reads it\nDROP TABLE a;"), [0; 0]);
        assert_eq!(lines("-- contract: moved to c\n-- by 0004\nALTER TABLE b\n  DROP COLUMN c;"), [0; 0]);
        assert_eq!(lines("-- contract: only the first\nDROP TABLE a;\nDROP TABLE b;"), [3]);
        assert_eq!(lines("-- contract:\nDROP TABLE a;"), [2], "a contract without a reason");
        assert_eq!(lines("-- DROP TABLE a;\nDROP INDEX i;"), [0; 0]);
    }

    #[test]
    fn statements_know_their_first_line() {
        let found = statements("-- head\nselect 1; select\n 2;\n\nupdate t");
        let seen: Vec<_> = found.iter().map(|statement| (statement.words.as_str(), statement.line)).collect();
        assert_eq!(seen, [("SELECT 1", 2), ("SELECT 2", 2), ("UPDATE T", 5)]);
    }
}
