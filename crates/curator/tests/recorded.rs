//! The real catalog against what was recorded of KIE: the simulator's own table. Both were made from the same facts, so nothing breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use curator::diff::{Severity, What, diff, report};
use domain::ids::ModelId;
use domain::models::Catalog;
use domain::money::Credits;
use domain::ports::{ListPrice, Listing};
use serde_json::{Map, Value as Json, json};

#[test]
fn nothing_breaks_against_what_was_recorded() {
    let (catalog, recorded) = (catalog(), Recorded::read());
    let found = diff(&catalog, &recorded.listings(&catalog), &recorded.schemas(), &recorded.prices(Credits::ZERO));
    for difference in &found {
        // Variants that we leave out on purpose have prices too, and so have models whose prices are estimates.
        let expected = difference.severity() == Severity::Note
            || matches!(difference.what, What::PriceNew { .. } | What::PricedNow { .. });
        assert!(expected, "{}", report(&found));
    }
}

#[test]
fn a_rise_of_every_price_is_told_for_every_model() {
    let (catalog, recorded) = (catalog(), Recorded::read());
    let prices = recorded.prices("0.125".parse().expect("a decimal"));
    let found = diff(&catalog, &[], &BTreeMap::new(), &prices);
    let risen: BTreeSet<_> =
        found.iter().filter(|one| matches!(one.what, What::PriceUp { .. })).map(|one| one.model.clone()).collect();
    let priced: BTreeSet<_> = prices.iter().map(|row| row.model.clone()).collect();
    let mut compared = 0;
    for model in catalog.live().filter(|model| priced.contains(&Some(model.id.clone()))) {
        assert!(risen.contains(&Some(model.id.clone())), "{}", model.id);
        compared += 1;
    }
    assert!(compared > 100, "most models have recorded prices, not {compared}");
}

#[test]
fn every_recorded_document_is_readable() {
    let (catalog, recorded) = (catalog(), Recorded::read());
    let found = diff(&catalog, &[], &recorded.schemas(), &[]);
    assert!(!found.iter().any(|one| one.what == What::Unreadable), "{}", report(&found));
    let asked: BTreeSet<_> = recorded.models.iter().map(|model| text(&model["id"])).collect();
    assert!(catalog.live().filter(|model| asked.contains(&model.id.0)).count() > 100);
}

struct Recorded {
    models: Vec<Json>,
}

impl Recorded {
    fn read() -> Self {
        let text = std::fs::read_to_string(root().join("crates/sandbox/assets/kie_models.json")).expect("it is there");
        let document: Json = serde_json::from_str(&text).expect("it is JSON");
        Self { models: document["models"].as_array().expect("a list").clone() }
    }

    fn listings(&self, catalog: &Catalog) -> Vec<Listing> {
        let ids: Vec<_> = self.models.iter().map(|model| text(&model["id"])).collect();
        let missing = catalog.live().filter(|model| !ids.contains(&model.id.0)).map(|model| model.id.0.clone());
        assert_eq!(missing.collect::<Vec<_>>(), Vec::<String>::new(), "sold and not recorded");
        let listing = |id: String| Listing {
            title: id.clone(),
            id: ModelId(id),
            provider: "somebody".to_owned(),
            tasks: Vec::new(),
            pricing: None,
        };
        ids.into_iter().map(listing).collect()
    }

    fn schemas(&self) -> BTreeMap<ModelId, Json> {
        self.models.iter().map(|model| (ModelId(text(&model["id"])), document(model))).collect()
    }

    fn prices(&self, rise: Credits) -> Vec<ListPrice> {
        let rows = self.models.iter().flat_map(|model| {
            let rows = model["credits"].as_array().into_iter().flatten();
            rows.map(move |row| (text(&model["id"]), row))
        });
        let price = |(id, row): (String, &Json)| {
            let credits: Credits = row["credits"].to_string().parse().expect("a decimal");
            ListPrice {
                label: format!("{id} {}", row["when"]),
                model: Some(ModelId(id)),
                interface: String::new(),
                unit: format!("per {}", text(&row["per"])),
                credits: Some(credits.checked_add(rise).expect("it is small")),
            }
        };
        rows.map(price).collect()
    }
}

/// The simulator's description of a model as the document that KIE would have.
fn document(model: &Json) -> Json {
    let inputs = model["inputs"].as_array().expect("a list");
    let properties: Map<_, _> = inputs.iter().map(|input| (text(&input["name"]), property(input))).collect();
    let required: Vec<_> =
        inputs.iter().filter(|input| input["required"] == true).map(|input| input["name"].clone()).collect();
    let input = json!({ "type": "object", "required": required, "properties": properties });
    let body = json!({ "type": "object", "properties": { "model": { "type": "string" }, "input": input } });
    json!({ "paths": { "/api/v1/jobs/createTask": { "post": {
        "requestBody": { "content": { "application/json": { "schema": body } } },
    } } } })
}

fn property(input: &Json) -> Json {
    let kind = text(&input["type"]);
    let mut property = match kind.as_str() {
        "bool" => json!({ "type": "boolean" }),
        "string" | "number" | "integer" => json!({ "type": kind }),
        "enum" => json!({ "enum": input["values"] }),
        kind if kind.ends_with("_url") => json!({ "type": "string" }),
        _ => json!({ "type": "array" }),
    };
    let keys = [
        ("default", "default"),
        ("min", "minimum"),
        ("max", "maximum"),
        ("min_length", "minLength"),
        ("max_length", "maxLength"),
        ("min_items", "minItems"),
        ("max_items", "maxItems"),
    ];
    for (ours, theirs) in keys {
        if let Some(value) = input.get(ours) {
            property[theirs] = value.clone();
        }
    }
    property
}

fn text(value: &Json) -> String {
    value.as_str().expect("a text").to_owned()
}

fn catalog() -> Catalog {
    let mut files: Vec<_> = std::fs::read_dir(root().join("config/models"))
        .expect("config/models is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("it is text")))
        .collect();
    files.sort();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::load(&files).expect("the real catalog is sound")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
