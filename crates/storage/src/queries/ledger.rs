//! The ledger: executes the plans of `domain::ledger`.
//!
//! Lock order of an operation: payment, hold, receivable, its own row (the cause), wallet. The facts are locked before the operation's row is
//! written, because that row is immutable and says whose statement shows it, which the facts decide. It changes nothing for a repeat: a cause
//! that is known is found out either way, and then nothing of the plan is written.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::ids::{GenerationId, UserId};
use domain::ledger::{
    Applied, Facts, Group, HoldChange, HoldState, Operation, Plan, Posting, Refusal, Unit, needs, plan,
};
use domain::ports::{Commit, StatementLine};

use super::wallets::Purse;
use super::{Conn, dialect, wallets};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{HoldRow, OperationRow, PaymentRow, StatementRow, TransferRow};
use crate::schema::{holds, operations, payments, receivables, transfers};

/// Writes the operations in order; their wallets last.
///
/// # Errors
/// `Fault::Stop` with the first refusal.
pub(crate) async fn post(conn: &mut Conn, postings: &[Posting]) -> Result<(), Fault> {
    let mut purse = Purse::default();
    for (place, posting) in postings.iter().enumerate() {
        if let Err(reason) = apply(conn, posting, place, &mut purse).await? {
            // An earlier operation whose wallet is too thin was refused first.
            purse.settle(conn).await?;
            return Err(Commit::Refused { operation: place, reason }.into());
        }
    }
    purse.settle(conn).await
}

