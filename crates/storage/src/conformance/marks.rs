//! "Update N of bot B is done": marks, dead updates, their end.

use std::time::Duration;

use domain::ports::{Commit, DeadUpdate, Tries, UpdateKey};

use super::World;
use super::sessions::says;
use super::world::count;

/// The second commit of a mark writes its count and nothing else, whatever else stands in the change set.
pub async fn a_done_update_counts_its_repeats_and_writes_nothing_more(world: &World) {
    let person = world.person().await;
    let mark = world.update();
    assert!(!world.store.is_done(mark).await.expect("the store answers"));
    let mut first = says(world, &person, 0, "{\"n\": 1}");
    first.mark = Some(mark);
    world.committed(&first).await;
    assert!(world.store.is_done(mark).await.expect("the store answers"));
    for count in 2..5 {
        // Stale or fresh, refused or lost: the mark comes first.
        let mut again = says(world, &person, count % 2, "{\"n\": 2}");
        again.mark = Some(mark);
        again.operations.push(world.posting(world.top_up(person.user, if count == 2 { 10 } else { -1 })));
        assert_eq!(world.commit(&again).await, Commit::AlreadyDone(Tries { count, first_at: first.at }));
    }
    let session = world.session(&person).await;
    assert_eq!((session.conversation.version, session.conversation.body.as_str()), (1, "{\"n\": 1}"));
    assert_eq!(world.money(&person).await, (0, 0));
}

/// Telegram delivers an update twice at once, or two instances poll: one does it, the others count.
pub async fn one_of_parallel_commits_of_a_mark_writes(world: &World) {
    let person = world.person().await;
    let mark = world.update();
    let changes = (0..20).map(|_| {
        let mut change = world.operations([world.top_up(person.user, 10)]);
        change.mark = Some(mark);
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 1);
    let mut counts: Vec<_> = answers
        .iter()
        .filter_map(|answer| if let Commit::AlreadyDone(tries) = answer { Some(tries.count) } else { None })
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, (2..=20).collect::<Vec<_>>());
    assert_eq!(world.money(&person).await, (10, 0));
}

/// Telegram numbers the updates of each bot by itself.
pub async fn updates_of_two_bots_are_two(world: &World) {
    for bot in [1, 2] {
        let mut change = world.change();
        change.mark = Some(UpdateKey { bot, update: 5 });
        world.committed(&change).await;
    }
    assert!(!world.store.is_done(UpdateKey { bot: 3, update: 5 }).await.expect("the store answers"));
}

/// A defect's update is kept once and does not come again; one that was done stays done with its own count.
pub async fn a_buried_update_is_done(world: &World) {
    let key = world.update();
    for _ in 0..2 {
        world.store.bury(&dead(world, Some(key.update))).await.expect("the store answers");
    }
    assert!(world.store.is_done(key).await.expect("the store answers"));
    let mut change = world.change();
    change.mark = Some(key);
    assert!(matches!(world.commit(&change).await, Commit::AlreadyDone(_)));
    let done = UpdateKey { update: world.number(), ..key };
    let mut first = world.change();
    first.mark = Some(done);
    world.committed(&first).await;
    world.store.bury(&dead(world, Some(done.update))).await.expect("the store answers");
    first.mark = Some(done);
    let Commit::AlreadyDone(tries) = world.commit(&first).await else { panic!("it was done") };
    assert_eq!(tries.first_at, first.at);
}

/// Without a number nothing can be marked, and nothing else is touched.
pub async fn an_unreadable_update_is_kept(world: &World) {
    world.store.bury(&dead(world, None)).await.expect("the store answers");
    world.clock.advance(Duration::from_secs(1));
    let removed = world.store.purge(world.now(), world.now()).await.expect("the store answers");
    assert_eq!(removed, 1);
}

/// What is younger than the given moments stays.
pub async fn purge_removes_what_is_old_and_nothing_else(world: &World) {
    let (old, young, buried) = (world.update(), world.update(), world.update());
    let mut change = world.change();
    change.mark = Some(old);
    world.committed(&change).await;
    world.store.bury(&dead(world, Some(buried.update))).await.expect("the store answers");
    world.clock.advance(Duration::from_secs(60));
    let mut change = world.change();
    change.mark = Some(young);
    world.committed(&change).await;
    let (marks_before, dead_before) = (change.at, world.now() - Duration::from_secs(3600));
    // Two old marks go (the buried update has one); the dead update itself stays, so it counts as done.
    assert_eq!(world.store.purge(marks_before, dead_before).await.expect("the store answers"), 2);
    let mut found = Vec::new();
    for key in [old, young, buried] {
        found.push(world.store.is_done(key).await.expect("the store answers"));
    }
    assert_eq!(found, [false, true, true]);
    assert_eq!(world.store.purge(marks_before, world.now()).await.expect("the store answers"), 1);
    assert!(!world.store.is_done(buried).await.expect("the store answers"));
}

fn dead(world: &World, update: Option<i64>) -> DeadUpdate {
    let body = b"{\"update_id\":\xff}".to_vec();
    DeadUpdate { bot: 700, update, body, reason: "no such kind".to_owned(), at: world.now() }
}
