//! Rows of successes and what is read out of them, and of the models that are stopped because of them.

use diesel::prelude::{AsChangeset, Insertable, Queryable};
use domain::clock::Timestamp;
use domain::free::Means;
use domain::generation::Success;
use domain::ids::{GenerationId, ModelId};
use domain::money::{Credits, Money};
use domain::ports::{Drift, Stop, StopReason};
use domain::quote::{Margin, Quote};

use super::{Bytes, count};
use crate::error::Fault;
use crate::schema::{stops, successes};

/// A row of `successes`.
#[derive(Insertable)]
#[diesel(table_name = successes, treat_none_as_default_value = false)]
pub(crate) struct SuccessRow {
    generation_id: Bytes,
    model: String,
    metered: bool,
    cost_credits: Option<i64>,
    took_ms: i64,
    at: i64,
    quoted_credits: i64,
    earned: Option<i64>,
    cost: Option<i64>,
}

impl SuccessRow {
    /// The row of a success that is recorded at `at`, of a generation of this model and quote. What was not paid with money earned none.
    pub(crate) fn of(
        id: GenerationId,
        model: &str,
        means: Means,
        quote: &Quote,
        success: &Success,
        at: Timestamp,
    ) -> Self {
        let margin = quote.margin(success.cost);
        Self {
            generation_id: id.as_bytes().to_vec(),
            model: model.to_owned(),
            metered: quote.cost.metered,
            cost_credits: margin.taken.map(Credits::raw),
            took_ms: success.took_ms,
            at: at.as_micros(),
            quoted_credits: margin.quoted.raw(),
            earned: (means == Means::Money).then(|| margin.earned.kopecks()),
            cost: margin.cost.map(Money::kopecks),
        }
    }
}

/// What a margin needs of `successes`: quoted_credits, cost_credits, earned, cost.
#[derive(Queryable)]
pub(crate) struct MarginRow {
    quoted: i64,
    taken: i64,
    earned: i64,
    cost: i64,
}

impl MarginRow {
    /// What the row means.
    pub(crate) fn into_margin(self) -> Margin {
        Margin {
            quoted: Credits::from_raw(self.quoted),
            taken: Some(Credits::from_raw(self.taken)),
            earned: Money::from_kopecks(self.earned),
            cost: Some(Money::from_kopecks(self.cost)),
        }
    }
}

/// A group of `successes`: model, metered, how many, and the sums of quoted_credits, cost_credits, earned, cost.
#[derive(Queryable)]
pub(crate) struct DriftRow {
    model: String,
    metered: bool,
    successes: i64,
    quoted: i64,
    taken: i64,
    earned: i64,
    cost: i64,
}

impl DriftRow {
    /// What the row means.
    pub(crate) fn into_drift(self) -> Result<Drift, Fault> {
        Ok(Drift {
            model: ModelId(self.model),
            metered: self.metered,
            successes: count("successes", self.successes)?,
            quoted: Credits::from_raw(self.quoted),
            taken: Credits::from_raw(self.taken),
            earned: Money::from_kopecks(self.earned),
            cost: Money::from_kopecks(self.cost),
        })
    }
}

/// A row of `stops`.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = stops, primary_key(model), treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct StopRow {
    model: String,
    reason: String,
    at: i64,
    resumed_at: Option<i64>,
}

impl StopRow {
    /// The row of a stop.
    pub(crate) fn of(stop: &Stop) -> Self {
        Self {
            model: stop.model.0.clone(),
            reason: stop.reason.code().to_owned(),
            at: stop.at.as_micros(),
            resumed_at: None,
        }
    }

    /// What the row means.
    pub(crate) fn into_stop(self) -> Result<Stop, Fault> {
        Ok(Stop {
            // A newer version stops for more reasons. Whatever it was, it is not sold until somebody says so.
            reason: StopReason::from_code(&self.reason).unwrap_or(StopReason::Desk),
            model: ModelId(self.model),
            at: Timestamp::from_micros(self.at),
        })
    }
}
