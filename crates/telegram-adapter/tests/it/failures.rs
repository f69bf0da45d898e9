//! Everything that can go wrong with a call, one by one, against the scripted server.

use std::time::{Duration, Instant};

use domain::ports::{Messenger, SendError};
use serde_json::json;

use crate::support::server::{Answer, Scripted};
use crate::support::{ADA, BUDGET, messenger, screen};

const OTHER: domain::ids::ChatId = domain::ids::ChatId(2002);

async fn show(answers: Vec<Answer>, edit: Option<i64>, budget: Duration) -> (Result<i64, SendError>, Vec<String>) {
    let server = Scripted::start(answers).await;
    let result = messenger(&server.url).show(ADA, edit, &screen("Привет"), budget).await;
    server.assert_used_up();
    (result, server.methods())
}

fn later(result: &Result<i64, SendError>) -> Option<Duration> {
    match result {
        Err(SendError::Later { retry_after, .. }) => *retry_after,
        other => panic!("not `Later`: {other:?}"),
    }
}

#[tokio::test]
async fn a_flood_wait_of_a_day_is_told_and_keeps_us_out_of_that_chat_without_a_call() {
    let server = Scripted::start([Answer::flood(90_000), Answer::message(5)]).await;
    let messenger = messenger(&server.url);
    let first = messenger.show(ADA, None, &screen("a"), BUDGET).await;
    assert_eq!(later(&first), Some(Duration::from_secs(90_000)));
    let again = messenger.show(ADA, None, &screen("a"), BUDGET).await;
    assert!(later(&again).unwrap() > Duration::from_secs(80_000));
    assert_eq!(messenger.show(OTHER, None, &screen("a"), BUDGET).await, Ok(5), "other chats go on");
    assert_eq!(server.methods().len(), 2);
    server.assert_used_up();
}

