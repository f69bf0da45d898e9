//! The bytes of an update to an [`Incoming`].
//!
//! Two steps, so that one strange field never costs a message. First a lenient head: `update_id`, and which kind stands beside it. Then
//! only the fields that we use are read as frankenstein's types: its `Update` as a whole fails on an unknown word anywhere, in the message
//! replied to say, which is nothing to us.

mod message;

use app::event::{Event, Incoming, Sender};
use domain::ids::ChatId;
use domain::ports::UpdateKey;
use frankenstein::types::{
    CallbackQuery, ChatMember, ChatMemberUpdated, ChatType, MaybeInaccessibleMessage, Message, User,
};
use frankenstein::updates::{Update, UpdateContent};
use serde_json::{Map, Value, json};

use crate::callback;
use crate::setup::Identity;

/// The kinds that are read, as on the wire. The same ones are asked for: [`crate::ALLOWED_UPDATES`].
pub(crate) const KINDS: [&str; 5] =
    ["message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"];

/// Why an update became no [`Incoming`]. Holds no words of a user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No JSON object with an `update_id`: answer 400.
    #[error("not a JSON object with an `update_id`")]
    NotJson,
    /// A kind that we don't take: count it, answer 200.
    #[error("update `{update_id}` is of kind `{kind}`, which the bot does not take")]
    Unknown {
        /// Telegram's number of it.
        update_id: i64,
        /// The kind; behind a slash what it is more closely (`message/pinned_message`). From Telegram's own words, so a bounded set.
        kind: String,
    },
    /// A kind that we take, in a form that we can't read: keep it in `dead_updates`, answer 200.
    #[error("update `{update_id}` can't be read: {reason}")]
    Broken {
        /// Telegram's number of it.
        update_id: i64,
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody sent it (a channel posting in a group, say): there is nobody to answer. Answer 200.
    #[error("update `{update_id}` has no sender")]
    NoSender {
        /// Telegram's number of it.
        update_id: i64,
    },
}

impl Unreadable {
    /// Telegram's number of the update, if it could be read.
    pub const fn update_id(&self) -> Option<i64> {
        match self {
            Self::NotJson => None,
            Self::Unknown { update_id, .. } | Self::Broken { update_id, .. } | Self::NoSender { update_id } => {
                Some(*update_id)
            }
        }
    }
}

/// Reads one update of the bot with this Telegram id. [`read_update_of`] also knows the bot's name, which matters in groups.
///
/// # Errors
/// See [`Unreadable`].
pub fn read_update(bot_id: i64, body: &[u8]) -> Result<Incoming, Unreadable> {
    counted(read(bot_id, None, body))
}

/// Reads one update of this bot. In a group only a command addressed to this bot by name is [`Event::Elsewhere`]; [`read_update`] takes one
/// addressed to any bot for it, which a bot without administrator's rights never sees.
///
/// The sender's `chat` is the private chat, which has the person's id; only for [`Event::Elsewhere`] it is the group, where the answer goes.
///
/// # Errors
/// See [`Unreadable`].
pub fn read_update_of(bot: &Identity, body: &[u8]) -> Result<Incoming, Unreadable> {
    counted(read(bot.id, Some(bot.username.as_str()).filter(|name| !name.is_empty()), body))
}

fn counted(result: Result<Incoming, Unreadable>) -> Result<Incoming, Unreadable> {
    let outcome = match &result {
        Ok(_) => "read",
        Err(Unreadable::NotJson) => "not_json",
        Err(Unreadable::Unknown { .. }) => "unknown",
        Err(Unreadable::Broken { .. }) => "broken",
        Err(Unreadable::NoSender { .. }) => "no_sender",
    };
    metrics::counter!("telegram_updates_total", "outcome" => outcome).increment(1);
    result
}

fn read(bot_id: i64, username: Option<&str>, body: &[u8]) -> Result<Incoming, Unreadable> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(body) else { return Err(Unreadable::NotJson) };
    let update_id = fields.remove("update_id").and_then(|id| id.as_i64()).ok_or(Unreadable::NotJson)?;
    let Some(kind) = KINDS.into_iter().find(|kind| fields.contains_key(*kind)) else {
        let kind = fields.keys().next().map_or("nothing", String::as_str);
        return Err(unknown(update_id, &bounded(kind)));
    };
    let content = fields.remove(kind).unwrap_or_default();
    let (sender, event) = match kind {
        "message" => message::read(update_id, username, content)?,
        "edited_message" => message::read_edited(update_id, content)?,
        _ => read_other(update_id, kind, content)?,
    };
    Ok(Incoming { key: UpdateKey { bot: bot_id, update: update_id }, sender, event })
}

