//! The registry against the sources, and what is drawn of it: every figure is counted somewhere, and every graph and alert is of figures that are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::registry::{Kind, METERS, Meter, Values};
use super::*;

const DASHBOARD: &str = include_str!("../../../../deploy/grafana/kiebot.json");
const ALERTS: &str = include_str!("../../../../deploy/prometheus/alerts.yml");
/// Where a graph's data come from is chosen by who looks at it.
const DATASOURCE: &str = "${datasource}";

fn meters() -> BTreeMap<&'static str, &'static Meter> {
    METERS.iter().map(|meter| (meter.name, meter)).collect()
}

#[test]
fn names_follow_prometheus_and_each_says_what_it_means() {
    assert_eq!(meters().len(), METERS.len(), "each once");
    for Meter { name, kind, labels, doc, .. } in METERS {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'), "{name}");
        assert_eq!(
            *kind == Kind::Counter,
            name.ends_with("_total"),
            "{name}: what only grows is a total, nothing else is"
        );
        assert!(*kind != Kind::Histogram || name.ends_with("_seconds"), "{name}: durations only, in seconds");
        assert!(doc.ends_with('.') && !doc.contains(['|', '\n']), "{name}: {doc}");
        for label in *labels {
            assert!(!["le", "quantile", "instance", "job"].contains(&label.name), "{name}: Prometheus' own label");
            let words = if let Values::Open(words) = label.values { words } else { "known" };
            assert!(!words.is_empty() && !words.contains("; "), "{name}: {words}: the table parts labels so");
            let few = label.values.known().is_none_or(|values| (1..=20).contains(&values.len()));
            assert!(few, "{name}: {}", label.name);
        }
    }
}

#[test]
fn what_can_be_shown_before_anything_has_happened_is() {
    let recorder = builder().unwrap().build_recorder();
    let metrics = Metrics(recorder.handle());
    metrics::with_local_recorder(&recorder, || {
        begin(&Build { version: "1.2.3", commit: Some("0a1b2c3".to_owned()) });
        metrics::histogram!("job_duration_seconds", "kind" => "wake").record(0.003);
        metrics::histogram!("generation_duration_seconds", "kind" => "music").record(500.0);
    });
    let text = metrics.0.render();
    for line in [
        "# TYPE panics_total counter",
        "# HELP panics_total Panics anywhere in the process.",
        "panics_total 0",
        "updates_total{kind=\"press\",outcome=\"later\"} 0",
        "kiebot_build_info{version=\"1.2.3\",commit=\"0a1b2c3\"} 1",
        "job_duration_seconds_bucket{kind=\"wake\",le=\"0.005\"} 1",
        "generation_duration_seconds_bucket{kind=\"music\",le=\"480\"} 0",
        "generation_duration_seconds_bucket{kind=\"music\",le=\"960\"} 1",
        "telegram_retry_after_seconds_count 0",
    ] {
        assert!(text.lines().any(|found| found == line), "`{line}` is missing in\n{text}");
    }
    assert!(!text.contains("http_requests_total{"), "a label whose values nobody knows beforehand is not made up");
}

/// The calls of the macros in all sources that are shipped, each name with its labels.
#[test]
fn the_registry_holds_what_the_sources_count() {
    let mut counted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for source in std::fs::read_dir(crates).unwrap().map(|entry| entry.unwrap().path().join("src")) {
        let texts: Vec<String> = sources(&source).iter().map(|file| shipped(file)).collect();
        let constants: BTreeMap<&str, &str> = texts.iter().flat_map(|text| constants(text)).collect();
        for call in texts.iter().flat_map(|text| calls(text)) {
            let (name, labels) = call.split_once(',').unwrap_or((call, ""));
            let name = match name.trim().trim_matches('"') {
                // The registry's own loop over itself.
                "meter.name" => continue,
                word => constants.get(word).copied().unwrap_or(word),
            };
            let labels = labels.match_indices("=>").filter_map(|(at, _)| labels[..at].rsplit('"').nth(1));
            counted.entry(name.to_owned()).or_default().extend(labels.map(str::to_owned));
        }
    }
    let registered = METERS.iter().map(|meter| {
        (meter.name.to_owned(), meter.labels.iter().map(|label| label.name.to_owned()).collect::<BTreeSet<_>>())
    });
    assert_eq!(counted, registered.collect::<BTreeMap<_, _>>());
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}

