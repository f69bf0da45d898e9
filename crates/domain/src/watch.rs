//! What is watched over: audits that ran, and alerts that the desk is told of. Pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::kinds::kinds;
use crate::ports::AuditReport;

/// An audit that ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRun {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// How many rows it looked at, over all its checks.
    pub checked: u64,
    /// One line per offending row, naming it; at most [`FINDINGS_KEPT`].
    pub findings: Vec<String>,
}

/// So many findings are kept of an audit; `kiebot audit` prints them all.
pub const FINDINGS_KEPT: usize = 100;

impl AuditRun {
    /// What is kept of a report.
    pub fn of(report: &AuditReport, at: Timestamp, took: Duration) -> Self {
        let findings = report.checks.iter().flat_map(|check| &check.findings).take(FINDINGS_KEPT).cloned().collect();
        let checked = report.checks.iter().fold(0_u64, |sum, check| sum.saturating_add(check.checked));
        Self { at, took, checked, findings }
    }
}

kinds! {
    /// What an alert is about.
    AlertKind {
        /// KIE refuses our account, or does not answer.
        Account = "account",
        /// Credits at KIE run out.
        Credits = "credits",
        /// A model's orders fail; the subject is the model.
        Errors = "errors",
        /// Generations do not move.
        Stuck = "stuck",
        /// Receipts wait for a decision.
        Receipts = "receipts",
        /// An audit found something.
        Audit = "audit",
        /// KIE takes more than the table says; the subject is the model.
        Drift = "drift",
        /// Telegram can't reach us, or updates pile up.
        Updates = "updates",
        /// A payment could not be taken, or belongs to nobody.
        Payments = "payments",
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It works, and may bite.
    Warning,
    /// It does not work.
    Problem,
}

impl Level {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Warning, Self::Problem];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }

    /// The inverse of [`Level::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// Which alert: there is one of each name, for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertName {
    /// What it is about.
    pub kind: AlertKind,
    /// Of what; empty where there is only one.
    pub subject: String,
}

impl AlertName {
    /// The one alert of a kind.
    pub const fn only(kind: AlertKind) -> Self {
        Self { kind, subject: String::new() }
    }

    /// As a button's key and the audit log name it.
    pub fn code(&self) -> String {
        if self.subject.is_empty() {
            self.kind.code().to_owned()
        } else {
            format!("{}:{}", self.kind.code(), self.subject)
        }
    }
}

/// An alert that was due at least once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Which.
    pub name: AlertName,
    /// How bad it was when it was seen last.
    pub level: Level,
    /// Since when it is open; if it is over: since when it was.
    pub first_at: Timestamp,
    /// When it was seen last.
    pub last_at: Timestamp,
    /// When the desk was told of it last.
    pub told_at: Option<Timestamp>,
    /// The desk wants to hear nothing of it until then.
    pub muted_until: Option<Timestamp>,
    /// Whether it goes on.
    pub open: bool,
    /// Grows by one with each change; 0 = it was never written.
    pub version: i64,
}

impl Alert {
    /// Whether the desk wants to hear nothing of it now.
    pub fn is_muted(&self, now: Timestamp) -> bool {
        self.muted_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::AuditCheck;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for kind in AlertKind::ALL {
            assert_eq!(AlertKind::from_code(kind.code()), Some(*kind));
        }
        for level in Level::ALL {
            assert_eq!(Level::from_code(level.code()), Some(level));
        }
        assert_eq!(AlertName::only(AlertKind::Stuck).code(), "stuck");
        let of_a_model = AlertName { kind: AlertKind::Drift, subject: "a/b".to_owned() };
        assert_eq!(of_a_model.code(), "drift:a/b");
    }

    #[test]
    fn of_an_audit_the_sum_and_the_first_findings_are_kept() {
        let check = |checked, findings: usize| AuditCheck {
            name: "a rule",
            checked,
            findings: (0..findings).map(|number| format!("row {number}")).collect(),
        };
        let report = AuditReport { checks: vec![check(5, 0), check(7, 60), check(u64::MAX, 60)] };
        let run = AuditRun::of(&report, Timestamp::EPOCH, Duration::from_millis(3));
        assert_eq!((run.checked, run.findings.len()), (u64::MAX, FINDINGS_KEPT));
        assert_eq!((run.findings[0].as_str(), run.findings[60].as_str()), ("row 0", "row 0"));
    }
}
