//! Durable work: claimed under leases, done in steps, each step one commit.
//!
//! [`App::work`] does one claim's work; [`run`] is the loops around it. Those who work on a kind sleep until its bell rings (`bells`): commits of
//! this instance ring it; for what becomes due by the time, or by another instance, one lookout asks the store for all kinds.
//!
//! An attempt with all its calls ends before half of its lease, so that nobody else works on the same thing while a call of ours is still
//! under way. What is killed between two steps is claimed again when its lease has run out, and goes on from what is stored.
//!
//! To add a kind of work: a variant of [`JobKind`], its arm in `App::work`, a file here with the steps, a case in the kill tests.

mod bells;
mod broadcasts;
mod closing;
mod delivery;
mod export;
mod figures;
mod generation;
mod inputs;
mod invoices;
mod letters;
mod messages;
mod parts;
mod paybacks;
mod rate;
mod reconciliation;
mod roll_ups;
mod wakes;
mod watch;

pub(crate) use bells::Bells;
pub use broadcasts::BROADCAST_INTERVAL;
pub(crate) use closing::is_over;
pub(crate) use generation::Losses;
pub use rate::RateWatch;
pub use watch::WatchState;

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::{ActionId, GenerationId, UserId};
use domain::ports::{ChangeSet, Claim, Commit, JobKind, Lease, LeaseEnd, LeaseOutcome, StoreError, StoreResult};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::service::{App, EVENTS_KEPT};

/// The lookout looks again after at most so long: work may have been scheduled by another instance.
const LOOK_MAX: Duration = Duration::from_secs(1);
/// And no sooner than this, however much ends and begins: short against what a user feels.
const LOOK_MIN: Duration = Duration::from_millis(20);
/// After an outage the loop waits so long before it asks the store again.
const OUTAGE_WAIT: Duration = Duration::from_secs(1);
/// A step that could not be committed is tried again after so long.
const STORE_RETRY: Duration = Duration::from_millis(500);
/// Marks of updates are kept for a week: Telegram repeats none after a day.
const MARKS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Dead updates are kept for a month, for an owner to look at.
pub(crate) const DEAD_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(60 * 60);
/// What another instance stopped is sold here for so long at most: short against the minutes that a few losses take, and one small statement.
const SHOWCASE_EVERY: Duration = Duration::from_secs(60);
/// A setting that another instance changed holds here within so long; two small statements.
const OFFICE_EVERY: Duration = Duration::from_secs(2);

/// Works until `shutdown`, then claims nothing more, lets what is in flight end within `patience`, gives the rest up where it stands, as a
/// kill would, and hands back what it claimed, so that another instance goes on at once.
pub async fn run(app: Arc<App>, workers: usize, shutdown: CancellationToken, patience: Duration) {
    let crew = Crew { tracker: TaskTracker::new(), given_up: CancellationToken::new() };
    // Pools of their own: a long upload to a chat must not keep a generation from being submitted, nor a file that arrives slowly somebody
    // from seeing their album.
    for kind in &JobKind::ALL {
        crew.spawn(pool(Arc::clone(&app), *kind, workers, crew.clone(), shutdown.clone()));
    }
    crew.spawn(lookout(Arc::clone(&app), shutdown.clone()));
    crew.spawn(showcase(Arc::clone(&app), shutdown.clone()));
    crew.spawn(office(Arc::clone(&app), shutdown.clone()));
    crew.spawn(rate::keep(Arc::clone(&app), shutdown.clone()));
    crew.spawn(watch::keep(Arc::clone(&app), shutdown.clone()));
    crew.spawn(reconciliation::keep(Arc::clone(&app), shutdown.clone()));
    crew.spawn(roll_ups::keep(Arc::clone(&app), shutdown.clone()));
    crew.spawn(housekeeping(Arc::clone(&app), shutdown.clone()));
    shutdown.cancelled().await;
    crew.end(patience).await;
    if let Err(error) = app.store.hand_back(&app.settings.instance).await {
        tracing::warn!(%error, "leases could not be handed back; they run out by themselves");
    }
}

/// Everything that is at work.
#[derive(Clone)]
struct Crew {
    tracker: TaskTracker,
    given_up: CancellationToken,
}

impl Crew {
    /// Begins something; it may be given up at any of its waits. What it has begun in the store ends there.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let given_up = self.given_up.clone();
        self.tracker.spawn(async move {
            let _ = given_up.run_until_cancelled_owned(work).await;
        });
    }

    async fn end(self, patience: Duration) {
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            tracing::warn!(left = self.tracker.len(), "work that is still under way is given up and handed back");
            self.given_up.cancel();
            self.tracker.wait().await;
        }
    }
}

