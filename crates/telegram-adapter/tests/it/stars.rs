//! Telegram Stars: every failure against the scripted server, and the life of a payment against the simulator.

use std::time::{Duration, Instant};

use app::event::Event;
use domain::clock::Timestamp;
use domain::ids::{ChatId, InvoiceId, UserId};
use domain::ledger::{Payment, Provider};
use domain::money::Money;
use domain::payment::{Invoice, InvoiceState, StarsRate};
use domain::ports::{GateError, InvoiceWords, Messenger, Offer, PaybackError, PaymentGate, ProviderRecord};
use sandbox::telegram::{Checkout, Fault};
use serde_json::{Value, json};
use telegram_adapter::{TelegramStars, read_update};

use crate::support::server::{Answer, Scripted};
use crate::support::{ADA, BUDGET, TOKEN, assert_correct, client, messenger, simulator};

const CHARGE: &str = "stxADA1";

fn stars(api_url: &str) -> TelegramStars {
    // 0.56 Stars for a rouble.
    TelegramStars::new(client(api_url), StarsRate::per_rouble(5600).unwrap())
}

fn invoice() -> Invoice {
    Invoice {
        id: InvoiceId::from_bytes([0xab; 16]),
        user: UserId::from_bytes([1; 16]),
        provider: Provider::Stars,
        amount: Money::from_kopecks(10_000),
        native_amount: 56,
        native_currency: "XTR".to_owned(),
        state: InvoiceState::Asked,
        since: Timestamp::from_seconds(0),
        created_at: Timestamp::from_seconds(0),
        expires_at: Timestamp::from_seconds(3600),
    }
}

fn words() -> InvoiceWords {
    InvoiceWords { title: "Пополнение".to_owned(), description: "100 ₽ на баланс".to_owned() }
}

fn payment() -> Payment {
    Payment {
        provider: Provider::Stars,
        payment: CHARGE.to_owned(),
        user: UserId::from_bytes([1; 16]),
        amount: Money::from_kopecks(10_000),
        native_amount: 56,
        native_currency: "XTR".to_owned(),
        at: Timestamp::from_seconds(0),
        refunded: false,
    }
}

/// Answers after which asking again is harmless and worth it.
fn transient() -> Vec<Answer> {
    vec![
        Answer::HangUp,
        Answer::Cut,
        Answer::html(502),
        Answer::refusal(500, "Internal Server Error"),
        Answer::flood(1),
    ]
}

/// Answers after which only time or a human helps, and the wait that is told.
fn lasting() -> Vec<(Answer, Option<Duration>)> {
    let minute = Some(Duration::from_secs(60));
    vec![
        (Answer::flood(90_000), Some(Duration::from_secs(90_000))),
        (Answer::refusal(401, "Unauthorized"), minute),
        (Answer::refusal(404, "Not Found"), minute),
        (Answer::refusal(409, "Conflict"), None),
        (Answer::html(403), None),
    ]
}

#[tokio::test]
async fn an_offer_is_a_link_for_exactly_one_price_in_stars() {
    let server =
        Scripted::start([Answer::result(json!("https://t.me/$one")), Answer::result(json!("https://t.me/$two"))]).await;
    let gate = stars(&server.url);
    assert_eq!(gate.provider(), Provider::Stars);
    let price = gate.price(Money::from_kopecks(10_000)).unwrap();
    assert_eq!((price.amount, price.currency.as_str()), (56, "XTR"));
    assert!(gate.price(Money::from_kopecks(i64::MAX)).is_err());

    let offer = gate.offer(&invoice(), &words(), BUDGET).await;
    assert_eq!(offer, Ok(Offer { external: None, url: "https://t.me/$one".to_owned() }));
    let long = InvoiceWords { title: format!(" {}", "я".repeat(40)), description: "😀".repeat(200) };
    gate.offer(&invoice(), &long, BUDGET).await.unwrap();
    server.assert_used_up();
    let seen = server.seen();
    let expected = json!({
        "title": "Пополнение", "description": "100 ₽ на баланс", "payload": "ab".repeat(16), "provider_token": "", "currency": "XTR",
        "prices": [{"label": "Пополнение", "amount": 56}],
    });
    assert_eq!((seen[0].method(), seen[0].json()), ("createInvoiceLink", expected));
    let cut = seen[1].json();
    assert_eq!(cut["title"], "я".repeat(32));
    assert_eq!(cut["description"], "😀".repeat(127), "a sign of two units is not cut in the middle");
}

