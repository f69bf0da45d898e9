//! Who brought whom, and the rewards that an inviter's day brought.

use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::payment::Referral;
use domain::ports::{ReferralChange, ReferralFigures, StoreError, StoreResult};

/// Referrals by who came, each with the inviter's day that counts its reward, and how many rewards each day brought.
#[derive(Clone, Default)]
pub(super) struct ReferralRows {
    pub(super) referrals: BTreeMap<UserId, (Referral, Option<Timestamp>)>,
    pub(super) days: BTreeMap<(UserId, Timestamp), u32>,
}

/// All referrals.
#[derive(Default)]
pub(super) struct Referrals {
    rows: ReferralRows,
}

impl Referrals {
    /// What the changes make of the rows that they touch; `None` if a referral is not there, was rewarded before, or the inviter's day is full.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if somebody brought themselves.
    pub(super) fn changed(&self, changes: &[ReferralChange], at: Timestamp) -> StoreResult<Option<ReferralRows>> {
        let mut changed = ReferralRows::default();
        for change in changes {
            match change {
                ReferralChange::Create(new) if new.invited == new.inviter => {
                    return Err(StoreError::Defect(format!("`{}` brought themselves", new.invited)));
                }
                ReferralChange::Create(new) => {
                    if !self.rows.referrals.contains_key(&new.invited) {
                        changed.referrals.entry(new.invited).or_insert_with(|| (new.clone(), None));
                    }
                }
                ReferralChange::Reward { invited, inviter, counted } => {
                    let known = changed.referrals.get(invited).or_else(|| self.rows.referrals.get(invited));
                    let waits = |(row, _): &&(Referral, _)| row.inviter == *inviter && row.rewarded_at.is_none();
                    let Some((row, _)) = known.filter(waits) else { return Ok(None) };
                    let row = (Referral { rewarded_at: Some(at), ..row.clone() }, counted.map(|(day, _)| day));
                    changed.referrals.insert(*invited, row);
                    if let Some((day, limit)) = *counted {
                        let key = (*inviter, day);
                        let rewards = changed.days.get(&key).or_else(|| self.rows.days.get(&key)).copied().unwrap_or(0);
                        if rewards >= limit {
                            return Ok(None);
                        }
                        changed.days.insert(key, rewards + 1);
                    }
                }
            }
        }
        Ok(Some(changed))
    }

    /// Writes what [`Referrals::changed`] said.
    pub(super) fn write(&mut self, changed: ReferralRows) {
        self.rows.referrals.extend(changed.referrals);
        self.rows.days.extend(changed.days);
    }

    /// All rows.
    pub(super) const fn rows(&self) -> &ReferralRows {
        &self.rows
    }

    /// Who brought this user.
    pub(super) fn referral(&self, invited: UserId) -> Option<Referral> {
        self.rows.referrals.get(&invited).map(|(row, _)| row.clone())
    }

    /// How many a user brought, and for how many of them the user was rewarded, too.
    pub(super) fn figures(&self, inviter: UserId) -> ReferralFigures {
        let brought = self.rows.referrals.values().filter(|(row, _)| row.inviter == inviter);
        brought.fold(ReferralFigures::default(), |figures, (_, day)| ReferralFigures {
            invited: figures.invited + 1,
            rewarded: figures.rewarded + u64::from(day.is_some()),
        })
    }

    /// How many rewards this day of an inviter brought.
    pub(super) fn rewards(&self, inviter: UserId, day: Timestamp) -> u32 {
        self.rows.days.get(&(inviter, day)).copied().unwrap_or(0)
    }
}
