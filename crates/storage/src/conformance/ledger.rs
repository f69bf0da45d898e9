//! The cases that tests of payments must show: reservation, shortage, release, integrity, double charges, edges. (Free models come with their
//! counters.)

use std::time::Duration;

use domain::free::Funding;
use domain::generation::{Generation, State};
use domain::ids::{GenerationId, TransferId};
use domain::ledger::{Amount, BonusKind, NOBODY, Operation, Provider, Refusal, Unit};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, GenerationChange, StatementLine};

use super::World;
use super::sessions::says;
use super::world::{count, metered, payment, refusal, short};

/// The whole way of a paid generation: reserved at the confirm, earned with the result, in part.
pub async fn reserve_and_capture(world: &World) {
    let person = world.funded(1000).await;
    let order = world.ordered(&person, 300).await;
    assert_eq!(world.money(&person).await, (1000, 300));
    world.committed(&world.succeed(&order, 250)).await;
    assert_eq!(world.money(&person).await, (750, 0));
    assert_eq!(world.generation(order.generation.id).await.state, State::Succeeded(metered(&order, 1, 250)));
    let session = world.session(&person).await;
    assert_eq!((session.money.posted, session.money.available(), session.runs.posted), (750, 750, 0));
}

/// The answer says what is there and what was wanted; nothing moves, no generation is made.
pub async fn insufficient_balance_shows_both_figures_and_changes_nothing(world: &World) {
    let person = world.funded(100).await;
    world.ordered(&person, 30).await;
    let order = world.order(&person, 71);
    assert_eq!(world.commit(&world.confirm(&order)).await, refusal(short(70, 71)));
    assert_eq!(world.money(&person).await, (100, 30));
    assert_eq!(world.store.generation(order.generation.id).await.expect("the store answers"), None);
    assert_eq!(world.lines(&person).await, 2);
    let poor = world.person().await;
    assert_eq!(world.commit(&world.confirm(&world.order(&poor, 1))).await, refusal(short(0, 1)));
}

/// KIE fails: all of it is free again.
pub async fn a_failure_releases_the_money(world: &World) {
    let person = world.funded(300).await;
    let order = world.ordered(&person, 300).await;
    assert_eq!(world.commit(&world.confirm(&world.order(&person, 1))).await, refusal(short(0, 1)));
    world.committed(&world.fail(&order)).await;
    assert_eq!(world.money(&person).await, (300, 0));
    world.ordered(&person, 300).await;
}

/// Every operation leaves its transfers; the audit, which folds them, has looked at all that happened.
pub async fn ledger_integrity(world: &World) {
    let person = world.funded(1000).await;
    let captured = world.succeeded(&person, 400, 390).await;
    let failed = world.ordered(&person, 50).await;
    world.committed(&world.fail(&failed)).await;
    world
        .applied(Operation::RefundGeneration {
            refund: world.action(),
            hold: captured.hold(),
            amount: 90,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        })
        .await;
    world.ordered(&person, 20).await;
    let amount = Amount::money(Money::from_kopecks(-5));
    let (reason, by) = ("test".to_owned(), "owner".to_owned());
    world.applied(Operation::Adjust { action: world.action(), user: person.user, amount, reason, by }).await;
    assert_eq!(world.money(&person).await, (1000 - 390 + 90 - 5, 20));
    let report = world.store.audit().await.expect("the audit runs");
    assert!(report.is_clean(), "{report:#?}");
    let looked_at = report.checks.iter().filter(|check| check.checked > 0).count();
    assert!(looked_at >= 6, "{report:#?}");
}

/// Twenty confirms of one draft at once: half are the very same change set, half are new decisions about the same generation.
pub async fn parallel_confirms_charge_once(world: &World) {
    let person = world.funded(1000).await;
    let order = world.order(&person, 100);
    let mut same = says(world, &person, 0, "{\"draft\": null}");
    let confirm = world.confirm(&order);
    (same.generations, same.operations) = (confirm.generations, confirm.operations);
    let changes = (0..20).map(|tap| {
        let mut change = same.clone();
        change.mark = Some(world.update());
        if tap % 2 == 1 {
            let reserve = world.posting(order.reserve.operation.clone());
            let generation = Generation { funding: Funding::Money(reserve.transfer), ..order.generation.clone() };
            change.generations = vec![GenerationChange::Create(Box::new(generation))];
            change.operations = vec![reserve];
        }
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 19));
    assert_eq!(world.money(&person).await, (1000, 100));
    let live = world.store.live_generations(person.user).await.expect("the store answers");
    assert_eq!(live.len(), 1);
}

