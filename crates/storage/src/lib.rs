//! The [`Store`](domain::ports::Store) port on memory, SQLite and PostgreSQL.
//!
//! [`connect`] gives a [`SqlStore`]; [`memory`] holds the one for tests and simulations. What a store promises stands in
//! `domain::ports::store`; what money may do stands in `domain::ledger` and is only executed here.
//!
//! Must not know: updates, screens, KIE, prices, how a conversation's body is made. Time comes in with each call; nothing here mints an id.
//!
//! Invariants
//! - One commit = one transaction, by the one helper `tx` of each backend; nothing else begins one.
//! - An UPDATE that carries an expectation and hits no row is an answer ([`Commit`](domain::ports::Commit)) or a defect, never silence.
//! - Wallet rows change by conditional statements only, last within a commit, in one order; `CHECK` and triggers refuse what is left.
//! - Database work runs in a task of its own: a caller that stops waiting decides nothing about money.
//! - `postgres` and `sqlite` name their connection and a few words of dialect; every query stands once, in `queries`, compiled for both.
//!   Columns are Text, BigInt, Bool and Binary only.
//!
//! To add a look-up: its promise in the port, a conformance case, a function in the file of its noun under `queries`, a line in
//! `store/port.rs` and in the two stores of `memory`.
//! To add a table: a migration of the same name in both directories (expand, move, contract), its columns in `schema`, its row in `rows`.

#![expect(clippy::duplicate_mod, reason = "the queries and the pool stand once and are compiled for each backend")]

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod memory;
#[cfg(feature = "conformance")]
pub mod testing;

mod address;
mod backup;
mod counters;
mod error;
mod migrations;
mod postgres;
mod prepared;
mod rows;
mod schema;
mod sqlite;
mod store;
mod tls;
mod took;

pub use address::{BadAddress, DatabaseUrl, Privacy, Tls};
pub use backup::{BackupError, back_up};
pub use error::ConnectError;
pub use migrations::{migrate, pending, rollback};
pub use store::{PoolOptions, PoolState, SqlStore, connect};
