//! Figures about everybody: of days that are over they are kept, of the others counted.
//!
//! These statements are not prepared: what is quick depends on how much a span holds, so the database shall know it when it plans.

mod model;
mod people;

pub(crate) use model::model_days;
pub(crate) use people::{complete_names, page, user_figures};

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use domain::clock::Timestamp;
use domain::figures::{DayFigures, Span};
use domain::ports::{Funnel, LiveFigures, seen_hour};
use futures_util::FutureExt;

use super::{Conn, tx};
use crate::error::Fault;
use crate::rows::{
    CountRow, DayRow, EarnedRow, LiveRow, MadeRow, ModelRow, MovedRow, count, figures_of, funnel_of, span, states_of,
};
use crate::schema::{report_days, report_models};

#[derive(QueryableByName)]
struct Figure {
    #[diesel(sql_type = BigInt)]
    figure: i64,
}

/// The rows of a query whose `$1` and `$2` are the ends of a span.
macro_rules! within {
    ($conn:expr, $row:ty, $span:expr, $sql:expr) => {
        diesel::sql_query($sql)
            .bind::<BigInt, _>($span.from.as_micros())
            .bind::<BigInt, _>($span.until.as_micros())
            .load::<$row>($conn)
            .await?
    };
}

const CAME: &str = "SELECT COUNT(*) AS figure FROM users WHERE created_at >= $1 AND created_at < $2";

const STEPPED: [&str; 2] = [
    "SELECT COUNT(*) AS figure FROM first_steps WHERE step = 'order' AND came_at >= $1 AND came_at < $2",
    "SELECT COUNT(*) AS figure FROM first_steps WHERE step = 'payment' AND came_at >= $1 AND came_at < $2",
];

const ORDERED: &str = "SELECT model, 'ordered' AS state, COUNT(*) AS figure FROM generations
     WHERE created_at >= $1 AND created_at < $2 GROUP BY model";

const IN_VAIN: &str = "SELECT model, state, COUNT(*) AS figure FROM generations
     WHERE state IN ('failed', 'cancelled') AND since >= $1 AND since < $2 GROUP BY model, state";

const MADE: &str = "SELECT s.model, s.cost, s.at - g.created_at AS waited
     FROM successes s JOIN generations g ON g.id = s.generation_id WHERE s.at >= $1 AND s.at < $2";

const MOVED: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN debit LIKE 'cash/%' THEN amount END), 0) AS BIGINT) AS paid_in,
         CAST(COALESCE(SUM(CASE WHEN credit LIKE 'cash/%' THEN amount END), 0) AS BIGINT) AS paid_back,
         CAST(COALESCE(SUM(CASE WHEN debit LIKE 'bonus/%' THEN amount END), 0) AS BIGINT) AS given
     FROM transfers WHERE at >= $1 AND at < $2 AND unit = 'money' AND phase IN ('posted', 'captured')";

const EARNED: &str =
    "SELECT g.model, CAST(SUM(CASE WHEN t.phase = 'captured' THEN t.amount ELSE 0 END) AS BIGINT) AS captured,
         CAST(SUM(CASE WHEN t.phase = 'posted' THEN t.amount ELSE 0 END) AS BIGINT) AS refunded
     FROM transfers t JOIN operations o ON o.id = t.operation_id LEFT JOIN generations g ON g.id = o.generation_id
     WHERE t.at >= $1 AND t.at < $2 AND t.unit = 'money'
         AND (t.phase = 'captured' AND t.credit = 'revenue/generation'
             OR t.phase = 'posted' AND t.debit = 'revenue/generation')
     GROUP BY g.model";

const LIVE: &str = "SELECT state, COUNT(*) AS figure, MIN(created_at) AS oldest FROM generations
     WHERE state IN ('queued', 'submitting', 'running') GROUP BY state";

/// The figures of these spans.
pub(crate) async fn days(conn: &mut Conn, days: Vec<Span>) -> Result<Vec<DayFigures>, Fault> {
    let mut kept = kept(conn, &days).await?;
    let mut figures = Vec::with_capacity(days.len());
    for day in days {
        figures.push(match kept.remove(&day) {
            Some((span, known)) if span == day => known,
            Some((begun, known)) => {
                let rest = counted(conn, Span { from: begun.until, until: day.until }).await?;
                DayFigures::sum([&known, &rest]).map_err(|overflow| Fault::Row(overflow.to_string()))?
            }
            None => counted(conn, day).await?,
        });
    }
    Ok(figures)
}

/// What the rows of a span come to.
pub(crate) async fn counted(conn: &mut Conn, day: Span) -> Result<DayFigures, Fault> {
    let came = only(within!(conn, Figure, day, CAME))?.figure;
    let moved = only(within!(conn, MovedRow, day, MOVED))?;
    let mut counts = within!(conn, CountRow, day, ORDERED);
    counts.extend(within!(conn, CountRow, day, IN_VAIN));
    let made = within!(conn, MadeRow, day, MADE);
    let earned = within!(conn, EarnedRow, day, EARNED);
    figures_of(came, &moved, counts, made, earned)
}

