//! An HTTP proxy before a simulator, or before the bot, that can hold one call: before it arrives there, or after it was done and before its answer goes back.
//! So a test can kill the bot exactly between two steps, whatever the step is.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::bound::bounded;

/// Bytes of a body that are kept for [`Gate::seen`]: the text parts of a form, without its files.
const KEPT_BYTES_MAX: usize = 4096;

/// Where a held call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// The simulator has not seen it, and never will unless it is released.
    Before,
    /// The simulator has done it; the answer waits.
    After,
}

/// Which call is held: its path ends so, and its body contains that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hold {
    pub(crate) path_end: &'static str,
    pub(crate) body_part: &'static str,
    pub(crate) when: When,
}

impl Hold {
    pub(crate) const fn before(path_end: &'static str) -> Self {
        Self { path_end, body_part: "", when: When::Before }
    }

    pub(crate) const fn after(path_end: &'static str) -> Self {
        Self { path_end, body_part: "", when: When::After }
    }

    pub(crate) const fn saying(self, body_part: &'static str) -> Self {
        Self { body_part, ..self }
    }
}

/// A call that is to be held, or is.
pub(crate) struct Held {
    what: Hold,
    caught: oneshot::Receiver<()>,
    release: Option<oneshot::Sender<Onward>>,
}

/// What becomes of a held call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Onward {
    Goes,
    IsLost,
}

impl Held {
    /// Waits until the call is there.
    pub(crate) async fn caught(&mut self) {
        bounded(&format!("a call to hold: {:?}", self.what), &mut self.caught).await.expect("the gate stands");
    }

    /// Lets it go on.
    pub(crate) fn release(self) {
        self.end(Onward::Goes);
    }

    /// Its caller hears that the line is broken, and nothing else.
    pub(crate) fn lose(self) {
        self.end(Onward::IsLost);
    }

    fn end(mut self, onward: Onward) {
        if let Some(release) = self.release.take() {
            // Nobody listens if its caller was killed.
            let _ = release.send(onward);
        }
    }
}

/// A request as it passed.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) body: String,
}

struct Rule {
    hold: Hold,
    caught: oneshot::Sender<()>,
    released: oneshot::Receiver<Onward>,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    seen: Vec<Seen>,
}

struct Shared {
    upstream: String,
    client: reqwest::Client,
    state: Mutex<State>,
}

/// The proxy; it ends when it is dropped.
pub(crate) struct Gate {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Gate {
    pub(crate) async fn before(upstream: &str, client: reqwest::Client) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared { upstream: upstream.to_owned(), client, state: Mutex::default() });
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self { address, shared, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next call of that kind will be held, once.
    pub(crate) fn hold(&self, hold: Hold) -> Held {
        let (caught, when_caught) = oneshot::channel();
        let (release, released) = oneshot::channel();
        self.shared.with(|state| state.rules.push(Rule { hold, caught, released }));
        Held { what: hold, caught: when_caught, release: Some(release) }
    }

    /// Everything that passed so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.with(|state| state.seen.clone())
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn with<T>(&self, step: impl FnOnce(&mut State) -> T) -> T {
        step(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rule_for(&self, path: &str, body: &[u8]) -> Option<Rule> {
        let path = path.split('?').next().unwrap_or(path);
        let text = String::from_utf8_lossy(body);
        self.with(|state| {
            let fits = |rule: &Rule| path.ends_with(rule.hold.path_end) && text.contains(rule.hold.body_part);
            state.rules.iter().position(fits).map(|at| state.rules.remove(at))
        })
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| pass(request, Arc::clone(&shared)));
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // A peer that was killed ends its connection badly, on purpose.
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// Hands a request on. When its caller goes away, this future is dropped, and what was held is never done.
async fn pass(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Full<Bytes>>, HungUp> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let body = body.collect().await.map_err(|_| HungUp)?.to_bytes();
    let kept = String::from_utf8_lossy(&body[..body.len().min(KEPT_BYTES_MAX)]).into_owned();
    shared.with(|state| state.seen.push(Seen { path: path.clone(), body: kept }));
    let rule = shared.rule_for(&path, &body);
    let when = rule.as_ref().map(|rule| rule.hold.when);
    let wait = async {
        let Some(rule) = rule else { return Ok(()) };
        let _ = rule.caught.send(());
        match rule.released.await {
            Ok(Onward::Goes) => Ok(()),
            Ok(Onward::IsLost) => Err(HungUp),
            // Dropped without a word, the hold lasts as long as its caller.
            Err(_) => std::future::pending().await,
        }
    };
    let forward = shared.client.request(parts.method, format!("{}{path}", shared.upstream));
    let headers = parts.headers.iter().filter(|(name, _)| !is_ours(name.as_str()));
    let forward = headers.fold(forward, |forward, (name, value)| forward.header(name, value)).body(body);
    let answer = async {
        let answer = forward.send().await.map_err(|_| HungUp)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(|_| HungUp)?;
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        response
            .headers_mut()
            .extend(headers.into_iter().filter(|(name, _)| name.as_ref().is_none_or(|name| !is_ours(name.as_str()))));
        Ok(response)
    };
    match when {
        Some(When::After) => {
            let answer = answer.await;
            wait.await?;
            answer
        }
        _ => {
            wait.await?;
            answer.await
        }
    }
}

/// Headers of one connection; the next one has its own.
fn is_ours(name: &str) -> bool {
    ["host", "connection", "content-length", "transfer-encoding"].contains(&name)
}

/// Closes the connection without an answer, as the simulator did.
#[derive(Debug, thiserror::Error)]
#[error("the simulator hung up")]
struct HungUp;
