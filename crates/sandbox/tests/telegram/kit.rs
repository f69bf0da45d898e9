//! What the tests share: a simulator with a hand-moved clock and a client, and a webhook with scripted answers.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use domain::clock::{ManualClock, Timestamp};
use http_body_util::{BodyExt, Full};
use hyper::{body::Bytes, service::service_fn};
use hyper_util::rt::TokioIo;
use sandbox::telegram::{SimulatorOptions, TelegramSimulator, User, ViolationKind};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

/// A bound for everything that should happen at once.
pub(crate) const SOON: Duration = Duration::from_secs(10);
/// The user of most tests.
pub(crate) const ANN: i64 = 501;
/// Another user.
pub(crate) const BEN: i64 = 502;

/// A simulator, its clock, and a plain HTTP client.
pub(crate) struct Bench {
    pub(crate) simulator: TelegramSimulator,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) http: reqwest::Client,
}

impl Bench {
    /// Two known users, pauses of 5 ms for a second.
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with other options.
    pub(crate) async fn with(adjust: impl FnOnce(&mut SimulatorOptions)) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_800_000_000)));
        let mut options = SimulatorOptions::new(clock.clone());
        options.retry_unit = Duration::from_millis(5);
        adjust(&mut options);
        let simulator = TelegramSimulator::start(options).await.expect("a free port");
        simulator.add_user(User::new(ANN, "Ann").with_username("ann").with_language("en"));
        simulator.add_user(User::new(BEN, "Ben"));
        Self { simulator, clock, http: client() }
    }

    /// Address of a method.
    pub(crate) fn url(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.simulator.base_url(), self.simulator.token())
    }

    /// Calls a method with a JSON body; gives HTTP status and answer.
    pub(crate) async fn raw(&self, method: &str, params: Value) -> (u16, Value) {
        let response = self.http.post(self.url(method)).json(&params).send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    /// Calls a method that must succeed; gives its result.
    pub(crate) async fn ok(&self, method: &str, params: Value) -> Value {
        let (status, mut answer) = self.raw(method, params.clone()).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{method} {params} -> {answer}");
        answer["result"].take()
    }

    /// Calls a method that must be refused; gives the description.
    pub(crate) async fn refused(&self, method: &str, params: Value) -> String {
        let (status, answer) = self.raw(method, params.clone()).await;
        assert_eq!(
            (&answer["ok"], &answer["error_code"]),
            (&json!(false), &json!(status)),
            "{method} {params} -> {answer}"
        );
        answer["description"].as_str().expect("a description").to_owned()
    }

    /// Sends a text to Ann; gives the message's number.
    pub(crate) async fn text(&self, text: &str) -> i64 {
        self.ok("sendMessage", json!({"chat_id": ANN, "text": text})).await["message_id"].as_i64().expect("a number")
    }

    /// The kinds of the violations so far.
    pub(crate) fn violations(&self) -> Vec<ViolationKind> {
        self.simulator.violations().into_iter().map(|violation| violation.kind).collect()
    }

    /// Posts a multipart form: texts, then files as (field, name, bytes).
    pub(crate) async fn upload(
        &self,
        method: &str,
        texts: &[(&'static str, String)],
        files: Vec<(&'static str, &'static str, Vec<u8>)>,
    ) -> (u16, Value) {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in texts {
            form = form.text(*name, value.clone());
        }
        for (field, name, bytes) in files {
            form = form.part(field, reqwest::multipart::Part::bytes(bytes).file_name(name));
        }
        let response = self.http.post(self.url(method)).multipart(form).send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }
}

/// A client without TLS in use; reqwest still wants a provider to be named.
pub(crate) fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| rustls::crypto::ring::default_provider().install_default().expect("installed once"));
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// A keyboard of one button.
pub(crate) fn keyboard(label: &str, data: &str) -> Value {
    json!({"inline_keyboard": [[{"text": label, "callback_data": data}]]})
}

/// The head of a PNG of that size: enough for whoever reads its size.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(b"\x08\x06\0\0\0");
    bytes
}

/// The head of a film.
pub(crate) fn mp4() -> Vec<u8> {
    b"\0\0\0\x18ftypisom\0\0\0\0".to_vec()
}

/// What a webhook or a web page answers.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn page(media_type: &str, body: Vec<u8>) -> Self {
        Self { status: 200, headers: vec![("content-type", media_type.to_owned())], body }
    }
}

/// A request that a [`Hook`] got.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) path: String,
    pub(crate) secret: Option<String>,
    pub(crate) body: Value,
}

impl Got {
    pub(crate) fn update_id(&self) -> i64 {
        self.body["update_id"].as_i64().expect("an update")
    }
}

/// A server whose answers are queued up; when the queue is empty it answers 200.
pub(crate) struct Hook {
    pub(crate) url: String,
    pub(crate) got: mpsc::UnboundedReceiver<Got>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    gate: Arc<tokio::sync::Semaphore>,
}

impl Hook {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
        let (sender, got) = mpsc::unbounded_channel();
        let replies: Arc<Mutex<VecDeque<Reply>>> = Arc::default();
        let gate = Arc::new(tokio::sync::Semaphore::new(1_000_000));
        let (queue, door) = (replies.clone(), gate.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, queue, door) = (sender.clone(), queue.clone(), door.clone());
                let service = service_fn(move |request| answer(request, sender.clone(), queue.clone(), door.clone()));
                tokio::spawn(async move {
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { url, got, replies, gate }
    }

    /// Queues answers.
    pub(crate) fn will(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().expect("not poisoned").extend(replies);
    }

    /// From now on requests wait for [`Self::let_in`].
    pub(crate) fn close_gate(&self) {
        self.gate.forget_permits(usize::MAX);
    }

    /// Lets that many requests be answered.
    pub(crate) fn let_in(&self, count: usize) {
        self.gate.add_permits(count);
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Got {
        tokio::time::timeout(SOON, self.got.recv()).await.expect("a request in time").expect("the server runs")
    }
}

async fn answer(
    request: hyper::Request<hyper::body::Incoming>,
    sender: mpsc::UnboundedSender<Got>,
    queue: Arc<Mutex<VecDeque<Reply>>>,
    door: Arc<tokio::sync::Semaphore>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let secret = request.headers().get("x-telegram-bot-api-secret-token");
    let secret = secret.map(|value| value.to_str().expect("ASCII").to_owned());
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let body =
        serde_json::from_slice(&body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&body).into_owned()));
    let _ = sender.send(Got { path, secret, body });
    door.acquire().await.expect("never closed").forget();
    let reply = queue.lock().expect("not poisoned").pop_front().unwrap_or_else(|| Reply::status(200));
    let mut response = hyper::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::new(Bytes::from(reply.body))).expect("a response"))
}
