//! The store is away, or its reply is lost after the commit: the same change set again is harmless.

use std::sync::Arc;

use domain::generation::State;
use domain::ports::{
    Agenda, ChangeSet, Claim, Commit, DeadUpdate, JobKey, JobKind, LeaseOutcome, NewMessage, Schedule, Store,
    StoreError, StoreResult,
};

use super::World;
use super::jobs::ends;
use super::sessions::says;
use super::world::{LIVE, commit_through, step, success};
use crate::memory::{Fault, FaultyStore};

/// The world's store, whose every first call of a method meets this fault.
fn failing(world: &World, fault: Fault) -> FaultyStore<dyn Store> {
    let seen = std::sync::Mutex::new(std::collections::BTreeSet::new());
    FaultyStore::new(Arc::clone(&world.store), move |call| {
        let first = seen.lock().expect("no panic inside").insert(call.method);
        if first { fault } else { Fault::None }
    })
}

/// Commits behind a lost reply, then the same again.
async fn lost_then_again(world: &World, change: &ChangeSet) -> Commit {
    let store = failing(world, Fault::After);
    let lost = store.commit(change).await;
    assert!(matches!(lost, Err(StoreError::Away(_))), "{lost:?}");
    let again = store.commit(change).await.expect("only the first call fails");
    assert_eq!(store.calls(), 2);
    again
}

/// A fault before the commit leaves nothing, and the repeat is the first.
pub async fn a_store_that_was_away_took_nothing(world: &World) {
    let person = world.funded(100).await;
    let store = failing(world, Fault::Before);
    let confirm = world.confirm(&world.order(&person, 30));
    assert!(matches!(store.commit(&confirm).await, Err(StoreError::Away(_))));
    assert_eq!(world.money(&person).await, (100, 0));
    assert_eq!(store.commit(&confirm).await.expect("only the first call fails"), Commit::Committed);
    assert_eq!(world.money(&person).await, (100, 30));
    assert!(store.session_of(person.user).await.is_err());
    assert!(store.session_of(person.user).await.is_ok_and(|session| session.is_some()));
}

/// The mark tells that it was done.
pub async fn a_marked_change_set_after_a_lost_reply_is_done(world: &World) {
    let person = world.person().await;
    let mut change = says(world, &person, 0, "{\"n\": 1}");
    change.mark = Some(world.update());
    change.operations.push(world.posting(world.top_up(person.user, 10)));
    change.messages.push(world.message(&person));
    change.schedule.push(Schedule::new(JobKey::messages(person.user), change.at));
    assert!(matches!(lost_then_again(world, &change).await, Commit::AlreadyDone(tries) if tries.count == 2));
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((10, 0), 1));
    assert_eq!(world.session(&person).await.conversation.version, 1);
    let message = world.store.next_message(person.user).await.expect("the store answers");
    assert_eq!(message.map(|message| (message.id, message.number)), Some((change.messages[0].id, 1)));
    assert_eq!(world.agenda(change.at).await.depth(), 1);
}

/// Without a mark it is the version and the generation's id that say no: load again and find it done.
pub async fn a_confirm_after_a_lost_reply_charges_once(world: &World) {
    let person = world.funded(100).await;
    let order = world.order(&person, 60);
    assert_eq!(lost_then_again(world, &world.confirm(&order)).await, Commit::VersionConflict);
    assert_eq!(world.money(&person).await, (100, 60));
    assert_eq!(world.generation(order.generation.id).await, order.generation);
    let words = says(world, &person, 0, "{}");
    assert_eq!(lost_then_again(world, &words).await, Commit::VersionConflict);
    assert_eq!(world.session(&person).await.conversation.version, 1);
}

