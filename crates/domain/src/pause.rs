//! A pause of all selling: it begins when KIE takes no orders, and ends by itself. Pure.
//!
//! Invariants
//! - There is one pause at a time, the same for all instances; whoever changes it saw it last (`version`).
//! - What our credits tell of ([`PauseReason::shows_in_credits`]) is over when KIE says so. Anything else is over when an order says so: once the
//!   time is over, one order at a time may try ([`Pause::trial`]).
//! - The longer it goes on, the seldomer it is tried; what comes back soon goes on where it was.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::kinds::kinds;
use crate::money::Credits;
use crate::ports::AccountTrouble;

kinds! {
    /// Why nothing is sold for now.
    PauseReason {
        /// 401: our key is refused.
        KeyRefused = "key_refused",
        /// 402: our credits are used up.
        OutOfCredits = "out_of_credits",
        /// 433: our key's own cap is used up.
        KeyCapReached = "key_cap_reached",
        /// 455: KIE is under maintenance.
        Maintenance = "maintenance",
    }
}

impl PauseReason {
    /// Whether KIE's answer about our credits tells that it is over; else only an order can.
    pub const fn shows_in_credits(self) -> bool {
        matches!(self, Self::KeyRefused | Self::OutOfCredits)
    }
}

impl From<AccountTrouble> for PauseReason {
    fn from(trouble: AccountTrouble) -> Self {
        match trouble {
            AccountTrouble::KeyRefused => Self::KeyRefused,
            AccountTrouble::OutOfCredits => Self::OutOfCredits,
            AccountTrouble::KeyCapReached => Self::KeyCapReached,
        }
    }
}

/// The last pause of selling, as it stands or stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// Since when.
    pub since: Timestamp,
    /// It is tried again from then on: KIE is asked for our credits, or an order goes through.
    pub until: Timestamp,
    /// How often a try has failed, and how often it came back soon after its end.
    pub tries: u32,
    /// When it ended; `None`: it goes on.
    pub ended_at: Option<Timestamp>,
    /// Grows by one with each change; 0 = it was never written.
    pub version: i64,
}

/// What KIE says of our credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// So many are left.
    Credits(Credits),
    /// It refuses our account.
    Refused(AccountTrouble),
    /// Nothing that means anything.
    Silent,
}

/// After 402 so many credits must be there: fewer buy hardly a video, and the next order would be refused again. One dollar.
pub const CREDITS_FLOOR: Credits = Credits::from_raw(200_000_000);
/// Asking for our credits costs nothing: somebody who tops up waits for a minute at first, ...
const ASK_FIRST: Duration = Duration::from_secs(60);
/// ... and for ten at most.
const ASK_MAX: Duration = Duration::from_secs(10 * 60);
/// An order that tries is a user who waits: not more than one an hour while nothing helps.
const TRY_MAX: Duration = Duration::from_secs(60 * 60);
/// An order that tries has its answer within this; what is silent for longer makes room for the next one.
const TRIAL: Duration = Duration::from_secs(2 * 60);
/// What comes back within this was never over.
const SOON: Duration = Duration::from_secs(60 * 60);
/// Twice as long so often is past every bound.
const DOUBLINGS_MAX: u32 = 16;

impl Pause {
    /// Whether it goes on, be it that an order may try.
    pub const fn stands(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether nothing is sold and sent to KIE.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.stands() && (self.reason.shows_in_credits() || now < self.until)
    }

    /// What KIE's refusal makes of the last pause; `None`: nothing new. `first` = how long the first pause of a kind that credits do not show
    /// lasts; `is_trial` = an order that tried was refused.
    pub fn met(
        reason: PauseReason,
        before: Option<&Self>,
        is_trial: bool,
        first: Duration,
        now: Timestamp,
    ) -> Option<Self> {
        let fresh = |tries, version| {
            let until = now + wait(reason, tries, first);
            Self { reason, since: now, until, tries, ended_at: None, version }
        };
        let Some(before) = before else { return Some(fresh(0, 0)) };
        let goes_on = before.tries.saturating_add(1);
        let Some(ended_at) = before.ended_at else {
            // Calls that were under way when it began tell nothing new, but for a reason that ends by knowledge instead of by trying.
            let is_harder = reason.shows_in_credits() && !before.reason.shows_in_credits();
            if !is_trial && !is_harder && before.holds(now) {
                return None;
            }
            let tries = if reason == before.reason { goes_on } else { 0 };
            return Some(Self { since: before.since, ..fresh(tries, before.version) });
        };
        let is_back = reason == before.reason && now.since(ended_at) < SOON;
        Some(fresh(if is_back { goes_on } else { 0 }, before.version))
    }

