//! Decimal numbers of a JSON answer as integers of a small unit, without a float of ours.
//!
//! serde_json keeps a number with a point as a float. Its text is exact up to 15 digits, which every such text survives; what comes after them
//! is noise of the conversion (`0.30000000000000004`) and is rounded away to the nearest. What is then left below the unit is rounded **up**: a
//! cost is never taken for less than it was.

use serde_json::Value;

/// The digits of a decimal text that a 64-bit float keeps whatever the number.
const FLOAT_DIGITS: usize = 15;
/// The longest text that is read: longer ones are no amounts.
const TEXT_MAX: usize = 40;

/// A JSON number, or a text that is one, in units of 10^-`digits`, rounded up. `None` if it is no number or too large.
pub(crate) fn scaled(value: &Value, digits: u32) -> Option<i64> {
    match value {
        Value::Number(number) => {
            let Mantissa { mut value, mut scale } = Mantissa::read(&number.to_string())?;
            if number.is_f64() {
                let written = value.unsigned_abs().to_string().len();
                let noise = u32::try_from(written.saturating_sub(FLOAT_DIGITS)).ok()?;
                let unit = 10_i128.checked_pow(noise)?;
                value = (value + value.signum() * (unit / 2)) / unit;
                scale -= i64::from(noise);
            }
            Mantissa { value, scale }.rounded_up(digits)
        }
        Value::String(text) => Mantissa::read(text.trim())?.rounded_up(digits),
        _ => None,
    }
}

/// `value x 10^-scale`.
struct Mantissa {
    value: i128,
    scale: i64,
}

impl Mantissa {
    fn read(text: &str) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if digits.is_empty() || !plain(digits) || !plain(fraction) {
            return None;
        }
        let value = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { value, scale: i64::try_from(fraction.len()).ok()?.checked_sub(exponent)? })
    }

    fn rounded_up(self, digits: u32) -> Option<i64> {
        let excess = self.scale.checked_sub(i64::from(digits))?;
        let power = u32::try_from(excess.unsigned_abs()).ok();
        let unit = power.and_then(|power| 10_i128.checked_pow(power));
        let scaled = match unit {
            _ if self.value == 0 => 0,
            Some(unit) if excess <= 0 => self.value.checked_mul(unit)?,
            Some(unit) => self.value.div_euclid(unit) + i128::from(self.value.rem_euclid(unit) != 0),
            None if excess <= 0 => return None,
            // Far below one unit: the next one up is 1 for a positive number and 0 for a negative one.
            None => i128::from(self.value > 0),
        };
        i64::try_from(scaled).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_and_texts_are_read_exactly_and_rounded_up_beyond_six_digits() {
        let table = [
            ("14.4", Some(14_400_000)),
            ("3.0", Some(3_000_000)),
            ("3", Some(3_000_000)),
            ("0", Some(0)),
            ("0.0", Some(0)),
            ("-0.0", Some(0)),
            ("5916.25", Some(5_916_250_000)),
            ("0.30000000000000004", Some(300_000)),
            ("1.0000001", Some(1_000_001)),
            ("0.0000001", Some(1)),
            ("1e-7", Some(1)),
            ("1e-300", Some(1)),
            ("-1e-300", Some(0)),
            ("-1.0000001", Some(-1_000_000)),
            ("1.5e3", Some(1_500_000_000)),
            ("1E2", Some(100_000_000)),
            ("123456789.123456", Some(123_456_789_123_456)),
            ("1e300", None),
            ("9223372036854775807", None),
            ("\"14.4\"", Some(14_400_000)),
            ("\" 0.8 \"", Some(800_000)),
            ("\"1.00000000000000000001\"", Some(1_000_001)),
            ("\"\"", None),
            ("\".\"", None),
            ("\"abc\"", None),
            ("\"1e99999999999999999999\"", None),
            ("\"--1\"", None),
            ("\"+1\"", None),
            ("null", None),
            ("true", None),
            ("[1]", None),
        ];
        for (text, expected) in table {
            assert_eq!(scaled(&parsed(text), 6), expected, "{text}");
        }
        assert_eq!(scaled(&json!("9".repeat(41)), 6), None);
    }

    proptest! {
        #[test]
        fn every_amount_of_six_digits_comes_back_as_it_was(raw in -100_000_000_000_000_i64..100_000_000_000_000) {
            let text = format!("{}{}.{:06}", if raw < 0 { "-" } else { "" }, raw.abs() / 1_000_000, raw.abs() % 1_000_000);
            prop_assert_eq!(scaled(&parsed(&text), 6), Some(raw));
            prop_assert_eq!(scaled(&Value::String(text), 6), Some(raw));
        }
    }
}
