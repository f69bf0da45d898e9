//! What changed at KIE: one small catalog, and for every kind of difference a stranger's document, listing or price row that shows it.

use std::collections::BTreeMap;

use curator::diff::{Difference, Severity, What, diff, report, report_in_full};
use domain::ids::ModelId;
use domain::models::Catalog;
use domain::ports::{ListPrice, Listing};
use serde_json::{Value as Json, json};

const CATALOG: &str = r#"
    vendor = { slug = "acme", name = "Acme" }

    [[model]]
    id = "acme/clip"
    kind = "text-to-video"
    title = { ru = "Клип", en = "Clip" }
    summary = { ru = "Короткий клип.", en = "A short clip." }
    example = { ru = "Кот на крыше", en = "A cat on a roof" }

    [[model.input]]
    name = "prompt"
    type = "text"
    title = { ru = "Описание", en = "Prompt" }
    required = true
    max_length = 500

    [[model.input]]
    name = "image_urls"
    type = "images"
    title = { ru = "Фото", en = "Photos" }
    max_items = 4

    [[model.input]]
    name = "resolution"
    type = "choice"
    title = { ru = "Разрешение", en = "Resolution" }
    required = true
    options = ["480p", "720p"]
    default = "480p"

    [[model.input]]
    name = "duration"
    type = "integer"
    title = { ru = "Длительность", en = "Length" }
    required = true
    min = 3
    max = 6
    default = 5
    as_text = true

    [[model.input]]
    name = "strength"
    type = "number"
    title = { ru = "Сила", en = "Strength" }
    min = 0
    max = 1
    step = 0.1
    default = 0.5

    [[model.input]]
    name = "sound"
    type = "bool"
    title = { ru = "Звук", en = "Sound" }

    [[model.input]]
    name = "shots"
    type = "objects"
    title = { ru = "Сцены", en = "Shots" }
    max_items = 3

    [[model.input.field]]
    name = "text"
    type = "text"
    title = { ru = "Что в сцене", en = "What happens" }
    required = true
    max_length = 100

    [[model.input]]
    name = "elements"
    type = "fixed"
    value = []

    [model.price]
    date = 2026-10-10
    source = "made up"
    rows = [
      { when = { resolution = "480p" }, credits = 2.5, per = "second", seconds = "duration" },
      { when = { resolution = "720p" }, credits = 5, per = "second", seconds = "duration" },
    ]

    [[model]]
    id = "acme/gone"
    kind = "image-to-video"
    title = { ru = "Ушедший", en = "Gone" }
    summary = { ru = "Клип прошлых лет.", en = "A clip of years gone by." }
    hidden = "withdrawn: paused since June"

    [[model]]
    id = "acme/broken"
    kind = "image-to-video"
    title = { ru = "Сломанный", en = "Broken" }
    summary = { ru = "Клип, который не выходит.", en = "A clip that never comes." }
    hidden = "broken at KIE: every task fails"

    [[model]]
    id = "acme/unpriced"
    kind = "image-to-video"
    title = { ru = "Без цены", en = "No price" }
    summary = { ru = "Клип без цены.", en = "A clip without a price." }
    hidden = "no price found"

    [[model]]
    id = "acme/helper"
    kind = "image-to-video"
    title = { ru = "Помощник", en = "Helper" }
    summary = { ru = "Шаг другой модели.", en = "A step of another model." }
    hidden = "a helper of the clip; no price found"
"#;

fn catalog() -> Catalog {
    Catalog::load(&[("made.toml", CATALOG)]).expect("it is sound")
}

fn id(id: &str) -> ModelId {
    ModelId(id.to_owned())
}

fn listing(model: &str) -> Listing {
    let tasks = vec!["text-to-video".to_owned()];
    Listing { id: id(model), title: "A title".to_owned(), provider: "Acme".to_owned(), tasks, pricing: None }
}

fn price(model: &str, label: &str, unit: &str, credits: &str) -> ListPrice {
    ListPrice {
        label: label.to_owned(),
        model: (!model.is_empty()).then(|| id(model)),
        interface: "video".to_owned(),
        unit: unit.to_owned(),
        credits: credits.parse().ok(),
    }
}

