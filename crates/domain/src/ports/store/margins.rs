//! What models bring beside what they cost, and which ones are stopped.

use crate::clock::Timestamp;
use crate::ids::ModelId;
use crate::money::{Credits, Money};
use crate::rest::Rest;

/// A model that is not sold for now, although the catalog sells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which.
    pub model: ModelId,
    /// Why.
    pub reason: StopReason,
    /// Since when.
    pub at: Timestamp,
}

/// Why a model is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// Its last successes cost more than their users paid.
    Loss,
    /// Somebody at the owner's desk wished it.
    Desk,
}

impl StopReason {
    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Desk => "desk",
        }
    }

    /// The inverse of `code`.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Loss, Self::Desk].into_iter().find(|reason| reason.code() == code)
    }
}

/// What becomes of a model's sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopChange {
    /// It is stopped; nothing happens if it is already, whatever the reason.
    Stop(ModelId, StopReason),
    /// It rests; nothing happens if it does already.
    Rest(Rest),
    /// It is sold again, whether it was stopped or rests; nothing happens if it is sold.
    Resume(ModelId),
}

/// How the price table of a model agrees with what KIE took, over a time. Successes of which KIE did not say it are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Which.
    pub model: ModelId,
    /// Whether its quotes were upper bounds, settled as metered. A model may have both kinds of quotes, each with a row of its own.
    pub metered: bool,
    /// How many successes.
    pub successes: u64,
    /// What the table said, together.
    pub quoted: Credits,
    /// What KIE took, together.
    pub taken: Credits,
    /// What the users paid, together.
    pub earned: Money,
    /// What `taken` cost at the rates of the quotes, together.
    pub cost: Money,
}
