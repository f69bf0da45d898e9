//! Conditions on filled-in inputs and on what is known about their files, answered in three ways: yes, no, not known yet.
//!
//! Everything here refers to inputs by their index in the model's list; the loader makes the indices, so they always exist.

use super::schema::{Input, InputKind};
use super::value::{Decimal, Inputs, MediaFacts, Value};

/// One test of one subject. A list of conditions holds when all of them hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) subject: Subject,
    pub(super) test: Test,
}

impl Condition {
    /// The input that it looks at, if it is one.
    pub(super) const fn input(&self) -> Option<usize> {
        match self.subject {
            Subject::Input(index) | Subject::Fact(index, _) => Some(index),
            Subject::OutputPixels => None,
        }
    }
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// The value of an input, or its default.
    Input(usize),
    /// Something known about what was given.
    Fact(usize, Fact),
    /// The pixels of one output picture, by the price table's rule.
    OutputPixels,
}

/// What can be known about a given value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    /// How many files, texts or objects.
    Count,
    /// Length of all files together, in milliseconds.
    Millis,
    /// The shorter side of the largest picture or video: the 720 of 720p, upright or not.
    ShortSide,
    /// Width times height of the largest picture or video.
    Pixels,
    /// Length of the text, or of all texts in a list of objects, in UTF-16 units.
    Characters,
}

/// What a condition wants of its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// One of these values.
    Is(Vec<Value>),
    /// Anything at all.
    Given,
    /// Nothing, or the input does not apply.
    Absent,
    /// A figure within these bounds, both inclusive.
    Between { at_least: Option<i64>, at_most: Option<i64> },
}

/// How the pixels of one output picture follow from the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OutputPixels {
    /// Each choice of an input stands for a size.
    Table { input: usize, pixels: Vec<(Value, i64)> },
    /// The source's pixels, times the square of a factor; never more than `max`.
    Source { input: usize, factor: Option<usize>, max: i64 },
}

/// Filled-in inputs seen through their schema, perhaps with one value replaced. Borrows everything, allocates nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) schema: &'a [Input],
    pub(super) inputs: &'a Inputs,
    pub(super) replaced: Option<(&'a str, &'a Value)>,
    pub(super) output_pixels: Option<&'a OutputPixels>,
}

impl<'a> View<'a> {
    pub(super) const fn new(schema: &'a [Input], inputs: &'a Inputs) -> Self {
        Self { schema, inputs, replaced: None, output_pixels: None }
    }

    /// Whether the input exists for these values; none = that hangs on something not yet filled in.
    pub(super) fn applies(&self, index: usize) -> Option<bool> {
        // Terminates, since the loader lets conditions speak of earlier inputs only.
        self.holds(&self.schema[index].applies_when)
    }

    /// What was filled in, if the input applies.
    pub(super) fn given(&self, index: usize) -> Option<&'a Value> {
        let name = self.schema[index].name.as_str();
        let value = match self.replaced {
            Some((replaced, value)) if replaced == name => Some(value),
            _ => self.inputs.get(name),
        }?;
        (self.applies(index) != Some(false)).then_some(value)
    }

    /// What was filled in, else the default, if the input applies.
    pub(super) fn value(&self, index: usize) -> Option<&'a Value> {
        self.given(index).or_else(|| {
            let default = self.schema[index].default.as_ref()?;
            (self.applies(index) != Some(false)).then_some(default)
        })
    }

    /// Whether all of `conditions` hold. One sure no outweighs what is not known.
    pub(super) fn holds(&self, conditions: &[Condition]) -> Option<bool> {
        let mut answer = Some(true);
        for condition in conditions {
            match self.test(condition) {
                Some(false) => return Some(false),
                None => answer = None,
                Some(true) => {}
            }
        }
        answer
    }

    fn test(&self, condition: &Condition) -> Option<bool> {
        match condition.subject {
            Subject::Input(index) => self.test_input(index, &condition.test),
            Subject::Fact(index, fact) => match self.value(index) {
                Some(value) => fact.of(value).map(|figure| condition.test.admits(figure)),
                None if self.will_be_asked(index) => None,
                None => Some(false),
            },
            Subject::OutputPixels => self.output_pixels().map(|figure| condition.test.admits(figure)),
        }
    }

    fn test_input(&self, index: usize, test: &Test) -> Option<bool> {
        match (self.applies(index)?, self.value(index)) {
            (false, _) => Some(matches!(test, Test::Absent)),
            (true, None) if self.will_be_asked(index) => match test {
                Test::Given => Some(true),
                Test::Absent => Some(false),
                Test::Is(_) | Test::Between { .. } => None,
            },
            (true, None) => Some(matches!(test, Test::Absent)),
            (true, Some(value)) => match test {
                Test::Is(values) => Some(values.contains(value)),
                Test::Given => Some(true),
                Test::Absent => Some(false),
                Test::Between { .. } => {
                    let whole = numeric(&self.schema[index], value)?.raw().div_euclid(Decimal::SCALE);
                    Some(test.admits(whole))
                }
            },
        }
    }

    /// Empty now, but the draft cannot be confirmed so.
    fn will_be_asked(&self, index: usize) -> bool {
        self.schema[index].must_be_asked()
    }

    /// The pixels of one output picture, rounded up; none while the source's size is not known.
    pub(super) fn output_pixels(&self) -> Option<i64> {
        match self.output_pixels? {
            OutputPixels::Table { input, pixels } => {
                let value = self.value(*input)?;
                pixels.iter().find(|(choice, _)| choice == value).map(|(_, pixels)| *pixels)
            }
            OutputPixels::Source { input, factor, max } => {
                let source = i128::from(Fact::Pixels.of(self.value(*input)?)?);
                let factor = match factor {
                    Some(index) => numeric(&self.schema[*index], self.value(*index)?)?,
                    None => Decimal::from_integer(1)?,
                };
                let (factor, one) = (i128::from(factor.raw()), i128::from(Decimal::SCALE));
                let pixels = source.checked_mul(factor)?.checked_mul(factor)? + one * one - 1;
                Some(i64::try_from(pixels / (one * one)).unwrap_or(*max).min(*max))
            }
        }
    }
}

