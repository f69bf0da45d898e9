//! What successes brought beside what KIE took for them.

use std::time::Duration;

use domain::generation::{State, Success};
use domain::ids::ModelId;
use domain::ledger::{Amount, Operation};
use domain::money::{Credits, Markup, Money, PriceFactor, Rate};
use domain::ports::{ChangeSet, Drift, Person, StopChange, StopReason, StoreError};
use domain::quote::{Cost, Margin, Quote};

use super::World;
use super::world::{Order, step, success};

/// Of this model only, with all figures; of one moment the later generation first.
pub async fn margins_come_newest_first(world: &World) {
    let person = world.funded(100_000).await;
    assert_eq!(margins(world, "a", 9).await, []);
    sold(world, &person, "a", table("4"), Some("4")).await;
    sold(world, &person, "b", table("1"), Some("1")).await;
    sold(world, &person, "a", metered("4"), Some("1.01")).await;
    // A table price is charged as shown, whatever KIE took.
    sold(world, &person, "a", table("6"), Some("0.5")).await;
    let wanted = [
        margin("6", "0.5", 600, 25), // 0.5 credits are 25 kopecks to us, and 50 to the user.
        margin("4", "1.01", 110, 51),
        margin("4", "4", 400, 200),
    ];
    assert_eq!(margins(world, "a", 9).await, wanted);
    assert_eq!(margins(world, "a", 2).await, wanted[..2]);
    assert_eq!(margins(world, "a", 0).await, []);
    assert_eq!(margins(world, "b", 9).await, [margin("1", "1", 100, 50)]);
    // Two in one change set.
    let (first, last) =
        (ordered(world, &person, "a", table("2")).await, ordered(world, &person, "a", table("3")).await);
    assert!(first.generation.id < last.generation.id, "ids are in the order of their creation");
    let (mut change, other) = (ends(world, &last, Some("3")), ends(world, &first, Some("2")));
    change.generations.extend(other.generations);
    change.operations.extend(other.operations);
    world.committed(&change).await;
    let newest = [margin("3", "3", 300, 150), margin("2", "2", 200, 100), wanted[0]];
    assert_eq!(margins(world, "a", 3).await, newest);
}

/// What a model lost before it was sold again does not count any more; what it loses while it is stopped does, until then.
pub async fn margins_count_from_the_last_resume(world: &World) {
    let person = world.funded(100_000).await;
    let model = || ModelId("a".to_owned());
    let lose = async || {
        sold(world, &person, "a", table("4"), Some("9")).await;
        margins(world, "a", 9).await.len()
    };
    let change = async |stop| {
        world.committed(&ChangeSet { stops: vec![stop], ..world.change() }).await;
        margins(world, "a", 9).await.len()
    };
    sold(world, &person, "b", table("4"), Some("9")).await;
    assert_eq!((lose().await, lose().await), (1, 2));
    for _ in 0..2 {
        assert_eq!(change(StopChange::Stop(model(), StopReason::Loss)).await, 2);
    }
    assert_eq!(lose().await, 3);
    assert_eq!(change(StopChange::Resume(model())).await, 0);
    assert_eq!(lose().await, 1);
    assert_eq!(change(StopChange::Resume(model())).await, 1, "it is sold already");
    assert_eq!(change(StopChange::Stop(model(), StopReason::Loss)).await, 4, "while it is stopped, all of them");
    assert_eq!(change(StopChange::Resume(model())).await, 0);
    assert_eq!(margins(world, "b", 9).await.len(), 1, "another model");
}

/// KIE took more than the user paid; as much is no loss yet.
pub async fn a_loss_is_seen_in_its_margin(world: &World) {
    let person = world.funded(100_000).await;
    for (quote, taken) in [(table("4"), "8"), (metered("4"), "8.02"), (table("4"), "9"), (metered("4"), "0")] {
        sold(world, &person, "a", quote, Some(taken)).await;
    }
    let margins = margins(world, "a", 9).await;
    let figures: Vec<_> = margins.iter().map(|margin| (margin.earned.kopecks(), margin.is_loss())).collect();
    assert_eq!(figures, [(0, false), (400, true), (400, true), (400, false)]);
}

/// KIE said nothing, or what no rate can turn into money: the user's price stands, and no figure is made up. It is a success all the same.
pub async fn a_success_of_unknown_cost_has_no_margin(world: &World) {
    let person = world.funded(100_000).await;
    let start = world.now();
    let absurd = Quote {
        factor: PriceFactor { rate: Rate::from_raw(i64::MAX), ..factor() },
        price: Money::from_kopecks(30),
        ..metered("4")
    };
    sold(world, &person, "a", table("4"), None).await;
    sold(world, &person, "a", metered("4"), None).await;
    let order = ordered(world, &person, "a", absurd).await;
    world.committed(&ends(world, &order, Some("9223372036854.775807"))).await;
    world.committed(&world.fail(&ordered(world, &person, "a", table("4")).await)).await;
    assert_eq!(margins(world, "a", 9).await, []);
    assert_eq!(drifts(world, start).await, []);
    sold(world, &person, "a", metered("4"), Some("3")).await;
    sold(world, &person, "a", table("4"), None).await;
    assert_eq!(margins(world, "a", 1).await, [margin("4", "3", 300, 150)], "those of unknown cost take no place");
    assert_eq!(drifts(world, start).await, [drift("a", true, 1, ["4", "3"], 300, 150)]);
    let popular = world.store.popular_models(start, 9).await.expect("the store answers");
    assert_eq!(popular, [(ModelId("a".to_owned()), 5)]);
}

