//! `getUpdates`, `setWebhook`, `deleteWebhook`: <https://core.telegram.org/bots/api#getting-updates>.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{sync::Semaphore, time::Instant};

use super::{
    super::{
        Shared,
        journal::ViolationKind,
        params::Params,
        refusal::{Refusal, Success},
        updates::Webhook,
    },
    Answer,
};
use crate::http::client;

/// Longest poll, seconds; Telegram's own bound.
const POLL_SECONDS_MAX: u64 = 50;

/// Waits until there is an update or the time is over.
pub(super) async fn get_updates(shared: &Arc<Shared>, params: &Params) -> Answer {
    let offset = params.number("offset").unwrap_or(0);
    let limit = params.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let seconds = params.number("timeout").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds.min(POLL_SECONDS_MAX));
    let mut changes = shared.changes.subscribe();
    let poll = shared.change(|state| {
        state.updates.allow(params.texts("allowed_updates"));
        state.updates.begin_poll()
    })?;
    loop {
        changes.mark_unchanged();
        let now = shared.clock.now();
        let (updates, confirmed) = shared.quietly(|state| {
            let before = state.updates.pending_count();
            state
                .updates
                .poll(poll, offset, limit, now)
                .map(|updates| (updates, before != state.updates.pending_count()))
        })?;
        if confirmed {
            // Someone may wait for the queue to become empty.
            shared.change(|_| ());
        }
        if !updates.is_empty() {
            return Ok(Value::Array(updates).into());
        }
        // Ends with an error at the deadline; the sender lives as long as `shared`.
        if tokio::time::timeout_at(until, changes.changed()).await.is_err() {
            return Ok(Value::Array(Vec::new()).into());
        }
    }
}

/// Takes any `https` address, and `http` on loopback, where this simulator can deliver.
pub(super) fn set_webhook(shared: &Arc<Shared>, params: &Params) -> Answer {
    let url = params.text("url").unwrap_or_default();
    if url.is_empty() {
        return delete_webhook(shared, params);
    }
    if !url.starts_with("https://") && !client::is_loopback(url) {
        let text = "bad webhook: An HTTPS URL must be provided for webhook";
        return Err(Refusal::wrong(ViolationKind::Limit, text));
    }
    let secret = params.text("secret_token").map(str::to_owned);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if secret.as_ref().is_some_and(|secret| !secret.chars().all(allowed)) {
        return Err(Refusal::wrong(ViolationKind::Limit, "secret token contains unallowed characters"));
    }
    let max_connections =
        params.number("max_connections").and_then(|number| usize::try_from(number).ok()).unwrap_or(40);
    let webhook =
        Webhook { url: url.to_owned(), secret, max_connections, slots: Arc::new(Semaphore::new(max_connections)) };
    shared.change(|state| {
        if params.flag("drop_pending_updates") {
            state.updates.drop_pending();
        }
        state.updates.allow(params.texts("allowed_updates"));
        let generation = state.updates.set_webhook(Some(webhook));
        shared.webhook_generation.send_replace(generation);
    });
    Ok(Success { result: Value::Bool(true), description: Some("Webhook was set") })
}

/// Goes back to polling.
pub(super) fn delete_webhook(shared: &Arc<Shared>, params: &Params) -> Answer {
    let was_set = shared.change(|state| {
        if params.flag("drop_pending_updates") {
            state.updates.drop_pending();
        }
        let was_set = state.updates.webhook().is_some();
        let generation = state.updates.set_webhook(None);
        shared.webhook_generation.send_replace(generation);
        was_set
    });
    let description = if was_set { "Webhook was deleted" } else { "Webhook is already deleted" };
    Ok(Success { result: Value::Bool(true), description: Some(description) })
}
