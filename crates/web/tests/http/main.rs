//! The listener on real sockets, with a scripted intake behind the door. Raw sockets where the bytes or their pace
//! matter, a real client where interoperation does.
#![expect(clippy::unwrap_used, reason = "a helper that can't go on fails the test that called it")]

mod contract;
mod limits;
mod pages;
mod seen;
mod shutdown;
mod starting;
mod support;
mod work;
