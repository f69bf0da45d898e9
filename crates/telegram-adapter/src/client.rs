//! The two-method client under frankenstein's trait: JSON, and multipart with files streamed from disk.
//!
//! frankenstein's own client prints the token in its Debug, loses the HTTP status, and can't read a long `retry_after`; hence this one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use frankenstein::AsyncTelegramApi;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Url, multipart};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use crate::answer;
use crate::error::CallError;

/// A call without a deadline of its own ends after this time; only look-ups at the start are made so.
const CALL_TIME: Duration = Duration::from_secs(30);
/// The longest answer: 100 updates of the longest messages with all their entities are some 5 MB.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A file name is kept up to this many characters, which every file system takes.
const FILE_NAME_CHARS_MAX: usize = 100;

/// What a client is built from.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Bot API server without a path of ours: `https://api.telegram.org`, a local server, a simulator.
    pub api_url: String,
    /// From @BotFather: `<number>:<letters>`.
    pub token: SecretString,
    /// The longest wait for a connection, name resolution and TLS included.
    pub connect_timeout: Duration,
}

impl Options {
    /// Telegram's own server and limits that suit it.
    pub fn new(token: SecretString) -> Self {
        Self { api_url: "https://api.telegram.org".to_owned(), token, connect_timeout: Duration::from_secs(5) }
    }
}

