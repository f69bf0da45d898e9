//! The Bot API both ways: an update's bytes become an [`app::event::Incoming`], a screen or a delivery becomes calls.
//!
//! It must not know: SQL, KIE, HTTP servers, prices, texts that a user reads. It decides nothing about a conversation; it escapes, splits,
//! encodes, paces, and says what Telegram said as the variant that the caller acts on.
//!
//! Invariants:
//! - The bot token is in the address of a request and nowhere else: no Debug, error text, log line or metric of this crate holds it. Neither
//!   do bodies, texts or captions.
//! - Every call ends within its budget, pace and waits included; every body that we read, and every queue, has a bound.
//! - **A send whose answer was lost is not repeated here**: it may have arrived. The caller's durable queue decides, and sends *at least
//!   once*. What is harmless to repeat (edits, answers, look-ups) is repeated within the budget.
//! - `2xx` with `ok: true` is success, whatever else stands in the answer and whether or not we can read it.
//! - Every outgoing text is escaped HTML within Telegram's limits; callback data never exceeds 64 bytes (`callback` proves it).
//! - One update that can't be read never stops another: with getUpdates each one is cut out and read alone.
//! - No environment variable is read, and no proxy is used.
//!
//! Code map: `client` (frankenstein's trait over reqwest) + `answer` + `error`; `send` (pace, repeats, what a refusal means) over `pace` and
//! `retry`; `messenger` and `deliver` (the port [`domain::ports::Messenger`]) over `html`, `keyboard`, `callback`, `sent`; `files` (the port
//! [`domain::ports::FileSource`]); `stars` (the port [`domain::ports::PaymentGate`]); `read` (update to event); `poll` (getUpdates); `setup` (what a start and a doctor need).
//!
//! To add a call of the Bot API: parameters are frankenstein's type; make the call in the module that owns the noun, through
//! `send::Sender`, saying whether a repeat is harmless; read no more of the answer than is needed, leniently; add it to the tests in
//! `tests/it`, which compare every call with the published specification. To add a button: a variant of [`domain::screen::Action`] and its
//! line in `callback`. To add an event: a variant of [`app::event::Event`] and its arm in `read`.

mod answer;
mod callback;
mod client;
mod deliver;
mod error;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod html;
mod keyboard;
mod messenger;
mod pace;
mod poll;
mod read;
mod retry;
mod send;
mod sent;
mod setup;
mod stars;

pub use client::{BuildError, Client, Options};
pub use error::CallError;
pub use files::TelegramFiles;
pub use messenger::{TelegramMessenger, UploadLimits};
pub use pace::Pace;
pub use poll::{PollOptions, PollState, Poller};
pub use read::{Unreadable, read_update, read_update_of};
pub use setup::{ALLOWED_UPDATES, CommandList, Identity, Setup, WebhookReport, WebhookWish};
pub use stars::TelegramStars;
