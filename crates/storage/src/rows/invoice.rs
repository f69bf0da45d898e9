//! Rows of invoices.

use diesel::prelude::{AsChangeset, Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::{InvoiceId, UserId};
use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::{Invoice, InvoiceState, Receipt};

use super::{Bytes, code, from_json, id, to_json};
use crate::error::Fault;
use crate::schema::invoices;

/// A row of `invoices`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = invoices, treat_none_as_default_value = false)]
pub(crate) struct InvoiceRow {
    id: Bytes,
    user_id: Bytes,
    provider: String,
    amount: i64,
    native_amount: i64,
    native_currency: String,
    state: String,
    facts: String,
    external: Option<String>,
    receipt_hash: Option<String>,
    payment: Option<String>,
    credited: Option<i64>,
    since: i64,
    created_at: i64,
    expires_at: i64,
}

impl InvoiceRow {
    /// The row of an invoice.
    pub(crate) fn of(invoice: &Invoice) -> Result<Self, Fault> {
        let step = InvoiceStep::of(&invoice.state, invoice.since)?;
        Ok(Self {
            id: invoice.id.as_bytes().to_vec(),
            user_id: invoice.user.as_bytes().to_vec(),
            provider: invoice.provider.code().to_owned(),
            amount: invoice.amount.kopecks(),
            native_amount: invoice.native_amount,
            native_currency: invoice.native_currency.clone(),
            state: step.state.to_owned(),
            facts: step.facts,
            external: step.external,
            receipt_hash: step.receipt_hash,
            payment: step.payment,
            credited: step.credited,
            since: step.since,
            created_at: invoice.created_at.as_micros(),
            expires_at: invoice.expires_at.as_micros(),
        })
    }

    /// What the row means.
    pub(crate) fn into_invoice(self) -> Result<Invoice, Fault> {
        let state: InvoiceState = from_json("invoices.facts", &self.facts)?;
        if state.kind().code() != self.state {
            return Err(Fault::row("invoices.state", (&self.state, state.kind())));
        }
        let (payment, credited) = paid(&state);
        if (payment, credited) != (self.payment.as_deref(), self.credited) {
            return Err(Fault::row("invoices.payment", (&self.payment, self.credited)));
        }
        Ok(Invoice {
            id: id("invoices.id", &self.id, InvoiceId::from_bytes)?,
            user: id("invoices.user_id", &self.user_id, UserId::from_bytes)?,
            provider: code("invoices.provider", &self.provider, Provider::from_code)?,
            amount: Money::from_kopecks(self.amount),
            native_amount: self.native_amount,
            native_currency: self.native_currency,
            state,
            since: Timestamp::from_micros(self.since),
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

/// What a step writes. External id and hash stay once they are known: a late payment finds its invoice, and a receipt is seen to come again.
#[derive(AsChangeset)]
#[diesel(table_name = invoices)]
pub(crate) struct InvoiceStep {
    state: &'static str,
    facts: String,
    since: i64,
    external: Option<String>,
    receipt_hash: Option<String>,
    payment: Option<String>,
    credited: Option<i64>,
}

impl InvoiceStep {
    /// The step to a state.
    pub(crate) fn of(to: &InvoiceState, at: Timestamp) -> Result<Self, Fault> {
        let (payment, credited) = paid(to);
        Ok(Self {
            state: to.kind().code(),
            facts: to_json("invoices.facts", to)?,
            since: at.as_micros(),
            external: to.external().map(str::to_owned),
            receipt_hash: to.receipt_hash().map(str::to_owned),
            payment: payment.map(str::to_owned),
            credited,
        })
    }
}

/// Which payment paid it, and how many kopecks were credited.
fn paid(state: &InvoiceState) -> (Option<&str>, Option<i64>) {
    match state {
        InvoiceState::Paid { payment, credited, .. } => (Some(payment), Some(credited.kopecks())),
        _ => (None, None),
    }
}

/// The state without what leads to a person: the file and the message of a receipt, an owner's words, the page to pay at. What the money needs
/// stays: ids of payments, amounts, the hash by which a receipt is seen to come again. `None` if there is nothing to take out.
pub(crate) fn impersonal(state: &InvoiceState) -> Option<InvoiceState> {
    match state {
        InvoiceState::Open { external, url: Some(_) } => {
            Some(InvoiceState::Open { external: external.clone(), url: None })
        }
        InvoiceState::Claimed { receipt, hash, repeats } => {
            let receipt = Receipt { form: receipt.form, file_id: String::new(), unique_id: String::new(), message: 0 };
            Some(InvoiceState::Claimed { receipt, hash: hash.clone(), repeats: *repeats })
        }
        InvoiceState::Rejected { by, .. } => Some(InvoiceState::Rejected { reason: String::new(), by: *by }),
        _ => None,
    }
}
