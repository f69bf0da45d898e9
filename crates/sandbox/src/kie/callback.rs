//! Tells the end of a task to the address that its creation was given.
//!
//! docs.kie.ai, common-api webhook pages, 2026: POST of JSON, an answer 2xx within 15 s, up to 3 retries; when the account has a webhook key,
//! `X-Webhook-Timestamp` (Unix seconds) and `X-Webhook-Signature` = Base64(HMAC-SHA256(key, task id + "." + timestamp)). The body is not signed.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::{
    book::{Delivery, Shared},
    dedicated,
    faults::CallbackFault,
    lifecycle,
    options::CALLBACK_RETRIES_MAX,
    task::Task,
};
use crate::http::client;

/// Sends the callback of an ended task, under its fault if it has one. Without a callback address nothing happens.
pub(super) async fn deliver(shared: Arc<Shared>, task_id: String) {
    let fault = lifecycle::callback_fault(&shared.book(), &task_id);
    match fault {
        Some(CallbackFault::Lost) => {}
        Some(CallbackFault::Duplicated) => {
            send(&shared, &task_id).await;
            send(&shared, &task_id).await;
        }
        Some(CallbackFault::Delayed(ms)) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            send(&shared, &task_id).await;
        }
        Some(CallbackFault::BeforeAnswer) | None => send(&shared, &task_id).await,
    }
}

async fn send(shared: &Shared, task_id: &str) {
    let letter = shared.book().tasks.get(task_id).and_then(|task| Some((task.callback_url.clone()?, letter(task))));
    let Some((url, body)) = letter else { return };
    if !client::is_loopback(&url) {
        tracing::warn!(task.id = task_id, "callback address is not loopback, nothing is sent");
        shared.book().deliveries.push(Delivery { task_id: task_id.to_owned(), status: None });
        return;
    }
    let body = body.to_string();
    for attempt in 0..=CALLBACK_RETRIES_MAX {
        if attempt > 0 {
            tokio::time::sleep(shared.options.callback_retry_wait).await;
        }
        let status = attempt_once(shared, task_id, &url, body.as_bytes()).await;
        shared.book().deliveries.push(Delivery { task_id: task_id.to_owned(), status });
        if status.is_some_and(|status| (200..300).contains(&status)) {
            return;
        }
    }
    tracing::debug!(task.id = task_id, "callback given up after its retries");
    if let Some(task) = shared.book().tasks.get_mut(task_id) {
        task.callback_failed = true;
    }
}

fn letter(task: &Task) -> Value {
    match task.family {
        None => task.callback_body(),
        Some(family) => dedicated::letter(task, family),
    }
}

/// The HTTP status of the receiver, `None` for a broken or late answer.
async fn attempt_once(shared: &Shared, task_id: &str, url: &str, body: &[u8]) -> Option<u16> {
    let timestamp = shared.options.clock.now().as_seconds().to_string();
    let signature = shared.options.webhook_hmac_key.as_deref().map(|key| sign(key, task_id, &timestamp));
    let mut headers = vec![("content-type", "application/json")];
    if let Some(signature) = &signature {
        headers.push(("X-Webhook-Timestamp", timestamp.as_str()));
        headers.push(("X-Webhook-Signature", signature.as_str()));
    }
    let sent = client::send("POST", url, &headers, body, shared.options.callback_timeout).await;
    match sent {
        Ok(answer) => Some(answer.status),
        Err(error) => {
            tracing::debug!(task.id = task_id, %error, "callback was not answered");
            None
        }
    }
}

fn sign(key: &str, task_id: &str, timestamp: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{task_id}.{timestamp}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
