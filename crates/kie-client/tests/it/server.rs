//! A server that answers from a queue, one entry per request, and keeps what it was asked. Written on a bare socket, since it has to break every
//! rule of HTTP that a server library keeps.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kie_client::{BreakerPolicy, KieClient, Options, Pace, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The key of every test.
pub(crate) const KEY: &str = "sk-test-0123456789abcdef";

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Reads it and answers.
    Reply { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8>, delay: Duration },
    /// Closes the connection as soon as it is there.
    CloseBeforeReading,
    /// Reads it to its end and closes the connection: the answer is lost.
    CloseAfterReading,
    /// Reads it and writes these bytes, whatever they are; then closes.
    Raw(Vec<u8>),
    /// Reads it, writes these bytes and then nothing more.
    Stall(Vec<u8>),
    /// Reads it and never answers.
    Hang,
}

impl Answer {
    /// An answer with this status and body.
    pub(crate) fn http(status: u16, body: &str) -> Self {
        Self::Reply { status, headers: Vec::new(), body: body.as_bytes().to_vec(), delay: Duration::ZERO }
    }

    /// KIE's usual way to refuse: HTTP 200 with a code in the body.
    pub(crate) fn code(code: i64, msg: &str) -> Self {
        Self::http(200, &serde_json::json!({"code": code, "msg": msg, "data": null}).to_string())
    }

    /// KIE's success with this `data`.
    pub(crate) fn data(data: serde_json::Value) -> Self {
        Self::http(200, &serde_json::json!({"code": 200, "msg": "success", "data": data}).to_string())
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    pub(crate) fn after(mut self, wait: Duration) -> Self {
        if let Self::Reply { delay, .. } = &mut self {
            *delay = wait;
        }
        self
    }
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `POST /path?query`.
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Which connection it came on, counted from 0.
    pub(crate) connection: usize,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    requests: Vec<Request>,
}

/// The server. It ends with its value.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { answers: answers.into_iter().collect(), requests: Vec::new() }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else { break };
                connections.spawn(serve(stream, Arc::clone(&shared), connection));
            }
        });
        Self { address, state, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// What has come since the last look.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }

    /// Options for this server: all limits small, no pace to speak of.
    pub(crate) fn options(&self) -> Options {
        options(&self.url())
    }

    pub(crate) fn client(&self) -> KieClient {
        KieClient::new(self.options()).unwrap()
    }

    /// A client that tries once.
    pub(crate) fn client_of_one_try(&self) -> KieClient {
        let mut options = self.options();
        options.retry.tries_max = 1;
        KieClient::new(options).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn options(url: &str) -> Options {
    Options {
        api_url: url.to_owned(),
        upload_url: url.to_owned(),
        connect_timeout: Duration::from_secs(2),
        retry: RetryPolicy {
            base: Duration::from_millis(4),
            cap: Duration::from_millis(10),
            tries_max: 3,
            answer_timeout: Duration::from_secs(10),
            transfer_timeout: Duration::from_secs(10),
            room: Duration::ZERO,
            ..RetryPolicy::default()
        },
        pace: Pace { burst: NonZeroU32::new(1000).unwrap(), interval: Duration::from_millis(1) },
        // Tables of outages are asked of one client; the breaker has tests of its own.
        breaker: BreakerPolicy { outages: 0, ..BreakerPolicy::KIE },
        ..Options::new(KEY.into())
    }
}

/// An address on which nobody listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>, connection: usize) {
    loop {
        let closes = matches!(state.lock().unwrap().answers.front(), Some(Answer::CloseBeforeReading));
        if closes {
            state.lock().unwrap().answers.pop_front();
            return;
        }
        let Some((head, body)) = read(&mut stream).await else { return };
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let answer = {
            let mut state = state.lock().unwrap();
            state.requests.push(Request { line, head, body, connection });
            state.answers.pop_front().unwrap_or_else(|| Answer::http(599, "the script is at its end"))
        };
        match answer {
            Answer::Reply { status, headers, body, delay } => {
                tokio::time::sleep(delay).await;
                let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
                headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
                let sent = stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat()).await;
                if sent.is_err() {
                    return;
                }
            }
            Answer::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Answer::Stall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                std::future::pending().await
            }
            Answer::Hang => std::future::pending().await,
            Answer::CloseAfterReading | Answer::CloseBeforeReading => return,
        }
    }
}

/// Head and body of one request; none at the end of the connection.
async fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        read_more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut body = bytes.split_off(end + 4);
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        assert!(!name.eq_ignore_ascii_case("transfer-encoding"), "every body of ours has a known length");
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    while body.len() < length.unwrap_or(0) {
        read_more(stream, &mut body).await?;
    }
    Some((head, body))
}

async fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = vec![0; 16 * 1024];
    match stream.read(&mut piece).await {
        Ok(count) if count > 0 => {
            bytes.extend_from_slice(&piece[..count]);
            Some(())
        }
        _ => None,
    }
}
