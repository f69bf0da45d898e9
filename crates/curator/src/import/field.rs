//! From a property in the source's words to an input in the catalog's: its type, its bounds, its default, and what is left to decide.

use domain::models::{ChoiceKey, Decimal, WireValue};

use super::files::{Files, files, name_parts};
use super::node::{Node, whole};
use super::sheet::Property;
use super::{numbers, property, prose};

/// One input of the draft.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) shape: Shape,
    pub(super) default: Option<WireValue>,
    /// What a person has to decide about it.
    pub(super) reviews: Vec<String>,
}

/// What it takes.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Text { min_length: usize, max_length: usize },
    Choice(Vec<WireValue>),
    Integer { min: i64, max: i64, step: i64, usual: Vec<i64>, as_text: bool },
    Number { min: Decimal, max: Decimal, step: Option<Decimal> },
    Bool,
    Files(Files),
    Texts { max_items: usize, max_length: usize },
    Objects { min_items: usize, max_items: usize, fields: Vec<Field> },
    Task,
    Fixed(WireValue),
}

/// A text whose length nobody bounds: one message of the chat.
const MESSAGE: usize = 4096;
/// A list whose length nobody bounds: one album.
const ALBUM: usize = 10;

/// The inputs of these properties, and what was left out, with the reason.
pub(super) fn fields(properties: &[Property], within_objects: bool) -> (Vec<Field>, Vec<String>) {
    let (mut fields, mut left_out) = (Vec::new(), Vec::new());
    for property in properties {
        match field(property, within_objects) {
            Ok(mut field) => {
                let others = properties.iter().filter(|other| other.name != property.name);
                let tied = others.filter(|other| prose::mentions(property::description(&property.schema), &other.name));
                let tied: Vec<_> = tied.map(|other| format!("`{}`", other.name)).collect();
                if !tied.is_empty() {
                    field.reviews.push(format!(
                        "its description speaks of {}: tie them by `when` or `rules` if one hangs on the other",
                        tied.join(", ")
                    ));
                }
                fields.push(field);
            }
            Err(reason) => left_out.push(format!("`{}` is left out: {reason}", property.name)),
        }
    }
    (fields, left_out)
}

fn field(property: &Property, within_objects: bool) -> Result<Field, String> {
    let (schema, passed_over) = property::single(&property.schema);
    let mut reviews = property.reviews.clone();
    if schema.get("deprecated").and_then(Node::flag) == Some(true) {
        return Err("the source calls it deprecated".to_owned());
    }
    if passed_over {
        reviews.push("the source allows values of several kinds; this is one of them".to_owned());
    }
    let shape = shape(&property.name, &schema, within_objects, &mut reviews)?;
    samples_agree(&shape, &property.samples, &mut reviews);
    let default = default(&shape, &schema, &mut reviews);
    Ok(Field { name: property.name.clone(), required: property.required, shape, default, reviews })
}

fn shape(name: &str, schema: &Node, within_objects: bool, reviews: &mut Vec<String>) -> Result<Shape, String> {
    let declared = property::type_name(schema);
    let values = property::values(schema);
    if !values.is_empty() && declared != Some("array") {
        return choice(declared, values, reviews);
    }
    let declared = declared.or_else(|| {
        let shown = schema.any(&["default", "example"]).map(Node::type_name);
        shown.or_else(|| schema.get("items").map(|_| "array")).or_else(|| schema.get("properties").map(|_| "object"))
    });
    match declared {
        Some("boolean") => Ok(Shape::Bool),
        Some("integer") => Ok(numbers::integer(name, schema, reviews)),
        Some("number") => Ok(numbers::number(name, schema, reviews)),
        Some("string") if is_task(name, schema) => Ok(Shape::Task),
        Some("string") => Ok(files(name, schema, false, reviews).map_or_else(|| text(schema, reviews), Shape::Files)),
        Some("array") => list(name, schema, within_objects, reviews),
        Some("object") => {
            Err("an object of its own is no input of the catalog; if it is constant, write it as `fixed`".to_owned())
        }
        Some(other) => Err(format!("its type `{other}` is not known")),
        None => Err("the source gives it no type".to_owned()),
    }
}

fn is_task(name: &str, schema: &Node) -> bool {
    let parts = name_parts(name);
    let ends = |words: [&str; 2]| parts.ends_with(&words.map(str::to_owned));
    let told = property::description(schema).to_lowercase().replace([' ', '_'], "");
    (ends(["task", "id"]) || parts == ["taskid"]) && (told.is_empty() || told.contains("task"))
}

