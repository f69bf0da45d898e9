//! `cargo xtask catalog`: the model catalog, as the bot itself reads it.
//!
//! The rules of the catalog are `domain`'s and the messages are the bot's; this only builds and starts it.

use crate::report::Verdict;
use crate::workspace;

/// Runs `kiebot catalog <args>`.
///
/// # Errors
/// If cargo cannot be started.
pub(crate) fn run(args: &[String]) -> anyhow::Result<Verdict> {
    let mut command = workspace::cargo(["run", "--quiet", "--package", "kiebot", "--", "catalog"]);
    workspace::passthrough(command.args(args))
}
