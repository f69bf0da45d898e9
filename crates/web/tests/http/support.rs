//! A scripted intake, a running listener, and a client that controls every byte.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::intake::{CallbackOutcome, Health, HintOutcome, Intake, RawCallback, RawHint, UpdateOutcome};
use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use web::{Door, Drained, Error, Limits, Server};

pub(crate) const SECRET: &str = "a-webhook-secret-1234";
/// A test that waits longer has failed; nothing is meant to take this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Waits, but not for ever.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// What the intake does with updates.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Script {
    Answer(UpdateOutcome),
    /// Reports `begun`, waits for a permit of the gate, reports `ended`.
    Gated,
    Panic,
}

/// An intake that follows its script and remembers what it was given.
pub(crate) struct Fake {
    pub(crate) script: Mutex<Script>,
    pub(crate) callback: Mutex<CallbackOutcome>,
    pub(crate) missing: Mutex<Vec<String>>,
    pub(crate) health_panics: bool,
    pub(crate) ready_waits: bool,
    pub(crate) updates: Mutex<Vec<Vec<u8>>>,
    pub(crate) callbacks: Mutex<Vec<RawCallback>>,
    pub(crate) hint: Mutex<HintOutcome>,
    pub(crate) hints: Mutex<Vec<RawHint>>,
    pub(crate) gate: Semaphore,
    running: Mutex<(usize, usize)>,
    begun: mpsc::UnboundedSender<()>,
    ended: mpsc::UnboundedSender<()>,
}

/// The ends of a fake's channels.
pub(crate) struct Reports {
    pub(crate) begun: mpsc::UnboundedReceiver<()>,
    pub(crate) ended: mpsc::UnboundedReceiver<()>,
}

impl Fake {
    pub(crate) fn new(script: Script) -> (Self, Reports) {
        let (begun, begun_reports) = mpsc::unbounded_channel();
        let (ended, ended_reports) = mpsc::unbounded_channel();
        let fake = Self {
            script: Mutex::new(script),
            callback: Mutex::new(CallbackOutcome::Stored),
            missing: Mutex::default(),
            health_panics: false,
            ready_waits: false,
            updates: Mutex::default(),
            callbacks: Mutex::default(),
            hint: Mutex::new(HintOutcome::Taken),
            hints: Mutex::default(),
            gate: Semaphore::new(0),
            running: Mutex::default(),
            begun,
            ended,
        };
        (fake, Reports { begun: begun_reports, ended: ended_reports })
    }

    pub(crate) fn done() -> Self {
        Self::new(Script::Answer(UpdateOutcome::Done)).0
    }

    /// The most updates that were handled at once.
    pub(crate) fn running_max(&self) -> usize {
        self.running.lock().unwrap().1
    }

    async fn gated(&self) {
        {
            let mut running = self.running.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
        }
        let _ = self.begun.send(());
        self.gate.acquire().await.unwrap().forget();
        self.running.lock().unwrap().0 -= 1;
        let _ = self.ended.send(());
    }
}

#[async_trait]
impl Intake for Fake {
    async fn telegram(&self, body: Vec<u8>) -> UpdateOutcome {
        let script = *self.script.lock().unwrap();
        self.updates.lock().unwrap().push(body);
        match script {
            Script::Answer(outcome) => outcome,
            Script::Gated => {
                self.gated().await;
                UpdateOutcome::Done
            }
            Script::Panic => panic!("as scripted"),
        }
    }

    async fn kie_callback(&self, callback: RawCallback) -> CallbackOutcome {
        self.callbacks.lock().unwrap().push(callback);
        *self.callback.lock().unwrap()
    }

    async fn payment_hint(&self, hint: RawHint) -> HintOutcome {
        self.hints.lock().unwrap().push(hint);
        *self.hint.lock().unwrap()
    }

    fn health(&self) -> Health {
        assert!(!self.health_panics, "as scripted");
        Health { ok: true, version: "1.2.3", bot_mode: "webhook", storage: "memory", uptime_s: 7, queue_depth: 3 }
    }

