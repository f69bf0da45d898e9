//! Payments in Stars.

use std::time::Duration;

use sandbox::telegram::{Checkout, MessageKind, ViolationKind};
use serde_json::{Value, json};

use crate::kit::{ANN, BEN, Bench, SOON};

fn invoice(stars: i64) -> Value {
    json!({"chat_id": ANN, "title": "Top-up", "description": "500 roubles", "payload": "topup:1", "currency": "XTR", "prices": [{"label": "Top-up", "amount": stars}]})
}

async fn send(bench: &Bench, stars: i64) -> i64 {
    bench.ok("sendInvoice", invoice(stars)).await["message_id"].as_i64().expect("a number")
}

async fn pay(bench: &Bench, message_id: i64) -> String {
    let query = bench.simulator.start_payment(ANN, message_id).expect("payable");
    bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    match bench.simulator.checkout(&query) {
        Some(Checkout::Paid { telegram_payment_charge_id, .. }) => telegram_payment_charge_id,
        other => panic!("not paid: {other:?}"),
    }
}

#[tokio::test]
async fn an_invoice_is_in_stars_and_within_limits() {
    let bench = Bench::new().await;
    let with = |name: &str, value: Value| {
        let mut params = invoice(5);
        params[name] = value;
        params
    };
    let table = [
        (with("currency", json!("RUB")), "Bad Request: PAYMENT_PROVIDER_INVALID"),
        (with("provider_token", json!("x")), "Bad Request: STARS_INVOICE_INVALID"),
        (with("prices", json!([])), "Bad Request: STARS_INVOICE_INVALID"),
        (
            with("prices", json!([{"label": "a", "amount": 1}, {"label": "b", "amount": 1}])),
            "Bad Request: STARS_INVOICE_INVALID",
        ),
        (invoice(0), "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        (invoice(100_001), "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        (with("title", json!("x".repeat(33))), "Bad Request: invalid title specified"),
        (with("description", json!("")), "Bad Request: invalid description specified"),
        (with("payload", json!("ж".repeat(65))), "Bad Request: INVOICE_PAYLOAD_INVALID"),
        (
            with("reply_markup", json!({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]})),
            "Bad Request: BUTTON_TYPE_INVALID",
        ),
    ];
    let count = table.len();
    for (params, description) in table {
        assert_eq!(bench.refused("sendInvoice", params.clone()).await, description, "{params}");
    }
    assert_eq!(bench.violations().len(), count);
    let sent = bench.ok("sendInvoice", invoice(250)).await;
    assert_eq!(
        sent["invoice"],
        json!({"title": "Top-up", "description": "500 roubles", "start_parameter": "", "currency": "XTR", "total_amount": 250})
    );
    let seen = bench.simulator.last_from_bot(ANN).expect("there");
    assert_eq!((seen.kind, seen.keyboard[0][0].pay), (MessageKind::Invoice, true));
}

#[tokio::test]
async fn a_payment_goes_from_the_press_to_the_charge() {
    let bench = Bench::new().await;
    let message_id = send(&bench, 250).await;
    let query = bench.simulator.start_payment(ANN, message_id).expect("payable");
    assert_eq!(bench.simulator.checkout(&query), Some(Checkout::Waiting));
    let updates = bench.ok("getUpdates", json!({})).await;
    let asked = &updates[0]["pre_checkout_query"];
    assert_eq!(
        (&asked["id"], &asked["total_amount"], &asked["invoice_payload"], &asked["from"]["id"]),
        (&json!(query), &json!(250), &json!("topup:1"), &json!(ANN))
    );
    bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    let checkout = bench.simulator.wait_checkout(&query, SOON).await.expect("answered");
    let Checkout::Paid { telegram_payment_charge_id: charge, update_id } = checkout else { panic!("{checkout:?}") };
    let paid = bench.simulator.update_body(update_id).expect("an update");
    let expected = json!({"currency": "XTR", "total_amount": 250, "invoice_payload": "topup:1", "telegram_payment_charge_id": charge, "provider_payment_charge_id": ""});
    assert_eq!(paid["message"]["successful_payment"], expected);
    let listed = bench.ok("getStarTransactions", json!({})).await;
    let entry = &listed["transactions"][0];
    assert_eq!(
        (&entry["id"], &entry["amount"], &entry["source"]["user"]["id"], &entry["source"]["invoice_payload"]),
        (&json!(charge), &json!(250), &json!(ANN), &json!("topup:1"))
    );
    assert!(bench.simulator.start_payment(ANN, message_id).is_err(), "paid once");
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn a_refused_or_late_checkout_moves_nothing() {
    let bench = Bench::new().await;
    let message_id = send(&bench, 250).await;
    let query = bench.simulator.start_payment(ANN, message_id).expect("payable");
    let no = |id: &str| json!({"pre_checkout_query_id": id, "ok": false, "error_message": "price changed"});
    let wordless = bench.refused("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": false})).await;
    assert_eq!(wordless, "Bad Request: parameter \"error_message\" is required");
    bench.ok("answerPreCheckoutQuery", no(&query)).await;
    assert_eq!(bench.simulator.checkout(&query), Some(Checkout::Refused { reason: "price changed".to_owned() }));
    let too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(bench.refused("answerPreCheckoutQuery", no(&query)).await, too_old);
    let late = bench.simulator.start_payment(ANN, message_id).expect("still unpaid");
    bench.clock.advance(Duration::from_secs(11));
    assert_eq!(
        bench.refused("answerPreCheckoutQuery", json!({"pre_checkout_query_id": late, "ok": true})).await,
        too_old
    );
    assert_eq!(bench.simulator.checkout(&late), Some(Checkout::TimedOut));
    assert_eq!(bench.simulator.star_transactions(), []);
    assert_eq!(bench.violations(), [ViolationKind::MissingParameter]);
}

