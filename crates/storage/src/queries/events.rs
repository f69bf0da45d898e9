//! The log that the desk reads.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::EventId;
use domain::ports::{EventLevel, EventsQuery, LogEvent, WORDS_AMONG};
use futures_util::FutureExt;

use super::{Conn, tx};
use crate::error::Fault;
use crate::rows::EventRow;
use crate::schema::events;

/// SQLite takes 32 766 parameters in a statement.
const AT_ONCE_MAX: u32 = 10_000;

/// The newest rows of a query over events.
macro_rules! newest {
    ($query:expr, $limit:expr, $conn:expr) => {{
        let rows = $query.order((events::at.desc(), events::id.desc())).limit($limit);
        rows.load::<EventRow>($conn).await?
    }};
}

/// With this correlation, user or generation.
macro_rules! named {
    ($needle:expr) => {
        events::correlation
            .eq($needle.clone())
            .assume_not_null()
            .or(events::user_id.eq($needle.clone()).assume_not_null())
            .or(events::generation_id.eq($needle.clone()).assume_not_null())
    };
}

/// With these words.
macro_rules! written {
    ($needle:expr) => {{
        let words = format!("%{}%", escaped(&$needle.to_lowercase()));
        sql::<Bool>("(lower(message) LIKE ")
            .bind::<Text, _>(words.clone())
            .sql(" ESCAPE '!' OR lower(target) LIKE ")
            .bind::<Text, _>(words)
            .sql(" ESCAPE '!')")
    }};
}

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

/// Some of them, newest first. Each level is asked by itself, in the order of its own index: all of them in one would be sorted.
pub(crate) async fn events(conn: &mut Conn, query: EventsQuery) -> Result<Vec<LogEvent>, Fault> {
    let enough = i64::from(query.skip) + i64::from(query.limit);
    let mut found = BTreeMap::new();
    for level in EventLevel::ALL.into_iter().filter(|level| *level >= query.level) {
        let rows = match &query.needle {
            None => newest!(of_level(level), enough, conn),
            Some(needle) => {
                let mut rows = newest!(of_level(level).filter(named!(needle)), enough, conn);
                rows.extend(newest!(looked_through(conn, level).await?.filter(written!(needle)), enough, conn));
                rows
            }
        };
        for event in rows.into_iter().map(EventRow::into_event) {
            let event = event?;
            found.insert((Reverse(event.at), Reverse(event.id)), event);
        }
    }
    let size = |figure| usize::try_from(figure).unwrap_or(usize::MAX);
    Ok(found.into_values().skip(size(query.skip)).take(size(query.limit)).collect())
}

type Boxed<'a> = events::BoxedQuery<'a, <Conn as diesel_async::AsyncConnectionCore>::Backend>;

fn of_level<'a>(level: EventLevel) -> Boxed<'a> {
    events::table.filter(events::level.eq(level.number())).into_boxed()
}

/// Those of a level in which words are looked for.
async fn looked_through<'a>(conn: &mut Conn, level: EventLevel) -> Result<Boxed<'a>, Fault> {
    let first_left_out = of_level(level)
        .order((events::at.desc(), events::id.desc()))
        .offset(i64::from(WORDS_AMONG))
        .select((events::at, events::id))
        .first::<(i64, Vec<u8>)>(conn)
        .await
        .optional()?;
    Ok(match first_left_out {
        None => of_level(level),
        Some((at, id)) => of_level(level).filter(events::at.ge(at).and(events::at.gt(at).or(events::id.gt(id)))),
    })
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
