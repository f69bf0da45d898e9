//! SIGKILL at each step of a payment, then another life on the same database. The step is held open by a gate or by the cable, so the moment
//! is exact.
//!
//! Always: what was paid is credited once, and the user is told; also when Telegram tells all of it again ([`Stage::close_with`]).

use std::collections::BTreeSet;

use sandbox::picture::picture;
use sandbox::telegram::Checkout;

use crate::bound::SOON;
use crate::gate::{Hold, When};
use crate::ground::Ground;
use crate::stage::{OWNER, Plan, Stage};
use crate::till::{STARS, TOP_UP};
use crate::walk::{WELCOME, Walker, Words};

pub(crate) const ANN: i64 = 501;
/// A claim of the killed life holds so long.
const LEASE_MS: &str = "3000";
/// How the simulator's keys of payments begin.
pub(crate) const CHARGES: &str = "stxSIMULATED";
/// What the screen after a payment says.
const CAME_IN: &str = "came in";

pub(crate) async fn open(ground: Ground, plan: Plan) -> (Stage, Walker) {
    let stage = Stage::open(ground, plan.with("JOB_LEASE_MS", LEASE_MS)).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    (stage, ann)
}

pub(crate) fn doored() -> Plan {
    Plan { door: true, ..Plan::webhook() }
}

pub(crate) fn cabled() -> Plan {
    Plan { cable: true, ..Plan::webhook() }
}

pub(crate) async fn before_the_link_was_made(ground: Ground) {
    while_asked(ground, Hold::before("/createInvoiceLink")).await;
}

/// A link that nobody was told of; the invoice gets another one, and only one of them can be paid.
pub(crate) async fn after_the_link_was_made(ground: Ground) {
    while_asked(ground, Hold::after("/createInvoiceLink")).await;
}

/// The place to pay at is stored, the button is not on the screen.
pub(crate) async fn before_the_button_was_shown(ground: Ground) {
    while_asked(ground, Hold::before("/editMessageText").saying("t.me/$")).await;
}

