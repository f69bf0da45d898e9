//! What the tests of the KIE simulator share: a client that knows nothing but HTTP, and a receiver of callbacks.
#![expect(dead_code, reason = "each test file uses its own part")]

use std::{convert::Infallible, future::Future, net::Ipv4Addr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use sandbox::kie::{KieOptions, KieSimulator, Pace};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

pub(crate) const KEY: &str = "kie-test-key";

/// A simulator whose tasks move only when told.
pub(crate) async fn manual() -> KieSimulator {
    start(|options| options.pace = Pace::Manual).await
}

pub(crate) async fn start(change: impl FnOnce(&mut KieOptions)) -> KieSimulator {
    let mut options = KieOptions::quick();
    change(&mut options);
    KieSimulator::start(options).await.expect("a free port")
}

pub(crate) fn client() -> reqwest::Client {
    // Another test may have installed it; one is enough.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client")
}

/// POSTs JSON with the right key; every answer must be HTTP 200.
pub(crate) async fn post(kie: &KieSimulator, path: &str, body: &Value) -> Value {
    let url = format!("{}{path}", kie.base_url());
    let answer = client().post(url).bearer_auth(KEY).json(body).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

pub(crate) async fn get(kie: &KieSimulator, path: &str) -> Value {
    let answer = client().get(format!("{}{path}", kie.base_url())).bearer_auth(KEY).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

pub(crate) async fn try_create(kie: &KieSimulator, body: &Value) -> Value {
    post(kie, "/api/v1/jobs/createTask", body).await
}

/// Creates a task and returns its id.
pub(crate) async fn create(kie: &KieSimulator, body: &Value) -> String {
    let answer = try_create(kie, body).await;
    assert_eq!(answer["code"], 200, "{answer}");
    answer["data"]["taskId"].as_str().expect("taskId").to_owned()
}

/// The cheapest task.
pub(crate) async fn create_picture(kie: &KieSimulator, prompt: &str) -> String {
    create(kie, &picture(prompt)).await
}

pub(crate) fn picture(prompt: &str) -> Value {
    json!({"model": "z-image", "input": {"prompt": prompt, "aspect_ratio": "1:1"}})
}

pub(crate) fn picture_with_callback(url: &str) -> Value {
    let mut body = picture("cat");
    body["callBackUrl"] = json!(url);
    body
}

/// `data` of recordInfo.
pub(crate) async fn record(kie: &KieSimulator, task_id: &str) -> Value {
    let answer = get(kie, &format!("/api/v1/jobs/recordInfo?taskId={task_id}")).await;
    assert_eq!((&answer["code"], &answer["msg"]), (&json!(200), &json!("success")), "{answer}");
    answer["data"].clone()
}

/// The record once its task has ended by itself.
pub(crate) async fn ended(kie: &KieSimulator, task_id: &str) -> Value {
    until("the task ends", async || {
        let record = record(kie, task_id).await;
        matches!(record["state"].as_str(), Some("success" | "fail")).then_some(record)
    })
    .await
}

/// Asks until there is an answer, at most for 10 s.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    bounded(what, asking).await
}

pub(crate) async fn bounded<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.unwrap_or_else(|_| panic!("{what}: not within 10 s"))
}

/// One callback as it arrived.
#[derive(Debug)]
pub(crate) struct Callback {
    pub(crate) path: String,
    pub(crate) timestamp: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) body: Value,
}

/// A server that takes callbacks and answers each with the next status, 200 when none is left. Status 0 never answers.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) callbacks: mpsc::UnboundedReceiver<Callback>,
}

impl Receiver {
    pub(crate) async fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let url = format!("http://{}/kie/callback/token", listener.local_addr().expect("an address"));
        let (sender, callbacks) = mpsc::unbounded_channel();
        let statuses = Arc::new(std::sync::Mutex::new(statuses.iter().rev().copied().collect::<Vec<_>>()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, statuses) = (sender.clone(), Arc::clone(&statuses));
                tokio::spawn(async move {
                    let service = service_fn(move |request| take(request, sender.clone(), Arc::clone(&statuses)));
                    // A caller that gives up ends the connection with an error, which is part of the test.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { url, callbacks }
    }

    pub(crate) async fn next(&mut self) -> Callback {
        bounded("a callback arrives", self.callbacks.recv()).await.expect("the receiver lives")
    }
}

async fn take(
    request: hyper::Request<Incoming>,
    sender: mpsc::UnboundedSender<Callback>,
    statuses: Arc<std::sync::Mutex<Vec<u16>>>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().expect("ASCII").to_owned());
    let (timestamp, signature) = (header("x-webhook-timestamp"), header("x-webhook-signature"));
    let path = request.uri().path().to_owned();
    let bytes = request.into_body().collect().await.expect("a body").to_bytes();
    let body = serde_json::from_slice(&bytes).expect("JSON");
    let status = statuses.lock().expect("not poisoned").pop().unwrap_or(200);
    sender.send(Callback { path, timestamp, signature, body }).expect("the test listens");
    if status == 0 {
        std::future::pending::<()>().await;
    }
    let mut response = hyper::Response::new(Full::new(Bytes::new()));
    *response.status_mut() = hyper::StatusCode::from_u16(status).expect("a status");
    Ok(response)
}
