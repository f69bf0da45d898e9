//! Local simulators of the Bot API, of KIE.ai and of Sentry, as real HTTP servers on loopback, so that the whole bot runs without any account.
//!
//! Must not know: the clients. The simulators share no wire type with `telegram-adapter` or `kie-client`; each reply is a documented or
//! recorded form whose source is named beside it, so that a wrong field name in a client fails a test instead of agreeing with itself.

mod http;
pub mod kie;
pub mod page;
pub mod picture;
pub mod sentry;
pub mod telegram;
