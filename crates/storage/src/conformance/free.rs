//! Counters of free generations.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::free::{FreeLimits, FreeUse, FreeWindows, Funding};
use domain::generation::{Event, Generation, Undeliverable};
use domain::ids::{GenerationId, ModelId};
use domain::ledger::{Amount, BonusKind, Operation, Unit};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, FreeChange, GenerationChange, Person, StoreError};

use super::World;
use super::world::{count, failed, refusal, short, success};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Within the limits nothing is paid and no line is written; past them the counter refuses, and a run of the bank pays, which is not free.
pub async fn a_free_model_on_an_empty_wallet_is_had_within_its_limits_and_refused_past_them(world: &World) {
    let person = world.person().await;
    let limits = FreeLimits { day: 5, hour: 2 };
    for _ in 0..2 {
        let free = free_one(world, &person);
        world.committed(&takes(world, &free, limits)).await;
        end(world, &free, Event::Delivered).await;
    }
    let past = free_one(world, &person);
    assert_eq!(world.commit(&takes(world, &past, limits)).await, Commit::VersionConflict);
    assert_eq!(world.store.generation(past.id).await.expect("the store answers"), None);
    assert_eq!((uses(world, &person).await, world.lines(&person).await), (vec![used("free", 2, 2)], 0));
    // No run either, then one.
    let by_run = world.order_of(&person, Amount::runs(1));
    assert!(matches!(world.commit(&world.confirm(&by_run)).await, Commit::Refused { .. }));
    let (user, kind, cause) = (person.user, BonusKind::Gift, "a run".to_owned());
    world.applied(Operation::Bonus { user, kind, cause, amount: Amount::runs(1) }).await;
    world.committed(&world.confirm(&by_run)).await;
    assert_eq!(world.figures(user, Unit::Run).await, (1, 1));
    world.committed(&world.succeed(&by_run, 1)).await;
    assert_eq!((world.figures(user, Unit::Run).await, world.money(&person).await), ((0, 0), (0, 0)));
    assert_eq!(uses(world, &person).await, [used("free", 2, 2)]);
}

/// Fifty taps of one moment against a limit of three, of the hour and then of the day: three are counted.
pub async fn limits_hold_under_parallel_takes(world: &World) {
    for limits in [FreeLimits { day: 50, hour: 3 }, FreeLimits { day: 3, hour: 50 }] {
        let person = world.person().await;
        let changes = (0..50).map(|_| takes(world, &free_one(world, &person), limits));
        let answers = world.parallel(changes.collect()).await;
        assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (3, 47));
        assert_eq!(uses(world, &person).await, [used("free", 3, 3)]);
    }
}

/// A limit of nothing is no limit that the first one slips through.
pub async fn a_limit_of_none_lets_nothing_through(world: &World) {
    let person = world.person().await;
    for limits in [FreeLimits { day: 0, hour: 1 }, FreeLimits { day: 1, hour: 0 }] {
        assert_eq!(world.commit(&takes(world, &free_one(world, &person), limits)).await, Commit::VersionConflict);
    }
    assert_eq!(uses(world, &person).await, []);
}

/// The last microsecond of an hour and the first of the next one, the same of a day: each window has its own count.
pub async fn an_hour_and_a_day_end_where_the_next_one_begins(world: &World) {
    let person = world.person().await;
    let limits = FreeLimits { day: 3, hour: 2 };
    let midnight = windows(world.now()).day + HOUR * 24;
    let hours = [midnight - HOUR * 2, midnight - HOUR, midnight];
    let before = |moment: Timestamp| moment - Duration::from_micros(1);
    let wanted = [
        (hours[0], true),
        (before(hours[1]), true),
        (before(hours[1]), false), // The hour is full.
        (hours[1], true),
        (before(hours[2]), false), // The day is full, the hour is not.
        (hours[2], true),
        (hours[2], true),
        (hours[2], false),
    ];
    for (at, fits) in wanted {
        let mut free = free_one(world, &person);
        free.funding = Funding::Free(windows(at));
        let answer = world.commit(&takes(world, &free, limits)).await;
        assert_eq!(answer, if fits { Commit::Committed } else { Commit::VersionConflict }, "{at:?}");
    }
    let of = async |at| world.store.free_uses(person.user, windows(at)).await.expect("the store answers");
    assert_eq!(of(hours[0]).await, [used("free", 3, 2)]);
    assert_eq!(of(hours[1]).await, [used("free", 3, 1)]);
    assert_eq!(of(hours[2]).await, [used("free", 2, 2)]);
    assert_eq!(of(hours[2] + HOUR).await, [used("free", 2, 0)]);
    assert_eq!(of(hours[2] + HOUR * 24).await, []);
}

