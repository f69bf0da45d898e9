//! What stands behind the bot, as far as the page shows or moves it: the ledger, the clock, the storage, the process.
//!
//! Implemented by whoever runs the bot between the simulators; the page knows neither the bot nor its database.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

/// The far side of the page. Each refusal is a sentence that the page shows as it is.
#[async_trait]
pub trait Backstage: Send + Sync {
    /// Whether that user owns the bot.
    fn is_owner(&self, user: i64) -> bool;

    /// A user's figures as the books have them now; `None` for somebody whom the bot does not know yet.
    ///
    /// # Errors
    /// If the books cannot be read.
    async fn ledger(&self, user: i64) -> Result<Option<Ledger>, String>;

    /// All invariants of the books, checked now.
    ///
    /// # Errors
    /// If the books cannot be read.
    async fn audit(&self) -> Result<Audit, String>;

    /// Puts money into a user's balance, as an owner does by hand. Kopecks.
    ///
    /// # Errors
    /// If the bot does not know the user, or the books refuse.
    async fn credit(&self, user: i64, kopecks: i64) -> Result<(), String>;

    /// How far time was moved ahead so far.
    fn shifted(&self) -> Duration;

    /// Moves time ahead: the bot's, the storage's and the simulators' alike.
    fn shift(&self, by: Duration);

    /// Whether the storage is away.
    fn is_storage_away(&self) -> bool;

    /// Takes the storage away from the bot, or gives it back. [`Self::ledger`] and [`Self::audit`] see it all the time.
    fn take_storage_away(&self, away: bool);

    /// Ends the bot in order and starts it again on the same database; the simulators stay. Returns once it works.
    ///
    /// # Errors
    /// If it does not end or does not start.
    async fn restart(&self) -> Result<(), String>;
}

/// A user's figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Kopecks that can be spent.
    pub available: i64,
    /// Kopecks that are set aside for generations under way.
    pub reserved: i64,
    /// Free runs that can be used.
    pub runs: i64,
    /// The newest movements, newest first.
    pub lines: Vec<LedgerLine>,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerLine {
    /// What happened: `reserve`, `capture`...
    pub operation: String,
    /// The key that makes it happen once.
    pub cause: String,
    /// `money` (kopecks) or `run`.
    pub unit: &'static str,
    /// What it did to what is there, reserved or not.
    pub posted: i64,
    /// What it did to what is set aside.
    pub reserved: i64,
    /// Unix seconds.
    pub at: i64,
}

/// What an audit found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// How many invariants were checked.
    pub invariants: usize,
    /// On how many rows in all.
    pub rows: u64,
    /// One line per offending row; empty when the books are sound.
    pub findings: Vec<String>,
}
