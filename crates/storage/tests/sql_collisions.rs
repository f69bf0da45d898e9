//! Two transactions that wait for each other: the database undoes one of them, and a commit that was undone is tried again unseen.

use std::sync::Arc;

use domain::ledger::Unit;
use domain::ports::{Commit, Store};
use storage::conformance::{Backend, World};
use storage::testing::TestDatabase;

/// Method: a transaction of the test's own holds the wallet that the commit takes last, waits until the commit waits for it, and then wants
/// the wallet that the commit has. Whichever of the two is undone, the commit answers as if nothing had been.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deadlocked_commit_is_tried_again() {
    let Some(database) = TestDatabase::postgres("sql_collisions::a_deadlocked_commit_is_tried_again").await else {
        return;
    };
    let database = Arc::new(database);
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(&database);
    let world = World::new(backend);
    let mut people = [world.funded(100).await, world.funded(100).await];
    // Commits take wallets in the order of the users' ids.
    people.sort_by_key(|person| person.user);
    let [first, last] = &people;
    let take = |person: &domain::ports::Person| {
        format!("UPDATE wallets SET posted = posted + 1 WHERE encode(user_id, 'hex') = '{}'", person.user)
    };
    // The one whose patience ends first is undone. Who may say so makes it the commit; else either may be.
    let patience =
        "DO $$ BEGIN SET LOCAL deadlock_timeout = '1h'; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";
    let mut rival = database.begin(&format!("{patience}; {}", take(last))).await;
    let change = world.operations([world.top_up(last.user, 10), world.top_up(first.user, 10)]);
    let store = database.store();
    let commit = tokio::spawn(async move { store.commit(&change).await });
    until_somebody_waits(&database).await;
    let rival_won = rival.execute(&take(first)).await.is_ok();
    rival.execute(if rival_won { "COMMIT" } else { "ROLLBACK" }).await.expect("it is still open");
    let answer = commit.await.expect("it does not panic").expect("the collision is none of the caller's business");
    println!("the {} was undone", if rival_won { "commit" } else { "rival" });
    assert_eq!(answer, Commit::Committed);
    let wanted = if rival_won { 111 } else { 110 };
    for person in &people {
        assert_eq!(world.figures(person.user, Unit::Money).await, (wanted, 0), "rival_won = {rival_won}");
    }
}

/// Bounded: each look is a question to the server, and ten thousand of them take longer than any lock lasts here.
async fn until_somebody_waits(database: &TestDatabase) {
    let look = "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock') \
         THEN RAISE EXCEPTION 'nobody waits'; END IF; END $$";
    for _ in 0..10_000 {
        if database.try_execute(look).await.is_ok() {
            return;
        }
    }
    panic!("the commit never waited");
}
