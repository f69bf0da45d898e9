//! The breaker of each family: while KIE does not answer, nothing new is asked of it. A creation without an answer is an order that may be lost,
//! so orders wait in our own queue instead, and one at a time finds out whether KIE is back.
//!
//! Invariants:
//! - Only outages count: no connection, no answer in time, 5xx, nonsense. Whatever KIE itself decided (a refusal, a full queue, our account) is an
//!   answer, and ends a run of outages.
//! - Families are apart: one that is out keeps nobody else from working.
//! - Questions about running tasks are always asked. They lose nothing, so they may open it and make its rest longer; but that KIE knows
//!   its tasks does not prove that it makes new ones, so only a creation closes it.
//!
//! [`Breaker`] decides and knows no clock; [`Breakers`] keeps one for each family, with the time, the metric and the one line in the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::models::ApiFamily;
use tokio::time::Instant;

/// While one finds out whether KIE is back, the others ask again after so long: an answer takes seconds.
const PROBE_WAIT: Duration = Duration::from_secs(5);

/// When creations of a family rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// After so many outages in a row; zero = never.
    pub outages: u32,
    /// If no more than this lies between the first of them and the last.
    pub window: Duration,
    /// They rest for so long, then one is let through; doubled each time that it meets an outage, too.
    pub rest: Duration,
    /// The longest rest.
    pub rest_max: Duration,
}

impl BreakerPolicy {
    /// Each outage may cost a user an order, so three are enough; two minutes tell a row of them from bad luck here and there. The shortest rest
    /// is what a restart at KIE takes, the longest is what users still wait out.
    pub const KIE: Self = Self {
        outages: 3,
        window: Duration::from_secs(2 * 60),
        rest: Duration::from_secs(30),
        rest_max: Duration::from_secs(5 * 60),
    };
}

/// What was asked of KIE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// A new task.
    Creation,
    /// How a task is.
    Question,
}

/// What a call showed of KIE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It answered, whatever it said.
    Answer,
    /// It did not.
    Outage,
    /// The call did not come so far.
    Nothing,
}

/// What became of a breaker, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Opened { rest: Duration },
    Closed,
}

/// One family's breaker. Times are since any fixed moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaker {
    /// Everything goes; the outages in a row of each kind of call.
    Closed { creations: Row, questions: Row },
    /// No creation before `until`.
    Open { until: Duration, rest: Duration },
    /// One creation is on its way to find out.
    Probing { rest: Duration },
}

/// Outages in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Row {
    count: u32,
    since: Duration,
}

impl Row {
    fn longer(self, policy: &BreakerPolicy, now: Duration) -> Self {
        if self.count > 0 && now.saturating_sub(self.since) <= policy.window {
            Self { count: self.count.saturating_add(1), ..self }
        } else {
            Self { count: 1, since: now }
        }
    }

    const fn is_enough(self, policy: &BreakerPolicy) -> bool {
        policy.outages > 0 && self.count >= policy.outages
    }
}

impl Breaker {
    const CLOSED: Self = Self::Closed {
        creations: Row { count: 0, since: Duration::ZERO },
        questions: Row { count: 0, since: Duration::ZERO },
    };

    /// How long creations rest; the first one after that finds out.
    const fn rests(self, now: Duration) -> Option<Duration> {
        match self {
            Self::Closed { .. } => None,
            Self::Open { until, .. } => match until.saturating_sub(now) {
                Duration::ZERO => None,
                left => Some(left),
            },
            Self::Probing { .. } => Some(PROBE_WAIT),
        }
    }

    /// Lets a creation through, or says when to ask again.
    const fn admit(self, now: Duration) -> Result<Self, Duration> {
        match (self.rests(now), self) {
            (Some(wait), _) => Err(wait),
            (None, Self::Open { rest, .. }) => Ok(Self::Probing { rest }),
            (None, same) => Ok(same),
        }
    }

    /// What it becomes after a call.
    fn after(self, policy: &BreakerPolicy, now: Duration, call: Call, seen: Seen) -> Self {
        let open = |rest: Duration| Self::Open { until: now + rest, rest };
        match (self, call, seen) {
            (Self::Closed { creations, questions }, _, Seen::Outage) => {
                let (creations, questions) = match call {
                    Call::Creation => (creations.longer(policy, now), questions),
                    Call::Question => (creations, questions.longer(policy, now)),
                };
                let enough = creations.is_enough(policy) || questions.is_enough(policy);
                if enough { open(policy.rest) } else { Self::Closed { creations, questions } }
            }
            (Self::Closed { creations, .. }, Call::Question, Seen::Answer) => {
                Self::Closed { creations, questions: Row::default() }
            }
            // One that was under way when it opened counts as well.
            (_, Call::Creation, Seen::Answer) => Self::CLOSED,
            (Self::Open { until, rest }, _, Seen::Outage) => Self::Open { until: until.max(now + rest), rest },
            (Self::Probing { rest }, Call::Creation, Seen::Outage) => {
                open(rest.saturating_mul(2).min(policy.rest_max).max(policy.rest))
            }
            // Whoever was to find out did not: the next one does.
            (Self::Probing { rest }, Call::Creation, Seen::Nothing) => Self::Open { until: now, rest },
            (same, _, _) => same,
        }
    }

