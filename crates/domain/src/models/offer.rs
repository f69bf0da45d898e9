//! Everything that a model offers, as far as its price can tell things apart: one small form per distinguishable combination.
//!
//! The loader walks them all once, to prove that each has a price and that each row has a use, and to find the lowest and highest
//! price. A combination holds only the inputs that the price looks at; quantities are taken at both of their ends.

use std::collections::BTreeSet;

use super::condition::{Condition, Fact, OutputPixels, Subject, Test, View, numeric_bounds};
use super::model::{CrossRule, Model};
use super::price::{End, NoPrice, PriceRange, PriceTable, Row, Term, fact_bound, is_number};
use super::schema::{Input, InputKind};
use super::value::{Decimal, Inputs, Media, MediaFacts, MediaKey, MediaRef, TaskRef, Value};
use crate::ids::{ModelId, TaskId};

/// More than any model has by far; fewer than would make the start slow.
const COMBINATIONS_MAX: usize = 20_000;

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The lowest and highest price; none if nothing is offered or priced.
    pub(super) range: Option<PriceRange>,
    /// Offered combinations without a price, in words.
    pub(super) gaps: Vec<String>,
    /// Base rows that no combination needs.
    pub(super) dead_rows: Vec<usize>,
    /// Surcharges that no combination meets.
    pub(super) dead_surcharges: Vec<usize>,
}

/// Walks all combinations of a model with a price table; the error is their number when there are too many.
pub(super) fn survey(model: &Model) -> Result<Findings, usize> {
    let Some(table) = &model.price else { return Ok(Findings::default()) };
    let deciding: Vec<_> = deciding(model, table).into_iter().collect();
    let options: Vec<_> = deciding.iter().map(|index| options(model, table, *index)).collect();
    let count = options.iter().fold(1_usize, |product, options| product.saturating_mul(options.len()));
    if count > COMBINATIONS_MAX {
        return Err(count);
    }
    let mut walk = Walk {
        model,
        table,
        findings: Findings::default(),
        live_rows: vec![false; table.rows.len()],
        live_surcharges: vec![false; table.surcharges.len()],
    };
    // The combination's number, read in a mixed base, says which option each input takes.
    for number in 0..count {
        let mut rest = number;
        let mut chosen = Vec::with_capacity(deciding.len());
        for options in &options {
            chosen.push(rest % options.len());
            rest /= options.len();
        }
        let mut inputs = Inputs::new();
        for ((index, options), choice) in deciding.iter().zip(&options).zip(&chosen) {
            if let Some(value) = &options[*choice] {
                inputs.set(model.inputs[*index].name.as_str(), value.clone());
            }
        }
        let view = View { output_pixels: table.output_pixels.as_ref(), ..View::new(&model.inputs, &inputs) };
        // Where an input does not apply, its options are all the same: the first stands for them.
        let repeats = |(index, choice): (&usize, &usize)| *choice > 0 && view.applies(*index) == Some(false);
        // Rules about inputs that the price does not look at are met in some way or other, whatever is chosen here.
        let decided = |rule: &&CrossRule| rule.inputs().iter().all(|index| deciding.contains(index));
        let offered = !model.rules.iter().filter(decided).any(|rule| rule.is_broken(&view));
        if offered && !deciding.iter().zip(&chosen).any(repeats) {
            walk.visit(view, &inputs);
        }
    }
    Ok(walk.finish())
}

struct Walk<'a> {
    model: &'a Model,
    table: &'a PriceTable,
    findings: Findings,
    live_rows: Vec<bool>,
    live_surcharges: Vec<bool>,
}

