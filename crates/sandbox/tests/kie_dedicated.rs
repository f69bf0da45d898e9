//! The older endpoints of the KIE simulator: requests, the words and shapes of each family, callbacks, refusals, faults.

mod kie_common;

use std::time::Duration;

use kie_common::{KEY, Receiver, client, create_picture, get, manual, post, start, until};
use sandbox::kie::{CallbackFault, Credits, Fault, KieSimulator, RefusalStyle, Route, TaskState};
use serde_json::{Value, json};

const CALLBACK: &str = "https://bot.example/callback";

/// One family: where its tasks are made and asked for, a request, and where the first address of its result stands in a record.
struct Way {
    create: &'static str,
    query: &'static str,
    body: Value,
    result: &'static str,
}

fn veo() -> Way {
    Way {
        create: "/api/v1/veo/generate",
        query: "/api/v1/veo/record-info",
        body: json!({"prompt": "cat", "model": "veo3_fast", "resolution": "1080p", "duration": 8}),
        result: "/response/resultUrls/0",
    }
}

fn runway() -> Way {
    Way {
        create: "/api/v1/runway/generate",
        query: "/api/v1/runway/record-detail",
        body: json!({"prompt": "cat", "duration": 5, "quality": "720p", "aspectRatio": "16:9"}),
        result: "/videoInfo/videoUrl",
    }
}

fn aleph() -> Way {
    Way {
        create: "/api/v1/aleph/generate",
        query: "/api/v1/aleph/record-info",
        body: json!({"prompt": "cat", "videoUrl": "https://files.example/a.mp4"}),
        result: "/response/resultVideoUrl",
    }
}

fn flux() -> Way {
    Way {
        create: "/api/v1/flux/kontext/generate",
        query: "/api/v1/flux/kontext/record-info",
        body: json!({"prompt": "cat", "model": "flux-kontext-max", "aspectRatio": "16:9"}),
        result: "/response/resultImageUrl",
    }
}

fn four_o() -> Way {
    Way {
        create: "/api/v1/gpt4o-image/generate",
        query: "/api/v1/gpt4o-image/record-info",
        body: json!({"prompt": "cat", "size": "3:2"}),
        result: "/response/resultUrls/0",
    }
}

fn suno() -> Way {
    let body = json!({"prompt": "cat", "customMode": false, "instrumental": true, "model": "V5_5"});
    Way {
        create: "/api/v1/generate",
        query: "/api/v1/generate/record-info",
        body: with(body, "callBackUrl", CALLBACK),
        result: "/response/sunoData/0/audioUrl",
    }
}

fn lyrics() -> Way {
    Way {
        create: "/api/v1/lyrics",
        query: "/api/v1/lyrics/record-info",
        body: json!({"prompt": "cat", "callBackUrl": CALLBACK}),
        result: "/response/data/0/text",
    }
}

