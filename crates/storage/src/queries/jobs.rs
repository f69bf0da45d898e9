//! Durable work: scheduled, claimed under a lease, ended.
//!
//! A claim fits as long as the job bears its fencing number and the claim has not run out. Fencing numbers grow over all jobs, so a job that was removed and
//! scheduled anew does not fit an old claim. A claimed job keeps `run_at`; what is scheduled meanwhile waits in `again_at`. A job is due by
//! `run_at` alone; `turn_at`, which is never before it, is its place among those that are due.

use std::collections::BTreeMap;

use diesel::dsl::{case_when, count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ports::{Agenda, Commit, JobKey, JobKind, Lease, LeaseEnd, LeaseOutcome, Schedule};
use futures_util::FutureExt;

use super::{Conn, dialect, tx};
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{Wanted, code, count, id};
use crate::schema::jobs;

/// turn_at, kind, subject, fence, revision, attempts, run_at
type LeaseRow = (i64, String, Vec<u8>, i64, i64, i64, i64);

/// What a free job's time becomes when it is scheduled for `$new`: the earlier one.
macro_rules! sooner {
    ($known:path, $new:expr) => {
        case_when(jobs::lease_until.is_null().and($known.gt($new)), $new.into_sql::<BigInt>()).otherwise($known)
    };
}

/// What a claimed job's next time becomes when it is scheduled for `$new`: the earlier one. A free job has none.
macro_rules! meanwhile {
    ($known:path, $new:expr) => {
        case_when(jobs::lease_until.is_null(), None::<i64>.into_sql::<Nullable<BigInt>>())
            .when($known.is_null().or($known.assume_not_null().gt($new)), $new.into_sql::<Nullable<BigInt>>())
            .otherwise($known)
    };
}

/// What the time of a job whose claim ends becomes: `$own`, or what was scheduled meanwhile if that is earlier.
macro_rules! after_claim {
    ($again:path, $own:expr) => {
        case_when($again.is_not_null().and($again.assume_not_null().lt($own)), $again.assume_not_null()).otherwise($own)
    };
}

/// Ends a claim and makes work due, in the order of the jobs' keys: two who claim each other's next job would otherwise wait for each other.
///
/// # Errors
/// `Fault::Stop` with a lost lease if the claim is not held any more; then nothing of it is to be committed.
pub(crate) async fn change(
    conn: &mut Conn,
    end: Option<&LeaseEnd>,
    schedules: &[Schedule],
    at: Timestamp,
) -> Result<(), Fault> {
    let mut schedules: Vec<_> = schedules.iter().collect();
    schedules.sort_by_key(|schedule| schedule.key);
    // A claimed job that is scheduled again is so after its claim has ended.
    let before = end.map_or(0, |end| schedules.partition_point(|schedule| schedule.key < end.lease.key));
    schedule(conn, &schedules[..before]).await?;
    if let Some(end) = end {
        self::end(conn, end, at).await?;
    }
    schedule(conn, &schedules[before..]).await
}

/// Makes work due; of two times, and of two turns, the earlier one counts.
async fn schedule(conn: &mut Conn, schedules: &[&Schedule]) -> Result<(), Fault> {
    for Schedule { key, run_at, yields } in schedules {
        let (run_at, turn_at) = (run_at.as_micros(), (*run_at + *yields).as_micros());
        diesel::insert_into(jobs::table)
            .values((
                jobs::kind.eq(key.kind.code()),
                jobs::subject.eq(key.subject.as_slice()),
                jobs::run_at.eq(run_at),
                jobs::turn_at.eq(turn_at),
                jobs::fence.eq(0),
                jobs::revision.eq(1),
                jobs::attempts.eq(0),
            ))
            .on_conflict((jobs::kind, jobs::subject))
            .do_update()
            .set((
                jobs::run_at.eq(sooner!(jobs::run_at, run_at)),
                jobs::turn_at.eq(sooner!(jobs::turn_at, turn_at)),
                jobs::again_at.eq(meanwhile!(jobs::again_at, run_at)),
                jobs::again_turn_at.eq(meanwhile!(jobs::again_turn_at, turn_at)),
                jobs::revision.eq(jobs::revision + 1),
            ))
            .prepared()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Claims due work in its turn.
pub(crate) async fn claim(conn: &mut Conn, wanted: Wanted) -> Result<Vec<Lease>, Fault> {
    tx(conn, move |conn| async move { take(conn, &wanted).await }.boxed()).await
}

async fn take(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Lease>, Fault> {
    let free = jobs::lease_until.is_null().or(jobs::lease_until.assume_not_null().le(wanted.now));
    let due = jobs::table
        .filter(jobs::kind.eq_any(&wanted.kinds))
        .filter(jobs::run_at.le(wanted.now).and(free))
        .order((jobs::turn_at.asc(), jobs::kind.asc(), jobs::subject.asc()))
        .limit(wanted.limit)
        .select((jobs::kind, jobs::subject));
    let due = dialect::skip_locked!(due).load::<(String, Vec<u8>)>(conn).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let fence = dialect::next_fence(conn).await?;
    let mut subjects: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (kind, subject) in due {
        subjects.entry(kind).or_default().push(subject);
    }
    let mut rows: Vec<LeaseRow> = Vec::new();
    for (kind, subjects) in subjects {
        let claimed = diesel::update(jobs::table.filter(jobs::kind.eq(kind).and(jobs::subject.eq_any(subjects))))
            .set((
                jobs::lease_owner.eq(&wanted.owner),
                jobs::lease_until.eq(wanted.until.as_micros()),
                jobs::again_at.eq(None::<i64>),
                jobs::again_turn_at.eq(None::<i64>),
                jobs::fence.eq(fence),
                jobs::attempts.eq(jobs::attempts + 1),
            ))
            .returning((
                jobs::turn_at,
                jobs::kind,
                jobs::subject,
                jobs::fence,
                jobs::revision,
                jobs::attempts,
                jobs::run_at,
            ));
        rows.extend(claimed.prepared().get_results::<LeaseRow>(conn).await?);
    }
    // Turn, kind and subject stand first in the row: the order of the claim.
    rows.sort_unstable();
    rows.into_iter().map(|row| into_lease(row, wanted.until)).collect()
}

fn into_lease(row: LeaseRow, until: Timestamp) -> Result<Lease, Fault> {
    let (_, kind, subject, fence, revision, attempts, run_at) = row;
    let kind = code("jobs.kind", &kind, JobKind::from_code)?;
    let key = JobKey { kind, subject: id("jobs.subject", &subject, |bytes| bytes)? };
    Ok(Lease { key, fence, revision, attempts, run_at: Timestamp::from_micros(run_at), until })
}

/// Ends a claim, or proves that it is alive and keeps it so until the transaction ends.
///
/// # Errors
/// `Fault::Stop` if the claim is lost.
async fn end(conn: &mut Conn, LeaseEnd { lease, outcome }: &LeaseEnd, at: Timestamp) -> Result<(), Fault> {
    let alive = jobs::fence.eq(lease.fence).and(jobs::lease_until.assume_not_null().gt(at.as_micros()));
    let ours = jobs::table.find((lease.key.kind.code(), lease.key.subject.as_slice())).filter(alive);
    let touched = match outcome {
        LeaseOutcome::Keep => {
            let row = ours.select(jobs::fence);
            usize::from(dialect::for_update!(row).first::<i64>(conn).await.optional()?.is_some())
        }
        LeaseOutcome::Done => {
            let finished = ours.filter(jobs::revision.eq(lease.revision));
            let removed = diesel::delete(finished).execute(conn).await?;
            if removed == 1 {
                removed
            } else {
                let run_at =
                    case_when(jobs::again_at.is_null(), jobs::run_at).otherwise(jobs::again_at.assume_not_null());
                let turn_at = case_when(jobs::again_turn_at.is_null(), jobs::turn_at)
                    .otherwise(jobs::again_turn_at.assume_not_null());
                let free = (
                    jobs::run_at.eq(run_at),
                    jobs::turn_at.eq(turn_at),
                    jobs::again_at.eq(None::<i64>),
                    jobs::again_turn_at.eq(None::<i64>),
                    jobs::lease_owner.eq(None::<String>),
                    jobs::lease_until.eq(None::<i64>),
                    jobs::attempts.eq(0),
                );
                diesel::update(ours).set(free).prepared().execute(conn).await?
            }
        }
        LeaseOutcome::Again { run_at, progress } => {
            let run_at = run_at.as_micros();
            // What has not begun yet stands back as far as before; what goes on yields to nobody.
            let turn_at = (jobs::turn_at - jobs::run_at) * i64::from(!progress) + run_at;
            let free = (
                jobs::run_at.eq(after_claim!(jobs::again_at, run_at.into_sql::<BigInt>())),
                jobs::turn_at.eq(after_claim!(jobs::again_turn_at, turn_at)),
                jobs::again_at.eq(None::<i64>),
                jobs::again_turn_at.eq(None::<i64>),
                jobs::lease_owner.eq(None::<String>),
                jobs::lease_until.eq(None::<i64>),
                progress.then_some(jobs::attempts.eq(0)),
            );
            diesel::update(ours).set(free).prepared().execute(conn).await?
        }
    };
    if touched == 1 { Ok(()) } else { Err(Commit::LeaseLost.into()) }
}

/// Gives back every claim of an owner; its fencing numbers fit no more.
pub(crate) async fn hand_back(conn: &mut Conn, owner: String) -> Result<u64, Fault> {
    let free = (jobs::lease_owner.eq(None::<String>), jobs::lease_until.eq(None::<i64>));
    let touched =
        diesel::update(jobs::table.filter(jobs::lease_owner.eq(owner))).set(free).prepared().execute(conn).await?;
    Ok(u64::try_from(touched).unwrap_or(u64::MAX))
}

/// How many may be claimed of each kind, and since when the first of them is due. What only a newer version knows is counted by that.
pub(crate) async fn due_by_kind(conn: &mut Conn, now: Timestamp) -> Result<BTreeMap<JobKind, (u64, Timestamp)>, Fault> {
    let now = now.as_micros();
    let free = jobs::lease_until.is_null().or(jobs::lease_until.assume_not_null().le(now));
    let due = jobs::table.filter(jobs::run_at.le(now).and(free)).group_by(jobs::kind);
    let due = due.select((jobs::kind, count_star(), min(jobs::run_at)));
    let mut kinds = BTreeMap::new();
    for (code, due, since) in due.load::<(String, i64, Option<i64>)>(conn).await? {
        if let Some(kind) = JobKind::from_code(&code) {
            kinds.insert(kind, (count("jobs", due)?, Timestamp::from_micros(since.unwrap_or(now))));
        }
    }
    Ok(kinds)
}

/// What may be claimed, and when to look again: what is due is counted, what is not is the first of an index each.
pub(crate) async fn agenda(conn: &mut Conn, now: Timestamp) -> Result<Agenda, Fault> {
    let due = due_by_kind(conn, now).await?.into_iter().map(|(kind, (due, _))| (kind, due)).collect();
    let now = now.as_micros();
    let free = jobs::table.filter(jobs::lease_until.is_null().and(jobs::run_at.gt(now))).select(min(jobs::run_at));
    let claimed = jobs::table.filter(jobs::lease_until.gt(now)).select(min(jobs::lease_until));
    let next = diesel::select((free.single_value(), claimed.single_value()));
    let (free, claimed) = next.get_result::<(Option<i64>, Option<i64>)>(conn).await?;
    Ok(Agenda { due, next: [free, claimed].into_iter().flatten().min().map(Timestamp::from_micros) })
}