impl Walk<'_> {
    fn visit(&mut self, view: View<'_>, inputs: &Inputs) {
        if let Some(row) = self.table.base_row(view) {
            self.live_rows[row] = true;
        }
        for (row, live) in self.table.surcharges.iter().zip(&mut self.live_surcharges) {
            *live |= view.holds(&row.when) == Some(true);
        }
        let ends = (self.table.price(view, End::Lowest), self.table.price(view, End::Highest));
        match ends {
            (Ok(low), Ok(high)) => {
                let range = self.findings.range.unwrap_or(PriceRange { low: low.credits, high: high.credits });
                let (low, high) = (range.low.min(low.credits), range.high.max(high.credits));
                self.findings.range = Some(PriceRange { low, high });
            }
            (Err(why), _) | (_, Err(why)) => self.findings.gaps.push(self.in_words(inputs, why)),
        }
    }

    fn in_words(&self, inputs: &Inputs, why: NoPrice) -> String {
        let word = |(name, value): (&str, &Value)| match value {
            Value::Choice(key) => format!("{name} = {key}"),
            Value::Integer(integer) => format!("{name} = {integer}"),
            Value::Decimal(decimal) => format!("{name} = {decimal}"),
            Value::Bool(flag) => format!("{name} = {flag}"),
            _ => format!("{name} given"),
        };
        let words: Vec<_> = inputs.iter().map(word).collect();
        let what =
            if words.is_empty() { format!("model `{}`", self.model.id) } else { format!("`{}`", words.join(", ")) };
        format!("{what} ({why})")
    }

    fn finish(mut self) -> Findings {
        let dead =
            |live: Vec<bool>| live.iter().enumerate().filter(|(_, live)| !**live).map(|(index, _)| index).collect();
        self.findings.dead_rows = dead(self.live_rows);
        self.findings.dead_surcharges = dead(self.live_surcharges);
        self.findings
    }
}

fn all_rows(table: &PriceTable) -> impl Iterator<Item = &Row> {
    table.rows.iter().chain(&table.surcharges)
}

/// The inputs that can change which rows match, or that a quantity measures; with everything that those hang on.
fn deciding(model: &Model, table: &PriceTable) -> BTreeSet<usize> {
    let mut deciding: BTreeSet<usize> =
        all_rows(table).flat_map(|row| &row.when).filter_map(Condition::input).collect();
    for term in all_rows(table).flat_map(|row| &row.quantity.terms) {
        match *term {
            Term::Millis(index) | Term::Fact(index, _) if !is_number(&model.inputs[index]) => {
                deciding.insert(index);
            }
            _ => {}
        }
    }
    match &table.output_pixels {
        Some(OutputPixels::Table { input, .. }) => {
            deciding.insert(*input);
        }
        Some(OutputPixels::Source { input, factor, .. }) => {
            deciding.insert(*input);
            deciding.extend(*factor);
        }
        None => {}
    }
    loop {
        let before = deciding.len();
        for index in deciding.clone() {
            deciding.extend(model.inputs[index].applies_when.iter().filter_map(Condition::input));
        }
        for involved in model.rules.iter().map(|rule| rule.inputs()) {
            if involved.iter().any(|index| deciding.contains(index)) {
                deciding.extend(involved);
            }
        }
        if deciding.len() == before {
            return deciding;
        }
    }
}

