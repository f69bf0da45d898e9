//! Time and chance in production: [`DatabaseClock`] and [`OsIds`].
//!
//! Leases and their expiry are compared between instances, so all of them take the time from the one clock that they share: the database's.
//!
//! Invariants
//! - The time that a process sees never goes back.
//! - One odd reading of the database's clock moves nothing: a jump counts once a second reading confirms it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::clock::{Clock, IdSource, Timestamp};
use domain::ports::{Store, StoreResult};
use rustls::crypto::SecureRandom;
use tokio_util::sync::CancellationToken;

/// A drift below this is ordinary (clocks are slewed, a reading takes time); above it, somebody set a clock or another server took over.
const JUMP: Duration = Duration::from_secs(2);
/// How often the database is asked. A machine's own oscillator strays by far less than a millisecond in that time.
const EVERY: Duration = Duration::from_secs(60);

/// The database's clock, carried on between two readings by the process's own monotonic one.
#[derive(Debug)]
pub(crate) struct DatabaseClock {
    started: Instant,
    dial: Dial,
}

impl DatabaseClock {
    /// Reads the database's clock for the first time.
    ///
    /// # Errors
    /// If the database is away.
    pub(crate) async fn start(store: &dyn Store) -> StoreResult<Self> {
        let started = Instant::now();
        let reading = read(started, store).await?;
        Ok(Self { started, dial: Dial::new(reading.offset) })
    }

    /// Reads it again each minute until `stop`. A database that is away changes nothing: the monotonic clock carries on.
    pub(crate) async fn keep(self: Arc<Self>, store: Arc<dyn Store>, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            match read(self.started, &*store).await {
                Ok(reading) => self.correct(reading),
                Err(error) => tracing::debug!(%error, "the database's clock could not be read"),
            }
        }
    }

    fn correct(&self, reading: Reading) {
        let drift_ms = reading.offset.saturating_sub(self.dial.offset()) / 1000;
        match self.dial.correct(reading) {
            Correction::Slight | Correction::Slow => {}
            Correction::Suspected => {
                tracing::warn!(drift_ms, "the database's clock is off by {drift_ms} ms; waiting for a second reading");
            }
            Correction::Jump => {
                tracing::warn!(drift_ms, "time was moved by {drift_ms} ms, as the database's clock says twice")
            }
        }
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.dial.now(micros(self.started.elapsed())))
    }
}

/// What one question told. All in microseconds.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// The database's time less the process's age.
    offset: i64,
    /// How long the answer took.
    round_trip: i64,
}

async fn read(started: Instant, store: &dyn Store) -> StoreResult<Reading> {
    let asked = micros(started.elapsed());
    let now = store.now().await?.as_micros();
    let round_trip = micros(started.elapsed()).saturating_sub(asked);
    // The clock was read somewhere between question and answer: in the middle, as far as anybody can tell.
    Ok(Reading { offset: now.saturating_sub(asked).saturating_sub(round_trip / 2), round_trip })
}

/// The pure part: from the process's age to the time.
#[derive(Debug)]
struct Dial {
    offset: AtomicI64,
    /// The latest time that was shown.
    shown: AtomicI64,
    /// An offset that nobody has confirmed yet.
    suspect: Mutex<Option<i64>>,
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Correction {
    /// Followed.
    Slight,
    /// Too slow to tell anything.
    Slow,
    /// A jump, to be confirmed.
    Suspected,
    /// A jump, confirmed and followed.
    Jump,
}

impl Dial {
    const fn new(offset: i64) -> Self {
        Self { offset: AtomicI64::new(offset), shown: AtomicI64::new(i64::MIN), suspect: Mutex::new(None) }
    }

