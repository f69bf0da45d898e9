//! The small HTTP kit beneath both simulators: a server on one listener ([`serve`]), a client for plain `http://` on loopback
//! ([`client::send`]) and readers of the body forms that clients send ([`form`]).
//!
//! Must not know: what the requests mean. Invariants:
//! - each body is bounded by [`BODY_BYTES_MAX`]; a larger one is answered 413 without reaching the handler;
//! - a connection lives until its peer closes it or the shutdown token fires; tasks do not outlive the token;
//! - the client refuses every address that is not loopback, so no simulator can reach the network.

pub(crate) mod client;
pub(crate) mod form;

use std::{fmt, future::Future, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{HeaderMap, Method, StatusCode, body::Incoming, header::HeaderValue, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Largest request body: the Bot API takes files of 50 MB, so a simulator must read a little more to refuse them with its own words.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// One request, read to its end.
pub(crate) struct Request {
    /// GET, POST...
    pub(crate) method: Method,
    /// Path as sent, percent-encoding untouched, starting with `/`.
    pub(crate) path: String,
    /// What follows `?`, empty when absent.
    pub(crate) query: String,
    /// All headers.
    pub(crate) headers: HeaderMap,
    /// The whole body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A header as text; `None` when it is absent or not ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a handler answers.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    /// HTTP status code.
    pub(crate) status: u16,
    /// Headers, in order.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub(crate) body: Vec<u8>,
    hang_up: bool,
}

impl Response {
    /// A body with its media type.
    pub(crate) fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type", media_type.to_owned())], body: body.into(), hang_up: false }
    }

    /// A JSON document.
    pub(crate) fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }

    /// No answer: the connection is closed, as a broken network does.
    pub(crate) fn hang_up() -> Self {
        Self { status: 0, headers: Vec::new(), body: Vec::new(), hang_up: true }
    }

    /// The same answer with one header more.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Accepts connections until `shutdown` fires and answers each request with `handler`; returns once every connection task ended.
pub(crate) async fn serve<H, F>(listener: TcpListener, shutdown: CancellationToken, handler: H)
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let handler = Arc::new(handler);
    let tracker = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let handler = Arc::clone(&handler);
                let shutdown = shutdown.clone();
                tracker.spawn(async move {
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = connection(stream, handler) => {}
                    }
                });
            }
            // Out of descriptors, or the peer left between SYN and accept: the next round may succeed.
            Err(error) => {
                tracing::warn!(%error, "simulator could not accept a connection");
                tokio::task::yield_now().await;
            }
        }
    }
    drop(listener);
    tracker.close();
    tracker.wait().await;
}

async fn connection<H, F>(stream: TcpStream, handler: Arc<H>)
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "simulator socket keeps its delay");
    }
    let service = service_fn(move |request| answer(request, Arc::clone(&handler)));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        // A hang-up on purpose ends here too, so this is no warning.
        tracing::debug!(%error, "simulator connection ended early");
    }
}

async fn answer<H, F>(
    request: hyper::Request<Incoming>,
    handler: Arc<H>,
) -> Result<hyper::Response<Full<Bytes>>, HungUp>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(collected) => collected.to_bytes().to_vec(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            return Ok(into_hyper(Response::new(413, "text/plain", "request body is too large")));
        }
        Err(_) => return Err(HungUp),
    };
    let request = Request {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    };
    let response = handler(request).await;
    if response.hang_up { Err(HungUp) } else { Ok(into_hyper(response)) }
}

fn into_hyper(response: Response) -> hyper::Response<Full<Bytes>> {
    let mut out = hyper::Response::new(Full::new(Bytes::from(response.body)));
    *out.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.headers_mut().append(name, value);
        }
    }
    out
}

/// Tells hyper to close the connection without an answer.
#[derive(Debug)]
struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the simulator closed the connection on purpose")
    }
}

impl std::error::Error for HungUp {}
