//! Messages as a chat shows them, and as the Bot API describes them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    entities::{Entity, Formatted},
    files::{Media, MediaKind},
    markup::{Button, Markup},
    people::People,
};

/// Messages kept per chat; older ones are forgotten so that a load test stays small.
const MESSAGES_MAX: usize = 10_000;

/// A message of a chat, the bot's or a person's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChatMessage {
    /// Sequential over the whole simulator.
    pub message_id: i64,
    /// The chat it is in.
    pub chat_id: i64,
    /// Who sent it; `None` is the bot.
    pub from: Option<i64>,
    /// Unix seconds.
    pub date: i64,
    /// Unix seconds of the last edit.
    pub edit_date: Option<i64>,
    /// What it is.
    pub kind: MessageKind,
    /// The text or caption, without mark-up.
    pub text: String,
    /// Styles of the text.
    pub entities: Vec<Entity>,
    /// The file, when it has one.
    pub media: Option<Media>,
    /// Whether the file is covered.
    pub has_spoiler: bool,
    /// Common to the messages of an album.
    pub media_group_id: Option<String>,
    /// Rows of buttons beneath it.
    pub keyboard: Vec<Vec<Button>>,
    /// `reply_markup` as sent, reply keyboards included.
    pub reply_markup: Option<Value>,
    /// The bill, when it is one.
    pub invoice: Option<Invoice>,
    /// The payment, when it reports one made or returned.
    pub payment: Option<Payment>,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// How often it was edited.
    pub edits: u32,
    /// Whether it is gone from the chat.
    pub deleted: bool,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A text.
    Text,
    /// A compressed picture.
    Photo,
    /// A film.
    Video,
    /// Music.
    Audio,
    /// A voice note.
    Voice,
    /// A file.
    Document,
    /// A silent film.
    Animation,
    /// A picture that stands for a word.
    Sticker,
    /// A bill.
    Invoice,
    /// Telegram's note that a bill was paid.
    SuccessfulPayment,
    /// Telegram's note that a payment was returned.
    RefundedPayment,
}

impl From<MediaKind> for MessageKind {
    fn from(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Photo => Self::Photo,
            MediaKind::Video => Self::Video,
            MediaKind::Audio => Self::Audio,
            MediaKind::Voice => Self::Voice,
            MediaKind::Document => Self::Document,
            MediaKind::Animation => Self::Animation,
            MediaKind::Sticker => Self::Sticker,
        }
    }
}

/// A bill in Stars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// What is sold.
    pub title: String,
    /// More about it.
    pub description: String,
    /// The bot's own mark, unseen by the user.
    pub payload: String,
    /// `XTR`.
    pub currency: String,
    /// Stars.
    pub total_amount: i64,
    /// Deep-link parameter.
    pub start_parameter: String,
    /// Set once it is paid.
    pub paid_with: Option<String>,
}

/// A payment made or returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// `XTR`.
    pub currency: String,
    /// Stars.
    pub total_amount: i64,
    /// The bot's own mark.
    pub invoice_payload: String,
    /// Telegram's key of the payment.
    pub telegram_payment_charge_id: String,
}

impl ChatMessage {
    /// A message without content; the number is given by [`Chats::add`].
    pub(super) fn new(chat_id: i64, from: Option<i64>, date: i64, kind: MessageKind) -> Self {
        Self {
            message_id: 0,
            chat_id,
            from,
            date,
            edit_date: None,
            kind,
            text: String::new(),
            entities: Vec::new(),
            media: None,
            has_spoiler: false,
            media_group_id: None,
            keyboard: Vec::new(),
            reply_markup: None,
            invoice: None,
            payment: None,
            reply_to: None,
            edits: 0,
            deleted: false,
        }
    }

    /// Puts the text or caption.
    pub(super) fn set_text(&mut self, text: Formatted) {
        (self.text, self.entities) = (text.text, text.entities);
    }

    /// Puts the keyboard.
    pub(super) fn set_markup(&mut self, markup: Markup) {
        (self.reply_markup, self.keyboard) = (markup.json, markup.rows);
    }

    /// Puts the file.
    pub(super) fn set_media(&mut self, media: Media) {
        self.kind = media.kind.into();
        self.media = Some(media);
    }

