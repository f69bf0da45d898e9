//! What YooKassa is sent, and what is never sent twice.

use domain::ids::ChatId;
use domain::ledger::Provider;
use domain::money::Money;
use domain::ports::{GateError, NativePrice, PaybackError, PaymentGate};
use payments::{BuildError, Customer, Receipts, Yookassa, YookassaOptions};
use serde_json::{Value, json};

use crate::server::{Answer, BUDGET, PAYMENT, Server, invoice, payment, words, yookassa_options};

fn opened() -> Answer {
    let confirmation = json!({"type": "redirect", "confirmation_url": "https://yoomoney.ru/x"});
    let amount = json!({"value": "100.50", "currency": "RUB"});
    Answer::json(200, &json!({"id": PAYMENT, "status": "pending", "amount": amount, "confirmation": confirmation}))
}

fn refunds(statuses: &[&str]) -> Answer {
    let items: Vec<Value> = statuses.iter().map(|status| refund(status)).collect();
    Answer::json(200, &json!({"type": "list", "items": items}))
}

fn refund(status: &str) -> Value {
    json!({"id": "r", "payment_id": PAYMENT, "status": status, "amount": {"value": "100.00", "currency": "RUB"}})
}

async fn pay_back(gate: &Yookassa) -> Result<(), PaybackError> {
    gate.pay_back(&payment(Provider::Yookassa, PAYMENT), ChatId(7), BUDGET).await
}

