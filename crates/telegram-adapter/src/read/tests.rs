//! Bodies as Telegram sends them; field names from <https://core.telegram.org/bots/api>, not from frankenstein's types.

use app::event::FileKind;
use domain::clock::Timestamp;
use domain::ports::TelegramFile;
use domain::screen::Action;
use proptest::prelude::*;

use super::*;

const BOT: i64 = 7_000_000_001;
const WHO: i64 = 5_123_456_789;
const UPDATE: i64 = 9_000_000_000;

fn from() -> Value {
    json!({"id": WHO, "is_bot": false, "first_name": "Ада", "last_name": "L", "username": "ada", "language_code": "en-GB", "is_premium": true})
}

fn chat() -> Value {
    json!({"id": WHO, "type": "private", "first_name": "Ада", "username": "ada"})
}

/// A message in the private chat with these further fields.
fn message(fields: Value) -> Value {
    let mut message = json!({"message_id": 42, "from": from(), "chat": chat(), "date": 1_790_000_000});
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    message
}

fn read_kind(kind: &str, content: Value) -> Result<Incoming, Unreadable> {
    read_update(BOT, json!({"update_id": UPDATE, kind: content}).to_string().as_bytes())
}

fn event(fields: Value) -> Event {
    let incoming = read_kind("message", message(fields)).unwrap();
    assert_eq!(incoming.key, UpdateKey { bot: BOT, update: UPDATE });
    assert_eq!(incoming.sender, ada());
    incoming.event
}

fn ada() -> Sender {
    Sender {
        chat: ChatId(WHO),
        first_name: "Ада".to_owned(),
        username: Some("ada".to_owned()),
        language: Some("en-GB".to_owned()),
    }
}

fn unknown_kind(kind: &str) -> Unreadable {
    unknown(UPDATE, kind)
}