    /// The button whose press sends that data.
    pub fn button(&self, data: &str) -> Option<&Button> {
        self.keyboard.iter().flatten().find(|button| button.data.as_deref() == Some(data))
    }

    /// The first button whose label contains that text.
    pub fn labelled(&self, label: &str) -> Option<&Button> {
        self.keyboard.iter().flatten().find(|button| button.label.contains(label))
    }

    /// Whether the bot sent it.
    pub fn is_from_bot(&self) -> bool {
        self.from.is_none()
    }

    /// A `Message`.
    pub(super) fn json(&self, people: &People) -> Value {
        let mut message = json!({
            "message_id": self.message_id,
            "date": self.date,
            "from": people.user_json(self.from),
            "chat": people.chat_json(self.chat_id),
        });
        let (text, entities) =
            if self.kind == MessageKind::Text { ("text", "entities") } else { ("caption", "caption_entities") };
        if !self.text.is_empty() {
            message[text] = Value::from(self.text.as_str());
        }
        if !self.entities.is_empty() {
            message[entities] = json!(self.entities);
        }
        if let Some(media) = &self.media {
            message[media.kind.field()] = media.json();
            if media.kind == MediaKind::Animation {
                // Kept by Telegram for clients that do not know animations.
                message["document"] = media.json();
            }
        }
        self.add_payment(&mut message);
        let optional = [
            ("edit_date", self.edit_date.map(Value::from)),
            ("media_group_id", self.media_group_id.clone().map(Value::from)),
            ("has_media_spoiler", self.has_spoiler.then_some(Value::Bool(true))),
            ("reply_markup", self.reply_markup.clone().filter(|markup| markup.get("inline_keyboard").is_some())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                message[name] = value;
            }
        }
        message
    }

    fn add_payment(&self, message: &mut Value) {
        if let Some(invoice) = &self.invoice {
            message["invoice"] = json!({
                "title": invoice.title,
                "description": invoice.description,
                "start_parameter": invoice.start_parameter,
                "currency": invoice.currency,
                "total_amount": invoice.total_amount,
            });
        }
        let Some(payment) = &self.payment else { return };
        let refunded = self.kind == MessageKind::RefundedPayment;
        let name = if refunded { "refunded_payment" } else { "successful_payment" };
        message[name] = json!(payment);
        if !refunded {
            message[name]["provider_payment_charge_id"] = Value::from("");
        }
    }
}

/// All chats.
#[derive(Debug, Default)]
pub(super) struct Chats {
    last_message_id: i64,
    last_album: u64,
    chats: BTreeMap<i64, BTreeMap<i64, ChatMessage>>,
}

impl Chats {
    /// Adds a message and gives it its number.
    pub(super) fn add(&mut self, mut message: ChatMessage) -> ChatMessage {
        self.last_message_id += 1;
        message.message_id = self.last_message_id;
        let chat = self.chats.entry(message.chat_id).or_default();
        chat.insert(message.message_id, message.clone());
        if chat.len() > MESSAGES_MAX {
            chat.pop_first();
        }
        message
    }

    /// A new album's number.
    pub(super) fn next_album(&mut self) -> String {
        self.last_album += 1;
        format!("13{:0>15}", self.last_album)
    }

    /// A message, deleted ones included.
    pub(super) fn find(&self, chat_id: i64, message_id: i64) -> Option<&ChatMessage> {
        self.chats.get(&chat_id).and_then(|chat| chat.get(&message_id))
    }

    /// A message that is still there.
    pub(super) fn visible(&mut self, chat_id: i64, message_id: i64) -> Option<&mut ChatMessage> {
        let message = self.chats.get_mut(&chat_id).and_then(|chat| chat.get_mut(&message_id));
        message.filter(|message| !message.deleted)
    }

    /// The messages of a chat from the newest on, deleted ones included.
    pub(super) fn newest_first(&self, chat_id: i64) -> impl Iterator<Item = &ChatMessage> {
        self.chats.get(&chat_id).into_iter().flat_map(|chat| chat.values().rev())
    }

    /// All messages of a chat in order, deleted ones included.
    pub(super) fn messages(&self, chat_id: i64) -> Vec<ChatMessage> {
        self.chats.get(&chat_id).map(|chat| chat.values().cloned().collect()).unwrap_or_default()
    }
}
