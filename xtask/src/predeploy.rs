//! `cargo xtask predeploy`: what must be true before a deploy, a line for each thing: how it is, what was found, what is wanted, what to do.
//!
//! | file | what |
//! |---|---|
//! | `line` | a line, and all of them for a reader or a tool |
//! | `repository` | the tree: deploy files, migrations, texts |
//! | `target` | what `kiebot doctor` says of the environment that it is deployed to |
//! | `rehearsal` | the binary itself, started between simulators, on SQLite and on PostgreSQL |
//! | `env_file` | an environment from a file |
//!
//! Invariants
//! - Nothing of the target is changed; scratch databases are made and dropped on the server of the tests, never on the target's.
//! - Without a target (a fresh clone) its lines say *not checked* with what to set, and do not fail. With `--target` or `--env-file` they must
//!   be there and sound.
//! - What is proven is the file that is deployed (`--bin`, or what render.yaml's `buildCommand` builds), not the debug build beside it.

mod env_file;
mod line;
mod rehearsal;
mod repository;
mod target;

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::facts::Facts;
use crate::render;
use crate::report::Verdict;
use crate::workspace::{self, cargo};
use env_file::Environment;
use line::{How, Line};

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) json: bool,
    pub(crate) bin: Option<PathBuf>,
    pub(crate) env_file: Option<PathBuf>,
    pub(crate) target: bool,
}

/// Checks everything and prints the lines.
///
/// # Errors
/// If a file cannot be read or the tools cannot be built; what is wrong with the deploy is a line.
pub(crate) fn run(options: &Options) -> anyhow::Result<Verdict> {
    let environment = match &options.env_file {
        Some(file) => Environment::of_file(file)?,
        None => Environment::of_process(),
    };
    let lines = match binary(options.bin.as_deref()) {
        Ok(binary) => {
            let facts = Facts::of(Some(&binary))?;
            let found = format!("{}, version {}", binary.display(), facts.version);
            let mut lines = vec![Line::ok("binary", found, BUILT)];
            lines.extend(repository::lines(&facts)?);
            lines.extend(target::lines(&binary, &environment, options.target || options.env_file.is_some(), &facts)?);
            lines.extend(rehearsal::lines(&binary)?);
            lines
        }
        Err(error) => {
            let remedy = "mend what the compiler says above; `--bin FILE` takes a binary that is there";
            vec![Line::bad("binary", How::Problem, format!("{error:#}"), BUILT, remedy)]
        }
    };
    println!("{}", if options.json { serde_json::to_string_pretty(&lines)? } else { line::text(&lines) });
    let is_sound = lines.iter().all(|line| line.verdict != How::Problem);
    Ok(if is_sound { Verdict::Passed } else { Verdict::Failed(1) })
}

const BUILT: &str = "render.yaml's `buildCommand` builds what is deployed";

/// The file that is to be deployed; built as Render builds it, if none is named.
fn binary(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        return named.canonicalize().with_context(|| format!("`{}` can't be found", named.display()));
    }
    let command = render::build_command()?;
    let [program, arguments @ ..] = command.as_slice() else { anyhow::bail!("`buildCommand` is empty") };
    if program != "cargo" {
        anyhow::bail!("`buildCommand` begins with `{program}`, and only cargo is known here");
    }
    eprintln!("$ {}", command.join(" "));
    let status = cargo([]).args(arguments).status().context("cannot start cargo")?;
    if !status.success() {
        anyhow::bail!("`{}` ended with {status}", command.join(" "));
    }
    Ok(workspace::metadata()?.target_directory.join("release/kiebot"))
}
