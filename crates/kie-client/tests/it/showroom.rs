//! What KIE lists: the catalogue, schemas and prices. No key goes to the price page, and a list that was cut short is never taken for whole.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use domain::ids::ModelId;
use domain::money::Credits;
use domain::ports::{Listing, Showroom, ShowroomError};
use kie_client::{KieClient, Options, Pace};
use sandbox::kie::{KieOptions, KieSimulator, default_models};
use serde_json::{Value, json};

use crate::server::{Answer, KEY, Server, options};

const BUDGET: Duration = Duration::from_secs(20);

fn client(server: &Server, change: impl FnOnce(&mut Options)) -> KieClient {
    let mut options = server.options();
    options.catalogue_pace = options.pace;
    change(&mut options);
    KieClient::new(options).unwrap()
}

fn of_one_try(server: &Server) -> KieClient {
    client(server, |options| options.retry.tries_max = 1)
}

fn model() -> ModelId {
    ModelId("kling-2.6/text-to-video".into())
}

/// `later` or the account's trouble, for tables.
fn told<T>(result: &Result<T, ShowroomError>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(ShowroomError::Later { .. }) => "later".into(),
        Err(ShowroomError::Account(trouble)) => format!("account {trouble:?}"),
    }
}

fn detail<T: std::fmt::Debug>(result: Result<T, ShowroomError>) -> String {
    match result.unwrap_err() {
        ShowroomError::Later { detail } => detail,
        ShowroomError::Account(trouble) => panic!("{trouble:?}"),
    }
}

fn price_rows(from: usize, count: usize) -> Vec<Value> {
    (from..from + count)
        .map(|number| json!({"modelDescription": format!("row {number}"), "creditPrice": "1"}))
        .collect()
}

#[tokio::test]
async fn the_catalogue_is_read_and_entries_without_an_id_are_left_out() {
    let models = json!([
        {
            "model": "kling-2.6/text-to-video", "slug": "x", "title": "Kling 2.6 API", "provider": "Kling", "taskType": ["Text to Video", " "],
            "description": null, "pricingDesc": "A 5-second video costs 55 credits.",
        },
        {"title": "no id"},
        {"model": " ", "title": "an empty id"},
        "a text",
        {"model": "z-image", "taskType": "Text to Image", "pricingDesc": null, "title": 7},
    ]);
    let server = Server::start([Answer::data(json!({"total": 5, "models": models}))]).await;
    let listings = client(&server, |_| {}).listings(BUDGET).await.unwrap();
    let expected = [
        Listing {
            id: model(),
            title: "Kling 2.6 API".into(),
            provider: "Kling".into(),
            tasks: vec!["Text to Video".into()],
            pricing: Some("A 5-second video costs 55 credits.".into()),
        },
        Listing {
            id: ModelId("z-image".into()),
            title: "z-image".into(),
            provider: String::new(),
            tasks: vec!["Text to Image".into()],
            pricing: None,
        },
    ];
    assert_eq!(listings, expected);
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.line, "GET /api/v1/models");
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn a_catalogue_that_is_none_is_an_error_and_an_empty_one_is_not() {
    let server = Server::start([]).await;
    let client = of_one_try(&server);
    let table = [
        (json!({"total": 0, "models": []}), "ok"),
        (json!([{"model": "z-image"}]), "ok"),
        (json!([{"id": "z-image"}]), "later"),
        (json!({"models": null}), "later"),
        (json!(null), "later"),
        (json!("soon"), "later"),
    ];
    for (data, expected) in table {
        server.script([Answer::data(data.clone())]);
        assert_eq!(told(&client.listings(BUDGET).await), expected, "{data}");
    }
}

#[tokio::test]
async fn a_schema_is_an_object_or_its_text_and_may_be_absent() {
    let server = Server::start([]).await;
    let client = of_one_try(&server);
    let document = json!({"openapi": "3.1.0", "paths": {}});
    let table = [
        (json!({"model": "m", "openapi": document}), Ok(Some(document.clone()))),
        (json!({"openapi": document.to_string()}), Ok(Some(document.clone()))),
        (json!({"model": "m", "openapi": null}), Ok(None)),
        (json!({"openapi": " "}), Ok(None)),
        (json!({"model": "m"}), Ok(None)),
        (json!(null), Ok(None)),
        (json!({"openapi": "openapi: 3.1.0"}), Err("a schema that is no OpenAPI document")),
        (json!({"openapi": [1]}), Err("a schema that is no OpenAPI document")),
        (json!([]), Err("200 without an object of the schema")),
    ];
    for (data, expected) in table {
        server.script([Answer::data(data.clone())]);
        let found = client.schema(&model(), BUDGET).await;
        assert_eq!(found.clone().map_err(|_| detail(found)), expected.map_err(str::to_owned), "{data}");
    }
    server.script([Answer::code(404, "The model name you specified is not supported.")]);
    assert_eq!(client.schema(&model(), BUDGET).await, Ok(None), "an unknown model has no schema");
    server.script([Answer::http(404, "<html>no such page</html>")]);
    assert_eq!(told(&client.schema(&model(), BUDGET).await), "later", "no route says nothing of the model");
}

