//! `cargo xtask ci`: every check that a change must pass.
//!
//! A list of steps, cheap ones first, stopped at the first failure; it records nothing and changes nothing.

use std::time::{Duration, Instant};

use crate::report::{Verdict, shout};
use crate::workspace::{cargo, passthrough};
use crate::{catalog, deny, deploy, docs, layers, migrations, render, test, tidy, unused};

/// Runs the steps and ends with their table.
///
/// # Errors
/// Never: what keeps a step from running is that step's failure.
pub(crate) fn run(tests_done: bool) -> anyhow::Result<Verdict> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in STEPS {
        let is_over = outcomes.iter().any(|outcome| outcome.verdict.as_ref().is_some_and(Verdict::is_failure));
        let is_left_out = tests_done && step.name == TESTS;
        if is_over || is_left_out {
            outcomes.push(Outcome { step, verdict: None, took: Duration::ZERO });
            continue;
        }
        println!("\n== {}", step.name);
        let start = Instant::now();
        let verdict = (step.action)().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Verdict::Failed(1)
        });
        if verdict.is_failure() && !step.remedy.is_empty() {
            println!("    remedy: {}", step.remedy);
        }
        outcomes.push(Outcome { step, verdict: Some(verdict), took: start.elapsed() });
    }
    for outcome in &outcomes {
        if let Some(Verdict::Incomplete(text)) = &outcome.verdict {
            shout(&format!("{}: {text}", outcome.step.name));
        }
    }
    print!("\n{}", table(&outcomes));
    let failure = outcomes.into_iter().filter_map(|outcome| outcome.verdict).find(Verdict::is_failure);
    Ok(failure.unwrap_or(Verdict::Passed))
}

struct Step {
    name: &'static str,
    /// Empty where the step says it itself, at each finding.
    remedy: &'static str,
    action: fn() -> anyhow::Result<Verdict>,
}

const TESTS: &str = "tests";

const STEPS: &[Step] = &[
    Step {
        name: "format",
        remedy: "run `cargo fmt --all`",
        action: || passthrough(&mut cargo(["fmt", "--all", "--check"])),
    },
    Step { name: "tidy", remedy: "", action: tidy::run },
    Step { name: "layers", remedy: "", action: layers::run },
    Step { name: "migrations", remedy: "", action: migrations::run },
    Step { name: "deny", remedy: "", action: deny::run },
    Step { name: "unused", remedy: "", action: unused::run },
    Step {
        name: "clippy",
        remedy: "follow the lint's help; where it is wrong, `#[expect(<lint>, reason = \"...\")]`",
        action: || passthrough(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])),
    },
    Step {
        name: "clippy, deployed build",
        remedy: "the bot without its sandbox must build without warnings: put `#[cfg(feature = \"sandbox\")]` on what only it uses",
        action: || {
            let args = ["clippy", "--package", "kiebot", "--no-default-features", "--", "--deny", "warnings"];
            passthrough(&mut cargo(args))
        },
    },
    Step {
        name: "documentation",
        remedy: "mend the link or the markup that rustdoc names",
        action: || passthrough(cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings")),
    },
    Step { name: "catalog", remedy: "", action: || catalog::run(&["check".to_owned()]) },
    Step { name: "configuration table", remedy: "", action: || docs::run(false) },
    Step { name: "render.yaml", remedy: "", action: render::run },
    Step { name: "deploy files", remedy: "", action: deploy::run },
    Step { name: TESTS, remedy: "", action: || test::run(true, &[]) },
];

struct Outcome {
    step: &'static Step,
    /// `None` if it was not run.
    verdict: Option<Verdict>,
    took: Duration,
}

fn table(outcomes: &[Outcome]) -> String {
    let width = outcomes.iter().map(|outcome| outcome.step.name.len()).max().unwrap_or(0);
    let row = |outcome: &Outcome| {
        let word = match &outcome.verdict {
            Some(Verdict::Passed) => "passed",
            Some(Verdict::Incomplete(_)) => "passed in part, see above",
            Some(Verdict::Failed(_)) => "FAILED",
            None => "not run",
        };
        format!("{:width$}  {:>7.1} s  {word}\n", outcome.step.name, outcome.took.as_secs_f64())
    };
    outcomes.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_every_end() {
        let ends = [
            (Some(Verdict::Passed), "passed"),
            (Some(Verdict::Incomplete("no tool".to_owned())), "passed in part"),
            (Some(Verdict::Failed(100)), "FAILED"),
            (None, "not run"),
        ];
        let outcomes: Vec<Outcome> = STEPS
            .iter()
            .zip(&ends)
            .map(|(step, (verdict, _))| Outcome { step, verdict: verdict.clone(), took: Duration::from_millis(1250) })
            .collect();
        let table = table(&outcomes);
        for (line, (_, word)) in table.lines().zip(&ends) {
            assert!(line.contains(word) && line.contains("1.2 s"), "{line}");
        }
        assert_eq!(table.lines().count(), ends.len());
    }

    #[test]
    fn tests_come_last() {
        assert_eq!(STEPS.last().unwrap().name, TESTS);
    }
}
