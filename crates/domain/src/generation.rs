//! The life of a generation: one enum whose variants hold the facts of that state, one transition function, and its inverse.
//!
//! ```text
//! queued -> submitting -> running -> succeeded -> delivered
//!    ^          |            |           └-> undeliverable (-> delivered, when a user who had blocked the bot returns)
//!    └----------┴------------┘
//! queued -> cancelled           queued | submitting | running -> failed
//! ```
//!
//! Invariant: a state changes only by [`State::after`], and a store's UPDATE demands one of [`EventKind::from`] in its WHERE, so that two
//! workers, a callback and a user's tap can't both win.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::free::Funding;
use crate::ids::{CallbackToken, ChatId, GenerationId, ModelId, TaskId, UserId};
use crate::kinds::kinds;
use crate::models::ApiFamily;
use crate::money::Credits;
use crate::quote::Quote;

/// One generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Minted with the draft.
    pub id: GenerationId,
    /// Who ordered it.
    pub user: UserId,
    /// Where it is delivered.
    pub chat: ChatId,
    /// What makes it.
    pub model: ModelId,
    /// The way of KIE's API that its task goes, chosen when it was confirmed.
    pub family: ApiFamily,
    /// The frozen inputs, as the draft had them (JSON of `models::Inputs`).
    pub inputs: serde_json::Value,
    /// The price that was confirmed.
    pub quote: Quote,
    /// How it is paid.
    pub funding: Funding,
    /// Authenticates KIE's callback.
    pub token: CallbackToken,
    /// Where it is in its life.
    pub state: State,
    /// Since when it is in that state.
    pub since: Timestamp,
    /// When it was confirmed.
    pub created_at: Timestamp,
    /// Whether its inputs were uploaded a second time (once is enough).
    pub relinked: bool,
    /// The message that shows its progress.
    pub progress_message: Option<i64>,
    /// The own earlier generation whose result went into it.
    pub made_from: Option<GenerationId>,
    /// Made at the desk to try the model: the shop pays, by a run that is given with the order and used by it.
    pub trial: bool,
}

/// Where a generation is, with the facts of that state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Waits for a worker.
    Queued,
    /// createTask is being called, or its answer was lost.
    Submitting,
    /// KIE works on it.
    Running {
        /// KIE's task.
        task: TaskId,
    },
    /// KIE made it; captured; not yet delivered.
    Succeeded(Success),
    /// The user has it.
    Delivered(Success),
    /// The user can't get it.
    Undeliverable {
        /// What KIE made.
        success: Success,
        /// Why it can't be delivered.
        reason: Undeliverable,
    },
    /// The user took it back in time.
    Cancelled,
    /// Nothing came of it; released.
    Failed(Failure),
}

/// What KIE made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success {
    /// KIE's task.
    pub task: TaskId,
    /// The files or text.
    pub results: Results,
    /// What KIE took; absent if it did not say.
    pub cost: Option<Credits>,
    /// From createTask to the end, in milliseconds.
    pub took_ms: i64,
}

/// The results of a task. At least one of the three is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Files, in KIE's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ResultFile>,
    /// A text result (lyrics, a transcript).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What KIE said, if none of the known shapes was in it: kept and flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// One file of a result. Its address is temporary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Where KIE keeps it for a while.
    pub url: String,
    /// A track's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A track's cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
    /// A track's length in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
}

/// Why nothing came of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What the user is told.
    pub reason: FailureReason,
    /// KIE's code and words, for the owner; never shown raw to a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Kinds of failure, by what the user can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// KIE refused the inputs: change them.
    InputsRefused,
    /// Against the rules of the model: ask for something else.
    ContentRefused,
    /// KIE tried and failed: try again.
    ProviderFailed,
    /// The model is switched off: take another.
    ModelUnavailable,
    /// Our account at KIE is in trouble: the owner knows.
    ServiceUnavailable,
    /// The answer of createTask was lost and no word came: try again.
    AnswerLost,
    /// It took longer than we wait: try again.
    TimedOut,
    /// It waited in the queue for too long: try again later.
    QueuedTooLong,
}

/// Why a result can't be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undeliverable {
    /// The user blocked the bot or is gone; delivered when they return.
    ChatGone,
    /// Telegram refuses every form of it; refunded.
    Refused,
}

/// What can happen to a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker is about to call createTask.
    Submit,
    /// KIE surely made nothing (429, 455, 550, connection refused).
    NotMade,
    /// An input's link died (451); the inputs are uploaded again, once.
    InputDied,
    /// createTask answered, or a callback told the task.
    Accepted(TaskId),
    /// recordInfo says success.
    Succeeded(Success),
    /// It ends without a result.
    Failed(Failure),
    /// The user takes it back.
    Cancel,
    /// Every main part reached the user.
    Delivered,
    /// It can't reach the user.
    Undeliverable(Undeliverable),
}

