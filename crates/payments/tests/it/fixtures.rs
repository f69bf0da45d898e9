//! Whole answers, rebuilt by their documented or reported forms, through the gates. Each file names its source, the answers, and what is to be
//! read from them.

use std::path::PathBuf;

use domain::ids::ChatId;
use domain::ledger::Provider;
use domain::ports::{InvoiceStatus, PaymentGate};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::server::{Answer, BUDGET, INVOICE, PAYMENT, Server, TOKEN, invoice, payment, words};

/// Where fixtures lie.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

#[tokio::test]
async fn every_fixture_is_read_as_it_says() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let fixture: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(fixture["source"].as_str().is_some_and(|source| !source.is_empty()), "{path:?} names no source");
        let server = Server::start([]).await;
        let told = match fixture["gate"].as_str().unwrap() {
            "yookassa" => ask(&server.yookassa(1), PAYMENT, &server, &fixture).await,
            "crypto_pay" => ask(&server.crypto_pay(1), INVOICE, &server, &fixture).await,
            other => panic!("`{other}` is no gate"),
        };
        assert_eq!(told, fixture["expect"], "{path:?}");
        seen += 1;
    }
    assert!(seen >= 30, "only {seen} fixtures were found");
}

async fn ask(gate: &dyn PaymentGate, external: &str, server: &Server, fixture: &Value) -> Value {
    let answers = fixture["answers"].as_array().cloned().unwrap_or_default();
    let count = answers.len();
    server.script(answers.iter().map(|answer| {
        let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
        Answer::json(status, &answer["body"])
    }));
    let told = match fixture["call"].as_str().unwrap() {
        "offer" => {
            let offer = gate.offer(&invoice(gate.provider(), 10_050), &words(), BUDGET).await;
            outcome(offer.map(|offer| json!({"external": offer.external, "url": offer.url})))
        }
        "status" => outcome(gate.status(external, BUDGET).await.map(standing)),
        "pay_back" => {
            let paid = payment(gate.provider(), external);
            outcome(gate.pay_back(&paid, ChatId(7), BUDGET).await.map(|()| json!("paid back")))
        }
        "hint" => {
            let body = fixture["body"].to_string();
            let signature = (gate.provider() == Provider::CryptoPay).then(|| signature(body.as_bytes()));
            json!(gate.hint(body.as_bytes(), signature.as_deref()))
        }
        other => panic!("`{other}` is no call"),
    };
    assert_eq!(server.requests().len(), count, "each answer is asked for");
    told
}

fn outcome<E: std::fmt::Display>(result: Result<Value, E>) -> Value {
    result.unwrap_or_else(|error| json!({"error": error.to_string()}))
}

fn standing(status: InvoiceStatus) -> Value {
    match status {
        InvoiceStatus::Waiting => json!("waiting"),
        InvoiceStatus::Closed => json!("closed"),
        InvoiceStatus::Paid { payment, native_amount, native_currency } => {
            json!({"paid": payment, "amount": native_amount, "currency": native_currency})
        }
    }
}

/// As Crypto Pay signs.
pub(crate) fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(TOKEN.as_bytes())).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
