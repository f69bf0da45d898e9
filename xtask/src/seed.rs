//! `cargo xtask seed`: a year of a shop's life in an empty PostgreSQL, for benches and for a look by hand.
//!
//! What is made up stands in `crates/storage/seed.sql`, which a test runs in small and audits; here `psql` runs it in the size that is asked
//! for.

use std::path::PathBuf;
use std::process::Command;

use anyhow::bail;

use crate::postgres::find_bin_dir;
use crate::report::Verdict;
use crate::workspace::{passthrough, root};

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) users: u64,
    pub(crate) generations: u64,
    pub(crate) transfers: u64,
}

/// Fills the database at `url`, which `kiebot migrate` has migrated.
///
/// # Errors
/// If the address is not one of PostgreSQL, or psql can't be started.
pub(crate) fn run(url: &str, sizes: Sizes) -> anyhow::Result<Verdict> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        bail!("`--url` does not begin with `postgres://`: only a PostgreSQL can be filled");
    }
    passthrough(&mut psql(url, sizes))
}

fn psql(url: &str, sizes: Sizes) -> Command {
    let beside_the_server = find_bin_dir().map(|tools| tools.join("psql")).filter(|psql| psql.exists());
    let mut command = Command::new(beside_the_server.unwrap_or_else(|| PathBuf::from("psql")));
    command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url]);
    let Sizes { users, generations, transfers } = sizes;
    for (name, size) in [("users", users), ("generations", generations), ("transfers", transfers)] {
        command.args(["--command", &format!("SET kiebot.{name} = '{size}'")]);
    }
    command.arg("--file").arg(root().join("crates/storage/seed.sql")).args(["--command", "VACUUM ANALYZE"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn psql_is_told_the_sizes_before_the_file() {
        let sizes = Sizes { users: 3, generations: 5, transfers: 70 };
        let command = psql("postgres://localhost/shop", sizes);
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let place = |wanted: &str| words.iter().position(|word| word.ends_with(wanted)).expect(wanted);
        assert!(place("shop") < place("kiebot.users = '3'") && place("kiebot.transfers = '70'") < place("seed.sql"));
        assert!(root().join("crates/storage/seed.sql").exists());
        assert!(run("sqlite://shop.db", sizes).is_err());
    }
}