kinds! {
    /// [`State`] without its facts.
    StateKind {
        /// See [`State::Queued`].
        Queued = "queued",
        /// See [`State::Submitting`].
        Submitting = "submitting",
        /// See [`State::Running`].
        Running = "running",
        /// See [`State::Succeeded`].
        Succeeded = "succeeded",
        /// See [`State::Delivered`].
        Delivered = "delivered",
        /// See [`State::Undeliverable`].
        Undeliverable = "undeliverable",
        /// See [`State::Cancelled`].
        Cancelled = "cancelled",
        /// See [`State::Failed`].
        Failed = "failed",
    }
}

kinds! {
    /// [`Event`] without its facts.
    EventKind {
        /// See [`Event::Submit`].
        Submit = "submit",
        /// See [`Event::NotMade`].
        NotMade = "not_made",
        /// See [`Event::InputDied`].
        InputDied = "input_died",
        /// See [`Event::Accepted`].
        Accepted = "accepted",
        /// See [`Event::Succeeded`].
        Succeeded = "succeeded",
        /// See [`Event::Failed`].
        Failed = "failed",
        /// See [`Event::Cancel`].
        Cancel = "cancel",
        /// See [`Event::Delivered`].
        Delivered = "delivered",
        /// See [`Event::Undeliverable`].
        Undeliverable = "undeliverable",
    }
}

/// The event can't happen in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a generation that is {} can't take the event {}", state.code(), event.code())]
pub struct Forbidden {
    /// Where it is.
    pub state: StateKind,
    /// What was tried.
    pub event: EventKind,
}

impl EventKind {
    /// The states that the event may find: the inverse of [`State::after`], and the WHERE of the UPDATE.
    pub const fn from(self) -> &'static [StateKind] {
        match self {
            Self::Submit | Self::Cancel => &[StateKind::Queued],
            Self::NotMade | Self::Accepted => &[StateKind::Submitting],
            Self::InputDied => &[StateKind::Submitting, StateKind::Running],
            Self::Succeeded => &[StateKind::Running],
            Self::Failed => &[StateKind::Queued, StateKind::Submitting, StateKind::Running],
            Self::Delivered => &[StateKind::Succeeded, StateKind::Undeliverable],
            Self::Undeliverable => &[StateKind::Succeeded],
        }
    }
}

impl Event {
    /// Without its facts.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Submit => EventKind::Submit,
            Self::NotMade => EventKind::NotMade,
            Self::InputDied => EventKind::InputDied,
            Self::Accepted(_) => EventKind::Accepted,
            Self::Succeeded(_) => EventKind::Succeeded,
            Self::Failed(_) => EventKind::Failed,
            Self::Cancel => EventKind::Cancel,
            Self::Delivered => EventKind::Delivered,
            Self::Undeliverable(_) => EventKind::Undeliverable,
        }
    }
}

impl StateKind {
    /// Whether money may still be reserved for it.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Submitting | Self::Running)
    }
}

impl State {
    /// Without its facts.
    pub const fn kind(&self) -> StateKind {
        match self {
            Self::Queued => StateKind::Queued,
            Self::Submitting => StateKind::Submitting,
            Self::Running { .. } => StateKind::Running,
            Self::Succeeded(_) => StateKind::Succeeded,
            Self::Delivered(_) => StateKind::Delivered,
            Self::Undeliverable { .. } => StateKind::Undeliverable,
            Self::Cancelled => StateKind::Cancelled,
            Self::Failed(_) => StateKind::Failed,
        }
    }

    /// KIE's task, if one is known.
    pub const fn task(&self) -> Option<&TaskId> {
        match self {
            Self::Running { task } => Some(task),
            Self::Succeeded(success) | Self::Delivered(success) | Self::Undeliverable { success, .. } => {
                Some(&success.task)
            }
            Self::Queued | Self::Submitting | Self::Cancelled | Self::Failed(_) => None,
        }
    }

    /// What KIE made, if it did.
    pub const fn success(&self) -> Option<&Success> {
        match self {
            Self::Succeeded(success) | Self::Delivered(success) | Self::Undeliverable { success, .. } => Some(success),
            _ => None,
        }
    }

