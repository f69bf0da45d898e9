//! Invoices with the ways in which they are found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::clock::Timestamp;
use domain::ids::{InvoiceId, UserId};
use domain::ledger::Provider;
use domain::payment::{Invoice, InvoiceState, InvoiceStateKind};
use domain::ports::{InvoiceChange, StoreError, StoreResult};

use crate::rows::impersonal;

/// All invoices.
#[derive(Default)]
pub(super) struct Invoices {
    rows: BTreeMap<InvoiceId, Invoice>,
    /// Stays once known.
    externals: BTreeMap<(Provider, String), InvoiceId>,
    /// Stays once known.
    hashes: BTreeMap<InvoiceId, String>,
}

impl Invoices {
    /// Whether all changes find what they expect, one after the other.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if an external id would belong to two invoices.
    pub(super) fn expected(&self, changes: &[InvoiceChange]) -> StoreResult<bool> {
        let mut changed: BTreeMap<InvoiceId, (Provider, InvoiceStateKind)> = BTreeMap::new();
        for change in changes {
            let id = id_of(change);
            let known = || self.rows.get(&id).map(|row| (row.provider, row.state.kind()));
            let now = changed.get(&id).copied().or_else(known);
            let (provider, state) = match (change, now) {
                (InvoiceChange::Create(new), None) => (new.provider, &new.state),
                (InvoiceChange::Step { from, to, .. }, Some((provider, now))) if from.contains(&now) => {
                    (provider, &**to)
                }
                _ => return Ok(false),
            };
            let owner = state.external().and_then(|external| self.externals.get(&(provider, external.to_owned())));
            if owner.is_some_and(|owner| *owner != id) {
                return Err(StoreError::Defect(format!("the external id of `{id}` belongs to another invoice")));
            }
            changed.insert(id, (provider, state.kind()));
        }
        Ok(true)
    }

    /// Writes one change that [`Invoices::expected`] found good; `is_known` tells whether a user still has a person.
    pub(super) fn write(&mut self, change: &InvoiceChange, at: Timestamp, is_known: impl Fn(UserId) -> bool) {
        match change {
            InvoiceChange::Create(new) => self.put(Invoice::clone(new)),
            InvoiceChange::Step { id, to, .. } => {
                let Some(mut row) = self.rows.get(id).cloned() else { return };
                (row.state, row.since) = (InvoiceState::clone(to), at);
                let is_known = is_known(row.user);
                self.put(row);
                if !is_known {
                    self.strip(*id);
                }
            }
        }
    }

    fn put(&mut self, row: Invoice) {
        if let Some(external) = row.state.external() {
            self.externals.insert((row.provider, external.to_owned()), row.id);
        }
        if let Some(hash) = row.state.receipt_hash() {
            self.hashes.insert(row.id, hash.to_owned());
        }
        self.rows.insert(row.id, row);
    }

    /// Takes out what leads to the person.
    pub(super) fn forget(&mut self, user: UserId) {
        let theirs: BTreeSet<_> = self.rows.values().filter(|row| row.user == user).map(|row| row.id).collect();
        theirs.into_iter().for_each(|id| self.strip(id));
    }

    fn strip(&mut self, id: InvoiceId) {
        if let Some(row) = self.rows.get_mut(&id)
            && let Some(state) = impersonal(&row.state)
        {
            row.state = state;
        }
    }

    /// All of them, by id.
    pub(super) fn all(&self) -> impl Iterator<Item = &Invoice> {
        self.rows.values()
    }

    /// By its id.
    pub(super) fn get(&self, id: InvoiceId) -> Option<&Invoice> {
        self.rows.get(&id)
    }

    /// By the provider's id of it.
    pub(super) fn of_external(&self, provider: Provider, external: &str) -> Option<&Invoice> {
        self.externals.get(&(provider, external.to_owned())).and_then(|id| self.get(*id))
    }

    /// A user's, newest first.
    pub(super) fn of_user(&self, user: UserId, limit: usize) -> Vec<Invoice> {
        let mut rows: Vec<_> = self.rows.values().filter(|row| row.user == user).collect();
        rows.sort_unstable_by_key(|row| Reverse((row.created_at, row.id)));
        rows.into_iter().take(limit).cloned().collect()
    }

    /// Those whose receipts wait for an owner, oldest first.
    pub(super) fn claimed(&self, limit: usize) -> Vec<Invoice> {
        let mut rows: Vec<_> = self.rows.values().filter(|row| row.state.kind() == InvoiceStateKind::Claimed).collect();
        rows.sort_unstable_by_key(|row| (row.created_at, row.id));
        rows.into_iter().take(limit).cloned().collect()
    }

    /// The oldest one, other than `except`, that was ever claimed with a receipt of this hash.
    pub(super) fn claimed_with(&self, hash: &str, except: InvoiceId) -> Option<InvoiceId> {
        let same = self.hashes.iter().filter(|(id, known)| **id != except && *known == hash);
        same.filter_map(|(id, _)| self.get(*id)).min_by_key(|row| (row.created_at, row.id)).map(|row| row.id)
    }
}

fn id_of(change: &InvoiceChange) -> InvoiceId {
    match change {
        InvoiceChange::Create(new) => new.id,
        InvoiceChange::Step { id, .. } => *id,
    }
}
