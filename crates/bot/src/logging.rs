//! What is told of a run: log lines on stderr (stdout belongs to what a command answers), panics by their place.
//!
//! Invariant: no line shows a token, a prompt, a statement's parameters or a panic's text. [`QUIET`] and [`tell_panics_by_place`] do their part
//! of it; the rest is the discipline of who logs.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::frame::{Log, LogFormat};
use crate::events::EventLayer;
use crate::mishaps::Mishaps;

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

/// Starts the log. To be called once, before anything that logs. `events` = where what the desk reads goes, too; `mishaps` = the way to Sentry.
///
/// # Errors
/// If the filter is none, or a log was started before.
pub(crate) fn start(log: &Log, events: Option<EventLayer>, mishaps: Option<&Mishaps>) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
        LogFormat::Pretty => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
    };
    let events = match events {
        Some(events) => Some(events.with_filter(filter(&log.event_level)?)),
        None => None,
    };
    let log = tracing_subscriber::registry().with(lines.with_filter(filter(&log.level)?)).with(events);
    let started = log.with(mishaps.map(Mishaps::layer)).try_init();
    started.map_err(|error| anyhow::anyhow!(error)).context("the log was started twice")?;
    tell_panics_by_place();
    Ok(())
}

/// From now on a panic is logged by thread and place. Its text is not: it may quote what a user wrote.
pub(crate) fn tell_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        metrics::counter!("panics_total").increment(1);
        tracing::error!(panic.place = place, panic.thread = thread, "panic in thread `{thread}` at {place}");
    }));
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