impl Test {
    /// Whether a figure passes; only bounds can say so.
    fn admits(&self, figure: i64) -> bool {
        match self {
            Self::Between { at_least, at_most } => {
                at_least.is_none_or(|least| figure >= least) && at_most.is_none_or(|most| figure <= most)
            }
            Self::Is(_) | Self::Given | Self::Absent => false,
        }
    }
}

impl Fact {
    /// The figure for a given value; none if it is not known (or means nothing for such a value).
    pub(super) fn of(self, value: &Value) -> Option<i64> {
        match self {
            Self::Count => i64::try_from(count(value)).ok(),
            Self::Characters => i64::try_from(characters(value)).ok(),
            Self::Millis => fold_media(value, 0, |facts| i64::try_from(facts.millis?).ok(), i64::saturating_add),
            Self::ShortSide => fold_media(value, 0, |facts| Some(i64::from(facts.width?.min(facts.height?))), i64::max),
            Self::Pixels => {
                let area = |facts: &MediaFacts| i64::from(facts.width?).checked_mul(i64::from(facts.height?));
                fold_media(value, 0, area, i64::max)
            }
        }
    }
}

/// The number that a value stands for, if it is one.
pub(super) fn numeric(input: &Input, value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(integer) => Decimal::from_integer(*integer),
        Value::Decimal(decimal) => Some(*decimal),
        Value::Choice(key) => input.choice(key)?.wire.number(),
        _ => None,
    }
}

/// Length in UTF-16 units, which is how the far side counts.
pub(super) fn text_length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The smallest and largest number that an input can stand for, by its schema.
pub(super) fn numeric_bounds(input: &Input) -> Option<(Decimal, Decimal)> {
    match &input.kind {
        InputKind::Integer(rule) => Some((Decimal::from_integer(rule.min)?, Decimal::from_integer(rule.max)?)),
        InputKind::Number(rule) => Some((rule.min, rule.max)),
        InputKind::Choice(choices) => {
            let numbers = || choices.iter().map(|choice| choice.wire.number());
            if numbers().any(|number| number.is_none()) {
                return None;
            }
            Some((numbers().flatten().min()?, numbers().flatten().max()?))
        }
        _ => None,
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Media(files) => files.len(),
        Value::Texts(texts) => texts.len(),
        Value::Objects(objects) => objects.len(),
        _ => 1,
    }
}

fn characters(value: &Value) -> usize {
    match value {
        Value::Text(text) => text_length(text),
        Value::Texts(texts) => texts.iter().map(|text| text_length(text)).sum(),
        Value::Objects(objects) => objects.iter().flat_map(Inputs::iter).map(|(_, value)| characters(value)).sum(),
        _ => 0,
    }
}

fn fold_media(
    value: &Value,
    zero: i64,
    figure: impl Fn(&MediaFacts) -> Option<i64>,
    join: impl Fn(i64, i64) -> i64,
) -> Option<i64> {
    match value {
        Value::Media(files) => files.iter().try_fold(zero, |sum, file| Some(join(sum, figure(&file.facts)?))),
        Value::Task(task) => figure(&task.facts),
        _ => None,
    }
}
