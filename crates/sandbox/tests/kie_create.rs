//! createTask of the KIE simulator: what it takes, refuses, drops and charges.

mod kie_common;

use std::{sync::Arc, time::Duration};

use domain::clock::{ManualClock, Timestamp};
use kie_common::{KEY, client, create, create_picture, get, manual, picture, start, try_create};
use sandbox::kie::{Credits, Pace, RefusalStyle, Route};
use serde_json::{Value, json};

const LINK: &str = "https://example.com/a.png";

/// The least input of one model of each sort, and its price: each way of counting occurs.
fn least_inputs() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("z-image", json!({"prompt": "a", "aspect_ratio": "16:9"}), "0.8"),
        ("google/nano-banana", json!({"prompt": "a"}), "4.0"),
        ("google/nano-banana-edit", json!({"prompt": "a", "image_urls": [LINK]}), "4.0"),
        (
            "seedream/4.5-edit",
            json!({"prompt": "a", "image_urls": [LINK], "aspect_ratio": "1:1", "quality": "basic"}),
            "6.5",
        ),
        ("gpt-image-2-text-to-image", json!({"prompt": "a", "resolution": "2K"}), "10.0"),
        ("qwen/text-to-image", json!({"prompt": "a", "guidance_scale": 2.5}), "4.0"),
        ("recraft/crisp-upscale", json!({"image": LINK}), "0.5"),
        (
            "kling-2.6/text-to-video",
            json!({"prompt": "a", "aspect_ratio": "1:1", "duration": "5", "sound": false}),
            "55.0",
        ),
        (
            "kling-3.0/video",
            json!({"prompt": "a", "aspect_ratio": "1:1", "duration": "4", "mode": "pro", "multi_prompt": [], "multi_shots": false, "sound": true}),
            "108.0",
        ),
        ("wan/2-7-text-to-video", json!({"prompt": "a", "duration": 3}), "72.0"),
        ("bytedance/v1-lite-image-to-video", json!({"prompt": "a", "image_url": LINK, "resolution": "480p"}), "10.0"),
        ("elevenlabs/text-to-speech-turbo-2-5", json!({"text": "0123456789", "speed": 0.7}), "0.06"),
        (
            "ai-music-api/generate",
            json!({"custom_mode": false, "instrumental": true, "model": "V6", "prompt": "a"}),
            "12.0",
        ),
        ("ai-music-api/generate-lyrics", json!({"prompt": "a"}), "0.4"),
        ("grok-imagine/text-to-video", json!({"prompt": "a", "duration": 6}), "14.4"),
        ("grok-imagine/image-to-video", json!({"image_urls": [LINK], "duration": "10", "resolution": "720p"}), "45.0"),
        (
            "grok-imagine/extend",
            json!({"prompt": "a", "extend_at": 2, "extend_times": 10, "task_id": "0123456789abcdef"}),
            "24.0",
        ),
        ("topaz/image-upscale", json!({"image_url": LINK, "upscale_factor": "2"}), "10.0"),
        ("topaz/video-upscale", json!({"video_url": LINK, "upscale_factor": "4"}), "70.0"),
        ("recraft/remove-background", json!({"image": LINK}), "1.0"),
        ("infinitalk/from-audio", json!({"prompt": "a", "image_url": LINK, "audio_url": LINK}), "15.0"),
        ("kling/ai-avatar-standard", json!({"prompt": "a", "image_url": LINK, "audio_url": LINK}), "40.0"),
        (
            "kling-2.6/motion-control",
            json!({"character_orientation": "video", "mode": "720p", "input_urls": [LINK], "video_urls": [LINK]}),
            "55.0",
        ),
        (
            "elevenlabs/text-to-dialogue-v3",
            json!({"dialogue": [{"text": "0123456789", "voice": "EkK5I93UQWFDigLMpZcX"}], "stability": 0}),
            "0.14",
        ),
        ("elevenlabs/audio-isolation", json!({"audio_url": LINK}), "1.0"),
        ("ai-music-api/separate-vocals", json!({"audio_url": LINK, "type": "split_stem"}), "50.0"),
        (
            "flux-2/pro-image-to-image",
            json!({"prompt": "a", "aspect_ratio": "auto", "input_urls": [LINK, LINK], "resolution": "2K"}),
            "7.0",
        ),
        (
            "seedream/5-pro-image-to-image",
            json!({"prompt": "aaa", "aspect_ratio": "1:1", "quality": "basic", "image_urls": [LINK, LINK, LINK]}),
            "8.0",
        ),
        (
            "wan/2-2-a14b-speech-to-video-turbo",
            json!({"prompt": "a", "image_url": LINK, "audio_url": LINK, "num_frames": 40}),
            "30.0",
        ),
        ("veo/extend", json!({"prompt": "a", "task_id": "0123456789abcdef", "model": "lite"}), "30.0"),
    ]
}

