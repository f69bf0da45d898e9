//! What a user sees and may press, as plain data. The app renders it in the user's language; an adapter only escapes, splits and encodes.
//!
//! Invariant: a [`Text`] holds finished words; which parts are a user's own words does not matter any more, since every adapter escapes
//! every character. A button's meaning is an [`Action`], never a position in a list.

mod action;
mod desk;
mod outreach;
mod shop;
mod watch;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use action::{Action, ClaimAct, DraftAct, GenerationAct, HistoryFilter, InvoiceAct, Preference, Shelf};
pub use desk::{DeskAct, Period, PersonDeed, PersonTab};
pub use outreach::{BroadcastAct, PromoAct};
pub use shop::{ModelDeed, ModelSetting};
pub use watch::WatchAct;

/// A language of the bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian, the default.
    #[default]
    Ru,
    /// English.
    En,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// As rows and file names keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The inverse of [`Language::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// From Telegram's IETF tag (`ru`, `en-US`, ...): Russian for the languages whose readers mostly read it, else English; Russian if unknown.
    pub fn from_tag(tag: Option<&str>) -> Self {
        let primary = tag.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or("ru");
        match primary {
            "ru" | "be" | "uk" | "kk" | "ky" | "uz" | "tg" | "hy" | "az" | "mo" => Self::Ru,
            _ => Self::En,
        }
    }
}

/// A short stable name of a longer text (a model's id, a vendor, an input's name, a choice): 32 bits of its SHA-256, so that a button outlives a
/// reordered list. Keys are unique within one list; the catalog refuses two that collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub u32);

impl Key {
    /// The key of `text`.
    pub fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        Self(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
    }
}

/// How a run of characters looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// Bold.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bold: bool,
    /// Italic.
    #[serde(default, skip_serializing_if = "is_false")]
    pub italic: bool,
    /// Monospaced, copied by a tap.
    #[serde(default, skip_serializing_if = "is_false")]
    pub code: bool,
    /// A quotation that folds when it is long.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quote: bool,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A run of characters of one style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The characters, unescaped.
    pub text: String,
    /// How they look.
    #[serde(flatten)]
    pub style: Style,
}

/// A styled text of any length; an adapter splits it where its service demands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// Without any style.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span { text: text.into(), style: Style::default() }])
    }

    /// The characters alone.
    pub fn to_plain(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// Appends another text.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// What a button looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emphasis {
    /// As usual.
    #[default]
    Normal,
    /// The way on.
    Primary,
    /// It can't be taken back.
    Danger,
}

/// One button under a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Its words.
    pub label: String,
    /// What a press means.
    pub press: Press,
    /// What it looks like.
    #[serde(default)]
    pub emphasis: Emphasis,
}

/// What a press of a button means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// Comes back to us.
    Action(Action),
    /// Opens an address.
    Url(String),
    /// Copies a text of at most 256 characters.
    Copy(String),
}

/// A message with its buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// What it says.
    pub text: Text,
    /// Rows of buttons.
    pub keyboard: Vec<Vec<Button>>,
    /// Arrives without a sound.
    #[serde(default, skip_serializing_if = "is_false")]
    pub silent: bool,
}

impl Screen {
    /// One that arrives as usual.
    pub const fn new(text: Text, keyboard: Vec<Vec<Button>>) -> Self {
        Self { text, keyboard, silent: false }
    }
}
