//! The figures of one model. What is counted here costs by what that model did, not by what everybody did.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use domain::figures::{ModelFigures, Span};
use domain::ids::ModelId;

use super::super::Conn;
use super::ends;
use crate::error::Fault;
use crate::rows::{CountRow, EarnedRow, MadeRow, ModelRow, model_figures_of, span};
use crate::schema::{report_days, report_models};

/// The rows of a query whose `$1` and `$2` are the ends of a span, and `$3` a model. SQLite numbers parameters as they appear: so must the text.
macro_rules! within {
    ($conn:expr, $row:ty, $span:expr, $model:expr, $sql:expr) => {
        diesel::sql_query($sql)
            .bind::<BigInt, _>($span.from.as_micros())
            .bind::<BigInt, _>($span.until.as_micros())
            .bind::<Text, _>(&$model.0)
            .load::<$row>($conn)
            .await?
    };
}

const ORDERED: &str = "SELECT model, 'ordered' AS state, COUNT(*) AS figure FROM generations
     WHERE created_at >= $1 AND created_at < $2 AND model = $3 GROUP BY model";

const IN_VAIN: &str = "SELECT model, state, COUNT(*) AS figure FROM generations
     WHERE state IN ('failed', 'cancelled') AND since >= $1 AND since < $2 AND model = $3 GROUP BY model, state";

const MADE: &str = "SELECT s.model, s.cost, s.at - g.created_at AS waited
     FROM successes s JOIN generations g ON g.id = s.generation_id WHERE s.at >= $1 AND s.at < $2 AND s.model = $3";

/// A capture is written with its success; what went back of captures is rare, so few of a span's transfers are looked up.
const EARNED: &str = "SELECT
         (SELECT CAST(COALESCE(SUM(s.earned), 0) AS BIGINT) FROM successes s
             WHERE s.at >= $1 AND s.at < $2 AND s.model = $3) AS captured,
         (SELECT CAST(COALESCE(SUM(t.amount), 0) AS BIGINT) FROM transfers t
             JOIN operations o ON o.id = t.operation_id JOIN generations g ON g.id = o.generation_id
             WHERE t.at >= $1 AND t.at < $2 AND t.unit = 'money' AND t.phase = 'posted' AND t.debit = 'revenue/generation'
                 AND g.model = $3) AS refunded,
         CAST($3 AS TEXT) AS model";

/// The figures of a model in these spans.
pub(crate) async fn model_days(conn: &mut Conn, model: ModelId, days: Vec<Span>) -> Result<Vec<ModelFigures>, Fault> {
    let kept = kept(conn, &model, &days).await?;
    let mut figures = Vec::with_capacity(days.len());
    for day in days {
        figures.push(match kept.get(&day) {
            Some(known) => known.clone(),
            None => counted(conn, &model, day).await?,
        });
    }
    Ok(figures)
}

async fn counted(conn: &mut Conn, model: &ModelId, day: Span) -> Result<ModelFigures, Fault> {
    let mut counts = within!(conn, CountRow, day, model, ORDERED);
    counts.extend(within!(conn, CountRow, day, model, IN_VAIN));
    let made = within!(conn, MadeRow, day, model, MADE);
    let earned = within!(conn, EarnedRow, day, model, EARNED);
    model_figures_of(model, counts, made, earned)
}

/// What is kept of these spans; a kept span without the model had nothing of it. The days are read first: their models were written with them.
async fn kept(conn: &mut Conn, model: &ModelId, days: &[Span]) -> Result<BTreeMap<Span, ModelFigures>, Fault> {
    let Some((first, last)) = ends(days) else { return Ok(BTreeMap::new()) };
    let rows = report_days::table
        .filter(report_days::begins_at.ge(first).and(report_days::begins_at.le(last)))
        .select((report_days::begins_at, report_days::ends_at))
        .load::<(i64, i64)>(conn)
        .await?;
    let mut kept: BTreeMap<_, _> =
        rows.into_iter().map(|(begins_at, ends_at)| (span(begins_at, ends_at), ModelFigures::default())).collect();
    let rows = report_models::table
        .filter(report_models::begins_at.ge(first).and(report_models::begins_at.le(last)))
        .filter(report_models::model.eq(&model.0));
    for row in rows.load::<ModelRow>(conn).await? {
        let (day, _, figures) = row.into_figures()?;
        if let Some(kept) = kept.get_mut(&day) {
            *kept = figures;
        }
    }
    Ok(kept)
}
