//! What is counted of commits and generations; what the names mean stands in docs/METRICS.md.
//!
//! Invariant: a label has few values. A model is named only while the catalog has it.

use domain::clock::Timestamp;
use domain::generation::{FailureReason, Generation, State};
use domain::ids::ModelId;
use domain::ledger::Refusal;
use domain::ports::{ChangeSet, Commit, GenerationChange};

use super::App;

impl App {
    /// What a commit came to.
    pub(super) fn count_commit(&self, change: &ChangeSet, commit: &Commit) {
        match commit {
            Commit::Committed => self.count_changes(change),
            Commit::AlreadyDone(_) => metrics::counter!("updates_repeated_total").increment(1),
            Commit::VersionConflict => metrics::counter!("store_conflicts_total").increment(1),
            Commit::LeaseLost => {
                if let Some(end) = &change.lease {
                    metrics::counter!("jobs_lost_total", "kind" => end.lease.key.kind.code()).increment(1);
                }
            }
            Commit::Refused { reason, .. } => {
                metrics::counter!("ledger_refusals_total", "reason" => refusal(reason)).increment(1);
            }
        }
    }

    fn count_changes(&self, change: &ChangeSet) {
        for posting in &change.operations {
            metrics::counter!("ledger_operations_total", "operation" => posting.operation.name()).increment(1);
        }
        for step in &change.generations {
            let state = match step {
                GenerationChange::Create(order) => {
                    self.count_generation(&order.model, "ordered");
                    &order.state
                }
                GenerationChange::Step { to, .. } => to,
            };
            metrics::counter!("generation_steps_total", "state" => state.kind().code()).increment(1);
            if let State::Failed(failure) = state {
                metrics::counter!("generation_failures_total", "reason" => failed(failure.reason)).increment(1);
            }
        }
    }

    /// A generation succeeded: from its order to that.
    pub(crate) fn count_success(&self, generation: &Generation, at: Timestamp) {
        self.count_generation(&generation.model, "succeeded");
        let kind = self.catalog.model(&generation.model).map_or("other", |model| model.kind.as_str());
        metrics::histogram!("generation_duration_seconds", "kind" => kind).record(at.since(generation.created_at));
    }

    /// Nothing came of a generation.
    pub(crate) fn count_failure(&self, generation: &Generation) {
        self.count_generation(&generation.model, "failed");
    }

    fn count_generation(&self, model: &ModelId, outcome: &'static str) {
        let model = self.catalog.model(model).map_or_else(|| "other".to_owned(), |model| model.id.to_string());
        metrics::counter!("generations_total", "model" => model, "outcome" => outcome).increment(1);
    }
}

const fn refusal(reason: &Refusal) -> &'static str {
    match reason {
        Refusal::Conflict => "conflict",
        Refusal::NotPositive(_) => "not_positive",
        Refusal::HoldNotFound => "hold_not_found",
        Refusal::PaymentNotFound => "payment_not_found",
        Refusal::AlreadyCaptured => "already_captured",
        Refusal::AlreadyReleased => "already_released",
        Refusal::NotCaptured => "not_captured",
        Refusal::WrongPurpose => "wrong_purpose",
        Refusal::AlreadyRefunded => "already_refunded",
        Refusal::ExceedsHold { .. } => "exceeds_hold",
        Refusal::ExceedsCapture { .. } => "exceeds_capture",
        Refusal::InsufficientFunds { .. } => "insufficient_funds",
        Refusal::Overflow => "overflow",
    }
}

const fn failed(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::InputsRefused => "inputs_refused",
        FailureReason::ContentRefused => "content_refused",
        FailureReason::ProviderFailed => "provider_failed",
        FailureReason::ModelUnavailable => "model_unavailable",
        FailureReason::ServiceUnavailable => "service_unavailable",
        FailureReason::AnswerLost => "answer_lost",
        FailureReason::TimedOut => "timed_out",
        FailureReason::QueuedTooLong => "queued_too_long",
    }
}
