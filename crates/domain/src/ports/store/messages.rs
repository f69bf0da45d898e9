//! Durable messages and their parts.

use crate::clock::Timestamp;
use crate::ids::{ChatId, GenerationId, MessageId, UserId};
use crate::ports::SentFile;

/// A message that is sent until Telegram took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// To whom.
    pub user: UserId,
    /// The generation whose result it is.
    pub generation: Option<GenerationId>,
    /// JSON of the app's.
    pub body: String,
}

/// A durable message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its number within the user's messages, from 1, taken in the transaction that created it.
    pub number: i64,
    /// To whom.
    pub user: UserId,
    /// Where.
    pub chat: ChatId,
    /// The generation whose result it is.
    pub generation: Option<GenerationId>,
    /// JSON of the app's.
    pub body: String,
    /// Parts with a definite outcome, by part number.
    pub parts: Vec<PartMark>,
    /// When it was created.
    pub at: Timestamp,
}

/// The definite outcome of one part of a durable message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartMark {
    /// From 0.
    pub part: i64,
    /// What became of it.
    pub outcome: PartOutcome,
}

/// What became of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartOutcome {
    /// Telegram took it.
    Sent {
        /// The messages it became.
        message_ids: Vec<i64>,
        /// The files, as Telegram keeps them.
        files: Vec<SentFile>,
    },
    /// Telegram will never take it.
    Refused {
        /// Telegram's words.
        reason: String,
    },
}

/// How a durable message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageEnd {
    /// Every part has its outcome.
    Sent,
    /// It can't be sent.
    Refused,
}
