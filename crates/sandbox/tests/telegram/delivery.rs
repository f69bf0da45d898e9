//! Updates by webhook and by polling.

use std::time::{Duration, Instant};

use sandbox::telegram::UpdateState;
use serde_json::{Value, json};

use crate::kit::{ANN, BEN, Bench, Hook, Reply, SOON, keyboard};

async fn hooked(bench: &Bench) -> Hook {
    let hook = Hook::start().await;
    bench.ok("setWebhook", json!({"url": hook.url, "secret_token": "s3cret_-"})).await;
    hook
}

#[tokio::test]
async fn a_webhook_gets_updates_with_the_secret() {
    let bench = Bench::new().await;
    let waiting = bench.simulator.send_text(ANN, "before").expect("sent");
    let mut hook = hooked(&bench).await;
    let got = hook.next().await;
    assert_eq!(
        (got.update_id(), got.path.as_str(), got.secret.as_deref()),
        (waiting.update_id, "/hook", Some("s3cret_-"))
    );
    let sent = bench.simulator.send_text(ANN, "after").expect("sent");
    assert_eq!(hook.next().await.body["message"]["text"], "after");
    let view = bench.simulator.wait_update(sent.update_id, SOON).await.expect("delivered");
    assert_eq!((view.state, view.attempts), (UpdateState::Delivered, 1));
    let info = bench.ok("getWebhookInfo", json!({})).await;
    assert_eq!(
        (&info["url"], &info["pending_update_count"], &info["max_connections"]),
        (&json!(hook.url), &json!(0), &json!(40))
    );
    assert_eq!(info.get("last_error_message"), None);
}

#[tokio::test]
async fn a_failed_delivery_is_repeated_until_it_is_accepted() {
    let bench = Bench::new().await;
    let mut hook = hooked(&bench).await;
    hook.will([Reply::status(500), Reply::status(404), Reply::status(302), Reply::status(204)]);
    let sent = bench.simulator.send_text(ANN, "one").expect("sent");
    let next = bench.simulator.send_text(ANN, "two").expect("sent");
    for _ in 0..4 {
        assert_eq!(hook.next().await.update_id(), sent.update_id);
    }
    assert_eq!(hook.next().await.update_id(), next.update_id);
    let view = bench.simulator.wait_update(sent.update_id, SOON).await.expect("delivered");
    assert_eq!((view.state, view.attempts), (UpdateState::Delivered, 4));
    let info = bench.ok("getWebhookInfo", json!({})).await;
    assert_eq!(
        (&info["last_error_message"], &info["last_error_date"]),
        (&json!("Wrong response from the webhook: 302 Found"), &json!(1_800_000_000))
    );
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let bench = Bench::with(|options| options.retry_unit = Duration::from_millis(20)).await;
    let mut hook = hooked(&bench).await;
    hook.will([Reply { headers: vec![("retry-after", "10".to_owned())], ..Reply::status(503) }]);
    bench.simulator.send_text(ANN, "one").expect("sent");
    hook.next().await;
    let asked = Instant::now();
    hook.next().await;
    // Without the header the first repeat is immediate.
    assert!(asked.elapsed() >= Duration::from_millis(190), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_webhook_that_is_not_there_shows_in_its_info() {
    let bench = Bench::new().await;
    bench.ok("setWebhook", json!({"url": "http://127.0.0.1:1/"})).await;
    bench.simulator.send_text(ANN, "one").expect("sent");
    let failed = |update: sandbox::telegram::UpdateView| (update.attempts > 1).then_some(());
    bench
        .simulator
        .wait_until("two tries", SOON, |simulator| simulator.updates().pop().and_then(failed))
        .await
        .expect("tried");
    let info = bench.ok("getWebhookInfo", json!({})).await;
    assert_eq!((&info["last_error_message"], &info["pending_update_count"]), (&json!("Connection refused"), &json!(1)));
    let mut hook = hooked(&bench).await;
    assert_eq!(hook.next().await.body["message"]["text"], "one");
}

#[tokio::test]
async fn one_lane_goes_in_order_while_others_go_on() {
    let bench = Bench::new().await;
    let mut hook = hooked(&bench).await;
    hook.close_gate();
    let first = bench.simulator.send_text(ANN, "one").expect("sent");
    let second = bench.simulator.send_text(ANN, "two").expect("sent");
    assert_eq!(hook.next().await.update_id(), first.update_id);
    let other = bench.simulator.send_text(BEN, "other chat").expect("sent");
    assert_eq!(hook.next().await.update_id(), other.update_id);
    let message =
        bench.ok("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": keyboard("a", "b")})).await;
    bench.simulator.press(ANN, message["message_id"].as_i64().expect("a number"), "b").expect("pressed");
    assert_eq!(hook.next().await.body["callback_query"]["data"], "b");
    assert!(hook.got.try_recv().is_err(), "the second message waits for the first");
    hook.let_in(3);
    assert_eq!(hook.next().await.update_id(), second.update_id);
    hook.let_in(1);
    bench.simulator.wait_idle(SOON).await.expect("all delivered");
}

