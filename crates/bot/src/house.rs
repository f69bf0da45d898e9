//! The wiring of raw bytes to the app: what `web` and the poller knock at.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::meters::Metrics;
use app::intake::{CallbackOutcome, Health, HintOutcome, Intake, RawCallback, RawHint, UpdateOutcome};
use app::service::{App, CallbackNotice};
use async_trait::async_trait;
use domain::clock::Clock;
use domain::ids::CallbackToken;
use domain::ledger::Provider;
use domain::ports::DeadUpdate;
use secrecy::SecretString;
use storage::SqlStore;
use telegram_adapter::{Identity, Unreadable};

/// A provider repeats its webhook for hours; storage is back in seconds.
const HINT_RETRY: Duration = Duration::from_secs(5);

/// Whether updates reach us.
pub(crate) trait Ear: Send + Sync {
    /// What is missing, in words; `None` = updates reach us.
    fn deaf(&self) -> Option<String>;
}

/// The house as the outside sees it.
pub(crate) struct House {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The bot's Telegram id.
    pub(crate) bot: i64,
    /// What getMe said, once it was asked.
    pub(crate) identity: Arc<OnceLock<Identity>>,
    /// KIE's key for callbacks, if one is set.
    pub(crate) callback_key: Option<SecretString>,
    pub(crate) ear: Arc<dyn Ear>,
    pub(crate) metrics: Metrics,
    /// The database itself, whose pools are looked at.
    pub(crate) sql: Arc<SqlStore>,
    pub(crate) mode: &'static str,
    pub(crate) started: Instant,
}

#[async_trait]
impl Intake for House {
    async fn telegram(&self, body: Vec<u8>) -> UpdateOutcome {
        // Until Telegram has told the bot's own name, a command in a group counts whatever name it bears.
        let read = match self.identity.get() {
            Some(identity) => telegram_adapter::read_update_of(identity, &body),
            None => telegram_adapter::read_update(self.bot, &body),
        };
        match read {
            Ok(incoming) => self.app.take_update(incoming, body).await,
            Err(Unreadable::NotJson) => UpdateOutcome::NotJson,
            Err(Unreadable::Unknown { kind, .. }) => {
                tracing::info!(kind, "an update of a kind that we do not take");
                UpdateOutcome::Done
            }
            Err(Unreadable::NoSender { .. }) => UpdateOutcome::Done,
            Err(Unreadable::Broken { update_id, reason }) => {
                tracing::error!(reason, update = update_id, "an update can't be read; it is kept in dead_updates");
                let (bot, at) = (self.bot, self.clock.now());
                self.app.bury(DeadUpdate { bot, update: Some(update_id), body, reason, at }).await
            }
        }
    }

    async fn kie_callback(&self, callback: RawCallback) -> CallbackOutcome {
        let RawCallback { token, timestamp, signature, body } = callback;
        let (timestamp, signature) = (timestamp.as_deref(), signature.as_deref());
        let now = self.clock.now();
        match kie_client::callback::verify(self.callback_key.as_ref(), timestamp, signature, &body, now) {
            Ok(notice) => {
                let token = CallbackToken::from_text(token);
                self.app.take_callback(&CallbackNotice { token, task: notice.task }).await
            }
            Err(error) => {
                metrics::counter!("callbacks_refused_total").increment(1);
                tracing::warn!(%error, "a callback was refused");
                CallbackOutcome::BadSignature
            }
        }
    }

    async fn payment_hint(&self, hint: RawHint) -> HintOutcome {
        let Some(provider) = Provider::from_code(&hint.provider).filter(|provider| self.app.takes_hints(*provider))
        else {
            return HintOutcome::UnknownProvider;
        };
        match self.app.take_hint(provider, &hint.body, hint.signature.as_deref()).await {
            Ok(known) => {
                tracing::debug!(provider = provider.code(), known, "a payment provider's webhook");
                HintOutcome::Taken
            }
            Err(error) => {
                tracing::warn!(%error, "a payment provider's webhook has to wait for storage");
                HintOutcome::Later(HINT_RETRY)
            }
        }
    }

    fn health(&self) -> Health {
        Health {
            ok: true,
            version: env!("CARGO_PKG_VERSION"),
            bot_mode: self.mode,
            storage: self.app.store().kind(),
            uptime_s: self.started.elapsed().as_secs(),
            queue_depth: self.app.queue_depth(),
        }
    }

    async fn missing(&self) -> Vec<String> {
        let mut missing = match self.app.store().pending_migrations().await {
            Ok(pending) if pending.is_empty() => Vec::new(),
            Ok(pending) => vec![format!("migrations: {}", pending.join(", "))],
            // The detail may name an address; the page is public.
            Err(_) => vec!["storage does not answer".to_owned()],
        };
        missing.extend(self.ear.deaf());
        missing
    }

    fn metrics(&self) -> String {
        self.metrics.render(&self.sql)
    }
}
