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
