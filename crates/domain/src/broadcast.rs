//! One text to many users: to whom, how far it is, and what came of it. Pure.
//!
//! Invariants
//! - Somebody is *taken* before they are sent to, and never taken twice: what died in between is [`Outcome::Unknown`] and stays so.
//! - People are taken in the order of their ids, behind a cursor; who came after the start is not among them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{BroadcastId, ChatId, UserId};
use crate::screen::Language;

/// Characters of a text, as Telegram counts them (UTF-16).
pub const TEXT_LENGTH_MAX: usize = 4096;
/// Characters of a text under a picture.
pub const CAPTION_LENGTH_MAX: usize = 1024;
/// Who came or ordered within this time is active.
pub const ACTIVE_WITHIN: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// To whom. Always only to people who want news, are not gone and are not shut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// To all of them.
    Everybody,
    /// To those who came or ordered within [`ACTIVE_WITHIN`] before the start.
    Active,
    /// To those who paid at least once.
    Paid,
    /// To those who never paid.
    NeverPaid,
    /// To those to whom the bot speaks this language.
    Language(Language),
}

impl Segment {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Everybody,
        Self::Active,
        Self::Paid,
        Self::NeverPaid,
        Self::Language(Language::Ru),
        Self::Language(Language::En),
    ];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Active => "active",
            Self::Paid => "paid",
            Self::NeverPaid => "never_paid",
            Self::Language(Language::Ru) => "language_ru",
            Self::Language(Language::En) => "language_en",
        }
    }

    /// The inverse of [`Segment::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|segment| segment.code() == code)
    }
}

/// How far a broadcast is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastState {
    /// Being written; nobody got it.
    Draft,
    /// Under way. At most one broadcast is: together they would break Telegram's pace.
    Sending,
    /// Under way, but stands still.
    Paused,
    /// Everybody was tried.
    Done,
    /// Ended before its end.
    Cancelled,
}