#[tokio::test]
async fn the_slash_of_an_id_stays_and_the_rest_is_encoded() {
    let server = Server::start([]).await;
    let client = of_one_try(&server);
    let table = [
        ("z-image", "/api/v1/models/z-image/schema"),
        ("bytedance/seedance-1.5-pro", "/api/v1/models/bytedance/seedance-1.5-pro/schema"),
        ("a b?c#d%2F/é", "/api/v1/models/a%20b%3Fc%23d%252F/%C3%A9/schema"),
    ];
    for (id, path) in table {
        server.script([Answer::data(json!({"openapi": null}))]);
        assert_eq!(client.schema(&ModelId(id.into()), BUDGET).await, Ok(None));
        let [sent] = server.requests().try_into().unwrap();
        assert_eq!(sent.line, format!("GET {path}"));
    }
}

#[tokio::test]
async fn every_code_means_what_the_table_says() {
    let server = Server::start([]).await;
    let client = of_one_try(&server);
    let table = [
        (401, "account KeyRefused", "later"),
        (402, "account OutOfCredits", "later"),
        (403, "account KeyRefused", "later"),
        (433, "account KeyCapReached", "later"),
        (422, "later", "later"),
        (429, "later", "later"),
        (455, "later", "later"),
        (500, "later", "later"),
        (502, "later", "later"),
        (302, "later", "later"),
    ];
    for (code, with_key, of_the_price_page) in table {
        for answer in [Answer::code(code, "words"), Answer::http(u16::try_from(code).unwrap(), "<html></html>")] {
            server.script([answer.clone(), answer.clone(), answer]);
            assert_eq!(told(&client.listings(BUDGET).await), with_key, "{code}");
            assert_eq!(told(&client.schema(&model(), BUDGET).await), with_key, "{code}");
            assert_eq!(told(&client.prices(BUDGET).await), of_the_price_page, "{code}");
        }
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_a_refused_key_is_not() {
    let server = Server::start([
        Answer::code(429, "Your call frequency is too high. Please try again later."),
        Answer::http(200, "<html>a gateway</html>"),
        Answer::data(json!({"models": [{"model": "z-image"}]})),
        Answer::CloseAfterReading,
        Answer::data(json!({"records": [], "total": 0, "pages": 0})),
        Answer::code(401, "You do not have access permissions"),
    ])
    .await;
    let client = client(&server, |_| {});
    assert_eq!(client.listings(BUDGET).await.unwrap().len(), 1);
    assert_eq!(client.prices(BUDGET).await, Ok(Vec::new()));
    assert_eq!(told(&client.listings(BUDGET).await), "account KeyRefused");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn retry_after_is_waited_for_or_ends_the_call_if_the_budget_is_shorter() {
    let late = || Answer::http(429, "{}").with_header("retry-after", "600");
    let server = Server::start([late(), late()]).await;
    let client = client(&server, |_| {});
    let start = Instant::now();
    assert_eq!(detail(client.prices(BUDGET).await), "HTTP 429");
    assert_eq!(detail(client.listings(BUDGET).await), "HTTP 429");
    assert!(start.elapsed() < BUDGET);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn all_pages_of_the_prices_are_read_in_order_without_the_key() {
    let server = Server::start([
        Answer::data(json!({"records": price_rows(0, 100), "total": 203, "pages": 3})),
        Answer::code(500, "once"),
        Answer::data(json!({"records": price_rows(100, 100), "total": 203, "pages": 3})),
        Answer::data(json!({"records": price_rows(200, 3), "total": 203, "pages": 3})),
    ])
    .await;
    let prices = client(&server, |_| {}).prices(BUDGET).await.unwrap();
    let labels: Vec<String> = prices.into_iter().map(|price| price.label).collect();
    assert_eq!(labels, (0..203).map(|number| format!("row {number}")).collect::<Vec<_>>());
    let requests = server.requests();
    let pages: Vec<Value> = requests.iter().map(crate::server::Request::json).collect();
    assert_eq!(pages, [1, 2, 2, 3].map(|page| json!({"pageNum": page, "pageSize": 100})));
    for request in requests {
        assert_eq!(request.line, "POST /client/v1/model-pricing/page");
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert!(request.header("authorization").is_none());
        assert!(!request.head.contains(KEY) && !request.text().contains(KEY));
    }
}

#[tokio::test]
async fn the_last_page_is_told_by_pages_or_by_the_total_or_is_not_full() {
    let server = Server::start([]).await;
    let client = of_one_try(&server);
    let table = [
        (vec![json!({"records": price_rows(0, 2), "pages": "1"})], Ok(2)),
        (
            vec![json!({"records": price_rows(0, 2), "total": 3}), json!({"records": price_rows(2, 1), "total": 3})],
            Ok(3),
        ),
        (vec![json!({"records": price_rows(0, 100)}), json!({"records": price_rows(100, 7)})], Ok(107)),
        (vec![json!({"records": price_rows(0, 100)}), json!([])], Ok(100)),
        (vec![json!(price_rows(0, 4))], Ok(4)),
        (vec![json!({"records": [], "total": 0})], Ok(0)),
        // What was surely cut short is not taken for the whole.
        (vec![json!({"records": price_rows(0, 100), "pages": 2}), json!({"records": [], "pages": 2})], Ok(100)),
        (
            vec![json!({"records": price_rows(0, 100), "pages": 3}), json!({"records": [], "pages": 3})],
            Err("page 2 of the prices is empty and not the last"),
        ),
        (
            vec![json!({"records": price_rows(0, 100), "total": 300}), json!({"records": [], "total": 300})],
            Err("page 2 of the prices is empty and not the last"),
        ),
        (vec![json!({"total": 300})], Err("200 without price rows")),
        (vec![json!(null)], Err("200 without price rows")),
    ];
    for (pages, expected) in table {
        let (asked, case) = (pages.len(), format!("{pages:?}"));
        server.script(pages.into_iter().map(Answer::data));
        let found = client.prices(BUDGET).await.map(|prices| prices.len());
        assert_eq!(found.clone().map_err(|_| detail(found)), expected.map_err(str::to_owned), "{case}");
        assert_eq!(server.requests().len(), asked, "{case}");
    }
}

#[tokio::test]
async fn a_price_page_without_an_end_is_given_up() {
    let server =
        Server::start((0..60).map(|_| Answer::data(json!({"records": price_rows(0, 1), "pages": 1000})))).await;
    let found = of_one_try(&server).prices(BUDGET).await;
    assert_eq!(detail(found), "the price page has no end after 50 pages");
    assert_eq!(server.requests().len(), 50);
}

#[tokio::test]
async fn odd_price_rows_are_read_as_far_as_they_go() {
    let rows = json!([
        {
            "modelDescription": "Seedance 1.5 Pro, 12s 720P with audio", "interfaceType": "video", "provider": "ByteDance", "creditPrice": "84.0",
            "creditUnit": " per video", "usdPrice": "0.42", "falPrice": "0.6221", "discountRate": 32.49,
            "anchor": "https://kie.ai/seedance-1-5-pro", "discountPrice": false,
        },
        {"modelDescription": "a", "creditPrice": 0.8, "anchor": "https://kie.ai/seedream?tab=1&model=seedream%2F4.5-edit#pricing"},
        {"modelDescription": "b", "anchor": "/veo?model=veo-3-1"},
        {"modelDescription": "c", "anchor": "https://kie.ai/x?model="},
        {"modelDescription": "d", "anchor": "http://["},
        {"modelDescription": 5, "creditUnit": null, "interfaceType": [], "anchor": {}},
        "not a row",
        {},
    ]);
    let server = Server::start([Answer::data(json!({"records": rows, "total": 8}))]).await;
    let prices = of_one_try(&server).prices(BUDGET).await.unwrap();
    let first = &prices[0];
    assert_eq!((first.label.as_str(), first.interface.as_str()), ("Seedance 1.5 Pro, 12s 720P with audio", "video"));
    assert_eq!((first.unit.as_str(), first.credits), ("per video", Some(Credits::from_raw(84_000_000))));
    let models: Vec<Option<&str>> =
        prices.iter().map(|price| price.model.as_ref().map(|model| model.0.as_str())).collect();
    assert_eq!(models, [None, Some("seedream/4.5-edit"), Some("veo-3-1"), None, None, None, None]);
    assert!(prices[5..].iter().all(|price| price.label.is_empty() && price.unit.is_empty() && price.credits.is_none()));
}

#[tokio::test]
async fn a_price_is_a_number_or_a_text_with_point_or_comma() {
    let table = [
        (json!("14.4"), Some(14_400_000)),
        (json!(14.4), Some(14_400_000)),
        (json!(3), Some(3_000_000)),
        (json!(" 0,325 "), Some(325_000)),
        (json!("4,5"), Some(4_500_000)),
        (json!("0"), Some(0)),
        // One, or a thousand?
        (json!("1,000"), None),
        (json!("1,000.5"), None),
        (json!("1.000,5"), None),
        (json!("1,5,5"), None),
        (json!("-1"), None),
        (json!("free"), None),
        (json!("4 credits"), None),
        (json!(""), None),
        (json!(null), None),
        (json!([4]), None),
    ];
    let rows: Vec<Value> = table.iter().map(|(price, _)| json!({ "creditPrice": price })).collect();
    let server = Server::start([Answer::data(json!({ "records": rows, "pages": 1 }))]).await;
    let prices = of_one_try(&server).prices(BUDGET).await.unwrap();
    for ((price, expected), found) in table.into_iter().zip(prices) {
        assert_eq!(found.credits.map(Credits::raw), expected, "{price}");
    }
}

#[tokio::test]
async fn a_page_of_long_texts_is_read_and_what_has_no_bound_is_not() {
    let row = |letters: usize| json!({"modelDescription": "a".repeat(letters), "creditPrice": "1"});
    let fits = json!({"records": vec![row(20_000); 100], "pages": 1});
    let huge = json!({"records": vec![row(30_000); 100], "pages": 1});
    let server = Server::start([Answer::data(fits), Answer::data(huge)]).await;
    let client = of_one_try(&server);
    assert_eq!(client.prices(BUDGET).await.unwrap().len(), 100);
    assert_eq!(told(&client.prices(BUDGET).await), "later");
}

#[tokio::test]
async fn the_catalogue_is_asked_at_its_pace_and_the_price_page_is_not_held_up() {
    let interval = Duration::from_millis(200);
    let server = Server::start([
        Answer::data(json!({"models": []})),
        Answer::data(json!({"openapi": null})),
        Answer::data(json!({"models": []})),
    ])
    .await;
    let paced = client(&server, |options| options.catalogue_pace = Pace { burst: NonZeroU32::MIN, interval });
    let start = Instant::now();
    paced.listings(BUDGET).await.unwrap();
    paced.schema(&model(), BUDGET).await.unwrap();
    paced.listings(BUDGET).await.unwrap();
    assert!(start.elapsed() >= interval * 2, "catalogue and schemas share one pace");
    server.requests();

    let hour = Pace { burst: NonZeroU32::MIN, interval: Duration::from_secs(3600) };
    let paced = client(&server, |options| options.catalogue_pace = hour);
    server.script([Answer::data(json!({"models": []})), Answer::data(json!([]))]);
    paced.listings(BUDGET).await.unwrap();
    assert_eq!(
        detail(paced.listings(BUDGET).await),
        "our own pace of questions",
        "a wait beyond the budget is not begun"
    );
    assert_eq!(paced.prices(BUDGET).await, Ok(Vec::new()));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_server_that_never_answers_ends_with_the_budget() {
    let server = Server::start([Answer::Hang, Answer::Hang]).await;
    let client = of_one_try(&server);
    assert_eq!(told(&client.listings(Duration::from_millis(100)).await), "later");
    assert_eq!(told(&client.prices(Duration::from_millis(100)).await), "later");
}

#[tokio::test]
async fn the_key_is_not_in_an_error_that_repeats_it() {
    let server = Server::start([Answer::code(500, KEY), Answer::code(500, KEY)]).await;
    let client = of_one_try(&server);
    let printed = format!("{:?} {:?}", client.listings(BUDGET).await, client.prices(BUDGET).await);
    assert!(!printed.contains(KEY), "{printed}");
}

/// The simulator was written from other people's readings of KIE, so whatever one side has wrong shows here.
#[tokio::test]
async fn all_that_the_simulator_lists_is_read() {
    let simulated = KieOptions::quick();
    let key = simulated.api_key.clone();
    let kie = KieSimulator::start(simulated).await.unwrap();
    let pace = options(kie.base_url()).pace;
    let client = KieClient::new(Options { key: key.into(), catalogue_pace: pace, ..options(kie.base_url()) }).unwrap();

    let described = default_models();
    let listed: Vec<String> = client.listings(BUDGET).await.unwrap().into_iter().map(|listing| listing.id.0).collect();
    assert_eq!(listed, described.iter().map(|model| model["id"].as_str().unwrap()).collect::<Vec<_>>());
    let prices = client.prices(BUDGET).await.unwrap();
    let linked: Vec<_> = prices.iter().filter_map(|price| Some((price.model.as_ref()?, price.credits?))).collect();
    let rows: usize = described.iter().map(|model| model["credits"].as_array().unwrap().len()).sum();
    assert_eq!(linked.len(), rows);
    assert!(linked.contains(&(&model(), Credits::from_raw(220_000_000))));

    let schema = client.schema(&model(), BUDGET).await.unwrap().unwrap();
    assert!(schema["paths"]["/api/v1/jobs/createTask"].is_object());
    assert!(kie.relist(&model().0, |model| model["openapi"] = json!(null)));
    assert_eq!(client.schema(&model(), BUDGET).await, Ok(None));
    assert_eq!(client.schema(&ModelId("no-such-model".into()), BUDGET).await, Ok(None));
}
