//! Connections: one request, one answer, both bounded, repeated while the budget lasts; and what an answer means for the caller.

use std::sync::Arc;
use std::time::Duration;

use domain::money::Money;
use domain::ports::{GateError, PaybackError};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::options::{BuildError, Connection};
use crate::retry::{self, RetryPolicy};

/// The longest answer that is read. A payment is some 2 KiB, the bank's file some 15 KiB: 1 MiB is room for all, and fills no memory.
pub(crate) const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// A `Retry-After` beyond an hour is taken for an hour: nobody waits longer without asking again.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60 * 60);
/// The longest text of a server's that is kept: short enough for a log line.
const CHARS_MAX: usize = 300;

/// Why a call did not end as hoped, by what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No answer, or one that decides nothing: the same call may be sent again.
    Later { retry_after: Option<Duration>, detail: String },
    /// They don't know us: it says nothing of the payment that was asked about.
    Account { detail: String },
    /// A definite no to this request.
    Refused { detail: String },
}

impl Trouble {
    pub(crate) fn later(detail: impl Into<String>) -> Self {
        Self::Later { retry_after: None, detail: detail.into() }
    }

    /// By the HTTP status, for servers that say no more; `words` may be empty.
    pub(crate) fn of_status(answer: &Answer, words: &str) -> Self {
        let status = answer.status;
        let detail = if words.is_empty() { format!("HTTP {status}") } else { format!("HTTP {status}: {words}") };
        match status {
            401 | 403 => Self::Account { detail },
            408 | 425 | 429 => Self::Later { retry_after: answer.retry_after, detail },
            400..=499 => Self::Refused { detail },
            _ => Self::Later { retry_after: answer.retry_after, detail },
        }
    }

    /// For an offer: whoever is not known can't sell, so the invoice fails and the owner is told.
    pub(crate) fn of_offer(self) -> GateError {
        match self {
            Self::Later { retry_after, detail } => GateError::Later { retry_after, detail },
            Self::Account { detail } | Self::Refused { detail } => GateError::Refused { detail },
        }
    }

    /// For a question: a wrong key decides nothing about a payment that may have been made.
    pub(crate) fn of_question(self) -> GateError {
        match self {
            Self::Later { retry_after, detail } => GateError::Later { retry_after, detail },
            Self::Account { detail } => GateError::Later { retry_after: None, detail },
            Self::Refused { detail } => GateError::Refused { detail },
        }
    }

    /// For a payback whose outcome is not known by this.
    pub(crate) fn of_unknown_payback(self) -> PaybackError {
        match self {
            Self::Later { retry_after, detail } => PaybackError::Later { retry_after, detail },
            Self::Account { detail } | Self::Refused { detail } => PaybackError::Later { retry_after: None, detail },
        }
    }

    /// What was seen.
    pub(crate) fn detail(self) -> String {
        match self {
            Self::Later { detail, .. } | Self::Account { detail } | Self::Refused { detail } => detail,
        }
    }
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// Absent if it could not be read to its end in time, or was too long.
    pub(crate) body: Option<Vec<u8>>,
}

impl Answer {
    /// The body as JSON of this form; `None` if it is not.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body.as_deref()?).ok()
    }

    /// An amount that was paid, from its text.
    pub(crate) fn money(&self, text: &str) -> Result<Money, Trouble> {
        let money: Option<Money> = text.parse().ok();
        money.filter(|money| *money > Money::ZERO).ok_or_else(|| self.nonsense())
    }

    /// An answer that should have been fine and can't be understood.
    pub(crate) fn nonsense(&self) -> Trouble {
        let what = if self.body.is_some() { "is not what was expected" } else { "could not be read, or is too long" };
        Trouble::later(format!("HTTP {}: the body {what}", self.status))
    }
}

/// Connections to one server.
pub(crate) struct Transport {
    client: Client,
    retry: RetryPolicy,
    server: &'static str,
    /// Taken out of every text.
    secrets: Vec<SecretString>,
}

impl Transport {
    pub(crate) fn new(
        server: &'static str,
        connection: &Connection,
        secrets: Vec<SecretString>,
    ) -> Result<Self, BuildError> {
        Ok(Self { client: client(connection)?, retry: connection.retry.clone(), server, secrets })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends what `request` builds until `read` makes something of the answer, or it is clear that it can't be had before `until`. Only for
    /// requests that may be sent again.
    pub(crate) async fn call<T>(
        &self,
        call: &'static str,
        until: Instant,
        request: impl Fn() -> RequestBuilder,
        read: impl Fn(Answer) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let attempt = || async { read(self.exchange(call, request(), until).await?) };
        retry::run(&self.retry, until, attempt).await
    }

    async fn exchange(&self, call: &'static str, request: RequestBuilder, until: Instant) -> Result<Answer, Trouble> {
        let start = Instant::now();
        if until <= start {
            return Err(Trouble::later("no time is left to send it"));
        }
        let until = until.min(retry::deadline(self.retry.answer_timeout));
        let mut response = match timeout_at(until, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Trouble::later(self.clean(&told(error)))),
            Err(_) => return Err(Trouble::later("no answer in time")),
        };
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let body = timeout_at(until, bounded(&mut response)).await.ok().flatten();
        let server = self.server;
        let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(
            server,
            call,
            http.status = status,
            duration_ms,
            "{server} answered `{call}` with HTTP {status} after {duration_ms} ms"
        );
        Ok(Answer { status, retry_after, body })
    }

    /// A text of the server's, fit for an error: our secrets are stars, it is one line, its end is cut off.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.secrets {
            clean = clean.replace(secret.expose_secret(), "***");
        }
        let line: String = clean.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let line = line.trim();
        match line.char_indices().nth(CHARS_MAX) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }
}

/// rustls with ring and Mozilla's roots, no redirects, no proxy, no cookies, nothing from the environment.
fn client(connection: &Connection) -> Result<Client, BuildError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(connection.user_agent.clone())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(connection.connect_timeout)
        .build()?;
    Ok(client)
}

/// The text of an error without the request's address.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some causes are told by the error above them already.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

async fn bounded(response: &mut Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

/// Seconds; the other form, a date, would need the clock of the other side.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_seconds_within_an_hour() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            retry_after(&headers)
        };
        assert_eq!(read(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(read("999999999"), Some(RETRY_AFTER_MAX));
        assert_eq!(read("-1"), None);
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }

    #[test]
    fn a_text_is_one_short_line_without_secrets() {
        let secrets = vec![SecretString::from("live_secret")];
        let transport = Transport::new("test", &Connection::default(), secrets).unwrap();
        assert_eq!(transport.clean(" a\nlive_secret\tb "), "a *** b");
        assert_eq!(transport.clean(&"ж".repeat(400)).chars().count(), CHARS_MAX + 1);
    }

    #[test]
    fn a_status_means_what_the_table_says() {
        let of = |status| Trouble::of_status(&Answer { status, retry_after: None, body: None }, "");
        for status in [400, 404, 405, 415, 422] {
            assert!(matches!(of(status), Trouble::Refused { .. }), "{status}");
        }
        for status in [401, 403] {
            assert!(matches!(of(status), Trouble::Account { .. }), "{status}");
        }
        for status in [202, 301, 408, 425, 429, 500, 502, 503, 504, 599] {
            assert!(matches!(of(status), Trouble::Later { .. }), "{status}");
        }
    }
}
