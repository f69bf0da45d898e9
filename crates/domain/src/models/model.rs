//! One model: what it is, what it takes, what it costs.

use std::time::Duration;

use super::condition::{Condition, View};
use super::dedicated::Dedicated;
use super::kind::{Kind, Output};
use super::price::{End, NoPrice, PriceRange, PriceTable};
use super::schema::{Choice, Input, Localized};
use super::value::{Inputs, Value};
use crate::clock::Timestamp;
use crate::free::FreeLimits;
use crate::ids::ModelId;
use crate::money::{Markup, PriceFactor};
use crate::ports::StopReason;
use crate::quote::{Cost, SetPrice};
use crate::rest::Rest;

/// A model of the catalog. Made by the loader only, so its schema and price table fit each other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Model {
    /// KIE's id, ours too: what goes into `model` of createTask.
    pub id: ModelId,
    /// Who made the model.
    pub vendor: Vendor,
    /// Its main task.
    pub kind: Kind,
    /// Further tasks that its optional inputs allow.
    pub also: Vec<Kind>,
    /// What comes back.
    pub output: Output,
    /// Its name in the shop window.
    pub title: Localized,
    /// One line: what one gets.
    pub summary: Localized,
    /// A prompt worth trying, if it takes one.
    pub example: Option<Localized>,
    /// Whether it is sold.
    pub status: Status,
    /// How long a generation usually takes, before we have measured it.
    pub usual_duration: Duration,
    /// How often a user may have it for nothing, if at all.
    pub free: Option<FreeLimits>,
    /// A margin of its own, set by the owner at run time.
    pub markup: Option<Markup>,
    /// A price of its own, set by the owner at run time; it wins over every margin.
    pub set_price: Option<SetPrice>,
    pub(super) inputs: Vec<Input>,
    pub(super) rules: Vec<CrossRule>,
    pub(super) price: Option<PriceTable>,
    pub(super) range: Option<PriceRange>,
    pub(super) dedicated: Option<Dedicated>,
}

/// Who made a model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vendor {
    /// A short name for buttons and addresses: `google`.
    pub slug: String,
    /// The name as it is written.
    pub name: String,
}

/// Whether a model is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is, unless the owner switched it off.
    Live,
    /// It is listed for the owner only.
    Hidden {
        /// Why: withdrawn, without a price, doubtful.
        reason: String,
    },
    /// It is not sold for now, although the files sell it; see [`Catalog::with_stops`](super::Catalog::with_stops).
    Stopped {
        /// Why.
        reason: StopReason,
        /// Since when.
        since: Timestamp,
    },
    /// It failed too often and is not sold for a while; see [`Catalog::with_rests`](super::Catalog::with_rests).
    Resting(Rest),
}

/// A rule between inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CrossRule {
    /// At least one of these must be given.
    AnyOf(Vec<usize>),
    /// Exactly one of these must be given.
    OneOf(Vec<usize>),
    /// What is in one group excludes what is in the others.
    Apart(Vec<Vec<usize>>),
    /// These conditions must not hold all at once.
    Forbid(Vec<Condition>),
}

impl Model {
    /// All inputs, constants included, in the order of the wizard.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The input with this wire name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The price table; none for some hidden models.
    pub const fn price_table(&self) -> Option<&PriceTable> {
        self.price.as_ref()
    }

    /// The lowest and highest price over all that is offered; none without a price table.
    pub const fn price_range(&self) -> Option<PriceRange> {
        self.range
    }

    /// The older endpoint that makes the same, if there is one.
    pub const fn dedicated(&self) -> Option<&Dedicated> {
        self.dedicated.as_ref()
    }

    /// Whether it is sold, as far as the catalog decides.
    pub const fn is_live(&self) -> bool {
        matches!(self.status, Status::Live)
    }

    /// What turns its credits into roubles: the shop's factor with its own margin, if it has one.
    #[must_use]
    pub fn factor(&self, shop: PriceFactor) -> PriceFactor {
        PriceFactor { markup: self.markup.unwrap_or(shop.markup), ..shop }
    }

    /// Why it is not sold for now, and since when, if it is stopped.
    pub const fn stop(&self) -> Option<(StopReason, Timestamp)> {
        match self.status {
            Status::Stopped { reason, since } => Some((reason, since)),
            Status::Live | Status::Hidden { .. } | Status::Resting(_) => None,
        }
    }

