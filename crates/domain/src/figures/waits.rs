//! How long things took, as a histogram: small to keep, adds up, and tells any percentile within some 3 %.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::money::Overflow;

/// Buckets of one octave: a bucket is at most a sixteenth of its values wide, so its middle is off by a thirty-second at most.
const STEPS: u32 = 16;
/// Below so many milliseconds each one has a bucket of its own.
const EXACT_BELOW: u64 = 32;
/// The octave that begins there.
const FIRST_OCTAVE: u32 = EXACT_BELOW.ilog2();

/// A histogram of waiting times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Waits {
    /// How many by bucket; only buckets with any.
    buckets: BTreeMap<u32, u64>,
}

impl Waits {
    /// One more.
    pub fn note(&mut self, wait: Duration) {
        let count = self.buckets.entry(bucket(wait)).or_default();
        *count = count.saturating_add(1);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.buckets.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// So long waited this part of them at most, in percent; `None` of none.
    pub fn percentile(&self, percent: u8) -> Option<Duration> {
        let rank = u128::from(self.count()).saturating_mul(percent.min(100).into()).div_ceil(100).max(1);
        let mut seen: u128 = 0;
        let within = |(bucket, count): (&u32, &u64)| {
            seen += u128::from(*count);
            (seen >= rank).then(|| middle(*bucket))
        };
        self.buckets.iter().find_map(within)
    }

    /// Those of another one, too.
    pub(super) fn absorb(&mut self, other: &Self) -> Result<(), Overflow> {
        for (bucket, count) in &other.buckets {
            let sum = self.buckets.entry(*bucket).or_default();
            *sum = sum.checked_add(*count).ok_or(Overflow("count addition"))?;
        }
        Ok(())
    }
}

fn bucket(wait: Duration) -> u32 {
    let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    if ms < EXACT_BELOW {
        return u32::try_from(ms).unwrap_or_default();
    }
    let octave = ms.ilog2();
    let step = u32::try_from(ms >> (octave - STEPS.ilog2())).unwrap_or_default() - STEPS;
    u32::try_from(EXACT_BELOW).unwrap_or_default() + (octave - FIRST_OCTAVE) * STEPS + step
}

/// The middle of a bucket. Of a number that no bucket has: as long as can be said.
fn middle(bucket: u32) -> Duration {
    let Some(above) = bucket.checked_sub(u32::try_from(EXACT_BELOW).unwrap_or_default()) else {
        return Duration::from_millis(bucket.into());
    };
    let shift = FIRST_OCTAVE - STEPS.ilog2() + above / STEPS;
    let half_steps = u64::from(STEPS + above % STEPS) * 2 + 1;
    let ms = u128::from(half_steps).checked_shl(shift).map_or(u128::MAX, |doubled| doubled / 2);
    Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_bucket_is_near_to_what_is_in_it() {
        let mut last = 0;
        for ms in (0..5000).chain((1..400).map(|step| step * 250_000)).chain([u64::MAX / 3, u64::MAX]) {
            let wait = Duration::from_millis(ms);
            let number = bucket(wait);
            assert!(number >= last || ms == 250_000, "buckets are in order: {ms} ms");
            last = number;
            let off = middle(number).abs_diff(wait).as_millis();
            assert!(off * 32 <= u128::from(ms), "{ms} ms is off by {off} ms");
        }
    }

    #[test]
    fn percentiles_are_within_five_percent() {
        // What was exact before it went into buckets: nearest ranks of a thousand different waits.
        let exact: Vec<u64> = (1..=1000).map(|place: u64| 900 + place * place).collect();
        let mut waits = Waits::default();
        exact.iter().rev().for_each(|ms| waits.note(Duration::from_millis(*ms)));
        assert_eq!(waits.count(), 1000);
        for (percent, place) in [(0, 0), (1, 9), (50, 499), (95, 949), (99, 989), (100, 999)] {
            let found = u64::try_from(waits.percentile(percent).unwrap().as_millis()).unwrap();
            let wanted = exact[place];
            assert!(found.abs_diff(wanted) * 20 <= wanted, "p{percent}: {found} ms instead of {wanted} ms");
        }
        assert_eq!(Waits::default().percentile(50), None);
    }

    #[test]
    fn a_histogram_survives_its_json_and_adds_up() {
        let mut one = Waits::default();
        one.note(Duration::from_secs(7));
        let mut other = one.clone();
        other.note(Duration::from_millis(3));
        let json = serde_json::to_string(&other).unwrap();
        assert_eq!(serde_json::from_str::<Waits>(&json).unwrap(), other, "{json}");
        one.absorb(&other).unwrap();
        assert_eq!((one.count(), one.percentile(100)), (3, other.percentile(100)));
        assert_eq!(
            serde_json::from_str::<Waits>(r#"{"4294967295":1}"#).unwrap().percentile(50),
            Some(Duration::from_millis(u64::MAX))
        );
    }
}
