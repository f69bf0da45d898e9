//! The findings as text for the terminal.

use std::fmt::Write as _;
use std::mem::discriminant;

use super::difference::{Difference, Severity, What};
use super::words::{Listed, one_line};

/// Grouped by severity, then by model; each finding on one line with what to do; counts at the end. Notes are summed up by kind.
pub fn report(differences: &[Difference]) -> String {
    write(differences, sum_up)
}

/// The same with every note on a line of its own.
pub fn report_in_full(differences: &[Difference]) -> String {
    write(differences, by_model)
}

fn write(differences: &[Difference], notes: fn(&[&Difference]) -> Vec<String>) -> String {
    let mut text = String::new();
    for severity in [Severity::Breaks, Severity::Check, Severity::Note] {
        let found: Vec<_> = differences.iter().filter(|difference| difference.severity() == severity).collect();
        if found.is_empty() {
            continue;
        }
        let lines = if severity == Severity::Note { notes(&found) } else { by_model(&found) };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\n{}\n", headline(severity), lines.join("\n"));
    }
    let _ = writeln!(text, "{}", counts(differences));
    text
}

const fn headline(severity: Severity) -> &'static str {
    match severity {
        Severity::Breaks => "BREAKS: requests of ours would be refused, or sold at a loss",
        Severity::Check => "CHECK: KIE sells something else than we do",
        Severity::Note => "NOTE: good to know, nothing is wrong",
    }
}

fn by_model(found: &[&Difference]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut model = None;
    for difference in found {
        if model != Some(&difference.model) {
            let whole = || "(the catalogue as a whole)".to_owned();
            let name = difference.model.as_ref().map_or_else(whole, |id| one_line(&id.0));
            lines.push(format!("  {name}"));
            model = Some(&difference.model);
        }
        lines.push(format!("    {difference} -> {}", difference.remedy()));
    }
    lines
}

/// One line for each kind of note, with the models that it is about.
fn sum_up(found: &[&Difference]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut done = Vec::new();
    for difference in found {
        let kind = discriminant(&difference.what);
        if done.contains(&kind) {
            continue;
        }
        done.push(kind);
        let mut models: Vec<_> = found
            .iter()
            .filter(|other| discriminant(&other.what) == kind)
            .filter_map(|other| other.model.clone())
            .collect();
        models.dedup();
        lines.push(match (topic(&difference.what), models.len()) {
            (None, _) | (_, 0) => format!("  {difference} -> {}", difference.remedy()),
            (Some(topic), 1) => format!("  {topic}: {} -> {}", Listed(&models), difference.remedy()),
            (Some(topic), count) => {
                format!("  {topic}: {count} models, {} -> {}", Listed(&models), difference.remedy())
            }
        });
    }
    lines
}

/// What notes of a kind have in common; none for what is about no single model.
const fn topic(what: &What) -> Option<&'static str> {
    match what {
        What::NotOffered { .. } => Some("optional inputs at KIE that are not offered here"),
        What::ValuesNew { .. } => Some("values at KIE that are not offered here"),
        What::NoLongerRequired { .. } => Some("inputs that are required here and optional at KIE"),
        What::StillListed { .. } => Some("hidden as broken and still listed"),
        What::PriceUnread { .. } => Some("price rows without a figure"),
        _ => None,
    }
}

fn counts(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "no difference: the catalog says what KIE says".to_owned();
    }
    let count = |severity| differences.iter().filter(|difference| difference.severity() == severity).count();
    let (breaks, check, note) = (count(Severity::Breaks), count(Severity::Check), count(Severity::Note));
    format!("breaks: {breaks}, to check: {check}, notes: {note}")
}
