//! The work on one generation: upload its inputs, submit it once, ask until it ends, settle.

use std::time::Duration;

use domain::generation::{
    Event, Failure, FailureReason, Generation, QUEUED_MAX, RUNNING_MAX, State, StateKind, Success,
};
use domain::ids::{GenerationId, TaskId};
use domain::ledger::{Operation, Posting};
use domain::models::{Inputs, MediaRef, Value};
use domain::ports::{
    ChangeSet, CreateError, CreateRequest, FileSourceError, GenerationChange, LeaseOutcome, Orphan, QueryError,
    StoreError, StoreResult, TaskReport, TaskStatus, UploadError,
};

use super::{Attempt, Step};
use crate::outbox::Body;
use crate::screens::{self, GenerationFacts};
use crate::service::App;

/// KIE may say for so long that it does not know a task that it has just made (facts: 30 to 60 s); twice that to be sure.
const UNKNOWN_TASK_GRACE: Duration = Duration::from_secs(120);
/// Asking is not slower than this: an answer is never older.
const POLL_MAX: Duration = Duration::from_secs(30);
/// Telegram hands out files up to this size.
const INPUT_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// Editing the progress must not delay the work.
const PROGRESS_BUDGET: Duration = Duration::from_secs(2);
/// The steps of one claim: upload, submit, poll, settle, and a few conflicts between.
const STEPS_MAX: u32 = 8;

/// Why the payload could not be made.
enum NoPayload {
    /// Try again later.
    Later(String),
    /// It will never work.
    Never(FailureReason, String),
}

impl App {
    pub(super) async fn work_on_generation(&self, attempt: &Attempt) -> StoreResult<()> {
        let id = GenerationId::from_bytes(attempt.lease.key.subject);
        for _ in 0..STEPS_MAX {
            let Some(generation) = self.store.generation(id).await? else {
                return Err(StoreError::Defect(format!("a job names the generation {id}, which does not exist")));
            };
            let step = match generation.state.kind() {
                StateKind::Queued => self.submit(attempt, &generation).await?,
                StateKind::Submitting => self.await_answer(attempt, &generation).await?,
                StateKind::Running => self.poll(attempt, &generation).await?,
                StateKind::Failed => self.look_at_orphan(attempt, &generation).await?,
                _ => self.commit_step(&attempt.change(self.now(), LeaseOutcome::Done)).await?,
            };
            if step == Step::Ended {
                return Ok(());
            }
        }
        self.again(attempt, self.settings.poll_min).await.map(drop)
    }