/// A user's statement, newest first.
pub(crate) async fn statement(
    conn: &mut Conn,
    user: UserId,
    skip: u32,
    limit: u32,
) -> Result<Vec<StatementLine>, Fault> {
    let rows = operations::table
        .filter(operations::user_id.eq(user.as_bytes().as_slice()))
        .order((operations::at.desc(), operations::place.desc(), operations::id.desc()))
        .offset(skip.into())
        .limit(limit.into())
        .select(StatementRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(StatementRow::into_line).collect()
}

/// What is written about one generation, oldest first.
pub(crate) async fn movements_of(conn: &mut Conn, generation: GenerationId) -> Result<Vec<StatementLine>, Fault> {
    let rows = operations::table
        .filter(operations::generation_id.eq(generation.as_bytes().as_slice()))
        .order((operations::at.asc(), operations::place.asc(), operations::id.asc()))
        .select(StatementRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(StatementRow::into_line).collect()
}

/// Writes everything of one operation but its wallet, which goes into the purse.
async fn apply(
    conn: &mut Conn,
    posting: &Posting,
    place: usize,
    purse: &mut Purse,
) -> Result<Result<Applied, Refusal>, Fault> {
    if needs(&posting.operation).wallet {
        // It reads a wallet that an operation before it may have changed.
        purse.settle(conn).await?;
    }
    let facts = facts(conn, &posting.operation).await?;
    let plan = match plan(posting, &facts) {
        Ok(plan) => plan,
        Err(refusal) => return Ok(known(conn, posting, &facts).await?.unwrap_or(Err(refusal))),
    };
    let row = OperationRow::of(posting, &plan, place);
    let new = diesel::insert_into(operations::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    if new == 0 {
        let known = known(conn, posting, &facts).await?;
        return known.ok_or_else(|| Fault::Row(format!("operations: the id of `{}` is taken", posting.id)));
    }
    write(conn, &plan).await?;
    if let Some(change) = plan.wallet {
        purse.add(place, change);
    }
    Ok(Ok(Applied::Now))
}

/// What a cause that was used before means for `posting`; `None` if it was not.
async fn known(conn: &mut Conn, posting: &Posting, facts: &Facts) -> Result<Option<Result<Applied, Refusal>>, Fault> {
    let cause = posting.operation.cause();
    let hash = operations::table
        .filter(operations::cause_group.eq(cause.group.code()).and(operations::cause_key.eq(&cause.key)))
        .select(operations::hash)
        .first::<Vec<u8>>(conn)
        .await
        .optional()?;
    let Some(hash) = hash else { return Ok(None) };
    if hash == posting.operation.content_hash() {
        return Ok(Some(Ok(Applied::Already)));
    }
    let hold = facts.hold.as_ref().filter(|_| cause.group == Group::Resolve);
    Ok(Some(Err(match hold.map(|hold| hold.state) {
        Some(HoldState::Captured) => Refusal::AlreadyCaptured,
        Some(HoldState::Released) => Refusal::AlreadyReleased,
        Some(HoldState::Pending) | None => Refusal::Conflict,
    })))
}

/// Reads and locks the rows that the operation's plan depends on.
async fn facts(conn: &mut Conn, operation: &Operation) -> Result<Facts, Fault> {
    let needs = needs(operation);
    let mut facts = Facts::default();
    let mut user = match operation {
        Operation::TopUp { user, .. } => Some(*user),
        _ => None,
    };
    if let Some((provider, payment)) = &needs.payment {
        let row = payments::table.find((provider.code(), payment));
        let found = dialect::for_update!(row).first::<PaymentRow>(conn).await.optional()?;
        facts.payment = found.map(PaymentRow::into_payment).transpose()?;
        user = facts.payment.as_ref().map(|payment| payment.user);
    }
    if let Some(hold) = &needs.hold {
        let row = holds::table.find(hold.as_bytes().as_slice());
        let found = dialect::for_update!(row).first::<HoldRow>(conn).await.optional()?;
        facts.hold = found.map(HoldRow::into_hold).transpose()?;
    } else if let Some(payment) = &facts.payment {
        let row = holds::table
            .filter(holds::provider.eq(payment.provider.code()).and(holds::payment.eq(&payment.payment)))
            .filter(holds::state.eq(HoldState::Pending.code()));
        let found = dialect::for_update!(row).first::<HoldRow>(conn).await.optional()?;
        facts.hold = found.map(HoldRow::into_hold).transpose()?;
    }
    if let Some(user) = user.filter(|_| needs.receivable) {
        let row = receivables::table.find(user.as_bytes().as_slice()).select(receivables::amount);
        facts.receivable = dialect::for_update!(row).first::<i64>(conn).await.optional()?.unwrap_or(0);
    }
    if let Some(user) = user.filter(|_| needs.wallet) {
        facts.wallet = wallets::locked(conn, user, Unit::Money).await?;
    }
    Ok(facts)
}

/// Writes a plan's payment, receivable, transfers and hold.
async fn write(conn: &mut Conn, plan: &Plan) -> Result<(), Fault> {
    if let Some(payment) = &plan.payment {
        diesel::insert_into(payments::table).values(PaymentRow::of(payment)).execute(conn).await?;
    }
    if let Some((provider, payment)) = &plan.refunds {
        let row = payments::table.find((provider.code(), payment)).filter(payments::refunded.eq(false));
        let touched = diesel::update(row).set(payments::refunded.eq(true)).prepared().execute(conn).await?;
        under_lock(touched, "payments", payment)?;
    }
    if let Some(user) = plan.user.filter(|_| plan.receivable != 0) {
        change_receivable(conn, user, plan.receivable).await?;
    }
    let (with_hold, alone) = plan.transfers.split_at(usize::from(plan.hold.is_some()));
    if let (Some(change), Some(transfer)) = (&plan.hold, with_hold.first()) {
        let touched = change_hold(conn, change, TransferRow::of(transfer)).await?;
        under_lock(touched, "holds", transfer.id)?;
    }
    for transfer in alone {
        diesel::insert_into(transfers::table).values(TransferRow::of(transfer)).execute(conn).await?;
    }
    Ok(())
}

/// Writes the transfer and the change of the hold that comes with it, together where the backend can. How many holds were touched.
async fn change_hold(conn: &mut Conn, change: &HoldChange, transfer: TransferRow) -> Result<usize, Fault> {
    let transfer = diesel::insert_into(transfers::table).values(transfer);
    let pending = holds::state.eq(HoldState::Pending.code());
    let (_, touched) = match change {
        HoldChange::Create(hold) => {
            debug_assert!(hold.state == HoldState::Pending, "a hold begins pending: {:?}", hold.purpose);
            dialect::both!(conn, transfer, diesel::insert_into(holds::table).values(HoldRow::of(hold)))
        }
        HoldChange::Capture { hold, amount } => {
            let row = holds::table.find(hold.as_bytes().as_slice()).filter(pending);
            let captured = (holds::state.eq(HoldState::Captured.code()), holds::captured.eq(*amount));
            dialect::both!(conn, transfer, diesel::update(row).set(captured))
        }
        HoldChange::Release { hold } => {
            let row = holds::table.find(hold.as_bytes().as_slice()).filter(pending);
            dialect::both!(conn, transfer, diesel::update(row).set(holds::state.eq(HoldState::Released.code())))
        }
        HoldChange::Refund { hold, amount } => {
            let row = holds::table.find(hold.as_bytes().as_slice());
            let row = row.filter((holds::refunded + *amount).le(holds::captured));
            dialect::both!(conn, transfer, diesel::update(row).set(holds::refunded.eq(holds::refunded + *amount)))
        }
    };
    Ok(touched)
}

async fn change_receivable(conn: &mut Conn, user: UserId, amount: i64) -> Result<(), Fault> {
    let user_id = user.as_bytes().as_slice();
    let sum = receivables::amount.eq(receivables::amount + amount);
    let touched = if amount > 0 {
        diesel::insert_into(receivables::table)
            .values((receivables::user_id.eq(user_id), receivables::amount.eq(amount)))
            .on_conflict(receivables::user_id)
            .do_update()
            .set(sum)
            .prepared()
            .execute(conn)
            .await?
    } else {
        let row = receivables::table.find(user_id).filter((receivables::amount + amount).ge(0));
        diesel::update(row).set(sum).prepared().execute(conn).await?
    };
    under_lock(touched, "receivables", user)
}

/// A row that was read under its lock can't have changed since.
fn under_lock(touched: usize, table: &str, row: impl std::fmt::Display) -> Result<(), Fault> {
    if touched == 1 { Ok(()) } else { Err(Fault::Row(format!("{table}: `{row}` changed under its lock"))) }
}
