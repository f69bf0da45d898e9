//! Rows of paybacks.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::{ActionId, TransferId};
use domain::ledger::Provider;
use domain::ports::{Payback, PaybackEnd};

use super::{Bytes, code, id};
use crate::error::Fault;
use crate::schema::paybacks;

const DONE: &str = "done";
const REFUSED: &str = "refused";

/// A row of `paybacks`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = paybacks, treat_none_as_default_value = false)]
pub(crate) struct PaybackRow {
    action: Bytes,
    provider: String,
    payment: String,
    hold_id: Bytes,
    reason: String,
    actor: String,
    at: i64,
    ended: Option<String>,
    detail: Option<String>,
    ended_at: Option<i64>,
}

impl PaybackRow {
    /// The row of a payback that is wished, or came to its end, at `at`.
    pub(crate) fn of(payback: &Payback, at: Timestamp) -> Self {
        let (ended, detail) = payback.end.as_ref().map(ended).unzip();
        Self {
            action: payback.action.as_bytes().to_vec(),
            provider: payback.provider.code().to_owned(),
            payment: payback.payment.clone(),
            hold_id: payback.hold.as_bytes().to_vec(),
            reason: payback.reason.clone(),
            actor: payback.by.clone(),
            at: payback.at.as_micros(),
            ended: ended.map(str::to_owned),
            detail: detail.flatten().map(str::to_owned),
            ended_at: payback.end.is_some().then_some(at.as_micros()),
        }
    }

    /// What the row means.
    pub(crate) fn into_payback(self) -> Result<Payback, Fault> {
        let end = match (self.ended.as_deref(), self.detail) {
            (None, None) => None,
            (Some(DONE), None) => Some(PaybackEnd::Done),
            (Some(REFUSED), Some(detail)) => Some(PaybackEnd::Refused { detail }),
            (ended, _) => return Err(Fault::row("paybacks.ended", ended)),
        };
        Ok(Payback {
            action: id("paybacks.action", &self.action, ActionId::from_bytes)?,
            provider: code("paybacks.provider", &self.provider, Provider::from_code)?,
            payment: self.payment,
            hold: id("paybacks.hold_id", &self.hold_id, TransferId::from_bytes)?,
            reason: self.reason,
            by: self.actor,
            at: Timestamp::from_micros(self.at),
            end,
        })
    }
}

/// An end as the columns `ended` and `detail` hold it.
pub(crate) fn ended(end: &PaybackEnd) -> (&'static str, Option<&str>) {
    match end {
        PaybackEnd::Done => (DONE, None),
        PaybackEnd::Refused { detail } => (REFUSED, Some(detail)),
    }
}
