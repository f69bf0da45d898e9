//! Rows of providers' own lists.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ledger::Provider;
use domain::ports::ProviderRecord;

use super::code;
use crate::error::Fault;
use crate::schema::provider_records;

/// A row of `provider_records`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = provider_records, treat_none_as_default_value = false)]
pub(crate) struct RecordRow {
    provider: String,
    payment: String,
    is_refund: bool,
    native_amount: i64,
    native_currency: String,
    payer: Option<i64>,
    payload: String,
    at: i64,
}

impl RecordRow {
    /// The row of a record.
    pub(crate) fn of(record: &ProviderRecord) -> Self {
        Self {
            provider: record.provider.code().to_owned(),
            payment: record.payment.clone(),
            is_refund: record.is_refund,
            native_amount: record.native_amount,
            native_currency: record.native_currency.clone(),
            payer: record.payer.map(|payer| payer.0),
            payload: record.payload.clone(),
            at: record.at.as_micros(),
        }
    }

    /// What the row means.
    pub(crate) fn into_record(self) -> Result<ProviderRecord, Fault> {
        Ok(ProviderRecord {
            provider: code("provider_records.provider", &self.provider, Provider::from_code)?,
            payment: self.payment,
            is_refund: self.is_refund,
            native_amount: self.native_amount,
            native_currency: self.native_currency,
            payer: self.payer.map(ChatId),
            payload: self.payload,
            at: Timestamp::from_micros(self.at),
        })
    }
}
