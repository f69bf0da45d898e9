//! The change set, and what a commit answers.

use super::super::office::{ApprovalChange, BlockChange, SettingChange, StaffChange};
use super::super::outreach::BroadcastChange;
use super::gifts::{FreeChange, PromoChange, ReferralChange};
use super::inputs::InputChange;
use super::jobs::{LeaseEnd, Schedule};
use super::margins::StopChange;
use super::messages::{MessageEnd, NewMessage, PartMark};
use super::payments::{InvoiceChange, PaybackChange, RateChange, Reconciliation};
use super::people::{ConversationChange, FavouriteChange, PersonChange};
use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::generation::{Generation, State, StateKind};
use crate::ids::{GenerationId, MessageId, TaskId};
use crate::ledger::{Posting, Refusal};
use crate::pause::Pause;
use crate::staff::AuditEntry;
use crate::watch::{Alert, AuditRun};

/// One update of one bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpdateKey {
    /// The bot's Telegram id.
    pub bot: i64,
    /// Telegram's update_id.
    pub update: i64,
}

/// How often a done update came again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// Commits of this mark so far, the first and this one included.
    pub count: i64,
    /// When it was done.
    pub first_at: Timestamp,
}

/// What becomes of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenerationChange {
    /// A new one. If the id is taken: [`Commit::VersionConflict`] (the repeat of a confirm finds it by loading again).
    Create(Box<Generation>),
    /// A step of its life. If it is in none of the `from` states: [`Commit::VersionConflict`].
    Step {
        /// Which.
        id: GenerationId,
        /// `EventKind::from` of the event.
        from: &'static [StateKind],
        /// `State::after` of the event; `since` becomes the change set's time.
        to: State,
        /// Set once its inputs were uploaded a second time.
        relinked: bool,
    },
}

/// A task that KIE may have made or finished without us: for the owner's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Whose.
    pub generation: GenerationId,
    /// KIE's task, if known; stored once known.
    pub task: Option<TaskId>,
    /// What KIE made after all (JSON of `generation::Results`), once known.
    pub late_results: Option<String>,
    /// Why it is listed.
    pub reason: String,
}

/// An update that we could not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadUpdate {
    /// The bot's Telegram id.
    pub bot: i64,
    /// Telegram's update_id, if it could be read.
    pub update: Option<i64>,
    /// The raw body.
    pub body: Vec<u8>,
    /// What went wrong; no user's words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Everything that must happen together. Rows are locked in this order: mark, jobs (the claim's and those that become due, by key), person,
/// people whom a broadcast found gone, conversation, inputs, favourites, generations, invoices, paybacks, messages, orphans, referrals, free
/// counters, promo codes, reconciliation, rate, stops, blocks, staff, settings, approvals, broadcasts, campaigns, audit log, alerts, audits,
/// ledger (wallets last).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// The time of all its rows.
    pub at: Timestamp,
    /// This update is done with it. If it was done before: [`Commit::AlreadyDone`], and nothing but the count of tries is written.
    pub mark: Option<UpdateKey>,
    /// The claim under which it is committed.
    pub lease: Option<LeaseEnd>,
    /// The person's row.
    pub person: Option<PersonChange>,
    /// The conversation.
    pub conversation: Option<ConversationChange>,
    /// Input files, before the generations that name them.
    pub inputs: Vec<InputChange>,
    /// Favourites.
    pub favourites: Vec<FavouriteChange>,
    /// Generations, in order.
    pub generations: Vec<GenerationChange>,
    /// Operations of the ledger, in order. The first refusal undoes the whole change set: [`Commit::Refused`]. One that was applied before
    /// with the same content changes nothing and is no refusal.
    pub operations: Vec<Posting>,
    /// Durable messages, numbered in this order.
    pub messages: Vec<NewMessage>,
    /// Outcomes of parts of durable messages.
    pub parts: Vec<(MessageId, PartMark)>,
    /// Durable messages that end.
    pub ended: Vec<(MessageId, MessageEnd)>,
    /// Work that becomes due.
    pub schedule: Vec<Schedule>,
    /// Tasks for the owner's list; a known generation's row is completed, never emptied.
    pub orphans: Vec<Orphan>,
    /// Invoices, in order.
    pub invoices: Vec<InvoiceChange>,
    /// Paybacks, in order.
    pub paybacks: Vec<PaybackChange>,
    /// Who brought whom.
    pub referrals: Vec<ReferralChange>,
    /// Counters of free generations, in order.
    pub free: Vec<FreeChange>,
    /// Promo codes, in order.
    pub promos: Vec<PromoChange>,
    /// What a provider's own list said.
    pub reconciliation: Option<Reconciliation>,
    /// The exchange rate.
    pub rate: Option<RateChange>,
    /// Models that are stopped or sold again, in order.
    pub stops: Vec<StopChange>,
    /// Who is shut out, or let in again.
    pub blocks: Vec<BlockChange>,
    /// Who works at the desk.
    pub staff: Vec<StaffChange>,
    /// What is set at run time.
    pub settings: Vec<SettingChange>,
    /// Large credits that wait for another owner.
    pub approvals: Vec<ApprovalChange>,
    /// Broadcasts, in order.
    pub broadcasts: Vec<BroadcastChange>,
    /// New campaigns. If a name is taken: [`Commit::VersionConflict`].
    pub campaigns: Vec<Campaign>,
    /// What was done at the desk. If an appointed actor has their role no more: [`Commit::VersionConflict`], and nothing of it happens.
    pub audit_log: Vec<AuditEntry>,
    /// Alerts as they become, each once; `version` is the one that was looked at, else [`Commit::VersionConflict`].
    pub alerts: Vec<Alert>,
    /// An audit that ran.
    pub audit: Option<AuditRun>,
    /// The pause of selling as it becomes; `version` is the one that was looked at, else [`Commit::VersionConflict`].
    pub pause: Option<Pause>,
}

impl ChangeSet {
    /// An empty one.
    pub const fn new(at: Timestamp) -> Self {
        Self {
            at,
            mark: None,
            lease: None,
            person: None,
            conversation: None,
            inputs: Vec::new(),
            favourites: Vec::new(),
            generations: Vec::new(),
            operations: Vec::new(),
            messages: Vec::new(),
            parts: Vec::new(),
            ended: Vec::new(),
            schedule: Vec::new(),
            orphans: Vec::new(),
            invoices: Vec::new(),
            paybacks: Vec::new(),
            referrals: Vec::new(),
            free: Vec::new(),
            promos: Vec::new(),
            reconciliation: None,
            rate: None,
            stops: Vec::new(),
            blocks: Vec::new(),
            staff: Vec::new(),
            settings: Vec::new(),
            approvals: Vec::new(),
            broadcasts: Vec::new(),
            campaigns: Vec::new(),
            audit_log: Vec::new(),
            alerts: Vec::new(),
            audit: None,
            pause: None,
        }
    }
}

/// What became of a change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commit {
    /// Written.
    Committed,
    /// The mark stood already; only the count of tries was written.
    AlreadyDone(Tries),
    /// An expectation did not hold: load again, decide again. Nothing was written.
    VersionConflict,
    /// The claim is lost: stop, somebody else works on it. Nothing was written.
    LeaseLost,
    /// The ledger refused. Nothing was written.
    Refused {
        /// Which operation, by its place in the change set.
        operation: usize,
        /// Why.
        reason: Refusal,
    },
}