fn all() -> [Way; 7] {
    [veo(), runway(), aleph(), flux(), four_o(), suno(), lyrics()]
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

/// Makes the task and returns its id.
async fn made(kie: &KieSimulator, way: &Way) -> String {
    let answer = post(kie, way.create, &way.body).await;
    assert_eq!((&answer["code"], &answer["msg"]), (&json!(200), &json!("success")), "{}: {answer}", way.create);
    assert_eq!(answer["data"].as_object().map(|data| data.len()), Some(1), "nothing but the id: {answer}");
    answer["data"]["taskId"].as_str().expect("taskId").to_owned()
}

async fn asked(kie: &KieSimulator, way: &Way, id: &str) -> Value {
    get(kie, &format!("{}?taskId={id}", way.query)).await
}

/// `data` of the record.
async fn record(kie: &KieSimulator, way: &Way, id: &str) -> Value {
    let answer = asked(kie, way, id).await;
    assert_eq!(answer["code"], 200, "{answer}");
    answer["data"].clone()
}

/// Record of a task that has ended as planned.
async fn ended(kie: &KieSimulator, way: &Way) -> Value {
    let id = made(kie, way).await;
    assert!(kie.complete(&id));
    record(kie, way, &id).await
}

/// The code and text of a refusal.
async fn refused(kie: &KieSimulator, path: &str, body: &Value) -> (i64, String) {
    let answer = post(kie, path, body).await;
    assert_eq!(answer["data"], Value::Null, "{body}: {answer}");
    (answer["code"].as_i64().expect("a code"), answer["msg"].as_str().expect("a text").to_owned())
}

/// What a way says in `fields` from the creation to the end, state by state.
async fn words(way: &Way, fields: &[&str]) -> Vec<Value> {
    let kie = manual().await;
    let id = made(&kie, way).await;
    let mut words = Vec::new();
    loop {
        let seen = record(&kie, way, &id).await;
        words.push(fields.iter().map(|field| seen[field].clone()).collect());
        if !kie.advance(&id) {
            return words;
        }
    }
}

#[tokio::test]
async fn every_family_tells_its_progress_in_its_own_words() {
    let flags = json!([[0, ""], [0, ""], [0, ""], [1, ""]]);
    for way in [veo(), aleph(), flux()] {
        assert_eq!(json!(words(&way, &["successFlag", "errorMessage"]).await), flags, "{}", way.create);
    }
    let states = json!([["wait"], ["queueing"], ["generating"], ["success"]]);
    assert_eq!(json!(words(&runway(), &["state"]).await), states);
    assert_eq!(
        json!(words(&four_o(), &["successFlag", "status", "progress"]).await),
        json!([
            [0, "GENERATING", "0.00"],
            [0, "GENERATING", "0.20"],
            [0, "GENERATING", "0.60"],
            [1, "SUCCESS", "1.00"]
        ]),
    );
    let steps = json!([["PENDING"], ["TEXT_SUCCESS"], ["FIRST_SUCCESS"], ["SUCCESS"]]);
    assert_eq!(json!(words(&suno(), &["status"]).await), steps);
    let steps = json!([["PENDING", "LYRICS"], ["PENDING", "LYRICS"], ["PENDING", "LYRICS"], ["SUCCESS", "LYRICS"]]);
    assert_eq!(json!(words(&lyrics(), &["status", "type"]).await), steps);
}

#[tokio::test]
async fn results_stand_where_each_family_puts_them_and_can_be_fetched() {
    let kie = manual().await;
    for way in all() {
        let id = made(&kie, &way).await;
        let before = record(&kie, &way, &id).await;
        assert_eq!(before.pointer(way.result), None, "{}: nothing before the end", way.create);
        kie.complete(&id);
        let seen = record(&kie, &way, &id).await;
        let result = seen.pointer(way.result).and_then(Value::as_str).unwrap_or_else(|| panic!("{seen}")).to_owned();
        if way.create == lyrics().create {
            assert_eq!(result, "[Verse one]\ncat");
            continue;
        }
        assert!(result.starts_with(kie.base_url()), "{result}");
        let file = client().get(&result).send().await.expect("an answer");
        assert_eq!(file.status(), 200, "{result}");
    }
}

#[tokio::test]
async fn songs_come_one_after_the_other() {
    let (kie, way) = (manual().await, suno());
    let id = made(&kie, &way).await;
    for ready in 0..=2 {
        kie.advance(&id);
        let songs = record(&kie, &way, &id).await["response"]["sunoData"].clone();
        let songs = songs.as_array().expect("songs");
        let have_file = |song: &&Value| song["audioUrl"] != "" && song["duration"].is_number();
        assert_eq!((songs.len(), songs.iter().filter(have_file).count()), (2, ready));
    }
}

#[tokio::test]
async fn a_record_repeats_the_request_with_its_callback_as_text() {
    let kie = manual().await;
    for (way, field) in [(veo(), "paramJson"), (four_o(), "paramJson"), (suno(), "param"), (lyrics(), "param")] {
        let body = with(way.body.clone(), "callBackUrl", CALLBACK);
        let way = Way { body: with(body.clone(), "unheardOf", 1), ..way };
        let id = made(&kie, &way).await;
        let param = record(&kie, &way, &id).await[field].as_str().expect("a text").to_owned();
        assert_eq!(serde_json::from_str::<Value>(&param).expect("JSON"), body, "{}", way.create);
    }
    let params = ended(&kie, &runway()).await["generateParam"].clone();
    assert_eq!(params["aspectRatio"], "16:9", "an object there");
}

#[tokio::test]
async fn times_are_text_and_follow_the_task() {
    let seen = ended(&manual().await, &veo()).await;
    for name in ["createTime", "completeTime"] {
        assert!(seen[name].as_str().is_some_and(|at| at.starts_with("2026-11-22 00:00:0")), "{name}: {seen}");
    }
}

#[tokio::test]
async fn a_task_is_known_to_its_own_family_only() {
    let kie = manual().await;
    let market = create_picture(&kie, "cat").await;
    let ids = [made(&kie, &veo()).await, made(&kie, &suno()).await];
    for way in all() {
        for id in ["nonsense", &market, &ids[0], &ids[1]] {
            let answer = asked(&kie, &way, id).await;
            let own = (id == ids[0] && way.query == veo().query) || (id == ids[1] && way.query == suno().query);
            let expected = match way.create {
                _ if own => (json!(200), json!("success"), json!(id)),
                "/api/v1/generate" | "/api/v1/lyrics" => (json!(200), json!("success"), Value::Null),
                _ => (json!(422), json!("recordInfo is null"), Value::Null),
            };
            let data = answer["data"]["taskId"].clone();
            assert_eq!((answer["code"].clone(), answer["msg"].clone(), data), expected, "{} {id}", way.query);
        }
    }
    let answer = get(&kie, &format!("/api/v1/jobs/recordInfo?taskId={}", ids[0])).await;
    assert_eq!((&answer["code"], &answer["msg"]), (&json!(422), &json!("recordInfo is null")));
    assert_eq!(get(&kie, veo().query).await["code"], 400, "no id at all");
}

#[tokio::test]
async fn a_task_just_made_is_unknown_for_a_while() {
    let kie = start(|options| options.record_grace = Duration::from_secs(3600)).await;
    let id = made(&kie, &flux()).await;
    assert_eq!(asked(&kie, &flux(), &id).await["code"], 422);
    let id = made(&kie, &suno()).await;
    assert_eq!(asked(&kie, &suno(), &id).await, json!({"code": 200, "msg": "success", "data": null}));
}

#[tokio::test]
async fn unknown_fields_are_dropped_and_kept_in_the_list() {
    let kie = manual().await;
    let body = with(with(veo().body, "image_urls", json!(["https://files.example/a.png"])), "callBackURL", CALLBACK);
    let id = made(&kie, &Way { body, ..veo() }).await;
    let dropped: Vec<String> = kie.dropped_fields().into_iter().map(|dropped| dropped.field).collect();
    assert_eq!(dropped, ["callBackURL", "image_urls"]);
    let task = kie.task(&id).expect("known");
    assert_eq!(
        (task.model.as_str(), task.input),
        ("/api/v1/veo/generate", veo().body.as_object().expect("one").clone())
    );
    let created = &kie.created()[0];
    assert_eq!((&created.callback_url, created.input.len()), (&None, 6), "as it was sent");
}

#[tokio::test]
async fn wrong_bodies_are_refused_and_cost_nothing() {
    let kie = manual().await;
    let photo = json!(["https://files.example/a.png"]);
    let cases = [
        (veo(), json!({"model": "veo3"}), 422, "prompt is required"),
        (veo(), with(veo().body, "prompt", 5), 422, "prompt must be a string"),
        (veo(), with(veo().body, "duration", "8"), 500, "duration is not within the range of allowed options"),
        (
            veo(),
            with(veo().body, "aspect_ratio", "1:1"),
            500,
            "aspect_ratio is not within the range of allowed options",
        ),
        (veo(), with(veo().body, "generationType", "REFERENCE_2_VIDEO"), 422, "imageUrls is required"),
        (
            veo(),
            with(with(with(veo().body, "generationType", "REFERENCE_2_VIDEO"), "imageUrls", photo), "duration", 4),
            422,
            "REFERENCE_2_VIDEO makes videos of 8 seconds only",
        ),
        (runway(), with(runway().body, "imageUrl", "https://a/b.png"), 422, "aspectRatio does not go with an image"),
        (
            runway(),
            with(with(runway().body, "duration", 10), "quality", "1080p"),
            422,
            "10 seconds are made at 720p only",
        ),
        (aleph(), with(aleph().body, "videoUrl", "no link"), 422, "videoUrl is not a valid url"),
        (four_o(), json!({"prompt": "cat"}), 422, "size is required"),
        (suno(), with(suno().body, "model", "V6"), 500, "model is not within the range of allowed options"),
        (suno(), with(suno().body, "callBackUrl", ""), 422, "Please enter callBackUrl"),
        (suno(), with(suno().body, "callBackUrl", 5), 422, "callBackUrl must be a string"),
        (suno(), with(suno().body, "customMode", true), 422, "style is required in custom mode"),
        (lyrics(), json!({"prompt": "cat"}), 422, "Please enter callBackUrl"),
        (lyrics(), json!(["cat"]), 400, "The request body is not a JSON object"),
    ];
    let count = cases.len();
    for (way, body, code, msg) in cases {
        assert_eq!(refused(&kie, way.create, &body).await, (code, msg.to_owned()), "{} {body}", way.create);
    }
    assert_eq!((kie.created().len(), kie.refused().len(), kie.credits()), (0, count, Credits::whole(1000)));

    let strict = start(|options| options.refusals = RefusalStyle::AllAs500).await;
    let both = with(runway().body, "imageUrl", "https://a/b.png");
    assert_eq!(refused(&strict, runway().create, &both).await.0, 500);
}

#[tokio::test]
async fn only_the_documented_paths_and_methods_answer() {
    let kie = manual().await;
    let url = |path: &str| format!("{}{path}", kie.base_url());
    for (request, status) in [
        (client().post(url("/api/v1/veo/record-info")), 405),
        (client().get(url("/api/v1/generate")), 405),
        (client().post(url("/api/v1/mj/generate")), 404),
    ] {
        assert_eq!(request.bearer_auth(KEY).send().await.expect("an answer").status(), status);
    }
    let keyless = client().post(url(veo().create)).json(&veo().body).send().await.expect("an answer");
    assert_eq!(keyless.json::<Value>().await.expect("JSON")["code"], 401);
}

#[tokio::test]
async fn every_family_is_charged_from_the_one_balance_and_pays_back_a_failure() {
    let kie = manual().await;
    let mut balance = 1000;
    let prices = [65, 12, 110, 10, 6, 12];
    for (way, price) in all().into_iter().zip(prices) {
        made(&kie, &way).await;
        balance -= price;
        assert_eq!(kie.credits(), Credits::whole(balance), "{}", way.create);
    }
    let failing = made(&kie, &veo()).await;
    kie.fail(&failing, "500", "no");
    assert_eq!(kie.credits(), Credits::whole(balance));
    kie.set_credits(Credits::whole(64));
    assert_eq!(refused(&kie, veo().create, &veo().body).await, (402, "Credits insufficient".to_owned()));
    let four = Way { body: with(four_o().body, "nVariants", 4), ..four_o() };
    let links = ended(&kie, &four).await["response"]["resultUrls"].as_array().expect("links").len();
    assert_eq!((links, kie.credits()), (4, Credits::whole(64 - 24)));
}

#[tokio::test]
async fn the_limit_of_creations_is_one_for_all_doors() {
    let kie = start(|options| options.creations_per_10_s_max = 2).await;
    create_picture(&kie, "cat").await;
    made(&kie, &runway()).await;
    assert_eq!(refused(&kie, suno().create, &suno().body).await.0, 429);
}

#[tokio::test]
async fn failures_are_told_by_flag_or_word() {
    let kie = manual().await;
    for (way, code, fields, expected) in [
        (veo(), "501", ["successFlag", "errorCode"], json!([3, 501])),
        (veo(), "CREATE_TASK_FAILED", ["successFlag", "errorCode"], json!([2, 500])),
        (aleph(), "400", ["successFlag", "errorCode"], json!([3, 400])),
        (flux(), "500", ["successFlag", "response"], json!([3, null])),
        (four_o(), "500", ["successFlag", "status"], json!([2, "GENERATE_FAILED"])),
        (four_o(), "CREATE_TASK_FAILED", ["successFlag", "status"], json!([2, "CREATE_TASK_FAILED"])),
        (runway(), "400", ["state", "failCode"], json!(["fail", 400])),
        (suno(), "531", ["status", "errorCode"], json!(["GENERATE_AUDIO_FAILED", 531])),
        (suno(), "SENSITIVE_WORD_ERROR", ["status", "response"], json!(["SENSITIVE_WORD_ERROR", null])),
        (lyrics(), "500", ["status", "response"], json!(["GENERATE_LYRICS_FAILED", null])),
    ] {
        kie.next_task_fails(code, "it was not to be");
        let seen = ended(&kie, &way).await;
        assert_eq!(json!(fields.map(|field| seen[field].clone())), expected, "{} {code}", way.create);
        let msg = if way.create == runway().create { "failMsg" } else { "errorMessage" };
        assert_eq!(seen[msg], "it was not to be");
    }
}

#[tokio::test]
async fn words_of_the_prompt_and_dead_links_fail_a_task_here_too() {
    let kie = start(|options| options.fail_words = vec!["ошибка".to_owned()]).await;
    let way = Way { body: with(suno().body, "prompt", "песня про ошибка"), ..suno() };
    let id = made(&kie, &way).await;
    until("the task ends", async || kie.task(&id).filter(|task| task.state == TaskState::Fail)).await;

    let kie = manual().await;
    let dead = format!("{}/files/uploads/images/none.png", kie.base_url());
    let way = Way { body: with(veo().body, "imageUrls", json!([dead])), ..veo() };
    let seen = ended(&kie, &way).await;
    assert_eq!((&seen["successFlag"], &seen["errorCode"]), (&json!(3), &json!(451)));
}

#[tokio::test]
async fn a_planned_result_takes_the_place_of_the_familys() {
    let kie = manual().await;
    kie.next_task_without_urls();
    assert_eq!(ended(&kie, &veo()).await["response"], json!({"resultUrls": []}));
    kie.next_task_returns(r#"{"resultUrls": "[\"https://a.example/1.mp4\"]"}"#);
    assert_eq!(ended(&kie, &veo()).await["response"]["resultUrls"], json!(r#"["https://a.example/1.mp4"]"#));
    kie.next_task_empty_result();
    let seen = ended(&kie, &runway()).await;
    assert_eq!((&seen["state"], &seen["videoInfo"]), (&json!("success"), &Value::Null));
}

#[tokio::test]
async fn faults_strike_the_older_doors_by_themselves() {
    let kie = manual().await;
    kie.fail_next(Route::DedicatedCreate, Fault::Code(455, "maintenance".to_owned()));
    assert_eq!(refused(&kie, veo().create, &veo().body).await, (455, "maintenance".to_owned()));
    kie.fail_next(Route::DedicatedCreate, Fault::DropAfterProcessing);
    let lost = client().post(format!("{}{}", kie.base_url(), veo().create)).bearer_auth(KEY).json(&veo().body);
    lost.send().await.expect_err("the answer is lost");
    assert_eq!(kie.created().len(), 1, "but the task is made");

    let id = made(&kie, &veo()).await;
    kie.fail_always(Route::DedicatedQuery, Fault::Code(501, "generation failed".to_owned()));
    assert_eq!(asked(&kie, &veo(), &id).await["code"], 501);
    kie.heal(Route::DedicatedQuery);
    assert_eq!(asked(&kie, &veo(), &id).await["code"], 200);
    assert_eq!((kie.requests(Route::DedicatedCreate), kie.requests(Route::DedicatedQuery)), (3, 2));
    assert_eq!((kie.requests(Route::CreateTask), kie.requests(Route::RecordInfo)), (0, 0));
}

/// The callback at the end of a task of this way, its end planned before.
async fn told(kie: &KieSimulator, receiver: &mut Receiver, way: Way) -> (String, Value) {
    let way = Way { body: with(way.body, "callBackUrl", receiver.url.clone()), ..way };
    let id = made(kie, &way).await;
    assert!(kie.complete(&id));
    (id, receiver.next().await.body)
}

#[tokio::test]
async fn each_family_tells_success_in_its_own_form() {
    let (kie, mut receiver) = (manual().await, Receiver::start(&[]).await);
    for (way, task, result) in [
        (veo(), "/data/taskId", "/data/info/resultUrls/0"),
        (flux(), "/data/taskId", "/data/info/resultImageUrl"),
        (four_o(), "/data/taskId", "/data/info/result_urls/0"),
        (runway(), "/data/task_id", "/data/video_url"),
        (aleph(), "/taskId", "/data/result_video_url"),
        (suno(), "/data/task_id", "/data/data/1/audio_url"),
    ] {
        let path = way.create;
        let (id, body) = told(&kie, &mut receiver, way).await;
        assert_eq!((&body["code"], body.pointer(task)), (&json!(200), Some(&json!(id))), "{path}: {body}");
        let link = body.pointer(result).and_then(Value::as_str).unwrap_or_else(|| panic!("{path}: {body}"));
        assert!(link.starts_with(kie.base_url()), "{link}");
        if path == suno().create {
            assert_eq!(body["data"]["callbackType"], "complete");
        }
    }
    let (_, body) = told(&kie, &mut receiver, lyrics()).await;
    assert_eq!(
        (&body["data"]["callbackType"], &body["data"]["data"][0]["title"]),
        (&json!("complete"), &json!("Verse one"))
    );
}

#[tokio::test]
async fn each_family_tells_failure_in_its_own_form() {
    let (kie, mut receiver) = (manual().await, Receiver::start(&[]).await);
    kie.all_tasks_fail(Some(("400", "against the rules")));
    for (way, task) in [
        (veo(), "/data/taskId"),
        (flux(), "/data/taskId"),
        (four_o(), "/data/taskId"),
        (runway(), "/data/task_id"),
        (aleph(), "/taskId"),
        (suno(), "/data/task_id"),
        (lyrics(), "/data/task_id"),
    ] {
        let path = way.create;
        let (id, body) = told(&kie, &mut receiver, way).await;
        assert_eq!((&body["code"], &body["msg"]), (&json!(400), &json!("against the rules")), "{path}: {body}");
        assert_eq!(body.pointer(task), Some(&json!(id)), "{path}: {body}");
        assert!(!body.to_string().contains("/files/"), "{path}: {body}");
    }
}

#[tokio::test]
async fn songs_whose_callback_nobody_takes_are_there_all_the_same() {
    let (kie, receiver) = (start(|_| {}).await, Receiver::start(&[500; 4]).await);
    let way = Way { body: with(suno().body, "callBackUrl", receiver.url.clone()), ..suno() };
    let id = made(&kie, &way).await;
    let seen = until("the callback is given up", async || {
        let seen = record(&kie, &way, &id).await;
        (seen["status"] == "CALLBACK_EXCEPTION").then_some(seen)
    })
    .await;
    assert!(seen["response"]["sunoData"][1]["audioUrl"].as_str().is_some_and(|link| !link.is_empty()));
    assert_eq!(kie.task(&id).expect("known").state, TaskState::Success, "and paid for");
}

#[tokio::test]
async fn a_callback_can_come_before_the_answer_here_too() {
    let (kie, mut receiver) = (manual().await, Receiver::start(&[]).await);
    kie.next_callback(CallbackFault::BeforeAnswer);
    let way = Way { body: with(runway().body, "callBackUrl", receiver.url.clone()), ..runway() };
    let id = made(&kie, &way).await;
    let callback = receiver.callbacks.try_recv().expect("it has arrived when the creation is answered");
    assert_eq!(callback.body["data"]["task_id"], id.as_str());
}