async fn while_asked(ground: Ground, hold: Hold) {
    let (mut stage, ann) = open(ground, Plan::webhook()).await;
    let mut held = stage.telegram_gate.hold(hold);
    ann.asks_for_invoice().await;
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    let link = ann.gets_link().await;
    stage.pays(&ann, &link).await;
    ann.is_told_of_payment().await;
    let made: Vec<_> = stage.telegram.calls_of("createInvoiceLink");
    let invoices: BTreeSet<String> = made.iter().map(|call| call.params["payload"].to_string()).collect();
    assert_eq!(invoices.len(), 1, "{made:?}");
    for number in 1..=made.len() {
        let link = format!("https://t.me/$SIMULATED{number:0>12}");
        let checkout = stage.telegram.pay_link(ANN, &link, SOON).await.expect("the link is known");
        assert_eq!(checkout, Checkout::Refused { reason: ann.words.of("checkout-paid") });
    }
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// Nobody has paid when the bot dies; its next life answers the same question.
pub(crate) async fn before_the_question_was_answered(ground: Ground) {
    let (mut stage, ann) = open(ground, Plan::webhook()).await;
    let link = ann.invoice().await;
    let mut held = stage.telegram_gate.hold(Hold::before("/answerPreCheckoutQuery"));
    let query = stage.telegram.start_link_payment(ANN, &link).expect("it can be paid");
    held.caught().await;
    stage.bot.kill9();
    assert_eq!(stage.telegram.star_transactions(), []);
    stage.bot.start().await;
    let checkout = stage.telegram.wait_checkout(&query, SOON).await.expect("an answer");
    assert!(matches!(checkout, Checkout::Paid { .. }), "{checkout:?}");
    ann.is_told_of_payment().await;
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// The yes has moved the Stars; the bot hears of neither.
pub(crate) async fn after_the_question_was_answered(ground: Ground) {
    let (mut stage, ann) = open(ground, doored()).await;
    let link = ann.invoice().await;
    let mut told = stage.door().hold(Hold::before("/webhook").saying("successful_payment"));
    let mut held = stage.telegram_gate.hold(Hold::after("/answerPreCheckoutQuery"));
    let query = stage.telegram.start_link_payment(ANN, &link).expect("it can be paid");
    held.caught().await;
    told.caught().await;
    stage.bot.kill9();
    told.lose();
    assert_eq!(stage.moved(false).len(), 1);
    stage.bot.start().await;
    ann.is_told_of_payment().await;
    let checkout = stage.telegram.checkout(&query).expect("it is known");
    assert!(matches!(checkout, Checkout::Paid { .. }), "{checkout:?}");
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// Credited, and nothing was shown.
pub(crate) async fn before_the_payment_was_shown(ground: Ground) {
    paid(ground, Plan::webhook(), Hold::before("/sendMessage").saying(CAME_IN)).await;
}

pub(crate) async fn after_the_payment_was_shown(ground: Ground) {
    paid(ground, Plan::webhook(), Hold::after("/sendMessage").saying(CAME_IN)).await;
}

pub(crate) async fn by_polling_before_the_payment_was_shown(ground: Ground) {
    paid(ground, Plan::polling(), Hold::before("/sendMessage").saying(CAME_IN)).await;
}

/// Telegram has handed out the payment, or the question before it; nothing of it arrived.
pub(crate) async fn by_polling_before_the_payment_was_heard(ground: Ground) {
    paid(ground, Plan::polling(), Hold::after("/getUpdates")).await;
}

async fn paid(ground: Ground, plan: Plan, hold: Hold) {
    let (mut stage, ann) = open(ground, plan).await;
    let link = ann.invoice().await;
    let mut held = stage.telegram_gate.hold(hold);
    stage.telegram.start_link_payment(ANN, &link).expect("it can be paid");
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    ann.is_told_of_payment().await;
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// The bot said 200, and died before Telegram heard it.
pub(crate) async fn before_telegram_heard_that_it_was_taken(ground: Ground) {
    let (mut stage, ann) = open(ground, doored()).await;
    let link = ann.invoice().await;
    let mut held = stage.door().hold(Hold::after("/webhook").saying("successful_payment"));
    stage.pays(&ann, &link).await;
    held.caught().await;
    ann.is_told_of_payment().await;
    stage.bot.kill9();
    held.lose();
    stage.bot.start().await;
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// Everything is written, nothing is committed.
pub(crate) async fn before_the_payment_was_committed(ground: Ground) {
    committed(ground, When::Before).await;
}

pub(crate) async fn after_the_payment_was_committed(ground: Ground) {
    committed(ground, When::After).await;
}

async fn committed(ground: Ground, when: When) {
    let (mut stage, ann) = open(ground, cabled()).await;
    let link = ann.invoice().await;
    let held = stage.cable.as_ref().expect("it was asked for").hold_commit(when, CHARGES);
    stage.pays(&ann, &link).await;
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    ann.is_told_of_payment().await;
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// Paid while there was no bot, and Telegram never tells it.
pub(crate) async fn during_all_of_a_payment(ground: Ground) {
    let (stage, ann) = lost(ground, Plan::webhook()).await;
    found(stage, ann).await;
}

pub(crate) async fn before_the_list_was_read(ground: Ground) {
    while_found(ground, Hold::before("/getStarTransactions")).await;
}

pub(crate) async fn after_the_list_was_read(ground: Ground) {
    while_found(ground, Hold::after("/getStarTransactions")).await;
}

async fn while_found(ground: Ground, hold: Hold) {
    let (mut stage, ann) = lost(ground, Plan::webhook()).await;
    let mut held = stage.telegram_gate.hold(hold);
    stage.bot.start().await;
    held.caught().await;
    stage.bot.kill9();
    found(stage, ann).await;
}

pub(crate) async fn before_the_found_payment_was_committed(ground: Ground) {
    found_committed(ground, When::Before).await;
}

pub(crate) async fn after_the_found_payment_was_committed(ground: Ground) {
    found_committed(ground, When::After).await;
}

async fn found_committed(ground: Ground, when: When) {
    let (mut stage, ann) = lost(ground, cabled()).await;
    let held = stage.cable.as_ref().expect("it was asked for").hold_commit(when, CHARGES);
    stage.bot.start().await;
    held.caught().await;
    stage.bot.kill9();
    found(stage, ann).await;
}

/// The bot is dead; an invoice of its is paid, of which no update tells, and the owner has taken some Stars out.
async fn lost(ground: Ground, plan: Plan) -> (Stage, Walker) {
    let (mut stage, ann) = open(ground, plan).await;
    let link = ann.invoice().await;
    let payload = stage.telegram.linked_invoice(&link).expect("it is known").payload;
    stage.bot.kill9();
    stage.telegram.lose_next_updates("successful_payment", 1);
    stage.telegram.pay_without_the_bot(ANN, STARS, &payload).expect("they may pay");
    stage.telegram.withdraw_stars(STARS / 2);
    (stage, ann)
}

async fn found(mut stage: Stage, ann: Walker) {
    stage.bot.start().await;
    ann.is_told("notice-payment-found").await;
    stage.close_with(&ann, 1, 0, WELCOME + TOP_UP).await;
}

/// The owner's word is committed, and nobody was told.
pub(crate) async fn before_an_approval_was_answered(ground: Ground) {
    approved(ground, Hold::before("/answerCallbackQuery")).await;
}

pub(crate) async fn after_an_approval_was_answered(ground: Ground) {
    approved(ground, Hold::after("/answerCallbackQuery")).await;
}

pub(crate) async fn before_the_payer_was_told_of_an_approval(ground: Ground) {
    approved(ground, Hold::before("/sendMessage").saying("transfer is confirmed")).await;
}

/// Told, and the bot does not know: it tells again rather than never.
pub(crate) async fn after_the_payer_was_told_of_an_approval(ground: Ground) {
    approved(ground, Hold::after("/sendMessage").saying("transfer is confirmed")).await;
}

async fn approved(ground: Ground, hold: Hold) {
    let (mut stage, ann) = open(ground, Plan::webhook().with("PAYMENT_PHONE", "+79000000000")).await;
    let owner = stage.person(OWNER, Words::En);
    owner.start().await;
    ann.asks_for_invoice().await;
    ann.press(&ann.words.of("way-bank")).await;
    ann.is_told("transfer-text").await;
    ann.send_picture(&picture("receipt", "bank", 320, 240)).await;
    let approve = owner.offered(CAME_IN).await;
    let mut held = stage.telegram_gate.hold(hold);
    owner.press(CAME_IN).await;
    held.caught().await;
    stage.bot.kill9();
    stage.bot.start().await;
    ann.is_told("notice-transfer-credited").await;
    ann.has(WELCOME + TOP_UP).await;
    stage.telegram.wait_idle(SOON).await.expect("no update waits");
    // The button is still there; it moves nothing more.
    stage.telegram.press_label(OWNER, approve.message_id, CAME_IN).expect("the button is there");
    owner.is_told("notice-claim-gone").await;
    ann.has(WELCOME + TOP_UP).await;
    stage.close().await;
}
