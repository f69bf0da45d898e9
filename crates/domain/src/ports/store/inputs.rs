//! Input files as rows.

use crate::clock::Timestamp;
use crate::ids::{GenerationId, InputId, UserId};
use crate::models::MediaFacts;
use serde::{Deserialize, Serialize};

/// A file that a user gave as an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its id; drafts name it by this.
    pub id: InputId,
    /// Whose.
    pub user: UserId,
    /// Where its bytes come from.
    pub source: InputSource,
    /// What became of it.
    pub state: InputState,
    /// When it came.
    pub at: Timestamp,
}

/// Where the bytes of an input file come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputSource {
    /// The user sent it.
    Telegram {
        /// For getFile.
        file_id: String,
    },
    /// The user named an https address.
    Link {
        /// As typed.
        url: String,
    },
    /// An own earlier result.
    Result {
        /// Of which generation.
        generation: GenerationId,
        /// KIE's address of it, alive for days.
        url: String,
        /// Telegram's copy, alive for ever, if it was delivered.
        file_id: Option<String>,
    },
}

/// What became of an input file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum InputState {
    /// It waits to be fetched, probed and uploaded.
    Pending,
    /// KIE has it.
    Ready {
        /// What it is, by its own bytes.
        facts: MediaFacts,
        /// Its address at KIE, alive for about a day.
        url: String,
        /// Since when.
        uploaded_at: Timestamp,
    },
    /// It can't be used.
    Refused {
        /// Why.
        reason: InputFault,
    },
}

/// Why an input file can't be used, by what the user is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputFault {
    /// Larger than can be fetched.
    TooLarge,
    /// Telegram or the address does not have it any more.
    Gone,
    /// The address is not https, not public, or does not answer.
    BadLink,
    /// No known picture, video, sound or document.
    UnknownKind,
    /// Damaged.
    Damaged,
    /// KIE does not take it.
    Refused,
}

/// What becomes of an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputChange {
    /// A new one. If the id is taken by the same file, nothing happens. If its user is no person (any more): [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Create(InputFile),
    /// Its new state, whatever the old one was. An unknown id (its user was forgotten meanwhile) changes nothing.
    Settle {
        /// Which.
        id: InputId,
        /// What became of it.
        state: InputState,
    },
}