#[tokio::test]
async fn a_payment_is_asked_for_under_the_invoices_id_with_text_amounts() {
    let server = Server::start([opened()]).await;
    server.yookassa(1).offer(&invoice(Provider::Yookassa, 10_050), &words(), BUDGET).await.unwrap();
    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("one request, not {requests:?}") };
    assert_eq!(request.line, "POST /v3/payments");
    assert_eq!(request.header("idempotence-key"), Some("0192f1c8000070008000000000000001"));
    // `printf '100500:test_0123456789abcdef-key' | base64`
    assert_eq!(request.header("authorization"), Some("Basic MTAwNTAwOnRlc3RfMDEyMzQ1Njc4OWFiY2RlZi1rZXk="));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let expected = json!({
        "amount": {"value": "100.50", "currency": "RUB"},
        "capture": true,
        "confirmation": {"type": "redirect", "return_url": "https://t.me/the_bot"},
        "description": "Balance of the bot",
        "metadata": {"invoice": "0192f1c8000070008000000000000001"},
    });
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn a_receipt_is_asked_for_if_receipts_are_configured() {
    let cases = [
        (Customer::Email("books@example.com".to_owned()), json!({"email": "books@example.com"})),
        (Customer::Phone("79000000000".to_owned()), json!({"phone": "79000000000"})),
    ];
    for (customer, expected) in cases {
        let server = Server::start([opened()]).await;
        let receipts = Receipts { tax_system_code: Some(2), ..Receipts::new(customer, 1) };
        let options = YookassaOptions { receipts: Some(receipts), ..yookassa_options(&server.url, 1) };
        let gate = Yookassa::new(options).unwrap();
        gate.offer(&invoice(Provider::Yookassa, 10_050), &words(), BUDGET).await.unwrap();
        let item = json!({
            "description": "Balance of the bot",
            "quantity": "1.00",
            "amount": {"value": "100.50", "currency": "RUB"},
            "vat_code": 1,
            "payment_mode": "full_payment",
            "payment_subject": "service",
        });
        let receipt = json!({"customer": expected, "items": [item], "tax_system_code": 2});
        assert_eq!(server.requests()[0].json()["receipt"], receipt);
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let server = Server::start([Answer::Close, opened()]).await;
    server.yookassa(3).offer(&invoice(Provider::Yookassa, 10_050), &words(), BUDGET).await.unwrap();
    let requests = server.requests();
    let keys: Vec<_> = requests.iter().map(|request| request.header("idempotence-key")).collect();
    assert_eq!(keys, [Some("0192f1c8000070008000000000000001"); 2]);
    assert_eq!(requests[0].json(), requests[1].json());
}

#[tokio::test]
async fn a_refund_is_the_same_one_however_often_it_is_asked_for() {
    let server = Server::start([refunds(&[]), Answer::Close]).await;
    assert!(matches!(pay_back(&server.yookassa(1)).await, Err(PaybackError::Later { .. })));
    server.script([refunds(&[]), Answer::json(200, &refund("succeeded"))]);
    assert_eq!(pay_back(&server.yookassa(1)).await, Ok(()));
    server.script([refunds(&["succeeded"])]);
    assert_eq!(pay_back(&server.yookassa(1)).await, Ok(()));
    let requests = server.requests();
    let lines: Vec<&str> = requests.iter().map(|request| request.line.as_str()).collect();
    let list = format!("GET /v3/refunds?payment_id={PAYMENT}&limit=100");
    assert_eq!(lines, [&list, "POST /v3/refunds", &list, "POST /v3/refunds", &list]);
    let key = format!("payback-{PAYMENT}-0");
    for request in [&requests[1], &requests[3]] {
        assert_eq!(request.header("idempotence-key"), Some(key.as_str()));
        let expected = json!({"payment_id": PAYMENT, "amount": {"value": "100.00", "currency": "RUB"}});
        assert_eq!(request.json(), expected);
    }
}

#[tokio::test]
async fn a_refund_after_a_failed_one_is_a_new_one() {
    let server = Server::start([refunds(&["canceled"]), Answer::json(200, &refund("succeeded"))]).await;
    assert_eq!(pay_back(&server.yookassa(1)).await, Ok(()));
    let key = format!("payback-{PAYMENT}-1");
    assert_eq!(server.requests()[1].header("idempotence-key"), Some(key.as_str()));
}

#[tokio::test]
async fn a_payback_is_not_refused_before_the_list_is_seen() {
    let refusal = || Answer::http(400, r#"{"type":"error","id":"1","code":"invalid_request"}"#);
    let failures = [Answer::http(503, ""), Answer::http(401, ""), refusal(), Answer::http(200, "{}"), Answer::Close];
    for failure in failures {
        let server = Server::start([failure.clone()]).await;
        let first = pay_back(&server.yookassa(1)).await;
        assert!(matches!(first, Err(PaybackError::Later { .. })), "{failure:?} at first: {first:?}");
        let server = Server::start([refunds(&[]), refusal(), failure.clone()]).await;
        let after = pay_back(&server.yookassa(1)).await;
        assert!(matches!(after, Err(PaybackError::Later { .. })), "{failure:?} after a refusal: {after:?}");
    }
    let many = Answer::json(200, &json!({"type": "list", "items": [], "next_cursor": "x"}));
    let server = Server::start([many]).await;
    assert!(matches!(pay_back(&server.yookassa(1)).await, Err(PaybackError::Later { .. })));
}

#[tokio::test]
async fn what_is_not_ours_is_refused_without_a_call() {
    let server = Server::start([]).await;
    let gate = server.yookassa(1);
    let refused = |error: GateError| matches!(error, GateError::Refused { .. });
    assert!(refused(gate.status("../refunds", BUDGET).await.unwrap_err()));
    assert!(refused(gate.offer(&invoice(Provider::Yookassa, 0), &words(), BUDGET).await.unwrap_err()));
    let mut stars = invoice(Provider::Yookassa, 10_050);
    stars.native_currency = "XTR".to_owned();
    assert!(refused(gate.offer(&stars, &words(), BUDGET).await.unwrap_err()));
    for other in [payment(Provider::Stars, PAYMENT), payment(Provider::Yookassa, "a/b")] {
        let error = gate.pay_back(&other, ChatId(7), BUDGET).await.unwrap_err();
        assert!(matches!(error, PaybackError::Refused { .. }));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn answers_that_can_t_be_are_nonsense() {
    let payment = |id: &str, status: &str, value: Value| {
        Answer::json(200, &json!({"id": id, "status": status, "amount": {"value": value, "currency": "RUB"}}))
    };
    let answers = [
        payment("another", "succeeded", json!("100.00")),
        payment(PAYMENT, "finished", json!("100.00")),
        payment(PAYMENT, "succeeded", json!("100.001")),
        payment(PAYMENT, "succeeded", json!("1e2")),
        payment(PAYMENT, "succeeded", json!(100.0)),
        payment(PAYMENT, "succeeded", json!("-100.00")),
        payment(PAYMENT, "succeeded", json!("0.00")),
    ];
    for answer in answers {
        let server = Server::start([answer.clone()]).await;
        let error = server.yookassa(1).status(PAYMENT, BUDGET).await.unwrap_err();
        assert!(matches!(error, GateError::Later { .. }), "{answer:?}");
    }
    // An offer without an address, or with one that is not safe.
    for url in [Value::Null, json!("http://yoomoney.ru/x"), json!("javascript:alert(1)")] {
        let body = json!({
            "id": PAYMENT, "status": "pending", "amount": {"value": "100.50", "currency": "RUB"},
            "confirmation": {"type": "redirect", "confirmation_url": url},
        });
        let server = Server::start([Answer::json(200, &body)]).await;
        let error = server.yookassa(1).offer(&invoice(Provider::Yookassa, 10_050), &words(), BUDGET).await.unwrap_err();
        assert!(matches!(error, GateError::Later { .. }), "{url}");
    }
}

#[tokio::test]
async fn a_hint_is_an_id_and_nothing_else() {
    let gate = Server::start([]).await.yookassa(1);
    let bodies = [
        "",
        "[]",
        r#"{"event":"payment.succeeded"}"#,
        r#"{"event":"payment.succeeded","object":{}}"#,
        r#"{"event":"payment.succeeded","object":{"id":"../refunds"}}"#,
        r#"{"event":"payment.succeeded","object":{"id":""}}"#,
        r#"{"event":"refund.succeeded","object":{"id":"23d93cac-000f-5000-8000-126628f15141"}}"#,
        r#"{"event":"deal.closed","object":{"id":"23d93cac-000f-5000-8000-126628f15141"}}"#,
    ];
    for body in bodies {
        assert_eq!(gate.hint(body.as_bytes(), None), None, "{body}");
    }
    assert_eq!(
        gate.hint(format!(r#"{{"event":"payment.x","object":{{"id":"{}"}}}}"#, "a".repeat(99)).as_bytes(), None),
        None
    );
}

#[tokio::test]
async fn the_price_is_the_amount_and_there_are_no_records() {
    let gate = Server::start([]).await.yookassa(1);
    assert_eq!(gate.provider(), Provider::Yookassa);
    let price = gate.price(Money::from_kopecks(10_050)).unwrap();
    assert_eq!(price, NativePrice { amount: 10_050, currency: "RUB".to_owned() });
    assert_eq!(gate.records(0, 100, BUDGET).await, Ok(None));
}

#[test]
fn a_setting_that_can_t_be_is_named() {
    let good = || YookassaOptions::new("100500", "key".into(), "https://t.me/the_bot");
    let receipts = |customer: &str| Some(Receipts::new(Customer::Email(customer.to_owned()), 1));
    let table = [
        (YookassaOptions { shop_id: " ".to_owned(), ..good() }, "`shop_id`"),
        (YookassaOptions { shop_id: "100:500".to_owned(), ..good() }, "`shop_id`"),
        (YookassaOptions { secret_key: "".into(), ..good() }, "`secret_key`"),
        (YookassaOptions { secret_key: "a\nb".into(), ..good() }, "`secret_key`"),
        (YookassaOptions { return_url: "t.me/the_bot".to_owned(), ..good() }, "`return_url`"),
        (YookassaOptions { api_url: "api".to_owned(), ..good() }, "`api_url`"),
        (YookassaOptions { receipts: receipts(" "), ..good() }, "`receipts.customer`"),
    ];
    for (options, setting) in table {
        let error: BuildError = Yookassa::new(options).map(|_| ()).unwrap_err();
        assert!(error.to_string().starts_with(setting), "{error}");
    }
}
