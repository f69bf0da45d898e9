//! What stands in the cells: what a model takes, what its price is made of, how long it takes. Plain words, escaped by the caller.

use std::fmt;
use std::time::Duration;

use domain::models::{Input, InputKind, Inputs, Model, Per, PriceTable, Row};
use domain::money::Credits;

/// Credits shown as the dollars that KIE takes for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Dollars(pub(super) Credits);

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A decimal of six digits is what credits are kept as; rounded up, as every cost is.
        match self.0.checked_ratio(5, 1000) {
            Ok(dollars) => dollars.fmt(f),
            Err(_) => f.write_str("?"),
        }
    }
}

/// `14–67`, or one figure if both are the same.
pub(super) fn from_to<T: fmt::Display + PartialEq>(low: T, high: T) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

/// What must be given, what files may be given, and how many settings there are:
/// `prompt, source photos (1–10); optional: mask; 4 settings`.
pub(super) fn takes(model: &Model) -> String {
    let empty = Inputs::new();
    let must: Vec<_> = model.open_inputs(&empty).filter(|input| input.must_be_asked()).collect();
    let is_must = |input: &Input| must.iter().any(|must| must.name == input.name);
    let rest: Vec<_> = model.inputs().iter().filter(|input| !input.is_fixed() && !is_must(input)).collect();
    // Where nothing is a must by itself, one of the optional ones is: its texts are worth naming then.
    let worth_naming = |input: &&Input| match input.kind {
        InputKind::Media(_) | InputKind::Task(_) => true,
        InputKind::Text(rule) => must.is_empty() && rule.multiline,
        _ => false,
    };
    let (optional, settings): (Vec<_>, Vec<_>) = rest.into_iter().partition(worth_naming);
    let named = |inputs: &[&Input]| inputs.iter().map(|input| name(input)).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    if !must.is_empty() {
        parts.push(named(&must));
    }
    if !optional.is_empty() {
        parts.push(format!("optional: {}", named(&optional)));
    }
    match settings.len() {
        0 => {}
        1 => parts.push("1 setting".to_owned()),
        count => parts.push(format!("{count} settings")),
    }
    parts.join("; ")
}

/// The English title, as a word within a sentence, with how many files or choices.
fn name(input: &Input) -> String {
    let title = lower_first(&input.title.en);
    match &input.kind {
        InputKind::Media(rule) if rule.max_items > 1 => {
            format!("{title} ({})", from_to(rule.min_items, rule.max_items))
        }
        InputKind::Choice(choices) if choices.len() > 1 => format!("{title} ({} choices)", choices.len()),
        _ => title,
    }
}

/// Abbreviations keep their capitals.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}

/// The units with their prices: `14–67 per second`, then what is added: `+ 0.5 per input image`.
pub(super) fn counted(prices: &PriceTable) -> String {
    let mut words = by_unit(prices.rows());
    words.extend(by_unit(prices.surcharges()).into_iter().map(|word| format!("+ {word}")));
    words.join(", ").replace(", +", " +")
}

fn by_unit(rows: &[Row]) -> Vec<String> {
    let units = Per::ALL.iter().filter_map(|per| {
        let credits = || rows.iter().filter(|row| row.per == *per).map(|row| row.credits);
        let (low, high) = (credits().min()?, credits().max()?);
        Some(format!("{} per {per}", from_to(low, high)))
    });
    units.collect()
}

/// `40 s`, `2 min`, `2 min 30 s`.
pub(super) fn time(usual: Duration) -> String {
    match (usual.as_secs() / 60, usual.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_exact_and_a_range_of_one_is_one_figure() {
        let credits = |text: &str| text.parse::<Credits>().expect("a decimal");
        assert_eq!(Dollars(credits("1")).to_string(), "0.005");
        assert_eq!(Dollars(credits("0.036")).to_string(), "0.00018");
        assert_eq!(Dollars(Credits::from_raw(1)).to_string(), "0.000001", "never rounded down to nothing");
        assert_eq!(from_to(Dollars(credits("14")), Dollars(credits("1005"))), "0.07–5.025");
        assert_eq!(from_to(credits("4"), credits("4")), "4");
    }

    #[test]
    fn times_read_as_people_say_them() {
        let told = [20, 60, 150].map(|seconds| time(Duration::from_secs(seconds)));
        assert_eq!(told, ["20 s", "1 min", "2 min 30 s"]);
    }

    #[test]
    fn a_title_within_a_sentence_keeps_its_abbreviation() {
        assert_eq!(lower_first("Source photos"), "source photos");
        assert_eq!(lower_first("ID of the voice"), "ID of the voice");
        assert_eq!(lower_first(""), "");
    }
}
