//! What is told of a run: log lines on stderr (stdout belongs to what a command answers), panics by their place, figures for `/metrics`.
//!
//! Invariant: no line shows a token, a prompt, a statement's parameters or a panic's text. [`QUIET`] and [`tell_panics_by_place`] do their part
//! of it; the rest is the discipline of who logs.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::frame::{Log, LogFormat};
use crate::events::EventLayer;

/// Libraries whose debug lines hold what must not be told (statements with their parameters, request lines), or drown everything else. A filter
/// that names them wins.
const QUIET: &str = "tokio_postgres=info,hyper=info,hyper_util=info,reqwest=info,rustls=info";

/// A filter that can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilterError {
    /// A word alone must be a level: taken as a module, as the filter's own grammar has it, `LOG_LEVEL=inof` would silence the log.
    #[error("`{0}` is no level; a module is written `{0}=debug`")]
    NoLevel(String),
    /// The grammar is broken.
    #[error("{0}")]
    Grammar(#[from] tracing_subscriber::filter::ParseError),
}

/// The filter for the text of `LOG_LEVEL`.
///
/// # Errors
/// [`FilterError`].
pub(crate) fn filter(text: &str) -> Result<EnvFilter, FilterError> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut alone = parts.iter().filter(|part| !part.contains(['=', '[', '{', '}']));
    if let Some(word) = alone.find(|word| word.parse::<LevelFilter>().is_err()) {
        return Err(FilterError::NoLevel((*word).to_owned()));
    }
    Ok(EnvFilter::builder().parse(format!("{QUIET},{}", parts.join(",")))?)
}

/// Starts the log. To be called once, before anything that logs. `events` = where what the desk reads goes, too.
///
/// # Errors
/// If the filter is none, or a log was started before.
pub(crate) fn start(log: &Log, events: Option<EventLayer>) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
        LogFormat::Pretty => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
    };
    let events = match events {
        Some(events) => Some(events.with_filter(filter(&log.event_level)?)),
        None => None,
    };
    let started = tracing_subscriber::registry().with(lines.with_filter(filter(&log.level)?)).with(events).try_init();
    started.map_err(|error| anyhow::anyhow!(error)).context("the log was started twice")?;
    tell_panics_by_place();
    Ok(())
}

/// A panic is logged by thread and place. Its text is not: it may quote what a user wrote.
fn tell_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        metrics::counter!("panics_total").increment(1);
        tracing::error!(panic.place = place, panic.thread = thread, "panic in thread `{thread}` at {place}");
    }));
}

/// The figures of this process.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

impl Metrics {
    /// Installs the recorder that every `metrics` macro writes to. To be called once.
    ///
    /// # Errors
    /// If there is one already.
    pub(crate) fn install() -> anyhow::Result<Self> {
        Ok(Self(builder()?.install_recorder().context("metrics were installed twice")?))
    }

    /// In Prometheus' text form.
    pub(crate) fn render(&self) -> String {
        self.0.render()
    }

    /// Folds what was recorded into the histograms, again and again: without it they grow until somebody asks for [`Self::render`].
    pub(crate) async fn keep(self, stop: CancellationToken) {
        const EVERY: Duration = Duration::from_secs(5);
        while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            self.0.run_upkeep();
        }
    }
}

/// Durations as histograms with fixed steps, so that those of several instances can be added; Telegram's and KIE's calls take from a
/// millisecond (a simulator) to minutes (an upload).
fn builder() -> anyhow::Result<PrometheusBuilder> {
    const SECONDS: [f64; 15] =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];
    Ok(PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_level_or_pairs_make_a_filter() {
        for good in [
            "info",
            "WARN",
            "off",
            "info,app=debug",
            "warn, storage=trace",
            "kie_client[create{id=1}]=debug",
            "3",
            "info,",
        ] {
            assert!(filter(good).is_ok(), "{good}");
        }
        let refused = |text: &str| filter(text).unwrap_err().to_string();
        assert_eq!(refused("inof"), "`inof` is no level; a module is written `inof=debug`");
        assert_eq!(refused("info,app"), "`app` is no level; a module is written `app=debug`");
        assert!(filter("app=loud").is_err());
    }

    #[test]
    fn statements_stay_out_of_a_debug_log_unless_they_are_asked_for() {
        let lines = |text: &str| {
            let sink = Sink::default();
            let subscriber = tracing_subscriber::fmt().with_env_filter(filter(text).unwrap()).with_writer({
                let sink = sink.clone();
                move || sink.clone()
            });
            tracing::subscriber::with_default(subscriber.finish(), || {
                tracing::debug!(target: "tokio_postgres::query", "parameters");
                tracing::debug!(target: "app::service", "decision");
            });
            String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()
        };
        let quiet = lines("debug");
        assert!(quiet.contains("decision") && !quiet.contains("parameters"), "{quiet}");
        assert!(lines("debug,tokio_postgres=debug").contains("parameters"));
    }

    #[test]
    fn durations_are_rendered_as_histograms() {
        let recorder = builder().unwrap().build_recorder();
        let metrics = Metrics(recorder.handle());
        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("call_duration_seconds").record(0.003);
            metrics::counter!("calls_total", "outcome" => "ok").increment(2);
        });
        let text = metrics.render();
        assert!(text.contains("call_duration_seconds_bucket{le=\"0.005\"} 1"), "{text}");
        assert!(text.contains("calls_total{outcome=\"ok\"} 2"), "{text}");
    }

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}
