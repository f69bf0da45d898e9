//! Paybacks.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::ActionId;
use domain::ports::{Payback, PaybackChange};

/// All paybacks.
#[derive(Default)]
pub(super) struct Paybacks(BTreeMap<ActionId, Payback>);

impl Paybacks {
    /// Whether all changes find what they expect, one after the other.
    pub(super) fn expected(&self, changes: &[PaybackChange]) -> bool {
        let mut created: BTreeSet<ActionId> = BTreeSet::new();
        let mut ended: BTreeSet<ActionId> = BTreeSet::new();
        changes.iter().all(|change| match change {
            PaybackChange::Create(new) => {
                if new.end.is_some() {
                    ended.insert(new.action);
                }
                !self.0.contains_key(&new.action) && created.insert(new.action)
            }
            PaybackChange::End(action, _) => {
                let is_open = self.0.get(action).is_some_and(|known| known.end.is_none());
                (is_open || created.contains(action)) && ended.insert(*action)
            }
        })
    }

    /// Writes one change that [`Paybacks::expected`] found good.
    pub(super) fn write(&mut self, change: &PaybackChange) {
        match change {
            PaybackChange::Create(new) => drop(self.0.insert(new.action, new.clone())),
            PaybackChange::End(action, end) => {
                if let Some(payback) = self.0.get_mut(action) {
                    payback.end = Some(end.clone());
                }
            }
        }
    }

    /// All of them, by action.
    pub(super) fn all(&self) -> impl Iterator<Item = &Payback> {
        self.0.values()
    }

    /// By its action.
    pub(super) fn get(&self, action: ActionId) -> Option<&Payback> {
        self.0.get(&action)
    }
}
