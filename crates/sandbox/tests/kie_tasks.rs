//! Tasks of the KIE simulator: states, records, shapes of results, failures.

mod kie_common;

use std::{sync::Arc, time::Duration};

use domain::clock::{ManualClock, SeededIds, Timestamp};
use kie_common::{create, create_picture, ended, get, manual, picture, record, start};
use sandbox::kie::{Credits, KieOptions, KieSimulator, Pace, ReplyAge, TaskState};
use serde_json::{Value, json};

fn result(record: &Value) -> Value {
    serde_json::from_str(record["resultJson"].as_str().expect("a text")).expect("JSON in the text")
}

#[tokio::test]
async fn a_record_follows_its_task_from_waiting_to_success() {
    let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_795_305_600)));
    let options = KieOptions { pace: Pace::Manual, ..KieOptions::new(clock.clone(), Arc::new(SeededIds::new(7))) };
    let kie = KieSimulator::start(options).await.expect("a free port");
    let mut body = picture("cat");
    body["callBackUrl"] = json!("https://example.com/cb");
    let id = create(&kie, &body).await;

    for state in ["waiting", "queuing", "generating"] {
        let seen = record(&kie, &id).await;
        assert_eq!((&seen["state"], &seen["successFlag"], &seen["resultJson"]), (&json!(state), &json!(0), &json!("")));
        for absent in ["completeTime", "failCode", "failMsg", "response", "costTime"] {
            assert_eq!(seen[absent], Value::Null, "{absent} in {state}");
        }
        assert_eq!(seen["creditsConsumed"], json!(0.0));
        if state != "generating" {
            assert!(kie.advance(&id));
        }
    }
    clock.advance(Duration::from_millis(155_061));
    assert!(kie.complete(&id));
    assert!(!kie.complete(&id) && !kie.advance(&id) && !kie.fail(&id, "500", "late"), "a task ends once");

    let seen = record(&kie, &id).await;
    assert_eq!((&seen["taskId"], &seen["model"], &seen["state"]), (&json!(id), &json!("z-image"), &json!("success")));
    assert_eq!((&seen["successFlag"], &seen["creditsConsumed"]), (&json!(1), &json!(0.8)));
    assert_eq!(seen["createTime"], json!(1_795_305_600_000_i64));
    assert_eq!(seen["completeTime"], json!(1_795_305_755_061_i64));
    assert_eq!(seen["costTime"], json!(155), "seconds, though the docs say milliseconds");
    let param: Value = serde_json::from_str(seen["param"].as_str().expect("text")).expect("JSON");
    assert_eq!((&param["model"], &param["callBackUrl"]), (&json!("z-image"), &json!("https://example.com/cb")));
    let input: Value = serde_json::from_str(param["input"].as_str().expect("text in text")).expect("JSON");
    assert_eq!(input, body["input"]);
    assert_eq!(seen["response"], result(&seen));
    assert_eq!(result(&seen)["resultUrls"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_timed_task_ends_by_itself_and_never_goes_back() {
    let kie = start(|options| options.pace = Pace::total(Duration::from_millis(200))).await;
    let id = create_picture(&kie, "cat").await;
    let order = ["waiting", "queuing", "generating", "success"];
    let mut last = 0;
    let seen = kie_common::until("success", async || {
        let seen = record(&kie, &id).await;
        let now = order.iter().position(|state| seen["state"] == *state).expect("a known state");
        assert!(now >= last, "from {} to {}", order[last], order[now]);
        last = now;
        (now == 3).then_some(seen)
    })
    .await;
    assert!(seen["completeTime"].as_i64() > seen["createTime"].as_i64());
    assert_eq!(kie.task(&id).expect("known").state, TaskState::Success);
}

#[tokio::test]
async fn results_have_the_shape_of_their_kind() {
    let kie = start(|_| {}).await;
    let picture = json!({"model": "google/nano-banana", "input": {"prompt": "a"}});
    let video = json!({"model": "wan/2-7-text-to-video", "input": {"prompt": "a", "duration": 2}});
    let speech = json!({"model": "elevenlabs/text-to-speech-turbo-2-5", "input": {"text": "a"}});
    for (body, suffix) in [(picture, ".png"), (video, ".mp4"), (speech, ".mp3")] {
        let id = create(&kie, &body).await;
        let seen = result(&ended(&kie, &id).await);
        let link = seen["resultUrls"][0].as_str().expect("a link");
        assert!(link.starts_with(kie.base_url()) && link.ends_with(suffix), "{link}");
    }
    let music = json!({"custom_mode": true, "instrumental": false, "model": "V6", "prompt": "la", "title": "Лето", "style": "pop"});
    let id = create(&kie, &json!({"model": "ai-music-api/generate", "input": music})).await;
    let seen = result(&ended(&kie, &id).await);
    assert_eq!(seen["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen["data"][1]["title"], "Лето");
    assert!(seen["data"][0]["audio_url"].is_string() && seen["data"][0]["id"] != seen["data"][1]["id"]);
    let id = create(&kie, &json!({"model": "ai-music-api/generate-lyrics", "input": {"prompt": "rain"}})).await;
    let seen = result(&ended(&kie, &id).await);
    assert!(seen["resultObject"]["lyricsData"][0]["text"].as_str().expect("text").contains("rain"));
}

#[tokio::test]
async fn a_failed_task_says_why_and_gives_the_credits_back() {
    let kie = manual().await;
    let before = kie.credits();
    let id = create_picture(&kie, "a").await;
    assert!(kie.credits() < before);
    assert!(kie.fail(&id, "500", "Internal Error, Please try again later."));
    let seen = record(&kie, &id).await;
    assert_eq!((&seen["state"], &seen["successFlag"], &seen["resultJson"]), (&json!("fail"), &json!(3), &json!("")));
    assert_eq!(
        (&seen["failCode"], &seen["failMsg"]),
        (&json!("500"), &json!("Internal Error, Please try again later."))
    );
    assert_eq!((&seen["creditsConsumed"], kie.credits()), (&json!(0.0), before));
}

#[tokio::test]
async fn planned_endings_are_used_in_order_one_task_each() {
    let kie = start(|_| {}).await;
    kie.next_task_fails("400", "flagged");
    kie.next_task_without_urls();
    kie.next_task_empty_result();
    kie.next_task_returns("not json");
    let mut seen = Vec::new();
    for _ in 0..5 {
        let id = create_picture(&kie, "a").await;
        let record = ended(&kie, &id).await;
        seen.push((record["state"].clone(), record["resultJson"].as_str().expect("text").to_owned()));
    }
    assert_eq!(seen[0], (json!("fail"), String::new()));
    assert_eq!(seen[1], (json!("success"), r#"{"resultUrls":[]}"#.to_owned()));
    assert_eq!(seen[2], (json!("success"), String::new()));
    assert_eq!(seen[3], (json!("success"), "not json".to_owned()));
    assert!(seen[4].1.contains("/files/results/"));
}

#[tokio::test]
async fn records_of_april_have_no_later_fields_and_empty_texts() {
    let kie = start(|options| options.replies = ReplyAge::April2026).await;
    let id = create_picture(&kie, "a").await;
    let seen = ended(&kie, &id).await;
    for later in ["successFlag", "response", "creditsConsumed"] {
        assert!(seen.get(later).is_none(), "{later}");
    }
    assert_eq!((&seen["failCode"], &seen["failMsg"]), (&json!(""), &json!("")));
}

#[tokio::test]
async fn an_unknown_task_and_a_fresh_one_are_answered_alike() {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    let for_kie = clock.clone();
    let kie = start(move |options| {
        options.clock = for_kie;
        options.record_grace = Duration::from_secs(30);
    })
    .await;
    let null = json!({"code": 422, "msg": "recordInfo is null", "data": null});
    assert_eq!(get(&kie, "/api/v1/jobs/recordInfo?taskId=0123").await, null);
    let id = create_picture(&kie, "a").await;
    let path = format!("/api/v1/jobs/recordInfo?taskId={id}");
    assert_eq!(get(&kie, &path).await, null);
    clock.advance(Duration::from_secs(30));
    assert_eq!(get(&kie, &path).await["code"], 200);
    assert_eq!(get(&kie, "/api/v1/jobs/recordInfo").await["code"], 400);
}

#[tokio::test]
async fn in_the_sandbox_a_word_of_the_prompt_fails_the_task() {
    let quick = KieOptions::quick();
    let sandbox = KieOptions { pace: quick.pace, ..KieOptions::sandbox(quick.clock, quick.ids) };
    let kie = KieSimulator::start(sandbox).await.expect("a free port");
    let cases = [("please FAIL now", "fail"), ("Ошибка!", "fail"), ("failsafe", "success"), ("кот", "success")];
    for (prompt, state) in cases {
        let id = create_picture(&kie, prompt).await;
        assert_eq!(ended(&kie, &id).await["state"], state, "{prompt}");
    }
    let plain = start(|_| {}).await;
    let id = create_picture(&plain, "fail").await;
    assert_eq!(ended(&plain, &id).await["state"], "success", "off outside the sandbox");
}

#[tokio::test]
async fn a_dead_input_link_fails_the_task_late_and_uncharged() {
    let kie = start(|_| {}).await;
    let dead = format!("{}/files/uploads/images/none.png", kie.base_url());
    let id = create(&kie, &json!({"model": "recraft/crisp-upscale", "input": {"image": dead}})).await;
    let seen = ended(&kie, &id).await;
    assert_eq!((&seen["state"], &seen["failCode"]), (&json!("fail"), &json!("451")));
    assert!(seen["failMsg"].as_str().expect("text").contains("none.png"));
    assert_eq!(kie.credits(), Credits::whole(1000));
}
