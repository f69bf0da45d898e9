//! Broadcasts, and whom they reached.
//!
//! Lock order: people who turned out to be gone (with the other rows of people, early in a commit), then a broadcast, then its targets. Whoever
//! sends holds the job's row before all of them, so two that send the same broadcast pass one by one.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Binary, Nullable, Text};
use diesel_async::RunQueryDsl;
use domain::broadcast::{ACTIVE_WITHIN, Broadcast, BroadcastEvent, BroadcastState, Outcome, Segment, Target};
use domain::clock::Timestamp;
use domain::ids::{BroadcastId, UserId};
use domain::ports::{BroadcastChange, Commit};

use super::{Conn, counts};
use crate::error::Fault;
use crate::rows::counts::of_segment;
use crate::rows::{BroadcastRow, TargetRow, count, id, understood};
use crate::schema::{broadcast_targets, broadcasts, generations, payments, people};

/// Those who may be written to, for a broadcast that starts at this time; a boxed query over people.
macro_rules! welcome {
    ($at:expr) => {{
        let at: Timestamp = $at;
        let welcome =
            people::table.filter(people::news.eq(true).and(people::gone.eq(false)).and(people::blocked.eq(false)));
        welcome.filter(people::created_at.le(at.as_micros())).into_boxed()
    }};
}

/// Those of them who are of one segment, to be asked for some at a time.
macro_rules! audience {
    ($segment:expr, $at:expr) => {{
        let at: Timestamp = $at;
        let orders = generations::table.filter(generations::user_id.eq(people::user_id));
        let payments = payments::table.filter(payments::user_id.eq(people::user_id));
        let welcome = welcome!(at);
        match $segment {
            Segment::Everybody => welcome,
            Segment::Active => {
                let since = (at - ACTIVE_WITHIN).as_micros();
                welcome
                    .filter(people::created_at.ge(since).or(exists(orders.filter(generations::created_at.ge(since)))))
            }
            Segment::Paid => welcome.filter(exists(payments)),
            Segment::NeverPaid => welcome.filter(not(exists(payments))),
            Segment::Language(language) => welcome.filter(people::language.eq(language.code())),
        }
    }};
}

/// Marks those as gone whom a broadcast could not reach any more.
pub(crate) async fn mark_gone(conn: &mut Conn, changes: &[BroadcastChange]) -> Result<(), Fault> {
    let gone = changes.iter().flat_map(|change| match change {
        BroadcastChange::Note { outcomes, .. } => of(outcomes, Outcome::Blocked),
        _ => Vec::new(),
    });
    let mut gone: Vec<_> = gone.collect();
    gone.sort_unstable();
    for user in gone {
        diesel::update(people::table.filter(people::user_id.eq(user))).set(people::gone.eq(true)).execute(conn).await?;
    }
    Ok(())
}

/// Writes, starts, sends, stops.
///
/// # Errors
/// `Fault::Stop` with a version conflict if an expectation does not hold: see [`BroadcastChange`].
pub(crate) async fn change(conn: &mut Conn, changes: &[BroadcastChange], at: Timestamp) -> Result<(), Fault> {
    for change in changes {
        let fits = match change {
            BroadcastChange::Create(broadcast) => {
                let row = diesel::insert_into(broadcasts::table).values(BroadcastRow::of(broadcast));
                row.on_conflict_do_nothing().execute(conn).await? == 1
            }
            BroadcastChange::Aim { id, segment, audience } => {
                let draft = broadcasts::table.find(key(id)).filter(broadcasts::state.eq(BroadcastState::Draft.code()));
                let audience = i64::try_from(*audience).unwrap_or(i64::MAX);
                let aim = (broadcasts::segment.eq(segment.code()), broadcasts::audience.eq(audience));
                diesel::update(draft).set(aim).execute(conn).await? == 1
            }
            BroadcastChange::Step { id, event } => step(conn, *id, *event, at).await?,
            BroadcastChange::Take { id, after, users } => take(conn, *id, *after, users).await?,
            BroadcastChange::Note { id, outcomes } => note(conn, *id, outcomes).await?,
            BroadcastChange::Return { id, users, after } => give_back(conn, *id, users, *after).await?,
            BroadcastChange::Lose(id) => lose(conn, *id).await?,
        };
        if !fits {
            return Err(Commit::VersionConflict.into());
        }
    }
    Ok(())
}

async fn step(conn: &mut Conn, id: BroadcastId, event: BroadcastEvent, at: Timestamp) -> Result<bool, Fault> {
    let from: Vec<_> = event.from().iter().map(|state| state.code()).collect();
    let to = event.to();
    let row = broadcasts::table.find(key(&id)).filter(broadcasts::state.eq_any(from));
    let at = at.as_micros();
    let started = (event == BroadcastEvent::Start).then_some(broadcasts::started_at.eq(at));
    let ended = to.is_over().then_some(broadcasts::ended_at.eq(at));
    let stepped = diesel::update(row).set((broadcasts::state.eq(to.code()), started, ended)).execute(conn).await;
    // Another one is being sent.
    unique(stepped).map(|touched| touched == 1)
}

