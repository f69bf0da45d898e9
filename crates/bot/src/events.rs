//! The log that the desk reads: a layer of the log that hands each line on, and a task that keeps them in the database.
//!
//! Invariants
//! - Nobody waits for it: what does not fit into the channel is dropped, counted, and said by the next line that is kept.
//! - It takes what the console's own rules let through ([`crate::logging::filter`]), which keeps secrets and prompts out, and cuts what is long.
//! - It never tells of itself: what happens while events are kept is told by the console alone.
//! - A database that is away is waited for: it costs what does not fit into the channel meanwhile, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::clock::{Clock, IdSource};
use domain::ids::EventId;
use domain::ports::{EventLevel, EventLog, LogEvent, StoreError};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::lines::{self, Line};

/// So many lines wait for the database: some seconds of a busy shop.
const WAITING_MAX: usize = 4_096;
/// So many are kept at once.
const BATCH: usize = 200;
/// A line waits for so long for others to be kept with it.
const GATHER: Duration = Duration::from_millis(500);
/// A database that is away is tried again after so long.
const AWAY_WAIT: Duration = Duration::from_secs(1);
/// At the end what waits is kept within so long.
const LAST_BUDGET: Duration = Duration::from_secs(5);
/// The span in which events are kept.
const OWN_SPAN: &str = "event_writer";

/// A line on its way.
#[derive(Debug)]
struct Draft {
    seen: Instant,
    level: EventLevel,
    target: String,
    line: Line,
}

/// The end of the channel that the log writes to.
pub(crate) struct EventLayer {
    out: mpsc::Sender<Draft>,
    dropped: Arc<AtomicU64>,
}

/// The other end. Of its clones one keeps lines at a time: the sandbox's bot has several lives, one after the other.
#[derive(Clone)]
pub(crate) struct Feed {
    lines: Arc<Mutex<mpsc::Receiver<Draft>>>,
    dropped: Arc<AtomicU64>,
}