/// Rings for what becomes due by the time, or by another instance.
async fn lookout(app: Arc<App>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let wait = match app.store.agenda(app.now()).await {
            Ok(agenda) => {
                app.note_depth(agenda.depth());
                agenda.due.keys().for_each(|kind| app.bells().ring(*kind));
                agenda.next.map_or(LOOK_MAX, |at| at.since(app.now()).min(LOOK_MAX))
            }
            Err(error) => {
                tracing::warn!(%error, "what is due can't be seen");
                OUTAGE_WAIT
            }
        };
        // What becomes due within a moment is seen by one look.
        if shutdown.run_until_cancelled(tokio::time::sleep(LOOK_MIN)).await.is_none() {
            return;
        }
        tokio::select! {
            () = app.bells().heard_by_lookout() => {}
            () = tokio::time::sleep(wait.saturating_sub(LOOK_MIN)) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// Works on one kind whenever its bell rings.
async fn pool(app: Arc<App>, kind: JobKind, workers: usize, crew: Crew, shutdown: CancellationToken) {
    let slots = Arc::new(Semaphore::new(workers));
    let mut may_be_more = false;
    while may_be_more || shutdown.run_until_cancelled(app.bells().heard(kind)).await.is_some() {
        // What is claimed without a free slot would wait under its lease.
        if shutdown.run_until_cancelled(slots.acquire()).await.is_none() {
            return;
        }
        // Not broken off: a claim that nobody hears of would stand until it runs out.
        may_be_more = match fill(&app, kind, &slots, &crew).await {
            Ok(is_full) => is_full,
            Err(error) => {
                tracing::warn!(%error, "no work can be claimed");
                let _ = shutdown.run_until_cancelled(tokio::time::sleep(OUTAGE_WAIT)).await;
                true
            }
        };
    }
}

/// Claims as much as there are free slots; whether there may be more.
async fn fill(app: &Arc<App>, kind: JobKind, slots: &Arc<Semaphore>, crew: &Crew) -> StoreResult<bool> {
    let free = slots.available_permits();
    let (owner, lease) = (app.settings.instance.as_str(), app.settings.lease);
    let limit = u32::try_from(free).unwrap_or(u32::MAX);
    let claimed = app.store.claim(Claim { kinds: &[kind], owner, now: app.now(), lease, limit }).await?;
    let is_full = claimed.len() >= free;
    for lease in claimed {
        let Ok(permit) = Arc::clone(slots).try_acquire_owned() else { break };
        let app = Arc::clone(app);
        crew.spawn(async move {
            let _permit = permit;
            app.work(lease).await;
        });
    }
    Ok(is_full)
}

async fn housekeeping(app: Arc<App>, shutdown: CancellationToken) {
    let mut kept = EVENTS_KEPT;
    while !shutdown.is_cancelled() {
        let now = app.now();
        match app.clean_events(now - kept).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old events of the log removed"),
            Err(error) => tracing::warn!(%error, "cleaning the log has to wait"),
        }
        kept = EVENTS_KEPT;
        match app.store.purge(now - MARKS_KEPT, now - DEAD_KEPT).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old marks and dead updates removed"),
            Err(error) => tracing::warn!(%error, "housekeeping has to wait"),
        }
        tokio::select! {
            () = tokio::time::sleep(HOUSEKEEPING_EVERY) => {}
            wanted = app.cleaning_wanted() => kept = wanted,
            () = shutdown.cancelled() => {}
        }
    }
}

