//! Money that comes in: the life of an invoice, what may be paid, what a provider tells.
//!
//! Invariants
//! - An invoice only explains a payment. What was really paid is credited whatever its invoice says ([`credited`]).
//! - An invoice changes only by [`InvoiceState::after`]; a store's UPDATE demands one of [`InvoiceEventKind::from`] in its WHERE.
//! - A provider's own word decides about a payment; a webhook only says where to look.
//!
//! What is absent: the movement of the money itself (`ledger`), HTTP, users' texts.

mod checkout;
mod invoice;
mod referral;
mod top_up;

pub use checkout::{CheckoutRefusal, check_out};
pub use invoice::{
    Forbidden, Invoice, InvoiceEvent, InvoiceEventKind, InvoiceState, InvoiceStateKind, Receipt, ReceiptForm,
};
pub use referral::{REFERRAL_LINK, Referral, inviter_in, may_invite};
pub use top_up::{
    BadTopUp, PRESETS_RUB, StarsRate, TOP_UP_RUB_MAX, TOP_UP_RUB_MIN, credited, top_up_amount, top_up_within,
};