/// A file without its tests.
fn shipped(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

/// `const REQUESTS: &str = "http_requests_total";`
fn constants(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (name, value) = line.split_once("const ")?.1.split_once(": &str = \"")?;
        Some((name, value.trim_end_matches("\";")))
    })
}

/// What stands in the brackets of `counter!(...)` and its like.
fn calls(text: &str) -> Vec<&str> {
    ["counter!(", "gauge!(", "histogram!("]
        .iter()
        .flat_map(|call| text.match_indices(call).map(|(at, call)| (at, &text[at + call.len()..])))
        .filter(|(at, _)| !text[..*at].ends_with("describe_"))
        .map(|(_, rest)| {
            let mut depth = 1_i32;
            let end = rest.find(|letter: char| {
                depth += match letter {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth == 0
            });
            rest[..end.expect("a call ends")].trim()
        })
        .collect()
}

/// The names in an expression of PromQL that are figures, each with the labels that it is asked by.
fn asked(expression: &str) -> Vec<(String, Vec<String>)> {
    const WORDS: [&str; 11] = ["sum", "max", "min", "avg", "count", "topk", "and", "or", "unless", "bool", "offset"];
    const GROUPING: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_alphabetic() || "_\"[".contains(letter)) {
        let (before, from) = rest.split_at(at);
        let skipped = match from.as_bytes()[0] {
            b'"' => Some('"'),
            b'[' => Some(']'),
            _ => None,
        };
        if let Some(end) = skipped {
            rest = &from[1 + from[1..].find(end).expect("it is closed") + 1..];
            continue;
        }
        let end = from.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        rest = after;
        let is_of_a_number = before.ends_with(|last: char| last.is_ascii_digit());
        if GROUPING.contains(&word) {
            // What an aggregation keeps: `by (kind)`.
            let inner = after.trim_start().strip_prefix('(').expect("labels in brackets");
            let (labels, beyond) = inner.split_once(')').expect("they are closed");
            let labels = labels.split(',').map(|label| label.trim().to_owned());
            found.push((String::new(), labels.filter(|label| !label.is_empty()).collect()));
            rest = beyond;
            continue;
        }
        if is_of_a_number || WORDS.contains(&word) || after.trim_start().starts_with('(') {
            continue;
        }
        let mut labels = Vec::new();
        if let Some((matchers, beyond)) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            let names = matchers.split(',').filter_map(|matcher| matcher.split(['=', '!']).next());
            labels.extend(names.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()));
            rest = beyond;
        }
        found.push((word.to_owned(), labels));
    }
    found
}

/// Fails unless an expression asks for figures that there are, by labels that they have.
fn check_expression(place: &str, expression: &str) {
    let meters = meters();
    let found = asked(expression);
    let mut labels: BTreeSet<&str> = ["instance", "job", "le"].into();
    for (name, _) in found.iter().filter(|(name, _)| !name.is_empty()) {
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let histogram = family.and_then(|family| meters.get(family)).filter(|meter| meter.kind == Kind::Histogram);
        let plain = meters.get(name.as_str()).filter(|meter| meter.kind != Kind::Histogram);
        let own = name == "up";
        let meter = histogram.or(plain);
        assert!(own || meter.is_some(), "{place}: `{name}` is no figure of ours in {expression}");
        labels.extend(meter.iter().flat_map(|meter| meter.labels).map(|label| label.name));
        if meter.is_some_and(|meter| meter.kind == Kind::Counter) || histogram.is_some() {
            let grows = ["rate(", "increase("].iter().any(|function| expression.contains(function));
            assert!(grows, "{place}: `{name}` only grows; its rate is what tells something: {expression}");
        }
    }
    assert!(found.iter().any(|(name, _)| !name.is_empty()), "{place}: nothing is asked: {expression}");
    for label in found.iter().flat_map(|(_, labels)| labels) {
        assert!(labels.contains(label.as_str()), "{place}: no figure of it has `{label}`: {expression}");
    }
}

