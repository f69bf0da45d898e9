//! Edits and deletions.

use std::time::Duration;

use sandbox::telegram::MessageKind;
use serde_json::{Value, json};

use crate::kit::{ANN, Bench, keyboard, mp4, png};

const SAME: &str = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
const GONE: &str = "Bad Request: message to edit not found";

async fn photo(bench: &Bench, caption: &str) -> i64 {
    let texts = [("chat_id", ANN.to_string()), ("caption", caption.to_owned())];
    let (_, answer) = bench.upload("sendPhoto", &texts, vec![("photo", "a.png", png(64, 64))]).await;
    answer["result"]["message_id"].as_i64().unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test]
async fn an_edit_changes_text_and_keyboard_together() {
    let bench = Bench::new().await;
    let id = bench.text("one").await;
    bench.clock.advance(Duration::from_secs(3));
    let edit = |text: &str, markup: Option<Value>| {
        let mut params = json!({"chat_id": ANN, "message_id": id, "text": text, "parse_mode": "HTML"});
        if let Some(markup) = markup {
            params["reply_markup"] = markup;
        }
        params
    };
    let edited = bench.ok("editMessageText", edit("<b>two</b>", Some(keyboard("a", "b")))).await;
    assert_eq!((&edited["text"], &edited["edit_date"]), (&json!("two"), &json!(1_800_000_003)));
    assert_eq!(bench.refused("editMessageText", edit("<strong>two</strong> ", Some(keyboard("a", "b")))).await, SAME);
    bench.ok("editMessageText", edit("two", Some(keyboard("a", "b")))).await;
    bench.ok("editMessageText", edit("two", None)).await;
    assert_eq!(bench.refused("editMessageText", edit("two", Some(json!({"inline_keyboard": []})))).await, SAME);
    let seen = bench.simulator.last_from_bot(ANN).expect("there");
    assert_eq!((seen.edits, seen.text.as_str(), seen.keyboard.len()), (3, "two", 0));
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn a_keyboard_is_edited_alone() {
    let bench = Bench::new().await;
    let id = bench.text("one").await;
    let markup = |markup: Value| json!({"chat_id": ANN, "message_id": id, "reply_markup": markup});
    bench.ok("editMessageReplyMarkup", markup(keyboard("a", "b"))).await;
    assert_eq!(bench.refused("editMessageReplyMarkup", markup(keyboard("a", "b"))).await, SAME);
    bench.ok("editMessageReplyMarkup", json!({"chat_id": ANN, "message_id": id})).await;
    let seen = bench.simulator.last_from_bot(ANN).expect("there");
    assert_eq!((seen.text.as_str(), seen.keyboard.len()), ("one", 0));
}

#[tokio::test]
async fn what_cannot_be_edited_is_refused() {
    let bench = Bench::new().await;
    let users = bench.simulator.send_text(ANN, "mine").expect("sent").message_id;
    let picture = photo(&bench, "caption").await;
    let text = bench.text("text").await;
    let keys = bench
        .ok("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": {"keyboard": [[{"text": "a"}]]}}))
        .await;
    let deleted = bench.text("gone").await;
    bench.ok("deleteMessage", json!({"chat_id": ANN, "message_id": deleted})).await;
    let table = [
        ("editMessageText", json!({"message_id": 999, "text": "a"}), GONE),
        ("editMessageText", json!({"message_id": deleted, "text": "a"}), GONE),
        ("editMessageReplyMarkup", json!({"message_id": deleted}), GONE),
        ("editMessageText", json!({"message_id": users, "text": "a"}), "Bad Request: message can't be edited"),
        (
            "editMessageText",
            json!({"message_id": keys["message_id"], "text": "b"}),
            "Bad Request: message can't be edited",
        ),
        (
            "editMessageText",
            json!({"message_id": picture, "text": "a"}),
            "Bad Request: there is no text in the message to edit",
        ),
        (
            "editMessageCaption",
            json!({"message_id": text, "caption": "a"}),
            "Bad Request: there is no caption in the message to edit",
        ),
        ("editMessageCaption", json!({"message_id": picture, "caption": "caption"}), SAME),
        (
            "editMessageCaption",
            json!({"message_id": picture, "caption": "x".repeat(1025)}),
            "Bad Request: message caption is too long",
        ),
    ];
    for (method, mut params, description) in table {
        params["chat_id"] = json!(ANN);
        assert_eq!(bench.refused(method, params.clone()).await, description, "{method} {params}");
    }
    bench
        .ok(
            "editMessageCaption",
            json!({"chat_id": ANN, "message_id": picture, "caption": "<i>new</i>", "parse_mode": "HTML"}),
        )
        .await;
    bench.ok("editMessageCaption", json!({"chat_id": ANN, "message_id": picture})).await;
}

#[tokio::test]
async fn a_file_takes_the_place_of_another_or_of_a_text() {
    let bench = Bench::new().await;
    let id = bench.text("working").await;
    let media = json!({"type": "photo", "media": "attach://pic", "caption": "<b>ready</b>", "parse_mode": "HTML"});
    let texts = [("chat_id", ANN.to_string()), ("message_id", id.to_string()), ("media", media.to_string())];
    let (status, answer) = bench.upload("editMessageMedia", &texts, vec![("pic", "a.png", png(30, 20))]).await;
    assert_eq!((status, &answer["result"]["caption"]), (200, &json!("ready")), "{answer}");
    let file_id = answer["result"]["photo"][1]["file_id"].clone();
    let again = json!({"chat_id": ANN, "message_id": id, "media": {"type": "photo", "media": file_id, "caption": "<b>ready</b>", "parse_mode": "HTML"}});
    assert_eq!(bench.refused("editMessageMedia", again).await, SAME);
    let texts = [
        ("chat_id", ANN.to_string()),
        ("message_id", id.to_string()),
        ("media", json!({"type": "video", "media": "attach://film"}).to_string()),
    ];
    bench.upload("editMessageMedia", &texts, vec![("film", "a.mp4", mp4())]).await;
    let seen = bench.simulator.last_from_bot(ANN).expect("there");
    assert_eq!((seen.message_id, seen.kind, seen.edits, seen.text.as_str()), (id, MessageKind::Video, 2, ""));
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn a_message_is_deleted_once_and_within_two_days() {
    let bench = Bench::new().await;
    let id = bench.text("one").await;
    let old = bench.text("two").await;
    let delete = |id: i64| json!({"chat_id": ANN, "message_id": id});
    bench.ok("deleteMessage", delete(id)).await;
    assert_eq!(bench.refused("deleteMessage", delete(id)).await, "Bad Request: message to delete not found");
    bench.clock.advance(Duration::from_secs(48 * 3600 + 1));
    assert_eq!(bench.refused("deleteMessage", delete(old)).await, "Bad Request: message can't be deleted for everyone");
    let deleted: Vec<bool> = bench.simulator.messages(ANN).iter().map(|message| message.deleted).collect();
    assert_eq!(deleted, [true, false]);
}
