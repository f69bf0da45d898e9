//! Which models are there: what KIE lists against what we sell and hide.

use std::collections::BTreeMap;

use domain::models::{Catalog, Status};
use domain::ports::{ListPrice, Listing};

use super::difference::{Difference, What};
use super::prices;
use super::words::one_line;

pub(super) fn compare(catalog: &Catalog, listings: &[Listing], prices: &[ListPrice]) -> Vec<Difference> {
    // A model that is listed twice is one model.
    let listed: BTreeMap<_, _> = listings.iter().rev().map(|listing| (&listing.id, listing)).collect();
    let mut found = Vec::new();
    let unknown = || listed.values().filter(|listing| catalog.model(&listing.id).is_none());
    for listing in unknown().filter(|listing| !only_talks(listing)) {
        let what = What::New {
            title: one_line(&listing.title),
            provider: one_line(&listing.provider),
            tasks: listing.tasks.iter().map(|task| one_line(task)).collect(),
            pricing: listing.pricing.as_deref().map(one_line).filter(|pricing| !pricing.is_empty()),
        };
        found.push(Difference { model: Some(listing.id.clone()), what });
    }
    let talk: Vec<_> = unknown().filter(|listing| only_talks(listing)).map(|listing| listing.id.clone()).collect();
    if !talk.is_empty() {
        found.push(Difference { model: None, what: What::OnlyTalk { models: talk } });
    }
    for model in catalog.all() {
        let is_listed = listed.contains_key(&model.id);
        let what = match &model.status {
            Status::Live | Status::Stopped { .. } | Status::Resting(_) => {
                (!is_listed && !listed.is_empty()).then_some(What::Gone)
            }
            Status::Hidden { reason } => {
                let rows = prices.iter().filter(|row| row.model.as_ref() == Some(&model.id));
                hidden(reason, is_listed, rows.map(prices::in_words).collect())
            }
        };
        found.extend(what.map(|what| Difference { model: Some(model.id.clone()), what }));
    }
    found
}

/// Whether what KIE says now speaks against our reason to hide a model. Reasons begin with one word and a colon where they can;
/// helpers, steps of other models and older endpoints stay hidden whatever KIE lists.
fn hidden(reason: &str, is_listed: bool, rows: Vec<String>) -> Option<What> {
    let lower = reason.to_lowercase();
    let reason = reason.to_owned();
    if is_listed && ["withdrawn", "undocumented"].iter().any(|word| lower.starts_with(word)) {
        return Some(What::ListedAgain { reason });
    }
    if is_listed && lower.starts_with("broken") {
        return Some(What::StillListed { reason });
    }
    let for_its_price =
        lower.contains("price") && !lower.starts_with("withdrawn") && !lower.starts_with("undocumented");
    (for_its_price && !lower.contains("helper") && !rows.is_empty()).then_some(What::PricedNow { reason, rows })
}

/// KIE sells language models at other doors; they are no business of this bot.
fn only_talks(listing: &Listing) -> bool {
    const TALK: [&str; 6] = ["chat", "llm", "text-to-text", "text-generation", "completion", "embedding"];
    let talks = |task: &String| {
        let task = task.to_lowercase().replace([' ', '_'], "-");
        TALK.iter().any(|word| task.contains(word))
    };
    !listing.tasks.is_empty() && listing.tasks.iter().all(talks)
}
