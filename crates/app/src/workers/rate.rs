//! The exchange rate, once a day: read by one instance, judged, stored, or put before the owners.
//!
//! Invariants
//! - One instance asks the source: the one that holds the lease `rate`. Nobody else's work waits for the answer.
//! - A rate that jumped changes no price until an owner accepts it; a source that does not answer leaves the last rate.
//! - What waits for the owners and the message that tells them stand in one change set, so that they hear of each once.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::exchange::{ExchangeRate, Verdict, judge};
use domain::money::Rate;
use domain::ports::{ChangeSet, Commit, RateChange, RateReading, Rates, StoreResult};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use super::OUTAGE_WAIT;
use crate::conversation::Notice;
use crate::outbox::Body;
use crate::service::App;

/// How often the stored rate is looked at, and the lease renewed: a change that another instance stored is seen within a minute.
const EVERY: Duration = Duration::from_secs(60);
/// The lease outlives two renewals that were missed.
const LEASE: Duration = Duration::from_secs(180);
const LEASE_NAME: &str = "rate";
/// One small page.
const SOURCE_BUDGET: Duration = Duration::from_secs(20);
/// A source that did not answer is asked again after so long: the last rate serves meanwhile, and nobody likes to be hammered.
const RETRY: Duration = Duration::from_secs(60 * 60);

/// What one instance remembers of asking the source.
#[derive(Clone, Copy, Debug, Default)]
pub struct RateWatch {
    /// When it answered last.
    answered: Option<Timestamp>,
    /// When it was asked in vain last.
    failed: Option<Timestamp>,
}

impl RateWatch {
    /// Whether the source is to be asked: once on each day of the owner's, unless somebody has; after a failure in an hour.
    fn is_due(&self, rates: &Rates, now: Timestamp, zone: &TimeZone) -> bool {
        let today = day(now, zone);
        let of_today = |rate: &ExchangeRate| {
            day(rate.read_at, zone) == today || rate.date.parse::<Date>().is_ok_and(|date| date >= today)
        };
        let is_known = rates.current.as_ref().is_some_and(of_today) || rates.waiting.as_ref().is_some_and(of_today);
        let has_asked = self.answered.is_some_and(|at| day(at, zone) == today);
        let has_failed = self.failed.is_some_and(|at| now.since(at) < RETRY);
        !is_known && !has_asked && !has_failed
    }
}

fn day(at: Timestamp, zone: &TimeZone) -> Date {
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone.clone()).date()
}

/// Keeps this instance's rate as the store says, and the store's as the source says.
pub(super) async fn keep(app: Arc<App>, shutdown: CancellationToken) {
    let mut watch = RateWatch::default();
    while !shutdown.is_cancelled() {
        let wait = match app.watch_rate(&mut watch).await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::warn!(%error, "the exchange rate could not be looked at; it is as it was");
                OUTAGE_WAIT
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.cancelled() => {}
        }
    }
    let (name, owner) = (LEASE_NAME, app.settings.instance.as_str());
    if app.rate_source.is_some()
        && let Err(error) = app.store.hold_singleton(name, owner, app.now(), Duration::ZERO).await
    {
        tracing::info!(%error, "the rate's lease was not given up; it runs out by itself");
    }
}

impl App {
    /// One look: takes over the rate that is stored, and asks the source if it is time and nobody else does.
    ///
    /// # Errors
    /// The store's; then nothing has changed.
    pub async fn watch_rate(&self, watch: &mut RateWatch) -> StoreResult<()> {
        let Some(source) = &self.rate_source else { return Ok(()) };
        self.refresh_rate().await?;
        let now = self.now();
        if !self.store.hold_singleton(LEASE_NAME, &self.settings.instance, now, LEASE).await? {
            return Ok(());
        }
        let rates = self.store.rates().await?;
        if !watch.is_due(&rates, now, &self.settings.zone) {
            return Ok(());
        }
        match source.usd(SOURCE_BUDGET).await.map_err(|error| error.detail).and_then(sensible) {
            Ok(reading) => {
                self.take_rate(&rates, reading).await?;
                *watch = RateWatch { answered: Some(now), failed: None };
            }
            Err(detail) => {
                metrics::counter!("rate_failures_total").increment(1);
                tracing::warn!(
                    detail,
                    "the exchange rate can't be read; the last one is used, and it is tried again in an hour"
                );
                watch.failed = Some(now);
            }
        }
        Ok(())
    }

