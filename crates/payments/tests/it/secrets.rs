//! No secret and no payer's data is in a Debug, an error or a log line, even if a server repeats them.

use std::io;
use std::sync::{Arc, Mutex};

use domain::ids::ChatId;
use domain::ledger::Provider;
use domain::ports::{PaymentGate, RateSource};
use payments::{Customer, RateOptions, Receipts, Yookassa, YookassaOptions};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{
    Answer, BUDGET, INVOICE, KEY, PAYMENT, Server, TOKEN, crypto_pay_options, invoice, payment, words, yookassa_options,
};

const ADDRESS: &str = "books-of-the-owner@example.com";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The options with a secret in each place.
fn options(url: &str) -> YookassaOptions {
    let receipts = Receipts::new(Customer::Email(ADDRESS.to_owned()), 1);
    YookassaOptions { receipts: Some(receipts), ..yookassa_options(url, 1) }
}

/// Everything that can be printed of calls that go wrong while the servers repeat our own requests.
async fn everything_printed() -> String {
    let echo = format!("bad {KEY} and {TOKEN}");
    let (key, token) = (format!("bad {KEY}!"), format!("bad {TOKEN}!"));
    let said = json!({"type": "error", "id": "1", "code": "invalid_request", "description": key, "parameter": key});
    let told = json!({"ok": false, "error": {"code": 400, "name": token}});
    let server = Server::start([
        Answer::json(400, &said),
        Answer::json(500, &said),
        Answer::http(200, &echo),
        Answer::json(400, &told),
        Answer::json(500, &told),
        Answer::http(502, &echo),
        Answer::http(200, &echo),
    ])
    .await;
    let yookassa = Yookassa::new(options(&server.url)).unwrap();
    let crypto_pay = server.crypto_pay(1);
    let mut printed = vec![
        format!("{:?}", options(&server.url)),
        format!("{:?}", crypto_pay_options(&server.url, 1)),
        format!("{:?}", RateOptions::default()),
    ];
    let mut keep = |error: &dyn std::fmt::Debug, text: String| printed.push(format!("{error:?} {text}"));
    let error = yookassa.offer(&invoice(Provider::Yookassa, 100), &words(), BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let error = yookassa.status(PAYMENT, BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let error = yookassa.pay_back(&payment(Provider::Yookassa, PAYMENT), ChatId(7), BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let error = crypto_pay.offer(&invoice(Provider::CryptoPay, 100), &words(), BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let error = crypto_pay.status(INVOICE, BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let error = crypto_pay.status(INVOICE, BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let error = server.bank(1).usd(BUDGET).await.unwrap_err();
    keep(&error, error.to_string());
    let mut broken = options(&server.url);
    broken.secret_key = format!("{KEY}\n").into();
    let error = Yookassa::new(broken).map(|_| ()).unwrap_err();
    keep(&error, error.to_string());
    assert_eq!(server.requests().len(), 7);
    printed.join("\n")
}

#[tokio::test]
async fn nothing_that_is_printed_holds_a_secret() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut all = everything_printed().await;
    drop(guard);
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("yookassa answered `create_payment` with HTTP 400"), "{logged}");
    all.push_str(&logged);
    for told in ["invalid_request: bad ***! (`bad ***!`)", "HTTP 400: bad ***!"] {
        assert!(all.contains(told), "{all}");
    }
    for secret in [KEY, TOKEN, ADDRESS] {
        assert!(!all.contains(secret), "`{secret}` is in {all}");
    }
}
