//! Checking filled-in inputs against the schema, before any money moves.

use super::condition::{View, text_length};
use super::model::{CrossRule, Model};
use super::schema::{Input, InputKind, IntegerRule, MediaRule, NumberRule, ObjectsRule, TextRule, TextsRule};
use super::value::{ChoiceKey, Decimal, Inputs, Media, MediaFacts, Value};
use crate::ids::ModelId;

/// Inputs that passed [`Model::check`]. Only they become a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    model: ModelId,
    inputs: Inputs,
}

impl Checked {
    /// The model whose schema they passed.
    pub const fn model(&self) -> &ModelId {
        &self.model
    }

    /// The inputs, without those that do not apply. This is what a generation freezes.
    pub const fn inputs(&self) -> &Inputs {
        &self.inputs
    }
}

/// What is wrong with one input. The app words it for the user; the text here is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("input `{input}`: {refusal}")]
pub struct InputProblem {
    /// The wire name.
    pub input: String,
    /// What is wrong.
    pub refusal: Refusal,
}

/// Why a value is refused, with the figures that a user needs to make it right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is required and empty.
    #[error("it is missing")]
    Missing,
    /// The model has no such input, or it is a constant.
    #[error("the model has no such input")]
    Unknown,
    /// A value of another kind, such as a text for a picture.
    #[error("the value is of another kind")]
    WrongType,
    /// A text below its least length.
    #[error("{length} characters are fewer than {min}")]
    TooShort {
        /// What it has.
        length: usize,
        /// What is wanted.
        min: usize,
    },
    /// A text past its greatest length.
    #[error("{length} characters are more than {max}")]
    TooLong {
        /// What it has.
        length: usize,
        /// What is allowed.
        max: usize,
    },
    /// No choice has this key; the catalog may have changed since the button was made.
    #[error("`{0}` is not among the choices")]
    NotAChoice(ChoiceKey),
    /// A number below its bound.
    #[error("{value} is less than {min}")]
    BelowMin {
        /// What was given.
        value: Decimal,
        /// The bound.
        min: Decimal,
    },
    /// A number past its bound.
    #[error("{value} is more than {max}")]
    AboveMax {
        /// What was given.
        value: Decimal,
        /// The bound.
        max: Decimal,
    },
    /// A number between two allowed ones.
    #[error("{value} is not {min} plus a multiple of {step}")]
    OffStep {
        /// What was given.
        value: Decimal,
        /// Where the steps begin.
        min: Decimal,
        /// The distance of allowed values.
        step: Decimal,
    },
    /// Too few files or entries.
    #[error("{count} entries are fewer than {min}")]
    TooFew {
        /// How many there are.
        count: usize,
        /// How many are wanted.
        min: usize,
    },
    /// Too many files or entries.
    #[error("{count} entries are more than {max}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
    /// A file of another sort.
    #[error("entry {entry} is {found:?}, not {wanted:?}")]
    WrongMedia {
        /// Which file, from 1.
        entry: usize,
        /// What it is.
        found: Media,
        /// What is wanted.
        wanted: Media,
    },
    /// A file in a format that the model does not read.
    #[error("entry {entry} has the format `{found}`")]
    WrongFormat {
        /// Which file, from 1.
        entry: usize,
        /// Its MIME type.
        found: String,
        /// The MIME types that are read.
        accepted: Vec<String>,
    },
    /// A file with too many bytes.
    #[error("entry {entry} has {bytes} bytes, more than {max}")]
    TooLarge {
        /// Which file, from 1.
        entry: usize,
        /// Its size.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// A video or sound that lasts too long, by itself or together with those before it.
    #[error("entry {entry} lasts {millis} ms, more than {max}")]
    TooLongMedia {
        /// Which file, from 1.
        entry: usize,
        /// Its length in milliseconds, with those before it if only all together are too long.
        millis: u64,
        /// The limit in milliseconds.
        max: u64,
    },
    /// An earlier generation of a model that this one can't build on.
    #[error("a generation of `{0}` is not accepted")]
    WrongTask(ModelId),
    /// Something within one entry of a list of objects.
    #[error("entry {entry}: {problem}")]
    InEntry {
        /// Which entry, from 1.
        entry: usize,
        /// What is wrong there.
        problem: Box<InputProblem>,
    },
    /// At least one of these inputs is wanted.
    #[error("one of `{}` is missing", .0.join("`, `"))]
    NoneOf(Vec<String>),
    /// These inputs exclude each other.
    #[error("`{}` exclude each other", .0.join("`, `"))]
    Together(Vec<String>),
    /// The model refuses these values together.
    #[error("the values of `{}` are not offered together", .0.join("`, `"))]
    Combination(Vec<String>),
}

