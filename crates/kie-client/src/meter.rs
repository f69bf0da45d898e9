//! Counts and times each try of each call. Texts of KIE are not logged: they may repeat a prompt.

use std::future::Future;

use tokio::time::Instant;

use crate::retry::Verdict;

/// Runs one try of `call` and records how it ended.
pub(crate) async fn measured<T, E: Verdict>(
    call: &'static str,
    attempt: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let start = Instant::now();
    let result = attempt.await;
    let took = start.elapsed();
    let outcome = result.as_ref().err().map_or("ok", Verdict::label);
    metrics::counter!("kie_requests_total", "call" => call, "outcome" => outcome).increment(1);
    metrics::histogram!("kie_request_duration_seconds", "call" => call).record(took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(
        kie.call = call,
        outcome,
        duration_ms,
        "KIE call `{call}` ended as `{outcome}` after {duration_ms} ms"
    );
    result
}
