//! Who brought whom, and what both get for it.

use crate::clock::Timestamp;
use crate::ids::UserId;

/// How the payload of a personal link begins; the inviter's id follows.
pub const REFERRAL_LINK: &str = "r_";

/// A new user who came by a personal link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Who came. One referral per user, for ever.
    pub invited: UserId,
    /// Who brought them.
    pub inviter: UserId,
    /// When they came.
    pub at: Timestamp,
    /// When their first payment rewarded both.
    pub rewarded_at: Option<Timestamp>,
}

/// The inviter that the payload of a /start names.
pub fn inviter_in(payload: &str) -> Option<UserId> {
    payload.strip_prefix(REFERRAL_LINK)?.parse().ok()
}

/// Whether `inviter` counts as who brought `invited`. Nobody brings themselves, and nobody who was here before is brought: so nobody can be
/// brought by somebody whom they brought, at whatever distance.
pub fn may_invite(inviter: UserId, invited: UserId, is_new: bool, was_here: bool) -> bool {
    inviter != invited && is_new && !was_here
}
