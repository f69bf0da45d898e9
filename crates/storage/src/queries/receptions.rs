//! Where updates shall go.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::schema::receptions;

/// Notes what the installation says that is being started.
pub(crate) async fn set(conn: &mut Conn, bot: i64, address: String, at: Timestamp) -> Result<(), Fault> {
    let word = (receptions::address.eq(&address), receptions::at.eq(at.as_micros()));
    diesel::insert_into(receptions::table)
        .values((receptions::bot.eq(bot), word))
        .on_conflict(receptions::bot)
        .do_update()
        .set(word)
        .prepared()
        .execute(conn)
        .await?;
    Ok(())
}

/// What the installation said that was started last.
pub(crate) async fn last(conn: &mut Conn, bot: i64) -> Result<Option<String>, Fault> {
    Ok(receptions::table.find(bot).select(receptions::address).first::<String>(conn).await.optional()?)
}
