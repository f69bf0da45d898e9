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
        self.day.saturating_sub(used.day).min(self.hour.saturating_sub(used.hour))
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