/// The distinguishable values of one input; none = left alone.
fn options(model: &Model, table: &PriceTable, index: usize) -> Vec<Option<Value>> {
    let input = &model.inputs[index];
    let mut options: Vec<Option<Value>> = match &input.kind {
        InputKind::Choice(choices) => choices.iter().map(|choice| Some(Value::Choice(choice.key.clone()))).collect(),
        InputKind::Bool => vec![Some(Value::Bool(false)), Some(Value::Bool(true))],
        InputKind::Integer(rule) => {
            let marks = marks(model, table, Subject::Input(index)).into_iter();
            let inside =
                marks.filter(|mark| (rule.min..=rule.max).contains(mark) && (mark - rule.min) % rule.step == 0);
            let mut figures: BTreeSet<i64> = inside.collect();
            figures.extend([rule.min, rule.max - (rule.max - rule.min) % rule.step]);
            figures.into_iter().map(|figure| Some(Value::Integer(figure))).collect()
        }
        InputKind::Number(_) => {
            let bounds = numeric_bounds(input).into_iter().flat_map(|(low, high)| [low, high]);
            let marks = marks(model, table, Subject::Input(index)).into_iter().filter_map(Decimal::from_integer);
            let mentioned = mentioned(model, table, index);
            let mut figures: BTreeSet<Decimal> = bounds.chain(marks).chain(mentioned).collect();
            if let Some((low, high)) = numeric_bounds(input) {
                figures.retain(|figure| (low..=high).contains(figure));
            }
            figures.into_iter().map(|figure| Some(Value::Decimal(figure))).collect()
        }
        InputKind::Text(rule) => {
            let marks = marks(model, table, Subject::Fact(index, Fact::Characters)).into_iter();
            let mut lengths: BTreeSet<usize> = marks.filter_map(|mark| usize::try_from(mark).ok()).collect();
            lengths.extend([rule.min_length.max(1), rule.max_length]);
            lengths.retain(|length| (rule.min_length.max(1)..=rule.max_length).contains(length));
            lengths.into_iter().map(|length| Some(Value::Text("a".repeat(length)))).collect()
        }
        InputKind::Media(rule) => {
            let facts = sources(model, table, index, rule.media);
            let counts: BTreeSet<usize> = [rule.min_items, rule.max_items].into();
            let files = |count: usize| facts.iter().map(move |facts| Some(Value::Media(copies(facts, count))));
            counts.into_iter().flat_map(files).collect()
        }
        InputKind::Task(rule) => {
            let model_id = rule.of.first().cloned().unwrap_or_else(|| ModelId(String::new()));
            let task = |facts| TaskRef { task: TaskId(String::new()), model: model_id.clone(), facts };
            sources(model, table, index, Media::Video).into_iter().map(|facts| Some(Value::Task(task(facts)))).collect()
        }
        InputKind::Texts(rule) => {
            [1, rule.max_items].map(|count| Some(Value::Texts(vec!["a".repeat(rule.max_length); count]))).into()
        }
        InputKind::Objects(_) => [true, false].map(|lowest| Some(Value::Objects(forms(input, lowest)))).into(),
        InputKind::Fixed(_) => Vec::new(),
    };
    if options.is_empty() || (!input.required && input.default.is_none()) {
        options.push(None);
    }
    options
}

/// The figures at which an answer about `subject` can change, each side of every bound.
fn marks(model: &Model, table: &PriceTable, subject: Subject) -> BTreeSet<i64> {
    let mut marks = BTreeSet::new();
    for condition in all_conditions(model, table).filter(|condition| condition.subject == subject) {
        match &condition.test {
            Test::Between { at_least, at_most } => {
                marks.extend(at_least.iter().flat_map(|least| [least.saturating_sub(1), *least]));
                marks.extend(at_most.iter().flat_map(|most| [*most, most.saturating_add(1)]));
            }
            Test::Is(values) => marks.extend(values.iter().filter_map(|value| match value {
                Value::Integer(integer) => Some(*integer),
                _ => None,
            })),
            Test::Given | Test::Absent => {}
        }
    }
    marks.retain(|mark| *mark >= 0 || matches!(subject, Subject::Input(_)));
    marks
}

/// The decimal numbers that conditions name.
fn mentioned(model: &Model, table: &PriceTable, index: usize) -> Vec<Decimal> {
    let about = all_conditions(model, table).filter(|condition| condition.subject == Subject::Input(index));
    let values = about.flat_map(|condition| match &condition.test {
        Test::Is(values) => values.as_slice(),
        _ => &[],
    });
    let decimal = |value: &Value| if let Value::Decimal(decimal) = value { Some(*decimal) } else { None };
    values.filter_map(decimal).collect()
}

