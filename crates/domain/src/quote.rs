//! A frozen price. Nobody can reserve or settle without one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::money::{Credits, Money, Overflow, PriceFactor};

/// How long a shown price holds. Long enough to read the confirm screen twice, short against the day of an exchange rate.
pub const QUOTE_LIFE: Duration = Duration::from_secs(15 * 60);

/// What a model's price table says for some inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// KIE's price; of a metered model the upper bound.
    pub credits: Credits,
    /// Whether the real cost is known only afterwards.
    pub metered: bool,
}

/// A price with everything it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// What is shown and reserved.
    pub price: Money,
    /// What it was made from.
    pub cost: Cost,
    /// Rate, markup and step at that moment.
    pub factor: PriceFactor,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// The owner's price that stands for the computed one, or bounds it from below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetPrice>,
}

/// A price that the owner set for a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetPrice {
    /// Whatever the table says.
    Fixed(Money),
    /// The least that is paid, where prices differ by what is chosen.
    Floor(Money),
}

impl SetPrice {
    /// The price, where `computed` is what table, rate and markup make.
    pub fn over(self, computed: Money) -> Money {
        match self {
            Self::Fixed(price) => price,
            Self::Floor(least) => computed.max(least),
        }
    }

    /// What was typed.
    pub const fn price(self) -> Money {
        match self {
            Self::Fixed(price) | Self::Floor(price) => price,
        }
    }
}

/// What is charged in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// To be captured; zero = release.
    pub capture: Money,
    /// The true cost could not be turned into a price, so the whole reservation is captured; the owner is told.
    pub flagged: bool,
}

/// What a success brought beside what KIE took for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin {
    /// What the price table said; of a metered model the upper bound.
    pub quoted: Credits,
    /// What KIE took, if it said so.
    pub taken: Option<Credits>,
    /// What the user paid.
    pub earned: Money,
    /// What `taken` cost us at the frozen rate, rounded up; absent if KIE did not say, or said nonsense.
    pub cost: Option<Money>,
}

impl Margin {
    /// KIE took more than the user paid.
    pub fn is_loss(&self) -> bool {
        self.cost.is_some_and(|cost| cost > self.earned)
    }
}

impl Quote {
    /// What a success under this quote brought, when KIE says what it took.
    pub fn margin(&self, consumed: Option<Credits>) -> Margin {
        let cost = consumed.and_then(|consumed| self.factor.cost(consumed).ok());
        Margin { quoted: self.cost.credits, taken: consumed, earned: self.settle(consumed).capture, cost }
    }

    /// Freezes a price for [`QUOTE_LIFE`].
    ///
    /// # Errors
    /// [`Overflow`]; such a combination can't be sold.
    pub fn new(cost: Cost, factor: PriceFactor, now: Timestamp) -> Result<Self, Overflow> {
        Ok(Self { price: factor.price(cost.credits)?, cost, factor, expires_at: now + QUOTE_LIFE, set: None })
    }

    /// The same at a price of the owner's.
    #[must_use]
    pub fn at(self, set: Option<SetPrice>) -> Self {
        Self { price: set.map_or(self.price, |set| set.over(self.price)), set, ..self }
    }

    /// When the price was frozen, and the exchange rate with it.
    pub fn frozen_at(&self) -> Timestamp {
        self.expires_at - QUOTE_LIFE
    }

    /// Whether the price must be asked again.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// What to capture when KIE says what it took (absent: nothing was said).
    ///
    /// A table price is charged as shown. A metered one is `min(reserved, price of what was consumed)`, and no less than the owner's least.
    pub fn settle(&self, consumed: Option<Credits>) -> Settlement {
        match consumed {
            Some(consumed) if self.cost.metered => match self.factor.price(consumed) {
                Ok(price) if price >= Money::ZERO => {
                    let price = self.set.map_or(price, |set| set.over(price));
                    Settlement { capture: price.min(self.price), flagged: false }
                }
                _ => Settlement { capture: self.price, flagged: true },
            },
            _ => Settlement { capture: self.price, flagged: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(credits: &str, metered: bool) -> Quote {
        let factor =
            PriceFactor { rate: "100".parse().unwrap(), markup: "2".parse().unwrap(), step: Money::from_kopecks(10) };
        let cost = Cost { credits: credits.parse().unwrap(), metered };
        Quote::new(cost, factor, Timestamp::EPOCH).unwrap()
    }

    #[test]
    fn a_table_price_is_charged_as_shown_whatever_kie_took() {
        let quote = quote("4", false);
        assert_eq!(quote.price, Money::from_kopecks(400));
        for consumed in [None, Some("1"), Some("9")] {
            let consumed = consumed.map(|text| text.parse().unwrap());
            assert_eq!(quote.settle(consumed), Settlement { capture: quote.price, flagged: false });
        }
    }

    #[test]
    fn a_metered_price_is_what_was_consumed_and_never_more_than_reserved() {
        let quote = quote("4", true);
        let settle = |text: &str| quote.settle(Some(text.parse().unwrap())).capture.kopecks();
        assert_eq!((settle("1.01"), settle("0"), settle("5")), (110, 0, 400));
        assert_eq!(quote.settle(None).capture.kopecks(), 400);
        let absurd = quote.settle(Some(Credits::from_raw(i64::MAX)));
        assert_eq!((absurd.capture.kopecks(), quote.settle(Some(Credits::from_raw(-1))).capture.kopecks()), (400, 0));
    }

    /// KIE says that it gave something: no price can be made of that.
    #[test]
    fn a_negative_cost_captures_the_whole_reservation_and_is_flagged() {
        let quote = quote("4", true);
        let settled = quote.settle(Some("-4".parse().unwrap()));
        assert_eq!(settled, Settlement { capture: Money::from_kopecks(400), flagged: true });
    }

    #[test]
    fn a_quote_lives_for_a_quarter_of_an_hour() {
        let quote = quote("4", false);
        assert_eq!((quote.frozen_at(), quote.expires_at), (Timestamp::EPOCH, Timestamp::from_seconds(900)));
    }

    #[test]
    fn a_loss_is_when_kie_took_more_than_the_user_paid() {
        // Four credits are 2 roubles of cost and 4 of price; KIE may take up to eight before we lose.
        let table = [("4", false, 200, false), ("8", false, 400, false), ("8.02", false, 401, true)];
        for (taken, metered, cost, is_loss) in table {
            let margin = quote("4", metered).margin(Some(taken.parse().unwrap()));
            assert_eq!((margin.cost, margin.is_loss()), (Some(Money::from_kopecks(cost)), is_loss), "{taken}");
        }
        assert!(!quote("4", false).margin(None).is_loss(), "nothing is known");
        let metered = quote("4", true).margin(Some("1".parse().unwrap()));
        assert_eq!((metered.earned.kopecks(), metered.is_loss()), (100, false));
    }

    #[test]
    fn a_quote_expires_to_the_microsecond() {
        let quote = quote("4", false);
        assert!(!quote.is_expired(Timestamp::EPOCH + QUOTE_LIFE - Duration::from_micros(1)));
        assert!(quote.is_expired(Timestamp::EPOCH + QUOTE_LIFE));
    }
}
