//! Lists of models that come from what people do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::{ModelId, UserId};
use domain::models::Output;
use domain::ports::StoreResult;
use domain::screen::{HistoryFilter, Shelf};

use super::App;
use crate::conversation::View;
use crate::screens::Facts;

/// Taste changes by the week: what was made longer ago says little.
const POPULAR_WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The order of popularity is asked for by every list that is drawn; the database hears of it this often.
const POPULAR_KEPT: Duration = Duration::from_secs(5 * 60);
/// As many models as there may be: the order of a long list hangs on the rare ones too.
const POPULAR_MAX: u32 = 200;
/// A shelf is not longer than this: four pages.
const SHELF_MAX: u32 = 30;

/// What people really make, as of a while ago.
#[derive(Debug, Default)]
pub(crate) struct Popularity(Mutex<Option<(Timestamp, Arc<[ModelId]>)>>);

impl Popularity {
    /// The last list, if it is fresh at `now`.
    fn fresh(&self, now: Timestamp) -> Option<Arc<[ModelId]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(at, _)| now.since(*at) < POPULAR_KEPT).map(|(_, models)| Arc::clone(models))
    }

    /// The last list, however old; empty if there was none.
    fn last(&self) -> Arc<[ModelId]> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().map(|(_, models)| Arc::clone(models)).unwrap_or_default()
    }

    fn keep(&self, at: Timestamp, models: &Arc<[ModelId]>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, Arc::clone(models)));
    }
}

impl App {
    /// What people really make, the most used first. Several who ask at once after it grew old all ask the database: harmless, and nobody waits
    /// for another. A list of models is worth drawing without it, so a database that does not answer leaves the old order.
    pub(super) async fn popular(&self) -> Arc<[ModelId]> {
        let now = self.now();
        if let Some(models) = self.popularity.fresh(now) {
            return models;
        }
        match self.store.popular_models(now - POPULAR_WINDOW, POPULAR_MAX).await {
            Ok(counted) => {
                let models: Arc<[ModelId]> = counted.into_iter().map(|(model, _)| model).collect();
                self.popularity.keep(now, &models);
                models
            }
            Err(error) => {
                tracing::warn!(%error, "what is popular could not be read; the old order stays");
                self.popularity.last()
            }
        }
    }

    /// The lists of models that a view shows or is ordered by.
    pub(super) async fn browse(&self, view: &View, user: UserId, facts: &mut Facts) -> StoreResult<()> {
        match view {
            View::Welcome | View::Menu => {
                facts.favourites = self.store.favourites(user).await?;
                facts.shelf = self.store.recent_models(user, SHELF_MAX).await?;
            }
            View::Model { .. } => facts.favourites = self.store.favourites(user).await?,
            View::Shelf { shelf: Shelf::Favourites, .. } => facts.shelf = self.store.favourites(user).await?,
            View::Shelf { shelf: Shelf::Recent, .. } => facts.shelf = self.store.recent_models(user, SHELF_MAX).await?,
            View::Shelf { shelf: Shelf::Popular, .. } => {
                let shown = usize::try_from(SHELF_MAX).unwrap_or(usize::MAX);
                facts.shelf = self.popular().await.iter().take(shown).cloned().collect();
            }
            _ => {}
        }
        let is_ordered = matches!(
            view,
            View::Welcome
                | View::Menu
                | View::Section { .. }
                | View::SectionVendor { .. }
                | View::Vendor { .. }
                | View::Search
                | View::Found { .. }
                | View::Offered { .. }
        );
        if is_ordered {
            facts.popular = self.popular().await;
        }
        Ok(())
    }

    /// The models whose generations a filter shows; `None` = all.
    pub(super) fn models_of(&self, filter: HistoryFilter) -> Option<Vec<ModelId>> {
        let output = match filter {
            HistoryFilter::All => return None,
            HistoryFilter::Images => Output::Image,
            HistoryFilter::Videos => Output::Video,
            HistoryFilter::Audios => Output::Audio,
            HistoryFilter::Texts => Output::Text,
        };
        let models = self.catalog.all().filter(|model| model.output == output);
        Some(models.map(|model| model.id.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popularity_is_kept_for_a_while_and_stays_as_a_fallback() {
        let (kept, noon) = (Popularity::default(), Timestamp::from_seconds(1_795_348_800));
        assert_eq!((kept.fresh(noon), kept.last().len()), (None, 0));
        let models: Arc<[ModelId]> = [ModelId("veo".to_owned())].into();
        kept.keep(noon, &models);
        assert_eq!(kept.fresh(noon), Some(Arc::clone(&models)));
        assert_eq!(kept.fresh(noon + (POPULAR_KEPT - Duration::from_micros(1))), Some(Arc::clone(&models)));
        assert_eq!(kept.fresh(noon + POPULAR_KEPT), None);
        assert_eq!(kept.last(), models);
    }
}
