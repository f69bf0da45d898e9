//! Calls into the house: each in its own task, so many at once, and for so long until its client is told to come back.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use metrics::counter;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;
use tracing::{error, info};

use crate::answer::Answer;
use crate::sight::{WORK_OVERRUNS, WORK_PANICS, millis};

/// After an overrun the work is mostly done soon; the repeat then finds its mark.
const OVERRUN_RETRY_AFTER: Duration = Duration::from_secs(5);
/// Slots come free in milliseconds, unless storage hangs.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);
/// A panic may be one input's or a moment's; the repeat is cheap and bounded by who repeats.
const PANIC_RETRY_AFTER: Duration = Duration::from_secs(5);

/// Runs work of the house.
pub(crate) struct Work {
    tasks: TaskTracker,
    slots: Arc<Semaphore>,
    time_max: Duration,
}

/// Why there is no result to answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// Every slot is taken; nothing was begun.
    Busy,
    /// The time is over; the work goes on.
    Overrun,
    /// The work panicked; what it had not committed is gone.
    Panicked,
}

impl From<Unfinished> for Answer {
    fn from(unfinished: Unfinished) -> Self {
        match unfinished {
            Unfinished::Busy => Self::later(BUSY_RETRY_AFTER, "too much work at once"),
            Unfinished::Overrun => Self::later(OVERRUN_RETRY_AFTER, "handling takes too long and goes on"),
            Unfinished::Panicked => Self::later(PANIC_RETRY_AFTER, "handling panicked"),
        }
    }
}

impl Work {
    pub(crate) fn new(tasks_max: usize, time_max: Duration) -> Self {
        Self { tasks: TaskTracker::new(), slots: Arc::new(Semaphore::new(tasks_max)), time_max }
    }

    /// Runs `work` to its end, whatever becomes of the caller; waits for it no longer than the limit. `route` names the
    /// work in logs and metrics.
    pub(crate) async fn run<F>(&self, route: &'static str, work: F) -> Result<F::Output, Unfinished>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| Unfinished::Busy)?;
        let time_max = self.time_max;
        // The limit sits on the handle, not round the work: dropping a handle detaches its task, it doesn't end it.
        let handle = self.tasks.spawn(async move {
            let _slot = slot;
            to_the_end(route, time_max, work).await
        });
        match timeout(time_max, handle).await {
            Ok(Ok(Some(output))) => Ok(output),
            // A join error without a panic means that the runtime is going down; for the client it is the same.
            Ok(Ok(None) | Err(_)) => Err(Unfinished::Panicked),
            Err(_) => {
                counter!(WORK_OVERRUNS, "route" => route).increment(1);
                Err(Unfinished::Overrun)
            }
        }
    }

    /// Waits until every task has ended. Nothing new may be begun afterwards.
    pub(crate) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Tasks that still run.
    pub(crate) fn running(&self) -> usize {
        self.tasks.len()
    }
}

/// The work with its panic caught here, inside its task, so that it is counted also when nobody waits any more. The
/// panic's own text may quote a message; it is left to the process-wide hook and never repeated here.
async fn to_the_end<F: Future>(route: &'static str, time_max: Duration, work: F) -> Option<F::Output> {
    let started = Instant::now();
    let output = AssertUnwindSafe(work).catch_unwind().await.ok();
    let elapsed = started.elapsed();
    let duration_ms = millis(elapsed);
    if output.is_none() {
        counter!(WORK_PANICS, "route" => route).increment(1);
        error!(route, duration_ms, "the work behind `{route}` panicked after {duration_ms} ms");
    } else if elapsed > time_max {
        info!(route, duration_ms, "the work behind `{route}` ended after {duration_ms} ms, past its answer");
    }
    output
}
