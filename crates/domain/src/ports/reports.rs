//! The port to figures about everybody: what the owner's desk shows beside single rows. It changes nothing but what it keeps for itself.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::store::{Drift, Person, StoreResult};
use crate::clock::Timestamp;
use crate::figures::{DayFigures, ModelFigures, Span};
use crate::generation::StateKind;
use crate::ids::{ChatId, ModelId, UserId};
use crate::money::Money;

/// A user's last moment is kept by such hours.
const SEEN_STEP: Duration = Duration::from_secs(60 * 60);

/// The beginning of the hour (of UTC) in which somebody was seen: what is kept of the moment, so that a talk writes it once an hour.
pub fn seen_hour(at: Timestamp) -> Timestamp {
    let step = i64::try_from(SEEN_STEP.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(at.as_micros() - at.as_micros().rem_euclid(step))
}

/// How far the users of a span came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Who came for the first time in it.
    pub came: u64,
    /// Of them: who ever ordered a generation, until now.
    pub ordered: u64,
    /// Of them: who ever paid, until now; also if it went back.
    pub paid: u64,
}

/// The generations that are in a live state now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveFigures {
    /// The state.
    pub state: StateKind,
    /// How many are in it.
    pub count: u64,
    /// When the oldest of them was confirmed.
    pub oldest: Option<Timestamp>,
}

/// Whom an owner looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// By our id.
    pub user: Option<UserId>,
    /// By Telegram's id.
    pub chat: Option<ChatId>,
    /// How the @username begins, in lower case.
    pub username: Option<String>,
    /// How the first name begins, in lower case.
    pub name: Option<String>,
}

impl PeopleQuery {
    /// What a text may mean: our id, Telegram's id, `@username`, or the beginning of a username or a first name. Everybody if it is empty.
    pub fn of(text: &str) -> Self {
        let text: String = text.trim().chars().filter(|char| !char.is_control()).collect();
        if text.is_empty() {
            return Self::default();
        }
        let (user, chat) = (text.parse().ok(), text.parse().ok().map(ChatId));
        match text.strip_prefix('@') {
            Some(username) => Self { username: Some(search_key(username)), ..Self::default() },
            None => Self { user, chat, username: Some(search_key(&text)), name: Some(search_key(&text)) },
        }
    }

    /// Whether it asks for everybody.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// The place of a person in the answer; `None` if it is not who is asked for. Of those who are found by an id, then by username, then by
    /// name, each in the order of the text that was compared, then of our id.
    pub fn place(&self, person: &Person) -> Option<(u8, String, UserId)> {
        let begins = |text: &str, prefix: &Option<String>| {
            let key = search_key(text);
            prefix.as_ref().filter(|prefix| key.starts_with(prefix.as_str())).map(|_| key.clone())
        };
        if self.user == Some(person.user) || self.chat == Some(person.chat) {
            return Some((0, String::new(), person.user));
        }
        let by_username = person.username.as_ref().and_then(|username| begins(username, &self.username));
        let found =
            by_username.map(|key| (1, key)).or_else(|| begins(&person.first_name, &self.name).map(|key| (2, key)));
        found.map(|(group, key)| (group, key, person.user))
    }
}

/// What a search compares of a name: in lower case, also in Cyrillic.
pub fn search_key(text: &str) -> String {
    text.to_lowercase()
}

/// What a user's card shows beside the person and the wallets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFigures {
    /// When the user came for the first time.
    pub first_seen: Timestamp,
    /// The hour in which the user was seen last; absent for those who were forgotten, or not seen since it is kept.
    pub last_seen: Option<Timestamp>,
    /// Generations by state; only states with any.
    pub generations: BTreeMap<StateKind, u64>,
    /// Captured less refunded.
    pub spent: Money,
    /// What the user's payments brought, those that went back included.
    pub paid_in: Money,
    /// What of them went back.
    pub paid_back: Money,
    /// What the user ordered most; of several the first by id.
    pub top_model: Option<ModelId>,
}

/// Figures about everybody.
#[async_trait]
pub trait Reports: Send + Sync {
    /// What happened in each of these spans, in their order. Those that were rolled up are read, the others computed, from the end of the longest
    /// beginning that was rolled up: of many days that were not rolled up this takes long.
    async fn days(&self, days: &[Span]) -> StoreResult<Vec<DayFigures>>;

    /// The users who did something in the hour of `since` ([`seen_hour`]) or later.
    async fn active(&self, since: Timestamp) -> StoreResult<u64>;

    /// How far the users who came in the span have come.
    async fn funnel(&self, span: Span) -> StoreResult<Funnel>;

    /// The live states, in the order of a life.
    async fn states(&self) -> StoreResult<Vec<LiveFigures>>;

    /// A page of the people that a query finds, in the order of [`PeopleQuery::place`]; of everybody: who came last first.
    async fn people(&self, query: &PeopleQuery, skip: u32, limit: u32) -> StoreResult<Vec<Person>>;

    /// The figures of a user; `None` if there never was one.
    async fn user_figures(&self, user: UserId) -> StoreResult<Option<UserFigures>>;

    /// Those of these spans that were not rolled up, in their order.
    async fn unrolled(&self, days: &[Span]) -> StoreResult<Vec<Span>>;

    /// Counts the figures of a span and keeps them, so that nobody computes them again. Only for a span that is over for good: what is kept stays
    /// until a longer span that begins with it is kept, which is counted anew.
    async fn roll_up(&self, day: Span) -> StoreResult<()>;

    /// Fills in what a search compares for at most `limit` people of whom an older version did not keep it; how many there were. Until then a
    /// search by name does not find them.
    async fn complete_names(&self, limit: u32) -> StoreResult<u64>;

    /// What a model did in each of these spans, in their order: its part of [`Reports::days`], without the work for the others.
    async fn model_days(&self, model: &ModelId, days: &[Span]) -> StoreResult<Vec<ModelFigures>>;

    /// How the price table of a model agrees with what KIE took since then: its part of `Store::drifts`.
    async fn drifts_of(&self, model: &ModelId, since: Timestamp) -> StoreResult<Vec<Drift>>;
}