/// KIE's `input` of the clip, as it is when nothing has changed.
fn input() -> Json {
    json!({
        "type": "object",
        "required": ["prompt", "resolution"],
        "properties": {
            "prompt": { "type": "string", "maxLength": 500 },
            "image_urls": { "type": "array", "items": { "type": "string" }, "maxItems": 4 },
            "resolution": { "type": "string", "enum": ["480p", "720p"], "default": "720p" },
            "duration": { "type": "string", "enum": ["3", "4", "5", "6"] },
            "strength": { "type": "number", "minimum": 0, "maximum": 1.0, "default": 0.50 },
            "sound": { "type": "boolean", "default": false },
            "shots": { "type": "array", "items": {
                "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } },
            } },
            "elements": { "type": "array", "items": { "type": "object" } },
            "nsfw_checker": { "type": "boolean" },
        },
    })
}

fn document(input: Json) -> Json {
    let body = json!({ "type": "object", "properties": { "model": { "type": "string" }, "input": input } });
    json!({ "openapi": "3.0.1", "paths": { "/api/v1/jobs/createTask": { "post": {
        "requestBody": { "content": { "application/json": { "schema": body } } },
    } } } })
}

/// The input with one thing changed, by JSON pointer.
fn changed(pointer: &str, value: Json) -> Json {
    let mut input = input();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = input.pointer_mut(parent).and_then(Json::as_object_mut).expect("it is there");
    match value {
        Json::Null => parent.remove(key),
        value => parent.insert(key.to_owned(), value),
    };
    input
}

fn of_document(document: Json) -> Vec<Difference> {
    diff(&catalog(), &[], &BTreeMap::from([(id("acme/clip"), document)]), &[])
}

fn of_prices(prices: &[ListPrice]) -> Vec<Difference> {
    diff(&catalog(), &[], &BTreeMap::new(), prices)
}

fn told(differences: &[Difference]) -> Vec<String> {
    let model = |difference: &Difference| difference.model.clone().map_or_else(|| "-".to_owned(), |id| id.0);
    differences.iter().map(|one| format!("{:?} {}: {one}", one.severity(), model(one))).collect()
}

#[test]
fn nothing_changed_is_no_difference() {
    let prices = [price("acme/clip", "Clip, 480p", "per second", "2.5"), price("acme/clip", "Clip, 720p", "", "5.0")];
    let schemas = BTreeMap::from([(id("acme/clip"), document(input()))]);
    let found = diff(&catalog(), &[listing("acme/clip")], &schemas, &prices);
    assert_eq!(told(&found), Vec::<String>::new());
    assert_eq!(report(&found), "no difference: the catalog says what KIE says\n");
    // What was not fetched is not compared.
    assert_eq!(diff(&catalog(), &[], &BTreeMap::new(), &[]), []);
}

