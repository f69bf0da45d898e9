//! What a durable message says, as its row keeps it.

use domain::clock::{Clock, IdSource};
use domain::ids::{ActionId, BroadcastId, GenerationId, InvoiceId, MessageId, ModelId, UserId};
use domain::ports::{ChangeSet, JobKey, NewMessage, Schedule};
use domain::screen::{Period, Screen};
use serde::{Deserialize, Serialize};

use crate::conversation::{EventFilter, Notice};
use crate::desk::alerts::Told;

/// The body of a durable message. Rendered when it is sent, in the language that is set by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A generation's result; when all of it is sent, the generation is delivered.
    Result(GenerationId),
    /// A generation's result once more.
    Resend(GenerationId),
    /// How a generation ended without a result.
    Ended(GenerationId),
    /// A screen that could not be shown in time.
    Screen(Screen),
    /// One text.
    Notice(Notice),
    /// A model was stopped: what is said of it, with a button that sells it again.
    Stopped {
        /// Which.
        model: ModelId,
        /// Why.
        notice: Notice,
    },
    /// An exchange rate jumped: what is said of it, with a button that accepts it.
    Rate {
        /// `ExchangeRate::date`.
        date: String,
        /// Old, new, and by how much.
        notice: Notice,
    },
    /// A large credit that another owner decides about: what is said of it, with its two buttons.
    Approval {
        /// Which.
        approval: ActionId,
        /// Who wants what for whom, and why.
        notice: Notice,
    },
    /// A picture of the shop's figures, drawn when it is sent.
    Chart {
        /// Over how long.
        period: Period,
    },
    /// The shop's figures as a table in a file, made when it is sent.
    Table {
        /// Over how long.
        period: Period,
    },
    /// A broadcast as users will see it, for who writes it.
    Broadcast(BroadcastId),
    /// What the desk is told of by itself, with the buttons that mute it and lead to it.
    Alerts(Vec<Told>),
    /// The log as a file, made when it is sent.
    Events(EventFilter),
    /// A receipt that an owner decides about: the receipt itself, and what it shall prove.
    Claim(InvoiceId),
    /// A user's words to an owner.
    Letter(Mail),
    /// An owner's words to a user.
    Answer(Mail),
}

/// What one person says to another. It names the sender by our id only, so that who was forgotten is named nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Who says it.
    pub from: UserId,
    /// Words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The sender's own message that bears a file, to be copied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<i64>,
}

impl Body {
    /// For the row.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a body holds strings, numbers and ids only")
    }
}

/// Adds a durable message and the work of sending it.
pub(crate) fn post(
    change: &mut ChangeSet,
    (clock, ids): (&dyn Clock, &dyn IdSource),
    user: UserId,
    body: &Body,
    generation: Option<GenerationId>,
) {
    let id = MessageId::ordered(clock, ids);
    change.messages.push(NewMessage { id, user, generation, body: body.to_json() });
    change.schedule.push(Schedule::new(JobKey::messages(user), change.at));
}
