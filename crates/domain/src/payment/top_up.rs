//! How much may be put on a balance at once, and what Stars are worth.

use super::invoice::Invoice;
use crate::money::{Money, Overflow};

/// The amounts on buttons, in roubles.
pub const PRESETS_RUB: [i64; 4] = [100, 500, 1000, 5000];
/// Less is not worth a provider's fee.
pub const TOP_UP_RUB_MIN: i64 = 50;
/// More at once is not what a prepaid balance of a bot is for.
pub const TOP_UP_RUB_MAX: i64 = 50_000;

/// Why an amount is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BadTopUp {
    /// It is no amount of roubles.
    #[error("this is no amount of roubles")]
    NotAnAmount,
    /// Less than [`TOP_UP_RUB_MIN`].
    #[error("the amount is too small")]
    TooSmall,
    /// More than [`TOP_UP_RUB_MAX`].
    #[error("the amount is too large")]
    TooLarge,
}

/// The amount that a user typed: `500`, `500,50`, `1 000 ₽`.
///
/// # Errors
/// [`BadTopUp`].
pub fn top_up_amount(text: &str) -> Result<Money, BadTopUp> {
    let text = text.trim().trim_end_matches(['₽', '.', ' ', '\u{a0}']);
    let text = ["руб", "RUB", "rub", "р", "р."].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    let figure: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let figure = figure.replace(',', ".");
    let is_figure = !figure.is_empty() && figure.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    if !is_figure {
        return Err(BadTopUp::NotAnAmount);
    }
    match figure.parse::<Money>() {
        Ok(amount) => top_up_within(amount),
        // Digits and one point, but too many of them.
        Err(_) if figure.split('.').next().is_some_and(|whole| whole.len() > 9) => Err(BadTopUp::TooLarge),
        Err(_) => Err(BadTopUp::NotAnAmount),
    }
}

/// The amount, if it may be paid at once.
///
/// # Errors
/// [`BadTopUp::TooSmall`], [`BadTopUp::TooLarge`].
pub fn top_up_within(amount: Money) -> Result<Money, BadTopUp> {
    match amount.kopecks() {
        kopecks if kopecks < TOP_UP_RUB_MIN * 100 => Err(BadTopUp::TooSmall),
        kopecks if kopecks > TOP_UP_RUB_MAX * 100 => Err(BadTopUp::TooLarge),
        _ => Ok(amount),
    }
}

/// What a Star is worth: ten-thousandths of a Star for a rouble of balance; above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StarsRate(i64);

impl StarsRate {
    /// From ten-thousandths of a Star for a rouble; `None` if that is not positive.
    pub const fn per_rouble(ten_thousandths: i64) -> Option<Self> {
        if ten_thousandths > 0 { Some(Self(ten_thousandths)) } else { None }
    }

    /// The Stars that `amount` costs, rounded up: at least one.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn stars(self, amount: Money) -> Result<i64, Overflow> {
        const KOPECKS_PER_ROUBLE_IN_TEN_THOUSANDTHS: i64 = 100 * 10_000;
        let product = amount.kopecks().checked_mul(self.0).ok_or(Overflow("the stars of an amount"))?;
        let whole = product.div_euclid(KOPECKS_PER_ROUBLE_IN_TEN_THOUSANDTHS);
        let rest = product.rem_euclid(KOPECKS_PER_ROUBLE_IN_TEN_THOUSANDTHS);
        Ok((whole + i64::from(rest > 0)).max(1))
    }

    /// What so many Stars are worth without an invoice that says more, rounded down.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn worth(self, stars: i64) -> Result<Money, Overflow> {
        let product = stars.checked_mul(100 * 10_000).ok_or(Overflow("the worth of stars"))?;
        Ok(Money::from_kopecks(product.div_euclid(self.0)))
    }
}

