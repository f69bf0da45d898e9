//! Throwaway databases for tests: a fresh, migrated SQLite file, or a database of its own on the server that TEST_DATABASE_URL names.
//!
//! A PostgreSQL case that cannot run is never silent: it says so, and adds its name to the file that KIEBOT_PG_SKIPPED_LOG names, in which
//! `cargo xtask test` counts them. Needs a multi-threaded runtime.

use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use diesel_async::SimpleAsyncConnection;
use domain::ports::{EventLog, Office, Outreach, Reports, Store, Watch};

use crate::address::{DatabaseUrl, Place};
use crate::conformance::Backend;
use crate::store::{PoolOptions, SqlStore, connect};
use crate::{migrate, postgres, sqlite};

/// One test per case and SQL backend, `sqlite::<case>` and `postgres::<case>`; a case is an `async fn(Arc<TestDatabase>)`.
#[macro_export]
macro_rules! on_both_databases {
    ($($case:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                super::$case(std::sync::Arc::new($crate::testing::TestDatabase::sqlite().await)).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                let case = concat!(module_path!(), "::", stringify!($case));
                if let Some(database) = $crate::testing::TestDatabase::postgres(case).await {
                    super::$case(std::sync::Arc::new(database)).await;
                }
            })*
        }
    };
}

/// A migrated database that is gone when this is dropped.
pub struct TestDatabase {
    store: Arc<SqlStore>,
    url: DatabaseUrl,
    rubbish: Rubbish,
}

/// How much of a shop's life is made up.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    /// Users, all of them people.
    pub users: u64,
    /// Generations, some of them still under way.
    pub generations: u64,
    /// Transfers of the ledger, those of generations included.
    pub transfers: u64,
}

/// What is to be cleared away.
enum Rubbish {
    Directory(PathBuf),
    Database { server: DatabaseUrl, name: String },
}

/// Patient: hundreds of parallel commits on a busy machine are no outage.
const PATIENT: PoolOptions =
    PoolOptions { size: 8, connect_timeout: Duration::from_secs(30), call_timeout: Duration::from_secs(60) };

impl TestDatabase {
    /// On SQLite.
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn sqlite() -> Self {
        let directory = std::env::temp_dir().join(unique());
        let address = format!("sqlite://{}", directory.join("test.db").display());
        let url = DatabaseUrl::parse(&address).expect("the address is well-formed");
        Self::open(url, Rubbish::Directory(directory)).await
    }

    /// On PostgreSQL; `None` if there is no server, which is noted under the name of the case.
    ///
    /// # Panics
    /// If there is a server and it cannot be used.
    pub async fn postgres(case: &str) -> Option<Self> {
        let Some(address) = server_address() else {
            note_skipped(case);
            return None;
        };
        let server = DatabaseUrl::parse(&address).expect("TEST_DATABASE_URL is an address");
        let name = unique();
        administer(&server, &format!("CREATE DATABASE {name}")).await;
        let url = with_database(&address, &name);
        Some(Self::open(url, Rubbish::Database { server, name }).await)
    }

    async fn open(url: DatabaseUrl, rubbish: Rubbish) -> Self {
        migrate(&url).await.expect("the migrations apply");
        let store = connect(&url, &PATIENT).await.expect("the new database answers");
        Self { store, url, rubbish }
    }

    /// The store. Each call gives the same one.
    pub fn store(&self) -> Arc<SqlStore> {
        Arc::clone(&self.store)
    }

    /// Where it is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs SQL past the store, on a connection of its own.
    ///
    /// # Panics
    /// If the database refuses it.
    pub async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.unwrap_or_else(|error| panic!("`{sql}`: {error}"));
    }

    /// The same, for SQL that the database should refuse.
    ///
    /// # Errors
    /// What the database said.
    pub async fn try_execute(&self, sql: &str) -> Result<(), String> {
        self.raw().await.execute(sql).await
    }

    /// Runs SQL within a transaction that stays open, so that its locks stand until [`Raw::execute`] ends it or it is dropped.
    ///
    /// # Panics
    /// If the database refuses it.
    pub async fn begin(&self, sql: &str) -> Raw {
        let mut raw = self.raw().await;
        let begin = if self.url.kind() == "sqlite" { "BEGIN IMMEDIATE" } else { "BEGIN" };
        raw.execute(&format!("{begin}; {sql}")).await.unwrap_or_else(|error| panic!("`{sql}`: {error}"));
        raw
    }

    /// Fills it with a year of a shop's life: `seed.sql`, which `cargo xtask seed` fills any database with. Only on PostgreSQL.
    ///
    /// # Panics
    /// If the database refuses it: it is not empty, or so many transfers are too few for the rest.
    pub async fn seed(&self, seed: Seed) {
        let mut raw = self.raw().await;
        let Seed { users, generations, transfers } = seed;
        let sizes = format!(
            "SET kiebot.users = '{users}'; SET kiebot.generations = '{generations}'; SET kiebot.transfers = '{transfers}'"
        );
        for sql in [sizes.as_str(), include_str!("../seed.sql"), "VACUUM ANALYZE"] {
            raw.execute(sql).await.unwrap_or_else(|error| panic!("the seed: {error}"));
        }
    }

    async fn raw(&self) -> Raw {
        match self.url.place() {
            Place::Postgres(place) => {
                let server = postgres::Server::new(&self.url, place, PATIENT.connect_timeout, None);
                let conn = server.expect("it was opened before").connect().await;
                Raw(RawConn::Postgres(Box::new(conn.expect("the server answers"))))
            }
            Place::Sqlite(path) => {
                let conn = sqlite::establish(path.clone(), sqlite::SETUP.to_owned()).await;
                Raw(RawConn::Sqlite(Box::new(conn.expect("the file is there"))))
            }
        }
    }
}

