//! Databases that are away, slow, or back again; and callers that went away.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use domain::ports::{Commit, Store, StoreError};
use futures_util::future::join_all;
use storage::conformance::{Backend, World};
use storage::testing::TestDatabase;
use storage::{ConnectError, DatabaseUrl, PoolOptions, connect, migrate, on_both_databases};

on_both_databases! {
    a_commit_whose_caller_went_away_is_whole
    a_commit_that_takes_too_long_is_an_outage_and_its_repeat_is_harmless
}

const IMPATIENT: PoolOptions =
    PoolOptions { size: 4, connect_timeout: Duration::from_secs(5), call_timeout: Duration::from_millis(300) };

fn world(database: &Arc<TestDatabase>) -> World {
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(database);
    World::new(backend)
}

/// The work is a task of its own: dropping the call after its first step does not undo or halve it.
async fn a_commit_whose_caller_went_away_is_whole(database: Arc<TestDatabase>) {
    let world = world(&database);
    let person = world.funded(100).await;
    let order = world.order(&person, 60);
    let store = database.store();
    {
        let change = world.confirm(&order);
        let mut call = pin!(store.commit(&change));
        assert!(matches!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    }
    store.drain().await;
    assert_eq!(world.generation(order.generation.id).await, order.generation);
    assert_eq!(world.money(&person).await, (100, 60));
    world.assert_audit_is_clean().await;
}

/// Somebody sits on the wallets for longer than anybody waits.
async fn a_commit_that_takes_too_long_is_an_outage_and_its_repeat_is_harmless(database: Arc<TestDatabase>) {
    let world = world(&database);
    let person = world.funded(100).await;
    let impatient = connect(database.url(), &IMPATIENT).await.expect("the database answers");
    let mut lock = database.begin("UPDATE wallets SET posted = posted").await;
    let change = world.operations([world.top_up(person.user, 10)]);
    let answer = impatient.commit(&change).await;
    assert!(matches!(answer, Err(StoreError::Away(_))), "{answer:?}");
    lock.execute("ROLLBACK").await.expect("it is open");
    impatient.drain().await;
    assert_eq!(world.commit(&change).await, Commit::Committed);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((110, 0), 2));
    world.assert_audit_is_clean().await;
}

/// After a restart every connection of the pool is closed; that is found out without asking the server, and nobody has to wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_restarted_is_used_again() {
    let Some(database) = TestDatabase::postgres("sql_outages::a_server_that_restarted_is_used_again").await else {
        return;
    };
    let database = Arc::new(database);
    let world = world(&database);
    let person = world.funded(100).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.execute(kill).await;
    // The end of a connection arrives when it arrives: a call may meet a connection that is about to end, and that is an outage.
    let mut away = 0;
    while let Err(error) = world.store.session(person.chat).await {
        assert!(matches!(error, StoreError::Away(_)), "{error}");
        away += 1;
        assert!(away < 20, "the pool does not heal: {error}");
    }
    assert_eq!(world.money(&person).await, (100, 0));
}

/// After a failover a server may be read-only for a while: nothing is written, what is read is answered, and the repeat is harmless.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_only_server_is_an_outage_for_writers_alone() {
    let Some(database) = TestDatabase::postgres("sql_outages::a_read_only_server_is_an_outage_for_writers_alone").await
    else {
        return;
    };
    let database = Arc::new(database);
    let world = world(&database);
    let person = world.funded(100).await;
    // A setting of the database holds for connections that are made later: this one stays as it is.
    let mut owner = database.begin("SELECT 1").await;
    owner.execute("COMMIT").await.expect("it is open");
    let mut read_only = async |to: &str| {
        let set = format!("ALTER DATABASE %I SET default_transaction_read_only = {to}");
        let sql = format!("DO $$ BEGIN EXECUTE format('{set}', current_database()); END $$");
        owner.execute(&sql).await.expect("it is our own database");
    };
    read_only("on").await;
    let store = connect(database.url(), &IMPATIENT).await.expect("the database answers");
    let change = world.operations([world.top_up(person.user, 10)]);
    let answer = store.commit(&change).await;
    assert!(matches!(answer, Err(StoreError::Away(_))), "{answer:?}");
    assert!(store.session(person.chat).await.expect("reading goes on").is_some());
    read_only("off").await;
    assert_eq!(world.commit(&change).await, Commit::Committed);
    assert_eq!(world.money(&person).await, (110, 0));
}

/// Whoever finds every connection busy for too long is told that the store is away; once one is free, all is as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_pool_is_an_outage_that_passes() {
    let Some(database) = TestDatabase::postgres("sql_outages::a_full_pool_is_an_outage_that_passes").await else {
        return;
    };
    let database = Arc::new(database);
    let world = world(&database);
    let person = world.funded(100).await;
    let store = connect(database.url(), &PoolOptions { size: 1, ..IMPATIENT }).await.expect("the database answers");
    let mut lock = database.begin("UPDATE wallets SET posted = posted").await;
    let changes: Vec<_> = (0..5).map(|_| world.operations([world.top_up(person.user, 10)])).collect();
    // One of them has the only connection, and waits for the lock; the others wait for the connection.
    let answers = join_all(changes.iter().map(|change| store.commit(change))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Away(_)))), "{answers:?}");
    lock.execute("ROLLBACK").await.expect("it is open");
    store.drain().await;
    assert!(store.session(person.chat).await.expect("the connection is free").is_some());
    for change in &changes {
        assert_eq!(store.commit(change).await.expect("it answers"), Commit::Committed);
    }
    assert_eq!(world.money(&person).await, (150, 0), "one that was given up and its repeat are one");
    world.assert_audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    // A port that was just given back: nobody listens on it.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.local_addr().expect("it is bound").port()
    };
    let address = format!("postgres://bot:hunter2@127.0.0.1:{port}/kiebot?sslmode=disable");
    let url = DatabaseUrl::parse(&address).expect("it is an address");
    for error in [connect(&url, &IMPATIENT).await.err(), migrate(&url).await.err()] {
        let error = error.expect("nobody is there");
        assert!(matches!(&error, ConnectError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains(&format!("postgres://bot:***@127.0.0.1:{port}/kiebot")), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

/// A fresh clone has no `data` directory.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_directory_of_a_sqlite_file_is_made() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("data/deeper/kiebot.db");
    let url = DatabaseUrl::parse(&format!("sqlite://{}", file.display())).expect("it is an address");
    migrate(&url).await.expect("the directory is made");
    let store = connect(&url, &PoolOptions::default()).await.expect("the file is there");
    assert_eq!(store.pending_migrations().await.expect("it answers"), Vec::<String>::new());
    assert!(file.exists());
}
