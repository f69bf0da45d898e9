//! The life of a generation.

use domain::generation::{
    Event, EventKind, Failure, FailureReason, Generation, State, StateKind, Success, Undeliverable,
};
use domain::ids::{CallbackToken, GenerationId, TaskId};
use domain::ledger::Operation;
use domain::models::ApiFamily;
use domain::ports::{ChangeSet, Commit, GenerationChange};

use super::World;
use super::world::{Order, count, everything, failed, step, success, task};

/// Every field comes back, by each of its names; absence is no error.
pub async fn a_generation_is_found_by_id_token_and_task(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    let other = world.ordered(&person, 50).await;
    let Generation { id, token, .. } = order.generation.clone();
    assert_eq!(world.generation(id).await, order.generation);
    let by_token =
        async |token: &CallbackToken| world.store.generation_by_token(token).await.expect("the store answers");
    assert_eq!(by_token(&token).await, Some(order.generation.clone()));
    assert_eq!(by_token(&CallbackToken::from_text("unknown".to_owned())).await, None);
    let of_task = async |task: TaskId| world.store.generation_of_task(&task).await.expect("the store answers");
    assert_eq!(of_task(task(&order, 1)).await, None);
    submit(world, &order, 1).await;
    assert_eq!((of_task(task(&order, 1)).await, of_task(task(&other, 1)).await), (Some(id), None));
    let unknown = GenerationId::ordered(&world.clock, &world.ids);
    assert_eq!(world.store.generation(unknown).await.expect("the store answers"), None);
}

/// Those that are there, each once, whoever's they are.
pub async fn generations_are_found_by_their_ids(world: &World) {
    let (person, other) = (world.funded(100).await, world.funded(100).await);
    let (mine, theirs) = (world.ordered(&person, 10).await.generation, world.ordered(&other, 10).await.generation);
    world.ordered(&person, 10).await;
    let unknown = GenerationId::ordered(&world.clock, &world.ids);
    let ids = [theirs.id, unknown, mine.id, theirs.id];
    let mut found = world.store.generations(&ids).await.expect("the store answers");
    found.sort_by_key(|row| row.id);
    assert_eq!(found, [mine, theirs]);
    assert_eq!(world.store.generations(&[]).await.expect("the store answers"), []);
}

/// Each state with all its facts, and the moment of the step, comes back as it was written.
pub async fn every_state_survives_storage(world: &World) {
    let person = world.funded(1000).await;
    let lives = [
        vec![Event::Submit, Event::NotMade, Event::Submit, Event::InputDied, Event::Submit],
        vec![Event::Submit, Event::Accepted(TaskId("a".to_owned()))],
        vec![Event::Cancel],
        vec![Event::Failed(Failure { reason: FailureReason::QueuedTooLong, detail: None })],
    ];
    for life in lives {
        let order = world.ordered(&person, 10).await;
        for event in life {
            take(world, &order, event).await;
        }
    }
    for undeliverable in [None, Some(Undeliverable::ChatGone), Some(Undeliverable::Refused)] {
        let order = world.ordered(&person, 10).await;
        let made = Success { cost: None, ..success(&order, 1) };
        take(world, &order, Event::Submit).await;
        take(world, &order, Event::Accepted(made.task.clone())).await;
        take(world, &order, Event::Succeeded(made)).await;
        if let Some(reason) = undeliverable {
            take(world, &order, Event::Undeliverable(reason)).await;
        }
        take(world, &order, Event::Delivered).await;
    }
}

/// One event, with the money that goes with it, and a look at the whole row.
async fn take(world: &World, order: &Order, event: Event) {
    let before = world.generation(order.generation.id).await;
    let mut change = match event.kind() {
        EventKind::Succeeded => world.operations([Operation::Capture { hold: order.hold(), amount: 10 }]),
        EventKind::Cancel | EventKind::Failed => world.operations([Operation::Release { hold: order.hold() }]),
        _ => world.change(),
    };
    let (from, relinked) = (event.kind().from(), event.kind() == EventKind::InputDied);
    let to = before.state.after(event).expect("a way of life");
    change.generations.push(GenerationChange::Step { id: before.id, from, to: to.clone(), relinked });
    world.committed(&change).await;
    let wanted = Generation { state: to, since: change.at, relinked: before.relinked || relinked, ..before };
    assert_eq!(world.generation(order.generation.id).await, wanted);
}

/// The id is minted with the draft: a second creation finds it taken, whatever else it says.
pub async fn a_generation_is_created_once(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    let mut change = world.change();
    let other =
        Generation { state: State::Submitting, token: CallbackToken::random(&world.ids), ..order.generation.clone() };
    change.generations.push(GenerationChange::Create(Box::new(other)));
    change.operations.push(world.posting(world.top_up(person.user, 1)));
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    assert_eq!(world.generation(order.generation.id).await, order.generation);
    assert_eq!(world.money(&person).await, (100, 50));
}

