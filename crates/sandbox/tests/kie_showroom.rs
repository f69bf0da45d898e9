//! What the KIE simulator lists: catalogue, schemas and price page, over HTTP, and how a test changes them.

mod kie_common;

use std::collections::{BTreeSet, HashSet};

use kie_common::{KEY, client, get, post, start};
use sandbox::kie::{Fault, KieSimulator, Route, default_models};
use serde_json::{Value, json};

const PRICES: &str = "/client/v1/model-pricing/page";

async fn listings(kie: &KieSimulator) -> Vec<Value> {
    let answer = get(kie, "/api/v1/models").await;
    assert_eq!(answer["code"], 200, "{answer}");
    let models = answer["data"]["models"].as_array().expect("a list").clone();
    assert_eq!(answer["data"]["total"], models.len());
    models
}

async fn openapi(kie: &KieSimulator, id: &str) -> Value {
    openapi_by(&client(), kie, id).await
}

/// One client for many questions: to make it takes longer than to ask.
async fn openapi_by(http: &reqwest::Client, kie: &KieSimulator, id: &str) -> Value {
    let request = http.get(format!("{}/api/v1/models/{id}/schema", kie.base_url())).bearer_auth(KEY);
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!((&answer["code"], &answer["data"]["model"]), (&json!(200), &json!(id)), "{answer}");
    answer["data"]["openapi"].clone()
}

/// `input` of a model's document.
fn input(document: &Value) -> Value {
    let post = &document["paths"]["/api/v1/jobs/createTask"]["post"];
    post["requestBody"]["content"]["application/json"]["schema"]["properties"]["input"].clone()
}

/// Every row, page by page.
async fn prices(kie: &KieSimulator) -> Vec<Value> {
    let mut rows = Vec::new();
    for page in 1.. {
        let data = post(kie, PRICES, &json!({"pageNum": page, "pageSize": 100})).await["data"].clone();
        rows.extend(data["records"].as_array().expect("rows").iter().cloned());
        if page >= data["pages"].as_i64().expect("a number") {
            assert_eq!(data["total"], rows.len());
            break;
        }
    }
    rows
}

