//! What a dollar costs: the rate that every price of this moment is made with.
//!
//! Invariants
//! - Whatever quotes or draws a price asks [`App::factor`]; markup and step are the owner's settings (a model may have a markup of its own), the rate is what the store holds.
//! - Without a source the configured rate always holds, whatever the store remembers of the time when there was one.
//! - No update asks the store for the rate: [`App::refresh_rate`] runs at the start, every minute, and after a commit of ours that changes
//!   it. So another instance may quote at the old rate for a minute more; each quote is charged as it was shown.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::exchange::ExchangeRate;
use domain::money::{PriceFactor, Rate};
use domain::ports::{ChangeSet, RateChange, StoreResult};

use super::App;
use crate::conversation::Notice;

/// The rate of this moment.
#[derive(Debug)]
pub(super) struct RateNow(AtomicI64);

impl RateNow {
    /// The configured one, until the store was asked.
    pub(super) const fn new(configured: Rate) -> Self {
        Self(AtomicI64::new(configured.raw()))
    }

    fn get(&self) -> Rate {
        Rate::from_raw(self.0.load(Ordering::Relaxed))
    }

    /// Replaces it; the one before, if it was another.
    fn set(&self, rate: Rate) -> Option<Rate> {
        let before = Rate::from_raw(self.0.swap(rate.raw(), Ordering::Relaxed));
        (before != rate).then_some(before)
    }
}

impl App {
    /// What turns KIE's credits into roubles now.
    pub(crate) fn factor(&self) -> PriceFactor {
        PriceFactor { rate: self.rate.get(), markup: self.office_now().live.markup, ..self.settings.factor }
    }

    /// Asks the store which rate holds; prices are made with it from now on.
    ///
    /// # Errors
    /// The store's; then everything is as it was.
    pub async fn refresh_rate(&self) -> StoreResult<()> {
        if self.rate_source.is_none() {
            return Ok(());
        }
        let held = self.store.rates().await?.current;
        let rate = self.held_rate(held.as_ref());
        if let Some(before) = self.rate.set(rate) {
            tracing::info!(%before, %rate, "the exchange rate changed");
        }
        Ok(())
    }

    /// The stored rate; the configured one as long as none was stored.
    pub(crate) fn held_rate(&self, held: Option<&ExchangeRate>) -> Rate {
        // A price of nothing must not come of a row, however it came about.
        let stored = held.map(|held| held.rate).filter(|rate| rate.raw() > 0);
        stored.unwrap_or(self.settings.factor.rate)
    }

    /// An owner accepts the rate of `date` that waits. Returns what the owner is told; pressed again, the same.
    pub(super) async fn accept_rate(&self, change: &mut ChangeSet, date: &str) -> StoreResult<Notice> {
        let rates = self.store.rates().await?;
        let is_meant = |rate: &ExchangeRate| rate.date == date;
        let accepted = |rate: &ExchangeRate| Notice::new("notice-rate-accepted").rate("rate", rate.rate);
        if let Some(waiting) = rates.waiting.filter(is_meant) {
            change.rate = Some(RateChange::Accept { date: date.to_owned() });
            return Ok(accepted(&waiting));
        }
        Ok(match rates.current.filter(is_meant) {
            Some(current) => accepted(&current),
            None => Notice::new("notice-rate-stale"),
        })
    }
}
