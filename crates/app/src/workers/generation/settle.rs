//! Settling: a success is captured and stored, a failure releases; each in one transaction with the message that tells of it.

use domain::free::{Funding, Means};
use domain::generation::{Event, Failure, FailureReason, Generation, Success};
use domain::ids::TaskId;
use domain::ledger::{Operation, Posting};
use domain::ports::{ChangeSet, Commit, LeaseOutcome, Orphan, StoreResult};

use super::margins::note_drift;
use super::step_to;
use crate::outbox::Body;
use crate::service::App;
use crate::workers::{Attempt, Step, step_after};

impl App {
    /// Captures and stores the result in one transaction, with the message that delivers it.
    pub(super) async fn succeed(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        success: Success,
    ) -> StoreResult<Step> {
        let settlement = generation.quote.settle(success.cost);
        if settlement.flagged {
            tracing::error!(generation = %generation.id, "kie's cost could not be turned into a price; the reservation was captured");
        }
        if success.results.unknown.is_some() {
            tracing::error!(generation = %generation.id, model = %generation.model, "a result of an unknown shape is kept");
        }
        let margin = generation.quote.margin(success.cost);
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        if step_to(&mut change, generation, Event::Succeeded(success), generation.relinked).is_none() {
            return Ok(Step::Onward);
        }
        let earned = match generation.funding {
            Funding::Money(hold) => Some((hold, settlement.capture.kopecks())),
            Funding::Run(hold) => Some((hold, 1)),
            Funding::Free(_) => None,
        };
        change.operations.extend(earned.map(|(hold, amount)| {
            self.posting(if amount > 0 { Operation::Capture { hold, amount } } else { Operation::Release { hold } })
        }));
        self.post(&mut change, generation.user, &Body::Result(generation.id), Some(generation.id));
        // What was given away is no loss of its price table.
        let is_loss = generation.funding.means() == Means::Money && margin.is_loss();
        let loss = if is_loss { Some(self.take_loss(&mut change, generation, &margin).await?) } else { None };
        let commit = self.commit_patiently(&change).await?;
        if commit == Commit::Committed {
            self.count_success(generation, change.at);
            tracing::info!(generation = %generation.id, model = %generation.model, "a generation succeeded; it is to be delivered");
            note_drift(generation, &margin);
            if let Some(loss) = loss {
                loss.done(change.at);
            }
        }
        step_after(&change, commit)
    }

    pub(super) async fn fail(
        &self,
        attempt: &Attempt,
        generation: &Generation,
        reason: FailureReason,
        detail: Option<String>,
    ) -> StoreResult<Step> {
        let change = self.failure(attempt, generation, reason, detail);
        self.commit_failure(generation, &change).await
    }

    pub(super) async fn fail_as_orphan(
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
        self.commit_failure(generation, &change).await
    }

    async fn commit_failure(&self, generation: &Generation, change: &ChangeSet) -> StoreResult<Step> {
        let commit = self.commit_patiently(change).await?;
        if commit == Commit::Committed && !change.generations.is_empty() {
            self.count_failure(generation);
        }
        step_after(change, commit)
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
            self.give_back(&mut change, generation);
            self.post(&mut change, generation.user, &Body::Ended(generation.id), None);
        }
        change
    }

    fn posting(&self, operation: Operation) -> Posting {
        Posting::new(operation, &*self.clock, &*self.ids)
    }
}
