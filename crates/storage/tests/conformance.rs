//! The suite of the Store port, one named test per case and backend: `memory::reserve_and_capture`, `sqlite::reserve_and_capture`,
//! `postgres::reserve_and_capture`.
//!
//! Each test has a database of its own. Without a server every PostgreSQL case says aloud that it was skipped: see [`storage::testing`].

use std::sync::Arc;

use async_trait::async_trait;
use domain::clock::{ManualClock, Timestamp};
use domain::ports::{EventLog, Office, Outreach, Reports, Store, Watch};
use storage::conformance::{self, Backend};
use storage::memory::MemoryStore;
use storage::testing::TestDatabase;
use storage::{for_each_case, for_each_corruption};

#[path = "conformance/broken.rs"]
mod broken;

struct Memory(Arc<MemoryStore>);

#[async_trait]
impl Backend for Memory {
    fn store(&self) -> Arc<dyn Store> {
        let store: Arc<MemoryStore> = Arc::clone(&self.0);
        store
    }

    fn office(&self) -> Arc<dyn Office> {
        let office: Arc<MemoryStore> = Arc::clone(&self.0);
        office
    }

    fn outreach(&self) -> Arc<dyn Outreach> {
        let outreach: Arc<MemoryStore> = Arc::clone(&self.0);
        outreach
    }

    fn reports(&self) -> Arc<dyn Reports> {
        let reports: Arc<MemoryStore> = Arc::clone(&self.0);
        reports
    }

    fn watch(&self) -> Arc<dyn Watch> {
        let store: Arc<MemoryStore> = Arc::clone(&self.0);
        store
    }

    fn event_log(&self) -> Arc<dyn EventLog> {
        let store: Arc<MemoryStore> = Arc::clone(&self.0);
        store
    }

    async fn execute_raw(&self, _: &str) -> bool {
        false
    }
}

fn in_memory() -> Arc<dyn Backend> {
    let clock = ManualClock::new(Timestamp::from_seconds(1_790_000_000));
    Arc::new(Memory(Arc::new(MemoryStore::new(Arc::new(clock)))))
}

/// A database that a case may also spoil.
struct Sql(TestDatabase);

#[async_trait]
impl Backend for Sql {
    fn store(&self) -> Arc<dyn Store> {
        self.0.store()
    }

    fn office(&self) -> Arc<dyn Office> {
        self.0.store()
    }

    fn outreach(&self) -> Arc<dyn Outreach> {
        self.0.store()
    }

    fn watch(&self) -> Arc<dyn Watch> {
        self.0.store()
    }

    fn event_log(&self) -> Arc<dyn EventLog> {
        self.0.store()
    }

    fn reports(&self) -> Arc<dyn Reports> {
        self.0.reports()
    }

    async fn execute_raw(&self, sql: &str) -> bool {
        self.0.execute(sql).await;
        true
    }

    async fn refusal_of_raw(&self, sql: &str) -> Option<String> {
        self.0.try_execute(sql).await.err()
    }
}

async fn on_sqlite() -> Arc<dyn Backend> {
    Arc::new(Sql(TestDatabase::sqlite().await))
}

/// `None` without a server, which is noted under the name of the case.
async fn on_postgres(case: &str) -> Option<Arc<dyn Backend>> {
    let database = TestDatabase::postgres(case).await?;
    Some(Arc::new(Sql(database)))
}

/// One test per case and backend. More than one worker thread: SQLite needs it, and the races do.
macro_rules! case_tests {
    ($($group:ident { $($case:ident)* })*) => {
        mod memory {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    super::conformance::run(super::in_memory(), super::conformance::$group::$case).await;
                }
            )*)*
        }

        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    super::conformance::run(super::on_sqlite().await, super::conformance::$group::$case).await;
                }
            )*)*
        }

        mod postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    if let Some(backend) = super::on_postgres(concat!("postgres::", stringify!($case))).await {
                        super::conformance::run(backend, super::conformance::$group::$case).await;
                    }
                }
            )*)*
        }
    };
}

for_each_case!(case_tests);

/// One test per way of spoiling rows and backend with SQL.
macro_rules! corruption_tests {
    ($($group:ident { $($case:ident)* })*) => {
        mod sqlite_spoilt {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    let backend = super::on_sqlite().await;
                    super::conformance::run_spoiling(backend, super::conformance::$group::$case).await;
                }
            )*)*
        }

        mod postgres_spoilt {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    if let Some(backend) = super::on_postgres(concat!("postgres_spoilt::", stringify!($case))).await {
                        super::conformance::run_spoiling(backend, super::conformance::$group::$case).await;
                    }
                }
            )*)*
        }
    };
}

for_each_corruption!(corruption_tests);

macro_rules! names {
    ($($group:ident { $($case:ident)* })*) => {
        vec![$($(concat!(stringify!($group), "::", stringify!($case)),)*)*]
    };
}

/// A case that stands in a file and not in the list would never run: the two must name the same, each name once.
#[test]
fn every_case_is_in_the_list() {
    let listed: Vec<&str> = [for_each_case!(names), for_each_corruption!(names)].concat();
    let mut bare: Vec<&str> = listed.iter().filter_map(|name| name.split("::").nth(1)).collect();
    bare.sort_unstable();
    assert!(bare.windows(2).all(|pair| pair[0] != pair[1]), "a name stands twice: {bare:?}");
    let mut written = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/conformance")).unwrap() {
        let path = entry.unwrap().path();
        let group = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let rest = line.strip_prefix("pub async fn ");
            if let Some(name) = rest.and_then(|rest| rest.strip_suffix("(world: &World) {")) {
                written.push(format!("{group}::{name}"));
            }
        }
    }
    let mut listed: Vec<_> = listed.into_iter().map(str::to_owned).collect();
    listed.sort_unstable();
    written.sort_unstable();
    assert_eq!(listed, written);
}
