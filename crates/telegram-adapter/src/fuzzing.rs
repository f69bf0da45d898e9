//! What is fed with anything at all: the bodies of the fuzz targets `update` and `press`, which panic if this crate breaks its word.
//!
//! Behind the feature `fuzzing`, for `fuzz/` only; the short run is a test below.

use app::event::{Event, Incoming};
use serde_json::{Value, json};

use crate::callback;
use crate::read::{Unreadable, read_update, read_update_of};
use crate::setup::Identity;

#[cfg(test)]
#[path = "../../../fuzz/short.rs"]
mod short;

const BOT: i64 = 7_000_000_001;
/// Telegram's limit: <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
const BUTTON_BYTES_MAX: usize = 64;
/// The longest reason why an update could not be read: our own words, and a name or two of at most 40 letters.
const REASON_BYTES_MAX: usize = 200;
/// What we add to what was sent: the kind of a file that Telegram makes always the same.
const ADDED_BYTES_MAX: usize = 16;

/// `bytes` are an update: it is read or refused, what is kept of it is no longer than it was, and a refusal repeats no words of it.
pub fn update(bytes: &[u8]) {
    let read = read_update(BOT, bytes);
    match &read {
        Ok(incoming) => {
            assert_eq!(incoming.key.bot, BOT);
            assert_eq!(Some(incoming.key.update), told_number(bytes));
            assert!(kept_bytes(incoming) <= bytes.len() + ADDED_BYTES_MAX, "more is kept than was sent: {incoming:?}");
        }
        Err(refusal) => {
            assert!(refusal.to_string().len() <= REASON_BYTES_MAX, "{refusal}");
            assert!(refusal.update_id().is_none() || refusal.update_id() == told_number(bytes));
        }
    }
    // Who knows the bot's name takes less in groups, and nothing else otherwise.
    let name = Identity { id: BOT, username: "kie_shop_bot".to_owned(), first_name: String::new() };
    let named = read_update_of(&name, bytes);
    let is_elsewhere = matches!(&read, Ok(Incoming { event: Event::Elsewhere, .. }) | Err(Unreadable::NoSender { .. }));
    assert!(named == read || is_elsewhere && matches!(named, Err(Unreadable::Unknown { .. })), "{named:?}");
}

/// `bytes` are the data of a button that was pressed: what it means, if anything, is encoded to the same data again.
pub fn press(bytes: &[u8]) {
    let Ok(data) = std::str::from_utf8(bytes) else { return };
    let user = json!({"id": 1, "is_bot": false, "first_name": "A"});
    let update =
        json!({"update_id": 1, "callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": data}});
    let incoming = read_update(BOT, update.to_string().as_bytes()).expect("any text may be the data of a button");
    let Event::Press { action, .. } = incoming.event else { panic!("no press: {incoming:?}") };
    if let Some(action) = action {
        assert_eq!(callback::encode(&action), data, "{action:?}");
        assert!(data.len() <= BUTTON_BYTES_MAX, "{action:?}");
    }
}

fn told_number(bytes: &[u8]) -> Option<i64> {
    serde_json::from_slice::<Value>(bytes).ok()?.get("update_id")?.as_i64()
}

/// The bytes of every text in it.
fn kept_bytes(incoming: &Incoming) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let sender = &incoming.sender;
    let event = match &incoming.event {
        Event::Command { name, arguments } => name.len() + arguments.len(),
        Event::Text { text } => text.len(),
        Event::Press { query, .. } => query.len(),
        Event::File { file, caption, album, .. } => {
            let ids = file.file_id.len() + file.unique_id.len();
            ids + length(&file.mime) + length(&file.file_name) + length(caption) + length(album)
        }
        Event::PreCheckout { query, currency, payload, .. } => query.len() + currency.len() + payload.len(),
        Event::Paid { currency, payload, charge, .. } => currency.len() + payload.len() + charge.len(),
        Event::Refunded { currency, charge, .. } => currency.len() + charge.len(),
        Event::Unsupported | Event::Edited | Event::Membership { .. } | Event::Wake | Event::Elsewhere => 0,
    };
    sender.first_name.len() + length(&sender.username) + length(&sender.language) + event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_as_an_update_is_read_or_refused_and_bounded() {
        short::run("update", 10_000, update);
    }

    #[test]
    fn whatever_a_button_says_means_one_thing_or_nothing() {
        short::run("press", 20_000, press);
    }
}
