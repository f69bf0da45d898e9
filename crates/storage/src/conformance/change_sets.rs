//! One change set, one transaction: all of it or nothing, operations in their order.

use domain::generation::{State, StateKind};
use domain::ledger::{Operation, Provider, Refusal};
use domain::ports::{
    Agenda, ChangeSet, Commit, GenerationChange, JobKey, MessageEnd, Orphan, PartMark, PartOutcome, Person, Schedule,
    StopChange, StopReason,
};

use super::World;
use super::sessions::says;
use super::world::{everything, failed, payment, short, step, success, task};

/// Several operations on one wallet are what they would be one after the other, also where only their order makes them possible.
pub async fn several_operations_on_one_wallet_count_in_order(world: &World) {
    let person = world.funded(100).await;
    let old = world.ordered(&person, 90).await;
    // A release of 90 makes room for a reservation of 95 with 10 available; a second one takes the last 5.
    let (first, second) = (world.order(&person, 95), world.order(&person, 5));
    let mut change = world.fail(&old);
    for order in [&first, &second] {
        let confirm = world.confirm(order);
        change.generations.extend(confirm.generations);
        change.operations.extend(confirm.operations);
    }
    world.committed(&change).await;
    assert_eq!(world.money(&person).await, (100, 100));
    // Captures of both and a refund of one, at once.
    let mut change = world.succeed(&first, 60);
    let other = world.succeed(&second, 5);
    change.generations.extend(other.generations);
    change.operations.extend(other.operations);
    let refund = Operation::RefundGeneration {
        refund: world.action(),
        hold: first.hold(),
        amount: 50,
        reason: "a test".to_owned(),
        by: "owner".to_owned(),
    };
    change.operations.push(world.posting(refund));
    world.committed(&change).await;
    assert_eq!(world.money(&person).await, (85, 0));
    assert_eq!(world.lines(&person).await, 8);
}

/// An operation's facts include what the operations before it did in the same change set.
pub async fn operations_see_those_before_them(world: &World) {
    let person = world.person().await;
    let order = world.order(&person, 60);
    let mut change = world.confirm(&order);
    change.operations.insert(0, world.posting(payment(person.user, "first", 60)));
    world.committed(&change).await;
    assert_eq!(world.money(&person).await, (60, 60));
    // The second payment comes and goes, and the third is free to be taken for the first one, which is held by the generation.
    let back = Operation::RefundPayment { provider: Provider::Stars, payment: "second".to_owned() };
    let change = world.operations([
        payment(person.user, "second", 40),
        back.clone(),
        back,
        payment(person.user, "third", 7),
        Operation::RefundPayment { provider: Provider::Stars, payment: "first".to_owned() },
        payment(person.user, "fourth", 60),
    ]);
    world.committed(&change).await;
    // Of the first only those 7 kopecks could be taken: a debt of 53, which leaves 7 of the fourth.
    assert_eq!(world.money(&person).await, (67, 60));
}

/// The place of the refused operation and its reason, with the figures as the operations before it left them.
pub async fn a_refusal_names_its_operation(world: &World) {
    let person = world.funded(10).await;
    let change = world.operations([
        payment(person.user, "first", 30),
        world.order(&person, 15).reserve.operation,
        world.order(&person, 26).reserve.operation,
    ]);
    assert_eq!(world.commit(&change).await, Commit::Refused { operation: 2, reason: short(25, 26) });
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((10, 0), 1));
}

/// Whatever a store finds out first, the answer is the first refusal in the order of the change set.
pub async fn the_first_of_two_refusals_is_named(world: &World) {
    let person = world.funded(10).await;
    let unknown = domain::ids::TransferId::from_bytes([9; 16]);
    let lacking = || world.order(&person, 11).reserve.operation;
    let strange = || Operation::Capture { hold: unknown, amount: 1 };
    let change = world.operations([payment(person.user, "first", 0), lacking()]);
    assert_eq!(world.commit(&change).await, Commit::Refused { operation: 0, reason: Refusal::NotPositive(0) });
    let change = world.operations([lacking(), strange()]);
    assert_eq!(world.commit(&change).await, Commit::Refused { operation: 0, reason: short(10, 11) });
    let change = world.operations([strange(), lacking()]);
    assert_eq!(world.commit(&change).await, Commit::Refused { operation: 0, reason: Refusal::HoldNotFound });
    // Later money does not help an earlier operation.
    let change = world.operations([lacking(), payment(person.user, "first", 100)]);
    assert_eq!(world.commit(&change).await, Commit::Refused { operation: 0, reason: short(10, 11) });
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((10, 0), 1));
}

