//! The rows that the ledger keeps.

use serde::{Deserialize, Serialize};

use super::account::{Account, Provider, Unit};
use crate::clock::Timestamp;
use crate::ids::{GenerationId, OperationId, TransferId, UserId};
use crate::money::Money;

/// What a transfer does to the balances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Moves the amount now.
    Posted,
    /// Reserves the amount on the debit side: a hold.
    Pending,
    /// Resolves a pending transfer: moves this amount, the rest of the hold goes back.
    Captured,
    /// Resolves a pending transfer: all of it goes back.
    Released,
}

impl Phase {
    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Pending => "pending",
            Self::Captured => "captured",
            Self::Released => "released",
        }
    }

    /// The inverse of [`Phase::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Posted, Self::Pending, Self::Captured, Self::Released].into_iter().find(|phase| phase.code() == code)
    }
}

/// One immutable movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id; of a pending one: the id of the hold.
    pub id: TransferId,
    /// The operation that owns it.
    pub operation: OperationId,
    /// Where it comes from.
    pub debit: Account,
    /// Where it goes.
    pub credit: Account,
    /// What is counted.
    pub unit: Unit,
    /// Positive. Of [`Phase::Released`]: the amount that goes back.
    pub amount: i64,
    /// What it does.
    pub phase: Phase,
    /// The pending transfer that it resolves; unique.
    pub resolves: Option<TransferId>,
    /// When.
    pub at: Timestamp,
}

/// The stored figures of a wallet, in one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// Credits less debits of what is posted.
    pub posted: i64,
    /// Sum of the unresolved holds.
    pub reserved: i64,
}

impl Wallet {
    /// What can be spent; never negative in a sound ledger.
    pub const fn available(self) -> i64 {
        self.posted.saturating_sub(self.reserved)
    }
}

/// What a hold was taken for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldPurpose {
    /// A generation's price.
    Generation(GenerationId),
    /// Paying a payment back: its provider and the provider's id of it.
    Payback(Provider, String),
}

impl HoldPurpose {
    /// The generation, if it is one's price.
    pub const fn generation(&self) -> Option<GenerationId> {
        match self {
            Self::Generation(generation) => Some(*generation),
            Self::Payback(..) => None,
        }
    }
}

/// Where a hold is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldState {
    /// Unresolved.
    Pending,
    /// Captured, wholly or in part.
    Captured,
    /// Given back.
    Released,
}

impl HoldState {
    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Captured => "captured",
            Self::Released => "released",
        }
    }

    /// The inverse of [`HoldState::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pending, Self::Captured, Self::Released].into_iter().find(|state| state.code() == code)
    }
}

/// The changing side of a pending transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The pending transfer.
    pub id: TransferId,
    /// Whose wallet.
    pub user: UserId,
    /// What is counted.
    pub unit: Unit,
    /// How much was reserved.
    pub amount: i64,
    /// What for.
    pub purpose: HoldPurpose,
    /// Where it is in its life.
    pub state: HoldState,
    /// How much was captured; 0 unless [`HoldState::Captured`].
    pub captured: i64,
    /// How much of the capture was given back since.
    pub refunded: i64,
}

/// A payment that was credited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who took it.
    pub provider: Provider,
    /// The provider's id of it.
    pub payment: String,
    /// Who paid.
    pub user: UserId,
    /// What was credited.
    pub amount: Money,
    /// What the provider took, in its own unit (stars, kopecks, ...).
    pub native_amount: i64,
    /// That unit: `XTR`, `RUB`, ...
    pub native_currency: String,
    /// When.
    pub at: Timestamp,
    /// Whether it was taken back.
    pub refunded: bool,
}
