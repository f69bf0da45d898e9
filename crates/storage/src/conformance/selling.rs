//! What is not sold for a while: everything in a pause, one model in its rest.

use std::slice::from_ref;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::ModelId;
use domain::pause::{Pause, PauseReason};
use domain::ports::{ChangeSet, Commit, StopChange, StopReason};
use domain::rest::Rest;

use super::World;
use super::world::{count, refusal, short};

/// Whoever saw an older one changes nothing, and what stands beside it is not written either; it is kept after its end.
pub async fn a_pause_is_changed_by_whoever_saw_it_last(world: &World) {
    assert_eq!(pause(world).await, None);
    let first = begun(world.now());
    world.committed(&changes(world, first)).await;
    let stored = |pause: Pause| Some(Pause { version: pause.version + 1, ..pause });
    assert_eq!(pause(world).await, stored(first));
    let late = ChangeSet { messages: vec![world.message(&world.person().await)], ..changes(world, first) };
    assert_eq!(world.commit(&late).await, Commit::VersionConflict, "it was written before");
    let mut last = pause(world).await.expect("it was written");
    for (reason, tries) in PauseReason::ALL.iter().copied().zip(0..) {
        let next = Pause { reason, tries, until: last.until + Duration::from_secs(1), ..last };
        world.committed(&changes(world, next)).await;
        assert_eq!(pause(world).await, stored(next));
        assert_eq!(world.commit(&changes(world, next)).await, Commit::VersionConflict);
        last = pause(world).await.expect("it was written");
    }
    let ended = last.ended(world.now());
    world.committed(&changes(world, ended)).await;
    assert_eq!(pause(world).await, stored(ended));
    let again = Pause { version: last.version + 1, tries: u32::MAX, ..begun(world.now()) };
    world.committed(&changes(world, again)).await;
    assert_eq!(pause(world).await, stored(again));
}

/// Instances that are refused at the same moment, and orders that want to try at the same moment: one of them gets it.
pub async fn one_of_parallel_pauses_wins(world: &World) {
    for version in 0..2 {
        let wanted = Pause { version, ..begun(world.now()) };
        let answers = world.parallel((0..10).map(|_| changes(world, wanted)).collect()).await;
        let (won, late) = (count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict));
        assert_eq!((won, late), (1, 9), "{answers:?}");
    }
    assert_eq!(pause(world).await.map(|pause| pause.version), Some(2));
}

/// The ledger's refusal takes them with it.
pub async fn a_refused_change_set_lets_everything_be_sold(world: &World) {
    let person = world.funded(10).await;
    let mut refused = world.operations([world.order(&person, 11).reserve.operation]);
    refused.pause = Some(begun(refused.at));
    refused.stops = vec![StopChange::Rest(rest("a", refused.at))];
    assert_eq!(world.commit(&refused).await, refusal(short(10, 11)));
    assert_eq!((pause(world).await, rests(world).await), (None, Vec::new()));
}

/// A second one while it goes on changes nothing; after its time, or after an owner ended it, it is a new one.
pub async fn a_rest_goes_on_until_its_end(world: &World) {
    assert_eq!(rests(world).await, []);
    let first = rest("a", world.now());
    world.committed(&stops(world, [StopChange::Rest(first.clone())])).await;
    world.clock.advance(Duration::from_secs(1));
    world.committed(&stops(world, [StopChange::Rest(rest("a", world.now()))])).await;
    assert_eq!(rests(world).await, from_ref(&first));
    world.clock.advance(first.until.since(world.now()));
    let second = Rest { repeats: u32::MAX, failed: 7, of: 9, ..rest("a", world.now()) };
    world.committed(&stops(world, [StopChange::Rest(second.clone())])).await;
    assert_eq!(rests(world).await, from_ref(&second));
    let resumed = stops(world, [resume("a"), resume("b")]);
    world.committed(&resumed).await;
    let ended = Rest { ended_at: Some(resumed.at), ..second };
    assert_eq!(rests(world).await, from_ref(&ended));
    world.clock.advance(Duration::from_secs(1));
    world.committed(&stops(world, [resume("a")])).await;
    assert_eq!(rests(world).await, [ended], "it ends once");
    let third = rest("a", world.now());
    world.committed(&stops(world, [StopChange::Rest(third.clone())])).await;
    assert_eq!(rests(world).await, from_ref(&third));
    world.clock.advance(third.until.since(world.now()));
    world.committed(&stops(world, [resume("a")])).await;
    assert_eq!(rests(world).await, [third], "what is over by its time was ended by nobody");
}

/// Whatever the order in which they began; a stop lasts for longer than a rest beside it, and an owner's word ends both.
pub async fn rests_come_by_model_and_leave_stops_alone(world: &World) {
    let at = world.now();
    let [one, other, third] = ["Z", "a-1", "a/1"].map(|model| rest(model, at));
    let stop = StopChange::Stop(one.model.clone(), StopReason::Loss);
    let begin = [&third, &one, &other].map(|rest| StopChange::Rest(rest.clone()));
    world.committed(&stops(world, begin.into_iter().chain([stop]))).await;
    assert_eq!(rests(world).await, [one.clone(), other.clone(), third.clone()]);
    assert_eq!(stopped(world).await, ["Z"]);
    world.clock.advance(one.until.since(world.now()));
    assert_eq!(stopped(world).await, ["Z"], "its time says nothing of a stop");
    let again = rest("Z", world.now());
    world.committed(&stops(world, [StopChange::Rest(again.clone())])).await;
    let resumed = stops(world, [resume("Z")]);
    world.committed(&resumed).await;
    let ended = Rest { ended_at: Some(resumed.at), ..again };
    assert_eq!(rests(world).await, [ended, other, third]);
    assert_eq!(stopped(world).await, Vec::<String>::new());
}

fn begun(at: Timestamp) -> Pause {
    let until = at + Duration::from_secs(300);
    Pause { reason: PauseReason::Maintenance, since: at, until, tries: 0, ended_at: None, version: 0 }
}

fn rest(model: &str, at: Timestamp) -> Rest {
    Rest::of(ModelId(model.to_owned()), 5, 6, None, at)
}

fn resume(model: &str) -> StopChange {
    StopChange::Resume(ModelId(model.to_owned()))
}

fn changes(world: &World, pause: Pause) -> ChangeSet {
    ChangeSet { pause: Some(pause), ..world.change() }
}

fn stops(world: &World, stops: impl IntoIterator<Item = StopChange>) -> ChangeSet {
    ChangeSet { stops: stops.into_iter().collect(), ..world.change() }
}

async fn pause(world: &World) -> Option<Pause> {
    world.watch().pause().await.expect("an answer")
}

async fn rests(world: &World) -> Vec<Rest> {
    world.watch().rests().await.expect("an answer")
}

async fn stopped(world: &World) -> Vec<String> {
    world.store.stops().await.expect("an answer").into_iter().map(|stop| stop.model.0).collect()
}