/// Something that fits a field's description.
fn anything(field: &Value) -> Value {
    let at_least = |key: &str| usize::try_from(field[key].as_u64().unwrap_or(1).max(1)).expect("a small number");
    match field["type"].as_str().expect("a type") {
        "string" => json!("a".repeat(at_least("min_length"))),
        "enum" => field["values"][0].clone(),
        "bool" => json!(false),
        "number" | "integer" => field.get("min").cloned().unwrap_or(json!(1)),
        "image_url" | "audio_url" | "video_url" => json!(LINK),
        "object_list" => json!([{"text": "a"}]),
        "string_list" | "integer_list" => json!([1]),
        _ => json!(vec![LINK; at_least("min_items")]),
    }
}

#[tokio::test]
async fn every_embedded_model_takes_what_it_requires() {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    let for_kie = clock.clone();
    let kie = start(move |options| {
        options.pace = Pace::Manual;
        options.clock = for_kie;
        options.credits = Credits::whole(1_000_000);
    })
    .await;
    let models = sandbox::kie::default_models();
    assert!(models.len() > 150, "every live model of the documentation: {}", models.len());
    for model in models {
        let required = model["inputs"].as_array().expect("inputs").iter().filter(|field| field["required"] == true);
        let input: serde_json::Map<_, _> =
            required.map(|field| (field["name"].as_str().expect("a name").to_owned(), anything(field))).collect();
        let id = create(&kie, &json!({"model": model["id"], "input": input})).await;
        let price = kie.task(&id).expect("made").price;
        let priced = model["credits"].as_array().is_some_and(|rows| rows.iter().any(|row| row["credits"] != 0));
        let undecided = model["credits"].to_string().contains("\"when\":{\"");
        assert!(!priced || undecided || price > Credits::whole(0), "{} costs {price}", model["id"]);
        clock.advance(Duration::from_secs(1));
    }
    assert!(kie.dropped_fields().is_empty());
}

#[tokio::test]
async fn the_least_input_of_each_sort_is_charged_its_price() {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    let for_kie = clock.clone();
    let kie = start(move |options| {
        options.pace = Pace::Manual;
        options.clock = for_kie;
    })
    .await;
    let mut balance = kie.credits();
    for (model, input, price) in least_inputs() {
        clock.advance(Duration::from_secs(1));
        let id = create(&kie, &json!({"model": model, "input": input})).await;
        let task = kie.task(&id).expect("made");
        assert_eq!(task.price.to_string(), price, "{model}");
        balance = Credits::from_thousandths(balance.thousandths() - task.price.thousandths());
        assert_eq!(kie.credits(), balance, "{model}");
    }
    let data = get(&kie, "/api/v1/chat/credit").await["data"].clone();
    assert_eq!(data.to_string(), kie.credits().to_string(), "the balance is a bare fractional number");
    assert!(kie.dropped_fields().is_empty());
}

#[tokio::test]
async fn a_wrong_key_is_http_200_with_code_401() {
    let kie = manual().await;
    let url = format!("{}/api/v1/jobs/createTask", kie.base_url());
    let wrong = client().post(&url).bearer_auth("other").json(&picture("a"));
    let other_header = client().post(&url).header("x-api-key", KEY).json(&picture("a"));
    let none = client().post(&url).json(&picture("a"));
    for request in [wrong, other_header, none] {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(body, json!({"code": 401, "msg": "You do not have access permissions", "data": null}));
    }
    assert!(kie.created().is_empty());
    assert_eq!(kie.requests(Route::CreateTask), 3);
}

