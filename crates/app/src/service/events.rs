//! The log at the desk: looking for events, sending them as a file, removing old ones.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ports::{EventsQuery, LogEvent, StoreResult};
use tokio::sync::Notify;

use super::App;
use crate::conversation::EventFilter;

/// A file has so many events at most: more is a case for the database.
const EXPORTED_MAX: u32 = 10_000;
/// So many are read or removed at once.
const AT_ONCE: u32 = 1_000;
/// Events go by themselves after so long.
pub(crate) const EVENTS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What the desk wants to be removed.
#[derive(Debug, Default)]
pub(crate) struct Cleaning {
    seconds_kept: AtomicU64,
    wanted: Notify,
}

impl Cleaning {
    /// Events older than this shall go.
    pub(crate) fn want(&self, kept: Duration) {
        self.seconds_kept.store(kept.as_secs(), Ordering::Relaxed);
        self.wanted.notify_one();
    }

    async fn wait(&self) -> Duration {
        self.wanted.notified().await;
        Duration::from_secs(self.seconds_kept.load(Ordering::Relaxed))
    }
}

impl App {
    /// A page of what is looked for.
    pub(super) async fn found_events(&self, filter: &EventFilter, skip: u32, limit: u32) -> StoreResult<Vec<LogEvent>> {
        let needle = self.needle_of(filter).await?;
        self.event_log.events(EventsQuery { level: filter.level, needle, skip, limit }).await
    }

    /// A Telegram id is looked for as the user that it is.
    async fn needle_of(&self, filter: &EventFilter) -> StoreResult<Option<String>> {
        let Some(chat) = filter.needle.as_ref().and_then(|needle| needle.parse::<i64>().ok()) else {
            return Ok(filter.needle.clone());
        };
        let known = self.store.session(ChatId(chat)).await?;
        Ok(known.map_or_else(|| filter.needle.clone(), |session| Some(session.person.user.to_string())))
    }

    /// What is looked for as JSON lines, the newest first.
    pub(crate) async fn exported_events(&self, filter: &EventFilter) -> StoreResult<String> {
        let (mut text, mut count) = (String::new(), 0);
        while count < EXPORTED_MAX {
            let found = self.found_events(filter, count, AT_ONCE).await?;
            let last = u32::try_from(found.len()).unwrap_or(u32::MAX);
            for event in found {
                // An event holds texts and numbers only, so it can always be written.
                if let Ok(line) = serde_json::to_string(&event) {
                    let _ = writeln!(text, "{line}");
                }
            }
            count += last;
            if last < AT_ONCE {
                break;
            }
        }
        Ok(text)
    }

    /// Removes the events from before then, piece by piece.
    pub(crate) async fn clean_events(&self, before: Timestamp) -> StoreResult<u64> {
        let mut gone = 0;
        loop {
            let some = self.event_log.clean_events(before, AT_ONCE).await?;
            gone += some;
            if some < u64::from(AT_ONCE) {
                return Ok(gone);
            }
        }
    }

    /// Ends when the desk wants events to be removed that are older than this.
    pub(crate) async fn cleaning_wanted(&self) -> Duration {
        self.cleaning.wait().await
    }
}
