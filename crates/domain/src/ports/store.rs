//! The port to the database.
//!
//! Everything that must happen together is one [`ChangeSet`] and one transaction. A change set states its expectations (the conversation's
//! version, a generation's old states, a lease's fencing number); if one of them does not hold, nothing is written and [`Commit`] says which.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::generation::{Generation, State, StateKind};
use crate::ids::{CallbackToken, ChatId, GenerationId, MessageId, ModelId, OperationId, TaskId, UserId};
use crate::ledger::{Amount, Posting, Refusal, Unit, Wallet};
use crate::ports::SentFile;
use crate::screen::Language;

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

/// A person: the only rows that link our user to somebody at Telegram; deletable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Ours.
    pub user: UserId,
    /// Telegram's; unique.
    pub chat: ChatId,
    /// As Telegram shows it.
    pub first_name: String,
    /// Without @.
    pub username: Option<String>,
    /// In which the bot speaks to them.
    pub language: Language,
    /// Whether they blocked the bot or are gone.
    pub gone: bool,
    /// First seen.
    pub created_at: Timestamp,
}

/// What the wizard and the window know of a user, opaque to storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Grows by one with each commit; 0 = never written.
    pub version: i64,
    /// JSON of the app's.
    pub body: String,
    /// The Telegram message that is the window, if one was sent.
    pub window: Option<i64>,
}

/// Everything an update of a known person starts from; loaded in one round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// What was going on.
    pub conversation: Conversation,
    /// Money.
    pub money: Wallet,
    /// Free runs.
    pub runs: Wallet,
}

/// What becomes of a person's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonChange {
    /// A new user with this person and an empty conversation (version 0). If the chat is known by now: [`Commit::VersionConflict`].
    Create(Person),
    /// Overwrites name, username, language and `gone`.
    Update(Person),
}

/// What becomes of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationChange {
    /// Whose.
    pub user: UserId,
    /// The version that was loaded (0 for a person created in the same change set); otherwise [`Commit::VersionConflict`].
    pub expected: i64,
    /// The new body; the version becomes `expected + 1`.
    pub body: String,
    /// Forget the window, so that the next screen is a new message.
    pub forget_window: bool,
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

/// Work that is due at a time. One row per key: scheduling again moves it to the earlier of both times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey {
    /// What kind of work.
    pub kind: JobKind,
    /// The id that the kind speaks of.
    pub subject: [u8; 16],
}

/// Kinds of durable work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// Submit or poll a generation.
    Generation,
    /// Send a user's durable messages in order.
    Messages,
}

impl JobKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Generation, Self::Messages];

    /// As rows and metrics keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Generation => "generation",
            Self::Messages => "messages",
        }
    }

    /// The inverse of [`JobKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl JobKey {
    /// The work on a generation.
    pub const fn generation(id: GenerationId) -> Self {
        Self { kind: JobKind::Generation, subject: *id.as_bytes() }
    }

    /// The sending of a user's durable messages.
    pub const fn messages(user: UserId) -> Self {
        Self { kind: JobKind::Messages, subject: *user.as_bytes() }
    }
}

/// Makes work due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Which work.
    pub key: JobKey,
    /// When, at the latest; an earlier time that stands already is kept.
    pub run_at: Timestamp,
}

/// Which work a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Of these kinds.
    pub kinds: &'a [JobKind],
    /// The instance that asks.
    pub owner: &'a str,
    /// Now.
    pub now: Timestamp,
    /// For how long.
    pub lease: Duration,
    /// At most so many, the longest due first.
    pub limit: u32,
}

/// A claim on one job. It is lost when it runs out; its fencing number then fits no WHERE any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which work.
    pub key: JobKey,
    /// Grows with each claim of the job.
    pub fence: i64,
    /// Grows with each [`Schedule`] of the job: work that arrived meanwhile is not lost by [`LeaseOutcome::Done`].
    pub revision: i64,
    /// Claims since the last progress, this one included.
    pub attempts: i64,
    /// When it was due.
    pub run_at: Timestamp,
    /// Until when it is ours.
    pub until: Timestamp,
}

/// How a claim ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseOutcome {
    /// Nothing more to do: the job is removed, unless it was scheduled again meanwhile: then it is due as scheduled.
    Done,
    /// Due again at this time, or earlier if it was scheduled meanwhile.
    Again {
        /// When.
        run_at: Timestamp,
        /// Whether this claim made progress: the attempts start from 0.
        progress: bool,
    },
    /// Still ours: the change set is a step within the claim.
    Keep,
}

/// The claim under which a worker commits; if it is lost, nothing is written: [`Commit::LeaseLost`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseEnd {
    /// The claim.
    pub lease: Lease,
    /// How it ends.
    pub outcome: LeaseOutcome,
}

