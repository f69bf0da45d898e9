//! What changed at KIE against our catalog: models, inputs, prices.
//!
//! Every finding is a [`Difference`]: what it is, how bad it is, what to do. Nothing is decided here; a maintainer reads and edits.
//!
//! ```text
//! listings -- listed --\
//! schemas --- document -- inputs --> Difference*, sorted --report--> text
//! prices ---- units --- prices --/
//! ```
//!
//! Quiet by rule: what we leave out on purpose is at most a [note](Severity::Note), which [`report()`] sums up; and a hidden model is
//! compared with nothing but the reason why it is hidden.

mod difference;
mod document;
mod inputs;
mod listed;
mod prices;
mod report;
mod shape;
mod units;
mod words;

use std::collections::BTreeMap;

use domain::ids::ModelId;
use domain::models::{Catalog, Model, Status};
use domain::ports::{ListPrice, Listing};
use serde_json::Value as Json;

pub use self::difference::{Difference, Severity, What};
pub use self::report::{report, report_in_full};
pub use self::shape::Bound;

/// Everything that differs, the worst first, then by model.
///
/// `schemas` are the OpenAPI documents of as many models as were fetched. No listings, or no prices, means that they were not
/// fetched: then nothing is said about them.
pub fn diff(
    catalog: &Catalog,
    listings: &[Listing],
    schemas: &BTreeMap<ModelId, Json>,
    prices: &[ListPrice],
) -> Vec<Difference> {
    let mut found = listed::compare(catalog, listings, prices);
    for (id, document) in schemas {
        // A new model is one finding, whatever its document says; a hidden one takes no requests.
        if let Some(model) = catalog.model(id).filter(|model| is_sold(model)) {
            let whats = inputs::compare(model, document);
            found.extend(whats.into_iter().map(|what| Difference { model: Some(id.clone()), what }));
        }
    }
    found.extend(prices::compare_all(catalog, prices));
    // Stable: within a model, the order in which it was found. What is about no single model comes last.
    found.sort_by(|a, b| {
        let key = |one: &Difference| (one.severity(), one.model.is_none());
        key(a).cmp(&key(b)).then_with(|| a.model.cmp(&b.model))
    });
    found
}

/// A model that is stopped for now is sold again tomorrow.
const fn is_sold(model: &Model) -> bool {
    !matches!(model.status, Status::Hidden { .. })
}
