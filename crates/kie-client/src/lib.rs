//! The HTTP API of KIE.ai behind [`domain::ports::Generator`] and [`domain::ports::Showroom`]: create a task, ask for it, upload a file, read the
//! credits, fetch a result, verify a [`callback`]; and read what KIE lists.
//!
//! ```no_run
//! use domain::ports::Generator;
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let kie = kie_client::KieClient::new(kie_client::Options::new("the key from kie.ai/api-key".into()))?;
//! let left = kie.credits(std::time::Duration::from_secs(10)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It must not know: users, prices, generations, storage, Telegram. It decides nothing about money; it says what KIE said, as the variant that
//! the caller acts on.
//!
//! Invariants:
//! - `code` in the body decides, the HTTP status is asked second.
//! - A creation whose content may have left this process is never sent again: it is `Unknown`. `transport` proves the other case: the
//!   body of the request was never taken by the connection, and never can be.
//! - Every call ends within its budget, waits included; every body that we read has a bound.
//! - The key goes to the two configured servers only, never to a result's host. Neither the key nor a callback's address is in any Debug,
//!   error text or log line.
//! - A result is fetched over https from a public address, or from a host that the configuration names; each redirect is judged again.
//! - No environment variable is read, and no proxy is used.
//!
//! Code map: `client` (the port), `family` (the ways of the API: paths, requests, what is answered), `account`, `upload`, `fetch` + `address`,
//! `callback`, `showroom` (KIE's catalogue, schemas and prices), `transport` (connections, bounds, sent or not), `reply` (envelope and code),
//! `wire` (what the service says), `results` (shapes of a result), `words` (what KIE's texts mean), `decimal`, `retry`, `pace`, `breaker` (who asks for
//! nothing new while KIE is out), `meter`.
//!
//! To add a family of the API: its name in `domain::models::ApiFamily`; a value of `family::dedicated::Dedicated` with its words and codes (or,
//! if it is asked in another form, an implementation of `family::Family` of its own); its row in `family::of`; fields that no record had yet in
//! `wire::TaskRecord`; shapes that nobody has read yet in `results`; its requests, words, shapes and codes as rows of the tables in
//! `tests/it/families`. Whoever calls [`KieClient`] changes nothing.

mod account;
mod address;
mod breaker;
pub mod callback;
mod client;
mod decimal;
mod family;
mod fetch;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod meter;
mod options;
mod pace;
mod reply;
mod results;
mod retry;
mod showroom;
mod transport;
mod upload;
mod wire;
mod words;

pub use breaker::BreakerPolicy;
pub use client::KieClient;
pub use options::{BuildError, Options};
pub use pace::Pace;
pub use retry::RetryPolicy;