    async fn missing(&self) -> Vec<String> {
        if self.ready_waits {
            self.gated().await;
        }
        self.missing.lock().unwrap().clone()
    }

    fn metrics(&self) -> String {
        "# TYPE updates_total counter\nupdates_total 5\n".to_owned()
    }
}

/// What `/health` tells while the door is closed.
pub(crate) fn known() -> Health {
    Health { ok: true, version: "1.2.3", bot_mode: "polling", storage: "sqlite", uptime_s: 0, queue_depth: 0 }
}

/// A running listener.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) task: JoinHandle<Result<Drained, Error>>,
}

impl Running {
    pub(crate) fn start(server: Server) -> Self {
        let (address, shutdown) = (server.local_addr(), CancellationToken::new());
        Self { address, task: tokio::spawn(server.run(shutdown.clone())), shutdown }
    }

    /// Asks it to stop and waits for its report.
    pub(crate) async fn stop(self) -> Drained {
        self.shutdown.cancel();
        self.drained().await
    }

    pub(crate) async fn drained(self) -> Drained {
        soon("the end of the listener", self.task).await.unwrap().unwrap()
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// A listener on a free port, not running yet.
pub(crate) async fn bind(door: &Arc<Door>, limits: Limits) -> Server {
    Server::bind(([127, 0, 0, 1], 0).into(), Arc::clone(door), SECRET.into(), limits).await.unwrap()
}

/// A running listener with an open door.
pub(crate) async fn serve(fake: Fake, limits: Limits) -> (Running, Arc<Fake>) {
    let (door, fake) = (Arc::new(Door::new(known())), Arc::new(fake));
    door.open(fake.clone()).unwrap();
    (Running::start(bind(&door, limits).await), fake)
}

/// The bytes of a POST with the secret.
pub(crate) fn update(body: &str) -> String {
    format!(
        "POST /telegram/webhook HTTP/1.1\r\nhost: x\r\nx-telegram-bot-api-secret-token: {SECRET}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")
}

/// One answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// One connection, byte by byte.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = soon("a connection", TcpStream::connect(address)).await.unwrap();
        Self { stream, read: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        soon("room to write", self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Sends one request and takes its answer.
    pub(crate) async fn ask(&mut self, request: impl AsRef<[u8]>) -> Reply {
        self.send(request).await;
        self.reply().await
    }

    pub(crate) async fn reply(&mut self) -> Reply {
        let (mut reply, length) = self.head().await;
        while self.read.len() < length {
            assert!(self.more().await, "the connection ended within a body");
        }
        reply.body = String::from_utf8(self.read.drain(..length).collect()).unwrap();
        reply
    }

    /// Reads until this many bytes are here, which the next answer then begins with.
    pub(crate) async fn pull(&mut self, bytes: usize) {
        while self.read.len() < bytes {
            assert!(self.more().await, "the connection ended after {} bytes", self.read.len());
        }
    }

    /// An answer without a body whatever its headers say, as to HEAD.
    pub(crate) async fn bare_reply(&mut self) -> Reply {
        self.head().await.0
    }

    /// Whether any byte comes before the end.
    pub(crate) async fn bytes_or_end(&mut self) -> bool {
        self.more().await
    }

    /// Nothing more comes; says how many bytes did until then.
    pub(crate) async fn bytes_to_end(&mut self) -> usize {
        let mut bytes = self.read.len();
        loop {
            self.read.clear();
            if !self.more().await {
                return bytes;
            }
            bytes += self.read.len();
        }
    }

    async fn head(&mut self) -> (Reply, usize) {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.more().await, "the connection ended within a head: {:?}", String::from_utf8_lossy(&self.read));
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: HashMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        (Reply { status, headers, body: String::new() }, length)
    }

    async fn more(&mut self) -> bool {
        let mut piece = vec![0; 64 * 1024];
        // A reset is an end, too.
        let bytes = soon("bytes", self.stream.read(&mut piece)).await.unwrap_or(0);
        self.read.extend_from_slice(&piece[..bytes]);
        bytes > 0
    }
}

/// A client as others write it. TLS isn't used, but the client wants a provider before it lets itself be built.
pub(crate) fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().unwrap()
}
