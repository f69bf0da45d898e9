//! Rows of referrals.

use diesel::prelude::Queryable;
use domain::clock::Timestamp;
use domain::ids::UserId;
use domain::payment::Referral;

use super::{Bytes, id};
use crate::error::Fault;

/// A row of `referrals`.
#[derive(Queryable)]
pub(crate) struct ReferralRow {
    invited: Bytes,
    inviter: Bytes,
    at: i64,
    rewarded_at: Option<i64>,
    _reward_day: Option<i64>,
}

impl ReferralRow {
    /// What the row means.
    pub(crate) fn into_referral(self) -> Result<Referral, Fault> {
        Ok(Referral {
            invited: id("referrals.invited", &self.invited, UserId::from_bytes)?,
            inviter: id("referrals.inviter", &self.inviter, UserId::from_bytes)?,
            at: Timestamp::from_micros(self.at),
            rewarded_at: self.rewarded_at.map(Timestamp::from_micros),
        })
    }
}
