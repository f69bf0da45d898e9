//! Who takes money for us behind [`domain::ports::PaymentGate`] ([`Yookassa`], [`CryptoPay`]), and what a dollar costs behind
//! [`domain::ports::RateSource`] ([`BankOfRussia`]).
//!
//! ```no_run
//! use domain::ports::{PaymentGate, RateSource};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let options = payments::YookassaOptions::new("100500", "the secret key".into(), "https://t.me/the_bot");
//! let shop = payments::Yookassa::new(options)?;
//! let status = shop.status("23d93cac-000f-5000-8000-126628f15141", std::time::Duration::from_secs(10)).await?;
//!
//! let bank = payments::BankOfRussia::new(payments::RateOptions::default())?;
//! let today = bank.usd(std::time::Duration::from_secs(10)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It must not know: wallets, the ledger's operations, storage, Telegram, users' texts. It decides nothing about money; it says what a provider
//! said, as the variant that the caller acts on. Telegram's Stars are the business of the Bot API's adapter, a bank transfer that of an owner.
//!
//! Invariants:
//! - A provider's own answer decides. A webhook only names what to ask about; one whose provider signs it counts only with the right signature,
//!   compared in constant time.
//! - No request makes two payments or two paybacks: YooKassa gets an idempotence key with each. An invoice of Crypto Pay that is made twice can
//!   be paid once only, since nobody knows the address of the one whose answer was lost.
//! - A payback is refused only if the provider's own list shows that nothing went back and nothing is on its way.
//! - A wrong key says nothing of a payment: it refuses an offer, and never tells that a payment was not made or not paid back.
//! - Amounts are text on the wire and integers here; no float is read or written.
//! - Every call ends within its budget, retries and waits included; every body that is read has a bound.
//! - Neither a secret nor a payer's data is in any Debug, error text or log line.
//! - No environment variable is read, no proxy is used, no redirect is followed.
//!
//! Code map: `options` (what all are built from), `transport` (connections, bounds, what a status means), `retry`, one folder for each provider
//! with its `wire` types, `rate`.
//!
//! To add a provider: its name in `domain::ledger::Provider`; a folder with `wire.rs` (only what the service says, with its source) and `mod.rs`
//! (its options, `new`, an implementation of the port on a `Transport`); answers with their sources in `tests/fixtures`; a file in `tests/it`
//! with a test for each class of error; its options in the list of `tests/it/secrets.rs`; its variables and its wiring in `bot`.

mod crypto_pay;
mod options;
mod rate;
mod retry;
mod transport;
mod yookassa;

pub use crypto_pay::{CryptoPay, CryptoPayOptions, SIGNATURE_HEADER as CRYPTO_PAY_SIGNATURE_HEADER};
pub use options::{BuildError, Connection};
pub use rate::{BankOfRussia, RateOptions};
pub use retry::RetryPolicy;
pub use yookassa::{Customer, Receipts, Yookassa, YookassaOptions};