#[test]
fn expressions_are_read_as_they_are() {
    let names = |text: &str| {
        let found = asked(text).into_iter().filter(|(name, _)| !name.is_empty());
        found.map(|(name, labels)| format!("{name} {}", labels.join(","))).collect::<Vec<_>>()
    };
    assert_eq!(names("sum by (kind) (rate(a_total{kind=~\"x|y\", z!=\"w\"}[5m])) / 2"), ["a_total kind,z"]);
    assert_eq!(
        names("histogram_quantile(0.95, sum by (le) (rate(b_seconds_bucket[$__rate_interval]))) > 1.5e3"),
        ["b_seconds_bucket "]
    );
    assert_eq!(names("max(a) - time() and on (instance) b{instance=~\"$instance\"} == 1"), ["a ", "b instance"]);
    assert_eq!(asked("sum by (kind, route) (a)")[0].1, ["kind", "route"]);
}

#[test]
fn every_graph_is_of_figures_that_are_counted_and_every_figure_is_in_a_graph() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    assert_eq!(dashboard["title"], "kiebot");
    assert_eq!(dashboard["uid"], "kiebot");
    let variables: Vec<&str> =
        dashboard["templating"]["list"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(variables, ["datasource", "instance"]);
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut drawn = BTreeSet::new();
    let rows: Vec<&str> =
        panels.iter().filter(|panel| panel["type"] == "row").map(|panel| panel["title"].as_str().unwrap()).collect();
    let themes: BTreeSet<&str> = METERS.iter().map(|meter| meter.theme).collect();
    assert_eq!(rows.iter().copied().collect::<BTreeSet<_>>(), themes, "a row for each theme of the table");
    for panel in panels {
        let title = panel["title"].as_str().filter(|title| !title.is_empty()).expect("a title");
        assert!(ids.insert(panel["id"].as_i64().unwrap()), "{title}: an id of its own");
        let place = &panel["gridPos"];
        let fits = |name: &str| place[name].as_i64().unwrap_or(-1);
        assert!(fits("x") >= 0 && fits("x") + fits("w") <= 24 && fits("h") > 0, "{title}: {place}");
        if panel["type"] == "row" {
            continue;
        }
        assert_eq!(panel["datasource"]["uid"], DATASOURCE, "{title}");
        assert!(
            panel["fieldConfig"]["defaults"]["unit"].as_str().is_some_and(|unit| !unit.is_empty()),
            "{title}: a unit"
        );
        assert!(panel["description"].as_str().is_some_and(|words| words.ends_with('.')), "{title}: what it tells");
        let targets = panel["targets"].as_array().filter(|targets| !targets.is_empty()).expect("something is asked");
        for target in targets {
            let expression = target["expr"].as_str().unwrap();
            assert_eq!(target["datasource"]["uid"], DATASOURCE, "{title}");
            check_expression(title, expression);
            drawn.extend(asked(expression).into_iter().map(|(name, _)| name));
        }
    }
    let is_drawn = |meter: &&Meter| {
        ["", "_bucket", "_sum", "_count"].iter().any(|end| drawn.contains(&format!("{}{end}", meter.name)))
    };
    let missing: Vec<&str> = METERS.iter().filter(|meter| !is_drawn(meter)).map(|meter| meter.name).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no graph shows these");
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    groups: Vec<Group>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    alert: String,
    expr: String,
    #[serde(rename = "for")]
    lasts: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

#[test]
fn every_alert_is_of_figures_that_are_counted_and_says_what_to_do() {
    let rules: Rules = serde_saphyr::from_str(ALERTS).unwrap();
    assert_eq!(rules.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["kiebot"]);
    let mut names = BTreeSet::new();
    for rule in rules.groups.iter().flat_map(|group| &group.rules) {
        let name = &rule.alert;
        assert!(names.insert(name), "{name}: each once");
        check_expression(name, &rule.expr);
        assert!(
            rule.lasts.strip_suffix('m').is_some_and(|minutes| minutes.parse::<u32>().is_ok()),
            "{name}: {}",
            rule.lasts
        );
        assert!(["page", "ticket"].contains(&rule.labels["severity"].as_str()), "{name}");
        for words in ["summary", "action"] {
            assert!(rule.annotations[words].ends_with('.'), "{name}: {words}");
        }
    }
    assert!(names.len() >= 10, "{names:?}");
}
