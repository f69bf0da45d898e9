//! Everything a maintainer automates: `cargo xtask <task>`.
//!
//! What it must not know: the crates of the product. It may link `domain` and nothing else of ours; whatever needs the
//! bot spawns `kiebot`, so that these tools build in seconds and keep working while the tree does not.
//!
//! Invariants
//! - One file per task; its `run` answers with a [`report::Verdict`], and [`ci`] is a list of tasks and nothing else.
//! - A rule is a pure function over a small value, with a table of tests; reading files and printing stay outside.
//! - A failing check prints `file:line`, the rule and the remedy ([`report::Finding`]).
//! - What could not be checked is said loudly, never passed over in silence.
//! - A database that was started is stopped and removed, whatever ends this process ([`cluster`]).
//!
//! To add a task: write `src/<task>.rs` with `pub(crate) fn run(..) -> anyhow::Result<Verdict>`, name it in [`Task`]
//! with a help text, add the arm in [`dispatch`], and, if it is a check, a step in [`ci`].
#![expect(clippy::print_stdout, reason = "a command line tool talks on stdout")]

mod bench;
mod catalog;
mod ci;
mod cluster;
mod deny;
mod deploy;
mod docs;
mod facts;
mod fuzz;
mod layers;
mod manifest;
mod migrations;
mod money;
mod mutants;
mod named;
mod postgres;
mod predeploy;
mod render;
mod report;
mod rolling;
mod seed;
mod server;
mod shots;
mod stale;
mod test;
mod tidy;
mod unused;
mod workspace;
mod yaml;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::report::Verdict;

