//! What is kept of successes: how long they took and what they brought.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::clock::Timestamp;
use domain::free::Means;
use domain::generation::{Generation, Success};
use domain::ids::{GenerationId, ModelId};
use domain::money::{Credits, Money, Overflow};
use domain::ports::{Drift, StoreError, StoreResult, Took};
use domain::quote::Margin;

use super::watch::{Taken, too_much};
use crate::took::took_of;

/// All successes of all models.
#[derive(Default)]
pub(super) struct Successes {
    /// By the moment when each one was recorded; ids break ties.
    by_model: BTreeMap<ModelId, BTreeMap<(Timestamp, GenerationId), Made>>,
}

struct Made {
    means: Means,
    took_ms: i64,
    metered: bool,
    margin: Margin,
}

impl Successes {
    /// Records that a generation succeeded.
    pub(super) fn record(&mut self, generation: &Generation, success: &Success, at: Timestamp) {
        let quote = &generation.quote;
        let (means, margin) = (generation.funding.means(), quote.margin(success.cost));
        let made = Made { means, took_ms: success.took_ms, metered: quote.cost.metered, margin };
        self.by_model.entry(generation.model.clone()).or_default().insert((at, generation.id), made);
    }

    /// The models with the most successes since then.
    pub(super) fn popular_models(&self, since: Timestamp, limit: usize) -> Vec<(ModelId, u64)> {
        let figures = self.since(since).map(|(model, made)| (Reverse(made.count()), model));
        let mut models: Vec<_> = figures.filter(|(Reverse(figure), _)| *figure > 0).collect();
        models.sort_unstable();
        let known = |figure| u64::try_from(figure).unwrap_or(u64::MAX);
        models.into_iter().take(limit).map(|(Reverse(figure), model)| (model.clone(), known(figure))).collect()
    }

    /// How long a model's last `sample` successes took.
    pub(super) fn took(&self, model: &ModelId, sample: u32) -> Option<Took> {
        let last = self.newest_first(model).take(usize::try_from(sample).unwrap_or(usize::MAX));
        took_of(last.map(|made| made.took_ms).collect(), sample)
    }

    /// The margins of a model's last successes after `after` that were paid with money and whose cost is known, the newest first.
    pub(super) fn margins(&self, model: &ModelId, after: Option<Timestamp>, limit: usize) -> Vec<Margin> {
        let made = self.by_model.get(model).into_iter().flat_map(|made| made.iter().rev());
        let late = made.take_while(|((at, _), _)| after.is_none_or(|after| *at > after));
        late.filter(|(_, made)| made.means == Means::Money)
            .map(|(_, made)| made.margin)
            .filter(|margin| margin.cost.is_some())
            .take(limit)
            .collect()
    }

    /// The figures of all models since then, by model and kind of quote.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if a sum is more than a figure can say.
    pub(super) fn drifts(&self, since: Timestamp) -> StoreResult<Vec<Drift>> {
        let mut drifts: BTreeMap<(&ModelId, bool), Drift> = BTreeMap::new();
        for (model, successes) in self.since(since) {
            for Made { metered, margin, .. } in successes.filter(|made| made.means == Means::Money) {
                let (Some(taken), Some(cost)) = (margin.taken, margin.cost) else { continue };
                let drift = drifts.entry((model, *metered)).or_insert_with(|| empty(model, *metered));
                add(drift, margin, taken, cost).map_err(|overflow| StoreError::Defect(overflow.to_string()))?;
            }
        }
        Ok(drifts.into_values().collect())
    }

    /// What KIE took since then as far as it said, and when first.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if the sum is more than a figure can say.
    pub(super) fn taken(&self, since: Timestamp) -> StoreResult<Taken> {
        let (mut sum, mut first) = (Credits::ZERO, None);
        let begin = (since, GenerationId::from_bytes([0; 16]));
        for ((at, _), made) in self.by_model.values().flat_map(|made| made.range(begin..)) {
            let Some(taken) = made.margin.taken.filter(|taken| *taken > Credits::ZERO) else { continue };
            sum = sum.checked_add(taken).map_err(|_| too_much())?;
            first = Some(first.map_or(*at, |first: Timestamp| first.min(*at)));
        }
        Ok((sum, first))
    }

    /// All of them: of which generation, when, and what KIE took at the frozen rate, if it said.
    pub(super) fn all(&self) -> impl Iterator<Item = (GenerationId, Timestamp, Option<Money>)> {
        self.by_model.values().flatten().map(|((at, id), made)| (*id, *at, made.margin.cost))
    }

    fn newest_first(&self, model: &ModelId) -> impl Iterator<Item = &Made> {
        self.by_model.get(model).into_iter().flat_map(|made| made.values().rev())
    }

    /// By model; the first moment included.
    fn since(&self, since: Timestamp) -> impl Iterator<Item = (&ModelId, impl Iterator<Item = &Made>)> {
        let first = (since, GenerationId::from_bytes([0; 16]));
        self.by_model.iter().map(move |(model, made)| (model, made.range(first..).map(|(_, made)| made)))
    }
}

fn empty(model: &ModelId, metered: bool) -> Drift {
    let (credits, money) = (Credits::ZERO, Money::ZERO);
    Drift { model: model.clone(), metered, successes: 0, quoted: credits, taken: credits, earned: money, cost: money }
}

fn add(drift: &mut Drift, margin: &Margin, taken: Credits, cost: Money) -> Result<(), Overflow> {
    drift.successes += 1;
    drift.quoted = drift.quoted.checked_add(margin.quoted)?;
    drift.taken = drift.taken.checked_add(taken)?;
    drift.earned = drift.earned.checked_add(margin.earned)?;
    drift.cost = drift.cost.checked_add(cost)?;
    Ok(())
}
