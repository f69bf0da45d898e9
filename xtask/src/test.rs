//! `cargo xtask test`: every test, with a PostgreSQL of its own.
//!
//! How tests and this task agree: TEST_DATABASE_URL names a server in which a test makes its own databases; where it is
//! not set, a PostgreSQL case that cannot run appends its name as one line to the file named by KIEBOT_PG_SKIPPED_LOG
//! and returns. The lines are counted at the end, loudly: a case that did not run is never silent. The browser tests do the
//! same by KIEBOT_BROWSER_SKIPPED_LOG, but only if KIEBOT_NO_BROWSER=1 leaves them out: without a Chromium they fail.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::manifest;
use crate::postgres::{Database, HOW_TO_GET_IT};
use crate::report::{Verdict, shout};
use crate::workspace::{cargo, has_subcommand, passthrough};

/// The variable by which tests learn where to name the cases that they skip.
const SKIPPED_VARIABLE: &str = "KIEBOT_PG_SKIPPED_LOG";

/// The same for the browser tests.
const BROWSER_SKIPPED_VARIABLE: &str = "KIEBOT_BROWSER_SKIPPED_LOG";

/// Names of skipped cases that are shown; the rest is counted.
const NAMES_SHOWN_MAX: usize = 10;

/// Runs the tests; the verdict is the runner's.
///
/// # Errors
/// If there is no PostgreSQL although it is required, or cargo cannot be started.
pub(crate) fn run(require_postgres: bool, runner_args: &[String]) -> anyhow::Result<Verdict> {
    let database = Database::find()?;
    if let Database::Missing(reason) = &database {
        if require_postgres {
            bail!("{reason}, and PostgreSQL is required: {HOW_TO_GET_IT}");
        }
        eprintln!("PostgreSQL: {reason}; its cases will be skipped");
    }
    let skipped = tempfile::NamedTempFile::new().context("cannot make a file for the names of skipped cases")?;
    let no_browser = tempfile::NamedTempFile::new().context("cannot make a file for the names of skipped tests")?;
    let prepare = |mut command: Command| {
        database.announce(&mut command);
        command.env(SKIPPED_VARIABLE, skipped.path()).env(BROWSER_SKIPPED_VARIABLE, no_browser.path());
        command
    };
    let mut verdict = run_tests(prepare, runner_args)?;
    if verdict == Verdict::Passed && runner_args.is_empty() {
        verdict = run_examples(prepare(cargo(["test", "--workspace", "--doc", "--quiet"])))?;
    }
    let names = skipped_names(skipped.path())?;
    if let Some(text) = skipped_text(&names, database.url().is_some()) {
        shout(&text);
        if require_postgres && !verdict.is_failure() {
            verdict = Verdict::Failed(1);
        }
    }
    if let Some(text) = browser_skipped_text(&skipped_names(no_browser.path())?) {
        shout(&text);
    }
    Ok(verdict)
}

fn run_tests(prepare: impl Fn(Command) -> Command, runner_args: &[String]) -> anyhow::Result<Verdict> {
    // Arguments of one's own may contradict this one.
    let all_failures = if runner_args.is_empty() { ["--no-fail-fast"].as_slice() } else { &[] };
    if has_subcommand("nextest") {
        let mut command = prepare(cargo(["nextest", "run", "--workspace"]));
        if runner_args.is_empty() {
            command.args(["--test-threads", &threads().to_string()]);
        }
        return passthrough(command.args(all_failures).args(runner_args));
    }
    let mut command = prepare(cargo(["test", "--workspace", "--lib", "--bins", "--tests"]));
    let (verdict, tally) = counted(command.args(all_failures).args(runner_args), |line| println!("{line}"))?;
    println!("{tally}");
    Ok(verdict)
}

/// How many tests run at once. The long ones wait more than they compute (for a chat's pace, an album's end, a simulated task), so there are
/// twice as many as cores.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get) * 2
}

