//! What a user has had for nothing by now, and when there is more: plain data for decisions and screens.

use domain::clock::Timestamp;
use domain::free::{FreeUse, FreeWindows, Means, means};
use domain::ids::ModelId;
use domain::ledger::Wallet;
use domain::models::Model;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Unit, Zoned, ZonedRound};

/// The counters of a moment's windows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeNow {
    /// The windows in which the moment lies.
    pub windows: Option<FreeWindows>,
    /// When the windows after them begin.
    pub next: Option<FreeWindows>,
    /// How often the user had each model in them; only models with any.
    pub used: Vec<(ModelId, FreeUse)>,
}

impl FreeNow {
    /// Nothing used yet, in the days and hours of `zone`.
    pub fn new(now: Timestamp, zone: &TimeZone) -> Self {
        let then = zoned(now, zone);
        Self { windows: then.as_ref().and_then(windows), next: then.as_ref().and_then(next), used: Vec::new() }
    }

    /// How often the user had this model.
    pub fn used(&self, model: &ModelId) -> FreeUse {
        self.used.iter().find(|(id, _)| id == model).map(|(_, used)| *used).unwrap_or_default()
    }

    /// What the next generation of this model is paid with.
    pub fn means(&self, model: &Model, runs: Wallet) -> Means {
        // Without windows nothing could be counted.
        means(model.free.filter(|_| self.windows.is_some()), self.used(&model.id), runs)
    }

    /// When there is a free one again, if this model has free ones and there is none now.
    pub fn refill(&self, model: &Model) -> Option<Timestamp> {
        model.free?.refill(self.used(&model.id), self.next?)
    }

    /// Whether the next free one comes with another day, not with another hour of this one.
    pub fn is_over_for_today(&self, model: &Model) -> bool {
        model.free.is_some_and(|limits| limits.left_today(self.used(&model.id)) == 0)
    }
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    Some(jiff::Timestamp::from_microsecond(at.as_micros()).ok()?.to_zoned(zone.clone()))
}

fn windows(then: &Zoned) -> Option<FreeWindows> {
    let day = then.start_of_day().ok()?;
    let hour = then.round(ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Trunc)).ok()?;
    Some(FreeWindows { day: moment(&day), hour: moment(&hour) })
}

fn next(then: &Zoned) -> Option<FreeWindows> {
    let day = then.tomorrow().ok()?.start_of_day().ok()?;
    let hour = then.round(ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Trunc)).ok()?;
    Some(FreeWindows { day: moment(&day), hour: moment(&hour.checked_add(1.hour()).ok()?) })
}

fn moment(zoned: &Zoned) -> Timestamp {
    Timestamp::from_micros(zoned.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_are_the_owners() {
        let at = |text: &str| {
            let then: jiff::Timestamp = text.parse().unwrap();
            Timestamp::from_micros(then.as_microsecond())
        };
        let table = [
            // A day and an hour of Moscow begin with those of nobody in Greenwich.
            (
                "Europe/Moscow",
                "2026-11-22T21:30:00Z",
                "2026-11-22T21:00:00Z",
                "2026-11-22T21:00:00Z",
                "2026-11-23T21:00:00Z",
            ),
            (
                "Europe/Moscow",
                "2026-11-22T20:59:59Z",
                "2026-11-21T21:00:00Z",
                "2026-11-22T20:00:00Z",
                "2026-11-22T21:00:00Z",
            ),
            // Half an hour beside the others.
            (
                "Asia/Kolkata",
                "2026-11-22T12:00:00Z",
                "2026-11-21T18:30:00Z",
                "2026-11-22T11:30:00Z",
                "2026-11-22T18:30:00Z",
            ),
            // A day of 25 hours: the hour that comes twice is two hours.
            (
                "Europe/Berlin",
                "2026-10-25T01:10:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
        ];
        for (zone, now, day, hour, tomorrow) in table {
            let free = FreeNow::new(at(now), &TimeZone::get(zone).unwrap());
            assert_eq!(free.windows, Some(FreeWindows { day: at(day), hour: at(hour) }), "{zone} {now}");
            let next = free.next.unwrap();
            assert_eq!(next.day, at(tomorrow), "{zone} {now}");
            assert_eq!(next.hour, at(hour) + std::time::Duration::from_secs(3600), "{zone} {now}");
        }
    }

    #[test]
    fn a_moment_that_no_calendar_holds_has_nothing_for_nothing() {
        let free = FreeNow::new(Timestamp::from_micros(i64::MAX), &TimeZone::UTC);
        assert_eq!(free, FreeNow::default());
    }
}