/// What a real payment credits: its invoice's amount if it paid just that, else `worth` at the current rate, and flagged.
pub fn credited(invoice: Option<&Invoice>, currency: &str, total: i64, worth: Money) -> (Money, bool) {
    let fits = invoice.filter(|invoice| invoice.native_currency == currency && invoice.native_amount == total);
    fits.map_or((worth, true), |invoice| (invoice.amount, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::ids::{InvoiceId, UserId};
    use crate::ledger::Provider;
    use crate::payment::InvoiceState;

    #[test]
    fn amounts_are_read_as_people_type_them_and_kept_within_bounds() {
        let table = [
            ("500", Ok(50_000)),
            (" 500 ₽", Ok(50_000)),
            ("500р", Ok(50_000)),
            ("500 р.", Ok(50_000)),
            ("500 руб.", Ok(50_000)),
            ("500 RUB", Ok(50_000)),
            ("1 000,50", Ok(100_050)),
            ("99.9", Ok(9990)),
            ("50", Ok(5000)),
            ("49,99", Err(BadTopUp::TooSmall)),
            ("0", Err(BadTopUp::TooSmall)),
            ("50000", Ok(5_000_000)),
            ("50000,01", Err(BadTopUp::TooLarge)),
            ("999999999999999999999", Err(BadTopUp::TooLarge)),
            ("-500", Err(BadTopUp::NotAnAmount)),
            ("1.2.3", Err(BadTopUp::NotAnAmount)),
            ("5e3", Err(BadTopUp::NotAnAmount)),
            ("a cat", Err(BadTopUp::NotAnAmount)),
            ("", Err(BadTopUp::NotAnAmount)),
            ("₽", Err(BadTopUp::NotAnAmount)),
            ("100.001", Err(BadTopUp::NotAnAmount)),
            ("123456789.001", Err(BadTopUp::NotAnAmount)),
        ];
        for (text, wanted) in table {
            assert_eq!(top_up_amount(text).map(Money::kopecks), wanted, "{text}");
        }
    }

    #[test]
    fn every_preset_may_be_paid() {
        for roubles in PRESETS_RUB {
            assert!(top_up_within(Money::from_kopecks(roubles * 100)).is_ok(), "{roubles}");
        }
    }

    #[test]
    fn a_star_never_buys_more_than_it_is_worth() {
        let rate = StarsRate::per_rouble(5_560).unwrap();
        let table = [(10_000, 56), (5000, 28), (1, 1), (0, 1), (500_000, 2780), (179, 1), (180, 2)];
        for (kopecks, stars) in table {
            assert_eq!(rate.stars(Money::from_kopecks(kopecks)), Ok(stars), "{kopecks}");
        }
        assert_eq!(rate.worth(56).map(Money::kopecks), Ok(10_071));
        assert_eq!(rate.worth(1).map(Money::kopecks), Ok(179));
        for kopecks in [1, 179, 180, 9999, 10_000, 4_999_999] {
            let stars = rate.stars(Money::from_kopecks(kopecks)).unwrap();
            assert!(rate.worth(stars).unwrap().kopecks() >= kopecks - 1, "{kopecks}");
        }
        assert_eq!((StarsRate::per_rouble(0), StarsRate::per_rouble(-1)), (None, None));
        assert!(rate.stars(Money::from_kopecks(i64::MAX)).is_err() && rate.worth(i64::MAX).is_err());
    }

    #[test]
    fn what_differs_from_its_invoice_is_credited_at_the_rate_and_flagged() {
        let invoice = Invoice {
            id: InvoiceId::from_bytes([2; 16]),
            user: UserId::from_bytes([1; 16]),
            provider: Provider::Stars,
            amount: Money::from_kopecks(10_000),
            native_amount: 56,
            native_currency: "XTR".to_owned(),
            state: InvoiceState::Asked,
            since: Timestamp::EPOCH,
            created_at: Timestamp::EPOCH,
            expires_at: Timestamp::EPOCH,
        };
        let worth = Money::from_kopecks(7);
        let fits = credited(Some(&invoice), "XTR", 56, worth);
        assert_eq!(fits, (Money::from_kopecks(10_000), false));
        for (invoice, currency, total) in [(None, "XTR", 56), (Some(&invoice), "XTR", 55), (Some(&invoice), "RUB", 56)]
        {
            assert_eq!(credited(invoice, currency, total, worth), (worth, true), "{currency} {total}");
        }
    }
}
