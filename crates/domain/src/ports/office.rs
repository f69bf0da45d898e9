//! What the owner's desk keeps: who works at it, what they did, what was set at run time.

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::ids::{ActionId, ChatId, UserId};
use crate::staff::{Approval, AuditEntry, Role, Setting, StaffMember};

/// What becomes of the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffChange {
    /// Somebody is appointed, or gets another role.
    Appoint {
        /// Who.
        chat: ChatId,
        /// As what.
        role: Role,
    },
    /// Somebody works at the desk no more; [`Commit::VersionConflict`](super::Commit::VersionConflict) if they do not.
    Dismiss(ChatId),
}

/// What becomes of a setting; [`Commit::VersionConflict`](super::Commit::VersionConflict) if somebody else was quicker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// Which.
    pub name: String,
    /// The version that was looked at; 0 = it was never set.
    pub expected: i64,
    /// JSON of its kind; `None` = the configuration's holds again.
    pub value: Option<String>,
}

/// What becomes of a large credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApprovalChange {
    /// It waits from now on.
    Ask(Approval),
    /// Another owner decides; [`Commit::VersionConflict`](super::Commit::VersionConflict) if it does not wait, or if they asked for it themselves.
    Decide {
        /// Which.
        id: ActionId,
        /// Yes or no.
        granted: bool,
        /// Who decides.
        by: ChatId,
    },
}

/// Somebody is shut out, or let in again; [`Commit::VersionConflict`](super::Commit::VersionConflict) if nobody is there or they are already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockChange {
    /// Whom.
    pub user: UserId,
    /// Out.
    pub on: bool,
}

/// Which lines of the audit log, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditLogQuery {
    /// Of this subject only.
    pub subject: Option<String>,
    /// Of this actor only.
    pub by: Option<ChatId>,
    /// So many newer ones are left out.
    pub skip: u32,
    /// At most so many.
    pub limit: u32,
}

/// What the desk keeps, to be read; it is written by change sets.
#[async_trait]
pub trait Office: Send + Sync {
    /// Who was appointed, by chat.
    async fn staff(&self) -> StoreResult<Vec<StaffMember>>;

    /// Everything that was ever set at run time, by name.
    async fn settings(&self) -> StoreResult<Vec<Setting>>;

    /// Lines of the audit log.
    async fn audit_log(&self, query: AuditLogQuery) -> StoreResult<Vec<AuditEntry>>;

    /// A large credit that was asked for.
    async fn approval(&self, id: ActionId) -> StoreResult<Option<Approval>>;

    /// The large credits that wait, oldest first; those asked for since then.
    async fn waiting_approvals(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<Approval>>;
}
