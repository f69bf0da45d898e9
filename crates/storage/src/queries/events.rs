//! The log that the desk reads.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::EventId;
use domain::ports::{EventsQuery, LogEvent};
use futures_util::FutureExt;

use super::{Conn, tx};
use crate::error::Fault;
use crate::rows::EventRow;
use crate::schema::events;

/// SQLite takes 32 766 parameters in a statement.
const AT_ONCE_MAX: u32 = 10_000;

/// Keeps events.
pub(crate) async fn keep(conn: &mut Conn, events: Vec<LogEvent>) -> Result<(), Fault> {
    // One transaction: a commit of SQLite's waits for the disk.
    tx(conn, move |conn| async move { insert(conn, events).await }.boxed()).await
}

async fn insert(conn: &mut Conn, events: Vec<LogEvent>) -> Result<(), Fault> {
    for row in events.into_iter().map(EventRow::of) {
        diesel::insert_into(events::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// Some of them, newest first.
pub(crate) async fn events(conn: &mut Conn, query: EventsQuery) -> Result<Vec<LogEvent>, Fault> {
    let mut found = events::table
        .filter(events::level.ge(query.level.number()))
        .order((events::at.desc(), events::id.desc()))
        .offset(query.skip.into())
        .limit(query.limit.into())
        .into_boxed();
    if let Some(needle) = query.needle {
        let words = format!("%{}%", escaped(&needle.to_lowercase()));
        let written = sql::<Bool>("(lower(message) LIKE ")
            .bind::<Text, _>(words.clone())
            .sql(" ESCAPE '!' OR lower(target) LIKE ")
            .bind::<Text, _>(words)
            .sql(" ESCAPE '!')");
        found = found.filter(
            events::correlation
                .eq(needle.clone())
                .assume_not_null()
                .or(events::user_id.eq(needle.clone()).assume_not_null())
                .or(events::generation_id.eq(needle).assume_not_null())
                .or(written),
        );
    }
    let rows = found.load::<EventRow>(conn).await?;
    rows.into_iter().map(EventRow::into_event).collect()
}

/// What a pattern takes as it is.
fn escaped(words: &str) -> String {
    words.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// One of them.
pub(crate) async fn event(conn: &mut Conn, id: EventId) -> Result<Option<LogEvent>, Fault> {
    let row = events::table.find(id.as_bytes().as_slice()).first::<EventRow>(conn).await.optional()?;
    row.map(EventRow::into_event).transpose()
}

/// Removes the oldest from before then; how many went.
pub(crate) async fn clean(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<u64, Fault> {
    let old = events::table
        .filter(events::at.lt(before.as_micros()))
        .order((events::at, events::id))
        .limit(limit.min(AT_ONCE_MAX).into())
        .select(events::id)
        .load::<Vec<u8>>(conn)
        .await?;
    let gone = diesel::delete(events::table.filter(events::id.eq_any(old))).execute(conn).await?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}
