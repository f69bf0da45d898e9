//! What `kiebot facts` says of a binary: the commands, variables, routes and times that deploy files must agree with.

use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde::Deserialize;

use crate::workspace;

/// What a binary is.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Facts {
    pub(crate) version: String,
    commands: Vec<Deed>,
    pub(crate) variables: Vec<Variable>,
    /// What a platform asks.
    pub(crate) health_path: String,
    /// What people ask.
    pub(crate) ready_path: String,
    drain_s: u64,
}

#[derive(Debug, Clone, Deserialize)]
struct Deed {
    name: String,
    options: Vec<String>,
}

/// A variable of its environment.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) secret: bool,
    /// The hosting sets it.
    pub(crate) platform: bool,
    mistaken_for: Vec<String>,
}

impl Facts {
    /// Asks this binary, or the one of the workspace.
    ///
    /// # Errors
    /// If it cannot be built or started, or is older than this command.
    pub(crate) fn of(binary: Option<&Path>) -> anyhow::Result<Self> {
        let mut command = match binary {
            Some(binary) => Command::new(binary),
            None => workspace::cargo(["run", "--quiet", "--package", "kiebot", "--"]),
        };
        let text = workspace::captured(command.arg("facts"))?;
        serde_json::from_str(&text).context("cannot read the answer of `kiebot facts`")
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }

    /// The variable that somebody means who writes this name.
    pub(crate) fn meant_by(&self, name: &str) -> Option<&str> {
        let meant = |variable: &&Variable| variable.mistaken_for.iter().any(|wrong| wrong == name);
        self.variables.iter().find(meant).map(|variable| variable.name.as_str())
    }

    /// What is wrong with the words after the name of the binary; without words it serves.
    pub(crate) fn wrong_with<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
        let words: Vec<&str> = words.into_iter().collect();
        let (first, two) =
            (words.first().copied().unwrap_or("serve"), words.iter().take(2).copied().collect::<Vec<_>>().join(" "));
        let Some(deed) = self.commands.iter().find(|deed| deed.name == first || deed.name == two) else {
            return Some(format!("`kiebot {first}` is no command"));
        };
        let unknown = words.iter().find(|word| {
            let name = word.split('=').next().unwrap_or(word);
            name.starts_with("--") && name != "--help" && !deed.options.iter().any(|option| option == name)
        });
        unknown.map(|option| format!("`kiebot {}` has no `{option}`", deed.name))
    }

    /// Seconds that whoever ends it must grant after SIGTERM: what is in flight ends within the drain, then leases are handed back.
    pub(crate) fn shutdown_s_min(&self) -> u64 {
        /// Handing back is a few statements; this is many times that.
        const HAND_BACK_S: u64 = 5;
        self.drain_s + HAND_BACK_S
    }
}

#[cfg(test)]
pub(crate) fn sample() -> Facts {
    let deed = |name: &str, options: &[&str]| Deed {
        name: name.to_owned(),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
    };
    let variable = |name: &str| Variable {
        name: name.to_owned(),
        required: ["TELEGRAM_BOT_TOKEN", "KIE_API_KEY", "ADMIN_ID"].contains(&name),
        secret: [
            "TELEGRAM_BOT_TOKEN",
            "KIE_API_KEY",
            "KIE_WEBHOOK_HMAC_KEY",
            "WEBHOOK_SECRET_TOKEN",
            "DATABASE_URL",
            "DATABASE_MIGRATION_URL",
            "METRICS_TOKEN",
            "SENTRY_DSN",
        ]
        .contains(&name),
        platform: name.starts_with("RENDER"),
        mistaken_for: if name == "TELEGRAM_BOT_TOKEN" { vec!["BOT_TOKEN".to_owned()] } else { Vec::new() },
    };
    Facts {
        version: "0.1.0".to_owned(),
        commands: vec![
            deed("serve", &[]),
            deed("migrate", &[]),
            deed("audit", &[]),
            deed("health", &[]),
            deed("backup", &[]),
            deed("doctor", &["--before-deploy", "--json"]),
            deed("catalog check", &["--dir"]),
        ],
        variables: [
            "TELEGRAM_BOT_TOKEN",
            "KIE_API_KEY",
            "ADMIN_ID",
            "KIE_WEBHOOK_HMAC_KEY",
            "WEBHOOK_SECRET_TOKEN",
            "DATABASE_URL",
            "DATABASE_MIGRATION_URL",
            "MIGRATE_ON_START",
            "HOST",
            "PORT",
            "LOG_LEVEL",
            "RENDER",
            "WEBHOOK_BASE_URL",
            "METRICS_TOKEN",
            "SENTRY_DSN",
            "SUPPORT_TELEGRAM",
        ]
        .map(variable)
        .to_vec(),
        health_path: "/health".to_owned(),
        ready_path: "/ready".to_owned(),
        drain_s: 25,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_held_against_commands_and_their_options() {
        let facts = sample();
        for sound in ["", "serve", "catalog check --dir=x", "doctor --before-deploy", "backup copy.db", "doctor --help"]
        {
            assert_eq!(facts.wrong_with(sound.split_whitespace()), None, "{sound}");
        }
        for (wrong, piece) in
            [("sevre", "`kiebot sevre`"), ("catalog chekc", "`kiebot catalog`"), ("doctor --quick", "`--quick`")]
        {
            let said = facts.wrong_with(wrong.split_whitespace()).unwrap_or_default();
            assert!(said.contains(piece), "{wrong}: {said}");
        }
    }
}
