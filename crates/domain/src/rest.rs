//! A rest of one model: it failed too often, and is not sold for a while. Pure.
//!
//! A rest ends by its time or by an owner's hand. How a model does is told by what ended since then; what fails again soon rests for longer.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::ids::ModelId;

/// The last rest of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Whose.
    pub model: ModelId,
    /// Since when.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How many rests went before it, each soon after the other.
    pub repeats: u32,
    /// So many of the last orders failed, ...
    pub failed: u32,
    /// ... of so many.
    pub of: u32,
    /// When somebody at the desk ended it; `None`: nobody did.
    pub ended_at: Option<Timestamp>,
}

/// Half an hour is what most troubles of a model take.
const FIRST: Duration = Duration::from_secs(30 * 60);
/// Once a day a model is tried, whatever happens.
const MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// What fails again within a day of a rest's end was never mended.
const SOON: Duration = MAX;
/// Twice as long so often is past every bound.
const DOUBLINGS_MAX: u32 = 16;

impl Rest {
    /// The rest of a model that failed `failed` times of `of`; `before` = its last one.
    pub fn of(model: ModelId, failed: u32, of: u32, before: Option<&Self>, now: Timestamp) -> Self {
        let is_back = |before: &&Self| before.ended_at.is_none() && now.since(before.until) < SOON;
        let repeats = before.filter(is_back).map_or(0, |before| before.repeats.saturating_add(1));
        let length = FIRST.saturating_mul(1 << repeats.min(DOUBLINGS_MAX)).min(MAX);
        Self { model, at: now, until: now + length, repeats, failed, of, ended_at: None }
    }

    /// Whether the model is not sold.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until
    }

    /// When it ended, or will.
    pub fn end(&self) -> Timestamp {
        self.ended_at.map_or(self.until, |at| at.min(self.until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);
    const MINUTE: Duration = Duration::from_secs(60);

    fn rest(before: Option<&Rest>, now: Timestamp) -> Rest {
        Rest::of(ModelId("a".to_owned()), 5, 7, before, now)
    }

    #[test]
    fn a_rest_grows_with_each_repeat_up_to_a_day() {
        let mut before: Option<Rest> = None;
        for (repeats, minutes) in (0..).zip([30, 60, 120, 240, 480, 960, 1440, 1440]) {
            let now = before.as_ref().map_or(NOON, |before| before.until + MINUTE * 20);
            let next = rest(before.as_ref(), now);
            assert_eq!((next.repeats, next.until, next.failed, next.of), (repeats, now + MINUTE * minutes, 5, 7));
            before = Some(next);
        }
        let many = Rest { repeats: u32::MAX, ..rest(None, NOON) };
        assert_eq!(rest(Some(&many), many.until).until, many.until + MAX);
    }

    #[test]
    fn what_was_mended_begins_anew() {
        let first = Rest { repeats: 3, ..rest(None, NOON) };
        assert_eq!(rest(Some(&first), first.until + (SOON - MINUTE)).repeats, 4);
        assert_eq!(rest(Some(&first), first.until + SOON).repeats, 0, "a day went well");
        let by_hand = Rest { ended_at: Some(NOON + MINUTE), ..first };
        assert_eq!(rest(Some(&by_hand), NOON + MINUTE * 2).repeats, 0, "an owner knows better");
    }

    #[test]
    fn a_rest_holds_until_its_end() {
        let first = rest(None, NOON);
        assert!(first.holds(NOON) && first.holds(first.until - Duration::from_micros(1)) && !first.holds(first.until));
        assert_eq!(first.end(), first.until);
        let by_hand = Rest { ended_at: Some(NOON + MINUTE), ..first.clone() };
        assert!(!by_hand.holds(NOON + MINUTE));
        assert_eq!(by_hand.end(), NOON + MINUTE);
        let late = Rest { ended_at: Some(first.until + MINUTE), ..first.clone() };
        assert_eq!(late.end(), first.until);
    }
}
