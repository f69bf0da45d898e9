//! Payments that Telegram tells of, by updates as its documentation has them: credited once, taken back once.

use serde_json::{Value, json};

use crate::bound::SOON;
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{WELCOME, Walker, Words};

const ANN: i64 = 501;
const STARS: i64 = 50;
/// A star is a rouble by default.
const CREDIT: i64 = STARS * 100;

pub(crate) async fn stars_are_credited_once(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let update = tell(&stage, &ann, "successful_payment", "charge-1").await;
    assert_eq!(ann.balance().await, (WELCOME + CREDIT, 0));
    assert!(stage.telegram.redeliver(update));
    tell(&stage, &ann, "successful_payment", "charge-1").await;
    assert_eq!(ann.balance().await, (WELCOME + CREDIT, 0), "the same charge, told three times");
    tell(&stage, &ann, "successful_payment", "charge-2").await;
    assert_eq!(ann.balance().await, (WELCOME + 2 * CREDIT, 0));
    stage.close().await;
}

pub(crate) async fn a_refund_takes_back_once(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    tell(&stage, &ann, "successful_payment", "charge-1").await;
    for _ in 0..2 {
        let update = tell(&stage, &ann, "refunded_payment", "charge-1").await;
        assert_eq!(ann.balance().await, (WELCOME, 0));
        assert!(stage.telegram.redeliver(update));
    }
    tell(&stage, &ann, "refunded_payment", "a charge that nobody made").await;
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

/// Who has paid before the first `/start` is a user with a balance.
pub(crate) async fn a_strangers_payment_is_credited(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().with("WELCOME_BALANCE_RUB", "0")).await;
    let ann = stage.person(ANN, Words::En);
    // Their first word never reached the bot.
    stage.telegram.lose_next_updates("message", 1);
    stage.telegram.send_text(ANN, "/start").expect("they may write");
    tell(&stage, &ann, "successful_payment", "charge-1").await;
    assert_eq!(ann.balance().await, (CREDIT, 0));
    stage.close().await;
}

/// Tells of a payment with a payload that no invoice of ours has, and waits until it is taken.
pub(crate) async fn tell(stage: &Stage, ann: &Walker, field: &str, charge: &str) -> i64 {
    let last = stage.last_update("message").update_id;
    let mut message = stage.telegram.update_body(last).expect("it is known")["message"].clone();
    let fields = message.as_object_mut().expect("a message");
    for content in ["text", "entities", "successful_payment", "refunded_payment"] {
        fields.remove(content);
    }
    let mut payment = json!({
        "currency": "XTR", "total_amount": STARS, "invoice_payload": "unknown", "telegram_payment_charge_id": charge,
    });
    if field == "successful_payment" {
        payment["provider_payment_charge_id"] = Value::from("");
    }
    message[field] = payment;
    let update = stage.telegram.send_raw_update(json!({"message": message}));
    stage.telegram.wait_update(update, SOON).await.unwrap_or_else(|error| panic!("{}: {error}", ann.id));
    update
}
