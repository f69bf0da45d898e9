//! A right answer to a question of any kind: what is done in the chat, and the value that it must become. Pure.

use domain::models::{Choice, Decimal, Input, InputKind, IntegerRule, MediaRule, Model, NumberRule, Value};
use domain::screen::Key;
use sandbox::telegram::IncomingMedia;

use crate::files::{SentFile, file_for};
use crate::wizard::ENTRIES;

/// Words that would break a message if they were not escaped, in two alphabets, with a letter outside the basic plane.
const WORDS: &str = "A red <fox> & \"a hen\" at <b>5 > 4</b>, _лиса_ и *куры* 🦊. ";

/// An answer.
pub(crate) struct Answer {
    /// What it must become.
    pub(crate) value: Value,
    /// How it is given.
    pub(crate) deed: Deed,
}

/// What a person does in the chat.
pub(crate) enum Deed {
    /// Writes.
    Say(String),
    /// Presses the button with that name, or writes it if there is none.
    Pick(String),
    /// Presses the button with the words of a text.
    PressWords(&'static str),
    /// Sends files.
    Send {
        /// In this order.
        files: Vec<(IncomingMedia, SentFile)>,
        /// The list has room for more, so its end has to be told.
        more_fit: bool,
    },
}

/// Always the same number for a model's input, so that a failure comes again; others for other inputs, so that all sorts of choices are made.
pub(crate) fn seed(model: &Model, input: &str) -> usize {
    usize::try_from(Key::of(&format!("{} {input}", model.id)).0 / 2).expect("31 bits fit")
}

/// The answer to a question; `offered` are its choices beside what is answered already, `sent` files were sent before. None for what takes
/// more than one answer, and for constants.
pub(crate) fn answer_to(input: &Input, offered: &[&Choice], sent: usize, seed: usize) -> Option<Answer> {
    Some(match &input.kind {
        InputKind::Text(rule) => {
            let text = text_of(rule.min_length, rule.max_length);
            Answer { value: Value::Text(text.clone()), deed: Deed::Say(text) }
        }
        InputKind::Texts(rule) => {
            let entries = ["first", "second"].iter().take(rule.max_items);
            let texts: Vec<String> = entries.map(|word| word.chars().take(rule.max_length).collect()).collect();
            Answer { deed: Deed::Say(texts.join("\n")), value: Value::Texts(texts) }
        }
        InputKind::Choice(_) => {
            let choice = one_of(offered, seed)?;
            Answer { value: Value::Choice(choice.key.clone()), deed: Deed::Pick(choice.label.en.clone()) }
        }
        InputKind::Bool => {
            let flag = seed.is_multiple_of(2);
            Answer { value: Value::Bool(flag), deed: Deed::PressWords(if flag { "value-yes" } else { "value-no" }) }
        }
        InputKind::Integer(rule) => {
            let number = integer(rule, seed);
            Answer { value: Value::Integer(number), deed: Deed::Pick(number.to_string()) }
        }
        InputKind::Number(rule) => {
            let number = decimal(rule, seed);
            Answer { value: Value::Decimal(number), deed: Deed::Pick(number.to_string()) }
        }
        InputKind::Media(rule) => files(rule, sent),
        InputKind::Objects(_) | InputKind::Task(_) | InputKind::Fixed(_) => return None,
    })
}

fn one_of<T>(all: &[T], seed: usize) -> Option<&T> {
    all.get(seed.checked_rem(all.len())?)
}

/// A number with a button, if there are some; else one somewhere between the bounds, on a step.
fn integer(rule: &IntegerRule, seed: usize) -> i64 {
    let steps = (rule.max - rule.min) / rule.step.max(1);
    let at = i64::try_from(seed).unwrap_or(0) % steps.saturating_add(1).max(1);
    one_of(&rule.usual, seed).copied().unwrap_or(rule.min + at * rule.step.max(1))
}

/// A number with a button, if there are some; else one of the bounds.
fn decimal(rule: &NumberRule, seed: usize) -> Decimal {
    let bound = if seed.is_multiple_of(2) { rule.min } else { rule.max };
    one_of(&rule.usual, seed).copied().unwrap_or(bound)
}

/// As many files as are needed, two where two may be given.
fn files(rule: &MediaRule, sent: usize) -> Answer {
    let count = rule.min_items.max(if rule.list { ENTRIES.min(rule.max_items) } else { 1 });
    let files: Vec<_> = (sent..sent + count).map(|number| file_for(rule, number)).collect();
    let value = files.iter().zip(sent..).map(|((_, file), number)| file.reference(number)).collect();
    Answer { value: Value::Media(value), deed: Deed::Send { files, more_fit: rule.list && count < rule.max_items } }
}

/// A text within these bounds, in UTF-16 units.
fn text_of(min_length: usize, max_length: usize) -> String {
    let wanted = min_length.max(WORDS.trim_end().encode_utf16().count()).min(max_length);
    let (mut text, mut length) = (String::new(), 0);
    for letter in WORDS.chars().cycle() {
        length += letter.len_utf16();
        if length > wanted {
            break;
        }
        text.push(letter);
    }
    // No blank at an end, where some screen might trim it; a full stop takes its place.
    if text.ends_with(' ') {
        text.pop();
        text.push('.');
    }
    text
}

#[test]
fn texts_keep_their_bounds() {
    for (min, max) in [(0, 10), (0, 5000), (200, 300), (1, 1), (70, 70)] {
        let text = text_of(min, max);
        let length = text.encode_utf16().count();
        assert!(length + 1 >= min && length <= max, "{min}..{max}: {length}");
        assert_eq!(text.trim(), text);
    }
}
