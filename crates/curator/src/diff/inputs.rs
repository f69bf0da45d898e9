//! What a model takes: KIE's document against our inputs.

use std::collections::{BTreeMap, BTreeSet};

use domain::models::{Decimal, Input, InputKind, Model, Value};
use serde_json::Value as Json;

use super::difference::What;
use super::document;
use super::shape::{Bound, Shape, WireType, contains, decimal, is_same};
use super::words::one_line;

/// Inputs that we leave out on purpose, in every model: switches of KIE's own checks, and where it calls back.
const LEFT_OUT: [&str; 4] = ["nsfw_checker", "enable_safety_checker", "callBackUrl", "callback_url"];

/// More values than any button row has; longer ranges are compared by their ends.
const VALUES_MAX: i64 = 512;

pub(super) fn compare(model: &Model, document: &Json) -> Vec<What> {
    let Some(theirs) = document::input(document) else { return vec![What::Unreadable] };
    let mut comparison = Comparison::default();
    comparison.form("", model.inputs(), &theirs);
    let Comparison { mut found, not_offered } = comparison;
    if !not_offered.is_empty() {
        found.push(What::NotOffered { inputs: not_offered });
    }
    found
}

#[derive(Default)]
struct Comparison {
    found: Vec<What>,
    not_offered: Vec<String>,
}

impl Comparison {
    /// All inputs of a form, nested ones under `prefix`.
    fn form(&mut self, prefix: &str, inputs: &[Input], theirs: &Shape) {
        let names: BTreeSet<_> = inputs.iter().map(|input| input.name.as_str()).collect();
        for name in theirs.fields.keys().filter(|name| !names.contains(name.as_str())) {
            let input = format!("{prefix}{}", one_line(name));
            if theirs.required.contains(name) {
                self.found.push(What::InputMissing { input });
            } else if !LEFT_OUT.contains(&name.as_str()) {
                self.not_offered.push(input);
            }
        }
        for input in inputs {
            let name = format!("{prefix}{}", input.name);
            match theirs.fields.get(&input.name) {
                Some(field) => {
                    self.required(&name, input, theirs.required.contains(&input.name));
                    self.field(&name, input, field);
                }
                None => self.found.push(What::InputUnknown { input: name }),
            }
        }
    }

    fn required(&mut self, name: &str, input: &Input, required: bool) {
        if required && !input.is_always_sent() {
            self.found.push(What::NowRequired { input: name.to_owned() });
        } else if !required && input.must_be_asked() {
            self.found.push(What::NoLongerRequired { input: name.to_owned() });
        }
    }

    fn field(&mut self, name: &str, input: &Input, theirs: &Shape) {
        let ours = Sent::of(input);
        let takes = |ours: &WireType| theirs.types.iter().any(|theirs| theirs.takes(*ours));
        if !theirs.types.is_empty() && !ours.types.iter().all(takes) {
            let words =
                |types: &BTreeSet<WireType>| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
            let (ours, theirs) = (words(&ours.types), words(&theirs.types));
            // The values would differ all over as well, and say nothing more.
            self.found.push(What::TypeDiffers { input: name.to_owned(), ours, theirs });
            return;
        }
        if theirs.values.is_empty() {
            self.bounds(name, &ours, theirs);
        } else {
            self.values(name, input, &ours, theirs);
            self.bounds(name, &Sent { bounds: without_numbers(&ours), ..ours }, theirs);
        }
        self.left_to_kie(name, input, theirs);
        if let (InputKind::Objects(rule), Some(items)) = (&input.kind, &theirs.items)
            && !items.fields.is_empty()
        {
            self.form(&format!("{name}."), &rule.fields, items);
        }
    }

    fn values(&mut self, name: &str, input: &Input, ours: &Sent, theirs: &Shape) {
        let input_name = name.to_owned();
        if matches!(input.kind, InputKind::Text(_)) {
            self.found.push(What::NowChoices { input: input_name, values: shown(&theirs.values) });
            return;
        }
        let minus = |all: &[Json], known: &[Json]| -> Vec<Json> {
            all.iter().filter(|value| !contains(known, value)).cloned().collect()
        };
        let gone = minus(&ours.values, &theirs.values);
        if !gone.is_empty() {
            self.found.push(What::ValuesGone { input: input_name.clone(), values: shown(&gone) });
        }
        let new = minus(&theirs.values, &ours.values);
        // A constant is a choice that we made; a range that is compared by its ends has values between them.
        if !new.is_empty() && !input.is_fixed() && ours.all_values {
            self.found.push(What::ValuesNew { input: input_name, values: shown(&new) });
        }
    }

    fn bounds(&mut self, name: &str, ours: &Sent, theirs: &Shape) {
        for (bound, our) in &ours.bounds {
            if let Some(their) = theirs.bounds.get(bound).filter(|their| bound.is_tighter(**their, *our)) {
                let (ours, theirs) = (our.to_string(), their.to_string());
                self.found.push(What::Tighter { input: name.to_owned(), bound: *bound, ours, theirs });
            }
        }
    }

    fn left_to_kie(&mut self, name: &str, input: &Input, theirs: &Shape) {
        let ours = input.default.as_ref().filter(|_| input.relies_on_default());
        let ours = ours.and_then(|default| wire(input, default));
        if let (Some(ours), Some(theirs)) = (ours, &theirs.default)
            && !is_same(&ours, theirs)
        {
            let (ours, theirs) = (ours.to_string(), one_line(&theirs.to_string()));
            self.found.push(What::DefaultDiffers { input: name.to_owned(), ours, theirs });
        }
    }
}

