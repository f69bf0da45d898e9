//! createTask. Above all: what is unknown is never sent again, and what is called not made was surely not made.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use domain::generation::Failure;
use domain::ids::{ModelId, TaskId};
use domain::models::ApiFamily;
use domain::ports::{CreateError, CreateRequest, Generator};
use kie_client::{KieClient, Pace};
use serde_json::json;
use tokio::net::TcpListener;

use crate::server::{Answer, KEY, Server, nobody, options};

const BUDGET: Duration = Duration::from_secs(20);

fn request() -> CreateRequest {
    CreateRequest {
        model: ModelId("google/nano-banana".into()),
        family: ApiFamily::Market,
        path: None,
        input: json!({"prompt": "a cat", "duration": "5"}).as_object().unwrap().clone(),
        callback_url: Some("https://bot.example/kie/callback/00112233445566778899aabbccddeeff".into()),
    }
}

fn made(id: &str) -> Answer {
    Answer::data(json!({"taskId": id, "recordId": id}))
}

/// The outcome as one line of a table.
pub(crate) fn told(result: &Result<TaskId, CreateError>) -> String {
    match result {
        Ok(task) => format!("made {task}"),
        Err(CreateError::NotMade { .. }) => "not made".into(),
        Err(CreateError::Maintenance { .. }) => "maintenance".into(),
        Err(CreateError::InputDied { .. }) => "input died".into(),
        Err(CreateError::Refused(Failure { reason, .. })) => format!("refused {reason:?}"),
        Err(CreateError::Account(trouble)) => format!("account {trouble:?}"),
        Err(CreateError::Unknown { .. }) => "unknown".into(),
    }
}

#[tokio::test]
async fn the_request_has_kies_form_and_the_answers_task_is_returned() {
    let server = Server::start([made("task-1")]).await;
    let result = server.client().create(&request(), BUDGET).await;
    assert_eq!(result, Ok(TaskId("task-1".into())));
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.line, "POST /api/v1/jobs/createTask");
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert!(sent.header("user-agent").unwrap().starts_with("kiebot/"));
    assert_eq!(
        sent.json(),
        json!({
            "model": "google/nano-banana",
            "input": {"prompt": "a cat", "duration": "5"},
            "callBackUrl": "https://bot.example/kie/callback/00112233445566778899aabbccddeeff",
        })
    );
}

/// Each code in the body of an HTTP 200, as KIE does it, and each as a bare HTTP status with a gateway's page.
#[tokio::test]
async fn every_code_means_what_the_table_says() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    let table = [
        // code, words, meaning in the body, meaning as a bare HTTP status
        (400, "bad request", "refused InputsRefused", "refused InputsRefused"),
        (400, "against our content policy", "refused ContentRefused", ""),
        (401, "You do not have access permissions", "account KeyRefused", "account KeyRefused"),
        (402, "Credits insufficient", "account OutOfCredits", "account OutOfCredits"),
        (403, "Forbidden", "account KeyRefused", "account KeyRefused"),
        (404, "no such model", "refused ModelUnavailable", "refused ModelUnavailable"),
        (405, "method", "refused ModelUnavailable", "refused ModelUnavailable"),
        (408, "upstream silent", "refused ProviderFailed", "refused ProviderFailed"),
        (413, "too large", "refused InputsRefused", "refused InputsRefused"),
        (422, "url is wrong", "refused InputsRefused", "refused InputsRefused"),
        (422, "The model name you specified is not supported.", "refused ModelUnavailable", ""),
        (422, "The prompt contains sensitive words", "refused ContentRefused", ""),
        (429, "Your call frequency is too high.", "not made", "not made"),
        (433, "cap", "account KeyCapReached", "account KeyCapReached"),
        (451, "image could not be fetched", "input died", "input died"),
        (455, "maintenance", "maintenance", "maintenance"),
        (500, "Internal Error", "unknown", "unknown"),
        (500, "aspect_ratio is not within the range of allowed options", "refused InputsRefused", ""),
        (500, "prompt is required", "refused InputsRefused", ""),
        (500, "voiceId cannot be empty", "refused InputsRefused", ""),
        (500, "The text length cannot exceed the maximum limit", "refused InputsRefused", ""),
        (500, "This interface is temporarily paused", "refused ModelUnavailable", ""),
        (500, "model not supported", "refused ModelUnavailable", ""),
        (500, "Credits insufficient", "account OutOfCredits", ""),
        (501, "generation failed", "refused ProviderFailed", "refused ProviderFailed"),
        (502, "bad gateway", "unknown", "unknown"),
        (503, "unavailable", "unknown", "unknown"),
        (504, "timeout", "unknown", "unknown"),
        (505, "function off", "refused ModelUnavailable", "refused ModelUnavailable"),
        (524, "a timeout occurred", "unknown", "unknown"),
        (531, "failed and refunded", "refused ProviderFailed", "refused ProviderFailed"),
        (550, "queue full", "not made", "not made"),
        (307, "moved", "not made", "not made"),
        (418, "a code that nobody knows", "unknown", "unknown"),
        (0, "zero", "unknown", ""),
        (-1, "negative", "unknown", ""),
    ];
    for (code, words, in_body, as_status) in table {
        server.script([Answer::code(code, words)]);
        let result = client.create(&request(), BUDGET).await;
        assert_eq!(told(&result), in_body, "{code} {words} in the body");
        if !as_status.is_empty() {
            let status = u16::try_from(code).unwrap();
            server.script([Answer::http(status, "<html><h1>gateway</h1></html>")]);
            let result = client.create(&request(), BUDGET).await;
            assert_eq!(told(&result), as_status, "HTTP {code}");
            assert_eq!(server.requests().len(), 2, "one request each, {code}");
        } else {
            assert_eq!(server.requests().len(), 1, "one request each, {code}");
        }
    }
}

