//! Free generations: limits per user, model and window, and what a generation is paid with.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::TransferId;
use crate::ledger::Wallet;

/// How often one user may have a model for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FreeLimits {
    /// In a calendar day of the owner's time zone.
    pub day: u32,
    /// In a clock hour.
    pub hour: u32,
}

/// The windows in which a moment lies: their starts. A counter is kept for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FreeWindows {
    /// When the day began in the owner's time zone.
    pub day: Timestamp,
    /// When the clock hour began.
    pub hour: Timestamp,
}

/// How often a user had a model for nothing in the windows of a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreeUse {
    /// In the day.
    pub day: u32,
    /// In the hour.
    pub hour: u32,
}

impl FreeLimits {
    /// How many are left now.
    pub fn left(self, used: FreeUse) -> u32 {
        self.left_today(used).min(self.hour.saturating_sub(used.hour))
    }

    /// How many are left today, whatever the hour allows.
    pub fn left_today(self, used: FreeUse) -> u32 {
        self.day.saturating_sub(used.day)
    }

    /// When there is one again, if there is none now; `next` = when the next windows begin.
    pub fn refill(self, used: FreeUse, next: FreeWindows) -> Option<Timestamp> {
        match (self.left_today(used), self.left(used)) {
            (0, _) => Some(next.day),
            (_, 0) => Some(next.hour),
            _ => None,
        }
    }
}

/// What a generation of a model is paid with, by what there is: the free ones first, then a run, then money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Its price.
    #[default]
    Money,
    /// One run of the bank of runs.
    Run,
    /// Nothing: within the limits.
    Free,
}

/// What the next generation of a model is paid with.
pub fn means(limits: Option<FreeLimits>, used: FreeUse, runs: Wallet) -> Means {
    match limits {
        Some(limits) if limits.left(used) > 0 => Means::Free,
        Some(_) if runs.available() > 0 => Means::Run,
        _ => Means::Money,
    }
}

/// How a generation is paid, as it stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Funding {
    /// Its price is held.
    Money(TransferId),
    /// One run is held.
    Run(TransferId),
    /// It was counted in these windows.
    Free(FreeWindows),
}

impl Funding {
    /// The hold; none of a free one.
    pub const fn hold(self) -> Option<TransferId> {
        match self {
            Self::Money(hold) | Self::Run(hold) => Some(hold),
            Self::Free(_) => None,
        }
    }

    /// Without its facts.
    pub const fn means(self) -> Means {
        match self {
            Self::Money(_) => Means::Money,
            Self::Run(_) => Means::Run,
            Self::Free(_) => Means::Free,
        }
    }
}

impl Means {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Money, Self::Run, Self::Free];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Run => "run",
            Self::Free => "free",
        }
    }

    /// The inverse of [`Means::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_today_and_when_there_is_more() {
        let limits = FreeLimits { day: 3, hour: 2 };
        let next = FreeWindows { day: Timestamp::from_seconds(86_400), hour: Timestamp::from_seconds(3600) };
        let table = [
            ((0, 0), 3, None),
            ((1, 1), 2, None),
            ((2, 2), 1, Some(next.hour)),
            ((3, 1), 0, Some(next.day)),
            ((9, 9), 0, Some(next.day)),
        ];
        for ((day, hour), today, refill) in table {
            let used = FreeUse { day, hour };
            assert_eq!((limits.left_today(used), limits.refill(used, next)), (today, refill), "{used:?}");
        }
    }

    #[test]
    fn the_narrower_window_decides_what_is_left() {
        let limits = FreeLimits { day: 3, hour: 2 };
        let table = [((0, 0), 2), ((1, 1), 1), ((2, 2), 0), ((2, 0), 1), ((3, 0), 0), ((9, 9), 0)];
        for ((day, hour), left) in table {
            assert_eq!(limits.left(FreeUse { day, hour }), left, "{day} {hour}");
        }
    }

    #[test]
    fn free_ones_come_first_then_runs_then_money() {
        let limits = Some(FreeLimits { day: 1, hour: 1 });
        let (unused, used) = (FreeUse::default(), FreeUse { day: 1, hour: 1 });
        let (none, held, some) =
            (Wallet::default(), Wallet { posted: 1, reserved: 1 }, Wallet { posted: 2, reserved: 1 });
        let table = [
            (limits, unused, none, Means::Free),
            (limits, unused, some, Means::Free),
            (limits, used, some, Means::Run),
            (limits, used, held, Means::Money),
            (limits, used, none, Means::Money),
            // Runs are for models that are free within limits only.
            (None, unused, some, Means::Money),
        ];
        for (limits, use_, runs, wanted) in table {
            assert_eq!(means(limits, use_, runs), wanted, "{limits:?} {use_:?} {runs:?}");
        }
    }

    #[test]
    fn funding_knows_its_hold_and_its_means() {
        let hold = TransferId::from_bytes([3; 16]);
        let windows = FreeWindows { day: Timestamp::EPOCH, hour: Timestamp::EPOCH };
        let table = [
            (Funding::Money(hold), Some(hold), Means::Money),
            (Funding::Run(hold), Some(hold), Means::Run),
            (Funding::Free(windows), None, Means::Free),
        ];
        for (funding, hold, means) in table {
            assert_eq!((funding.hold(), funding.means()), (hold, means));
            assert_eq!(Means::from_code(means.code()), Some(means));
        }
        assert_eq!(Means::from_code("gold"), None);
    }
}
