//! Rows of the log.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::EventId;
use domain::ports::{EventLevel, LogEvent};

use super::{Bytes, id};
use crate::error::Fault;
use crate::schema::events;

/// A row of `events`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(crate) struct EventRow {
    id: Bytes,
    at: i64,
    level: i16,
    target: String,
    message: String,
    fields: String,
    correlation: Option<String>,
    user_id: Option<String>,
    generation_id: Option<String>,
}

impl EventRow {
    /// The row of an event. PostgreSQL takes no zero byte in a text.
    pub(crate) fn of(event: LogEvent) -> Self {
        let clean = |text: String| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
        Self {
            id: event.id.as_bytes().to_vec(),
            at: event.at.as_micros(),
            level: event.level.number(),
            target: clean(event.target),
            message: clean(event.message),
            fields: clean(event.fields),
            correlation: event.correlation.map(clean),
            user_id: event.user.map(clean),
            generation_id: event.generation.map(clean),
        }
    }

    /// What the row means.
    pub(crate) fn into_event(self) -> Result<LogEvent, Fault> {
        let level = EventLevel::from_number(self.level).ok_or_else(|| Fault::row("events.level", self.level))?;
        Ok(LogEvent {
            id: id("events.id", &self.id, EventId::from_bytes)?,
            at: Timestamp::from_micros(self.at),
            level,
            target: self.target,
            message: self.message,
            fields: self.fields,
            correlation: self.correlation,
            user: self.user_id,
            generation: self.generation_id,
        })
    }
}
