//! Texts, keyboards, replies, presses, chat actions.

use std::time::Duration;

use sandbox::telegram::{MessageKind, UpdateState, ViolationKind};
use serde_json::{Value, json};

use crate::kit::{ANN, BEN, Bench, SOON, keyboard};

const TOO_OLD: &str = "Bad Request: query is too old and response timeout expired or query ID is invalid";

#[tokio::test]
async fn a_text_arrives_as_the_user_sees_it() {
    let bench = Bench::new().await;
    let html = "<b>Жар</b> &lt;x&gt; <a href=\"https://a.b/\">link</a>\n";
    let sent = bench
        .ok(
            "sendMessage",
            json!({"chat_id": ANN, "text": html, "parse_mode": "HTML", "reply_markup": keyboard("Go", "go")}),
        )
        .await;
    assert_eq!(sent["text"], "Жар <x> link");
    let entities = json!([
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "text_link", "offset": 8, "length": 4, "url": "https://a.b/"},
    ]);
    assert_eq!(sent["entities"], entities);
    assert_eq!(sent["chat"], json!({"id": ANN, "type": "private", "first_name": "Ann", "username": "ann"}));
    assert_eq!((&sent["from"]["is_bot"], &sent["date"]), (&json!(true), &json!(1_800_000_000)));
    let seen = bench.simulator.last_from_bot(ANN).expect("a message");
    assert_eq!(
        (seen.kind, seen.text.as_str(), seen.edits, seen.deleted),
        (MessageKind::Text, "Жар <x> link", 0, false)
    );
    assert_eq!(serde_json::to_value(&seen).expect("serialises")["keyboard"][0][0]["data"], "go");
}

#[tokio::test]
async fn the_length_of_a_text_counts_after_parsing() {
    let bench = Bench::new().await;
    let cases: [(String, &str); 5] = [
        (String::new(), "Bad Request: message text is empty"),
        (" \n ".to_owned(), "Bad Request: message text is empty"),
        ("<b></b>".to_owned(), "Bad Request: message text is empty"),
        ("x".repeat(4097), "Bad Request: message is too long"),
        ("😀".repeat(2049), "Bad Request: message is too long"),
    ];
    for (text, description) in cases {
        assert_eq!(
            bench.refused("sendMessage", json!({"chat_id": ANN, "text": text, "parse_mode": "HTML"})).await,
            description
        );
    }
    assert_eq!(bench.violations(), [ViolationKind::Limit; 5]);
    let full = format!("<b>{}</b>", "&amp;".repeat(4096));
    bench.ok("sendMessage", json!({"chat_id": ANN, "text": full, "parse_mode": "HTML"})).await;
}

#[tokio::test]
async fn broken_mark_up_is_refused() {
    let bench = Bench::new().await;
    let table = [
        (
            "HTML",
            "<b>x",
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\" at byte offset 0",
        ),
        ("HTML", "<p>x</p>", "Bad Request: can't parse entities: Unsupported start tag \"p\" at byte offset 0"),
        (
            "html",
            "<b>x</i>",
            "Bad Request: can't parse entities: Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"",
        ),
        ("Word", "x", "Bad Request: unsupported parse_mode"),
        ("MarkdownV2", "x", "Bad Request: the simulator reads parse_mode HTML only"),
    ];
    for (mode, text, description) in table {
        assert_eq!(
            bench.refused("sendMessage", json!({"chat_id": ANN, "text": text, "parse_mode": mode})).await,
            description
        );
    }
    let beyond = json!({"chat_id": ANN, "text": "abc", "entities": [{"type": "bold", "offset": 2, "length": 2}]});
    assert_eq!(bench.refused("sendMessage", beyond).await, "Bad Request: ENTITY_BOUNDS_INVALID");
    assert_eq!(bench.violations().len(), 6);
}