/// The same confirm after the first one: the generation's id is taken, whoever decides.
pub async fn repeated_confirms_charge_once(world: &World) {
    let person = world.funded(1000).await;
    let order = world.order(&person, 100);
    let confirm = world.confirm(&order);
    world.committed(&confirm).await;
    for _ in 0..3 {
        assert_eq!(world.commit(&confirm).await, Commit::VersionConflict);
        assert_eq!(world.commit(&world.confirm(&order)).await, Commit::VersionConflict);
    }
    // Without the generation the ledger itself knows the cause: nothing changes, and other content is refused.
    world.applied(order.reserve.operation.clone()).await;
    let amount = Amount::money(Money::from_kopecks(101));
    let other = Operation::Reserve { user: person.user, generation: order.generation.id, amount };
    assert_eq!(world.refused(other).await, Refusal::Conflict);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((1000, 100), 2));
}

/// The cause alone makes it one, also when twenty come at once and no version stands in the way.
pub async fn parallel_reservations_of_one_cause_are_one(world: &World) {
    let person = world.funded(1000).await;
    let order = world.order(&person, 100);
    let changes = (0..20).map(|_| world.operations([order.reserve.operation.clone()]));
    let changes: Vec<_> = changes.collect();
    let answers = world.parallel(changes.clone()).await;
    assert_eq!(count(&answers, &Commit::Committed), 20);
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((1000, 100), 2));
    // Whichever came first gave the hold its id; the generation gets that one, so that the books are whole.
    let lines = world.store.statement(person.user, 0, 1).await.expect("the store answers");
    let postings = changes.iter().flat_map(|change| &change.operations);
    let winner = postings.into_iter().find(|posting| posting.id == lines[0].operation).expect("one of the twenty");
    let mut create = world.change();
    let generation = Generation { funding: Funding::Money(winner.transfer), ..order.generation };
    create.generations.push(GenerationChange::Create(Box::new(generation)));
    world.committed(&create).await;
}

/// Nothing is left, and nothing more goes.
pub async fn the_exact_balance_is_enough(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 100).await;
    assert_eq!(world.money(&person).await, (100, 100));
    assert_eq!(world.commit(&world.confirm(&world.order(&person, 1))).await, refusal(short(0, 1)));
    world.committed(&world.succeed(&order, 100)).await;
    assert_eq!(world.money(&person).await, (0, 0));
}

/// Zero, negative and huge amounts are refused by every operation, by name, and change nothing.
pub async fn amounts_that_are_no_amounts_are_refused(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 10).await;
    let hold = order.hold();
    let captured = world.succeeded(&person, 10, 10).await;
    let reserve = |value| world.order_of(&person, Amount { unit: Unit::Money, value }).reserve.operation;
    let adjust = |value| {
        let amount = Amount { unit: Unit::Money, value };
        let (reason, by) = ("test".to_owned(), "owner".to_owned());
        Operation::Adjust { action: world.action(), user: person.user, amount, reason, by }
    };
    let gift = |value| {
        let (cause, amount) = (world.number().to_string(), Amount::runs(value));
        Operation::Bonus { user: person.user, kind: BonusKind::Gift, cause, amount }
    };
    for amount in [0, -1, i64::MIN] {
        let refused = Refusal::NotPositive(amount);
        assert_eq!(world.refused(world.top_up(person.user, amount)).await, refused);
        assert_eq!(world.refused(reserve(amount)).await, refused);
        assert_eq!(world.refused(gift(amount)).await, refused);
        assert_eq!(world.refused(Operation::Capture { hold, amount }).await, refused);
        let refund = Operation::RefundGeneration {
            refund: world.action(),
            hold: captured.hold(),
            amount,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        };
        assert_eq!(world.refused(refund).await, refused);
    }
    assert_eq!(world.refused(adjust(0)).await, Refusal::NotPositive(0));
    assert_eq!(world.refused(adjust(i64::MIN)).await, Refusal::Overflow);
    assert_eq!(world.refused(adjust(i64::MAX)).await, Refusal::Overflow);
    assert_eq!(world.refused(world.top_up(person.user, i64::MAX)).await, Refusal::Overflow);
    assert_eq!(world.refused(reserve(i64::MAX)).await, short(80, i64::MAX));
    let huge = Operation::Capture { hold, amount: i64::MAX };
    assert_eq!(world.refused(huge).await, Refusal::ExceedsHold { held: 10, wanted: i64::MAX });
    assert_eq!((world.money(&person).await, world.lines(&person).await), ((90, 10), 4));
}

