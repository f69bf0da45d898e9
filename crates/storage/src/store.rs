//! A database as the store of a process: each call is a task of its own on a pooled connection, and the caller waits for it with a limit.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::ports::{StoreError, StoreResult};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::address::{DatabaseUrl, Place};
use crate::error::{ConnectError, Fault};
use crate::{postgres, sqlite};

/// How many connections, and how long one waits. The defaults suit a small server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolOptions {
    /// Connections at most. SQLite: readers; the one writer comes on top.
    pub size: u32,
    /// For a connection to be made.
    pub connect_timeout: Duration,
    /// For a call, the wait for a free connection included. A statement of PostgreSQL is broken off then; a change whose caller went away
    /// ends by itself, one way or the other.
    pub call_timeout: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { size: 8, connect_timeout: Duration::from_secs(5), call_timeout: Duration::from_secs(10) }
    }
}

/// How a pool of connections stands. The three figures at the end grow as long as the process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// `writer` and `readers` of SQLite, `all` of PostgreSQL.
    pub name: &'static str,
    /// Connections at most.
    pub size: u32,
    /// Connections that nobody uses now.
    pub idle: u32,
    /// Connections that somebody uses, or that are being made.
    pub in_use: u32,
    /// Calls that wait for a connection now.
    pub waiting: u64,
    /// Calls that had to wait so far.
    pub waited: u64,
    /// Calls that waited in vain so far.
    pub timed_out: u64,
    /// Connections that were made so far.
    pub made: u64,
}

/// Opens the database. It must be migrated; see [`crate::migrate`].
///
/// # Errors
/// See [`ConnectError`]: one connection is tried.
pub async fn connect(url: &DatabaseUrl, options: &PoolOptions) -> Result<Arc<SqlStore>, ConnectError> {
    let backend = match url.place() {
        Place::Postgres(place) => {
            let server = postgres::Server::new(url, place, options.connect_timeout, Some(options.call_timeout))?;
            Backend::Postgres(postgres::open(server, options))
        }
        Place::Sqlite(path) => {
            sqlite::prepare_directory(path)?;
            Backend::Sqlite(sqlite::open(path, options))
        }
    };
    let store = SqlStore { backend, call_timeout: options.call_timeout, tasks: TaskTracker::new() };
    // The writer first: it is the one that may turn a new SQLite file to WAL.
    let detail = match store.touch().await {
        Ok(()) => return Ok(Arc::new(store)),
        Err(error) => error.to_string(),
    };
    Err(ConnectError::Unreachable { address: url.to_string(), detail })
}

/// The [`Store`](domain::ports::Store) and the [`Reports`](domain::ports::Reports) on SQLite or PostgreSQL.
pub struct SqlStore {
    backend: Backend,
    call_timeout: Duration,
    tasks: TaskTracker,
}

enum Backend {
    Postgres(postgres::Database),
    Sqlite(sqlite::Database),
}

/// Runs a query function of the backend in a task of its own. `$side` = `writer` or `reader`; the arguments are the task's own.
macro_rules! ask {
    ($store:expr, $side:ident, $module:ident::$function:ident($($argument:expr),*)) => {
        ask!($store, $store.call_timeout, $side, $module::$function($($argument),*))
    };
    ($store:expr, $limit:expr, $side:ident, $module:ident::$function:ident($($argument:expr),*)) => {{
        let call = concat!(stringify!($module), "::", stringify!($function));
        match &$store.backend {
            Backend::Postgres(database) => {
                let database = database.clone();
                let work = async move {
                    let mut conn = database.$side().await?;
                    database.begin(&mut conn).await?;
                    let result = postgres::queries::$module::$function(&mut conn, $($argument),*).await;
                    database.end(&mut conn, result).await
                };
                $store.run(call, $limit, work).await
            }
            Backend::Sqlite(database) => {
                let database = database.clone();
                let work = async move {
                    let mut conn = database.$side().await?;
                    sqlite::queries::$module::$function(&mut conn, $($argument),*).await
                };
                $store.run(call, $limit, work).await
            }
        }
    }};
}

mod events;
mod office;
mod outreach;
mod port;
mod reports;
mod watch;

impl SqlStore {
    /// How its pools stand; nothing is asked for it.
    pub fn pools(&self) -> Vec<PoolState> {
        match &self.backend {
            Backend::Postgres(database) => database.pools(),
            Backend::Sqlite(database) => database.pools(),
        }
    }

    /// Waits until all work that was begun has ended, also that whose callers went away.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }

    /// Runs `work` to its end, whatever becomes of the caller; the caller waits for at most `limit`.
    async fn run<T: Send + 'static>(
        &self,
        call: &'static str,
        limit: Duration,
        work: impl Future<Output = Result<T, Fault>> + Send + 'static,
    ) -> StoreResult<T> {
        let begun = Instant::now();
        let task = self.tasks.spawn(work.in_current_span());
        let result = match tokio::time::timeout(limit, task).await {
            Ok(Ok(result)) => result.map_err(StoreError::from),
            Ok(Err(end)) if end.is_panic() => Err(StoreError::Defect(format!("`{call}` panicked"))),
            Ok(Err(_)) => Err(StoreError::Away(format!("`{call}` was ended by the shutdown"))),
            Err(_) => Err(StoreError::Away(format!("`{call}` gave no answer within {limit:?}"))),
        };
        let outcome = match &result {
            Ok(_) => "ok",
            Err(StoreError::Away(_)) => "away",
            Err(StoreError::Defect(_)) => "defect",
        };
        metrics::histogram!("store_call_duration_seconds", "call" => call, "outcome" => outcome)
            .record(begun.elapsed());
        result
    }

    async fn touch(&self) -> StoreResult<()> {
        ask!(self, writer, health::now()).map(drop)
    }
}
