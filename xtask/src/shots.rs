//! `cargo xtask shots`: pictures of the bot at a phone's width for the documentation.
//!
//! The work is done by the browser test that walks the models (crates/bot/tests/browser/screens.rs, where the list of models stands); this task
//! only tells it where to keep what it sees. A picture that is too large fails that test.

use anyhow::Context;

use crate::report::Verdict;
use crate::workspace::{cargo, passthrough, root};

/// Where they are kept, below the workspace's folder.
const FOLDER: &str = "docs/screens";
/// The variable by which the test learns it.
const VARIABLE: &str = "KIEBOT_SHOTS";
/// The test.
const TEST: &str = "models_are_walked_on_a_phone_in_both_languages";

/// Walks every model of the list in both languages and writes what is to be seen.
///
/// # Errors
/// If the old pictures cannot be removed, or cargo cannot be started.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let folder = root().join(FOLDER);
    // A picture of a screen that is gone must not stay.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    let mut command = cargo(["test", "--workspace", "--test", "browser", "--", "--exact", TEST]);
    let verdict = passthrough(command.env(VARIABLE, &folder).env_remove("KIEBOT_NO_BROWSER"))?;
    if !verdict.is_failure() {
        let count = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        println!("{count} pictures in {FOLDER}");
    }
    Ok(verdict)
}
