//! `cargo xtask render`: the blueprint, render.yaml, is what Render takes and what the code says.
//!
//! | file | what |
//! |---|---|
//! | `blueprint` | the fields, as types |
//! | `rules`, `sources` | what types cannot say: plans, commands, routes, times; variables, secrets, the books |
//!
//! Render checks a blueprint only when it is deployed, and half of what is checked here not at all.

mod blueprint;
mod rules;
mod sources;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::facts::Facts;
use crate::report::{Finding, Verdict, conclude};
use crate::{manifest, workspace, yaml};
use blueprint::{Blueprint, GONE};

/// The blueprint, below the root.
const FILE: &str = "render.yaml";
const FORM: &str = "a blueprint has the fields that Render documents, each in its form";

/// Checks the blueprint.
///
/// # Errors
/// If it cannot be read, or the bot cannot be built.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let facts = Facts::of(None)?;
    Ok(conclude("render", FILE, &findings(&facts)?))
}

/// What is wrong with the blueprint of the workspace.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn findings(facts: &Facts) -> anyhow::Result<Vec<Finding>> {
    let text = manifest::read(&workspace::root().join(FILE))?;
    Ok(breaches(&text, facts, &|path| workspace::root().join(path).exists()))
}

/// The command that builds what is deployed, in words.
///
/// # Errors
/// If the blueprint cannot be read, or has none.
pub(crate) fn build_command() -> anyhow::Result<Vec<String>> {
    let text = manifest::read(&workspace::root().join(FILE))?;
    let blueprint: Blueprint =
        yaml::read(Path::new(FILE), &text, FORM, GONE).map_err(|finding| anyhow::anyhow!("{finding}"))?;
    let command = blueprint.services.into_iter().find_map(|service| service.build_command);
    let command = command.ok_or_else(|| anyhow::anyhow!("{FILE} has no `buildCommand`"))?;
    Ok(command.value.split_whitespace().map(str::to_owned).collect())
}

fn breaches(text: &str, facts: &Facts, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    match yaml::read::<Blueprint>(Path::new(FILE), text, FORM, GONE) {
        Ok(blueprint) => rules::breaches(&blueprint, facts, exists),
        Err(finding) => vec![finding],
    }
}
