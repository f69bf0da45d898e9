//! Amounts: roubles in kopecks, KIE's credits, the exchange rate, the markup. Integers only, checked arithmetic.
//!
//! Invariant: no value here is made by a float, and no arithmetic wraps; overflow is an error that names its operation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An arithmetic overflow, by operation. Amounts near 2^63 kopecks are no business of ours: it is a defect or an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("amount overflow in {0}")]
pub struct Overflow(pub &'static str);

/// A decimal number could not be read exactly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no decimal number with at most {digits} digits after the point")]
pub struct BadDecimal {
    /// What was found.
    pub text: String,
    /// How many digits the type keeps.
    pub digits: u32,
}

/// Roubles, counted in kopecks. May be negative only as a difference; balances and prices are checked where they live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From kopecks.
    pub const fn from_kopecks(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// From whole roubles.
    ///
    /// # Errors
    /// [`Overflow`] past 2^63 kopecks.
    pub fn from_roubles(roubles: i64) -> Result<Self, Overflow> {
        roubles.checked_mul(100).map(Self).ok_or(Overflow("roubles to kopecks"))
    }

    /// In kopecks.
    pub const fn kopecks(self) -> i64 {
        self.0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow("money addition"))
    }

    /// The difference; negative if `other` is larger.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow("money subtraction"))
    }
}

impl fmt::Display for Money {
    /// `12.30` – for logs, reports and the command line; a user's text is made by the screens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

impl FromStr for Money {
    type Err = BadDecimal;

    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        parse_decimal(text, 2).map(Self)
    }
}

macro_rules! decimal {
    ($(#[$doc:meta])* $name:ident, $digits:literal, $unit:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            #[doc = concat!("From ", $unit, ".")]
            pub const fn from_raw(raw: i64) -> Self {
                Self(raw)
            }

            #[doc = concat!("In ", $unit, ", as storage keeps it.")]
            pub const fn raw(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&format_decimal(self.0, $digits))
            }
        }

        impl FromStr for $name {
            type Err = BadDecimal;

            fn from_str(text: &str) -> Result<Self, BadDecimal> {
                parse_decimal(text, $digits).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

decimal!(
    /// KIE's unit: 1 credit = 0.005 USD. Fractional (`0.8`, `14.4`); kept in millionths. JSON of ours: a string.
    Credits, 6, "millionths of a credit"
);
decimal!(
    /// Roubles per US dollar, kept to four digits as the Bank of Russia prints it.
    Rate, 4, "ten-thousandths of a rouble"
);
decimal!(
    /// What the price is multiplied by: `2.0`.
    Markup, 4, "ten-thousandths"
);

impl Credits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow("credits addition"))
    }

    /// `self` times a quantity, say of seconds.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn checked_mul(self, by: i64) -> Result<Self, Overflow> {
        self.0.checked_mul(by).map(Self).ok_or(Overflow("credits multiplication"))
    }

    /// `self` times `numerator / denominator`, rounded up to a millionth: a cost is never made smaller by rounding.
    ///
    /// # Errors
    /// [`Overflow`], also for a denominator of zero.
    pub fn checked_ratio(self, numerator: i64, denominator: i64) -> Result<Self, Overflow> {
        let product = i128::from(self.0) * i128::from(numerator);
        div_ceil(product, i128::from(denominator)).map(Self).ok_or(Overflow("credits ratio"))
    }
}

/// The part of a price that is frozen in a quote: rate, markup and step turn KIE's credits into roubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceFactor {
    /// Roubles per dollar.
    pub rate: Rate,
    /// Our margin.
    pub markup: Markup,
    /// Prices are rounded up to it; one kopeck at least.
    pub step: Money,
}

impl PriceFactor {
    /// `round up to the step (credits x 0.005 USD x rate x markup)`.
    ///
    /// # Errors
    /// [`Overflow`], also for a step below one kopeck.
    pub fn price(&self, credits: Credits) -> Result<Money, Overflow> {
        const OVERFLOW: Overflow = Overflow("price of credits");
        // credits/10^6 x 0.005 USD x rate/10^4 x markup/10^4 roubles, in kopecks: one half over 10^14.
        let numerator = i128::from(credits.0)
            .checked_mul(i128::from(self.rate.0))
            .and_then(|product| product.checked_mul(i128::from(self.markup.0)))
            .ok_or(OVERFLOW)?;
        let denominator = i128::from(self.step.0).checked_mul(200_000_000_000_000).ok_or(OVERFLOW)?;
        let steps = div_ceil(numerator, denominator).ok_or(OVERFLOW)?;
        steps.checked_mul(self.step.0).map(Money).ok_or(OVERFLOW)
    }
}

impl PriceFactor {
    /// What credits cost us: the price without markup, rounded up to a kopeck.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn cost(&self, credits: Credits) -> Result<Money, Overflow> {
        const NO_MARKUP: Markup = Markup(10_000);
        Self { rate: self.rate, markup: NO_MARKUP, step: Money(1) }.price(credits)
    }
}

fn div_ceil(numerator: i128, denominator: i128) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let quotient = numerator.div_euclid(denominator);
    let up = i128::from(numerator.rem_euclid(denominator) != 0);
    i64::try_from(quotient + up).ok()
}