impl Model {
    /// Checks everything that a user filled in. What does not apply is left out.
    ///
    /// # Errors
    /// All problems, in the order of the wizard; rules between inputs only when each input is fine by itself.
    pub fn check(&self, inputs: &Inputs) -> Result<Checked, Vec<InputProblem>> {
        let mut problems = Vec::new();
        check_form(&self.inputs, inputs, &mut problems);
        if problems.is_empty() {
            let view = View::new(&self.inputs, inputs);
            problems
                .extend(self.rules.iter().filter(|rule| rule.is_broken(&view)).map(|rule| self.broken(rule, &view)));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let view = View::new(&self.inputs, inputs);
        let applying = self
            .inputs
            .iter()
            .enumerate()
            .filter_map(|(index, input)| view.given(index).map(|value| (input.name.clone(), value.clone())));
        Ok(Checked { model: self.id.clone(), inputs: applying.collect() })
    }

    /// Checks one value by itself, as soon as it was entered.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_value(&self, name: &str, value: &Value) -> Result<(), Vec<InputProblem>> {
        let mut problems = Vec::new();
        match self.input(name) {
            Some(input) => check_value(input, value, &mut problems),
            None => problems.push(InputProblem { input: name.to_owned(), refusal: Refusal::Unknown }),
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn broken(&self, rule: &CrossRule, view: &View<'_>) -> InputProblem {
        let mut involved = rule.inputs();
        let given = |index: &usize| view.given(*index).is_some();
        let names =
            |indices: &[usize]| indices.iter().map(|index| self.inputs[*index].name.clone()).collect::<Vec<_>>();
        let refusal = match rule {
            CrossRule::AnyOf(_) => Refusal::NoneOf(names(&involved)),
            CrossRule::OneOf(_) if !involved.iter().any(given) => Refusal::NoneOf(names(&involved)),
            CrossRule::OneOf(_) | CrossRule::Apart(_) => {
                involved.retain(given);
                Refusal::Together(names(&involved))
            }
            CrossRule::Forbid(_) => Refusal::Combination(names(&involved)),
        };
        // The last input of the rule is the one that the user came to last.
        let input = involved.last().map(|index| self.inputs[*index].name.clone()).unwrap_or_default();
        InputProblem { input, refusal }
    }
}

fn check_form(schema: &[Input], inputs: &Inputs, problems: &mut Vec<InputProblem>) {
    let view = View::new(schema, inputs);
    for (index, input) in schema.iter().enumerate() {
        match view.given(index) {
            Some(value) => check_value(input, value, problems),
            None if input.must_be_asked() && view.applies(index) == Some(true) => {
                problems.push(InputProblem { input: input.name.clone(), refusal: Refusal::Missing });
            }
            None => {}
        }
    }
    for (name, _) in inputs.iter() {
        if !schema.iter().any(|input| input.name == name) {
            problems.push(InputProblem { input: name.to_owned(), refusal: Refusal::Unknown });
        }
    }
}

pub(super) fn check_value(input: &Input, value: &Value, problems: &mut Vec<InputProblem>) {
    let mut refuse = |refusal| problems.push(InputProblem { input: input.name.clone(), refusal });
    match (&input.kind, value) {
        (InputKind::Text(rule), Value::Text(text)) => check_text(*rule, input.required, text, &mut refuse),
        (InputKind::Choice(_), Value::Choice(key)) => {
            if input.choice(key).is_none() {
                refuse(Refusal::NotAChoice(key.clone()));
            }
        }
        (InputKind::Integer(rule), Value::Integer(integer)) => check_integer(rule, *integer, &mut refuse),
        (InputKind::Number(rule), Value::Decimal(decimal)) => check_number(rule, *decimal, &mut refuse),
        (InputKind::Bool, Value::Bool(_)) => {}
        (InputKind::Media(rule), Value::Media(files)) => {
            check_count(files.len(), rule.min_items, rule.max_items, &mut refuse);
            let mut total: u64 = 0;
            for (index, file) in files.iter().enumerate() {
                check_file(rule, index + 1, &file.facts, &mut refuse);
                total = total.saturating_add(file.facts.millis.unwrap_or(0));
                if let Some(max) = rule.max_total_millis.filter(|max| total > *max) {
                    // The file with which they become too long together; the ones before it may stay.
                    refuse(Refusal::TooLongMedia { entry: index + 1, millis: total, max });
                    break;
                }
            }
        }
        (InputKind::Texts(rule), Value::Texts(texts)) => check_texts(*rule, texts, &mut refuse),
        (InputKind::Objects(rule), Value::Objects(objects)) => check_objects(rule, objects, &mut refuse),
        (InputKind::Task(rule), Value::Task(task)) => {
            if !rule.of.contains(&task.model) {
                refuse(Refusal::WrongTask(task.model.clone()));
            }
        }
        (InputKind::Fixed(_), _) => refuse(Refusal::Unknown),
        _ => refuse(Refusal::WrongType),
    }
}

fn check_text(rule: TextRule, required: bool, text: &str, refuse: &mut impl FnMut(Refusal)) {
    let length = text_length(text);
    if text.trim().is_empty() && required {
        refuse(Refusal::Missing);
    } else if length < rule.min_length {
        refuse(Refusal::TooShort { length, min: rule.min_length });
    } else if length > rule.max_length {
        refuse(Refusal::TooLong { length, max: rule.max_length });
    }
}

fn check_integer(rule: &IntegerRule, integer: i64, refuse: &mut impl FnMut(Refusal)) {
    let decimal = |integer| Decimal::from_integer(integer).unwrap_or_default();
    let Some(value) = Decimal::from_integer(integer) else { return refuse(Refusal::WrongType) };
    if integer < rule.min {
        refuse(Refusal::BelowMin { value, min: decimal(rule.min) });
    } else if integer > rule.max {
        refuse(Refusal::AboveMax { value, max: decimal(rule.max) });
    } else if (integer - rule.min) % rule.step != 0 {
        refuse(Refusal::OffStep { value, min: decimal(rule.min), step: decimal(rule.step) });
    }
}

fn check_number(rule: &NumberRule, value: Decimal, refuse: &mut impl FnMut(Refusal)) {
    if value < rule.min {
        refuse(Refusal::BelowMin { value, min: rule.min });
    } else if value > rule.max {
        refuse(Refusal::AboveMax { value, max: rule.max });
    } else if let Some(step) = rule.step.filter(|step| (value.raw() - rule.min.raw()) % step.raw() != 0) {
        refuse(Refusal::OffStep { value, min: rule.min, step });
    }
}

fn check_texts(rule: TextsRule, texts: &[String], refuse: &mut impl FnMut(Refusal)) {
    check_count(texts.len(), 1, rule.max_items, refuse);
    for text in texts {
        let length = text_length(text);
        if length > rule.max_length {
            refuse(Refusal::TooLong { length, max: rule.max_length });
        }
    }
}

fn check_objects(rule: &ObjectsRule, objects: &[Inputs], refuse: &mut impl FnMut(Refusal)) {
    check_count(objects.len(), rule.min_items, rule.max_items, refuse);
    for (index, object) in objects.iter().enumerate() {
        let mut inner = Vec::new();
        check_form(&rule.fields, object, &mut inner);
        for problem in inner {
            refuse(Refusal::InEntry { entry: index + 1, problem: Box::new(problem) });
        }
    }
}

fn check_count(count: usize, min: usize, max: usize, refuse: &mut impl FnMut(Refusal)) {
    if count < min {
        refuse(Refusal::TooFew { count, min });
    } else if count > max {
        refuse(Refusal::TooMany { count, max });
    }
}

fn check_file(rule: &MediaRule, entry: usize, facts: &MediaFacts, refuse: &mut impl FnMut(Refusal)) {
    if facts.media != rule.media {
        return refuse(Refusal::WrongMedia { entry, found: facts.media, wanted: rule.media });
    }
    if let Some(mime) = facts.mime.as_deref().filter(|mime| !accepts(&rule.mime, mime)) {
        refuse(Refusal::WrongFormat { entry, found: mime.to_owned(), accepted: rule.mime.clone() });
    }
    if let (Some(bytes), Some(max)) = (facts.bytes, rule.max_file_bytes)
        && bytes > max
    {
        refuse(Refusal::TooLarge { entry, bytes, max });
    }
    if let (Some(millis), Some(max)) = (facts.millis, rule.max_millis)
        && millis > max
    {
        refuse(Refusal::TooLongMedia { entry, millis, max });
    }
}

fn accepts(accepted: &[String], mime: &str) -> bool {
    accepted.is_empty() || accepted.iter().any(|one| common_name(one) == common_name(mime))
}

/// Several names are in use for the same formats; senders and schemas choose freely among them.
fn common_name(mime: &str) -> &str {
    match mime {
        "image/jpg" => "image/jpeg",
        "audio/mp3" => "audio/mpeg",
        "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "audio/wav",
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/x-flac" => "audio/flac",
        "audio/opus" => "audio/ogg",
        other => other,
    }
}
