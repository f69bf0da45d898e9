//! `when = { resolution = "720p", sound = true, image_url.short_side = { at_most = 480 }, video_urls = "given" }`.

use toml::de::{DeTable, DeValue};

use super::fields::{Fields, Node, at, integer, wire, wrong};
use super::position;
use super::report::Report;
use crate::models::condition::{Condition, Fact, Subject, Test};
use crate::models::problem::Rule;
use crate::models::schema::{Input, InputKind};
use crate::models::value::{Value, WireValue};

/// The conditions of one table; they speak of `inputs`, and of the output's pixels where those are known. None after a problem.
pub(super) fn read_conditions<'t>(
    node: Node<'t>,
    inputs: &[Input],
    has_pixels: bool,
    report: &mut Report<'_>,
) -> Option<Vec<Condition>> {
    let table = node.get_ref().as_table().or_else(|| wrong(report, node, "a table of conditions"))?;
    let before = report.problems.len();
    let mut conditions = Vec::new();
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        if name == "output" && has_pixels {
            read_output(value, &mut conditions, report);
        } else if let Some(index) = position(name, key.span().start, inputs, report) {
            read_one(index, &inputs[index], value, &mut conditions, report);
        }
    }
    (report.problems.len() == before).then_some(conditions)
}

fn read_one<'t>(index: usize, input: &Input, node: Node<'t>, conditions: &mut Vec<Condition>, report: &mut Report<'_>) {
    match node.get_ref() {
        DeValue::Table(table) if matches!(input.kind, InputKind::Integer(_) | InputKind::Number(_)) => {
            push(conditions, Subject::Input(index), read_bounds(table, node, 1, report));
        }
        DeValue::Table(table) => {
            for (key, value) in table.iter() {
                match fact(key.get_ref()).filter(|(fact, _)| can_tell(input, *fact)) {
                    Some((fact, scale)) => {
                        let test = match value.get_ref() {
                            DeValue::Table(table) => read_bounds(table, value, scale, report),
                            _ => exactly(value, scale, report),
                        };
                        push(conditions, Subject::Fact(index, fact), test);
                    }
                    None => {
                        let message = format!("input `{}` has no `{}`", input.name, key.get_ref());
                        let remedy = "files have `count`, `seconds`, `short_side`, `pixels`; texts have `characters`; lists have `count`";
                        report.add(key.span().start, Rule::BadReference, message, remedy);
                    }
                }
            }
        }
        DeValue::Array(items) => {
            let values: Vec<_> = items.iter().filter_map(|item| read_value(input, item, report)).collect();
            push(conditions, Subject::Input(index), Some(Test::Is(values)));
        }
        _ => {
            let test = match node.get_ref().as_str() {
                Some("given") if !is_scalar(input) => Some(Test::Given),
                Some("absent") => Some(Test::Absent),
                _ => read_value(input, node, report).map(|value| Test::Is(vec![value])),
            };
            push(conditions, Subject::Input(index), test);
        }
    }
}

fn push(conditions: &mut Vec<Condition>, subject: Subject, test: Option<Test>) {
    conditions.extend(test.map(|test| Condition { subject, test }));
}

/// `output = { pixels = { at_most = 4194304 } }`.
fn read_output<'t>(node: Node<'t>, conditions: &mut Vec<Condition>, report: &mut Report<'_>) {
    let Some(mut fields) = Fields::of(node, report) else { return };
    if let Some(bounds) = fields.need("pixels", report) {
        let table = bounds.get_ref().as_table().or_else(|| wrong(report, bounds, "a table with `at_least`, `at_most`"));
        push(conditions, Subject::OutputPixels, table.and_then(|table| read_bounds(table, bounds, 1, report)));
    }
    fields.finish(report);
}

/// `{ at_least = 2, at_most = 5 }`, in units that are `scale` base units each.
fn read_bounds<'t>(table: &'t DeTable<'t>, node: Node<'t>, scale: i64, report: &mut Report<'_>) -> Option<Test> {
    let mut fields = Fields::new(table, at(node));
    let at_least = fields.integer("at_least", report).map(|bound| bound.saturating_mul(scale));
    let at_most = fields.integer("at_most", report).map(|bound| bound.saturating_mul(scale));
    fields.finish(report);
    if at_least.is_none() && at_most.is_none() {
        report.add(at(node), Rule::MissingKey, "no bound is given", "write `at_least`, `at_most` or both");
        return None;
    }
    Some(Test::Between { at_least, at_most })
}

fn exactly(node: Node<'_>, scale: i64, report: &mut Report<'_>) -> Option<Test> {
    let figure = integer(node, report)?.saturating_mul(scale);
    Some(Test::Between { at_least: Some(figure), at_most: Some(figure) })
}

/// The value of ours that a wire value written in the file stands for, for this input. Types must agree exactly.
pub(super) fn read_value(input: &Input, node: Node<'_>, report: &mut Report<'_>) -> Option<Value> {
    let wire = wire(node, report)?;
    let value = match (&input.kind, &wire) {
        (InputKind::Choice(choices), _) => {
            choices.iter().find(|choice| choice.wire == wire).map(|choice| Value::Choice(choice.key.clone()))
        }
        (InputKind::Bool, WireValue::Bool(flag)) => Some(Value::Bool(*flag)),
        (InputKind::Integer(_), WireValue::Integer(integer)) => Some(Value::Integer(*integer)),
        (InputKind::Number(_), WireValue::Integer(_) | WireValue::Decimal(_)) => wire.number().map(Value::Decimal),
        _ => None,
    };
    if value.is_none() {
        let kind = node.get_ref().type_str();
        let message = format!("input `{}` can't have the {kind} value `{wire}`", input.name);
        let remedy = "write one of its values, with the same type; for files and texts `\"given\"` or `\"absent\"`";
        report.add(at(node), Rule::BadReference, message, remedy);
    }
    value
}

const fn is_scalar(input: &Input) -> bool {
    matches!(input.kind, InputKind::Choice(_) | InputKind::Bool | InputKind::Integer(_) | InputKind::Number(_))
}

/// A fact by its name in the files, and how many base units its unit has.
fn fact(name: &str) -> Option<(Fact, i64)> {
    match name {
        "count" => Some((Fact::Count, 1)),
        "seconds" => Some((Fact::Millis, 1000)),
        "short_side" => Some((Fact::ShortSide, 1)),
        "pixels" => Some((Fact::Pixels, 1)),
        "characters" => Some((Fact::Characters, 1)),
        _ => None,
    }
}

const fn can_tell(input: &Input, fact: Fact) -> bool {
    match (&input.kind, fact) {
        (InputKind::Media(_), Fact::Characters) => false,
        (InputKind::Media(_), _) | (InputKind::Task(_), Fact::Millis | Fact::ShortSide | Fact::Pixels) => true,
        (InputKind::Text(_), Fact::Characters) => true,
        (InputKind::Texts(_) | InputKind::Objects(_), Fact::Count | Fact::Characters) => true,
        _ => false,
    }
}