/// After a release no capture, after a capture no release, and the answer names what happened first.
pub async fn a_hold_is_resolved_one_way(world: &World) {
    let person = world.funded(100).await;
    let captured = world.succeeded(&person, 40, 30).await.hold();
    assert_eq!(world.refused(Operation::Release { hold: captured }).await, Refusal::AlreadyCaptured);
    assert_eq!(world.refused(Operation::Capture { hold: captured, amount: 40 }).await, Refusal::AlreadyCaptured);
    world.applied(Operation::Capture { hold: captured, amount: 30 }).await;
    let released = world.ordered(&person, 40).await;
    world.committed(&world.fail(&released)).await;
    let released = released.hold();
    assert_eq!(world.refused(Operation::Capture { hold: released, amount: 40 }).await, Refusal::AlreadyReleased);
    world.applied(Operation::Release { hold: released }).await;
    let unknown = TransferId::from_bytes([9; 16]);
    assert_eq!(world.refused(Operation::Release { hold: unknown }).await, Refusal::HoldNotFound);
    assert_eq!(world.money(&person).await, (70, 0));
}

/// Exactly `floor(balance / price)` succeed, and the rest is left to the kopeck.
async fn parallel_reservations(world: &World, commits: usize) {
    let (price, affordable) = (70, commits / 2);
    let wanted = i64::try_from(affordable).expect("a few hundred") * price;
    let person = world.funded(wanted + price - 1).await;
    let orders: Vec<_> = (0..commits).map(|_| world.order(&person, price)).collect();
    let answers = world.parallel(orders.iter().map(|order| world.confirm(order)).collect()).await;
    let committed = count(&answers, &Commit::Committed);
    assert_eq!(committed, affordable, "exactly floor(balance / price) reservations may succeed: {answers:?}");
    assert_eq!(world.money(&person).await, (wanted + price - 1, wanted));
    for (order, answer) in orders.iter().zip(&answers) {
        let made = world.store.generation(order.generation.id).await.expect("the store answers").is_some();
        assert_eq!(made, *answer == Commit::Committed);
        if let Commit::Refused { operation, reason } = answer {
            let Refusal::InsufficientFunds { available, wanted, .. } = reason else { panic!("{reason:?}") };
            assert!((*operation, *wanted) == (0, price) && *available < price, "{reason:?}");
        }
    }
}

/// The smallest race on one wallet.
pub async fn two_parallel_reservations_never_overdraw(world: &World) {
    parallel_reservations(world, 2).await;
}

/// A small race on one wallet.
pub async fn ten_parallel_reservations_never_overdraw(world: &World) {
    parallel_reservations(world, 10).await;
}

/// A larger race on one wallet than any pool has connections.
pub async fn fifty_parallel_reservations_never_overdraw(world: &World) {
    parallel_reservations(world, 50).await;
}

/// A queue at one wallet.
pub async fn two_hundred_parallel_reservations_never_overdraw(world: &World) {
    parallel_reservations(world, 200).await;
}

