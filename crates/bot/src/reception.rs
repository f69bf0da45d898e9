//! Where updates reach us: the webhook is told to Telegram at the start, and looked after while we run.
//!
//! Several instances with one address want the same, and one of them at a time says it. Of several addresses the one that was started last
//! has the word; who has another one says once what to do, and leaves the webhook alone. So a stray old deploy fights nobody.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Clock;
use domain::ports::Store;
use telegram_adapter::{CallError, Setup, WebhookWish};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::house::Ear;

/// A call of the set-up may take so long.
pub(crate) const BUDGET: Duration = Duration::from_secs(10);
/// Between two tries of something that the start needs and the outside does not give yet.
pub(crate) const RETRY: Duration = Duration::from_secs(2);
/// While another instance is setting it.
const BUSY: Duration = Duration::from_millis(250);
/// The lease of who sets it: its calls end within this.
const LEASE: Duration = Duration::from_secs(12);
const LEASE_NAME: &str = "webhook";

/// What `/ready` says of the webhook.
#[derive(Clone)]
pub(crate) struct WebhookEar(Arc<watch::Sender<Option<&'static str>>>);

impl Default for WebhookEar {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Some(NOT_YET))))
    }
}

impl WebhookEar {
    /// Sets what is missing; gives what was.
    fn set(&self, missing: Option<&'static str>) -> Option<&'static str> {
        self.0.send_replace(missing)
    }

    /// Waits until the webhook was looked at for the first time, within the budget: what Telegram says of it before is no news.
    pub(crate) async fn seen_once(&self, budget: Duration) {
        let mut missing = self.0.subscribe();
        let _ = tokio::time::timeout(budget, missing.wait_for(|missing| *missing != Some(NOT_YET))).await;
    }
}

impl Ear for WebhookEar {
    fn deaf(&self) -> Option<String> {
        self.0.borrow().map(str::to_owned)
    }
}

/// Keeps the webhook of this instance.
pub(crate) struct Reception {
    pub(crate) setup: Setup,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The bot's Telegram id.
    pub(crate) bot: i64,
    /// This instance's name in the lease.
    pub(crate) instance: String,
    pub(crate) wish: WebhookWish,
    pub(crate) ear: WebhookEar,
    /// How often it is looked at.
    pub(crate) every: Duration,
}

/// How a look went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// It is as wished.
    Stands,
    /// Another instance is just setting it.
    Busy,
    /// One that was started later wants updates elsewhere.
    Lost,
}

impl Reception {
    /// Looks after the webhook until `stop`.
    pub(crate) async fn keep(self, stop: CancellationToken) {
        let mut known_refusal = None;
        let mut has_spoken = false;
        loop {
            let wait = match self.turn(&mut has_spoken, &mut known_refusal).await {
                Ok(Look::Stands) => {
                    if self.ear.set(None) == Some(LOST) {
                        tracing::info!("the webhook is this installation's again");
                    }
                    self.every
                }
                Ok(Look::Busy) => BUSY,
                Ok(Look::Lost) => {
                    if self.ear.set(Some(LOST)) != Some(LOST) {
                        tracing::warn!(
                            "an installation that was started later has the webhook at another address: if that one is to stay, stop this \
                             one; if this one is to stay, stop that one and start this one again"
                        );
                    }
                    self.every
                }
                Err(error) => {
                    tracing::warn!(%error, "the webhook can't be looked after; trying again");
                    RETRY
                }
            };
            if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                return;
            }
        }
    }

    async fn turn(&self, has_spoken: &mut bool, known_refusal: &mut Option<i64>) -> Result<Look, Trouble> {
        let address = self.wish.marked_url();
        if !*has_spoken {
            self.store.set_reception(self.bot, &address, self.clock.now()).await?;
            *has_spoken = true;
        }
        if self.store.reception(self.bot).await?.is_some_and(|last| last != address) {
            return Ok(Look::Lost);
        }
        let report = self.setup.webhook_info(BUDGET).await?;
        let stands = report.is_as(&self.wish, *known_refusal);
        *known_refusal = report.refused_at();
        if stands {
            return Ok(Look::Stands);
        }
        if !self.store.hold_singleton(LEASE_NAME, &self.instance, self.clock.now(), LEASE).await? {
            return Ok(Look::Busy);
        }
        let set = self.setup.reconcile_webhook(&self.wish, BUDGET).await;
        // Given up also after a failure: the next one to try may be luckier. If this is lost, it runs out.
        let _ = self.store.hold_singleton(LEASE_NAME, &self.instance, self.clock.now(), Duration::ZERO).await;
        set?;
        Ok(Look::Stands)
    }
}

const NOT_YET: &str = "telegram has not taken the webhook yet";
const LOST: &str = "an installation that was started later has the webhook at another address";

/// Why a look failed.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] domain::ports::StoreError),
    #[error(transparent)]
    Telegram(#[from] CallError),
}
