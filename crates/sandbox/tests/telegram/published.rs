//! The simulator's table against the published specification of the Bot API, where that is at hand.

use std::collections::BTreeSet;

use sandbox::telegram::spec::{Kind, METHODS, Object, Parameter};
use serde_json::Value;

const SPECIFICATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/telegram-bot-api.json");

#[test]
fn every_name_type_and_requirement_of_the_table_is_published() {
    let Ok(text) = std::fs::read_to_string(SPECIFICATION) else {
        println!("NOT CHECKED: the published specification is missing at {SPECIFICATION}");
        return;
    };
    let specification: Value = serde_json::from_str(&text).expect("JSON");
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