    /// Stores a rate that was read, or puts it before the owners.
    async fn take_rate(&self, rates: &Rates, reading: RateReading) -> StoreResult<()> {
        let is_known = |rate: &Option<ExchangeRate>| rate.as_ref().is_some_and(|rate| rate.date == reading.date);
        if is_known(&rates.current) || is_known(&rates.waiting) {
            tracing::info!(date = reading.date, "no other exchange rate than that of this date");
            return Ok(());
        }
        let held = self.held_rate(rates.current.as_ref());
        let read = ExchangeRate { rate: reading.rate, date: reading.date, read_at: self.now() };
        let mut change = ChangeSet::new(read.read_at);
        match judge(held, read.rate) {
            Verdict::Accept => change.rate = Some(RateChange::Set(read)),
            Verdict::Ask => {
                tracing::warn!(%held, read = %read.rate, date = read.date, "the exchange rate jumped; an owner decides");
                let body = Body::Rate { date: read.date.clone(), notice: jumped(held, &read) };
                for owner in self.owners_to_tell().await? {
                    self.post(&mut change, owner, &body, None);
                }
                change.rate = Some(RateChange::Hold(read));
            }
        }
        match self.commit(&change).await? {
            Commit::Committed => {}
            // The next look begins anew.
            other => tracing::warn!(?other, "the exchange rate was not stored"),
        }
        Ok(())
    }
}

/// A rate that prices can be made with, of a day that there is.
fn sensible(reading: RateReading) -> Result<RateReading, String> {
    if reading.rate.raw() <= 0 {
        return Err(format!("{} roubles for a dollar are no rate", reading.rate));
    }
    match reading.date.parse::<Date>() {
        // Written in one way only, since dates are compared as texts.
        Ok(date) => Ok(RateReading { date: date.to_string(), ..reading }),
        Err(_) => Err(format!("`{}` is no day", reading.date)),
    }
}

/// What the owners are told.
fn jumped(held: Rate, read: &ExchangeRate) -> Notice {
    Notice::new("owner-rate-jumped")
        .rate("old", held)
        .rate("new", read.rate)
        .change("change", tenths_of_a_percent(held, read.rate))
        .day("day", &read.date)
}

/// How much the rate changed, rounded towards zero; `held` is above zero.
fn tenths_of_a_percent(held: Rate, read: Rate) -> i64 {
    let (held, read) = (i128::from(held.raw()), i128::from(read.raw()));
    i64::try_from((read - held) * 1000 / held.max(1)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29 12:00 UTC.
    const NOON: Timestamp = Timestamp::from_seconds(1_795_953_600);
    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    fn of(date: &str, read_at: Timestamp) -> Option<ExchangeRate> {
        Some(ExchangeRate { rate: rate("95"), date: date.to_owned(), read_at })
    }

    #[test]
    fn the_source_is_asked_once_a_day_and_hourly_after_a_failure() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let (fresh, yesterday) = (RateWatch::default(), NOON - HOUR * 24);
        let answered = |at| RateWatch { answered: Some(at), failed: None };
        let failed = |at| RateWatch { answered: None, failed: Some(at) };
        let table = [
            ("nothing is stored", fresh, None, None, true),
            ("yesterday's", fresh, of("2026-11-28", yesterday), None, true),
            ("today's", fresh, of("2026-11-29", yesterday), None, false),
            ("tomorrow's, known in the afternoon", fresh, of("2026-11-30", yesterday), None, false),
            ("read today", fresh, of("2026-11-28", NOON - HOUR), None, false),
            // 23:59 in Moscow.
            ("read late yesterday", fresh, of("2026-11-28", NOON - HOUR * 15 - Duration::from_secs(60)), None, true),
            ("one of today waits", fresh, of("2026-11-28", yesterday), of("2026-11-29", NOON - HOUR), false),
            ("one of yesterday waits", fresh, of("2026-11-27", yesterday - HOUR), of("2026-11-28", yesterday), true),
            ("no other one than yesterday's", answered(NOON - HOUR), of("2026-11-28", yesterday), None, false),
            ("asked yesterday", answered(yesterday), of("2026-11-28", yesterday), None, true),
            ("failed lately", failed(NOON - HOUR / 2), None, None, false),
            ("failed an hour ago", failed(NOON - HOUR), None, None, true),
        ];
        for (what, watch, current, waiting, wanted) in table {
            assert_eq!(watch.is_due(&Rates { current, waiting }, NOON, &zone), wanted, "{what}");
        }
    }

    #[test]
    fn what_is_no_rate_or_no_day_is_not_taken() {
        let read = |rate: i64, date: &str| sensible(RateReading { rate: Rate::from_raw(rate), date: date.to_owned() });
        assert!(read(1, "2026-11-29").is_ok());
        for (rate, date) in [(0, "2026-11-29"), (-1, "2026-11-29"), (1, "29.11.2026"), (1, "2026-02-30"), (1, "")] {
            assert!(read(rate, date).is_err(), "{rate} {date}");
        }
    }

    #[test]
    fn a_change_is_told_in_tenths_of_a_per_cent() {
        let table = [("95", "106.4", 120), ("95", "85.4", -101), ("0.0001", "1000", 9_999_999_000), ("95", "95.09", 0)];
        for (held, read, wanted) in table {
            assert_eq!(tenths_of_a_percent(rate(held), rate(read)), wanted, "{held} {read}");
        }
    }
}
