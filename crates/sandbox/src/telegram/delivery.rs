//! Webhook delivery: one task per lane posts its updates in order, tries again after failures, and honours `Retry-After`.
//!
//! The first repeat is immediate; then the pause doubles from two units up to sixty. A unit is one second in Telegram; tests
//! shorten it ([`SimulatorOptions::retry_unit`](super::SimulatorOptions::retry_unit)), which scales `Retry-After` too.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    Shared,
    faults::reason,
    params::Params,
    server, spec,
    updates::{Job, Lane, Webhook},
};
use crate::http::client::{self, Answer, SendError};

/// Longest pause between two tries, in units.
const PAUSE_UNITS_MAX: u32 = 60;
/// Longest `Retry-After` that Telegram honours, in units.
const RETRY_AFTER_UNITS_MAX: u32 = 3600;
/// Methods that Telegram does not run from a webhook's answer, beside every `get...`.
const NOT_FROM_ANSWERS: &[&str] = &["setWebhook", "deleteWebhook"];

/// Starts a task for each lane that has updates and no task; runs until the simulator stops.
pub(super) async fn dispatch(shared: Arc<Shared>) {
    loop {
        let woken = shared.wake.notified();
        for (lane, generation) in shared.quietly(|state| state.updates.claim_ready()) {
            let task = run_lane(Arc::clone(&shared), lane, generation);
            let shutdown = shared.shutdown.clone();
            shared.tasks.spawn(async move { shutdown.run_until_cancelled(task).await });
        }
        tokio::select! {
            () = shared.shutdown.cancelled() => return,
            () = woken => {}
        }
    }
}

/// Posts bytes to the webhook once, whatever they are.
pub(super) async fn post(
    webhook: &Webhook,
    secret: Option<&str>,
    body: &[u8],
    timeout: Duration,
) -> Result<Answer, SendError> {
    let mut headers = vec![("content-type", "application/json"), ("accept-encoding", "identity")];
    if let Some(secret) = secret {
        headers.push(("x-telegram-bot-api-secret-token", secret));
    }
    client::send("POST", &webhook.url, &headers, body, timeout).await
}

async fn run_lane(shared: Arc<Shared>, lane: Lane, generation: u64) {
    let mut settings = shared.webhook_generation.subscribe();
    loop {
        let now = shared.clock.now();
        let Some((job, webhook)) = shared.change(|state| state.updates.next_job(&lane, generation, now)) else {
            return;
        };
        if let Some(pause) = deliver(&shared, &job, &webhook).await {
            // A new webhook ends the pause: its lanes start anew.
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                changed = settings.wait_for(|current| *current != generation) => drop(changed),
            }
        }
    }
}

/// One try; gives the pause before the next one when it failed.
async fn deliver(shared: &Arc<Shared>, job: &Job, webhook: &Webhook) -> Option<Duration> {
    let answer = {
        // The semaphore is never closed, so without a permit there is only a simulator that ends.
        let _slot = webhook.slots.acquire().await.ok()?;
        post(webhook, webhook.secret.as_deref(), &job.body, shared.webhook_timeout).await
    };
    let (result, retry_after) = match &answer {
        Ok(answer) if answer.is_success() => (Ok(()), None),
        Ok(answer) => {
            let units = answer.header("retry-after").and_then(|text| text.trim().parse::<u32>().ok());
            let message = format!("Wrong response from the webhook: {} {}", answer.status, reason(answer.status));
            (Err(message), units.map(|units| units.min(RETRY_AFTER_UNITS_MAX)))
        }
        Err(error) => (Err(error_message(error)), None),
    };
    let failed = result.is_err();
    let now = shared.clock.now();
    shared.change(|state| state.updates.attempted(job.update_id, result, now));
    if !failed {
        if let Ok(answer) = answer {
            run_answer(shared, &answer).await;
        }
        return None;
    }
    let units = retry_after.unwrap_or_else(|| pause_units(job.failures));
    Some(shared.retry_unit * units)
}

/// Units to wait after so many failures before this one.
fn pause_units(failures: u32) -> u32 {
    match failures {
        0 => 0,
        more => 2_u32.checked_pow(more).map_or(PAUSE_UNITS_MAX, |units| units.min(PAUSE_UNITS_MAX)),
    }
}

fn error_message(error: &SendError) -> String {
    match error {
        SendError::TimedOut(_) => "Read timeout expired".to_owned(),
        SendError::NotLoopback(_) => "Failed to resolve host: the simulator stays on loopback".to_owned(),
        SendError::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            "Connection refused".to_owned()
        }
        SendError::Io(_) | SendError::Malformed(_) => "Connection closed".to_owned(),
    }
}

/// A webhook may answer with a method: `{"method": "sendMessage", ...}`. Its result goes nowhere.
async fn run_answer(shared: &Arc<Shared>, answer: &Answer) {
    let Ok(Value::Object(mut values)) = serde_json::from_slice(&answer.body) else { return };
    let Some(Value::String(name)) = values.remove("method") else { return };
    let Some(method) = spec::method(&name).filter(|_| !name.starts_with("get") && !NOT_FROM_ANSWERS.contains(&&*name))
    else {
        return;
    };
    let number = shared.change(|state| state.journal.begin(method.name, Value::Object(values.clone()), Vec::new()));
    let result = server::run(shared, method, Params { values, ..Params::default() }).await;
    server::note(shared, method, number, &result);
}

#[cfg(test)]
mod tests {
    use super::pause_units;

    #[test]
    fn the_first_repeat_is_immediate_and_pauses_double_up_to_a_minute() {
        let pauses: Vec<u32> = (0..9).map(pause_units).collect();
        assert_eq!(pauses, [0, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause_units(u32::MAX), 60);
    }
}
