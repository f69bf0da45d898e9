//! The ledger: double entry with two-phase transfers, as pure code.
//!
//! An [`Operation`] says what happened; [`plan`] turns it, with the [`Facts`] it depends on, into a [`Plan`]: immutable transfers and
//! conditional changes of the few stored rows. Every Store executes the same plans, so the rules stand here once; [`Book`] executes them
//! in memory and is both the in-memory store's ledger and the reference that the databases are tested against.
//!
//! Invariants
//! - A transfer moves one positive amount of one unit from a debit account to a credit account and never changes.
//! - `available = posted - reserved` of a wallet is never below zero, at no commit: [`WalletChange::needs_available`] is a condition of the
//!   statement that changes the row, never a check before it.
//! - A hold (a pending transfer) is resolved at most once, by a capture or a release; captured <= held; refunded <= captured.
//! - An operation's cause is unique within its [`Group`]: the same again is [`Applied::Already`], other content is [`Refusal::Conflict`].
//!
//! What is absent: time, chance, storage, users' texts, prices. Amounts come in decided.
//!
//! To add an operation: a variant in [`Operation`] with its cause in `group_and_cause`, its arm in `plan`, a case in the tests of `book`,
//! and a conformance case in `storage`. No store needs new code unless the plan needs a new kind of fact.

mod account;
mod book;
mod operation;
mod plan;
mod records;

pub use account::{Account, Amount, BadAccount, BonusKind, Provider, Unit};
pub use book::Book;
pub use operation::{Cause, Group, NOBODY, Operation, Posting};
pub use plan::{Applied, Facts, HoldChange, Needs, Plan, Refusal, WalletChange, needs, plan};
pub use records::{Hold, HoldPurpose, HoldState, Payment, Phase, Transfer, Wallet};

#[cfg(test)]
mod tests;
