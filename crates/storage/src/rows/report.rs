//! Rows of figures: what a query counts of a span, what is kept of a day that is over, and what they mean together.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::{Insertable, Queryable, QueryableByName};
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::clock::Timestamp;
use domain::figures::{DayFigures, ModelFigures, Span};
use domain::generation::StateKind;
use domain::ids::ModelId;
use domain::money::Money;
use domain::ports::{Funnel, LiveFigures, UserFigures};

use super::{code, count, from_json, to_json};
use crate::error::Fault;
use crate::schema::{report_days, report_models};

/// Generations of one model in one state (`ordered`: in whatever state).
#[derive(QueryableByName)]
pub(crate) struct CountRow {
    #[diesel(sql_type = Text)]
    model: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    figure: i64,
}

/// One success.
#[derive(QueryableByName)]
pub(crate) struct MadeRow {
    #[diesel(sql_type = Text)]
    model: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    cost: Option<i64>,
    /// From confirm to success, in microseconds.
    #[diesel(sql_type = BigInt)]
    waited: i64,
}

/// What moved between the wallets and the outside.
#[derive(QueryableByName)]
pub(crate) struct MovedRow {
    #[diesel(sql_type = BigInt)]
    paid_in: i64,
    #[diesel(sql_type = BigInt)]
    paid_back: i64,
    #[diesel(sql_type = BigInt)]
    given: i64,
}

/// What generations of one model earned; of what names none, the model is absent.
#[derive(QueryableByName)]
pub(crate) struct EarnedRow {
    #[diesel(sql_type = Nullable<Text>)]
    model: Option<String>,
    #[diesel(sql_type = BigInt)]
    captured: i64,
    #[diesel(sql_type = BigInt)]
    refunded: i64,
}

/// The figures of a span out of what was counted in it.
pub(crate) fn figures_of(
    new_users: i64,
    moved: &MovedRow,
    counted: Vec<CountRow>,
    made: Vec<MadeRow>,
    earned: Vec<EarnedRow>,
) -> Result<DayFigures, Fault> {
    let mut day = DayFigures {
        new_users: count("users", new_users)?,
        paid_in: Money::from_kopecks(moved.paid_in),
        paid_back: Money::from_kopecks(moved.paid_back),
        given: Money::from_kopecks(moved.given),
        ..DayFigures::default()
    };
    for row in counted {
        let figure = count("generations", row.figure)?;
        let figures = day.of_model(Some(ModelId(row.model)));
        match row.state.as_str() {
            ORDERED => figures.ordered = figure,
            state if state == StateKind::Failed.code() => figures.failed = figure,
            state if state == StateKind::Cancelled.code() => figures.cancelled = figure,
            other => return Err(Fault::row("generations.state", other)),
        }
    }
    for row in made {
        let figures = day.of_model(Some(ModelId(row.model)));
        figures.succeeded += 1;
        figures.waits.note(Duration::from_micros(u64::try_from(row.waited).unwrap_or(0)));
        match row.cost.map(Money::from_kopecks) {
            Some(cost) => {
                let sum = figures.cost.checked_add(cost);
                figures.cost = sum.map_err(|overflow| Fault::Row(format!("successes.cost: {overflow}")))?;
            }
            None => figures.costless += 1,
        }
    }
    for row in earned {
        let figures = day.of_model(row.model.map(ModelId));
        figures.captured = Money::from_kopecks(row.captured);
        figures.refunded = Money::from_kopecks(row.refunded);
    }
    Ok(day)
}

/// What stands for a state where all orders are counted.
pub(crate) const ORDERED: &str = "ordered";

/// A row of `report_days`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = report_days)]
pub(crate) struct DayRow {
    begins_at: i64,
    ends_at: i64,
    new_users: i64,
    paid_in: i64,
    paid_back: i64,
    given: i64,
}

impl DayRow {
    /// The row of a day's figures.
    pub(crate) fn of(day: Span, figures: &DayFigures) -> Result<Self, Fault> {
        Ok(Self {
            begins_at: day.from.as_micros(),
            ends_at: day.until.as_micros(),
            new_users: kept(figures.new_users)?,
            paid_in: figures.paid_in.kopecks(),
            paid_back: figures.paid_back.kopecks(),
            given: figures.given.kopecks(),
        })
    }

    /// What the row means; the models stand in other rows.
    pub(crate) fn into_figures(self) -> Result<(Span, DayFigures), Fault> {
        let figures = DayFigures {
            new_users: count("report_days.new_users", self.new_users)?,
            paid_in: Money::from_kopecks(self.paid_in),
            paid_back: Money::from_kopecks(self.paid_back),
            given: Money::from_kopecks(self.given),
            ..DayFigures::default()
        };
        Ok((span(self.begins_at, self.ends_at), figures))
    }
}

/// A row of `report_models`.
#[derive(Queryable, Insertable)]
#[diesel(table_name = report_models)]
pub(crate) struct ModelRow {
    begins_at: i64,
    ends_at: i64,
    model: String,
    ordered: i64,
    succeeded: i64,
    failed: i64,
    cancelled: i64,
    captured: i64,
    refunded: i64,
    cost: i64,
    costless: i64,
    waits: String,
}

