//! The port on a database: each call is a task of its own on a pooled connection, and the caller waits for it with a limit.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::generation::Generation;
use domain::ids::{CallbackToken, ChatId, GenerationId, ModelId, TaskId, UserId};
use domain::ledger::{Unit, Wallet};
use domain::ports::{
    AuditReport, ChangeSet, Claim, Commit, DeadUpdate, JobKind, Lease, Message, Orphan, PartMark, Session,
    StatementLine, Store, StoreError, StoreResult, UpdateKey,
};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::address::{DatabaseUrl, Place};
use crate::error::{ConnectError, Fault};
use crate::rows::{Wanted, codes};
use crate::{migrations, postgres, sqlite};

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

/// An audit reads every row once; past this something is wrong with the database.
const AUDIT_TIMEOUT: Duration = Duration::from_secs(30 * 60);

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

/// The [`Store`] on SQLite or PostgreSQL.
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
                    postgres::queries::$module::$function(&mut conn, $($argument),*).await
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

impl SqlStore {
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
        metrics::histogram!("store_call_seconds", "call" => call, "outcome" => outcome).record(begun.elapsed());
        result
    }

    async fn touch(&self) -> StoreResult<()> {
        ask!(self, writer, health::now()).map(drop)
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let change = Arc::new(change.clone());
        ask!(self, writer, commit::commit(change))
    }

    async fn session(&self, chat: ChatId) -> StoreResult<Option<Session>> {
        ask!(self, reader, people::session(chat))
    }

    async fn session_of(&self, user: UserId) -> StoreResult<Option<Session>> {
        ask!(self, reader, people::session_of(user))
    }

    async fn generation(&self, id: GenerationId) -> StoreResult<Option<Generation>> {
        ask!(self, reader, generations::generation(id))
    }

    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>> {
        let token = token.clone();
        ask!(self, reader, generations::by_token(token))
    }

    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>> {
        let task = task.clone();
        ask!(self, reader, generations::of_task(task))
    }

    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>> {
        ask!(self, reader, generations::live(user))
    }

    async fn history(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<Generation>> {
        ask!(self, reader, generations::history(user, skip, limit))
    }

    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64> {
        ask!(self, reader, generations::queue_position(id))
    }

    async fn usual_duration(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Duration>> {
        let model = model.clone();
        ask!(self, reader, generations::usual_duration(model, sample))
    }

    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>> {
        ask!(self, reader, ledger::statement(user, skip, limit))
    }

    async fn wallet(&self, user: UserId, unit: Unit) -> StoreResult<Wallet> {
        ask!(self, reader, wallets::wallet(user, unit))
    }

    async fn next_message(&self, user: UserId) -> StoreResult<Option<Message>> {
        ask!(self, reader, messages::next(user))
    }

    async fn result_parts(&self, generation: GenerationId) -> StoreResult<Vec<PartMark>> {
        ask!(self, reader, messages::result_parts(generation))
    }

    async fn note_window(&self, user: UserId, version: i64, message: i64) -> StoreResult<()> {
        ask!(self, writer, people::note_window(user, version, message))
    }

    async fn note_progress(&self, id: GenerationId, message: i64) -> StoreResult<()> {
        ask!(self, writer, generations::note_progress(id, message))
    }

    async fn claim(&self, claim: Claim<'_>) -> StoreResult<Vec<Lease>> {
        let wanted = Wanted::of(claim);
        ask!(self, writer, jobs::claim(wanted))
    }

    async fn hand_back(&self, owner: &str) -> StoreResult<u64> {
        let owner = owner.to_owned();
        ask!(self, writer, jobs::hand_back(owner))
    }

    async fn next_due(&self, kinds: &[JobKind]) -> StoreResult<Option<Timestamp>> {
        let kinds = codes(kinds);
        ask!(self, reader, jobs::next_due(kinds))
    }

    async fn queue_depth(&self, now: Timestamp) -> StoreResult<u64> {
        ask!(self, reader, jobs::depth(now))
    }

    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()> {
        let dead = dead.clone();
        ask!(self, writer, updates::bury(dead))
    }

    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool> {
        ask!(self, reader, updates::is_done(key))
    }

    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool> {
        let (name, owner) = (name.to_owned(), owner.to_owned());
        ask!(self, writer, singletons::hold(name, owner, now, lease))
    }

    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>> {
        ask!(self, reader, generations::orphan(generation))
    }

    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>> {
        ask!(self, reader, generations::orphans(limit))
    }

    async fn purge(&self, marks_before: Timestamp, dead_before: Timestamp) -> StoreResult<u64> {
        ask!(self, writer, updates::purge(marks_before, dead_before))
    }

    async fn now(&self) -> StoreResult<Timestamp> {
        ask!(self, reader, health::now())
    }

    async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        let applied = ask!(self, reader, health::applied())?;
        Ok(migrations::missing(&applied))
    }

    async fn audit(&self) -> StoreResult<AuditReport> {
        ask!(self, AUDIT_TIMEOUT, reader, audit::audit())
    }

    fn kind(&self) -> &'static str {
        match self.backend {
            Backend::Postgres(_) => "postgres",
            Backend::Sqlite(_) => "sqlite",
        }
    }
}
