//! What is wrong with a configuration, said so that it can be mended in one go.

use std::ffi::OsStr;
use std::fmt;

use super::variable::{Sight, Variable};

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The variable.
    pub(crate) variable: &'static str,
    /// What stands there, as far as it may be shown; absent if nothing does.
    pub(crate) found: Option<String>,
    /// What is wanted.
    pub(crate) wanted: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

/// Everything that is wrong, in the order of the registry's reading. Never empty. Its text holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// Each of them.
    pub(crate) fn all(&self) -> &[Problem] {
        &self.0
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => writeln!(f, "the configuration has a problem")?,
            several => writeln!(f, "the configuration has {several} problems")?,
        }
        for Problem { variable, found, wanted, hint } in &self.0 {
            writeln!(f, "\n  {variable}")?;
            writeln!(f, "    found:  {}", found.as_deref().unwrap_or("nothing"))?;
            writeln!(f, "    wanted: {wanted}")?;
            if let Some(hint) = hint {
                writeln!(f, "    hint:   {hint}")?;
            }
        }
        write!(f, "\nEvery variable with its meaning: README.md, or `kiebot config-table`.")
    }
}

/// The value as it may be shown: open ones cut and escaped, secrets by their length only.
pub(super) fn shown(variable: &Variable, value: &OsStr) -> String {
    /// Enough to recognize a value, short enough for a line.
    const CHARS_MAX: usize = 60;
    let Some(text) = value.to_str() else { return "bytes that are not UTF-8".to_owned() };
    let hidden = || format!("*** ({} characters)", text.chars().count());
    match variable.sight {
        Sight::Secret => hidden(),
        Sight::Scheme => match text.split_once("://") {
            Some((scheme, _)) if is_scheme(scheme) => format!("`{scheme}://***`"),
            _ => hidden(),
        },
        // An open variable may still have got a secret by mistake: a token pasted into the wrong line, a password in an address.
        Sight::Open if looks_secret(text) => hidden(),
        Sight::Open => {
            let escaped: String = text.chars().take(CHARS_MAX).flat_map(char::escape_debug).collect();
            let more = if text.chars().count() > CHARS_MAX { "..." } else { "" };
            format!("`{escaped}{more}`")
        }
    }
}

fn is_scheme(text: &str) -> bool {
    (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'+')
}

/// A bot token (digits, a colon, a long tail), a user name in an address, or one long word as keys are.
fn looks_secret(text: &str) -> bool {
    const KEY_CHARS_MIN: usize = 24;
    let word = |part: &str| {
        part.len() >= KEY_CHARS_MIN
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let token = text.split(':').any(|part| word(part) && part.bytes().any(|byte| byte.is_ascii_digit()));
    let password = text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    token || password
}
