//! A choice by its name: whoever knows which voice they want writes it, and a slip of a finger is forgiven.

use domain::models::{Choice, Value};

/// A name may be given by so many first letters.
const PREFIX_MIN: usize = 3;
/// From so many letters one slip is forgiven; fewer would fit too much.
const ONE_SLIP_MIN: usize = 4;
/// From so many letters two slips are forgiven.
const TWO_SLIPS_MIN: usize = 8;
/// No name is longer; what is compares slowly for nothing.
const LETTERS_MAX: usize = 80;

/// The choice that these words name, if they name exactly one.
pub(super) fn find(choices: &[Choice], text: &str) -> Option<Value> {
    let wanted = plain(text);
    let letters = wanted.chars().count();
    if letters == 0 || letters > LETTERS_MAX {
        return None;
    }
    let fits: [&dyn Fn(&str) -> bool; 3] =
        [&|name| name == wanted, &|name| letters >= PREFIX_MIN && name.starts_with(&wanted), &|name| {
            is_slip(name, &wanted, letters)
        }];
    for fits in fits {
        let mut named = choices.iter().filter(|choice| names(choice).iter().any(|name| fits(name)));
        match (named.next(), named.next()) {
            (Some(choice), None) => return Some(Value::Choice(choice.key.clone())),
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
    }
    None
}

/// What a choice may be called: its labels, the names that they begin with (`James` of `James: husky and bold`), its key.
fn names(choice: &Choice) -> Vec<String> {
    let labels = [choice.label.ru.as_str(), choice.label.en.as_str()];
    let first = labels.map(|label| label.split([':', ',', '(', '—', '–', '·']).next().unwrap_or(label));
    let mut names: Vec<String> = labels.iter().chain(&first).map(|name| plain(name)).collect();
    names.push(plain(choice.key.as_str()));
    names.retain(|name| !name.is_empty());
    names
}

/// Letters and digits in lower case, words apart by one space; `ё` is written as `е` by most.
fn plain(text: &str) -> String {
    let letters = text.to_lowercase().replace('ё', "е");
    let words = letters.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Figures are never taken for a slip: `720p` is not `1080p`.
fn is_slip(name: &str, wanted: &str, letters: usize) -> bool {
    let slips = match letters {
        TWO_SLIPS_MIN.. => 2,
        ONE_SLIP_MIN.. => 1,
        _ => return false,
    };
    let has_digit = |text: &str| text.chars().any(|letter| letter.is_ascii_digit());
    !has_digit(name) && !has_digit(wanted) && distance(name, wanted) <= slips
}

/// How many letters are wrong, missing, too many or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(LETTERS_MAX).collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::models::{ChoiceKey, Localized, WireValue};

    fn choice(key: &str, ru: &str, en: &str) -> Choice {
        let label = Localized { ru: ru.to_owned(), en: en.to_owned() };
        Choice { key: ChoiceKey(key.to_owned()), wire: WireValue::Text(key.to_owned()), label }
    }

    #[test]
    fn a_voice_is_found_by_its_name_and_never_guessed() {
        let voices = [
            choice("EkK5", "James: мужской, смелый", "James: husky and bold"),
            choice("Z3R5", "Arabella: загадочный", "Arabella: mysterious"),
            choice("Z3R6", "Арабелла (тихая)", "Arabelle: soft"),
            choice("720p", "720p", "720p"),
            choice("1080p", "1080p", "1080p"),
            choice("aspen", "Тёплый", "Warm"),
        ];
        let table = [
            ("james", Some("EkK5")),
            (" JAMES! ", Some("EkK5")),
            ("Jmaes", Some("EkK5")),
            ("Jame", Some("EkK5")),
            ("James husky and bold", Some("EkK5")),
            ("ekk5", Some("EkK5")),
            ("Arabella", Some("Z3R5")),
            ("Arabelle", Some("Z3R6")),
            ("Арабела", Some("Z3R6")),
            // Both begin so; both are one slip away.
            ("Arab", None),
            ("Arabello", None),
            ("теплый", Some("aspen")),
            ("72p", None),
            ("1080", Some("1080p")),
            ("ja", None),
            ("", None),
            ("…", None),
        ];
        for (text, wanted) in table {
            assert_eq!(find(&voices, text), wanted.map(Value::choice), "{text}");
        }
        assert_eq!(find(&voices, &"j".repeat(5000)), None);
    }
}
