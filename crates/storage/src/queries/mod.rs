//! Every query, once: this directory is compiled for each backend, as a child of its module, which names the connection (`Conn`), the
//! transaction helpers (`tx`, `snapshot`) and the words of `dialect`.
//!
//! House rules: a function takes the connection and owned or borrowed arguments and returns `Result<_, Fault>`; what runs inside a commit
//! never begins a transaction; an expectation that does not hold is `Err(Fault::Stop)`, which undoes the commit. Every statement that the
//! hot paths send has a fixed text, so that PostgreSQL prepares it once per connection.

pub(crate) mod audit;
pub(crate) mod broadcasts;
pub(crate) mod campaigns;
pub(crate) mod commit;
pub(crate) mod counts;
pub(crate) mod events;
pub(crate) mod favourites;
pub(crate) mod forgetting;
pub(crate) mod free;
pub(crate) mod generations;
pub(crate) mod health;
pub(crate) mod inputs;
pub(crate) mod invoices;
pub(crate) mod jobs;
pub(crate) mod keepsakes;
pub(crate) mod ledger;
pub(crate) mod messages;
pub(crate) mod models;
pub(crate) mod office;
pub(crate) mod orphans;
pub(crate) mod paybacks;
pub(crate) mod people;
pub(crate) mod promos;
pub(crate) mod rates;
pub(crate) mod receptions;
pub(crate) mod records;
pub(crate) mod referrals;
pub(crate) mod reports;
pub(crate) mod singletons;
pub(crate) mod stops;
pub(crate) mod updates;
pub(crate) mod wallets;
pub(crate) mod watch;

use super::{Conn, dialect, snapshot, tx};