#[tokio::test]
async fn success_carries_ids_and_the_handle_keeps_the_request() {
    let kie = manual().await;
    let mut body = picture("cat");
    body["callBackUrl"] = json!("https://example.com/cb");
    let answer = try_create(&kie, &body).await;
    let id = answer["data"]["taskId"].as_str().expect("an id").to_owned();
    assert_eq!(answer, json!({"code": 200, "msg": "success", "data": {"taskId": id, "recordId": id}}));
    assert_eq!((id.len(), id.bytes().all(|byte| byte.is_ascii_hexdigit())), (32, true));
    let created = kie.created();
    assert_eq!(created.len(), 1);
    assert_eq!((created[0].task_id.as_str(), created[0].model.as_str()), (id.as_str(), "z-image"));
    assert_eq!(Value::Object(created[0].input.clone()), body["input"]);
    assert_eq!(created[0].callback_url.as_deref(), Some("https://example.com/cb"));
}

#[tokio::test]
async fn refused_requests_say_which_field_and_cost_nothing() {
    let z = |input: Value| json!({"model": "z-image", "input": input});
    let wan =
        |field: &str, value: Value| json!({"model": "wan/2-7-text-to-video", "input": {"prompt": "a", field: value}});
    let edit = |urls: Value| json!({"model": "google/nano-banana-edit", "input": {"prompt": "a", "image_urls": urls}});
    let kling = |field: &str, value: Value| {
        let mut input = json!({"prompt": "a", "aspect_ratio": "1:1", "duration": "5", "sound": false});
        input[field] = value;
        json!({"model": "kling-2.6/text-to-video", "input": input})
    };
    let unsupported = "The model name you specified is not supported. Please verify your input and use one of the supported models provided by KIE.";
    let cases = [
        (json!([]), 400, "The request body is not a JSON object"),
        (json!({"input": {}}), 422, "model is required"),
        (json!({"model": "veo3", "input": {"prompt": "a"}}), 422, unsupported),
        (json!({"model": "z-image"}), 422, "input is required"),
        (json!({"model": "z-image", "prompt": "a"}), 422, "input is required"),
        (z(json!({"aspect_ratio": "1:1"})), 422, "prompt is required"),
        (z(json!({"prompt": null, "aspect_ratio": "1:1"})), 422, "prompt is required"),
        (z(json!({"prompt": "", "aspect_ratio": "1:1"})), 422, "prompt is required"),
        (z(json!({"prompt": 5, "aspect_ratio": "1:1"})), 422, "prompt must be a string"),
        (
            z(json!({"prompt": "ы".repeat(1001), "aspect_ratio": "1:1"})),
            422,
            "The text length cannot exceed the maximum limit",
        ),
        (
            z(json!({"prompt": "a", "aspect_ratio": "21:9"})),
            500,
            "aspect_ratio is not within the range of allowed options",
        ),
        (
            z(json!({"prompt": "a", "aspect_ratio": "1:1", "nsfw_checker": "yes"})),
            422,
            "nsfw_checker must be a boolean",
        ),
        (kling("duration", json!(5)), 500, "duration is not within the range of allowed options"),
        (wan("duration", json!("5")), 422, "duration must be an integer"),
        (wan("duration", json!(5.5)), 422, "duration must be an integer"),
        (wan("duration", json!(16)), 500, "duration is not within the range of allowed options"),
        (wan("audio_url", json!("AgACAgIAAxkBAAIB")), 422, "audio_url is not a valid url"),
        (edit(json!([])), 422, "image_urls is required"),
        (edit(json!(LINK)), 422, "image_urls must be an array"),
        (edit(json!(["file.png"])), 422, "image_urls has an item that is not a valid url"),
        (edit(json!(vec![LINK; 11])), 422, "image_urls has too many items"),
        (
            json!({"model": "qwen/text-to-image", "input": {"prompt": "a", "guidance_scale": "2"}}),
            422,
            "guidance_scale must be a number",
        ),
        (
            json!({"model": "z-image", "input": {"prompt": "a", "aspect_ratio": "1:1"}, "callBackUrl": 5}),
            422,
            "callBackUrl must be a string",
        ),
    ];
    let kie = manual().await;
    let before = kie.credits();
    for (body, code, msg) in &cases {
        let answer = try_create(&kie, body).await;
        assert_eq!(answer, json!({"code": code, "msg": msg, "data": null}), "{body}");
    }
    assert_eq!((kie.created().len(), kie.refused().len(), kie.credits()), (0, cases.len(), before));
}

