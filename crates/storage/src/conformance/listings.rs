//! The orders in which generations are asked for: live ones, a history, a queue.

use std::time::Duration;

use domain::generation::{Event, State, Undeliverable};
use domain::ids::{GenerationId, ModelId, UserId};
use domain::ports::{Claim, GenerationChange, HistoryQuery, JobKey, JobKind, Schedule};

use super::World;
use super::generations::submit;
use super::world::{Order, everything, success};

/// Queued, submitting and running; nobody else's; not what has ended.
pub async fn live_ones_come_oldest_first(world: &World) {
    let (person, other) = (world.funded(100).await, world.funded(100).await);
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(world.ordered(&person, 10).await);
    }
    world.ordered(&other, 10).await;
    submit(world, &orders[1], 1).await;
    world.committed(&world.fail(&orders[2])).await;
    world.committed(&world.succeed(&orders[4], 10)).await;
    let live = world.store.live_generations(person.user).await.expect("the store answers");
    let ids: Vec<_> = live.iter().map(|row| row.id).collect();
    assert_eq!(ids, [0, 1, 3].map(|at: usize| orders[at].generation.id));
    assert_eq!(live[0], orders[0].generation);
}

/// All states, pages without gap or overlap.
pub async fn history_is_paged_newest_first(world: &World) {
    let (person, other) = (world.funded(100).await, world.funded(100).await);
    let mut wanted = Vec::new();
    for _ in 0..7 {
        wanted.insert(0, world.ordered(&person, 10).await.generation.id);
    }
    world.ordered(&other, 10).await;
    let page = async |skip, limit| {
        let rows = world.store.history(everything(&person, skip, limit)).await.expect("the store answers");
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 100).await, wanted);
    assert_eq!(page(0, 3).await, wanted[..3]);
    assert_eq!(page(3, 3).await, wanted[3..6]);
    assert_eq!(page(6, 3).await, wanted[6..]);
    assert_eq!(page(7, 3).await, []);
    assert_eq!(page(0, 0).await, []);
}

/// Of these models only, with a result only, or both; the pages are those of what is left.
pub async fn history_is_narrowed_by_models_and_results(world: &World) {
    let person = world.funded(1000).await;
    let [draw, sing, none] = ["vendor/draw", "vendor/sing", "vendor/none"].map(|id| ModelId(id.to_owned()));
    let mut made = Vec::new();
    for (model, succeeds) in [(&draw, true), (&sing, true), (&draw, false), (&sing, false), (&draw, true)] {
        let mut order = world.order(&person, 10);
        order.generation.model = model.clone();
        world.committed(&world.confirm(&order)).await;
        if succeeds {
            world.committed(&world.succeed(&order, 10)).await;
        }
        made.push(order.generation.id);
    }
    let (both, none) = ([draw.clone(), sing.clone()], [none]);
    let page = async |models, with_result, skip, limit| {
        let query = HistoryQuery { models, with_result, ..everything(&person, skip, limit) };
        let rows = world.store.history(query).await.expect("the store answers");
        rows.iter().map(|row| made.iter().position(|id| *id == row.id).expect("it is the person's")).collect::<Vec<_>>()
    };
    assert_eq!(page(None, true, 0, 9).await, [4, 1, 0]);
    assert_eq!(page(Some(&both[..1]), false, 0, 9).await, [4, 2, 0]);
    assert_eq!(page(Some(&both[..1]), true, 0, 9).await, [4, 0]);
    assert_eq!(page(Some(&both[1..]), true, 0, 9).await, [1]);
    assert_eq!(page(Some(&both), false, 1, 3).await, [3, 2, 1]);
    assert_eq!(page(Some(&both), true, 2, 9).await, [0]);
    assert_eq!(page(Some(&none), false, 0, 9).await, [0_usize; 0]);
    assert_eq!(page(Some(&[]), false, 0, 9).await, [0_usize; 0]);
    let strange = HistoryQuery { user: UserId::random(&world.ids), ..everything(&person, 0, 9) };
    assert_eq!(world.store.history(strange).await.expect("the store answers"), []);
}

/// An undeliverable one succeeded as well; failed and cancelled ones did not.
pub async fn what_succeeded_is_in_the_history_of_results(world: &World) {
    let person = world.funded(100).await;
    let (made, failed) = (world.succeeded(&person, 10, 10).await, world.ordered(&person, 10).await);
    world.committed(&world.fail(&failed)).await;
    let success = success(&made, 1);
    for event in [Event::Undeliverable(Undeliverable::ChatGone), Event::Delivered] {
        let (id, from) = (made.generation.id, event.kind().from());
        let to = State::Succeeded(success.clone()).after(event).expect("a way of life");
        let mut change = world.change();
        change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
        world.committed(&change).await;
        let query = HistoryQuery { with_result: true, ..everything(&person, 0, 9) };
        let found = world.store.history(query).await.expect("the store answers");
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    }
}

/// Everybody's queued ones count, not those that were taken or ended.
pub async fn the_queue_position_counts_older_queued_ones(world: &World) {
    let people = [world.funded(100).await, world.funded(100).await];
    let mut orders = Vec::new();
    for at in 0..6_usize {
        orders.push(world.ordered(&people[at % 2], 10).await);
    }
    let position =
        async |order: &Order| world.store.queue_position(order.generation.id).await.expect("the store answers");
    assert_eq!((position(&orders[0]).await, position(&orders[5]).await), (0, 5));
    submit(world, &orders[0], 1).await;
    world.committed(&world.fail(&orders[2])).await;
    assert_eq!((position(&orders[1]).await, position(&orders[5]).await), (0, 3));
}

/// The place in the queue is the place among the claims: who yields stands further back, one without work stands by its age.
pub async fn the_queue_position_follows_the_order_of_claims(world: &World) {
    let person = world.funded(100).await;
    let mut orders = Vec::new();
    for yields in [0, 60, 30, 0] {
        let order = world.order(&person, 10);
        let mut change = world.confirm(&order);
        let key = JobKey::generation(order.generation.id);
        change.schedule.push(Schedule { yields: Duration::from_secs(yields), ..Schedule::new(key, change.at) });
        world.committed(&change).await;
        orders.push(order);
    }
    orders.push(world.ordered(&person, 10).await);
    let mut positions = Vec::new();
    for order in &orders {
        positions.push(world.store.queue_position(order.generation.id).await.expect("the store answers"));
    }
    assert_eq!(positions, [0, 4, 3, 1, 2]);
    let claim =
        Claim { kinds: &[JobKind::Generation], owner: "a", now: world.now(), lease: Duration::from_secs(60), limit: 9 };
    let leases = world.store.claim(claim).await.expect("the store answers");
    let wanted = [0, 3, 2, 1].map(|at: usize| JobKey::generation(orders[at].generation.id));
    assert_eq!(leases.iter().map(|lease| lease.key).collect::<Vec<_>>(), wanted);
    let unknown = GenerationId::ordered(&world.clock, &world.ids);
    assert_eq!(world.store.queue_position(unknown).await.expect("the store answers"), 0);
}