/// What we may put on the wire for an input.
struct Sent {
    types: BTreeSet<WireType>,
    /// Empty = too many to name.
    values: Vec<Json>,
    /// Whether `values` are all that we send.
    all_values: bool,
    bounds: BTreeMap<Bound, Decimal>,
}

impl Sent {
    fn of(input: &Input) -> Self {
        let (kind, values) = (&input.kind, values(input));
        let types = match kind {
            InputKind::Text(_) | InputKind::Task(_) => [WireType::Text].into(),
            InputKind::Integer(rule) if rule.as_text => [WireType::Text].into(),
            InputKind::Integer(_) => [WireType::Integer].into(),
            InputKind::Number(_) => [WireType::Number].into(),
            InputKind::Bool => [WireType::Flag].into(),
            InputKind::Media(rule) if !rule.list => [WireType::Text].into(),
            InputKind::Media(_) | InputKind::Texts(_) | InputKind::Objects(_) => [WireType::List].into(),
            InputKind::Choice(_) | InputKind::Fixed(_) => values.iter().filter_map(WireType::of).collect(),
        };
        let all_values = match kind {
            InputKind::Integer(rule) => usize::try_from((rule.max - rule.min) / rule.step + 1) == Ok(values.len()),
            InputKind::Number(_) => false,
            _ => true,
        };
        Self { types, values, all_values, bounds: bounds(input) }
    }
}

fn values(input: &Input) -> Vec<Json> {
    match &input.kind {
        InputKind::Choice(choices) => choices.iter().map(|choice| choice.wire.to_json()).collect(),
        InputKind::Bool => vec![true.into(), false.into()],
        InputKind::Integer(rule) => {
            let step = usize::try_from(rule.step).unwrap_or(1).max(1);
            let numbers: Vec<_> = if (rule.max - rule.min) / rule.step < VALUES_MAX {
                (rule.min..=rule.max).step_by(step).collect()
            } else {
                vec![rule.min, rule.max]
            };
            let json = |number: i64| if rule.as_text { number.to_string().into() } else { number.into() };
            numbers.into_iter().map(json).collect()
        }
        InputKind::Number(rule) => [rule.min, rule.max].map(|number| Json::Number(number.to_json())).into(),
        InputKind::Fixed(constant) => vec![constant.clone()],
        InputKind::Text(_) | InputKind::Media(_) | InputKind::Texts(_) | InputKind::Objects(_) | InputKind::Task(_) => {
            Vec::new()
        }
    }
}

fn bounds(input: &Input) -> BTreeMap<Bound, Decimal> {
    let count = |count: usize| i64::try_from(count).ok().and_then(Decimal::from_integer);
    let found = match &input.kind {
        // An empty text is not sent at all.
        InputKind::Text(rule) => {
            vec![(Bound::LengthLeast, count(rule.min_length.max(1))), (Bound::LengthMost, count(rule.max_length))]
        }
        InputKind::Integer(rule) if !rule.as_text => {
            vec![(Bound::Least, Decimal::from_integer(rule.min)), (Bound::Most, Decimal::from_integer(rule.max))]
        }
        InputKind::Number(rule) => vec![(Bound::Least, Some(rule.min)), (Bound::Most, Some(rule.max))],
        InputKind::Choice(choices) => {
            let numbers = || choices.iter().filter_map(|choice| decimal(&choice.wire.to_json()));
            vec![(Bound::Least, numbers().min()), (Bound::Most, numbers().max())]
        }
        InputKind::Media(rule) if rule.list => {
            vec![(Bound::ItemsLeast, count(rule.min_items)), (Bound::ItemsMost, count(rule.max_items))]
        }
        InputKind::Texts(rule) => vec![(Bound::ItemsMost, count(rule.max_items))],
        InputKind::Objects(rule) => {
            vec![(Bound::ItemsLeast, count(rule.min_items)), (Bound::ItemsMost, count(rule.max_items))]
        }
        InputKind::Integer(_) | InputKind::Bool | InputKind::Media(_) | InputKind::Task(_) | InputKind::Fixed(_) => {
            Vec::new()
        }
    };
    found.into_iter().filter_map(|(bound, figure)| Some((bound, figure?))).collect()
}

/// Where values are named, the ends of the numbers say nothing more.
fn without_numbers(sent: &Sent) -> BTreeMap<Bound, Decimal> {
    let is_number = |bound: &Bound| matches!(bound, Bound::Least | Bound::Most);
    sent.bounds.iter().filter(|(bound, _)| !is_number(bound)).map(|(bound, figure)| (*bound, *figure)).collect()
}

/// A default of ours as KIE would get it; none for what defaults are not made of.
fn wire(input: &Input, value: &Value) -> Option<Json> {
    match value {
        Value::Text(text) => Some(text.as_str().into()),
        Value::Choice(key) => input.choice(key).map(|choice| choice.wire.to_json()),
        Value::Integer(integer) => match &input.kind {
            InputKind::Integer(rule) if rule.as_text => Some(integer.to_string().into()),
            _ => Some((*integer).into()),
        },
        Value::Decimal(decimal) => Some(Json::Number(decimal.to_json())),
        Value::Bool(flag) => Some((*flag).into()),
        Value::Media(_) | Value::Texts(_) | Value::Objects(_) | Value::Task(_) => None,
    }
}

fn shown(values: &[Json]) -> Vec<String> {
    values.iter().map(|value| one_line(&value.to_string())).collect()
}
