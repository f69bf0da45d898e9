//! What the adapters are built from, and why they may not be.

use std::time::Duration;

use reqwest::Url;

use crate::retry::RetryPolicy;

/// How a server is reached; the same for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// How we introduce ourselves.
    pub user_agent: String,
    /// The longest wait for a connection, name resolution and TLS included.
    pub connect_timeout: Duration,
    /// How calls are repeated within a budget.
    pub retry: RetryPolicy,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            user_agent: concat!("kiebot/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            retry: RetryPolicy::default(),
        }
    }
}

/// Why an adapter can't be built from its options. All of them are settings to mend.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// An address is not one.
    #[error("`{setting}` is `{found}`: {problem}; an address such as `https://api.example.com` is wanted")]
    Url {
        /// Which of the options.
        setting: &'static str,
        /// What stands there.
        found: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A secret is empty, or has characters that no HTTP header can carry. The secret itself is not told.
    #[error("`{setting}` is empty or has characters that it can't have; copy it again from {place}")]
    Secret {
        /// Which of the options.
        setting: &'static str,
        /// Where the owner finds it.
        place: &'static str,
    },
    /// A value must not be empty.
    #[error("`{setting}` is empty")]
    Empty {
        /// Which of the options.
        setting: &'static str,
    },
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up")]
    Http(#[from] reqwest::Error),
}

/// An address that requests can be built on; it has no query, since paths are put behind it.
pub(crate) fn base(setting: &'static str, text: &str) -> Result<Url, BuildError> {
    let url = address(setting, text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused(setting, text, "it has a query"));
    }
    Ok(url)
}

/// An address of http or https without a user name.
pub(crate) fn address(setting: &'static str, text: &str) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|error| refused(setting, text, &error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        // The text holds a password: it is not repeated.
        return Err(refused(setting, "***", "it has a user name"));
    }
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refused(setting, text, "it is neither http nor https"));
    }
    Ok(url)
}

fn refused(setting: &'static str, found: &str, problem: &str) -> BuildError {
    BuildError::Url { setting, found: found.to_owned(), problem: problem.to_owned() }
}

/// `path` (with a leading slash, already fit for an address) below a base address, which may have a path of its own.
pub(crate) fn below(base: &Url, path: &str, query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_is_checked_and_keeps_its_own_path() {
        let url = |text: &str| base("api_url", text);
        let yookassa = url("https://api.yookassa.ru/v3/").unwrap();
        assert_eq!(below(&yookassa, "/payments", &[]).as_str(), "https://api.yookassa.ru/v3/payments");
        assert_eq!(below(&yookassa, "/a", &[("b", "c&d")]).as_str(), "https://api.yookassa.ru/v3/a?b=c%26d");
        for bad in ["", "api.yookassa.ru", "ftp://a.example", "https://", "https://a.example/?x=1", "data:text/plain,x"]
        {
            assert!(url(bad).is_err(), "{bad}");
        }
        assert!(address("rate_url", "https://a.example/XML_daily.asp?date_req=29/11/2026").is_ok());
        let error = url("https://me:hunter2@a.example").unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
