//! From values to pixels, in whole numbers: nothing is rounded before the last step, and no value is too great.

/// The length of `value` when `whole` is as long as `length`; never more than that, and nothing below zero.
pub(crate) fn pixels(value: i128, whole: i128, length: u16) -> f32 {
    let whole = whole.max(1);
    let rounded = (value.clamp(0, whole) * i128::from(length) + whole / 2) / whole;
    f32::from(u16::try_from(rounded).unwrap_or(length))
}

/// `count` as a factor; what has a limit in a picture is far below the greatest `u16`.
pub(crate) fn factor(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Whole pixels of a length.
#[expect(
    clippy::as_conversions,
    reason = "there is no other way from a float; the cast keeps within the bounds of u16 by itself"
)]
pub(crate) const fn whole(length: f32) -> u16 {
    length as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_shares_rounded_once_and_kept_within_bounds() {
        let huge = i128::from(i64::MAX);
        for (value, whole, length, expected) in [
            (1, 2, 100, 50_u16),
            (1, 3, 100, 33),
            (2, 3, 100, 67),
            (0, 5, 100, 0),
            (-4, 5, 100, 0),
            (9, 5, 100, 100),
            (0, 0, 100, 0),
            (huge, 2 * huge, 1000, 500),
        ] {
            assert_eq!(pixels(value, whole, length).to_bits(), f32::from(expected).to_bits(), "{value} of {whole}");
        }
    }
}
