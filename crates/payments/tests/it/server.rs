//! A server that answers from a queue, one entry per request, and keeps what it was asked; and the adapters that speak to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::clock::{ManualClock, Timestamp};
use domain::ids::{InvoiceId, UserId};
use domain::ledger::{Payment, Provider};
use domain::money::Money;
use domain::payment::{Invoice, InvoiceState};
use domain::ports::InvoiceWords;
use payments::{
    BankOfRussia, Connection, CryptoPay, CryptoPayOptions, RateOptions, RetryPolicy, Yookassa, YookassaOptions,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// More than any test needs.
pub(crate) const BUDGET: Duration = Duration::from_secs(20);
/// The shop's key of every test.
pub(crate) const KEY: &str = "test_0123456789abcdef-key";
/// The application's token of every test.
pub(crate) const TOKEN: &str = "12345:AAtest-token-of-crypto-pay";
/// The payment of every test, by YooKassa's id.
pub(crate) const PAYMENT: &str = "23d93cac-000f-5000-8000-126628f15141";
/// The invoice of every test, by Crypto Pay's id.
pub(crate) const INVOICE: &str = "528890";

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Answers.
    Reply { status: u16, headers: Vec<(&'static str, &'static str)>, body: Vec<u8> },
    /// Closes the connection: the answer is lost.
    Close,
    /// Never answers.
    Hang,
}

impl Answer {
    pub(crate) fn http(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::Reply { status, headers: Vec::new(), body: body.as_ref().to_vec() }
    }

    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::http(status, body.to_string())
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name, value));
        }
        self
    }
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `POST /path?query`.
    pub(crate) line: String,
    head: String,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
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
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { answers: answers.into_iter().collect(), requests: Vec::new() }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, state, task }
    }

    pub(crate) fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// What has come since the last look.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }

    pub(crate) fn yookassa(&self, tries_max: usize) -> Yookassa {
        Yookassa::new(yookassa_options(&self.url, tries_max)).unwrap()
    }

    pub(crate) fn crypto_pay(&self, tries_max: usize) -> CryptoPay {
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_000)));
        CryptoPay::new(crypto_pay_options(&self.url, tries_max), clock).unwrap()
    }

    pub(crate) fn bank(&self, tries_max: usize) -> BankOfRussia {
        let url = format!("{}/scripts/XML_daily.asp?date_req=28/11/2026", self.url);
        BankOfRussia::new(RateOptions { url, connection: connection(tries_max) }).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Short waits, so many tries.
pub(crate) fn connection(tries_max: usize) -> Connection {
    let retry = RetryPolicy {
        base: Duration::from_millis(4),
        cap: Duration::from_millis(10),
        tries_max,
        answer_timeout: Duration::from_secs(10),
        ..RetryPolicy::default()
    };
    Connection { connect_timeout: Duration::from_secs(2), retry, ..Connection::default() }
}

pub(crate) fn yookassa_options(url: &str, tries_max: usize) -> YookassaOptions {
    YookassaOptions {
        api_url: format!("{url}/v3"),
        connection: connection(tries_max),
        ..YookassaOptions::new("100500", KEY.into(), "https://t.me/the_bot")
    }
}

pub(crate) fn crypto_pay_options(url: &str, tries_max: usize) -> CryptoPayOptions {
    CryptoPayOptions {
        api_url: format!("{url}/api"),
        connection: connection(tries_max),
        ..CryptoPayOptions::new(TOKEN.into())
    }
}

/// An invoice over so many kopecks that lives for an hour from the moment that the clock shows.
pub(crate) fn invoice(provider: Provider, native_amount: i64) -> Invoice {
    Invoice {
        id: "0192f1c8000070008000000000000001".parse::<InvoiceId>().unwrap(),
        user: "0192f1c8000040008000000000000002".parse::<UserId>().unwrap(),
        provider,
        amount: Money::from_kopecks(native_amount),
        native_amount,
        native_currency: "RUB".to_owned(),
        state: InvoiceState::Asked,
        since: Timestamp::from_seconds(1_000),
        created_at: Timestamp::from_seconds(1_000),
        expires_at: Timestamp::from_seconds(4_600),
    }
}

pub(crate) fn words() -> InvoiceWords {
    InvoiceWords { title: "Balance".to_owned(), description: "Balance of the bot".to_owned() }
}

/// A payment of 100 roubles.
pub(crate) fn payment(provider: Provider, id: &str) -> Payment {
    Payment {
        provider,
        payment: id.to_owned(),
        user: "0192f1c8000040008000000000000002".parse::<UserId>().unwrap(),
        amount: Money::from_kopecks(10_000),
        native_amount: 10_000,
        native_currency: "RUB".to_owned(),
        at: Timestamp::from_seconds(1_000),
        refunded: false,
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    while let Some((head, body)) = read(&mut stream).await {
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let answer = {
            let mut state = state.lock().unwrap();
            state.requests.push(Request { line, head, body });
            state.answers.pop_front().unwrap_or_else(|| Answer::http(599, "the script is at its end"))
        };
        match answer {
            Answer::Reply { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
                headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
                if stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat()).await.is_err() {
                    return;
                }
            }
            Answer::Close => return,
            Answer::Hang => std::future::pending().await,
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
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    while body.len() < length.unwrap_or(0) {
        read_more(stream, &mut body).await?;
    }
    Some((head, body))
}

async fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = vec![0; 16 * 1024];
    let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&piece[..count]);
    Some(())
}
