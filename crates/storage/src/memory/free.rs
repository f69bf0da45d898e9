//! Counters of free generations.

use std::collections::BTreeMap;

use domain::free::{FreeUse, FreeWindows};
use domain::ids::{ModelId, UserId};
use domain::ports::{FreeChange, StoreError, StoreResult};

use crate::counters::{CounterKey, Touch, WindowKind, touches};

/// How often each counter was taken and not given back.
pub(super) type Counters = BTreeMap<CounterKey, u32>;

/// All counters.
#[derive(Default)]
pub(super) struct Free {
    rows: Counters,
}

impl Free {
    /// What the changes make of the counters that they touch; `None` if one stands at its limit.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if one has nothing to give back.
    pub(super) fn changed(&self, changes: &[FreeChange]) -> StoreResult<Option<Counters>> {
        let mut changed = Counters::new();
        for (key, touch) in touches(changes) {
            let uses = changed.get(&key).or_else(|| self.rows.get(&key)).copied().unwrap_or(0);
            let uses = match touch {
                Touch::Up(limit) if uses < limit => uses + 1,
                Touch::Up(_) => return Ok(None),
                Touch::Down => {
                    let none = || StoreError::Defect(format!("there is nothing to give back to {key:?}"));
                    uses.checked_sub(1).ok_or_else(none)?
                }
            };
            changed.insert(key, uses);
        }
        Ok(Some(changed))
    }

    /// Writes what [`Free::changed`] said.
    pub(super) fn write(&mut self, changed: Counters) {
        self.rows.extend(changed);
    }

    /// All of them.
    pub(super) const fn rows(&self) -> &Counters {
        &self.rows
    }

    /// What a user had of each model in these windows, by model.
    pub(super) fn uses(&self, user: UserId, windows: FreeWindows) -> Vec<(ModelId, FreeUse)> {
        let mut uses: BTreeMap<ModelId, FreeUse> = BTreeMap::new();
        for kind in [WindowKind::Day, WindowKind::Hour] {
            let begins_at = kind.begin(windows);
            let first = CounterKey { user, kind, begins_at, model: ModelId(String::new()) };
            let of_window = self.rows.range(first..);
            let of_window =
                of_window.take_while(|(key, _)| (key.user, key.kind, key.begins_at) == (user, kind, begins_at));
            for (key, count) in of_window.filter(|(_, count)| **count > 0) {
                *kind.figure(uses.entry(key.model.clone()).or_default()) = *count;
            }
        }
        uses.into_iter().collect()
    }
}