/// A change set with something of everything.
async fn full(world: &World, person: &Person) -> ChangeSet {
    let running = world.ordered(person, 20).await;
    let order = world.order(person, 50);
    let mut change = says(world, person, 0, "{\"full\": true}");
    change.mark = Some(world.update());
    change.generations.push(step(&running, State::Succeeded(success(&running, 1))));
    change.generations.push(GenerationChange::Create(Box::new(order.generation.clone())));
    let capture = Operation::Capture { hold: running.hold(), amount: 20 };
    change.operations = vec![world.posting(capture), order.reserve];
    let message = world.message(person);
    let outcome = PartOutcome::Refused { reason: "too large".to_owned() };
    change.parts.push((message.id, PartMark { part: 0, outcome }));
    change.messages.push(message);
    change.schedule.push(Schedule::new(JobKey::generation(order.generation.id), change.at));
    change.orphans.push(Orphan {
        generation: running.generation.id,
        task: Some(task(&running, 2)),
        late_results: None,
        reason: "answer lost".to_owned(),
    });
    change.stops.push(StopChange::Stop(running.generation.model, StopReason::Loss));
    change
}

/// What was there before a full change set is there still.
async fn assert_untouched(world: &World, person: &Person, change: &ChangeSet) {
    let mark = change.mark.expect("a full one has a mark");
    assert!(!world.store.is_done(mark).await.expect("the store answers"), "the mark stands");
    assert_eq!(world.session(person).await.conversation.version, 0);
    assert_eq!(world.money(person).await, (100, 20));
    assert_eq!(world.lines(person).await, 2);
    let history = world.store.history(everything(person, 0, 10)).await.expect("the store answers");
    assert_eq!(history.iter().map(|row| row.state.kind()).collect::<Vec<_>>(), [StateKind::Queued]);
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    assert_eq!(world.agenda(world.now()).await, Agenda::default());
    assert_eq!(world.store.orphans(10).await.expect("the store answers"), []);
    assert_eq!(world.store.stops().await.expect("the store answers"), []);
}

/// The ledger comes last and takes mark, conversation, generations, message, work, orphan and stop with it.
pub async fn a_refused_operation_undoes_everything_beside_it(world: &World) {
    let person = world.funded(100).await;
    let mut change = full(world, &person).await;
    change.operations.push(world.posting(world.order(&person, 31).reserve.operation));
    assert_eq!(world.commit(&change).await, Commit::Refused { operation: 2, reason: short(30, 31) });
    assert_untouched(world, &person, &change).await;
    // It left no trace that would stand in the way of a better one.
    change.operations.pop();
    world.committed(&change).await;
}

/// A generation that is in another state takes everything with it, whichever place the step has.
pub async fn a_lost_step_undoes_everything_beside_it(world: &World) {
    let person = world.funded(100).await;
    let mut change = full(world, &person).await;
    let twice = change.generations[0].clone();
    change.generations.push(twice);
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    assert_untouched(world, &person, &change).await;
    let unknown = world.order(&person, 1);
    change.generations[2] = step(&unknown, failed());
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    assert_untouched(world, &person, &change).await;
}

/// The same change set without an obstacle writes all its parts.
pub async fn everything_of_a_change_set_is_written(world: &World) {
    let person = world.funded(100).await;
    let mut change = full(world, &person).await;
    world.committed(&change).await;
    assert!(world.store.is_done(change.mark.expect("it has one")).await.expect("the store answers"));
    assert_eq!(world.session(&person).await.conversation.version, 1);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((80, 50), 4));
    let history = world.store.history(everything(&person, 0, 10)).await.expect("the store answers");
    assert_eq!(
        history.iter().map(|row| row.state.kind()).collect::<Vec<_>>(),
        [StateKind::Queued, StateKind::Succeeded]
    );
    let message = world.store.next_message(person.user).await.expect("the store answers").expect("it is there");
    assert_eq!((message.id, message.parts.len()), (change.messages[0].id, 1));
    assert_eq!(world.agenda(change.at).await.depth(), 1);
    assert_eq!(world.store.orphans(10).await.expect("the store answers"), change.orphans);
    assert_eq!(world.store.stops().await.expect("the store answers").len(), 1);
    // Its end, in a change set of its own.
    change = world.change();
    change.ended.push((message.id, MessageEnd::Refused));
    world.committed(&change).await;
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
}