#[tokio::test]
async fn max_connections_bounds_what_is_in_flight() {
    let bench = Bench::new().await;
    let mut hook = Hook::start().await;
    hook.close_gate();
    bench.ok("setWebhook", json!({"url": hook.url, "max_connections": 1})).await;
    bench.simulator.send_text(ANN, "one").expect("sent");
    bench.simulator.send_text(BEN, "two").expect("sent");
    hook.next().await;
    bench.ok("getWebhookInfo", json!({})).await;
    assert!(hook.got.try_recv().is_err());
    hook.let_in(2);
    hook.next().await;
    bench.simulator.wait_idle(SOON).await.expect("all delivered");
}

#[tokio::test]
async fn an_update_that_outlives_its_time_is_dropped() {
    let bench = Bench::new().await;
    let message =
        bench.ok("sendMessage", json!({"chat_id": ANN, "text": "a", "reply_markup": keyboard("a", "b")})).await;
    bench.simulator.press(ANN, message["message_id"].as_i64().expect("a number"), "b").expect("pressed");
    let sent = bench.simulator.send_text(ANN, "kept").expect("sent");
    bench.clock.advance(Duration::from_secs(151));
    let mut hook = hooked(&bench).await;
    assert_eq!(hook.next().await.update_id(), sent.update_id);
    bench.simulator.wait_idle(SOON).await.expect("nothing waits");
    let states: Vec<UpdateState> = bench.simulator.updates().iter().map(|update| update.state).collect();
    assert_eq!(states, [UpdateState::Expired, UpdateState::Delivered]);
}

#[tokio::test]
async fn an_update_is_delivered_again_on_request() {
    let bench = Bench::new().await;
    let mut hook = hooked(&bench).await;
    let sent = bench.simulator.send_text(ANN, "one").expect("sent");
    let first = hook.next().await;
    bench.simulator.wait_idle(SOON).await.expect("delivered");
    assert!(bench.simulator.redeliver(sent.update_id));
    assert_eq!(hook.next().await.body, first.body);
    assert!(!bench.simulator.redeliver(5));
}

#[tokio::test]
async fn lost_updates_never_arrive_until_they_are_sent_again() {
    let bench = Bench::new().await;
    let mut hook = hooked(&bench).await;
    bench.simulator.lose_next_updates("message", 1);
    let lost = bench.simulator.send_text(ANN, "lost").expect("sent");
    bench.simulator.send_text(ANN, "found").expect("sent");
    assert_eq!(hook.next().await.body["message"]["text"], "found");
    assert_eq!(bench.simulator.update(lost.update_id).map(|update| update.state), Some(UpdateState::Lost));
    assert!(bench.simulator.redeliver(lost.update_id));
    assert_eq!(hook.next().await.body["message"]["text"], "lost");
}

#[tokio::test]
async fn raw_updates_and_bodies_go_out_as_they_are() {
    let bench = Bench::new().await;
    assert!(bench.simulator.send_raw_body(b"x").await.is_err());
    let mut hook = hooked(&bench).await;
    let id = bench.simulator.send_raw_update(json!({"strange_kind": {"from": {"id": ANN}}}));
    let got = hook.next().await;
    assert_eq!(got.body, json!({"update_id": id, "strange_kind": {"from": {"id": ANN}}}));
    assert_eq!(bench.simulator.send_raw_update(json!({"update_id": 5, "message": {}})), 5);
    assert_eq!(hook.next().await.body["update_id"], 5);
    hook.will([Reply::status(401), Reply::status(400)]);
    assert_eq!(bench.simulator.send_raw_body_as(b"{", Some("forged")).await, Ok(401));
    let got = hook.next().await;
    assert_eq!((got.secret.as_deref(), got.body), (Some("forged"), json!("{")));
    assert_eq!(bench.simulator.send_raw_body_as(b"{", None).await, Ok(400));
    assert_eq!(hook.next().await.secret, None);
}

#[tokio::test]
async fn a_webhook_may_answer_with_a_method() {
    let bench = Bench::new().await;
    let mut hook = hooked(&bench).await;
    let body = |method: &str| {
        Reply::page(
            "application/json",
            json!({"method": method, "chat_id": ANN, "text": "by answer"}).to_string().into_bytes(),
        )
    };
    hook.will([body("sendMessage"), body("getMe")]);
    bench.simulator.send_text(ANN, "one").expect("sent");
    hook.next().await;
    bench.simulator.wait_for(ANN, |message| message.text == "by answer", SOON).await.expect("sent");
    bench.simulator.send_text(ANN, "two").expect("sent");
    hook.next().await;
    bench.simulator.wait_idle(SOON).await.expect("delivered");
    assert_eq!(bench.simulator.calls_of("getMe"), []);
}

