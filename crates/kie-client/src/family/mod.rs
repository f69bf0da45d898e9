//! The ways of KIE's API, behind one trait: where a task is made and asked for, what is sent, and what is answered.
//!
//! Two things implement [`Family`]: [`market::Market`], the unified way, and [`dedicated::Dedicated`], of which each older way is one value.
//! What all of them have in common stands in `judge` (codes) and `record` (records); what one says otherwise is data, its [`Dialect`].
//!
//! It must not know: models and their inputs (the request comes with the names of its family), HTTP, retries.

mod dedicated;
mod dialect;
mod judge;
mod market;
mod record;

use domain::ids::TaskId;
use domain::models::ApiFamily;
use domain::ports::{CreateError, CreateRequest, QueryError, TaskReport};

use self::dialect::Dialect;
use crate::reply::Reply;

/// One way of the API.
pub(crate) trait Family: Sync {
    /// Where this task is made, from the first slash; none if the request had to say it and does not.
    fn create_path<'a>(&self, request: &'a CreateRequest) -> Option<&'a str>;

    /// The body of that request: JSON.
    fn body(&self, request: &CreateRequest) -> Vec<u8>;

    /// Where its tasks are asked for, with `?taskId=`.
    fn query_path(&self) -> &'static str;

    /// Its own words and codes.
    fn dialect(&self) -> &Dialect;

    /// What an answer to a creation means.
    ///
    /// # Errors
    /// See [`CreateError`]; everything but `Unknown` means that surely no task was made.
    fn judge_create(&self, reply: &Reply) -> Result<TaskId, CreateError> {
        judge::creation(reply, self.dialect())
    }

    /// What an answer about this task means.
    ///
    /// # Errors
    /// See [`QueryError`]; none of them means that the task failed.
    fn judge_query(&self, reply: &Reply, task: &TaskId) -> Result<TaskReport, QueryError> {
        judge::query(reply, task, self.dialect())
    }
}

/// The one table of families.
pub(crate) fn of(family: ApiFamily) -> &'static dyn Family {
    match family {
        ApiFamily::Market => &market::Market,
        ApiFamily::Veo => &dedicated::VEO,
        ApiFamily::Runway => &dedicated::RUNWAY,
        ApiFamily::Aleph => &dedicated::ALEPH,
        ApiFamily::FluxKontext => &dedicated::FLUX_KONTEXT,
        ApiFamily::FourOImage => &dedicated::FOUR_O_IMAGE,
        ApiFamily::Suno => &dedicated::SUNO,
        ApiFamily::SunoLyrics => &dedicated::SUNO_LYRICS,
    }
}