async fn prices_of(kie: &KieSimulator, id: &str) -> Vec<String> {
    let link = format!("?model={}", id.replace('/', "%2F"));
    let rows = prices(kie).await.into_iter().filter(|row| row["anchor"].as_str().expect("a link").ends_with(&link));
    rows.map(|row| row["creditPrice"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn the_catalogue_is_exactly_what_the_simulator_takes() {
    let kie = start(|_| {}).await;
    let listed = listings(&kie).await;
    let ids: Vec<&Value> = listed.iter().map(|model| &model["model"]).collect();
    let described = default_models();
    assert_eq!(ids, described.iter().map(|model| &model["id"]).collect::<Vec<_>>());
    let kling = listed.iter().find(|model| model["model"] == "kling-2.6/text-to-video").expect("listed");
    assert_eq!((&kling["title"], &kling["provider"]), (&json!("Kling 2.6 Text To Video"), &json!("Kling")));
    assert_eq!(kling["taskType"], json!(["Text to Video"]));
    assert!(
        kling["pricingDesc"].as_str().expect("prose").contains("10s with sound: 220.0 credits (1.1 USD) per video.")
    );
    let nameless: Vec<&Value> = listed.iter().filter(|model| model["provider"] == "KIE").collect();
    assert!(nameless.is_empty(), "{nameless:?}");
}

#[tokio::test]
async fn every_schema_names_every_input_of_its_model() {
    let kie = start(|_| {}).await;
    let http = client();
    for model in default_models() {
        let id = model["id"].as_str().expect("an id");
        let input = input(&openapi_by(&http, &kie, id).await);
        let names = |fields: &mut dyn Iterator<Item = &Value>| {
            fields.map(|field| field["name"].as_str().expect("a name").to_owned()).collect::<BTreeSet<_>>()
        };
        let fields = model["inputs"].as_array().expect("inputs");
        let properties: BTreeSet<String> =
            input["properties"].as_object().expect("an object").keys().cloned().collect();
        assert_eq!(properties, names(&mut fields.iter()), "{id}");
        let required = input["required"].as_array().into_iter().flatten().map(|name| name.as_str().expect("a name"));
        let expected = names(&mut fields.iter().filter(|field| field["required"] == true));
        assert_eq!(required.map(str::to_owned).collect::<BTreeSet<_>>(), expected, "{id}");
    }
}

#[tokio::test]
async fn a_schema_has_the_form_of_a_page_of_the_documentation() {
    let kie = start(|_| {}).await;
    let document = openapi(&kie, "google/nano-banana-edit").await;
    let body =
        &document["paths"]["/api/v1/jobs/createTask"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["properties"]["model"]["enum"], json!(["google/nano-banana-edit"]));
    assert_eq!(body["required"], json!(["model", "input"]));
    let input = &body["properties"]["input"];
    assert_eq!(input["required"], json!(["prompt", "image_urls"]));
    assert_eq!(input["properties"]["prompt"], json!({"type": "string", "maxLength": 5000}));
    assert_eq!(
        input["properties"]["image_urls"],
        json!({"type": "array", "items": {"type": "string", "format": "uri"}, "maxItems": 10})
    );
    assert_eq!(
        input["properties"]["output_format"],
        json!({"type": "string", "enum": ["png", "jpeg"], "default": "png"})
    );
    let qwen = self::input(&openapi(&kie, "qwen/text-to-image").await);
    assert_eq!(
        qwen["properties"]["guidance_scale"],
        json!({"type": "number", "default": 2.5, "minimum": 0, "maximum": 20})
    );
    assert_eq!(qwen["properties"]["nsfw_checker"], json!({"type": "boolean"}));
}

#[tokio::test]
async fn a_schema_is_found_by_its_id_with_a_plain_slash_only() {
    let kie = start(|_| {}).await;
    for id in ["no-such-model", "google%2Fnano-banana", "google", ""] {
        let answer = get(&kie, &format!("/api/v1/models/{id}/schema")).await;
        assert_eq!((&answer["code"], &answer["data"]), (&json!(404), &Value::Null), "{id}");
    }
    assert!(openapi(&kie, "google/nano-banana").await.is_object());
    assert!(get(&kie, "/api/v1/models/google/nano%2Dbanana/schema").await["data"]["openapi"].is_object());
}

#[tokio::test]
async fn the_price_page_has_each_price_of_each_model_and_some_oddities() {
    let kie = start(|_| {}).await;
    let rows = prices(&kie).await;
    let described: usize = default_models().iter().filter_map(|model| model["credits"].as_array()).map(Vec::len).sum();
    let linked: Vec<&Value> =
        rows.iter().filter(|row| row["anchor"].as_str().expect("a link").contains("?model=")).collect();
    assert_eq!(linked.len(), described);
    assert!(rows.len() > linked.len(), "some rows name no model");
    assert_eq!(prices_of(&kie, "kling-2.6/text-to-video").await, ["55.0", "110.0", "110.0", "220.0"]);
    let row = linked.iter().find(|row| row["modelDescription"] == "Z Image, text-to-image").expect("listed");
    assert_eq!(
        (&row["creditPrice"], &row["usdPrice"], &row["creditUnit"], &row["interfaceType"]),
        (&json!("0.8"), &json!("0.004"), &json!("per image"), &json!("image"))
    );
    let units: HashSet<&str> = rows.iter().map(|row| row["creditUnit"].as_str().expect("a text")).collect();
    for unit in ["per second", "per video", "per vedio", " per video", "per milion tokens", ""] {
        assert!(units.contains(unit), "`{unit}` is missing in {units:?}");
    }
    assert!(rows.iter().any(|row| row["usdPrice"].as_str().expect("a text").contains(',')));
}

#[tokio::test]
async fn the_price_page_gives_pages_of_a_hundred_at_most() {
    let kie = start(|_| {}).await;
    let page = |body: Value| {
        let kie = &kie;
        async move { post(kie, PRICES, &body).await["data"].clone() }
    };
    let count = |data: &Value| data["records"].as_array().expect("rows").len();
    let first = page(json!({"pageNum": 1, "pageSize": 1000})).await;
    assert_eq!(count(&first), 100);
    let small = page(json!({"pageNum": 3, "pageSize": 7})).await;
    assert_eq!(count(&small), 7);
    assert_eq!(small["records"][0], first["records"][14]);
    assert_eq!(count(&page(json!({})).await), 10);
    let beyond = page(json!({"pageNum": 99, "pageSize": 100})).await;
    assert_eq!((count(&beyond), &beyond["total"]), (0, &first["total"]));
    assert_eq!(count(&page(json!({"pageNum": u64::MAX, "pageSize": 0})).await), 0);
}

#[tokio::test]
async fn only_the_price_page_is_open_to_all() {
    let kie = start(|_| {}).await;
    let code = async |request: reqwest::RequestBuilder| {
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        answer["code"].clone()
    };
    let url = |path: &str| format!("{}{path}", kie.base_url());
    let http = client();
    assert_eq!(code(http.get(url("/api/v1/models"))).await, 401);
    assert_eq!(code(http.get(url("/api/v1/models/z-image/schema"))).await, 401);
    assert_eq!(code(http.post(url(PRICES)).json(&json!({}))).await, 200);
    let wrong = http.get(url(PRICES)).send().await.expect("an answer");
    assert_eq!(wrong.status(), 405);
    assert_eq!(http.get(url("/api/v1/models/z-image")).send().await.expect("an answer").status(), 404);
    assert_eq!(kie.requests(Route::Showroom), 3);
}

#[tokio::test]
async fn faults_hit_all_three() {
    let kie = start(|_| {}).await;
    kie.fail_always(Route::Showroom, Fault::Code(429, "slow down".to_owned()));
    assert_eq!(get(&kie, "/api/v1/models").await["code"], 429);
    assert_eq!(get(&kie, "/api/v1/models/z-image/schema").await["code"], 429);
    assert_eq!(post(&kie, PRICES, &json!({})).await["code"], 429);
    kie.heal(Route::Showroom);
    assert_eq!(get(&kie, "/api/v1/models").await["code"], 200);
}

#[tokio::test]
async fn a_test_adds_removes_and_changes_what_is_listed() {
    let kie = start(|_| {}).await;
    let before = listings(&kie).await.len();
    kie.list(|models| {
        models.retain(|model| model["id"] != "recraft/crisp-upscale");
        models.insert(
            0,
            json!({
                "id": "sora/4", "title": "Sora 4", "provider": "OpenAI", "tasks": ["Text to Video", "Image to Video"], "output": "video",
                "inputs": [{"name": "prompt", "type": "string", "required": true}], "credits": [{"when": {}, "credits": "4,5", "per": "second"}],
            }),
        );
    });
    assert!(kie.relist("z-image", |model| {
        model["inputs"][1]["values"] = json!(["1:1", "2:1"]);
        model["inputs"][2]["required"] = json!(true);
        model["credits"][0]["credits"] = json!(1.25);
    }));
    assert!(kie.relist("google/nano-banana", |model| model["openapi"] = Value::Null));
    assert!(kie.relist("qwen/text-to-image", |model| model["openapi"] = json!({"openapi": "3.1.0", "paths": {}})));
    assert!(!kie.relist("recraft/crisp-upscale", |_| panic!("it is gone")));

    let listed = listings(&kie).await;
    assert_eq!(listed.len(), before);
    assert_eq!((&listed[0]["model"], &listed[0]["title"]), (&json!("sora/4"), &json!("Sora 4")));
    assert_eq!(listed[0]["taskType"], json!(["Text to Video", "Image to Video"]));
    assert_eq!(prices_of(&kie, "sora/4").await, ["4,5"]);
    assert_eq!(prices_of(&kie, "recraft/crisp-upscale").await, [""; 0]);
    assert_eq!(get(&kie, "/api/v1/models/recraft/crisp-upscale/schema").await["code"], 404);
    let changed = input(&openapi(&kie, "z-image").await);
    assert_eq!(changed["properties"]["aspect_ratio"]["enum"], json!(["1:1", "2:1"]));
    assert_eq!(changed["required"], json!(["prompt", "aspect_ratio", "nsfw_checker"]));
    assert_eq!(prices_of(&kie, "z-image").await, ["1.25"]);
    assert_eq!(openapi(&kie, "google/nano-banana").await, Value::Null);
    assert_eq!(openapi(&kie, "qwen/text-to-image").await["paths"], json!({}));

    // Listing is talk: what a task takes and costs is as before.
    let id = kie_common::create_picture(&kie, "cat").await;
    assert_eq!(kie.task(&id).expect("made").price.to_string(), "0.8");
}
