//! Submitting: createTask is called once, and what it answered, or did not, is settled here.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::{Event, FailureReason, Generation, QUEUED_MAX, State};
use domain::ids::TaskId;
use domain::pause::{Pause, PauseReason};
use domain::ports::{CreateError, LeaseOutcome, StoreResult};

use super::payload::NoPayload;
use super::step_to;
use crate::service::{App, Passage};
use crate::workers::{Attempt, Step};

/// The owners have to mend the account; asking more often helps nobody.
const ACCOUNT_WAIT: Duration = Duration::from_secs(60);

/// Whoever finds out whether KIE is back needs a moment for it.
const REST_MIN: Duration = Duration::from_secs(1);

impl App {
    pub(super) async fn submit(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let now = self.now();
        if now.since(generation.created_at) > QUEUED_MAX {
            return self.fail(attempt, generation, FailureReason::QueuedTooLong, None).await;
        }
        if let Some(wait) = self.held_back(now) {
            return self.progress(attempt, wait).await;
        }
        if let Some(wait) = self.generator.rests(generation.family) {
            tracing::info!(generation = %generation.id, "kie does not answer; an order waits");
            self.draw_progress(generation.id).await;
            return self.again(attempt, wait.max(REST_MIN)).await;
        }
        let Some(left) = attempt.remaining(now) else { return self.again(attempt, Duration::ZERO).await };
        let payload = self.payload(attempt, generation, left / 2).await;
        let request = match payload.and_then(|payload| self.request(generation, payload)) {
            Ok(request) => request,
            Err(NoPayload::Later { retry_after, detail }) => {
                tracing::info!(detail, generation = %generation.id, "the inputs are not ready");
                return self.again(attempt, retry_after.unwrap_or_else(|| attempt.backoff())).await;
            }
            Err(NoPayload::Never(reason, detail)) => {
                return self.fail(attempt, generation, reason, Some(detail)).await;
            }
            Err(NoPayload::Account(trouble)) => {
                self.account_trouble(trouble).await?;
                return self.again(attempt, ACCOUNT_WAIT).await;
            }
            Err(NoPayload::LeaseLost) => return Ok(Step::Ended),
            Err(NoPayload::Store(error)) => return Err(error),
        };
        let trial = match self.passage().await? {
            Passage::Open => None,
            Passage::Trial(trial) => Some(trial),
            Passage::Held(wait) => return self.progress(attempt, wait).await,
        };
        // Checked again right before createTask: it must have ended before half of the lease.
        let Some(left) = attempt.remaining(self.now()) else { return self.again(attempt, Duration::ZERO).await };
        let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
        let Some(submitting) = step_to(&mut change, generation, Event::Submit, generation.relinked) else {
            return Ok(Step::Onward);
        };
        if self.commit_step(&change).await? == Step::Ended {
            return Ok(Step::Ended);
        }
        if self.store.generation(generation.id).await?.map(|row| row.state) != Some(State::Submitting) {
            return Ok(Step::Onward);
        }
        let generation = Generation { state: submitting, since: change.at, ..generation.clone() };
        let answer = self.generator.create(&request, left.min(self.settings.create_budget)).await;
        self.take_answer(attempt, &generation, answer, trial).await
    }

    async fn take_answer(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        answer: Result<TaskId, CreateError>,
        trial: Option<Pause>,
    ) -> StoreResult<Step> {
        match answer {
            Ok(task) => {
                let usual = self.usual(&generation.model).await?;
                let run_at = self.now() + self.poll_interval(usual, Duration::ZERO);
                let outcome = LeaseOutcome::Again { run_at, progress: true };
                let mut change = attempt.change(self.now(), outcome);
                step_to(&mut change, generation, Event::Accepted(task), generation.relinked);
                let step = self.commit_step(&change).await?;
                if let Some(trial) = trial {
                    self.trial_succeeded(&trial).await?;
                }
                tracing::info!(generation = %generation.id, model = %generation.model, "kie took the task");
                self.draw_progress(generation.id).await;
                Ok(step)
            }
            Err(CreateError::NotMade { retry_after, detail }) => {
                tracing::info!(detail, generation = %generation.id, "kie made nothing; queued again");
                let step = self.queue_again(attempt, generation, retry_after).await?;
                if let Some(trial) = trial {
                    self.trial_undecided(&trial).await?;
                }
                Ok(step)
            }
            Err(CreateError::Maintenance { retry_after, detail }) => {
                tracing::info!(detail, generation = %generation.id, "kie is under maintenance; queued again");
                let step = self.queue_again(attempt, generation, retry_after).await?;
                self.kie_refuses(PauseReason::Maintenance, trial.is_some()).await?;
                Ok(step)
            }
            // Who tries for all of them has waited already: they wait on, and fail no sooner than the others.
            Err(CreateError::Account(trouble)) if trial.is_some() => {
                let step = self.queue_again(attempt, generation, None).await?;
                self.kie_refuses(trouble.into(), true).await?;
                Ok(step)
            }
            Err(CreateError::InputDied { detail }) => self.input_died(attempt, generation, detail).await,
            Err(CreateError::Refused(failure)) => self.fail(attempt, generation, failure.reason, failure.detail).await,
            Err(CreateError::Account(trouble)) => {
                let step = self.fail(attempt, generation, FailureReason::ServiceUnavailable, None).await?;
                self.account_trouble(trouble).await?;
                Ok(step)
            }
            Err(CreateError::Unknown { detail }) => {
                tracing::warn!(detail, generation = %generation.id, "createTask's answer was lost; it is not sent again");
                metrics::counter!("kie_creations_unknown_total").increment(1);
                let run_at = self.answer_deadline(generation).await?;
                self.commit_step(&attempt.change(self.now(), LeaseOutcome::Again { run_at, progress: true })).await
            }
        }
    }