fn text(schema: &Node, reviews: &mut Vec<String>) -> Shape {
    let stated = property::longest(schema).or_else(|| prose::characters(property::description(schema)));
    if stated.is_none() {
        reviews.push("the source gives no length; one message of the chat is ours".to_owned());
    }
    let max_length = stated.unwrap_or(MESSAGE);
    let min_length = property::shortest(schema).filter(|shortest| *shortest > 1 && *shortest <= max_length);
    Shape::Text { min_length: min_length.unwrap_or(0), max_length }
}

fn list(name: &str, schema: &Node, within_objects: bool, reviews: &mut Vec<String>) -> Result<Shape, String> {
    let items = schema.get("items").map(|items| property::single(items).0);
    let item_type =
        items.as_ref().and_then(property::type_name).or_else(|| schema.any(&["item_type"]).and_then(Node::text));
    let described = items.as_ref().is_some_and(|items| items.get("properties").is_some());
    if item_type == Some("object") || described {
        return objects(schema, items.as_ref(), within_objects, reviews);
    }
    if !matches!(item_type, None | Some("string")) {
        return Err(format!("a list of `{}` is no input of the catalog", item_type.unwrap_or_default()));
    }
    if let Some(files) = files(name, schema, true, reviews) {
        return Ok(Shape::Files(files));
    }
    if items.as_ref().is_some_and(|items| !property::values(items).is_empty()) {
        reviews.push(
            "several of a list of values: the catalog has no such input, and typed texts let every value through"
                .to_owned(),
        );
    }
    let told = property::description(schema);
    let max_items = property::most_items(schema).or_else(|| prose::items(told));
    let length = items.as_ref().and_then(property::longest).or_else(|| prose::characters(told));
    if max_items.is_none() || length.is_none() {
        reviews.push("the source does not bound the list or its texts: check `max_items` and `max_length`".to_owned());
    }
    Ok(Shape::Texts { max_items: max_items.unwrap_or(ALBUM), max_length: length.unwrap_or(MESSAGE) })
}

fn objects(
    schema: &Node,
    items: Option<&Node>,
    within_objects: bool,
    reviews: &mut Vec<String>,
) -> Result<Shape, String> {
    if within_objects {
        return Err("a list of objects within objects is no input of the catalog".to_owned());
    }
    let items = items.ok_or("the source does not say what its objects hold")?;
    let required: Vec<_> =
        items.get("required").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
    let one = |(name, schema): &(String, Node)| Property {
        name: name.trim().to_owned(),
        required: required.contains(&name.as_str()),
        schema: schema.clone(),
        samples: Vec::new(),
        reviews: Vec::new(),
    };
    let properties: Vec<_> = items
        .get("properties")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(one)
        .filter(|property| !property::is_transport(property))
        .collect();
    let (fields, left_out) = fields(&properties, true);
    reviews.extend(left_out);
    if fields.is_empty() {
        return Err("nothing of its objects can be asked for".to_owned());
    }
    let stated = property::most_items(schema).or_else(|| prose::items(property::description(schema)));
    if stated.is_none() {
        reviews.push("the source does not say how many: check `max_items`".to_owned());
    }
    let max_items = stated.unwrap_or(ALBUM);
    let min_items = property::fewest_items(schema).filter(|fewest| *fewest > 1 && *fewest <= max_items).unwrap_or(1);
    Ok(Shape::Objects { min_items, max_items, fields })
}

/// One of several, each with its exact wire value; one of one is a constant, many numbers in even steps are a number.
fn choice(declared: Option<&str>, values: &[Node], reviews: &mut Vec<String>) -> Result<Shape, String> {
    let mut wires: Vec<WireValue> = Vec::new();
    let fractions = values.iter().any(|value| value.decimal().is_some_and(|value| whole(value).is_none()));
    for value in values.iter().filter(|value| **value != Node::Null) {
        let Some(wire) = wire(declared, value, fractions) else {
            reviews.push(format!(
                "a value that is a {} does not fit among the choices and is left out",
                value.type_name()
            ));
            continue;
        };
        let key = wire.to_string();
        if key.trim().is_empty() || key.len() > ChoiceKey::BYTES_MAX {
            reviews
                .push(format!("the choice `{key}` is left out: a button carries 1 to {} bytes", ChoiceKey::BYTES_MAX));
        } else if wires.first().is_some_and(|first| std::mem::discriminant(first) != std::mem::discriminant(&wire)) {
            reviews.push(format!("the choice `{key}` has another type than the first one and is left out"));
        } else if !wires.contains(&wire) {
            wires.push(wire);
        }
    }
    let said_otherwise = match declared {
        Some("string") => {
            values.iter().any(|value| matches!(value, Node::Integer(_) | Node::Number(_) | Node::Bool(_)))
        }
        Some("integer" | "number") => values.iter().any(|value| matches!(value, Node::Text(_))),
        _ => false,
    };
    if said_otherwise {
        reviews.push(
            "the declared type and the listed values disagree; the declared type is taken, prove it with a request"
                .to_owned(),
        );
    }
    match wires.as_slice() {
        [] => Err("none of its choices fits a button".to_owned()),
        [only] => {
            reviews.push("the source allows this one value".to_owned());
            Ok(Shape::Fixed(only.clone()))
        }
        [WireValue::Bool(_), ..] => Ok(Shape::Bool),
        _ => Ok(numbers::progression(&wires, reviews).unwrap_or(Shape::Choice(wires))),
    }
}

