//! Checks one `input` object against its model: what is refused, with which words, and what is dropped without a word.

use serde_json::{Map, Value};

use super::schema::{Field, FieldKind, ModelSchema};

/// Which code KIE puts on a refused input; the two styles were both seen in 2026, so a client must cope with either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefusalStyle {
    /// 422 as documented, but 500 for a value outside its list, as recorded.
    #[default]
    Mixed,
    /// Everything about inputs is a 500 with a telling text, as recorded by most clients from April 2026 on.
    AllAs500,
}

/// The answer to an input that is not taken: the body's `code` and `msg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) msg: String,
}

impl Refusal {
    pub(super) fn new(code: i64, msg: impl Into<String>) -> Self {
        Self { code, msg: msg.into() }
    }
}

/// An input that is taken.
#[derive(Debug)]
pub(super) struct Accepted {
    /// The fields that the model knows.
    pub(super) input: Map<String, Value>,
    /// Names of the others: KIE ignores them silently, which is how a wrongly named photo is lost.
    pub(super) dropped: Vec<String>,
}

/// Splits `input` into known and dropped fields, or refuses it: for the first field that is wrong, in the schema's order, or for
/// fields that do not go together.
pub(super) fn check(
    schema: &ModelSchema,
    input: &Map<String, Value>,
    style: RefusalStyle,
) -> Result<Accepted, Refusal> {
    let mut known = Map::new();
    for field in &schema.inputs {
        // An explicit null is the same as no value; an empty text of a required field too.
        match input.get(&field.name).filter(|value| !value.is_null()) {
            Some(value) if !(field.required && value.as_str() == Some("")) => {
                if let Some(problem) = problem(field, value) {
                    return Err(problem.refusal(field, style));
                }
                known.insert(field.name.clone(), value.clone());
            }
            _ if field.required => return Err(Problem::Missing.refusal(field, style)),
            _ => {}
        }
    }
    if let Some(msg) = schema.refused_together(&known) {
        return Err(Refusal::new(if style == RefusalStyle::AllAs500 { 500 } else { 422 }, msg));
    }
    let dropped = input.keys().filter(|name| schema.inputs.iter().all(|field| field.name != **name)).cloned().collect();
    Ok(Accepted { input: known, dropped })
}

enum Problem {
    Missing,
    NotAnOption,
    TooLong,
    Is(&'static str),
}

impl Problem {
    fn refusal(self, field: &Field, style: RefusalStyle) -> Refusal {
        let name = &field.name;
        let (code, msg) = match self {
            // Recorded by several clients, June to October 2026, with code 500.
            Self::Missing => (422, format!("{name} is required")),
            // Recorded, same clients; always with code 500.
            Self::NotAnOption => (500, format!("{name} is not within the range of allowed options")),
            // Recorded in August 2026 with code 500; docs.kie.ai lists 422 for it.
            Self::TooLong => (422, "The text length cannot exceed the maximum limit".to_owned()),
            // The wording of these is the simulator's own: no recording was found.
            Self::Is(what) => (422, format!("{name} {what}")),
        };
        Refusal::new(if style == RefusalStyle::AllAs500 { 500 } else { code }, msg)
    }
}

fn problem(field: &Field, value: &Value) -> Option<Problem> {
    match field.kind {
        FieldKind::String => match value.as_str() {
            None => Some(Problem::Is("must be a string")),
            Some(text) => length_problem(field, text.chars().count()),
        },
        FieldKind::Enum => (!field.values.contains(value)).then_some(Problem::NotAnOption),
        FieldKind::Bool => (!value.is_boolean()).then_some(Problem::Is("must be a boolean")),
        FieldKind::Number => match value.as_f64() {
            None => Some(Problem::Is("must be a number")),
            Some(number) => range_problem(field, number),
        },
        FieldKind::Integer => match value.as_f64().filter(|_| value.is_i64() || value.is_u64()) {
            None => Some(Problem::Is("must be an integer")),
            Some(number) => range_problem(field, number),
        },
        FieldKind::ImageUrl => match value.as_str() {
            None => Some(Problem::Is("must be a string")),
            Some(link) => (!is_link(link)).then_some(Problem::Is("is not a valid url")),
        },
        FieldKind::ImageUrls => match value.as_array() {
            None => Some(Problem::Is("must be an array")),
            Some(items) if !items.iter().all(|item| item.as_str().is_some_and(is_link)) => {
                Some(Problem::Is("has an item that is not a valid url"))
            }
            Some(items) if items.is_empty() && field.required => Some(Problem::Missing),
            Some(items) => count_problem(field, items.len()),
        },
        FieldKind::StringList => match value.as_array() {
            None => Some(Problem::Is("must be an array")),
            Some(items) => count_problem(field, items.len()),
        },
    }
}

fn length_problem(field: &Field, letters: usize) -> Option<Problem> {
    if field.max_length.is_some_and(|max| letters > max) {
        return Some(Problem::TooLong);
    }
    field.min_length.is_some_and(|min| letters < min).then_some(Problem::Is("is too short"))
}

fn range_problem(field: &Field, number: f64) -> Option<Problem> {
    let below = field.min.is_some_and(|min| number < min);
    let above = field.max.is_some_and(|max| number > max);
    (below || above).then_some(Problem::NotAnOption)
}

fn count_problem(field: &Field, count: usize) -> Option<Problem> {
    if field.max_items.is_some_and(|max| count > max) {
        return Some(Problem::Is("has too many items"));
    }
    field.min_items.is_some_and(|min| count < min).then_some(Problem::Is("has too few items"))
}

fn is_link(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}
