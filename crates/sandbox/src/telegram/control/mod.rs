//! The users' side: everything a person, an operator of Telegram or a broken network can do to the bot.
//!
//! Functions of [`TelegramSimulator`], by what they are about: people and what they send (here), presses (`acting`), payments (`paying`),
//! looking and waiting (`looking`), faults and raw updates (`breaking`).

mod acting;
mod breaking;
mod looking;
mod paying;

use serde::Serialize;
use serde_json::{Map, Value, json};

pub use looking::WaitError;
pub use paying::Moved;

use super::{
    TelegramSimulator,
    chat::{ChatMessage, MessageKind},
    entities,
    files::MediaKind,
    params::Upload,
    people::{Standing, User},
    refusal::Refusal,
    state::State,
};

/// The picture of every sticker: a yellow square, since only what it stands for matters here.
const STICKER: &[u8] = include_bytes!("../../../assets/sticker.webp");

/// What a user or test asked for that is not possible in Telegram either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No such user or group was added.
    #[error("no user or group `{0}` was added to the simulator")]
    UnknownChat(i64),
    /// The user blocked the bot, so nothing can be sent before it is unblocked.
    #[error("user `{0}` blocked the bot or is gone")]
    Closed(i64),
    /// The message is not in the chat, or is deleted.
    #[error("no message `{message_id}` to be seen in chat `{chat_id}`")]
    NoMessage {
        /// Where it was looked for.
        chat_id: i64,
        /// Its number.
        message_id: i64,
    },
    /// The message has no such button.
    #[error("message `{message_id}` has no button `{button}`; it has: {present}")]
    NoButton {
        /// The message.
        message_id: i64,
        /// Data or label that was looked for.
        button: String,
        /// What there is.
        present: String,
    },
    /// The message is no invoice, or is paid already.
    #[error("message `{0}` is no unpaid invoice")]
    NotPayable(i64),
    /// No invoice has the link.
    #[error("no invoice has the link `{0}`")]
    NoInvoice(String),
    /// The payment cannot be returned.
    #[error("payment cannot be returned: {0}")]
    NotRefundable(String),
    /// Telegram would not take the file.
    #[error("file is refused: {0}")]
    File(String),
    /// No webhook is set, so nothing can be posted.
    #[error("no webhook is set")]
    NoWebhook,
    /// The webhook gave no answer.
    #[error("webhook gave no answer: {0}")]
    NoAnswer(String),
}

/// Something that a user sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The update that tells the bot.
    pub update_id: i64,
    /// The message in the chat.
    pub message_id: i64,
}

/// A file that a user sends.
#[derive(Debug, Clone)]
pub struct IncomingMedia {
    /// How it is sent.
    pub kind: MediaKind,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its name, where the kind has one.
    pub file_name: Option<String>,
    /// Words beneath it.
    pub caption: String,
    /// Seconds, for what plays; 0 = as found in the file.
    pub duration: u64,
    /// Common to the files of an album.
    pub media_group_id: Option<String>,
}

impl IncomingMedia {
    /// A file with nothing said about it.
    pub fn new(kind: MediaKind, bytes: impl Into<Vec<u8>>) -> Self {
        Self { kind, bytes: bytes.into(), file_name: None, caption: String::new(), duration: 0, media_group_id: None }
    }

    /// The same with a name.
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// The same with words beneath it.
    pub fn captioned(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }
}

impl TelegramSimulator {
    /// Adds a user to whom the bot may write at once.
    pub fn add_user(&self, user: User) {
        self.shared.change(|state| state.people.put_user(user, Standing::Open));
    }

    /// Adds a user who never pressed Start: the bot may not write first.
    pub fn add_stranger(&self, user: User) {
        self.shared.change(|state| state.people.put_user(user, Standing::NotStarted));
    }

    /// Adds a group; its number should be negative.
    pub fn add_group(&self, chat_id: i64, title: impl Into<String>) {
        self.shared.change(|state| state.people.put_group(chat_id, title.into()));
    }

    /// All users.
    pub fn users(&self) -> Vec<User> {
        self.shared.read(|state| state.people.users())
    }

    /// What stands between a user and the bot; `None` when there is no such user.
    pub fn standing(&self, user_id: i64) -> Option<Standing> {
        self.shared.read(|state| state.people.user(user_id).map(|(_, standing)| standing))
    }

    /// The user blocks the bot, of which the bot hears by `my_chat_member`.
    pub fn block(&self, user_id: i64) {
        self.change_standing(user_id, Standing::Blocked);
    }

    /// The user lets the bot write again.
    pub fn unblock(&self, user_id: i64) {
        self.change_standing(user_id, Standing::Open);
    }

    /// The user's account is gone; the bot hears nothing of it until it writes.
    pub fn deactivate(&self, user_id: i64) {
        self.shared.change(|state| state.people.set_standing(user_id, Standing::Deactivated));
    }

