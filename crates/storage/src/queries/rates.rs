//! The exchange rate. Lock order: what waits, then what holds.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::ports::{Commit, RateChange, Rates};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{CURRENT, RateRow, WAITING, into_rates};
use crate::schema::exchange_rates;

/// Sets a rate, lets it wait, or accepts the one that waits.
///
/// # Errors
/// `Fault::Stop` with a version conflict if none, or that of another day, waits to be accepted.
pub(crate) async fn change(conn: &mut Conn, change: &RateChange) -> Result<(), Fault> {
    match change {
        RateChange::Set(rate) => {
            diesel::delete(exchange_rates::table.find(WAITING)).execute(conn).await?;
            put(conn, RateRow::of(CURRENT, rate)).await
        }
        RateChange::Hold(rate) => put(conn, RateRow::of(WAITING, rate)).await,
        RateChange::Accept { date } => {
            let waiting = exchange_rates::table.find(WAITING).filter(exchange_rates::date.eq(date));
            let taken = diesel::delete(waiting).returning(exchange_rates::all_columns);
            match taken.get_result::<RateRow>(conn).await.optional()? {
                Some(row) => put(conn, row.moved(CURRENT)).await,
                None => Err(Commit::VersionConflict.into()),
            }
        }
    }
}

/// Puts a rate into its place, instead of the one that was there.
async fn put(conn: &mut Conn, row: RateRow) -> Result<(), Fault> {
    let new = diesel::insert_into(exchange_rates::table).values(&row).on_conflict(exchange_rates::place);
    new.do_update().set(&row).prepared().execute(conn).await?;
    Ok(())
}

/// Both places.
pub(crate) async fn rates(conn: &mut Conn) -> Result<Rates, Fault> {
    into_rates(exchange_rates::table.load::<RateRow>(conn).await?)
}