#[tokio::test]
async fn the_other_style_refuses_every_input_with_500() {
    let kie = start(|options| options.refusals = RefusalStyle::AllAs500).await;
    for (input, msg) in [
        (json!({"prompt": "a"}), "aspect_ratio is required"),
        (json!({"prompt": "a".repeat(1001), "aspect_ratio": "1:1"}), "The text length cannot exceed the maximum limit"),
    ] {
        let answer = try_create(&kie, &json!({"model": "z-image", "input": input})).await;
        assert_eq!((&answer["code"], &answer["msg"]), (&json!(500), &json!(msg)));
    }
}

/// The point of the simulator: a wrong name costs money in silence at KIE, and is seen here.
#[tokio::test]
async fn unknown_fields_are_dropped_in_silence_and_kept_for_the_test() {
    let kie = manual().await;
    let body = json!({
        "model": "z-image",
        "input": {"prompt": "a", "aspect_ratio": "1:1", "image_input": [LINK], "num_images": 2},
        "callbackUrl": "http://127.0.0.1:1/",
    });
    let id = create(&kie, &body).await;
    let mut fields: Vec<String> = kie.dropped_fields().into_iter().map(|dropped| dropped.field).collect();
    fields.sort();
    assert_eq!(fields, ["callbackUrl", "input.image_input", "input.num_images"]);
    let task = kie.task(&id).expect("made");
    assert_eq!(Value::Object(task.input), json!({"prompt": "a", "aspect_ratio": "1:1"}));
    assert_eq!(kie.created()[0].callback_url, None);
}

#[tokio::test]
async fn the_twenty_first_creation_within_ten_seconds_is_refused_and_not_queued() {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    let for_kie = clock.clone();
    let kie = start(move |options| options.clock = for_kie).await;
    for _ in 0..20 {
        create_picture(&kie, "a").await;
    }
    let refused = json!({"code": 429, "msg": "Your call frequency is too high. Please try again later.", "data": null});
    assert_eq!(try_create(&kie, &picture("a")).await, refused);
    assert_eq!(kie.tasks().len(), 20);
    clock.advance(Duration::from_millis(9999));
    assert_eq!(try_create(&kie, &picture("a")).await["code"], 429);
    clock.advance(Duration::from_millis(1));
    create_picture(&kie, "a").await;
}

#[tokio::test]
async fn without_credits_nothing_is_made() {
    let kie = start(|options| {
        options.pace = Pace::Manual;
        options.credits = Credits::from_thousandths(1599);
    })
    .await;
    create_picture(&kie, "a").await;
    let answer = try_create(&kie, &picture("a")).await;
    assert_eq!(answer, json!({"code": 402, "msg": "Credits insufficient", "data": null}));
    kie.set_credits(Credits::whole(1));
    create_picture(&kie, "a").await;
    assert_eq!(kie.credits(), Credits::from_thousandths(200));
}

#[tokio::test]
async fn a_test_can_bring_its_own_model() {
    let own = json!({
        "id": "own/model", "output": "image",
        "inputs": [{"name": "prompt", "type": "string", "required": true}, {"name": "size", "type": "enum", "values": [1, 2]}],
        "credits": [{"when": {"size": 2}, "credits": 7, "per": "image"}, {"credits": 3, "per": "image"}],
    });
    let kie = start(|options| options.models.push(own)).await;
    let dear = create(&kie, &json!({"model": "own/model", "input": {"prompt": "a", "size": 2}})).await;
    let cheap = create(&kie, &json!({"model": "own/model", "input": {"prompt": "a"}})).await;
    assert_eq!(kie.task(&dear).expect("made").price, Credits::whole(7));
    assert_eq!(kie.task(&cheap).expect("made").price, Credits::whole(3));
}
