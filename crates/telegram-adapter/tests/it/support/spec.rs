//! The published specification of the Bot API, if it lies beside the workspace: is every call that we make in it?

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Map, Value};

/// What we send and the stored specification (10.1) does not know yet: owner and field. Empty = we use nothing newer.
const NEWER: [(&str, &str); 0] = [];

/// Names in a type that are no type of an object.
const SCALARS: [&str; 6] = ["Integer", "String", "Boolean", "Float", "True", "InputFile"];

fn specification() -> Option<&'static Value> {
    static SPECIFICATION: OnceLock<Option<Value>> = OnceLock::new();
    SPECIFICATION
        .get_or_init(|| {
            let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/facts/telegram-bot-api.json");
            match std::fs::read(&path) {
                Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("the specification is JSON")),
                Err(error) => {
                    eprintln!(
                        "\n*** NOT CHECKED: no published specification at {} ({error}): the calls of these tests were compared with the \
                         simulator's table only ***\n",
                        path.display()
                    );
                    None
                }
            }
        })
        .as_ref()
}

/// Panics unless the call keeps to the specification; passes, loudly, if there is none.
pub(crate) fn assert_call(method: &str, params: &Value, files: &[&str]) {
    let Some(specification) = specification() else { return };
    let found = problems(specification, method, params, files);
    assert!(found.is_empty(), "`{method}` breaks the published specification: {found:#?}");
}

fn problems(specification: &Value, method: &str, params: &Value, files: &[&str]) -> Vec<String> {
    let Some(known) = specification["methods"].get(method) else { return vec![format!("no method `{method}`")] };
    let empty = Map::new();
    let params = params.as_object().unwrap_or(&empty);
    let mut found = object_problems(specification, method, &known["fields"], params, files);
    let text = Value::Object(params.clone()).to_string();
    for file in files {
        let is_parameter = fields(&known["fields"]).any(|field| field["name"] == **file);
        // In a multipart body the JSON of a list is a text within the JSON of the parameters.
        if !is_parameter && !text.contains(&format!("attach://{file}")) {
            found.push(format!("file `{file}` is named by nothing"));
        }
    }
    found
}

fn fields(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn object_problems(
    specification: &Value,
    owner: &str,
    known: &Value,
    given: &Map<String, Value>,
    files: &[&str],
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in given {
        match fields(known).find(|field| field["name"] == **name) {
            None if NEWER.contains(&(owner, name.as_str())) => {}
            None => found.push(format!("`{owner}` has no field `{name}`")),
            Some(field) => {
                let types: Vec<&str> = fields(&field["types"]).filter_map(Value::as_str).collect();
                if !types.iter().any(|kind| fits(specification, kind, value)) {
                    found.push(format!("`{owner}.{name}` is {value}, wanted is one of {types:?}"));
                }
            }
        }
    }
    for field in fields(known).filter(|field| field["required"] == true) {
        let name = field["name"].as_str().unwrap_or_default();
        if !given.contains_key(name) && !files.contains(&name) {
            found.push(format!("`{owner}` lacks `{name}`"));
        }
    }
    found
}

fn fits(specification: &Value, kind: &str, value: &Value) -> bool {
    // In a multipart body everything is a text; what is no text there is JSON.
    let parsed = value.as_str().filter(|_| kind != "String").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let value = parsed.as_ref().unwrap_or(value);
    if let Some(element) = kind.strip_prefix("Array of ") {
        let list = value.as_array();
        return list.is_some_and(|list| list.iter().all(|value| fits_any(specification, element, value)));
    }
    match kind {
        "Integer" => value.is_i64(),
        "Float" => value.is_number(),
        "Boolean" | "True" => value.is_boolean(),
        "String" | "InputFile" => value.is_string(),
        name => {
            let Some(known) = specification["types"].get(name) else { return false };
            let subtypes: Vec<&str> = fields(&known["subtypes"]).filter_map(Value::as_str).collect();
            let Some(object) = value.as_object() else { return false };
            if subtypes.is_empty() {
                object_problems(specification, name, &known["fields"], object, &[]).is_empty()
            } else {
                subtypes.iter().any(|name| fits(specification, name, value))
            }
        }
    }
}

/// An array's elements may be of several types, each named by its own entry: `Array of InputMediaPhoto`, `Array of InputMediaVideo`.
fn fits_any(specification: &Value, element: &str, value: &Value) -> bool {
    if SCALARS.contains(&element) || element.starts_with("Array of ") {
        return fits(specification, element, value);
    }
    let is_media = element.starts_with("InputMedia");
    let others = ["InputMediaPhoto", "InputMediaVideo", "InputMediaAudio", "InputMediaDocument"];
    fits(specification, element, value) || (is_media && others.iter().any(|name| fits(specification, name, value)))
}

#[test]
fn the_check_finds_wrong_names_missing_ones_and_wrong_types() {
    use serde_json::json;
    let Some(specification) = specification() else { return };
    let check = |method: &str, params: Value, files: &[&str]| problems(specification, method, &params, files).len();
    assert_eq!(check("sendMessage", json!({"chat_id": 1, "text": "x"}), &[]), 0);
    assert_eq!(check("sendMessag", json!({}), &[]), 1);
    assert_eq!(check("sendMessage", json!({"chat_id": 1}), &[]), 1);
    assert_eq!(check("sendMessage", json!({"chat_id": 1, "text": 5}), &[]), 1);
    assert_eq!(check("sendMessage", json!({"chat_id": 1, "text": "x", "caption": "x"}), &[]), 1);
    let keyboard = |button: Value| json!({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}});
    assert_eq!(check("sendMessage", keyboard(json!({"text": "a", "callback_data": "1m", "style": "danger"})), &[]), 0);
    assert_eq!(check("sendMessage", keyboard(json!({"text": "a", "data": "1m"})), &[]), 1);
    assert_eq!(check("sendPhoto", json!({"chat_id": "1"}), &["photo"]), 0);
    assert_eq!(check("sendPhoto", json!({"chat_id": "1"}), &["picture"]), 2);
    let album = json!({"chat_id": "1", "media": "[{\"type\":\"photo\",\"media\":\"attach://f0\"},{\"type\":\"video\",\"media\":\"x\"}]"});
    assert_eq!(check("sendMediaGroup", album, &["f0"]), 0);
    for (owner, field) in NEWER {
        let known = specification["types"].get(owner).or_else(|| specification["methods"].get(owner));
        let is_known = known.is_some_and(|known| fields(&known["fields"]).any(|known| known["name"] == field));
        assert!(!is_known, "`{owner}.{field}` is in the specification now: take it off the list");
    }
}
