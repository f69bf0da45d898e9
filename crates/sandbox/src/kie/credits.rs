//! Amounts of KIE credits.

use std::fmt;

use serde_json::Value;

/// KIE credits in thousandths: balance and prices are fractional there (`5916.25`, `0.8`), and no float may count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credits(i64);

impl Credits {
    /// From thousandths of a credit.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// From whole credits. Saturates at the ends of the range.
    pub const fn whole(credits: i64) -> Self {
        Self(credits.saturating_mul(1000))
    }

    /// Thousandths of a credit.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal such as `104.5`; `None` for signs, exponents and more than three places.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 3 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
        whole.checked_mul(1000)?.checked_add(fraction).map(Self)
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(super) const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `numerator / denominator` of the amount, rounded up to a thousandth, as a seller does.
    pub(super) fn ratio(self, numerator: i64, denominator: i64) -> Self {
        let product = i128::from(self.0) * i128::from(numerator);
        let divisor = i128::from(denominator.max(1));
        let rounded = (product + divisor - 1).div_euclid(divisor);
        Self(i64::try_from(rounded).unwrap_or(i64::MAX))
    }

    /// The number as KIE writes it: always with a fraction, `3.0`.
    pub(super) fn to_json(self) -> Value {
        serde_json::from_str(&self.to_string()).expect("a decimal of digits, a point and digits is a JSON number")
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fraction = format!("{:03}", self.0.unsigned_abs() % 1000);
        let fraction = fraction.trim_end_matches('0');
        let fraction = if fraction.is_empty() { "0" } else { fraction };
        write!(formatter, "{sign}{}.{fraction}", self.0.unsigned_abs() / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written_as_kie_writes_them() {
        for (text, thousandths, written) in
            [("0.8", 800, "0.8"), ("3", 3000, "3.0"), ("5916.25", 5_916_250, "5916.25"), ("0.001", 1, "0.001")]
        {
            let credits = Credits::parse(text).expect(text);
            assert_eq!((credits.thousandths(), credits.to_string().as_str()), (thousandths, written));
            assert_eq!(credits.to_json().to_string(), written);
        }
        for bad in ["", ".5", "-1", "1e3", "1.2345", "1,5"] {
            assert_eq!(Credits::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn shares_are_rounded_up() {
        assert_eq!(Credits::whole(6).ratio(1, 1000), Credits::from_thousandths(6));
        assert_eq!(Credits::from_thousandths(1).ratio(1, 3), Credits::from_thousandths(1));
        assert_eq!(Credits::from_thousandths(4500).ratio(5, 1), Credits::from_thousandths(22_500));
    }
}
