//! Promo codes and their redemptions.

use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::ports::PromoChange;
use domain::promo::{PromoCode, PromoState};

/// Codes with their redemptions in all, and the redemptions of each by each user.
#[derive(Clone, Default)]
pub(super) struct PromoRows {
    pub(super) codes: BTreeMap<String, (PromoCode, u32)>,
    pub(super) uses: BTreeMap<(String, UserId), u32>,
}

/// All codes.
#[derive(Default)]
pub(super) struct Promos {
    rows: PromoRows,
}

impl Promos {
    /// What the changes make of the rows that they touch; `None` if a new code is taken, or one gives its user nothing.
    pub(super) fn changed(&self, changes: &[PromoChange], at: Timestamp) -> Option<PromoRows> {
        let mut changed = PromoRows::default();
        for change in changes {
            match change {
                PromoChange::Create(promo) => {
                    let is_taken = self.rows.codes.contains_key(&promo.code) || changed.codes.contains_key(&promo.code);
                    if is_taken {
                        return None;
                    }
                    changed.codes.insert(promo.code.clone(), (promo.clone(), 0));
                }
                PromoChange::Redeem { code, user, nth } => {
                    let key = (code.clone(), *user);
                    let (promo, used) = changed.codes.get(code).or_else(|| self.rows.codes.get(code))?;
                    let by_user = changed.uses.get(&key).or_else(|| self.rows.uses.get(&key)).copied().unwrap_or(0);
                    let is_late = promo.expires_at.is_some_and(|until| at >= until);
                    if is_late || *used >= promo.total_max || by_user != *nth || *nth >= promo.per_user_max {
                        return None;
                    }
                    let row = (promo.clone(), used + 1);
                    changed.codes.insert(code.clone(), row);
                    changed.uses.insert(key, by_user + 1);
                }
            }
        }
        Some(changed)
    }

    /// Writes what [`Promos::changed`] said.
    pub(super) fn write(&mut self, changed: PromoRows) {
        self.rows.codes.extend(changed.codes);
        self.rows.uses.extend(changed.uses);
    }

    /// All rows.
    pub(super) const fn rows(&self) -> &PromoRows {
        &self.rows
    }

    /// A code as this user finds it.
    pub(super) fn promo(&self, code: &str, user: UserId) -> Option<PromoState> {
        let (promo, used) = self.rows.codes.get(code)?.clone();
        let used_by_user = self.rows.uses.get(&(code.to_owned(), user)).copied().unwrap_or(0);
        Some(PromoState { promo, used, used_by_user })
    }
}
