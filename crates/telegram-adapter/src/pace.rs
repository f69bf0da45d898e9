//! How fast we send: over all chats, and into one chat; and the waits that Telegram's 429 imposed.
//!
//! Telegram names about 30 messages a second over all chats and about one a second in a chat, short bursts aside; the exact limits are
//! unspecified, and ignoring a 429 is what gets a bot banned. So a chat that was told to wait is left alone by every caller.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::ids::ChatId;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::error::CallError;

/// A turn is not waited for if it leaves less than this to the call itself.
const ROOM: Duration = Duration::from_millis(200);
/// After so many turns the chats that rest are forgotten. A sweep costs as much as a few hundred turns.
const SWEEP_TURNS: u32 = 1024;
/// Chats whose 429 is remembered; beyond it the one that ends first is forgotten. A bot that is refused in more chats is stopped globally.
const HOLDS_MAX: usize = 1024;

/// How fast one process sends. Several processes of one bot share Telegram's limits: give each a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Messages at once over all chats, after a rest.
    pub all_burst: NonZeroU32,
    /// Then one more after this time.
    pub all_interval: Duration,
    /// Messages at once in one chat, after a rest.
    pub chat_burst: NonZeroU32,
    /// Then one more after this time.
    pub chat_interval: Duration,
}

impl Pace {
    /// At most 30 in any second over all chats (5 + 25); in a chat three at once, then one a second.
    pub const TELEGRAM: Self = Self {
        all_burst: NonZeroU32::new(5).expect("five is not zero"),
        all_interval: Duration::from_millis(40),
        chat_burst: NonZeroU32::new(3).expect("three is not zero"),
        chat_interval: Duration::from_secs(1),
    };
}

/// Hands out turns. All waits are tokio's, so that a test's paused clock moves them.
pub(crate) struct Pacer {
    all: RateLimiter<NotKeyed, InMemoryState, Watch, NoOpMiddleware<Duration>>,
    chats: RateLimiter<i64, DashMapStateStore<i64>, Watch, NoOpMiddleware<Duration>>,
    watch: Watch,
    turns: AtomicU32,
    holds: Mutex<HashMap<i64, Instant>>,
}

impl Pacer {
    pub(crate) fn new(pace: Pace) -> Self {
        let quota = |interval: Duration, burst| {
            // Zero is no interval: the shortest one there is means "as fast as you like".
            Quota::with_period(interval.max(Duration::from_nanos(1)))
                .expect("the interval is above zero")
                .allow_burst(burst)
        };
        let watch = Watch(Instant::now());
        Self {
            all: RateLimiter::direct_with_clock(quota(pace.all_interval, pace.all_burst), watch.clone()),
            chats: RateLimiter::dashmap_with_clock(quota(pace.chat_interval, pace.chat_burst), watch.clone()),
            watch,
            turns: AtomicU32::new(0),
            holds: Mutex::new(HashMap::new()),
        }
    }

    /// Waits for a turn in a chat. [`CallError::Paced`] if it comes too late for the deadline; no turn is used up then.
    pub(crate) async fn turn(&self, chat: ChatId, deadline: Instant) -> Result<(), CallError> {
        self.sweep();
        wait_until(|| self.held(chat), deadline).await?;
        let chat_turn = || self.chats.check_key(&chat.0).err().map(|until| until.wait_time_from(self.watch.now()));
        wait_until(chat_turn, deadline).await?;
        let turn = || self.all.check().err().map(|until| until.wait_time_from(self.watch.now()));
        wait_until(turn, deadline).await
    }

    /// Takes a turn over all if one is free right now; for what is not worth a wait.
    pub(crate) fn take_turn_now(&self, chat: ChatId) -> bool {
        self.held(chat).is_none() && self.all.check().is_ok()
    }

    /// Telegram wants silence in this chat.
    pub(crate) fn hold(&self, chat: ChatId, wait: Duration) {
        let now = Instant::now();
        // A wait beyond a day is no flood wait that we know; the next 429 tells the rest.
        let until = now + wait.min(Duration::from_secs(24 * 60 * 60));
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        holds.retain(|_, until| *until > now);
        if holds.len() >= HOLDS_MAX
            && let Some(first) = holds.iter().min_by_key(|(_, until)| **until).map(|(chat, _)| *chat)
        {
            holds.remove(&first);
        }
        holds.insert(chat.0, until);
    }

