//! `cargo xtask money`: random operations on every ledger of ours, beside a plain one of maps that shares no code with them.
//!
//! The run is the test `money` of `storage`, which every `cargo xtask test` makes in short; here it is optimized and as long as is asked for.
//! Books take all operations, SQLite and PostgreSQL each a hundredth of them. The seed is printed; the same seed makes the same run.

use std::ffi::OsStr;
use std::process::Command;

use crate::postgres::{Database, HOW_TO_GET_IT};
use crate::report::{Verdict, shout};
use crate::workspace::{cargo, passthrough};

/// The variables by which the test learns what is asked.
const OPERATIONS_VARIABLE: &str = "KIEBOT_MONEY_OPERATIONS";
const SEED_VARIABLE: &str = "KIEBOT_MONEY_SEED";

/// Runs `operations` operations from `seed`; without a seed, one by chance.
///
/// # Errors
/// If cargo cannot be started.
pub(crate) fn run(operations: u64, seed: Option<u64>) -> anyhow::Result<Verdict> {
    let seed = seed.unwrap_or_else(by_chance);
    let database = Database::find()?;
    println!("seed {seed}: `cargo xtask money --operations {operations} --seed {seed}` repeats this run");
    let mut command = the_test(operations, seed);
    database.announce(&mut command);
    let verdict = passthrough(&mut command)?;
    if let (Verdict::Passed, Database::Missing(reason)) = (&verdict, &database) {
        let text = format!("{reason}: its ledger was not tried; {HOW_TO_GET_IT}");
        shout(&text);
        return Ok(Verdict::Incomplete(text));
    }
    Ok(verdict)
}

fn the_test(operations: u64, seed: u64) -> Command {
    let mut command = cargo(["test", "--release", "--package", "storage", "--test", "money", "--", "--nocapture"]);
    command.env(OPERATIONS_VARIABLE, operations.to_string()).env(SEED_VARIABLE, seed.to_string());
    command
}

/// A seed that is short to type; lives of books count on from it.
fn by_chance() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(OsStr::new("money")) % 1_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_is_told_how_long_and_from_which_seed() {
        let command = the_test(1_000_000, 7);
        let said: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?))).collect();
        assert_eq!(said, [(OPERATIONS_VARIABLE, "1000000"), (SEED_VARIABLE, "7")]);
        assert!(by_chance() < 1_000_000_000);
    }
}
