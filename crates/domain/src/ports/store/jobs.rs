//! Durable work: schedules, claims, leases.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::ids::{ActionId, BroadcastId, GenerationId, InputId, InvoiceId, UserId};

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
    /// Fetch, probe and upload an input file.
    Input,
    /// Let a user's conversation go on without the user: files are ready, an album is complete.
    Wake,
    /// Make an invoice payable, ask how it stands, look at its receipt, let it expire.
    Invoice,
    /// Have a provider pay a payment back.
    Payback,
    /// Send a broadcast to those who are next.
    Broadcast,
}

impl JobKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Generation, Self::Messages, Self::Input, Self::Wake, Self::Invoice, Self::Payback, Self::Broadcast];

    /// As rows and metrics keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Generation => "generation",
            Self::Messages => "messages",
            Self::Input => "input",
            Self::Wake => "wake",
            Self::Invoice => "invoice",
            Self::Payback => "payback",
            Self::Broadcast => "broadcast",
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

    /// The preparing of an input file.
    pub const fn input(id: InputId) -> Self {
        Self { kind: JobKind::Input, subject: *id.as_bytes() }
    }

    /// The work on an invoice.
    pub const fn invoice(id: InvoiceId) -> Self {
        Self { kind: JobKind::Invoice, subject: *id.as_bytes() }
    }

    /// The paying back of a payment.
    pub const fn payback(action: ActionId) -> Self {
        Self { kind: JobKind::Payback, subject: *action.as_bytes() }
    }

    /// The sending of a broadcast.
    pub const fn broadcast(id: BroadcastId) -> Self {
        Self { kind: JobKind::Broadcast, subject: *id.as_bytes() }
    }

    /// The waking of a user's conversation.
    pub const fn wake(user: UserId) -> Self {
        Self { kind: JobKind::Wake, subject: *user.as_bytes() }
    }
}

/// Makes work due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Which work.
    pub key: JobKey,
    /// When, at the latest; an earlier time that stands already is kept.
    pub run_at: Timestamp,
    /// Among due jobs it counts as due so much later: who has much in the queue lets others go first. Delays nothing while nobody waits.
    /// Of two schedules the earlier place counts, as the earlier time does; a [`LeaseOutcome::Again`] yields nothing.
    pub yields: Duration,
}

impl Schedule {
    /// Due at `run_at`, in its turn.
    pub const fn new(key: JobKey, run_at: Timestamp) -> Self {
        Self { key, run_at, yields: Duration::ZERO }
    }
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
    /// At most so many, the longest due first, where a job counts as due [`Schedule::yields`] later than it is.
    pub limit: u32,
}

/// What there is to do; what a kind is that we do not know is nobody's business here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// How many jobs may be claimed now, by kind; a kind with none is missing.
    pub due: BTreeMap<JobKind, u64>,
    /// When the next one becomes due after that, or the claim on one runs out; `None` = none will.
    pub next: Option<Timestamp>,
}

impl Agenda {
    /// How many may be claimed now, of all kinds.
    pub fn depth(&self) -> u64 {
        self.due.values().sum()
    }
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
        /// Whether this claim made progress: the attempts start from 0. Without it the job stands back behind others as far as before.
        progress: bool,
    },
    /// Still ours: the change set is a step within the claim.
    Keep,
}

/// The claim under which a worker commits; if it is lost, nothing is written: [`Commit::LeaseLost`](super::Commit::LeaseLost).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseEnd {
    /// The claim.
    pub lease: Lease,
    /// How it ends.
    pub outcome: LeaseOutcome,
}
