//! Rows of what is not sold for a while: everything, or one model.

use diesel::prelude::{AsChangeset, Insertable, Queryable};
use domain::clock::Timestamp;
use domain::ids::ModelId;
use domain::pause::{Pause, PauseReason};
use domain::rest::Rest;

use super::{code, figure};
use crate::error::Fault;
use crate::schema::{pauses, rests};

/// The name of the one row of `pauses`.
pub(crate) const SELLING: &str = "selling";

/// A row of `pauses`.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = pauses, treat_none_as_default_value = false, treat_none_as_null = true, primary_key(name))]
pub(crate) struct PauseRow {
    name: String,
    reason: String,
    since: i64,
    until: i64,
    tries: i64,
    ended_at: Option<i64>,
    version: i64,
}

impl PauseRow {
    /// The row of a pause that was looked at with its `version`.
    pub(crate) fn after(pause: &Pause) -> Self {
        Self {
            name: SELLING.to_owned(),
            reason: pause.reason.code().to_owned(),
            since: pause.since.as_micros(),
            until: pause.until.as_micros(),
            tries: pause.tries.into(),
            ended_at: pause.ended_at.map(Timestamp::as_micros),
            version: pause.version + 1,
        }
    }

    /// What the row means.
    pub(crate) fn into_pause(self) -> Result<Pause, Fault> {
        Ok(Pause {
            reason: code("pauses.reason", &self.reason, PauseReason::from_code)?,
            since: Timestamp::from_micros(self.since),
            until: Timestamp::from_micros(self.until),
            tries: figure("pauses.tries", self.tries)?,
            ended_at: self.ended_at.map(Timestamp::from_micros),
            version: self.version,
        })
    }
}

/// A row of `rests`.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = rests, treat_none_as_default_value = false, treat_none_as_null = true, primary_key(model))]
pub(crate) struct RestRow {
    model: String,
    at: i64,
    until: i64,
    repeats: i64,
    failed: i64,
    looked_at: i64,
    ended_at: Option<i64>,
}

impl RestRow {
    /// The row of a rest.
    pub(crate) fn of(rest: &Rest) -> Self {
        Self {
            model: rest.model.0.clone(),
            at: rest.at.as_micros(),
            until: rest.until.as_micros(),
            repeats: rest.repeats.into(),
            failed: rest.failed.into(),
            looked_at: rest.of.into(),
            ended_at: rest.ended_at.map(Timestamp::as_micros),
        }
    }

    /// What the row means.
    pub(crate) fn into_rest(self) -> Result<Rest, Fault> {
        Ok(Rest {
            model: ModelId(self.model),
            at: Timestamp::from_micros(self.at),
            until: Timestamp::from_micros(self.until),
            repeats: figure("rests.repeats", self.repeats)?,
            failed: figure("rests.failed", self.failed)?,
            of: figure("rests.looked_at", self.looked_at)?,
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}
