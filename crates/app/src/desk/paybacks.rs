//! A payment goes back through the provider that took it.

use domain::ids::ActionId;
use domain::ledger::{Operation, Payment, Provider};
use domain::money::Money;
use domain::ports::{ChangeSet, JobKey, Payback, PaybackChange, Schedule};

use super::{Desk, DeskError, Refused};

/// A payback that will be under way once its change set is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaybackPlan {
    /// Names it.
    pub action: ActionId,
    /// What goes back.
    pub payment: Payment,
    /// What the balance has of it now and is set aside; the rest was spent, and the next top-up pays it first.
    pub set_aside: Money,
}

impl Desk<'_> {
    /// Sets aside what the balance has of a payment, and has the provider pay it back.
    ///
    /// # Errors
    /// [`Refused::NoSuchPayment`], [`Refused::PaidBackBefore`], [`Refused::Forgotten`].
    pub async fn refund_payment(
        &self,
        change: &mut ChangeSet,
        provider: Provider,
        payment: &str,
        reason: &str,
    ) -> Result<PaybackPlan, DeskError> {
        let Some(found) = self.store.payment(provider, payment).await? else {
            return Err(Refused::NoSuchPayment { provider, payment: payment.to_owned() }.into());
        };
        if found.refunded {
            return Err(Refused::PaidBackBefore.into());
        }
        // The provider must be told whom to pay.
        let session = self.store.session_of(found.user).await?.ok_or(Refused::Forgotten)?;
        let action = self.action();
        let reserve = Operation::ReservePayback { action, provider, payment: payment.to_owned() };
        let posting = self.posting(reserve);
        change.paybacks.push(PaybackChange::Create(Payback {
            action,
            provider,
            payment: payment.to_owned(),
            hold: posting.transfer,
            reason: reason.to_owned(),
            by: self.by.to_owned(),
            at: change.at,
            end: None,
        }));
        change.operations.push(posting);
        change.schedule.push(Schedule::new(JobKey::payback(action), change.at));
        let set_aside = session.money.available().clamp(0, found.amount.kopecks());
        Ok(PaybackPlan { action, payment: found, set_aside: Money::from_kopecks(set_aside) })
    }
}
