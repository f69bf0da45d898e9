//! Rows of the owner's desk.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::{ActionId, ChatId, UserId};
use domain::money::Money;
use domain::staff::{Actor, Approval, ApprovalEnd, AuditEntry, Deed, Role, Setting, StaffMember, Standing};

use super::{Bytes, code, id};
use crate::error::Fault;
use crate::schema::{approvals, audit_log, settings, staff};

/// The value of a setting whose configuration's value holds.
const UNSET: &str = "null";

/// A row of `staff`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = staff)]
pub(crate) struct StaffRow {
    chat_id: i64,
    role: String,
    since: i64,
}

impl StaffRow {
    /// The row of somebody who is appointed now.
    pub(crate) fn of(chat: ChatId, role: Role, at: Timestamp) -> Self {
        Self { chat_id: chat.0, role: role.code().to_owned(), since: at.as_micros() }
    }

    /// What the row means.
    pub(crate) fn into_member(self) -> Result<StaffMember, Fault> {
        let role = code("staff.role", &self.role, Role::from_code)?;
        Ok(StaffMember { chat: ChatId(self.chat_id), role, since: Timestamp::from_micros(self.since) })
    }
}

/// A row of `audit_log`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = audit_log, treat_none_as_default_value = false)]
pub(crate) struct AuditRow {
    id: Bytes,
    actor: i64,
    role: String,
    standing: String,
    deed: String,
    subject: String,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    at: i64,
}

impl AuditRow {
    /// The row of an entry.
    pub(crate) fn of(entry: &AuditEntry) -> Self {
        Self {
            id: entry.id.as_bytes().to_vec(),
            actor: entry.by.chat.0,
            role: entry.by.role.code().to_owned(),
            standing: standing(entry.by.standing).to_owned(),
            deed: entry.deed.code().to_owned(),
            subject: entry.subject.clone(),
            before: entry.before.clone(),
            after: entry.after.clone(),
            reason: entry.reason.clone(),
            at: entry.at.as_micros(),
        }
    }

    /// What the row means.
    pub(crate) fn into_entry(self) -> Result<AuditEntry, Fault> {
        let known = [Standing::Configured, Standing::Appointed];
        let by = Actor {
            chat: ChatId(self.actor),
            role: code("audit_log.role", &self.role, Role::from_code)?,
            standing: code("audit_log.standing", &self.standing, |text| {
                known.into_iter().find(|known| standing(*known) == text)
            })?,
        };
        Ok(AuditEntry {
            id: id("audit_log.id", &self.id, ActionId::from_bytes)?,
            by,
            deed: code("audit_log.deed", &self.deed, Deed::from_code)?,
            subject: self.subject,
            before: self.before,
            after: self.after,
            reason: self.reason,
            at: Timestamp::from_micros(self.at),
        })
    }
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Configured => "configured",
        Standing::Appointed => "appointed",
    }
}

/// A row of `approvals`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = approvals, treat_none_as_default_value = false)]
pub(crate) struct ApprovalRow {
    id: Bytes,
    asked_by: i64,
    user_id: Bytes,
    amount: i64,
    reason: String,
    at: i64,
    granted: Option<bool>,
    decided_by: Option<i64>,
    decided_at: Option<i64>,
}

impl ApprovalRow {
    /// The row of a credit that is asked for.
    pub(crate) fn of(approval: &Approval) -> Self {
        let end = approval.end.as_ref();
        Self {
            id: approval.id.as_bytes().to_vec(),
            asked_by: approval.by.0,
            user_id: approval.user.as_bytes().to_vec(),
            amount: approval.amount.kopecks(),
            reason: approval.reason.clone(),
            at: approval.at.as_micros(),
            granted: end.map(|end| end.granted),
            decided_by: end.map(|end| end.by.0),
            decided_at: end.map(|end| end.at.as_micros()),
        }
    }

    /// What the row means.
    pub(crate) fn into_approval(self) -> Result<Approval, Fault> {
        let end = match (self.granted, self.decided_by, self.decided_at) {
            (Some(granted), Some(by), Some(at)) => {
                Some(ApprovalEnd { granted, by: ChatId(by), at: Timestamp::from_micros(at) })
            }
            _ => None,
        };
        Ok(Approval {
            id: id("approvals.id", &self.id, ActionId::from_bytes)?,
            by: ChatId(self.asked_by),
            user: id("approvals.user_id", &self.user_id, UserId::from_bytes)?,
            amount: Money::from_kopecks(self.amount),
            reason: self.reason,
            at: Timestamp::from_micros(self.at),
            end,
        })
    }
}

/// A row of `settings`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = settings)]
pub(crate) struct SettingRow {
    key: String,
    value: String,
    at: i64,
    version: i64,
}

impl SettingRow {
    /// The row of a setting.
    pub(crate) fn of(name: &str, value: Option<&str>, version: i64, at: Timestamp) -> Self {
        Self { key: name.to_owned(), value: value.unwrap_or(UNSET).to_owned(), at: at.as_micros(), version }
    }

    /// What the row means.
    pub(crate) fn into_setting(self) -> Setting {
        Setting {
            name: self.key,
            value: (self.value != UNSET).then_some(self.value),
            version: self.version,
            at: Timestamp::from_micros(self.at),
        }
    }
}