/// The rows of those who are taken are made from the people as they are now: who has gone meanwhile makes the whole step void.
async fn take(conn: &mut Conn, id: BroadcastId, after: Option<UserId>, users: &[UserId]) -> Result<bool, Fault> {
    let Some(last) = users.last() else { return Ok(true) };
    let last = broadcasts::cursor_user.eq(last.as_bytes().as_slice());
    let taken = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let sending = broadcasts::table.find(key(&id)).filter(broadcasts::state.eq(BroadcastState::Sending.code()));
    let more = (last, broadcasts::taken.eq(broadcasts::taken + taken));
    let touched = match after {
        None => diesel::update(sending.filter(broadcasts::cursor_user.is_null())).set(more).execute(conn).await?,
        Some(after) => {
            let there = broadcasts::cursor_user.eq(after.as_bytes().to_vec());
            diesel::update(sending.filter(there)).set(more).execute(conn).await?
        }
    };
    if touched != 1 {
        return Ok(false);
    }
    let welcome = people::table
        .filter(people::user_id.eq_any(bytes(users)))
        .filter(people::news.eq(true).and(people::gone.eq(false)).and(people::blocked.eq(false)))
        .select((key(&id).into_sql::<Binary>(), people::user_id, None::<String>.into_sql::<Nullable<Text>>()));
    let columns = (broadcast_targets::broadcast_id, broadcast_targets::user_id, broadcast_targets::outcome);
    let written = welcome.insert_into(broadcast_targets::table).into_columns(columns).execute(conn).await;
    unique(written).map(|written| written == users.len())
}

async fn note(conn: &mut Conn, id: BroadcastId, outcomes: &[(UserId, Outcome)]) -> Result<bool, Fault> {
    let [mut sent, mut blocked, mut failed, mut unknown] = [0; 4];
    for outcome in Outcome::ALL {
        let settled = settle(conn, id, &of(outcomes, outcome), outcome).await?;
        match outcome {
            Outcome::Sent => sent = settled,
            Outcome::Blocked => blocked = settled,
            Outcome::Failed => failed = settled,
            Outcome::Unknown => unknown = settled,
        }
    }
    let more = (
        broadcasts::sent.eq(broadcasts::sent + sent),
        broadcasts::blocked.eq(broadcasts::blocked + blocked),
        broadcasts::failed.eq(broadcasts::failed + failed),
        broadcasts::unknown.eq(broadcasts::unknown + unknown),
    );
    Ok(diesel::update(broadcasts::table.find(key(&id))).set(more).execute(conn).await? == 1)
}

/// Notes one outcome of those who have none; returns of how many.
async fn settle(conn: &mut Conn, id: BroadcastId, users: &[Vec<u8>], outcome: Outcome) -> Result<i64, Fault> {
    if users.is_empty() {
        return Ok(0);
    }
    let open = broadcast_targets::table
        .filter(broadcast_targets::broadcast_id.eq(key(&id)).and(broadcast_targets::user_id.eq_any(users)))
        .filter(broadcast_targets::outcome.is_null());
    let settled = diesel::update(open).set(broadcast_targets::outcome.eq(outcome.code())).execute(conn).await?;
    Ok(i64::try_from(settled).unwrap_or(i64::MAX))
}

async fn give_back(conn: &mut Conn, id: BroadcastId, users: &[UserId], after: Option<UserId>) -> Result<bool, Fault> {
    let open = broadcast_targets::table
        .filter(broadcast_targets::broadcast_id.eq(key(&id)).and(broadcast_targets::user_id.eq_any(bytes(users))))
        .filter(broadcast_targets::outcome.is_null());
    let removed = i64::try_from(diesel::delete(open).execute(conn).await?).unwrap_or(i64::MAX);
    let less = (
        broadcasts::taken.eq(broadcasts::taken - removed),
        broadcasts::cursor_user.eq(after.map(|user| user.as_bytes().to_vec())),
    );
    Ok(diesel::update(broadcasts::table.find(key(&id))).set(less).execute(conn).await? == 1)
}

async fn lose(conn: &mut Conn, id: BroadcastId) -> Result<bool, Fault> {
    let open = broadcast_targets::table
        .filter(broadcast_targets::broadcast_id.eq(key(&id)).and(broadcast_targets::outcome.is_null()));
    let lost = diesel::update(open).set(broadcast_targets::outcome.eq(Outcome::Unknown.code())).execute(conn).await?;
    let lost = i64::try_from(lost).unwrap_or(i64::MAX);
    let more = broadcasts::unknown.eq(broadcasts::unknown + lost);
    Ok(diesel::update(broadcasts::table.find(key(&id))).set(more).execute(conn).await? == 1)
}