#[test]
fn every_change_of_an_input_is_told() {
    let text = || json!({ "type": "string" });
    let table = [
        ("/properties/style", text(), "Note acme/clip: optional at KIE, not offered here: `style`"),
        ("/properties/prompt", Json::Null, "Check acme/clip: input `prompt`: sent here, unknown at KIE"),
        (
            "/properties/resolution/enum",
            json!(["480p"]),
            "Breaks acme/clip: input `resolution`: KIE does not take `\"720p\"`",
        ),
        (
            "/properties/resolution/enum",
            json!(["480p", "720p", "4k"]),
            "Note acme/clip: input `resolution`: KIE also takes `\"4k\"`",
        ),
        (
            "/properties/duration/enum",
            json!([3, 4, 5, 6]),
            "Breaks acme/clip: input `duration`: we send string, KIE wants integer",
        ),
        (
            "/properties/duration/enum",
            json!(["3", "5", "6"]),
            "Breaks acme/clip: input `duration`: KIE does not take `\"4\"`",
        ),
        (
            "/properties/sound/type",
            json!("string"),
            "Breaks acme/clip: input `sound`: we send boolean, KIE wants string",
        ),
        ("/properties/image_urls", text(), "Breaks acme/clip: input `image_urls`: we send array, KIE wants string"),
        (
            "/properties/strength/type",
            json!("integer"),
            "Breaks acme/clip: input `strength`: we send number, KIE wants integer",
        ),
        (
            "/properties/prompt/enum",
            json!(["a", "b"]),
            "Breaks acme/clip: input `prompt`: free here, KIE takes only `\"a\"`, `\"b\"`",
        ),
        (
            "/required",
            json!(["prompt", "sound"]),
            "Breaks acme/clip: input `sound`: required at KIE, may be left out here",
        ),
        ("/required", json!([]), "Note acme/clip: input `prompt`: optional at KIE, required here"),
        ("/required", json!(["prompt", "seed"]), ""),
        (
            "/properties/strength/default",
            json!(0.7),
            "Check acme/clip: input `strength`: we show the default 0.5, KIE's is 0.7",
        ),
        // We send ours with every request, so that KIE's does not matter.
        ("/properties/resolution/default", json!("480p"), ""),
        (
            "/properties/prompt/maxLength",
            json!(400),
            "Breaks acme/clip: input `prompt`: longest length 400 at KIE, 500 here",
        ),
        ("/properties/prompt/maxLength", json!(9000), ""),
        ("/properties/prompt/minLength", json!(1), ""),
        (
            "/properties/prompt/minLength",
            json!(3),
            "Breaks acme/clip: input `prompt`: shortest length 3 at KIE, 1 here",
        ),
        (
            "/properties/image_urls/maxItems",
            json!(2.0),
            "Breaks acme/clip: input `image_urls`: most items 2 at KIE, 4 here",
        ),
        (
            "/properties/image_urls/minItems",
            json!(2),
            "Breaks acme/clip: input `image_urls`: fewest items 2 at KIE, 1 here",
        ),
        ("/properties/strength/maximum", json!(0.9), "Breaks acme/clip: input `strength`: at most 0.9 at KIE, 1 here"),
        ("/properties/strength/minimum", json!(0.1), "Breaks acme/clip: input `strength`: at least 0.1 at KIE, 0 here"),
        (
            "/properties/shots/items/properties/text/maxLength",
            json!(50),
            "Breaks acme/clip: input `shots.text`: longest length 50 at KIE, 100 here",
        ),
        (
            "/properties/shots/items/properties/camera",
            text(),
            "Note acme/clip: optional at KIE, not offered here: `shots.camera`",
        ),
        (
            "/properties/elements/type",
            json!("object"),
            "Breaks acme/clip: input `elements`: we send array, KIE wants object",
        ),
    ];
    for (pointer, value, expected) in table {
        let found = told(&of_document(document(changed(pointer, value.clone()))));
        let expected: Vec<_> = Some(expected.to_owned()).into_iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(found, expected, "{pointer} = {value}");
    }
}

#[test]
fn a_new_required_input_breaks_us_and_a_dropped_field_of_an_object_is_told() {
    let mut input = changed("/required", json!(["prompt", "seed"]));
    input["properties"]["seed"] = json!({ "type": "integer" });
    assert_eq!(told(&of_document(document(input))), ["Breaks acme/clip: input `seed`: required at KIE, unknown here"]);
    let renamed = json!({ "type": "object", "required": ["words"], "properties": { "words": { "type": "string" } } });
    assert_eq!(
        told(&of_document(document(changed("/properties/shots/items", renamed)))),
        [
            "Breaks acme/clip: input `shots.words`: required at KIE, unknown here",
            "Check acme/clip: input `shots.text`: sent here, unknown at KIE",
        ]
    );
}

