//! What kiebot is about, as pure code and plain data: ids, money, ledger, models, generations, payments, and the ports.
//!
//! Must not know: any other crate of ours, any database, network, framework or text that a user reads. Time and chance come in as
//! arguments ([`clock`]). Everything here runs in a test without a runtime, save the ports' in-memory fakes.
//!
//! Where to go on: [`ledger`] decides about money, [`generation`] about the life of a generation, [`models`] is the catalog and its prices, [`payment`] is how money comes in,
//! [`quote`] freezes a price, [`staff`] says who may do what at the desk, [`broadcast`] and [`campaign`] how many are reached at once, [`watch`]
//! what is watched over, [`pause`] and [`rest`] when nothing, or one model, is not sold for a while, [`allowance`] how often one of many may
//! come, [`screen`] is what a user sees and may press, [`ports`] are the walls that adapters are built behind.

pub mod allowance;
pub mod broadcast;
pub mod campaign;
pub mod clock;
pub mod exchange;
pub mod figures;
pub mod free;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod generation;
pub mod ids;
mod kinds;
pub mod ledger;
pub mod models;
pub mod money;
pub mod pause;
pub mod payment;
pub mod ports;
pub mod promo;
pub mod quote;
pub mod rest;
pub mod screen;
pub mod staff;
pub mod watch;
