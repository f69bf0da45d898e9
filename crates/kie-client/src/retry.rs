//! When a call is tried again: a policy as a value, and the one runner of all calls.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_retry::RetryIf;
use tokio_retry::strategy::{ExponentialBackoff, jitter};

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
    /// How many tries in all. The budget usually ends them earlier.
    pub tries_max: usize,
    /// The longest that one try may take from its start to the last byte of the answer; a call without a file.
    pub answer_timeout: Duration,
    /// The same for a try that carries a file.
    pub transfer_timeout: Duration,
    /// No wait is begun that would leave less of the budget than this to the try after it: a creation that is cut off has an unknown outcome.
    pub room: Duration,
}

impl Default for RetryPolicy {
    /// 1 s, 2 s, 4 s ... 30 s. createTask only queues, so 30 s are plenty for a try, and 5 s a fair chance; 10 tries last over two minutes.
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            factor: 2,
            cap: Duration::from_secs(30),
            tries_max: 10,
            answer_timeout: Duration::from_secs(30),
            transfer_timeout: Duration::from_secs(5 * 60),
            room: Duration::from_secs(5),
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

/// What an error means for the runner and for the metrics.
pub(crate) trait Verdict {
    /// Whether the same call may be sent again.
    fn is_retryable(&self) -> bool;
    /// How long KIE wants us to wait.
    fn retry_after(&self) -> Option<Duration>;
    /// The variant as a metric's label.
    fn label(&self) -> &'static str;
}

/// The moment at which a budget that starts now is used up.
pub(crate) fn deadline(budget: Duration) -> Instant {
    // A day bounds what no caller means, and keeps the sum inside the clock's range.
    Instant::now() + budget.min(Duration::from_secs(24 * 60 * 60))
}

/// Runs `attempt` until it succeeds, fails for good, or the waits end.
pub(crate) async fn run<T, E, A, F>(policy: &RetryPolicy, deadline: Instant, attempt: A) -> Result<T, E>
where
    E: Verdict,
    A: FnMut() -> F,
    F: Future<Output = Result<T, E>>,
{
    // The runner asks the condition first and the schedule after it, so the hint of an error reaches the wait that follows it.
    let hint = Arc::new(Mutex::new(None));
    let schedule = Schedule { waits: policy.waits(), hint: Arc::clone(&hint), deadline, room: policy.room };
    let condition = move |error: &E| {
        *hint.lock().unwrap_or_else(PoisonError::into_inner) = error.retry_after();
        error.is_retryable()
    };
    RetryIf::start(schedule, attempt, condition).await
}

struct Schedule<I> {
    waits: I,
    hint: Arc<Mutex<Option<Duration>>>,
    deadline: Instant,
    room: Duration,
}

impl<I: Iterator<Item = Duration>> Iterator for Schedule<I> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let own = self.waits.next()?;
        let hint = self.hint.lock().unwrap_or_else(PoisonError::into_inner).take();
        wait(own, hint, self.deadline.saturating_duration_since(Instant::now()), self.room)
    }
}

/// The wait before the next try, or none if it doesn't fit into what is left.
fn wait(own: Duration, hint: Option<Duration>, left: Duration, room: Duration) -> Option<Duration> {
    // A little of the own, random wait is added to KIE's, so that not everybody comes back at the same moment.
    let wait = hint.map_or(own, |hint| hint.saturating_add(own.min(Duration::from_millis(500))));
    (wait.saturating_add(room) <= left).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn waits_double_up_to_the_cap_and_half_of_each_is_random() {
        let waits: Vec<Duration> = RetryPolicy::default().waits().collect();
        let full = [1, 2, 4, 8, 16, 30, 30, 30, 30].map(secs);
        assert_eq!(waits.len(), full.len());
        for (wait, full) in waits.iter().zip(full) {
            assert!(*wait >= full / 2 && *wait <= full, "{wait:?} of {full:?}");
        }
    }

    #[test]
    fn a_policy_without_growth_or_base_still_waits() {
        let policy = RetryPolicy { base: Duration::ZERO, factor: 0, tries_max: 3, ..RetryPolicy::default() };
        assert!(policy.waits().all(|wait| wait <= Duration::from_millis(1)));
        assert_eq!(policy.waits().count(), 2);
        assert_eq!(RetryPolicy { tries_max: 0, ..policy }.waits().count(), 0);
    }

    #[test]
    fn a_wait_must_fit_into_the_budget_with_room_for_the_try() {
        let table = [
            // own, hint, left, room, expected
            (secs(1), None, secs(10), secs(5), Some(secs(1))),
            (secs(5), None, secs(10), secs(5), Some(secs(5))),
            (secs(6), None, secs(10), secs(5), None),
            (secs(1), None, secs(0), secs(0), None),
            (secs(1), Some(secs(7)), secs(20), secs(0), Some(Duration::from_millis(7500))),
            (Duration::from_millis(10), Some(secs(7)), secs(20), secs(0), Some(Duration::from_millis(7010))),
            (secs(1), Some(secs(35)), secs(20), secs(0), None),
            (secs(1), Some(Duration::MAX), Duration::MAX, secs(1), Some(Duration::MAX)),
        ];
        for (own, hint, left, room, expected) in table {
            assert_eq!(wait(own, hint, left, room), expected, "{own:?} {hint:?} {left:?} {room:?}");
        }
    }
}