#[tokio::test]
async fn an_offer_that_is_none_of_stars_makes_no_call() {
    let server = Scripted::start([]).await;
    let gate = stars(&server.url);
    for (amount, currency) in [(56, "RUB"), (-1, "XTR"), (i64::MAX, "XTR")] {
        let other = Invoice { native_amount: amount, native_currency: currency.to_owned(), ..invoice() };
        assert!(matches!(gate.offer(&other, &words(), BUDGET).await, Err(GateError::Refused { .. })), "{amount}");
    }
    let bank = Payment { provider: Provider::Bank, ..payment() };
    for (payment, payer) in [(bank, ADA), (payment(), ChatId(-5))] {
        assert!(matches!(gate.pay_back(&payment, payer, BUDGET).await, Err(PaybackError::Refused { .. })));
    }
    assert!(matches!(gate.records(u64::MAX, 100, BUDGET).await, Err(GateError::Refused { .. })));
    assert!(matches!(gate.status("x", BUDGET).await, Err(GateError::Refused { .. })));
    assert_eq!(gate.hint(b"{}", None), None);
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn what_is_harmless_is_repeated_within_the_budget() {
    for lost in transient() {
        let answers = [
            lost.clone(),
            Answer::result(json!("https://t.me/$x")),
            lost.clone(),
            Answer::result(json!(true)),
            lost.clone(),
            Answer::result(json!({"transactions": []})),
        ];
        let server = Scripted::start(answers).await;
        let gate = stars(&server.url);
        assert!(gate.offer(&invoice(), &words(), BUDGET).await.is_ok(), "{lost:?}");
        assert_eq!(gate.pay_back(&payment(), ADA, BUDGET).await, Ok(()), "{lost:?}");
        assert_eq!(gate.records(0, 100, BUDGET).await, Ok(Some(Vec::new())), "{lost:?}");
        server.assert_used_up();
    }
}

#[tokio::test]
async fn what_no_repeat_helps_is_told_with_its_wait() {
    for (answer, wait) in lasting() {
        let server = Scripted::start([answer.clone(), answer.clone(), answer.clone()]).await;
        let gate = stars(&server.url);
        let offered = gate.offer(&invoice(), &words(), BUDGET).await;
        assert!(matches!(&offered, Err(GateError::Later { retry_after, .. }) if *retry_after == wait), "{offered:?}");
        let paid_back = gate.pay_back(&payment(), ADA, BUDGET).await;
        assert!(
            matches!(&paid_back, Err(PaybackError::Later { retry_after, .. }) if *retry_after == wait),
            "{paid_back:?}"
        );
        let listed = gate.records(0, 100, BUDGET).await;
        assert!(matches!(&listed, Err(GateError::Later { retry_after, .. }) if *retry_after == wait), "{listed:?}");
        server.assert_used_up();
    }
}

#[tokio::test]
async fn a_definite_no_keeps_telegrams_words() {
    let no = |words: &str| Answer::refusal(400, &format!("Bad Request: {words}"));
    let server =
        Scripted::start([no("CURRENCY_TOTAL_AMOUNT_INVALID"), no("CHARGE_NOT_FOUND"), no("BALANCE_TOO_LOW")]).await;
    let gate = stars(&server.url);
    let detail = "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID".to_owned();
    assert_eq!(gate.offer(&invoice(), &words(), BUDGET).await, Err(GateError::Refused { detail }));
    for words in ["CHARGE_NOT_FOUND", "BALANCE_TOO_LOW"] {
        let detail = format!("Bad Request: {words}");
        assert_eq!(gate.pay_back(&payment(), ADA, BUDGET).await, Err(PaybackError::Refused { detail }));
    }
    server.assert_used_up();
}

#[tokio::test]
async fn a_payback_is_done_if_telegram_did_it_before_or_did_it_without_a_readable_word() {
    let server = Scripted::start([
        Answer::refusal(400, "Bad Request: CHARGE_ALREADY_REFUNDED"),
        Answer::HangUp,
        Answer::refusal(400, "Bad Request: CHARGE_ALREADY_REFUNDED"),
        Answer::result(json!({"odd": 1})),
    ])
    .await;
    let gate = stars(&server.url);
    for case in ["before", "by the try whose answer was lost", "in other words"] {
        assert_eq!(gate.pay_back(&payment(), ADA, BUDGET).await, Ok(()), "{case}");
    }
    server.assert_used_up();
    assert_eq!(server.seen()[0].json(), json!({"user_id": ADA.0, "telegram_payment_charge_id": CHARGE}));
}

#[tokio::test]
async fn silence_ends_with_the_budget() {
    let budget = Duration::from_millis(400);
    let server = Scripted::start([Answer::Silence, Answer::Silence, Answer::Silence]).await;
    let gate = stars(&server.url);
    let start = Instant::now();
    assert!(matches!(gate.offer(&invoice(), &words(), budget).await, Err(GateError::Later { retry_after: None, .. })));
    assert!(matches!(gate.pay_back(&payment(), ADA, budget).await, Err(PaybackError::Later { retry_after: None, .. })));
    assert!(matches!(gate.records(0, 100, budget).await, Err(GateError::Later { retry_after: None, .. })));
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    server.assert_used_up();
}

#[tokio::test]
async fn a_page_of_the_list_is_asked_for_by_offset_and_limit() {
    let unlike: [Value; 4] = [json!([]), json!({}), json!({"transactions": [{"amount": 1, "date": 1}]}), json!("x")];
    let mut answers = vec![Answer::result(json!({"transactions": []})); 3];
    answers.extend(unlike.map(Answer::result));
    let server = Scripted::start(answers).await;
    let gate = stars(&server.url);
    for (skip, limit, asked) in [(0, 100, (0, 100)), (7, 0, (7, 1)), (4_000_000_000, 5000, (4_000_000_000_u32, 100))] {
        gate.records(skip, limit, BUDGET).await.unwrap();
        let seen = server.seen().last().unwrap().json();
        assert_eq!(seen, json!({"offset": asked.0, "limit": asked.1}));
    }
    for _ in 0..4 {
        let told = gate.records(0, 100, BUDGET).await;
        assert!(matches!(told, Err(GateError::Later { .. })), "a list that can't be read is never taken for an end");
    }
    let link = Scripted::start([Answer::result(json!("")), Answer::result(json!(true))]).await;
    for _ in 0..2 {
        let offered = stars(&link.url).offer(&invoice(), &words(), BUDGET).await;
        assert!(matches!(offered, Err(GateError::Later { .. })), "{offered:?}");
    }
    server.assert_used_up();
    link.assert_used_up();
}

#[tokio::test]
async fn no_error_holds_the_token_or_what_was_sent() {
    let (_, letters) = TOKEN.split_once(':').unwrap();
    let gone = stars("http://127.0.0.1:1");
    let budget = Duration::from_millis(400);
    let errors = format!(
        "{gone:?} {:?} {:?} {:?}",
        gone.offer(&invoice(), &words(), budget).await,
        gone.pay_back(&payment(), ADA, budget).await,
        gone.records(0, 100, budget).await,
    );
    assert!(errors.contains("not reached"), "{errors}");
    for secret in [letters, CHARGE, "abab", "Пополнение", "1001"] {
        assert!(!errors.contains(secret), "{errors}");
    }
}

#[tokio::test]
async fn a_payment_goes_from_the_link_through_the_list_back_to_its_payer() {
    let (simulator, clock) = simulator().await;
    let gate = stars(&simulator.base_url());
    let messenger = messenger(&simulator.base_url());
    let offer = gate.offer(&invoice(), &words(), BUDGET).await.unwrap();
    let query = simulator.start_link_payment(ADA.0, &offer.url).unwrap();
    messenger.answer_pre_checkout(&query, None, BUDGET).await.unwrap();
    let Some(Checkout::Paid { telegram_payment_charge_id: charge, update_id }) = simulator.checkout(&query) else {
        panic!("not paid");
    };
    let told = read_update(7_000_000_001, simulator.update_body(update_id).unwrap().to_string().as_bytes()).unwrap();
    let expected = Event::Paid {
        currency: "XTR".to_owned(),
        total: 56,
        payload: "ab".repeat(16),
        charge: charge.clone(),
        at: Timestamp::from_seconds(1_790_000_000),
    };
    assert_eq!((told.sender.chat, told.event), (ADA, expected));

    clock.advance(Duration::from_secs(60));
    let out = simulator.withdraw_stars(20);
    let payment = Payment { payment: charge.clone(), ..payment() };
    simulator.fail_next("refundStarPayment", Fault::HangUpAfter);
    assert_eq!(gate.pay_back(&payment, ADA, BUDGET).await, Ok(()), "the lost answer is asked for again");
    assert_eq!(gate.pay_back(&payment, ADA, BUDGET).await, Ok(()), "twice is once");
    let nobody = gate.pay_back(&payment, ChatId(4), BUDGET).await;
    assert!(
        matches!(&nobody, Err(PaybackError::Refused { detail }) if detail.ends_with("USER_ID_INVALID")),
        "{nobody:?}"
    );

    let mut records = Vec::new();
    // As a reconciliation reads: page after page by the number of records that it has, until there are none.
    loop {
        let skip = u64::try_from(records.len()).unwrap();
        let page = gate.records(skip, 2, BUDGET).await.unwrap().unwrap();
        if page.is_empty() {
            break;
        }
        records.extend(page);
    }
    let record = |payment: &str, is_refund, native_amount, payer: Option<ChatId>, seconds: i64| ProviderRecord {
        provider: Provider::Stars,
        payment: payment.to_owned(),
        is_refund,
        native_amount,
        native_currency: "XTR".to_owned(),
        payer,
        payload: payer.map(|_| "ab".repeat(16)).unwrap_or_default(),
        at: Timestamp::from_seconds(1_790_000_000 + seconds),
    };
    let expected = [
        record(&charge, false, 56, Some(ADA), 0),
        record(&out, true, 20, None, 60),
        record(&charge, true, 56, Some(ADA), 60),
    ];
    assert_eq!(records, expected);
    assert_correct(&simulator);
}

#[tokio::test]
async fn what_telegram_never_told_stands_in_its_list() {
    let (simulator, _) = simulator().await;
    let gate = stars(&simulator.base_url());
    simulator.lose_next_updates("successful_payment", 1);
    let lost = simulator.pay_without_the_bot(ADA.0, 7, "unknown").unwrap();
    let records = gate.records(0, 100, BUDGET).await.unwrap().unwrap();
    let [record] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((record.payment.as_str(), record.native_amount), (lost.telegram_payment_charge_id.as_str(), 7));
    assert_eq!((record.payer, record.payload.as_str()), (Some(ADA), "unknown"));
    assert_eq!(gate.records(1, 100, BUDGET).await, Ok(Some(Vec::new())));
    assert_correct(&simulator);
}
