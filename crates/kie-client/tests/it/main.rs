//! The client against a scripted server on a real socket: every code of KIE's table for each call, and everything that goes wrong on the way.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is a failed test")]

mod breaker;
mod create;
mod families;
mod fetch;
mod fixtures;
mod query;
mod secrets;
mod server;
mod showroom;
mod upload;
