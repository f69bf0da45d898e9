//! The page of figures against docs/METRICS.md: nothing is shown that is not described there, and no label grows beyond its values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::stage::Stage;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/METRICS.md");
/// The most values of a label that are not listed: statuses, methods, models, queries.
const OPEN_MAX: usize = 150;

/// What the table says of a figure.
struct Row {
    kind: &'static str,
    /// Each label with its values; none = they are not listed.
    labels: BTreeMap<&'static str, BTreeSet<&'static str>>,
    doc: &'static str,
}

/// One sample of the page.
struct Sample<'a> {
    name: &'a str,
    labels: Vec<(&'a str, &'a str)>,
    value: &'a str,
}

/// `GET /metrics`.
pub(crate) async fn page(stage: &Stage) -> String {
    let answer = stage.http.get(stage.bot.url("/metrics")).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "the figures are shown to who is near");
    answer.text().await.expect("a text")
}

/// The names of all figures in the table.
pub(crate) fn names() -> BTreeSet<&'static str> {
    rows().into_keys().collect()
}

/// The names of the figures that a page shows.
pub(crate) fn shown(page: &str) -> BTreeSet<&str> {
    page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect()
}

/// Fails unless each figure of the page is in the table, as the table has it.
pub(crate) fn check(page: &str) {
    let rows = rows();
    let mut open: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for line in page.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "TYPE", name, kind] => {
                let row = rows.get(name).unwrap_or_else(|| panic!("`{name}` is not in docs/METRICS.md"));
                assert_eq!(kind, row.kind, "{name}");
            }
            ["#", "HELP", name, doc] => assert_eq!(doc, rows[name].doc.replace('\\', "\\\\"), "{name}"),
            _ if line.trim().is_empty() => {}
            _ => {
                let sample = sample(line);
                let (name, row) = row_of(&rows, sample.name);
                let found: BTreeSet<&str> = sample.labels.iter().map(|(label, _)| *label).collect();
                let wanted: BTreeSet<&str> = row.labels.keys().copied().collect();
                assert_eq!(found, wanted, "{line}");
                assert!(sample.value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
                for (label, value) in sample.labels {
                    let listed = &row.labels[label];
                    assert!(listed.is_empty() || listed.contains(value), "a value that is not listed: {line}");
                    open.entry((name, label)).or_default().insert(value);
                }
            }
        }
    }
    for ((name, label), values) in open {
        assert!(values.len() <= OPEN_MAX, "`{label}` of `{name}` has {} values", values.len());
    }
}

/// A histogram's samples have names of their own, and steps.
fn row_of<'r>(rows: &'r BTreeMap<&'static str, Row>, name: &str) -> (&'static str, &'r Row) {
    let of_histogram = |(family, row): &(&&'static str, &Row)| {
        let rest = name.strip_prefix(**family);
        row.kind == "histogram" && rest.is_some_and(|rest| ["_bucket", "_sum", "_count"].contains(&rest))
    };
    let found = rows.get_key_value(name).or_else(|| rows.iter().find(of_histogram));
    let (family, row) = found.unwrap_or_else(|| panic!("`{name}` is not in docs/METRICS.md"));
    (*family, row)
}

/// `name{label="value",other="value"} 1`; the steps of a histogram are left out.
fn sample(line: &str) -> Sample<'_> {
    let (head, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
    let (name, labels) = head.split_once('{').unwrap_or((head, ""));
    let labels = labels.trim_end_matches('}').split("\",").filter_map(|pair| pair.split_once("=\""));
    let labels = labels.map(|(label, value)| (label, value.trim_end_matches('"'))).filter(|(label, _)| *label != "le");
    Sample { name, labels: labels.collect(), value }
}

/// The rows of the table, by name.
fn rows() -> BTreeMap<&'static str, Row> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| std::fs::read_to_string(TABLE).expect("the table is in the repository"));
    let lines = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = lines.map(|line| {
        let cells: Vec<&'static str> = line.trim_end_matches(" |").split(" | ").collect();
        let [name, kind, labels, doc] = cells[..] else { panic!("four columns: {line}") };
        (name.trim_end_matches('`'), Row { kind, labels: labels_of(labels), doc })
    });
    let rows: BTreeMap<_, _> = rows.collect();
    assert!(rows.len() > 50, "the table was read: {} rows", rows.len());
    rows
}

/// "`kind`: `done`, `later`; `route`: a route's template".
fn labels_of(cell: &'static str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let labels = cell.split("; ").filter(|part| !part.trim().is_empty()).map(|part| {
        let (name, values) = part.split_once(": ").unwrap_or_else(|| panic!("a label and its values: {part}"));
        let listed = values.split(", ").map(|value| value.strip_prefix('`')?.strip_suffix('`'));
        (name.trim().trim_matches('`'), listed.collect::<Option<BTreeSet<_>>>().unwrap_or_default())
    });
    labels.collect()
}
