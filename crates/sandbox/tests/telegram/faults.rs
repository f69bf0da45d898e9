//! Fault switches.

use std::time::{Duration, Instant};

use sandbox::telegram::{ANY_METHOD, Fault, Outcome};
use serde_json::{Value, json};

use crate::kit::{ANN, Bench};

fn hello() -> Value {
    json!({"chat_id": ANN, "text": "hello"})
}

#[tokio::test]
async fn a_status_stands_in_for_the_call() {
    let bench = Bench::new().await;
    bench.simulator.fail_next("sendMessage", Fault::Status(429, Some(35)));
    bench.simulator.fail_next("sendMessage", Fault::Status(500, None));
    bench.simulator.fail_next("sendMessage", Fault::Refuse(400, "Bad Request: something new".to_owned()));
    bench.ok("getMe", json!({})).await;
    let (status, answer) = bench.raw("sendMessage", hello()).await;
    let flood = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 35", "parameters": {"retry_after": 35}});
    assert_eq!((status, answer), (429, flood));
    assert_eq!(bench.refused("sendMessage", hello()).await, "Internal Server Error");
    assert_eq!(bench.refused("sendMessage", hello()).await, "Bad Request: something new");
    assert_eq!(bench.simulator.messages(ANN), []);
    assert!(bench.simulator.calls_of("sendMessage").iter().all(|call| call.outcome == Outcome::Faulted));
    bench.ok("sendMessage", hello()).await;
}

#[tokio::test]
async fn a_proxy_answers_with_a_page() {
    let bench = Bench::new().await;
    bench.simulator.fail_next(ANY_METHOD, Fault::HtmlPage(502));
    let response = bench.http.post(bench.url("sendMessage")).json(&hello()).send().await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-type"].to_str().ok()),
        (502, Some("text/html"))
    );
    assert!(response.text().await.expect("a page").contains("<h1>502 Bad Gateway</h1>"));
}

#[tokio::test]
async fn a_connection_breaks_before_or_after_the_effect() {
    let bench = Bench::new().await;
    for (fault, messages) in [(Fault::HangUpBefore, 0), (Fault::HangUpAfter, 1), (Fault::CutBody, 2)] {
        bench.simulator.fail_next("sendMessage", fault.clone());
        let answer =
            async { bench.http.post(bench.url("sendMessage")).json(&hello()).send().await?.json::<Value>().await };
        assert!(answer.await.is_err(), "{fault:?}");
        assert_eq!(bench.simulator.messages(ANN).len(), messages, "{fault:?}");
    }
    bench.ok("getMe", json!({})).await;
}

#[tokio::test]
async fn a_delay_holds_the_call_back() {
    let bench = Bench::new().await;
    bench.simulator.fail_next("sendMessage", Fault::Delay(Duration::from_millis(60)));
    let started = Instant::now();
    bench.ok("sendMessage", hello()).await;
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn faults_are_forgotten_on_request() {
    let bench = Bench::new().await;
    bench.simulator.fail_next("sendMessage", Fault::HangUpBefore);
    bench.simulator.clear_faults();
    bench.ok("sendMessage", hello()).await;
}
