//! The gates and the rate against a scripted server on a real socket: each answer that has a source, and everything that goes wrong on the way.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is a failed test")]

mod crypto_pay;
mod faults;
mod fixtures;
mod rate;
mod secrets;
mod server;
mod yookassa;
