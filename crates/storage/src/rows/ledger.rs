//! Rows of the ledger.

use diesel::prelude::{Insertable, Queryable, Selectable};
use domain::clock::Timestamp;
use domain::ids::{GenerationId, OperationId, TransferId, UserId};
use domain::ledger::{Amount, Hold, HoldPurpose, HoldState, NOBODY, Payment, Plan, Posting, Provider, Transfer, Unit};
use domain::money::Money;
use domain::ports::StatementLine;

use super::{Bytes, code, id};
use crate::error::Fault;
use crate::schema::{holds, operations, payments, transfers};

/// A row of `operations`.
#[derive(Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
pub(crate) struct OperationRow {
    id: Bytes,
    cause_group: &'static str,
    cause_key: String,
    hash: Bytes,
    name: &'static str,
    user_id: Option<Bytes>,
    unit: &'static str,
    posted: i64,
    reserved: i64,
    reason: Option<String>,
    actor: Option<String>,
    place: i64,
    at: i64,
    generation_id: Option<Bytes>,
}

impl OperationRow {
    /// The row of an operation that does what `plan` says, as the `place`th of its change set.
    pub(crate) fn of(posting: &Posting, plan: &Plan, place: usize) -> Self {
        let cause = posting.operation.cause();
        let note = posting.operation.note();
        let (unit, posted, reserved) =
            plan.wallet.map_or((Unit::Money, 0, 0), |change| (change.unit, change.posted, change.reserved));
        Self {
            id: posting.id.as_bytes().to_vec(),
            cause_group: cause.group.code(),
            cause_key: cause.key,
            hash: posting.operation.content_hash().to_vec(),
            name: posting.operation.name(),
            user_id: plan.user.map(|user| user.as_bytes().to_vec()),
            unit: unit.code(),
            posted,
            reserved,
            reason: note.map(|(reason, _)| reason.to_owned()),
            actor: note.map(|(_, actor)| actor.to_owned()),
            place: i64::try_from(place).unwrap_or(i64::MAX),
            at: posting.at.as_micros(),
            generation_id: plan.generation.map(|generation| generation.as_bytes().to_vec()),
        }
    }
}

/// What a statement shows of `operations`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = operations)]
pub(crate) struct StatementRow {
    id: Bytes,
    name: String,
    cause_group: String,
    cause_key: String,
    generation_id: Option<Bytes>,
    reason: Option<String>,
    actor: Option<String>,
    unit: String,
    posted: i64,
    reserved: i64,
    at: i64,
}

impl StatementRow {
    /// What the row means.
    pub(crate) fn into_line(self) -> Result<StatementLine, Fault> {
        let unit = code("operations.unit", &self.unit, Unit::from_code)?;
        let bytes = self.generation_id.as_ref();
        let generation = bytes.map(|bytes| id("operations.generation_id", bytes, GenerationId::from_bytes));
        Ok(StatementLine {
            operation: id("operations.id", &self.id, OperationId::from_bytes)?,
            name: self.name,
            group: self.cause_group,
            cause: self.cause_key,
            generation: generation.transpose()?,
            note: self.reason.filter(|_| self.actor.is_some_and(|actor| actor != NOBODY)),
            posted: Amount { unit, value: self.posted },
            reserved: Amount { unit, value: self.reserved },
            at: Timestamp::from_micros(self.at),
        })
    }
}

/// A row of `transfers`.
#[derive(Insertable)]
#[diesel(table_name = transfers, treat_none_as_default_value = false)]
pub(crate) struct TransferRow {
    id: Bytes,
    operation_id: Bytes,
    debit: String,
    credit: String,
    unit: &'static str,
    amount: i64,
    phase: &'static str,
    resolves: Option<Bytes>,
    at: i64,
}

