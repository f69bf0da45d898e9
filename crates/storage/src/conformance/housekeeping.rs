//! Orphans, singletons, and what a store says of itself.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ports::Orphan;
use tokio::sync::Barrier;

use super::World;
use super::world::task;

/// What is known stays known: a later listing adds the task or the late results, takes nothing away, and tells the newest reason.
pub async fn an_orphan_is_completed_and_never_emptied(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 10).await;
    world.committed(&world.fail(&order)).await;
    assert_eq!(world.store.orphan(order.generation.id).await.expect("the store answers"), None);
    let bare =
        Orphan { generation: order.generation.id, task: None, late_results: None, reason: "answer lost".to_owned() };
    let with_task = Orphan { task: Some(task(&order, 1)), ..bare.clone() };
    let late_results = Some("{\"text\": \"поздно\"}".to_owned());
    let with_results = Orphan { late_results, reason: "came late".to_owned(), ..bare.clone() };
    let whole = Orphan { task: with_task.task.clone(), ..with_results.clone() };
    for (listed, wanted) in [
        (&bare, &bare),
        (&with_task, &with_task),
        (&bare, &with_task),
        (&with_results, &whole),
        (&Orphan { late_results: None, ..with_results.clone() }, &whole),
    ] {
        let mut change = world.change();
        change.orphans.push(listed.clone());
        world.committed(&change).await;
        let found = world.store.orphans(10).await.expect("the store answers");
        assert_eq!(found, std::slice::from_ref(wanted));
        let found = world.store.orphan(order.generation.id).await.expect("the store answers");
        assert_eq!(found.as_ref(), Some(wanted));
    }
    let found = world.store.generation_of_task(&task(&order, 1)).await.expect("the store answers");
    assert_eq!(found, Some(order.generation.id), "an orphan's task is bound as well");
}

/// The newest first, at most so many.
pub async fn orphans_come_newest_first(world: &World) {
    let person = world.funded(100).await;
    let mut newest_first = Vec::new();
    for _ in 0..4 {
        let order = world.ordered(&person, 10).await;
        let mut change = world.fail(&order);
        let (generation, task) = (order.generation.id, Some(task(&order, 1)));
        change.orphans.push(Orphan { generation, task, late_results: None, reason: "timed out".to_owned() });
        world.committed(&change).await;
        newest_first.insert(0, generation);
    }
    for limit in [10, 3, 1, 0] {
        let found = world.store.orphans(limit).await.expect("the store answers");
        let wanted = newest_first.iter().take(usize::try_from(limit).expect("a small number"));
        assert!(found.iter().map(|orphan| &orphan.generation).eq(wanted), "{found:?}");
    }
}

const LEASE: Duration = Duration::from_secs(30);

async fn holds(world: &World, name: &str, owner: &str, now: Timestamp, lease: Duration) -> bool {
    world.store.hold_singleton(name, owner, now, lease).await.expect("the store answers")
}

/// Its owner renews it, others wait until it has run out; names are apart.
pub async fn a_singleton_has_one_owner_until_it_runs_out(world: &World) {
    let start = world.now();
    assert!(holds(world, "poller", "a", start, LEASE).await);
    assert!(!holds(world, "poller", "b", start, LEASE).await);
    assert!(holds(world, "rates", "b", start, LEASE).await);
    let renewed = start + Duration::from_secs(20);
    assert!(holds(world, "poller", "a", renewed, LEASE).await);
    assert!(!holds(world, "poller", "b", start + LEASE, LEASE).await, "it was renewed");
    assert!(!holds(world, "poller", "b", renewed + LEASE - Duration::from_micros(1), LEASE).await);
    assert!(holds(world, "poller", "b", renewed + LEASE, LEASE).await);
    assert!(!holds(world, "poller", "a", renewed + LEASE, LEASE).await, "the old owner has lost it");
}

/// A zero lease frees the name at once, and only its owner can do that.
pub async fn a_singleton_is_given_up(world: &World) {
    let now = world.now();
    assert!(holds(world, "poller", "a", now, LEASE).await);
    holds(world, "poller", "b", now, Duration::ZERO).await;
    assert!(!holds(world, "poller", "b", now, LEASE).await, "a stranger gave up nothing");
    holds(world, "poller", "a", now, Duration::ZERO).await;
    assert!(holds(world, "poller", "b", now, LEASE).await);
}

/// Ten instances start at once: one polls.
pub async fn one_of_parallel_owners_gets_a_singleton(world: &World) {
    let (now, start) = (world.now(), Arc::new(Barrier::new(10)));
    let owners: Vec<_> = (0..10)
        .map(|owner| {
            let (store, start) = (Arc::clone(&world.store), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                store.hold_singleton("poller", &format!("instance-{owner}"), now, LEASE).await
            })
        })
        .collect();
    let mut held = 0;
    for owner in owners {
        held += usize::from(owner.await.expect("it does not panic").expect("the store answers"));
    }
    assert_eq!(held, 1);
}

/// Each bot's own; the last word counts, whatever the clocks of those who say it.
pub async fn who_was_started_last_says_where_updates_go(world: &World) {
    let (bot, other, now) = (7, 8, world.now());
    let last = async |bot| world.store.reception(bot).await.expect("the store answers");
    assert_eq!(last(bot).await, None);
    for (address, at) in [("https://old.example?v=1", now), ("", now), ("https://new.example?v=2", now - LEASE)] {
        world.store.set_reception(bot, address, at).await.expect("the store answers");
        assert_eq!(last(bot).await.as_deref(), Some(address));
        assert_eq!(last(other).await, None);
    }
}

/// Ten instances start at once with ten random values: all of them go on with one, and so does everybody later.
pub async fn a_keepsake_is_the_same_for_everybody(world: &World) {
    let start = Arc::new(Barrier::new(10));
    let instances: Vec<_> = (0..10_u8)
        .map(|instance| {
            let (store, start) = (Arc::clone(&world.store), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                store.keepsake("traces", [instance; 32]).await
            })
        })
        .collect();
    let mut values = Vec::new();
    for instance in instances {
        values.push(instance.await.expect("it does not panic").expect("the store answers"));
    }
    values.push(world.store.keepsake("traces", [99; 32]).await.expect("the store answers"));
    assert!(values.windows(2).all(|pair| pair[0] == pair[1]) && values[0][0] < 10, "{values:?}");
    assert_eq!(world.store.keepsake("other", [99; 32]).await.expect("the store answers"), [99; 32]);
}

/// The clock does not run backwards, the kind has one of three names, no migration is lacking.
pub async fn the_store_tells_its_time_kind_and_migrations(world: &World) {
    let first = world.store.now().await.expect("the store answers");
    let second = world.store.now().await.expect("the store answers");
    assert!(first <= second && first > Timestamp::from_seconds(1_700_000_000), "{first} {second}");
    assert!(["memory", "sqlite", "postgres"].contains(&world.store.kind()));
    assert_eq!(world.store.pending_migrations().await.expect("the store answers"), Vec::<String>::new());
}
