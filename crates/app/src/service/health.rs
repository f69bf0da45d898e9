//! Looking at how everything is: the facts that `desk::health` judges.
//!
//! Invariants
//! - The outside (KIE, Telegram) is looked at by each instance's own loop and kept; no update asks it. A screen may wake the loop and wait for
//!   a moment.
//! - Each question has a bound; what gives no answer is a line that says so, and holds up no other.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::models::ApiFamily;
use domain::pause::Pause;
use domain::ports::{FiguresQuery, QueryError, StoreResult};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::App;
use crate::desk::health::{Database, HealthFacts, KieAnswer, Outside, STUCK_AFTER, WEEK};

/// One question to the outside.
const OUTSIDE_BUDGET: Duration = Duration::from_secs(10);
/// One question to the store.
const STORE_BUDGET: Duration = Duration::from_secs(5);
/// A look at the outside this fresh is fresh enough for a screen.
const FRESH: Duration = Duration::from_secs(20);
/// A screen waits for so long for a fresh look: an update has three seconds to be shown.
const WAIT: Duration = Duration::from_secs(1);
/// So many unexplained payments are counted; who has more has the same problem.
const UNMATCHED_COUNTED: u32 = 50;

/// The outside as it was seen last, and the bell of the loop that looks.
#[derive(Debug)]
pub(super) struct Window {
    seen: watch::Sender<Option<Arc<Outside>>>,
    bell: Notify,
}

impl Default for Window {
    fn default() -> Self {
        Self { seen: watch::Sender::new(None), bell: Notify::new() }
    }
}

impl App {
    /// Looks at the outside.
    pub(crate) async fn look_outside(&self) -> Arc<Outside> {
        let kie = async {
            match self.generator.credits(OUTSIDE_BUDGET).await {
                Ok(credits) => {
                    // A figure of a graph: nothing is decided by it.
                    metrics::gauge!("kie_credits").set(credits.to_string().parse::<f64>().unwrap_or(f64::NAN));
                    KieAnswer::Credits(credits)
                }
                Err(QueryError::Account(trouble)) => KieAnswer::Refused(trouble),
                Err(error) => {
                    tracing::warn!(%error, "kie did not tell our credits");
                    KieAnswer::Silent
                }
            }
        };
        let (kie, updates) = tokio::join!(kie, self.surroundings.updates(OUTSIDE_BUDGET));
        let rests = |family: &ApiFamily| self.generator.rests(*family).is_some();
        let resting = ApiFamily::ALL.iter().copied().filter(rests).collect();
        let outside = Arc::new(Outside { at: self.now(), kie, resting, updates, place: self.surroundings.place() });
        self.outside.seen.send_replace(Some(Arc::clone(&outside)));
        outside
    }

    /// Ends when somebody wants the outside to be looked at.
    pub(crate) async fn outside_wanted(&self) {
        self.outside.bell.notified().await;
    }

    /// The outside is looked at soon, and what follows from it is told.
    pub(super) fn want_outside(&self) {
        self.outside.bell.notify_one();
    }

    /// The outside, looked at just now if that is quickly done.
    pub(super) async fn outside_soon(&self) -> Option<Arc<Outside>> {
        let mut seen = self.outside.seen.subscribe();
        let last = seen.borrow_and_update().clone();
        if last.as_ref().is_some_and(|last| self.now().since(last.at) < FRESH) {
            return last;
        }
        self.want_outside();
        match timeout(WAIT, seen.changed()).await {
            Ok(Ok(())) => seen.borrow().clone(),
            _ => last,
        }
    }

    /// What the lines of health are made of.
    pub(crate) async fn health_facts(&self, outside: Option<Arc<Outside>>) -> HealthFacts {
        let now = self.now();
        let query = FiguresQuery { now, stuck_before: now - STUCK_AFTER, since: now - WEEK };
        let (database, figures, unmatched, audits, rates, pause) = tokio::join!(
            bounded(self.database_facts()),
            bounded(self.watch.figures(query)),
            bounded(self.store.unmatched_records(UNMATCHED_COUNTED)),
            bounded(self.watch.audits(1)),
            bounded(self.store.rates()),
            bounded(self.watch.pause()),
        );
        HealthFacts {
            database,
            figures,
            unmatched: unmatched.map(|records| records.len()),
            audit: audits.map(|audits| audits.into_iter().next()),
            rates,
            has_rate_source: self.rate_source.is_some(),
            pause: pause.flatten().filter(Pause::stands),
            outside,
        }
    }

    async fn database_facts(&self) -> StoreResult<Database> {
        let begun = tokio::time::Instant::now();
        self.store.now().await?;
        let latency = begun.elapsed();
        let missing = self.store.pending_migrations().await?;
        Ok(Database { kind: self.store.kind(), latency, missing })
    }
}

/// The answer, if there is one in time.
async fn bounded<T>(question: impl Future<Output = StoreResult<T>>) -> Option<T> {
    match timeout(STORE_BUDGET, question).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::warn!(%error, "a figure of health can't be had");
            None
        }
        Err(_) => {
            tracing::warn!("a figure of health took too long");
            None
        }
    }
}
