//! SQLite: its connection, its pools, its transactions, and its words of the queries.

mod connection;

#[path = "../pool.rs"]
mod pool;
#[path = "../queries/mod.rs"]
pub(crate) mod queries;

use diesel::SqliteConnection;
use diesel::connection::AnsiTransactionManager;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, TransactionManager};
use futures_util::future::BoxFuture;

use crate::error::Fault;

#[cfg(feature = "conformance")]
pub(crate) use connection::establish;
pub(crate) use connection::{Database, SETUP, open, prepare_directory};

/// The connection that the queries are compiled for.
pub(crate) type Conn = SyncConnectionWrapper<SqliteConnection>;

/// The one way to write: everything that `work` does, or nothing. IMMEDIATE, so that nobody waits for a lock half-way.
///
/// # Errors
/// Those of `work`, after all is undone; that of the commit itself.
pub(crate) async fn tx<T, W>(conn: &mut Conn, work: W) -> Result<T, Fault>
where
    W: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Fault>>,
{
    within(conn, "BEGIN IMMEDIATE", work).await
}

/// The one way to read several rows as they were at one moment: in WAL mode a transaction sees what stood at its first read.
///
/// # Errors
/// Those of `work`.
pub(crate) async fn snapshot<T, W>(conn: &mut Conn, work: W) -> Result<T, Fault>
where
    W: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Fault>>,
{
    within(conn, "BEGIN DEFERRED", work).await
}

async fn within<T, W>(conn: &mut Conn, begin: &'static str, work: W) -> Result<T, Fault>
where
    W: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Fault>>,
{
    conn.spawn_blocking(move |conn| AnsiTransactionManager::begin_transaction_sql(conn, begin)).await?;
    match work(conn).await {
        Ok(value) => {
            <Conn as AsyncConnection>::TransactionManager::commit_transaction(conn).await?;
            Ok(value)
        }
        Err(fault) => {
            // If this fails too, the pool throws the connection away, and with it what was begun.
            if let Err(error) = <Conn as AsyncConnection>::TransactionManager::rollback_transaction(conn).await {
                tracing::debug!(%error, "a rollback failed");
            }
            Err(fault)
        }
    }
}

/// SQLite's words.
pub(crate) mod dialect {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;

    use super::Conn;
    use crate::error::Fault;

    diesel::table! {
        /// One row: the fencing number that was given last.
        job_fences (last) {
            last -> BigInt,
        }
    }

    /// An immediate transaction is alone already.
    macro_rules! for_update {
        ($query:expr) => {
            $query
        };
    }

    /// An immediate transaction is alone already.
    macro_rules! skip_locked {
        ($query:expr) => {
            $query
        };
    }

    /// Two statements on different tables; how many rows each one touched.
    macro_rules! both {
        ($conn:expr, $first:expr, $second:expr) => {
            ($first.execute($conn).await?, $second.execute($conn).await?)
        };
    }

    pub(crate) use {both, for_update, skip_locked};

    /// The machine's clock as `figure`, in microseconds since 1970 (SQLite knows milliseconds).
    pub(crate) const NOW: &str = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) * 1000 AS figure";

    /// How many tables there are that list migrations, as `figure`.
    pub(crate) const MIGRATION_TABLES: &str =
        "SELECT COUNT(*) AS figure FROM sqlite_master WHERE name = '__diesel_schema_migrations'";

    /// A condition: a dead update's body names a payment.
    pub(crate) const BEARS_PAYMENT: &str = "instr(body, CAST('successful_payment' AS BLOB)) > 0";

    /// An expression: the hexadecimal digits of a column of bytes.
    pub(crate) fn hex(column: &str) -> String {
        format!("lower(hex({column}))")
    }

    /// An expression: a text up to its first colon.
    pub(crate) fn before_colon(column: &str) -> String {
        format!("substr({column}, 1, instr({column} || ':', ':') - 1)")
    }

    /// A fencing number that no claim had before.
    pub(crate) async fn next_fence(conn: &mut Conn) -> Result<i64, Fault> {
        let next = diesel::update(job_fences::table).set(job_fences::last.eq(job_fences::last + 1));
        Ok(next.returning(job_fences::last).get_result::<i64>(conn).await?)
    }
}
