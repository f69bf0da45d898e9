//! What is known of models by the generations that they made: whose they are, how many, how long, and what they brought.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::ids::{ModelId, UserId};
use domain::ports::{Drift, Took};
use domain::quote::Margin;

use super::Conn;
use crate::error::Fault;
use crate::prepared::Prepare;
use crate::rows::{DriftRow, MarginRow, count};
use crate::schema::{generations, stops, successes};
use crate::took::took_of;

/// The models that a user ordered, the latest first. A user has few of them, so they are put in order here: databases differ in how they
/// order text.
pub(crate) async fn recent(conn: &mut Conn, user: UserId, limit: u32) -> Result<Vec<ModelId>, Fault> {
    let ordered = generations::table
        .filter(generations::user_id.eq(user.as_bytes().as_slice()))
        .group_by(generations::model)
        .select((generations::model, diesel::dsl::max(generations::created_at)));
    let mut ordered = ordered.load::<(String, Option<i64>)>(conn).await?;
    ordered.sort_unstable_by(|(model, at), (other, other_at)| other_at.cmp(at).then_with(|| model.cmp(other)));
    ordered.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(ordered.into_iter().map(|(model, _)| ModelId(model)).collect())
}

/// The models with the most successes since then, and how many; put in order here as well.
pub(crate) async fn popular(conn: &mut Conn, since: Timestamp, limit: u32) -> Result<Vec<(ModelId, u64)>, Fault> {
    let made = successes::table
        .filter(successes::at.ge(since.as_micros()))
        .group_by(successes::model)
        .select((successes::model, diesel::dsl::count_star()));
    let mut made = made.load::<(String, i64)>(conn).await?;
    made.sort_unstable_by(|(model, figure), (other, others)| others.cmp(figure).then_with(|| model.cmp(other)));
    made.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    made.into_iter().map(|(model, figure)| Ok((ModelId(model), count("successes", figure)?))).collect()
}

/// How long a model's last `sample` successes took.
pub(crate) async fn took(conn: &mut Conn, model: ModelId, sample: u32) -> Result<Option<Took>, Fault> {
    let millis = successes::table
        .filter(successes::model.eq(&model.0))
        .order((successes::at.desc(), successes::generation_id.desc()))
        .limit(sample.into())
        .select(successes::took_ms)
        .load::<i64>(conn)
        .await?;
    Ok(took_of(millis, sample))
}

/// What a model's last successes since it was sold again brought of which the cost is known, the newest first. A row that has its cost and
/// what it earned has the other figures, too; what was not paid with money earned nothing and is left out.
pub(crate) async fn margins(conn: &mut Conn, model: ModelId, limit: u32) -> Result<Vec<Margin>, Fault> {
    let resumed_since = stops::table.find(&model.0).filter(stops::resumed_at.ge(successes::at.nullable()));
    let rows = successes::table
        .filter(successes::model.eq(&model.0).and(successes::cost.is_not_null()).and(successes::earned.is_not_null()))
        .filter(diesel::dsl::not(diesel::dsl::exists(resumed_since)))
        .order((successes::at.desc(), successes::generation_id.desc()))
        .limit(limit.into())
        .select((
            successes::quoted_credits.assume_not_null(),
            successes::cost_credits.assume_not_null(),
            successes::earned.assume_not_null(),
            successes::cost.assume_not_null(),
        ))
        .load::<MarginRow>(conn)
        .await?;
    Ok(rows.into_iter().map(MarginRow::into_margin).collect())
}

/// The figures of the successes that a filter leaves, added up by model and kind of quote; put in order here.
macro_rules! added_up {
    ($conn:expr, $filter:expr) => {{
        let sums = successes::table
            .filter($filter)
            .filter(successes::cost.is_not_null().and(successes::earned.is_not_null()))
            .group_by((successes::model, successes::metered))
            .select((
                successes::model,
                successes::metered,
                diesel::dsl::count_star(),
                sum("quoted_credits"),
                sum("cost_credits"),
                sum("earned"),
                sum("cost"),
            ));
        let rows = sums.prepared().load::<DriftRow>($conn).await?;
        let mut drifts = rows.into_iter().map(DriftRow::into_drift).collect::<Result<Vec<_>, _>>()?;
        drifts.sort_unstable_by(|one, other| (&one.model, one.metered).cmp(&(&other.model, other.metered)));
        Ok(drifts)
    }};
}

/// The same figures of all models since then.
pub(crate) async fn drifts(conn: &mut Conn, since: Timestamp) -> Result<Vec<Drift>, Fault> {
    added_up!(conn, successes::at.ge(since.as_micros()))
}

/// The same figures of one model since then.
pub(crate) async fn drifts_of(conn: &mut Conn, model: ModelId, since: Timestamp) -> Result<Vec<Drift>, Fault> {
    added_up!(conn, successes::model.eq(&model.0).and(successes::at.ge(since.as_micros())))
}

/// The sum of a column, as wide as the column itself: PostgreSQL would make it a NUMERIC. One that does not fit is an error of the database,
/// never a wrong figure.
fn sum(column: &'static str) -> SqlLiteral<BigInt> {
    sql(&format!("CAST(SUM({column}) AS BIGINT)"))
}
