//! The conversation with one user: what is on the screen, what is being composed, and how an event changes both.
//!
//! [`Talk`] is the stored state; [`decide`] is a pure function from it, the [`Event`](crate::event::Event) and the facts at hand to a
//! [`Decision`]. Drawing is a pure function of [`Talk`] too (see [`crate::screens`]), so a repeated update can draw again what was to be
//! shown, and a restart loses nothing.
//!
//! To add a screen: a variant of [`View`], its arm in `decide`, its arm in `screens::render`, its texts, a snapshot.

mod account;
mod browse;
mod decide;
mod files;
mod refusal;
mod results;
mod stash;
mod wizard;

pub use account::{LETTERS_MAX, LETTERS_WITHIN};
pub use browse::{Section, origin_of};
pub(crate) use decide::is_sold;
pub use decide::{Context, Decision, Effect, Letter, decide};
pub(crate) use files::{MEGABYTE, file_bytes_max, format_names};
pub use stash::{fill, takes};
pub(crate) use stash::{found, offered, sections};
pub use wizard::askable;
pub(crate) use wizard::{
    CHOICES_PAGE, CHOICES_PAGED, Question, candidates, fields, is_question, mends, objects, options, required, results,
};

use domain::clock::Timestamp;
use domain::ids::{GenerationId, InputId, ModelId, UserId};
use domain::models::{Catalog, Decimal, InputKind, Inputs, Localized, MediaKey, MediaRef};
use domain::money::Money;
use domain::quote::Quote;
use domain::screen::{HistoryFilter, Key, Language, Shelf, Text};
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
    /// The screens that Back leads to, the nearest last; at most [`TRAIL_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<View>,
    /// What the user sent without being asked, or took from a result, until a model takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stash: Option<Stash>,
    /// Until then nothing is drawn: an album is still arriving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_until: Option<Timestamp>,
    /// When the user wrote to the support lately.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Timestamp>,
}

impl Talk {
    /// The input files that the draft and the stash name.
    pub fn input_ids(&self) -> Vec<InputId> {
        let stashed = self.stash.iter().flat_map(|stash| stash.files.iter().map(|arrival| &arrival.file));
        let drafted = self.draft.iter().flat_map(|draft| draft.inputs.files());
        stashed.chain(drafted).filter_map(|file| file.key.0.parse().ok()).collect()
    }

    /// The models of whose results the open question wants one.
    pub fn wanted_results<'a>(&self, catalog: &'a Catalog) -> Option<&'a [ModelId]> {
        let draft = self.draft.as_ref().filter(|_| self.view == View::Draft)?;
        let Step::Ask { input, .. } = &draft.step else { return None };
        match &catalog.model(&draft.model)?.input(input)?.kind {
            InputKind::Task(rule) => Some(&rule.of),
            _ => None,
        }
    }
}

/// Who goes deeper than this does not find back by single steps anyway; the menu is one tap away.
pub const TRAIL_MAX: usize = 12;

/// Words and files that wait for a model to take them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stash {
    /// Words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Files, in the user's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Arrival>,
    /// The album that the files belong to: its further ones join them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// The own generation whose result the files are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<GenerationId>,
}

/// A file and its place among others: Telegram may hand over an album in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The file.
    pub file: MediaRef,
    /// The message that brought it; 0 if none did.
    pub message: i64,
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
    /// One vendor's models of one section.
    SectionVendor {
        /// Of the kind's name.
        section: Key,
        /// Of the vendor's slug.
        vendor: Key,
        /// From 0.
        page: u16,
    },
    /// All vendors.
    Vendors {
        /// From 0.
        page: u16,
    },
    /// One vendor's models.
    Vendor {
        /// Of the vendor's slug.
        vendor: Key,
        /// From 0.
        page: u16,
    },
    /// A list of models that is not a section.
    Shelf {
        /// Which.
        shelf: Shelf,
        /// From 0.
        page: u16,
    },
    /// Asking for the words to search by.
    Search,
    /// What a search found.
    Found {
        /// As typed.
        query: String,
        /// From 0.
        page: u16,
    },
    /// The tasks that take the stash.
    Offer,
    /// The models of one section that take the stash.
    Offered {
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
        /// Which of them.
        #[serde(default, skip_serializing_if = "is_all")]
        filter: HistoryFilter,
        /// From 0.
        page: u16,
    },
    /// What a generation cost.
    Receipt {
        /// Which.
        generation: GenerationId,
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
    /// What is kept about the user, and for how long.
    Privacy,
    /// Asking whether the user's data shall really be deleted.
    Forget,
    /// The user's data are deleted; drawn once, never stored.
    Forgotten,
    /// An owner's answer to a user is awaited.
    Reply {
        /// To whom.
        user: UserId,
    },
}

impl View {
    /// Whether both are the same screen but for the page.
    pub fn is_same_place(&self, other: &Self) -> bool {
        let first = |view: &Self| {
            let mut view = view.clone();
            match &mut view {
                Self::Section { page, .. }
                | Self::SectionVendor { page, .. }
                | Self::Vendors { page }
                | Self::Vendor { page, .. }
                | Self::Shelf { page, .. }
                | Self::Found { page, .. }
                | Self::Offered { page, .. }
                | Self::Statement { page }
                | Self::History { page, .. } => *page = 0,
                _ => {}
            }
            view
        };
        first(self) == first(other)
    }
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
    /// The catalog's own words, such as an input's title.
    Title {
        /// In Russian.
        ru: String,
        /// In English.
        en: String,
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

    /// With the catalog's own words put in.
    #[must_use]
    pub fn title(mut self, name: &str, title: Localized) -> Self {
        self.args.push((name.to_owned(), NoticeArg::Title { ru: title.ru, en: title.en }));
        self
    }

    /// The notice in words.
    pub fn render(&self, words: Words<'_>) -> Text {
        let arg = |arg: &NoticeArg| match arg {
            NoticeArg::Number(number) => Arg::Number(*number),
            NoticeArg::Words(text) => Arg::Words(text.clone()),
            NoticeArg::Text { key } => Arg::Words(words.plain(key, &[])),
            NoticeArg::Figure { figure } => Arg::Words(words.decimal(figure)),
            NoticeArg::Title { ru, en } => Arg::Words(
                match words.language() {
                    Language::Ru => ru,
                    Language::En => en,
                }
                .clone(),
            ),
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
const fn is_all(filter: &HistoryFilter) -> bool {
    matches!(filter, HistoryFilter::All)
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