/// Both ends.
pub(crate) fn channel() -> (EventLayer, Feed) {
    let ((out, lines), dropped) = (mpsc::channel(WAITING_MAX), Arc::new(AtomicU64::new(0)));
    (EventLayer { out, dropped: Arc::clone(&dropped) }, Feed { lines: Arc::new(Mutex::new(lines)), dropped })
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for EventLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        lines::remember(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        lines::learn(id, values, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if context.event_scope(event).into_iter().flatten().any(|span| span.name() == OWN_SPAN) {
            return;
        }
        let line = Line::of(event, &context);
        let level = match *event.metadata().level() {
            Level::ERROR => EventLevel::Error,
            Level::WARN => EventLevel::Warn,
            Level::INFO => EventLevel::Info,
            Level::DEBUG | Level::TRACE => EventLevel::Debug,
        };
        let draft = Draft { seen: Instant::now(), level, target: event.metadata().target().to_owned(), line };
        if self.out.try_send(draft).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Feed {
    /// Keeps what comes until `shutdown`, and then what still waits.
    pub(crate) async fn keep(
        self,
        log: Arc<dyn EventLog>,
        (clock, ids): (Arc<dyn Clock>, Arc<dyn IdSource>),
        shutdown: CancellationToken,
    ) {
        let work = async {
            let (mut lines, source) = (self.lines.lock().await, (&*clock, &*ids));
            let mut unkept = Vec::new();
            while let Some(events) = shutdown.run_until_cancelled(self.next(&mut lines, source)).await {
                unkept = events;
                if shutdown.run_until_cancelled(self.write(&*log, &unkept)).await.is_none() {
                    break;
                }
                unkept.clear();
                let _ = shutdown.run_until_cancelled(tokio::time::sleep(GATHER)).await;
            }
            let rest = async {
                self.write(&*log, &unkept).await;
                while !lines.is_empty() {
                    let events = self.next(&mut lines, source).await;
                    self.write(&*log, &events).await;
                }
            };
            let _ = tokio::time::timeout(LAST_BUDGET, rest).await;
        };
        work.instrument(tracing::error_span!("event_writer")).await;
    }

    /// Some events as soon as there are any.
    async fn next(&self, lines: &mut mpsc::Receiver<Draft>, source: (&dyn Clock, &dyn IdSource)) -> Vec<LogEvent> {
        let mut drafts = Vec::with_capacity(BATCH);
        lines.recv_many(&mut drafts, BATCH).await;
        let mut events: Vec<LogEvent> = drafts.into_iter().map(|draft| event(draft, source)).collect();
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            metrics::counter!("log_events_dropped_total").increment(dropped);
            let line = Line { message: format!("{dropped} events of the log were dropped"), ..Line::default() };
            let target = module_path!().to_owned();
            events.push(event(Draft { seen: Instant::now(), level: EventLevel::Warn, target, line }, source));
        }
        events
    }

    /// Keeps them, however long the database is away; a repeat of what was kept after all changes nothing.
    async fn write(&self, log: &dyn EventLog, events: &[LogEvent]) {
        let mut is_told = false;
        while !events.is_empty() {
            match log.keep_events(events.to_vec()).await {
                Ok(()) => return,
                Err(StoreError::Away(detail)) => {
                    if !is_told {
                        tracing::warn!(detail, "events of the log wait for the database");
                    }
                    is_told = true;
                    tokio::time::sleep(AWAY_WAIT).await;
                }
                Err(error) => {
                    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
                    self.dropped.fetch_add(count, Ordering::Relaxed);
                    tracing::warn!(%error, count, "events of the log could not be kept");
                    return;
                }
            }
        }
    }
}

fn event(draft: Draft, (clock, ids): (&dyn Clock, &dyn IdSource)) -> LogEvent {
    let Draft { seen, level, target, line } = draft;
    LogEvent {
        id: EventId::ordered(clock, ids),
        at: clock.now() - seen.elapsed(),
        level,
        target,
        message: line.message,
        fields: serde_json::to_string(&line.fields).unwrap_or_else(|_| "{}".to_owned()),
        correlation: line.names.correlation,
        user: line.names.user,
        generation: line.names.generation,
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use domain::clock::{ManualClock, SeededIds, Timestamp};
    use domain::ports::{EventsQuery, StoreResult};
    use storage::memory::MemoryStore;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::lines::TEXT_MAX;

    fn clock() -> Arc<ManualClock> {
        Arc::new(ManualClock::new(Timestamp::from_seconds(1_795_348_800)))
    }

    /// What is told while `tell` runs is kept; the newest first.
    async fn kept(filter: &str, tell: impl FnOnce()) -> Vec<LogEvent> {
        let (layer, feed) = channel();
        let subscriber =
            tracing_subscriber::registry().with(layer.with_filter(crate::logging::filter(filter).unwrap()));
        tracing::subscriber::with_default(subscriber, tell);
        let store = Arc::new(MemoryStore::new(clock()));
        let end = CancellationToken::new();
        end.cancel();
        feed.keep(store.clone(), (clock(), Arc::new(SeededIds::new(1))), end).await;
        events(&store).await
    }

    async fn events(store: &MemoryStore) -> Vec<LogEvent> {
        let query = EventsQuery { level: EventLevel::Debug, needle: None, skip: 0, limit: 100_000 };
        store.events(query).await.unwrap()
    }

    #[tokio::test]
    async fn a_line_knows_what_it_belongs_to_by_its_spans_and_itself() {
        let found = kept("info", || {
            let update = tracing::info_span!("update", correlation = "u7", user = tracing::field::Empty);
            let _inside = update.enter();
            tracing::info!(price = 80, "before the user is known");
            update.record("user", "ab12");
            let _job = tracing::info_span!("job", generation = "cd34").entered();
            tracing::warn!(generation = "ef56", is_loss = true, error = %"a \"quoted\" one", "its own name counts");
            tracing::error!("a span's name counts");
            tracing::debug!("too fine");
        })
        .await;
        let mut told: Vec<_> = found
            .iter()
            .map(|event| {
                let names = (event.correlation.as_deref(), event.user.as_deref(), event.generation.as_deref());
                (event.level, event.message.as_str(), event.fields.as_str(), names)
            })
            .collect();
        told.sort_unstable();
        let wanted = [
            (EventLevel::Info, "before the user is known", r#"{"price":80}"#, (Some("u7"), None, None)),
            (
                EventLevel::Warn,
                "its own name counts",
                r#"{"error":"a \"quoted\" one","is_loss":true}"#,
                (Some("u7"), Some("ab12"), Some("ef56")),
            ),
            (EventLevel::Error, "a span's name counts", "{}", (Some("u7"), Some("ab12"), Some("cd34"))),
        ];
        assert_eq!(told, wanted);
        assert!(found.iter().all(|event| event.target.contains("events::tests")));
    }

    /// The same rules as the console's: what a library would tell of its statements stays out, and what is long is cut.
    #[tokio::test]
    async fn what_the_console_does_not_take_is_not_kept_and_what_is_long_is_cut() {
        let long = "ы".repeat(10 * TEXT_MAX);
        let found = kept("debug", || {
            tracing::debug!(target: "tokio_postgres::query", "executing statement with parameters: [secret]");
            tracing::debug!(target: "hyper::client", "GET /bot123:secret/getMe");
            tracing::debug!(target: "reqwest::connect", "secret");
            tracing::info!(long, "{long}");
        })
        .await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].message.chars().count(), TEXT_MAX);
        assert!(found[0].fields.chars().count() < TEXT_MAX + 20);
    }

    #[tokio::test]
    async fn what_does_not_fit_is_dropped_counted_and_said() {
        let found = kept("info", || (0..WAITING_MAX + 7).for_each(|number| tracing::info!(number, "a line"))).await;
        assert_eq!(found.len(), WAITING_MAX + 1);
        let said: Vec<_> = found.iter().filter(|event| event.level == EventLevel::Warn).collect();
        assert!(matches!(said[..], [event] if event.message == "7 events of the log were dropped"), "{said:?}");
    }

    /// A log that fails so often, and tells of it as a real one does.
    struct Broken(Arc<MemoryStore>, AtomicU64, fn(String) -> StoreError);

    #[async_trait]
    impl EventLog for Broken {
        async fn keep_events(&self, events: Vec<LogEvent>) -> StoreResult<()> {
            tracing::warn!("a commit collided with another one and is tried again");
            if self.1.load(Ordering::SeqCst) > 0 {
                self.1.fetch_sub(1, Ordering::SeqCst);
                return Err(self.2("no luck".to_owned()));
            }
            self.0.keep_events(events).await
        }

        async fn events(&self, _: EventsQuery) -> StoreResult<Vec<LogEvent>> {
            Ok(Vec::new())
        }

        async fn event(&self, _: EventId) -> StoreResult<Option<LogEvent>> {
            Ok(None)
        }

        async fn clean_events(&self, _: Timestamp, _: u32) -> StoreResult<u64> {
            Ok(0)
        }
    }

    /// What is kept of two lines if so many tries fail in this way, and how long that took.
    async fn kept_after(fails: u64, how: fn(String) -> StoreError, last_words: bool) -> (Vec<String>, Duration) {
        let (layer, feed) = channel();
        let store = Arc::new(MemoryStore::new(clock()));
        let (broken, end) =
            (Arc::new(Broken(Arc::clone(&store), AtomicU64::new(fails), how)), CancellationToken::new());
        let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        let begun = tokio::time::Instant::now();
        tracing::info!("one");
        if last_words {
            end.cancel();
        }
        let keeping = feed.clone().keep(broken.clone(), (clock(), Arc::new(SeededIds::new(1))), end.clone());
        let telling = async {
            while !last_words && broken.1.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            tracing::info!("another");
            tokio::time::sleep(GATHER * 4).await;
            end.cancel();
        };
        tokio::join!(keeping, telling);
        assert!(last_words || feed.lines.lock().await.is_empty(), "nothing of the keeping itself waits");
        let mut told: Vec<_> = events(&store).await.into_iter().map(|event| event.message).collect();
        told.sort_unstable();
        (told, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_is_away_is_waited_for_and_what_happens_meanwhile_is_not_told_of() {
        let (told, took) = kept_after(3, StoreError::Away, false).await;
        assert_eq!(told, ["another", "one"]);
        assert!(took >= AWAY_WAIT * 3, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_can_not_be_kept_is_dropped_and_said() {
        let (told, _) = kept_after(1, StoreError::Defect, false).await;
        assert_eq!(told, ["1 events of the log were dropped", "another"]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_waits_for_no_database_for_long() {
        let (told, took) = kept_after(u64::MAX, StoreError::Away, true).await;
        assert!(told.is_empty() && took < LAST_BUDGET * 2, "{told:?} {took:?}");
    }
}
