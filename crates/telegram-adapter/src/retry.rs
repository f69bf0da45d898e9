//! Short repeats within one call's budget. Anything longer is the caller's durable queue's.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_retry::RetryIf;
use tokio_retry::strategy::{ExponentialBackoff, jitter};

use crate::error::CallError;

/// Waits of 200, 400, 800 ms ...: a dropped connection is made again at once, a restarting server gets a few seconds.
const WAIT_FACTOR: u64 = 100;
/// No wait of our own exceeds this; a `retry_after` may, within the budget.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// Tries in all. The budget usually ends them earlier.
const TRIES_MAX: usize = 5;
/// A wait that leaves less than this to the try after it is not begun.
const ROOM: Duration = Duration::from_millis(300);
/// A budget is cut to a day, so that adding it to the clock can't overflow.
const BUDGET_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether a call whose answer was lost may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It changes nothing, or the same change twice is one change.
    Harmless,
    /// It would show something twice: only what was surely not done is tried again.
    Doubles,
}

/// The moment at which a budget that starts now is used up.
pub(crate) fn deadline(budget: Duration) -> Instant {
    Instant::now() + budget.min(BUDGET_MAX)
}

/// Runs `attempt` until it succeeds, fails for good, or no further try fits before the deadline.
pub(crate) async fn run<T, A, F>(repeat: Repeat, deadline: Instant, attempt: A) -> Result<T, CallError>
where
    A: FnMut() -> F,
    F: Future<Output = Result<T, CallError>>,
{
    // The runner asks the condition first and the schedule after it, so the hint of an error reaches the wait that follows it.
    let hint = Arc::new(Mutex::new(None));
    let schedule = Schedule { waits: waits(), hint: Arc::clone(&hint), deadline };
    let condition = move |error: &CallError| {
        *hint.lock().unwrap_or_else(PoisonError::into_inner) = error.retry_after();
        error.is_transient() && (repeat == Repeat::Harmless || error.is_surely_not_done())
    };
    RetryIf::start(schedule, attempt, condition).await
}

/// Half of each wait is random, so that many callers do not come back at one moment.
fn waits() -> impl Iterator<Item = Duration> + Send {
    ExponentialBackoff::from_millis(2)
        .factor(WAIT_FACTOR)
        .max_delay(WAIT_MAX)
        .map(|wait| wait / 2 + jitter(wait / 2))
        .take(TRIES_MAX - 1)
}

struct Schedule<I> {
    waits: I,
    hint: Arc<Mutex<Option<Duration>>>,
    deadline: Instant,
}

impl<I: Iterator<Item = Duration>> Iterator for Schedule<I> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let own = self.waits.next()?;
        let hint = self.hint.lock().unwrap_or_else(PoisonError::into_inner).take();
        let wait = hint.map_or(own, |hint| hint.saturating_add(own.min(Duration::from_millis(100))));
        (wait.saturating_add(ROOM) <= self.deadline.saturating_duration_since(Instant::now())).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tries(
        repeat: Repeat,
        budget: Duration,
        error: CallError,
        successes_from: usize,
    ) -> (usize, Duration, bool) {
        let start = Instant::now();
        let mut count = 0;
        let result = run(repeat, deadline(budget), || {
            count += 1;
            let result = if count >= successes_from { Ok(()) } else { Err(error.clone()) };
            async move { result }
        })
        .await;
        (count, start.elapsed(), result.is_ok())
    }

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[tokio::test(start_paused = true)]
    async fn a_harmless_call_is_repeated_a_few_times_and_a_send_only_if_nothing_was_done() {
        let lost = CallError::Lost { detail: String::new() };
        let unreached = CallError::Unreached { detail: String::new() };
        let (count, took, ok) = tries(Repeat::Harmless, secs(20), lost.clone(), 3).await;
        assert!(ok && count == 3 && took < secs(1), "{count} {took:?}");
        assert_eq!(tries(Repeat::Harmless, secs(60), lost.clone(), 99).await.0, TRIES_MAX);
        assert_eq!(tries(Repeat::Doubles, secs(20), lost, 3).await.0, 1);
        assert_eq!(tries(Repeat::Doubles, secs(20), unreached, 2).await.0, 2);
        assert_eq!(tries(Repeat::Harmless, secs(20), CallError::refused(400, "no", None), 2).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_wait_is_kept_if_it_fits_and_given_back_if_not() {
        let flood = |secs| CallError::refused(429, "Too Many Requests", Some(Duration::from_secs(secs)));
        let (count, took, ok) = tries(Repeat::Doubles, secs(20), flood(7), 2).await;
        assert!(ok && count == 2 && took >= secs(7) && took < secs(8), "{took:?}");
        let (count, took, ok) = tries(Repeat::Doubles, secs(20), flood(35), 2).await;
        assert!(!ok && count == 1 && took.is_zero(), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_is_begun_that_leaves_no_room() {
        let unreached = CallError::Unreached { detail: String::new() };
        assert_eq!(tries(Repeat::Harmless, ROOM, unreached, 2).await.0, 1);
    }
}