/// The examples in the documentation, in one line unless one fails.
fn run_examples(mut command: Command) -> anyhow::Result<Verdict> {
    let mut said = String::new();
    let (verdict, tally) = counted(&mut command, |line| {
        said.push_str(line);
        said.push('\n');
    })?;
    if verdict.is_failure() {
        println!("{said}");
    }
    println!("examples in the documentation: {tally}");
    Ok(verdict)
}

/// Runs `cargo test`, hands on each line and adds up the results of its binaries.
fn counted(command: &mut Command, mut each_line: impl FnMut(&str)) -> anyhow::Result<(Verdict, Tally)> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stdout = child.stdout.take().expect("stdout was asked for as a pipe");
    let mut tally = Tally::default();
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.context("cannot read what `cargo test` says")?;
        let line = String::from_utf8_lossy(&line);
        tally.add(&line);
        each_line(&line);
    }
    Ok((Verdict::of(child.wait()?), tally))
}

/// Results of several test binaries together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Adds the closing line of one binary; other lines count nothing.
    fn add(&mut self, line: &str) {
        let Some(results) = line.strip_prefix("test result: ") else { return };
        let count = |what: &str| -> u64 {
            let part = results.split([';', '.']).find_map(|part| part.trim().strip_suffix(what));
            part.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        self.passed += count("passed");
        self.failed += count("failed");
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn skipped_names(log: &Path) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = manifest::read(log)?.lines().map(str::to_owned).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// What is to be said about the cases that did not run; `None` if there are none.
fn skipped_text(names: &[String], has_server: bool) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let mut text = format!("{} PostgreSQL cases were SKIPPED: nothing is known about them.\n", names.len());
    for name in names.iter().take(NAMES_SHOWN_MAX) {
        text.push_str(&format!("    {name}\n"));
    }
    if names.len() > NAMES_SHOWN_MAX {
        text.push_str(&format!("    and {} more\n", names.len() - NAMES_SHOWN_MAX));
    }
    if has_server {
        text.push_str("There is a server, so they should have run: see what these cases ask for.");
    } else {
        text.push_str(&format!("To run them, {HOW_TO_GET_IT}."));
    }
    Some(text)
}

/// What is to be said about the browser tests that were left out; `None` if there are none.
fn browser_skipped_text(names: &[String]) -> Option<String> {
    let remedy =
        "KIEBOT_NO_BROWSER is set; unset it and, if there is no Chromium, run `apt-get install --yes chromium`";
    let names = match names {
        [] => return None,
        names => names.join("\n    "),
    };
    Some(format!("Browser tests were SKIPPED: nothing is known about the page in a browser.\n    {names}\n{remedy}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_tests_that_were_left_out_are_named() {
        assert_eq!(browser_skipped_text(&[]), None);
        let text = browser_skipped_text(&["browser::one".to_owned(), "browser::two".to_owned()]).unwrap();
        assert!(
            text.contains("    browser::one\n    browser::two\n") && text.contains("install --yes chromium"),
            "{text}"
        );
    }

    #[test]
    fn results_of_several_binaries_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 1 filtered out; finished in 1.20s",
        ] {
            tally.add(line);
        }
        assert_eq!(tally, Tally { passed: 13, failed: 2 });
        assert_eq!(tally.to_string(), "13 passed, 2 failed");
    }

    #[test]
    fn skipped_cases_are_counted_once_each_and_named() {
        let log = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(skipped_text(&skipped_names(log.path()).unwrap(), false), None);
        let lines: String = (10..22).rev().map(|case| format!("store::postgres::case_{case}\n")).collect();
        std::fs::write(log.path(), lines.repeat(2)).unwrap();
        let names = skipped_names(log.path()).unwrap();
        let text = skipped_text(&names, false).unwrap();
        assert!(text.starts_with("12 PostgreSQL cases were SKIPPED"), "{text}");
        assert!(text.contains("case_10\n") && text.contains("case_19\n") && !text.contains("case_20"), "{text}");
        assert!(text.contains("and 2 more") && text.contains("apt-get install postgresql"), "{text}");
        assert!(!skipped_text(&names, true).unwrap().contains("apt-get"));
    }
}
