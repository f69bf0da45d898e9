//! The simulator's table against the published specification of the Bot API, where that is at hand.

use std::collections::BTreeSet;

use sandbox::telegram::{
    Checkout,
    spec::{Kind, METHODS, Object, Parameter},
};
use serde_json::{Value, json};

use crate::kit::{ANN, Bench};

const SPECIFICATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/telegram-bot-api.json");

#[expect(clippy::print_stdout, reason = "what was not checked is said aloud")]
fn specification() -> Option<Value> {
    let Ok(text) = std::fs::read_to_string(SPECIFICATION) else {
        println!("NOT CHECKED: the published specification is missing at {SPECIFICATION}");
        return None;
    };
    Some(serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn every_name_type_and_requirement_of_the_table_is_published() {
    let Some(specification) = specification() else { return };
    let mut check = Check { specification: &specification, problems: Vec::new(), objects: BTreeSet::new() };
    for method in METHODS {
        let published = &specification["methods"][method.name];
        if published.is_null() {
            check.problems.push(format!("{} is not published", method.name));
            continue;
        }
        assert_eq!(published["href"].as_str(), Some(method.page().as_str()));
        let names: BTreeSet<&str> = method.parameters().map(|parameter| parameter.name).collect();
        assert_eq!(names.len(), method.parameters().count(), "{} names a parameter twice", method.name);
        check.fields(method.name, method.parameters(), published);
    }
    assert!(check.objects.len() > 20, "{:?}", check.objects);
    assert!(check.problems.is_empty(), "{:#?}", check.problems);
}

#[tokio::test]
async fn what_is_told_of_payments_has_the_published_form() {
    let Some(specification) = specification() else { return };
    let bench = Bench::new().await;
    let bill = json!({"title": "a", "description": "b", "payload": "c", "currency": "XTR", "prices": [{"label": "a", "amount": 5}]});
    let link = bench.ok("createInvoiceLink", bill).await;
    let query = bench.simulator.start_link_payment(ANN, link.as_str().expect("a text")).expect("payable");
    bench.ok("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    let Some(Checkout::Paid { telegram_payment_charge_id: charge, .. }) = bench.simulator.checkout(&query) else {
        panic!("not paid");
    };
    bench.ok("refundStarPayment", json!({"user_id": ANN, "telegram_payment_charge_id": charge})).await;
    bench.simulator.withdraw_stars(1);
    let updates = bench.ok("getUpdates", json!({})).await;
    assert_eq!(updates.as_array().map(Vec::len), Some(3));
    for update in updates.as_array().expect("a list") {
        assert_eq!(misfits(&specification, "Update", update), [""; 0], "{update}");
    }
    let listed = bench.ok("getStarTransactions", json!({})).await;
    assert_eq!(listed["transactions"].as_array().map(Vec::len), Some(3));
    assert_eq!(misfits(&specification, "StarTransactions", &listed), [""; 0], "{listed}");
    let odd = json!({"transactions": [{"id": 5, "date": 1, "source": {"type": "user"}}]});
    assert_eq!(misfits(&specification, "StarTransactions", &odd).len(), 3, "the check finds what is wrong");
}

/// Where a value differs from the published type: fields that are missing, unknown, or of another type.
fn misfits(specification: &Value, kind: &str, value: &Value) -> Vec<String> {
    if let Some(element) = kind.strip_prefix("Array of ") {
        let Some(list) = value.as_array() else { return vec![format!("{value} is no list")] };
        return list.iter().flat_map(|value| misfits(specification, element, value)).collect();
    }
    let scalar = match kind {
        "Integer" => value.is_i64(),
        "String" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "True" => value == &json!(true),
        name => return object_misfits(specification, name, value),
    };
    if scalar { Vec::new() } else { vec![format!("{value} is no {kind}")] }
}

fn object_misfits(specification: &Value, name: &str, value: &Value) -> Vec<String> {
    let published = &specification["types"][name];
    let list = |key: &str| published[key].as_array().cloned().unwrap_or_default();
    let subtypes = list("subtypes");
    if !subtypes.is_empty() {
        let tried = subtypes.iter().filter_map(Value::as_str).map(|name| misfits(specification, name, value));
        return tried.min_by_key(Vec::len).unwrap_or_default();
    }
    let Some(object) = value.as_object() else { return vec![format!("{value} is no {name}")] };
    let fields = list("fields");
    let unknown = object.keys().filter(|key| !fields.iter().any(|field| field["name"] == **key));
    let mut found: Vec<String> = unknown.map(|key| format!("{name}.{key} is not published")).collect();
    for field in &fields {
        let key = field["name"].as_str().unwrap_or_default();
        match object.get(key) {
            None if field["required"] == true => found.push(format!("{name}.{key} is missing")),
            None => {}
            Some(value) => {
                let types = field["types"].as_array().into_iter().flatten().filter_map(Value::as_str);
                found.extend(
                    types.map(|kind| misfits(specification, kind, value)).min_by_key(Vec::len).unwrap_or_default(),
                );
            }
        }
    }
    // A constant stands in the description only: `always "user"`.
    let tag = fields.iter().find(|field| field["name"] == "type").and_then(|field| field["description"].as_str());
    let tag = tag.and_then(|words| words.split("always ").nth(1)).map(|word| word.trim_matches(['"', '“', '”', '.']));
    if tag.is_some_and(|tag| object.get("type") != Some(&json!(tag))) {
        found.push(format!("{name}.type is not {tag:?}"));
    }
    found
}

struct Check<'a> {
    specification: &'a Value,
    problems: Vec<String>,
    objects: BTreeSet<&'static str>,
}

impl Check<'_> {
    fn fields(&mut self, owner: &str, parameters: impl Iterator<Item = &'static Parameter>, published: &Value) {
        let fields = published["fields"].as_array().cloned().unwrap_or_default();
        let mut present = BTreeSet::new();
        for parameter in parameters {
            present.insert(parameter.name);
            let Some(field) = fields.iter().find(|field| field["name"] == parameter.name) else {
                self.problems.push(format!("{owner}.{} is not published", parameter.name));
                continue;
            };
            if field["required"] != parameter.required {
                self.problems.push(format!("{owner}.{}: required is {}", parameter.name, field["required"]));
            }
            let types: Vec<&str> = field["types"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for name in names(&parameter.kind) {
                if !types.iter().any(|published| *published == name) {
                    self.problems.push(format!("{owner}.{}: type {name} is not among {types:?}", parameter.name));
                }
            }
            self.kind(&parameter.kind);
        }
        for field in fields.iter().filter(|field| field["required"] == true) {
            let name = field["name"].as_str().unwrap_or_default();
            if !present.contains(name) {
                self.problems.push(format!("{owner}.{name} is required, but not in the table"));
            }
        }
    }

    fn kind(&mut self, kind: &'static Kind) {
        match kind {
            Kind::Object(object) => self.object(object),
            Kind::Union(objects) => objects.iter().for_each(|object| self.object(object)),
            Kind::Tagged { objects, .. } => objects.iter().for_each(|(_, object)| self.object(object)),
            Kind::List { of, .. } => self.kind(of),
            _ => {}
        }
    }

    fn object(&mut self, object: &'static Object) {
        if !self.objects.insert(object.name) {
            return;
        }
        let published = &self.specification["types"][object.name];
        if published.is_null() {
            self.problems.push(format!("{} is not published", object.name));
        } else {
            self.fields(object.name, object.fields.iter(), published);
        }
    }
}

/// How the specification may write that type; each one must be there.
fn names(kind: &Kind) -> Vec<String> {
    let words: &[&str] = match kind {
        Kind::Integer { .. } => &["Integer"],
        Kind::Boolean => &["Boolean"],
        Kind::Text(_) | Kind::Parsed | Kind::OneOf(_) => &["String"],
        Kind::ChatId => &["Integer", "String"],
        Kind::File => &["String"],
        Kind::Object(object) => return vec![object.name.to_owned()],
        Kind::Union(objects) => return objects.iter().map(|object| object.name.to_owned()).collect(),
        Kind::Tagged { name, .. } => return vec![(*name).to_owned()],
        // An album's elements are listed one by one; the animation is not among them, and the simulator refuses it by its own rule.
        Kind::List { of: Kind::Tagged { objects, .. }, .. } => {
            let listed = objects.iter().filter(|(tag, _)| *tag != "animation");
            return listed.map(|(_, object)| format!("Array of {}", object.name)).collect();
        }
        Kind::List { of, .. } => return names(of).into_iter().map(|name| format!("Array of {name}")).collect(),
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}
