//! Having a provider pay a payment back. The outcome of a call may be unknown: it is asked again, and a provider pays back once only.

use std::time::Duration;

use domain::ids::ActionId;
use domain::ledger::{Operation, Payment, Posting, Provider, Refusal};
use domain::ports::{ChangeSet, Commit, LeaseOutcome, Payback, PaybackChange, PaybackEnd, PaybackError, StoreResult};

use super::{Attempt, step_after};
use crate::conversation::Notice;
use crate::outbox::Body;
use crate::service::App;

/// One call of a provider.
const CALL_BUDGET: Duration = Duration::from_secs(10);

impl App {
    pub(super) async fn work_on_payback(&self, attempt: &Attempt) -> StoreResult<()> {
        let action = ActionId::from_bytes(attempt.lease.key.subject);
        let payback = self.store.payback(action).await?.filter(|payback| payback.end.is_none());
        let Some(payback) = payback else { return self.finish(attempt).await };
        let Some(payment) = self.store.payment(payback.provider, &payback.payment).await? else {
            return self.turn_down(attempt, &payback, "there is no such payment").await;
        };
        if payment.refunded {
            // The provider's own notice was quicker.
            return self.pay_off(attempt, &payback, &payment).await;
        }
        let Some(left) = attempt.remaining(self.now()) else {
            return self.again(attempt, Duration::ZERO).await.map(drop);
        };
        match self.pay_back(&payment, left.min(CALL_BUDGET)).await? {
            Ok(()) => self.pay_off(attempt, &payback, &payment).await,
            Err(PaybackError::Later { retry_after, detail }) => {
                tracing::warn!(detail, provider = payback.provider.code(), "a payment is not paid back yet");
                self.again(attempt, retry_after.unwrap_or_else(|| attempt.backoff())).await.map(drop)
            }
            Err(PaybackError::Refused { detail }) => self.turn_down(attempt, &payback, &detail).await,
        }
    }

    async fn pay_back(&self, payment: &Payment, budget: Duration) -> StoreResult<Result<(), PaybackError>> {
        if payment.provider == Provider::Bank {
            // Nobody but the owner can transfer it: they have done so, or are about to.
            return Ok(Ok(()));
        }
        let refused = |detail: &str| Ok(Err(PaybackError::Refused { detail: detail.to_owned() }));
        let Some(gate) = self.gate(payment.provider) else { return refused("this way to pay is switched off") };
        let Some(session) = self.store.session_of(payment.user).await? else {
            return refused("the payer has deleted their data");
        };
        Ok(gate.pay_back(payment, session.person.chat, budget).await)
    }

    /// The provider paid back: wallet to cash, and what the wallet lacks is owed.
    async fn pay_off(&self, attempt: &Attempt, payback: &Payback, payment: &Payment) -> StoreResult<()> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        change.paybacks.push(PaybackChange::End(payback.action, PaybackEnd::Done));
        let refund = Operation::RefundPayment { provider: payback.provider, payment: payback.payment.clone() };
        change.operations.push(Posting::new(refund, &*self.clock, &*self.ids));
        let notice =
            Notice::new("notice-payback-done").money("amount", payment.amount).words("reason", payback.reason.clone());
        self.post(&mut change, payment.user, &Body::Notice(notice), None);
        metrics::counter!("paybacks_total", "outcome" => "done").increment(1);
        self.commit_step(&change).await.map(drop)
    }

    /// The provider said no for good: what was set aside goes back, and the owners are told.
    async fn turn_down(&self, attempt: &Attempt, payback: &Payback, detail: &str) -> StoreResult<()> {
        tracing::error!(detail, provider = payback.provider.code(), "a payment can't be paid back");
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        let end = PaybackEnd::Refused { detail: detail.to_owned() };
        change.paybacks.push(PaybackChange::End(payback.action, end));
        let notice = Notice::new("owner-payback-refused")
            .words("payment", payback.payment.clone())
            .words("provider", payback.provider.code())
            .words("detail", detail);
        self.tell_owners_in(&mut change, &notice).await?;
        metrics::counter!("paybacks_total", "outcome" => "refused").increment(1);
        let without: ChangeSet = change.clone();
        let release = Operation::Release { hold: payback.hold };
        change.operations.push(Posting::new(release, &*self.clock, &*self.ids));
        let mut commit = self.commit_patiently(&change).await?;
        if let Commit::Refused { reason: Refusal::HoldNotFound, .. } = commit {
            // The wallet was empty when it was wished: nothing was set aside.
            change = without;
            commit = self.commit_patiently(&change).await?;
        }
        step_after(&change, commit).map(drop)
    }
}