/// A message that is sent until Telegram took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// To whom.
    pub user: UserId,
    /// The generation whose result it is.
    pub generation: Option<GenerationId>,
    /// JSON of the app's.
    pub body: String,
}

/// A durable message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its number within the user's messages, from 1, taken in the transaction that created it.
    pub number: i64,
    /// To whom.
    pub user: UserId,
    /// Where.
    pub chat: ChatId,
    /// The generation whose result it is.
    pub generation: Option<GenerationId>,
    /// JSON of the app's.
    pub body: String,
    /// Parts with a definite outcome, by part number.
    pub parts: Vec<PartMark>,
    /// When it was created.
    pub at: Timestamp,
}

/// The definite outcome of one part of a durable message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartMark {
    /// From 0.
    pub part: i64,
    /// What became of it.
    pub outcome: PartOutcome,
}

/// What became of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartOutcome {
    /// Telegram took it.
    Sent {
        /// The messages it became.
        message_ids: Vec<i64>,
        /// The files, as Telegram keeps them.
        files: Vec<SentFile>,
    },
    /// Telegram will never take it.
    Refused {
        /// Telegram's words.
        reason: String,
    },
}

/// How a durable message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageEnd {
    /// Every part has its outcome.
    Sent,
    /// It can't be sent.
    Refused,
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

/// Everything that must happen together. Written in this order: mark, lease, person, conversation, generations, ledger (wallets last).
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
            generations: Vec::new(),
            operations: Vec::new(),
            messages: Vec::new(),
            parts: Vec::new(),
            ended: Vec::new(),
            schedule: Vec::new(),
            orphans: Vec::new(),
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

/// One line of a user's statement: one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The operation.
    pub operation: OperationId,
    /// `Operation::name`.
    pub name: String,
    /// The cause's key.
    pub cause: String,
    /// What it did to posted.
    pub posted: Amount,
    /// What it did to reserved.
    pub reserved: Amount,
    /// When.
    pub at: Timestamp,
}

/// One kind of check of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// The invariant, in words.
    pub name: &'static str,
    /// How many rows it looked at.
    pub checked: u64,
    /// One line per offending row, naming it; at most 100 per check.
    pub findings: Vec<String>,
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// In the order of design's list of invariants.
    pub checks: Vec<AuditCheck>,
}

impl AuditReport {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.findings.is_empty())
    }
}

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

    /// The generation that a callback's token names.
    async fn generation_by_token(&self, token: &CallbackToken) -> StoreResult<Option<Generation>>;

    /// The generation that a KIE task is bound to, orphans included.
    async fn generation_of_task(&self, task: &TaskId) -> StoreResult<Option<GenerationId>>;

    /// A user's generations in the states queued, submitting, running; oldest first.
    async fn live_generations(&self, user: UserId) -> StoreResult<Vec<Generation>>;

    /// A user's generations, newest first.
    async fn history(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<Generation>>;

    /// How many queued generations were created before this one.
    async fn queue_position(&self, id: GenerationId) -> StoreResult<u64>;

    /// The median time that a model took over its last `sample` successes, if it has at least that many.
    async fn usual_duration(&self, model: &ModelId, sample: u32) -> StoreResult<Option<Duration>>;

    /// A user's statement, newest first.
    async fn statement(&self, user: UserId, skip: u32, limit: u32) -> StoreResult<Vec<StatementLine>>;

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

    /// When the next job of these kinds is due (or its claim runs out); `None` = no job.
    async fn next_due(&self, kinds: &[JobKind]) -> StoreResult<Option<Timestamp>>;

    /// How many jobs are due.
    async fn queue_depth(&self, now: Timestamp) -> StoreResult<u64>;

    /// Keeps an update that could not be taken, and marks it as done if its number could be read. A repeat is kept once.
    async fn bury(&self, dead: &DeadUpdate) -> StoreResult<()>;

    /// Whether an update is marked as done or buried.
    async fn is_done(&self, key: UpdateKey) -> StoreResult<bool>;

    /// Takes, renews or (with a zero lease) gives up a named singleton lease (`poller`); true = it is ours until `now + lease`.
    async fn hold_singleton(&self, name: &str, owner: &str, now: Timestamp, lease: Duration) -> StoreResult<bool>;

    /// What is noted of a generation's task outside of its normal path.
    async fn orphan(&self, generation: GenerationId) -> StoreResult<Option<Orphan>>;

    /// The tasks that KIE may have made or finished without us, newest first.
    async fn orphans(&self, limit: u32) -> StoreResult<Vec<Orphan>>;

    /// Removes what is old: marks older than `marks_before`, dead updates older than `dead_before`. Returns how many rows went.
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
