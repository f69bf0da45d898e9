//! Fault switches of the KIE simulator: each fault, its scope, and whether the request was processed.

mod kie_common;

use std::time::{Duration, Instant};

use kie_common::{KEY, client, create_picture, get, manual, picture, start, try_create};
use sandbox::kie::{Fault, KieOptions, KieSimulator, Route, StartError};
use serde_json::{Value, json};

async fn create_request(kie: &KieSimulator) -> reqwest::Result<reqwest::Response> {
    let url = format!("{}/api/v1/jobs/createTask", kie.base_url());
    client().post(url).bearer_auth(KEY).json(&picture("a")).send().await
}

#[tokio::test]
async fn a_code_is_http_200_and_hits_one_request() {
    let kie = manual().await;
    kie.fail_next(Route::CreateTask, Fault::Code(455, "Service under maintenance".to_owned()));
    kie.fail_next(Route::CreateTask, Fault::Code(550, "Queue full".to_owned()));
    let first = try_create(&kie, &picture("a")).await;
    assert_eq!(first, json!({"code": 455, "msg": "Service under maintenance", "data": null}));
    assert_eq!(try_create(&kie, &picture("a")).await["code"], 550);
    assert!(kie.created().is_empty(), "not processed");
    create_picture(&kie, "a").await;
    assert_eq!(get(&kie, "/api/v1/chat/credit").await["code"], 200, "other routes are well");
}

#[tokio::test]
async fn http_statuses_come_as_they_are_ordered() {
    let kie = manual().await;
    kie.fail_next(Route::CreateTask, Fault::Http(503, "busy".to_owned()));
    kie.fail_next(Route::CreateTask, Fault::RetryAfter { status: 429, seconds: 7 });
    kie.fail_next(Route::CreateTask, Fault::HtmlPage502);
    let answer = create_request(&kie).await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.text().await.expect("text")), (503, "busy".to_owned()));
    let answer = create_request(&kie).await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().expect("ASCII")), (429, "7"));
    assert_eq!(answer.json::<Value>().await.expect("JSON")["code"], 429);
    let answer = create_request(&kie).await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["content-type"].to_str().expect("ASCII")),
        (502, "text/html")
    );
    assert!(kie.created().is_empty());
}

#[tokio::test]
async fn dropped_before_processing_makes_nothing() {
    let kie = manual().await;
    kie.fail_next(Route::CreateTask, Fault::DropBeforeProcessing);
    create_request(&kie).await.expect_err("no answer");
    assert!(kie.created().is_empty());
}

#[tokio::test]
async fn dropped_after_processing_makes_and_charges_a_task() {
    let kie = manual().await;
    let before = kie.credits();
    kie.fail_next(Route::CreateTask, Fault::DropAfterProcessing);
    create_request(&kie).await.expect_err("no answer");
    assert_eq!(kie.created().len(), 1);
    assert!(kie.credits() < before);
}

#[tokio::test]
async fn a_delayed_answer_has_been_processed_at_once() {
    let kie = manual().await;
    kie.fail_next(Route::CreateTask, Fault::Delay(5000));
    let url = format!("{}/api/v1/jobs/createTask", kie.base_url());
    let request = client().post(url).bearer_auth(KEY).json(&picture("a"));
    let asking = tokio::spawn(request.send());
    kie_common::until("the task is made", async || (kie.created().len() == 1).then_some(())).await;
    assert!(!asking.is_finished(), "made, and not answered");
    asking.abort();
    kie.fail_next(Route::Credit, Fault::Delay(50));
    let begun = Instant::now();
    get(&kie, "/api/v1/chat/credit").await;
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn broken_json_and_odd_data_come_after_processing() {
    let kie = manual().await;
    kie.fail_next(Route::CreateTask, Fault::BrokenJson);
    let text = create_request(&kie).await.expect("an answer").text().await.expect("text");
    assert!(text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err(), "{text}");
    kie.fail_next(Route::CreateTask, Fault::Data(json!({"task_id": 5})));
    assert_eq!(try_create(&kie, &picture("a")).await, json!({"code": 200, "msg": "success", "data": {"task_id": 5}}));
    assert_eq!(kie.created().len(), 2);
}

#[tokio::test]
async fn a_standing_fault_stays_until_healed() {
    let kie = start(|_| {}).await;
    let id = create_picture(&kie, "a").await;
    kie.fail_always(Route::RecordInfo, Fault::Code(500, "Internal Server Error".to_owned()));
    for _ in 0..3 {
        assert_eq!(get(&kie, &format!("/api/v1/jobs/recordInfo?taskId={id}")).await["code"], 500);
    }
    kie.heal(Route::RecordInfo);
    assert_eq!(kie_common::ended(&kie, &id).await["state"], "success");
    assert!(kie.requests(Route::RecordInfo) >= 4);
}

#[tokio::test]
async fn result_files_can_fail_too() {
    let kie = start(|_| {}).await;
    let id = create_picture(&kie, "a").await;
    kie_common::ended(&kie, &id).await;
    let link = format!("{}/files/results/{id}/0.png", kie.base_url());
    kie.fail_next(Route::File, Fault::Http(404, String::new()));
    assert_eq!(client().get(&link).send().await.expect("an answer").status(), 404);
    assert_eq!(client().get(&link).send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_stopped_simulator_frees_its_port_and_a_taken_port_is_named() {
    let kie = start(|options| options.pace = sandbox::kie::Pace::total(Duration::from_secs(3600))).await;
    create_picture(&kie, "a").await;
    let port: u16 = kie.base_url().rsplit(':').next().expect("a port").parse().expect("a number");
    let taken = KieSimulator::start(KieOptions { port, ..KieOptions::quick() }).await;
    assert!(matches!(taken, Err(StartError::Bind { port: named, .. }) if named == port));
    kie_common::bounded("the stop does not wait for tasks", kie.stop()).await;
    create_request(&kie).await.expect_err("closed");
    let again = KieSimulator::start(KieOptions { port, ..KieOptions::quick() }).await.expect("the port is free");
    assert_eq!(again.base_url(), kie.base_url());
}

#[tokio::test]
async fn unknown_paths_and_methods_are_real_http_errors() {
    let kie = manual().await;
    let base = kie.base_url();
    assert_eq!(client().get(format!("{base}/api/v1/jobs/createTask")).send().await.expect("an answer").status(), 405);
    assert_eq!(client().get(format!("{base}/api/v1/veo/generate")).send().await.expect("an answer").status(), 405);
    assert_eq!(client().get(format!("{base}/api/v1/mj/generate")).send().await.expect("an answer").status(), 404);
}

#[tokio::test]
async fn a_wrong_model_description_stops_the_start() {
    let mut options = KieOptions::quick();
    options.models.push(json!({"id": "z-image", "output": "image", "inputs": []}));
    assert!(matches!(KieSimulator::start(options).await, Err(StartError::Schema(_))));
}
