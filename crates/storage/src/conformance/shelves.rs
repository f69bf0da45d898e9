//! What is known of models: who ordered them, how many were made, how long they took.

use std::time::Duration;

use domain::generation::{EventKind, State, Success};
use domain::ids::ModelId;
use domain::ledger::Operation;
use domain::ports::{GenerationChange, Person, Took};

use super::World;
use super::world::{Order, step, success};

/// Each once, by its newest order, whatever became of that; nobody else's.
pub async fn recent_models_come_once_and_the_latest_first(world: &World) {
    let (person, other) = (world.funded(100).await, world.funded(100).await);
    let recent = async |person: &Person, limit| {
        let models = world.store.recent_models(person.user, limit).await.expect("the store answers");
        models.into_iter().map(|model| model.0).collect::<Vec<_>>()
    };
    assert_eq!(recent(&person, 5).await, [""; 0]);
    for model in ["a", "b", "a", "c", "b"] {
        order(world, &person, model).await;
    }
    world.committed(&world.fail(&order(world, &person, "d").await)).await;
    order(world, &other, "e").await;
    assert_eq!(recent(&person, 5).await, ["d", "b", "c", "a"]);
    assert_eq!(recent(&person, 2).await, ["d", "b"]);
    assert_eq!(recent(&person, 0).await, [""; 0]);
    assert_eq!(recent(&other, 5).await, ["e"]);
}

/// Successes since then, the first moment included; a delivery is no second success, a failure is none.
pub async fn popular_models_count_successes_since_a_moment(world: &World) {
    let person = world.funded(1000).await;
    let popular = async |since, limit| {
        let models = world.store.popular_models(since, limit).await.expect("the store answers");
        models.into_iter().map(|(model, figure)| (model.0, figure)).collect::<Vec<_>>()
    };
    let start = world.now();
    assert_eq!(popular(start, 5).await, []);
    for model in ["old", "old", "old", "both"] {
        finish(world, &person, model, 1_000).await;
    }
    let order = order(world, &person, "both").await;
    let edge = world.succeed(&order, 10);
    world.committed(&edge).await;
    for model in ["Z", "few-1", "few/1", "both"] {
        finish(world, &person, model, 1_000).await;
    }
    world.committed(&world.fail(&self::order(world, &person, "few-1").await)).await;
    let wanted = |rows: &[(&str, u64)]| rows.iter().map(|(id, count)| ((*id).to_owned(), *count)).collect::<Vec<_>>();
    assert_eq!(popular(start, 2).await, wanted(&[("both", 3), ("old", 3)]));
    assert_eq!(popular(edge.at, 9).await, wanted(&[("both", 2), ("Z", 1), ("few-1", 1), ("few/1", 1)]));
    assert_eq!(popular(edge.at + Duration::from_micros(1), 1).await, wanted(&[("Z", 1)]));
    assert_eq!(popular(world.now() + Duration::from_secs(1), 9).await, []);
    assert_eq!(popular(start, 0).await, []);
}

/// Of the last ones only, of this model only, and nothing as long as there are too few.
pub async fn the_time_that_a_model_takes_is_told_by_its_last_successes(world: &World) {
    let person = world.funded(1000).await;
    let model = ModelId("drawer".to_owned());
    let figures = async |sample| {
        let took = world.store.took(&model, sample).await.expect("the store answers");
        took.map(|Took { median, p95 }| (median.as_millis(), p95.as_millis()))
    };
    assert_eq!(figures(1).await, None);
    for took_ms in [900_000, 900_000, 1_000, 8_000, 3_000, 2_000, 5_000] {
        finish(world, &person, &model.0, took_ms).await;
    }
    finish(world, &person, "other", 1).await;
    world.committed(&world.fail(&order(world, &person, &model.0).await)).await;
    assert_eq!(figures(5).await, Some((3_000, 8_000)));
    assert_eq!(figures(1).await, Some((5_000, 5_000)));
    assert_eq!(figures(7).await, Some((5_000, 900_000)));
    assert_eq!(figures(4).await, Some((5_000, 8_000)), "of two in the middle the longer one");
    assert_eq!(figures(0).await, None);
    assert_eq!(figures(8).await, None);
    // The slowest of twenty is not waited for by 95 of 100.
    for at in 1..=20 {
        finish(world, &person, &model.0, at * 1_000).await;
    }
    assert_eq!(figures(20).await, Some((11_000, 19_000)));
}

/// A confirmed order of this model.
async fn order(world: &World, person: &Person, model: &str) -> Order {
    let mut order = world.order(person, 10);
    order.generation.model = ModelId(model.to_owned());
    world.committed(&world.confirm(&order)).await;
    order
}

/// One that was delivered and took so long.
async fn finish(world: &World, person: &Person, model: &str, took_ms: i64) {
    let order = order(world, person, model).await;
    let made = Success { took_ms, ..success(&order, 1) };
    let mut change = world.operations([Operation::Capture { hold: order.hold(), amount: 10 }]);
    change.generations.push(step(&order, State::Succeeded(made.clone())));
    world.committed(&change).await;
    let mut change = world.change();
    let (id, from) = (order.generation.id, EventKind::Delivered.from());
    change.generations.push(GenerationChange::Step { id, from, to: State::Delivered(made), relinked: false });
    world.committed(&change).await;
}
