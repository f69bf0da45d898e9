//! The port to KIE's own catalogue and prices: for a maintainer who keeps ours true, never for a request of a user.

use std::time::Duration;

use async_trait::async_trait;

use super::generator::AccountTrouble;
use crate::ids::ModelId;
use crate::money::Credits;

/// A model as KIE's catalogue lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What goes into `model` of createTask.
    pub id: ModelId,
    /// KIE's name of it.
    pub title: String,
    /// KIE's name of who made it.
    pub provider: String,
    /// KIE's words for what it does: `text-to-video`.
    pub tasks: Vec<String>,
    /// What KIE says of its price in prose.
    pub pricing: Option<String>,
}

/// One row of KIE's public price page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPrice {
    /// KIE's label, a text for people: `Google veo 3.1, text-to-video, Fast 720p`. Not an id.
    pub label: String,
    /// The model that the row links to, if it does; several rows may link to one.
    pub model: Option<ModelId>,
    /// KIE's label of the interface: `video`, `image`.
    pub interface: String,
    /// KIE's label of the unit, typing errors included: `per second`; may be empty.
    pub unit: String,
    /// Credits for one unit; absent if it is no number.
    pub credits: Option<Credits>,
}

/// Why KIE's catalogue could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShowroomError {
    /// Network, 429, 5xx, nonsense: try again later.
    #[error("kie's catalogue can't be read now: {detail}")]
    Later {
        /// What was seen.
        detail: String,
    },
    /// Our account.
    #[error("account trouble: {0:?}")]
    Account(AccountTrouble),
}

/// KIE's catalogue and prices. Every call ends within `budget`, retries, pages and waits for KIE's pace (one request a second) included.
#[async_trait]
pub trait Showroom: Send + Sync {
    /// Every model of the catalogue, in KIE's order.
    ///
    /// # Errors
    /// See [`ShowroomError`].
    async fn listings(&self, budget: Duration) -> Result<Vec<Listing>, ShowroomError>;

    /// The OpenAPI document of a model; `None` if KIE has none, or does not know the model.
    ///
    /// # Errors
    /// See [`ShowroomError`].
    async fn schema(&self, model: &ModelId, budget: Duration) -> Result<Option<serde_json::Value>, ShowroomError>;

    /// Every row of the public price page, in KIE's order.
    ///
    /// # Errors
    /// See [`ShowroomError`].
    async fn prices(&self, budget: Duration) -> Result<Vec<ListPrice>, ShowroomError>;
}
