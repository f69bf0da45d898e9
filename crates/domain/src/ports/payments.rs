//! The ports to whoever takes money for us, and to who says what a dollar costs.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::ids::ChatId;
use crate::ledger::{Payment, Provider};
use crate::money::{Money, Overflow, Rate};
use crate::payment::Invoice;

/// What a payer is asked, in the provider's own unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativePrice {
    /// Stars, kopecks, cents.
    pub amount: i64,
    /// `XTR`, `RUB`, `USDT`.
    pub currency: String,
}

/// The words on a provider's own page, in the payer's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceWords {
    /// At most 32 characters.
    pub title: String,
    /// At most 128 characters.
    pub description: String,
}

/// Where an invoice can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The provider's id of it, if it can be asked how the invoice stands.
    pub external: Option<String>,
    /// Where the payer pays.
    pub url: String,
}

/// How an invoice stands, by the provider's own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvoiceStatus {
    /// Not paid yet.
    Waiting,
    /// Paid.
    Paid {
        /// The provider's id of the payment.
        payment: String,
        /// What it took, in its own unit.
        native_amount: i64,
        /// That unit.
        native_currency: String,
    },
    /// It can't be paid any more.
    Closed,
}

/// Why a provider did not answer as hoped, by what the caller does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// Network, 429, 5xx, nonsense: ask again later; asking again is harmless.
    #[error("no answer now: {detail}")]
    Later {
        /// When, if the provider said so.
        retry_after: Option<Duration>,
        /// What was seen; no secret, no payer's data.
        detail: String,
    },
    /// A definite no: the invoice fails; the owner is told.
    #[error("refused: {detail}")]
    Refused {
        /// The provider's words.
        detail: String,
    },
}

/// Why a payment was not paid back, by what the caller does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaybackError {
    /// The outcome is unknown, or nothing happened: ask again later; the provider pays back once only, however often it is asked.
    #[error("no answer now: {detail}")]
    Later {
        /// When, if the provider said so.
        retry_after: Option<Duration>,
        /// What was seen.
        detail: String,
    },
    /// A definite no; nothing was paid back.
    #[error("refused: {detail}")]
    Refused {
        /// The provider's words.
        detail: String,
    },
}

/// One movement of a provider's own list. One that is no payment of anybody's (the owner's withdrawal, a fee) is told like the others, since
/// the list is read on by counting: it has neither payer nor payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRecord {
    /// Whose list.
    pub provider: Provider,
    /// The provider's id of the payment; a payment and its return share it.
    pub payment: String,
    /// Whether it went back.
    pub is_refund: bool,
    /// In the provider's own unit; positive.
    pub native_amount: i64,
    /// That unit.
    pub native_currency: String,
    /// Who paid, if the provider says.
    pub payer: Option<ChatId>,
    /// Our invoice's id, as the provider hands it back.
    pub payload: String,
    /// When it happened, by the provider's clock.
    pub at: Timestamp,
}

/// One who takes money for us. Every call ends within `budget`, retries and waits included.
#[async_trait]
pub trait PaymentGate: Send + Sync {
    /// Who it is.
    fn provider(&self) -> Provider;

    /// What a payer is asked for `amount` of balance. No call is made.
    ///
    /// # Errors
    /// [`Overflow`].
    fn price(&self, amount: Money) -> Result<NativePrice, Overflow>;

    /// Makes a place where the invoice can be paid until it expires. May be repeated: the same invoice is paid at most once.
    ///
    /// # Errors
    /// See [`GateError`].
    async fn offer(&self, invoice: &Invoice, words: &InvoiceWords, budget: Duration) -> Result<Offer, GateError>;

    /// How an invoice stands; asked of those that have an external id only.
    ///
    /// # Errors
    /// See [`GateError`].
    async fn status(&self, external: &str, budget: Duration) -> Result<InvoiceStatus, GateError>;

    /// Pays a whole payment back to `payer`. May be repeated: a payment that was paid back before is success.
    ///
    /// # Errors
    /// See [`PaybackError`].
    async fn pay_back(&self, payment: &Payment, payer: ChatId, budget: Duration) -> Result<(), PaybackError>;

    /// Movements of the provider's own list, oldest first, after the first `skip`; `None` if it keeps none that can be asked for. Every
    /// element becomes one record, so that `skip` = how many were told before; fewer than `limit` may come though there are more, none only
    /// at the end.
    ///
    /// # Errors
    /// See [`GateError`].
    async fn records(&self, skip: u64, limit: u32, budget: Duration) -> Result<Option<Vec<ProviderRecord>>, GateError>;

    /// The external id that a webhook's body speaks of; `None` if it is not the provider's or says nothing of an invoice. Only a hint: the
    /// provider's own answer to [`status`](Self::status) decides. `signature` = the value of the provider's signature header, if it has one.
    fn hint(&self, body: &[u8], signature: Option<&str>) -> Option<String>;
}

/// Roubles for a dollar, as a source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateReading {
    /// Roubles for one dollar.
    pub rate: Rate,
    /// The day that it is for, in ISO form.
    pub date: String,
}

/// Why no rate was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the exchange rate can't be read now: {detail}")]
pub struct RateError {
    /// What was seen.
    pub detail: String,
}

/// Says what a dollar costs.
#[async_trait]
pub trait RateSource: Send + Sync {
    /// Today's rate.
    ///
    /// # Errors
    /// [`RateError`]: the last one is used meanwhile.
    async fn usd(&self, budget: Duration) -> Result<RateReading, RateError>;
}