    const fn change_to(self, next: Self) -> Option<Change> {
        match (self, next) {
            (Self::Closed { .. }, Self::Open { rest, .. }) => Some(Change::Opened { rest }),
            (Self::Open { .. } | Self::Probing { .. }, Self::Closed { .. }) => Some(Change::Closed),
            _ => None,
        }
    }
}

/// The breakers of a client.
pub(crate) struct Breakers {
    policy: BreakerPolicy,
    started: Instant,
    families: Mutex<BTreeMap<ApiFamily, Breaker>>,
}

impl Breakers {
    pub(crate) fn new(policy: BreakerPolicy) -> Self {
        for family in ApiFamily::ALL {
            tell_metric(*family, false);
        }
        Self { policy, started: Instant::now(), families: Mutex::default() }
    }

    /// How long creations of a family rest.
    pub(crate) fn rests(&self, family: ApiFamily) -> Option<Duration> {
        self.with(family, |breaker, now| breaker.rests(now))
    }

    /// Lets a creation through; `Err` = how long to wait.
    pub(crate) fn admit(&self, family: ApiFamily) -> Result<Pass<'_>, Duration> {
        self.with(family, |breaker, now| {
            *breaker = breaker.admit(now)?;
            Ok(Pass { breakers: self, family, seen: Seen::Nothing })
        })
    }

    /// Learns from a call.
    pub(crate) fn note(&self, family: ApiFamily, call: Call, seen: Seen) {
        let change = self.with(family, |breaker, now| {
            let before = std::mem::replace(breaker, breaker.after(&self.policy, now, call, seen));
            before.change_to(*breaker)
        });
        match change {
            None => {}
            Some(Change::Opened { rest }) => {
                tell_metric(family, true);
                let rest_s = rest.as_secs();
                tracing::error!(
                    kie.family = %family,
                    rest_s,
                    "KIE does not answer: creations of `{family}` rest for {rest_s} s, then one finds out whether it is back"
                );
            }
            Some(Change::Closed) => {
                tell_metric(family, false);
                tracing::info!(kie.family = %family, "KIE answers again: creations of `{family}` go on");
            }
        }
    }

    fn with<T>(&self, family: ApiFamily, act: impl FnOnce(&mut Breaker, Duration) -> T) -> T {
        let mut families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        act(families.entry(family).or_insert(Breaker::CLOSED), self.started.elapsed())
    }
}

fn tell_metric(family: ApiFamily, open: bool) {
    metrics::gauge!("kie_breaker_open", "family" => family.as_str()).set(if open { 1.0 } else { 0.0 });
}

/// A creation that was let through. Dropped on the way, it has shown nothing.
pub(crate) struct Pass<'a> {
    breakers: &'a Breakers,
    family: ApiFamily,
    seen: Seen,
}