#[tokio::test]
async fn a_webhook_is_set_within_telegrams_rules() {
    let bench = Bench::new().await;
    let table = [
        (json!({"url": "http://example.com/"}), "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        (
            json!({"url": "https://a.b/", "secret_token": "with space"}),
            "Bad Request: secret token contains unallowed characters",
        ),
        (json!({"url": "https://a.b/", "secret_token": "x".repeat(257)}), "Bad Request: secret token is too long"),
        (json!({"url": "https://a.b/", "max_connections": 101}), "Bad Request: invalid max_connections specified"),
    ];
    for (params, description) in table {
        assert_eq!(bench.refused("setWebhook", params).await, description);
    }
    let (_, answer) = bench.raw("setWebhook", json!({"url": "https://a.b/", "allowed_updates": ["message"]})).await;
    assert_eq!(answer["description"], "Webhook was set");
    bench.ok("setWebhook", json!({"url": "https://a.b/c"})).await;
    assert_eq!(bench.ok("getWebhookInfo", json!({})).await["allowed_updates"], json!(["message"]));
    let (_, answer) = bench.raw("deleteWebhook", json!({})).await;
    assert_eq!(answer["description"], "Webhook was deleted");
    let (_, answer) = bench.raw("deleteWebhook", json!({})).await;
    assert_eq!(answer["description"], "Webhook is already deleted");
    assert_eq!(bench.ok("getWebhookInfo", json!({})).await["url"], "");
}

#[tokio::test]
async fn pending_updates_are_dropped_on_request() {
    let bench = Bench::new().await;
    let sent = bench.simulator.send_text(ANN, "one").expect("sent");
    bench.ok("deleteWebhook", json!({"drop_pending_updates": true})).await;
    assert_eq!(bench.ok("getUpdates", json!({})).await, json!([]));
    assert_eq!(bench.simulator.update(sent.update_id).map(|update| update.state), Some(UpdateState::Dropped));
}

#[tokio::test]
async fn polling_and_a_webhook_exclude_each_other() {
    let bench = Bench::new().await;
    bench.ok("setWebhook", json!({"url": "https://a.b/"})).await;
    let (status, answer) = bench.raw("getUpdates", json!({})).await;
    assert_eq!(status, 409);
    assert_eq!(
        answer["description"],
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    );
}

#[tokio::test]
async fn a_long_poll_wakes_with_the_update() {
    let bench = Bench::new().await;
    let poll = bench.ok("getUpdates", json!({"timeout": 30, "limit": 1}));
    let send = async {
        let started = |simulator: &sandbox::telegram::TelegramSimulator| simulator.calls().pop();
        bench.simulator.wait_until("the poll", SOON, started).await.expect("started");
        bench.simulator.send_text(ANN, "wake up").expect("sent")
    };
    let (updates, sent) = tokio::time::timeout(SOON, async { tokio::join!(poll, send) }).await.expect("woken");
    assert_eq!((updates.as_array().map(Vec::len), &updates[0]["update_id"]), (Some(1), &json!(sent.update_id)));
    assert_eq!(bench.ok("getUpdates", json!({"offset": sent.update_id + 1})).await, json!([]));
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let bench = Bench::new().await;
    let first = bench.raw("getUpdates", json!({"timeout": 30}));
    let second = async {
        bench.simulator.wait_until("the poll", SOON, |simulator| simulator.calls().pop()).await.expect("started");
        bench.ok("getUpdates", json!({})).await
    };
    let ((status, answer), _) = tokio::time::timeout(SOON, async { tokio::join!(first, second) }).await.expect("ended");
    assert_eq!(status, 409);
    assert_eq!(
        answer["description"],
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    );
}

#[tokio::test]
async fn blocking_is_told_when_it_is_asked_for() {
    let bench = Bench::new().await;
    bench.ok("getUpdates", json!({"allowed_updates": ["my_chat_member"]})).await;
    bench.simulator.send_text(ANN, "unheard").expect("sent");
    bench.simulator.block(ANN);
    bench.simulator.unblock(ANN);
    let updates = bench.ok("getUpdates", json!({})).await;
    let statuses: Vec<&Value> = updates
        .as_array()
        .expect("a list")
        .iter()
        .map(|update| &update["my_chat_member"]["new_chat_member"]["status"])
        .collect();
    assert_eq!(statuses, ["kicked", "member"]);
}