/// Keeps this instance's showcase as the store says, from the start.
async fn showcase(app: Arc<App>, shutdown: CancellationToken) {
    let mut known = false;
    while !shutdown.is_cancelled() {
        match app.refresh_showcase().await {
            Ok(()) => known = true,
            Err(error) => tracing::warn!(%error, "the showcase could not be refreshed; it is as it was"),
        }
        // Before the first answer a stopped model would be sold.
        let wait = if known { SHOWCASE_EVERY } else { OUTAGE_WAIT };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// Keeps this instance's staff and run-time settings as the store says, from the start.
async fn office(app: Arc<App>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = app.refresh_office().await {
            tracing::warn!(%error, "the desk's staff and settings could not be refreshed; they are as they were");
        }
        tokio::select! {
            () = tokio::time::sleep(OFFICE_EVERY) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// One claim being worked on: the claim, and until when its calls must have ended.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) lease: Lease,
    deadline: Timestamp,
}

impl Attempt {
    fn new(lease: Lease, length: Duration) -> Self {
        let deadline = lease.until - length / 2;
        Self { lease, deadline }
    }

    /// What is left for calls; `None` = stop and claim again.
    pub(crate) fn remaining(&self, now: Timestamp) -> Option<Duration> {
        let left = self.deadline.since(now);
        (left >= Duration::from_millis(100)).then_some(left)
    }

    /// A change set under this claim.
    pub(crate) fn change(&self, at: Timestamp, outcome: LeaseOutcome) -> ChangeSet {
        let mut change = ChangeSet::new(at);
        change.lease = Some(LeaseEnd { lease: self.lease.clone(), outcome });
        change
    }

    /// Waits that grow with each attempt without progress: 1, 2, 4, ... up to 60 s.
    pub(crate) fn backoff(&self) -> Duration {
        let doublings = u32::try_from(self.lease.attempts.clamp(1, 7) - 1).unwrap_or(0);
        Duration::from_secs(1 << doublings).min(Duration::from_secs(60))
    }
}

/// How an attempt went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Look at the stored state again, within the same claim.
    Onward,
    /// The claim has ended.
    Ended,
}

impl App {
    /// Does the work of one claim. Errors end it; the lease then brings it back.
    pub async fn work(&self, lease: Lease) {
        let (kind, subject) = (lease.key.kind, lease.key.subject);
        let (mut generation, mut user) = (None, None);
        match kind {
            JobKind::Generation => generation = Some(GenerationId::from_bytes(subject).to_string()),
            JobKind::Messages | JobKind::Wake => user = Some(UserId::from_bytes(subject).to_string()),
            JobKind::Input | JobKind::Invoice | JobKind::Payback | JobKind::Broadcast => {}
        }
        // What is done for an order bears the order's own id, from its confirm to its delivery.
        let correlation =
            generation.clone().unwrap_or_else(|| format!("{}:{}", kind.code(), ActionId::from_bytes(subject)));
        let span = tracing::info_span!("job", correlation, generation, user);
        self.work_within(lease).instrument(span).await;
    }

    async fn work_within(&self, lease: Lease) {
        let attempt = Attempt::new(lease, self.settings.lease);
        let begun = tokio::time::Instant::now();
        let result = match attempt.lease.key.kind {
            JobKind::Generation => self.work_on_generation(&attempt).await,
            JobKind::Messages => self.send_messages(&attempt).await,
            JobKind::Input => self.prepare_input(&attempt).await,
            JobKind::Wake => self.wake(&attempt).await,
            JobKind::Invoice => self.work_on_invoice(&attempt).await,
            JobKind::Payback => self.work_on_payback(&attempt).await,
            JobKind::Broadcast => self.work_on_broadcast(&attempt).await,
        };
        let outcome = match &result {
            Ok(()) => "done",
            Err(StoreError::Away(_)) => "away",
            Err(StoreError::Defect(_)) => "defect",
        };
        let kind = attempt.lease.key.kind.code();
        metrics::counter!("jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
        metrics::histogram!("job_duration_seconds", "kind" => kind).record(begun.elapsed());
        match result {
            Ok(()) => {}
            Err(StoreError::Away(detail)) => {
                tracing::warn!(detail, job = ?attempt.lease.key.kind, "a job lost the store")
            }
            Err(StoreError::Defect(detail)) => {
                tracing::error!(detail, job = ?attempt.lease.key.kind, attempts = attempt.lease.attempts, "a job met a defect");
            }
        }
    }

    /// Commits a step of an attempt. While the store is away it is tried again as long as the claim lasts: what a step has learned (a task's
    /// id above all) must not be forgotten, and the same change set again is harmless.
    pub(crate) async fn commit_step(&self, change: &ChangeSet) -> StoreResult<Step> {
        let commit = self.commit_patiently(change).await?;
        step_after(change, commit)
    }

    /// The same, and what became of it in the store's own words.
    pub(crate) async fn commit_patiently(&self, change: &ChangeSet) -> StoreResult<Commit> {
        let until = change.lease.as_ref().map_or(change.at, |end| end.lease.until);
        loop {
            match self.commit(change).await {
                Err(StoreError::Away(detail)) if self.now() + STORE_RETRY < until => {
                    tracing::warn!(detail, "a step waits for the store");
                    tokio::time::sleep(STORE_RETRY).await;
                }
                settled => return settled,
            }
        }
    }

    /// Ends a claim with nothing more to do.
    pub(crate) async fn finish(&self, attempt: &Attempt) -> StoreResult<()> {
        self.commit_step(&attempt.change(self.now(), LeaseOutcome::Done)).await.map(drop)
    }

    /// Ends a claim; the job is due again after `wait`.
    pub(crate) async fn again(&self, attempt: &Attempt, wait: Duration) -> StoreResult<Step> {
        let outcome = LeaseOutcome::Again { run_at: self.now() + wait, progress: false };
        self.commit_step(&attempt.change(self.now(), outcome)).await
    }

    /// The same after a success of some kind: the attempts start anew.
    pub(crate) async fn progress(&self, attempt: &Attempt, wait: Duration) -> StoreResult<Step> {
        let outcome = LeaseOutcome::Again { run_at: self.now() + wait, progress: true };
        self.commit_step(&attempt.change(self.now(), outcome)).await
    }
}

/// How an attempt goes on after a commit.
pub(crate) fn step_after(change: &ChangeSet, commit: Commit) -> StoreResult<Step> {
    match commit {
        Commit::Committed => match change.lease.as_ref().map(|end| end.outcome) {
            Some(LeaseOutcome::Keep) | None => Ok(Step::Onward),
            Some(_) => Ok(Step::Ended),
        },
        // Somebody else moved it: a callback, a user's cancel. What is stored decides.
        Commit::VersionConflict => Ok(Step::Onward),
        Commit::LeaseLost => {
            tracing::info!("a lease was lost; somebody else goes on");
            Ok(Step::Ended)
        }
        other => Err(StoreError::Defect(format!("a job's change set ended as {other:?}"))),
    }
}
