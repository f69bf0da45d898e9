//! A person is forgotten: what leads to them goes, the books stay whole.

use domain::generation::{EventKind, State, StateKind, Undeliverable};
use domain::ids::{ChatId, MessageId, UserId};
use domain::ledger::Operation;
use domain::ports::{
    ChangeSet, Commit, GenerationChange, InputFault, InputState, MessageEnd, NewMessage, Person, PersonChange, Trace,
};

use super::World;
use super::favourites::{keeps, kept};
use super::inputs::{creates, file, found, settles};
use super::sessions::says;
use super::world::{Order, count, everything, refusal, short, step, success};

/// Row, conversation, favourites, input files, inputs, words: nothing of it is found any more, by anything.
pub async fn a_forgotten_person_leaves_nothing_that_leads_to_them(world: &World) {
    let (person, other) = (world.funded(100).await, world.funded(100).await);
    let lived = lived(world, &person).await;
    let neighbour = self::lived(world, &other).await;
    world.committed(&forgets(world, &person)).await;
    assert_eq!(world.store.session(person.chat).await.expect("the store answers"), None);
    assert_eq!(world.store.session_of(person.user).await.expect("the store answers"), None);
    assert_eq!(kept(world, &person).await, [""; 0]);
    assert_eq!(found(world, &[lived.input]).await, []);
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    let row = world.generation(lived.order.generation.id).await;
    assert_eq!((row.inputs, row.chat, row.progress_message), (serde_json::json!({}), ChatId(0), None));
    // The other one is as before.
    assert_eq!(world.session(&other).await.conversation.body, "{\"full\": true}");
    assert_eq!(kept(world, &other).await, ["model"]);
    assert_eq!(found(world, &[neighbour.input]).await.len(), 1);
    assert_eq!(world.generation(neighbour.order.generation.id).await.inputs, neighbour.order.generation.inputs);
    let next = world.store.next_message(other.user).await.expect("the store answers");
    assert_eq!(next.map(|message| message.id), Some(neighbour.waiting));
}

/// Wallet, statement, states, prices and the parts that Telegram took are the user's, not the person's.
pub async fn the_books_of_a_forgotten_person_stay(world: &World) {
    let person = world.funded(100).await;
    let lived = lived(world, &person).await;
    let before = world.generation(lived.order.generation.id).await;
    let statement = world.store.statement(person.user, 0, 99).await.expect("the store answers");
    world.committed(&forgets(world, &person)).await;
    assert_eq!(world.money(&person).await, (90, 0));
    assert_eq!(world.store.statement(person.user, 0, 99).await.expect("the store answers"), statement);
    let after = world.generation(before.id).await;
    assert_eq!(
        (after.state, after.since, after.quote, after.funding),
        (before.state, before.since, before.quote, before.funding)
    );
    let history = world.store.history(everything(&person, 0, 9)).await.expect("the store answers");
    assert_eq!(history.len(), 1);
    // Money may still come and go: a payment that is late, one that is taken back.
    world.applied(world.top_up(person.user, 5)).await;
    assert_eq!(world.money(&person).await, (95, 0));
}

/// One bit is kept, so that a welcome is given once.
pub async fn a_trace_tells_who_was_here_before(world: &World) {
    let person = world.person().await;
    let former = async |trace| world.store.is_former(&trace).await.expect("the store answers");
    assert!(!former(trace(&person)).await);
    world.committed(&forgets(world, &person)).await;
    assert!(former(trace(&person)).await);
    assert!(!former(Trace([1; 32])).await);
    // The same chat again, forgotten again: the same trace.
    let again = Person { user: UserId::random(&world.ids), ..person.clone() };
    let mut change = world.change();
    change.person = Some(PersonChange::Create(again.clone()));
    world.committed(&change).await;
    world.committed(&forgets(world, &again)).await;
    assert!(former(trace(&person)).await);
}

