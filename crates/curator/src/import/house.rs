//! The catalog's own words for inputs and choices, so that a draft speaks like its neighbours.

use std::collections::BTreeMap;

use domain::ids::ModelId;
use domain::models::{Catalog, Input, InputKind, Localized, WireValue};

use super::field::{Field, Shape};

/// Names of models, titles, labels and constants of the catalog, by wire names and values.
#[derive(Debug)]
pub(super) struct House<'c> {
    inputs: BTreeMap<&'c str, Vec<&'c Input>>,
    labels: BTreeMap<(&'c str, String), Vec<&'c Localized>>,
    /// With the names of the inputs.
    common_labels: BTreeMap<String, Vec<(&'c str, &'c Localized)>>,
    names: BTreeMap<&'c str, &'c ModelId>,
    /// None: some model lets the user choose.
    constants: BTreeMap<&'c str, Option<&'c serde_json::Value>>,
}

impl<'c> House<'c> {
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let mut house = Self {
            inputs: BTreeMap::new(),
            labels: BTreeMap::new(),
            common_labels: BTreeMap::new(),
            constants: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for model in catalog.all() {
            house.names.extend([&model.title.ru, &model.title.en].map(|title| (title.as_str(), &model.id)));
        }
        for input in catalog.all().flat_map(|model| model.inputs()) {
            house.learn(input);
        }
        house
    }

    fn learn(&mut self, input: &'c Input) {
        let constant = match &input.kind {
            InputKind::Fixed(value) => Some(value),
            _ => None,
        };
        let entry = self.constants.entry(&input.name).or_insert(constant);
        if *entry != constant {
            *entry = None;
        }
        if constant.is_none() {
            self.inputs.entry(&input.name).or_default().push(input);
        }
        for choice in input.choices().iter().filter(|choice| !speaks_for_itself(&choice.wire)) {
            let key = choice.key.as_str().to_owned();
            self.labels.entry((&input.name, key.clone())).or_default().push(&choice.label);
            self.common_labels.entry(key).or_default().push((&input.name, &choice.label));
        }
        if let InputKind::Objects(rule) = &input.kind {
            for field in &rule.fields {
                self.learn(field);
            }
        }
    }

    /// What inputs like this one are called: those of its name, of its sort, and with choices in common (`mode` is here a mood and
    /// there a resolution). None if the catalog has none, or only others that do not agree.
    pub(super) fn title(&self, field: &Field) -> Option<&'c Localized> {
        let all = self.inputs.get(field.name.as_str())?;
        let alike: Vec<_> =
            all.iter().filter(|input| is_alike(input, &field.shape)).map(|input| &input.title).collect();
        if !alike.is_empty() {
            return usual(&alike);
        }
        let first = &all.first()?.title;
        all.iter().all(|input| input.title == *first).then_some(first)
    }

    /// How this choice of this input is labelled most often; else this choice of any input, if several inputs call it the same.
    pub(super) fn label(&self, name: &str, key: &str) -> Option<&'c Localized> {
        // The map's key borrows for the catalog's life; a look-up by parts walks the few labels there are.
        let mut own = self.labels.iter().filter(|((input, choice), _)| *input == name && choice == key);
        if let Some((_, labels)) = own.next() {
            return usual(labels);
        }
        let all = self.common_labels.get(key)?;
        let label = usual(&all.iter().map(|(_, label)| *label).collect::<Vec<_>>())?;
        let mut names = all.iter().filter(|(_, other)| *other == label).map(|(name, _)| *name);
        let first = names.next()?;
        names.any(|name| name != first).then_some(label)
    }

    /// Whether another model bears this name already.
    pub(super) fn is_taken(&self, title: &str, id: &str) -> bool {
        self.names.get(title).is_some_and(|other| other.0 != id)
    }

    /// What every model of the catalog sends for this input without asking.
    pub(super) fn constant(&self, name: &str) -> Option<&'c serde_json::Value> {
        self.constants.get(name).copied().flatten()
    }
}

fn is_alike(input: &Input, shape: &Shape) -> bool {
    match (&input.kind, shape) {
        (InputKind::Choice(_), Shape::Choice(choices)) => {
            input.choices().iter().any(|choice| choices.iter().any(|wire| choice.key.as_str() == wire.to_string()))
        }
        (InputKind::Media(rule), Shape::Files(files)) => rule.media == files.media && rule.list == files.list,
        (InputKind::Integer(_) | InputKind::Number(_), Shape::Integer { .. } | Shape::Number { .. })
        | (InputKind::Text(_), Shape::Text { .. })
        | (InputKind::Bool, Shape::Bool)
        | (InputKind::Texts(_), Shape::Texts { .. })
        | (InputKind::Objects(_), Shape::Objects { .. })
        | (InputKind::Task(_), Shape::Task) => true,
        _ => false,
    }
}

/// The most frequent of some texts; of equals the first in order of the alphabet, so that a draft is the same each time.
fn usual<'c>(all: &[&'c Localized]) -> Option<&'c Localized> {
    let count = |one: &Localized| all.iter().filter(|other| **other == one).count();
    all.iter().copied().max_by(|a, b| count(a).cmp(&count(b)).then_with(|| (&b.en, &b.ru).cmp(&(&a.en, &a.ru))))
}

/// Whether a choice needs no label: sizes, ratios, resolutions, plain numbers. The catalog's loader has the last word.
pub(super) fn speaks_for_itself(value: &WireValue) -> bool {
    match value {
        WireValue::Integer(_) | WireValue::Decimal(_) => true,
        WireValue::Bool(_) => false,
        WireValue::Text(text) => {
            text.starts_with(|first: char| first.is_ascii_digit())
                && text.chars().all(|letter| letter.is_ascii_digit() || ":.xX*pPkK".contains(letter))
        }
    }
}
