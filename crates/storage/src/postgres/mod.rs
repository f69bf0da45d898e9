//! PostgreSQL: its connection, its pool, its transactions, and its words of the queries.

mod both;
mod connection;
mod pooled;

#[path = "../pool.rs"]
mod pool;
#[path = "../queries/mod.rs"]
pub(crate) mod queries;

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;

use crate::error::Fault;

pub(crate) use connection::{Database, Server, open};

/// The connection that the queries are compiled for.
pub(crate) type Conn = AsyncPgConnection;

/// The one way to write: everything that `work` does, or nothing. READ COMMITTED, because every write that matters is conditional.
///
/// # Errors
/// Those of `work`, after all is undone; that of the commit itself.
pub(crate) async fn tx<T, W>(conn: &mut Conn, work: W) -> Result<T, Fault>
where
    W: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Fault>>,
{
    if !pooled::is_open(conn) {
        AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    }
    let result = work(conn).await;
    pooled::end(conn, result).await
}

/// The one way to read several rows as they were at one moment. Has no statement timeout: an audit reads everything.
///
/// # Errors
/// Those of `work`.
pub(crate) async fn snapshot<T, W>(conn: &mut Conn, work: W) -> Result<T, Fault>
where
    W: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Fault>>,
{
    const LEVEL: &str = "ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0";
    if pooled::is_open(conn) {
        // The call's transaction has asked nothing yet, so it may still become another one.
        conn.batch_execute(&format!("SET TRANSACTION {LEVEL}")).await?;
    } else {
        AnsiTransactionManager::begin_transaction_sql(conn, &format!("BEGIN {LEVEL}")).await?;
    }
    let result = work(conn).await;
    pooled::end(conn, result).await
}

/// PostgreSQL's words.
pub(crate) mod dialect {
    use diesel::sql_types::Text;
    use diesel_async::RunQueryDsl;

    use super::Conn;
    use crate::error::Fault;

    /// The rows that a query finds are locked until the transaction ends.
    macro_rules! for_update {
        ($query:expr) => {
            $query.for_update()
        };
    }

    /// The same, without waiting for rows that somebody else has locked.
    macro_rules! skip_locked {
        ($query:expr) => {
            $query.for_update().skip_locked()
        };
    }

    /// Two statements on different tables in one round trip; how many rows each one touched.
    macro_rules! both {
        ($conn:expr, $first:expr, $second:expr) => {
            $crate::postgres::both::counts(
                $crate::postgres::both::Both::new($first, $second).get_result::<(i64, i64)>($conn).await?,
            )
        };
    }

    pub(crate) use {both, for_update, skip_locked};

    /// The server's clock as `figure`, in microseconds since 1970.
    pub(crate) const NOW: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS figure";

    /// How many tables there are that list migrations, as `figure`.
    pub(crate) const MIGRATION_TABLES: &str = "SELECT COUNT(*) AS figure FROM pg_catalog.pg_tables \
         WHERE tablename = '__diesel_schema_migrations' AND schemaname = ANY (current_schemas(false))";

    /// A condition: a dead update's body names a payment.
    pub(crate) const BEARS_PAYMENT: &str = "position('successful_payment'::bytea IN body) > 0";

    /// An expression: the hexadecimal digits of a column of bytes.
    pub(crate) fn hex(column: &str) -> String {
        format!("encode({column}, 'hex')")
    }

    /// An expression: a text up to its first colon.
    pub(crate) fn before_colon(column: &str) -> String {
        format!("split_part({column}, ':', 1)")
    }

    diesel::define_sql_function! {
        fn nextval(sequence: Text) -> BigInt;
    }

    /// A fencing number that no claim had before.
    pub(crate) async fn next_fence(conn: &mut Conn) -> Result<i64, Fault> {
        Ok(diesel::select(nextval("job_fences")).get_result::<i64>(conn).await?)
    }
}
