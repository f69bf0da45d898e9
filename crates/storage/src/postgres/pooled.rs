//! Behind a pooler that lends a server's connection for one transaction only: PgBouncer in transaction mode.
//!
//! Invariants
//! - Nothing is set for a session: limits are set in each transaction, for that transaction.
//! - Every statement is within a transaction, is prepared there, and is closed before the transaction ends: the name of a statement that stays
//!   behind would be met by whoever gets that connection next.

use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AnsiTransactionManager, AsyncConnection, SimpleAsyncConnection, TransactionManager};
use tokio_postgres::tls::TlsStream;

use super::Conn;
use crate::error::Fault;

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// Takes a new connection. diesel begins with prepared statements, so even that is within a transaction. (The two settings that it makes are
/// told by the server, and the pooler keeps those for each client.)
pub(super) async fn welcome<S>(
    client: tokio_postgres::Client,
    mut connection: tokio_postgres::Connection<tokio_postgres::Socket, S>,
) -> ConnectionResult<Conn>
where
    S: TlsStream + Unpin + Send + 'static,
{
    let bad = |detail: String| ConnectionError::BadConnection(detail);
    tokio::select! {
        begun = client.batch_execute("BEGIN") => begun.map_err(|error| bad(error.to_string()))?,
        ended = &mut connection => return Err(bad(format!("the connection ended at once: {ended:?}"))),
    }
    let mut conn = Conn::try_from_client_and_connection(client, connection).await?;
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn.batch_execute("COMMIT").await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// What a call's transaction begins with. `patience`: of its statements, and of itself when nobody goes on with it.
pub(super) fn frame(patience: Option<Duration>) -> String {
    let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
    match patience.map(|patience| patience.as_millis()) {
        Some(millis) => format!(
            "{begin}; SET LOCAL statement_timeout = {millis}; SET LOCAL idle_in_transaction_session_timeout = {millis}"
        ),
        None => begin.to_owned(),
    }
}

/// Begins a call's transaction.
pub(super) async fn begin(conn: &mut Conn, frame: &str) -> Result<(), Fault> {
    Ok(AnsiTransactionManager::begin_transaction_sql(conn, frame).await?)
}

/// Whether a call's transaction is open. The call's own work may have ended it already.
pub(super) fn is_open(conn: &mut Conn) -> bool {
    matches!(Transactions::transaction_manager_status_mut(conn).transaction_depth(), Ok(Some(_)))
}

/// Ends a call's transaction as its result wants it.
pub(super) async fn end<T>(conn: &mut Conn, result: Result<T, Fault>) -> Result<T, Fault> {
    if !is_open(conn) {
        return result;
    }
    match result {
        Ok(value) => {
            Transactions::commit_transaction(conn).await?;
            Ok(value)
        }
        Err(fault) => {
            // If this fails too, the pool throws the connection away, and the server undoes what was begun.
            if let Err(error) = Transactions::rollback_transaction(conn).await {
                tracing::debug!(%error, "a rollback was not answered");
            }
            Err(fault)
        }
    }
}
