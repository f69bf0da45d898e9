//! What an owner sets for single models while the bot runs. It lies over the files, and keeps their rules.

use std::collections::BTreeMap;

use super::model::Model;
use super::value::Inputs;
use super::{PriceRange, Status};
use crate::free::FreeLimits;
use crate::ids::ModelId;
use crate::money::{Credits, Markup, Money, Overflow, PriceFactor};
use crate::quote::SetPrice;

/// What is given away costs us no more than this at its dearest, or it is a slip of the pen: two and a half cents.
pub const GIFT_MAX: Credits = Credits::from_raw(5_000_000);

/// What was set for models at run time; who is in none of them is as the files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Margins of their own.
    pub markups: BTreeMap<ModelId, Markup>,
    /// Prices of their own; what one means for its model says [`Model::set_price_of`].
    pub prices: BTreeMap<ModelId, Money>,
    /// How often a user may have them for nothing; `None`: never, whatever the files say.
    pub free: BTreeMap<ModelId, Option<FreeLimits>>,
}

impl Overrides {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What of it is about one model, laid over that model. Limits that the rules do not allow (any more) are no limits at all.
    pub(super) fn lay_over(&self, model: &mut Model) {
        model.markup = self.markups.get(&model.id).copied();
        model.set_price = self.prices.get(&model.id).map(|price| model.set_price_of(*price));
        if let Some(limits) = self.free.get(&model.id) {
            model.free = limits.filter(|_| model.gift().is_ok());
        }
    }
}

/// Why a model can't be had for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoGift {
    /// The catalog hides it.
    Hidden,
    /// It costs up to so much, more than [`GIFT_MAX`].
    TooDear(Credits),
}

impl Model {
    /// Whether it may be had for nothing: it is sold, and it costs us little at its dearest. So a model whose price is measured may be given
    /// away too: its range is bounded like any other.
    ///
    /// # Errors
    /// [`NoGift`].
    pub fn gift(&self) -> Result<(), NoGift> {
        match (&self.status, self.range) {
            (Status::Hidden { .. }, _) => Err(NoGift::Hidden),
            (_, Some(range)) if range.high > GIFT_MAX => Err(NoGift::TooDear(range.high)),
            _ => Ok(()),
        }
    }

    /// What a price of the owner's means for this model: where the table has one price whatever is chosen, that price; else, and where the
    /// true cost is known only afterwards, the least that a user pays. So no choice of a dearer variant is ever sold at the price of a cheap one.
    pub fn set_price_of(&self, price: Money) -> SetPrice {
        let metered = self.credits(&Inputs::new()).is_ok_and(|cost| cost.metered);
        match self.range {
            Some(PriceRange { low, high }) if low == high && !metered => SetPrice::Fixed(price),
            _ => SetPrice::Floor(price),
        }
    }

