//! What providers' own lists say, and how far they were read.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ledger::{Payment, Provider};
use domain::ports::{ProviderRecord, Reconciled, Reconciliation};

/// All records, and the moment of each list.
#[derive(Default)]
pub(super) struct Records {
    rows: BTreeMap<(Provider, String, bool), ProviderRecord>,
    asked_at: BTreeMap<Provider, Timestamp>,
}

impl Records {
    /// Keeps what came anew; a record that is known stays as it was, and so does a later moment.
    pub(super) fn keep(&mut self, list: &Reconciliation) {
        let asked_at = self.asked_at.entry(list.provider).or_insert(list.asked_at);
        *asked_at = list.asked_at.max(*asked_at);
        for record in &list.records {
            let key = (record.provider, record.payment.clone(), record.is_refund);
            self.rows.entry(key).or_insert_with(|| record.clone());
        }
    }

    /// Takes the payer out of a person's records.
    pub(super) fn forget(&mut self, chat: ChatId) {
        self.rows.values_mut().filter(|row| row.payer == Some(chat)).for_each(|row| row.payer = None);
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &ProviderRecord> {
        self.rows.values()
    }

    /// When each list was asked for last.
    pub(super) fn moments(&self) -> impl Iterator<Item = (Provider, Timestamp)> {
        self.asked_at.iter().map(|(provider, at)| (*provider, *at))
    }

    /// How far a list was read.
    pub(super) fn reconciled(&self, provider: Provider) -> Reconciled {
        let records = self.rows.values().filter(|row| row.provider == provider).count();
        Reconciled {
            records: u64::try_from(records).unwrap_or(u64::MAX),
            asked_at: self.asked_at.get(&provider).copied(),
        }
    }

    /// Records that none of these payments agrees with, newest first; of payments, which have a payer or at least a payload.
    pub(super) fn unmatched<'a>(
        &self,
        payment: impl Fn(Provider, &str) -> Option<&'a Payment>,
        limit: usize,
    ) -> Vec<ProviderRecord> {
        let agrees = |row: &ProviderRecord| {
            payment(row.provider, &row.payment).is_some_and(|payment| payment.refunded || !row.is_refund)
        };
        let is_payment = |row: &&ProviderRecord| row.payer.is_some() || !row.payload.is_empty();
        let mut rows: Vec<_> = self.rows.values().filter(is_payment).filter(|row| !agrees(row)).collect();
        rows.sort_unstable_by_key(|row| Reverse((row.at, &row.payment, row.is_refund)));
        rows.into_iter().take(limit).cloned().collect()
    }
}
