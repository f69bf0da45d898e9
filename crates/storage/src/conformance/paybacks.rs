//! Payments that are taken back: debts, sums set aside, holds that nobody else may eat.

use domain::ledger::{Amount, Operation, Provider, Refusal};
use domain::money::Money;
use domain::ports::Commit;

use super::World;
use super::world::{payment, short};

fn pay_back(payment: &str) -> Operation {
    Operation::RefundPayment { provider: Provider::Stars, payment: payment.to_owned() }
}

fn set_aside(world: &World, payment: &str) -> Operation {
    Operation::ReservePayback { action: world.action(), provider: Provider::Stars, payment: payment.to_owned() }
}

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
    let aside = world.operations([set_aside(world, "first")]);
    world.committed(&aside).await;
    assert_eq!(world.money(&person).await, (70, 70));
    assert_eq!(world.refused(set_aside(world, "first")).await, Refusal::AlreadyRefunded);
    let hold = aside.operations[0].transfer;
    assert_eq!(world.refused(Operation::Capture { hold, amount: 70 }).await, Refusal::WrongPurpose);
    world.applied(pay_back("first")).await;
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
    let aside = world.operations([set_aside(world, "first")]);
    world.committed(&aside).await;
    world.applied(Operation::Release { hold: aside.operations[0].transfer }).await;
    assert_eq!(world.money(&person).await, (100, 0));
    assert_eq!(world.commit(&aside).await, Commit::Committed, "the same action again changes nothing");
    assert_eq!(world.money(&person).await, (100, 0));
    world.applied(set_aside(world, "first")).await;
    assert_eq!(world.money(&person).await, (100, 100));
    world.applied(pay_back("first")).await;
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
