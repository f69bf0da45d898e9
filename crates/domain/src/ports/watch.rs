//! What watching over the shop needs: figures of the database, what is kept of audits and alerts, and a look at the outside.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::{JobKind, StoreResult};
use crate::clock::Timestamp;
use crate::generation::{FailureReason, StateKind};
use crate::ids::ModelId;
use crate::money::Credits;
use crate::pause::Pause;
use crate::rest::Rest;
use crate::watch::{Alert, AuditRun};

/// Which moments the figures are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FiguresQuery {
    /// Now: what is due by then.
    pub now: Timestamp,
    /// A generation that was ordered before this and is still live is stuck.
    pub stuck_before: Timestamp,
    /// What came or was taken since this counts.
    pub since: Timestamp,
}

/// Figures of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Jobs that are due.
    pub due: u64,
    /// Since when the first of them is.
    pub due_since: Option<Timestamp>,
    /// Generations that are live.
    pub live: u64,
    /// Those of them that are stuck.
    pub stuck: u64,
    /// Tasks that KIE may have made or finished without us, noted lately.
    pub orphans: u64,
    /// Receipts that wait for a decision.
    pub receipts: u64,
    /// Since when the first of them waits.
    pub receipts_since: Option<Timestamp>,
    /// Updates that could not be taken lately.
    pub dead: u64,
    /// Those of them that bear a payment.
    pub dead_payments: u64,
    /// What KIE took lately, as far as it said.
    pub taken: Credits,
    /// When the first success was lately that it took something for.
    pub taken_since: Option<Timestamp>,
}

/// How one generation ended at KIE: the newest come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// What was to make it.
    pub model: ModelId,
    /// Why nothing came of it; `None`: something did.
    pub failure: Option<FailureReason>,
    /// When.
    pub at: Timestamp,
}

/// What waits at a moment, by kind: what a graph of the load is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many jobs are due, and since when the first of them is; a kind of which none is due is left out.
    pub jobs: BTreeMap<JobKind, (u64, Timestamp)>,
    /// How many generations are in each live state; a state without one is left out.
    pub generations: BTreeMap<StateKind, u64>,
}

/// What is kept of watching, and figures to watch; it is written by change sets.
#[async_trait]
pub trait Watch: Send + Sync {
    /// Counts.
    async fn figures(&self, query: FiguresQuery) -> StoreResult<Figures>;

    /// What waits now.
    async fn backlog(&self, now: Timestamp) -> StoreResult<Backlog>;

    /// The last generations that succeeded or failed since then, newest first; who took theirs back is not among them.
    async fn ended(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<Ended>>;

    /// The audits that ran, newest first.
    async fn audits(&self, limit: u32) -> StoreResult<Vec<AuditRun>>;

    /// Every alert that was ever due, by name.
    async fn alerts(&self) -> StoreResult<Vec<Alert>>;

    /// The last pause of selling, if there ever was one.
    async fn pause(&self) -> StoreResult<Option<Pause>>;

    /// The last rest of each model that ever rested, by model.
    async fn rests(&self) -> StoreResult<Vec<Rest>>;
}

/// How updates come to us, as Telegram tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatesReport {
    /// By webhook; else we ask for them.
    pub by_webhook: bool,
    /// Whether Telegram has the address that we want: ours, or none where we ask.
    pub is_set: bool,
    /// Updates that wait there.
    pub waiting: u64,
    /// When the last delivery failed, and Telegram's words of it.
    pub last_error: Option<(Timestamp, String)>,
}

/// Where we run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Our own version.
    pub version: String,
    /// A free plan, which sleeps and misses what must be answered at once, may be what we run on.
    pub may_sleep: bool,
    /// Bytes left where the database's file is; `None`: there is no such file, or nobody can tell.
    pub disk_left: Option<u64>,
}

/// What of the outside is looked at and no other port tells.
#[async_trait]
pub trait Surroundings: Send + Sync {
    /// How updates come to us; `None`: Telegram did not tell within `budget`.
    async fn updates(&self, budget: Duration) -> Option<UpdatesReport>;

    /// Where we run.
    fn place(&self) -> Place;
}
