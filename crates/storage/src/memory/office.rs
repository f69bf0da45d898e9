//! What the owner's desk keeps.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::ids::{ActionId, ChatId};
use domain::ports::{
    ApprovalChange, AuditLogQuery, ChangeSet, Office as OfficePort, SettingChange, StaffChange, StoreResult,
};
use domain::staff::{Approval, ApprovalEnd, AuditEntry, Setting, StaffMember, Standing};

use super::MemoryStore;

/// Its rows.
#[derive(Default)]
pub(super) struct Office {
    staff: BTreeMap<ChatId, StaffMember>,
    settings: BTreeMap<String, Setting>,
    approvals: BTreeMap<ActionId, Approval>,
    /// Oldest first.
    log: Vec<AuditEntry>,
}

impl Office {
    /// Whether a change set finds what it expects.
    pub(super) fn expected(&self, change: &ChangeSet) -> bool {
        change.audit_log.iter().all(|entry| {
            entry.by.standing == Standing::Configured
                || self.staff.get(&entry.by.chat).is_some_and(|member| member.role == entry.by.role)
        }) && change.staff.iter().all(|change| match change {
            StaffChange::Appoint { .. } => true,
            StaffChange::Dismiss(chat) => self.staff.contains_key(chat),
        }) && change
            .settings
            .iter()
            .all(|change| self.settings.get(&change.name).map_or(0, |setting| setting.version) == change.expected)
            && change.approvals.iter().all(|change| match change {
                ApprovalChange::Ask(approval) => !self.approvals.contains_key(&approval.id),
                ApprovalChange::Decide { id, by, .. } => {
                    self.approvals.get(id).is_some_and(|approval| approval.end.is_none() && approval.by != *by)
                }
            })
    }

    /// Writes what [`Office::expected`] found good.
    pub(super) fn write(&mut self, change: &ChangeSet) {
        let at = change.at;
        for change in &change.staff {
            match *change {
                StaffChange::Appoint { chat, role } => {
                    self.staff.insert(chat, StaffMember { chat, role, since: at });
                }
                StaffChange::Dismiss(chat) => drop(self.staff.remove(&chat)),
            }
        }
        for SettingChange { name, expected, value } in &change.settings {
            let setting = Setting { name: name.clone(), value: value.clone(), version: expected + 1, at };
            self.settings.insert(name.clone(), setting);
        }
        for change in &change.approvals {
            match change {
                ApprovalChange::Ask(approval) => drop(self.approvals.insert(approval.id, approval.clone())),
                ApprovalChange::Decide { id, granted, by } => {
                    if let Some(approval) = self.approvals.get_mut(id) {
                        approval.end = Some(ApprovalEnd { granted: *granted, by: *by, at });
                    }
                }
            }
        }
        let known = |log: &[AuditEntry], id| log.iter().any(|entry| entry.id == id);
        for entry in &change.audit_log {
            if !known(&self.log, entry.id) {
                self.log.push(entry.clone());
            }
        }
    }

    fn lines(&self, query: &AuditLogQuery) -> Vec<AuditEntry> {
        let fits = |entry: &&AuditEntry| {
            query.subject.as_ref().is_none_or(|subject| entry.subject == *subject)
                && query.by.is_none_or(|by| entry.by.chat == by)
        };
        let mut lines: Vec<AuditEntry> = self.log.iter().filter(fits).cloned().collect();
        lines.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
        let size = |figure| usize::try_from(figure).unwrap_or(usize::MAX);
        lines.into_iter().skip(size(query.skip)).take(size(query.limit)).collect()
    }
}

#[async_trait]
impl OfficePort for MemoryStore {
    async fn staff(&self) -> StoreResult<Vec<StaffMember>> {
        self.lock(|state| state.office.staff.values().cloned().collect())
    }

    async fn settings(&self) -> StoreResult<Vec<Setting>> {
        self.lock(|state| state.office.settings.values().cloned().collect())
    }

    async fn audit_log(&self, query: AuditLogQuery) -> StoreResult<Vec<AuditEntry>> {
        self.lock(|state| state.office.lines(&query))
    }

    async fn approval(&self, id: ActionId) -> StoreResult<Option<Approval>> {
        self.lock(|state| state.office.approvals.get(&id).cloned())
    }

    async fn waiting_approvals(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<Approval>> {
        self.lock(|state| {
            let waits = |approval: &&Approval| approval.end.is_none() && approval.at >= since;
            let mut waiting: Vec<Approval> = state.office.approvals.values().filter(waits).cloned().collect();
            waiting.sort_by_key(|approval| (approval.at, approval.id));
            waiting.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            waiting
        })
    }
}
