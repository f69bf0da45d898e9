//! What goes wrong on the way, the same for each server: all calls that a network can spoil.

use std::time::Duration;

use domain::ids::ChatId;
use domain::ledger::Provider;
use domain::ports::{GateError, PaybackError, PaymentGate, RateSource};

use crate::server::{Answer, BUDGET, INVOICE, PAYMENT, Server, connection, invoice, payment, words, yookassa_options};

const CALLS: [&str; 6] =
    ["yookassa offer", "yookassa status", "yookassa pay_back", "crypto_pay offer", "crypto_pay status", "rate"];

/// How a call ended, without its success.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Later { retry_after: Option<Duration>, detail: String },
    Refused { detail: String },
}

async fn end(server: &Server, call: &str, tries_max: usize, budget: Duration) -> End {
    let of_gate = |error| match error {
        GateError::Later { retry_after, detail } => End::Later { retry_after, detail },
        GateError::Refused { detail } => End::Refused { detail },
    };
    let (yookassa, crypto_pay) = (server.yookassa(tries_max), server.crypto_pay(tries_max));
    match call {
        "yookassa offer" => {
            of_gate(yookassa.offer(&invoice(Provider::Yookassa, 100), &words(), budget).await.unwrap_err())
        }
        "yookassa status" => of_gate(yookassa.status(PAYMENT, budget).await.unwrap_err()),
        "yookassa pay_back" => {
            match yookassa.pay_back(&payment(Provider::Yookassa, PAYMENT), ChatId(7), budget).await.unwrap_err() {
                PaybackError::Later { retry_after, detail } => End::Later { retry_after, detail },
                PaybackError::Refused { detail } => End::Refused { detail },
            }
        }
        "crypto_pay offer" => {
            of_gate(crypto_pay.offer(&invoice(Provider::CryptoPay, 100), &words(), budget).await.unwrap_err())
        }
        "crypto_pay status" => of_gate(crypto_pay.status(INVOICE, budget).await.unwrap_err()),
        // The port keeps no hint of when.
        "rate" => {
            let detail = server.bank(tries_max).usd(budget).await.unwrap_err().detail;
            End::Later { retry_after: None, detail }
        }
        other => panic!("`{other}` is no call"),
    }
}

fn later(detail: &str) -> End {
    End::Later { retry_after: None, detail: detail.to_owned() }
}

#[tokio::test]
async fn each_call_is_repeated_while_the_server_is_out_of_order() {
    for call in CALLS {
        let server = Server::start([Answer::http(500, ""), Answer::Close, Answer::http(504, "<html>")]).await;
        assert_eq!(end(&server, call, 3, BUDGET).await, later("HTTP 504"), "{call}");
        assert_eq!(server.requests().len(), 3, "{call}");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_with_the_time_that_was_asked_for() {
    for call in CALLS {
        // Longer than the budget: no second request.
        let server = Server::start([Answer::http(429, "{}").with_header("retry-after", "600")]).await;
        let retry_after = (call != "rate").then(|| Duration::from_secs(600));
        let expected = End::Later { retry_after, detail: "HTTP 429".to_owned() };
        assert_eq!(end(&server, call, 3, BUDGET).await, expected, "{call}");
        assert_eq!(server.requests().len(), 1, "{call}");

        // Within the budget: asked again.
        let server = Server::start([
            Answer::http(429, "{}").with_header("retry-after", "0"),
            Answer::http(429, "{}").with_header("retry-after", "600"),
        ])
        .await;
        assert_eq!(end(&server, call, 3, BUDGET).await, expected, "{call}");
        assert_eq!(server.requests().len(), 2, "{call}");
    }
}

#[tokio::test]
async fn a_malformed_body_is_nonsense_and_asked_for_again() {
    for call in CALLS.into_iter().filter(|call| *call != "rate") {
        for body in ["", "{", "null", "[]", "{}", "<html>OK</html>", "\"\\u0000\""] {
            let server = Server::start([Answer::http(200, body), Answer::http(200, body)]).await;
            let expected = later("HTTP 200: the body is not what was expected");
            assert_eq!(end(&server, call, 2, BUDGET).await, expected, "{call}: {body}");
            assert_eq!(server.requests().len(), 2, "{call}: {body}");
        }
    }
}

#[tokio::test]
async fn a_body_past_its_bound_is_not_read() {
    let huge = vec![b' '; 1024 * 1024 + 1];
    for call in CALLS {
        let server = Server::start([Answer::http(200, &huge)]).await;
        let expected = later("HTTP 200: the body could not be read, or is too long");
        assert_eq!(end(&server, call, 1, BUDGET).await, expected, "{call}");
    }
}

#[tokio::test]
async fn a_silent_server_costs_no_more_than_the_budget() {
    for call in CALLS {
        let server = Server::start([Answer::Hang]).await;
        let told = end(&server, call, 3, Duration::from_millis(200));
        let told = tokio::time::timeout(Duration::from_secs(5), told).await.expect("it ends within its budget");
        assert_eq!(told, later("no answer in time"), "{call}");
        let none = end(&server, call, 3, Duration::ZERO).await;
        assert_eq!(none, later("no time is left to send it"), "{call}");
    }
}

#[tokio::test]
async fn one_silent_try_leaves_time_for_another() {
    let body = r#"{"id":"23d93cac-000f-5000-8000-126628f15141","status":"canceled","amount":{"value":"1.00","currency":"RUB"}}"#;
    let server = Server::start([Answer::Hang, Answer::http(200, body)]).await;
    let mut options = yookassa_options(&server.url, 2);
    options.connection.retry.answer_timeout = Duration::from_millis(200);
    let gate = payments::Yookassa::new(options).unwrap();
    gate.status(PAYMENT, BUDGET).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn nobody_listens() {
    for call in CALLS {
        let mut server = Server::start([]).await;
        // Port 1 is nobody's.
        server.url = "http://127.0.0.1:1".to_owned();
        let End::Later { detail, .. } = end(&server, call, 2, BUDGET).await else { panic!("{call} is refused") };
        assert!(!detail.contains("127.0.0.1") && !detail.is_empty(), "{detail}");
    }
}

#[test]
fn the_default_policy_tries_more_than_once_within_half_a_minute() {
    let policy = payments::Connection::default().retry;
    assert!(policy.tries_max > 1 && policy.answer_timeout <= Duration::from_secs(30));
    assert_eq!(connection(2).retry.tries_max, 2);
}
