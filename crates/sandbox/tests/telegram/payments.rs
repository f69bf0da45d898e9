//! Payments in Stars.

use std::time::Duration;

use sandbox::telegram::{Checkout, ControlError, MessageKind, TelegramSimulator, UpdateState, ViolationKind};
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
    let payers: Vec<Option<i64>> = bench.simulator.star_transactions().iter().map(|entry| entry.user_id).collect();
    assert_eq!(payers, [Some(BEN), Some(ANN)]);
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

/// An invoice behind a link.
async fn link(bench: &Bench, stars: i64) -> String {
    let mut params = invoice(stars);
    params.as_object_mut().expect("an object").remove("chat_id");
    params["provider_token"] = json!("");
    bench.ok("createInvoiceLink", params).await.as_str().expect("a link").to_owned()
}

/// Somebody opens the link and the bot says yes.
async fn pay_link(bench: &Bench, payer: i64, link: &str) -> String {
    let query = bench.simulator.start_link_payment(payer, link).expect("payable");
    bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    match bench.simulator.checkout(&query) {
        Some(Checkout::Paid { telegram_payment_charge_id, .. }) => telegram_payment_charge_id,
        other => panic!("not paid: {other:?}"),
    }
}

/// The payments that wait for the bot, by charge.
async fn told(bench: &Bench, note: &str) -> Vec<String> {
    let updates = bench.ok("getUpdates", json!({})).await;
    let notes = updates.as_array().expect("a list").iter().map(|update| &update["message"][note]);
    notes.filter_map(|note| note["telegram_payment_charge_id"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_link_is_made_by_the_rules_of_an_invoice() {
    let bench = Bench::new().await;
    let bare = json!({"title": "Top-up", "description": "500 roubles", "payload": "topup:1", "currency": "XTR", "prices": [{"label": "Top-up", "amount": 5}]});
    let with = |name: &str, value: Value| {
        let mut params = bare.clone();
        params[name] = value;
        params
    };
    let table = [
        (with("currency", json!("RUB")), "Bad Request: PAYMENT_PROVIDER_INVALID"),
        (with("provider_token", json!("x")), "Bad Request: STARS_INVOICE_INVALID"),
        (with("prices", json!([])), "Bad Request: STARS_INVOICE_INVALID"),
        (with("prices", json!([{"label": "a", "amount": 0}])), "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        (with("title", json!("x".repeat(33))), "Bad Request: invalid title specified"),
        (with("description", json!("x".repeat(256))), "Bad Request: invalid description specified"),
        (with("payload", json!("")), "Bad Request: INVOICE_PAYLOAD_INVALID"),
        (with("chat_id", json!(ANN)), "Bad Request: parameter `chat_id` is not in the simulator's table"),
        (
            with("start_parameter", json!("a")),
            "Bad Request: parameter `start_parameter` is not in the simulator's table",
        ),
    ];
    let count = table.len();
    for (params, description) in table {
        assert_eq!(bench.refused("createInvoiceLink", params.clone()).await, description, "{params}");
    }
    assert_eq!(bench.violations().len(), count);
    let first = bench.ok("createInvoiceLink", bare.clone()).await;
    let second = bench.ok("createInvoiceLink", bare).await;
    assert_ne!(first, second, "each call makes a link of its own");
    let first = first.as_str().expect("a text");
    assert!(first.starts_with("https://t.me/$"), "{first}");
    let kept = bench.simulator.linked_invoice(first).expect("kept");
    assert_eq!((kept.title.as_str(), kept.payload.as_str(), kept.total_amount), ("Top-up", "topup:1", 5));
    assert_eq!(bench.simulator.messages(ANN), [], "a link is no message");
}

#[tokio::test]
async fn a_link_is_paid_by_whoever_has_it_as_often_as_the_bot_agrees() {
    let bench = Bench::new().await;
    let link = link(&bench, 56).await;
    let query = bench.simulator.start_link_payment(BEN, &link).expect("payable");
    let asked = &bench.ok("getUpdates", json!({"offset": -1})).await[0]["pre_checkout_query"];
    assert_eq!(
        (&asked["id"], &asked["from"]["id"], &asked["invoice_payload"], &asked["total_amount"]),
        (&json!(query), &json!(BEN), &json!("topup:1"), &json!(56))
    );
    let no = json!({"pre_checkout_query_id": query, "ok": false, "error_message": "It is another's invoice"});
    bench.ok("answerPreCheckoutQuery", no).await;
    let paid = [pay_link(&bench, ANN, &link).await, pay_link(&bench, ANN, &link).await];
    assert_ne!(paid[0], paid[1]);
    assert_eq!(told(&bench, "successful_payment").await, paid);
    let note = bench.simulator.messages(ANN).pop().expect("a note");
    assert_eq!((note.kind, note.payment.expect("paid").total_amount), (MessageKind::SuccessfulPayment, 56));
    assert_eq!(bench.simulator.messages(BEN), []);
    let ben = bench.simulator.checkouts(BEN, 10);
    assert_eq!(
        json!(ben),
        json!([{"pre_checkout_query_id": query, "state": "refused", "reason": "It is another's invoice"}])
    );
    assert_eq!(bench.simulator.checkouts(ANN, 1).len(), 1, "the newest only");
    let unknown = "https://t.me/$nothing";
    let refused = bench.simulator.start_link_payment(ANN, unknown);
    assert_eq!(refused, Err(ControlError::NoInvoice(unknown.to_owned())));
    assert!(bench.simulator.start_link_payment(4, &link).is_err(), "nobody");
    assert_eq!(bench.violations(), []);
}

#[tokio::test]
async fn two_checkouts_that_are_open_at_once_are_two_payments() {
    let bench = Bench::new().await;
    let link = link(&bench, 56).await;
    let open = [(); 2].map(|()| bench.simulator.start_link_payment(ANN, &link).expect("payable"));
    for query in &open {
        bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    }
    let listed = bench.simulator.star_transactions();
    assert_eq!(listed.len(), 2);
    assert_ne!(listed[0].id, listed[1].id);
}

#[tokio::test]
async fn pay_link_waits_for_the_bots_word() {
    let bench = Bench::new().await;
    let link = link(&bench, 3).await;
    let bot = async {
        let updates = bench.ok("getUpdates", json!({"timeout": 5})).await;
        let query = &updates[0]["pre_checkout_query"]["id"];
        bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await
    };
    let (payment, _) = tokio::join!(bench.simulator.pay_link(ANN, &link, SOON), bot);
    assert!(matches!(payment, Ok(Checkout::Paid { .. })), "{payment:?}");
}

#[tokio::test]
async fn the_note_of_a_payment_is_lost_or_doubled_and_other_messages_are_not() {
    let bench = Bench::new().await;
    let link = link(&bench, 56).await;
    let simulator: &TelegramSimulator = &bench.simulator;
    simulator.lose_next_updates("successful_payment", 1);
    assert_eq!(simulator.update_troubles("successful_payment"), (1, 0));
    let said = simulator.send_text(ANN, "hello").expect("sent");
    assert_eq!(simulator.update(said.update_id).map(|update| update.state), Some(UpdateState::Pending));
    let lost = pay_link(&bench, ANN, &link).await;
    assert_eq!(told(&bench, "successful_payment").await, [""; 0]);
    assert_eq!(bench.ok("getStarTransactions", json!({})).await["transactions"][0]["id"], json!(lost));

    simulator.double_next_updates("successful_payment", 1);
    let doubled = pay_link(&bench, ANN, &link).await;
    assert_eq!(told(&bench, "successful_payment").await, [doubled.clone(), doubled.clone()]);
    assert_eq!(simulator.star_transactions().len(), 2, "the Stars moved once each");
    assert_eq!(simulator.update_troubles("successful_payment"), (0, 0));

    simulator.double_next_updates("refunded_payment", 1);
    bench.ok("refundStarPayment", json!({"user_id": ANN, "telegram_payment_charge_id": doubled})).await;
    assert_eq!(told(&bench, "refunded_payment").await, [doubled.clone(), doubled]);

    simulator.lose_next_updates("successful_payment", 5);
    simulator.spare_updates("successful_payment");
    let heard = pay_link(&bench, ANN, &link).await;
    assert_eq!(told(&bench, "successful_payment").await.last(), Some(&heard));
}

#[tokio::test]
async fn stars_move_without_the_bots_word() {
    let bench = Bench::new().await;
    let paid = bench.simulator.pay_without_the_bot(ANN, 70, "of another program").expect("paid");
    let charge = paid.telegram_payment_charge_id;
    let body = bench.simulator.update_body(paid.update_id).expect("an update");
    let expected = json!({"currency": "XTR", "total_amount": 70, "invoice_payload": "of another program", "telegram_payment_charge_id": charge, "provider_payment_charge_id": ""});
    assert_eq!(body["message"]["successful_payment"], expected);
    let back = bench.simulator.refund_without_the_bot(ANN, &charge).expect("returned");
    let body = bench.simulator.update_body(back.update_id).expect("an update");
    assert_eq!(body["message"]["refunded_payment"]["telegram_payment_charge_id"], json!(charge));
    let again = bench.simulator.refund_without_the_bot(ANN, &charge);
    assert!(matches!(&again, Err(ControlError::NotRefundable(words)) if words.ends_with("CHARGE_ALREADY_REFUNDED")));
    let refund = json!({"user_id": ANN, "telegram_payment_charge_id": charge});
    assert_eq!(bench.refused("refundStarPayment", refund).await, "Bad Request: CHARGE_ALREADY_REFUNDED");
    assert!(bench.simulator.refund_without_the_bot(BEN, &charge).is_err());
    assert!(bench.simulator.pay_without_the_bot(4, 1, "x").is_err());
}

#[tokio::test]
async fn the_list_is_paged_oldest_first_and_tells_of_withdrawals_too() {
    let bench = Bench::new().await;
    let link = link(&bench, 56).await;
    let first = pay_link(&bench, ANN, &link).await;
    let out = bench.simulator.withdraw_stars(40);
    bench.clock.advance(Duration::from_secs(60));
    let last = pay_link(&bench, BEN, &link).await;
    let ids = |page: &Value| -> Vec<String> {
        let list = page["transactions"].as_array().expect("a list");
        list.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
    };
    let whole = bench.ok("getStarTransactions", json!({})).await;
    assert_eq!(ids(&whole), [first.clone(), out.clone(), last.clone()]);
    for (offset, limit, expected) in
        [(0, 2, vec![&first, &out]), (1, 1, vec![&out]), (2, 100, vec![&last]), (3, 100, vec![]), (99, 1, vec![])]
    {
        let page = bench.ok("getStarTransactions", json!({"offset": offset, "limit": limit})).await;
        assert_eq!(ids(&page).iter().collect::<Vec<_>>(), expected, "{offset} {limit}");
    }
    let receiver = &whole["transactions"][1]["receiver"];
    assert_eq!((&receiver["type"], &receiver["withdrawal_state"]["type"]), (&json!("fragment"), &json!("succeeded")));
    assert_eq!(bench.violations(), []);
    for limits in [json!({"limit": 0}), json!({"limit": 101}), json!({"offset": -1})] {
        bench.refused("getStarTransactions", limits).await;
    }
}
