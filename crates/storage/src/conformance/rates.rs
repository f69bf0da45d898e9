//! The exchange rate that holds, and the one that waits.

use domain::clock::Timestamp;
use domain::exchange::ExchangeRate;
use domain::money::Rate;
use domain::ports::{ChangeSet, Commit, RateChange, Rates};

use super::World;
use super::world::{refusal, short};

/// The last one holds; it ends the waiting of another.
pub async fn a_rate_that_is_set_holds(world: &World) {
    assert_eq!(rates(world).await, Rates::default());
    world.committed(&changes(world, RateChange::Set(rate("2026-11-01", 90)))).await;
    assert_eq!(rates(world).await, Rates { current: Some(rate("2026-11-01", 90)), waiting: None });
    world.committed(&changes(world, RateChange::Hold(rate("2026-11-02", 9)))).await;
    for _ in 0..2 {
        world.committed(&changes(world, RateChange::Set(rate("2026-11-03", 91)))).await;
        assert_eq!(rates(world).await, Rates { current: Some(rate("2026-11-03", 91)), waiting: None });
    }
}

/// What jumped waits beside what holds, in the place of what waited before, until it is accepted.
pub async fn a_rate_that_waits_is_accepted_by_its_date(world: &World) {
    world.committed(&changes(world, RateChange::Set(rate("2026-11-01", 90)))).await;
    for (date, roubles) in [("2026-11-02", 900), ("2026-11-03", 120)] {
        world.committed(&changes(world, RateChange::Hold(rate(date, roubles)))).await;
    }
    let both = Rates { current: Some(rate("2026-11-01", 90)), waiting: Some(rate("2026-11-03", 120)) };
    assert_eq!(rates(world).await, both);
    world.committed(&changes(world, accept("2026-11-03"))).await;
    assert_eq!(rates(world).await, Rates { current: Some(rate("2026-11-03", 120)), waiting: None });
}

/// An owner accepts what they saw, nothing else: another one that waits meanwhile, or none, is a conflict.
pub async fn a_rate_of_another_date_is_not_accepted(world: &World) {
    assert_eq!(world.commit(&changes(world, accept("2026-11-02"))).await, Commit::VersionConflict);
    world.committed(&changes(world, RateChange::Hold(rate("2026-11-03", 120)))).await;
    let mut beside = changes(world, accept("2026-11-02"));
    beside.mark = Some(world.update());
    assert_eq!(world.commit(&beside).await, Commit::VersionConflict);
    assert_eq!(rates(world).await, Rates { current: None, waiting: Some(rate("2026-11-03", 120)) });
    world.committed(&changes(world, accept("2026-11-03"))).await;
    assert_eq!(world.commit(&changes(world, accept("2026-11-03"))).await, Commit::VersionConflict, "a second tap");
}

/// The ledger's refusal takes the rate with it.
pub async fn a_change_set_that_is_not_written_changes_no_rate(world: &World) {
    let person = world.person().await;
    let set = RateChange::Set(rate("2026-11-01", 90));
    let refused = ChangeSet { operations: vec![world.order(&person, 1).reserve], ..changes(world, set) };
    assert_eq!(world.commit(&refused).await, refusal(short(0, 1)));
    assert_eq!(rates(world).await, Rates::default());
}

fn rate(date: &str, roubles: i64) -> ExchangeRate {
    let read_at = Timestamp::from_seconds(1_790_000_000 + roubles);
    ExchangeRate { rate: Rate::from_raw(roubles * 10_000), date: date.to_owned(), read_at }
}

fn accept(date: &str) -> RateChange {
    RateChange::Accept { date: date.to_owned() }
}

fn changes(world: &World, rate: RateChange) -> ChangeSet {
    ChangeSet { rate: Some(rate), ..world.change() }
}

async fn rates(world: &World) -> Rates {
    world.store.rates().await.expect("the store answers")
}
