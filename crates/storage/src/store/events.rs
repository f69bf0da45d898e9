//! The log's port, method by method.

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::ids::EventId;
use domain::ports::{EventLog, EventsQuery, LogEvent, StoreResult};

use super::{Backend, SqlStore};
use crate::{postgres, sqlite};

#[async_trait]
impl EventLog for SqlStore {
    async fn keep_events(&self, events: Vec<LogEvent>) -> StoreResult<()> {
        ask!(self, writer, events::keep(events))
    }

    async fn events(&self, query: EventsQuery) -> StoreResult<Vec<LogEvent>> {
        ask!(self, reader, events::events(query))
    }

    async fn event(&self, id: EventId) -> StoreResult<Option<LogEvent>> {
        ask!(self, reader, events::event(id))
    }

    async fn clean_events(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        ask!(self, writer, events::clean(before, limit))
    }
}
