//! When a call is tried again: a policy as a value, and the one runner of all calls.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_retry::RetryIf;
use tokio_retry::strategy::{ExponentialBackoff, jitter};

use crate::transport::Trouble;

/// No wait is begun that would leave less of the budget than this to the try after it.
const ROOM: Duration = Duration::from_millis(500);

/// How a call is repeated within its budget. The budget is the caller's argument and bounds all of it.
///
/// The wait before try n + 1 is `base x factor^(n-1)`, at most `cap`, of which the upper half is random. `Retry-After` replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The first wait.
    pub base: Duration,
    /// By how much each wait exceeds the one before.
    pub factor: u32,
    /// The longest wait.
    pub cap: Duration,
    /// How many tries in all.
    pub tries_max: usize,
    /// The longest that one try may take from its start to the last byte of the answer.
    pub answer_timeout: Duration,
}

impl Default for RetryPolicy {
    /// 0.5 s, 1 s, 2 s: a hiccup is bridged here, anything longer is the durable job's. 20 s are plenty for one small answer.
    fn default() -> Self {
        Self {
            base: Duration::from_millis(500),
            factor: 2,
            cap: Duration::from_secs(5),
            tries_max: 4,
            answer_timeout: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// The waits between tries, before `Retry-After` and the budget are looked at.
    fn waits(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // ExponentialBackoff counts in powers of its base: base^1 x factor, base^2 x factor, ... milliseconds.
        let growth = u64::from(self.factor.max(1));
        let unit = u64::try_from(self.base.as_millis()).unwrap_or(u64::MAX) / growth;
        ExponentialBackoff::from_millis(growth)
            .factor(unit.max(1))
            .max_delay(self.cap)
            .map(|wait| wait / 2 + jitter(wait / 2))
            .take(self.tries_max.saturating_sub(1))
    }
}

/// The moment at which a budget that starts now is used up.
pub(crate) fn deadline(budget: Duration) -> Instant {
    // A day bounds what no caller means, and keeps the sum inside the clock's range.
    Instant::now() + budget.min(Duration::from_secs(24 * 60 * 60))
}

/// Runs `attempt` until it succeeds, fails for good, or the waits end.
pub(crate) async fn run<T, A, F>(policy: &RetryPolicy, until: Instant, attempt: A) -> Result<T, Trouble>
where
    A: FnMut() -> F,
    F: Future<Output = Result<T, Trouble>>,
{
    // The runner asks the condition first and the schedule after it, so the hint of an error reaches the wait that follows it.
    let hint = Arc::new(Mutex::new(None));
    let schedule = Schedule { waits: policy.waits(), hint: Arc::clone(&hint), until };
    let condition = move |trouble: &Trouble| {
        let Trouble::Later { retry_after, .. } = trouble else { return false };
        *hint.lock().unwrap_or_else(PoisonError::into_inner) = *retry_after;
        true
    };
    RetryIf::start(schedule, attempt, condition).await
}

struct Schedule<I> {
    waits: I,
    hint: Arc<Mutex<Option<Duration>>>,
    until: Instant,
}

impl<I: Iterator<Item = Duration>> Iterator for Schedule<I> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let own = self.waits.next()?;
        let hint = self.hint.lock().unwrap_or_else(PoisonError::into_inner).take();
        wait(own, hint, self.until.saturating_duration_since(Instant::now()))
    }
}

/// The wait before the next try, or none if it doesn't fit into what is left.
fn wait(own: Duration, hint: Option<Duration>, left: Duration) -> Option<Duration> {
    // A little of the own, random wait is added to the server's, so that not everybody comes back at the same moment.
    let wait = hint.map_or(own, |hint| hint.saturating_add(own.min(ROOM)));
    (wait.saturating_add(ROOM) <= left).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn waits_double_up_to_the_cap_and_half_of_each_is_random() {
        let policy = RetryPolicy { base: secs(1), tries_max: 6, ..RetryPolicy::default() };
        let waits: Vec<Duration> = policy.waits().collect();
        let full = [1, 2, 4, 5, 5].map(secs);
        assert_eq!(waits.len(), full.len());
        for (wait, full) in waits.iter().zip(full) {
            assert!(*wait >= full / 2 && *wait <= full, "{wait:?} of {full:?}");
        }
        assert_eq!(RetryPolicy { tries_max: 0, ..policy }.waits().count(), 0);
    }

    #[test]
    fn a_wait_must_fit_into_the_budget_with_room_for_the_try() {
        let half = Duration::from_millis(500);
        let table = [
            // own, hint, left, expected
            (secs(1), None, secs(10), Some(secs(1))),
            (secs(1), None, secs(1) + half, Some(secs(1))),
            (secs(1), None, secs(1), None),
            (secs(1), Some(secs(7)), secs(20), Some(secs(7) + half)),
            (secs(1), Some(secs(35)), secs(20), None),
            (secs(1), Some(Duration::MAX), secs(20), None),
        ];
        for (own, hint, left, expected) in table {
            assert_eq!(wait(own, hint, left), expected, "{own:?} {hint:?} {left:?}");
        }
    }
}
