//! What a day brought, as figures that add up: a period is the sum of its days, whoever computed them.
//!
//! Every figure counts events by their own moment: an order on the day of its confirm, its success on the day of the success, its refund on
//! the day of the refund. So a closed day never changes, and what a figure of money says is what the ledger's transfers of that day say.

mod waits;

pub use waits::Waits;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::ids::ModelId;
use crate::money::{Money, Overflow};

/// A stretch of time; of a day: in the owner's zone, so of 23 to 25 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first moment that is in it.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

impl Span {
    /// Whether the moment is in it.
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// What happened in a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// Users who came for the first time; those who were forgotten since still count.
    pub new_users: u64,
    /// What payments brought.
    pub paid_in: Money,
    /// What of payments went back through their providers.
    pub paid_back: Money,
    /// Bonuses of money: welcome, promo codes, referrals, gifts.
    pub given: Money,
    /// By model; only models with any figure.
    pub models: BTreeMap<ModelId, ModelFigures>,
    /// Money of generations that its movements do not name: those of versions before they did.
    pub untold: ModelFigures,
}

impl DayFigures {
    /// Several spans as one.
    ///
    /// # Errors
    /// [`Overflow`]; no sane shop gets there.
    pub fn sum<'a>(days: impl IntoIterator<Item = &'a Self>) -> Result<Self, Overflow> {
        days.into_iter().try_fold(Self::default(), |mut sum, day| {
            sum.new_users = add(sum.new_users, day.new_users)?;
            sum.paid_in = sum.paid_in.checked_add(day.paid_in)?;
            sum.paid_back = sum.paid_back.checked_add(day.paid_back)?;
            sum.given = sum.given.checked_add(day.given)?;
            for (model, figures) in &day.models {
                sum.models.entry(model.clone()).or_default().absorb(figures)?;
            }
            sum.untold.absorb(&day.untold)?;
            Ok(sum)
        })
    }

    /// The figures of all generations, whatever their model.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn generations(&self) -> Result<ModelFigures, Overflow> {
        let models = self.models.values().chain([&self.untold]);
        models.into_iter().try_fold(ModelFigures::default(), |mut sum, figures| {
            sum.absorb(figures)?;
            Ok(sum)
        })
    }

    /// The models that brought most, the best first; those that brought the same by successes, then by id.
    pub fn top_models(&self, limit: usize) -> Vec<(&ModelId, &ModelFigures)> {
        let mut models: Vec<_> = self.models.iter().filter(|(_, figures)| figures.succeeded > 0).collect();
        let rank = |(model, figures): &(&ModelId, &ModelFigures)| {
            (Reverse(figures.revenue()), Reverse(figures.succeeded), (*model).clone())
        };
        models.sort_by_cached_key(rank);
        models.truncate(limit);
        models
    }

    /// The figures of a model, or of what no model is told of.
    pub fn of_model(&mut self, model: Option<ModelId>) -> &mut ModelFigures {
        match model {
            Some(model) => self.models.entry(model).or_default(),
            None => &mut self.untold,
        }
    }
}

/// What generations came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFigures {
    /// Confirmed.
    pub ordered: u64,
    /// With a result.
    pub succeeded: u64,
    /// Without one.
    pub failed: u64,
    /// Taken back by their users.
    pub cancelled: u64,
    /// Captured.
    pub captured: Money,
    /// Given back of captures.
    pub refunded: Money,
    /// What KIE took for the successes at the rates of their quotes, also for those that cost their users nothing.
    pub cost: Money,
    /// Successes of which KIE did not say what it took: not in `cost`.
    pub costless: u64,
    /// From confirm to success.
    pub waits: Waits,
}

impl ModelFigures {
    /// What was earned: captured less refunded. Negative if more was refunded than captured in the span.
    pub const fn revenue(&self) -> Money {
        Money::from_kopecks(self.captured.kopecks().saturating_sub(self.refunded.kopecks()))
    }

    /// Revenue less KIE's cost.
    pub const fn margin(&self) -> Money {
        Money::from_kopecks(self.revenue().kopecks().saturating_sub(self.cost.kopecks()))
    }

    fn absorb(&mut self, other: &Self) -> Result<(), Overflow> {
        self.ordered = add(self.ordered, other.ordered)?;
        self.succeeded = add(self.succeeded, other.succeeded)?;
        self.failed = add(self.failed, other.failed)?;
        self.cancelled = add(self.cancelled, other.cancelled)?;
        self.captured = self.captured.checked_add(other.captured)?;
        self.refunded = self.refunded.checked_add(other.refunded)?;
        self.cost = self.cost.checked_add(other.cost)?;
        self.costless = add(self.costless, other.costless)?;
        self.waits.absorb(&other.waits)
    }
}

fn add(one: u64, other: u64) -> Result<u64, Overflow> {
    one.checked_add(other).ok_or(Overflow("count addition"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn figures(succeeded: u64, captured: i64, wait: u64) -> ModelFigures {
        let mut waits = Waits::default();
        waits.note(Duration::from_secs(wait));
        let captured = Money::from_kopecks(captured);
        ModelFigures { succeeded, captured, refunded: Money::from_kopecks(1), waits, ..ModelFigures::default() }
    }

    fn day(models: &[(&str, ModelFigures)]) -> DayFigures {
        let models = models.iter().map(|(id, figures)| (ModelId((*id).to_owned()), figures.clone())).collect();
        DayFigures { new_users: 2, paid_in: Money::from_kopecks(5), models, ..DayFigures::default() }
    }

    #[test]
    fn days_add_up_model_by_model() {
        let mut second = day(&[("b", figures(3, 30, 20)), ("c", figures(1, 300, 30))]);
        second.untold.refunded = Money::from_kopecks(7);
        let sum = DayFigures::sum(&[day(&[("a", figures(1, 10, 10)), ("b", figures(2, 20, 10))]), second]).unwrap();
        assert_eq!((sum.new_users, sum.paid_in.kopecks()), (4, 10));
        let of = |id: &str| &sum.models[&ModelId(id.to_owned())];
        assert_eq!((of("b").succeeded, of("b").captured.kopecks(), of("b").refunded.kopecks()), (5, 50, 2));
        assert_eq!(of("b").waits.count(), 2);
        let all = sum.generations().unwrap();
        assert_eq!((all.succeeded, all.revenue().kopecks(), all.waits.count()), (7, 360 - 4 - 7, 4));
        assert_eq!(DayFigures::sum(&[]).unwrap(), DayFigures::default());
    }

    #[test]
    fn the_best_models_are_those_that_brought_most() {
        let day = day(&[
            ("free", figures(9, 1, 1)),
            ("dear", figures(1, 500, 1)),
            ("also", figures(4, 100, 1)),
            ("and", figures(4, 100, 1)),
            ("unmade", figures(0, 900, 1)),
        ]);
        let names: Vec<_> = day.top_models(4).into_iter().map(|(model, _)| model.0.as_str()).collect();
        assert_eq!(names, ["dear", "also", "and", "free"]);
        assert_eq!(day.top_models(1).len(), 1);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_an_error() {
        let most = DayFigures { given: Money::from_kopecks(i64::MAX), ..DayFigures::default() };
        assert!(
            DayFigures::sum([&most, &DayFigures { given: Money::from_kopecks(1), ..DayFigures::default() }]).is_err()
        );
        assert_eq!(DayFigures::sum([&most]).unwrap(), most);
    }
}