/// Why no client can be built: settings to mend.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The address is none.
    #[error(
        "the Bot API address is `{found}`: {problem}; `https://api.telegram.org` or that of a local server is wanted"
    )]
    Url {
        /// What was given, or `***` if it holds a password.
        found: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The token has another form; it is not told.
    #[error("the bot token has not the form `<number>:<letters>`; copy it again from @BotFather")]
    Token,
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up")]
    Http(#[source] reqwest::Error),
    /// The TLS set-up is refused.
    #[error("TLS can't be set up")]
    Tls(#[source] rustls::Error),
}

/// A client of the Bot API. Cheap to clone; clones share connections. Its Debug shows the server only.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    deadline: Option<Instant>,
    names: Arc<[(PathBuf, String)]>,
}

struct Shared {
    http: reqwest::Client,
    api_url: Url,
    token: SecretString,
    bot_id: i64,
}

impl Client {
    /// A client for one bot. Nothing is called yet.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn new(options: Options) -> Result<Self, BuildError> {
        let api_url = base(&options.api_url)?;
        let bot_id = bot_id(options.token.expose_secret()).ok_or(BuildError::Token)?;
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(BuildError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(50)) // Telegram closes idle connections after about a minute.
            .redirect(reqwest::redirect::Policy::none()) // A redirect would carry the token to another host.
            .referer(false)
            .no_proxy()
            .user_agent(concat!("kiebot/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| BuildError::Http(error.without_url()))?;
        let shared = Arc::new(Shared { http, api_url, token: options.token, bot_id });
        Ok(Self { shared, deadline: None, names: Arc::new([]) })
    }

    /// The bot's Telegram id, which is the number in its token.
    pub fn bot_id(&self) -> i64 {
        self.shared.bot_id
    }

    /// The same client whose calls end at this moment.
    pub(crate) fn until(&self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self.clone() }
    }

    /// The same client, which uploads these files under other names.
    pub(crate) fn naming(&self, names: Vec<(PathBuf, String)>) -> Self {
        Self { names: names.into(), ..self.clone() }
    }

    /// Whether the server runs on this machine, so that the paths it names are ours.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.shared.api_url.host_str() {
            Some("localhost") => true,
            Some(host) => {
                let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
                address.is_ok_and(|address| address.is_loopback())
            }
            None => false,
        }
    }

    /// Begins a download of a path that getFile named; any status.
    pub(crate) async fn get_file_path(&self, path: &str) -> Result<reqwest::Response, CallError> {
        let unwanted = |part: &str| part.is_empty() || part == "." || part == "..";
        if path.split('/').any(unwanted) {
            return Err(CallError::refused(404, "getFile named a path that is none", None));
        }
        let mut url = self.shared.api_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            let token = self.shared.token.expose_secret();
            segments.pop_if_empty().push("file").push(&format!("bot{token}")).extend(path.split('/'));
        }
        let request = self.shared.http.get(url).timeout(self.time_left()?);
        request.send().await.map_err(|error| CallError::from_http(&error))
    }

    fn time_left(&self) -> Result<Duration, CallError> {
        let Some(deadline) = self.deadline else { return Ok(CALL_TIME) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(CallError::Unreached { detail: "no time left".to_owned() }) } else { Ok(left) }
    }

    fn post(&self, method: &str) -> RequestBuilder {
        let mut url = self.shared.api_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            let token = self.shared.token.expose_secret();
            segments.pop_if_empty().push(&format!("bot{token}")).push(method);
        }
        self.shared.http.post(url)
    }

    /// Sends the request and gives status, `Retry-After` and the whole body.
    async fn exchange(&self, request: RequestBuilder) -> Result<(u16, Option<Duration>, Vec<u8>), CallError> {
        let sent = request.timeout(self.time_left()?).send().await;
        let mut response = sent.map_err(|error| CallError::from_http(&error))?;
        let status = response.status().as_u16();
        let retry_after = answer::retry_after(response.headers().get(RETRY_AFTER).and_then(|text| text.to_str().ok()));
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > ANSWER_BYTES_MAX => {
                    return Err(CallError::Lost { detail: format!("an answer over `{ANSWER_BYTES_MAX}` bytes") });
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok((status, retry_after, body)),
                // The status came, so it decides; without a success, what is missing is only Telegram's words.
                Err(error) if (200..300).contains(&status) => return Err(CallError::from_http(&error)),
                Err(_) => return Ok((status, retry_after, body)),
            }
        }
    }

    /// Makes the call, counts and times it.
    async fn call<O: DeserializeOwned>(&self, method: &str, request: RequestBuilder) -> Result<O, CallError> {
        let start = Instant::now();
        let exchanged = self.exchange(request).await;
        let result = exchanged.and_then(|(status, retry_after, body)| answer::decode(status, retry_after, &body));
        let took = start.elapsed();
        let outcome = result.as_ref().err().map_or("ok", CallError::label);
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        metrics::counter!("telegram_requests_total", "method" => method.to_owned(), "outcome" => outcome).increment(1);
        if let Err(CallError::Refused { code: 429, .. }) = &result {
            let wait = result.as_ref().err().and_then(CallError::retry_after).unwrap_or_default();
            metrics::histogram!("telegram_retry_after_seconds").record(wait);
        }
        metrics::histogram!("telegram_request_duration_seconds", "method" => method.to_owned()).record(took);
        tracing::debug!(
            telegram.method = method,
            outcome,
            duration_ms,
            "`{method}` ended as `{outcome}` after {duration_ms} ms"
        );
        result
    }

    async fn file_part(&self, path: &Path) -> Result<multipart::Part, CallError> {
        let unreadable = |error: std::io::Error| CallError::File(error.kind());
        let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
        let length = file.metadata().await.map_err(unreadable)?.len();
        let given = self.names.iter().find(|(named, _)| named == path).map(|(_, name)| name.clone());
        let own = || path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = file_name(&given.or_else(own).unwrap_or_default());
        Ok(multipart::Part::stream_with_length(file, length).file_name(name))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("api_url", &self.shared.api_url.as_str()).finish_non_exhaustive()
    }
}

#[async_trait]
impl AsyncTelegramApi for Client {
    type Error = CallError;

    async fn request<Params, Output>(&self, method: &str, params: Option<Params>) -> Result<Output, CallError>
    where
        Params: Serialize + fmt::Debug + Send,
        Output: DeserializeOwned,
    {
        let body = match params {
            Some(params) => serde_json::to_vec(&params).map_err(|_| CallError::Parameters)?,
            None => b"{}".to_vec(),
        };
        self.call(method, self.post(method).header(CONTENT_TYPE, "application/json").body(body)).await
    }

