//! Inputs that are numbers: their bounds from the schema, else from the description's words, else placeholders that say so.

use domain::models::{Decimal, WireValue};

use super::field::Shape;
use super::files::name_parts;
use super::node::{Node, whole};
use super::{property, prose};

/// Fewer numbers than these are buttons; more of them in even steps are a number.
const BUTTONS_MAX: usize = 8;
/// A number whose highest value nobody says.
const UNBOUNDED: i64 = 100;

pub(super) fn integer(name: &str, schema: &Node, reviews: &mut Vec<String>) -> Shape {
    let (low, high) = property::bounds(schema);
    let told = prose::whole_range(property::description(schema));
    let default = schema.get("default").and_then(Node::integer);
    let (low, high) = (low.and_then(Node::integer), high.and_then(Node::integer));
    if (low.is_none() && told.0.is_some()) || (high.is_none() && told.1.is_some()) {
        reviews.push("the bounds are read from the description's words: check them".to_owned());
    }
    let (low, high) = (low.or(told.0), high.or(told.1));
    let seed = name_parts(name).iter().any(|part| part == "seed");
    if low.is_none() || high.is_none() {
        let ours = if seed { "those of a 32-bit number stand in" } else { "these are placeholders" };
        reviews.push(format!("the source does not bound it on both sides; {ours}"));
    }
    let min = low.unwrap_or_else(|| if seed { 0 } else { default.unwrap_or(1).min(1) });
    let most = if seed { i64::from(i32::MAX) } else { default.unwrap_or(UNBOUNDED).max(UNBOUNDED) };
    let max = high.unwrap_or(most).max(min);
    let step = schema.get("multipleOf").and_then(Node::integer).filter(|step| *step > 0).unwrap_or(1);
    Shape::Integer { min, max, step, usual: Vec::new(), as_text: false }
}

pub(super) fn number(name: &str, schema: &Node, reviews: &mut Vec<String>) -> Shape {
    let description = property::description(schema);
    let stated = schema.get("multipleOf").and_then(Node::decimal).filter(|step| step.raw() > 0);
    let step = stated.or_else(|| prose::step(description));
    if step.is_some_and(|step| whole(step).is_some()) {
        // Whole steps from a whole number: JSON knows one kind of number, so `5` is right on the wire.
        return integer(name, schema, reviews);
    }
    let (low, high) = property::bounds(schema);
    let (low, high) = (low.and_then(Node::decimal), high.and_then(Node::decimal));
    let told = prose::range(description);
    if (low.is_none() && told.0.is_some()) || (high.is_none() && told.1.is_some()) {
        reviews.push("the bounds are read from the description's words: check them".to_owned());
    }
    let (low, high) = (low.or(told.0), high.or(told.1));
    if low.is_none() || high.is_none() {
        reviews.push("the source does not bound it on both sides; these are placeholders".to_owned());
    }
    let default = schema.get("default").and_then(Node::decimal).unwrap_or_default();
    let one = Decimal::from_integer(1).unwrap_or_default();
    let min = low.unwrap_or_else(|| default.min(Decimal::default()));
    let max = high.unwrap_or_else(|| default.max(one)).max(min);
    if step.is_none() && [min, max, default].into_iter().all(|bound| whole(bound).is_some()) {
        reviews.push("only whole numbers? Then it is an `integer`".to_owned());
    }
    Shape::Number { min, max, step }
}

/// `3, 4, 5 ... 15` as a number with its exact type on the wire.
pub(super) fn progression(wires: &[WireValue], reviews: &mut Vec<String>) -> Option<Shape> {
    if wires.len() <= BUTTONS_MAX {
        return None;
    }
    let as_text = matches!(wires[0], WireValue::Text(_));
    let numbers: Option<Vec<i64>> = wires
        .iter()
        .map(|wire| match wire {
            WireValue::Integer(integer) => Some(*integer),
            WireValue::Text(text) => text.parse().ok().filter(|number: &i64| number.to_string() == *text),
            _ => None,
        })
        .collect();
    let numbers = numbers?;
    let step = numbers[1].checked_sub(numbers[0])?;
    if step <= 0 || numbers.windows(2).any(|pair| pair[1].checked_sub(pair[0]) != Some(step)) {
        return None;
    }
    reviews.push("the source lists every value; which of them deserve a button?".to_owned());
    let (min, max) = (numbers[0], numbers[numbers.len() - 1]);
    Some(Shape::Integer { min, max, step, usual: vec![min, numbers[numbers.len() / 2], max], as_text })
}