/// The sequence that was measured at TigerBeetle, row by row, in our words.
pub async fn the_measured_sequence_means_the_same(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 100)).await;
    world.applied(payment(person.user, "first", 100)).await;
    assert_eq!(world.refused(payment(person.user, "first", 101)).await, Refusal::Conflict);
    let order = world.ordered(&person, 70).await;
    let hold = order.hold();
    assert_eq!(world.commit(&world.confirm(&world.order(&person, 40))).await, refusal(short(30, 40)));
    world.committed(&world.succeed(&order, 50)).await;
    assert_eq!(world.money(&person).await, (50, 0));
    world.applied(Operation::Capture { hold, amount: 50 }).await;
    assert_eq!(world.refused(Operation::Capture { hold, amount: 49 }).await, Refusal::AlreadyCaptured);
    assert_eq!(world.refused(Operation::Release { hold }).await, Refusal::AlreadyCaptured);
    let second = world.ordered(&person, 40).await;
    let hold = second.hold();
    let more = Operation::Capture { hold, amount: 41 };
    assert_eq!(world.refused(more).await, Refusal::ExceedsHold { held: 40, wanted: 41 });
    world.committed(&world.fail(&second)).await;
    world.applied(Operation::Release { hold }).await;
    assert_eq!(world.refused(Operation::Capture { hold, amount: 40 }).await, Refusal::AlreadyReleased);
    let unknown = Operation::Capture { hold: TransferId::from_bytes([9; 16]), amount: 1 };
    assert_eq!(world.refused(unknown).await, Refusal::HoldNotFound);
    // Where TigerBeetle says `expired`: no hold of ours ends by itself, only its generation ends it.
    let late = world.ordered(&person, 20).await;
    world.clock.advance(Duration::from_secs(365 * 24 * 3600));
    world.committed(&world.succeed(&late, 20)).await;
    world.applied(world.top_up(person.user, 20)).await;
    // A linked pair whose second part fails: nothing of the first.
    let third = world.order(&person, 10);
    let mut pair = world.confirm(&third);
    pair.operations.push(world.posting(world.order(&person, 41).reserve.operation));
    assert_eq!(world.commit(&pair).await, Commit::Refused { operation: 1, reason: short(40, 41) });
    assert_eq!(world.money(&person).await, (50, 0));
    // Where TigerBeetle says `id_already_failed`: nothing was written, so the very same is tried again after a top-up.
    world.applied(world.top_up(person.user, 1)).await;
    world.committed(&pair).await;
    assert_eq!(world.money(&person).await, (51, 51));
    let [_, other] = &pair.operations[..] else { panic!("two reservations: {pair:?}") };
    world.applied(Operation::Release { hold: other.transfer }).await;
}

/// A refusal writes nothing, so the very same change set counts once the money is there.
pub async fn a_refused_reservation_may_be_tried_again_after_a_top_up(world: &World) {
    let person = world.funded(10).await;
    let confirm = world.confirm(&world.order(&person, 20));
    assert_eq!(world.commit(&confirm).await, refusal(short(10, 20)));
    world.applied(world.top_up(person.user, 10)).await;
    world.committed(&confirm).await;
    assert_eq!(world.money(&person).await, (20, 20));
}

/// The same operations in the unit `run`, and neither unit pays for the other.
pub async fn free_runs_are_a_unit_of_their_own(world: &World) {
    let person = world.person().await;
    let give = |runs| {
        let (user, kind, cause) = (person.user, BonusKind::Referral, "friend".to_owned());
        Operation::Bonus { user, kind, cause, amount: Amount::runs(runs) }
    };
    world.applied(give(2)).await;
    world.applied(give(2)).await;
    assert_eq!(world.refused(give(3)).await, Refusal::Conflict);
    assert_eq!(world.commit(&world.confirm(&world.order(&person, 1))).await, refusal(short(0, 1)));
    let order = world.order_of(&person, Amount::runs(1));
    world.committed(&world.confirm(&order)).await;
    assert_eq!(world.figures(person.user, Unit::Run).await, (2, 1));
    world.committed(&world.succeed(&order, 1)).await;
    assert_eq!((world.figures(person.user, Unit::Run).await, world.money(&person).await), ((1, 0), (0, 0)));
    let session = world.session(&person).await;
    assert_eq!((session.runs.posted, session.money.posted), (1, 0));
    let lines = world.store.statement(person.user, 0, 1).await.expect("the store answers");
    assert_eq!((lines[0].posted, lines[0].reserved), (Amount::runs(-1), Amount::runs(-1)));
}