/// Taken before midnight, failed or cancelled after it: yesterday's windows get it back, today's do not change. It may be taken again.
pub async fn what_is_given_back_goes_to_the_windows_that_it_was_taken_from(world: &World) {
    let person = world.person().await;
    let limits = FreeLimits { day: 2, hour: 2 };
    let before = windows(world.now());
    let old = [free_one(world, &person), free_one(world, &person)];
    for free in &old {
        world.committed(&takes(world, free, limits)).await;
    }
    world.clock.advance(HOUR * 24);
    let today = free_one(world, &person);
    world.committed(&takes(world, &today, limits)).await;
    world.committed(&gives_back(world, &old[0])).await;
    let of = async |windows| world.store.free_uses(person.user, windows).await.expect("the store answers");
    assert_eq!((of(before).await, uses(world, &person).await), (vec![used("free", 1, 1)], vec![used("free", 1, 1)]));
    // The second give of a step is none: the step is a conflict.
    assert_eq!(world.commit(&gives_back(world, &old[0])).await, Commit::VersionConflict);
    world.committed(&gives_back(world, &old[1])).await;
    assert_eq!((of(before).await, uses(world, &person).await), (vec![], vec![used("free", 1, 1)]));
    world.committed(&gives_back(world, &today)).await;
    for _ in 0..2 {
        world.committed(&takes(world, &free_one(world, &person), limits)).await;
    }
    assert_eq!(uses(world, &person).await, [used("free", 2, 2)]);
}

/// It would hide that something was counted twice or never.
pub async fn giving_back_what_was_not_taken_is_a_defect(world: &World) {
    let person = world.person().await;
    let give = |windows| FreeChange::Give { user: person.user, model: ModelId("free".to_owned()), windows };
    let free = free_one(world, &person);
    let change = ChangeSet { free: vec![give(windows(world.now()))], ..world.change() };
    let refused = async |change: &ChangeSet| {
        let answer = world.store.commit(change).await;
        assert!(matches!(answer, Err(StoreError::Defect(_))), "{answer:?}");
    };
    refused(&change).await;
    world.committed(&takes(world, &free, FreeLimits { day: 9, hour: 9 })).await;
    let other_hour = FreeWindows { hour: windows(world.now()).hour + HOUR, ..windows(world.now()) };
    refused(&ChangeSet { free: vec![give(other_hour)], ..world.change() }).await;
    let twice = ChangeSet { free: vec![give(windows(world.now())); 2], ..world.change() };
    refused(&twice).await;
    assert_eq!(uses(world, &person).await, [used("free", 1, 1)]);
}

/// By model, of this user and these windows only.
pub async fn uses_are_told_by_model(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    let limits = FreeLimits { day: 9, hour: 9 };
    for (whose, model) in [(&person, "b"), (&person, "a/1"), (&person, "a-1"), (&other, "a-1"), (&person, "b")] {
        let mut free = free_one(world, whose);
        free.model = ModelId(model.to_owned());
        world.committed(&takes(world, &free, limits)).await;
    }
    assert_eq!(uses(world, &person).await, [used("a-1", 1, 1), used("a/1", 1, 1), used("b", 2, 2)]);
    assert_eq!(uses(world, &other).await, [used("a-1", 1, 1)]);
}

/// What is refused by the ledger, or by a counter behind the first one, leaves no count.
pub async fn a_take_that_is_undone_counts_nothing(world: &World) {
    let person = world.funded(10).await;
    let limits = FreeLimits { day: 9, hour: 9 };
    let mut greedy = takes(world, &free_one(world, &person), limits);
    greedy.operations.push(world.order(&person, 11).reserve);
    assert_eq!(world.commit(&greedy).await, refusal(short(10, 11)));
    let (one, other) = (free_one(world, &person), free_one(world, &person));
    let mut both = takes(world, &one, limits);
    let narrow = takes(world, &other, FreeLimits { day: 9, hour: 1 });
    both.generations.extend(narrow.generations);
    both.free.extend(narrow.free);
    assert_eq!(world.commit(&both).await, Commit::VersionConflict);
    assert_eq!(uses(world, &person).await, []);
    both.free.swap(0, 1);
    world.committed(&both).await;
    assert_eq!(uses(world, &person).await, [used("free", 2, 2)]);
}

