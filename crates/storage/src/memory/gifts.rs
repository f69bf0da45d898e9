//! What is given: referrals, counters of free generations, promo codes.

use domain::ports::{ChangeSet, StoreResult};

use super::free::{Counters, Free};
use super::promos::{PromoRows, Promos};
use super::referrals::{ReferralRows, Referrals};

/// All of it.
#[derive(Default)]
pub(super) struct Gifts {
    pub(super) referrals: Referrals,
    pub(super) free: Free,
    pub(super) promos: Promos,
}

/// The rows that a change set makes of those that it touches.
pub(super) struct Given {
    referrals: ReferralRows,
    counters: Counters,
    promos: PromoRows,
}

impl Gifts {
    /// What a change set makes of them; `None` if an expectation does not hold.
    ///
    /// # Errors
    /// [`StoreError::Defect`](domain::ports::StoreError::Defect) for what no change set may ask for.
    pub(super) fn changed(&self, change: &ChangeSet) -> StoreResult<Option<Given>> {
        let Some(referrals) = self.referrals.changed(&change.referrals, change.at)? else { return Ok(None) };
        let Some(counters) = self.free.changed(&change.free)? else { return Ok(None) };
        let promos = self.promos.changed(&change.promos, change.at);
        Ok(promos.map(|promos| Given { referrals, counters, promos }))
    }

    /// Writes what [`Gifts::changed`] said.
    pub(super) fn write(&mut self, given: Given) {
        self.referrals.write(given.referrals);
        self.free.write(given.counters);
        self.promos.write(given.promos);
    }
}
