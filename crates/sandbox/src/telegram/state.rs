//! Everything that simulated Telegram remembers, behind one lock, and the small steps that several methods share.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use domain::clock::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    chat::{ChatMessage, Chats, MessageKind, Payment},
    faults::Faults,
    files::Files,
    journal::{Journal, ViolationKind},
    people::{Bot, People},
    refusal::Refusal,
    stars::Stars,
    updates::Updates,
};

/// A press that the bot left unanswered for this long cannot be answered any more.
const CALLBACK_ANSWER_TIME_MAX: Duration = Duration::from_secs(15);

/// Answers kept; older ones are forgotten.
const ANSWERS_MAX: usize = 10_000;

/// The whole state.
#[derive(Debug)]
pub(super) struct State {
    /// Users and groups.
    pub(super) people: People,
    /// Messages.
    pub(super) chats: Chats,
    /// Files.
    pub(super) files: Files,
    /// Updates on their way to the bot.
    pub(super) updates: Updates,
    /// Presses.
    pub(super) callbacks: Callbacks,
    /// Payments.
    pub(super) stars: Stars,
    /// Command lists by scope and language.
    pub(super) commands: BTreeMap<(String, String), Value>,
    /// What the bot does in a chat, until its next message.
    pub(super) actions: BTreeMap<i64, ChatAction>,
    /// Calls and violations.
    pub(super) journal: Journal,
    /// Fault switches.
    pub(super) faults: Faults,
}

impl State {
    /// An empty Telegram with one bot.
    pub(super) fn new(bot: Bot) -> Self {
        Self {
            people: People::new(bot),
            chats: Chats::default(),
            files: Files::default(),
            updates: Updates::default(),
            callbacks: Callbacks::default(),
            stars: Stars::default(),
            commands: BTreeMap::new(),
            actions: BTreeMap::new(),
            journal: Journal::default(),
            faults: Faults::default(),
        }
    }

    /// Adds a message of the bot and gives its JSON.
    pub(super) fn post(&mut self, message: ChatMessage) -> Value {
        self.actions.remove(&message.chat_id);
        let message = self.chats.add(message);
        self.message_json(&message)
    }

    /// Adds a message of a person (or of Telegram itself) and tells the bot; gives update and message.
    pub(super) fn receive(&mut self, message: ChatMessage, now: Timestamp) -> (i64, i64) {
        let message = self.chats.add(message);
        let json = self.message_json(&message);
        (self.updates.push(message.chat_id, "message", json, now), message.message_id)
    }

    /// Telegram's note of a payment made or returned, in the chat of who paid; gives update and message.
    pub(super) fn note_payment(
        &mut self,
        payer: i64,
        kind: MessageKind,
        payment: Payment,
        now: Timestamp,
    ) -> (i64, i64) {
        let mut note = ChatMessage::new(payer, Some(payer), now.as_seconds(), kind);
        note.payment = Some(payment);
        self.receive(note, now)
    }

    /// A `Message` with the message that it answers.
    pub(super) fn message_json(&self, message: &ChatMessage) -> Value {
        let mut json = message.json(&self.people);
        let answered = message.reply_to.and_then(|id| self.chats.find(message.chat_id, id));
        if let Some(answered) = answered.filter(|answered| !answered.deleted) {
            json["reply_to_message"] = answered.json(&self.people);
        }
        json
    }
}

/// What the bot shows to be doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChatAction {
    /// `typing`, `upload_photo`...
    pub action: String,
    /// Since when; it fades five seconds later.
    pub since: Timestamp,
}

/// What a user saw after a press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallbackAnswer {
    /// The press.
    pub callback_query_id: String,
    /// Who pressed.
    pub user_id: i64,
    /// The text shown, if any.
    pub text: Option<String>,
    /// Whether it was shown as a window rather than at the top.
    pub show_alert: bool,
    /// The page opened, if any.
    pub url: Option<String>,
}

/// Presses and their answers.
#[derive(Debug, Default)]
pub(super) struct Callbacks {
    count: u64,
    waiting: BTreeMap<String, (i64, Timestamp)>,
    answers: VecDeque<CallbackAnswer>,
}

impl Callbacks {
    /// A new press; gives its number.
    pub(super) fn open(&mut self, user_id: i64, now: Timestamp) -> String {
        self.count += 1;
        self.waiting.retain(|_, (_, born)| now.since(*born) <= CALLBACK_ANSWER_TIME_MAX);
        let id = format!("43{:0>17}", self.count);
        self.waiting.insert(id.clone(), (user_id, now));
        id
    }

    /// Answers a press once and in time.
    pub(super) fn answer(
        &mut self,
        id: &str,
        now: Timestamp,
        answer: impl FnOnce(i64) -> CallbackAnswer,
    ) -> Result<(), Refusal> {
        let too_old = "query is too old and response timeout expired or query ID is invalid";
        match self.waiting.remove(id) {
            Some((user_id, born)) if now.since(born) <= CALLBACK_ANSWER_TIME_MAX => {
                self.answers.push_back(answer(user_id));
                if self.answers.len() > ANSWERS_MAX {
                    self.answers.pop_front();
                }
                Ok(())
            }
            _ => Err(Refusal::bad(too_old)),
        }
    }

    /// Whether a press has an answer.
    pub(super) fn is_answered(&self, callback_query_id: &str) -> bool {
        self.answers.iter().rev().any(|answer| answer.callback_query_id == callback_query_id)
    }

    /// Answers in order.
    pub(super) fn answers(&self) -> Vec<CallbackAnswer> {
        self.answers.iter().cloned().collect()
    }
}

/// A `callback_query`.
pub(super) fn callback_json(state: &State, id: &str, user_id: i64, message: (i64, i64), data: &str) -> Value {
    let (chat_id, message_id) = message;
    let message = match state.chats.find(chat_id, message_id).filter(|message| !message.deleted) {
        Some(message) => state.message_json(message),
        None => json!({"chat": state.people.chat_json(chat_id), "message_id": message_id, "date": 0}),
    };
    json!({
        "id": id,
        "from": state.people.user_json(Some(user_id)),
        "message": message,
        "chat_instance": format!("-77{:0>16}", chat_id.unsigned_abs()),
        "data": data,
    })
}

/// The message that `reply_parameters` names, if it may be answered.
pub(super) fn replied(state: &State, chat_id: i64, reply: Option<&Value>) -> Result<Option<i64>, Refusal> {
    let Some(reply) = reply else { return Ok(None) };
    let named = reply.get("chat_id").and_then(Value::as_i64).unwrap_or(chat_id);
    if named != chat_id {
        return Err(Refusal::wrong(ViolationKind::NotSimulated, "the simulator has no replies to other chats"));
    }
    let id = reply.get("message_id").and_then(Value::as_i64).unwrap_or_default();
    if state.chats.find(chat_id, id).is_some_and(|message| !message.deleted) {
        return Ok(Some(id));
    }
    match reply.get("allow_sending_without_reply").and_then(Value::as_bool) {
        Some(true) => Ok(None),
        _ => Err(Refusal::bad("message to be replied not found")),
    }
}