/// A later /start is somebody new: another user with an empty wallet, and the old one's money is not theirs.
pub async fn a_forgotten_chat_comes_back_as_a_new_user(world: &World) {
    let old = world.funded(100).await;
    lived(world, &old).await;
    world.committed(&forgets(world, &old)).await;
    let new = Person { user: UserId::random(&world.ids), created_at: world.now(), ..old.clone() };
    let mut change = says(world, &new, 0, "{\"new\": true}");
    change.person = Some(PersonChange::Create(new.clone()));
    world.committed(&change).await;
    let session = world.store.session(old.chat).await.expect("the store answers").expect("they are back");
    assert_eq!((session.person, session.money.posted), (new.clone(), 0));
    assert_eq!(session.conversation.version, 1);
    assert_eq!(kept(world, &new).await, [""; 0]);
    assert_eq!(world.store.history(everything(&new, 0, 9)).await.expect("the store answers"), []);
    // The old user's id is no way back.
    let mut change = world.change();
    change.person = Some(PersonChange::Create(Person { chat: ChatId(1), ..old.clone() }));
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
}

/// While money or a result is under way nothing is forgotten; every end of a generation frees the way.
pub async fn nobody_is_forgotten_while_a_generation_is_unfinished(world: &World) {
    let person = world.funded(100).await;
    let conflict = async || {
        assert_eq!(world.commit(&forgets(world, &person)).await, Commit::VersionConflict);
        assert_eq!(world.session(&person).await.person, person);
    };
    let order = world.ordered(&person, 10).await;
    conflict().await;
    for state in [State::Submitting, State::Running { task: success(&order, 1).task }] {
        let mut change = world.change();
        change.generations.push(step(&order, state));
        world.committed(&change).await;
        conflict().await;
    }
    world.committed(&world.succeed(&order, 10)).await;
    conflict().await;
    let (cancelled, failed) = (world.ordered(&person, 10).await, world.ordered(&person, 10).await);
    deliver(world, &order).await;
    conflict().await;
    let mut change = world.operations([Operation::Release { hold: cancelled.hold() }]);
    change.generations.push(step(&cancelled, State::Cancelled));
    world.committed(&change).await;
    world.committed(&world.fail(&failed)).await;
    let lost = world.succeeded(&person, 10, 10).await;
    let (success, reason) = (success(&lost, 1), Undeliverable::ChatGone);
    let (id, from) = (lost.generation.id, EventKind::Undeliverable.from());
    let mut change = world.change();
    let to = State::Undeliverable { success, reason };
    change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
    world.committed(&change).await;
    world.committed(&forgets(world, &person)).await;
}

/// Somebody who is not there can't be forgotten (again): load again, decide again.
pub async fn forgetting_of_nobody_is_a_conflict(world: &World) {
    let person = world.person().await;
    assert_eq!(world.commit(&forgets(world, &world.stranger())).await, Commit::VersionConflict);
    world.committed(&forgets(world, &person)).await;
    assert_eq!(world.commit(&forgets(world, &person)).await, Commit::VersionConflict);
}

/// The version that was loaded may be demanded, and what is refused beside it undoes it.
pub async fn forgetting_is_one_with_its_change_set(world: &World) {
    let person = world.funded(10).await;
    world.committed(&says(world, &person, 0, "{}")).await;
    let mut stale = forgets(world, &person);
    stale.conversation = says(world, &person, 0, "{}").conversation;
    assert_eq!(world.commit(&stale).await, Commit::VersionConflict);
    let mut greedy = forgets(world, &person);
    let adjust = world.order(&person, 11).reserve;
    greedy.operations.push(adjust);
    assert_eq!(world.commit(&greedy).await, refusal(short(10, 11)));
    assert_eq!(world.session(&person).await.person, person);
    assert!(!world.store.is_former(&trace(&person)).await.expect("the store answers"));
    let mut change = forgets(world, &person);
    change.mark = Some(world.update());
    change.conversation = says(world, &person, 1, "{}").conversation;
    world.committed(&change).await;
    assert!(matches!(world.commit(&change).await, Commit::AlreadyDone(_)));
    assert_eq!(world.store.session_of(person.user).await.expect("the store answers"), None);
}