    async fn submit(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let now = self.now();
        if now.since(generation.created_at) > QUEUED_MAX {
            return self.fail(attempt, generation, FailureReason::QueuedTooLong, None).await;
        }
        let Some(left) = attempt.remaining(now) else { return self.again(attempt, Duration::ZERO).await };
        let input = match self.payload(generation, left / 2).await {
            Ok(input) => input,
            Err(NoPayload::Later(detail)) => {
                tracing::info!(detail, generation = %generation.id, "the inputs are not ready");
                return self.again(attempt, attempt.backoff()).await;
            }
            Err(NoPayload::Never(reason, detail)) => {
                return self.fail(attempt, generation, reason, Some(detail)).await;
            }
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
        let request =
            CreateRequest { model: generation.model.clone(), input, callback_url: self.callback_url(&generation) };
        let answer = self.generator.create(&request, left.min(self.settings.create_budget)).await;
        self.take_answer(attempt, &generation, answer).await
    }

    async fn take_answer(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        answer: Result<TaskId, CreateError>,
    ) -> StoreResult<Step> {
        match answer {
            Ok(task) => {
                let usual = self.usual(&generation.model).await?;
                let run_at = self.now() + self.poll_interval(usual, Duration::ZERO);
                let outcome = LeaseOutcome::Again { run_at, progress: true };
                let mut change = attempt.change(self.now(), outcome);
                step_to(&mut change, generation, Event::Accepted(task), generation.relinked);
                let step = self.commit_step(&change).await?;
                self.draw_progress(generation.id).await;
                Ok(step)
            }
            Err(CreateError::NotMade { retry_after, detail }) => {
                tracing::info!(detail, generation = %generation.id, "kie made nothing; queued again");
                let run_at = self.now() + retry_after.unwrap_or_else(|| attempt.backoff());
                let mut change = attempt.change(self.now(), LeaseOutcome::Again { run_at, progress: false });
                step_to(&mut change, generation, Event::NotMade, generation.relinked);
                self.commit_step(&change).await
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
                metrics::counter!("create_unknown_total").increment(1);
                let run_at = self.answer_deadline(generation).await?;
                self.commit_step(&attempt.change(self.now(), LeaseOutcome::Again { run_at, progress: true })).await
            }
        }
    }

    /// In `submitting` at the start of a claim: the answer was lost, or we were killed. Only a callback can tell the task now.
    async fn await_answer(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
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
        match self.generator.query(task, left).await {
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

    async fn poll(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let Some(task) = generation.state.task() else {
            return Err(StoreError::Defect(format!("generation {} runs without a task", generation.id)));
        };
        let Some(left) = attempt.remaining(self.now()) else { return self.again(attempt, Duration::ZERO).await };
        let report = self.generator.query(task, left.min(Duration::from_secs(20))).await;
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
                self.progress(attempt, self.poll_interval(usual, age)).await
            }
            Err(QueryError::UnknownTask) => {
                self.progress(attempt, self.settings.poll_min.max(Duration::from_secs(2))).await
            }
            Err(QueryError::Later { retry_after, detail }) => {
                tracing::info!(detail, generation = %generation.id, "kie did not answer; asked again later");
                self.again(attempt, retry_after.unwrap_or_else(|| attempt.backoff())).await
            }
            Err(QueryError::Account(trouble)) => {
                self.account_trouble(trouble).await?;
                self.again(attempt, Duration::from_secs(60)).await
            }
        }
    }

    /// Captures and stores the result in one transaction, with the message that delivers it.
    async fn succeed(&self, attempt: &Attempt, generation: &Generation, success: Success) -> StoreResult<Step> {
        let settlement = generation.quote.settle(success.cost);
        if settlement.flagged {
            tracing::error!(generation = %generation.id, "kie's cost could not be turned into a price; the reservation was captured");
        }
        if success.results.unknown.is_some() {
            tracing::error!(generation = %generation.id, model = %generation.model, "a result of an unknown shape is kept");
        }
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        if step_to(&mut change, generation, Event::Succeeded(success), generation.relinked).is_none() {
            return Ok(Step::Onward);
        }
        let (hold, amount) = (generation.hold, settlement.capture.kopecks());
        change.operations.push(self.posting(if amount > 0 {
            Operation::Capture { hold, amount }
        } else {
            Operation::Release { hold }
        }));
        self.post(&mut change, generation.user, &Body::Result(generation.id), Some(generation.id));
        metrics::counter!("generations_total", "outcome" => "succeeded").increment(1);
        self.commit_step(&change).await
    }

    async fn fail(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        reason: FailureReason,
        detail: Option<String>,
    ) -> StoreResult<Step> {
        let change = self.failure(attempt, generation, reason, detail);
        self.commit_step(&change).await
    }

    async fn fail_as_orphan(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        reason: FailureReason,
        task: Option<&TaskId>,
        why: &str,
    ) -> StoreResult<Step> {
        let mut change = self.failure(attempt, generation, reason, None);
        change.orphans.push(Orphan {
            generation: generation.id,
            task: task.cloned(),
            late_results: None,
            reason: why.to_owned(),
        });
        self.commit_step(&change).await
    }

    /// Fails and releases in one transaction, with the message that says so.
    fn failure(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        reason: FailureReason,
        detail: Option<String>,
    ) -> ChangeSet {
        tracing::info!(generation = %generation.id, ?reason, "a generation failed; its money is released");
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        let failure = Failure { reason, detail };
        if step_to(&mut change, generation, Event::Failed(failure), generation.relinked).is_some() {
            change.operations.push(self.posting(Operation::Release { hold: generation.hold }));
            self.post(&mut change, generation.user, &Body::Ended(generation.id), None);
            metrics::counter!("generations_total", "outcome" => "failed").increment(1);
        }
        change
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

    /// After a failure a callback may still tell of a late success: it is recorded, and the owner may gift it.
    async fn look_at_orphan(&self, attempt: &Attempt, generation: &Generation) -> StoreResult<Step> {
        let now = self.now();
        let orphan = self.store.orphan(generation.id).await?.filter(|orphan| orphan.late_results.is_none());
        let Some((mut orphan, task)) = orphan.and_then(|orphan| orphan.task.clone().map(|task| (orphan, task))) else {
            return self.commit_step(&attempt.change(now, LeaseOutcome::Done)).await;
        };
        let Some(left) = attempt.remaining(now) else { return self.again(attempt, Duration::ZERO).await };
        let outcome = match self.generator.query(&task, left).await {
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

    /// The `input` object, with every file of the user uploaded to KIE under a name of its own.
    async fn payload(
        &self,
        generation: &Generation,
        budget: Duration,
    ) -> Result<serde_json::Map<String, serde_json::Value>, NoPayload> {
        let never = |detail: String| NoPayload::Never(FailureReason::InputsRefused, detail);
        let model = self.catalog.model(&generation.model).ok_or_else(|| {
            NoPayload::Never(FailureReason::ModelUnavailable, "the catalog lacks the model".to_owned())
        })?;
        let inputs: Inputs = serde_json::from_value(generation.inputs.clone())
            .map_err(|error| never(format!("the frozen inputs can't be read: {error}")))?;
        let checked = model.check(&inputs).map_err(|problems| never(format!("{problems:?}")))?;
        let mut addresses = std::collections::BTreeMap::new();
        let files: Vec<&MediaRef> = checked.inputs().iter().flat_map(|(_, value)| media(value)).collect();
        let share = budget / u32::try_from(files.len().max(1)).unwrap_or(u32::MAX);
        for (at, file) in files.iter().enumerate() {
            let address = self.upload(generation, at, file, share).await?;
            addresses.insert(file.key.0.clone(), address);
        }
        model.payload(&checked, |file| addresses.get(&file.key.0).cloned()).map_err(|error| never(error.to_string()))
    }

    async fn upload(
        &self,
        generation: &Generation,
        at: usize,
        file: &MediaRef,
        budget: Duration,
    ) -> Result<String, NoPayload> {
        let later = |error: std::io::Error| NoPayload::Later(format!("a temporary file: {error}"));
        let folder = tempfile::tempdir().map_err(later)?;
        let path = folder.path().join("input");
        self.files.download(&file.key.0, &path, INPUT_BYTES_MAX, budget / 2).await.map_err(|error| match error {
            FileSourceError::Later { detail } => NoPayload::Later(detail),
            gone => NoPayload::Never(FailureReason::InputsRefused, gone.to_string()),
        })?;
        // Unique per upload: KIE serves the old bytes of a repeated name.
        let stamp = self.now().as_micros();
        let name = format!("{}-{at}-{stamp}.{}", generation.id, extension(file));
        let uploaded = self.generator.upload(&path, &name, budget / 2).await.map_err(|error| match error {
            UploadError::Later { detail, .. } => NoPayload::Later(detail),
            UploadError::Refused { detail } => NoPayload::Never(FailureReason::InputsRefused, detail),
            UploadError::Account(trouble) => NoPayload::Later(format!("account trouble: {trouble:?}")),
        })?;
        Ok(uploaded.url)
    }

    /// Draws the progress message, if it still shows this generation. Best effort, under the generation's lease.
    async fn draw_progress(&self, id: GenerationId) {
        match self.progress_screen(id).await {
            Ok(Some((chat, message, screen))) => {
                let shown = self.messenger.show(chat, Some(message), &screen, PROGRESS_BUDGET).await;
                if let Err(error) = shown {
                    tracing::debug!(%error, generation = %id, "the progress was not drawn");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, generation = %id, "the progress was not drawn"),
        }
    }

    async fn progress_screen(
        &self,
        id: GenerationId,
    ) -> StoreResult<Option<(domain::ids::ChatId, i64, domain::screen::Screen)>> {
        let Some(generation) = self.store.generation(id).await? else { return Ok(None) };
        let Some(message) = generation.progress_message else { return Ok(None) };
        let Some(session) = self.store.session_of(generation.user).await? else { return Ok(None) };
        if !self.shows(&session, message, id) {
            return Ok(None);
        }
        let facts: GenerationFacts = self.facts_of(generation).await?;
        let words = self.texts.in_language(session.person.language);
        let screen = screens::progress(words, &self.catalog, &facts, self.now());
        Ok(Some((session.person.chat, message, screen)))
    }

    fn names_us(&self, generation: &Generation, report: &TaskReport) -> bool {
        report.callback_url.as_deref().is_some_and(|url| url.ends_with(&format!("/{}", generation.token.expose())))
    }

    fn callback_url(&self, generation: &Generation) -> Option<String> {
        let base = self.settings.callback_base.as_deref()?;
        Some(format!("{base}/kie/callback/{}", generation.token.expose()))
    }

    /// Until when a lost answer may still be told by a callback. Callbacks come only at the end of a task.
    async fn answer_deadline(&self, generation: &Generation) -> StoreResult<domain::clock::Timestamp> {
        let budget_end = generation.since + self.settings.create_budget;
        if self.settings.callback_base.is_none() {
            return Ok(budget_end);
        }
        let usual = self.usual(&generation.model).await?;
        Ok(budget_end + usual.saturating_mul(3).max(self.settings.answer_wait_min))
    }

    /// A tenth of the usual time, so that little of the user's time is lost; slower once it takes longer than usual.
    fn poll_interval(&self, usual: Duration, age: Duration) -> Duration {
        let base = if age > usual { age / 5 } else { usual / 10 };
        base.clamp(self.settings.poll_min, POLL_MAX.max(self.settings.poll_min))
    }

    fn posting(&self, operation: Operation) -> Posting {
        Posting::new(operation, &*self.clock, &*self.ids)
    }

    async fn again(&self, attempt: &Attempt, wait: Duration) -> StoreResult<Step> {
        let outcome = LeaseOutcome::Again { run_at: self.now() + wait, progress: false };
        self.commit_step(&attempt.change(self.now(), outcome)).await
    }

    async fn progress(&self, attempt: &Attempt, wait: Duration) -> StoreResult<Step> {
        let outcome = LeaseOutcome::Again { run_at: self.now() + wait, progress: true };
        self.commit_step(&attempt.change(self.now(), outcome)).await
    }
}

/// Adds the step of `event` to a change set; `None` if the state can't take it (the row was stale).
fn step_to(change: &mut ChangeSet, generation: &Generation, event: Event, relinked: bool) -> Option<State> {
    let from = event.kind().from();
    match generation.state.after(event) {
        Ok(to) => {
            change.generations.push(GenerationChange::Step { id: generation.id, from, to: to.clone(), relinked });
            Some(to)
        }
        Err(error) => {
            tracing::warn!(%error, generation = %generation.id, "a stale row");
            None
        }
    }
}

fn media(value: &Value) -> Vec<&MediaRef> {
    match value {
        Value::Media(files) => files.iter().collect(),
        Value::Objects(objects) => {
            objects.iter().flat_map(|object| object.iter().flat_map(|(_, value)| media(value))).collect()
        }
        _ => Vec::new(),
    }
}

/// KIE reads a file's kind from its name.
fn extension(file: &MediaRef) -> &str {
    match file.facts.mime.as_deref() {
        Some("image/png") => "png",
        Some("image/webp") => "webp",
        Some("video/mp4") => "mp4",
        Some("video/quicktime") => "mov",
        Some("audio/mpeg") => "mp3",
        Some("audio/ogg") => "ogg",
        Some("audio/wav" | "audio/x-wav") => "wav",
        Some("application/pdf") => "pdf",
        _ => match file.facts.media {
            domain::models::Media::Image => "jpg",
            domain::models::Media::Video => "mp4",
            domain::models::Media::Audio => "mp3",
            domain::models::Media::Document => "bin",
        },
    }
}
