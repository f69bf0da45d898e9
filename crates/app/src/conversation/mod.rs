//! The conversation with one user: what is on the screen, what is being composed, and how an event changes both.
//!
//! [`Talk`] is the stored state; [`decide`] is a pure function from it, the [`Event`](crate::event::Event) and the facts at hand to a
//! [`Decision`]. Drawing is a pure function of [`Talk`] too (see [`crate::screens`]), so a repeated update can draw again what was to be
//! shown, and a restart loses nothing.
//!
//! To add a screen: a variant of [`View`], its arm in `decide`, its arm in `screens::render`, its texts, a snapshot.

mod account;
mod browse;
mod claims;
mod decide;
mod desk;
mod draft;
mod files;
mod notice;
mod owner;
mod payments;
mod promo;
mod refusal;
mod results;
mod stash;
mod view;
mod wizard;

pub use account::{LETTERS_MAX, LETTERS_WITHIN};
pub use browse::{Section, origin_of};
pub(crate) use decide::is_sold;
pub use decide::{Context, Decision, Effect, Letter, decide};
pub(crate) use desk::below_cost;
pub use desk::{
    BroadcastView, DeskView, EventFilter, PromoDraft, PromoStep, PromoView, Question as DeskQuestion, WatchView, Wish,
};
pub(crate) use draft::can_go_on;
pub use draft::{Album, Draft, Origin, Step};
pub(crate) use files::{MEGABYTE, file_bytes_max, format_names};
pub use notice::{Notice, NoticeArg};
pub(crate) use promo::code_in;
pub use promo::{GUESSES_MAX, GUESSES_WITHIN};
pub use stash::{fill, takes};
pub(crate) use stash::{found, offered, sections};
pub use view::View;
pub use wizard::askable;
pub(crate) use wizard::{
    CHOICES_PAGE, CHOICES_PAGED, Question, candidates, fields, is_question, mends, objects, options, required, results,
};

use domain::clock::Timestamp;
use domain::ids::{GenerationId, InputId, ModelId};
use domain::models::{Catalog, InputKind, MediaRef};
use serde::{Deserialize, Serialize};

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
    /// When the user named promo codes lately that do not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guesses: Vec<Timestamp>,
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
