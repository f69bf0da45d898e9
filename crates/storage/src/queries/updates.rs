//! Marks of updates that are done, and updates that could not be taken.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ports::{DeadUpdate, Tries, UpdateKey};
use futures_util::FutureExt;
use sha2::{Digest, Sha256};

use super::{Conn, broadcasts, tx};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::schema::{dead_updates, input_files, updates};

/// Marks an update as done, or counts one more try of it.
pub(crate) async fn mark(conn: &mut Conn, key: UpdateKey, at: Timestamp) -> Result<Tries, Fault> {
    let (count, first_at) = diesel::insert_into(updates::table)
        .values((
            updates::bot.eq(key.bot),
            updates::update_id.eq(key.update),
            updates::tries.eq(1),
            updates::at.eq(at.as_micros()),
        ))
        .on_conflict((updates::bot, updates::update_id))
        .do_update()
        .set(updates::tries.eq(updates::tries + 1))
        .returning((updates::tries, updates::at))
        .prepared()
        .get_result::<(i64, i64)>(conn)
        .await?;
    Ok(Tries { count, first_at: Timestamp::from_micros(first_at) })
}

/// Keeps an update that could not be taken, once, and marks it as done if its number is known.
pub(crate) async fn bury(conn: &mut Conn, dead: DeadUpdate) -> Result<(), Fault> {
    tx(conn, move |conn| async move { dig(conn, &dead).await }.boxed()).await
}

async fn dig(conn: &mut Conn, dead: &DeadUpdate) -> Result<(), Fault> {
    if let Some(update) = dead.update {
        diesel::insert_into(updates::table)
            .values((
                updates::bot.eq(dead.bot),
                updates::update_id.eq(update),
                updates::tries.eq(1),
                updates::at.eq(dead.at.as_micros()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
    }
    diesel::insert_into(dead_updates::table)
        .values((
            dead_updates::bot.eq(dead.bot),
            dead_updates::digest.eq(digest(dead)),
            dead_updates::update_id.eq(dead.update),
            dead_updates::body.eq(&dead.body),
            dead_updates::reason.eq(&dead.reason),
            dead_updates::at.eq(dead.at.as_micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// What makes a dead update the same again: its number, else its body.
fn digest(dead: &DeadUpdate) -> Vec<u8> {
    dead.update.map_or_else(|| Sha256::digest(&dead.body).to_vec(), |update| update.to_be_bytes().to_vec())
}

/// Whether an update is done or buried.
pub(crate) async fn is_done(conn: &mut Conn, key: UpdateKey) -> Result<bool, Fault> {
    let marked = updates::table.find((key.bot, key.update));
    let buried = dead_updates::table
        .filter(dead_updates::bot.eq(key.bot).and(dead_updates::digest.eq(key.update.to_be_bytes().to_vec())));
    let done = diesel::select(diesel::dsl::exists(marked).or(diesel::dsl::exists(buried)));
    Ok(done.get_result::<bool>(conn).await?)
}

/// Removes what is old; how many rows went.
pub(crate) async fn purge(conn: &mut Conn, marks_before: Timestamp, dead_before: Timestamp) -> Result<u64, Fault> {
    let marks = updates::table.filter(updates::at.lt(marks_before.as_micros()));
    let marks = diesel::delete(marks).execute(conn).await?;
    let dead = dead_updates::table.filter(dead_updates::at.lt(dead_before.as_micros()));
    let dead = diesel::delete(dead).execute(conn).await?;
    let files = input_files::table.filter(input_files::at.lt(dead_before.as_micros()));
    let files = diesel::delete(files).execute(conn).await?;
    let targets = broadcasts::purge(conn, dead_before).await?;
    Ok(u64::try_from(marks + dead + files + targets).unwrap_or(u64::MAX))
}