/// A value in the declared type; without one, in its own.
fn wire(declared: Option<&str>, value: &Node, fractions: bool) -> Option<WireValue> {
    let number = |value: &Node| {
        let decimal = value.decimal()?;
        if fractions { Some(WireValue::Decimal(decimal)) } else { whole(decimal).map(WireValue::Integer) }
    };
    match (declared, value) {
        (Some("integer" | "number"), _) => number(value),
        (Some("boolean"), Node::Bool(flag)) => Some(WireValue::Bool(*flag)),
        (Some("string"), Node::Integer(integer)) => Some(WireValue::Text(integer.to_string())),
        (Some("string"), Node::Number(digits)) => Some(WireValue::Text(digits.clone())),
        (Some("string"), Node::Bool(flag)) => Some(WireValue::Text(flag.to_string())),
        (_, Node::Text(text)) => Some(WireValue::Text(text.clone())),
        (_, Node::Integer(_) | Node::Number(_)) => number(value),
        (_, Node::Bool(flag)) => Some(WireValue::Bool(*flag)),
        _ => None,
    }
}

/// A default, if it is something that could be chosen. Texts, links and lists of samples are other people's.
fn default(shape: &Shape, schema: &Node, reviews: &mut Vec<String>) -> Option<WireValue> {
    let default = schema.get("default").filter(|default| **default != Node::Null)?;
    let fits = match shape {
        Shape::Bool => default.flag().map(WireValue::Bool),
        Shape::Choice(choices) => {
            let same = |choice: &&WireValue| match default {
                Node::Text(text) => **text == choice.to_string(),
                other => other.decimal().is_some() && other.decimal() == choice.number(),
            };
            choices.iter().find(same).cloned()
        }
        Shape::Integer { min, max, step, .. } => {
            let on_step = |value: &i64| value.checked_sub(*min).is_some_and(|above| above % step == 0);
            let fitting = |value: &i64| (*min..=*max).contains(value) && on_step(value);
            default.integer().filter(fitting).map(WireValue::Integer)
        }
        Shape::Number { min, max, step } => {
            let above = |value: &Decimal| value.raw().checked_sub(min.raw());
            let on_step =
                |value: &Decimal| step.is_none_or(|step| above(value).is_some_and(|above| above % step.raw() == 0));
            let fitting = |value: &Decimal| (*min..=*max).contains(value) && on_step(value);
            default.decimal().filter(fitting).map(WireValue::Decimal)
        }
        Shape::Text { .. }
        | Shape::Files(_)
        | Shape::Texts { .. }
        | Shape::Objects { .. }
        | Shape::Task
        | Shape::Fixed(_) => {
            return None;
        }
    };
    if fits.is_none() {
        reviews.push("the source's default is nothing that could be chosen, and is left out".to_owned());
    }
    fits
}

/// Points at samples that send another type than the schema says: one of the two is wrong, and KIE refuses it.
fn samples_agree(shape: &Shape, samples: &[Node], reviews: &mut Vec<String>) {
    let wanted: &[&str] = match shape {
        Shape::Choice(choices) => match choices.first() {
            Some(WireValue::Text(_)) => &["string"],
            _ => &["integer", "number"],
        },
        Shape::Integer { as_text: true, .. } | Shape::Text { .. } | Shape::Task => &["string"],
        Shape::Integer { .. } | Shape::Number { .. } => &["integer", "number"],
        Shape::Bool => &["boolean"],
        Shape::Files(files) if !files.list => &["string"],
        Shape::Files(_) | Shape::Texts { .. } | Shape::Objects { .. } => &["array"],
        Shape::Fixed(_) => return,
    };
    let other = samples.iter().map(Node::type_name).find(|name| *name != "null" && !wanted.contains(name));
    if let Some(other) = other {
        reviews.push(format!(
            "the sample request sends type {other} where the schema says {}: prove it with a request",
            wanted[0]
        ));
    }
}
