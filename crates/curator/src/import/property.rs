//! Bounds of one property, whatever a source calls them: JSON schema's words and the predecessor's.

use super::node::Node;
use super::sheet::Property;

/// The envelope's own fields: no user fills them in.
const TRANSPORT: [&str; 6] = ["callbackurl", "callback", "webhook", "webhookurl", "notifyurl", "apikey"];

/// Whether it belongs to the transport and is no input. `model` does, unless there is something to choose.
pub(super) fn is_transport(property: &Property) -> bool {
    let plain = property.name.replace(['_', '-'], "").to_lowercase();
    TRANSPORT.contains(&plain.as_str()) || (plain == "model" && values(&property.schema).len() < 2)
}

/// What it may be, if the source lists that.
pub(super) fn values(schema: &Node) -> &[Node] {
    match schema.any(&["enum", "values", "options", "choices", "const"]) {
        Some(Node::List(values)) => values,
        Some(one) if schema.get("const").is_some() => std::slice::from_ref(one),
        _ => &[],
    }
}

/// The type's name, `null` aside; none if the source does not say.
pub(super) fn type_name(schema: &Node) -> Option<&str> {
    let named = match schema.get("type")? {
        Node::List(types) => types.iter().filter_map(Node::text).find(|name| *name != "null"),
        other => other.text(),
    }?;
    Some(match named {
        "int" => "integer",
        "float" | "double" => "number",
        "bool" => "boolean",
        "list" => "array",
        "text" | "str" => "string",
        "dict" => "object",
        other => other,
    })
}

/// The schema of the one value that it takes when the source knows alternatives: `null` is none of them.
/// The second part tells whether others were passed over.
pub(super) fn single(schema: &Node) -> (Node, bool) {
    let Some(alternatives) = schema.any(&["anyOf", "oneOf"]) else { return (schema.clone(), false) };
    let mut real: Vec<_> = alternatives.items().iter().filter(|one| type_name(one) != Some("null")).collect();
    let all_values: Vec<_> = real.iter().flat_map(|one| values(one)).cloned().collect();
    let all_listed = !real.is_empty() && real.iter().all(|one| !values(one).is_empty());
    let passed_over = real.len() > 1 && !all_listed;
    // A list of alternatives with something to choose from says more than a free form.
    real.sort_by_key(|one| values(one).is_empty());
    let chosen = real.first().map(|one| one.entries()).unwrap_or_default();
    let mut whole: Vec<_> =
        schema.entries().iter().filter(|(key, _)| !matches!(key.as_str(), "anyOf" | "oneOf")).cloned().collect();
    whole.extend(chosen.iter().filter(|(key, _)| schema.get(key).is_none()).cloned());
    if all_listed {
        whole.retain(|(key, _)| !matches!(key.as_str(), "enum" | "const"));
        whole.push(("enum".to_owned(), Node::List(all_values)));
    }
    (Node::Table(whole), passed_over)
}

pub(super) fn description(schema: &Node) -> &str {
    schema.text_of("description").or_else(|| schema.text_of("help")).unwrap_or_default()
}

pub(super) fn longest(schema: &Node) -> Option<usize> {
    schema.any(&["maxLength", "max_length", "max"]).and_then(Node::size).filter(|length| *length > 0)
}

pub(super) fn shortest(schema: &Node) -> Option<usize> {
    schema.any(&["minLength", "min_length", "min"]).and_then(Node::size)
}

pub(super) fn most_items(schema: &Node) -> Option<usize> {
    schema.any(&["maxItems", "max_items", "max_count"]).and_then(Node::size).filter(|count| *count > 0)
}

pub(super) fn fewest_items(schema: &Node) -> Option<usize> {
    schema.any(&["minItems", "min_items"]).and_then(Node::size).filter(|count| *count > 0)
}

/// The bounds of a number: the lowest, the highest.
pub(super) fn bounds(schema: &Node) -> (Option<&Node>, Option<&Node>) {
    let range = schema.any(&["range"]).map(Node::items).unwrap_or_default();
    let low = schema.any(&["minimum", "min", "minimum_value"]).or_else(|| range.first());
    let high = schema.any(&["maximum", "max", "maximum_value"]).or_else(|| range.get(1));
    (low, high)
}
