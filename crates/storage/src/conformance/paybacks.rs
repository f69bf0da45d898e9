//! Payments that are taken back: debts, sums set aside, holds that nobody else may eat.

use domain::ids::ActionId;
use domain::ledger::{Amount, Operation, Posting, Provider, Refusal};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Payback, PaybackChange, PaybackEnd};

use super::World;
use super::world::{count, payment, short};

/// What the wallet lacks becomes a debt, in parts and to the last kopeck.
pub async fn a_spent_payment_taken_back_is_paid_by_the_next_top_up(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 100)).await;
    world.succeeded(&person, 80, 80).await;
    world.applied(pay_back("first")).await;
    assert_eq!(world.money(&person).await, (0, 0));
    world.applied(pay_back("first")).await;
    world.applied(payment(person.user, "second", 30)).await;
    assert_eq!(world.money(&person).await, (0, 0));
    world.applied(payment(person.user, "third", 70)).await;
    assert_eq!(world.money(&person).await, (20, 0));
    assert_eq!(world.refused(pay_back("unknown")).await, Refusal::PaymentNotFound);
    // Every operation has its line, also where the wallet did not move.
    assert_eq!(world.lines(&person).await, 6);
}

/// The sum is reserved before the provider is asked; the answer, or the provider's own notice, finishes it once.
pub async fn a_payback_sets_aside_and_is_finished_once(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 100)).await;
    world.succeeded(&person, 30, 30).await;
    let aside = wish(world, "first");
    world.committed(&aside).await;
    assert_eq!(world.money(&person).await, (70, 70));
    assert_eq!(world.refused(set_aside(world, "first")).await, Refusal::AlreadyRefunded);
    let hold = aside.operations[0].transfer;
    assert_eq!(world.refused(Operation::Capture { hold, amount: 70 }).await, Refusal::WrongPurpose);
    world.committed(&answer(world, &aside, pay_back("first"), PaybackEnd::Done)).await;
    assert_eq!(world.money(&person).await, (0, 0));
    assert_eq!(world.refused(set_aside(world, "first")).await, Refusal::AlreadyRefunded);
    assert_eq!(world.refused(Operation::Release { hold }).await, Refusal::AlreadyCaptured);
    world.applied(payment(person.user, "second", 50)).await;
    assert_eq!(world.money(&person).await, (20, 0));
}

/// The provider refused for good: the sum is free, and another attempt is another action.
pub async fn a_released_payback_may_be_tried_again(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 100)).await;
    let aside = wish(world, "first");
    world.committed(&aside).await;
    let release = Operation::Release { hold: aside.operations[0].transfer };
    world.committed(&answer(world, &aside, release, refusal())).await;
    assert_eq!(world.money(&person).await, (100, 0));
    let ledger = ChangeSet { paybacks: Vec::new(), ..aside.clone() };
    assert_eq!(world.commit(&ledger).await, Commit::Committed, "the same action again changes nothing");
    assert_eq!(world.money(&person).await, (100, 0));
    let again = wish(world, "first");
    world.committed(&again).await;
    assert_eq!(world.money(&person).await, (100, 100));
    // The provider's own notice comes before its answer: the payback still waits, and ends as it should.
    world.applied(pay_back("first")).await;
    world.assert_audit_is_clean().await;
    world.committed(&answer(world, &again, pay_back("first"), PaybackEnd::Done)).await;
    assert_eq!(world.money(&person).await, (0, 0));
}

/// What a generation holds stays its own: a payback takes a debt instead, an adjustment is refused.
pub async fn a_hold_is_eaten_by_no_payback_and_no_adjustment(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 100)).await;
    let order = world.ordered(&person, 70).await;
    world.applied(pay_back("first")).await;
    assert_eq!(world.money(&person).await, (70, 70));
    let amount = Amount::money(Money::from_kopecks(-1));
    let (reason, by) = ("test".to_owned(), "owner".to_owned());
    let take = Operation::Adjust { action: world.action(), user: person.user, amount, reason, by };
    assert_eq!(world.refused(take).await, short(0, 1));
    world.committed(&world.succeed(&order, 70)).await;
    assert_eq!(world.money(&person).await, (0, 0));
    world.applied(payment(person.user, "second", 71)).await;
    assert_eq!(world.money(&person).await, (1, 0));
}

/// The first wish stays; the same action again is a conflict and sets nothing aside. A wish of what was spent sets nothing aside at all.
pub async fn a_payback_is_wished_once(world: &World) {
    let person = world.person().await;
    world.applied(payment(person.user, "first", 100)).await;
    let aside = wish(world, "first");
    world.committed(&aside).await;
    assert_eq!(found(world, action_of(&aside)).await, payback_of(&aside.operations[0]));
    assert_eq!(world.commit(&aside).await, Commit::VersionConflict);
    let mut other = aside.clone();
    if let [PaybackChange::Create(payback)] = &mut other.paybacks[..] {
        payback.reason = "anders".to_owned();
    }
    assert_eq!(world.commit(&other).await, Commit::VersionConflict);
    assert_eq!(found(world, action_of(&aside)).await, payback_of(&aside.operations[0]));
    assert_eq!(found(world, world.action()).await, None);
    world.applied(payment(person.user, "second", 50)).await;
    world.succeeded(&person, 50, 50).await;
    let empty = wish(world, "second");
    world.committed(&empty).await;
    assert_eq!(world.money(&person).await, (100, 100));
    assert_eq!(found(world, action_of(&empty)).await, payback_of(&empty.operations[0]));
}