    async fn request_with_form_data<Params, Output>(
        &self,
        method: &str,
        params: Params,
        files: Vec<(&str, PathBuf)>,
    ) -> Result<Output, CallError>
    where
        Params: Serialize + fmt::Debug + Send,
        Output: DeserializeOwned,
    {
        let Ok(Value::Object(fields)) = serde_json::to_value(&params) else { return Err(CallError::Parameters) };
        // Consumed before the first wait, so that the parameters need not be shared between threads.
        drop(params);
        let mut form = multipart::Form::new();
        for (name, value) in fields {
            if files.iter().any(|(file, _)| *file == name) {
                continue;
            }
            form = match value {
                Value::String(text) => form.text(name, text),
                other => form.text(name, other.to_string()),
            };
        }
        for (name, path) in files {
            form = form.part(name.to_owned(), self.file_part(&path).await?);
        }
        self.call(method, self.post(method).multipart(form)).await
    }
}

/// An address that requests can be built on.
fn base(text: &str) -> Result<Url, BuildError> {
    let refused = |problem: &str| BuildError::Url { found: text.to_owned(), problem: problem.to_owned() };
    let url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BuildError::Url { found: "***".to_owned(), problem: "it has a user name".to_owned() });
    }
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refused("it is neither http nor https"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("it has a query"));
    }
    Ok(url)
}

/// The number of a well-formed token; such a token also has no character that would change an address.
fn bot_id(token: &str) -> Option<i64> {
    let (number, letters) = token.split_once(':')?;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let well_formed =
        !letters.is_empty() && letters.bytes().all(is_letter) && number.bytes().all(|b| b.is_ascii_digit());
    number.parse().ok().filter(|_| well_formed)
}

/// A name that can stand in a part's header: Telegram reads it as it is, without escapes.
fn file_name(name: &str) -> String {
    let unwanted = |letter: char| letter.is_control() || matches!(letter, '"' | '\\' | '/');
    let clean: String = name.chars().map(|letter| if unwanted(letter) { '_' } else { letter }).collect();
    let count = clean.chars().count();
    // The end is kept: it holds the extension, by which Telegram chooses the type.
    let kept: String = clean.chars().skip(count.saturating_sub(FILE_NAME_CHARS_MAX)).collect();
    if kept.trim().is_empty() { "file".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "7000000001:very-SECRET_letters";

    #[test]
    fn nothing_that_holds_the_token_prints_it() {
        let options = Options { api_url: "http://127.0.0.1:8081/api".to_owned(), ..Options::new(TOKEN.into()) };
        let client = Client::new(options.clone()).unwrap();
        assert_eq!(client.bot_id(), 7_000_000_001);
        let printed = format!("{options:?} {client:?} {:#?}", client.until(Instant::now()));
        assert!(!printed.contains("SECRET") && printed.contains("http://127.0.0.1:8081/api"), "{printed}");
        assert!(client.is_loopback());
    }

    #[test]
    fn a_wrong_token_or_address_is_refused_without_being_told() {
        for token in ["", "123", "abc:def", "123:", "123:a/../b", "123:a b", "99999999999999999999:a"] {
            let error = Client::new(Options::new(token.into())).unwrap_err();
            assert!(matches!(error, BuildError::Token), "{token}");
        }
        let build = |url: &str| Client::new(Options { api_url: url.to_owned(), ..Options::new(TOKEN.into()) });
        for url in ["", "api.telegram.org", "ftp://a", "https://a/?x=1", "data:text/plain,x"] {
            assert!(build(url).is_err(), "{url}");
        }
        let error = build("https://me:hunter2@a").unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        assert!(!build("https://api.telegram.org").unwrap().is_loopback());
        assert!(build("http://[::1]:81").unwrap().is_loopback());
        assert!(build("http://localhost:81/").unwrap().is_loopback());
    }

    #[test]
    fn file_names_keep_their_letters_and_their_end() {
        assert_eq!(file_name("кот на луне.png"), "кот на луне.png");
        assert_eq!(file_name("a\"b\\c/d\r\ne.png"), "a_b_c_d__e.png");
        assert_eq!(file_name("  "), "file");
        let long = file_name(&format!("{}.mp4", "я".repeat(500)));
        assert!(long.ends_with("я.mp4") && long.chars().count() == FILE_NAME_CHARS_MAX);
    }
}
