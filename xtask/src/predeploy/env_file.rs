//! The environment of the target: the process's own, or a file as systemd and compose read it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::{manifest, workspace};

/// Variables of the target. Nothing prints their values.
pub(super) struct Environment {
    /// `None`: those of this process.
    of_file: Option<BTreeMap<String, String>>,
}

impl Environment {
    /// This process's.
    pub(super) fn of_process() -> Self {
        Self { of_file: None }
    }

    /// Those of a file, and none of this process's.
    ///
    /// # Errors
    /// If it cannot be read, or a line is no `NAME=value`.
    pub(super) fn of_file(file: &Path) -> anyhow::Result<Self> {
        Ok(Self { of_file: Some(parse(&manifest::read(file)?)?) })
    }

    /// Whether a variable has a value.
    pub(super) fn has(&self, name: &str) -> bool {
        match &self.of_file {
            Some(variables) => variables.get(name).is_some_and(|value| !value.is_empty()),
            None => workspace::variable(name).is_some(),
        }
    }

    /// Gives a command this environment.
    pub(super) fn put_on(&self, command: &mut Command) {
        if let Some(variables) = &self.of_file {
            command.env_clear().envs(variables);
        }
    }
}

/// A value is what stands behind the first `=`, without one pair of quotes around it; `export ` before a name is passed over.
fn parse(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut variables = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else {
            // The line may hold a secret: it is not shown.
            bail!("line {number} of the env file is no `NAME=value`");
        };
        let value = value.trim();
        let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        variables.insert(name.trim().to_owned(), quoted.unwrap_or(value).to_owned());
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_systemd_and_compose_read_it() {
        let text = "# a comment\n\nADMIN_ID=1,2\nexport SUPPORT_TEXT='a b = c'\nKIE_API_KEY=\nLOG_LEVEL=\"info\"\r\n";
        let variables = parse(text).unwrap();
        let pairs: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [("ADMIN_ID", "1,2"), ("KIE_API_KEY", ""), ("LOG_LEVEL", "info"), ("SUPPORT_TEXT", "a b = c")]
        );
        let error = parse("ADMIN_ID=1\nhunter2\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && !error.contains("hunter2"), "{error}");
        let environment = Environment { of_file: Some(variables) };
        assert!(environment.has("ADMIN_ID") && !environment.has("KIE_API_KEY") && !environment.has("PATH"));
    }
}
