//! The schema of one input: name, wording, bounds, and exactly what goes on the wire.

use super::condition::Condition;
use super::value::{ChoiceKey, Decimal, Media, Value, WireValue};
use crate::ids::ModelId;

pub use crate::screen::Language;

/// One text in every language of the bot; none of them is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

impl Localized {
    /// The text in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// One input of a model.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name on the wire, unique within the model.
    pub name: String,
    /// Its title for the user.
    pub title: Localized,
    /// One sentence of help, where the title is not enough.
    pub hint: Option<Localized>,
    /// Whether the model refuses a request without it. With a default it need not be asked.
    pub required: bool,
    /// What holds when the user leaves it alone; shown in the settings.
    pub default: Option<Value>,
    /// What it takes, and how that goes on the wire.
    pub kind: InputKind,
    /// The input exists only while all of these hold; they speak of inputs before it.
    pub(super) applies_when: Vec<Condition>,
    /// The default goes on the wire as well, since the price or the owner's intent hangs on it.
    pub(super) always_sent: bool,
    /// What goes on the wire while the input is left empty or does not apply, for models that insist on every key: `[]`.
    pub(super) otherwise: Option<serde_json::Value>,
}

impl Input {
    /// Whether the wizard must ask for it: required, and nothing holds by itself.
    pub fn must_be_asked(&self) -> bool {
        self.required && self.default.is_none() && !self.is_fixed()
    }

    /// Whether it is a constant that no user sees.
    pub const fn is_fixed(&self) -> bool {
        matches!(self.kind, InputKind::Fixed(_))
    }

    /// Whether every request holds it, whatever is filled in: as it was given, as its default, or as a constant.
    pub fn is_always_sent(&self) -> bool {
        let sent_while_it_applies = self.required
            || self.is_fixed()
            || (self.always_sent && self.default.is_some())
            || self.otherwise.is_some();
        sent_while_it_applies && (self.applies_when.is_empty() || self.otherwise.is_some())
    }

    /// Whether its default is only shown and never sent: what holds then is the far side's own default.
    pub const fn relies_on_default(&self) -> bool {
        self.default.is_some() && !self.required && !self.always_sent
    }

    /// The choices, for inputs that have them.
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            InputKind::Choice(choices) => choices,
            _ => &[],
        }
    }

    /// The choice with this key.
    pub fn choice(&self, key: &ChoiceKey) -> Option<&Choice> {
        self.choices().iter().find(|choice| choice.key == *key)
    }

    /// Reads what a user typed as an answer to this input: text, a number (with point or comma), a choice by its label or key.
    /// None if this input takes no typed answer or the text is not one; bounds are checked later.
    pub fn read_typed(&self, text: &str) -> Option<Value> {
        let trimmed = text.trim();
        match &self.kind {
            InputKind::Text(_) => Some(Value::text(text)),
            InputKind::Integer(_) => trimmed.parse().ok().map(Value::Integer),
            InputKind::Number(_) => trimmed.replace(',', ".").parse().ok().map(Value::Decimal),
            InputKind::Choice(choices) => {
                let wanted = trimmed.to_lowercase();
                let same = |choice: &&Choice| {
                    choice.label.ru.to_lowercase() == wanted
                        || choice.label.en.to_lowercase() == wanted
                        || choice.key.as_str().to_lowercase() == wanted
                };
                choices.iter().find(same).map(|choice| Value::Choice(choice.key.clone()))
            }
            InputKind::Bool
            | InputKind::Media(_)
            | InputKind::Texts(_)
            | InputKind::Objects(_)
            | InputKind::Task(_)
            | InputKind::Fixed(_) => None,
        }
    }
}

/// What an input takes.
#[derive(Clone, Debug)]
pub enum InputKind {
    /// Free text; a JSON string.
    Text(TextRule),
    /// One of several; each with its exact wire value.
    Choice(Vec<Choice>),
    /// A whole number.
    Integer(IntegerRule),
    /// A number with a fraction; a JSON number.
    Number(NumberRule),
    /// Yes or no; a JSON boolean.
    Bool,
    /// Files, sent as https addresses.
    Media(MediaRule),
    /// Several short texts; a list of JSON strings.
    Texts(TextsRule),
    /// A list of objects (shots, speakers), each filled in by its own little schema.
    Objects(ObjectsRule),
    /// An earlier generation of one of these models; KIE's task id as a JSON string.
    Task(TaskRule),
    /// A constant that is always sent and never asked: `[]`, `true`.
    Fixed(serde_json::Value),
}

/// Bounds of a text, in UTF-16 units: what the model's own side counts, and never fewer than the characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRule {
    /// At least so long.
    pub min_length: usize,
    /// At most so long.
    pub max_length: usize,
    /// Whether it is usually more than a line: a prompt, not a title.
    pub multiline: bool,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its stable name, for buttons and drafts.
    pub key: ChoiceKey,
    /// What KIE gets.
    pub wire: WireValue,
    /// What the user reads.
    pub label: Localized,
}

/// Bounds of a whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegerRule {
    /// At least.
    pub min: i64,
    /// At most.
    pub max: i64,
    /// Allowed values are `min`, `min + step`, …
    pub step: i64,
    /// The values worth a button, within the bounds, in order.
    pub usual: Vec<i64>,
    /// Whether the model wants it as a JSON string: `"5"`.
    pub as_text: bool,
}

/// Bounds of a decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRule {
    /// At least.
    pub min: Decimal,
    /// At most.
    pub max: Decimal,
    /// Allowed values are `min`, `min + step`, …; none = any.
    pub step: Option<Decimal>,
    /// The values worth a button, within the bounds, in order.
    pub usual: Vec<Decimal>,
}

/// Limits of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaRule {
    /// Which sort.
    pub media: Media,
    /// Whether the wire wants a list, even for one.
    pub list: bool,
    /// At least so many, if any is given.
    pub min_items: usize,
    /// At most so many.
    pub max_items: usize,
    /// At most so many bytes each.
    pub max_file_bytes: Option<u64>,
    /// Accepted MIME types; empty = the model does not say.
    pub mime: Vec<String>,
    /// At most so long each, in milliseconds.
    pub max_millis: Option<u64>,
    /// At most so long all together, in milliseconds.
    pub max_total_millis: Option<u64>,
}

/// Limits of a list of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextsRule {
    /// At most so many.
    pub max_items: usize,
    /// Each at most so long, in UTF-16 units.
    pub max_length: usize,
}

/// A list of objects.
#[derive(Clone, Debug)]
pub struct ObjectsRule {
    /// At least so many, if any is given.
    pub min_items: usize,
    /// At most so many.
    pub max_items: usize,
    /// The fields of each. They know no conditions and no further lists.
    pub fields: Vec<Input>,
}

/// A reference to an earlier generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRule {
    /// The models whose generations are accepted.
    pub of: Vec<ModelId>,
}