/// A connection past the store.
pub struct Raw(RawConn);

enum RawConn {
    Postgres(Box<postgres::Conn>),
    Sqlite(Box<sqlite::Conn>),
}

impl Raw {
    /// Runs SQL.
    ///
    /// # Errors
    /// What the database said.
    pub async fn execute(&mut self, sql: &str) -> Result<(), String> {
        let done = match &mut self.0 {
            RawConn::Postgres(conn) => conn.batch_execute(sql).await,
            RawConn::Sqlite(conn) => conn.batch_execute(sql).await,
        };
        done.map_err(|error| error.to_string())
    }
}

#[async_trait]
impl Backend for TestDatabase {
    fn store(&self) -> Arc<dyn Store> {
        let store: Arc<SqlStore> = self.store();
        store
    }

    fn office(&self) -> Arc<dyn Office> {
        let store: Arc<SqlStore> = self.store();
        store
    }

    fn outreach(&self) -> Arc<dyn Outreach> {
        let store: Arc<SqlStore> = self.store();
        store
    }

    fn watch(&self) -> Arc<dyn Watch> {
        let store: Arc<SqlStore> = self.store();
        store
    }

    fn event_log(&self) -> Arc<dyn EventLog> {
        let store: Arc<SqlStore> = self.store();
        store
    }

    fn reports(&self) -> Arc<dyn Reports> {
        let reports: Arc<SqlStore> = self.store();
        reports
    }

    async fn execute_raw(&self, sql: &str) -> bool {
        self.execute(sql).await;
        true
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.rubbish {
            Rubbish::Directory(path) => {
                if let Err(error) = std::fs::remove_dir_all(path) {
                    eprintln!("`{}` stays: {error}", path.display());
                }
            }
            Rubbish::Database { server, name } => {
                let (server, sql) = (server.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
                // A runtime of its own: this may run while the test's is unwinding.
                let thread = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                    runtime.expect("a runtime starts").block_on(administer(&server, &sql));
                });
                if thread.join().is_err() {
                    eprintln!("the database `{name}` stays");
                }
            }
        }
    }
}

/// Where PostgreSQL for tests is.
pub fn server_address() -> Option<String> {
    variable("TEST_DATABASE_URL")
}

/// Notes, loudly, that a case did not run.
pub fn note_skipped(case: &str) {
    eprintln!("SKIPPED: {case}: TEST_DATABASE_URL names no PostgreSQL; `cargo xtask test` starts one");
    if let Some(path) = variable("KIEBOT_PG_SKIPPED_LOG") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        // One write: processes of many tests append to this file, and a line in pieces would mix with theirs.
        let noted = file.and_then(|mut file| file.write_all(format!("{case}\n").as_bytes()));
        noted.unwrap_or_else(|error| panic!("cannot note a skipped case in `{path}`: {error}"));
    }
}

/// A variable of the environment; an empty one counts as not set.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are configured by a few variables, and there is no `bot::config` here"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The same server, another database.
fn with_database(address: &str, name: &str) -> DatabaseUrl {
    let (place, parameters) = address.split_once('?').map_or((address, None), |(place, rest)| (place, Some(rest)));
    let (scheme, rest) = place.split_once("://").expect("it was parsed");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let parameters = parameters.map_or_else(String::new, |parameters| format!("?{parameters}"));
    DatabaseUrl::parse(&format!("{scheme}://{host}/{name}{parameters}")).expect("only the database was changed")
}

async fn administer(server: &DatabaseUrl, sql: &str) {
    let Place::Postgres(place) = server.place() else { panic!("TEST_DATABASE_URL is no address of PostgreSQL") };
    let connection = postgres::Server::new(server, place, PATIENT.connect_timeout, None);
    let mut conn = connection.expect("its TLS is usable").connect().await.expect("TEST_DATABASE_URL answers");
    conn.batch_execute(sql).await.unwrap_or_else(|error| panic!("`{sql}`: {error}"));
}

/// A name that no other test has, in this process or another one.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    // The hasher's keys are random per process.
    let chance = RandomState::new().hash_one(count);
    format!("kiebot_test_{}_{count}_{chance:x}", std::process::id())
}

/// Host and port of a PostgreSQL server that is reached by TCP, for a proxy before it.
///
/// # Panics
/// If it is reached in another way.
pub fn tcp_address(url: &DatabaseUrl) -> String {
    let Place::Postgres(place) = url.place() else { panic!("`{url}` is no server") };
    let port = place.config.get_ports().first().copied().unwrap_or(5432);
    match place.config.get_hosts().first() {
        Some(tokio_postgres::config::Host::Tcp(name)) => format!("{name}:{port}"),
        other => panic!("{other:?} is not reached by TCP: TEST_DATABASE_URL wants a host name or an address"),
    }
}

/// The same database, reached through this port of this machine, with parameters of the address from its `?` on.
///
/// # Panics
/// If it is no PostgreSQL.
pub fn at_port(url: &DatabaseUrl, port: u16, parameters: &str) -> DatabaseUrl {
    let Place::Postgres(place) = url.place() else { panic!("`{url}` is no server") };
    let mut parts = String::from("postgres://");
    if let Some(user) = place.config.get_user() {
        parts.push_str(user);
        if let Some(password) = place.config.get_password() {
            parts.push_str(&format!(":{}", String::from_utf8_lossy(password)));
        }
        parts.push('@');
    }
    let name = place.config.get_dbname().expect("a test's database has a name");
    DatabaseUrl::parse(&format!("{parts}localhost:{port}/{name}{parameters}")).expect("only the place was changed")
}
