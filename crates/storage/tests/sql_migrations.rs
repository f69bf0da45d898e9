//! Migrations on both databases: forward, back, twice, at once, and with a database that is newer than we are.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::ActionId;
use domain::ledger::{Operation, Provider};
use domain::money::Money;
use domain::ports::{ChangeSet, Claim, JobKey, JobKind, Person, Schedule, Store};
use storage::conformance::{Backend, World};
use storage::on_both_databases;
use storage::testing::TestDatabase;
use storage::{PoolOptions, connect, migrate, pending, rollback};

on_both_databases! {
    all_of_them_go_back_and_forth
    a_second_run_applies_nothing
    parallel_runs_apply_each_one_once
    a_database_that_knows_more_is_no_error
    the_store_names_what_is_lacking
    every_column_of_the_schema_is_there
    rows_of_an_older_version_stay_valid
    movements_of_an_older_version_find_their_generations
}

async fn all_of_them_go_back_and_forth(database: Arc<TestDatabase>) {
    let everything = names();
    let back = rollback(database.url(), everything.len()).await.expect("each one has a way back");
    assert!(back.iter().rev().eq(&everything), "{back:?}");
    assert_eq!(pending(database.url()).await.expect("the database answers"), everything);
    assert_eq!(migrate(database.url()).await.expect("they apply again"), everything);
    assert_eq!(pending(database.url()).await.expect("the database answers"), Vec::<String>::new());
}

async fn a_second_run_applies_nothing(database: Arc<TestDatabase>) {
    assert_eq!(migrate(database.url()).await.expect("nothing is to be done"), Vec::<String>::new());
}

/// Instances that start at once: the lock lets one of them do each migration.
async fn parallel_runs_apply_each_one_once(database: Arc<TestDatabase>) {
    rollback(database.url(), names().len()).await.expect("each one has a way back");
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let url = database.url().clone();
            tokio::spawn(async move { migrate(&url).await })
        })
        .collect();
    let mut applied = Vec::new();
    for run in runs {
        applied.extend(run.await.expect("it does not panic").expect("it waits for its turn"));
    }
    applied.sort();
    assert_eq!(applied, names());
}

/// During a deploy the new version migrates while the old one still runs.
async fn a_database_that_knows_more_is_no_error(database: Arc<TestDatabase>) {
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").await;
    assert_eq!(migrate(database.url()).await.expect("it is left alone"), Vec::<String>::new());
    assert_eq!(database.store().pending_migrations().await.expect("the database answers"), Vec::<String>::new());
}

async fn the_store_names_what_is_lacking(database: Arc<TestDatabase>) {
    let last = rollback(database.url(), 1).await.expect("it has a way back");
    assert_eq!(database.store().pending_migrations().await.expect("the database answers"), last);
    assert_eq!(last.first(), names().last());
}

/// `schema.rs` is written by hand: each of its tables must answer with just these columns.
async fn every_column_of_the_schema_is_there(database: Arc<TestDatabase>) {
    let mut tables = 0;
    for table in include_str!("../src/schema.rs").split("diesel::table! {").skip(1) {
        let (name, rest) = table.split_once('(').expect("a table has a name and a key");
        let body = rest.split_once('{').and_then(|(_, rest)| rest.split_once('}')).expect("a table has columns").0;
        let columns: Vec<_> =
            body.lines().filter_map(|line| line.split_once(" -> ")).map(|(name, _)| name.trim()).collect();
        let sql = format!("SELECT {} FROM {} LIMIT 0", columns.join(", "), name.trim());
        database.execute(&sql).await;
        tables += 1;
    }
    assert!(tables >= 20, "{tables} tables were found in schema.rs");
}

/// How many migrations there were when the bot was first deployed.
const FIRST: usize = 6;

