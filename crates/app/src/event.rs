//! What comes in from Telegram, as the app understands it.

use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ports::{TelegramFile, UpdateKey};
use domain::screen::Action;

/// One update, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Which bot, which update.
    pub key: UpdateKey,
    /// Who, as Telegram shows them now.
    pub sender: Sender,
    /// What they did.
    pub event: Event,
}

/// The sender of an update in a private chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The private chat, which has the id of the person.
    pub chat: ChatId,
    /// First name.
    pub first_name: String,
    /// Without @.
    pub username: Option<String>,
    /// IETF tag of their Telegram's language.
    pub language: Option<String>,
}

/// What happened in a private chat. Everything gets an answer or a reason why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `/name arguments`; the name in lower case, without slash and bot name.
    Command {
        /// `start`, `menu`, ...
        name: String,
        /// The rest of the line, trimmed.
        arguments: String,
    },
    /// A text that is no command.
    Text {
        /// As typed.
        text: String,
    },
    /// A button was pressed.
    Press {
        /// For the answer to the press.
        query: String,
        /// The message that bears the button, if Telegram says.
        message: Option<i64>,
        /// What it means; `None`: not ours, or of an older version: redraw.
        action: Option<Action>,
    },
    /// A file was sent.
    File {
        /// What kind.
        kind: FileKind,
        /// Which.
        file: TelegramFile,
        /// The words under it.
        caption: Option<String>,
        /// The album it belongs to.
        album: Option<String>,
        /// The order within an album.
        message: i64,
    },
    /// Something that no screen takes: a sticker, a poll, a contact, ...
    Unsupported,
    /// An own message was edited. Edits change nothing.
    Edited,
    /// The bot was blocked (`gone`) or unblocked.
    Membership {
        /// Whether the chat is gone.
        gone: bool,
    },
    /// Telegram asks whether a payment may go on; answered within 10 s, on a path of its own.
    PreCheckout {
        /// For the answer.
        query: String,
        /// `XTR`, ...
        currency: String,
        /// In the currency's smallest unit.
        total: i64,
        /// Ours, from the invoice.
        payload: String,
    },
    /// A payment came in.
    Paid {
        /// `XTR`, ...
        currency: String,
        /// In the currency's smallest unit.
        total: i64,
        /// Ours, from the invoice.
        payload: String,
        /// Telegram's id of the payment.
        charge: String,
        /// When.
        at: Timestamp,
    },
    /// A payment was taken back.
    Refunded {
        /// `XTR`, ...
        currency: String,
        /// In the currency's smallest unit.
        total: i64,
        /// Telegram's id of the payment.
        charge: String,
    },
    /// Not from Telegram: the user's wake is due, files are ready or an album is complete.
    Wake,
    /// Said in a group or a channel: answered with one link, at most.
    Elsewhere,
}

impl Event {
    /// Its kind, as metrics keep it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Command { .. } => "command",
            Self::Text { .. } => "text",
            Self::Press { .. } => "press",
            Self::File { .. } => "file",
            Self::Unsupported => "unsupported",
            Self::Edited => "edited",
            Self::Membership { .. } => "membership",
            Self::PreCheckout { .. } => "pre_checkout",
            Self::Paid { .. } => "paid",
            Self::Refunded { .. } => "refunded",
            Self::Wake => "wake",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// What kind of file was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A picture, compressed by Telegram.
    Photo,
    /// A video or a round video.
    Video,
    /// A track.
    Audio,
    /// A voice message.
    Voice,
    /// Any file as it is.
    Document,
    /// A GIF-like clip.
    Animation,
}