    fn change_standing(&self, user_id: i64, standing: Standing) {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            if !state.people.set_standing(user_id, standing) {
                return;
            }
            let member = |status: &str| {
                let mut member = json!({"user": state.people.bot.json(), "status": status});
                if status == "kicked" {
                    member["until_date"] = json!(0);
                }
                member
            };
            let (old, new) = if standing == Standing::Blocked { ("member", "kicked") } else { ("kicked", "member") };
            let content = json!({
                "chat": state.people.chat_json(user_id),
                "from": state.people.user_json(Some(user_id)),
                "date": now.as_seconds(),
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            });
            state.updates.push(user_id, "my_chat_member", content, now);
        });
    }

    /// The user writes to the bot; a stranger becomes known by it.
    ///
    /// # Errors
    /// When the user is unknown, or blocked the bot.
    pub fn send_text(&self, user_id: i64, text: &str) -> Result<Sent, ControlError> {
        self.send_text_in(user_id, user_id, text)
    }

    /// The user writes in a chat, a group perhaps.
    ///
    /// # Errors
    /// When the user or the chat is unknown, or the user blocked the bot.
    pub fn send_text_in(&self, chat_id: i64, user_id: i64, text: &str) -> Result<Sent, ControlError> {
        self.receive(chat_id, user_id, |_| {
            let mut message = ChatMessage::new(chat_id, Some(user_id), 0, MessageKind::Text);
            message.set_text(entities::typed(text));
            Ok(message)
        })
    }

    /// The user sends a picture.
    ///
    /// # Errors
    /// As [`Self::send_text`], and when the bytes are no picture.
    pub fn send_photo(&self, user_id: i64, bytes: impl Into<Vec<u8>>) -> Result<Sent, ControlError> {
        self.send_media(user_id, IncomingMedia::new(MediaKind::Photo, bytes))
    }

    /// The user sends a file.
    ///
    /// # Errors
    /// As [`Self::send_text`], and when Telegram would not take the file.
    pub fn send_media(&self, user_id: i64, media: IncomingMedia) -> Result<Sent, ControlError> {
        let fields = Map::from_iter([("duration".to_owned(), json!(media.duration))]);
        self.receive_file(user_id, media, fields)
    }

    /// The user sends a sticker that stands for `emoji`.
    ///
    /// # Errors
    /// As [`Self::send_text`].
    pub fn send_sticker(&self, user_id: i64, emoji: &str) -> Result<Sent, ControlError> {
        let sticker = IncomingMedia::new(MediaKind::Sticker, STICKER);
        self.receive_file(user_id, sticker, Map::from_iter([("emoji".to_owned(), json!(emoji))]))
    }

    fn receive_file(
        &self,
        user_id: i64,
        media: IncomingMedia,
        fields: Map<String, Value>,
    ) -> Result<Sent, ControlError> {
        self.receive(user_id, user_id, |state| {
            let upload = Upload { file_name: media.file_name, bytes: media.bytes.into() };
            let kept = state.files.keep(&upload, media.kind, &fields);
            let kept = kept.map_err(|Refusal { description, .. }| ControlError::File(description))?;
            let mut message = ChatMessage::new(user_id, Some(user_id), 0, kept.kind.into());
            message.set_text(entities::typed(&media.caption));
            message.set_media(kept);
            message.media_group_id = media.media_group_id;
            Ok(message)
        })
    }

    /// The user changes a text that was sent; the bot hears by `edited_message`.
    ///
    /// # Errors
    /// When the message is not there.
    pub fn edit_text(&self, user_id: i64, message_id: i64, text: &str) -> Result<Sent, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            let Some(message) = state.chats.visible(user_id, message_id) else {
                return Err(ControlError::NoMessage { chat_id: user_id, message_id });
            };
            message.set_text(entities::typed(text));
            message.edits += 1;
            message.edit_date = Some(now.as_seconds());
            let message = message.clone();
            let json = state.message_json(&message);
            Ok(Sent { update_id: state.updates.push(user_id, "edited_message", json, now), message_id })
        })
    }

    fn receive(
        &self,
        chat_id: i64,
        user_id: i64,
        make: impl FnOnce(&mut State) -> Result<ChatMessage, ControlError>,
    ) -> Result<Sent, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            open(state, user_id)?;
            if !state.people.has_chat(chat_id) {
                return Err(ControlError::UnknownChat(chat_id));
            }
            let mut message = make(state)?;
            message.date = now.as_seconds();
            let (update_id, message_id) = state.receive(message, now);
            Ok(Sent { update_id, message_id })
        })
    }
}

/// Lets a user act: a stranger becomes known by the first act, one who blocked the bot cannot act.
fn open(state: &mut State, user_id: i64) -> Result<(), ControlError> {
    match state.people.user(user_id).map(|(_, standing)| standing) {
        None => Err(ControlError::UnknownChat(user_id)),
        Some(Standing::Blocked | Standing::Deactivated) => Err(ControlError::Closed(user_id)),
        Some(Standing::Open | Standing::NotStarted) => {
            state.people.set_standing(user_id, Standing::Open);
            Ok(())
        }
    }
}
