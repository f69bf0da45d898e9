//! What surrounds the process: its variables and the few other facts that the configuration follows from. As plain data, so that a test, the
//! sandbox or `doctor` can make one; the real one is looked at in [`Environment::of_process`] and nowhere else.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

/// The surroundings. Holds secrets, so it has no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    pub(super) variables: BTreeMap<String, OsString>,
    /// The text of `/proc/self/mountinfo`; absent where there is no such file.
    pub(crate) mounts: Option<String>,
    /// What relative paths are relative to.
    pub(crate) directory: PathBuf,
    /// Whether somebody watches the log as it is written.
    pub(crate) terminal: bool,
}

impl Environment {
    /// The real one.
    pub(crate) fn of_process() -> Self {
        Self {
            // A name that is not UTF-8 can't be one of ours.
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .collect(),
            mounts: std::fs::read_to_string("/proc/self/mountinfo").ok(),
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// The same with `name` set: how the sandbox points the bot to its simulators.
    #[cfg(any(test, feature = "sandbox"))]
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// The raw value, blank or not.
    pub(super) fn raw(&self, name: &str) -> Option<&OsString> {
        self.variables.get(name)
    }

    /// Whether there is a value that is not blank: an empty value means not set.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|value| value.to_str().is_none_or(|text| !text.trim().is_empty()))
    }

    /// The value without the blanks around it; absent if it is blank or no text.
    #[cfg(feature = "sandbox")]
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.raw(name)?.to_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// All names, those of others included.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }
}
