//! `[model.dedicated]`: the older endpoint that makes the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::fields::{Fields, Node, at, list, text, wrong};
use super::report::Report;
use super::{json, name, position};
use crate::models::dedicated::Dedicated;
use crate::models::kind::ApiFamily;
use crate::models::problem::Rule;
use crate::models::schema::Input;

/// Every path of KIE's API begins so.
const PATHS_BEGIN: &str = "/api/v1/";

pub(super) fn read_dedicated<'t>(node: Node<'t>, inputs: &[Input], report: &mut Report<'_>) -> Option<Dedicated> {
    let mut fields = Fields::of(node, report)?;
    let family = fields.need("family", report);
    let path = fields.need("path", report);
    let note = fields.localized("note", report);
    let names = fields.get("names").map(|node| by_input(node, inputs, report, own_name)).unwrap_or_default();
    let values = fields.get("values").map(|node| by_input(node, inputs, report, own_values)).unwrap_or_default();
    let place = fields.at;
    let without = fields.get("without").and_then(|node| list(node, report)).unwrap_or_default();
    fields.finish(report);
    let without = without.into_iter().filter_map(|node| known_name(node, inputs, report)).collect();
    let (family, path) = (read_family(family?, report)?, read_path(path?, report)?);
    let dedicated = Dedicated { family, path, note, names, values, without };
    values_are_offered(&dedicated, inputs, place, report);
    names_stay_apart(&dedicated, inputs, place, report);
    Some(dedicated)
}

fn values_are_offered(dedicated: &Dedicated, inputs: &[Input], place: usize, report: &mut Report<'_>) {
    for input in inputs.iter().filter(|input| !input.choices().is_empty()) {
        let offered: Vec<Json> = input.choices().iter().map(|choice| choice.wire.to_json()).collect();
        let replaced = dedicated.values.get(&input.name).map(Vec::as_slice).unwrap_or_default();
        if let Some((unknown, _)) = replaced.iter().find(|(unified, _)| !offered.contains(unified)) {
            let message = format!("input `{}` does not offer {unknown}", input.name);
            report.add(place, Rule::BadReference, message, "each pair begins with a value that the input offers");
        }
    }
}

fn names_stay_apart(dedicated: &Dedicated, inputs: &[Input], place: usize, report: &mut Report<'_>) {
    let sent = inputs.iter().filter(|input| !dedicated.without.contains(&input.name));
    let mut seen = BTreeSet::new();
    for name in sent.map(|input| dedicated.name(&input.name)) {
        if !seen.insert(name.clone()) {
            let message = format!("two inputs are called `{name}` there");
            report.add(place, Rule::DuplicateInput, message, "give each input a name of its own in `names`");
        }
    }
}

fn read_family(node: Node<'_>, report: &mut Report<'_>) -> Option<ApiFamily> {
    let dedicated: Vec<_> = ApiFamily::ALL.iter().copied().filter(|family| *family != ApiFamily::Market).collect();
    name(node, &dedicated, |name| ApiFamily::from_name(name).filter(|family| dedicated.contains(family)), report)
}

fn read_path(node: Node<'_>, report: &mut Report<'_>) -> Option<String> {
    let path = text(node, report)?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_".contains(letter);
    let tail = path.strip_prefix(PATHS_BEGIN).filter(|tail| !tail.is_empty() && tail.chars().all(is_plain));
    if tail.is_none() {
        let remedy = format!("write the path from its first slash, as `{PATHS_BEGIN}veo/generate`");
        report.add(at(node), Rule::WrongType, format!("`{path}` is no path of KIE's API"), remedy);
    }
    tail.map(|_| path.to_owned())
}

/// A table whose keys are inputs.
fn by_input<'t, T>(
    node: Node<'t>,
    inputs: &[Input],
    report: &mut Report<'_>,
    read: impl Fn(Node<'t>, &mut Report<'_>) -> Option<T>,
) -> BTreeMap<String, T> {
    let Some(table) = node.get_ref().as_table().or_else(|| wrong(report, node, "a table by input name")) else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        if position(name, key.span().start, inputs, report).is_some()
            && let Some(value) = read(value, report)
        {
            found.insert(name.to_owned(), value);
        }
    }
    found
}

fn own_name(node: Node<'_>, report: &mut Report<'_>) -> Option<String> {
    text(node, report).map(str::to_owned)
}

/// `[["V6", "V5_5"], ...]`: pairs, since a key of TOML would lose the type of a number.
fn own_values(node: Node<'_>, report: &mut Report<'_>) -> Option<Vec<(Json, Json)>> {
    let pairs = list(node, report)?;
    pairs.into_iter().map(|pair| own_value(pair, report)).collect()
}

fn own_value(node: Node<'_>, report: &mut Report<'_>) -> Option<(Json, Json)> {
    let pair = list(node, report)?;
    match pair[..] {
        [unified, own] => Some((json(unified, report)?, json(own, report)?)),
        _ => wrong(report, node, "a pair: the unified value, the dedicated one"),
    }
}

fn known_name(node: Node<'_>, inputs: &[Input], report: &mut Report<'_>) -> Option<String> {
    let name = text(node, report)?;
    position(name, at(node), inputs, report).map(|_| name.to_owned())
}
