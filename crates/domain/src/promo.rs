//! Promo codes: what they give, to whom, and how often.

use crate::clock::Timestamp;
use crate::ids::UserId;
use crate::ledger::Amount;

/// Letters and digits of a code; longer ones are typed wrong.
pub const CODE_LENGTH_MAX: usize = 32;

/// A code and what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoCode {
    /// In upper case; see [`normal_code`].
    pub code: String,
    /// What each redemption gives: money or runs.
    pub gift: Amount,
    /// Redemptions in all.
    pub total_max: u32,
    /// Redemptions by one user.
    pub per_user_max: u32,
    /// From then on it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A code as one user finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoState {
    /// The code.
    pub promo: PromoCode,
    /// Redemptions so far.
    pub used: u32,
    /// Redemptions by this user.
    pub used_by_user: u32,
}

/// Why a code gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PromoRefusal {
    /// There is no such code.
    #[error("no such code")]
    Unknown,
    /// Its time has passed.
    #[error("the code has expired")]
    Expired,
    /// This user redeemed it as often as one may.
    #[error("the code was redeemed by this user before")]
    UsedByYou,
    /// All of them together did.
    #[error("the code is used up")]
    UsedUp,
}

/// A code as it is compared: upper case, without spaces; `None` if it can't be one.
pub fn normal_code(text: &str) -> Option<String> {
    let code: String =
        text.trim().chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect();
    let fits = (1..=CODE_LENGTH_MAX).contains(&code.chars().count());
    (fits && code.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))).then_some(code)
}

/// Whether this user may redeem it now.
///
/// # Errors
/// A [`PromoRefusal`].
pub fn redeem(state: Option<&PromoState>, now: Timestamp) -> Result<&PromoState, PromoRefusal> {
    let state = state.ok_or(PromoRefusal::Unknown)?;
    if state.promo.expires_at.is_some_and(|until| now >= until) {
        return Err(PromoRefusal::Expired);
    }
    if state.used_by_user >= state.promo.per_user_max {
        return Err(PromoRefusal::UsedByYou);
    }
    if state.used >= state.promo.total_max { Err(PromoRefusal::UsedUp) } else { Ok(state) }
}

/// The cause of the bonus: this user's `nth` redemption of this code, from 0.
pub fn cause(code: &str, user: UserId, nth: u32) -> String {
    format!("{code}:{user}:{nth}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(used: u32, used_by_user: u32) -> PromoState {
        let promo = PromoCode {
            code: "SPRING".to_owned(),
            gift: Amount::runs(3),
            total_max: 10,
            per_user_max: 2,
            expires_at: Some(Timestamp::from_seconds(100)),
            created_at: Timestamp::EPOCH,
        };
        PromoState { promo, used, used_by_user }
    }

    #[test]
    fn a_code_is_compared_without_case_and_spaces() {
        let longest = "A".repeat(CODE_LENGTH_MAX);
        let table = [
            (" spring ", Some("SPRING")),
            ("spr ing", Some("SPRING")),
            ("весна-2026", Some("ВЕСНА-2026")),
            ("a_b", Some("A_B")),
            ("", None),
            ("  ", None),
            ("a/b", None),
            (longest.as_str(), Some(longest.as_str())),
        ];
        for (text, wanted) in table {
            assert_eq!(normal_code(text).as_deref(), wanted, "{text}");
        }
        assert_eq!(normal_code(&"A".repeat(CODE_LENGTH_MAX + 1)), None);
    }

    #[test]
    fn a_code_gives_within_its_limits_and_time() {
        let table = [
            (Some(state(0, 0)), 99, Ok(())),
            (Some(state(9, 1)), 99, Ok(())),
            (Some(state(10, 0)), 99, Err(PromoRefusal::UsedUp)),
            (Some(state(10, 2)), 99, Err(PromoRefusal::UsedByYou)),
            (Some(state(0, 2)), 99, Err(PromoRefusal::UsedByYou)),
            (Some(state(0, 0)), 100, Err(PromoRefusal::Expired)),
            (None, 99, Err(PromoRefusal::Unknown)),
        ];
        for (state, second, wanted) in table {
            let found = redeem(state.as_ref(), Timestamp::from_seconds(second)).map(|_| ());
            assert_eq!(found, wanted, "{state:?} {second}");
        }
        let mut for_ever = state(0, 0);
        for_ever.promo.expires_at = None;
        assert!(redeem(Some(&for_ever), Timestamp::from_seconds(1_000_000)).is_ok());
    }

    #[test]
    fn each_redemption_has_a_cause_of_its_own() {
        let (ann, ben) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let causes = [cause("A", ann, 0), cause("A", ann, 1), cause("A", ben, 0), cause("B", ann, 0)];
        let distinct: std::collections::BTreeSet<_> = causes.iter().collect();
        assert_eq!(distinct.len(), causes.len());
        assert_eq!(causes[0], format!("A:{ann}:0"));
    }
}