/// The same input, written as strangers write it.
#[test]
fn documents_are_read_through_references_and_alternatives() {
    let mut by_reference = document(json!({ "$ref": "#/components/schemas/In~1put" }));
    by_reference["components"] = json!({ "schemas": {
        "In/put": { "allOf": [{ "$ref": "#/components/schemas/Parts" }, { "type": "string" }] },
        "Parts": input(),
    } });
    let mut one = input();
    one["required"] = json!(["prompt", "resolution", "image_urls"]);
    one["properties"]["resolution"]["enum"] = json!(["480p"]);
    let mut other = input();
    other["properties"]["prompt"]["maxLength"] = json!(100);
    other["properties"]["resolution"]["enum"] = json!(["720p"]);
    other["properties"].as_object_mut().expect("an object").remove("image_urls");
    let mut nullable = input();
    nullable["properties"]["sound"] = json!({ "anyOf": [{ "type": "boolean" }, { "type": "null" }] });
    nullable["properties"]["prompt"]["type"] = json!(["string", "null"]);
    nullable["properties"]["resolution"] = json!({ "oneOf": [{ "const": "480p" }, { "const": "720p" }] });
    let whole = json!({ "properties": { "model": {}, "callBackUrl": {}, "input": input() } });
    let documents = [
        ("by reference", by_reference),
        ("alternatives", document(json!({ "oneOf": [one, other], "allOf": [{ "type": "string" }] }))),
        ("nullable", document(nullable)),
        ("the body alone", whole),
        ("the input alone", input()),
        ("as text", Json::String(document(input()).to_string())),
    ];
    for (name, document) in documents {
        assert_eq!(told(&of_document(document)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn nonsense_is_unreadable_and_never_a_panic() {
    let mut circle = document(json!({ "$ref": "#/components/schemas/A" }));
    circle["components"] = json!({ "schemas": {
        "A": { "allOf": [{ "$ref": "#/components/schemas/A" }, { "$ref": "#/components/schemas/A" }] },
    } });
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({ "properties": { "input": deep } });
    }
    let documents = [
        Json::Null,
        json!([1, 2]),
        json!("not json"),
        json!({ "paths": [] }),
        json!({ "paths": { "/api/v1/jobs/createTask": { "post": {} } } }),
        document(json!({ "type": "object" })),
        document(json!({ "properties": 7, "required": "all", "enum": {} })),
        document(Json::Null),
        circle,
    ];
    for document in documents {
        let found = of_document(document.clone());
        assert_eq!(told(&found), ["Check acme/clip: KIE's document has no readable inputs"], "{document}");
    }
    assert!(!of_document(deep).is_empty());
    // A field of nonsense says nothing, and the others are still read.
    let odd =
        json!({ "type": 5, "enum": [null], "maxLength": "many", "minimum": 1e300, "items": "?", "$ref": "#/no/where" });
    assert_eq!(told(&of_document(document(changed("/properties/prompt", odd)))), Vec::<String>::new());
}

#[test]
fn what_is_listed_is_compared_with_what_is_sold_and_hidden() {
    let mut new = listing("acme/new");
    new.title = "New\n\u{1b}[31mthing".to_owned();
    new.tasks.push("image-to-video".to_owned());
    new.pricing = Some("10 credits\nper video".to_owned());
    let mut chat = listing("acme/chat");
    chat.tasks = vec!["Chat".to_owned()];
    let hidden = ["acme/gone", "acme/broken", "acme/unpriced", "acme/helper"].map(listing);
    let listings: Vec<_> = [new.clone(), new, chat].into_iter().chain(hidden).collect();
    let found = diff(&catalog(), &listings, &BTreeMap::new(), &[]);
    assert_eq!(
        told(&found),
        [
            "Breaks acme/clip: sold here, not listed at KIE any more",
            "Check acme/gone: listed at KIE; we hide it: withdrawn: paused since June",
            "Check acme/new: new at KIE: \"New [31mthing\" by Acme (text-to-video, image-to-video), 10 credits per video",
            "Note acme/broken: still listed at KIE; we hide it: broken at KIE: every task fails",
            "Note -: models that only talk: `acme/chat`",
        ]
    );
    let new = found.iter().find(|one| matches!(one.what, What::New { .. })).expect("it is there");
    assert_eq!(new.remedy(), "draft an entry: `cargo xtask catalog import acme/new`");
}

#[test]
fn a_schema_of_a_hidden_or_unknown_model_says_nothing() {
    let schemas = BTreeMap::from([(id("acme/gone"), document(input())), (id("acme/new"), document(input()))]);
    assert_eq!(diff(&catalog(), &[], &schemas, &[]), []);
}

#[test]
fn prices_are_compared_by_figure_and_unit() {
    let clip = |label: &str, unit: &str, credits: &str| price("acme/clip", label, unit, credits);
    let (low, high) = (clip("Clip 480p", "per second", "2.5"), clip("Clip 720p", "per secnd", "5"));
    let table = [
        (
            vec![low.clone(), clip("Clip, 720p", "per second", "6")],
            vec![
                "Breaks acme/clip: price went up: \"Clip, 720p\": 6 per second; ours: 5 per second, if resolution = 720p",
            ],
        ),
        (
            vec![clip("Clip 480p", "per second", "2"), high.clone()],
            vec![
                "Check acme/clip: price went down: \"Clip 480p\": 2 per second; ours: 2.5 per second, if resolution = 480p",
            ],
        ),
        // Both moved: the words tell which became which.
        (
            vec![clip("Clip 720p", "per second", "4"), clip("Clip 480p", "per second", "3")],
            vec![
                "Breaks acme/clip: price went up: \"Clip 480p\": 3 per second; ours: 2.5 per second, if resolution = 480p",
                "Check acme/clip: price went down: \"Clip 720p\": 4 per second; ours: 5 per second, if resolution = 720p",
            ],
        ),
        // The lower price went up to the higher one, which we have already.
        (
            vec![clip("Clip 480p", "per second", "5"), high.clone()],
            vec![
                "Breaks acme/clip: price went up: \"Clip 480p\": 5 per second; ours: 2.5 per second, if resolution = 480p",
            ],
        ),
        (
            vec![high.clone()],
            vec!["Check acme/clip: prices that KIE does not show: 2.5 per second, if resolution = 480p"],
        ),
        (
            vec![low.clone(), high.clone(), clip("Clip 4k", "per second", "11")],
            vec!["Check acme/clip: prices that we do not have: \"Clip 4k\": 11 per second"],
        ),
        // The same in other words: for a whole video of a known length, by the minute, with no unit, with the figures doubled by a copy.
        (vec![clip("480p 10.0s", "per vedio", "25"), clip("720p", "per minute", "300"), low.clone()], vec![]),
        (vec![clip("a", "", "2.5"), clip("b", "??", "5"), clip("b", "??", "5")], vec![]),
        // Another unit is no twin, whatever the figure.
        (
            vec![low.clone(), high.clone(), clip("Clip", "per 1000 characters", "5")],
            vec!["Check acme/clip: prices that we do not have: \"Clip\": 5 per 1000 characters"],
        ),
        (
            vec![low.clone(), high.clone(), clip("Clip HD", "per second", "soon")],
            vec!["Note acme/clip: price rows without a figure: \"Clip HD\": no figure per second"],
        ),
        (
            vec![low.clone(), high.clone(), price("", "Other", "", "1"), price("acme/else", "Else", "", "1")],
            vec!["Note -: price rows without a model of ours: 2; they name `acme/else`"],
        ),
        (
            vec![price("", "Clip 480p", "per second", "2.5")],
            vec!["Note -: no price row links to `acme/clip`", "Note -: price rows without a model: 1"],
        ),
        (
            vec![
                low,
                high,
                price("acme/unpriced", "Unpriced", "per video", "40"),
                price("acme/helper", "Helper", "", "0"),
            ],
            vec!["Check acme/unpriced: KIE shows a price: \"Unpriced\": 40 per video; we hide it: no price found"],
        ),
    ];
    for (prices, expected) in table {
        assert_eq!(told(&of_prices(&prices)), expected, "{prices:?}");
    }
}

#[test]
fn a_report_is_grouped_and_every_line_says_what_to_do() {
    let mut input = changed("/properties/style", json!({ "type": "string" }));
    input["properties"]["resolution"]["enum"] = json!(["480p", "1080p"]);
    let prices =
        [price("acme/clip", "Clip 480p", "per second", "3"), price("acme/clip", "Clip 720p", "per second", "4")];
    let listings = [listing("acme/clip"), listing("acme/new"), listing("acme/gone")];
    let found = diff(&catalog(), &listings, &BTreeMap::from([(id("acme/clip"), document(input))]), &prices);
    let severities: Vec<_> = found.iter().map(Difference::severity).collect();
    assert!(severities.is_sorted() && severities.contains(&Severity::Note), "{severities:?}");
    insta::assert_snapshot!("report", report(&found));
    insta::assert_snapshot!("report_in_full", report_in_full(&found));
}
