//! Invoices, paybacks, a provider's own list, the exchange rate: how money comes in and goes back, as rows.

use super::super::payments::ProviderRecord;
use crate::clock::Timestamp;
use crate::exchange::ExchangeRate;
use crate::ids::{ActionId, InvoiceId, TransferId};
use crate::ledger::Provider;
use crate::payment::{Invoice, InvoiceState, InvoiceStateKind};

/// What becomes of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvoiceChange {
    /// A new one. If the id is taken: [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Create(Box<Invoice>),
    /// A step of its life; `since` becomes the change set's time. If it is in none of the `from` states:
    /// [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Step {
        /// Which.
        id: InvoiceId,
        /// `InvoiceEventKind::from` of the event.
        from: &'static [InvoiceStateKind],
        /// `InvoiceState::after` of the event.
        to: Box<InvoiceState>,
    },
}

/// An owner's wish that a provider pays a payment back, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payback {
    /// The owner's action; cause of the reservation, and subject of the job.
    pub action: ActionId,
    /// Who took the payment.
    pub provider: Provider,
    /// The provider's id of it.
    pub payment: String,
    /// The hold, if the wallet had anything to set aside: the reservation's `Posting::transfer`.
    pub hold: TransferId,
    /// Why, in the owner's words.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When it was wished.
    pub at: Timestamp,
    /// How it ended; `None` = it is under way.
    pub end: Option<PaybackEnd>,
}

/// How a payback ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaybackEnd {
    /// The provider paid it back, by this wish or before.
    Done,
    /// The provider said no.
    Refused {
        /// Its words.
        detail: String,
    },
}

/// What becomes of a payback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaybackChange {
    /// A new one. If its action is known: [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Create(Payback),
    /// It ends. If it has ended before: [`Commit::VersionConflict`](super::Commit::VersionConflict).
    End(ActionId, PaybackEnd),
}

/// What a provider's own list said. A record that is known is kept as it was. The moment only grows: an earlier one changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// Whose list.
    pub provider: Provider,
    /// When it was asked for: everything that was paid before is in it.
    pub asked_at: Timestamp,
    /// What came anew.
    pub records: Vec<ProviderRecord>,
}

/// How far a provider's list was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Records that are kept.
    pub records: u64,
    /// When the list was read to its end; `None` = never.
    pub asked_at: Option<Timestamp>,
}

/// What becomes of the exchange rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RateChange {
    /// It holds from now on; nothing waits any more.
    Set(ExchangeRate),
    /// It waits for an owner, in the place of what waited before.
    Hold(ExchangeRate),
    /// The waiting one of this date holds from now on. If another one waits, or none:
    /// [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Accept {
        /// `ExchangeRate::date`.
        date: String,
    },
}

/// The exchange rate that holds, and one that waits for an owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// It holds.
    pub current: Option<ExchangeRate>,
    /// It jumped.
    pub waiting: Option<ExchangeRate>,
}
