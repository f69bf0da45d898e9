//! `cargo xtask rolling`: the release that is deployed beside the one that is to be, on one PostgreSQL.
//!
//! The work is done by the whole-binary test of deploys (crates/bot/tests/whole/fleet.rs); this task builds the deployed release from its commit
//! and tells the test where it is. It takes a build, so it is run on demand and is no step of `ci`, where both releases are ours.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::postgres::{Database, HOW_TO_GET_IT};
use crate::report::Verdict;
use crate::workspace::{captured, cargo, metadata, passthrough, root};

/// The variable by which the test learns it.
const VARIABLE: &str = "KIEBOT_DEPLOYED_BIN";
/// The test.
const TEST: &str = "postgres::fleet::deploys_are_not_noticed";

/// Builds what stands at `from` and runs the test with it.
///
/// # Errors
/// If there is no PostgreSQL, git does not know the commit, or a tool cannot be started.
pub(crate) fn run(from: &str) -> anyhow::Result<Verdict> {
    let database = Database::find()?;
    if let Database::Missing(reason) = &database {
        bail!("{reason}, and two releases meet on PostgreSQL: {HOW_TO_GET_IT}");
    }
    let commit = captured(&mut git(&["rev-parse", "--verify", "--end-of-options", &format!("{from}^{{commit}}")]))
        .with_context(|| format!("git does not know a commit `{from}`"))?;
    let commit = commit.trim();
    let place = metadata()?.target_directory.join("rolling");
    let tree = place.join(commit);
    unpack(commit, &tree)?;
    let builds = place.join("builds");
    let verdict = passthrough(&mut build(&tree, &builds))?;
    if verdict.is_failure() {
        return Ok(verdict);
    }
    // Of the whole workspace, so that what other tests have built is not built again with fewer features.
    let mut command = cargo(["test", "--workspace", "--test", "whole", "--", "--exact", TEST]);
    database.announce(&mut command);
    let verdict = passthrough(command.env(VARIABLE, builds.join("debug/kiebot")))?;
    if !verdict.is_failure() {
        println!("deployed beside {commit}, back to it, and forward again: nobody noticed");
    }
    Ok(verdict)
}

fn git(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args).current_dir(root());
    command
}

fn build(tree: &Path, builds: &Path) -> Command {
    let mut command = cargo(["build", "--locked", "--package", "kiebot", "--bin", "kiebot"]);
    // Builds of several commits share what they depend on.
    command.current_dir(tree).env("CARGO_TARGET_DIR", builds);
    command
}

/// The files of a commit. What lies there from before is gone: an interrupted run may have left half of it.
fn unpack(commit: &str, tree: &PathBuf) -> anyhow::Result<()> {
    if tree.exists() {
        std::fs::remove_dir_all(tree).with_context(|| format!("cannot remove {}", tree.display()))?;
    }
    std::fs::create_dir_all(tree).with_context(|| format!("cannot make {}", tree.display()))?;
    let mut archive =
        git(&["archive", "--format=tar", commit]).stdout(Stdio::piped()).spawn().context("cannot start git")?;
    let files = archive.stdout.take().expect("asked for as a pipe");
    let status = Command::new("tar").args(["-x", "-C"]).arg(tree).stdin(files).status().context("cannot start tar")?;
    if !archive.wait()?.success() || !status.success() {
        bail!("the files of {commit} could not be unpacked");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A renamed test would run none and pass.
    #[test]
    fn the_test_is_there_and_reads_the_variable() {
        let read = |file: &str| std::fs::read_to_string(root().join("crates/bot/tests/whole").join(file)).unwrap();
        let name = TEST.rsplit("::").next().unwrap();
        let (cases, fleet) = (read("main.rs"), read("fleet.rs"));
        assert!(cases.lines().any(|line| line.trim() == name), "{name} is no case");
        assert!(fleet.contains(&format!("variable(\"{VARIABLE}\")")) && fleet.contains(&format!("fn {name}(")));
    }

    #[test]
    fn a_commit_that_is_not_there_is_said() {
        // `-x` must not be an option of git's.
        for from in ["no-such-commit", "-x"] {
            let mut command =
                git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{from}^{{commit}}")]);
            assert!(!command.output().unwrap().status.success(), "{from}");
        }
    }
}
