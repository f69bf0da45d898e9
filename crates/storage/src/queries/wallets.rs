//! Wallets: conditional statements, and a purse that keeps the changes of a commit until its end.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel_async::RunQueryDsl;
use domain::ids::UserId;
use domain::ledger::{Refusal, Unit, Wallet, WalletChange};
use domain::ports::Commit;

use super::{Conn, dialect};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::schema::wallets;

/// A wallet's figures; zero if it never moved.
pub(crate) async fn wallet(conn: &mut Conn, user: UserId, unit: Unit) -> Result<Wallet, Fault> {
    let row = wallets::table.find((user.as_bytes().as_slice(), unit.code()));
    let figures = row.select((wallets::posted, wallets::reserved)).first::<(i64, i64)>(conn).await.optional()?;
    Ok(figures.map_or_else(Wallet::default, |(posted, reserved)| Wallet { posted, reserved }))
}

/// The same, and nobody else changes it before this transaction ends.
pub(crate) async fn locked(conn: &mut Conn, user: UserId, unit: Unit) -> Result<Wallet, Fault> {
    let row = wallets::table.find((user.as_bytes().as_slice(), unit.code()));
    let figures = row.select((wallets::posted, wallets::reserved));
    let figures = dialect::for_update!(figures).first::<(i64, i64)>(conn).await.optional()?;
    Ok(figures.map_or_else(Wallet::default, |(posted, reserved)| Wallet { posted, reserved }))
}

/// Changes of wallets that wait for the end of a commit: wallets are the hottest rows, so they are locked last, once each and in one order.
#[derive(Default)]
pub(crate) struct Purse {
    /// Per wallet, in order: the operation's place in the change set, and its change.
    changes: BTreeMap<(UserId, Unit), Vec<(usize, WalletChange)>>,
}

impl Purse {
    /// Keeps the change of the `place`th operation.
    pub(crate) fn add(&mut self, place: usize, change: WalletChange) {
        self.changes.entry((change.user, change.unit)).or_default().push((place, change));
    }

    /// Writes what was kept: one statement per wallet.
    ///
    /// # Errors
    /// `Fault::Stop` with the refusal of the first operation that a wallet could not bear.
    pub(crate) async fn settle(&mut self, conn: &mut Conn) -> Result<(), Fault> {
        let mut refused: Option<(usize, Refusal)> = None;
        for steps in std::mem::take(&mut self.changes).into_values() {
            if let Some(found) = settle_one(conn, &steps).await? {
                refused = Some(refused.map_or(found.clone(), |known| if known.0 <= found.0 { known } else { found }));
            }
        }
        refused.map_or(Ok(()), |(operation, reason)| Err(Commit::Refused { operation, reason }.into()))
    }
}

/// One wallet's changes as one statement; the first of them that could not be borne, if any.
async fn settle_one(conn: &mut Conn, steps: &[(usize, WalletChange)]) -> Result<Option<(usize, Refusal)>, Fault> {
    let (_, first) = steps[0];
    let mut merged = first;
    for (place, step) in &steps[1..] {
        merged = match merged.then(*step) {
            Ok(merged) => merged,
            Err(refusal) => return Ok(Some((*place, refusal))),
        };
    }
    if write(conn, &merged).await? {
        return Ok(None);
    }
    // The row is locked now, so that what is told is what decided; if it bears the changes by now, somebody has just topped it up.
    let found = locked(conn, first.user, first.unit).await?;
    if let Err(refused) = borne(found, steps) {
        return Ok(Some(refused));
    }
    if write(conn, &merged).await? { Ok(None) } else { Err(Fault::row("wallets", (found, merged))) }
}

/// Whether the row allowed the change. This is where no overdraft and no hold that eats another one is decided.
async fn write(conn: &mut Conn, change: &WalletChange) -> Result<bool, Fault> {
    // SQLite would turn an overflow into a float, PostgreSQL into an error: neither gets to see one.
    let posted_max = i64::MAX - change.posted.max(0);
    let figures = (
        wallets::posted.eq(wallets::posted + change.posted),
        wallets::reserved.eq(wallets::reserved + change.reserved),
    );
    let allows = (wallets::posted - wallets::reserved).ge(change.needs_available).and(wallets::posted.le(posted_max));
    let user = change.user.as_bytes().as_slice();
    let may_be_first = change.needs_available <= 0 && change.reserved >= 0 && change.posted >= change.reserved;
    let touched = if may_be_first {
        let first = (
            wallets::user_id.eq(user),
            wallets::unit.eq(change.unit.code()),
            wallets::posted.eq(change.posted),
            wallets::reserved.eq(change.reserved),
        );
        let added = diesel::insert_into(wallets::table)
            .values(first)
            .on_conflict((wallets::user_id, wallets::unit))
            .do_update()
            .set(figures);
        FilterDsl::filter(added, allows).prepared().execute(conn).await?
    } else {
        let row = wallets::table.find((user, change.unit.code()));
        diesel::update(QueryDsl::filter(row, allows)).set(figures).prepared().execute(conn).await?
    };
    Ok(touched == 1)
}

/// The figures after `steps`, or the first one that they do not allow.
fn borne(wallet: Wallet, steps: &[(usize, WalletChange)]) -> Result<Wallet, (usize, Refusal)> {
    steps.iter().try_fold(wallet, |wallet, (place, step)| {
        let (available, wanted) = (wallet.available(), step.needs_available);
        if available < wanted {
            return Err((*place, Refusal::InsufficientFunds { unit: step.unit, available, wanted }));
        }
        let posted = wallet.posted.checked_add(step.posted).ok_or((*place, Refusal::Overflow))?;
        let reserved = wallet.reserved.checked_add(step.reserved).ok_or((*place, Refusal::Overflow))?;
        Ok(Wallet { posted, reserved })
    })
}
