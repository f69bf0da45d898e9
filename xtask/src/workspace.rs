//! The workspace as the tasks see it: where it is, what cargo says about it, its files, and commands run in it.
//!
//! The one place that reads the environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::report::Verdict;

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies one level below the root")
}

/// A variable of the environment; an empty one counts as not set.
#[expect(
    clippy::disallowed_methods,
    reason = "a maintainer's tool has no configuration registry; only this line reads"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// `cargo` of the toolchain that runs us, in the root of the workspace.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new(variable("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(args).current_dir(root());
    command
}

/// Runs a command whose output the user sees as it comes.
///
/// # Errors
/// If the program cannot be started.
pub(crate) fn passthrough(command: &mut Command) -> anyhow::Result<Verdict> {
    println!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    Ok(Verdict::of(status))
}

/// Runs a command and returns what it wrote on stdout; stderr stays visible.
///
/// # Errors
/// If the program cannot be started, fails, or does not write UTF-8.
pub(crate) fn captured(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", shown(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not write UTF-8", shown(command)))
}

/// Whether `cargo <subcommand>` is installed.
pub(crate) fn has_subcommand(subcommand: &str) -> bool {
    cargo([subcommand, "--version"]).output().is_ok_and(|output| output.status.success())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

/// What `cargo metadata --no-deps` says, as far as the tasks use it.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
}

/// A package of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

impl Package {
    /// The directory of the package.
    pub(crate) fn directory(&self) -> &Path {
        self.manifest_path.parent().expect("a manifest lies in a directory")
    }

    /// The manifest, relative to the root of the workspace.
    pub(crate) fn manifest(&self) -> &Path {
        relative(&self.manifest_path)
    }
}

/// A dependency as a package declares it.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// The name it is given in the manifest, if that is another one.
    pub(crate) rename: Option<String>,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// Something cargo builds from a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

/// Asks cargo about the packages of the workspace, without the network if it can do without.
///
/// # Errors
/// If a manifest cannot be read: cargo's message is on stderr.
pub(crate) fn metadata() -> anyhow::Result<Metadata> {
    const ARGS: [&str; 4] = ["metadata", "--no-deps", "--format-version", "1"];
    let offline = cargo(ARGS).arg("--offline").output().context("cannot start cargo")?;
    let text = if offline.status.success() {
        String::from_utf8(offline.stdout).context("cargo metadata did not write UTF-8")?
    } else {
        captured(&mut cargo(ARGS))?
    };
    serde_json::from_str(&text).context("cannot read the answer of `cargo metadata`")
}

/// A path relative to the root of the workspace, as findings show it.
pub(crate) fn relative(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}

/// Every file below `directory`, sorted; hidden entries and `target` are left out.
///
/// # Errors
/// If a directory cannot be listed. A directory that is not there has no files.
pub(crate) fn files_below(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        if !next.exists() {
            continue;
        }
        for entry in std::fs::read_dir(&next).with_context(|| format!("cannot list `{}`", next.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') || name == "target" {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_sorted_without_hidden_ones_and_builds() {
        let place = tempfile::tempdir().unwrap();
        for path in ["b/two.rs", "a/one.rs", "target/made.rs", ".git/config", "b/.hidden"] {
            let path = place.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = files_below(place.path()).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(place.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("a/one.rs"), Path::new("b/two.rs")]);
        assert_eq!(files_below(&place.path().join("absent")).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn the_root_holds_the_workspace_manifest() {
        assert!(std::fs::read_to_string(root().join("Cargo.toml")).unwrap().contains("[workspace]"));
        assert_eq!(relative(&root().join("xtask/Cargo.toml")), Path::new("xtask/Cargo.toml"));
    }
}