    /// Its rest, if it rests.
    pub const fn rest(&self) -> Option<&Rest> {
        match &self.status {
            Status::Resting(rest) => Some(rest),
            _ => None,
        }
    }

    /// Whether it is sold but for a stop or a rest: it has a card that says so, and its drafts are kept.
    pub const fn is_off_for_now(&self) -> bool {
        matches!(self.status, Status::Stopped { .. } | Status::Resting(_))
    }

    /// Whether it does this task, mainly or also.
    pub fn does(&self, kind: Kind) -> bool {
        self.kind == kind || self.also.contains(&kind)
    }

    /// The inputs that a user can see and change, given what is filled in: no constants, none that do not apply.
    pub fn open_inputs<'a>(&'a self, inputs: &'a Inputs) -> impl Iterator<Item = &'a Input> {
        let view = View::new(&self.inputs, inputs);
        let open = move |(index, input): &(usize, &Input)| !input.is_fixed() && view.applies(*index) == Some(true);
        self.inputs.iter().enumerate().filter(open).map(|(_, input)| input)
    }

    /// What holds for an input: what was filled in, else its default; none if neither, or if the input does not apply.
    pub fn value<'a>(&'a self, inputs: &'a Inputs, name: &str) -> Option<&'a Value> {
        let index = self.inputs.iter().position(|input| input.name == name)?;
        View::new(&self.inputs, inputs).value(index)
    }

    /// The first input that must still be asked for: the wizard's next step.
    pub fn next_missing<'a>(&'a self, inputs: &'a Inputs) -> Option<&'a Input> {
        self.open_inputs(inputs).find(|input| input.must_be_asked() && inputs.get(&input.name).is_none())
    }

    /// The choices of an input that are offered beside what else is filled in.
    pub fn choices<'a>(&'a self, inputs: &'a Inputs, name: &'a str) -> impl Iterator<Item = &'a Choice> {
        let all = self.input(name).map(Input::choices).unwrap_or_default();
        all.iter().filter(move |choice| {
            let value = Value::Choice(choice.key.clone());
            let view = View { replaced: Some((name, &value)), ..View::new(&self.inputs, inputs) };
            !self.rules.iter().any(|rule| matches!(rule, CrossRule::Forbid(_)) && rule.is_broken(&view))
        })
    }

    /// The price of what is filled in so far; what is still open takes the dearest it can become.
    ///
    /// # Errors
    /// [`NoPrice`]; a model without a price is not sold.
    pub fn credits(&self, inputs: &Inputs) -> Result<Cost, NoPrice> {
        self.price(View::new(&self.inputs, inputs))
    }

    /// The price if `value` stood for input `name`: what a button of that input leads to.
    ///
    /// # Errors
    /// [`NoPrice`].
    pub fn credits_with(&self, inputs: &Inputs, name: &str, value: &Value) -> Result<Cost, NoPrice> {
        self.price(View { replaced: Some((name, value)), ..View::new(&self.inputs, inputs) })
    }

    fn price(&self, view: View<'_>) -> Result<Cost, NoPrice> {
        self.price.as_ref().ok_or(NoPrice::NoTable)?.price(view, End::Quote)
    }
}

impl CrossRule {
    /// Whether the rule is surely broken.
    pub(super) fn is_broken(&self, view: &View<'_>) -> bool {
        let given = |index: &usize| view.given(*index).is_some();
        match self {
            Self::AnyOf(inputs) => !inputs.iter().any(given),
            Self::OneOf(inputs) => inputs.iter().filter(|index| given(index)).count() != 1,
            Self::Apart(groups) => groups.iter().filter(|group| group.iter().any(given)).count() > 1,
            Self::Forbid(conditions) => view.holds(conditions) == Some(true),
        }
    }

    /// Its conditions, if it has some.
    pub(super) fn conditions(&self) -> &[Condition] {
        match self {
            Self::Forbid(conditions) => conditions,
            Self::AnyOf(_) | Self::OneOf(_) | Self::Apart(_) => &[],
        }
    }

    /// The inputs that it speaks of.
    pub(super) fn inputs(&self) -> Vec<usize> {
        match self {
            Self::AnyOf(inputs) | Self::OneOf(inputs) => inputs.clone(),
            Self::Apart(groups) => groups.concat(),
            Self::Forbid(conditions) => conditions.iter().filter_map(Condition::input).collect(),
        }
    }
}