/// Everything a maintainer automates.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
#[command(after_help = "Start with `cargo xtask test`; before a push run `cargo xtask ci`.")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every test, with a PostgreSQL of its own
    ///
    /// Uses the server in TEST_DATABASE_URL if that is set (tests create their own databases in it). Otherwise it looks
    /// for PostgreSQL's binaries in PATH, in /usr/lib/postgresql/*/bin and through pg_config, and starts a throwaway
    /// cluster on 127.0.0.1 that is gone when the tests end; as root, too. Without any PostgreSQL the rest is run and
    /// the cases left out are counted at the end.
    ///
    /// Tests run under cargo-nextest if it is installed, else under `cargo test`; then the examples in the documentation.
    /// The exit code is that of the runner.
    Test {
        /// Fail if there is no PostgreSQL, or if a PostgreSQL case did not run
        #[arg(long)]
        require_postgres: bool,
        /// Passed to the test runner; with any of them the examples in the documentation are left out
        #[arg(last = true, value_name = "RUNNER_ARGS")]
        runner_args: Vec<String>,
    },
    /// Run every check that a change must pass, cheap ones first
    ///
    /// Stops at the first failure and ends with a table of the steps and their durations.
    Ci {
        /// Leave out the tests: they have been run by `cargo xtask test --require-postgres`
        #[arg(long)]
        tests_done: bool,
    },
    /// Check the law of the layers, and that each dependency is named once, in the root manifest
    Layers,
    /// Check that both backends have the same migrations, up and down, without gaps and without a hidden DROP
    Migrations,
    /// Check the model catalog: runs `kiebot catalog`, by default `kiebot catalog check`
    Catalog {
        /// Passed to `kiebot catalog`
        #[arg(default_value = "check", trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Check that README.md's table of variables and docs/MODELS.md say what the code and the catalog say
    Docs {
        /// Write them instead of checking them
        #[arg(long)]
        write: bool,
    },
    /// Check the house rules that no other tool knows
    Tidy,
    /// Check banned packages and sources in Cargo.lock; licences too, if cargo-deny is installed
    Deny,
    /// Check that every dependency is used
    Unused,
    /// Run random operations on every ledger beside a plain one of maps that shares no code with them
    ///
    /// Books take all of them, SQLite and PostgreSQL a hundredth each. The first difference names its seed and step.
    Money {
        /// How many operations
        #[arg(long, default_value_t = 1_000_000)]
        operations: u64,
        /// Makes the same run again; without it, one by chance, which is printed
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Change the code of money in every small way and count the changes that no test notices
    ///
    /// Takes cargo-mutants, and minutes. Fails if more than 5 % of the mutants survive; those that may are in docs/MUTANTS.md.
    Mutants {
        /// Passed to cargo-mutants, for example `--list`
        #[arg(last = true, value_name = "MUTANTS_ARGS")]
        mutants_args: Vec<String>,
    },
    /// Feed the readers of what strangers send with what libFuzzer makes up
    ///
    /// Takes cargo-fuzz, and time. Without a target all of fuzz/fuzz_targets are run, one after the other; what they find is in fuzz/artifacts.
    Fuzz {
        /// Only this one, for example `record`
        target: Option<String>,
        /// How long each is run
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Fill an empty, migrated PostgreSQL with a year of a shop's life
    ///
    /// Users, generations and transfers by the number, spread over the last 365 days, with whole books. Takes psql, a superuser, and at the
    /// default size about ten gigabytes.
    Seed {
        /// The database, for example `postgres://localhost/shop`
        #[arg(long)]
        url: String,
        /// How many users
        #[arg(long, default_value_t = 1_000_000)]
        users: u64,
        /// How many generations
        #[arg(long, default_value_t = 2_000_000)]
        generations: u64,
        /// How many transfers, those of the generations included
        #[arg(long, default_value_t = 10_000_000)]
        transfers: u64,
    },
    /// Run the benches and print machine, versions and method above the figures
    Bench {
        /// Only this one, for example `ledger`; `desk` only when it is named
        bench: Option<String>,
        /// Passed to each bench, for example a filter
        #[arg(last = true, value_name = "BENCH_ARGS")]
        bench_args: Vec<String>,
    },
    /// Walk the models in a headless Chromium at a phone's width and keep the pictures in docs/screens
    ///
    /// Emoji take a font: `apt-get install fonts-noto-color-emoji`.
    Shots,
    /// Check render.yaml against Render's rules and the code
    Render,
    /// Check Dockerfile, compose.yaml, the systemd unit and docs/DEPLOY.md against the code
    Deploy,
    /// Deploy this tree over the release that is deployed, go back to it, and forward again, on one PostgreSQL while people order
    ///
    /// Builds that release from its commit, which takes minutes. Fails if anybody would notice: an order lost or made twice, money not right.
    Rolling {
        /// The commit that is deployed, for example `origin/main` or a tag
        #[arg(long)]
        from: String,
    },
    /// Prove the tree, the binary and the target before a deploy; a line for each thing
    ///
    /// Without a target (a fresh clone) what needs one is said as not checked. The binary is built as render.yaml builds it, which takes minutes,
    /// and started between simulators, on SQLite and on the PostgreSQL of the tests.
    Predeploy {
        /// One JSON document instead of lines, in the form of `kiebot doctor --json`
        #[arg(long)]
        json: bool,
        /// The binary that is to be deployed, instead of building it
        #[arg(long, value_name = "FILE")]
        bin: Option<PathBuf>,
        /// The target's environment, as systemd and compose read it; the target's lines must be sound then
        #[arg(long, value_name = "FILE")]
        env_file: Option<PathBuf>,
        /// This process's environment is the target's; its lines must be sound then
        #[arg(long)]
        target: bool,
    },
    /// Keeps a throwaway cluster while its standard input is open
    #[command(hide = true)]
    GuardCluster {
        /// Where initdb, postgres and pg_ctl are, if they are not to be looked for
        #[arg(long)]
        bin_dir: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match dispatch(CommandLine::parse().task) {
        Ok(verdict) => verdict.exit_code(),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(task: Task) -> anyhow::Result<Verdict> {
    match task {
        Task::Test { require_postgres, runner_args } => test::run(require_postgres, &runner_args),
        Task::Ci { tests_done } => ci::run(tests_done),
        Task::Layers => layers::run(),
        Task::Migrations => migrations::run(),
        Task::Catalog { args } => catalog::run(&args),
        Task::Docs { write } => docs::run(write),
        Task::Tidy => tidy::run(),
        Task::Deny => deny::run(),
        Task::Unused => unused::run(),
        Task::Money { operations, seed } => money::run(operations, seed),
        Task::Mutants { mutants_args } => mutants::run(&mutants_args),
        Task::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Task::Seed { url, users, generations, transfers } => {
            seed::run(&url, seed::Sizes { users, generations, transfers })
        }
        Task::Bench { bench, bench_args } => bench::run(bench.as_deref(), &bench_args),
        Task::Shots => shots::run(),
        Task::Render => render::run(),
        Task::Deploy => deploy::run(),
        Task::Rolling { from } => rolling::run(&from),
        Task::Predeploy { json, bin, env_file, target } => {
            predeploy::run(&predeploy::Options { json, bin, env_file, target })
        }
        Task::GuardCluster { bin_dir } => cluster::guard(bin_dir),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn command_line_is_well_formed() {
        super::CommandLine::command().debug_assert();
    }
}
