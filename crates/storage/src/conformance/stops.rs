//! The models that are not sold for now.

use domain::clock::Timestamp;
use domain::ids::ModelId;
use domain::ports::{ChangeSet, Commit, Stop, StopChange, StopReason};

use super::World;
use super::sessions::says;
use super::world::{refusal, short};

/// The first stop counts, with its moment; a second one and a resume of what is sold change nothing.
pub async fn a_stop_stays_until_its_model_is_resumed(world: &World) {
    assert_eq!(stops(world).await, []);
    world.committed(&changes(world, [resume("a")])).await;
    let first = changes(world, [stop("a")]);
    world.committed(&first).await;
    let wanted = [Stop { model: ModelId("a".to_owned()), reason: StopReason::Loss, at: first.at }];
    assert_eq!(stops(world).await, wanted);
    world.committed(&changes(world, [stop("a")])).await;
    world.committed(&first).await;
    world.committed(&changes(world, [resume("b")])).await;
    assert_eq!(stops(world).await, wanted);
    for _ in 0..2 {
        world.committed(&changes(world, [resume("a")])).await;
        assert_eq!(stops(world).await, []);
    }
    let again = changes(world, [stop("a")]);
    world.committed(&again).await;
    assert_eq!(stops(world).await, [Stop { at: again.at, ..wanted[0].clone() }]);
}

/// Whatever the order in which they were stopped.
pub async fn stops_come_by_model(world: &World) {
    world.committed(&changes(world, [stop("a/1"), stop("b"), stop("a-1")])).await;
    world.committed(&changes(world, [stop("Z"), resume("b")])).await;
    assert_eq!(stopped(world).await, ["Z", "a-1", "a/1"]);
}

/// What happens to a model last decides, whatever happens to others between.
pub async fn stops_of_one_change_set_count_in_order(world: &World) {
    world.committed(&changes(world, [stop("a"), stop("b"), resume("a"), stop("c")])).await;
    assert_eq!(stopped(world).await, ["b", "c"]);
    let again = changes(world, [resume("c"), resume("b"), stop("c"), stop("a")]);
    world.committed(&again).await;
    let found: Vec<(String, Timestamp)> = stops(world).await.into_iter().map(|stop| (stop.model.0, stop.at)).collect();
    assert_eq!(found, [("a".to_owned(), again.at), ("c".to_owned(), again.at)], "the second stop of `c` is a new one");
}

/// The ledger's refusal, another version and a mark that was done take the stop with them, and the resume as well.
pub async fn a_change_set_that_is_not_written_changes_no_stop(world: &World) {
    let person = world.funded(10).await;
    let mark = Some(world.update());
    world.committed(&ChangeSet { mark, ..changes(world, [stop("stopped")]) }).await;
    let both = || vec![stop("sold"), resume("stopped")];
    let refused = ChangeSet { stops: both(), ..world.operations([world.order(&person, 11).reserve.operation]) };
    assert_eq!(world.commit(&refused).await, refusal(short(10, 11)));
    let conflict = ChangeSet { stops: both(), ..says(world, &person, 7, "{}") };
    assert_eq!(world.commit(&conflict).await, Commit::VersionConflict);
    let done = ChangeSet { mark, ..changes(world, both()) };
    assert!(matches!(world.commit(&done).await, Commit::AlreadyDone(_)));
    assert_eq!(stopped(world).await, ["stopped"]);
}

/// These rows belong to nobody: workers of any two users meet at them, with money of their own to move.
pub async fn opposite_orders_of_two_stops_do_not_lock_each_other_out(world: &World) {
    let people = [world.person().await, world.person().await];
    for round in 0..5 {
        let commits = (0..20).map(|at| {
            let mut change = world.operations([world.top_up(people[at / 2 % 2].user, 1)]);
            let (one, other) = if round % 2 == 0 { (stop("a"), stop("b")) } else { (resume("a"), resume("b")) };
            change.stops = if at % 2 == 0 { vec![one, other] } else { vec![other, one] };
            change
        });
        let answers = world.parallel(commits.collect()).await;
        assert!(answers.iter().all(|answer| *answer == Commit::Committed), "{answers:?}");
        let wanted: &[&str] = if round % 2 == 0 { &["a", "b"] } else { &[] };
        assert_eq!(stopped(world).await, wanted);
    }
    for person in &people {
        assert_eq!(world.money(person).await, (50, 0));
    }
}

fn stop(model: &str) -> StopChange {
    StopChange::Stop(ModelId(model.to_owned()), StopReason::Loss)
}

fn resume(model: &str) -> StopChange {
    StopChange::Resume(ModelId(model.to_owned()))
}

fn changes(world: &World, stops: impl Into<Vec<StopChange>>) -> ChangeSet {
    ChangeSet { stops: stops.into(), ..world.change() }
}

async fn stops(world: &World) -> Vec<Stop> {
    world.store.stops().await.expect("the store answers")
}

async fn stopped(world: &World) -> Vec<String> {
    stops(world).await.into_iter().map(|stop| stop.model.0).collect()
}
