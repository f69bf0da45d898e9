//! What is read: histories, statements, audits.

use crate::clock::Timestamp;
use crate::ids::{GenerationId, ModelId, OperationId, UserId};
use crate::ledger::{Amount, Plan, Posting, Unit};
use std::time::Duration;

/// Which of a user's generations are wanted.
#[derive(Clone, Copy, Debug)]
pub struct HistoryQuery<'a> {
    /// Whose.
    pub user: UserId,
    /// Of these models only.
    pub models: Option<&'a [ModelId]>,
    /// Only those that succeeded, delivered or not.
    pub with_result: bool,
    /// From the newest.
    pub skip: u32,
    /// At most so many.
    pub limit: u32,
}

/// How long a model took over its last successes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took {
    /// Half of them were ready by then; of two in the middle the longer one.
    pub median: Duration,
    /// 95 of 100 were ready by then.
    pub p95: Duration,
}

/// One line of a user's statement: one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The operation.
    pub operation: OperationId,
    /// `Operation::name`.
    pub name: String,
    /// `Group::code`: tells the kind of a bonus.
    pub group: String,
    /// The cause's key.
    pub cause: String,
    /// The generation that it is about; absent where an older version wrote it and nothing tells.
    pub generation: Option<GenerationId>,
    /// Why, in the words of the person who did it.
    pub note: Option<String>,
    /// What it did to posted.
    pub posted: Amount,
    /// What it did to reserved.
    pub reserved: Amount,
    /// When.
    pub at: Timestamp,
}

impl StatementLine {
    /// The line of an operation that does what `plan` says.
    pub fn of(posting: &Posting, plan: &Plan) -> Self {
        let cause = posting.operation.cause();
        let unit = plan.wallet.map_or(Unit::Money, |change| change.unit);
        let amount = |value| Amount { unit, value };
        Self {
            operation: posting.id,
            name: posting.operation.name().to_owned(),
            group: cause.group.code().to_owned(),
            cause: cause.key,
            generation: plan.generation,
            note: posting.operation.told().map(str::to_owned),
            posted: amount(plan.wallet.map_or(0, |change| change.posted)),
            reserved: amount(plan.wallet.map_or(0, |change| change.reserved)),
            at: posting.at,
        }
    }
}

/// One kind of check of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// The invariant, in words.
    pub name: &'static str,
    /// How many rows it looked at.
    pub checked: u64,
    /// One line per offending row, naming it; at most 100 per check.
    pub findings: Vec<String>,
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// In the order of design's list of invariants.
    pub checks: Vec<AuditCheck>,
}

impl AuditReport {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.findings.is_empty())
    }
}