    fn offset(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// The time at an age. After a step back it stands still until the clock has caught up.
    fn now(&self, age: i64) -> i64 {
        let now = self.offset().saturating_add(age);
        self.shown.fetch_max(now, Ordering::SeqCst).max(now)
    }

    fn correct(&self, Reading { offset, round_trip }: Reading) -> Correction {
        let near = |other: i64| offset.abs_diff(other) <= JUMP.as_micros().try_into().unwrap_or(u64::MAX);
        if round_trip > micros(JUMP) {
            return Correction::Slow;
        }
        let mut suspect = self.suspect.lock().unwrap_or_else(PoisonError::into_inner);
        let correction = match *suspect {
            _ if near(self.offset()) => Correction::Slight,
            Some(earlier) if near(earlier) => Correction::Jump,
            _ => Correction::Suspected,
        };
        if correction == Correction::Suspected {
            *suspect = Some(offset);
        } else {
            *suspect = None;
            self.offset.store(offset, Ordering::SeqCst);
        }
        correction
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Chance from the operating system, through the random source that TLS uses too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OsIds(&'static dyn SecureRandom);

impl Default for OsIds {
    fn default() -> Self {
        Self(rustls::crypto::ring::default_provider().secure_random)
    }
}

impl IdSource for OsIds {
    fn fill(&self, bytes: &mut [u8]) {
        // There is nothing to fall back to: an id or a token from a weaker source would be a hole, so the work at hand ends here.
        self.0.fill(bytes).expect("a running system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::ManualClock;

    use super::*;

    const SECOND: i64 = 1_000_000;

    fn reading(offset: i64) -> Reading {
        Reading { offset, round_trip: 1000 }
    }

    #[test]
    fn time_is_the_offset_and_the_age_and_never_goes_back() {
        let dial = Dial::new(1000 * SECOND);
        assert_eq!(dial.now(5 * SECOND), 1005 * SECOND);
        assert_eq!(dial.correct(reading(999 * SECOND)), Correction::Slight);
        assert_eq!(dial.now(5 * SECOND), 1005 * SECOND, "it stands still");
        assert_eq!(dial.now(7 * SECOND), 1006 * SECOND, "it has caught up");
        assert_eq!(dial.now(3 * SECOND), 1006 * SECOND, "also if two threads ask in another order");
    }

    #[test]
    fn one_odd_reading_moves_nothing() {
        let dial = Dial::new(0);
        assert_eq!(dial.correct(reading(86_400 * SECOND)), Correction::Suspected);
        assert_eq!(dial.now(SECOND), SECOND);
        assert_eq!(dial.correct(reading(0)), Correction::Slight);
        assert_eq!(dial.correct(reading(86_400 * SECOND)), Correction::Suspected, "the first one is forgotten");
        assert_eq!(dial.correct(reading(-86_400 * SECOND)), Correction::Suspected, "they don't agree");
        assert_eq!(dial.now(2 * SECOND), 2 * SECOND);
    }

    #[test]
    fn a_jump_counts_once_a_second_reading_confirms_it() {
        let dial = Dial::new(0);
        assert_eq!(dial.correct(reading(600 * SECOND)), Correction::Suspected);
        assert_eq!(dial.correct(reading(601 * SECOND)), Correction::Jump);
        assert_eq!(dial.now(SECOND), 602 * SECOND);
        assert_eq!(dial.correct(reading(601 * SECOND)), Correction::Slight);
    }

    #[test]
    fn a_slow_answer_tells_nothing() {
        let dial = Dial::new(0);
        let slow = Reading { offset: SECOND, round_trip: 3 * SECOND };
        assert_eq!(dial.correct(slow), Correction::Slow);
        assert_eq!(dial.now(0), 0);
    }

    #[tokio::test]
    async fn the_clock_starts_at_the_databases_time_and_follows_it() {
        let database = Arc::new(ManualClock::new(Timestamp::from_seconds(1_000_000)));
        let store = storage::memory::MemoryStore::new(database.clone());
        let clock = DatabaseClock::start(&store).await.unwrap();
        let near = |time: Timestamp| time.since(database.now()) < Duration::from_secs(60) && time >= database.now();
        assert!(near(clock.now()));
        database.advance(Duration::from_secs(3600));
        assert!(!near(clock.now()), "nobody has looked yet");
        for _ in 0..2 {
            clock.correct(read(clock.started, &store).await.unwrap());
        }
        assert!(near(clock.now()), "two readings agree");
    }

    #[test]
    fn ids_differ() {
        let fill = || {
            let mut bytes = [0; 32];
            OsIds::default().fill(&mut bytes);
            bytes
        };
        assert_ne!(fill(), fill());
        assert_ne!(fill(), [0; 32]);
    }
}