/// A worker's last step: the claim has ended with it, so the repeat has lost it; within a kept claim the step's old state says no.
pub async fn a_step_under_a_claim_after_a_lost_reply_is_harmless(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 60).await;
    let mut change = world.change();
    change.schedule.push(Schedule::new(JobKey::generation(order.generation.id), change.at));
    world.committed(&change).await;
    let claim = Claim {
        kinds: &[JobKind::Generation],
        owner: "a",
        now: world.now(),
        lease: std::time::Duration::from_secs(60),
        limit: 1,
    };
    let lease = world.store.claim(claim).await.expect("the store answers").pop().expect("it is due");
    let mut submit = ends(world, &lease, LeaseOutcome::Keep);
    submit.generations.push(domain::ports::GenerationChange::Step {
        id: order.generation.id,
        from: &LIVE[..1],
        to: State::Submitting,
        relinked: false,
    });
    assert_eq!(lost_then_again(world, &submit).await, Commit::VersionConflict);
    let mut end = ends(world, &lease, LeaseOutcome::Done);
    let succeed = world.succeed(&order, 60);
    (end.generations, end.operations) = (vec![step(&order, State::Succeeded(success(&order, 1)))], succeed.operations);
    let result = NewMessage { generation: Some(order.generation.id), ..world.message(&person) };
    end.messages.push(result);
    assert_eq!(lost_then_again(world, &end).await, Commit::LeaseLost);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((40, 0), 3));
    assert_eq!(world.agenda(world.now()).await, Agenda::default());
    let mut sent = world.change();
    sent.ended.push((end.messages[0].id, domain::ports::MessageEnd::Sent));
    world.committed(&sent).await;
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None, "one message only");
}

/// Nothing but its cause protects it, and that is enough.
pub async fn an_unmarked_operation_after_a_lost_reply_counts_once(world: &World) {
    let person = world.person().await;
    let change = world.operations([world.top_up(person.user, 10), world.top_up(person.user, 5)]);
    assert_eq!(lost_then_again(world, &change).await, Commit::Committed);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((15, 0), 2));
}

/// Dead updates, notes, singletons: what was done is done, once.
pub async fn small_statements_after_a_lost_reply_are_harmless(world: &World) {
    let person = world.person().await;
    let store = failing(world, Fault::After);
    let away = |lost: StoreResult<()>| assert!(matches!(lost, Err(StoreError::Away(_))), "{lost:?}");
    let update = world.update();
    let (body, reason) = (b"{".to_vec(), "not JSON".to_owned());
    let dead = DeadUpdate { bot: update.bot, update: Some(update.update), body, reason, at: world.now() };
    away(store.bury(&dead).await);
    store.bury(&dead).await.expect("only the first call fails");
    assert!(world.store.is_done(update).await.expect("the store answers"));
    away(store.note_window(person.user, 0, 9).await);
    store.note_window(person.user, 0, 9).await.expect("only the first call fails");
    assert_eq!(world.session(&person).await.conversation.window, Some(9));
    let (now, lease) = (world.now(), std::time::Duration::from_secs(30));
    away(store.hold_singleton("poller", "a", now, lease).await.map(drop));
    assert!(store.hold_singleton("poller", "a", now, lease).await.expect("only the first call fails"));
    let later = world.now() + std::time::Duration::from_secs(1);
    away(store.purge(later, later).await.map(drop));
    assert_eq!(store.purge(later, later).await.expect("only the first call fails"), 0);
}

/// Every third call or so fails, before or after, for a hundred change sets that are repeated until they are answered: the figures are those
/// of a sound store.
pub async fn a_flaky_store_keeps_the_books_whole(world: &World) {
    let person = world.funded(10_000).await;
    let flaky = FaultyStore::seeded(Arc::clone(&world.store), 7, 150, 150);
    let (mut orders, mut wanted) = (Vec::new(), (10_000, 0));
    for number in 0..100 {
        let change = match orders.pop() {
            Some(order) if number % 3 == 1 => {
                wanted = (wanted.0 - 40, wanted.1 - 50);
                world.succeed(&order, 40)
            }
            Some(order) if number % 3 == 2 => {
                wanted = (wanted.0, wanted.1 - 50);
                world.fail(&order)
            }
            _ => {
                orders.extend([world.order(&person, 50), world.order(&person, 50)]);
                wanted.1 += 100;
                let mut both = world.change();
                for order in &orders[orders.len() - 2..] {
                    let confirm = world.confirm(order);
                    both.generations.extend(confirm.generations);
                    both.operations.extend(confirm.operations);
                }
                both
            }
        };
        let answer = commit_through(&flaky, &change).await;
        // A repeat finds the generations where it brought them.
        assert!(matches!(answer, Commit::Committed | Commit::VersionConflict), "{answer:?}");
        assert_eq!(world.money(&person).await, wanted, "change set {number}");
    }
    assert!(flaky.calls() > 110, "{} calls: the faults did not happen", flaky.calls());
}