    /// Nothing was made: it stays in the queue, and its money where it is.
    async fn queue_again(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        retry_after: Option<Duration>,
    ) -> StoreResult<Step> {
        let run_at = self.now() + retry_after.unwrap_or_else(|| attempt.backoff());
        let mut change = attempt.change(self.now(), LeaseOutcome::Again { run_at, progress: false });
        step_to(&mut change, generation, Event::NotMade, generation.relinked);
        self.commit_step(&change).await
    }

    /// In `submitting` at the start of a claim: the answer was lost, or we were killed. Only a callback can tell the task now.
    pub(super) async fn await_answer(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let orphan = self.store.orphan(generation.id).await?;
        if let Some(task) = orphan.and_then(|orphan| orphan.task)
            && let Some(step) = self.adopt(attempt, generation, &task).await?
        {
            return Ok(step);
        }
        let deadline = self.answer_deadline(generation).await?;
        if self.now() < deadline {
            let outcome = LeaseOutcome::Again { run_at: deadline, progress: true };
            return self.commit_step(&attempt.change(self.now(), outcome)).await;
        }
        self.fail_as_orphan(attempt, generation, FailureReason::AnswerLost, None, "createTask's answer was lost").await
    }

    /// A task that a callback named is ours only if nobody else has it and KIE itself repeats our token for it.
    async fn adopt(&self, attempt: &Attempt, generation: &Generation, task: &TaskId) -> StoreResult<Option<Step>> {
        let owner = self.store.generation_of_task(task).await?;
        if owner.is_some_and(|owner| owner != generation.id) {
            tracing::warn!(generation = %generation.id, "a callback named another generation's task");
            return Ok(None);
        }
        let Some(left) = attempt.remaining(self.now()) else {
            return self.again(attempt, Duration::ZERO).await.map(Some);
        };
        match self.generator.query(task, generation.family, left).await {
            Ok(report) if self.names_us(generation, &report) => {
                let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
                step_to(&mut change, generation, Event::Accepted(task.clone()), generation.relinked);
                self.commit_step(&change).await.map(Some)
            }
            Ok(_) => {
                tracing::warn!(generation = %generation.id, "a callback named a task that does not bear our token");
                Ok(None)
            }
            Err(error) => {
                tracing::info!(%error, generation = %generation.id, "a callback's task can't be checked yet");
                self.again(attempt, attempt.backoff()).await.map(Some)
            }
        }
    }

    async fn input_died(&self, attempt: &Attempt, generation: &Generation, detail: String) -> StoreResult<Step> {
        if generation.relinked {
            return self.fail(attempt, generation, FailureReason::InputsRefused, Some(detail)).await;
        }
        let outcome = LeaseOutcome::Again { run_at: self.now(), progress: true };
        let mut change = attempt.change(self.now(), outcome);
        step_to(&mut change, generation, Event::InputDied, true);
        self.commit_step(&change).await
    }

    pub(super) fn callback_url(&self, generation: &Generation) -> Option<String> {
        let base = self.settings.callback_base.as_deref()?;
        Some(format!("{base}/kie/callback/{}", generation.token.expose()))
    }

    /// Until when a lost answer may still be told by a callback. Callbacks come only at the end of a task.
    async fn answer_deadline(&self, generation: &Generation) -> StoreResult<Timestamp> {
        let budget_end = generation.since + self.settings.create_budget;
        if self.settings.callback_base.is_none() {
            return Ok(budget_end);
        }
        let usual = self.usual(&generation.model).await?;
        Ok(budget_end + usual.saturating_mul(3).max(self.settings.answer_wait_min))
    }
}