#[tokio::test]
async fn a_flood_wait_within_the_budget_is_waited_for() {
    let start = Instant::now();
    let (result, methods) = show(vec![Answer::flood(1), Answer::message(5)], None, BUDGET).await;
    assert_eq!((result, methods.len()), (Ok(5), 2));
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_send_whose_answer_is_lost_is_not_repeated_and_an_edit_is() {
    for lost in [
        Answer::HangUp,
        Answer::html(502),
        Answer::html(504),
        Answer::Cut,
        Answer::refusal(500, "Internal Server Error"),
    ] {
        let (result, methods) = show(vec![lost.clone()], None, BUDGET).await;
        assert_eq!(later(&result), None, "{lost:?}");
        assert_eq!(methods, ["sendMessage"], "{lost:?}");
        let (result, methods) = show(vec![lost.clone(), lost.clone(), Answer::message(9)], Some(9), BUDGET).await;
        assert_eq!((result, methods.len()), (Ok(9), 3), "{lost:?}");
    }
}

#[tokio::test]
async fn silence_ends_with_the_budget() {
    let start = Instant::now();
    let (result, methods) = show(vec![Answer::Silence], None, Duration::from_millis(700)).await;
    assert_eq!((later(&result), methods.len()), (None, 1));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_and_reported() {
    let closed = {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let start = Instant::now();
    let result = messenger(&closed).show(ADA, None, &screen("a"), Duration::from_secs(2)).await;
    assert!(
        matches!(&result, Err(SendError::Later { retry_after: None, unsent: true, detail }) if detail.contains("not reached")),
        "{result:?}"
    );
    assert!(start.elapsed() >= Duration::from_millis(100), "it was tried more than once");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_not_reached() {
    let server = Scripted::start([]).await;
    let result = messenger(&server.url.replace("http:", "https:")).show(ADA, None, &screen("a"), BUDGET).await;
    assert!(matches!(&result, Err(SendError::Later { detail, .. }) if detail.contains("not reached")), "{result:?}");
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    let refused = |words: &str| Err(SendError::Refused { description: words.to_owned() });
    let blocked = "Forbidden: bot was blocked by the user";
    let table = [
        (Answer::refusal(403, blocked), Err(SendError::ChatGone)),
        (Answer::refusal(400, "Bad Request: chat not found"), Err(SendError::ChatGone)),
        (Answer::refusal(400, "Bad Request: user is deactivated"), Err(SendError::ChatGone)),
        (Answer::refusal(400, "Bad Request: text must be non-empty"), refused("Bad Request: text must be non-empty")),
        (Answer::json(400, &json!({"ok": false, "error_code": 400})), refused("without a word")),
        (Answer::json(200, &json!({"ok": false, "error_code": 400, "description": "odd"})), refused("odd")),
        (Answer::html(413), Err(SendError::TooLarge)),
    ];
    for (answer, expected) in table {
        assert_eq!(show(vec![answer.clone()], None, BUDGET).await.0, expected, "{answer:?}");
    }
    for code in [401, 404] {
        let (result, methods) = show(vec![Answer::refusal(code, "Unauthorized")], None, BUDGET).await;
        assert_eq!((later(&result), methods.len()), (Some(Duration::from_secs(60)), 1));
    }
}

#[tokio::test]
async fn an_edit_that_can_not_be_made_becomes_a_new_message_and_one_without_change_is_success() {
    for gone in ["message to edit not found", "message can't be edited", "there is no text in the message to edit"] {
        let answers = vec![Answer::refusal(400, &format!("Bad Request: {gone}")), Answer::message(77)];
        let (result, methods) = show(answers, Some(9), BUDGET).await;
        assert_eq!((result, methods), (Ok(77), vec!["editMessageText".to_owned(), "sendMessage".to_owned()]));
    }
    let same =
        Answer::refusal(400, "Bad Request: message is not modified: specified new message content is exactly the same");
    assert_eq!(show(vec![same], Some(9), BUDGET).await.0, Ok(9));
    let (result, methods) = show(vec![Answer::message(78)], Some(5_000_000_000), BUDGET).await;
    assert_eq!((result, methods), (Ok(78), vec!["sendMessage".to_owned()]), "no message has such a number");
}

#[tokio::test]
async fn ok_is_success_whatever_else_stands_in_the_answer() {
    let odd = json!({"ok": true, "result": {"message_id": 6, "chat": {"type": "hologram"}, "date": "noon"}, "description": 5, "x": []});
    assert_eq!(show(vec![Answer::json(201, &odd)], None, BUDGET).await.0, Ok(6));
    for unreadable in [json!(true), json!([]), json!({"id": 6})] {
        let (result, methods) = show(vec![Answer::result(unreadable)], None, BUDGET).await;
        assert_eq!((result, methods.len()), (Ok(0), 1), "it was sent, so it is not sent again");
    }
    assert_eq!(show(vec![Answer::result(json!(true))], Some(4), BUDGET).await.0, Ok(4));
}

#[tokio::test]
async fn an_endless_answer_and_a_redirect_are_not_followed() {
    let endless = Answer::Reply(200, Vec::new(), vec![b' '; 17 * 1024 * 1024]);
    let (result, _) = show(vec![endless], None, BUDGET).await;
    assert!(matches!(&result, Err(SendError::Later { detail, .. }) if detail.contains("bytes")), "{result:?}");
    let elsewhere = Scripted::start([]).await;
    let moved = Answer::Reply(302, vec![("location", elsewhere.url.clone())], Vec::new());
    let (result, methods) = show(vec![moved], None, BUDGET).await;
    assert_eq!((later(&result), methods.len()), (None, 1));
    assert_eq!(elsewhere.seen().len(), 0, "the token went nowhere else");
}

#[tokio::test]
async fn an_answer_to_a_press_is_repeated_and_too_late_is_success() {
    let server = Scripted::start([
        Answer::HangUp,
        Answer::result(json!(true)),
        Answer::refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        Answer::refusal(400, "Bad Request: something else"),
        Answer::html(502),
        Answer::result(json!(true)),
    ])
    .await;
    let messenger = messenger(&server.url);
    messenger.answer_press("1", Some(&"я".repeat(300)), true, BUDGET).await.unwrap();
    messenger.answer_press("1", None, true, BUDGET).await.unwrap();
    assert!(matches!(messenger.answer_press("1", None, false, BUDGET).await, Err(SendError::Refused { .. })));
    messenger.answer_pre_checkout("2", Some("нет"), BUDGET).await.unwrap();
    server.assert_used_up();
    let seen = server.seen();
    assert_eq!(seen[1].json()["text"], "я".repeat(200));
    assert_eq!(seen[2].json()["show_alert"], false, "a window without words is none");
    assert_eq!(seen[5].json(), json!({"pre_checkout_query_id": "2", "ok": false, "error_message": "нет"}));
}
