//! Generations and orphans.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::generation::{Generation, State, StateKind};
use domain::ids::{CallbackToken, GenerationId, ModelId, TaskId, UserId};
use domain::ports::{Commit, GenerationChange, Orphan};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{GenerationRow, OrphanRow, SuccessRow, count, from_json, id, to_json};
use crate::schema::{generations, orphans, successes};

const LIVE: [&str; 3] = [StateKind::Queued.code(), StateKind::Submitting.code(), StateKind::Running.code()];

/// Creates a generation or moves it on.
///
/// # Errors
/// `Fault::Stop` with a version conflict if the id is taken or the state is none of those expected.
pub(crate) async fn change(conn: &mut Conn, change: &GenerationChange, at: Timestamp) -> Result<(), Fault> {
    match change {
        GenerationChange::Create(generation) => create(conn, generation, at).await,
        GenerationChange::Step { id, from, to, relinked } => {
            step(conn, *id, from, Step::of(to, *relinked, at)?, to).await
        }
    }
}

async fn create(conn: &mut Conn, generation: &Generation, at: Timestamp) -> Result<(), Fault> {
    let row = GenerationRow::of(generation)?;
    let new = diesel::insert_into(generations::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    if new == 0 {
        return Err(Commit::VersionConflict.into());
    }
    if let Some(success) = generation.state.success() {
        let row = SuccessRow::of(generation.id, &generation.model.0, &generation.quote, success, at);
        diesel::insert_into(successes::table).values(row).execute(conn).await?;
    }
    Ok(())
}

async fn step(conn: &mut Conn, id: GenerationId, from: &[StateKind], step: Step, to: &State) -> Result<(), Fault> {
    let at = Timestamp::from_micros(step.since);
    let from: Vec<_> = from.iter().map(|kind| kind.code()).collect();
    let row = generations::table.find(id.as_bytes().as_slice()).filter(generations::state.eq_any(from));
    let moved = diesel::update(row).set(step).returning((generations::model, generations::quote));
    let Some((model, quote)) = moved.prepared().get_result::<(String, String)>(conn).await.optional()? else {
        return Err(Commit::VersionConflict.into());
    };
    if let State::Succeeded(success) = to {
        let row = SuccessRow::of(id, &model, &from_json("generations.quote", &quote)?, success, at);
        diesel::insert_into(successes::table).values(row).execute(conn).await?;
    }
    Ok(())
}

/// What a step writes. A task stays noted when its state no longer has it, so that a late callback still finds its generation.
#[derive(AsChangeset)]
#[diesel(table_name = generations)]
struct Step {
    state: &'static str,
    facts: String,
    since: i64,
    relinked: Option<bool>,
    task_id: Option<String>,
}

impl Step {
    fn of(to: &State, relinked: bool, at: Timestamp) -> Result<Self, Fault> {
        Ok(Self {
            state: to.kind().code(),
            facts: to_json("generations.facts", to)?,
            since: at.as_micros(),
            relinked: relinked.then_some(true),
            task_id: to.task().map(|task| task.0.clone()),
        })
    }
}

/// A generation by its id.
pub(crate) async fn generation(conn: &mut Conn, id: GenerationId) -> Result<Option<Generation>, Fault> {
    let row = generations::table.find(id.as_bytes().as_slice()).first::<GenerationRow>(conn).await.optional()?;
    row.map(GenerationRow::into_generation).transpose()
}

/// A generation by its callback's token.
pub(crate) async fn by_token(conn: &mut Conn, token: CallbackToken) -> Result<Option<Generation>, Fault> {
    let row = generations::table.filter(generations::token.eq(token.expose()));
    let row = row.first::<GenerationRow>(conn).await.optional()?;
    row.map(GenerationRow::into_generation).transpose()
}

/// The generation to which a task is bound, orphans included.
pub(crate) async fn of_task(conn: &mut Conn, task: TaskId) -> Result<Option<GenerationId>, Fault> {
    let bound = generations::table.filter(generations::task_id.eq(&task.0)).select(generations::id);
    let mut found: Option<Vec<u8>> = bound.first(conn).await.optional()?;
    if found.is_none() {
        let listed = orphans::table.filter(orphans::task_id.eq(&task.0)).select(orphans::generation_id);
        found = listed.first(conn).await.optional()?;
    }
    found.map(|bytes: Vec<u8>| id("generations.id", &bytes, GenerationId::from_bytes)).transpose()
}

/// A user's live generations, oldest first.
pub(crate) async fn live(conn: &mut Conn, user: UserId) -> Result<Vec<Generation>, Fault> {
    let rows = generations::table
        .filter(generations::user_id.eq(user.as_bytes().as_slice()))
        .filter(generations::state.eq_any(LIVE))
        .order((generations::created_at.asc(), generations::id.asc()))
        .load::<GenerationRow>(conn)
        .await?;
    rows.into_iter().map(GenerationRow::into_generation).collect()
}

/// A user's generations, newest first.
pub(crate) async fn history(conn: &mut Conn, user: UserId, skip: u32, limit: u32) -> Result<Vec<Generation>, Fault> {
    let rows = generations::table
        .filter(generations::user_id.eq(user.as_bytes().as_slice()))
        .order((generations::created_at.desc(), generations::id.desc()))
        .offset(skip.into())
        .limit(limit.into())
        .load::<GenerationRow>(conn)
        .await?;
    rows.into_iter().map(GenerationRow::into_generation).collect()
}

/// How many queued generations were created before this one; those of one moment stand in the order of their ids.
pub(crate) async fn queue_position(conn: &mut Conn, id: GenerationId) -> Result<u64, Fault> {
    let this = diesel::alias!(generations as this);
    let before = generations::created_at.lt(this.field(generations::created_at)).or(generations::created_at
        .eq(this.field(generations::created_at))
        .and(generations::id.lt(this.field(generations::id))));
    let queued = generations::table
        .inner_join(this.on(this.field(generations::id).eq(id.as_bytes().as_slice())))
        .filter(generations::state.eq(StateKind::Queued.code()))
        .filter(before);
    count("generations", queued.count().get_result::<i64>(conn).await?)
}

/// The median time of a model's last `sample` successes.
pub(crate) async fn usual_duration(conn: &mut Conn, model: ModelId, sample: u32) -> Result<Option<Duration>, Fault> {
    let mut took = successes::table
        .filter(successes::model.eq(&model.0))
        .order((successes::at.desc(), successes::generation_id.desc()))
        .limit(sample.into())
        .select(successes::took_ms)
        .load::<i64>(conn)
        .await?;
    if took.is_empty() || took.len() < usize::try_from(sample).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    took.sort_unstable();
    let millis = u64::try_from(took[took.len() / 2]).map_err(|_| Fault::row("successes.took_ms", &took))?;
    Ok(Some(Duration::from_millis(millis)))
}

/// Notes the progress message.
pub(crate) async fn note_progress(conn: &mut Conn, id: GenerationId, message: i64) -> Result<(), Fault> {
    let row = generations::table.find(id.as_bytes().as_slice());
    diesel::update(row).set(generations::progress_message.eq(message)).prepared().execute(conn).await?;
    Ok(())
}

/// Lists orphans; a row that stands is completed, never emptied.
pub(crate) async fn list_orphans(conn: &mut Conn, listed: &[Orphan], at: Timestamp) -> Result<(), Fault> {
    for orphan in listed {
        diesel::insert_into(orphans::table)
            .values(OrphanRow::of(orphan, at))
            .on_conflict(orphans::generation_id)
            .do_update()
            .set(Completed {
                task_id: orphan.task.as_ref().map(|task| task.0.as_str()),
                late_results: orphan.late_results.as_deref(),
                reason: &orphan.reason,
            })
            .prepared()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// What a listing adds to a row that stands; `None` leaves what is known.
#[derive(AsChangeset)]
#[diesel(table_name = orphans)]
struct Completed<'a> {
    task_id: Option<&'a str>,
    late_results: Option<&'a str>,
    reason: &'a str,
}

/// What is noted of a generation.
pub(crate) async fn orphan(conn: &mut Conn, id: GenerationId) -> Result<Option<Orphan>, Fault> {
    let row = orphans::table.find(id.as_bytes().as_slice()).first::<OrphanRow>(conn).await.optional()?;
    row.map(OrphanRow::into_orphan).transpose()
}

/// The list, newest first.
pub(crate) async fn orphans(conn: &mut Conn, limit: u32) -> Result<Vec<Orphan>, Fault> {
    let rows = orphans::table
        .order((orphans::at.desc(), orphans::generation_id.desc()))
        .limit(limit.into())
        .load::<OrphanRow>(conn)
        .await?;
    rows.into_iter().map(OrphanRow::into_orphan).collect()
}
