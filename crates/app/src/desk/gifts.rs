//! What an owner gives: money or runs, to one user or by a code; and the correction of a balance.

use domain::clock::Timestamp;
use domain::ledger::{Amount, BonusKind, Operation, Unit};
use domain::money::Money;
use domain::ports::{ChangeSet, PromoChange, Session};
use domain::promo::{PromoCode, normal_code};

use super::{Desk, DeskError, Refused};
use crate::conversation::Notice;
use crate::outbox::Body;

/// The most that is given at once, in kopecks: a thousand videos; more is a slip of the finger.
pub const GIFT_MONEY_MAX: i64 = 10_000_000;
/// The most runs that are given at once.
pub const GIFT_RUNS_MAX: i64 = 10_000;
/// The most redemptions of one code.
pub const PROMO_USES_MAX: u32 = 1_000_000;

/// A promo code as an owner wishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promo {
    /// As users will type it; case does not matter.
    pub code: String,
    /// What each redemption gives.
    pub gift: Amount,
    /// Redemptions in all.
    pub total_max: u32,
    /// Redemptions by one user.
    pub per_user_max: u32,
    /// From then on it is worth nothing.
    pub expires_at: Option<Timestamp>,
}

impl Desk<'_> {
    /// Gives a user money or runs, and tells them.
    ///
    /// # Errors
    /// [`Refused::NotGiven`].
    pub fn gift(&self, change: &mut ChangeSet, to: &Session, amount: Amount) -> Result<(), DeskError> {
        check(amount)?;
        let user = to.person.user;
        // Who gave it stands in the cause: a bonus keeps nothing else.
        let cause = format!("{}:{}", self.action(), self.by);
        change.operations.push(self.posting(Operation::Bonus { user, kind: BonusKind::Gift, cause, amount }));
        let notice = match amount.unit {
            Unit::Money => Notice::new("notice-gift-money").money("amount", Money::from_kopecks(amount.value)),
            Unit::Run => Notice::new("notice-gift-runs").number("runs", amount.value),
        };
        self.tell(change, user, &Body::Notice(notice));
        Ok(())
    }

    /// Makes a promo code. That it is taken, the commit says: [`Refused::CodeTaken`].
    ///
    /// # Errors
    /// [`Refused::BadCode`], [`Refused::NotGiven`], [`Refused::BadCounts`], [`Refused::ExpiredAlready`].
    pub fn make_promo(&self, change: &mut ChangeSet, wish: Promo) -> Result<PromoCode, DeskError> {
        let Promo { code, gift, total_max, per_user_max, expires_at } = wish;
        let code = normal_code(&code).ok_or(Refused::BadCode(code))?;
        check(gift)?;
        if !(1..=PROMO_USES_MAX).contains(&total_max) || !(1..=total_max).contains(&per_user_max) {
            return Err(Refused::BadCounts { max: PROMO_USES_MAX }.into());
        }
        if expires_at.is_some_and(|until| until <= change.at) {
            return Err(Refused::ExpiredAlready.into());
        }
        let promo = PromoCode { code, gift, total_max, per_user_max, expires_at, created_at: change.at };
        change.promos.push(PromoChange::Create(promo.clone()));
        Ok(promo)
    }

    /// Corrects a balance; negative takes away, at most what is available.
    ///
    /// # Errors
    /// [`Refused::TooLittle`].
    pub fn adjust(&self, change: &mut ChangeSet, of: &Session, amount: Money, reason: &str) -> Result<(), DeskError> {
        let available = of.money.available();
        if amount.kopecks() < 0 && available.saturating_add(amount.kopecks()) < 0 {
            return Err(Refused::TooLittle { available: Money::from_kopecks(available) }.into());
        }
        change.operations.push(self.posting(Operation::Adjust {
            action: self.action(),
            user: of.person.user,
            amount: Amount::money(amount),
            reason: reason.to_owned(),
            by: self.by.to_owned(),
        }));
        Ok(())
    }
}

fn check(gift: Amount) -> Result<(), Refused> {
    let max = match gift.unit {
        Unit::Money => Amount { unit: Unit::Money, value: GIFT_MONEY_MAX },
        Unit::Run => Amount::runs(GIFT_RUNS_MAX),
    };
    if (1..=max.value).contains(&gift.value) { Ok(()) } else { Err(Refused::NotGiven { wanted: gift, max }) }
}