impl BroadcastState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Sending, Self::Paused, Self::Done, Self::Cancelled];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The inverse of [`BroadcastState::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }

    /// What an event makes of it; `None`: it can't happen now.
    pub fn after(self, event: BroadcastEvent) -> Option<Self> {
        event.from().contains(&self).then_some(event.to())
    }
}

/// What happens to a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BroadcastEvent {
    /// The second yes.
    Start,
    /// Stand still.
    Pause,
    /// Go on.
    Resume,
    /// Nobody is left.
    Finish,
    /// End it here.
    Cancel,
}

impl BroadcastEvent {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Start, Self::Pause, Self::Resume, Self::Finish, Self::Cancel];

    /// The states in which it can happen.
    pub const fn from(self) -> &'static [BroadcastState] {
        match self {
            Self::Start => &[BroadcastState::Draft],
            Self::Pause | Self::Finish => &[BroadcastState::Sending],
            Self::Resume => &[BroadcastState::Paused],
            Self::Cancel => &[BroadcastState::Draft, BroadcastState::Sending, BroadcastState::Paused],
        }
    }

    /// The state to which it leads.
    pub const fn to(self) -> BroadcastState {
        match self {
            Self::Start | Self::Resume => BroadcastState::Sending,
            Self::Pause => BroadcastState::Paused,
            Self::Finish => BroadcastState::Done,
            Self::Cancel => BroadcastState::Cancelled,
        }
    }
}

/// What became of one who was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Telegram has it.
    Sent,
    /// They blocked the bot or are gone.
    Blocked,
    /// Telegram refused it for good.
    Failed,
    /// Nobody knows: the process or Telegram's answer was lost. Never tried again.
    Unknown,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Blocked, Self::Failed, Self::Unknown];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// How many were taken, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// In all.
    pub taken: u64,
    /// Of them: [`Outcome::Sent`].
    pub sent: u64,
    /// Of them: [`Outcome::Blocked`].
    pub blocked: u64,
    /// Of them: [`Outcome::Failed`].
    pub failed: u64,
    /// Of them: [`Outcome::Unknown`].
    pub unknown: u64,
}

impl Figures {
    /// Those whose outcome is known or given up.
    pub const fn settled(&self) -> u64 {
        self.sent + self.blocked + self.failed + self.unknown
    }

    /// Those who are being sent to at this moment, or were when a process died.
    pub const fn open(&self) -> u64 {
        self.taken.saturating_sub(self.settled())
    }

    /// Counts one outcome.
    pub const fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Sent => self.sent += 1,
            Outcome::Blocked => self.blocked += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Unknown => self.unknown += 1,
        }
    }
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The words; they may be empty under a picture.
    pub text: String,
    /// Telegram's id of a picture above them.
    pub photo: Option<String>,
}

/// Why something can't be sent to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentProblem {
    /// Neither words nor a picture.
    Empty,
    /// More characters than this.
    TooLong(usize),
}

impl Content {
    /// Words with or without a picture, as one message can bear them.
    ///
    /// # Errors
    /// See [`ContentProblem`].
    pub fn new(text: &str, photo: Option<String>) -> Result<Self, ContentProblem> {
        let text = text.trim();
        let max = if photo.is_some() { CAPTION_LENGTH_MAX } else { TEXT_LENGTH_MAX };
        match text.encode_utf16().count() {
            0 if photo.is_none() => Err(ContentProblem::Empty),
            length if length > max => Err(ContentProblem::TooLong(max)),
            _ => Ok(Self { text: text.to_owned(), photo }),
        }
    }
}

/// A broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    /// Which.
    pub id: BroadcastId,
    /// What is sent.
    pub content: Content,
    /// To whom.
    pub segment: Segment,
    /// How many they were when the segment was chosen or the broadcast was started.
    pub audience: u64,
    /// How far it is.
    pub state: BroadcastState,
    /// What came of it so far.
    pub figures: Figures,
    /// Everybody of the segment up to this one was taken.
    pub cursor: Option<UserId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was started.
    pub started_at: Option<Timestamp>,
    /// When it was done or cancelled.
    pub ended_at: Option<Timestamp>,
}

impl Broadcast {
    /// One that was just written.
    pub fn draft(id: BroadcastId, content: Content, audience: u64, at: Timestamp) -> Self {
        Self {
            id,
            content,
            segment: Segment::Everybody,
            audience,
            state: BroadcastState::Draft,
            figures: Figures::default(),
            cursor: None,
            created_at: at,
            started_at: None,
            ended_at: None,
        }
    }
}

/// One who is sent to next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Who.
    pub user: UserId,
    /// Where.
    pub chat: ChatId,
    /// In which language the bot speaks to them.
    pub language: Language,
    /// It arrives without a sound.
    pub silent: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for segment in Segment::ALL {
            assert_eq!(Segment::from_code(segment.code()), Some(segment));
        }
        for state in BroadcastState::ALL {
            assert_eq!(BroadcastState::from_code(state.code()), Some(state));
        }
        assert_eq!((Segment::from_code("rich"), BroadcastState::from_code("lost")), (None, None));
    }

    /// Every pair, written down a second time on purpose.
    #[test]
    fn each_event_in_each_state() {
        use BroadcastEvent as E;
        use BroadcastState as S;
        let table = [
            (S::Draft, E::Start, Some(S::Sending)),
            (S::Draft, E::Pause, None),
            (S::Draft, E::Resume, None),
            (S::Draft, E::Finish, None),
            (S::Draft, E::Cancel, Some(S::Cancelled)),
            (S::Sending, E::Start, None),
            (S::Sending, E::Pause, Some(S::Paused)),
            (S::Sending, E::Resume, None),
            (S::Sending, E::Finish, Some(S::Done)),
            (S::Sending, E::Cancel, Some(S::Cancelled)),
            (S::Paused, E::Start, None),
            (S::Paused, E::Pause, None),
            (S::Paused, E::Resume, Some(S::Sending)),
            (S::Paused, E::Finish, None),
            (S::Paused, E::Cancel, Some(S::Cancelled)),
            (S::Done, E::Start, None),
            (S::Done, E::Pause, None),
            (S::Done, E::Resume, None),
            (S::Done, E::Finish, None),
            (S::Done, E::Cancel, None),
            (S::Cancelled, E::Start, None),
            (S::Cancelled, E::Pause, None),
            (S::Cancelled, E::Resume, None),
            (S::Cancelled, E::Finish, None),
            (S::Cancelled, E::Cancel, None),
        ];
        let pairs = S::ALL.into_iter().flat_map(|state| E::ALL.map(|event| (state, event)));
        assert!(pairs.eq(table.iter().map(|(state, event, _)| (*state, *event))), "a pair is missing");
        for (state, event, wanted) in table {
            assert_eq!(state.after(event), wanted, "{state:?} {event:?}");
        }
    }

    #[test]
    fn what_one_message_can_bear() {
        let photo = || Some("file".to_owned());
        assert_eq!(Content::new("  hello \n", None).map(|content| content.text), Ok("hello".to_owned()));
        assert_eq!(Content::new("", photo()).map(|content| content.text), Ok(String::new()));
        assert_eq!(Content::new(" \n", None), Err(ContentProblem::Empty));
        // A smile is two units of UTF-16.
        let smiles = "😀".repeat(TEXT_LENGTH_MAX / 2);
        assert!(Content::new(&smiles, None).is_ok());
        assert_eq!(Content::new(&format!("{smiles}."), None), Err(ContentProblem::TooLong(TEXT_LENGTH_MAX)));
        assert_eq!(Content::new(&smiles, photo()), Err(ContentProblem::TooLong(CAPTION_LENGTH_MAX)));
    }

    #[test]
    fn who_was_taken_is_open_until_the_outcome_is_noted() {
        let mut figures = Figures { taken: 5, ..Figures::default() };
        Outcome::ALL.into_iter().for_each(|outcome| figures.count(outcome));
        assert_eq!((figures.settled(), figures.open()), (4, 1));
        assert_eq!(figures, Figures { taken: 5, sent: 1, blocked: 1, failed: 1, unknown: 1 });
    }
}
