//! The registry as Markdown: docs/METRICS.md.

use std::fmt::Write;

use super::registry::{METERS, Values};

const HEAD: &str = "\
# Metrics

What `GET /metrics` tells, in Prometheus' text form. Made from the registry in `crates/bot/src/meters` by `cargo xtask docs --write`.

It is a page for one's own Prometheus: with `METRICS_TOKEN` it is answered to whoever shows it as a bearer token; without one, to clients on the
same machine or in a private network that no proxy brought. The dashboard is `deploy/grafana/kiebot.json`, the rules for alerts are
`deploy/prometheus/alerts.yml`. No label holds anything that a user chose. Figures of the database (`jobs_due`, `jobs_oldest_seconds`,
`generations_live`) are the same at every instance: take the maximum, not the sum.
";

/// The whole document, without a line break at its end.
pub(crate) fn table() -> String {
    let mut text = HEAD.to_owned();
    let mut theme = "";
    for meter in METERS {
        if theme != meter.theme {
            theme = meter.theme;
            put(&mut text, format_args!("\n## {theme}\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n"));
        }
        let labels: Vec<String> =
            meter.labels.iter().map(|label| format!("`{}`: {}", label.name, values(&label.values))).collect();
        let (name, kind, doc) = (meter.name, meter.kind.word(), meter.doc);
        put(&mut text, format_args!("| `{name}` | {kind} | {} | {doc} |\n", labels.join("; ")));
    }
    text.truncate(text.trim_end().len());
    text
}

fn values(values: &Values) -> String {
    match (values.known(), values) {
        (Some(known), _) => known.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
        (None, Values::Open(words)) => (*words).to_owned(),
        (None, _) => String::new(),
    }
}

fn put(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("a String takes all text");
}
