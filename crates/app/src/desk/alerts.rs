//! What the desk is told of by itself: which alerts are due, and which of them are told now. Pure.
//!
//! Invariants
//! - One thing is told once in [`Level`]'s time, however often it is seen, however often it ends and comes back meanwhile, and whoever looks: what
//!   was told stands in the alert's row, and is written in the commit that tells it.
//! - Warnings keep quiet for a while after anything was told, so that many that begin together are one message; problems wait for nothing.
//! - What is muted is seen and not told.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::FailureReason;
use domain::ids::ModelId;
use domain::models::Catalog;
use domain::money::Credits;
use domain::ports::{Drift, Ended};
use domain::screen::{Action, DeskAct, Key};
use domain::watch::{Alert, AlertKind, AlertName, Level};
use serde::{Deserialize, Serialize};

use super::health::{Check, Line};
use crate::conversation::Notice;

/// Something that an alert is due for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which alert.
    pub name: AlertName,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub found: Notice,
}

/// One alert as the message about it keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// [`AlertName::code`].
    pub alert: String,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub found: Notice,
}

impl Told {
    fn of(finding: &Finding) -> Self {
        Self { alert: finding.name.code(), level: finding.level, found: finding.found.clone() }
    }
}

/// What is to be written and told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Alerts as they become.
    pub changes: Vec<Alert>,
    /// What the desk is told now, problems first.
    pub told: Vec<Told>,
}

/// A problem that goes on is told again after so long: a working day has two or three of them.
const PROBLEM_AGAIN: Duration = Duration::from_secs(6 * 60 * 60);
/// The same of a warning.
const WARNING_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// A warning that becomes a problem is told again, but not if it comes and goes by the minute.
const WORSE_AFTER: Duration = Duration::from_secs(60 * 60);
/// Warnings keep quiet for so long after anything was told.
const CALM: Duration = Duration::from_secs(30 * 60);
/// Muted means for so long.
pub const MUTE: Duration = Duration::from_secs(24 * 60 * 60);
/// Of a model so many last ends tell how it does; with fewer failures than this it is chance.
const ENDS_LOOKED_AT: usize = 20;
const FAILURES_MIN: usize = 5;
/// A table that is this much below KIE has drifted: less is rounding.
const DRIFT_PERCENT: i64 = 5;
/// So many successes are no accident.
const DRIFT_MIN: u64 = 3;

/// What is wrong, by the lines of health and by how models do.
pub fn findings(lines: &[Line], ended: &[Ended], drifts: &[Drift], catalog: &Catalog) -> Vec<Finding> {
    let of_line = |line: &Line| {
        let name = AlertName::only(kind_of(line.check)?);
        Some(Finding { name, level: line.level?, found: line.found.clone() })
    };
    let mut findings: Vec<Finding> = lines.iter().filter_map(of_line).collect();
    let titled = |key: &str, model: &ModelId| match catalog.model(model) {
        Some(known) => Notice::new(key).title("model", known.title.clone()),
        None => Notice::new(key).words("model", model.0.clone()),
    };
    findings.extend(failing(ended).into_iter().map(|(model, failed, of)| Finding {
        level: if failed * 10 >= of * 9 { Level::Problem } else { Level::Warning },
        found: titled("found-errors", &model).number("failed", failed).number("n", of),
        name: AlertName { kind: AlertKind::Errors, subject: model.0 },
    }));
    for drift in drifts.iter().filter(|drift| has_drifted(drift)) {
        let (quoted, taken) = (each(drift.quoted, drift.successes), each(drift.taken, drift.successes));
        findings.push(Finding {
            name: AlertName { kind: AlertKind::Drift, subject: drift.model.0.clone() },
            level: if drift.cost > drift.earned { Level::Problem } else { Level::Warning },
            found: titled("found-drift", &drift.model).credits("quoted", quoted).credits("taken", taken),
        });
    }
    // A model may have drifted with both kinds of quotes: the worse one tells.
    findings.sort_by(|one, other| one.name.cmp(&other.name).then(other.level.cmp(&one.level)));
    findings.dedup_by(|later, earlier| later.name == earlier.name);
    findings
}

/// The models that fail too often, with how many of how many last ends; `ended` = newest first. What a user's own wish or our account at KIE
/// made fail tells nothing of the model.
pub fn failing(ended: &[Ended]) -> Vec<(ModelId, usize, usize)> {
    let mut ends: BTreeMap<&ModelId, Vec<bool>> = BTreeMap::new();
    for end in ended {
        let failed = match end.failure {
            None => false,
            Some(FailureReason::InputsRefused | FailureReason::ContentRefused | FailureReason::ServiceUnavailable) => {
                continue;
            }
            Some(_) => true,
        };
        let of_model = ends.entry(&end.model).or_default();
        if of_model.len() < ENDS_LOOKED_AT {
            of_model.push(failed);
        }
    }
    let failing = ends.into_iter().map(|(model, ends)| {
        let failed = ends.iter().filter(|failed| **failed).count();
        (model.clone(), failed, ends.len())
    });
    failing.filter(|(_, failed, of)| *failed >= FAILURES_MIN && failed * 2 >= *of).collect()
}

