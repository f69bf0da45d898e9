//! The door for raw bytes from outside: `web` and the poller hand them in, `bot` wires the adapter behind it.

use std::time::Duration;

use async_trait::async_trait;

/// What became of one Telegram update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateOutcome {
    /// Committed and shown, or its wake scheduled; also unknown kinds and unreadable updates, which are kept: answer 200.
    Done,
    /// The body is not JSON with an `update_id`: answer 400.
    NotJson,
    /// A passing outage: answer 503 with this Retry-After; Telegram keeps the update.
    Later(Duration),
}

/// What became of one KIE callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// Stored, or a repeat: answer 200.
    Stored,
    /// The signature is missing, wrong or old while a key is configured: answer 401.
    BadSignature,
    /// No generation has this token: answer 404.
    UnknownToken,
    /// Storage is away: answer 503 with this Retry-After.
    Later(Duration),
}

/// One KIE callback as it came in.
#[derive(Clone, Debug, Default)]
pub struct RawCallback {
    /// The token from the path.
    pub token: String,
    /// Header `X-Webhook-Timestamp`, if sent.
    pub timestamp: Option<String>,
    /// Header `X-Webhook-Signature`, if sent.
    pub signature: Option<String>,
    /// The body, within the listener's bound.
    pub body: Vec<u8>,
}

/// One webhook of a payment provider as it came in.
#[derive(Clone, Debug, Default)]
pub struct RawHint {
    /// The provider's name from the path.
    pub provider: String,
    /// The header in which Crypto Pay signs, if sent.
    pub signature: Option<String>,
    /// The body, within the listener's bound.
    pub body: Vec<u8>,
}

/// What became of a payment provider's webhook. It is only a hint, so that what it says is not told back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintOutcome {
    /// Looked at: answer 200, also for what we can't use, or it would come again.
    Taken,
    /// This way to pay is not open here: answer 404.
    UnknownProvider,
    /// Storage is away: answer 503 with this Retry-After.
    Later(Duration),
}

/// The figures of `GET /health`; read from memory only.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// Always true: who answers, lives.
    pub ok: bool,
    /// The program's version.
    pub version: &'static str,
    /// `webhook` or `polling`.
    pub bot_mode: &'static str,
    /// `sqlite`, `postgres` or `memory`.
    pub storage: &'static str,
    /// Seconds since the start.
    pub uptime_s: u64,
    /// Jobs that were due at the last look.
    pub queue_depth: u64,
}

/// What the listener needs from the rest of the house.
#[async_trait]
pub trait Intake: Send + Sync {
    /// Takes one Telegram update; decides, commits and shows.
    async fn telegram(&self, body: Vec<u8>) -> UpdateOutcome;

    /// Takes one KIE callback.
    async fn kie_callback(&self, callback: RawCallback) -> CallbackOutcome;

    /// Takes a payment provider's webhook.
    async fn payment_hint(&self, hint: RawHint) -> HintOutcome;

    /// For `GET /health`. Reads nothing but memory.
    fn health(&self) -> Health;

    /// For `GET /ready`: the names of what is missing; empty = ready.
    async fn missing(&self) -> Vec<String>;

    /// For `GET /metrics`: Prometheus text.
    fn metrics(&self) -> String;
}
