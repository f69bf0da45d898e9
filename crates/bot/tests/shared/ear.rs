//! Hears what the house says: the lines of its log, debug ones included, and its figures.
//!
//! Cases of one process share it, so a leak is found by whichever of them looks next.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::level_filters::LevelFilter;

/// What was said so far.
pub(crate) struct Ear {
    log: Log,
    figures: PrometheusHandle,
}

/// Begins to listen, once per process.
pub(crate) fn ear() -> &'static Ear {
    static EAR: OnceLock<Ear> = OnceLock::new();
    EAR.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().json().with_max_level(LevelFilter::DEBUG);
        lines.with_writer(move || writer.clone()).init();
        Ear { log, figures: PrometheusBuilder::new().install_recorder().expect("nobody else counts") }
    })
}

impl Ear {
    /// The log.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.0.lock().expect("nobody panics with it")).into_owned()
    }

    /// The page of figures.
    pub(crate) fn figures(&self) -> String {
        self.figures.render()
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Without it a check of what was said would find nothing in nothing.
#[test]
fn what_is_said_is_heard() {
    let ear = ear();
    tracing::debug!("a word to the ear");
    metrics::counter!("words_to_the_ear_total").increment(1);
    assert!(ear.log().contains("a word to the ear"));
    assert!(ear.figures().contains("words_to_the_ear_total 1"));
}