/// Whichever end comes first stays, with the provider's words; another one is a conflict and moves no money. So is the end of nothing.
pub async fn a_payback_ends_once(world: &World) {
    let person = world.person().await;
    for name in ["first", "second"] {
        world.applied(payment(person.user, name, 100)).await;
    }
    let (first, second) = (wish(world, "first"), wish(world, "second"));
    world.committed(&first).await;
    world.committed(&second).await;
    let release = || Operation::Release { hold: first.operations[0].transfer };
    world.committed(&answer(world, &first, release(), refusal())).await;
    let conflict = async |change| assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    conflict(answer(world, &first, pay_back("first"), PaybackEnd::Done)).await;
    conflict(answer(world, &first, release(), refusal())).await;
    assert_eq!(found(world, action_of(&first)).await.and_then(|payback| payback.end), Some(refusal()));
    let ends = (0..6).map(|_| answer(world, &second, pay_back("second"), PaybackEnd::Done)).collect();
    let answers = world.parallel(ends).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 5));
    assert_eq!(found(world, action_of(&second)).await.and_then(|payback| payback.end), Some(PaybackEnd::Done));
    let unknown = PaybackChange::End(world.action(), PaybackEnd::Done);
    conflict(ChangeSet { paybacks: vec![unknown], ..world.change() }).await;
    assert_eq!(world.money(&person).await, (100, 0));
}

/// A user's own, with what became of them; one of them by the provider's id.
pub async fn payments_come_newest_first(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    for name in ["first", "second", "third"] {
        world.applied(payment(person.user, name, 100)).await;
        world.applied(payment(other.user, &format!("other {name}"), 100)).await;
    }
    world.applied(pay_back("second")).await;
    let rows = world.store.payments(person.user, 9).await.expect("the store answers");
    let seen: Vec<_> = rows.iter().map(|row| (row.payment.as_str(), row.refunded)).collect();
    assert_eq!(seen, [("third", false), ("second", true), ("first", false)]);
    assert_eq!(world.store.payments(person.user, 1).await.expect("the store answers"), rows[..1]);
    let one = async |provider, name: &str| world.store.payment(provider, name).await.expect("the store answers");
    assert_eq!(one(Provider::Stars, "second").await.as_ref(), Some(&rows[1]));
    assert_eq!(one(Provider::Bank, "second").await, None);
    assert_eq!(one(Provider::Stars, "fourth").await, None);
}

fn pay_back(payment: &str) -> Operation {
    Operation::RefundPayment { provider: Provider::Stars, payment: payment.to_owned() }
}

/// An owner's wish: the payback, and the sum that is set aside for it.
pub(super) fn wish(world: &World, payment: &str) -> ChangeSet {
    let mut change = world.operations([set_aside(world, payment)]);
    change.paybacks.extend(payback_of(&change.operations[0]).map(PaybackChange::Create));
    change
}

/// The payback that goes with a reservation.
pub(super) fn payback_of(posting: &Posting) -> Option<Payback> {
    let Operation::ReservePayback { action, provider, payment } = &posting.operation else { return None };
    Some(Payback {
        action: *action,
        provider: *provider,
        payment: payment.clone(),
        hold: posting.transfer,
        reason: "просит вернуть".to_owned(),
        by: "owner".to_owned(),
        at: posting.at,
        end: None,
    })
}

/// The provider's answer: what becomes of the money, and of the payback.
fn answer(world: &World, wish: &ChangeSet, operation: Operation, end: PaybackEnd) -> ChangeSet {
    let mut change = world.operations([operation]);
    change.paybacks.push(PaybackChange::End(action_of(wish), end));
    change
}

fn action_of(wish: &ChangeSet) -> ActionId {
    match &wish.paybacks[..] {
        [PaybackChange::Create(payback)] => payback.action,
        other => panic!("no wish: {other:?}"),
    }
}

fn set_aside(world: &World, payment: &str) -> Operation {
    Operation::ReservePayback { action: world.action(), provider: Provider::Stars, payment: payment.to_owned() }
}

fn refusal() -> PaybackEnd {
    PaybackEnd::Refused { detail: "CHARGE_NOT_FOUND".to_owned() }
}

async fn found(world: &World, action: ActionId) -> Option<Payback> {
    world.store.payback(action).await.expect("the store answers")
}
