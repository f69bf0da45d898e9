//! Telegram's question before a payment: may it go on?

use super::invoice::{Invoice, InvoiceStateKind};
use crate::clock::Timestamp;
use crate::ids::UserId;

/// Why a payment may not go on; nothing was charged. In the order in which they are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CheckoutRefusal {
    /// No invoice of ours has this payload.
    #[error("no such invoice")]
    Unknown,
    /// Somebody else asked for it: an invoice can be forwarded.
    #[error("the invoice is somebody else's")]
    NotYours,
    /// It was paid before.
    #[error("the invoice was paid before")]
    Paid,
    /// It was taken back, rejected, or never opened.
    #[error("the invoice is closed")]
    Closed,
    /// Its time has passed.
    #[error("the invoice has expired")]
    Expired,
    /// Amount or currency differ from what was asked.
    #[error("amount or currency differ from the invoice's")]
    WrongAmount,
    /// Nothing is sold at the moment.
    #[error("nothing is sold at the moment")]
    NotSelling,
}

/// Whether `payer` may pay `total` of `currency` for this invoice now. In doubt: no.
///
/// # Errors
/// A [`CheckoutRefusal`].
pub fn check_out(
    invoice: Option<&Invoice>,
    payer: UserId,
    currency: &str,
    total: i64,
    now: Timestamp,
    selling: bool,
) -> Result<(), CheckoutRefusal> {
    let invoice = invoice.ok_or(CheckoutRefusal::Unknown)?;
    if invoice.user != payer {
        return Err(CheckoutRefusal::NotYours);
    }
    match invoice.state.kind() {
        InvoiceStateKind::Paid => return Err(CheckoutRefusal::Paid),
        InvoiceStateKind::Expired => return Err(CheckoutRefusal::Expired),
        // Asked: its link is at Telegram already, and our own word of it was lost.
        InvoiceStateKind::Asked | InvoiceStateKind::Open => {}
        _ => return Err(CheckoutRefusal::Closed),
    }
    if now >= invoice.expires_at {
        return Err(CheckoutRefusal::Expired);
    }
    if invoice.native_currency != currency || invoice.native_amount != total {
        return Err(CheckoutRefusal::WrongAmount);
    }
    if selling { Ok(()) } else { Err(CheckoutRefusal::NotSelling) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ChatId, InvoiceId};
    use crate::ledger::Provider;
    use crate::money::Money;
    use crate::payment::{InvoiceState, Receipt, ReceiptForm};

    const PAYER: UserId = UserId::from_bytes([1; 16]);

    fn invoice(state: InvoiceState) -> Invoice {
        Invoice {
            id: InvoiceId::from_bytes([2; 16]),
            user: PAYER,
            provider: Provider::Stars,
            amount: Money::from_kopecks(10_000),
            native_amount: 56,
            native_currency: "XTR".to_owned(),
            state,
            since: Timestamp::EPOCH,
            created_at: Timestamp::EPOCH,
            expires_at: Timestamp::from_seconds(100),
        }
    }

    #[test]
    fn only_what_was_asked_may_be_paid_by_whom_it_was_asked_in_time() {
        let open = || InvoiceState::Open { external: None, url: None };
        let (other, good) = (UserId::from_bytes([9; 16]), (PAYER, "XTR", 56, 99, true));
        let receipt =
            Receipt { form: ReceiptForm::Photo, file_id: String::new(), unique_id: String::new(), message: 0 };
        let paid = InvoiceState::Paid { payment: "p".to_owned(), credited: Money::from_kopecks(1), by: None };
        let claimed = InvoiceState::Claimed { receipt, hash: None, repeats: None };
        let rejected = InvoiceState::Rejected { reason: String::new(), by: ChatId(1) };
        let table = [
            (Some(open()), good, Ok(())),
            // Its link is out, and our word of it was lost.
            (Some(InvoiceState::Asked), good, Ok(())),
            (None, good, Err(CheckoutRefusal::Unknown)),
            (Some(open()), (other, "XTR", 56, 99, true), Err(CheckoutRefusal::NotYours)),
            (Some(paid), good, Err(CheckoutRefusal::Paid)),
            (Some(InvoiceState::Expired { external: None }), good, Err(CheckoutRefusal::Expired)),
            (Some(InvoiceState::Cancelled { external: None }), good, Err(CheckoutRefusal::Closed)),
            (Some(InvoiceState::Failed { detail: String::new() }), good, Err(CheckoutRefusal::Closed)),
            (Some(claimed), good, Err(CheckoutRefusal::Closed)),
            (Some(rejected), good, Err(CheckoutRefusal::Closed)),
            (Some(open()), (PAYER, "XTR", 56, 100, true), Err(CheckoutRefusal::Expired)),
            (Some(open()), (PAYER, "XTR", 55, 99, true), Err(CheckoutRefusal::WrongAmount)),
            (Some(open()), (PAYER, "RUB", 56, 99, true), Err(CheckoutRefusal::WrongAmount)),
            (Some(open()), (PAYER, "XTR", 56, 99, false), Err(CheckoutRefusal::NotSelling)),
        ];
        for (state, (payer, currency, total, second, selling), wanted) in table {
            let (shown, invoice) = (state.clone(), state.map(invoice));
            let now = Timestamp::from_seconds(second);
            let found = check_out(invoice.as_ref(), payer, currency, total, now, selling);
            assert_eq!(found, wanted, "{shown:?} {currency} {total} {second} {selling}");
        }
    }
}