/// One line per operation, newest first, paged, each with what it did to the wallet; repeats leave none.
pub async fn a_statement_tells_every_operation(world: &World) {
    let (person, other) = (world.person().await, world.funded(5).await);
    let paid = world.operations([payment(person.user, "first", 100)]);
    world.committed(&paid).await;
    let order = world.order(&person, 70);
    let confirm = world.confirm(&order);
    world.committed(&confirm).await;
    let succeed = world.succeed(&order, 50);
    world.committed(&succeed).await;
    world.applied(payment(person.user, "first", 100)).await;
    let generation = order.generation.id;
    let line = |change: &ChangeSet, name: &str, cause: String, posted, reserved| StatementLine {
        operation: change.operations[0].id,
        name: name.to_owned(),
        group: change.operations[0].operation.cause().group.code().to_owned(),
        generation: (name != "top_up").then_some(generation),
        cause,
        note: None,
        posted: Amount::money(Money::from_kopecks(posted)),
        reserved: Amount::money(Money::from_kopecks(reserved)),
        at: change.operations[0].at,
    };
    let wanted = [
        line(&succeed, "capture", order.hold().to_string(), -50, -70),
        line(&confirm, "reserve", order.generation.id.to_string(), 0, 70),
        line(&paid, "top_up", "stars:first".to_owned(), 100, 0),
    ];
    let page = async |skip, limit| world.store.statement(person.user, skip, limit).await.expect("the store answers");
    assert_eq!(page(0, 10).await, wanted);
    assert_eq!(page(1, 1).await, wanted[1..2]);
    assert_eq!(page(3, 10).await, []);
    assert_eq!(world.lines(&other).await, 1);
}

/// Every movement of one generation, oldest first and with the owner's words; nothing of another one, and nothing of a payback.
pub async fn movements_are_found_by_their_generation(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 1000)).await;
    let order = world.ordered(&person, 70).await;
    let failed = world.ordered(&person, 20).await;
    world.committed(&world.succeed(&order, 50)).await;
    world.committed(&world.fail(&failed)).await;
    let refund = |amount, reason: &str, by: &str| Operation::RefundGeneration {
        refund: world.action(),
        hold: order.hold(),
        amount,
        reason: reason.to_owned(),
        by: by.to_owned(),
    };
    world.applied(refund(30, "the wrong cat", "ann")).await;
    world.applied(refund(5, "the result could not be delivered", NOBODY)).await;
    let by_run = {
        let (user, kind, cause) = (person.user, BonusKind::Gift, "runs".to_owned());
        world.applied(Operation::Bonus { user, kind, cause, amount: Amount::runs(1) }).await;
        let order = world.order_of(&person, Amount::runs(1));
        world.committed(&world.confirm(&order)).await;
        order
    };
    let payback =
        Operation::ReservePayback { action: world.action(), provider: Provider::Stars, payment: "first".to_owned() };
    let payback = world.posting(payback);
    world.committed(&ChangeSet { operations: vec![payback.clone()], ..world.change() }).await;
    world.applied(Operation::Release { hold: payback.transfer }).await;
    let found = async |generation| -> Vec<(String, Option<String>, i64, i64)> {
        let lines = world.store.movements_of(generation).await.expect("the store answers");
        assert!(lines.iter().all(|line| line.generation == Some(generation)), "{lines:?}");
        lines.into_iter().map(|line| (line.name, line.note, line.posted.value, line.reserved.value)).collect()
    };
    let line =
        |name: &str, note: Option<&str>, posted, reserved| (name.to_owned(), note.map(str::to_owned), posted, reserved);
    let wanted = [
        line("reserve", None, 0, 70),
        line("capture", None, -50, -70),
        line("refund_generation", Some("the wrong cat"), 30, 0),
        line("refund_generation", None, 5, 0),
    ];
    assert_eq!(found(order.generation.id).await, wanted);
    let wanted = [line("reserve", None, 0, 20), line("release", None, 0, -20)];
    assert_eq!(found(failed.generation.id).await, wanted);
    assert_eq!(found(by_run.generation.id).await, [line("reserve", None, 0, 1)]);
    assert_eq!(found(GenerationId::from_bytes([9; 16])).await, []);
    let lines = world.store.statement(person.user, 0, 99).await.expect("the store answers");
    let about_none: Vec<_> = lines.iter().filter(|line| line.generation.is_none()).map(|line| &line.name).collect();
    assert_eq!(about_none, ["release", "reserve_payback", "bonus", "top_up"]);
}