    fn held(&self, chat: ChatId) -> Option<Duration> {
        let holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        let left = holds.get(&chat.0)?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    fn sweep(&self) {
        if self.turns.fetch_add(1, Ordering::Relaxed) % SWEEP_TURNS == SWEEP_TURNS - 1 {
            self.chats.retain_recent();
            self.chats.shrink_to_fit();
        }
    }
}

/// Sleeps as long as `wait` tells a wait; somebody else may take the turn that we slept for.
async fn wait_until(wait: impl Fn() -> Option<Duration>, deadline: Instant) -> Result<(), CallError> {
    while let Some(wait) = wait() {
        if wait.saturating_add(ROOM) > deadline.saturating_duration_since(Instant::now()) {
            return Err(CallError::Paced { wait });
        }
        tokio::time::sleep(wait).await;
    }
    Ok(())
}

/// tokio's clock for governor.
#[derive(Clone, Debug)]
struct Watch(Instant);

impl Clock for Watch {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ChatId = ChatId(1);

    fn soon(millis: u64) -> Instant {
        Instant::now() + Duration::from_millis(millis)
    }

    #[tokio::test(start_paused = true)]
    async fn a_chat_gets_a_burst_and_then_one_a_second() {
        let pacer = Pacer::new(Pace::TELEGRAM);
        let start = Instant::now();
        for _ in 0..3 {
            pacer.turn(CHAT, soon(300)).await.unwrap();
        }
        assert!(start.elapsed() < Duration::from_millis(1));
        let error = pacer.turn(CHAT, soon(900)).await.unwrap_err();
        assert!(matches!(error, CallError::Paced { wait } if wait > Duration::from_millis(900)), "{error}");
        assert!(pacer.turn(ChatId(2), soon(300)).await.is_ok(), "another chat is not concerned");
        pacer.turn(CHAT, soon(5000)).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn any_second_sees_at_most_thirty_messages() {
        let pacer = Pacer::new(Pace::TELEGRAM);
        let start = Instant::now();
        let mut moments = Vec::new();
        for chat in 0..200 {
            pacer.turn(ChatId(chat), soon(60_000)).await.unwrap();
            moments.push(start.elapsed());
        }
        let second = Duration::from_secs(1);
        let busiest =
            moments.iter().map(|from| moments.iter().filter(|at| *at >= from && **at < *from + second).count());
        let busiest = busiest.max().unwrap();
        assert!(busiest <= 30, "{busiest}");
        assert!(start.elapsed() < Duration::from_secs(9), "and it is not much slower: {:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_wait_keeps_everybody_out_of_that_chat_only() {
        let pacer = Pacer::new(Pace::TELEGRAM);
        pacer.hold(CHAT, Duration::from_secs(30));
        assert!(!pacer.take_turn_now(CHAT) && pacer.take_turn_now(ChatId(2)));
        assert_eq!(pacer.turn(CHAT, soon(1000)).await, Err(CallError::Paced { wait: Duration::from_secs(30) }));
        pacer.turn(ChatId(2), soon(300)).await.unwrap();
        let start = Instant::now();
        pacer.turn(CHAT, soon(60_000)).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_of_chats_stays_bounded() {
        let fast = Pace { all_interval: Duration::ZERO, ..Pace::TELEGRAM };
        let pacer = Pacer::new(fast);
        for chat in 0..6_000 {
            pacer.turn(ChatId(chat), soon(60_000)).await.unwrap();
            if chat % 500 == 0 {
                tokio::time::advance(Duration::from_secs(5)).await;
            }
            if chat < 2_000 {
                pacer.hold(ChatId(chat), Duration::from_secs(24 * 3600));
            }
        }
        assert!(pacer.chats.len() <= 2048, "{}", pacer.chats.len());
        assert_eq!(pacer.holds.lock().unwrap().len(), HOLDS_MAX);
    }
}
