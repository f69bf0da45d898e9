//! What only a whole model, or all of them together, can show: ids and texts once, prices for everything that is offered.

use std::collections::{BTreeMap, BTreeSet};

use super::report::Report;
use super::{Alias, Placed, Places};
use crate::ids::ModelId;
use crate::models::model::{Model, Status};
use crate::models::offer::{Findings, survey};
use crate::models::problem::Rule;
use crate::models::schema::InputKind;
use crate::money::Credits;

/// A generation for less than a twentieth of a cent, or for more than 25 dollars, is a slip of the pen.
const BAND: (Credits, Credits) = (Credits::from_raw(100_000), Credits::from_raw(5_000_000_000));
/// A table without some row fails in many combinations; the first few tell enough.
const SHOWN_GAPS: usize = 3;

pub(super) fn prove(placed: &mut [Placed], reports: &mut [Report<'_>]) {
    each_id_once(placed, reports);
    each_text_once(placed, reports);
    vendors_agree(placed, reports);
    tasks_exist(placed, reports);
    for Placed { model, file, places } in placed {
        let report = &mut reports[*file];
        comes_back(model, places, report);
        if sellable(model, places, report) {
            prices(model, places, report);
        }
    }
}

/// Every alias is a name that no model has, and leads to one that there is.
pub(super) fn aliases_lead_somewhere(aliases: &[Alias], placed: &[Placed], reports: &mut [Report<'_>]) {
    let is_model = |name: &str| placed.iter().any(|placed| placed.model.id.0 == name);
    for (index, Alias { name, id, file, at }) in aliases.iter().enumerate() {
        let report = &mut reports[*file];
        if is_model(name) || aliases[..index].iter().any(|other| other.name == *name) {
            report.add(*at, Rule::DuplicateModel, format!("`{name}` is taken already"), "remove one of them");
        }
        if !is_model(&id.0) {
            report.add(*at, Rule::BadReference, format!("there is no model `{id}`"), "name a model of the catalog");
        }
    }
}

fn each_id_once(placed: &[Placed], reports: &mut [Report<'_>]) {
    let mut seen: BTreeMap<&ModelId, &str> = BTreeMap::new();
    for Placed { model, file, places } in placed {
        let name = reports[*file].file;
        if let Some(first) = seen.insert(&model.id, name) {
            let message = format!("model `{}` is in `{first}` already", model.id);
            reports[*file].add(places.model, Rule::DuplicateModel, message, "remove one of them");
        }
    }
}

fn each_text_once(placed: &[Placed], reports: &mut [Report<'_>]) {
    let mut seen: BTreeMap<&str, &ModelId> = BTreeMap::new();
    for Placed { model, file, places } in placed {
        let titles = [&model.title.ru, &model.title.en].map(|text| (text, places.title));
        let summaries = [&model.summary.ru, &model.summary.en].map(|text| (text, places.summary));
        for (text, place) in titles.into_iter().chain(summaries) {
            // A proper name may well be the same in both languages of one model.
            if let Some(other) = seen.insert(text, &model.id).filter(|other| **other != model.id) {
                let message = format!("`{text}` is the text of model `{other}` too");
                reports[*file].add(place, Rule::DuplicateText, message, "say what sets this one apart");
            }
        }
    }
}

/// Two files of one vendor write it the same way; else the menu would show it twice.
fn vendors_agree(placed: &[Placed], reports: &mut [Report<'_>]) {
    let mut told = BTreeSet::new();
    for (index, Placed { model, file, .. }) in placed.iter().enumerate() {
        let differs = |other: &&Placed| {
            let other = &other.model.vendor;
            (other.slug == model.vendor.slug) != (other.name == model.vendor.name)
        };
        let Some(other) = placed[..index].iter().find(differs) else { continue };
        if told.insert(*file) {
            let message = format!("vendor `{}` is called `{}`", model.vendor.slug, model.vendor.name);
            let other = &other.model.vendor;
            let remedy =
                format!("another file has `{}` with `{}`: write one name with one slug", other.slug, other.name);
            reports[*file].add(0, Rule::VendorName, message, remedy);
        }
    }
}

fn tasks_exist(placed: &[Placed], reports: &mut [Report<'_>]) {
    for Placed { model, file, places } in placed {
        for (place, id) in &places.tasks {
            let found = placed.iter().find(|other| other.model.id == *id);
            let message = match found.map(|other| other.model.is_live()) {
                Some(sold) if sold || !model.is_live() => continue,
                Some(_) => format!("model `{id}` is hidden: nobody can have a result of it"),
                None => format!("there is no model `{id}`"),
            };
            reports[*file].add(*place, Rule::BadReference, message, "name a model that is sold");
        }
    }
}

fn comes_back(model: &Model, places: &Places, report: &mut Report<'_>) {
    for kind in std::iter::once(model.kind).chain(model.also.iter().copied()) {
        if !kind.outputs().contains(&model.output) {
            let message = format!("a model of kind `{kind}` does not give back `{}`", model.output);
            let known: Vec<_> = kind.outputs().iter().map(ToString::to_string).collect();
            report.add(
                places.output,
                Rule::NoDelivery,
                message,
                format!("its output is one of `{}`", known.join("`, `")),
            );
        }
    }
}

/// Whether there is a price to prove; notes what a sold model lacks.
fn sellable(model: &Model, places: &Places, report: &mut Report<'_>) -> bool {
    let mut lacks = |what: &str| {
        let message = format!("model `{}` is sold but has no {what}", model.id);
        report.add(places.model, Rule::NotSellable, message, "add it, or write `hidden = \"why\"`");
    };
    if model.status == Status::Live {
        let prompted = |kind: &InputKind| matches!(kind, InputKind::Text(_));
        if model.inputs.is_empty() {
            lacks("inputs");
        }
        if model.example.is_none() && model.inputs.iter().any(|input| input.required && prompted(&input.kind)) {
            lacks("example of its text");
        }
        if model.price.as_ref().is_none_or(|price| price.rows.is_empty()) {
            lacks("price");
        }
    }
    model.price.as_ref().is_some_and(|price| !price.rows.is_empty())
}

fn prices(model: &mut Model, places: &Places, report: &mut Report<'_>) {
    let Findings { range, gaps, dead_rows, dead_surcharges } = match survey(model) {
        Ok(findings) => findings,
        Err(count) => {
            let message = format!("the price of model `{}` hangs on {count} combinations", model.id);
            let remedy = "let fewer inputs decide, or offer fewer choices";
            return report.add(places.price, Rule::TooManyCombinations, message, remedy);
        }
    };
    for gap in gaps.iter().take(SHOWN_GAPS) {
        let message = format!("no price for {gap}");
        report.add(
            places.price,
            Rule::NoPrice,
            message,
            "add a row, or do not offer the combination (`rules` with `forbid`)",
        );
    }
    let rows = dead_rows.iter().filter_map(|index| places.rows.get(*index));
    for place in rows.chain(dead_surcharges.iter().filter_map(|index| places.surcharges.get(*index))) {
        let remedy = "remove it, or move it before the row that takes its place";
        report.add(*place, Rule::UnreachableRow, "the row never applies", remedy);
    }
    if let Some(range) = range
        && (range.low < BAND.0 || range.high > BAND.1)
    {
        let message = format!("the price goes from {} to {} credits", range.low, range.high);
        let remedy = format!("a generation costs between {} and {}: check credits, unit and bounds", BAND.0, BAND.1);
        report.add(places.price, Rule::PriceOutOfBand, message, remedy);
    }
    model.range = range;
}
