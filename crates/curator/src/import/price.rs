//! A price table to be filled in: commented out, since a price that nobody has looked up is none.

use domain::models::{Output, WireValue};

use super::field::{Field, Shape};
use super::sheet::Sheet;
use super::toml_text;

/// What prices usually hang on, the most usual first.
const DECIDING: [&str; 6] = ["resolution", "quality", "image_resolution", "rendering_speed", "mode", "model"];

/// The lines, without their `#`.
pub(super) fn skeleton(sheet: &Sheet, fields: &[Field], output: Output) -> Vec<String> {
    let first = if sheet.prices.is_empty() {
        "REVIEW: the price. The source has none: take it from KIE's price page, a row for each combination that differs."
    } else {
        "REVIEW: the price. These figures are the predecessor's, of 2025 and often estimated: take today's from KIE's price page."
    };
    let mut lines = vec![first.to_owned(), "[model.price]".to_owned(), "date = YYYY-MM-DD".to_owned()];
    lines.push(r#"source = "KIE price page, ...""#.to_owned());
    lines.push("rows = [".to_owned());
    lines.extend(rows(sheet, fields, output).into_iter().map(|row| format!("  {{ {row} }},")));
    lines.push("]".to_owned());
    lines
}

fn rows(sheet: &Sheet, fields: &[Field], output: Output) -> Vec<String> {
    if !sheet.prices.is_empty() {
        return sheet.prices.iter().map(|(name, credits)| known(name, credits, fields, output)).collect();
    }
    let unit = unit(fields, output);
    let deciding = DECIDING.iter().find_map(|name| fields.iter().find(|field| field.name == *name));
    match deciding.map(|field| (&field.name, &field.shape)) {
        Some((name, Shape::Choice(choices))) => {
            choices.iter().map(|choice| format!("{}, credits = 0, {unit}", when(name, choice))).collect()
        }
        _ => vec![format!("credits = 0, {unit}")],
    }
}

/// A price of the predecessor: `1k` is the choice `1K` of some input, `5s` the choice `5` of the length.
fn known(name: &str, credits: &str, fields: &[Field], output: Output) -> String {
    let per = if output == Output::Image { "image" } else { "generation" };
    let price = format!(r#"credits = {credits}, per = "{per}""#);
    let matches = |choice: &WireValue| {
        let choice = choice.to_string().to_lowercase();
        choice == name || name.strip_suffix('s').is_some_and(|length| choice == length)
    };
    let found = fields.iter().find_map(|field| match &field.shape {
        Shape::Choice(choices) => choices.iter().find(|choice| matches(choice)).map(|choice| (&field.name, choice)),
        _ => None,
    });
    match found {
        Some((input, choice)) => format!("{}, {price}", when(input, choice)),
        None => price,
    }
}

fn when(name: &str, choice: &WireValue) -> String {
    format!("when = {{ {name} = {} }}", toml_text::wire(choice))
}

/// How a model of this output is usually billed.
fn unit(fields: &[Field], output: Output) -> &'static str {
    let length = fields.iter().any(|field| {
        let numbers = |choices: &[WireValue]| choices.iter().all(|choice| choice.number().is_some());
        field.name == "duration"
            && match &field.shape {
                Shape::Integer { .. } | Shape::Number { .. } => true,
                Shape::Choice(choices) => numbers(choices),
                _ => false,
            }
    });
    match output {
        Output::Image => r#"per = "image""#,
        Output::Video | Output::Audio if length => r#"per = "second", seconds = "duration""#,
        _ => r#"per = "generation""#,
    }
}