/// Removes whom old broadcasts reached; their figures stay. Returns how many rows went.
pub(crate) async fn purge(conn: &mut Conn, ended_before: Timestamp) -> Result<usize, Fault> {
    let old = broadcasts::table.filter(broadcasts::ended_at.lt(ended_before.as_micros())).select(broadcasts::id);
    let targets = broadcast_targets::table.filter(broadcast_targets::broadcast_id.eq_any(old));
    Ok(diesel::delete(targets).execute(conn).await?)
}

/// How many rows a write touched that a unique index may have refused: then none.
fn unique(written: Result<usize, Error>) -> Result<usize, Fault> {
    match written {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(Commit::VersionConflict.into()),
        written => Ok(written?),
    }
}

fn key(id: &BroadcastId) -> &[u8] {
    id.as_bytes().as_slice()
}

fn bytes(users: &[UserId]) -> Vec<Vec<u8>> {
    users.iter().map(|user| user.as_bytes().to_vec()).collect()
}

fn of(outcomes: &[(UserId, Outcome)], wanted: Outcome) -> Vec<Vec<u8>> {
    let these = outcomes.iter().filter(|(_, outcome)| *outcome == wanted);
    these.map(|(user, _)| user.as_bytes().to_vec()).collect()
}

/// A broadcast.
pub(crate) async fn broadcast(conn: &mut Conn, id: BroadcastId) -> Result<Option<Broadcast>, Fault> {
    let row = broadcasts::table.find(key(&id)).first::<BroadcastRow>(conn).await.optional()?;
    row.map(BroadcastRow::into_broadcast).transpose()
}

/// Broadcasts, the last written first.
pub(crate) async fn page(conn: &mut Conn, skip: u32, limit: u32) -> Result<Vec<Broadcast>, Fault> {
    let rows = broadcasts::table
        .order((broadcasts::created_at.desc(), broadcasts::id.desc()))
        .offset(skip.into())
        .limit(limit.into())
        .load::<BroadcastRow>(conn)
        .await?;
    understood(rows, BroadcastRow::into_broadcast)
}

/// The one that is being sent.
pub(crate) async fn sending(conn: &mut Conn) -> Result<Option<BroadcastId>, Fault> {
    let sending = broadcasts::table.filter(broadcasts::state.eq(BroadcastState::Sending.code())).select(broadcasts::id);
    let found = sending.first::<Vec<u8>>(conn).await.optional()?;
    found.map(|bytes| id("broadcasts.id", &bytes, BroadcastId::from_bytes)).transpose()
}

/// How many people of a segment there are, or were when they were counted last.
pub(crate) async fn audience(conn: &mut Conn, segment: Segment, at: Timestamp) -> Result<u64, Fault> {
    let name = of_segment(segment);
    let kept = counts::kept(conn, std::slice::from_ref(&name)).await?;
    match kept.get(&name) {
        Some(kept) => Ok(kept.people),
        None => counted(conn, segment, at).await,
    }
}

/// How many people of a segment there are.
pub(crate) async fn counted(conn: &mut Conn, segment: Segment, at: Timestamp) -> Result<u64, Fault> {
    let people = match segment {
        // All who ordered lately are found once, not each person's orders.
        Segment::Active => {
            let since = (at - ACTIVE_WITHIN).as_micros();
            let lately = generations::table.filter(generations::created_at.ge(since)).select(generations::user_id);
            welcome!(at).filter(people::created_at.ge(since).or(people::user_id.eq_any(lately)))
        }
        _ => audience!(segment, at),
    };
    count("people", people.count().get_result::<i64>(conn).await?)
}

/// Who is next, by id.
pub(crate) async fn next_targets(conn: &mut Conn, broadcast: Broadcast, limit: u32) -> Result<Vec<Target>, Fault> {
    let Some(started_at) = broadcast.started_at else { return Ok(Vec::new()) };
    let taken = broadcast_targets::table
        .filter(broadcast_targets::broadcast_id.eq(broadcast.id.as_bytes().to_vec()))
        .filter(broadcast_targets::user_id.eq(people::user_id));
    let mut people = audience!(broadcast.segment, started_at).filter(not(exists(taken)));
    if let Some(cursor) = broadcast.cursor {
        people = people.filter(people::user_id.gt(cursor.as_bytes().to_vec()));
    }
    let rows = people
        .order(people::user_id)
        .limit(limit.into())
        .select((people::user_id, people::chat_id, people::language, people::silent))
        .load::<TargetRow>(conn)
        .await?;
    rows.into_iter().map(TargetRow::into_target).collect()
}
