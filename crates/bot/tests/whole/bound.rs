//! Waiting with a bound. Simulators tell of their changes; what tells nothing is asked again and again.

use std::future::Future;
use std::time::Duration;

/// Everything that should happen happens within this, also on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(60);
/// Between two questions.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// Waits for `work`, at most [`SOON`].
pub(crate) async fn bounded<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, work).await.unwrap_or_else(|_| panic!("{what}: not within {SOON:?}"))
}

/// Asks until there is an answer, at most [`SOON`].
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    bounded(what, async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    })
    .await
}
