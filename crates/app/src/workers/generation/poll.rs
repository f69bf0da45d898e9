//! Polling: recordInfo is the truth about a task, while it runs and after it was given up.

use std::time::Duration;

use domain::generation::{FailureReason, Generation, RUNNING_MAX, Success};
use domain::ports::{LeaseOutcome, QueryError, StoreError, StoreResult, TaskReport, TaskStatus};

use crate::service::App;
use crate::workers::{Attempt, Step};

/// KIE may say for so long that it does not know a task that it has just made (facts: 30 to 60 s); twice that to be sure.
const UNKNOWN_TASK_GRACE: Duration = Duration::from_secs(120);
/// Asking is not slower than this: an answer is never older.
const POLL_MAX: Duration = Duration::from_secs(30);

impl App {
    pub(super) async fn poll(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let Some(task) = generation.state.task() else {
            return Err(StoreError::Defect(format!("generation {} runs without a task", generation.id)));
        };
        let Some(left) = attempt.remaining(self.now()) else { return self.again(attempt, Duration::ZERO).await };
        let report = self.generator.query(task, generation.family, left.min(Duration::from_secs(20))).await;
        let age = self.now().since(generation.since);
        match report {
            Ok(TaskReport { status: TaskStatus::Succeeded(results), cost, took_ms, .. }) => {
                let took_ms = took_ms.unwrap_or_else(|| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
                let success = Success { task: task.clone(), results, cost, took_ms };
                self.succeed(attempt, generation, success).await
            }
            Ok(TaskReport { status: TaskStatus::Failed(failure), .. }) => {
                self.fail(attempt, generation, failure.reason, failure.detail).await
            }
            Ok(TaskReport { status: TaskStatus::Running, .. }) | Err(QueryError::Later { .. }) if age > RUNNING_MAX => {
                self.fail_as_orphan(attempt, generation, FailureReason::TimedOut, Some(task), "it ran for a day").await
            }
            Err(QueryError::UnknownTask) if age > UNKNOWN_TASK_GRACE => {
                self.fail_as_orphan(attempt, generation, FailureReason::AnswerLost, Some(task), "kie forgot the task")
                    .await
            }
            Ok(TaskReport { status: TaskStatus::Running, .. }) => {
                self.draw_progress(generation.id).await;
                let usual = self.usual(&generation.model).await?;
                let wait = self.poll_interval(usual, age).max(self.rest_interval(generation));
                self.progress(attempt, wait).await
            }
            Err(QueryError::UnknownTask) => {
                self.progress(attempt, self.settings.poll_min.max(Duration::from_secs(2))).await
            }
            Err(QueryError::Later { retry_after, detail }) => {
                tracing::info!(detail, generation = %generation.id, "kie did not answer; asked again later");
                let wait = retry_after.unwrap_or_else(|| attempt.backoff()).max(self.rest_interval(generation));
                self.again(attempt, wait).await
            }
            Err(QueryError::Account(trouble)) => {
                self.account_trouble(trouble).await?;
                self.again(attempt, Duration::from_secs(60)).await
            }
        }
    }

    /// After a failure a callback may still tell of a late success: it is recorded, and the owner may gift it.
    pub(super) async fn look_at_orphan(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let now = self.now();
        let orphan = self.store.orphan(generation.id).await?.filter(|orphan| orphan.late_results.is_none());
        let Some((mut orphan, task)) = orphan.and_then(|orphan| orphan.task.clone().map(|task| (orphan, task))) else {
            return self.commit_step(&attempt.change(now, LeaseOutcome::Done)).await;
        };
        let Some(left) = attempt.remaining(now) else { return self.again(attempt, Duration::ZERO).await };
        let outcome = match self.generator.query(&task, generation.family, left).await {
            Ok(report) if !self.names_us(generation, &report) => LeaseOutcome::Done,
            Ok(TaskReport { status: TaskStatus::Succeeded(results), .. }) => {
                orphan.late_results = serde_json::to_string(&results).ok();
                LeaseOutcome::Done
            }
            Ok(TaskReport { status: TaskStatus::Failed(_), .. }) | Err(QueryError::UnknownTask) => LeaseOutcome::Done,
            Ok(_) | Err(_) if now.since(generation.since) > RUNNING_MAX => LeaseOutcome::Done,
            Ok(_) | Err(_) => LeaseOutcome::Again { run_at: now + POLL_MAX, progress: false },
        };
        let mut change = attempt.change(now, outcome);
        if orphan.late_results.is_some() {
            tracing::warn!(generation = %generation.id, "kie finished a generation that had been given up");
            change.orphans.push(orphan);
        }
        self.commit_step(&change).await
    }

    /// A tenth of the usual time, so that little of the user's time is lost; slower once it takes longer than usual.
    pub(super) fn poll_interval(&self, usual: Duration, age: Duration) -> Duration {
        let base = if age > usual { age / 5 } else { usual / 10 };
        base.clamp(self.settings.poll_min, POLL_MAX.max(self.settings.poll_min))
    }

    /// While KIE does not answer it is not asked for each task at its own pace.
    fn rest_interval(&self, generation: &Generation) -> Duration {
        self.generator.rests(generation.family).map_or(Duration::ZERO, |_| POLL_MAX)
    }

    pub(super) fn names_us(&self, generation: &Generation, report: &TaskReport) -> bool {
        report.callback_url.as_deref().is_some_and(|url| url.ends_with(&format!("/{}", generation.token.expose())))
    }
}