#[tokio::test]
async fn keyboards_keep_telegrams_rules() {
    let bench = Bench::new().await;
    let of = |button: Value| json!({"inline_keyboard": [[button]]});
    let data =
        |length: usize| of(json!({"text": "a", "callback_data": "ж".repeat(length / 2) + &"x".repeat(length % 2)}));
    let wide = json!({"inline_keyboard": vec![vec![json!({"text": "a", "callback_data": "b"}); 8]; 13]});
    let table = [
        (data(0), "Bad Request: BUTTON_DATA_INVALID"),
        (data(65), "Bad Request: BUTTON_DATA_INVALID"),
        (
            of(json!({"text": "a"})),
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            of(json!({"text": "a", "url": "nowhere"})),
            "Bad Request: inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        (
            of(json!({"text": "a", "web_app": {"url": "http://a.b"}})),
            "Bad Request: inline keyboard button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed",
        ),
        (of(json!({"text": "a", "copy_text": {"text": "x".repeat(257)}})), "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        (of(json!({"text": "a", "pay": true})), "Bad Request: BUTTON_TYPE_INVALID"),
        (wide, "Bad Request: REPLY_MARKUP_TOO_LONG"),
    ];
    let count = table.len();
    for (markup, description) in table {
        assert_eq!(
            bench.refused("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": markup})).await,
            description
        );
    }
    assert_eq!(bench.violations().len(), count);
    for markup in [
        data(1),
        data(64),
        of(json!({"text": "a", "url": "https://a.b"})),
        of(json!({"text": "a", "copy_text": {"text": "x"}, "style": "danger"})),
        json!({"keyboard": [[{"text": "a"}]]}),
        json!({"remove_keyboard": true}),
        json!({"force_reply": true}),
    ] {
        bench.ok("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": markup})).await;
    }
}

#[tokio::test]
async fn a_reply_names_a_message_that_is_there() {
    let bench = Bench::new().await;
    let first = bench.simulator.send_text(ANN, "question").expect("sent").message_id;
    let reply = |id: i64, anyway: bool| json!({"chat_id": ANN, "text": "a", "reply_parameters": {"message_id": id, "allow_sending_without_reply": anyway}});
    let answer = bench.ok("sendMessage", reply(first, false)).await;
    assert_eq!(answer["reply_to_message"]["text"], "question");
    assert_eq!(bench.refused("sendMessage", reply(999, false)).await, "Bad Request: message to be replied not found");
    assert_eq!(bench.ok("sendMessage", reply(999, true)).await.get("reply_to_message"), None);
}

#[tokio::test]
async fn a_press_is_answered_once_and_within_fifteen_seconds() {
    let bench = Bench::new().await;
    let sent =
        bench.ok("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": keyboard("Go on", "go:1")})).await;
    let message_id = sent["message_id"].as_i64().expect("a number");
    let press = || bench.simulator.press(ANN, message_id, "go:1").expect("pressed");
    let query = press();
    let updates = bench.ok("getUpdates", json!({})).await;
    let callback = &updates[0]["callback_query"];
    assert_eq!(
        (&callback["id"], &callback["data"], &callback["from"]["id"]),
        (&json!(query), &json!("go:1"), &json!(ANN))
    );
    assert_eq!(callback["message"]["reply_markup"], keyboard("Go on", "go:1"));
    let answer = |id: &str, text: &str| json!({"callback_query_id": id, "text": text, "show_alert": true});
    assert_eq!(
        bench.refused("answerCallbackQuery", answer(&query, &"x".repeat(201))).await,
        "Bad Request: MESSAGE_TOO_LONG"
    );
    bench.ok("answerCallbackQuery", answer(&query, "done")).await;
    assert_eq!(bench.refused("answerCallbackQuery", answer(&query, "done")).await, TOO_OLD);
    assert_eq!(bench.refused("answerCallbackQuery", answer("12", "done")).await, TOO_OLD);
    let late = press();
    bench.clock.advance(Duration::from_secs(16));
    assert_eq!(bench.refused("answerCallbackQuery", answer(&late, "done")).await, TOO_OLD);
    let answers = bench.simulator.callback_answers();
    assert_eq!(answers.len(), 1);
    assert_eq!((answers[0].user_id, answers[0].text.as_deref(), answers[0].show_alert), (ANN, Some("done"), true));
}

