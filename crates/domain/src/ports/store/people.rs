//! People and conversations as rows.

use crate::clock::Timestamp;
use crate::ids::{ChatId, ModelId, UserId};
use crate::ledger::Wallet;
use crate::screen::Language;

/// A person: the only rows that link our user to somebody at Telegram; deletable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Ours.
    pub user: UserId,
    /// Telegram's; unique.
    pub chat: ChatId,
    /// As Telegram shows it.
    pub first_name: String,
    /// Without @.
    pub username: Option<String>,
    /// In which the bot speaks to them.
    pub language: Language,
    /// Whether they blocked the bot or are gone.
    pub gone: bool,
    /// Results arrive without a sound.
    pub silent: bool,
    /// Whether the shop may write about news and offers.
    pub news: bool,
    /// Shut out by the desk: may only write to the support. Only [`BlockChange`](super::super::BlockChange) changes it.
    pub blocked: bool,
    /// The payload of the /start that brought them (`c_...`: a campaign, `r_...`: another user), kept for statistics; never changed.
    pub origin: Option<String>,
    /// First seen.
    pub created_at: Timestamp,
}

/// What the wizard and the window know of a user, opaque to storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Grows by one with each commit; 0 = never written.
    pub version: i64,
    /// JSON of the app's.
    pub body: String,
    /// The Telegram message that is the window, if one was sent.
    pub window: Option<i64>,
}

/// Everything an update of a known person starts from; loaded in one round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// What was going on.
    pub conversation: Conversation,
    /// Money.
    pub money: Wallet,
    /// Free runs.
    pub runs: Wallet,
}

/// What becomes of a person's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonChange {
    /// A new user with this person and an empty conversation (version 0). If the chat is known by now: [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Create(Person),
    /// Overwrites name, username, language, `gone`, `silent` and `news`.
    Update(Person),
    /// Deletes everything that leads to the person: the person's row, conversation, favourites and input files, and empties the inputs of
    /// their generations (whose chat becomes 0) and the bodies of durable messages (those that wait end as refused). The user, generations'
    /// states and the books stay. [`Commit::VersionConflict`](super::Commit::VersionConflict) if the person is not there, or while one of the user's generations is live or
    /// not yet delivered.
    Forget {
        /// Whose.
        user: UserId,
        /// What is kept so that the same person does not get a second welcome: see [`Store::is_former`](super::Store::is_former).
        trace: Trace,
    },
}

/// A keyed hash of a Telegram id: tells whether a person was here before, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trace(pub [u8; 32]);

/// A model among a user's favourites, or no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FavouriteChange {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub model: ModelId,
    /// Keep it; what is kept already stays in its place. If the user is no person (any more): [`Commit::VersionConflict`](super::Commit::VersionConflict).
    pub on: bool,
}

/// What becomes of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationChange {
    /// Whose.
    pub user: UserId,
    /// The version that was loaded (0 for a person created in the same change set); otherwise [`Commit::VersionConflict`](super::Commit::VersionConflict).
    pub expected: i64,
    /// The new body; the version becomes `expected + 1`.
    pub body: String,
    /// Forget the window, so that the next screen is a new message.
    pub forget_window: bool,
}