/// KIE takes noticeably more than the table says, on average.
fn has_drifted(drift: &Drift) -> bool {
    let limit = i128::from(drift.quoted.raw()) * i128::from(100 + DRIFT_PERCENT);
    drift.successes >= DRIFT_MIN && i128::from(drift.taken.raw()) * 100 > limit
}

fn each(sum: Credits, of: u64) -> Credits {
    let of = i64::try_from(of).unwrap_or(i64::MAX).max(1);
    Credits::from_raw(sum.raw() / of)
}

const fn kind_of(check: Check) -> Option<AlertKind> {
    Some(match check {
        Check::Account => AlertKind::Account,
        Check::Credits => AlertKind::Credits,
        Check::Stuck => AlertKind::Stuck,
        Check::Receipts => AlertKind::Receipts,
        Check::Audit => AlertKind::Audit,
        Check::Updates => AlertKind::Updates,
        Check::Payments => AlertKind::Payments,
        // Who has no database can't be told; the rest is no hurry, and stands among the checks.
        Check::Database
        | Check::Migrations
        | Check::Queue
        | Check::Orphans
        | Check::Rate
        | Check::Version
        | Check::Plan
        | Check::Disk => return None,
    })
}

/// What becomes of the alerts, and what is told.
pub fn plan(findings: &[Finding], known: &[Alert], now: Timestamp) -> Plan {
    let calm = known.iter().filter_map(|alert| alert.told_at).all(|told| now.since(told) >= CALM);
    let mut plan = Plan::default();
    for finding in findings {
        let before = known.iter().find(|alert| alert.name == finding.name);
        let tells = before.is_none_or(|alert| !alert.is_muted(now)) && is_due(finding, before, calm, now);
        let told_at = before.and_then(|alert| alert.told_at);
        plan.changes.push(Alert {
            name: finding.name.clone(),
            level: finding.level,
            first_at: before.filter(|alert| alert.open).map_or(now, |alert| alert.first_at),
            last_at: now,
            told_at: if tells { Some(now) } else { told_at },
            muted_until: before.and_then(|alert| alert.muted_until),
            open: true,
            version: before.map_or(0, |alert| alert.version),
        });
        if tells {
            plan.told.push(Told::of(finding));
        }
    }
    let is_over = |alert: &&Alert| alert.open && !findings.iter().any(|finding| finding.name == alert.name);
    plan.changes.extend(known.iter().filter(is_over).map(|alert| Alert { open: false, ..alert.clone() }));
    plan.told.sort_by_key(|told| std::cmp::Reverse(told.level));
    plan
}

fn is_due(finding: &Finding, before: Option<&Alert>, calm: bool, now: Timestamp) -> bool {
    let told = before.and_then(|alert| Some((alert.told_at?, alert.level)));
    match (finding.level, told) {
        (Level::Problem, None) => true,
        (Level::Problem, Some((at, Level::Warning))) => now.since(at) >= WORSE_AFTER,
        (Level::Problem, Some((at, Level::Problem))) => now.since(at) >= PROBLEM_AGAIN,
        (Level::Warning, None) => calm,
        (Level::Warning, Some((at, _))) => calm && now.since(at) >= WARNING_AGAIN,
    }
}

/// Where at the desk something can be done about it; `code` = [`AlertName::code`].
pub(crate) fn place_of(code: &str) -> Action {
    let (kind, subject) = code.split_once(':').unwrap_or((code, ""));
    Action::Desk(match AlertKind::from_code(kind) {
        Some(AlertKind::Receipts | AlertKind::Payments) => DeskAct::Waiting,
        Some(AlertKind::Errors | AlertKind::Drift) => DeskAct::Model { model: Key::of(subject) },
        _ => DeskAct::Health,
    })
}

/// The words of what an alert is about.
pub(crate) fn title_of(code: &str) -> &'static str {
    let kind = code.split_once(':').map_or(code, |(kind, _)| kind);
    match AlertKind::from_code(kind) {
        Some(AlertKind::Account) | None => "health-account",
        Some(AlertKind::Credits) => "health-credits",
        Some(AlertKind::Errors) => "alert-errors",
        Some(AlertKind::Stuck) => "health-stuck",
        Some(AlertKind::Receipts) => "health-receipts",
        Some(AlertKind::Audit) => "health-audit",
        Some(AlertKind::Drift) => "alert-drift",
        Some(AlertKind::Updates) => "health-updates",
        Some(AlertKind::Payments) => "health-payments",
    }
}

#[cfg(test)]
mod tests;
