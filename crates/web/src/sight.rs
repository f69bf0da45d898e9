//! What is seen of a request: one counter, one duration, and one log line unless all went well. What the names mean stands in docs/METRICS.md.

use metrics::{counter, gauge, histogram};
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::answer::Answer;

pub(crate) const CONNECTIONS_OPEN: &str = "http_connections_open";
pub(crate) const CONNECTIONS_CUT: &str = "http_connections_cut_total";
pub(crate) const WORK_PANICS: &str = "http_work_panics_total";
pub(crate) const WORK_OVERRUNS: &str = "http_work_overruns_total";
const REQUESTS: &str = "http_requests_total";
const REQUESTS_ABANDONED: &str = "http_requests_abandoned_total";
const REQUEST_DURATION: &str = "http_request_duration_seconds";

/// One request under observation. Dropped without [`done`](Self::done), it was abandoned by its client.
pub(crate) struct Sight {
    route: &'static str,
    started: Instant,
    answered: bool,
}

impl Sight {
    pub(crate) fn begin(route: &'static str) -> Self {
        Self { route, started: Instant::now(), answered: false }
    }

    pub(crate) fn done(mut self, answer: &Answer) {
        self.answered = true;
        let route = self.route;
        let status = answer.status();
        let elapsed = self.started.elapsed();
        counter!(REQUESTS, "route" => route, "status" => status.as_str().to_owned()).increment(1);
        histogram!(REQUEST_DURATION, "route" => route).record(elapsed);

        let (code, reason, duration_ms) = (status.as_u16(), answer.reason(), millis(elapsed));
        if status.is_server_error() {
            warn!(
                route,
                status = code,
                duration_ms,
                reason,
                "`{route}` answered {code} after {duration_ms} ms: {reason}"
            );
        } else if !status.is_success() {
            info!(
                route,
                status = code,
                duration_ms,
                reason,
                "`{route}` answered {code} after {duration_ms} ms: {reason}"
            );
        }
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        if !self.answered {
            let (route, duration_ms) = (self.route, millis(self.started.elapsed()));
            counter!(REQUESTS_ABANDONED, "route" => route).increment(1);
            debug!(route, duration_ms, "the client of `{route}` hung up after {duration_ms} ms");
        }
    }
}

/// A connection was closed since its address has too many.
pub(crate) fn turned_away() {
    counter!(CONNECTIONS_CUT, "reason" => "address").increment(1);
}

/// Counts a connection as open for as long as it lives.
pub(crate) struct OpenConnection(());

impl OpenConnection {
    pub(crate) fn begin() -> Self {
        gauge!(CONNECTIONS_OPEN).increment(1);
        Self(())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        gauge!(CONNECTIONS_OPEN).decrement(1);
    }
}

pub(crate) fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
