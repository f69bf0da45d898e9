//! What watching over the shop needs: figures, audits that ran, alerts. Lock order of a commit: alerts by name, audits.

use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::generation::StateKind;
use domain::money::Credits;
use domain::payment::InvoiceStateKind;
use domain::ports::{Backlog, Commit, Ended, Figures, FiguresQuery};
use domain::watch::{Alert, AuditRun};

use super::jobs::due_by_kind;
use super::{Conn, dialect};
use crate::error::Fault;
use crate::rows::{AlertRow, AuditRunRow, count, into_ended, understood};
use crate::schema::{alerts, audits, dead_updates, generations, invoices, jobs, orphans, successes};

/// The states in which a generation ended at KIE, as the index has them.
const ENDED: &str = "state IN ('succeeded', 'delivered', 'undeliverable', 'failed')";
/// The live states, as their index has them.
const LIVE: &str = "state IN ('queued', 'submitting', 'running')";

/// Counts. Each figure is of its own moment: nothing is decided by two of them together.
pub(crate) async fn figures(conn: &mut Conn, query: FiguresQuery) -> Result<Figures, Fault> {
    let (now, since) = (query.now.as_micros(), query.since.as_micros());
    let free = jobs::lease_until.is_null().or(jobs::lease_until.assume_not_null().le(now));
    let due = jobs::table.filter(jobs::run_at.le(now).and(free));
    let (due, due_since) = due.select((count_star(), min(jobs::run_at))).first::<(i64, Option<i64>)>(conn).await?;
    let live = || generations::table.filter(sql::<Bool>(LIVE));
    let stuck = live().filter(generations::created_at.lt(query.stuck_before.as_micros()));
    let (live, stuck) = (live().count().get_result::<i64>(conn).await?, stuck.count().get_result::<i64>(conn).await?);
    let orphans = orphans::table.filter(orphans::at.ge(since)).count().get_result::<i64>(conn).await?;
    let claimed = invoices::table.filter(invoices::state.eq(InvoiceStateKind::Claimed.code()));
    let (receipts, receipts_since) =
        claimed.select((count_star(), min(invoices::since))).first::<(i64, Option<i64>)>(conn).await?;
    let dead = || dead_updates::table.filter(dead_updates::at.ge(since));
    let payments = dead().filter(sql::<Bool>(dialect::BEARS_PAYMENT));
    let (dead, dead_payments) =
        (dead().count().get_result::<i64>(conn).await?, payments.count().get_result::<i64>(conn).await?);
    let taken = successes::table.filter(successes::at.ge(since).and(successes::cost_credits.gt(0)));
    let sum = sql::<Nullable<BigInt>>("CAST(SUM(cost_credits) AS BIGINT)");
    let (taken, taken_since) =
        taken.select((sum, min(successes::at))).first::<(Option<i64>, Option<i64>)>(conn).await?;
    Ok(Figures {
        due: count("jobs", due)?,
        due_since: due_since.map(Timestamp::from_micros),
        live: count("generations", live)?,
        stuck: count("generations", stuck)?,
        orphans: count("orphans", orphans)?,
        receipts: count("invoices", receipts)?,
        receipts_since: receipts_since.map(Timestamp::from_micros),
        dead: count("dead_updates", dead)?,
        dead_payments: count("dead_updates", dead_payments)?,
        taken: Credits::from_raw(taken.unwrap_or(0)),
        taken_since: taken_since.map(Timestamp::from_micros),
    })
}

/// What waits now, by kind.
pub(crate) async fn backlog(conn: &mut Conn, now: Timestamp) -> Result<Backlog, Fault> {
    let mut backlog = Backlog { jobs: due_by_kind(conn, now).await?, ..Backlog::default() };
    let live = generations::table.filter(sql::<Bool>(LIVE)).group_by(generations::state);
    for (code, live) in live.select((generations::state, count_star())).load::<(String, i64)>(conn).await? {
        let Some(state) = StateKind::from_code(&code) else { continue };
        backlog.generations.insert(state, count("generations", live)?);
    }
    Ok(backlog)
}

/// How the last generations ended.
pub(crate) async fn ended(conn: &mut Conn, since: Timestamp, limit: u32) -> Result<Vec<Ended>, Fault> {
    let rows = generations::table
        .filter(sql::<Bool>(ENDED).and(generations::since.ge(since.as_micros())))
        .order((generations::since.desc(), generations::id.desc()))
        .limit(limit.into())
        .select((generations::model, generations::facts, generations::since))
        .load::<(String, String, i64)>(conn)
        .await?;
    understood(rows, into_ended)
}

/// Keeps an audit.
pub(crate) async fn keep_audit(conn: &mut Conn, run: &AuditRun) -> Result<(), Fault> {
    let row = diesel::insert_into(audits::table).values(AuditRunRow::of(run)?);
    row.on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

/// Writes alerts.
///
/// # Errors
/// `Fault::Stop` with a version conflict if one is not as it was when somebody looked.
pub(crate) async fn change_alerts(conn: &mut Conn, changed: &[Alert]) -> Result<(), Fault> {
    let mut changed: Vec<_> = changed.iter().collect();
    changed.sort_by(|one, other| one.name.cmp(&other.name));
    for alert in changed {
        let row = AlertRow::after(alert);
        let touched = if alert.version == 0 {
            diesel::insert_into(alerts::table).values(row).on_conflict_do_nothing().execute(conn).await?
        } else {
            let name = (alert.name.kind.code(), alert.name.subject.as_str());
            let known = alerts::table.find(name).filter(alerts::version.eq(alert.version));
            diesel::update(known).set(row).execute(conn).await?
        };
        if touched != 1 {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

/// The audits that ran, newest first.
pub(crate) async fn audits(conn: &mut Conn, limit: u32) -> Result<Vec<AuditRun>, Fault> {
    let rows = audits::table.order(audits::at.desc()).limit(limit.into()).load::<AuditRunRow>(conn).await?;
    rows.into_iter().map(AuditRunRow::into_run).collect()
}

/// All alerts; put in order here, since databases differ in how they order text.
pub(crate) async fn alerts(conn: &mut Conn) -> Result<Vec<Alert>, Fault> {
    let rows = alerts::table.load::<AlertRow>(conn).await?;
    let mut alerts = understood(rows, AlertRow::into_alert)?;
    alerts.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(alerts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indexes' words and the states' codes are written twice.
    #[test]
    fn the_states_of_the_indexes_are_the_states() {
        for kind in StateKind::ALL {
            let code = format!("'{}'", kind.code());
            let ended = !kind.is_live() && *kind != StateKind::Cancelled;
            assert_eq!((LIVE.contains(&code), ENDED.contains(&code)), (kind.is_live(), ended), "{code}");
        }
    }
}
