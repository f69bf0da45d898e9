//! Rows of generations and orphans.

use diesel::prelude::{Insertable, Queryable};
use domain::clock::Timestamp;
use domain::free::{FreeWindows, Funding, Means};
use domain::generation::{Generation, State};
use domain::ids::{CallbackToken, ChatId, GenerationId, ModelId, TaskId, TransferId, UserId};
use domain::models::ApiFamily;
use domain::ports::{HistoryQuery, Orphan};

use super::{Bytes, code, from_json, id, to_json};
use crate::error::Fault;
use crate::schema::{generations, orphans};

/// A row of `generations`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = generations, treat_none_as_default_value = false)]
pub(crate) struct GenerationRow {
    id: Bytes,
    user_id: Bytes,
    chat_id: i64,
    model: String,
    inputs: String,
    quote: String,
    price: i64,
    hold_id: Bytes,
    token: String,
    state: String,
    facts: String,
    since: i64,
    created_at: i64,
    relinked: bool,
    progress_message: Option<i64>,
    task_id: Option<String>,
    made_from: Option<Bytes>,
    family: String,
    paid_by: String,
    free_day: Option<i64>,
    free_hour: Option<i64>,
    trial: bool,
}

impl GenerationRow {
    /// The row of a generation.
    pub(crate) fn of(generation: &Generation) -> Result<Self, Fault> {
        let windows = match generation.funding {
            Funding::Money(_) | Funding::Run(_) => None,
            Funding::Free(windows) => Some(windows),
        };
        Ok(Self {
            id: generation.id.as_bytes().to_vec(),
            user_id: generation.user.as_bytes().to_vec(),
            chat_id: generation.chat.0,
            model: generation.model.0.clone(),
            inputs: to_json("generations.inputs", &generation.inputs)?,
            quote: to_json("generations.quote", &generation.quote)?,
            price: generation.quote.price.kopecks(),
            // A free one has its own id there, which no hold has: an older version that reads the row finds nothing to capture.
            hold_id: generation
                .funding
                .hold()
                .map_or_else(|| generation.id.as_bytes().to_vec(), |hold| hold.as_bytes().to_vec()),
            token: generation.token.expose().to_owned(),
            state: generation.state.kind().code().to_owned(),
            facts: to_json("generations.facts", &generation.state)?,
            since: generation.since.as_micros(),
            created_at: generation.created_at.as_micros(),
            relinked: generation.relinked,
            progress_message: generation.progress_message,
            task_id: generation.state.task().map(|task| task.0.clone()),
            made_from: generation.made_from.map(|source| source.as_bytes().to_vec()),
            family: generation.family.as_str().to_owned(),
            paid_by: generation.funding.means().code().to_owned(),
            free_day: windows.map(|windows| windows.day.as_micros()),
            free_hour: windows.map(|windows| windows.hour.as_micros()),
            trial: generation.trial,
        })
    }

    /// What the row means.
    pub(crate) fn into_generation(self) -> Result<Generation, Fault> {
        let state: State = from_json("generations.facts", &self.facts)?;
        if state.kind().code() != self.state {
            return Err(Fault::row("generations.state", (&self.state, state.kind())));
        }
        let funding = self.funding()?;
        Ok(Generation {
            id: id("generations.id", &self.id, GenerationId::from_bytes)?,
            user: id("generations.user_id", &self.user_id, UserId::from_bytes)?,
            chat: ChatId(self.chat_id),
            model: ModelId(self.model),
            family: ApiFamily::from_name(&self.family).ok_or_else(|| Fault::row("generations.family", &self.family))?,
            inputs: from_json("generations.inputs", &self.inputs)?,
            quote: from_json("generations.quote", &self.quote)?,
            funding,
            token: CallbackToken::from_text(self.token),
            state,
            since: Timestamp::from_micros(self.since),
            created_at: Timestamp::from_micros(self.created_at),
            relinked: self.relinked,
            progress_message: self.progress_message,
            made_from: self
                .made_from
                .map(|source| id("generations.made_from", &source, GenerationId::from_bytes))
                .transpose()?,
            trial: self.trial,
        })
    }

    fn funding(&self) -> Result<Funding, Fault> {
        let hold = || id("generations.hold_id", &self.hold_id, TransferId::from_bytes);
        let windows = (self.free_day.map(Timestamp::from_micros), self.free_hour.map(Timestamp::from_micros));
        match (code("generations.paid_by", &self.paid_by, Means::from_code)?, windows) {
            (Means::Money, (None, None)) => Ok(Funding::Money(hold()?)),
            (Means::Run, (None, None)) => Ok(Funding::Run(hold()?)),
            (Means::Free, (Some(day), Some(hour))) => Ok(Funding::Free(FreeWindows { day, hour })),
            (means, windows) => Err(Fault::row("generations.free_day", (means.code(), windows))),
        }
    }
}

/// A [`HistoryQuery`] with everything its own, so that the work on it can be spawned.
pub(crate) struct Page {
    pub(crate) user: UserId,
    pub(crate) models: Option<Vec<String>>,
    pub(crate) with_result: bool,
    pub(crate) skip: i64,
    pub(crate) limit: i64,
}

impl Page {
    /// Of a query.
    pub(crate) fn of(query: HistoryQuery<'_>) -> Self {
        Self {
            user: query.user,
            models: query.models.map(|models| models.iter().map(|model| model.0.clone()).collect()),
            with_result: query.with_result,
            skip: query.skip.into(),
            limit: query.limit.into(),
        }
    }
}

/// A row of `orphans`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = orphans, treat_none_as_default_value = false)]
pub(crate) struct OrphanRow {
    generation_id: Bytes,
    task_id: Option<String>,
    late_results: Option<String>,
    reason: String,
    at: i64,
}

impl OrphanRow {
    /// The row of an orphan that is listed at `at`.
    pub(crate) fn of(orphan: &Orphan, at: Timestamp) -> Self {
        Self {
            generation_id: orphan.generation.as_bytes().to_vec(),
            task_id: orphan.task.as_ref().map(|task| task.0.clone()),
            late_results: orphan.late_results.clone(),
            reason: orphan.reason.clone(),
            at: at.as_micros(),
        }
    }

    /// What the row means.
    pub(crate) fn into_orphan(self) -> Result<Orphan, Fault> {
        Ok(Orphan {
            generation: id("orphans.generation_id", &self.generation_id, GenerationId::from_bytes)?,
            task: self.task_id.map(TaskId),
            late_results: self.late_results,
            reason: self.reason,
        })
    }
}
