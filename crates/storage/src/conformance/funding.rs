//! How a generation is paid.

use domain::free::{FreeLimits, Funding};
use domain::generation::{Event, Generation, State};
use domain::ledger::{Amount, BonusKind, Operation, Unit};
use domain::money::Money;
use domain::ports::Person;

use super::World;
use super::free::{end, free_one, takes};
use super::world::{Order, everything, failed, step};

/// A hold of money, a hold of a run, the windows: each comes back, by every way to its generation and through its states.
pub async fn how_a_generation_is_paid_stays_known(world: &World) {
    let person = rich(world).await;
    let (money, run, free) = three(world, &person).await;
    assert!(matches!(
        (money.generation.funding, run.generation.funding, free.funding),
        (Funding::Money(_), Funding::Run(_), Funding::Free(_))
    ));
    let wanted = [money.generation.clone(), run.generation.clone(), free.clone()];
    for generation in &wanted {
        assert_eq!(world.generation(generation.id).await, *generation);
        let by_token = world.store.generation_by_token(&generation.token).await.expect("the store answers");
        assert_eq!(by_token.as_ref(), Some(generation));
    }
    assert_eq!(world.store.live_generations(person.user).await.expect("the store answers"), wanted);
    world.committed(&world.succeed(&money, 10)).await;
    world.committed(&world.succeed(&run, 1)).await;
    end(world, &free, Event::Delivered).await;
    let history = world.store.history(everything(&person, 0, 9)).await.expect("the store answers");
    let found: Vec<_> = history.iter().rev().map(|row| row.funding).collect();
    assert_eq!(found, wanted.each_ref().map(|row| row.funding));
}

/// A run is captured for a result, and released for none, as money is.
pub async fn a_run_is_earned_or_given_back(world: &World) {
    let person = rich(world).await;
    let (_, made, _) = three(world, &person).await;
    let lost = world.order_of(&person, Amount::runs(1));
    world.committed(&world.confirm(&lost)).await;
    assert_eq!(world.figures(person.user, Unit::Run).await, (3, 2));
    world.committed(&world.succeed(&made, 1)).await;
    let mut change = world.operations([Operation::Release { hold: lost.hold() }]);
    change.generations.push(step(&lost, failed()));
    world.committed(&change).await;
    assert_eq!(world.figures(person.user, Unit::Run).await, (2, 0));
}

/// What was given away is a success like any other, and no income and no loss of its price table.
pub async fn what_was_not_paid_with_money_has_no_margin(world: &World) {
    let person = rich(world).await;
    let start = world.now();
    let (money, run, free) = three(world, &person).await;
    let model = money.generation.model.clone();
    world.committed(&world.succeed(&run, 1)).await;
    end(world, &free, Event::Delivered).await;
    let margins = async |limit| world.store.margins(&model, limit).await.expect("the store answers");
    let drifts = async || world.store.drifts(start).await.expect("the store answers");
    assert_eq!((margins(9).await.len(), drifts().await.len()), (0, 0));
    let popular = world.store.popular_models(start, 9).await.expect("the store answers");
    assert_eq!(popular.iter().map(|(_, count)| count).sum::<u64>(), 2);
    assert!(world.store.took(&free.model, 1).await.expect("the store answers").is_some());
    world.committed(&world.succeed(&money, 7)).await;
    // A success that comes with its generation.
    let mut again = world.order_of(&person, Amount::runs(1));
    let quiet = world.generation(run.generation.id).await.state.success().cloned().expect("it was made");
    again.generation.state =
        State::Succeeded(domain::generation::Success { task: super::world::task(&again, 1), ..quiet });
    let mut change = world.confirm(&again);
    change.operations.push(world.posting(Operation::Capture { hold: again.hold(), amount: 1 }));
    world.committed(&change).await;
    let earned: Vec<_> = margins(9).await.iter().map(|margin| margin.earned).collect();
    assert_eq!(earned, [Money::from_kopecks(7)]);
    let found: Vec<_> = drifts().await.iter().map(|drift| (drift.successes, drift.earned)).collect();
    assert_eq!(found, [(1, Money::from_kopecks(7))]);
}

/// Somebody with money and three runs.
async fn rich(world: &World) -> Person {
    let person = world.funded(100).await;
    let (user, kind, cause) = (person.user, BonusKind::Gift, format!("runs of {}", person.user));
    world.applied(Operation::Bonus { user, kind, cause, amount: Amount::runs(3) }).await;
    person
}

/// One of each means, queued.
async fn three(world: &World, person: &Person) -> (Order, Order, Generation) {
    let money = world.ordered(person, 10).await;
    let run = world.order_of(person, Amount::runs(1));
    world.committed(&world.confirm(&run)).await;
    let free = free_one(world, person);
    world.committed(&takes(world, &free, FreeLimits { day: 9, hour: 9 })).await;
    (money, run, free)
}
