//! Reading the catalog's files. Nothing is decided at the first error: whatever can still be read is, so that one run shows all problems.
//!
//! Two passes: `read` turns TOML into models (`input`, `price` and `condition` hold the parts), then `prove` checks what only a whole
//! model, or all of them together, can show.

mod condition;
mod dedicated;
mod fields;
mod free;
mod input;
mod price;
mod prove;
mod report;

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::fields::{Fields, Node, at, list, text, wrong};
use self::report::Report;
use super::kind::{Kind, Output};
use super::model::{CrossRule, Model, Status, Vendor};
use super::problem::{Problem, Rule};
use super::schema::{Input, Localized};
use crate::ids::ModelId;

/// What the catalog's files hold.
#[derive(Debug)]
pub(super) struct Contents {
    /// Every model, proven.
    pub(super) models: Vec<Model>,
    /// Other names of models, of this bot's earlier days: to the id of today.
    pub(super) aliases: BTreeMap<String, ModelId>,
}

/// An alias with its place.
#[derive(Debug)]
struct Alias {
    name: String,
    id: ModelId,
    file: usize,
    at: usize,
}

/// Titles of inputs that mean the same everywhere, by wire name.
type Titles = BTreeMap<String, Localized>;

/// A model with the places that later findings are pinned to.
#[derive(Debug)]
struct Placed {
    model: Model,
    /// Which file.
    file: usize,
    places: Places,
}

/// Byte offsets within the file.
#[derive(Debug, Default)]
struct Places {
    model: usize,
    title: usize,
    summary: usize,
    output: usize,
    price: usize,
    rows: Vec<usize>,
    surcharges: Vec<usize>,
    tasks: Vec<(usize, ModelId)>,
}

/// Everything in the files, proven.
pub(super) fn read(files: &[(&str, &str)]) -> Result<Contents, Vec<Problem>> {
    let mut reports: Vec<_> = files.iter().map(|(name, text)| Report::new(name, text)).collect();
    let documents: Vec<_> = files.iter().map(|(_, text)| DeTable::parse_recoverable(text)).collect();
    let mut titles = Titles::new();
    for ((document, errors), report) in documents.iter().zip(&mut reports) {
        // One slip makes several errors; the first is the one to read.
        if let Some(error) = errors.first() {
            let place = error.span().map_or(0, |span| span.start);
            report.add(place, Rule::Syntax, error.message().to_owned(), "the file must be TOML");
        }
        if let Some(node) = document.get_ref().get("titles") {
            read_titles(node, &mut titles, report);
        }
    }
    let (mut placed, mut aliases, mut free) = (Vec::new(), Vec::new(), Vec::new());
    for (index, ((document, errors), report)) in documents.iter().zip(&mut reports).enumerate() {
        if errors.is_empty() {
            read_file(document, index, &titles, report, &mut placed);
            if let Some(node) = document.get_ref().get("aliases") {
                read_aliases(node, index, &mut aliases, report);
            }
            if let Some(node) = document.get_ref().get("free") {
                free::read_free(node, index, &mut free, report);
            }
        }
    }
    prove::prove(&mut placed, &mut reports);
    prove::aliases_lead_somewhere(&aliases, &placed, &mut reports);
    free::give(free, &mut placed, &mut reports);
    let problems: Vec<_> = reports.into_iter().flat_map(|report| report.problems).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Contents {
        models: placed.into_iter().map(|placed| placed.model).collect(),
        aliases: aliases.into_iter().map(|alias| (alias.name, alias.id)).collect(),
    })
}

fn read_titles<'t>(node: Node<'t>, titles: &mut Titles, report: &mut Report<'_>) {
    let Some(table) = node.get_ref().as_table().or_else(|| wrong(report, node, "a table of titles by input name"))
    else {
        return;
    };
    for (name, title) in table.iter() {
        if let Some(title) = fields::localized(title, report) {
            titles.insert(name.get_ref().as_ref().to_owned(), title);
        }
    }
}

