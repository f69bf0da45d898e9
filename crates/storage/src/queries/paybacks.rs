//! Paybacks, and the payments that they are about.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{ActionId, UserId};
use domain::ledger::{Payment, Provider};
use domain::ports::{Commit, Payback, PaybackChange};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{PaybackRow, PaymentRow, ended};
use crate::schema::{paybacks, payments};

/// Adds a payback or ends it.
///
/// # Errors
/// `Fault::Stop` with a version conflict if the action is known, or if there is none under way that could end.
pub(crate) async fn change(conn: &mut Conn, change: &PaybackChange, at: Timestamp) -> Result<(), Fault> {
    let touched = match change {
        PaybackChange::Create(payback) => {
            let new = diesel::insert_into(paybacks::table).values(PaybackRow::of(payback, at));
            new.on_conflict(paybacks::action).do_nothing().execute(conn).await?
        }
        PaybackChange::End(action, end) => {
            let (code, detail) = ended(end);
            let row = paybacks::table.find(action.as_bytes().as_slice()).filter(paybacks::ended.is_null());
            let end = (paybacks::ended.eq(code), paybacks::detail.eq(detail), paybacks::ended_at.eq(at.as_micros()));
            diesel::update(row).set(end).prepared().execute(conn).await?
        }
    };
    if touched == 1 { Ok(()) } else { Err(Commit::VersionConflict.into()) }
}

/// A payback by its action.
pub(crate) async fn payback(conn: &mut Conn, action: ActionId) -> Result<Option<Payback>, Fault> {
    let row = paybacks::table.find(action.as_bytes().as_slice()).first::<PaybackRow>(conn).await.optional()?;
    row.map(PaybackRow::into_payback).transpose()
}

/// A payment.
pub(crate) async fn payment(conn: &mut Conn, provider: Provider, payment: String) -> Result<Option<Payment>, Fault> {
    let row = payments::table.find((provider.code(), payment)).first::<PaymentRow>(conn).await.optional()?;
    row.map(PaymentRow::into_payment).transpose()
}

/// A user's payments, newest first.
pub(crate) async fn payments(conn: &mut Conn, user: UserId, limit: u32) -> Result<Vec<Payment>, Fault> {
    let rows = payments::table
        .filter(payments::user_id.eq(user.as_bytes().as_slice()))
        .order((payments::at.desc(), payments::provider.desc(), payments::payment.desc()))
        .limit(limit.into())
        .load::<PaymentRow>(conn)
        .await?;
    rows.into_iter().map(PaymentRow::into_payment).collect()
}