fn parse_decimal(text: &str, digits: u32) -> Result<i64, BadDecimal> {
    let bad = || BadDecimal { text: text.chars().take(40).collect(), digits };
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let significant = fraction.trim_end_matches('0');
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let room = usize::try_from(digits).map_err(|_| bad())?;
    if whole.is_empty() || !plain(whole) || !plain(fraction) || significant.len() > room {
        return Err(bad());
    }
    let joined = format!("{whole}{significant:0<room$}");
    let magnitude: i64 = joined.parse().map_err(|_| bad())?;
    Ok(if negative { -magnitude } else { magnitude })
}

fn format_decimal(raw: i64, digits: u32) -> String {
    let scale = 10_u64.pow(digits);
    let sign = if raw < 0 { "-" } else { "" };
    let (whole, fraction) = (raw.unsigned_abs() / scale, raw.unsigned_abs() % scale);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let width = usize::try_from(digits).unwrap_or(0);
    let padded = format!("{fraction:0width$}");
    format!("{sign}{whole}.{}", padded.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn factor(rate: &str, markup: &str, step: i64) -> PriceFactor {
        PriceFactor { rate: rate.parse().unwrap(), markup: markup.parse().unwrap(), step: Money::from_kopecks(step) }
    }

    #[test]
    fn price_is_rounded_up_to_the_step() {
        let factor = factor("95.5", "2", 10);
        // 0.8 credits = 0.004 USD = 0.382 RUB, doubled 0.764 RUB: 80 kopecks.
        assert_eq!(factor.price("0.8".parse().unwrap()), Ok(Money::from_kopecks(80)));
        assert_eq!(factor.price(Credits::ZERO), Ok(Money::ZERO));
        // 4 credits = 0.02 USD = 1.91 RUB, doubled 3.82 RUB: the next step is 3.90.
        assert_eq!(factor.price("4".parse().unwrap()), Ok(Money::from_kopecks(390)));
    }

    #[test]
    fn a_step_of_zero_is_an_error_and_not_a_free_price() {
        assert_eq!(factor("95", "2", 0).price("1".parse().unwrap()), Err(Overflow("price of credits")));
    }

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        assert_eq!("14.4".parse::<Credits>().unwrap().raw(), 14_400_000);
        assert_eq!("5916.250".parse::<Credits>().unwrap().to_string(), "5916.25");
        assert_eq!("-0.5".parse::<Credits>().unwrap().to_string(), "-0.5");
        for bad in ["", ".", "1e3", "0x1", "1.0000001", "+1", " 1", "--1", "99999999999999999999"] {
            assert!(bad.parse::<Credits>().is_err(), "{bad}");
        }
        assert_eq!("12.3".parse::<Money>().unwrap(), Money::from_kopecks(1230));
        assert!("12.345".parse::<Money>().is_err());
    }

    #[test]
    fn money_is_shown_with_two_digits_and_its_sign() {
        for (kopecks, text) in [(0, "0.00"), (5, "0.05"), (1230, "12.30"), (-5, "-0.05"), (-1230, "-12.30")] {
            assert_eq!(Money::from_kopecks(kopecks).to_string(), text);
        }
        assert_eq!((Credits::ZERO.to_string(), Credits::from_raw(-1).to_string()), ("0".into(), "-0.000001".into()));
    }

    #[test]
    fn arithmetic_is_exact_or_says_which_operation_overflowed() {
        let (one, most) = (Money::from_kopecks(1), Money::from_kopecks(i64::MAX));
        assert_eq!(Money::from_roubles(12), Ok(Money::from_kopecks(1200)));
        assert_eq!(Money::from_roubles(i64::MAX), Err(Overflow("roubles to kopecks")));
        assert_eq!(one.checked_add(one), Ok(Money::from_kopecks(2)));
        assert_eq!(most.checked_add(one), Err(Overflow("money addition")));
        assert_eq!(one.checked_sub(most), Ok(Money::from_kopecks(1 - i64::MAX)));
        assert_eq!(Money::from_kopecks(-2).checked_sub(most), Err(Overflow("money subtraction")));
        let credits = Credits::from_raw;
        assert_eq!(credits(5).checked_add(credits(7)), Ok(credits(12)));
        assert_eq!(credits(i64::MAX).checked_add(credits(1)), Err(Overflow("credits addition")));
        assert_eq!(credits(5).checked_mul(7), Ok(credits(35)));
        assert_eq!(credits(i64::MAX).checked_mul(2), Err(Overflow("credits multiplication")));
        assert_eq!(credits(5).checked_ratio(1, 2), Ok(credits(3)), "rounded up");
        assert_eq!(credits(5).checked_ratio(1, 0), Err(Overflow("credits ratio")));
    }

    proptest! {
        #[test]
        fn decimal_text_round_trips(raw in any::<i64>().prop_filter("i64::MIN has no positive twin", |raw| *raw != i64::MIN)) {
            prop_assert_eq!(Credits::from_raw(raw).to_string().parse::<Credits>().unwrap().raw(), raw);
        }

        #[test]
        fn price_is_monotone_and_never_below_cost(a in 0_i64..1_000_000_000_000, b in 0_i64..1_000_000_000_000, step in 1_i64..1000) {
            let factor = factor("95.1234", "1.5", step);
            let (low, high) = (a.min(b), a.max(b));
            let price = |raw| factor.price(Credits::from_raw(raw)).unwrap().kopecks();
            prop_assert!(price(low) <= price(high));
            // Cost in kopecks without markup: credits x 0.5 x rate.
            let cost = i128::from(high) * 951_234 / 20_000_000_000;
            prop_assert!(i128::from(price(high)) >= cost);
            prop_assert_eq!(price(high) % step, 0);
        }
    }
}
