//! What a client is built from.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use crate::breaker::BreakerPolicy;
use crate::pace::Pace;
use crate::retry::RetryPolicy;

/// What a client is built from. [`Options::new`] fills everything but the key with KIE's own values.
#[derive(Clone, Debug)]
pub struct Options {
    /// The API server. Its host may be private, and results on it are fetched, by plain http as well.
    pub api_url: String,
    /// The server that takes files; the same holds for its host.
    pub upload_url: String,
    /// The key of kie.ai/api-key.
    pub key: SecretString,
    /// The folder at KIE in which uploads lie, without slashes at its ends.
    pub upload_path: String,
    /// How we introduce ourselves.
    pub user_agent: String,
    /// The longest wait for a connection, name resolution and TLS included.
    pub connect_timeout: Duration,
    /// How calls are repeated.
    pub retry: RetryPolicy,
    /// How fast tasks are created.
    pub pace: Pace,
    /// When nothing new is asked of a family that does not answer.
    pub breaker: BreakerPolicy,
    /// How fast KIE's own catalogue is asked; its price page has no limit.
    pub catalogue_pace: Pace,
}

impl Options {
    /// KIE's servers, limits that suit them, and this key.
    pub fn new(key: SecretString) -> Self {
        Self {
            api_url: "https://api.kie.ai".to_owned(),
            upload_url: "https://kieai.redpandaai.co".to_owned(),
            key,
            upload_path: "kiebot".to_owned(),
            user_agent: concat!("kiebot/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            retry: RetryPolicy::default(),
            pace: Pace::KIE,
            breaker: BreakerPolicy::KIE,
            catalogue_pace: crate::showroom::PACE,
        }
    }
}

/// Why no client can be built from these options. All of them are settings to mend.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// An address is not one.
    #[error("`{setting}` is `{found}`: {problem}; an address such as `https://api.kie.ai` is wanted")]
    Url {
        /// Which of the options.
        setting: &'static str,
        /// What stands there.
        found: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The key is empty, or has characters that no HTTP header can carry. The key itself is not told.
    #[error("the KIE key is empty or has characters that no key has; copy it again from kie.ai/api-key")]
    Key,
    /// A pace has no time between two requests.
    #[error("a pace needs an interval above zero")]
    Pace,
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up")]
    Http(#[from] reqwest::Error),
}

/// An address that requests can be built on.
pub(crate) fn base(setting: &'static str, text: &str) -> Result<Url, BuildError> {
    let refused = |problem: &str| BuildError::Url { setting, found: text.to_owned(), problem: problem.to_owned() };
    let url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        // The text holds a password: it is not repeated.
        return Err(BuildError::Url { setting, found: "***".to_owned(), problem: "it has a user name".to_owned() });
    }
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refused("it is neither http nor https"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("it has a query"));
    }
    Ok(url)
}

/// `path` (with a leading slash) below a base address, which may have a path of its own.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_is_checked_and_keeps_its_own_path() {
        let url = |text: &str| base("api_url", text);
        assert_eq!(below(&url("https://api.kie.ai/").unwrap(), "/api/v1/x").as_str(), "https://api.kie.ai/api/v1/x");
        assert_eq!(below(&url("http://[::1]:8/kie/").unwrap(), "/api").as_str(), "http://[::1]:8/kie/api");
        for bad in ["", "api.kie.ai", "ftp://api.kie.ai", "https://", "https://a/?x=1", "data:text/plain,x"] {
            assert!(url(bad).is_err(), "{bad}");
        }
        let error = url("https://me:hunter2@api.kie.ai").unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn options_do_not_print_the_key() {
        let options = Options::new("sk-very-secret".into());
        assert!(!format!("{options:?}").contains("very-secret"));
    }
}