fn all_conditions<'a>(model: &'a Model, table: &'a PriceTable) -> impl Iterator<Item = &'a Condition> {
    let of_inputs = model.inputs.iter().flat_map(|input| &input.applies_when);
    let of_rules = model.rules.iter().flat_map(|rule| rule.conditions());
    all_rows(table).flat_map(|row| &row.when).chain(of_inputs).chain(of_rules)
}

/// Facts of one source file, for each answer that conditions can tell apart.
fn sources(model: &Model, table: &PriceTable, index: usize, media: Media) -> Vec<MediaFacts> {
    let figures = |fact| marks(model, table, Subject::Fact(index, fact));
    let mut areas = figures(Fact::Pixels);
    if let Some(OutputPixels::Source { input, factor, .. }) = &table.output_pixels
        && *input == index
    {
        areas.extend(source_areas(model, table, *factor));
    }
    let mut sizes: Vec<Option<(u32, u32)>> = Vec::new();
    for side in
        figures(Fact::ShortSide).into_iter().filter_map(|side| u32::try_from(side).ok()).filter(|side| *side > 0)
    {
        sizes.push(Some((side, side)));
    }
    for area in areas.into_iter().filter_map(|area| u32::try_from(area).ok()).filter(|area| *area > 0) {
        sizes.push(Some((area, 1)));
    }
    if sizes.is_empty() {
        sizes.push(None);
    }
    let mut lengths: Vec<Option<u64>> = figures(Fact::Millis)
        .into_iter()
        .filter_map(|millis| u64::try_from(millis).ok())
        .filter(|millis| *millis > 0)
        .map(Some)
        .collect();
    if lengths.is_empty() {
        lengths.push(None);
    }
    let with = |size: Option<(u32, u32)>, millis| MediaFacts {
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        millis,
        ..MediaFacts::unknown(media)
    };
    sizes.iter().flat_map(|size| lengths.iter().map(|millis| with(*size, *millis))).collect()
}

/// The source areas at which the output's area crosses a bound.
fn source_areas(model: &Model, table: &PriceTable, factor: Option<usize>) -> BTreeSet<i64> {
    let one = i128::from(Decimal::SCALE);
    let factors: Vec<i128> = match factor.map(|index| &model.inputs[index]) {
        Some(input) if !input.choices().is_empty() => input
            .choices()
            .iter()
            .filter_map(|choice| choice.wire.number())
            .map(|number| i128::from(number.raw()))
            .collect(),
        Some(input) => numeric_bounds(input)
            .into_iter()
            .flat_map(|(low, high)| [low, high])
            .map(|number| i128::from(number.raw()))
            .collect(),
        None => vec![one],
    };
    let mut areas = BTreeSet::new();
    for bound in marks(model, table, Subject::OutputPixels) {
        for factor in factors.iter().filter(|factor| **factor > 0) {
            let area = i128::from(bound) * one * one / (factor * factor);
            areas.extend([area, area + 1].into_iter().filter_map(|area| i64::try_from(area).ok()));
        }
    }
    areas
}

/// So many files, the first with all of the length.
fn copies(facts: &MediaFacts, count: usize) -> Vec<MediaRef> {
    let file = |number: usize| {
        let millis = if number == 0 { facts.millis } else { facts.millis.map(|_| 0) };
        MediaRef { key: MediaKey(String::new()), facts: MediaFacts { millis, ..facts.clone() } }
    };
    (0..count).map(file).collect()
}

/// The smallest and the largest list of objects, as far as counting can tell.
fn forms(input: &Input, lowest: bool) -> Vec<Inputs> {
    let InputKind::Objects(rule) = &input.kind else { return Vec::new() };
    let count = if lowest { rule.min_items } else { rule.max_items };
    let length =
        fact_bound(input, Fact::Characters, lowest).and_then(|length| usize::try_from(length).ok()).unwrap_or(1);
    let mut forms = vec![Inputs::new(); count];
    if let Some(first) = forms.first_mut() {
        first.set("text", Value::Text("a".repeat(length)));
    }
    forms
}