    /// The state after `event`.
    ///
    /// # Errors
    /// [`Forbidden`] if the event can't happen here; the caller has read a stale row.
    pub fn after(&self, event: Event) -> Result<Self, Forbidden> {
        let forbidden = Forbidden { state: self.kind(), event: event.kind() };
        if !event.kind().from().contains(&self.kind()) {
            return Err(forbidden);
        }
        match (event, self.success()) {
            (Event::Submit, _) => Ok(Self::Submitting),
            (Event::NotMade | Event::InputDied, _) => Ok(Self::Queued),
            (Event::Accepted(task), _) => Ok(Self::Running { task }),
            (Event::Succeeded(success), _) => Ok(Self::Succeeded(success)),
            (Event::Failed(failure), _) => Ok(Self::Failed(failure)),
            (Event::Cancel, _) => Ok(Self::Cancelled),
            (Event::Delivered, Some(success)) => Ok(Self::Delivered(success.clone())),
            (Event::Undeliverable(reason), Some(success)) => {
                Ok(Self::Undeliverable { success: success.clone(), reason })
            }
            (Event::Delivered | Event::Undeliverable(_), None) => Err(forbidden),
        }
    }
}

/// How long a generation may wait in the queue before it fails.
pub const QUEUED_MAX: Duration = Duration::from_secs(2 * 60 * 60);
/// How long KIE may work before the generation fails and the task goes to the orphan list.
pub const RUNNING_MAX: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    fn success() -> Success {
        Success { task: TaskId("t".into()), results: Results::default(), cost: None, took_ms: 1 }
    }

    fn state(kind: StateKind) -> State {
        match kind {
            StateKind::Queued => State::Queued,
            StateKind::Submitting => State::Submitting,
            StateKind::Running => State::Running { task: TaskId("t".into()) },
            StateKind::Succeeded => State::Succeeded(success()),
            StateKind::Delivered => State::Delivered(success()),
            StateKind::Undeliverable => State::Undeliverable { success: success(), reason: Undeliverable::ChatGone },
            StateKind::Cancelled => State::Cancelled,
            StateKind::Failed => State::Failed(Failure { reason: FailureReason::TimedOut, detail: None }),
        }
    }

    fn event(kind: EventKind) -> Event {
        match kind {
            EventKind::Submit => Event::Submit,
            EventKind::NotMade => Event::NotMade,
            EventKind::InputDied => Event::InputDied,
            EventKind::Accepted => Event::Accepted(TaskId("t".into())),
            EventKind::Succeeded => Event::Succeeded(success()),
            EventKind::Failed => Event::Failed(Failure { reason: FailureReason::TimedOut, detail: None }),
            EventKind::Cancel => Event::Cancel,
            EventKind::Delivered => Event::Delivered,
            EventKind::Undeliverable => Event::Undeliverable(Undeliverable::Refused),
        }
    }

    /// Every pair, written down a second time on purpose: a row per state, a column per event, `-` = forbidden.
    #[test]
    fn every_pair_of_state_and_event_is_as_the_table_says() {
        let table = "
            state         submit     not_made input_died accepted succeeded failed cancel    delivered undeliverable
            queued        submitting -        -          -        -         failed cancelled -         -
            submitting    -          queued   queued     running  -         failed -         -         -
            running       -          -        queued     -        succeeded failed -         -         -
            succeeded     -          -        -          -        -         -      -         delivered undeliverable
            delivered     -          -        -          -        -         -      -         -         -
            undeliverable -          -        -          -        -         -      -         delivered -
            cancelled     -          -        -          -        -         -      -         -         -
            failed        -          -        -          -        -         -      -         -         -";
        let mut rows = table.trim().lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let header = rows.next().unwrap();
        let rows: Vec<_> = rows.collect();
        assert_eq!((header.len(), rows.len()), (EventKind::ALL.len() + 1, StateKind::ALL.len()));
        for row in rows {
            let from = StateKind::from_code(row[0]).unwrap();
            for (column, wanted) in header.iter().zip(&row).skip(1) {
                let what = EventKind::from_code(column).unwrap();
                let found = state(from).after(event(what)).map(|state| state.kind());
                match *wanted {
                    "-" => assert_eq!(found, Err(Forbidden { state: from, event: what })),
                    wanted => assert_eq!(found.map(StateKind::code), Ok(wanted), "{from:?} {what:?}"),
                }
                assert_eq!(found.is_ok(), what.from().contains(&from), "the inverse of {from:?} {what:?}");
            }
        }
    }

    #[test]
    fn states_survive_their_json() {
        for kind in StateKind::ALL {
            let json = serde_json::to_string(&state(*kind)).unwrap();
            assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state(*kind), "{json}");
            assert!(json.contains(kind.code()));
        }
    }
}