    /// What KIE's word about our credits makes of it; `None`: it is not asked yet, or does not matter.
    pub fn asked(&self, seen: Seen, first: Duration, now: Timestamp) -> Option<Self> {
        if !self.stands() || !self.reason.shows_in_credits() || now < self.until {
            return None;
        }
        let on = |reason| {
            let tries = self.tries.saturating_add(1);
            Self { reason, tries, until: now + wait(reason, tries, first), ..*self }
        };
        Some(match seen {
            Seen::Credits(left) if left >= CREDITS_FLOOR => self.ended(now),
            // The key is taken again; whether what is left is enough, the next order says.
            Seen::Credits(left) if self.reason == PauseReason::KeyRefused && left > Credits::ZERO => self.ended(now),
            Seen::Credits(_) => on(PauseReason::OutOfCredits),
            Seen::Refused(trouble) => on(trouble.into()),
            Seen::Silent => on(self.reason),
        })
    }

    /// Taken by the order that tries: it holds for the others until the answer is there. `None`: none may try.
    pub fn trial(&self, now: Timestamp) -> Option<Self> {
        (self.stands() && !self.holds(now)).then(|| Self { until: now + TRIAL, ..*self })
    }

    /// It is over.
    #[must_use]
    pub const fn ended(&self, now: Timestamp) -> Self {
        Self { ended_at: Some(now), ..*self }
    }
}

fn wait(reason: PauseReason, tries: u32, first: Duration) -> Duration {
    let (first, max) =
        if reason.shows_in_credits() { (first.min(ASK_FIRST), ASK_MAX) } else { (first, TRY_MAX.max(first)) };
    first.saturating_mul(1 << tries.min(DOUBLINGS_MAX)).min(max)
}