/// `[aliases]`: `"old/name" = "id of today"`.
fn read_aliases<'t>(node: Node<'t>, file: usize, aliases: &mut Vec<Alias>, report: &mut Report<'_>) {
    let Some(table) = node.get_ref().as_table().or_else(|| wrong(report, node, "a table of ids by older name")) else {
        return;
    };
    for (name, id) in table.iter() {
        if let Some(id) = text(id, report) {
            let (name, at) = (name.get_ref().as_ref().to_owned(), name.span().start);
            aliases.push(Alias { name, id: ModelId(id.to_owned()), file, at });
        }
    }
}

fn read_file<'t>(
    document: &'t Spanned<DeTable<'t>>,
    file: usize,
    titles: &Titles,
    report: &mut Report<'_>,
    placed: &mut Vec<Placed>,
) {
    let mut fields = Fields::new(document.get_ref(), 0);
    fields.get("titles");
    fields.get("aliases");
    fields.get("free");
    let models = fields.list("model", report);
    let vendor = if models.is_empty() { fields.get("vendor") } else { fields.need("vendor", report) };
    let vendor = vendor.and_then(|node| read_vendor(node, report));
    fields.finish(report);
    for node in models {
        let problems_before = report.problems.len();
        let read = read_model(node, vendor.as_ref(), titles, report);
        // A model that was not understood in full is not proven: the findings would only repeat what is known.
        if let Some((model, places)) = read.filter(|_| report.problems.len() == problems_before) {
            placed.push(Placed { model, file, places });
        }
    }
}

fn read_vendor<'t>(node: Node<'t>, report: &mut Report<'_>) -> Option<Vendor> {
    let mut fields = Fields::of(node, report)?;
    let (slug, name) = (fields.need_text("slug", report), fields.need_text("name", report));
    fields.finish(report);
    Some(Vendor { slug: slug?.to_owned(), name: name?.to_owned() })
}

fn read_model<'t>(
    node: Node<'t>,
    vendor: Option<&Vendor>,
    titles: &Titles,
    report: &mut Report<'_>,
) -> Option<(Model, Places)> {
    let mut fields = Fields::of(node, report)?;
    let id = fields.need_text("id", report);
    let mut places = Places { model: fields.get("id").map_or(fields.at, at), ..Places::default() };
    let kind = fields.need("kind", report).and_then(|node| name(node, Kind::ALL, Kind::from_name, report));
    let also = fields.list("also", report);
    let also = also.into_iter().filter_map(|node| name(node, Kind::ALL, Kind::from_name, report)).collect();
    let output = fields.get("output").map(|node| name(node, Output::ALL, Output::from_name, report));
    places.output = fields.get("output").or_else(|| fields.get("kind")).map_or(fields.at, at);
    places.title = fields.get("title").map_or(fields.at, at);
    places.summary = fields.get("summary").map_or(fields.at, at);
    let title = fields.need_localized("title", report);
    let summary = fields.need_localized("summary", report);
    let example = fields.localized("example", report);
    let hidden = fields.text("hidden", report);
    let usual_seconds = fields.size("usual_seconds", report);
    let inputs = input::read_inputs(&fields.list("input", report), titles, &mut places.tasks, report);
    let (rules, price, dedicated) = (fields.get("rules"), fields.get("price"), fields.get("dedicated"));
    fields.finish(report);

    let kind = kind?;
    let output = output.unwrap_or_else(|| kind.outputs().first().copied())?;
    let mut inputs = inputs?;
    let rules = rules.map(|node| read_rules(node, &inputs, report)).unwrap_or_default();
    let price = price.and_then(|node| price::read_price(node, &mut inputs, &mut places, report));
    let dedicated = dedicated.and_then(|node| dedicated::read_dedicated(node, &inputs, report));
    let usual = usual_seconds.and_then(|seconds| u64::try_from(seconds).ok());
    let model = Model {
        id: ModelId(id?.to_owned()),
        vendor: vendor?.clone(),
        kind,
        also,
        output,
        title: title?,
        summary: summary?,
        example,
        status: hidden.map_or(Status::Live, |reason| Status::Hidden { reason: reason.to_owned() }),
        usual_duration: usual.map_or_else(|| kind.usual_duration(output), Duration::from_secs),
        inputs,
        rules,
        price,
        range: None,
        free: None,
        set_price: None,
        markup: None,
        dedicated,
    };
    Some((model, places))
}