impl Pass<'_> {
    pub(crate) fn end(mut self, seen: Seen) {
        self.seen = seen;
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.breakers.note(self.family, Call::Creation, self.seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: BreakerPolicy = BreakerPolicy { outages: 3, window: secs(120), rest: secs(30), rest_max: secs(100) };

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    /// One step of a story: at that second, this happens.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// A creation is asked for; what it is told: nothing = it goes.
        Asks(Option<u64>),
        /// A call ends.
        Ends(Call, Seen),
    }

    use Call::{Creation, Question};
    use Seen::{Answer, Nothing, Outage};
    use Step::{Asks, Ends};

    #[test]
    fn the_table_of_stories() {
        let out = Ends(Creation, Outage);
        let table: &[(&str, &[(u64, Step)])] = &[
            ("two in a row are not enough", &[(0, out), (1, out), (2, Asks(None))]),
            ("three in a row open it", &[(0, out), (1, out), (2, out), (3, Asks(Some(29)))]),
            (
                "an answer between them ends the row",
                &[(0, out), (1, out), (2, Ends(Creation, Answer)), (3, out), (4, Asks(None))],
            ),
            (
                "what did not come so far is no answer",
                &[(0, out), (1, out), (2, Ends(Creation, Nothing)), (3, out), (4, Asks(Some(29)))],
            ),
            (
                "a row beyond the window begins anew",
                &[(0, out), (60, out), (121, out), (122, Asks(None)), (123, out), (124, out), (125, Asks(Some(29)))],
            ),
            (
                "questions open it as well",
                &[
                    (0, Ends(Question, Outage)),
                    (1, Ends(Question, Outage)),
                    (2, Ends(Question, Outage)),
                    (3, Asks(Some(29))),
                ],
            ),
            (
                "the two kinds are counted apart",
                &[(0, out), (1, Ends(Question, Outage)), (2, out), (3, Ends(Question, Outage)), (4, Asks(None))],
            ),
            (
                "that questions are answered proves no creation",
                &[(0, out), (1, out), (2, Ends(Question, Answer)), (3, out), (4, Asks(Some(29)))],
            ),
            (
                "that creations are answered proves all",
                &[
                    (0, Ends(Question, Outage)),
                    (1, Ends(Question, Outage)),
                    (2, Ends(Creation, Answer)),
                    (3, Ends(Question, Outage)),
                    (4, Asks(None)),
                ],
            ),
            (
                "one finds out, the others wait",
                &[
                    (0, out),
                    (0, out),
                    (0, out),
                    (30, Asks(None)),
                    (30, Asks(Some(5))),
                    (31, Ends(Creation, Answer)),
                    (31, Asks(None)),
                    (31, Asks(None)),
                ],
            ),
            (
                "a rest doubles up to the longest",
                &[
                    (0, out),
                    (0, out),
                    (0, out),
                    (30, Asks(None)),
                    (40, out),
                    (41, Asks(Some(59))),
                    (100, Asks(None)),
                    (100, out),
                    (100, Asks(Some(100))),
                    (200, Asks(None)),
                    (200, out),
                    (200, Asks(Some(100))),
                    (300, Asks(None)),
                    (301, Ends(Creation, Answer)),
                    (302, out),
                    (303, out),
                    (304, out),
                    (304, Asks(Some(30))),
                ],
            ),
            (
                "who was to find out and did not leaves it to the next",
                &[
                    (0, out),
                    (0, out),
                    (0, out),
                    (30, Asks(None)),
                    (31, Ends(Creation, Nothing)),
                    (31, Asks(None)),
                    (31, Asks(Some(5))),
                ],
            ),
            (
                "while questions fail nobody is sent to find out",
                &[(0, out), (0, out), (0, out), (25, Ends(Question, Outage)), (30, Asks(Some(25))), (55, Asks(None))],
            ),
            (
                "an answered question shortens nothing",
                &[(0, out), (0, out), (0, out), (25, Ends(Question, Answer)), (25, Asks(Some(5)))],
            ),
            (
                "one that was under way and is answered closes it",
                &[(0, out), (0, out), (0, out), (5, Ends(Creation, Answer)), (5, Asks(None))],
            ),
        ];
        for (name, story) in table {
            let mut breaker = Breaker::CLOSED;
            for (at, step) in *story {
                let now = secs(*at);
                match step {
                    Ends(call, seen) => breaker = breaker.after(&POLICY, now, *call, *seen),
                    Asks(wait) => {
                        let admitted = breaker.admit(now);
                        assert_eq!(admitted.err(), wait.map(secs), "{name}, at {at} s");
                        breaker = admitted.unwrap_or(breaker);
                    }
                }
            }
        }
    }

    #[test]
    fn without_a_number_it_never_opens() {
        let (mut breaker, policy) = (Breaker::CLOSED, BreakerPolicy { outages: 0, ..POLICY });
        for at in 0..100 {
            breaker = breaker.after(&policy, secs(at), Creation, Outage);
        }
        assert_eq!(breaker.admit(secs(100)).err(), None);
    }

    #[test]
    fn what_changes_is_told_once() {
        let open = Breaker::Open { until: secs(30), rest: secs(30) };
        let probing = Breaker::Probing { rest: secs(30) };
        let table = [
            (Breaker::CLOSED, open, Some(Change::Opened { rest: secs(30) })),
            (open, open, None),
            (open, probing, None),
            (probing, open, None),
            (open, Breaker::CLOSED, Some(Change::Closed)),
            (probing, Breaker::CLOSED, Some(Change::Closed)),
            (Breaker::CLOSED, Breaker::CLOSED, None),
        ];
        for (before, after, change) in table {
            assert_eq!(before.change_to(after), change, "{before:?} {after:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn families_are_apart_and_a_dropped_call_leaves_the_way_free() {
        let breakers = Breakers::new(POLICY);
        for _ in 0..3 {
            breakers.admit(ApiFamily::Veo).ok().unwrap().end(Outage);
        }
        assert_eq!((breakers.rests(ApiFamily::Veo), breakers.rests(ApiFamily::Market)), (Some(secs(30)), None));
        assert!(breakers.admit(ApiFamily::Veo).is_err() && breakers.admit(ApiFamily::Market).is_ok());
        tokio::time::advance(secs(30)).await;
        let probe = breakers.admit(ApiFamily::Veo).ok().unwrap();
        assert_eq!(breakers.admit(ApiFamily::Veo).err(), Some(PROBE_WAIT));
        drop(probe);
        breakers.admit(ApiFamily::Veo).ok().unwrap().end(Answer);
        assert_eq!(breakers.rests(ApiFamily::Veo), None);
    }
}
