//! Finding people, and what is known of one of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Binary;
use diesel_async::RunQueryDsl;
use domain::ids::UserId;
use domain::ports::{PeopleQuery, Person, UserFigures};
use futures_util::FutureExt;

use super::super::{Conn, tx};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{CountRow, PersonRow, SearchKeys, UserRow, count, user_figures_of};
use crate::schema::people;

const OF_USER: &str = "SELECT u.created_at AS first_seen, c.seen_at AS last_seen,
         (SELECT CAST(COALESCE(SUM(-o.posted), 0) AS BIGINT) FROM operations o
          WHERE o.user_id = u.id AND o.unit = 'money' AND o.name IN ('capture', 'refund_generation')) AS spent,
         (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM payments p WHERE p.user_id = u.id) AS paid_in,
         (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM payments p
          WHERE p.user_id = u.id AND p.refunded) AS paid_back
     FROM users u LEFT JOIN conversations c ON c.user_id = u.id WHERE u.id = $1";

const GENERATIONS_OF_USER: &str =
    "SELECT model, state, COUNT(*) AS figure FROM generations WHERE user_id = $1 GROUP BY model, state";

/// A page of the people whom a query finds. Each way to be found has an order of its own in the database; the first of each of them are put
/// together here, since one person may be found in two ways.
pub(crate) async fn page(conn: &mut Conn, query: PeopleQuery, skip: u32, limit: u32) -> Result<Vec<Person>, Fault> {
    let (offset, size) = (i64::from(skip), i64::from(limit));
    if query.is_everybody() {
        let newest = people::table.order((people::created_at.desc(), people::user_id.desc()));
        let rows = newest.offset(offset).limit(size).select(PersonRow::as_select()).load(conn).await?;
        return rows.into_iter().map(PersonRow::into_person).collect();
    }
    let mut rows: Vec<PersonRow> = Vec::new();
    if let Some(user) = query.user {
        let row = people::table.filter(people::user_id.eq(user.as_bytes().as_slice()));
        rows.extend(row.select(PersonRow::as_select()).load(conn).await?);
    }
    if let Some(chat) = query.chat {
        rows.extend(people::table.find(chat.0).select(PersonRow::as_select()).load(conn).await?);
    }
    if let Some(prefix) = &query.username {
        let named = people::table
            .filter(people::username_key.ge(prefix).and(people::username_key.lt(beyond(prefix))))
            .order((people::username_key, people::user_id));
        rows.extend(named.limit(offset + size).select(PersonRow::as_select()).load(conn).await?);
    }
    if let Some(prefix) = &query.name {
        let named = people::table
            .filter(people::name_key.ge(prefix).and(people::name_key.lt(beyond(prefix))))
            .order((people::name_key, people::user_id));
        rows.extend(named.limit(offset + size).select(PersonRow::as_select()).load(conn).await?);
    }
    let mut found = BTreeMap::new();
    for row in rows {
        let person = row.into_person()?;
        if let Some(place) = query.place(&person) {
            found.insert(place, person);
        }
    }
    let bound = |figure| usize::try_from(figure).unwrap_or(usize::MAX);
    Ok(found.into_values().skip(bound(skip)).take(bound(limit)).collect())
}

/// After all texts that begin so: no text holds the last character of all, which is none.
fn beyond(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// The figures of a user.
pub(crate) async fn user_figures(conn: &mut Conn, user: UserId) -> Result<Option<UserFigures>, Fault> {
    let id = user.as_bytes().as_slice();
    let row = diesel::sql_query(OF_USER).bind::<Binary, _>(id).get_result::<UserRow>(conn).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let generations = diesel::sql_query(GENERATIONS_OF_USER).bind::<Binary, _>(id).load::<CountRow>(conn).await?;
    user_figures_of(&row, generations).map(Some)
}

/// Fills in what a search compares, where it is absent. Who changes a name meanwhile writes it as well, and stays.
pub(crate) async fn complete_names(conn: &mut Conn, limit: u32) -> Result<u64, Fault> {
    let rows = people::table
        .filter(people::name_key.is_null())
        .order(people::chat_id)
        .limit(limit.into())
        .select((people::chat_id, people::first_name, people::username))
        .load::<(i64, String, Option<String>)>(conn)
        .await?;
    let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    tx(conn, move |conn| async move { fill(conn, rows).await }.boxed()).await?;
    count("people", found)
}

async fn fill(conn: &mut Conn, rows: Vec<(i64, String, Option<String>)>) -> Result<(), Fault> {
    for (chat, first_name, username) in rows {
        let row = people::table.filter(people::chat_id.eq(chat).and(people::name_key.is_null()));
        let keys = SearchKeys::of(&first_name, username.as_deref());
        diesel::update(row).set(keys).prepared().execute(conn).await?;
    }
    Ok(())
}
