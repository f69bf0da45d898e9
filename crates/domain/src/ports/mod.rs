//! The ports: what the app needs from the world, as traits. Adapters implement them; the app and its tests take `&dyn`.
//!
//! | port | promises |
//! |---|---|
//! | [`Store`] | one change set = one transaction; look-ups; claims under leases |
//! | [`Office`] | who works at the owner's desk, what they did, what they set |
//! | [`Outreach`] | broadcasts and who is next, campaigns and promo codes with their figures |
//! | [`Watch`] | figures to watch, audits that ran, alerts, the pause of selling, models that rest |
//! | [`EventLog`] | the log that the desk reads |
//! | [`Surroundings`] | how updates reach us, where we run |
//! | [`Reports`] | figures about everybody, for the owner's desk |
//! | [`Generator`] | createTask, recordInfo, upload, credits at KIE |
//! | [`Showroom`] | which models KIE itself lists, what they take and cost |
//! | [`Messenger`] | send, edit, deliver, answer at Telegram |
//! | [`FileSource`] | a Telegram file's bytes in a temporary file; never an address with the token |
//! | [`PaymentGate`] | an invoice's place to pay at, how it stands, paying back, a provider's own list |
//! | [`RateSource`] | what a dollar costs |
//! | [`Prober`] | what a file is, by its own bytes |
//! | [`Charts`] | figures as a picture |
//! | [`crate::clock::Clock`], [`crate::clock::IdSource`] | time; ids and chance |
//!
//! House rules of a port: absence is `Option`, a refusal that the caller acts on is a value or a variant, an outage is an error; units
//! stand in names or types; a method says what other readers can observe. An error never holds a secret or a user's words.
//!
//! To add a method to [`Store`]: write what it promises here; add a conformance case in `storage`; implement it in `memory`, then once in
//! the shared query files. To add a port: the trait here, a fake in `app`'s tests, an adapter crate, its wiring in `bot`.

pub mod charts;
mod events;
mod generator;
mod messenger;
mod office;
mod outreach;
mod payments;
mod prober;
mod reports;
mod showroom;
mod store;
mod watch;

pub use charts::{ChartError, Charts};
pub use events::{EventLevel, EventLog, EventsQuery, LogEvent, WORDS_AMONG};
pub use generator::{
    AccountTrouble, CreateError, CreateRequest, FetchError, Generator, QueryError, TaskReport, TaskStatus, UploadError,
    Uploaded,
};
pub use messenger::{
    Activity, DeliverItem, Delivered, FileSource, FileSourceError, Media, MediaKind, Messenger, SendError, SentFile,
    Source, TelegramFile,
};
pub use office::{ApprovalChange, AuditLogQuery, BlockChange, Office, SettingChange, StaffChange};
pub use outreach::{BroadcastChange, Outreach, PromoFigures};
pub use payments::{
    GateError, InvoiceStatus, InvoiceWords, NativePrice, Offer, PaybackError, PaymentGate, ProviderRecord, RateError,
    RateReading, RateSource,
};
pub use prober::{ProbeError, Prober};
pub use reports::{Funnel, LiveFigures, PeopleQuery, Reports, UserFigures, search_key, seen_hour};
pub use showroom::{ListPrice, Listing, Showroom, ShowroomError};
pub use store::{
    Agenda, AuditCheck, AuditReport, ChangeSet, Claim, Commit, Conversation, ConversationChange, DeadUpdate, Drift,
    FavouriteChange, FreeChange, GenerationChange, HistoryQuery, InputChange, InputFault, InputFile, InputSource,
    InputState, InvoiceChange, JobKey, JobKind, Lease, LeaseEnd, LeaseOutcome, Message, MessageEnd, NewMessage, Orphan,
    PartMark, PartOutcome, Payback, PaybackChange, PaybackEnd, Person, PersonChange, PromoChange, RateChange, Rates,
    Reconciled, Reconciliation, ReferralChange, ReferralFigures, Schedule, Session, StatementLine, Stop, StopChange,
    StopReason, Store, StoreError, StoreResult, Took, Trace, Tries, UpdateKey,
};
pub use watch::{Backlog, Ended, Figures, FiguresQuery, Place, Surroundings, UpdatesReport, Watch};
