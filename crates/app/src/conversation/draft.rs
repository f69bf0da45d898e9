//! What is being composed, and where the wizard is with it.

use domain::free::Means;
use domain::ids::{GenerationId, ModelId};
use domain::models::{Inputs, MediaKey, Model};
use domain::money::Money;
use domain::quote::Quote;
use domain::staff::{Actor, Duty};
use serde::{Deserialize, Serialize};

use super::{Notice, askable, is_sold};

/// A generation that is being composed. Its id becomes the generation's, so any number of confirms is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The generation's id to be.
    pub id: GenerationId,
    /// Grows with each change; a button of an older revision redraws and changes nothing.
    pub revision: u16,
    /// Which model.
    pub model: ModelId,
    /// What is filled in so far.
    pub inputs: Inputs,
    /// Where the wizard is.
    pub step: Step,
    /// What the confirm screen says it is paid with: nothing else is taken.
    #[serde(default, skip_serializing_if = "is_money")]
    pub means: Means,
    /// The own generation whose result went into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<GenerationId>,
    /// The album that arrives, or that arrived last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<Album>,
    /// The screen that the open question was asked from once more: its answer leads back there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_from: Option<Origin>,
    /// Of the optional inputs, from 0.
    #[serde(default, skip_serializing_if = "is_first")]
    pub options_page: u16,
    /// Begun at the desk to try the model at the shop's cost. It is said to be paid with a run, so that a version that does not know of trials
    /// never takes money for one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

impl Draft {
    /// Whether it tries a model at the shop's cost: whose duty that is not (any more) orders like everybody.
    pub(crate) fn is_trial_of(&self, actor: Option<Actor>) -> bool {
        self.trial && actor.is_some_and(|actor| actor.role.may(Duty::Models))
    }
}

/// Whether a draft of this model can go on: the model is sold, or it is tried at the desk.
pub(crate) fn can_go_on(draft: &Draft, model: &Model, actor: Option<Actor>) -> bool {
    is_sold(model) || draft.is_trial_of(actor) && askable(model)
}

/// A screen of the draft that offers to change an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The optional inputs.
    Options,
    /// The confirm screen.
    Review,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands a reference")]
const fn is_money(means: &Means) -> bool {
    matches!(means, Means::Money)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands a reference")]
const fn is_first(page: &u16) -> bool {
    *page == 0
}

/// An album on its way into a draft: its files are put in the order of their messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Album {
    /// Telegram's id of it.
    pub id: String,
    /// The question that it answers.
    pub question: Step,
    /// The messages of the files that were taken, with the files' keys.
    pub messages: Vec<(i64, MediaKey)>,
    /// What is to be said once it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
}

/// Where the wizard is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Asking for one input.
    Ask {
        /// Its wire name.
        input: String,
        /// Of its many choices or items, from 0.
        #[serde(default, skip_serializing_if = "is_first")]
        page: u16,
    },
    /// Asking for one field of one item of a list of objects.
    Item {
        /// The list's wire name.
        input: String,
        /// Which item, from 0.
        index: u16,
        /// The field's wire name.
        field: String,
        /// Of its many choices, from 0.
        #[serde(default, skip_serializing_if = "is_first")]
        page: u16,
    },
    /// Everything is answered; files are still being checked.
    Preparing,
    /// Showing the optional inputs.
    Options,
    /// Showing everything with the exact price.
    Review {
        /// The price that is shown.
        quote: Quote,
    },
    /// The balance does not cover the price.
    Short {
        /// What could be spent then.
        available: Money,
        /// The price.
        quote: Quote,
    },
}
