//! The port to the database.
//!
//! Everything that must happen together is one [`ChangeSet`] and one transaction. A change set states its expectations (the conversation's
//! version, a generation's old states, a lease's fencing number); if one of them does not hold, nothing is written and [`Commit`] says which.

mod change;
mod findings;
mod gifts;
mod inputs;
mod jobs;
mod margins;
mod messages;
mod payments;
mod people;

pub use change::{ChangeSet, Commit, DeadUpdate, GenerationChange, Orphan, Tries, UpdateKey};
pub use findings::{AuditCheck, AuditReport, HistoryQuery, StatementLine, Took};
pub use gifts::{FreeChange, PromoChange, ReferralChange, ReferralFigures};
pub use inputs::{InputChange, InputFault, InputFile, InputSource, InputState};
pub use jobs::{Agenda, Claim, JobKey, JobKind, Lease, LeaseEnd, LeaseOutcome, Schedule};
pub use margins::{Drift, Stop, StopChange, StopReason};
pub use messages::{Message, MessageEnd, NewMessage, PartMark, PartOutcome};
pub use payments::{InvoiceChange, Payback, PaybackChange, PaybackEnd, RateChange, Rates, Reconciled, Reconciliation};
pub use people::{Conversation, ConversationChange, FavouriteChange, Person, PersonChange, Session, Trace};

use super::payments::ProviderRecord;
use crate::clock::Timestamp;
use crate::free::{FreeUse, FreeWindows};
use crate::generation::Generation;
use crate::ids::{ActionId, CallbackToken, ChatId, GenerationId, InputId, InvoiceId, ModelId, TaskId, UserId};
use crate::ledger::{Payment, Provider, Unit, Wallet};
use crate::payment::{Invoice, Referral};
use crate::promo::PromoState;
use crate::quote::Margin;
use async_trait::async_trait;
use std::time::Duration;

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An outage: pool, connection, time-out, deadlock. The same again later may work; nothing was written, or the outcome is unknown and the
    /// same change set again is harmless (marks, causes and versions make it so).
    #[error("storage is away: {0}")]
    Away(String),
    /// A defect: a violated constraint, a row that can't be read. The same again will fail again.
    #[error("storage defect: {0}")]
    Defect(String),
}

