//! Migrations: embedded, forward and back, under a lock, so that several instances may start at once.
//!
//! A database that knows more than this binary is no error: during a deploy the old and the new version overlap.

use std::path::Path;
use std::time::Duration;

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::sqlite::Sqlite;
use diesel::{Connection, SqliteConnection};
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::address::{DatabaseUrl, Place};
use crate::error::{ConnectError, Fault};
use crate::{postgres, sqlite};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// The lock under which PostgreSQL is migrated: one number for all versions of this program.
const LOCK: i64 = 0x6b69_6562_6f74_0001;

/// How long one waits for another instance's migrations.
const LOCK_WAIT: Duration = Duration::from_secs(120);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Applies what is missing and returns the names of what was applied. Needs a multi-threaded runtime. Through a pooler that shares sessions
/// the lock does not hold: give a direct address.
///
/// # Errors
/// See [`ConnectError`]; a failed migration leaves nothing behind.
pub async fn migrate(url: &DatabaseUrl) -> Result<Vec<String>, ConnectError> {
    run(url, Direction::Forward).await
}

/// The names of the migrations that the database lacks.
///
/// # Errors
/// See [`ConnectError`].
pub async fn pending(url: &DatabaseUrl) -> Result<Vec<String>, ConnectError> {
    let unreachable = |detail: String| ConnectError::Unreachable { address: url.to_string(), detail };
    let fault = |fault: Fault| unreachable(domain::ports::StoreError::from(fault).to_string());
    let applied = match url.place() {
        Place::Postgres(place) => {
            let server = postgres::Server::new(url, place, CONNECT_TIMEOUT, None)?;
            let mut conn = server.connect().await.map_err(|error| unreachable(error.to_string()))?;
            postgres::queries::health::applied(&mut conn).await.map_err(fault)?
        }
        Place::Sqlite(path) if !path.exists() => Vec::new(),
        Place::Sqlite(path) => {
            let database = sqlite::open(path, &crate::PoolOptions::default());
            let mut conn = database.reader().await.map_err(fault)?;
            sqlite::queries::health::applied(&mut conn).await.map_err(fault)?
        }
    };
    Ok(missing(&applied))
}

/// Takes back the last `count` migrations with everything in their tables, and returns their names, last first. For tests.
///
/// # Errors
/// See [`ConnectError`].
pub async fn rollback(url: &DatabaseUrl, count: usize) -> Result<Vec<String>, ConnectError> {
    run(url, Direction::Back(count)).await
}

/// The names of the known migrations whose versions are not among `applied`.
pub(crate) fn missing(applied: &[String]) -> Vec<String> {
    let known = known().into_iter();
    known.filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect()
}

/// Version and name of every migration, in order; the same for both backends (a check of `cargo xtask ci`).
fn known() -> Vec<(String, String)> {
    let migrations: Vec<Box<dyn Migration<Sqlite>>> = SQLITE.migrations().expect("embedded migrations are in memory");
    let mut known: Vec<_> = migrations
        .iter()
        .map(|migration| (migration.name().version().to_string(), migration.name().to_string()))
        .collect();
    known.sort();
    known
}

fn names(versions: &[String]) -> Vec<String> {
    let known = known();
    let name = |version: &String| known.iter().find(|(of, _)| of == version).map(|(_, name)| name.clone());
    versions.iter().map(|version| name(version).unwrap_or_else(|| version.clone())).collect()
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Back(usize),
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Direction {
    fn apply<B: diesel::backend::Backend>(
        self,
        harness: &mut impl MigrationHarness<B>,
        migrations: fn() -> EmbeddedMigrations,
    ) -> Result<Vec<String>, Failure>
    where
        EmbeddedMigrations: MigrationSource<B>,
    {
        let text = |version: &MigrationVersion<'_>| version.to_string();
        match self {
            Self::Forward => Ok(harness.run_pending_migrations(migrations())?.iter().map(text).collect()),
            Self::Back(count) => (0..count).map(|_| Ok(text(&harness.revert_last_migration(migrations())?))).collect(),
        }
    }
}

async fn run(url: &DatabaseUrl, direction: Direction) -> Result<Vec<String>, ConnectError> {
    let unreachable = |detail: String| ConnectError::Unreachable { address: url.to_string(), detail };
    let done = match url.place() {
        Place::Postgres(place) => {
            let server = postgres::Server::new(url, place, CONNECT_TIMEOUT, None)?;
            let conn = server.connect().await.map_err(|error| unreachable(error.to_string()))?;
            on_postgres(conn, direction).await
        }
        Place::Sqlite(path) => {
            sqlite::prepare_directory(path)?;
            let path = path.clone();
            let work = tokio::task::spawn_blocking(move || on_sqlite(&path, direction));
            work.await.map_err(|error| ConnectError::Migration(error.to_string()))?
        }
    };
    done.map(|versions| names(&versions)).map_err(|error| ConnectError::Migration(error.to_string()))
}

async fn on_postgres(mut conn: postgres::Conn, direction: Direction) -> Result<Vec<String>, Failure> {
    let wait = LOCK_WAIT.as_millis();
    conn.batch_execute(&format!("SET lock_timeout = {wait}; SELECT pg_advisory_lock({LOCK}); RESET lock_timeout"))
        .await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let done = direction.apply(&mut harness, || POSTGRES);
    // The lock would go with the connection; saying so spares the next one the wait for the server to notice.
    harness.into_inner().batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})")).await?;
    done
}

/// All of them in one immediate transaction, which is SQLite's lock.
fn on_sqlite(path: &Path, direction: Direction) -> Result<Vec<String>, Failure> {
    use diesel::connection::SimpleConnection;

    let path = path.to_str().ok_or("the path is not UTF-8")?;
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(sqlite::SETUP)?;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {}", LOCK_WAIT.as_millis()))?;
    conn.immediate_transaction(|conn| direction.apply(conn, || SQLITE))
}
