//! `cargo xtask deny`: what may come into the tree.
//!
//! The rules stand in `deny.toml`. Bans and sources are read from Cargo.lock here, so that they hold on every machine;
//! licences take cargo-deny, and without it the verdict says that they were not looked at.

use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

use crate::report::{Finding, Verdict, conclude};
use crate::{manifest, workspace};

/// Checks Cargo.lock against deny.toml.
///
/// # Errors
/// If one of them cannot be read.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let rules: Rules = toml::from_str(&manifest::read(&workspace::root().join("deny.toml"))?).context("deny.toml")?;
    let lock_text = manifest::read(&workspace::root().join("Cargo.lock"))?;
    let lock: Lock = toml::from_str(&lock_text).context("Cargo.lock")?;
    let own = conclude("deny", &format!("{} packages", lock.package.len()), &breaches(&rules, &lock, &lock_text));
    if own.is_failure() {
        return Ok(own);
    }
    if !workspace::has_subcommand("deny") {
        let text = "cargo-deny is not installed, licences were not checked; get it by \
                    `cargo install --locked cargo-deny`";
        return Ok(Verdict::Incomplete(text.to_owned()));
    }
    workspace::passthrough(&mut workspace::cargo(["deny", "check", "bans", "licenses", "sources"]))
}

/// The part of deny.toml that is checked here.
#[derive(Debug, Deserialize)]
struct Rules {
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    name: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    /// `None` for a package of the workspace.
    source: Option<String>,
}

fn breaches(rules: &Rules, lock: &Lock, lock_text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &lock.package {
        let name_line = format!("name = \"{}\"", package.name);
        let line = lock_text.lines().position(|text| text == name_line).map_or(0, |index| index + 1);
        let mut found = |what: String, rule: &'static str, remedy: String| {
            findings.push(Finding { file: PathBuf::from("Cargo.lock"), line, what, rule, remedy });
        };
        if let Some(ban) = rules.bans.deny.iter().find(|ban| ban.name == package.name) {
            found(
                format!("`{}` is banned: {}", ban.name, ban.reason),
                "what deny.toml bans does not come into the tree",
                format!("`cargo tree -i {} -e features` shows who brings it; switch that feature off", ban.name),
            );
        }
        if let Some(source) = &package.source {
            let registry = source.strip_prefix("registry+").unwrap_or(source);
            if !rules.sources.allow_registry.iter().any(|allowed| allowed == registry) {
                found(
                    format!("`{}` comes from `{source}`", package.name),
                    "packages come from crates.io only",
                    "use a published version, or write the part that is needed".to_owned(),
                );
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn found(packages: &[(&str, Option<&str>)]) -> Vec<(usize, String)> {
        let rules = toml::from_str(&manifest::read(&workspace::root().join("deny.toml")).unwrap()).unwrap();
        let mut text = "version = 4\n".to_owned();
        for (name, source) in packages {
            text.push_str(&format!("[[package]]\nname = \"{name}\"\n"));
            text.extend(source.map(|source| format!("source = \"{source}\"\n")));
        }
        let lock = toml::from_str(&text).unwrap();
        breaches(&rules, &lock, &text).into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn what_comes_from_the_registry_or_the_workspace_is_allowed() {
        assert_eq!(found(&[("domain", None), ("serde", Some(CRATES_IO))]), []);
    }

    #[test]
    fn a_ban_and_a_foreign_source_are_found() {
        let seen = found(&[("serde", Some(CRATES_IO)), ("openssl-sys", Some(CRATES_IO))]);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].0, 6);
        assert!(seen[0].1.contains("rustls"), "{seen:?}");
        for source in ["git+https://example.com/serde", "registry+https://example.com/index"] {
            assert_eq!(found(&[("serde", Some(source))]).len(), 1, "{source}");
        }
    }
}
