//! `cargo xtask deploy`: the files that deploy the bot elsewhere than on Render name what there is.
//!
//! Dockerfile and .dockerignore, compose.yaml, the systemd unit with the example of its environment, and docs/DEPLOY.md: each is held against what
//! the binary says of itself (commands, variables, times), against rust-toolchain.toml, and against a few rules that keep a deployed process from
//! doing harm. Docker itself is not needed, so it is not proven that it takes them.
//!
//! | file | what |
//! |---|---|
//! | `image` | Dockerfile, .dockerignore |
//! | `compose` | compose.yaml |
//! | `unit` | the systemd unit, the example of an environment |
//! | `guide` | what the documents say of commands and variables |

mod compose;
mod guide;
mod image;
mod unit;

use crate::facts::Facts;
use crate::report::{Finding, Verdict, conclude};
use crate::{manifest, workspace};

const CODE: &str = "a deploy file says what the code says";

/// Checks the files.
///
/// # Errors
/// If one cannot be read, or the bot cannot be built.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let facts = Facts::of(None)?;
    let findings: Vec<Finding> = findings(&facts)?.into_iter().flat_map(|(_, findings)| findings).collect();
    Ok(conclude("deploy", "Dockerfile, compose.yaml, the systemd unit, docs/DEPLOY.md", &findings))
}

/// What is wrong with each file.
///
/// # Errors
/// If one cannot be read.
pub(crate) fn findings(facts: &Facts) -> anyhow::Result<Vec<(&'static str, Vec<Finding>)>> {
    let read = |file: &str| manifest::read(&workspace::root().join(file));
    let toolchain = image::pinned(&read("rust-toolchain.toml")?);
    let mut found = vec![
        (image::FILE, image::breaches(&read(image::FILE)?, facts, &toolchain)),
        (image::IGNORE_FILE, image::ignored(&read(image::IGNORE_FILE)?)),
        (compose::FILE, compose::breaches(&read(compose::FILE)?, facts)),
        (unit::FILE, unit::breaches(&read(unit::FILE)?, facts)),
        (unit::EXAMPLE, unit::example(&read(unit::EXAMPLE)?, facts)),
    ];
    for file in guide::FILES {
        found.push((file, guide::breaches(file, &read(file)?, facts)));
    }
    Ok(found)
}

/// The words of a command, and what is wrong with them; the program must be the bot.
fn wrong_command(words: &[String], facts: &Facts) -> Option<String> {
    let mut words = words.iter().map(String::as_str);
    let program = words.next().unwrap_or_default();
    if program.rsplit('/').next() != Some("kiebot") {
        return Some(format!("`{program}` is not the bot"));
    }
    facts.wrong_with(words)
}
