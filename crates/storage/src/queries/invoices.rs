//! Invoices.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{InvoiceId, UserId};
use domain::ledger::Provider;
use domain::payment::{Invoice, InvoiceState, InvoiceStateKind};
use domain::ports::{Commit, InvoiceChange};

use super::{Conn, dialect};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{InvoiceRow, InvoiceStep, id, impersonal, to_json};
use crate::schema::{invoices, people};

/// Creates an invoice or moves it on.
///
/// # Errors
/// `Fault::Stop` with a version conflict if the id is taken or the state is none of those expected.
pub(crate) async fn change(conn: &mut Conn, change: &InvoiceChange, at: Timestamp) -> Result<(), Fault> {
    match change {
        InvoiceChange::Create(invoice) => {
            let new = diesel::insert_into(invoices::table).values(InvoiceRow::of(invoice)?);
            // Of the id only: an external id that is another invoice's is a defect.
            let new = new.on_conflict(invoices::id).do_nothing().execute(conn).await?;
            if new == 1 { Ok(()) } else { Err(Commit::VersionConflict.into()) }
        }
        InvoiceChange::Step { id, from, to } => step(conn, *id, from, to, at).await,
    }
}

async fn step(
    conn: &mut Conn,
    id: InvoiceId,
    from: &[InvoiceStateKind],
    to: &InvoiceState,
    at: Timestamp,
) -> Result<(), Fault> {
    let from: Vec<_> = from.iter().map(|kind| kind.code()).collect();
    let row = invoices::table.find(id.as_bytes().as_slice()).filter(invoices::state.eq_any(from));
    let moved = diesel::update(row).set(InvoiceStep::of(to, at)?).returning(invoices::user_id);
    let Some(user) = moved.prepared().get_result::<Vec<u8>>(conn).await.optional()? else {
        return Err(Commit::VersionConflict.into());
    };
    if let Some(impersonal) = impersonal(to) {
        // Who forgets the person waits for this row, or has done with it: a statement of its own sees which.
        let known = people::table.filter(people::user_id.eq(user));
        if !diesel::select(diesel::dsl::exists(known)).get_result::<bool>(conn).await? {
            strip(conn, id.as_bytes(), &impersonal).await?;
        }
    }
    Ok(())
}

/// Takes out of a user's invoices what leads to the person.
pub(super) async fn forget(conn: &mut Conn, user: &[u8]) -> Result<(), Fault> {
    // All of them, whatever their state: one that a step is just moving is waited for, and seen as the step left it.
    let rows = invoices::table.filter(invoices::user_id.eq(user)).order(invoices::id);
    for row in dialect::for_update!(rows).load::<InvoiceRow>(conn).await? {
        let invoice = row.into_invoice()?;
        if let Some(impersonal) = impersonal(&invoice.state) {
            strip(conn, invoice.id.as_bytes(), &impersonal).await?;
        }
    }
    Ok(())
}

async fn strip(conn: &mut Conn, id: &[u8], to: &InvoiceState) -> Result<(), Fault> {
    let facts = to_json("invoices.facts", to)?;
    diesel::update(invoices::table.find(id)).set(invoices::facts.eq(facts)).prepared().execute(conn).await?;
    Ok(())
}

/// An invoice by its id.
pub(crate) async fn invoice(conn: &mut Conn, id: InvoiceId) -> Result<Option<Invoice>, Fault> {
    let row = invoices::table.find(id.as_bytes().as_slice()).first::<InvoiceRow>(conn).await.optional()?;
    row.map(InvoiceRow::into_invoice).transpose()
}

/// An invoice by the provider's id of it.
pub(crate) async fn of_external(
    conn: &mut Conn,
    provider: Provider,
    external: String,
) -> Result<Option<Invoice>, Fault> {
    let row = invoices::table.filter(invoices::provider.eq(provider.code()).and(invoices::external.eq(external)));
    row.first::<InvoiceRow>(conn).await.optional()?.map(InvoiceRow::into_invoice).transpose()
}

/// A user's invoices, newest first.
pub(crate) async fn of_user(conn: &mut Conn, user: UserId, limit: u32) -> Result<Vec<Invoice>, Fault> {
    let rows = invoices::table
        .filter(invoices::user_id.eq(user.as_bytes().as_slice()))
        .order((invoices::created_at.desc(), invoices::id.desc()))
        .limit(limit.into())
        .load::<InvoiceRow>(conn)
        .await?;
    rows.into_iter().map(InvoiceRow::into_invoice).collect()
}

/// Those whose receipts wait for an owner, oldest first.
pub(crate) async fn claimed(conn: &mut Conn, limit: u32) -> Result<Vec<Invoice>, Fault> {
    let rows = invoices::table
        .filter(invoices::state.eq(InvoiceStateKind::Claimed.code()))
        .order((invoices::created_at, invoices::id))
        .limit(limit.into())
        .load::<InvoiceRow>(conn)
        .await?;
    rows.into_iter().map(InvoiceRow::into_invoice).collect()
}

/// The oldest one, other than `except`, that was ever claimed with a receipt of this hash.
pub(crate) async fn claimed_with(conn: &mut Conn, hash: String, except: InvoiceId) -> Result<Option<InvoiceId>, Fault> {
    let found = invoices::table
        .filter(invoices::receipt_hash.eq(hash).and(invoices::id.ne(except.as_bytes().as_slice())))
        .order((invoices::created_at, invoices::id))
        .select(invoices::id)
        .first::<Vec<u8>>(conn)
        .await
        .optional()?;
    found.map(|bytes| id("invoices.id", &bytes, InvoiceId::from_bytes)).transpose()
}
