//! The listener's contract, asked as a stranger or a broken Telegram would.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bound::bounded;
use crate::ground::Ground;
use crate::stage::{Plan, SECRET, Stage};
use crate::walk::Words;

const ANN: i64 = 501;
/// Larger than any update.
const TOO_LARGE: usize = 1024 * 1024 + 1;

pub(crate) async fn a_wrong_secret_is_401(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let body = json!({"update_id": 1, "message": {}}).to_string();
    for secret in [None, Some(""), Some("wrong"), Some("whole-test-secreT")] {
        let status = stage.telegram.send_raw_body_as(body.as_bytes(), secret).await;
        assert_eq!(status, Ok(401), "{secret:?}");
    }
    // 401 comes before the body is looked at.
    assert_eq!(stage.telegram.send_raw_body_as(b"{", None).await, Ok(401));
    alive(stage).await;
}

pub(crate) async fn no_json_is_400(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    for body in [&b""[..], b"{", b"no json", b"[]", b"{}", b"\xff\xfe", br#"{"update_id":"one"}"#] {
        assert_eq!(stage.telegram.send_raw_body(body).await, Ok(400), "{}", String::from_utf8_lossy(body));
    }
    alive(stage).await;
}

pub(crate) async fn too_large_is_413(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    assert_eq!(stage.telegram.send_raw_body(&vec![b' '; TOO_LARGE]).await, Ok(413));
    alive(stage).await;
}

/// The head is whole, the body never is.
pub(crate) async fn a_slow_body_is_408(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let address = stage.bot.url("").trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.expect("the bot listens");
    let head = format!(
        "POST /telegram/webhook HTTP/1.1\r\nhost: {address}\r\nx-telegram-bot-api-secret-token: {SECRET}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"update_id\""
    );
    stream.write_all(head.as_bytes()).await.expect("the bot reads");
    let mut answer = [0; 12];
    bounded("an answer to half a body", stream.read_exact(&mut answer)).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 408");
    alive(stage).await;
}

pub(crate) async fn an_unknown_kind_is_200(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    for (number, kind) in ["poll_answer", "chat_boost", "a_kind_of_2030"].into_iter().enumerate() {
        let body = json!({"update_id": number, kind: {"id": "1", "user": {"id": ANN}}}).to_string();
        assert_eq!(stage.telegram.send_raw_body(body.as_bytes()).await, Ok(200), "{kind}");
    }
    assert_eq!(metric(&stage, r#"telegram_updates_total{outcome="unknown"}"#).await, Some(3));
    alive(stage).await;
}

/// What can't be read is kept for the owner, and the line goes on.
pub(crate) async fn a_broken_update_is_kept(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let broken = [
        json!({"update_id": 1, "message": {"message_id": "one"}}),
        json!({"update_id": 2, "message": 7}),
        json!({"update_id": 3, "callback_query": {"id": 5}}),
    ];
    for body in &broken {
        assert_eq!(stage.telegram.send_raw_body(body.to_string().as_bytes()).await, Ok(200), "{body}");
    }
    assert_eq!(metric(&stage, "updates_dead_total").await, Some(broken.len()));
    alive(stage).await;
}

/// A counter, by its name with its labels.
async fn metric(stage: &Stage, name: &str) -> Option<usize> {
    let page = stage.http.get(stage.bot.url("/metrics")).send().await.expect("an answer").text().await.expect("a text");
    page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

/// Nothing of it harmed the service: health, and the next user's menu.
async fn alive(stage: Stage) {
    assert_eq!(stage.bot.status("/health").await, Some(200));
    stage.person(ANN, Words::En).start().await;
    stage.close().await;
}
