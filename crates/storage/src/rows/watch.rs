//! Rows of what is watched over.

use std::time::Duration;

use diesel::prelude::{AsChangeset, Insertable, Queryable};
use domain::clock::Timestamp;
use domain::generation::State;
use domain::ids::ModelId;
use domain::ports::Ended;
use domain::watch::{Alert, AlertKind, AlertName, AuditRun, Level};

use super::{code, count, from_json, to_json};
use crate::error::Fault;
use crate::schema::{alerts, audits};

/// A row of `audits`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = audits)]
pub(crate) struct AuditRunRow {
    at: i64,
    took_ms: i64,
    checked: i64,
    findings: String,
}

impl AuditRunRow {
    /// The row of an audit. A count that no column can say stands as the largest that it can.
    pub(crate) fn of(run: &AuditRun) -> Result<Self, Fault> {
        Ok(Self {
            at: run.at.as_micros(),
            took_ms: i64::try_from(run.took.as_millis()).unwrap_or(i64::MAX),
            checked: i64::try_from(run.checked).unwrap_or(i64::MAX),
            findings: to_json("audits.findings", &run.findings)?,
        })
    }

    /// What the row means.
    pub(crate) fn into_run(self) -> Result<AuditRun, Fault> {
        Ok(AuditRun {
            at: Timestamp::from_micros(self.at),
            took: Duration::from_millis(count("audits.took_ms", self.took_ms)?),
            checked: count("audits.checked", self.checked)?,
            findings: from_json("audits.findings", &self.findings)?,
        })
    }
}

/// A row of `alerts`.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = alerts, treat_none_as_default_value = false, treat_none_as_null = true, primary_key(kind, subject))]
pub(crate) struct AlertRow {
    kind: String,
    subject: String,
    level: String,
    first_at: i64,
    last_at: i64,
    told_at: Option<i64>,
    muted_until: Option<i64>,
    open: bool,
    version: i64,
}

impl AlertRow {
    /// The row that an alert becomes: one version later than the one that was looked at.
    pub(crate) fn after(alert: &Alert) -> Self {
        Self {
            kind: alert.name.kind.code().to_owned(),
            subject: alert.name.subject.clone(),
            level: alert.level.code().to_owned(),
            first_at: alert.first_at.as_micros(),
            last_at: alert.last_at.as_micros(),
            told_at: alert.told_at.map(Timestamp::as_micros),
            muted_until: alert.muted_until.map(Timestamp::as_micros),
            open: alert.open,
            version: alert.version + 1,
        }
    }

    /// What the row means.
    pub(crate) fn into_alert(self) -> Result<Alert, Fault> {
        let kind = code("alerts.kind", &self.kind, AlertKind::from_code)?;
        Ok(Alert {
            name: AlertName { kind, subject: self.subject },
            level: code("alerts.level", &self.level, Level::from_code)?,
            first_at: Timestamp::from_micros(self.first_at),
            last_at: Timestamp::from_micros(self.last_at),
            told_at: self.told_at.map(Timestamp::from_micros),
            muted_until: self.muted_until.map(Timestamp::from_micros),
            open: self.open,
            version: self.version,
        })
    }
}

/// What `generations.{model, facts, since}` say of how one ended.
pub(crate) fn into_ended((model, facts, since): (String, String, i64)) -> Result<Ended, Fault> {
    let failure = match from_json("generations.facts", &facts)? {
        State::Failed(failure) => Some(failure.reason),
        _ => None,
    };
    Ok(Ended { model: ModelId(model), failure, at: Timestamp::from_micros(since) })
}