/// One of a set of names.
fn name<T: Copy + std::fmt::Display>(
    node: Node<'_>,
    all: &[T],
    from_name: impl Fn(&str) -> Option<T>,
    report: &mut Report<'_>,
) -> Option<T> {
    let name = text(node, report)?;
    let found = from_name(name);
    if found.is_none() {
        let known: Vec<_> = all.iter().map(ToString::to_string).collect();
        let remedy = format!("known are `{}`", known.join("`, `"));
        report.add(at(node), Rule::UnknownName, format!("`{name}` is not known"), remedy);
    }
    found
}

fn read_rules<'t>(node: Node<'t>, inputs: &[Input], report: &mut Report<'_>) -> Vec<CrossRule> {
    let nodes = list(node, report).unwrap_or_default();
    nodes.into_iter().filter_map(|node| read_rule(node, inputs, report)).collect()
}

fn read_rule<'t>(node: Node<'t>, inputs: &[Input], report: &mut Report<'_>) -> Option<CrossRule> {
    let mut fields = Fields::of(node, report)?;
    let any_of = fields.get("any_of").map(|node| names(node, inputs, report));
    let one_of = fields.get("one_of").map(|node| names(node, inputs, report));
    let apart = fields.get("apart").and_then(|node| list(node, report));
    let apart = apart.map(|groups| groups.into_iter().map(|node| names(node, inputs, report)).collect());
    let forbid = fields.get("forbid").map(|node| condition::read_conditions(node, inputs, false, report));
    let place = fields.at;
    fields.finish(report);
    let mut rules = [
        any_of.map(CrossRule::AnyOf),
        one_of.map(CrossRule::OneOf),
        apart.map(CrossRule::Apart),
        forbid.flatten().map(CrossRule::Forbid),
    ]
    .into_iter()
    .flatten();
    match (rules.next(), rules.next()) {
        (Some(rule), None) => Some(rule),
        _ => {
            let remedy = "each rule is one of `any_of`, `one_of`, `apart`, `forbid`";
            report.add(place, Rule::MissingKey, "this is not exactly one rule", remedy);
            None
        }
    }
}

fn names<'t>(node: Node<'t>, inputs: &[Input], report: &mut Report<'_>) -> Vec<usize> {
    let nodes = list(node, report).unwrap_or_default();
    nodes.into_iter().filter_map(|node| index(node, inputs, report)).collect()
}

/// The index of the input that a text names.
fn index(node: Node<'_>, inputs: &[Input], report: &mut Report<'_>) -> Option<usize> {
    let name = text(node, report)?;
    position(name, at(node), inputs, report)
}

/// The index of a named input.
fn position(name: &str, place: usize, inputs: &[Input], report: &mut Report<'_>) -> Option<usize> {
    let found = inputs.iter().position(|input| input.name == name);
    if found.is_none() {
        let known: Vec<_> = inputs.iter().map(|input| input.name.as_str()).collect();
        let remedy = format!("the inputs before this place are `{}`", known.join("`, `"));
        report.add(place, Rule::BadReference, format!("there is no input `{name}`"), remedy);
    }
    found
}

/// The JSON form of any TOML value but a date.
fn json(node: Node<'_>, report: &mut Report<'_>) -> Option<serde_json::Value> {
    match node.get_ref() {
        DeValue::Array(items) => {
            items.iter().map(|item| json(item, report)).collect::<Option<Vec<_>>>().map(Into::into)
        }
        DeValue::Table(table) => {
            let entries =
                table.iter().map(|(key, value)| Some((key.get_ref().as_ref().to_owned(), json(value, report)?)));
            entries.collect::<Option<serde_json::Map<_, _>>>().map(Into::into)
        }
        _ => fields::wire(node, report).map(|wire| wire.to_json()),
    }
}