#[tokio::test]
async fn a_payment_is_returned_once() {
    let bench = Bench::new().await;
    let message_id = send(&bench, 250).await;
    let charge = pay(&bench, message_id).await;
    let refund = |user: i64, charge: &str| json!({"user_id": user, "telegram_payment_charge_id": charge});
    assert_eq!(bench.refused("refundStarPayment", refund(BEN, &charge)).await, "Bad Request: CHARGE_NOT_FOUND");
    assert_eq!(bench.refused("refundStarPayment", refund(4, &charge)).await, "Bad Request: USER_ID_INVALID");
    bench.ok("refundStarPayment", refund(ANN, &charge)).await;
    assert_eq!(bench.refused("refundStarPayment", refund(ANN, &charge)).await, "Bad Request: CHARGE_ALREADY_REFUNDED");
    let updates = bench.ok("getUpdates", json!({"offset": -1})).await;
    assert_eq!(
        updates[0]["message"]["refunded_payment"],
        json!({"currency": "XTR", "total_amount": 250, "invoice_payload": "topup:1", "telegram_payment_charge_id": charge})
    );
    let listed = bench.ok("getStarTransactions", json!({"offset": 1, "limit": 1})).await;
    assert_eq!(
        (&listed["transactions"][0]["id"], &listed["transactions"][0]["receiver"]["user"]["id"]),
        (&json!(charge), &json!(ANN))
    );
    assert_eq!(listed["transactions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_forwarded_invoice_can_be_paid_by_another_and_stays_payable() {
    let bench = Bench::new().await;
    let message_id = send(&bench, 250).await;
    let query = bench.simulator.start_payment_of(BEN, ANN, message_id).expect("payable");
    bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    pay(&bench, message_id).await;
    let payers: Vec<i64> = bench.simulator.star_transactions().iter().map(|entry| entry.user_id).collect();
    assert_eq!(payers, [BEN, ANN]);
}

#[tokio::test]
async fn a_lost_payment_update_still_shows_among_the_transactions() {
    let bench = Bench::new().await;
    let message_id = send(&bench, 250).await;
    bench.simulator.lose_next_updates("message", 1);
    let charge = pay(&bench, message_id).await;
    let updates = bench.ok("getUpdates", json!({})).await;
    assert!(updates.as_array().expect("a list").iter().all(|update| update.get("message").is_none()), "{updates}");
    assert_eq!(bench.ok("getStarTransactions", json!({})).await["transactions"][0]["id"], json!(charge));
}

#[tokio::test]
async fn pay_invoice_waits_for_the_bots_word() {
    let bench = Bench::new().await;
    let message_id = send(&bench, 3).await;
    let payment = bench.simulator.pay_invoice(ANN, message_id, SOON);
    let bot = async {
        let updates = bench.ok("getUpdates", json!({"timeout": 5})).await;
        let query = &updates[0]["pre_checkout_query"]["id"];
        bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await
    };
    let (payment, _) = tokio::join!(payment, bot);
    assert!(matches!(payment, Ok(Checkout::Paid { .. })), "{payment:?}");
}