/// Two counters in either order: nobody waits for the other one.
pub async fn opposite_orders_of_two_counters_do_not_lock_each_other_out(world: &World) {
    let person = world.person().await;
    let limits = FreeLimits { day: 99, hour: 99 };
    let changes = (0..20).map(|at| {
        let mut change = world.change();
        for model in ["a", "b"] {
            let mut free = free_one(world, &person);
            free.model = ModelId(model.to_owned());
            let takes = takes(world, &free, limits);
            change.generations.extend(takes.generations);
            change.free.extend(takes.free);
        }
        if at % 2 == 0 {
            change.free.reverse();
        }
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!(count(&answers, &Commit::Committed), 20, "{answers:?}");
    assert_eq!(uses(world, &person).await, [used("a", 20, 20), used("b", 20, 20)]);
}

/// KIE made it, so it was had, whether or not it could be delivered.
pub async fn a_free_generation_that_cannot_be_delivered_stays_counted(world: &World) {
    let person = world.person().await;
    let free = free_one(world, &person);
    world.committed(&takes(world, &free, FreeLimits { day: 1, hour: 1 })).await;
    end(world, &free, Event::Undeliverable(Undeliverable::ChatGone)).await;
    assert_eq!(uses(world, &person).await, [used("free", 1, 1)]);
    world.assert_audit_is_clean().await;
}

/// The windows of a moment, as if the owner lived in Greenwich.
pub(super) fn windows(at: Timestamp) -> FreeWindows {
    let floor = |step: Duration| {
        let step = i64::try_from(step.as_micros()).expect("a day");
        Timestamp::from_micros(at.as_micros() - at.as_micros().rem_euclid(step))
    };
    FreeWindows { day: floor(HOUR * 24), hour: floor(HOUR) }
}

/// A draft of the model `free` within the present windows, not committed.
pub(super) fn free_one(world: &World, person: &Person) -> Generation {
    let draft = world.order_of(person, Amount::money(Money::from_kopecks(1))).generation;
    Generation { model: ModelId("free".to_owned()), funding: Funding::Free(windows(world.now())), ..draft }
}

/// The change set of a confirm: create the generation, count it in its windows.
pub(super) fn takes(world: &World, free: &Generation, limits: FreeLimits) -> ChangeSet {
    let Funding::Free(windows) = free.funding else { unreachable!("`{}` is not free", free.id) };
    let mut change = world.change();
    change.generations.push(GenerationChange::Create(Box::new(free.clone())));
    change.free.push(FreeChange::Take { user: free.user, model: free.model.clone(), windows, limits });
    change
}

/// The change set of a failure: the reason, and what was taken goes back.
pub(super) fn gives_back(world: &World, free: &Generation) -> ChangeSet {
    let Funding::Free(windows) = free.funding else { unreachable!("`{}` is not free", free.id) };
    let mut change = world.change();
    change.generations.push(GenerationChange::Step { id: free.id, from: super::LIVE, to: failed(), relinked: false });
    change.free.push(FreeChange::Give { user: free.user, model: free.model.clone(), windows });
    change
}

/// Made by KIE, and then this.
pub(super) async fn end(world: &World, free: &Generation, last: Event) {
    let order = super::Order { generation: free.clone(), reserve: world.posting(world.top_up(free.user, 1)) };
    let made = success(&order, 1);
    for event in [Event::Submit, Event::Accepted(made.task.clone()), Event::Succeeded(made), last] {
        step(world, free.id, event).await;
    }
}

async fn step(world: &World, id: GenerationId, event: Event) {
    let from = event.kind().from();
    let to = world.generation(id).await.state.after(event).expect("a way of life");
    let mut change = world.change();
    change.generations.push(GenerationChange::Step { id, from, to, relinked: false });
    world.committed(&change).await;
}

/// In the present windows.
pub(super) async fn uses(world: &World, person: &Person) -> Vec<(ModelId, FreeUse)> {
    world.store.free_uses(person.user, windows(world.now())).await.expect("the store answers")
}

pub(super) fn used(model: &str, day: u32, hour: u32) -> (ModelId, FreeUse) {
    (ModelId(model.to_owned()), FreeUse { day, hour })
}
