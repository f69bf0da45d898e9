//! The log that the desk reads.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::ids::EventId;
use domain::ports::{EventLevel, EventLog, EventsQuery, LogEvent, StoreResult, WORDS_AMONG};

use super::MemoryStore;

/// By moment and id.
pub(super) type Events = BTreeMap<(Timestamp, EventId), LogEvent>;

/// Whether an event is one of those that are asked for; `newer` = how many of its level are.
fn fits(event: &LogEvent, newer: u32, query: &EventsQuery) -> bool {
    let Some(needle) = &query.needle else { return event.level >= query.level };
    let is = |id: &Option<String>| id.as_ref() == Some(needle);
    let words = needle.to_lowercase();
    let says = |text: &str| newer < WORDS_AMONG && text.to_lowercase().contains(&words);
    let named = is(&event.correlation) || is(&event.user) || is(&event.generation);
    event.level >= query.level && (named || says(&event.message) || says(&event.target))
}

#[async_trait]
impl EventLog for MemoryStore {
    async fn keep_events(&self, events: Vec<LogEvent>) -> StoreResult<()> {
        self.lock(|state| {
            for event in events {
                state.events.entry((event.at, event.id)).or_insert(event);
            }
        })
    }

    async fn events(&self, query: EventsQuery) -> StoreResult<Vec<LogEvent>> {
        let size = |figure| usize::try_from(figure).unwrap_or(usize::MAX);
        self.lock(|state| {
            let mut newer = BTreeMap::<EventLevel, u32>::new();
            let found = state.events.values().rev().filter(|event| {
                let newer = newer.entry(event.level).or_default();
                *newer += 1;
                fits(event, *newer - 1, &query)
            });
            found.skip(size(query.skip)).take(size(query.limit)).cloned().collect()
        })
    }

    async fn event(&self, id: EventId) -> StoreResult<Option<LogEvent>> {
        self.lock(|state| state.events.values().find(|event| event.id == id).cloned())
    }

    async fn clean_events(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.lock(|state| {
            let mut gone = 0;
            while gone < u64::from(limit) && state.events.first_key_value().is_some_and(|((at, _), _)| *at < before) {
                state.events.pop_first();
                gone += 1;
            }
            gone
        })
    }
}
