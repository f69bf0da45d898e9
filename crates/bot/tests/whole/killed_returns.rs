//! SIGKILL at each step of a payment's way back, by an owner or by Telegram itself, then another life on the same database.
//!
//! Always: Telegram returns the Stars once, the wallet pays once, what was spent is owed, and nothing stays set aside.

use crate::bound::SOON;
use crate::gate::{Hold, When};
use crate::ground::Ground;
use crate::killed_payments::{ANN, CHARGES, cabled, doored, open};
use crate::stage::{Plan, Stage};
use crate::till::TOP_UP;
use crate::walk::{WELCOME, Walker};

/// Half of a payment is gone, with the welcome bonus: in roubles.
const SPENT: &str = "-150";

pub(crate) async fn before_it_was_paid_back(ground: Ground) {
    while_paid_back(ground, Hold::before("/refundStarPayment")).await;
}

/// Telegram has returned the Stars and will tell so itself.
pub(crate) async fn after_it_was_paid_back(ground: Ground) {
    while_paid_back(ground, Hold::after("/refundStarPayment")).await;
}

async fn while_paid_back(ground: Ground, hold: Hold) {
    let (mut stage, ann) = open(ground, Plan::webhook()).await;
    stage.has_paid(&ann).await;
    let mut held = stage.telegram_gate.hold(hold);
    wish_back(&stage, "100.00 RUB are set aside").await;
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    ann.is_told("notice-payback-done").await;
    paid_back(stage, ann).await;
}

/// Neither Telegram's word nor its list tells the next life, which asks again and is told that it was done before.
pub(crate) async fn after_it_was_paid_back_in_silence(ground: Ground) {
    let (mut stage, ann) = open(ground, Plan::webhook()).await;
    stage.has_paid(&ann).await;
    stage.telegram.lose_next_updates("refunded_payment", 1);
    let mut held = stage.telegram_gate.hold(Hold::after("/refundStarPayment"));
    wish_back(&stage, "100.00 RUB are set aside").await;
    held.caught().await;
    stage.bot.kill9();
    let mut list = stage.telegram_gate.hold(Hold::before("/getStarTransactions"));
    let mut again = stage.telegram_gate.hold(Hold::after("/refundStarPayment"));
    stage.bot.start().await;
    list.caught().await;
    again.caught().await;
    again.release();
    ann.is_told("notice-payback-done").await;
    list.release();
    paid_back(stage, ann).await;
}

/// What was spent of it is owed, and the next payment pays it first.
pub(crate) async fn after_a_spent_payment_was_paid_back(ground: Ground) {
    let (mut stage, ann) = open(ground, Plan::webhook()).await;
    stage.has_paid(&ann).await;
    stage.adjust(ANN, SPENT).await;
    let mut held = stage.telegram_gate.hold(Hold::after("/refundStarPayment"));
    wish_back(&stage, "50.00 RUB of it were spent and become a debt").await;
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    ann.is_told("notice-payback-done").await;
    ann.has(0).await;
    stage.has_paid(&ann).await;
    stage.close_with(&ann, 2, 1, TOP_UP / 2).await;
}

pub(crate) async fn before_the_payback_was_committed(ground: Ground) {
    payback_committed(ground, When::Before).await;
}

pub(crate) async fn after_the_payback_was_committed(ground: Ground) {
    payback_committed(ground, When::After).await;
}

/// Whichever of the two is first: the payback's own end, or Telegram's word of it.
async fn payback_committed(ground: Ground, when: When) {
    let (mut stage, ann) = open(ground, cabled()).await;
    stage.has_paid(&ann).await;
    // The wish is a commit with the same words: the hold begins after it.
    let mut called = stage.telegram_gate.hold(Hold::before("/refundStarPayment"));
    wish_back(&stage, "100.00 RUB are set aside").await;
    called.caught().await;
    let held = stage.cable.as_ref().expect("it was asked for").hold_commit(when, CHARGES);
    called.release();
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    ann.is_told("notice-payback-done").await;
    paid_back(stage, ann).await;
}

/// The owner wishes that the payment is paid back, and reads that.
async fn wish_back(stage: &Stage, words: &str) {
    let charge = stage.charge();
    let (code, said) = stage.bot.run(&["refund-payment", "stars", &charge, "--reason", "a test"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(words), "{said}");
}

async fn paid_back(stage: Stage, ann: Walker) {
    ann.has(WELCOME).await;
    let (code, said) = stage.bot.run(&["payments", "501"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("went back") && said.contains("  done  "), "{said}");
    stage.close_with(&ann, 1, 1, WELCOME).await;
}

/// Telegram itself returns a payment; the bot has not heard of it.
pub(crate) async fn before_a_return_was_heard(ground: Ground) {
    returned(ground, None, At::Door(Hold::before("/webhook").saying("refunded_payment"))).await;
}

pub(crate) async fn before_a_return_was_shown(ground: Ground) {
    returned(ground, None, At::Telegram(Hold::before("/sendMessage"))).await;
}

pub(crate) async fn before_telegram_heard_that_a_return_was_taken(ground: Ground) {
    returned(ground, None, At::Door(Hold::after("/webhook").saying("refunded_payment"))).await;
}

pub(crate) async fn before_a_return_of_what_is_spent_was_heard(ground: Ground) {
    returned(ground, Some(SPENT), At::Door(Hold::before("/webhook").saying("refunded_payment"))).await;
}

pub(crate) async fn before_a_return_of_what_is_spent_was_shown(ground: Ground) {
    returned(ground, Some(SPENT), At::Telegram(Hold::before("/sendMessage"))).await;
}

/// Everything is written, nothing is committed.
pub(crate) async fn before_a_return_of_what_is_spent_was_committed(ground: Ground) {
    returned(ground, Some(SPENT), At::Commit(When::Before)).await;
}

pub(crate) async fn after_a_return_of_what_is_spent_was_committed(ground: Ground) {
    returned(ground, Some(SPENT), At::Commit(When::After)).await;
}

/// What is held.
enum At {
    Telegram(Hold),
    Door(Hold),
    Commit(When),
}

async fn returned(ground: Ground, spent: Option<&str>, at: At) {
    let plan = match &at {
        At::Telegram(_) => Plan::webhook(),
        At::Door(_) => doored(),
        At::Commit(_) => cabled(),
    };
    let (mut stage, ann) = open(ground, plan).await;
    stage.has_paid(&ann).await;
    if let Some(spent) = spent {
        stage.adjust(ANN, spent).await;
    }
    stage.telegram.wait_idle(SOON).await.expect("no update waits");
    let charge = stage.charge();
    let returns = || drop(stage.telegram.refund_without_the_bot(ANN, &charge).expect("it was paid"));
    let at_door = match at {
        At::Telegram(hold) => {
            let mut held = stage.telegram_gate.hold(hold);
            returns();
            held.caught().await;
            None
        }
        At::Door(hold) => {
            let mut held = stage.door().hold(hold);
            returns();
            held.caught().await;
            Some(held)
        }
        At::Commit(when) => {
            let held = stage.cable.as_ref().expect("it was asked for").hold_commit(when, CHARGES);
            returns();
            held.caught().await;
            None
        }
    };
    stage.bot.kill9();
    if let Some(held) = at_door {
        held.lose();
    }
    stage.bot.start().await;
    stage.telegram.wait_idle(SOON).await.expect("no update waits");
    if spent.is_none() {
        return stage.close_with(&ann, 1, 1, WELCOME).await;
    }
    ann.has(0).await;
    stage.has_paid(&ann).await;
    stage.close_with(&ann, 2, 1, TOP_UP / 2).await;
}
