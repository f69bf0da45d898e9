//! Keeping the figures of days that are over, and of today's hours, so that the owner's desk computes the last hour only; and counts over all
//! people.

use std::sync::Arc;
use std::time::Duration;

use domain::figures::Span;
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
/// The same of an hour of today. Who was slower than this is missed until the day is over: then it is counted anew.
const HOUR_CLOSING: Duration = Duration::from_secs(5 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
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
        self.roll_up_today().await?;
        self.outreach.recount(self.now()).await?;
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

    /// Keeps the figures of today up to the last full hour, instead of those up to the hour before.
    ///
    /// # Errors
    /// If the store is away or a defect shows up.
    pub async fn roll_up_today(&self) -> StoreResult<()> {
        let now = self.now();
        let Some(today) = last_days(now, &self.settings.zone, 1).pop() else { return Ok(()) };
        let Some(hours) = full_hours(now.since(today.from)) else { return Ok(()) };
        let so_far = Span { until: (today.from + HOUR * hours).min(today.until), ..today };
        for missing in self.reports.unrolled(&[so_far]).await? {
            self.reports.roll_up(missing).await?;
        }
        Ok(())
    }
}

/// How many hours of a day are closed so long after its beginning, if any.
fn full_hours(since: Duration) -> Option<u32> {
    let hours = since.saturating_sub(HOUR_CLOSING).as_secs() / HOUR.as_secs();
    u32::try_from(hours).ok().filter(|hours| *hours > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_kept_when_who_was_slow_has_written() {
        let minutes = |minutes: u64| full_hours(Duration::from_secs(minutes * 60));
        let hours = [0, 60, 64, 65, 124, 125, 25 * 60].map(minutes);
        assert_eq!(hours, [None, None, None, Some(1), Some(1), Some(2), Some(24)]);
    }
}