/// What is kept of each of these spans: of the whole of it, or of its longest beginning. The days are read first: their models were written
/// with them.
async fn kept(conn: &mut Conn, days: &[Span]) -> Result<BTreeMap<Span, (Span, DayFigures)>, Fault> {
    let Some((first, last)) = ends(days) else { return Ok(BTreeMap::new()) };
    let rows = report_days::table.filter(report_days::begins_at.ge(first).and(report_days::begins_at.le(last)));
    let rows = rows.load::<DayRow>(conn).await?;
    let mut known = rows.into_iter().map(DayRow::into_figures).collect::<Result<BTreeMap<_, _>, _>>()?;
    let beginning_of =
        |day: Span| known.range(Span { until: day.from, ..day }..=day).next_back().map(|(span, _)| *span);
    let used: BTreeMap<Span, Span> = days.iter().filter_map(|day| Some((beginning_of(*day)?, *day))).collect();
    known.retain(|span, _| used.contains_key(span));
    if known.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = report_models::table.filter(report_models::begins_at.ge(first).and(report_models::begins_at.le(last)));
    for row in rows.load::<ModelRow>(conn).await? {
        let (span, model, figures) = row.into_figures()?;
        if let Some(known) = known.get_mut(&span) {
            *known.of_model(model) = figures;
        }
    }
    Ok(known.into_iter().filter_map(|(span, figures)| Some((*used.get(&span)?, (span, figures)))).collect())
}

/// Those of these spans that are not kept.
pub(crate) async fn unrolled(conn: &mut Conn, days: Vec<Span>) -> Result<Vec<Span>, Fault> {
    let Some((first, last)) = ends(&days) else { return Ok(days) };
    let rows = report_days::table
        .filter(report_days::begins_at.ge(first).and(report_days::begins_at.le(last)))
        .select((report_days::begins_at, report_days::ends_at))
        .load::<(i64, i64)>(conn)
        .await?;
    let kept: BTreeSet<_> = rows.into_iter().map(|(begins_at, ends_at)| span(begins_at, ends_at)).collect();
    Ok(days.into_iter().filter(|day| !kept.contains(day)).collect())
}

/// Keeps what was counted of a span, unless it is kept; its beginnings are of no use then.
pub(crate) async fn keep(conn: &mut Conn, day: Span, figures: DayFigures) -> Result<(), Fault> {
    let (row, models) = (DayRow::of(day, &figures)?, ModelRow::all_of(day, &figures)?);
    let (begins_at, ends_at) = (day.from.as_micros(), day.until.as_micros());
    tx(conn, move |conn| async move { write(conn, (begins_at, ends_at), row, models).await }.boxed()).await
}

async fn write(conn: &mut Conn, ends: (i64, i64), row: DayRow, models: Vec<ModelRow>) -> Result<(), Fault> {
    let (begins_at, ends_at) = ends;
    let new = diesel::insert_into(report_days::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    if new > 0 {
        for model in models {
            diesel::insert_into(report_models::table).values(model).execute(conn).await?;
        }
        let shorter = report_models::begins_at.eq(begins_at).and(report_models::ends_at.lt(ends_at));
        diesel::delete(report_models::table.filter(shorter)).execute(conn).await?;
        let shorter = report_days::begins_at.eq(begins_at).and(report_days::ends_at.lt(ends_at));
        diesel::delete(report_days::table.filter(shorter)).execute(conn).await?;
    }
    Ok(())
}

/// Who was seen in this hour or later.
pub(crate) async fn active(conn: &mut Conn, since: Timestamp) -> Result<u64, Fault> {
    let seen = diesel::sql_query("SELECT COUNT(*) AS figure FROM conversations WHERE seen_at >= $1");
    let seen = seen.bind::<BigInt, _>(seen_hour(since).as_micros()).get_result::<Figure>(conn).await?;
    count("conversations", seen.figure)
}

/// How far the users of a span have come.
pub(crate) async fn funnel(conn: &mut Conn, day: Span) -> Result<Funnel, Fault> {
    let came = only(within!(conn, Figure, day, CAME))?.figure;
    let [order, payment] = STEPPED;
    let ordered = only(within!(conn, Figure, day, order))?.figure;
    let paid = only(within!(conn, Figure, day, payment))?.figure;
    funnel_of(came, ordered, paid)
}

/// The live states.
pub(crate) async fn states(conn: &mut Conn) -> Result<Vec<LiveFigures>, Fault> {
    states_of(diesel::sql_query(LIVE).load::<LiveRow>(conn).await?)
}

/// The row of a query that has one.
fn only<T>(rows: Vec<T>) -> Result<T, Fault> {
    rows.into_iter().next().ok_or_else(|| Fault::Row("an aggregate without a row".to_owned()))
}

/// When the first of these spans begins, and the last.
fn ends(days: &[Span]) -> Option<(i64, i64)> {
    let begins = days.iter().map(|day| day.from.as_micros());
    begins.clone().min().zip(begins.max())
}
