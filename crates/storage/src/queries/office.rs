//! What the owner's desk keeps. Lock order: people, staff (by chat), settings (by name), approvals (by id), audit log.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{ActionId, ChatId};
use domain::ports::{ApprovalChange, AuditLogQuery, BlockChange, Commit, SettingChange, StaffChange};
use domain::staff::{Approval, AuditEntry, Setting, StaffMember, Standing};

use super::{Conn, dialect};
use crate::error::Fault;
use crate::rows::{ApprovalRow, AuditRow, SettingRow, StaffRow, understood};
use crate::schema::{approvals, audit_log, people, settings, staff};

/// Notes what was done at the desk, if everybody still is what they were when they did it. The rows of the staff are locked before anything else
/// of the desk is written, so that who is dismissed meanwhile does nothing more.
///
/// # Errors
/// `Fault::Stop` with a version conflict if an appointed actor has their role no more.
pub(crate) async fn check(conn: &mut Conn, entries: &[AuditEntry]) -> Result<(), Fault> {
    let mut actors: Vec<_> = entries.iter().map(|entry| entry.by).collect();
    actors.retain(|actor| actor.standing == Standing::Appointed);
    actors.sort_unstable_by_key(|actor| actor.chat);
    actors.dedup();
    for actor in actors {
        let row = staff::table.find(actor.chat.0).filter(staff::role.eq(actor.role.code())).select(staff::chat_id);
        if dialect::for_update!(row).first::<i64>(conn).await.optional()?.is_none() {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

/// Writes the audit log.
pub(crate) async fn log(conn: &mut Conn, entries: &[AuditEntry]) -> Result<(), Fault> {
    for entry in entries {
        let row = diesel::insert_into(audit_log::table).values(AuditRow::of(entry));
        row.on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// Shuts people out and lets them in again.
pub(crate) async fn change_blocks(conn: &mut Conn, changes: &[BlockChange]) -> Result<(), Fault> {
    for change in changes {
        let row = people::table
            .filter(people::user_id.eq(change.user.as_bytes().as_slice()))
            .filter(people::blocked.eq(!change.on));
        if diesel::update(row).set(people::blocked.eq(change.on)).execute(conn).await? != 1 {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

/// Appoints and dismisses.
pub(crate) async fn change_staff(conn: &mut Conn, changes: &[StaffChange], at: Timestamp) -> Result<(), Fault> {
    for change in changes {
        match change {
            StaffChange::Appoint { chat, role } => {
                diesel::insert_into(staff::table)
                    .values(StaffRow::of(*chat, *role, at))
                    .on_conflict(staff::chat_id)
                    .do_update()
                    .set((staff::role.eq(role.code()), staff::since.eq(at.as_micros())))
                    .execute(conn)
                    .await?;
            }
            StaffChange::Dismiss(ChatId(chat)) => {
                if diesel::delete(staff::table.find(chat)).execute(conn).await? == 0 {
                    return Err(Commit::VersionConflict.into());
                }
            }
        }
    }
    Ok(())
}

/// Sets what is set at run time.
pub(crate) async fn change_settings(conn: &mut Conn, changes: &[SettingChange], at: Timestamp) -> Result<(), Fault> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by(|one, other| one.name.cmp(&other.name));
    for change in changes {
        let row = SettingRow::of(&change.name, change.value.as_deref(), change.expected + 1, at);
        let touched = if change.expected == 0 {
            diesel::insert_into(settings::table).values(row).on_conflict_do_nothing().execute(conn).await?
        } else {
            let known = settings::table.find(&change.name).filter(settings::version.eq(change.expected));
            let Setting { value, version, at, .. } = row.into_setting();
            let value = value.unwrap_or_else(|| "null".to_owned());
            diesel::update(known)
                .set((settings::value.eq(value), settings::version.eq(version), settings::at.eq(at.as_micros())))
                .execute(conn)
                .await?
        };
        if touched != 1 {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

/// Asks for large credits and decides about them.
pub(crate) async fn change_approvals(conn: &mut Conn, changes: &[ApprovalChange], at: Timestamp) -> Result<(), Fault> {
    for change in changes {
        let touched = match change {
            ApprovalChange::Ask(approval) => {
                let row = diesel::insert_into(approvals::table).values(ApprovalRow::of(approval));
                row.on_conflict_do_nothing().execute(conn).await?
            }
            ApprovalChange::Decide { id, granted, by } => {
                let waiting = approvals::table
                    .find(id.as_bytes().as_slice())
                    .filter(approvals::granted.is_null().and(approvals::asked_by.ne(by.0)));
                diesel::update(waiting)
                    .set((
                        approvals::granted.eq(granted),
                        approvals::decided_by.eq(by.0),
                        approvals::decided_at.eq(at.as_micros()),
                    ))
                    .execute(conn)
                    .await?
            }
        };
        if touched != 1 {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

/// Who was appointed.
pub(crate) async fn staff(conn: &mut Conn) -> Result<Vec<StaffMember>, Fault> {
    let rows = staff::table.order(staff::chat_id).load::<StaffRow>(conn).await?;
    understood(rows, StaffRow::into_member)
}

/// What was ever set; put in order here, since databases differ in how they order text.
pub(crate) async fn settings(conn: &mut Conn) -> Result<Vec<Setting>, Fault> {
    let rows = settings::table.load::<SettingRow>(conn).await?;
    let mut settings: Vec<_> = rows.into_iter().map(SettingRow::into_setting).collect();
    settings.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(settings)
}

/// Lines of the audit log, newest first.
pub(crate) async fn audit_log(conn: &mut Conn, query: AuditLogQuery) -> Result<Vec<AuditEntry>, Fault> {
    let mut lines = audit_log::table
        .order((audit_log::at.desc(), audit_log::id.desc()))
        .offset(query.skip.into())
        .limit(query.limit.into())
        .into_boxed();
    if let Some(subject) = query.subject {
        lines = lines.filter(audit_log::subject.eq(subject));
    }
    if let Some(by) = query.by {
        lines = lines.filter(audit_log::actor.eq(by.0));
    }
    let rows = lines.load::<AuditRow>(conn).await?;
    understood(rows, AuditRow::into_entry)
}

/// A large credit.
pub(crate) async fn approval(conn: &mut Conn, id: ActionId) -> Result<Option<Approval>, Fault> {
    let row = approvals::table.find(id.as_bytes().as_slice()).first::<ApprovalRow>(conn).await.optional()?;
    row.map(ApprovalRow::into_approval).transpose()
}

/// The large credits that wait.
pub(crate) async fn waiting_approvals(conn: &mut Conn, since: Timestamp, limit: u32) -> Result<Vec<Approval>, Fault> {
    let rows = approvals::table
        .filter(approvals::granted.is_null().and(approvals::at.ge(since.as_micros())))
        .order((approvals::at, approvals::id))
        .limit(limit.into())
        .load::<ApprovalRow>(conn)
        .await?;
    rows.into_iter().map(ApprovalRow::into_approval).collect()
}