#[tokio::test]
async fn nonsense_after_sending_is_unknown_and_is_sent_once() {
    let server = Server::start([]).await;
    let client = server.client();
    let raw = |text: &str| Answer::Raw(text.as_bytes().to_vec());
    let table = [
        ("the answer is lost", Answer::CloseAfterReading),
        ("no HTTP", raw("hello\r\n\r\n")),
        ("an empty answer", raw("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")),
        (
            "a body that was cut",
            raw("HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"code\":200,\"data\":{\"taskId\":\"t\"}}"),
        ),
        ("a broken chunk", raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")),
        ("HTML with 200", Answer::http(200, "<html></html>")),
        ("HTML with 502", Answer::http(502, "<html>Bad Gateway</html>")),
        ("half a JSON", Answer::http(200, "{\"code\":200,\"data\":{\"taskId\":")),
        ("no data", Answer::data(json!(null))),
        ("no task id", Answer::data(json!({"recordId": "r"}))),
        ("an empty task id", Answer::data(json!({"taskId": ""}))),
        ("a list", Answer::data(json!(["t"]))),
        ("a task id without end", Answer::data(json!({"taskId": "t".repeat(10_000)}))),
        ("a body without end", Answer::http(200, &format!("{{\"code\":200,\"msg\":\"{}\"}}", "x".repeat(3 << 20)))),
        ("a list as body", Answer::http(200, "[]")),
    ];
    for (what, answer) in table {
        server.script([answer]);
        let result = client.create(&request(), BUDGET).await;
        assert_eq!(told(&result), "unknown", "{what}");
        assert_eq!(server.requests().len(), 1, "{what}");
    }
}

/// Whether the body was taken before the other side closed is a race. Both outcomes are right as long as "not made" comes with the proof, so the
/// server, which read nothing, must not have been asked again after an unknown.
#[tokio::test]
async fn a_connection_closed_at_once_is_unknown_or_provably_not_made() {
    let server = Server::start([]).await;
    let client = server.client_of_one_try();
    for _ in 0..50 {
        server.script([Answer::CloseBeforeReading]);
        let outcome = told(&client.create(&request(), BUDGET).await);
        assert!(["unknown", "not made"].contains(&outcome.as_str()), "{outcome}");
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn an_unusual_but_clear_success_is_one() {
    let server = Server::start([
        Answer::http(502, r#"{"code":200,"msg":"success","data":{"taskId":"a"}}"#),
        Answer::http(200, r#"{"code":"200","message":"ok","data":{"taskId":12345}}"#),
        Answer::http(200, r#"{"data":{"taskId":"c"}}"#),
    ])
    .await;
    for expected in ["made a", "made 12345", "made c"] {
        assert_eq!(told(&server.client().create(&request(), BUDGET).await), expected);
    }
}

#[tokio::test]
async fn no_answer_in_time_is_unknown_and_is_sent_once() {
    let server = Server::start([Answer::Hang, Answer::Hang]).await;
    let mut options = server.options();
    options.retry.answer_timeout = Duration::from_millis(200);
    let start = Instant::now();
    let by_try = KieClient::new(options).unwrap().create(&request(), BUDGET).await;
    assert_eq!(told(&by_try), "unknown");
    assert!(start.elapsed() < Duration::from_secs(5), "the try is bounded, not only the budget");
    let by_budget = server.client().create(&request(), Duration::from_millis(200)).await;
    assert_eq!(told(&by_budget), "unknown");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_late_body_is_unknown_but_a_late_body_of_a_429_is_still_a_429() {
    let head = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 50\r\n\r\n").into_bytes();
    for (status, expected) in
        [("200 OK", "unknown"), ("429 Too Many Requests", "not made"), ("502 Bad Gateway", "unknown")]
    {
        for body in [Answer::Raw(head(status)), Answer::Stall(head(status))] {
            let server = Server::start([body.clone()]).await;
            let mut options = server.options();
            options.retry.tries_max = 1;
            options.retry.answer_timeout = Duration::from_millis(200);
            let result = KieClient::new(options).unwrap().create(&request(), BUDGET).await;
            assert_eq!(told(&result), expected, "{status} {body:?}");
        }
    }
}

/// Refused, unresolvable, broken or endless TLS: no byte of the creation has left us.
#[tokio::test]
async fn what_never_left_us_is_not_made() {
    let plain = Server::start([]).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let table = [
        ("refused", nobody().await),
        ("no such name", format!("http://{}.example", "x".repeat(64))),
        ("no TLS there", plain.url().replace("http:", "https:")),
        ("a silent TLS peer", format!("https://{}", silent.local_addr().unwrap())),
    ];
    for (what, url) in table {
        let mut options = options(&url);
        options.connect_timeout = Duration::from_millis(200);
        options.retry.tries_max = 1;
        let result = KieClient::new(options).unwrap().create(&request(), BUDGET).await;
        assert_eq!(told(&result), "not made", "{what}: {result:?}");
    }
    assert!(plain.requests().is_empty());
}

#[tokio::test]
async fn a_budget_that_ends_while_connecting_is_not_made() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = KieClient::new(options(&format!("https://{}", silent.local_addr().unwrap()))).unwrap();
    let result = client.create(&request(), Duration::from_millis(100)).await;
    assert_eq!(told(&result), "not made", "{result:?}");
}

#[tokio::test]
async fn without_any_budget_nothing_is_sent() {
    let server = Server::start([made("t")]).await;
    assert_eq!(told(&server.client().create(&request(), Duration::ZERO).await), "not made");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn what_was_not_made_is_tried_again_within_the_budget() {
    let server = Server::start([Answer::code(429, "slow down"), Answer::code(550, "queue full"), made("t")]).await;
    assert_eq!(told(&server.client().create(&request(), BUDGET).await), "made t");
    assert_eq!(server.requests().len(), 3);

    server.script([
        Answer::code(455, "maintenance"),
        Answer::code(455, "maintenance"),
        Answer::code(455, "maintenance"),
    ]);
    assert_eq!(told(&server.client().create(&request(), BUDGET).await), "maintenance");
    assert_eq!(server.requests().len(), 3, "tries are counted");
}

#[tokio::test]
async fn a_retry_that_becomes_unknown_ends_the_tries() {
    let server = Server::start([Answer::code(429, "slow down"), Answer::CloseAfterReading, made("never")]).await;
    assert_eq!(told(&server.client().create(&request(), BUDGET).await), "unknown");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn retry_after_is_waited_for_or_handed_to_the_caller() {
    let busy = |seconds: &str| Answer::http(429, r#"{"code":429,"msg":"busy"}"#).with_header("Retry-After", seconds);
    let server = Server::start([busy("1"), made("t")]).await;
    let start = Instant::now();
    assert_eq!(told(&server.client().create(&request(), BUDGET).await), "made t");
    assert!(start.elapsed() >= Duration::from_secs(1));

    server.script([busy("60")]);
    let start = Instant::now();
    let result = server.client().create(&request(), BUDGET).await;
    let expected = CreateError::NotMade { retry_after: Some(Duration::from_secs(60)), detail: "429: busy".into() };
    assert_eq!(result, Err(expected), "longer than the budget");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(server.requests().len(), 3);
}

/// A connection that KIE closed while it idled would make the outcome of the next creation unknown for nothing.
#[tokio::test]
async fn each_creation_has_a_connection_of_its_own() {
    let server = Server::start([made("a"), made("b")]).await;
    let client = server.client();
    client.create(&request(), BUDGET).await.unwrap();
    client.create(&request(), BUDGET).await.unwrap();
    let connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 1]);
}

#[tokio::test]
async fn creations_keep_the_pace_and_what_does_not_fit_is_not_made() {
    let server = Server::start((0..4).map(|at| made(&at.to_string()))).await;
    let mut options = server.options();
    let interval = Duration::from_millis(300);
    options.pace = Pace { burst: NonZeroU32::new(2).unwrap(), interval };
    let client = KieClient::new(options).unwrap();
    let start = Instant::now();
    for _ in 0..2 {
        client.create(&request(), BUDGET).await.unwrap();
    }
    let result = client.create(&request(), Duration::from_millis(50)).await;
    let Err(CreateError::NotMade { retry_after: Some(wait), .. }) = result else { panic!("{result:?}") };
    assert!(wait <= interval, "{wait:?}");
    assert_eq!(server.requests().len(), 2, "nothing was sent without a turn");
    for _ in 0..2 {
        client.create(&request(), BUDGET).await.unwrap();
    }
    assert!(start.elapsed() >= interval * 2);
}

#[tokio::test]
async fn an_address_with_a_path_keeps_it() {
    let server = Server::start([made("t")]).await;
    let client = KieClient::new(options(&format!("{}/proxy/kie/", server.url()))).unwrap();
    client.create(&request(), BUDGET).await.unwrap();
    assert_eq!(server.requests()[0].line, "POST /proxy/kie/api/v1/jobs/createTask");
}
