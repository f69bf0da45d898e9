//! What a worker asks for, as the columns of `jobs` say it.

use domain::clock::Timestamp;
use domain::ports::{Claim, JobKind};

/// A [`Claim`] with everything its own, so that the work on it can be spawned.
pub(crate) struct Wanted {
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) owner: String,
    pub(crate) now: i64,
    pub(crate) until: Timestamp,
    pub(crate) limit: i64,
}

impl Wanted {
    /// Of a claim.
    pub(crate) fn of(claim: Claim<'_>) -> Self {
        Self {
            kinds: codes(claim.kinds),
            owner: claim.owner.to_owned(),
            now: claim.now.as_micros(),
            until: claim.now + claim.lease,
            limit: claim.limit.into(),
        }
    }
}

/// The codes of kinds.
fn codes(kinds: &[JobKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.code()).collect()
}
