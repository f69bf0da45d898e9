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

    const LIMITS: FreeLimits = FreeLimits { day: 3, hour: 2 };
    const RUNS: Wallet = Wallet { posted: 1, reserved: 0 };

    #[test]
    fn the_narrower_window_decides_and_the_wider_one_refills_later() {
        let next = FreeWindows { day: Timestamp::from_seconds(86_400), hour: Timestamp::from_seconds(3600) };
        let table = [
            ((0, 0), 2, 3, None),
            ((1, 1), 1, 2, None),
            ((2, 0), 1, 1, None),
            ((2, 2), 0, 1, Some(next.hour)),
            ((3, 1), 0, 0, Some(next.day)),
            ((9, 9), 0, 0, Some(next.day)),
        ];
        for ((day, hour), left, today, refill) in table {
            let used = FreeUse { day, hour };
            let found = (LIMITS.left(used), LIMITS.left_today(used), LIMITS.refill(used, next));
            assert_eq!(found, (left, today, refill), "{used:?}");
        }
    }

    #[test]
    fn the_free_ones_go_first_then_runs_then_money_and_only_where_there_are_limits() {
        let (fresh, full) = (FreeUse::default(), FreeUse { day: 3, hour: 0 });
        let held = Wallet { posted: 1, reserved: 1 };
        let table = [
            (Some(LIMITS), fresh, Wallet::default(), Means::Free),
            (Some(LIMITS), fresh, RUNS, Means::Free),
            (Some(LIMITS), full, RUNS, Means::Run),
            (Some(LIMITS), full, held, Means::Money),
            (Some(LIMITS), full, Wallet::default(), Means::Money),
            (None, fresh, RUNS, Means::Money),
        ];
        for (limits, used, runs, wanted) in table {
            assert_eq!(means(limits, used, runs), wanted, "{limits:?} {used:?} {runs:?}");
        }
    }

    #[test]
    fn codes_are_read_back() {
        for means in Means::ALL {
            assert_eq!(Means::from_code(means.code()), Some(means));
        }
        assert_eq!(Means::from_code("gold"), None);
    }
}
