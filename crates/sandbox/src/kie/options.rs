//! How one simulator behaves from its start on.

use std::{sync::Arc, time::Duration};

use domain::clock::{Clock, IdSource, SeededIds, Timestamp};
use serde_json::Value;
use tokio::time::Instant;

use super::{check::RefusalStyle, credits::Credits, schema::default_models};

/// Settings of a [`KieSimulator`](super::KieSimulator). Begin with [`KieOptions::new`], [`KieOptions::sandbox`] or [`KieOptions::quick`] and
/// change single fields. Holds the keys in clear, therefore it has no `Debug`.
#[derive(Clone)]
pub struct KieOptions {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The only key that is let in, as `Authorization: Bearer KEY`.
    pub api_key: String,
    /// Signs callbacks when given, as KIE does once the owner has made a key in its settings.
    pub webhook_hmac_key: Option<String>,
    /// The time in replies, signatures, limits and link expiry. It does not pace tasks, tokio's time does; see [`Pace`].
    pub clock: Arc<dyn Clock>,
    /// Makes task ids. A sequence that repeats after a restart would repeat task ids too.
    pub ids: Arc<dyn IdSource>,
    /// Models in the format of `assets/README.md`.
    pub models: Vec<Value>,
    /// Balance of the account at the start.
    pub credits: Credits,
    /// How tasks move on.
    pub pace: Pace,
    /// Creations in any 10 s before code 429; KIE says 20.
    pub creations_per_10_s_max: usize,
    /// For so long after its creation a task is answered 422 `recordInfo is null`. Zero by default.
    pub record_grace: Duration,
    /// A callback that is not answered by then has failed; KIE says 15 s.
    pub callback_timeout: Duration,
    /// Pause before a callback is tried again, at most [`CALLBACK_RETRIES_MAX`] times.
    pub callback_retry_wait: Duration,
    /// A prompt that has one of these as a whole word, in any case, ends in a failed task. Empty except in [`KieOptions::sandbox`], where
    /// people need a way to see a failure.
    pub fail_words: Vec<String>,
    /// Codes of refused inputs.
    pub refusals: RefusalStyle,
    /// Which age of replies is spoken.
    pub replies: ReplyAge,
}

/// KIE tries a callback again this often. docs.kie.ai, common-api webhook pages, 2026.
pub const CALLBACK_RETRIES_MAX: usize = 3;

/// How tasks move from `waiting` to their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Only when told: `advance`, `complete`, `fail`.
    Manual,
    /// By themselves, staying so long in each state (tokio's time).
    Timed {
        /// Time in `waiting`.
        waiting: Duration,
        /// Time in `queuing`.
        queuing: Duration,
        /// Time in `generating`.
        generating: Duration,
    },
}

impl Pace {
    /// About `total` in all, a fifth each in `waiting` and `queuing`.
    pub fn total(total: Duration) -> Self {
        let fifth = total / 5;
        Self::Timed { waiting: fifth, queuing: fifth, generating: total.saturating_sub(fifth * 2) }
    }
}

/// The fields of a record changed during 2026, and nothing says which age a given account sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReplyAge {
    /// As recorded in April 2026: no `successFlag`, `response`, `creditsConsumed`; empty texts instead of nulls.
    April2026,
    /// As documented in October 2026.
    #[default]
    October2026,
}

impl KieOptions {
    /// Everything as KIE documents it, on a free port, tasks of 1.5 s, 1000 credits, key `kie-test-key`.
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self {
            port: 0,
            api_key: "kie-test-key".to_owned(),
            webhook_hmac_key: None,
            clock,
            ids,
            models: default_models(),
            credits: Credits::whole(1000),
            pace: Pace::total(Duration::from_millis(1500)),
            creations_per_10_s_max: 20,
            record_grace: Duration::ZERO,
            callback_timeout: Duration::from_secs(15),
            callback_retry_wait: Duration::from_secs(1),
            fail_words: Vec::new(),
            refusals: RefusalStyle::default(),
            replies: ReplyAge::default(),
        }
    }

    /// As [`KieOptions::new`], for people: a prompt with the word `fail` or `ошибка` fails.
    pub fn sandbox(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { fail_words: vec!["fail".to_owned(), "ошибка".to_owned()], ..Self::new(clock, ids) }
    }

    /// For tests: tasks of 50 ms, short callback retries, a clock that starts on 22 November 2026, seeded ids.
    pub fn quick() -> Self {
        let clock = RunningClock { start: Timestamp::from_seconds(1_795_305_600), since: Instant::now() };
        Self {
            pace: Pace::total(Duration::from_millis(50)),
            callback_timeout: Duration::from_secs(2),
            callback_retry_wait: Duration::from_millis(10),
            ..Self::new(Arc::new(clock), Arc::new(SeededIds::new(1)))
        }
    }
}

/// A clock that runs from a fixed moment with tokio's time, so that a paused runtime pauses it too.
struct RunningClock {
    start: Timestamp,
    since: Instant,
}

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        self.start + self.since.elapsed()
    }
}