impl ModelRow {
    /// The rows of a day's models.
    pub(crate) fn all_of(day: Span, figures: &DayFigures) -> Result<Vec<Self>, Fault> {
        let models = figures.models.iter().map(|(model, figures)| (model.0.as_str(), figures));
        let untold = (figures.untold != ModelFigures::default()).then_some(("", &figures.untold));
        models.chain(untold).map(|(model, figures)| Self::of(day, model, figures)).collect()
    }

    fn of(day: Span, model: &str, figures: &ModelFigures) -> Result<Self, Fault> {
        Ok(Self {
            begins_at: day.from.as_micros(),
            ends_at: day.until.as_micros(),
            model: model.to_owned(),
            ordered: kept(figures.ordered)?,
            succeeded: kept(figures.succeeded)?,
            failed: kept(figures.failed)?,
            cancelled: kept(figures.cancelled)?,
            captured: figures.captured.kopecks(),
            refunded: figures.refunded.kopecks(),
            cost: figures.cost.kopecks(),
            costless: kept(figures.costless)?,
            waits: to_json("report_models.waits", &figures.waits)?,
        })
    }

    /// What the row means: of which span, of which model, if of any.
    pub(crate) fn into_figures(self) -> Result<(Span, Option<ModelId>, ModelFigures), Fault> {
        let figures = ModelFigures {
            ordered: count("report_models.ordered", self.ordered)?,
            succeeded: count("report_models.succeeded", self.succeeded)?,
            failed: count("report_models.failed", self.failed)?,
            cancelled: count("report_models.cancelled", self.cancelled)?,
            captured: Money::from_kopecks(self.captured),
            refunded: Money::from_kopecks(self.refunded),
            cost: Money::from_kopecks(self.cost),
            costless: count("report_models.costless", self.costless)?,
            waits: from_json("report_models.waits", &self.waits)?,
        };
        let model = (!self.model.is_empty()).then_some(ModelId(self.model));
        Ok((span(self.begins_at, self.ends_at), model, figures))
    }
}

/// A span of two columns.
pub(crate) const fn span(begins_at: i64, ends_at: i64) -> Span {
    Span { from: Timestamp::from_micros(begins_at), until: Timestamp::from_micros(ends_at) }
}

fn kept(figure: u64) -> Result<i64, Fault> {
    i64::try_from(figure).map_err(|_| Fault::row("a figure", figure))
}

/// One live state.
#[derive(QueryableByName)]
pub(crate) struct LiveRow {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    figure: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    oldest: Option<i64>,
}

/// The live states, also those that nothing is in.
pub(crate) fn states_of(rows: Vec<LiveRow>) -> Result<Vec<LiveFigures>, Fault> {
    let live = StateKind::ALL.iter().copied().filter(|state| state.is_live());
    let mut states: Vec<_> = live.map(|state| LiveFigures { state, count: 0, oldest: None }).collect();
    for row in rows {
        let kind = code("generations.state", &row.state, StateKind::from_code)?;
        if let Some(found) = states.iter_mut().find(|found| found.state == kind) {
            found.count = count("generations", row.figure)?;
            found.oldest = row.oldest.map(Timestamp::from_micros);
        }
    }
    Ok(states)
}

/// How far the users of a span have come.
pub(crate) fn funnel_of(came: i64, ordered: i64, paid: i64) -> Result<Funnel, Fault> {
    Ok(Funnel {
        came: count("users", came)?,
        ordered: count("first_steps", ordered)?,
        paid: count("first_steps", paid)?,
    })
}

/// What is known of one user beside the generations.
#[derive(QueryableByName)]
pub(crate) struct UserRow {
    #[diesel(sql_type = BigInt)]
    first_seen: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_seen: Option<i64>,
    #[diesel(sql_type = BigInt)]
    spent: i64,
    #[diesel(sql_type = BigInt)]
    paid_in: i64,
    #[diesel(sql_type = BigInt)]
    paid_back: i64,
}

/// A user's figures.
pub(crate) fn user_figures_of(user: &UserRow, counted: Vec<CountRow>) -> Result<UserFigures, Fault> {
    let mut generations: BTreeMap<StateKind, u64> = BTreeMap::new();
    let mut models: BTreeMap<ModelId, u64> = BTreeMap::new();
    for row in counted {
        let figure = count("generations", row.figure)?;
        *generations.entry(code("generations.state", &row.state, StateKind::from_code)?).or_default() += figure;
        *models.entry(ModelId(row.model)).or_default() += figure;
    }
    let most = models.values().copied().max();
    Ok(UserFigures {
        first_seen: Timestamp::from_micros(user.first_seen),
        last_seen: user.last_seen.filter(|at| *at > 0).map(Timestamp::from_micros),
        generations,
        spent: Money::from_kopecks(user.spent),
        paid_in: Money::from_kopecks(user.paid_in),
        paid_back: Money::from_kopecks(user.paid_back),
        top_model: models.into_iter().find(|(_, figure)| Some(*figure) == most).map(|(model, _)| model),
    })
}

/// The figures of one model out of what was counted of it alone.
pub(crate) fn model_figures_of(
    model: &ModelId,
    counted: Vec<CountRow>,
    made: Vec<MadeRow>,
    earned: Vec<EarnedRow>,
) -> Result<ModelFigures, Fault> {
    let nothing = MovedRow { paid_in: 0, paid_back: 0, given: 0 };
    let mut day = figures_of(0, &nothing, counted, made, earned)?;
    Ok(day.models.remove(model).unwrap_or_default())
}
