//! The pace of creations, and of questions about the catalogue: KIE drops what is above its limits, it doesn't queue it.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::Instant;

use crate::options::BuildError;

/// How fast requests of one kind leave one client: a burst, then one each interval. Several clients of one account share KIE's limit: give
/// each a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many may start at once after a rest.
    pub burst: NonZeroU32,
    /// After what time one more may start.
    pub interval: Duration,
}

impl Pace {
    /// KIE's limit of creations is 20 in any 10 s of one account. A burst of 10 and one each 1.05 s make at most 19; one is spare, since a slow
    /// network can bring two creations closer together than they were sent.
    pub const KIE: Self =
        Self { burst: NonZeroU32::new(10).expect("ten is not zero"), interval: Duration::from_millis(1050) };

    /// The most that any window of this length can hold.
    pub fn max_within(self, window: Duration) -> u128 {
        let intervals = window.as_nanos().checked_div(self.interval.as_nanos());
        intervals.map_or(u128::MAX, |intervals| intervals + u128::from(self.burst.get()))
    }
}

/// Lets requests through at a pace.
#[derive(Debug)]
pub(crate) struct Pacer {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl Pacer {
    pub(crate) fn new(pace: Pace) -> Result<Self, BuildError> {
        let quota = Quota::with_period(pace.interval).ok_or(BuildError::Pace)?.allow_burst(pace.burst);
        Ok(Self { limiter: RateLimiter::direct(quota), clock: DefaultClock::default() })
    }

    /// Waits for a turn. `Err` is the wait that would be needed, if it leaves less than `room` before the deadline; no turn is used up then.
    pub(crate) async fn turn(&self, deadline: Instant, room: Duration) -> Result<(), Duration> {
        loop {
            let wait = match self.limiter.check() {
                Ok(()) => return Ok(()),
                Err(not_until) => not_until.wait_time_from(self.clock.now()),
            };
            if wait.saturating_add(room) > deadline.saturating_duration_since(Instant::now()) {
                return Err(wait);
            }
            // Somebody else may take the turn that we wait for: then we wait again, as long as the deadline allows.
            tokio::time::sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kies_pace_never_exceeds_twenty_in_ten_seconds() {
        assert_eq!(Pace::KIE.max_within(Duration::from_secs(10)), 19);
        let pace = Pace { burst: NonZeroU32::MIN, interval: Duration::from_secs(3) };
        assert_eq!(pace.max_within(Duration::from_secs(10)), 4);
    }

    #[tokio::test]
    async fn a_turn_beyond_the_burst_waits_and_beyond_the_deadline_is_refused_with_the_wait() {
        let interval = Duration::from_millis(200);
        let pacer = Pacer::new(Pace { burst: NonZeroU32::new(2).unwrap(), interval }).unwrap();
        let start = Instant::now();
        let soon = start + Duration::from_millis(20);
        assert_eq!(pacer.turn(soon, Duration::ZERO).await, Ok(()));
        assert_eq!(pacer.turn(soon, Duration::ZERO).await, Ok(()));
        let wait = pacer.turn(soon, Duration::ZERO).await.unwrap_err();
        assert!(wait <= interval && wait > Duration::from_millis(20), "{wait:?}");
        assert!(pacer.turn(start + interval * 2, interval * 3).await.is_err(), "no room for the try after the wait");
        assert_eq!(pacer.turn(start + Duration::from_secs(20), Duration::ZERO).await, Ok(()));
        assert!(start.elapsed() >= interval);
    }

    #[test]
    fn a_pace_without_interval_is_refused() {
        assert!(matches!(Pacer::new(Pace { interval: Duration::ZERO, ..Pace::KIE }), Err(BuildError::Pace)));
    }
}