/// The old states of a step are a condition: a stale worker writes nothing, and neither does a step of nothing.
pub async fn a_step_from_another_state_is_a_conflict(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    let id = order.generation.id;
    let steps = [
        (id, EventKind::Accepted.from()),
        (id, EventKind::Delivered.from()),
        (id, &[][..]),
        (GenerationId::ordered(&world.clock, &world.ids), StateKind::ALL),
    ];
    for (id, from) in steps {
        let mut change = world.operations([world.top_up(person.user, 1)]);
        change.generations.push(GenerationChange::Step { id, from, to: State::Submitting, relinked: true });
        assert_eq!(world.commit(&change).await, Commit::VersionConflict, "{from:?}");
    }
    assert_eq!(world.generation(order.generation.id).await, order.generation);
    assert_eq!(world.money(&person).await, (100, 50));
}

/// A user's cancel, a worker's submit and a time-out meet: one of them finds the generation queued.
pub async fn one_of_parallel_steps_wins(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    let changes = (0..12).map(|at| {
        let to = if at % 2 == 0 { State::Cancelled } else { failed() };
        let mut change = world.operations([Operation::Release { hold: order.hold() }]);
        let (id, from) = (order.generation.id, EventKind::Cancel.from());
        change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 11));
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((100, 0), 3));
}

/// A generation that is created and goes on at once, and one that makes two steps.
pub async fn two_steps_of_one_change_set_count_in_order(world: &World) {
    let person = world.funded(100).await;
    let order = world.order(&person, 50);
    let id = order.generation.id;
    let to_submitting =
        GenerationChange::Step { id, from: EventKind::Submit.from(), to: State::Submitting, relinked: false };
    let running = State::Running { task: task(&order, 1) };
    let to_running =
        GenerationChange::Step { id, from: EventKind::Accepted.from(), to: running.clone(), relinked: false };
    let mut change = world.confirm(&order);
    change.generations.extend([to_submitting, to_running]);
    world.committed(&change).await;
    assert_eq!(world.generation(id).await.state, running);
}

/// Once is enough, and once is for ever: a later step does not take it back.
pub async fn a_relinked_generation_stays_relinked(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    let id = order.generation.id;
    for (to, relinked) in [(State::Submitting, false), (State::Queued, true), (State::Submitting, false)] {
        let mut change = world.change();
        change.generations.push(GenerationChange::Step { id, from: super::LIVE, to, relinked });
        world.committed(&change).await;
    }
    assert!(world.generation(id).await.relinked);
}

/// A late word about a task must find whose it is, also when the generation has given up on it.
pub async fn a_task_stays_bound_to_a_failed_generation(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    submit(world, &order, 1).await;
    world.committed(&world.fail(&order)).await;
    let found = world.store.generation_of_task(&task(&order, 1)).await.expect("the store answers");
    assert_eq!(found, Some(order.generation.id));
}

/// A variation knows its original, through all its states.
pub async fn what_a_generation_was_made_from_stays_known(world: &World) {
    let person = world.funded(100).await;
    let original = world.succeeded(&person, 10, 10).await;
    let mut order = world.order(&person, 10);
    order.generation.made_from = Some(original.generation.id);
    world.committed(&world.confirm(&order)).await;
    assert_eq!(world.generation(order.generation.id).await, order.generation);
    submit(world, &order, 1).await;
    assert_eq!(world.generation(order.generation.id).await.made_from, Some(original.generation.id));
}

/// The way of its task is frozen with it: found by id, by token and in the history, through all its states.
pub async fn the_family_of_a_generation_stays_known(world: &World) {
    let person = world.funded(100).await;
    for (number, family) in (1..).zip(ApiFamily::ALL.iter().copied()) {
        let mut order = world.order(&person, 10);
        order.generation.family = family;
        world.committed(&world.confirm(&order)).await;
        let Generation { id, token, .. } = order.generation.clone();
        assert_eq!(world.generation(id).await, order.generation);
        let by_token = world.store.generation_by_token(&token).await.expect("the store answers");
        assert_eq!(by_token, Some(order.generation.clone()));
        let history = world.store.history(everything(&person, 0, 9)).await.expect("the store answers");
        assert_eq!((history.len(), history.first()), (number, Some(&order.generation)));
        submit(world, &order, 1).await;
        assert_eq!(world.generation(id).await.family, family);
    }
}

/// A small statement of its own, which moves nothing else; the latest one counts, one for nothing is ignored.
pub async fn progress_messages_are_noted(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 50).await;
    let id = order.generation.id;
    for message in [41, 42] {
        world.store.note_progress(id, message).await.expect("the store answers");
    }
    let unknown = GenerationId::ordered(&world.clock, &world.ids);
    world.store.note_progress(unknown, 43).await.expect("the store answers");
    let wanted = Generation { progress_message: Some(42), ..order.generation.clone() };
    assert_eq!(world.generation(id).await, wanted);
    submit(world, &order, 1).await;
    assert_eq!(world.generation(id).await.progress_message, Some(42));
}

/// Submitted and accepted as this attempt's task.
pub(super) async fn submit(world: &World, order: &Order, attempt: u8) {
    let mut change: ChangeSet = world.change();
    change.generations.push(step(order, State::Submitting));
    change.generations.push(step(order, State::Running { task: task(order, attempt) }));
    world.committed(&change).await;
}
