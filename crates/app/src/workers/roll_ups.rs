//! Keeping the figures of days that are over, so that the owner's desk computes today only.

use std::sync::Arc;
use std::time::Duration;

use domain::ports::StoreResult;
use tokio_util::sync::CancellationToken;

use crate::desk::last_days;
use crate::service::App;

/// A day is kept within minutes of its closing, and a change of the owner's zone is worked off within hours.
const EVERY: Duration = Duration::from_secs(5 * 60);
/// One instance does it for all; if it dies, another one goes on in the next round.
const LEASE: Duration = Duration::from_secs(4 * 60);
/// The singleton's name.
const NAME: &str = "roll_ups";
/// What a day brought is written by then, also by an instance that was slow to commit.
const CLOSING: Duration = Duration::from_secs(60 * 60);
/// More than a year is shown nowhere.
const DAYS_MAX: usize = 400;
/// So many days cost the database some seconds of a round.
const ROUND_MAX: usize = 20;
/// Names of people are filled in by so many per commit, and so often per round.
const NAMES_STEP: u32 = 500;
const NAMES_STEPS_MAX: u32 = 200;

/// Rolls up until `shutdown`, at once and then again and again.
pub(super) async fn keep(app: Arc<App>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = app.roll_up_if_ours(&shutdown).await {
            tracing::warn!(%error, "the figures of past days have to wait");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

impl App {
    async fn roll_up_if_ours(&self, shutdown: &CancellationToken) -> StoreResult<()> {
        if !self.store.hold_singleton(NAME, &self.settings.instance, self.now(), LEASE).await? {
            return Ok(());
        }
        self.roll_up().await?;
        for _ in 0..NAMES_STEPS_MAX {
            if shutdown.is_cancelled() || self.reports.complete_names(NAMES_STEP).await? < NAMES_STEP.into() {
                break;
            }
        }
        Ok(())
    }

    /// Keeps the figures of days that are over, the latest first, a round of them; how many. Any number of times, by any number of instances:
    /// the same end state.
    ///
    /// # Errors
    /// If the store is away or a defect shows up; what was kept so far stays.
    pub async fn roll_up(&self) -> StoreResult<usize> {
        let now = self.now();
        let mut days = last_days(now, &self.settings.zone, DAYS_MAX);
        days.retain(|day| day.until + CLOSING <= now);
        let mut missing = self.reports.unrolled(&days).await?;
        missing.truncate(ROUND_MAX);
        for day in &missing {
            self.reports.roll_up(*day).await?;
        }
        Ok(missing.len())
    }
}
