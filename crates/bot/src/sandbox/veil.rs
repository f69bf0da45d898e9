//! [`Veil`]: what the sandbox puts between the bot and its world. Time is moved ahead for the bot and the simulators alike, and the storage
//! can be away.
//!
//! The app takes the time from its clock alone and hands it to the store with each call, so the store needs no shift of its own. Workers look
//! for due work at least once a second by the machine's clock; a shift needs no wake.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use domain::clock::{Clock, Timestamp};
use domain::ports::Store;
use storage::memory::{Fault, FaultyStore};

use crate::serve::Between;

/// The machine's own clock: simulators stand outside, as Telegram and KIE do.
pub(crate) struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the simulators are the outside world, which has a clock of its own"
        )]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }
}

/// Moves time and takes the storage away.
#[derive(Debug, Default)]
pub(super) struct Veil {
    shift_seconds: Arc<AtomicU64>,
    away: Arc<AtomicBool>,
}

impl Veil {
    /// A clock that is ahead of another one by what was shifted so far.
    pub(super) fn shifted(&self, clock: Arc<dyn Clock>) -> Arc<dyn Clock> {
        Arc::new(ShiftedClock { clock, shift_seconds: Arc::clone(&self.shift_seconds) })
    }

    pub(super) fn shift(&self, by: Duration) {
        self.shift_seconds.fetch_add(by.as_secs(), Ordering::SeqCst);
    }

    pub(super) fn shift_so_far(&self) -> Duration {
        Duration::from_secs(self.shift_seconds.load(Ordering::SeqCst))
    }

    pub(super) fn take_storage_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    pub(super) fn is_storage_away(&self) -> bool {
        self.away.load(Ordering::SeqCst)
    }
}

impl Between for Veil {
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        let away = Arc::clone(&self.away);
        Arc::new(FaultyStore::new(
            store,
            move |_| if away.load(Ordering::SeqCst) { Fault::Before } else { Fault::None },
        ))
    }

    fn clock(&self, clock: Arc<dyn Clock>) -> Arc<dyn Clock> {
        self.shifted(clock)
    }
}

/// Ahead of another clock; never behind what it has shown, since a shift only grows.
struct ShiftedClock {
    clock: Arc<dyn Clock>,
    shift_seconds: Arc<AtomicU64>,
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        self.clock.now() + Duration::from_secs(self.shift_seconds.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::ManualClock;
    use domain::ids::ChatId;
    use domain::ports::StoreError;
    use storage::memory::MemoryStore;

    use super::*;

    #[test]
    fn every_clock_behind_the_veil_is_moved() {
        let (veil, hand) = (Veil::default(), Arc::new(ManualClock::new(Timestamp::from_seconds(1000))));
        let clocks = [veil.shifted(hand.clone()), veil.clock(hand.clone())];
        veil.shift(Duration::from_secs(60));
        veil.shift(Duration::from_secs(900));
        hand.advance(Duration::from_secs(1));
        assert_eq!(clocks.map(|clock| clock.now()), [Timestamp::from_seconds(1961); 2]);
        assert_eq!(veil.shift_so_far(), Duration::from_secs(960));
    }

    #[tokio::test]
    async fn the_storage_is_away_until_it_is_given_back() {
        let veil = Veil::default();
        let hand = Arc::new(ManualClock::new(Timestamp::from_seconds(1000)));
        let store = veil.store(Arc::new(MemoryStore::new(hand)));
        veil.take_storage_away(true);
        assert!(matches!(store.session(ChatId(1)).await, Err(StoreError::Away(_))));
        veil.take_storage_away(false);
        assert!(store.session(ChatId(1)).await.unwrap().is_none());
    }
}
