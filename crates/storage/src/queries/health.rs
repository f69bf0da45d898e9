//! The database about itself: its clock, and which migrations it knows.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;

use super::{Conn, dialect};
use crate::error::Fault;

#[derive(QueryableByName)]
struct Figure {
    #[diesel(sql_type = BigInt)]
    figure: i64,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The database's clock.
pub(crate) async fn now(conn: &mut Conn) -> Result<Timestamp, Fault> {
    let row = diesel::sql_query(dialect::NOW).get_result::<Figure>(conn).await?;
    Ok(Timestamp::from_micros(row.figure))
}

/// The versions of the migrations that were applied.
pub(crate) async fn applied(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let tables = diesel::sql_query(dialect::MIGRATION_TABLES).get_result::<Figure>(conn).await?;
    if tables.figure == 0 {
        return Ok(Vec::new());
    }
    let rows = diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load::<Version>(conn).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}
