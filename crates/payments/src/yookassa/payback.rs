//! A payment goes back once, however often it is asked for and whoever asked: an owner may have done it at YooKassa itself.
//!
//! The list of the payment's refunds is looked at before and, if YooKassa refuses, after: only a list without a refund that went or is on its way
//! makes a refusal of it. The key counts the refunds that failed, so that a repeat of one request is the same refund, and an attempt after a
//! failure (YooKassa had not enough of our money, say) is a new one.

use domain::ledger::{Payment, Provider};
use domain::money::Money;
use domain::ports::PaybackError;
use tokio::time::Instant;

use super::{Yookassa, amount, is_id, wire};
use crate::transport::{Answer, Trouble};

/// More refunds of one payment than YooKassa gives at once are no business of ours: a person must look.
const REFUNDS_MAX: &str = "100";

/// What the list of a payment's refunds says.
enum Standing {
    /// All of it went back.
    PaidBack,
    /// A refund is on its way.
    UnderWay,
    /// So many refunds failed, and none is on its way.
    Open { failed: usize },
}

/// What became of a refund that we asked for.
enum Refunded {
    Yes,
    UnderWay,
    No { reason: String },
}

impl Yookassa {
    pub(super) async fn pay_back_once(&self, payment: &Payment, until: Instant) -> Result<(), PaybackError> {
        let is_ours = payment.provider == Provider::Yookassa && is_id(&payment.payment) && payment.native_amount > 0;
        if !is_ours {
            return Err(PaybackError::Refused { detail: "this is no payment of YooKassa".to_owned() });
        }
        let failed = match self.standing(payment, until).await.map_err(Trouble::of_unknown_payback)? {
            Standing::PaidBack => return Ok(()),
            Standing::UnderWay => return Err(under_way()),
            Standing::Open { failed } => failed,
        };
        let refusal = match self.refund(payment, failed, until).await {
            Ok(Refunded::Yes) => return Ok(()),
            Ok(Refunded::UnderWay) => return Err(under_way()),
            Ok(Refunded::No { reason }) => return Err(PaybackError::Refused { detail: reason }),
            Err(trouble @ Trouble::Later { .. }) => return Err(trouble.of_unknown_payback()),
            Err(refusal) => refusal,
        };
        // An earlier request of ours may have been heard although its answer was lost.
        match self.standing(payment, until).await.map_err(Trouble::of_unknown_payback)? {
            Standing::PaidBack => Ok(()),
            Standing::UnderWay => Err(under_way()),
            Standing::Open { .. } => Err(PaybackError::Refused { detail: refusal.detail() }),
        }
    }

    async fn standing(&self, payment: &Payment, until: Instant) -> Result<Standing, Trouble> {
        let request = || self.get("/refunds", &[("payment_id", &payment.payment), ("limit", REFUNDS_MAX)]);
        let read = |answer: Answer| fold(self.read(&answer)?, payment, &answer);
        self.transport.call("list_refunds", until, request, read).await
    }

    async fn refund(&self, payment: &Payment, failed: usize, until: Instant) -> Result<Refunded, Trouble> {
        let amount = amount(payment.native_amount, &payment.native_currency);
        let body = wire::NewRefund { payment_id: &payment.payment, amount: &amount };
        let key = format!("payback-{}-{failed}", payment.payment);
        let request = || self.post("/refunds", &key).json(&body);
        let read = |answer: Answer| outcome(self.read(&answer)?, payment, &answer);
        self.transport.call("create_refund", until, request, read).await
    }
}

fn under_way() -> PaybackError {
    PaybackError::Later { retry_after: None, detail: "the refund is on its way".to_owned() }
}

fn fold(list: wire::RefundList, payment: &Payment, answer: &Answer) -> Result<Standing, Trouble> {
    if list.next_cursor.is_some() {
        return Err(Trouble::later("the payment has more refunds than one page shows"));
    }
    let (mut returned, mut failed, mut under_way) = (Money::ZERO, 0, false);
    for refund in list.items.iter().filter(|refund| refund.payment_id == payment.payment) {
        match refund.status.as_str() {
            "succeeded" if refund.amount.currency == payment.native_currency => {
                let one = answer.money(&refund.amount.value)?;
                returned = returned.checked_add(one).map_err(|_| answer.nonsense())?;
            }
            "pending" => under_way = true,
            "canceled" => failed += 1,
            _ => return Err(answer.nonsense()),
        }
    }
    Ok(match () {
        () if under_way => Standing::UnderWay,
        () if returned.kopecks() >= payment.native_amount => Standing::PaidBack,
        () => Standing::Open { failed },
    })
}

fn outcome(refund: wire::Refund, payment: &Payment, answer: &Answer) -> Result<Refunded, Trouble> {
    if refund.payment_id != payment.payment {
        return Err(answer.nonsense());
    }
    match refund.status.as_str() {
        "succeeded" => Ok(Refunded::Yes),
        "pending" => Ok(Refunded::UnderWay),
        "canceled" => {
            let reason = refund.cancellation_details.and_then(|details| details.reason);
            let reason = reason.unwrap_or_else(|| "no reason was given".to_owned());
            Ok(Refunded::No { reason: format!("the refund was canceled: {reason}") })
        }
        _ => Err(answer.nonsense()),
    }
}
