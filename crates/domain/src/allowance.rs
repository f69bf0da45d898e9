//! How often one of many may come: some at once, then one each interval. What is remembered of them is bounded, whoever comes.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use crate::clock::Timestamp;

/// How often one may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// So many at once, after a rest; zero counts as one.
    pub burst: u32,
    /// Then one more after this time; zero = as often as they like.
    pub interval: Duration,
}

/// The same allowance for each of many keys.
#[derive(Clone, Debug)]
pub struct Allowances<K> {
    allowance: Allowance,
    keys_max: usize,
    /// When each will have earned back all that it took. Whoever is not here has taken nothing lately.
    rested_at: HashMap<K, Timestamp>,
}

impl<K: Eq + Hash> Allowances<K> {
    /// Remembers `keys_max` keys at most. If more than that come within the time of a burst, the further ones are let through: whoever commands
    /// so many is not kept out by a list, and memory matters more.
    pub fn new(allowance: Allowance, keys_max: usize) -> Self {
        Self { allowance, keys_max, rested_at: HashMap::new() }
    }

    /// Takes one turn. `Err` = how long until there is one; nothing is used up then.
    ///
    /// # Errors
    /// The wait, if the key has come too often.
    pub fn take(&mut self, key: K, now: Timestamp) -> Result<(), Duration> {
        let Allowance { burst, interval } = self.allowance;
        if interval.is_zero() {
            return Ok(());
        }
        let from = self.rested_at.get(&key).map_or(now, |rested| (*rested).max(now));
        let room = interval.saturating_mul(burst.max(1) - 1);
        let wait = from.since(now).saturating_sub(room);
        if !wait.is_zero() {
            return Err(wait);
        }
        if self.rested_at.len() >= self.keys_max && !self.rested_at.contains_key(&key) {
            // A key that has rested is like one that never came.
            self.rested_at.retain(|_, rested| *rested > now);
        }
        if self.rested_at.len() < self.keys_max || self.rested_at.contains_key(&key) {
            self.rested_at.insert(key, from + interval);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Allowance = Allowance { burst: 3, interval: Duration::from_secs(2) };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis * 1000)
    }

    #[test]
    fn a_burst_then_one_each_interval_and_a_rest_earns_it_back() {
        let mut ann = Allowances::new(THREE, 10);
        // When, and how long to wait in milliseconds.
        let table = [
            (0, 0),
            (0, 0),
            (0, 0),
            (0, 2000),
            (500, 1500),
            (2000, 0),
            (2000, 2000),
            (3999, 1),
            (4000, 0),
            (60_000, 0),
            (60_000, 0),
            (60_000, 0),
            (60_001, 1999),
        ];
        for (millis, wait) in table {
            let wanted = if wait == 0 { Ok(()) } else { Err(Duration::from_millis(wait)) };
            assert_eq!(ann.take("ann", at(millis)), wanted, "at {millis} ms");
        }
    }

    #[test]
    fn one_does_not_use_up_anothers() {
        let mut all = Allowances::new(THREE, 10);
        for _ in 0..9 {
            let _turn = all.take("ann", at(0));
        }
        assert!(all.take("ann", at(0)).is_err() && all.take("bob", at(0)).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_who_rests_makes_room() {
        let mut all = Allowances::new(Allowance { burst: 1, interval: Duration::from_secs(1) }, 2);
        assert!(all.take(1, at(0)).is_ok() && all.take(2, at(0)).is_ok());
        assert!(all.take(3, at(0)).is_ok() && all.take(3, at(0)).is_ok(), "there is no room to remember it");
        assert!(all.take(1, at(0)).is_err(), "who is remembered stays so");
        assert!(all.take(3, at(1000)).is_ok());
        assert!(all.take(3, at(1000)).is_err(), "the others have rested");
        assert_eq!(all.rested_at.len(), 1);
    }

    #[test]
    fn without_an_interval_nothing_is_kept() {
        let mut all = Allowances::new(Allowance { burst: 1, interval: Duration::ZERO }, 2);
        for _ in 0..100 {
            assert_eq!(all.take(1, at(0)), Ok(()));
        }
        assert!(all.rested_at.is_empty());
    }
}
