//! The figures of this process, for Prometheus: one registry of what is counted, and what is looked at when somebody reads `/metrics`.
//!
//! Invariants
//! - What is not in the [`registry`] is not counted, and what is there is: a test holds it against the sources, another against a whole run.
//! - A label has few values, and none that a user chose.
//! - A counter whose labels are known is there with 0 from the start, so that its first step is seen as one.
//!
//! | file | what |
//! |---|---|
//! | [`registry`] | each figure: name, kind, labels, meaning |
//! | [`table`](mod@table) | the same as Markdown: docs/METRICS.md |
//! | [`process`] | memory, threads and files of the process |

mod process;
mod registry;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::clock::Clock;
use domain::generation::StateKind;
use domain::ports::{JobKind, Watch};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use storage::SqlStore;
use tokio_util::sync::CancellationToken;

use registry::{Kind, METERS, Meter};
pub(crate) use table::table;

/// How often what was recorded is folded into the histograms.
const EVERY: Duration = Duration::from_secs(5);
/// What waits in the database is counted at each so manieth turn: graphs are read by the minute.
const TURNS: u32 = 3;

/// Durations as histograms with fixed steps, so that those of several instances can be added; Telegram's and KIE's calls take from a
/// millisecond (a simulator) to minutes (an upload).
const SECONDS: [f64; 15] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];
/// A picture takes some seconds, a song minutes; what waits for long, an hour.
const GENERATION_SECONDS: [f64; 11] = [5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1_800.0, 3_600.0];

/// The figures of this process.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

/// Which build runs, as its figures and its mishaps name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Build {
    /// The version of the package.
    pub(crate) version: &'static str,
    /// The commit that it was made of, if the hosting says.
    pub(crate) commit: Option<String>,
}

impl Metrics {
    /// Installs the recorder that every `metrics` macro writes to. To be called once.
    ///
    /// # Errors
    /// If there is one already.
    pub(crate) fn install(build: &Build) -> anyhow::Result<Self> {
        let handle = builder()?.install_recorder().context("metrics were installed twice")?;
        begin(build);
        Ok(Self(handle))
    }

    /// In Prometheus' text form, with how pools and process stand at this moment.
    pub(crate) fn render(&self, store: &SqlStore) -> String {
        look_at_pools(store);
        process::look();
        self.0.render()
    }

    /// Folds what was recorded into the histograms, again and again, since they grow otherwise until somebody asks for [`Self::render`]; and
    /// counts what waits in the database.
    pub(crate) async fn keep(
        self,
        watch: Arc<dyn Watch>,
        clock: Arc<dyn Clock>,
        started: Instant,
        stop: CancellationToken,
    ) {
        let since = (clock.now() - started.elapsed()).as_micros() / 1_000_000;
        gauge!("process_start_time_seconds").set(u32::try_from(since).unwrap_or(u32::MAX));
        let mut turn = 0;
        loop {
            self.0.run_upkeep();
            if turn % TURNS == 0 {
                look_at_backlog(&*watch, &*clock).await;
            }
            turn += 1;
            if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
                return;
            }
        }
    }
}

fn builder() -> anyhow::Result<PrometheusBuilder> {
    let generations = Matcher::Full("generation_duration_seconds".to_owned());
    let durations = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(generations, &GENERATION_SECONDS)?;
    Ok(builder.set_buckets_for_metric(durations, &SECONDS)?)
}

/// Tells the recorder what the names mean, and shows what can be shown before anything has happened.
fn begin(build: &Build) {
    for meter in METERS {
        meter.describe();
        match meter.kind {
            Kind::Counter => {
                for labels in combinations(meter) {
                    counter!(meter.name, labels).increment(0);
                }
            }
            Kind::Histogram if meter.labels.is_empty() => drop(histogram!(meter.name)),
            Kind::Histogram | Kind::Gauge => {}
        }
    }
    let commit = build.commit.clone().unwrap_or_else(|| "unknown".to_owned());
    gauge!("kiebot_build_info", "version" => build.version, "commit" => commit).set(1);
}

/// Every combination of a figure's labels; none if a label's values are not known beforehand.
fn combinations(meter: &Meter) -> Vec<Vec<metrics::Label>> {
    let mut combinations = vec![Vec::new()];
    for label in meter.labels {
        let values = label.values.known().unwrap_or_default();
        let with = |before: &Vec<metrics::Label>, value: &'static str| {
            let mut labels = before.clone();
            labels.push(metrics::Label::from_static_parts(label.name, value));
            labels
        };
        combinations =
            combinations.iter().flat_map(|before| values.iter().map(move |value| with(before, value))).collect();
    }
    combinations
}

fn look_at_pools(store: &SqlStore) {
    for pool in store.pools() {
        gauge!("store_pool_size", "pool" => pool.name).set(pool.size);
        gauge!("store_pool_connections", "pool" => pool.name, "state" => "idle").set(pool.idle);
        gauge!("store_pool_connections", "pool" => pool.name, "state" => "in_use").set(pool.in_use);
        gauge!("store_pool_waiting", "pool" => pool.name).set(figure(pool.waiting));
        counter!("store_pool_waits_total", "pool" => pool.name, "outcome" => "served").absolute(pool.waited);
        counter!("store_pool_waits_total", "pool" => pool.name, "outcome" => "timed_out").absolute(pool.timed_out);
        counter!("store_pool_made_total", "pool" => pool.name).absolute(pool.made);
    }
}

async fn look_at_backlog(watch: &dyn Watch, clock: &dyn Clock) {
    let now = clock.now();
    let backlog = match watch.backlog(now).await {
        Ok(backlog) => backlog,
        Err(error) => {
            tracing::debug!(%error, "what waits could not be counted");
            return;
        }
    };
    for kind in JobKind::ALL {
        let (due, since) = backlog.jobs.get(&kind).copied().unwrap_or((0, now));
        gauge!("jobs_due", "kind" => kind.code()).set(figure(due));
        gauge!("jobs_oldest_seconds", "kind" => kind.code()).set(now.since(since));
    }
    for state in StateKind::ALL.iter().filter(|state| state.is_live()) {
        let live = backlog.generations.get(state).copied().unwrap_or(0);
        gauge!("generations_live", "state" => state.code()).set(figure(live));
    }
}

/// A whole figure as the recorder takes it; past 2^53 the last digits are lost, which no graph shows.
fn figure(count: u64) -> f64 {
    count.to_string().parse().unwrap_or(f64::NAN)
}
