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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_new_person_is_brought_and_never_by_themselves() {
        let (ann, ben) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let table = [
            (ann, ben, true, false, true),
            (ann, ann, true, false, false),
            (ann, ben, false, false, false),
            (ann, ben, true, true, false),
        ];
        for (inviter, invited, is_new, was_here, wanted) in table {
            assert_eq!(may_invite(inviter, invited, is_new, was_here), wanted, "{is_new} {was_here}");
        }
    }

    #[test]
    fn a_personal_link_names_its_owner() {
        let ann = UserId::from_bytes([0xAB; 16]);
        assert_eq!(inviter_in(&format!("{REFERRAL_LINK}{ann}")), Some(ann));
        for payload in ["", "r_", "r_xyz", "c_spring", &ann.to_string()] {
            assert_eq!(inviter_in(payload), None, "{payload}");
        }
    }
}
