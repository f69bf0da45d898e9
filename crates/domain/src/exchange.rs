//! The exchange rate: once a day, guarded against jumps.

use crate::clock::Timestamp;
use crate::money::Rate;

/// A change of more than so many per cent waits for the owner: half a misplaced digit must not reprice the shop.
pub const JUMP_PERCENT_MAX: i64 = 10;

/// Roubles for a dollar, as a source gave them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// Roubles for one dollar.
    pub rate: Rate,
    /// The day that it is for, as the source writes it in ISO form: `2026-11-29`.
    pub date: String,
    /// When it was read.
    pub read_at: Timestamp,
}

/// What becomes of a rate that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds from now on.
    Accept,
    /// It jumped: an owner decides.
    Ask,
}

/// Whether `read` may replace `current`; the first one ever is held against the configured rate.
pub fn judge(current: Rate, read: Rate) -> Verdict {
    let (current, read) = (i128::from(current.raw()), i128::from(read.raw()));
    let change = (read - current).abs() * 100;
    if read > 0 && change <= current * i128::from(JUMP_PERCENT_MAX) { Verdict::Accept } else { Verdict::Ask }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_more_than_ten_per_cent_waits_for_the_owner() {
        let table = [
            ("100", "100", Verdict::Accept),
            ("100", "110", Verdict::Accept),
            ("100", "90", Verdict::Accept),
            ("100", "110.0001", Verdict::Ask),
            ("100", "89.9999", Verdict::Ask),
            ("100", "0", Verdict::Ask),
            ("81.2345", "8.1234", Verdict::Ask),
        ];
        for (current, read, wanted) in table {
            let rate = |text: &str| text.parse::<Rate>().unwrap();
            assert_eq!(judge(rate(current), rate(read)), wanted, "{current} {read}");
        }
        assert_eq!(judge(Rate::from_raw(0), Rate::from_raw(0)), Verdict::Ask, "nothing is no rate");
    }
}
