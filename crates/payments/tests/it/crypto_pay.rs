//! What Crypto Pay is sent, and whose webhooks are believed.

use std::sync::Arc;

use domain::clock::{ManualClock, Timestamp};
use domain::ids::ChatId;
use domain::ledger::Provider;
use domain::money::Money;
use domain::ports::{GateError, NativePrice, PaybackError, PaymentGate};
use payments::{CRYPTO_PAY_SIGNATURE_HEADER, CryptoPay};
use serde_json::{Value, json};

use crate::fixtures::signature;
use crate::server::{Answer, BUDGET, INVOICE, Server, TOKEN, crypto_pay_options, invoice, payment, words};

fn opened() -> Answer {
    let url = "https://t.me/CryptoBot?start=IVDoTcNBYEfk";
    let invoice = json!({"invoice_id": 528_890, "status": "active", "amount": "100.5", "bot_invoice_url": url});
    Answer::json(200, &json!({"ok": true, "result": invoice}))
}

#[tokio::test]
async fn an_invoice_is_in_roubles_as_text_and_ends_with_ours() {
    let server = Server::start([opened()]).await;
    server.crypto_pay(1).offer(&invoice(Provider::CryptoPay, 10_050), &words(), BUDGET).await.unwrap();
    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("one request, not {requests:?}") };
    assert_eq!(request.line, "POST /api/createInvoice");
    assert_eq!(request.header("crypto-pay-api-token"), Some(TOKEN));
    let expected = json!({
        "currency_type": "fiat",
        "fiat": "RUB",
        "amount": "100.50",
        "description": "Balance of the bot",
        "payload": "0192f1c8000070008000000000000001",
        "expires_in": 3_600,
    });
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn a_long_life_is_cut_and_an_expired_invoice_is_refused_without_a_call() {
    let server = Server::start([opened()]).await;
    let mut long = invoice(Provider::CryptoPay, 10_050);
    long.expires_at = Timestamp::from_seconds(10_000_000);
    server.crypto_pay(1).offer(&long, &words(), BUDGET).await.unwrap();
    assert_eq!(server.requests()[0].json()["expires_in"], json!(2_678_400));

    let late = Arc::new(ManualClock::new(Timestamp::from_seconds(4_600)));
    let gate = CryptoPay::new(crypto_pay_options(&server.url, 1), late).unwrap();
    let error = gate.offer(&invoice(Provider::CryptoPay, 10_050), &words(), BUDGET).await.unwrap_err();
    assert_eq!(error, GateError::Refused { detail: "the invoice has expired".to_owned() });
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    let server = Server::start([Answer::Close, opened()]).await;
    let offer = server.crypto_pay(3).offer(&invoice(Provider::CryptoPay, 10_050), &words(), BUDGET).await.unwrap();
    assert_eq!(offer.external.as_deref(), Some(INVOICE));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].json(), requests[1].json());
}

#[tokio::test]
async fn one_invoice_is_asked_about() {
    let invoice = json!({"invoice_id": 528_890, "status": "active", "fiat": "RUB", "amount": "100.5"});
    let server = Server::start([Answer::json(200, &json!({"ok": true, "result": {"items": [invoice]}}))]).await;
    server.crypto_pay(1).status(INVOICE, BUDGET).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].line, "GET /api/getInvoices?invoice_ids=528890");
    assert_eq!(requests[0].header("crypto-pay-api-token"), Some(TOKEN));
}

#[tokio::test]
async fn answers_that_can_t_be_are_nonsense() {
    let paid = |fiat: Value, amount: Value| {
        let invoice = json!({"invoice_id": 528_890, "status": "paid", "fiat": fiat, "amount": amount});
        json!({"ok": true, "result": {"items": [invoice]}})
    };
    let answers = [
        // Paid in a coin: its amount is no kopecks.
        paid(Value::Null, json!("2.6")),
        paid(json!("RUB"), json!("100.505")),
        paid(json!("RUB"), json!(100.5)),
        json!({"ok": true, "result": {"items": [{"invoice_id": 528_890, "status": "lost", "amount": "1"}]}}),
        json!({"ok": true}),
        json!({"ok": false}),
        json!({"result": {"items": []}}),
    ];
    for answer in answers {
        let server = Server::start([Answer::json(200, &answer)]).await;
        let error = server.crypto_pay(1).status(INVOICE, BUDGET).await.unwrap_err();
        assert!(matches!(error, GateError::Later { .. }), "{answer}");
    }
}

/// The signature was made with `openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf %s "$TOKEN" | openssl dgst -sha256)`, by the rule of
/// <https://help.send.tg/en/articles/10279948-crypto-pay-api>, "Verifying webhook updates".
#[tokio::test]
async fn a_webhook_counts_with_the_right_signature_only() {
    const BODY: &str = r#"{"update_id":1,"update_type":"invoice_paid","payload":{"invoice_id":528890}}"#;
    const SIGNATURE: &str = "9adcb777a1393f9f01d16fc4effd0c7e822451d4f2e03c941a4d73fb936dd9ce";
    assert_eq!(CRYPTO_PAY_SIGNATURE_HEADER, "crypto-pay-api-signature");
    let gate = Server::start([]).await.crypto_pay(1);
    let hint = |body: &str, signature: Option<&str>| gate.hint(body.as_bytes(), signature);
    let ours = Some(INVOICE.to_owned());
    assert_eq!(hint(BODY, Some(SIGNATURE)), ours);
    assert_eq!(hint(BODY, Some(&SIGNATURE.to_uppercase())), ours);
    assert_eq!(hint(BODY, None), None);
    for wrong in ["", "zz", &SIGNATURE[2..], &SIGNATURE[1..], &format!("{SIGNATURE}00"), &"0".repeat(64), "подпись"]
    {
        assert_eq!(hint(BODY, Some(wrong)), None, "{wrong}");
    }
    assert_eq!(hint(&BODY.replace("528890", "528891"), Some(SIGNATURE)), None);
    for body in ["", "[]", r#"{"update_type":"invoice_paid"}"#, r#"{"update_type":"invoice_paid","payload":{}}"#] {
        assert_eq!(hint(body, Some(&signature(body.as_bytes()))), None, "{body}");
    }
}

#[tokio::test]
async fn nothing_is_paid_back_and_nothing_is_listed() {
    let server = Server::start([]).await;
    let gate = server.crypto_pay(1);
    assert_eq!(gate.provider(), Provider::CryptoPay);
    let error = gate.pay_back(&payment(Provider::CryptoPay, INVOICE), ChatId(7), BUDGET).await.unwrap_err();
    assert!(matches!(&error, PaybackError::Refused { detail } if detail.contains("no refunds")), "{error}");
    assert_eq!(gate.records(0, 100, BUDGET).await, Ok(None));
    let price = gate.price(Money::from_kopecks(10_050)).unwrap();
    assert_eq!(price, NativePrice { amount: 10_050, currency: "RUB".to_owned() });
    let refused = gate.status("528890&status=paid", BUDGET).await.unwrap_err();
    assert!(matches!(refused, GateError::Refused { .. }));
    assert!(server.requests().is_empty());
}

#[test]
fn an_empty_or_broken_token_is_named() {
    for token in ["", " ", "a\nb", "токен"] {
        let mut options = crypto_pay_options("http://127.0.0.1:1", 1);
        options.token = token.into();
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(0)));
        let error = CryptoPay::new(options, clock).map(|_| ()).unwrap_err();
        assert!(error.to_string().starts_with("`token`"), "{error}");
    }
}