#[cfg(test)]
mod tests {
    use super::PauseReason::{KeyCapReached, KeyRefused, Maintenance, OutOfCredits};
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);
    const MINUTE: Duration = Duration::from_secs(60);
    const FIRST: Duration = Duration::from_secs(5 * 60);

    fn after(minutes: u32) -> Timestamp {
        NOON + MINUTE * minutes
    }

    fn begun(reason: PauseReason) -> Pause {
        Pause::met(reason, None, false, FIRST, NOON).expect("a new one")
    }

    fn met(reason: PauseReason, before: &Pause, is_trial: bool, minutes: u32) -> Option<Pause> {
        Pause::met(reason, Some(before), is_trial, FIRST, after(minutes))
    }

    fn left(credits: i64) -> Seen {
        Seen::Credits(Credits::from_raw(credits * 1_000_000))
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for reason in PauseReason::ALL {
            assert_eq!(PauseReason::from_code(reason.code()), Some(*reason));
        }
    }

    #[test]
    fn each_reason_waits_longer_with_each_try() {
        let table: [(PauseReason, [u32; 6]); 4] = [
            (KeyRefused, [1, 2, 4, 8, 10, 10]),
            (OutOfCredits, [1, 2, 4, 8, 10, 10]),
            (KeyCapReached, [5, 10, 20, 40, 60, 60]),
            (Maintenance, [5, 10, 20, 40, 60, 60]),
        ];
        for (reason, minutes) in table {
            let found: Vec<_> = (0..6).map(|tries| wait(reason, tries, FIRST)).collect();
            assert_eq!(found, minutes.map(|minutes| MINUTE * minutes), "{reason:?}");
        }
        assert_eq!(wait(KeyRefused, 0, Duration::from_secs(1)), Duration::from_secs(1));
        assert_eq!(wait(Maintenance, u32::MAX, MINUTE * 600), MINUTE * 600, "a longer first one is kept");
    }

    #[test]
    fn a_pause_holds_until_it_is_tried_or_known() {
        for reason in PauseReason::ALL {
            let pause = begun(*reason);
            assert!(pause.holds(NOON) && pause.holds(pause.until - Duration::from_micros(1)), "{reason:?}");
            assert_eq!(pause.holds(pause.until), reason.shows_in_credits(), "{reason:?}");
            assert!(!pause.ended(after(1)).holds(after(1)) && !pause.ended(after(1)).stands());
        }
    }

    #[test]
    fn refusals_of_one_trouble_are_one_pause() {
        // Of which reason it is, what is met, by an order that tries, after how many minutes; which reason and how many tries then.
        let table = [
            (Maintenance, Maintenance, false, 4, None),
            (Maintenance, Maintenance, true, 4, Some((Maintenance, 1))),
            (Maintenance, Maintenance, false, 5, Some((Maintenance, 1))),
            (Maintenance, KeyCapReached, false, 4, None),
            (Maintenance, KeyCapReached, true, 5, Some((KeyCapReached, 0))),
            (Maintenance, OutOfCredits, false, 1, Some((OutOfCredits, 0))),
            (KeyCapReached, KeyRefused, false, 1, Some((KeyRefused, 0))),
            (OutOfCredits, OutOfCredits, false, 90, None),
            (OutOfCredits, Maintenance, false, 90, None),
            (KeyRefused, OutOfCredits, false, 1, None),
        ];
        for (of, reason, is_trial, minutes, wanted) in table {
            let before = Pause { version: 7, ..begun(of) };
            let found = met(reason, &before, is_trial, minutes);
            assert_eq!(
                found.map(|pause| (pause.reason, pause.tries)),
                wanted,
                "{of:?} {reason:?} {is_trial} {minutes}"
            );
            if let Some(pause) = found {
                let until = after(minutes) + wait(reason, pause.tries, FIRST);
                assert_eq!((pause.since, pause.until, pause.ended_at, pause.version), (NOON, until, None, 7));
            }
        }
    }

    #[test]
    fn what_comes_back_soon_goes_on_where_it_was() {
        let over = Pause { tries: 2, version: 3, ..begun(KeyCapReached) }.ended(after(30));
        let table = [(KeyCapReached, 31, 3), (KeyCapReached, 89, 3), (KeyCapReached, 90, 0), (OutOfCredits, 31, 0)];
        for (reason, minutes, tries) in table {
            let found = met(reason, &over, false, minutes).expect("a new one");
            let until = after(minutes) + wait(reason, tries, FIRST);
            let wanted = Pause { reason, since: after(minutes), until, tries, ended_at: None, version: 3 };
            assert_eq!(found, wanted, "{reason:?} {minutes}");
        }
    }

    #[test]
    fn our_credits_end_what_they_tell_of() {
        let ended = |reason, seen, minutes| begun(reason).asked(seen, FIRST, after(minutes));
        let table = [
            (KeyRefused, left(200), Some((KeyRefused, false))),
            (KeyRefused, left(1), Some((KeyRefused, false))),
            (KeyRefused, left(0), Some((OutOfCredits, true))),
            (OutOfCredits, left(200), Some((OutOfCredits, false))),
            (OutOfCredits, left(199), Some((OutOfCredits, true))),
            (OutOfCredits, Seen::Silent, Some((OutOfCredits, true))),
            (OutOfCredits, Seen::Refused(AccountTrouble::KeyRefused), Some((KeyRefused, true))),
            (KeyRefused, Seen::Refused(AccountTrouble::KeyCapReached), Some((KeyCapReached, true))),
            (KeyCapReached, left(9_000), None),
            (Maintenance, left(9_000), None),
        ];
        for (reason, seen, wanted) in table {
            let found = ended(reason, seen, 5);
            assert_eq!(found.map(|pause| (pause.reason, pause.stands())), wanted, "{reason:?} {seen:?}");
            if let Some(pause) = found.filter(Pause::stands) {
                assert_eq!((pause.tries, pause.until), (1, after(5) + wait(pause.reason, 1, FIRST)));
            }
        }
        let early = begun(OutOfCredits);
        assert_eq!(early.asked(left(9_000), FIRST, early.until - Duration::from_micros(1)), None, "not yet");
        assert_eq!(early.ended(NOON).asked(left(9_000), FIRST, after(9)), None, "it is over");
    }

    #[test]
    fn one_order_at_a_time_tries() {
        for reason in PauseReason::ALL {
            let pause = begun(*reason);
            assert_eq!(pause.trial(pause.until - Duration::from_micros(1)), None, "{reason:?}");
            let trial = pause.trial(pause.until);
            assert_eq!(trial.is_some(), !reason.shows_in_credits(), "{reason:?}");
            if let Some(trial) = trial {
                assert!(trial.holds(pause.until) && trial.trial(pause.until).is_none(), "the others wait");
                assert_eq!(trial.trial(pause.until + TRIAL).map(|next| next.until), Some(pause.until + TRIAL * 2));
            }
            assert_eq!(pause.ended(after(6)).trial(after(90)), None, "{reason:?}");
        }
    }
}
