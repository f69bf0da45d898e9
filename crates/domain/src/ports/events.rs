//! The log that the desk reads: what the console is told, kept for a while.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreResult;
use crate::clock::Timestamp;
use crate::ids::EventId;

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventLevel {
    /// For who hunts a bug.
    Debug,
    /// As it should be.
    Info,
    /// It works, and may bite.
    Warn,
    /// It does not work.
    Error,
}

impl EventLevel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Debug, Self::Info, Self::Warn, Self::Error];

    /// As rows keep it: it grows with what it matters.
    pub const fn number(self) -> i16 {
        match self {
            Self::Debug => 1,
            Self::Info => 2,
            Self::Warn => 3,
            Self::Error => 4,
        }
    }

    /// The inverse of [`EventLevel::number`].
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }

    /// As people write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    /// Orders those of one moment.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// How much it matters.
    pub level: EventLevel,
    /// The place in the code.
    pub target: String,
    /// In words.
    pub message: String,
    /// JSON of its further fields.
    pub fields: String,
    /// The update, callback or job in which it happened.
    pub correlation: Option<String>,
    /// Of whom it is, as ids are written.
    pub user: Option<String>,
    /// Of which generation, as ids are written.
    pub generation: Option<String>,
}

/// Words are looked for among so many of the newest events of each level: more is a case for the database.
pub const WORDS_AMONG: u32 = 10_000;

/// Which events, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsQuery {
    /// At least this.
    pub level: EventLevel,
    /// With this correlation, user or generation, or, among the newest [`WORDS_AMONG`] of each level, with these words in message or target,
    /// whatever their case.
    pub needle: Option<String>,
    /// So many newer ones are left out.
    pub skip: u32,
    /// At most so many.
    pub limit: u32,
}

/// The log.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Keeps events; one that is known is kept once. It is no part of any change set: an event is told whatever becomes of what it tells of.
    async fn keep_events(&self, events: Vec<LogEvent>) -> StoreResult<()>;

    /// Some of them.
    async fn events(&self, query: EventsQuery) -> StoreResult<Vec<LogEvent>>;

    /// One of them.
    async fn event(&self, id: EventId) -> StoreResult<Option<LogEvent>>;

    /// Removes the oldest ones from before then, at most `limit`; how many went.
    async fn clean_events(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
