//! What may be had for nothing: `[free]`, a table of limits by model.

use toml::de::DeTable;

use super::Placed;
use super::fields::{Fields, Node, wrong};
use super::report::Report;
use crate::free::FreeLimits;
use crate::ids::ModelId;
use crate::models::overrides::{GIFT_MAX, NoGift};
use crate::models::problem::Rule;

/// A model's limits with their place.
#[derive(Debug)]
pub(super) struct Free {
    id: ModelId,
    limits: FreeLimits,
    file: usize,
    at: usize,
}

/// `[free]`: `"model/id" = { day = 3, hour = 1 }`.
pub(super) fn read_free<'t>(node: Node<'t>, file: usize, free: &mut Vec<Free>, report: &mut Report<'_>) {
    let Some(table) = node.get_ref().as_table().or_else(|| wrong(report, node, "a table of limits by model")) else {
        return;
    };
    let table: &DeTable<'_> = table;
    for (name, limits) in table.iter() {
        if let Some(limits) = read_limits(limits, report) {
            let id = ModelId(name.get_ref().as_ref().to_owned());
            free.push(Free { id, limits, file, at: name.span().start });
        }
    }
}

fn read_limits(node: Node<'_>, report: &mut Report<'_>) -> Option<FreeLimits> {
    let mut fields = Fields::of(node, report)?;
    let mut limit = |key: &'static str| {
        let count = fields.need_integer(key, report)?;
        let count = u32::try_from(count).ok().filter(|count| *count > 0);
        if count.is_none() {
            let message = format!("`{key}` leaves nothing to be had");
            report.add(fields.at, Rule::BadBounds, message, "write a whole number from 1, or remove the model");
        }
        count
    };
    let (day, hour) = (limit("day"), limit("hour"));
    let at = fields.at;
    fields.finish(report);
    let limits = FreeLimits { day: day?, hour: hour? };
    if limits.hour > limits.day {
        let message = format!("an hour has {} and the whole day {}", limits.hour, limits.day);
        report.add(at, Rule::BadBounds, message, "let `hour` be at most `day`");
        return None;
    }
    Some(limits)
}

/// Puts the limits on their models: each may be given away (`Model::gift`) and is named once.
pub(super) fn give(free: Vec<Free>, placed: &mut [Placed], reports: &mut [Report<'_>]) {
    for Free { id, limits, file, at } in free {
        let report = &mut reports[file];
        let Some(model) = placed.iter_mut().map(|placed| &mut placed.model).find(|model| model.id == id) else {
            report.add(at, Rule::BadReference, format!("there is no model `{id}`"), "name a model of the catalog");
            continue;
        };
        match model.gift() {
            Err(NoGift::Hidden) => {
                let message = format!("model `{id}` is hidden: nobody can have it");
                report.add(at, Rule::NotSellable, message, "name a model that is sold");
            }
            _ if model.free.is_some() => {
                report.add(at, Rule::DuplicateModel, format!("model `{id}` has limits already"), "remove one of them");
            }
            Err(NoGift::TooDear(high)) => {
                let message = format!("a gift of `{id}` costs up to {high} credits");
                let remedy = format!("give away what costs at most {GIFT_MAX} at its dearest");
                report.add(at, Rule::PriceOutOfBand, message, remedy);
            }
            Ok(()) => model.free = Some(limits),
        }
    }
}
