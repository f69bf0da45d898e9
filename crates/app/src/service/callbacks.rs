//! KIE's callbacks. A callback is a hint: it makes the generation's job due, and it may tell a task id that an answer was to tell.

use domain::generation::{Generation, StateKind};
use domain::ids::{CallbackToken, TaskId};
use domain::ports::{ChangeSet, Commit, JobKey, Orphan, Schedule, StoreError};
use std::time::Duration;
use tracing::Instrument;

use super::App;
use crate::intake::CallbackOutcome;

/// What a callback says, after its signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackNotice {
    /// From the address.
    pub token: CallbackToken,
    /// From the body, if it names one.
    pub task: Option<TaskId>,
}

impl App {
    /// Takes a callback: stores what it tells and makes the job due. The worker asks KIE itself before it believes anything.
    pub async fn take_callback(&self, notice: &CallbackNotice) -> CallbackOutcome {
        match self.store_callback(notice).await {
            Ok(outcome) => outcome,
            Err(StoreError::Away(detail)) => {
                tracing::warn!(detail, "a callback has to wait for storage");
                CallbackOutcome::Later(Duration::from_secs(5))
            }
            Err(error @ StoreError::Defect(_)) => {
                tracing::error!(%error, "a callback could not be stored; polling finds the task");
                CallbackOutcome::Stored
            }
        }
    }

    async fn store_callback(&self, notice: &CallbackNotice) -> Result<CallbackOutcome, StoreError> {
        let Some(generation) = self.store.generation_by_token(&notice.token).await? else {
            return Ok(CallbackOutcome::UnknownToken);
        };
        let span = tracing::info_span!("callback", correlation = %generation.id, generation = %generation.id, user = %generation.user);
        self.store_callback_of(&generation, notice).instrument(span).await
    }

    async fn store_callback_of(
        &self,
        generation: &Generation,
        notice: &CallbackNotice,
    ) -> Result<CallbackOutcome, StoreError> {
        let mut change = ChangeSet::new(self.now());
        match generation.state.kind() {
            StateKind::Running => {}
            StateKind::Submitting | StateKind::Failed => {
                // The answer of createTask has not come, or never came: the task id is kept until the worker has proven whose it is.
                let Some(task) = notice.task.clone() else { return Ok(CallbackOutcome::Stored) };
                let reason = format!("callback while {}", generation.state.kind().code());
                change.orphans.push(Orphan { generation: generation.id, task: Some(task), late_results: None, reason });
            }
            _ => return Ok(CallbackOutcome::Stored),
        }
        change.schedule.push(Schedule::new(JobKey::generation(generation.id), change.at));
        match self.commit(&change).await? {
            Commit::Committed => {
                tracing::info!(generation = %generation.id, state = generation.state.kind().code(), "callback stored");
                Ok(CallbackOutcome::Stored)
            }
            other => Err(StoreError::Defect(format!("a callback's change set ended as {other:?}"))),
        }
    }
}
