//! Writing the few forms of TOML that a catalog file needs.

use domain::models::{Localized, WireValue};

/// A basic string in quotes.
pub(super) fn text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// What follows a `#`: one line, without the letters that TOML forbids there.
pub(super) fn comment(text: &str) -> String {
    text.split_whitespace().map(|word| word.replace(char::is_control, "")).collect::<Vec<_>>().join(" ")
}

/// `{ ru = "...", en = "..." }`.
pub(super) fn localized(words: &Localized) -> String {
    format!("{{ ru = {}, en = {} }}", text(&words.ru), text(&words.en))
}

/// A value of exactly this wire type: a decimal keeps its point.
pub(super) fn wire(value: &WireValue) -> String {
    match value {
        WireValue::Text(words) => text(words),
        WireValue::Integer(integer) => integer.to_string(),
        WireValue::Decimal(decimal) => {
            let digits = decimal.to_string();
            if digits.contains('.') { digits } else { format!("{digits}.0") }
        }
        WireValue::Bool(flag) => flag.to_string(),
    }
}

/// `["a", "b"]`.
pub(super) fn texts<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", all.into_iter().map(text).collect::<Vec<_>>().join(", "))
}