/// A worker that prepared a file, one that sends, one that settles: who comes too late does no harm.
pub async fn work_that_comes_after_the_forgetting_changes_nothing(world: &World) {
    let person = world.funded(100).await;
    let lived = lived(world, &person).await;
    world.committed(&forgets(world, &person)).await;
    let refused = InputState::Refused { reason: InputFault::Gone };
    world.committed(&settles(world, lived.input, &refused)).await;
    assert_eq!(found(world, &[lived.input]).await, []);
    let mut change = world.change();
    change.ended.push((lived.waiting, MessageEnd::Sent));
    change.messages.push(world.message(&person));
    world.committed(&change).await;
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    world.store.note_window(person.user, 1, 7).await.expect("the store answers");
    for late in
        [creates(world, &file(world, &person)), keeps(world, &person, &["a"], true), says(world, &person, 1, "{}")]
    {
        assert_eq!(world.commit(&late).await, Commit::VersionConflict, "{late:?}");
    }
}

/// A tap on confirm and a tap on delete at once, on two devices: the order stands or the person is gone, never both.
pub async fn one_of_a_confirm_and_a_forgetting_wins(world: &World) {
    for _ in 0..5 {
        let person = world.funded(100).await;
        let order = world.order(&person, 10);
        let mut confirm = world.confirm(&order);
        confirm.conversation = says(world, &person, 0, "{}").conversation;
        let kept = keeps(world, &person, &["a"], true);
        let sent = creates(world, &file(world, &person));
        let answers = world.parallel(vec![confirm, forgets(world, &person), kept, sent]).await;
        assert_eq!(count(&answers[..2], &Commit::Committed), 1, "{answers:?}");
        let (committed, conflict) = (Commit::Committed, Commit::VersionConflict);
        assert!(answers.iter().all(|answer| [&committed, &conflict].contains(&answer)), "{answers:?}");
        let session = world.store.session_of(person.user).await.expect("the store answers");
        let live = world.store.live_generations(person.user).await.expect("the store answers");
        assert_eq!((session.is_some(), live.len()), if answers[0] == committed { (true, 1) } else { (false, 0) });
        if let Some(row) = live.first() {
            assert_eq!(row.state.kind(), StateKind::Queued);
            world.committed(&world.fail(&order)).await;
        }
    }
}

/// What a person left behind.
struct Lived {
    order: Order,
    input: domain::ids::InputId,
    waiting: MessageId,
}

/// A life with something of everything, and 90 kopecks left of 100.
async fn lived(world: &World, person: &Person) -> Lived {
    world.committed(&says(world, person, 0, "{\"full\": true}")).await;
    let sent = file(world, person);
    world.committed(&creates(world, &sent)).await;
    world.committed(&keeps(world, person, &["model"], true)).await;
    let order = world.succeeded(person, 10, 10).await;
    world.store.note_progress(order.generation.id, 77).await.expect("the store answers");
    deliver(world, &order).await;
    let mut change = world.change();
    let done = NewMessage { generation: Some(order.generation.id), ..world.message(person) };
    let waiting = world.message(person);
    change.ended.push((done.id, MessageEnd::Sent));
    change.messages = vec![done, waiting.clone()];
    world.committed(&change).await;
    Lived { order, input: sent.id, waiting: waiting.id }
}

async fn deliver(world: &World, order: &Order) {
    let mut change = world.change();
    let (id, from) = (order.generation.id, EventKind::Delivered.from());
    let to = State::Delivered(success(order, 1));
    change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
    world.committed(&change).await;
}

fn forgets(world: &World, person: &Person) -> ChangeSet {
    let mut change = world.change();
    change.person = Some(PersonChange::Forget { user: person.user, trace: trace(person) });
    change
}

/// Stands for the keyed hash that the app makes.
fn trace(person: &Person) -> Trace {
    let mut hash = [7; 32];
    hash[..8].copy_from_slice(&person.chat.0.to_be_bytes());
    Trace(hash)
}
