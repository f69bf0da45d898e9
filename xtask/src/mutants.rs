//! `cargo xtask mutants`: is the code of money tested, or only run?
//!
//! cargo-mutants changes one operator, one condition or one answer at a time, in a copy of the tree, and lets `domain`'s own unit tests judge.
//! A mutant that no test notices has survived. At most [`SURVIVORS_MAX_PERCENT`] may; docs/MUTANTS.md names those that do, and why. It takes
//! minutes, so it is run on demand and is no step of `ci`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::report::{Verdict, shout};
use crate::workspace::{cargo, files_below, has_subcommand, metadata, passthrough, relative, root};

/// More survivors than this among the mutants that compile are too many.
const SURVIVORS_MAX_PERCENT: usize = 5;

/// Where the code of money is.
const PLACE: &str = "crates/domain/src";

/// What the files and directories of money begin with, below [`PLACE`]; what is not there yet is no fault.
const NOUNS: [&str; 7] = ["ledger", "quote", "money", "payment", "promo", "referral", "free"];

/// The tests take a second or two; a mutant that loops is ended after this many.
const TIMEOUT_SECONDS: &str = "60";

/// Runs cargo-mutants over all of it and judges its figures; `mutants_args` go to it.
///
/// # Errors
/// If cargo cannot be started, or cargo-mutants left no figures.
pub(crate) fn run(mutants_args: &[String]) -> anyhow::Result<Verdict> {
    if !has_subcommand("mutants") {
        let text = "cargo-mutants is missing: `cargo install cargo-mutants --locked` brings it";
        shout(text);
        return Ok(Verdict::Failed(1));
    }
    let all = files_below(&root().join(PLACE))?;
    let place = metadata()?.target_directory.join("mutants");
    std::fs::create_dir_all(&place).with_context(|| format!("cannot make `{}`", place.display()))?;
    let mut command = cargo(["mutants", "--package", "domain", "--timeout", TIMEOUT_SECONDS, "--no-shuffle"]);
    command.arg("--output").arg(&place);
    for file in files_of_money(&all) {
        command.arg("--file").arg(file);
    }
    // One build directory for all runs, and nothing in it that only a debugger reads.
    command.env("CARGO_TARGET_DIR", place.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0");
    // The short run of the fuzz target says nothing of money, and would take longer than all other tests.
    command.env("KIEBOT_FUZZ_ROUNDS", "0");
    let verdict = passthrough(command.args(mutants_args).args(["--", "--lib"]))?;
    // 2: some survived, 3: some ran out of time. How many is our business; anything else is no judgement.
    if !matches!(verdict, Verdict::Passed | Verdict::Failed(2 | 3)) || !mutants_args.is_empty() {
        return Ok(verdict);
    }
    let text =
        std::fs::read_to_string(place.join("mutants.out/outcomes.json")).context("cargo-mutants left no figures")?;
    let figures: Figures = serde_json::from_str(&text).context("the figures of cargo-mutants read otherwise by now")?;
    println!("mutants: {}", figures.text());
    Ok(if figures.are_good() { Verdict::Passed } else { Verdict::Failed(1) })
}

/// Those that carry money, relative to the root; tests change nothing.
fn files_of_money(files: &[PathBuf]) -> Vec<&Path> {
    let is_of_money = |path: &Path| {
        let below = path.strip_prefix(PLACE).ok()?;
        let first = below.components().next()?.as_os_str().to_str()?;
        let is_test = below.file_stem().is_some_and(|stem| stem == "tests");
        (NOUNS.iter().any(|noun| first.starts_with(noun)) && !is_test).then_some(())
    };
    files.iter().map(|file| relative(file)).filter(|path| is_of_money(path).is_some()).collect()
}

/// What cargo-mutants counts.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Figures {
    caught: usize,
    missed: usize,
    timeout: usize,
    unviable: usize,
}

impl Figures {
    /// A mutant that runs out of time was noticed; one that does not compile is none.
    const fn viable(&self) -> usize {
        self.caught + self.timeout + self.missed
    }

    const fn are_good(&self) -> bool {
        self.viable() > 0 && self.missed * 100 <= self.viable() * SURVIVORS_MAX_PERCENT
    }

    fn text(&self) -> String {
        let Self { caught, missed, timeout, unviable } = self;
        let viable = self.viable();
        let judgement = if self.are_good() { "good" } else { "too many survived: write the tests that notice them" };
        format!(
            "{viable} that compile ({unviable} do not): {caught} caught, {timeout} ran out of time, {missed} survived; \
             {SURVIVORS_MAX_PERCENT} % may: {judgement}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_money_is_found_and_nothing_else() {
        let files: Vec<_> =
            ["ledger/plan.rs", "ledger/book/tests.rs", "money.rs", "payment/stars.rs", "payments.rs", "free.rs"]
                .into_iter()
                .chain(["screen.rs", "models/price.rs", "models/money.rs"])
                .map(|path| root().join(PLACE).join(path))
                .collect();
        let wanted = ["ledger/plan.rs", "money.rs", "payment/stars.rs", "payments.rs", "free.rs"];
        let wanted: Vec<_> = wanted.into_iter().map(|path| Path::new(PLACE).join(path)).collect();
        assert_eq!(files_of_money(&files), wanted);
    }

    #[test]
    fn one_in_twenty_may_survive() {
        let json = r#"{"outcomes": [], "total_mutants": 30, "caught": 18, "missed": 1, "timeout": 1, "unviable": 10}"#;
        let figures: Figures = serde_json::from_str(json).unwrap();
        assert!(figures.are_good(), "{}", figures.text());
        assert!(!Figures { caught: 17, ..figures }.are_good());
        let none = Figures { caught: 0, missed: 0, timeout: 0, unviable: 3 };
        assert!(!none.are_good(), "nothing was judged");
    }
}