#[tokio::test]
async fn only_buttons_that_are_there_can_be_pressed() {
    let bench = Bench::new().await;
    let sent =
        bench.ok("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": keyboard("Go on", "go:1")})).await;
    let message_id = sent["message_id"].as_i64().expect("a number");
    let error = bench.simulator.press(ANN, message_id, "stop").expect_err("no such button");
    assert!(error.to_string().contains("`Go on` = `go:1`"), "{error}");
    bench.simulator.press_label(ANN, message_id, "Go").expect("by label");
    bench.ok("deleteMessage", json!({"chat_id": ANN, "message_id": message_id})).await;
    assert!(bench.simulator.press(ANN, message_id, "go:1").is_err());
    bench.simulator.press_stale(ANN, message_id, "go:1").expect("an old client still can");
    let updates = bench.ok("getUpdates", json!({"offset": -1})).await;
    let gone = json!({"chat": {"id": ANN, "type": "private", "first_name": "Ann", "username": "ann"}, "message_id": message_id, "date": 0});
    assert_eq!(updates[0]["callback_query"]["message"], gone);
}

#[tokio::test]
async fn what_users_write_reaches_the_bot() {
    let bench = Bench::new().await;
    bench.simulator.add_group(-100, "Friends");
    let start = bench.simulator.send_text(ANN, "/start ref_1").expect("sent");
    bench.simulator.send_text_in(-100, BEN, "hi").expect("sent");
    bench.clock.advance(Duration::from_secs(5));
    bench.simulator.edit_text(ANN, start.message_id, "/start").expect("edited");
    let updates = bench.ok("getUpdates", json!({"timeout": 5})).await;
    let first = &updates[0]["message"];
    assert_eq!((&updates[0]["update_id"], &first["text"]), (&json!(start.update_id), &json!("/start ref_1")));
    assert_eq!(first["entities"], json!([{"type": "bot_command", "offset": 0, "length": 6}]));
    assert_eq!(
        first["from"],
        json!({"id": ANN, "is_bot": false, "first_name": "Ann", "username": "ann", "language_code": "en"})
    );
    assert_eq!(updates[1]["message"]["chat"], json!({"id": -100, "type": "supergroup", "title": "Friends"}));
    assert_eq!(
        (&updates[2]["edited_message"]["text"], &updates[2]["edited_message"]["edit_date"]),
        (&json!("/start"), &json!(1_800_000_005))
    );
    assert!(bench.simulator.send_text(4, "who?").is_err());
    bench.ok("getUpdates", json!({"offset": start.update_id + 3})).await;
    bench.simulator.wait_idle(SOON).await.expect("all confirmed");
    assert_eq!(bench.simulator.update(start.update_id).map(|update| update.state), Some(UpdateState::Delivered));
}

#[tokio::test]
async fn a_chat_action_shows_until_the_next_message() {
    let bench = Bench::new().await;
    bench.ok("sendChatAction", json!({"chat_id": ANN, "action": "upload_photo"})).await;
    assert_eq!(bench.simulator.chat_action(ANN).map(|action| action.action), Some("upload_photo".to_owned()));
    bench.text("here").await;
    assert_eq!(bench.simulator.chat_action(ANN), None);
}

#[tokio::test]
async fn a_wait_ends_with_the_message_or_tells_what_came_instead() {
    let bench = Bench::new().await;
    let wait = bench.simulator.wait_for(ANN, |message| message.text == "second", SOON);
    let send = async {
        bench.text("first").await;
        bench.text("second").await
    };
    let (found, sent) = tokio::join!(wait, send);
    assert_eq!(found.expect("found").message_id, sent);
    let missed =
        bench.simulator.wait_reply(ANN, sent, |_| true, Duration::from_millis(1)).await.expect_err("nothing newer");
    assert!(missed.to_string().contains("bot Text: \"second\""), "{missed}");
}