/// By model and, within it, plain quotes first; the first moment included.
pub async fn drifts_add_up_by_model_and_kind_of_quote(world: &World) {
    let person = world.funded(1_000_000).await;
    let start = world.now();
    assert_eq!(drifts(world, start).await, []);
    sold(world, &person, "a-1", metered("4"), Some("1")).await;
    sold(world, &person, "a-1", table("4"), Some("5")).await;
    sold(world, &person, "Z", table("1"), Some("1")).await;
    let order = ordered(world, &person, "a/1", table("0.5")).await;
    let edge = ends(world, &order, Some("0.25"));
    world.committed(&edge).await;
    for taken in ["2.5", "6"] {
        sold(world, &person, "a-1", metered("4"), Some(taken)).await;
        sold(world, &person, "a-1", table("4"), Some("4")).await;
    }
    let wanted = [
        drift("Z", false, 1, ["1", "1"], 100, 50),
        drift("a-1", false, 3, ["12", "13"], 1200, 650),
        drift("a-1", true, 3, ["12", "9.5"], 100 + 250 + 400, 50 + 125 + 300),
        drift("a/1", false, 1, ["0.5", "0.25"], 50, 13),
    ];
    assert_eq!(drifts(world, start).await, wanted);
    let later = [
        drift("a-1", false, 2, ["8", "8"], 800, 400),
        drift("a-1", true, 2, ["8", "8.5"], 650, 425),
        wanted[3].clone(),
    ];
    assert_eq!(drifts(world, edge.at).await, later);
    assert_eq!(drifts(world, edge.at + Duration::from_micros(1)).await, later[..2]);
    assert_eq!(drifts(world, world.now() + Duration::from_secs(1)).await, []);
}

/// Better no figure than a wrong one.
pub async fn sums_that_no_figure_can_say_are_a_defect(world: &World) {
    let person = world.funded(1000).await;
    let start = world.now();
    let most = Quote { price: Money::from_kopecks(10), ..table("0") };
    let most = Quote { cost: Cost { credits: Credits::from_raw(i64::MAX), metered: false }, ..most };
    sold(world, &person, "a", most, Some("1")).await;
    assert_eq!(drifts(world, start).await[0].quoted, Credits::from_raw(i64::MAX));
    sold(world, &person, "a", most, Some("1")).await;
    let answer = world.store.drifts(start).await;
    assert!(matches!(answer, Err(StoreError::Defect(_))), "{answer:?}");
}

async fn margins(world: &World, model: &str, limit: u32) -> Vec<Margin> {
    world.store.margins(&ModelId(model.to_owned()), limit).await.expect("the store answers")
}

async fn drifts(world: &World, since: domain::clock::Timestamp) -> Vec<Drift> {
    world.store.drifts(since).await.expect("the store answers")
}

/// A credit costs half a rouble and is sold for a whole one, by ten kopecks.
fn factor() -> PriceFactor {
    PriceFactor { rate: Rate::from_raw(1_000_000), markup: Markup::from_raw(20_000), step: Money::from_kopecks(10) }
}

/// The price of a table.
fn table(credits: &str) -> Quote {
    quote(credits, false)
}

/// An upper bound.
fn metered(credits: &str) -> Quote {
    quote(credits, true)
}

fn quote(credits: &str, metered: bool) -> Quote {
    let cost = Cost { credits: self::credits(credits), metered };
    Quote::new(cost, factor(), domain::clock::Timestamp::EPOCH).expect("a price of a few roubles")
}

fn credits(text: &str) -> Credits {
    text.parse().expect("a decimal")
}

fn margin(quoted: &str, taken: &str, earned: i64, cost: i64) -> Margin {
    let (quoted, taken) = (credits(quoted), Some(credits(taken)));
    Margin { quoted, taken, earned: Money::from_kopecks(earned), cost: Some(Money::from_kopecks(cost)) }
}

fn drift(model: &str, metered: bool, successes: u64, [quoted, taken]: [&str; 2], earned: i64, cost: i64) -> Drift {
    Drift {
        model: ModelId(model.to_owned()),
        metered,
        successes,
        quoted: credits(quoted),
        taken: credits(taken),
        earned: Money::from_kopecks(earned),
        cost: Money::from_kopecks(cost),
    }
}

/// A confirmed order of this model for this quote.
async fn ordered(world: &World, person: &Person, model: &str, quote: Quote) -> Order {
    let mut order = world.order_of(person, Amount::money(quote.price));
    (order.generation.model, order.generation.quote) = (ModelId(model.to_owned()), quote);
    world.committed(&world.confirm(&order)).await;
    order
}

/// The change set of a success of which KIE says that it took this, with the settlement of its quote.
fn ends(world: &World, order: &Order, taken: Option<&str>) -> ChangeSet {
    let cost = taken.map(credits);
    let capture = order.generation.quote.settle(cost).capture;
    let hold = order.hold();
    let mut change = world.operations([match capture {
        Money::ZERO => Operation::Release { hold },
        _ => Operation::Capture { hold, amount: capture.kopecks() },
    }]);
    change.generations.push(step(order, State::Succeeded(Success { cost, ..success(order, 1) })));
    change
}

/// Ordered and made.
async fn sold(world: &World, person: &Person, model: &str, quote: Quote, taken: Option<&str>) {
    let order = ordered(world, person, model, quote).await;
    world.committed(&ends(world, &order, taken)).await;
}
