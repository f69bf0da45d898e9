//! What is given: free generations, promo codes, referrals, as rows.

use crate::clock::Timestamp;
use crate::free::{FreeLimits, FreeWindows};
use crate::ids::{ModelId, UserId};
use crate::payment::Referral;
use crate::promo::PromoCode;

/// What becomes of the counters of free generations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FreeChange {
    /// One more in both windows, within the limits: a condition of the statement. Past them:
    /// [`Commit::VersionConflict`](super::Commit::VersionConflict), nothing is counted.
    Take {
        /// Who.
        user: UserId,
        /// Which model.
        model: ModelId,
        /// When.
        windows: FreeWindows,
        /// At most so many.
        limits: FreeLimits,
    },
    /// One less in the same windows: nothing came of it.
    Give {
        /// Who.
        user: UserId,
        /// Which model.
        model: ModelId,
        /// As they were taken.
        windows: FreeWindows,
    },
}

/// What becomes of promo codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromoChange {
    /// A new one. If the code is taken: [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Create(PromoCode),
    /// A user redeems it for the `nth` time, from 0. A condition of the statements: it has not expired at the change set's time, is not used
    /// up, and the user redeemed it just `nth` times, less than one may. Else [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Redeem {
        /// Which.
        code: String,
        /// Who.
        user: UserId,
        /// How often before.
        nth: u32,
    },
}

/// What becomes of referrals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferralChange {
    /// A new user came by a personal link. Nothing happens if there is one for `invited` already.
    Create(Referral),
    /// The friend's first payment rewards both. If it was rewarded before, or the inviter's day is full:
    /// [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Reward {
        /// Who came.
        invited: UserId,
        /// Who brought them.
        inviter: UserId,
        /// When the inviter's day began, and how many rewards it may bring; `None`: the day is full, and only the friend gets something.
        counted: Option<(Timestamp, u32)>,
    },
}

/// What came of a user's personal link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReferralFigures {
    /// Users who came by it.
    pub invited: u64,
    /// Those of them whose first payment rewarded both.
    pub rewarded: u64,
}
