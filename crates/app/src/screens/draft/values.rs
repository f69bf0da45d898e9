//! Values and labels in the user's words.

use domain::models::{Input, InputKind, Inputs, Media, Value};

use super::super::Canvas;
use crate::conversation::fields;

/// Telegram draws longer labels cut anyway.
pub(super) const LABEL_MAX: usize = 64;

/// A value in the user's words.
pub(crate) fn shown(canvas: &Canvas<'_>, input: &Input, value: &Value) -> String {
    let words = canvas.words;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).into();
    match value {
        Value::Text(text) => text.clone(),
        Value::Choice(key) => input
            .choice(key)
            .map_or_else(|| key.as_str().to_owned(), |choice| choice.label.get(words.language()).to_owned()),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => words.decimal(&number.to_string()),
        Value::Bool(flag) => words.plain(if *flag { "value-yes" } else { "value-no" }, &[]),
        Value::Media(files) => {
            let key = match &input.kind {
                InputKind::Media(rule) => media_key(rule.media),
                _ => "value-files",
            };
            words.plain(key, &[("n", count(files.len()))])
        }
        Value::Texts(texts) => texts.join(", "),
        Value::Objects(objects) => words.plain("value-items", &[("n", count(objects.len()))]),
        Value::Task(task) => canvas.catalog.model(&task.model).map_or_else(
            || words.plain("value-own-work", &[]),
            |model| words.plain("value-own-work-of", &[("model", model.title.get(words.language()).into())]),
        ),
    }
}

/// A value with all that is in it: the items of a list below each other.
pub(super) fn in_full(canvas: &Canvas<'_>, input: &Input, value: &Value) -> String {
    match value {
        Value::Objects(objects) => {
            let line = |(at, one): (usize, &Inputs)| format!("\n{}. {}", at + 1, item(canvas, input, one));
            objects.iter().enumerate().map(line).collect()
        }
        _ => shown(canvas, input, value),
    }
}

/// An item of a list of objects in one line: its values in the order of the fields.
pub(super) fn item(canvas: &Canvas<'_>, list: &Input, item: &Inputs) -> String {
    let InputKind::Objects(rule) = &list.kind else { return String::new() };
    let values = fields(rule).filter_map(|field| {
        let value = item.get(&field.name).or(field.default.as_ref())?;
        Some(cut(&shown(canvas, field, value), 60))
    });
    let line = values.collect::<Vec<_>>().join(" · ");
    if line.is_empty() { canvas.words.plain("value-unset", &[]) } else { line }
}

const fn media_key(media: Media) -> &'static str {
    match media {
        Media::Image => "value-pictures",
        Media::Video => "value-videos",
        Media::Audio => "value-sounds",
        Media::Document => "value-files",
    }
}

/// Not longer than a button.
pub(super) fn label(text: &str) -> String {
    cut(text, LABEL_MAX)
}

/// The beginning of a text, in so many characters.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
    short.push('…');
    short
}
