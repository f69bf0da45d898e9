//! Callbacks of the KIE simulator: shape, signature, retries, faults.

mod kie_common;

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use kie_common::{Receiver, client, create, manual, picture_with_callback, start, until};
use sandbox::kie::{CallbackFault, KieSimulator, Pace, TaskState};
use serde_json::{Value, json};
use sha2::Sha256;

/// The HTTP statuses of all attempts, once there are `count`.
async fn attempts(kie: &KieSimulator, count: usize) -> Vec<Option<u16>> {
    until("the attempts are made", async || {
        let statuses: Vec<Option<u16>> = kie.deliveries().into_iter().map(|delivery| delivery.status).collect();
        (statuses.len() >= count).then_some(statuses)
    })
    .await
}

#[tokio::test]
async fn success_is_told_once_in_the_market_shape() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = manual().await;
    let id = create(&kie, &picture_with_callback(&receiver.url)).await;
    kie.advance(&id);
    assert!(receiver.callbacks.try_recv().is_err(), "no callback for progress");
    kie.complete(&id);
    let callback = receiver.next().await;
    assert_eq!(callback.path, "/kie/callback/token");
    assert_eq!((&callback.timestamp, &callback.signature), (&None, &None), "not signed without a key");
    let body = &callback.body;
    assert_eq!((&body["code"], &body["msg"]), (&json!(200), &json!("Playground task completed successfully.")));
    let data = &body["data"];
    assert_eq!((&data["taskId"], &data["state"], &data["model"]), (&json!(id), &json!("success"), &json!("z-image")));
    let result: Value = serde_json::from_str(data["resultJson"].as_str().expect("a text")).expect("JSON");
    assert!(result["resultUrls"][0].is_string());
    let param: Value = serde_json::from_str(data["param"].as_str().expect("a text")).expect("JSON");
    assert_eq!((&param["callBackUrl"], &param["input"]["prompt"]), (&json!(receiver.url), &json!("cat")));
    assert_eq!(attempts(&kie, 1).await, [Some(200)]);
}

#[tokio::test]
async fn failure_is_told_with_501() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = start(|_| {}).await;
    kie.next_task_fails("500", "Internal server error");
    create(&kie, &picture_with_callback(&receiver.url)).await;
    let body = receiver.next().await.body;
    assert_eq!((&body["code"], &body["msg"]), (&json!(501), &json!("Playground task failed.")));
    let data = &body["data"];
    assert_eq!((&data["state"], &data["resultJson"]), (&json!("fail"), &Value::Null));
    assert_eq!((&data["failCode"], &data["failMsg"]), (&json!("500"), &json!("Internal server error")));
}

#[tokio::test]
async fn a_refused_callback_is_tried_again_until_it_is_taken() {
    let receiver = Receiver::start(&[503, 404]).await;
    let kie = start(|_| {}).await;
    create(&kie, &picture_with_callback(&receiver.url)).await;
    assert_eq!(attempts(&kie, 3).await, [Some(503), Some(404), Some(200)]);
}

#[tokio::test]
async fn after_three_retries_it_is_given_up() {
    let mut receiver = Receiver::start(&[500; 9]).await;
    let kie = start(|_| {}).await;
    let id = create(&kie, &picture_with_callback(&receiver.url)).await;
    assert_eq!(attempts(&kie, 4).await, [Some(500); 4]);
    // A later task's callback comes after anything that the first could still send.
    let later = create(&kie, &picture_with_callback(&receiver.url)).await;
    for _ in 0..4 {
        assert_eq!(receiver.next().await.body["data"]["taskId"], id.as_str());
    }
    assert_eq!(receiver.next().await.body["data"]["taskId"], later.as_str());
}

#[tokio::test]
async fn a_silent_receiver_counts_as_a_failed_attempt() {
    let receiver = Receiver::start(&[0]).await;
    let kie = start(|options| options.callback_timeout = Duration::from_millis(500)).await;
    create(&kie, &picture_with_callback(&receiver.url)).await;
    assert_eq!(attempts(&kie, 2).await, [None, Some(200)]);
}

#[tokio::test]
async fn with_a_key_the_task_id_and_the_time_are_signed() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = start(|options| options.webhook_hmac_key = Some("secret".to_owned())).await;
    let id = create(&kie, &picture_with_callback(&receiver.url)).await;
    let callback = receiver.next().await;
    let timestamp = callback.timestamp.expect("a timestamp");
    assert!(timestamp.starts_with("17953056"), "seconds of the given clock: {timestamp}");
    let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").expect("any length");
    mac.update(format!("{id}.{timestamp}").as_bytes());
    assert_eq!(callback.signature, Some(STANDARD.encode(mac.finalize().into_bytes())));
}

#[tokio::test]
async fn a_lost_callback_is_never_sent_but_the_task_ends() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = start(|_| {}).await;
    kie.next_callback(CallbackFault::Lost);
    let lost = create(&kie, &picture_with_callback(&receiver.url)).await;
    until("the task ends", async || kie.task(&lost).filter(|task| task.state == TaskState::Success)).await;
    let told = create(&kie, &picture_with_callback(&receiver.url)).await;
    assert_eq!(receiver.next().await.body["data"]["taskId"], told.as_str(), "the fault was for one task");
}

#[tokio::test]
async fn a_duplicated_callback_arrives_twice() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = start(|_| {}).await;
    kie.callbacks(Some(CallbackFault::Duplicated));
    create(&kie, &picture_with_callback(&receiver.url)).await;
    let (first, second) = (receiver.next().await, receiver.next().await);
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_callback_can_come_before_the_answer_of_create_task() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = start(|options| options.pace = Pace::Manual).await;
    kie.next_callback(CallbackFault::BeforeAnswer);
    let id = create(&kie, &picture_with_callback(&receiver.url)).await;
    let callback = receiver.callbacks.try_recv().expect("it has arrived when createTask answers");
    assert_eq!(callback.body["data"]["taskId"], id.as_str());
    assert_eq!(kie.task(&id).expect("known").state, TaskState::Success);
}

#[tokio::test]
async fn a_client_that_gives_up_does_not_stop_the_early_callback() {
    let mut receiver = Receiver::start(&[0, 200]).await;
    let kie = start(|options| options.callback_timeout = Duration::from_millis(500)).await;
    kie.next_callback(CallbackFault::BeforeAnswer);
    let url = format!("{}/api/v1/jobs/createTask", kie.base_url());
    let request = client().post(url).bearer_auth(kie_common::KEY).json(&picture_with_callback(&receiver.url));
    let asking = tokio::spawn(request.send());
    let first = receiver.next().await;
    asking.abort();
    asking.await.expect_err("the client is gone while the first callback hangs");
    let second = receiver.next().await;
    assert_eq!(first.body["data"]["taskId"], second.body["data"]["taskId"]);
}

#[tokio::test]
async fn a_delayed_callback_comes_after_the_record_has_ended() {
    let mut receiver = Receiver::start(&[]).await;
    let kie = manual().await;
    kie.next_callback(CallbackFault::Delayed(60));
    let id = create(&kie, &picture_with_callback(&receiver.url)).await;
    let begun = Instant::now();
    kie.complete(&id);
    assert_eq!(kie.task(&id).expect("known").state, TaskState::Success, "ended at once");
    receiver.next().await;
    assert!(begun.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn nothing_is_sent_beyond_loopback() {
    let kie = start(|_| {}).await;
    create(&kie, &picture_with_callback("https://example.com/callback")).await;
    assert_eq!(attempts(&kie, 1).await, [None]);
}