/// A person, a generation and jobs as the first version left them: all of them go on, the jobs in their old order.
async fn rows_of_an_older_version_stay_valid(database: Arc<TestDatabase>) {
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(&database);
    let world = World::new(backend);
    let person = world.funded(100).await;
    let orders = [world.ordered(&person, 10).await, world.ordered(&person, 10).await];
    let keys = orders.each_ref().map(|order| JobKey::generation(order.generation.id));
    let mut change = world.change();
    let second = Duration::from_secs(1);
    change.schedule = vec![Schedule::new(keys[0], change.at), Schedule::new(keys[1], change.at - second)];
    world.committed(&change).await;
    let made = world.succeeded(&person, 10, 10).await.generation;
    rollback(database.url(), names().len() - FIRST).await.expect("each one has a way back");
    migrate(database.url()).await.expect("they apply to what is there");
    // A pool of its own: the statements of the old one are prepared for other tables.
    let store = connect(database.url(), &PoolOptions::default()).await.expect("the database answers");
    let session = store.session(person.chat).await.expect("the store answers").expect("the person is there");
    let wanted = Person { silent: false, news: false, origin: None, ..person };
    assert_eq!(session.person, wanted);
    for order in &orders {
        let row = store.generation(order.generation.id).await.expect("the store answers");
        assert_eq!(row.as_ref(), Some(&order.generation));
    }
    // A success of before counts as one, and is left out of the figures that it never had.
    assert!(store.took(&made.model, 1).await.expect("the store answers").is_some());
    assert_eq!(store.margins(&made.model, 9).await.expect("the store answers"), []);
    assert_eq!(store.drifts(made.created_at).await.expect("the store answers"), []);
    let claim = Claim { kinds: &JobKind::ALL, owner: "a", now: change.at, lease: second, limit: 9 };
    let leases = store.claim(claim).await.expect("the store answers");
    assert_eq!(leases.iter().map(|lease| lease.key).collect::<Vec<_>>(), [keys[1], keys[0]]);
}

/// How many migrations there were before a movement named its generation.
const NAMELESS: usize = 24;

/// A reservation and its end by their hold, the refund of a lost result by its cause; an owner's refund of then stays untold, and a payback's
/// movements are about no generation. Afterwards the past is as immutable as before.
async fn movements_of_an_older_version_find_their_generations(database: Arc<TestDatabase>) {
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(&database);
    let world = World::new(backend);
    let person = world.person().await;
    let paid = Operation::TopUp {
        user: person.user,
        provider: Provider::Stars,
        payment: "first".to_owned(),
        amount: Money::from_kopecks(500),
        native_amount: 5,
        native_currency: "XTR".to_owned(),
    };
    world.applied(paid).await;
    let made = world.succeeded(&person, 100, 90).await;
    let failed = world.ordered(&person, 50).await;
    world.committed(&world.fail(&failed)).await;
    let refund = |refund, amount| Operation::RefundGeneration {
        refund,
        hold: made.hold(),
        amount,
        reason: "a test".to_owned(),
        by: "owner".to_owned(),
    };
    world.applied(refund(ActionId::from_bytes(*made.generation.id.as_bytes()), 20)).await;
    let payback =
        Operation::ReservePayback { action: world.action(), provider: Provider::Stars, payment: "first".to_owned() };
    let payback = world.posting(payback);
    world.committed(&ChangeSet { operations: vec![payback.clone()], ..world.change() }).await;
    world.applied(Operation::Release { hold: payback.transfer }).await;
    let told = world.store.statement(person.user, 0, 99).await.expect("the store answers");
    assert_eq!(told.iter().filter(|line| line.generation.is_some()).count(), 5, "{told:#?}");
    world.applied(refund(world.action(), 10)).await;

    rollback(database.url(), names().len() - NAMELESS).await.expect("each one has a way back");
    migrate(database.url()).await.expect("they apply to what is there");
    let store = connect(database.url(), &PoolOptions::default()).await.expect("the database answers");
    let lines = store.statement(person.user, 0, 99).await.expect("the store answers");
    assert_eq!(lines[1..], told);
    assert_eq!((lines[0].name.as_str(), lines[0].generation), ("refund_generation", None));
    assert_eq!(store.movements_of(made.generation.id).await.expect("the store answers").len(), 3);
    assert!(store.audit().await.expect("the audit runs").is_clean());
    let changed = database.try_execute("UPDATE operations SET generation_id = NULL").await;
    assert!(changed.is_err(), "the past changed");
}

/// The directories below `migrations/`, which are the same for both.
fn names() -> Vec<String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let entries = std::fs::read_dir(directory).expect("the migrations are in the repository");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("a directory entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}