#[test]
fn commands_and_texts_are_told_apart() {
    let command =
        |name: &str, arguments: &str| Event::Command { name: name.to_owned(), arguments: arguments.to_owned() };
    for (text, expected) in [
        ("/start", command("start", "")),
        ("/start ref_1", command("start", "ref_1")),
        ("/Start@Some_Bot   a b ", command("start", "a b")),
        ("/imagine\na cat\nat night", command("imagine", "a cat\nat night")),
    ] {
        assert_eq!(
            event(json!({"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 6}]})),
            expected
        );
    }
    for text in [
        "a cat",
        "/",
        "/ start",
        "/usr/bin",
        "//",
        "/старт",
        "/start@",
        "/start@a/b",
        &format!("/{}", "a".repeat(33)),
        " /start",
    ] {
        assert_eq!(event(json!({"text": text})), Event::Text { text: text.to_owned() }, "{text}");
    }
}

#[test]
fn every_file_is_read_with_what_telegram_tells_of_it() {
    let base = |id: &str| TelegramFile {
        file_id: id.to_owned(),
        unique_id: format!("{id}u"),
        size: None,
        mime: None,
        width: None,
        height: None,
        duration_s: None,
        file_name: None,
    };
    let ids = |id: &str| json!({"file_id": id, "file_unique_id": format!("{id}u")});
    let with = |id: &str, more: Value| {
        let mut file = ids(id);
        file.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        file
    };
    let odd_preview = json!({"file_id": "t", "width": "wide"});
    let check = |fields: Value, kind: FileKind, file: TelegramFile| {
        let caption = fields.get("caption").and_then(Value::as_str).map(str::to_owned);
        let album = fields.get("media_group_id").and_then(Value::as_str).map(str::to_owned);
        assert_eq!(event(fields), Event::File { kind, file, caption, album, message: 42 });
    };
    let sizes = [
        with("s", json!({"width": 90, "height": 60})),
        with("l", json!({"width": 1280, "height": 853, "file_size": 5_000_000_000_u64})),
        with("m", json!({"width": 320, "height": 213})),
    ];
    let photo = TelegramFile {
        size: Some(5_000_000_000),
        mime: Some("image/jpeg".to_owned()),
        width: Some(1280),
        height: Some(853),
        ..base("l")
    };
    check(json!({"photo": sizes, "caption": "как живая", "media_group_id": "13"}), FileKind::Photo, photo);
    let clip = json!({"width": 640, "height": 360, "duration": 5, "mime_type": "video/mp4", "file_name": "a.mp4", "thumbnail": odd_preview, "qualities": "x"});
    let film = TelegramFile {
        mime: Some("video/mp4".to_owned()),
        width: Some(640),
        height: Some(360),
        duration_s: Some(5),
        file_name: Some("a.mp4".to_owned()),
        ..base("v")
    };
    check(json!({"video": with("v", clip.clone())}), FileKind::Video, film.clone());
    check(json!({"animation": with("v", clip), "document": ids("v")}), FileKind::Animation, film);
    let round = TelegramFile {
        mime: Some("video/mp4".to_owned()),
        width: Some(240),
        height: Some(240),
        duration_s: Some(9),
        ..base("n")
    };
    check(json!({"video_note": with("n", json!({"length": 240, "duration": 9}))}), FileKind::Video, round);
    let track = TelegramFile {
        mime: Some("audio/mpeg".to_owned()),
        duration_s: Some(200),
        file_name: Some("s.mp3".to_owned()),
        ..base("a")
    };
    check(
        json!({"audio": with("a", json!({"duration": 200, "mime_type": "audio/mpeg", "file_name": "s.mp3", "title": "T"}))}),
        FileKind::Audio,
        track,
    );
    let voice = TelegramFile { mime: Some("audio/ogg".to_owned()), duration_s: Some(3), ..base("o") };
    check(json!({"voice": with("o", json!({"duration": 3, "mime_type": "audio/ogg"}))}), FileKind::Voice, voice);
    let paper = TelegramFile {
        mime: Some("application/pdf".to_owned()),
        file_name: Some("п.pdf".to_owned()),
        size: Some(7),
        ..base("d")
    };
    check(
        json!({"document": with("d", json!({"mime_type": "application/pdf", "file_name": "п.pdf", "file_size": 7}))}),
        FileKind::Document,
        paper,
    );
}

#[test]
fn what_no_screen_takes_is_unsupported_and_a_service_note_is_counted_only() {
    for fields in [
        json!({"sticker": {"file_id": 1}}),
        json!({"poll": {}}),
        json!({"contact": {"phone_number": "1"}}),
        json!({"location": {"latitude": 1}}),
        json!({"dice": {}}),
        json!({"story": {}}),
        json!({"live_photo": {}, "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}),
        json!({"something_new": {}}),
        json!({"photo": []}),
    ] {
        assert_eq!(event(fields.clone()), Event::Unsupported, "{fields}");
    }
    for service in
        ["pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "forum_topic_created"]
    {
        assert_eq!(
            read_kind("message", message(json!({service: {"odd": []}}))),
            Err(unknown_kind(&format!("message/{service}")))
        );
    }
}

#[test]
fn what_is_not_used_may_have_any_form() {
    let strange = json!({
        "text": "hi",
        "reply_to_message": {"chat": {"type": "hologram"}},
        "forward_origin": {"type": "telepathy"},
        "entities": [{"type": "sparkle", "offset": "x"}],
        "reply_markup": {"inline_keyboard": [[{"style": "rainbow"}]]},
        "quote": 7, "external_reply": [], "via_bot": "x", "link_preview_options": 1,
    });
    assert_eq!(event(strange), Event::Text { text: "hi".to_owned() });
    let mut odd_chat = message(json!({"text": "hi"}));
    odd_chat["chat"]["is_forum"] = json!("perhaps");
    assert!(read_kind("message", odd_chat).is_ok());
}

#[test]
fn payments_are_read_whatever_the_chat() {
    let payment = json!({"currency": "XTR", "total_amount": 250, "invoice_payload": "p1", "telegram_payment_charge_id": "c1",
        "provider_payment_charge_id": "", "subscription_expiration_date": "odd", "order_info": 3});
    let paid = Event::Paid {
        currency: "XTR".to_owned(),
        total: 250,
        payload: "p1".to_owned(),
        charge: "c1".to_owned(),
        at: Timestamp::from_seconds(1_790_000_000),
    };
    assert_eq!(event(json!({"successful_payment": payment})), paid);
    let mut in_group = message(json!({"successful_payment": payment}));
    in_group["chat"] = json!({"id": -100, "type": "supergroup", "title": "G"});
    let incoming = read_kind("message", in_group).unwrap();
    assert_eq!((incoming.sender, incoming.event), (ada(), paid));
    // A note of a refund is the bot's own message.
    let refund =
        json!({"currency": "XTR", "total_amount": 250, "invoice_payload": "p1", "telegram_payment_charge_id": "c1"});
    let mut note = message(json!({"refunded_payment": refund}));
    note["from"] = json!({"id": BOT, "is_bot": true, "first_name": "Bot"});
    let incoming = read_kind("message", note).unwrap();
    assert_eq!(incoming.sender, Sender { language: None, ..ada() });
    assert_eq!(incoming.event, Event::Refunded { currency: "XTR".to_owned(), total: 250, charge: "c1".to_owned() });
    let query = json!({"id": "q", "from": from(), "currency": "XTR", "total_amount": 250, "invoice_payload": "p1"});
    let asked =
        Event::PreCheckout { query: "q".to_owned(), currency: "XTR".to_owned(), total: 250, payload: "p1".to_owned() };
    assert_eq!(read_kind("pre_checkout_query", query).unwrap().event, asked);
    let broken =
        read_kind("message", message(json!({"successful_payment": {"currency": "XTR", "invoice_payload": "p1"}})));
    let reason = "`message` lacks the field `total_amount`".to_owned();
    assert_eq!(broken, Err(Unreadable::Broken { update_id: UPDATE, reason }));
}

#[test]
fn a_payment_that_lacks_something_is_broken_and_what_is_not_used_may_be_odd() {
    let paid = json!({"currency": "XTR", "total_amount": 250, "invoice_payload": "p1", "telegram_payment_charge_id": "c1",
        "provider_payment_charge_id": ""});
    let query = json!({"id": "q", "from": from(), "currency": "XTR", "total_amount": 250, "invoice_payload": "p1"});
    let with = |whole: &Value, name: &str, value: Value| {
        let mut changed = whole.clone();
        changed[name] = value;
        changed
    };
    let without = |whole: &Value, name: &str| {
        let mut changed = whole.clone();
        changed.as_object_mut().unwrap().remove(name);
        changed
    };
    let read_paid = |field: &str, payment: Value| read_kind("message", message(json!({field: payment})));
    for name in ["currency", "total_amount", "invoice_payload", "telegram_payment_charge_id"] {
        let lacks = |kind: &str| {
            Err(Unreadable::Broken { update_id: UPDATE, reason: format!("`{kind}` lacks the field `{name}`") })
        };
        for field in ["successful_payment", "refunded_payment"] {
            assert_eq!(read_paid(field, without(&paid, name)), lacks("message"), "{field}");
            let odd = read_paid(field, with(&paid, name, json!([])));
            assert!(matches!(odd, Err(Unreadable::Broken { .. })), "{field}.{name}: {odd:?}");
        }
    }
    for name in ["id", "from", "currency", "total_amount", "invoice_payload"] {
        let broken = read_kind("pre_checkout_query", without(&query, name));
        let reason = format!("`pre_checkout_query` lacks the field `{name}`");
        assert_eq!(broken, Err(Unreadable::Broken { update_id: UPDATE, reason }));
    }
    for amount in [json!(-1), json!(2.5), json!("250"), json!(5_000_000_000_u64)] {
        assert!(read_paid("successful_payment", with(&paid, "total_amount", amount.clone())).is_err(), "{amount}");
        assert!(read_kind("pre_checkout_query", with(&query, "total_amount", amount.clone())).is_err(), "{amount}");
    }
    let odd = with(&with(&query, "order_info", json!([])), "shipping_option_id", json!(7));
    assert!(matches!(read_kind("pre_checkout_query", odd).unwrap().event, Event::PreCheckout { .. }));
    for whole in [json!(null), json!([]), json!("x")] {
        assert!(matches!(read_kind("pre_checkout_query", whole.clone()), Err(Unreadable::Broken { .. })), "{whole}");
    }
    // Told in a group without a payer, money is kept for a human rather than credited to nobody.
    let mut orphan = message(json!({"successful_payment": paid}));
    orphan["chat"] = json!({"id": -100, "type": "supergroup", "title": "G"});
    let reason = "a payment without a payer".to_owned();
    assert_eq!(read_kind("message", without(&orphan, "from")), Err(Unreadable::Broken { update_id: UPDATE, reason }));
    let alone = without(&message(json!({"successful_payment": paid})), "from");
    assert_eq!(read_kind("message", alone).unwrap().sender, Sender { language: None, ..ada() });
}

#[test]
fn presses_are_read_with_any_message_and_any_data() {
    let press = |message: Option<Value>, data: Option<&str>| {
        let mut query = json!({"id": "77", "from": from(), "chat_instance": "-1"});
        if let Some(message) = message {
            query["message"] = message;
        }
        if let Some(data) = data {
            query["data"] = json!(data);
        }
        read_kind("callback_query", query)
    };
    let seen = |message: Option<i64>, action: Option<Action>| Event::Press { query: "77".to_owned(), message, action };
    let ours = message(
        json!({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "style": "rainbow"}]]}, "poll": 3}),
    );
    let incoming = press(Some(ours), Some("1m")).unwrap();
    assert_eq!((incoming.sender, incoming.event), (ada(), seen(Some(42), Some(Action::Menu))));
    let inaccessible = json!({"message_id": 7, "chat": chat(), "date": 0});
    assert_eq!(press(Some(inaccessible), Some("old:data")).unwrap().event, seen(Some(7), None));
    assert_eq!(press(None, None).unwrap().event, seen(None, None));
    let group = json!({"message_id": 7, "chat": {"id": -5, "type": "group", "title": "G"}, "date": 0});
    assert_eq!(press(Some(group), Some("1m")), Err(unknown_kind("callback_query/elsewhere")));
}

#[test]
fn blocking_and_edits_are_events_of_the_private_chat() {
    let change = |chat: Value, status: &str| {
        let bot = json!({"id": BOT, "is_bot": true, "first_name": "Bot"});
        json!({"chat": chat, "from": from(), "date": 1, "old_chat_member": {"status": "sleeping"},
            "new_chat_member": {"user": bot, "status": status, "until_date": 0}})
    };
    for (status, gone) in [("kicked", true), ("left", true), ("member", false)] {
        let incoming = read_kind("my_chat_member", change(chat(), status)).unwrap();
        assert_eq!((incoming.sender, incoming.event), (ada(), Event::Membership { gone }));
    }
    let group = json!({"id": -5, "type": "group", "title": "G"});
    assert_eq!(read_kind("my_chat_member", change(group, "left")), Err(unknown_kind("my_chat_member/elsewhere")));
    let edited = read_kind("edited_message", message(json!({"text": "better", "edit_date": 1})));
    assert_eq!(edited.unwrap().event, Event::Edited);
}

#[test]
fn in_a_group_only_a_command_by_name_is_answered_there() {
    let group = |kind: &str, text: &str| {
        let mut said = message(json!({"text": text}));
        said["chat"] = json!({"id": -100_123, "type": kind, "title": "G"});
        read_kind("message", said)
    };
    let incoming = group("supergroup", "/start@our_bot x").unwrap();
    assert_eq!((incoming.sender, incoming.event), (Sender { chat: ChatId(-100_123), ..ada() }, Event::Elsewhere));
    assert!(group("group", "/start@our_bot").is_ok());
    for (kind, text) in [("group", "/start"), ("supergroup", "hello"), ("channel", "/start@our_bot")] {
        assert_eq!(group(kind, text), Err(unknown_kind("message/elsewhere")), "{kind} {text}");
    }
    assert_eq!(group("hologram", "/start@our_bot"), Err(unknown_kind("message/hologram")));
    let named = |name: &str| {
        let mut said = message(json!({"text": "/start@Our_Bot"}));
        said["chat"] = json!({"id": -5, "type": "group", "title": "G"});
        let bot = Identity { id: BOT, username: name.to_owned(), first_name: String::new() };
        read_update_of(&bot, json!({"update_id": UPDATE, "message": said}).to_string().as_bytes())
    };
    assert!(named("our_bot").is_ok() && named("").is_ok());
    assert_eq!(named("other_bot"), Err(unknown_kind("message/elsewhere")));
    let nobody = json!({"message_id": 1, "chat": chat(), "date": 1, "text": "x"});
    assert_eq!(read_kind("message", nobody), Err(Unreadable::NoSender { update_id: UPDATE }));
}

#[test]
fn what_can_not_be_read_says_so_without_the_users_words() {
    for body in
        ["", "{", "[]", "7", "null", "{}", r#"{"update_id":"5"}"#, r#"{"update_id":5.5}"#, "\u{feff}", "update_id=5"]
    {
        assert_eq!(read_update(BOT, body.as_bytes()), Err(Unreadable::NotJson), "{body}");
    }
    assert_eq!(read_update(BOT, b"\xff\xfe"), Err(Unreadable::NotJson));
    assert_eq!(read_update(BOT, br#"{"update_id":5}"#), Err(unknown(5, "nothing")));
    assert_eq!(read_kind("poll_answer", json!({})), Err(unknown_kind("poll_answer")));
    assert_eq!(read_kind("brand_new_kind", json!([1])), Err(unknown_kind("brand_new_kind")));
    for content in [
        json!(null),
        json!("secret words"),
        json!({"text": "secret words"}),
        message(json!({"text": ["secret words"]})),
    ] {
        let error = read_kind("message", content).unwrap_err();
        assert_eq!(error.update_id(), Some(UPDATE));
        assert!(matches!(error, Unreadable::Broken { .. }) && !error.to_string().contains("secret"), "{error}");
    }
    let deep = format!(r#"{{"update_id":5,"message":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read_update(BOT, deep.as_bytes()), Err(Unreadable::NotJson), "depth is bounded");
}

proptest! {
    #[test]
    fn no_body_makes_it_panic(kind in proptest::sample::select(KINDS.to_vec()), bytes: Vec<u8>, text in "\\PC{0,40}", number: i64) {
        let _ = read_update(BOT, &bytes);
        for content in [json!(text), json!({"text": text}), json!(number), message(json!({"text": text, "photo": number}))] {
            let _ = read_update(number, json!({"update_id": number, kind: content}).to_string().as_bytes());
        }
        let said = read_kind("message", message(json!({"text": text})));
        let kept = match said.unwrap().event {
            Event::Text { text: kept } => kept == text,
            Event::Command { .. } => text.starts_with('/'),
            _ => false,
        };
        prop_assert!(kept);
    }
}
