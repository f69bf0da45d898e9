//! What is on sale now: the catalog less what is stopped or rests.
//!
//! Invariants
//! - Whatever decides or draws for a user looks at one showcase from beginning to end; workers and the history look at the whole catalog,
//!   since an order that was made runs to its end.
//! - It is replaced whole, and only by what the store said later than what it holds. A store that does not answer leaves the last one.
//! - No update asks the store for it: [`App::refresh_showcase`] runs at the start, every minute, and after a commit of ours that stops a
//!   model, lets it rest or sells it again. So another instance may sell a stopped model for a minute more; its orders are made and paid like any other.

use std::sync::{Arc, PoisonError, RwLock};

use domain::models::{Catalog, Overrides};
use domain::ports::{Stop, StoreResult};
use domain::rest::Rest;
use tokio::sync::Mutex;

use super::App;
use crate::search::Search;

/// What is on sale, and the search over it.
#[derive(Debug)]
pub(crate) struct Showcase {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) search: Search,
    stops: Vec<Stop>,
    rests: Vec<Rest>,
    overrides: Overrides,
}

impl Showcase {
    fn new(catalog: &Arc<Catalog>, stops: Vec<Stop>, rests: Vec<Rest>, overrides: Overrides) -> Self {
        let catalog = if stops.is_empty() && rests.is_empty() && overrides.is_empty() {
            Arc::clone(catalog)
        } else {
            Arc::new(catalog.with_stops(&stops).with_rests(&rests).with_overrides(&overrides))
        };
        let search = Search::new(&catalog);
        Self { catalog, search, stops, rests, overrides }
    }
}

/// The showcase of this moment.
#[derive(Debug)]
pub(super) struct Window {
    shown: RwLock<Arc<Showcase>>,
    /// One refresh at a time, so that an older answer of the store never replaces a newer one.
    refreshing: Mutex<()>,
}

impl Window {
    /// With everything that the catalog sells, until the store was asked.
    pub(super) fn new(catalog: &Arc<Catalog>) -> Self {
        let shown = RwLock::new(Arc::new(Showcase::new(catalog, Vec::new(), Vec::new(), Overrides::default())));
        Self { shown, refreshing: Mutex::new(()) }
    }

    fn shown(&self) -> Arc<Showcase> {
        // The value is replaced whole, so it is complete whatever panicked.
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn show(&self, showcase: Showcase) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(showcase);
    }
}

impl App {
    /// What is on sale now.
    pub(crate) fn showcase(&self) -> Arc<Showcase> {
        self.window.shown()
    }

    /// Asks the store which models are stopped or rest; what is shown and sold from now on is without them, on the terms that are set.
    ///
    /// # Errors
    /// The store's; then everything is as it was.
    pub async fn refresh_showcase(&self) -> StoreResult<()> {
        let _turn = self.window.refreshing.lock().await;
        let stops = self.store.stops().await?;
        let now = self.now();
        let rests: Vec<Rest> = self.watch.rests().await?.into_iter().filter(|rest| rest.holds(now)).collect();
        let overrides = self.office_now().live.models.clone();
        let shown = self.window.shown();
        if stops != shown.stops || rests != shown.rests || overrides != shown.overrides {
            let models: Vec<&str> = stops.iter().map(|stop| stop.model.0.as_str()).collect();
            let resting = rests.len();
            tracing::info!(?models, resting, "the stopped or resting models or their terms changed");
            self.window.show(Showcase::new(&self.catalog, stops, rests, overrides));
        }
        Ok(())
    }
}
