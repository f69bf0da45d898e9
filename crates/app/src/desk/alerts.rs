//! What the desk is told of by itself: which alerts are due, and which of them are told now. Pure.
//!
//! Invariants
//! - One thing is told once in [`Level`]'s time, however often it is seen, however often it ends and comes back meanwhile, and whoever looks: what
//!   was told stands in the alert's row, and is written in the commit that tells it.
//! - A problem that was told is told to be over, once it has kept away for a while; if it comes back later, that is told again.
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
use domain::rest::Rest;
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
    /// It is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
}

impl Told {
    fn of(finding: &Finding) -> Self {
        Self { alert: finding.name.code(), level: finding.level, found: finding.found.clone(), over: false }
    }

    fn over(alert: &Alert) -> Self {
        let found = Notice::new("alert-ended").span("span", alert.last_at.since(alert.first_at));
        Self { alert: alert.name.code(), level: alert.level, found, over: true }
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
/// What keeps away for so long is over; what comes and goes by the minute is one trouble.
const OVER_AFTER: Duration = Duration::from_secs(10 * 60);
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

/// What is wrong, by the lines of health and by how models do; `rests` = those that go on.
pub fn findings(lines: &[Line], rests: &[Rest], drifts: &[Drift], catalog: &Catalog) -> Vec<Finding> {
    let of_line = |line: &Line| {
        let name = AlertName::only(kind_of(line.check)?);
        Some(Finding { name, level: line.level?, found: line.found.clone() })
    };
    let mut findings: Vec<Finding> = lines.iter().filter_map(of_line).collect();
    let titled = |key: &str, model: &ModelId| match catalog.model(model) {
        Some(known) => Notice::new(key).title("model", known.title.clone()),
        None => Notice::new(key).words("model", model.0.clone()),
    };
    findings.extend(rests.iter().map(|rest| {
        Finding {
            name: AlertName { kind: AlertKind::Errors, subject: rest.model.0.clone() },
            level: Level::Problem,
            found: titled("found-errors", &rest.model)
                .number("failed", rest.failed)
                .number("n", rest.of)
                .span("span", rest.until.since(rest.at)),
        }
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

/// The rests that begin now. A model's ends count from the end of its last rest on; `ended` = newest first.
pub fn resting(ended: &[Ended], rests: &[Rest], now: Timestamp) -> Vec<Rest> {
    let last = |model: &ModelId| rests.iter().find(|rest| rest.model == *model);
    let counts = |end: &&Ended| last(&end.model).is_none_or(|rest| end.at > rest.end());
    let ended: Vec<Ended> = ended.iter().filter(counts).cloned().collect();
    let begun = failing(&ended).into_iter().map(|(model, failed, of)| {
        let figure = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let before = last(&model).cloned();
        Rest::of(model, figure(failed), figure(of), before.as_ref(), now)
    });
    begun.collect()
}

/// The models that fail too often, with how many of how many last ends; `ended` = newest first. What a user's own wish, our account at KIE or
/// our own queue made fail tells nothing of the model.
fn failing(ended: &[Ended]) -> Vec<(ModelId, usize, usize)> {
    let mut ends: BTreeMap<&ModelId, Vec<bool>> = BTreeMap::new();
    for end in ended {
        let failed = match end.failure {
            None => false,
            Some(
                FailureReason::InputsRefused
                | FailureReason::ContentRefused
                | FailureReason::ServiceUnavailable
                | FailureReason::QueuedTooLong,
            ) => continue,
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
    let is_away = |alert: &Alert| match alert.level {
        Level::Warning => true,
        Level::Problem => now.since(alert.last_at) >= OVER_AFTER,
    };
    let is_found = |alert: &Alert| findings.iter().any(|finding| finding.name == alert.name);
    for alert in known.iter().filter(|alert| alert.open && is_away(alert) && !is_found(alert)) {
        plan.changes.push(Alert { open: false, ..alert.clone() });
        if alert.level == Level::Problem && is_told(alert) && !alert.is_muted(now) {
            plan.told.push(Told::over(alert));
        }
    }
    plan.told.sort_by_key(|told| (told.over, std::cmp::Reverse(told.level)));
    plan
}

fn is_due(finding: &Finding, before: Option<&Alert>, calm: bool, now: Timestamp) -> bool {
    let told = before.and_then(|alert| Some((alert.told_at?, alert.level)));
    match (finding.level, told) {
        (Level::Problem, None) => true,
        (Level::Problem, Some((at, Level::Warning))) => now.since(at) >= WORSE_AFTER,
        (Level::Problem, Some((at, Level::Problem))) if before.is_some_and(is_told) => now.since(at) >= PROBLEM_AGAIN,
        // The desk was told that it was over.
        (Level::Problem, Some((at, Level::Problem))) => now.since(at) >= CALM,
        (Level::Warning, None) => calm,
        (Level::Warning, Some((at, _))) => calm && now.since(at) >= WARNING_AGAIN,
    }
}

/// Whether the desk heard of it since it is open.
fn is_told(alert: &Alert) -> bool {
    alert.open && alert.told_at.is_some_and(|told| told >= alert.first_at)
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