    /// What a user pays for so many credits of it: the computed price, or what the owner set instead.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn price_of(&self, credits: Credits, shop: PriceFactor) -> Result<Money, Overflow> {
        let computed = self.factor(shop).price(credits)?;
        Ok(self.set_price.map_or(computed, |set| set.over(computed)))
    }

    /// What it costs us at its dearest, if that is more than a user would pay at this price of the owner's. A floor is never below cost, since
    /// the computed price is not.
    pub fn cost_above(&self, price: Money, shop: PriceFactor) -> Option<Money> {
        let SetPrice::Fixed(price) = self.set_price_of(price) else { return None };
        shop.cost(self.range?.high).ok().filter(|cost| *cost > price)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Timestamp;
    use crate::models::Catalog;
    use crate::quote::Quote;

    fn catalog() -> Catalog {
        let files = [
            ("alibaba.toml", include_str!("../../../../config/models/alibaba.toml")),
            ("common.toml", include_str!("../../../../config/models/common.toml")),
            ("google.toml", include_str!("../../../../config/models/google.toml")),
            ("xai.toml", include_str!("../../../../config/models/xai.toml")),
            ("free.toml", "[free]\n\"z-image\" = { day = 3, hour = 2 }"),
        ];
        Catalog::load(&files).unwrap()
    }

    fn shop() -> PriceFactor {
        PriceFactor { rate: "100".parse().unwrap(), markup: "2".parse().unwrap(), step: Money::from_kopecks(10) }
    }

    fn id(text: &str) -> ModelId {
        ModelId(text.to_owned())
    }

    fn with(overrides: Overrides) -> Catalog {
        catalog().with_overrides(&overrides)
    }

    fn priced(model: &str, kopecks: i64) -> Catalog {
        with(Overrides { prices: [(id(model), Money::from_kopecks(kopecks))].into(), ..Overrides::default() })
    }

    #[test]
    fn a_model_with_one_price_is_sold_at_the_price_that_was_set() {
        let all = priced("z-image", 500);
        let model = all.model(&id("z-image")).unwrap();
        assert_eq!(model.set_price, Some(SetPrice::Fixed(Money::from_kopecks(500))));
        let range = model.price_range().unwrap();
        assert_eq!(model.price_of(range.low, shop()), Ok(Money::from_kopecks(500)));
        // The price wins over a margin of its own, and over a rate that jumps.
        let dearer = PriceFactor { rate: "900".parse().unwrap(), markup: "20".parse().unwrap(), ..shop() };
        assert_eq!(model.price_of(range.high, dearer), Ok(Money::from_kopecks(500)));
        assert_eq!(catalog().model(&id("z-image")).unwrap().set_price, None, "the catalog itself is as it was");
    }

    #[test]
    fn a_model_of_many_prices_has_it_as_the_least() {
        let of_many = |model: &&Model| model.price_range().is_some_and(|range| range.low != range.high);
        let some = catalog();
        let model = some.live().find(of_many).expect("one of them has several prices").id.clone();
        let all = priced(&model.0, 300);
        let model = all.model(&model).unwrap();
        assert_eq!(model.set_price, Some(SetPrice::Floor(Money::from_kopecks(300))));
        let price = |credits: &str| model.price_of(credits.parse().unwrap(), shop()).unwrap().kopecks();
        assert_eq!((price("1"), price("3"), price("40")), (300, 300, 4_000));
    }

    #[test]
    fn only_a_fixed_price_can_be_below_cost() {
        let all = catalog();
        let one = all.model(&id("z-image")).unwrap();
        // 0.8 credits at 100 roubles per dollar: 40 kopecks.
        assert_eq!(one.cost_above(Money::from_kopecks(39), shop()), Some(Money::from_kopecks(40)));
        assert_eq!(one.cost_above(Money::from_kopecks(40), shop()), None);
        let many = all.live().find(|model| model.price_range().is_some_and(|range| range.low != range.high)).unwrap();
        assert_eq!(many.cost_above(Money::from_kopecks(1), shop()), None);
    }

    #[test]
    fn limits_that_were_set_lie_over_the_files_and_keep_their_rules() {
        let limits = Some(FreeLimits { day: 5, hour: 1 });
        let all = catalog();
        let dear = all.live().find(|model| model.price_range().unwrap().high > GIFT_MAX).unwrap().id.clone();
        let cheap = all.live().find(|model| model.free.is_none() && model.gift().is_ok()).unwrap().id.clone();
        let free =
            [(id("z-image"), None), (cheap.clone(), limits), (dear.clone(), limits), (id("nobody/knows"), limits)];
        let set = with(Overrides { free: free.into(), ..Overrides::default() });
        let of = |catalog: &Catalog, model: &ModelId| catalog.model(model).unwrap().free;
        assert_eq!((of(&all, &id("z-image")).is_some(), of(&set, &id("z-image"))), (true, None), "taken away");
        assert_eq!((of(&all, &cheap), of(&set, &cheap)), (None, limits), "given");
        assert_eq!(of(&set, &dear), None, "a slip of the pen");
        assert!(matches!(all.model(&dear).unwrap().gift(), Err(NoGift::TooDear(high)) if high > GIFT_MAX));
    }

    proptest! {
        /// Whatever is set: nobody pays less than the least, nobody more than was shown, and what was shown is what a table price charges.
        #[test]
        fn a_floor_holds_and_never_raises_what_was_shown(
            floor in 1_i64..1_000_000, bound in 1_i64..500_000_000, consumed in 0_i64..900_000_000, metered in any::<bool>(),
        ) {
            let cost = crate::quote::Cost { credits: Credits::from_raw(bound), metered };
            let set = SetPrice::Floor(Money::from_kopecks(floor));
            let plain = Quote::new(cost, shop(), Timestamp::EPOCH).unwrap();
            let quote = plain.at(Some(set));
            prop_assert_eq!(quote.price, plain.price.max(Money::from_kopecks(floor)));
            let (with, without) = (quote.settle(Some(Credits::from_raw(consumed))), plain.settle(Some(Credits::from_raw(consumed))));
            prop_assert!(with.capture <= quote.price && with.capture.kopecks() >= floor);
            prop_assert_eq!(with.capture, if metered { without.capture.max(Money::from_kopecks(floor)) } else { quote.price });
            // A price that is fixed is charged whatever happens.
            let fixed = plain.at(Some(SetPrice::Fixed(Money::from_kopecks(floor))));
            prop_assert_eq!((fixed.price.kopecks(), fixed.settle(Some(Credits::from_raw(consumed))).capture.kopecks()), (floor, floor));
        }
    }
}
