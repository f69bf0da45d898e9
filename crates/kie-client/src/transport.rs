//! Connections to KIE: one request, one answer, both bounded, and the proof whether a creation can have reached KIE.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::stream;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Body, Client, ClientBuilder, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout_at};

use crate::breaker::Seen;
use crate::options::{BuildError, Options};
use crate::reply::Reply;

/// The longest answer that is read: room for a transcript with a time for each word, and nothing that could fill the memory.
const ANSWER_BYTES_MAX: usize = 2 * 1024 * 1024;
/// A `Retry-After` beyond an hour is taken for an hour: nobody waits longer without asking again.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60 * 60);

/// No answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Whether KIE may have got the request. False only with a proof.
    pub(crate) sent: bool,
    /// KIE was not even asked: our own time was over. It tells nothing of KIE.
    pub(crate) unasked: bool,
    /// What was seen, without addresses.
    pub(crate) detail: String,
}

impl Fault {
    /// What it shows of KIE.
    pub(crate) const fn seen(&self) -> Seen {
        if self.unasked { Seen::Nothing } else { Seen::Outage }
    }
}

/// Connections to KIE's two servers.
pub(crate) struct Transport {
    pooled: Client,
    /// For creations: a connection is never used twice. One that the other side has closed while it idled would leave an outcome unknown for
    /// nothing.
    fresh: Client,
    bearer: HeaderValue,
    key: SecretString,
}

impl Transport {
    pub(crate) fn new(options: &Options) -> Result<Self, BuildError> {
        let key = options.key.expose_secret();
        let mut bearer = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| BuildError::Key)?;
        if key.trim().is_empty() {
            return Err(BuildError::Key);
        }
        // Keeps it out of every Debug of a request.
        bearer.set_sensitive(true);
        Ok(Self {
            pooled: builder(options).build()?,
            fresh: builder(options).pool_max_idle_per_host(0).build()?,
            bearer,
            key: options.key.clone(),
        })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.pooled.get(url).header(AUTHORIZATION, self.bearer.clone())
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.pooled.post(url).header(AUTHORIZATION, self.bearer.clone())
    }

    /// A request to what is open to everybody: it carries no key.
    pub(crate) fn post_openly(&self, url: Url) -> RequestBuilder {
        self.pooled.post(url)
    }

    /// Sends a request that may be sent again, and reads its answer.
    pub(crate) async fn exchange(&self, request: RequestBuilder, until: Instant) -> Result<Reply, Fault> {
        if until <= Instant::now() {
            return Err(no_time());
        }
        match timeout_at(until, request.send()).await {
            Ok(Ok(response)) => Ok(self.read(response, until, &[]).await),
            Ok(Err(error)) => Err(Fault { sent: !error.is_connect(), unasked: false, detail: told(error) }),
            Err(_) => Err(Fault { sent: true, unasked: false, detail: "no answer in time".to_owned() }),
        }
    }

    /// Sends a request that must not be sent twice, and reads its answer. `secrets` are taken out of KIE's words.
    pub(crate) async fn exchange_once(
        &self,
        url: Url,
        json: Vec<u8>,
        until: Instant,
        secrets: &[&str],
    ) -> Result<Reply, Fault> {
        if until <= Instant::now() {
            return Err(no_time());
        }
        let seal = Seal::default();
        let request = self
            .fresh
            .post(url)
            .header(AUTHORIZATION, self.bearer.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(CONTENT_LENGTH, HeaderValue::from(json.len()))
            .body(seal.wrap(json));
        let detail = match timeout_at(until, request.send()).await {
            Ok(Ok(response)) => return Ok(self.read(response, until, secrets).await),
            Ok(Err(error)) => told(error),
            Err(_) => "no answer in time".to_owned(),
        };
        Err(Fault { sent: !seal.close(), unasked: false, detail })
    }

    /// The answer. What can't be read to its end still has a status.
    async fn read(&self, mut response: Response, until: Instant, secrets: &[&str]) -> Reply {
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let body = timeout_at(until, bounded(&mut response)).await.ok().flatten();
        let mut all = vec![self.key.expose_secret()];
        all.extend(secrets);
        let reply = Reply::open(status, retry_after, body.as_deref(), &all);
        tracing::debug!(http.status = status, kie.code = ?reply.code, "KIE answered with HTTP {status}, {:?}", reply.code);
        reply
    }
}

/// What every client of ours has in common: rustls with ring and Mozilla's roots, no redirects, no proxy, no cookies, nothing from the environment.
pub(crate) fn builder(options: &Options) -> ClientBuilder {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(options.user_agent.clone())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(options.connect_timeout)
}

/// The text of an error without the request's address, which may hold a token.
pub(crate) fn told(error: reqwest::Error) -> String {
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
    crate::words::clean(&text, &[])
}

fn no_time() -> Fault {
    Fault { sent: false, unasked: true, detail: "no time is left to send it".to_owned() }
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

/// Tells whether a connection ever took a body. Whoever comes first decides: the connection by taking it, or we by closing the seal, after which
/// it can't be taken any more. Without its body a creation says nothing, so a closed seal proves that nothing was made.
#[derive(Default)]
struct Seal(Arc<OnceLock<Fate>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Taken,
    Closed,
}

impl Seal {
    /// A body that marks the seal before it gives away its first byte.
    fn wrap(&self, body: Vec<u8>) -> Body {
        let fate = Arc::clone(&self.0);
        Body::wrap_stream(stream::once(async move {
            match fate.set(Fate::Taken) {
                Ok(()) => Ok(body),
                Err(_) => Err(io::Error::other("the request was given up")),
            }
        }))
    }

    /// True if the body was not taken, and now never will be.
    fn close(&self) -> bool {
        self.0.set(Fate::Closed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_within_an_hour() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            retry_after(&headers)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read(" 0 "), Some(Duration::ZERO));
        assert_eq!(read("999999999"), Some(RETRY_AFTER_MAX));
        assert_eq!(read("99999999999999999999999"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn a_seal_is_decided_once() {
        let closed = Seal::default();
        assert!(closed.close());
        assert_eq!(closed.0.set(Fate::Taken), Err(Fate::Taken));
        let taken = Seal::default();
        taken.0.set(Fate::Taken).unwrap();
        assert!(!taken.close());
    }
}
