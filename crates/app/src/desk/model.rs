//! How one model does, over the last 7 and 30 days of the owner's zone; and the line of the audit log about trying it.

use domain::clock::Timestamp;
use domain::figures::{DayFigures, ModelFigures};
use domain::ids::{GenerationId, ModelId};
use domain::money::Overflow;
use domain::ports::{ChangeSet, Drift, Reports, StoreError, StoreResult};
use domain::staff::{Actor, Deed};
use jiff::tz::TimeZone;

use super::work::Line;
use super::{Desk, last_days};

/// The periods that are told, in days; the last one is the longest.
const PERIODS: [usize; 2] = [7, 30];

/// How a model did in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelPeriod {
    /// So many days, today included.
    pub days: usize,
    /// What its generations came to.
    pub figures: ModelFigures,
    /// How its price table agrees with what KIE took for those that were paid with money.
    pub drifts: Vec<Drift>,
}

impl ModelPeriod {
    /// The periods that end with the day of `now` in `zone`, the shortest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn all(
        reports: &dyn Reports,
        now: Timestamp,
        zone: &TimeZone,
        model: &ModelId,
    ) -> StoreResult<Vec<Self>> {
        let days = last_days(now, zone, PERIODS.into_iter().max().unwrap_or(0));
        let figures = reports.model_days(model, &days).await?;
        let mut periods = Vec::with_capacity(PERIODS.len());
        for count in PERIODS {
            let from = days.iter().take(count).next_back().map_or(now, |day| day.from);
            let drifts = reports.drifts_of(model, from).await?;
            let figures = sum(model, figures.iter().take(count));
            let figures = figures.map_err(|overflow: Overflow| StoreError::Defect(overflow.to_string()))?;
            periods.push(Self { days: count, figures, drifts });
        }
        Ok(periods)
    }

    /// Of those that ended by themselves, so many in a hundred brought a result; `None` if none ended.
    pub fn success_percent(&self) -> Option<u64> {
        let ended = self.figures.succeeded.saturating_add(self.figures.failed);
        self.figures.succeeded.saturating_mul(100).checked_div(ended)
    }
}

fn sum<'a>(model: &ModelId, days: impl Iterator<Item = &'a ModelFigures>) -> Result<ModelFigures, Overflow> {
    let days: Vec<DayFigures> = days
        .map(|figures| DayFigures { models: [(model.clone(), figures.clone())].into(), ..DayFigures::default() })
        .collect();
    Ok(DayFigures::sum(&days)?.models.remove(model).unwrap_or_default())
}

impl Desk<'_> {
    /// Notes in the audit log that somebody makes something with a model at the shop's cost.
    pub fn note_trial(&self, change: &mut ChangeSet, actor: Actor, model: &ModelId, generation: GenerationId) {
        self.log(change, actor, Line::new(Deed::TryModel, &model.0).after(generation));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_success_rate_is_of_those_that_ended_by_themselves() {
        let rate = |succeeded, failed, cancelled| {
            let figures = ModelFigures { ordered: 99, succeeded, failed, cancelled, ..ModelFigures::default() };
            ModelPeriod { days: 7, figures, drifts: Vec::new() }.success_percent()
        };
        let table = [((0, 0, 5), None), ((3, 1, 5), Some(75)), ((0, 2, 0), Some(0)), ((999, 1, 0), Some(99))];
        for ((succeeded, failed, cancelled), wanted) in table {
            assert_eq!(rate(succeeded, failed, cancelled), wanted);
        }
        assert_eq!(rate(u64::MAX, u64::MAX, 0), Some(1), "nobody gets there, and nothing breaks");
    }
}
