//! Rows of durable messages and their parts.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::{ChatId, GenerationId, MessageId, UserId};
use domain::ports::{Message, NewMessage, PartMark, PartOutcome};

use super::{Bytes, from_json, id, to_json};
use crate::error::Fault;
use crate::schema::{message_parts, messages};

/// A row of `messages`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub(crate) struct MessageRow {
    pub(crate) id: Bytes,
    user_id: Bytes,
    number: i64,
    generation_id: Option<Bytes>,
    body: String,
    at: i64,
    ended: Option<String>,
    ended_at: Option<i64>,
}

impl MessageRow {
    /// The row of a new message, the `number`th of its user.
    pub(crate) fn of(message: &NewMessage, number: i64, at: Timestamp) -> Self {
        assert!(number > 0, "messages are numbered from 1");
        Self {
            id: message.id.as_bytes().to_vec(),
            user_id: message.user.as_bytes().to_vec(),
            number,
            generation_id: message.generation.map(|generation| generation.as_bytes().to_vec()),
            body: message.body.clone(),
            at: at.as_micros(),
            ended: None,
            ended_at: None,
        }
    }

    /// What the row means, with where it goes and what became of its parts.
    pub(crate) fn into_message(self, chat: i64, parts: Vec<PartMark>) -> Result<Message, Fault> {
        let generation = self.generation_id.as_deref();
        Ok(Message {
            id: id("messages.id", &self.id, MessageId::from_bytes)?,
            number: self.number,
            user: id("messages.user_id", &self.user_id, UserId::from_bytes)?,
            chat: ChatId(chat),
            generation: generation
                .map(|bytes| id("messages.generation_id", bytes, GenerationId::from_bytes))
                .transpose()?,
            body: self.body,
            parts,
            at: Timestamp::from_micros(self.at),
        })
    }
}

/// A row of `message_parts`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = message_parts, treat_none_as_default_value = false)]
pub(crate) struct PartRow {
    message_id: Bytes,
    part: i64,
    message_ids: Option<String>,
    files: Option<String>,
    refused_reason: Option<String>,
    at: i64,
}

impl PartRow {
    /// The row of a part's outcome.
    pub(crate) fn of(message: MessageId, mark: &PartMark, at: Timestamp) -> Result<Self, Fault> {
        let (message_ids, files, refused_reason) = match &mark.outcome {
            PartOutcome::Sent { message_ids, files } => (
                Some(to_json("message_parts.message_ids", message_ids)?),
                Some(to_json("message_parts.files", files)?),
                None,
            ),
            PartOutcome::Refused { reason } => (None, None, Some(reason.clone())),
        };
        let message_id = message.as_bytes().to_vec();
        Ok(Self { message_id, part: mark.part, message_ids, files, refused_reason, at: at.as_micros() })
    }

    /// What the row means.
    pub(crate) fn into_mark(self) -> Result<PartMark, Fault> {
        let outcome = match (self.message_ids, self.files, self.refused_reason) {
            (Some(message_ids), Some(files), None) => PartOutcome::Sent {
                message_ids: from_json("message_parts.message_ids", &message_ids)?,
                files: from_json("message_parts.files", &files)?,
            },
            (None, None, Some(reason)) => PartOutcome::Refused { reason },
            (sent, files, refused) => {
                return Err(Fault::row("message_parts", (sent.is_some(), files.is_some(), refused.is_some())));
            }
        };
        Ok(PartMark { part: self.part, outcome })
    }
}