fn read_other(update_id: i64, kind: &str, content: Value) -> Result<(Sender, Event), Unreadable> {
    match parse(update_id, kind, trimmed(kind, content))? {
        UpdateContent::CallbackQuery(query) => press(update_id, *query),
        UpdateContent::PreCheckoutQuery(query) => {
            let event = Event::PreCheckout {
                query: query.id,
                currency: query.currency,
                total: i64::from(query.total_amount),
                payload: query.invoice_payload,
            };
            Ok((person(update_id, &query.from)?, event))
        }
        UpdateContent::MyChatMember(change) => membership(update_id, &change),
        _ => Err(unknown(update_id, kind)),
    }
}

fn press(update_id: i64, query: CallbackQuery) -> Result<(Sender, Event), Unreadable> {
    let place = query.message.map(|message| match message {
        MaybeInaccessibleMessage::Message(message) => (message.chat.type_field, message.message_id),
        MaybeInaccessibleMessage::InaccessibleMessage(message) => (message.chat.type_field, message.message_id),
    });
    if place.is_some_and(|(chat, _)| chat != ChatType::Private) {
        return Err(unknown(update_id, "callback_query/elsewhere"));
    }
    let event = Event::Press {
        query: query.id,
        message: place.map(|(_, message)| i64::from(message)),
        action: query.data.as_deref().and_then(callback::decode),
    };
    Ok((person(update_id, &query.from)?, event))
}

fn membership(update_id: i64, change: &ChatMemberUpdated) -> Result<(Sender, Event), Unreadable> {
    if change.chat.type_field != ChatType::Private {
        return Err(unknown(update_id, "my_chat_member/elsewhere"));
    }
    let gone = matches!(change.new_chat_member, ChatMember::Kicked(_) | ChatMember::Left(_));
    Ok((person(update_id, &change.from)?, Event::Membership { gone }))
}

/// Leaves out what is not used and might be of an unknown form: of a press all of the message but its number and its chat, of a change of
/// membership what was before, of a checkout the address.
fn trimmed(kind: &str, mut content: Value) -> Value {
    match kind {
        "callback_query" => {
            if let Some(message) = content.get_mut("message") {
                let chat = message.get("chat").map(message::trimmed_chat).unwrap_or_default();
                // `date` 0 is Telegram's own mark of a message that is not told.
                *message = json!({"message_id": message.get("message_id"), "chat": chat, "date": 0});
            }
        }
        "my_chat_member" => {
            if let Some(new) = content.get("new_chat_member").cloned() {
                content["old_chat_member"] = new;
            }
            if let Some(chat) = content.get("chat").map(message::trimmed_chat) {
                content["chat"] = chat;
            }
        }
        "pre_checkout_query" => {
            // An address or a way of shipping is not asked for, and must not cost a payment.
            if let Some(fields) = content.as_object_mut() {
                fields.remove("order_info");
                fields.remove("shipping_option_id");
            }
        }
        _ => {}
    }
    content
}

/// As frankenstein's type. The number is left out: it is read already, and theirs has 32 bits.
fn parse(update_id: i64, kind: &str, content: Value) -> Result<UpdateContent, Unreadable> {
    let mut update = Map::new();
    update.insert("update_id".to_owned(), Value::from(0));
    update.insert(kind.to_owned(), content);
    serde_json::from_value::<Update>(Value::Object(update)).map(|update| update.content).map_err(|error| {
        // serde's words repeat the value, which may be a user's; only the name of a missing field is safe.
        let words = error.to_string();
        let reason = match words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(field) => format!("`{kind}` lacks the field `{}`", bounded(field)),
            None => format!("`{kind}` has a field of an unexpected form"),
        };
        Unreadable::Broken { update_id, reason }
    })
}

/// A person, in their private chat.
fn person(update_id: i64, user: &User) -> Result<Sender, Unreadable> {
    let id = i64::try_from(user.id)
        .map_err(|_| Unreadable::Broken { update_id, reason: "the sender's id is out of range".to_owned() })?;
    Ok(sender(ChatId(id), user))
}

fn sender(chat: ChatId, user: &User) -> Sender {
    Sender {
        chat,
        first_name: user.first_name.clone(),
        username: user.username.clone(),
        language: user.language_code.clone(),
    }
}

/// The sender of a message in a private chat.
fn private_sender(update_id: i64, message: &Message) -> Result<Sender, Unreadable> {
    let user = message.from.as_deref().ok_or(Unreadable::NoSender { update_id })?;
    Ok(sender(ChatId(message.chat.id), user))
}

fn unknown(update_id: i64, kind: &str) -> Unreadable {
    Unreadable::Unknown { update_id, kind: kind.to_owned() }
}

/// Telegram's names are short; what is longer is nobody's name.
fn bounded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(40).collect()
}

#[cfg(test)]
mod tests;