impl TransferRow {
    /// The row of a transfer.
    pub(crate) fn of(transfer: &Transfer) -> Self {
        assert!(transfer.amount > 0, "a plan moves positive amounts only");
        Self {
            id: transfer.id.as_bytes().to_vec(),
            operation_id: transfer.operation.as_bytes().to_vec(),
            debit: transfer.debit.to_string(),
            credit: transfer.credit.to_string(),
            unit: transfer.unit.code(),
            amount: transfer.amount,
            phase: transfer.phase.code(),
            resolves: transfer.resolves.map(|hold| hold.as_bytes().to_vec()),
            at: transfer.at.as_micros(),
        }
    }
}

const GENERATION: &str = "generation";
const PAYBACK: &str = "payback";

/// A row of `holds`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = holds, treat_none_as_default_value = false)]
pub(crate) struct HoldRow {
    id: Bytes,
    user_id: Bytes,
    unit: String,
    amount: i64,
    purpose: String,
    generation_id: Option<Bytes>,
    provider: Option<String>,
    payment: Option<String>,
    state: String,
    captured: i64,
    refunded: i64,
}

impl HoldRow {
    /// The row of a hold.
    pub(crate) fn of(hold: &Hold) -> Self {
        let (purpose, generation_id, provider, payment) = match &hold.purpose {
            HoldPurpose::Generation(generation) => (GENERATION, Some(generation.as_bytes().to_vec()), None, None),
            HoldPurpose::Payback(provider, payment) => {
                (PAYBACK, None, Some(provider.code().to_owned()), Some(payment.clone()))
            }
        };
        Self {
            id: hold.id.as_bytes().to_vec(),
            user_id: hold.user.as_bytes().to_vec(),
            unit: hold.unit.code().to_owned(),
            amount: hold.amount,
            purpose: purpose.to_owned(),
            generation_id,
            provider,
            payment,
            state: hold.state.code().to_owned(),
            captured: hold.captured,
            refunded: hold.refunded,
        }
    }

    /// What the row means.
    pub(crate) fn into_hold(self) -> Result<Hold, Fault> {
        let purpose = match (self.purpose.as_str(), &self.generation_id, self.provider, self.payment) {
            (GENERATION, Some(generation), None, None) => {
                HoldPurpose::Generation(id("holds.generation_id", generation, GenerationId::from_bytes)?)
            }
            (PAYBACK, None, Some(provider), Some(payment)) => {
                HoldPurpose::Payback(code("holds.provider", &provider, Provider::from_code)?, payment)
            }
            (other, ..) => return Err(Fault::row("holds.purpose", other)),
        };
        Ok(Hold {
            id: id("holds.id", &self.id, TransferId::from_bytes)?,
            user: id("holds.user_id", &self.user_id, UserId::from_bytes)?,
            unit: code("holds.unit", &self.unit, Unit::from_code)?,
            amount: self.amount,
            purpose,
            state: code("holds.state", &self.state, HoldState::from_code)?,
            captured: self.captured,
            refunded: self.refunded,
        })
    }
}

/// A row of `payments`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = payments, treat_none_as_default_value = false)]
pub(crate) struct PaymentRow {
    provider: String,
    payment: String,
    user_id: Bytes,
    amount: i64,
    native_amount: i64,
    native_currency: String,
    at: i64,
    refunded: bool,
}

impl PaymentRow {
    /// The row of a payment.
    pub(crate) fn of(payment: &Payment) -> Self {
        Self {
            provider: payment.provider.code().to_owned(),
            payment: payment.payment.clone(),
            user_id: payment.user.as_bytes().to_vec(),
            amount: payment.amount.kopecks(),
            native_amount: payment.native_amount,
            native_currency: payment.native_currency.clone(),
            at: payment.at.as_micros(),
            refunded: payment.refunded,
        }
    }

    /// What the row means.
    pub(crate) fn into_payment(self) -> Result<Payment, Fault> {
        Ok(Payment {
            provider: code("payments.provider", &self.provider, Provider::from_code)?,
            payment: self.payment,
            user: id("payments.user_id", &self.user_id, UserId::from_bytes)?,
            amount: Money::from_kopecks(self.amount),
            native_amount: self.native_amount,
            native_currency: self.native_currency,
            at: Timestamp::from_micros(self.at),
            refunded: self.refunded,
        })
    }
}
