//! Generations.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::free::Means;
use domain::generation::{Generation, State, StateKind};
use domain::ids::{CallbackToken, GenerationId, TaskId, UserId};
use domain::ports::{Commit, GenerationChange, JobKind};

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{GenerationRow, Page, SuccessRow, code, count, from_json, id, to_json, understood};
use crate::schema::{generations, jobs, orphans, successes};

const LIVE: [&str; 3] = [StateKind::Queued.code(), StateKind::Submitting.code(), StateKind::Running.code()];

const WITH_RESULT: [&str; 3] =
    [StateKind::Succeeded.code(), StateKind::Delivered.code(), StateKind::Undeliverable.code()];

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
        let means = generation.funding.means();
        let row = SuccessRow::of(generation.id, &generation.model.0, means, &generation.quote, success, at);
        diesel::insert_into(successes::table).values(row).execute(conn).await?;
    }
    Ok(())
}

async fn step(conn: &mut Conn, id: GenerationId, from: &[StateKind], step: Step, to: &State) -> Result<(), Fault> {
    let at = Timestamp::from_micros(step.since);
    let from: Vec<_> = from.iter().map(|kind| kind.code()).collect();
    let row = generations::table.find(id.as_bytes().as_slice()).filter(generations::state.eq_any(from));
    let moved = diesel::update(row).set(step).returning((generations::model, generations::paid_by, generations::quote));
    let Some((model, means, quote)) = moved.prepared().get_result::<(String, String, String)>(conn).await.optional()?
    else {
        return Err(Commit::VersionConflict.into());
    };
    if let State::Succeeded(success) = to {
        let means = code("generations.paid_by", &means, Means::from_code)?;
        let row = SuccessRow::of(id, &model, means, &from_json("generations.quote", &quote)?, success, at);
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

/// Those of these generations that are there.
pub(crate) async fn of_ids(conn: &mut Conn, ids: Vec<GenerationId>) -> Result<Vec<Generation>, Fault> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_bytes().to_vec()).collect();
    let rows = generations::table.filter(generations::id.eq_any(ids)).load::<GenerationRow>(conn).await?;
    understood(rows, GenerationRow::into_generation)
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
    understood(rows, GenerationRow::into_generation)
}

/// A page of a user's generations, newest first.
pub(crate) async fn history(conn: &mut Conn, page: Page) -> Result<Vec<Generation>, Fault> {
    let mut wanted = generations::table.filter(generations::user_id.eq(page.user.as_bytes().to_vec())).into_boxed();
    if let Some(models) = page.models {
        wanted = wanted.filter(generations::model.eq_any(models));
    }
    if page.with_result {
        wanted = wanted.filter(generations::state.eq_any(WITH_RESULT));
    }
    let rows = wanted
        .order((generations::created_at.desc(), generations::id.desc()))
        .offset(page.skip)
        .limit(page.limit)
        .load::<GenerationRow>(conn)
        .await?;
    understood(rows, GenerationRow::into_generation)
}

diesel::define_sql_function! {
    /// The first of two figures that is there.
    fn coalesce(first: Nullable<BigInt>, second: BigInt) -> BigInt;
}

/// How many queued generations come before this one: their jobs have an earlier turn, or the same one and a lesser id. One without a job
/// has its turn by its creation.
pub(crate) async fn queue_position(conn: &mut Conn, id: GenerationId) -> Result<u64, Fault> {
    let work = jobs::kind.eq(JobKind::Generation.code()).and(jobs::subject.eq(generations::id));
    let in_turn = generations::table.left_join(jobs::table.on(work));
    let turn = coalesce(jobs::turn_at.nullable(), generations::created_at);
    let id = id.as_bytes().as_slice();
    let this = in_turn.filter(generations::id.eq(id)).select(turn).first::<i64>(conn).await.optional()?;
    let Some(this) = this else { return Ok(0) };
    let before = in_turn
        .filter(generations::state.eq(StateKind::Queued.code()))
        .filter(turn.lt(this).or(turn.eq(this).and(generations::id.lt(id))));
    count("generations", before.count().get_result::<i64>(conn).await?)
}

/// Notes the progress message.
pub(crate) async fn note_progress(conn: &mut Conn, id: GenerationId, message: i64) -> Result<(), Fault> {
    let row = generations::table.find(id.as_bytes().as_slice());
    diesel::update(row).set(generations::progress_message.eq(message)).prepared().execute(conn).await?;
    Ok(())
}
