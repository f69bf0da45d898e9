//! Promo codes and their redemptions.
//!
//! A code's row is locked before those of its users, so that all redemptions of a code pass one by one.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::ports::{Commit, PromoChange, PromoFigures};
use domain::promo::PromoState;

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{PromoRow, figure};
use crate::schema::{promo_codes, promo_uses};

/// Makes codes and redeems them. Commits of any two users meet at a code: each takes its codes in one order, and what happens to one code
/// keeps the order in which it was asked for.
///
/// # Errors
/// `Fault::Stop` with a version conflict if a new code is taken, or one gives this user nothing (any more).
pub(crate) async fn change(conn: &mut Conn, changes: &[PromoChange], at: Timestamp) -> Result<(), Fault> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by(|one, other| code_of(one).cmp(code_of(other)));
    for change in changes {
        let done = match change {
            PromoChange::Create(promo) => {
                let new = diesel::insert_into(promo_codes::table).values(PromoRow::of(promo));
                new.on_conflict_do_nothing().execute(conn).await? == 1
            }
            PromoChange::Redeem { code, user, nth } => redeem(conn, code, *user, *nth, at).await?,
        };
        if !done {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

fn code_of(change: &PromoChange) -> &str {
    match change {
        PromoChange::Create(promo) => &promo.code,
        PromoChange::Redeem { code, .. } => code,
    }
}

/// Whether the code and the user's count allowed it.
async fn redeem(conn: &mut Conn, code: &str, user: UserId, nth: u32, at: Timestamp) -> Result<bool, Fault> {
    let (user, nth) = (user.as_bytes().as_slice(), i64::from(nth));
    let gives = promo_codes::table
        .find(code)
        .filter(promo_codes::used.lt(promo_codes::total_max).and(promo_codes::per_user_max.gt(nth)))
        .filter(promo_codes::expires_at.is_null().or(promo_codes::expires_at.gt(at.as_micros())));
    let used = diesel::update(gives).set(promo_codes::used.eq(promo_codes::used + 1));
    if used.prepared().execute(conn).await? == 0 {
        return Ok(false);
    }
    let touched = if nth == 0 {
        let first = (promo_uses::code.eq(code), promo_uses::user_id.eq(user), promo_uses::uses.eq(1));
        diesel::insert_into(promo_uses::table).values(first).on_conflict_do_nothing().execute(conn).await?
    } else {
        let known = promo_uses::table.find((code, user)).filter(promo_uses::uses.eq(nth));
        diesel::update(known).set(promo_uses::uses.eq(nth + 1)).prepared().execute(conn).await?
    };
    Ok(touched == 1)
}

/// Codes with their redemptions, the last made first.
pub(crate) async fn page(conn: &mut Conn, skip: u32, limit: u32) -> Result<Vec<PromoFigures>, Fault> {
    let rows = promo_codes::table
        .order((promo_codes::created_at.desc(), promo_codes::code))
        .offset(skip.into())
        .limit(limit.into())
        .load::<PromoRow>(conn)
        .await?;
    rows.into_iter().map(PromoRow::into_figures).collect()
}

/// A code as this user finds it.
pub(crate) async fn promo(conn: &mut Conn, code: String, user: UserId) -> Result<Option<PromoState>, Fault> {
    let of_user = promo_uses::code.eq(promo_codes::code).and(promo_uses::user_id.eq(user.as_bytes().to_vec()));
    let found = promo_codes::table
        .left_join(promo_uses::table.on(of_user))
        .filter(promo_codes::code.eq(&code))
        .select((promo_codes::all_columns, promo_uses::uses.nullable()))
        .first::<(PromoRow, Option<i64>)>(conn)
        .await
        .optional()?;
    let Some((row, by_user)) = found else { return Ok(None) };
    row.into_state(figure("promo_uses.uses", by_user.unwrap_or(0))?).map(Some)
}
