//! The adapter against a scripted server, which fails in every way, and against the Bot API simulator, which knows the published rules.
//! Every call that any of these tests makes is compared with the published specification when that is at hand.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics, in its helpers too")]

mod deliver;
mod failures;
mod files;
mod messages;
mod poll;
mod secrets;
mod setup;
mod stars;
mod support;
