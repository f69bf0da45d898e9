//! The figures of how long a model takes, the same for every backend.

use std::time::Duration;

use domain::ports::Took;

/// Median and 95th percentile of these times in milliseconds; `None` of fewer than `sample`. Of two in the middle the longer one counts:
/// who waits is better told too much than too little.
pub(crate) fn took_of(mut millis: Vec<i64>, sample: u32) -> Option<Took> {
    if millis.len() < usize::try_from(sample).unwrap_or(usize::MAX) {
        return None;
    }
    millis.sort_unstable();
    let rank = (millis.len() * 95).div_ceil(100);
    let time = |millis: i64| Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    let (median, p95) = (*millis.get(millis.len() / 2)?, *millis.get(rank.checked_sub(1)?)?);
    Some(Took { median: time(median), p95: time(p95) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(millis: impl IntoIterator<Item = i64>, sample: u32) -> Option<(u128, u128)> {
        let took = took_of(millis.into_iter().collect(), sample)?;
        Some((took.median.as_millis(), took.p95.as_millis()))
    }

    #[test]
    fn of_every_hundred_ninety_five_were_ready_by_the_second_figure() {
        let rows = [
            (100, Some((51, 95))),
            (101, Some((51, 96))),
            (40, Some((21, 38))),
            (20, Some((11, 19))),
            (19, Some((10, 19))),
            (3, Some((2, 3))),
            (1, Some((1, 1))),
        ];
        for (count, wanted) in rows {
            assert_eq!(figures((1..=i64::from(count)).rev(), count), wanted, "of {count}");
        }
    }

    #[test]
    fn too_few_tell_nothing() {
        assert_eq!(figures([1, 2], 3), None);
        assert_eq!(figures([], 0), None);
    }
}
