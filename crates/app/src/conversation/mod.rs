//! The conversation with one user: what is on the screen, what is being composed, and how an event changes both.
//!
//! [`Talk`] is the stored state; [`decide`] is a pure function from it, the [`Event`](crate::event::Event) and the facts at hand to a
//! [`Decision`]. Drawing is a pure function of [`Talk`] too (see [`crate::screens`]), so a repeated update can draw again what was to be
//! shown, and a restart loses nothing.
//!
//! To add a screen: a variant of [`View`], its arm in `decide`, its arm in `screens::render`, its texts, a snapshot.

mod decide;
mod files;
mod refusal;
mod wizard;

pub use decide::{Context, Decision, Effect, decide};
pub(crate) use decide::{is_sold, kind_of};
pub(crate) use files::{MEGABYTE, file_bytes_max, format_names};
pub use wizard::askable;
pub(crate) use wizard::{candidates, is_question, options};

use domain::ids::{GenerationId, ModelId};
use domain::models::{Decimal, Inputs};
use domain::money::Money;
use domain::quote::Quote;
use domain::screen::{Key, Text};
use serde::{Deserialize, Serialize};

use crate::texts::{Arg, Words};

/// What is going on with a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// What the window shows.
    pub view: View,
    /// What is said above it, until the next event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// What is being composed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
}

/// A screen and its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The greeting of a new user, with the menu.
    Welcome,
    /// The main menu.
    #[default]
    Menu,
    /// The models of one kind.
    Section {
        /// Of the kind's name.
        section: Key,
        /// From 0.
        page: u16,
    },
    /// A model's card.
    Model {
        /// Which.
        model: ModelId,
    },
    /// The draft, at its step.
    Draft,
    /// A generation: its progress, or its card once it has ended.
    Generation {
        /// Which.
        generation: GenerationId,
    },
    /// Balance.
    Balance,
    /// Statement.
    Statement {
        /// From 0.
        page: u16,
    },
    /// Own generations.
    History {
        /// From 0.
        page: u16,
    },
    /// How to put money on the balance.
    TopUp,
    /// Settings.
    Settings,
    /// Help.
    Help,
    /// Whom to ask.
    Support,
    /// Whom to ask about a payment.
    PaySupport,
    /// The terms.
    Terms,
}

/// One line above a screen: a text and its arguments, so that it is drawn in whatever language is set by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The text's key.
    pub key: String,
    /// Its arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, NoticeArg)>,
}

/// An argument of a [`Notice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NoticeArg {
    /// A number, for plural forms.
    Number(i64),
    /// Words.
    Words(String),
    /// Another text, by its key.
    Text {
        /// Its key.
        key: String,
    },
    /// An exact decimal number, drawn with the language's own sign before the fraction.
    Figure {
        /// With a point.
        figure: String,
    },
}

impl Notice {
    /// Without arguments.
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new() }
    }

    /// With one more number.
    #[must_use]
    pub fn number(mut self, name: &str, number: impl TryInto<i64>) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Number(number.try_into().unwrap_or(i64::MAX))));
        self
    }

    /// With one more piece of text.
    #[must_use]
    pub fn words(mut self, name: &str, words: impl Into<String>) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Words(words.into())));
        self
    }

    /// With one more decimal number.
    #[must_use]
    pub fn figure(mut self, name: &str, figure: &Decimal) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Figure { figure: figure.to_string() }));
        self
    }

    /// With another text put in.
    #[must_use]
    pub fn text(mut self, name: &str, key: &str) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Text { key: key.to_owned() }));
        self
    }

    /// The notice in words.
    pub fn render(&self, words: Words<'_>) -> Text {
        let arg = |arg: &NoticeArg| match arg {
            NoticeArg::Number(number) => Arg::Number(*number),
            NoticeArg::Words(text) => Arg::Words(text.clone()),
            NoticeArg::Text { key } => Arg::Words(words.plain(key, &[])),
            NoticeArg::Figure { figure } => Arg::Words(words.decimal(figure)),
        };
        let args: Vec<_> = self.args.iter().map(|(name, value)| (name.as_str(), arg(value))).collect();
        words.text(&self.key, &args)
    }
}

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
}

/// Where the wizard is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Asking for one input.
    Ask {
        /// Its wire name.
        input: String,
    },
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
