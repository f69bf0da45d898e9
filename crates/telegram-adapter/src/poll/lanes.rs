//! The work on updates: parallel between users, in order within one, each update until it is done.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use app::intake::{Intake, UpdateOutcome};
use domain::clock::Clock;
use domain::ports::{DeadUpdate, Store, UpdateKey};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Waits between tries of one update: doubled from the first up to the second, unless the intake names a longer one.
const BACKOFF_MIN: Duration = Duration::from_millis(500);
const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// The intake catches panics itself. What panics through it so often is buried, so that one update can't stop a user for ever.
const PANICS_MAX: u32 = 3;

/// One update as it came.
#[derive(Debug)]
pub(super) struct Raw {
    /// Telegram's number of it.
    pub(super) update: i64,
    /// The person or chat whose updates keep their order.
    pub(super) lane: i64,
    /// Its JSON.
    pub(super) body: Vec<u8>,
}

/// What the work needs.
#[derive(Clone)]
pub(super) struct Workshop {
    pub(super) bot: i64,
    pub(super) intake: Arc<dyn Intake>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    /// How many are with the intake at once; one that waits for its next try takes no place.
    pub(super) places: Arc<Semaphore>,
    /// Told when the intake says "later".
    pub(super) trouble: Arc<Notify>,
    /// Ends waits, not calls of the intake.
    pub(super) stop: CancellationToken,
}

/// The updates at work. Bounded by the window of getUpdates, which is a hundred.
pub(super) struct Lanes {
    workshop: Workshop,
    tasks: JoinSet<(i64, Option<i64>)>,
    waiting: HashMap<i64, VecDeque<Raw>>,
}

impl Lanes {
    pub(super) fn new(workshop: Workshop) -> Self {
        Self { workshop, tasks: JoinSet::new(), waiting: HashMap::new() }
    }

    /// Takes an update to work, behind the earlier ones of its lane.
    pub(super) fn push(&mut self, raw: Raw) {
        match self.waiting.get_mut(&raw.lane) {
            Some(queue) => queue.push_back(raw),
            None => {
                self.waiting.insert(raw.lane, VecDeque::new());
                self.start(raw);
            }
        }
    }

    /// Waits until an update's work ends, and begins the next one of its lane. `Some(Some(..))` = that update is done, `Some(None)` = it was
    /// given up since we stop, `None` = nothing is at work.
    pub(super) async fn next(&mut self) -> Option<Option<i64>> {
        let (lane, done) = match self.tasks.join_next().await? {
            Ok(ended) => ended,
            Err(error) => {
                // Only storage can panic outside of the task that catches panics. Which update it was is not known: all are read again.
                tracing::error!(%error, "the work on an update ended badly, the term of polling ends");
                self.workshop.stop.cancel();
                return Some(None);
            }
        };
        let next = self.waiting.get_mut(&lane).and_then(VecDeque::pop_front);
        match next {
            // What is given up must not be overtaken by the next one.
            Some(raw) if done.is_some() && !self.workshop.stop.is_cancelled() => self.start(raw),
            _ => drop(self.waiting.remove(&lane)),
        }
        Some(done)
    }

    fn start(&mut self, raw: Raw) {
        let workshop = self.workshop.clone();
        self.tasks.spawn(async move {
            let (lane, update) = (raw.lane, raw.update);
            (lane, workshop.work(raw).await.then_some(update))
        });
    }
}

impl Workshop {
    /// Hands an update to the intake until it is done; false = we stop before that.
    async fn work(&self, raw: Raw) -> bool {
        let mut panics = 0;
        let mut backoff = BACKOFF_MIN;
        loop {
            let place = tokio::select! {
                biased;
                () = self.stop.cancelled() => return false,
                place = Arc::clone(&self.places).acquire_owned() => place,
            };
            let intake = Arc::clone(&self.intake);
            let body = raw.body.clone();
            // In a task of its own: a panic stays there, and a call once begun is never dropped half-way.
            let outcome = tokio::spawn(async move { intake.telegram(body).await }).await;
            drop(place);
            let wait = match outcome {
                Ok(UpdateOutcome::Done) => return true,
                Ok(UpdateOutcome::NotJson) => {
                    tracing::error!(update.id = raw.update, "update `{}` was taken for no JSON", raw.update);
                    return true;
                }
                Ok(UpdateOutcome::Later(wait)) => {
                    self.trouble.notify_one();
                    wait.clamp(backoff, BACKOFF_MAX)
                }
                Err(_) => {
                    panics += 1;
                    tracing::error!(update.id = raw.update, panics, "the intake panicked at update `{}`", raw.update);
                    if self.is_settled(&raw, panics).await {
                        return true;
                    }
                    backoff
                }
            };
            metrics::counter!("telegram_poll_repeats_total").increment(1);
            tokio::select! {
                () = self.stop.cancelled() => return false,
                () = tokio::time::sleep(wait) => {}
            }
            backoff = (backoff * 2).min(BACKOFF_MAX);
        }
    }

    /// After a panic: whether the update was done all the same, or is buried now.
    async fn is_settled(&self, raw: &Raw, panics: u32) -> bool {
        let key = UpdateKey { bot: self.bot, update: raw.update };
        if matches!(self.store.is_done(key).await, Ok(true)) {
            return true;
        }
        if panics < PANICS_MAX {
            return false;
        }
        let dead = DeadUpdate {
            bot: self.bot,
            update: Some(raw.update),
            body: raw.body.clone(),
            reason: "the intake panicked".to_owned(),
            at: self.clock.now(),
        };
        self.store.bury(&dead).await.inspect_err(|error| tracing::error!(%error, "an update can't be buried")).is_ok()
    }
}
