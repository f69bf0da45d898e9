//! Random values that all instances share.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::error::Fault;
use crate::schema::keepsakes;

/// The value of this name; `fresh` becomes it if there is none.
pub(crate) async fn keepsake(conn: &mut Conn, name: String, fresh: [u8; 32]) -> Result<[u8; 32], Fault> {
    if let Some(known) = stored(conn, &name).await? {
        return Ok(known);
    }
    // Of two who come first at once, the second one waits here and then reads what the first one left.
    let row = (keepsakes::name.eq(&name), keepsakes::value.eq(fresh.as_slice()));
    diesel::insert_into(keepsakes::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    stored(conn, &name).await?.ok_or_else(|| Fault::Row(format!("the keepsake `{name}` is gone at once")))
}

/// The value itself is a secret: an error only says how long it is.
async fn stored(conn: &mut Conn, name: &str) -> Result<Option<[u8; 32]>, Fault> {
    let value = keepsakes::table.find(name).select(keepsakes::value).first::<Vec<u8>>(conn).await.optional()?;
    let sized = |value: Vec<u8>| {
        let length = value.len();
        value.try_into().map_err(|_| Fault::row("keepsakes.value (its length)", length))
    };
    value.map(sized).transpose()
}
