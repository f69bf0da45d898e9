//! The figures of the owner's desk: today, and the last 7 and 30 days of the owner's zone, today included.

use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::figures::{DayFigures, Span};
use domain::ids::ModelId;
use domain::money::{Money, Overflow};
use domain::ports::{Funnel, Reports, StoreError, StoreResult};
use jiff::Zoned;
use jiff::tz::TimeZone;

/// Days of the longest period.
const MONTH: usize = 30;
const WEEK: usize = 7;

/// What happened in some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// From the beginning of its first day to the end of today.
    pub span: Span,
    /// The sum of its days.
    pub figures: DayFigures,
    /// Users who did something in it.
    pub active: u64,
    /// How far those who came in it have come by now.
    pub funnel: Funnel,
}

/// The three periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    /// Since midnight.
    pub today: Period,
    /// The last 7 days.
    pub week: Period,
    /// The last 30 days.
    pub month: Period,
}

impl Periods {
    /// The periods that end with the day of `now` in `zone`.
    ///
    /// # Errors
    /// The store's.
    pub async fn of(reports: &dyn Reports, now: Timestamp, zone: &TimeZone) -> StoreResult<Self> {
        let days = last_days(now, zone, MONTH);
        let figures = reports.days(&days).await?;
        let (today, week, month) = tokio::try_join!(
            period(reports, now, &days, &figures, 1),
            period(reports, now, &days, &figures, WEEK),
            period(reports, now, &days, &figures, MONTH),
        )?;
        Ok(Self { today, week, month })
    }
}

impl Period {
    /// The last `count` days of `zone`, the one of `now` included.
    ///
    /// # Errors
    /// The store's.
    pub async fn of(reports: &dyn Reports, now: Timestamp, zone: &TimeZone, count: usize) -> StoreResult<Self> {
        let days = last_days(now, zone, count);
        let figures = reports.days(&days).await?;
        period(reports, now, &days, &figures, count).await
    }
}

/// What each model earned in the last 30 days of `zone`; models that earned nothing are left out.
///
/// # Errors
/// The store's.
pub(crate) async fn earned_lately(
    reports: &dyn Reports,
    now: Timestamp,
    zone: &TimeZone,
) -> StoreResult<BTreeMap<ModelId, Money>> {
    let days = reports.days(&last_days(now, zone, MONTH)).await?;
    let sum = DayFigures::sum(&days).map_err(|overflow: Overflow| StoreError::Defect(overflow.to_string()))?;
    let earned = sum.models.into_iter().map(|(model, figures)| (model, figures.revenue()));
    Ok(earned.filter(|(_, revenue)| *revenue != Money::ZERO).collect())
}

/// The period of the first `count` days of `days`, which go back from today.
async fn period(
    reports: &dyn Reports,
    now: Timestamp,
    days: &[Span],
    figures: &[DayFigures],
    count: usize,
) -> StoreResult<Period> {
    let from = days.iter().take(count).next_back().map_or(now, |day| day.from);
    let span = Span { from, until: days.first().map_or(now, |day| day.until) };
    let figures = DayFigures::sum(figures.iter().take(count));
    let figures = figures.map_err(|overflow: Overflow| StoreError::Defect(overflow.to_string()))?;
    let (active, funnel) = tokio::try_join!(reports.active(span.from), reports.funnel(span))?;
    Ok(Period { span, figures, active, funnel })
}

/// So many days of `zone` back from the one in which `now` lies, which is the first; fewer at the far ends of the calendar.
pub(crate) fn last_days(now: Timestamp, zone: &TimeZone, count: usize) -> Vec<Span> {
    let Ok(now) = jiff::Timestamp::from_microsecond(now.as_micros()) else { return Vec::new() };
    let today = now.to_zoned(zone.clone()).start_of_day().ok();
    let days = std::iter::successors(today, |day| day.yesterday().ok()?.start_of_day().ok());
    days.map_while(|day| Some(Span { from: moment(&day), until: moment(&day.tomorrow().ok()?.start_of_day().ok()?) }))
        .take(count)
        .collect()
}

fn moment(zoned: &Zoned) -> Timestamp {
    Timestamp::from_micros(zoned.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn days_are_the_owners_and_follow_each_other() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let days = last_days(at("2026-10-26T12:00:00Z"), &berlin, 3);
        let wanted = ["2026-10-25T23:00:00Z", "2026-10-24T22:00:00Z", "2026-10-23T22:00:00Z"];
        assert_eq!(days.iter().map(|day| day.from).collect::<Vec<_>>(), wanted.map(at));
        assert_eq!(days[0].until, at("2026-10-26T23:00:00Z"));
        assert!(days.windows(2).all(|pair| pair[1].until == pair[0].from));
        assert_eq!(days[1].until.since(days[1].from).as_secs(), 25 * 60 * 60, "the clock went back");
        assert_eq!(last_days(Timestamp::from_micros(i64::MAX), &berlin, 3), []);
        let year = last_days(at("2026-11-29T21:30:00Z"), &TimeZone::get("Europe/Moscow").unwrap(), 400);
        assert_eq!((year.len(), year[0].from), (400, at("2026-11-29T21:00:00Z")));
    }
}
