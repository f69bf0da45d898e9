//! What Crypto Pay says and hears: version 1.5 of its API, <https://help.send.tg/en/articles/10279948-crypto-pay-api>. Fields that we don't use
//! are left out.

use serde::{Deserialize, Serialize};

/// The body of `createInvoice`.
#[derive(Serialize)]
pub(super) struct NewInvoice<'a> {
    /// `fiat`: the price is in ordinary money, and the payer chooses what to pay it with.
    pub(super) currency_type: &'a str,
    pub(super) fiat: &'a str,
    /// Text: `125.50`.
    pub(super) amount: String,
    /// At most 1024 characters; the payer reads it.
    pub(super) description: &'a str,
    /// Ours, handed back with the invoice; at most 4096 bytes.
    pub(super) payload: String,
    /// Seconds.
    pub(super) expires_in: i64,
}

/// Every answer: either `result` or `error`.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) ok: bool,
    pub(super) result: Option<T>,
    pub(super) error: Option<Error>,
}

/// Why not.
#[derive(Deserialize)]
pub(super) struct Error {
    pub(super) code: Option<u16>,
    pub(super) name: Option<String>,
}

/// The result of `getInvoices`.
#[derive(Deserialize)]
pub(super) struct Invoices {
    pub(super) items: Vec<Invoice>,
}

/// An invoice.
#[derive(Deserialize)]
pub(super) struct Invoice {
    pub(super) invoice_id: u64,
    /// `active`, `paid`, `expired`.
    pub(super) status: String,
    /// The money that the price is in, of an invoice in ordinary money.
    pub(super) fiat: Option<String>,
    /// The price: text.
    pub(super) amount: String,
    /// Where it is paid, in Telegram.
    pub(super) bot_invoice_url: Option<String>,
}

/// A webhook's body.
#[derive(Deserialize)]
pub(super) struct Update {
    /// `invoice_paid`.
    pub(super) update_type: String,
    pub(super) payload: UpdatePayload,
}

/// The invoice that the update is about.
#[derive(Deserialize)]
pub(super) struct UpdatePayload {
    pub(super) invoice_id: u64,
}
