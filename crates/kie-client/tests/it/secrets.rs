//! No secret is in a Debug, an error or a log line, and the metrics tell calls and outcomes.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::ids::{ModelId, TaskId};
use domain::models::ApiFamily;
use domain::ports::{CreateRequest, Generator};
use kie_client::KieClient;
use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Answer, KEY, Server, nobody, options};

const BUDGET: Duration = Duration::from_secs(20);
const TOKEN: &str = "00112233445566778899aabbccddeeff";
const PROMPT: &str = "a cat that nobody shall read of";

fn request() -> CreateRequest {
    CreateRequest {
        model: ModelId("google/nano-banana".into()),
        family: ApiFamily::Market,
        path: None,
        input: json!({"prompt": PROMPT}).as_object().unwrap().clone(),
        callback_url: Some(format!("https://bot.example/kie/callback/{TOKEN}")),
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Everything that can be printed of many calls that go right and wrong, KIE repeating our own request among them.
async fn everything_printed() -> String {
    let echo = format!("wrong: {KEY} https://bot.example/kie/callback/{TOKEN} and {TOKEN}: {PROMPT}");
    let server = Server::start([
        Answer::data(json!({"taskId": "t"})),
        Answer::code(422, &echo),
        Answer::code(401, &echo),
        Answer::code(429, &echo).with_header("retry-after", "600"),
        Answer::CloseAfterReading,
    ])
    .await;
    let client = server.client();
    let mut printed = format!("{client:?} {:?}", server.options());
    for _ in 0..5 {
        let result = client.create(&request(), BUDGET).await;
        printed += &format!("{result:?}");
        if let Err(error) = result {
            printed += &error.to_string();
        }
    }
    server.script([Answer::code(401, KEY), Answer::code(500, KEY), Answer::code(500, KEY), Answer::code(500, KEY)]);
    printed += &format!("{:?}", client.credits(BUDGET).await);
    printed += &format!("{:?}", client.query(&TaskId("t".into()), ApiFamily::Market, BUDGET).await);

    let dead = nobody().await;
    let client = KieClient::new(options(&dead)).unwrap();
    printed += &format!("{:?}", client.create(&request(), BUDGET).await);
    let target = tempfile::tempdir().unwrap();
    let signed = format!("{dead}/a.png?signature={TOKEN}");
    printed += &format!("{:?}", client.fetch_result(&signed, &target.path().join("a"), 1, BUDGET).await);
    let mut options = options(&dead);
    options.key = format!("{KEY}\n").into();
    printed + &format!("{:?}", KieClient::new(options).unwrap_err())
}

#[test]
fn no_secret_is_printed_or_logged() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let printed = tracing::subscriber::with_default(subscriber, || runtime.block_on(everything_printed()));
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("KIE call `create` ended as `refused`"), "the log was caught: {logged}");
    assert!(printed.contains("422: wrong: *** *** and ***: ***"), "{printed}");
    for (what, text) in [("printed", &printed), ("logged", &logged)] {
        for secret in [KEY, TOKEN, PROMPT] {
            assert!(!text.contains(secret), "`{secret}` is {what}: {text}");
        }
    }
}

#[test]
fn keys_and_addresses_that_cannot_work_are_told_at_once() {
    let with_key = |key: &str| {
        let mut options = options("http://127.0.0.1:1");
        options.key = key.into();
        KieClient::new(options).map(drop).map_err(|error| error.to_string())
    };
    assert!(with_key("good").is_ok());
    for key in ["", " ", "two\nlines", "zero\u{0}"] {
        assert!(with_key(key).unwrap_err().contains("kie.ai/api-key"), "{key:?}");
    }
    let error = KieClient::new(options("api.kie.ai")).unwrap_err().to_string();
    assert!(error.contains("`api_url` is `api.kie.ai`"), "{error}");
}

/// Counts counters by name and labels; everything else is not kept.
#[derive(Default)]
struct Counts(Arc<Mutex<Vec<String>>>);

struct Count(String, Arc<Mutex<Vec<String>>>);

impl CounterFn for Count {
    fn increment(&self, _: u64) {
        self.1.lock().unwrap().push(self.0.clone());
    }

    fn absolute(&self, _: u64) {}
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<String> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Counter::from_arc(Arc::new(Count(format!("{} {}", key.name(), labels.join(" ")), Arc::clone(&self.0))))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn every_try_is_counted_by_call_and_outcome() {
    let counts = Counts::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&counts, || {
        runtime.block_on(async {
            let server =
                Server::start([Answer::code(429, ""), Answer::data(json!({"taskId": "t"})), Answer::data(json!(1))])
                    .await;
            server.client().create(&request(), BUDGET).await.unwrap();
            server.client().credits(BUDGET).await.unwrap();
        });
    });
    let counted = counts.0.lock().unwrap().clone();
    let expected = ["call=create outcome=not_made", "call=create outcome=ok", "call=credits outcome=ok"];
    assert_eq!(counted, expected.map(|labels| format!("kie_requests_total {labels}")));
}