/// What a store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// The database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Writes a change set in one transaction, or nothing.
    ///
    /// # Errors
    /// [`StoreError::Away`]: the outcome is unknown; the same change set may be committed again.
    async fn commit(&self, change: &ChangeSet) -> StoreResult<Commit>;

    /// Person, conversation and wallets of a chat, in one round trip; `None` for a stranger.
    async fn session(&self, chat: ChatId) -> StoreResult<Option<Session>>;

    /// The same, by our id; `None` also once the person was deleted.
    async fn session_of(&self, user: UserId) -> StoreResult<Option<Session>>;

    /// A generation.
    async fn generation(&self, id: GenerationId) -> StoreResult<Option<Generation>>;

    /// The generations with these ids that exist, in any order; in one round trip.
    async fn generations(&self, ids: &[GenerationId]) -> StoreResult<Vec<Generation>>;

    /// The generation that a callback's token names.
    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>>;

    /// The generation that a KIE task is bound to, orphans included.
    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>>;

    /// A user's generations in the states queued, submitting, running; oldest first.
    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>>;

    /// A user's generations, newest first.
    async fn history(&self, query: HistoryQuery<'_>) -> StoreResult<Vec<Generation>>;

    /// The input files with these ids that exist, in any order; in one round trip.
    async fn inputs(&self, ids: &[InputId]) -> StoreResult<Vec<InputFile>>;

    /// A user's favourites, the last kept first.
    async fn favourites(&self, user: UserId) -> StoreResult<Vec<ModelId>>;

    /// The models that a user ordered last, each once, the latest first.
    async fn recent_models(&self, user: UserId, limit: u32) -> StoreResult<Vec<ModelId>>;

    /// The models with the most successes since then, the most used first, with their counts; equal counts by id.
    async fn popular_models(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<(ModelId, u64)>>;

    /// Whether somebody with this trace was forgotten.
    async fn is_former(&self, trace: &Trace) -> StoreResult<bool>;

    /// The stored random value of this name; `fresh` is stored and returned if there is none. Every caller gets the same one.
    async fn keepsake(&self, name: &str, fresh: [u8; 32]) -> StoreResult<[u8; 32]>;

    /// How many queued generations come before this one, in the order in which they are claimed.
    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64>;

    /// How long a model took over its last `sample` successes, if it has at least that many.
    async fn took(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Took>>;

    /// The margins of a model's last successes of which KIE said what it took, the newest first; at most `limit`. Of a model that is
    /// sold again after a stop, those since then.
    async fn margins(&self, model: &ModelId, limit: u32) -> StoreResult<Vec<Margin>>;

    /// How price tables agree with what KIE took since then, by model (and within it plain quotes first).
    async fn drifts(&self, since: Timestamp) -> StoreResult<Vec<Drift>>;

    /// The models that are stopped, by model.
    async fn stops(&self) -> StoreResult<Vec<Stop>>;

    /// A user's statement, newest first.
    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>>;

    /// The lines of its user's statement that are about this generation, oldest first.
    async fn movements_of(&self, generation: GenerationId) -> StoreResult<Vec<StatementLine>>;

    /// An invoice.
    async fn invoice(&self, id: InvoiceId) -> StoreResult<Option<Invoice>>;

    /// The invoice that a provider knows by this id.
    async fn invoice_of(&self, provider: Provider, external: &str) -> StoreResult<Option<Invoice>>;

    /// A user's invoices, newest first.
    async fn invoices(&self, user: UserId, limit: u32) -> StoreResult<Vec<Invoice>>;

    /// The invoices whose receipts wait for an owner, oldest first.
    async fn claimed_invoices(&self, limit: u32) -> StoreResult<Vec<Invoice>>;

    /// The oldest invoice that was ever claimed with a receipt of this hash, other than `except`; whatever became of it since.
    async fn claimed_with(&self, hash: &str, except: InvoiceId) -> StoreResult<Option<InvoiceId>>;

    /// A payment.
    async fn payment(&self, provider: Provider, payment: &str) -> StoreResult<Option<Payment>>;

    /// A user's payments, newest first.
    async fn payments(&self, user: UserId, limit: u32) -> StoreResult<Vec<Payment>>;

    /// An owner's wish that a payment is paid back.
    async fn payback(&self, action: ActionId) -> StoreResult<Option<Payback>>;

    /// How far a provider's own list was read.
    async fn reconciled(&self, provider: Provider) -> StoreResult<Reconciled>;

    /// The records of providers' lists that no payment of ours agrees with (a return: that is not refunded here), newest first. One that
    /// names neither payer nor payload is no payment: the provider lists our own withdrawals too.
    async fn unmatched_records(&self, limit: u32) -> StoreResult<Vec<ProviderRecord>>;

    /// The exchange rates.
    async fn rates(&self) -> StoreResult<Rates>;

    /// How often a user had each model for nothing in these windows; only models with any.
    async fn free_uses(&self, user: UserId, windows: FreeWindows) -> StoreResult<Vec<(ModelId, FreeUse)>>;

    /// A promo code as this user finds it.
    async fn promo(&self, code: &str, user: UserId) -> StoreResult<Option<PromoState>>;

    /// Who brought this user.
    async fn referral(&self, invited: UserId) -> StoreResult<Option<Referral>>;

    /// What came of a user's personal link.
    async fn referral_figures(&self, inviter: UserId) -> StoreResult<ReferralFigures>;

    /// How many rewards an inviter's day brought that began then.
    async fn referral_rewards(&self, inviter: UserId, day: Timestamp) -> StoreResult<u32>;

    /// A wallet's figures; zero if it never moved.
    async fn wallet(&self, user: UserId, unit: Unit) -> StoreResult<Wallet>;

    /// The first durable message of a user that has not ended, with the outcomes of its parts.
    async fn next_message(&self, user: UserId) -> StoreResult<Option<Message>>;

    /// The outcomes of the parts of a generation's result message, if it has one, by part.
    async fn result_parts(&self, generation: GenerationId) -> StoreResult<Vec<PartMark>>;

    /// Notes the window's message after it was sent: a small statement of its own, lost without harm. Ignored unless the conversation still
    /// has this version.
    async fn note_window(&self, user: UserId, version: i64, message: i64) -> StoreResult<()>;

    /// Notes the progress message of a generation; the same kind of statement.
    async fn note_progress(&self, id: GenerationId, message: i64) -> StoreResult<()>;

    /// Claims due work. A job whose claim ran out is due again.
    async fn claim(&self, claim: Claim<'_>) -> StoreResult<Vec<Lease>>;

    /// Gives back every claim of an instance that stops; its jobs are due at once.
    async fn hand_back(&self, owner: &str) -> StoreResult<u64>;

    /// What may be claimed now, and when to look again.
    async fn agenda(&self, now: Timestamp) -> StoreResult<Agenda>;

    /// Keeps an update that could not be taken, and marks it as done if its number could be read. A repeat is kept once.
    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()>;

    /// Whether an update is marked as done or buried.
    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool>;

    /// Takes, renews or (with a zero lease) gives up a named singleton lease (`poller`); true = it is ours until `now + lease`.
    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool>;

    /// Notes where the installation wants a bot's updates that is being started: the webhook's address, or nothing for polling. The last one
    /// has the word.
    async fn set_reception(&self, bot: i64, address: &str, at: Timestamp) -> StoreResult<()>;

    /// What the installation said that was started last.
    async fn reception(&self, bot: i64) -> StoreResult<Option<String>>;

    /// What is noted of a generation's task outside of its normal path.
    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>>;

    /// The tasks that KIE may have made or finished without us, newest first.
    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>>;

    /// Removes what is old: marks older than `marks_before`, dead updates older than `dead_before`, input files older than `dead_before`,
    /// the lists of whom broadcasts reached that ended before `dead_before`.
    /// Returns how many rows went.
    async fn purge(&self, marks_before: Timestamp, dead_before: Timestamp) -> StoreResult<u64>;

    /// The database's own clock.
    async fn now(&self) -> StoreResult<Timestamp>;

    /// Whether the database answers, and the names of migrations that it lacks.
    async fn pending_migrations(&self) -> StoreResult<Vec<String>>;

    /// Checks every invariant inside one read-only snapshot.
    async fn audit(&self) -> StoreResult<AuditReport>;

    /// `memory`, `sqlite` or `postgres`.
    fn kind(&self) -> &'static str;
}
