//! Live views: one request asks for several topics and is answered once one of them has changed.
//!
//! A topic has a version, a fingerprint of what is to be seen. `GET /api/watch?status=V&chat.7=V&ledger.7=V&audit=V` names each topic with the
//! version that the page has (empty for none) and gives those that differ, as `{"chat.7": {"version": "...", "value": {...}}}`; after
//! [`POLL_TIME`] it gives nothing, `{}`. One request for all of them, because a browser keeps few connections to one server.

use std::{
    hash::{DefaultHasher, Hasher},
    time::Duration,
};

use serde_json::{Map, Value, json};
use tokio::{sync::Mutex, time::Instant};

use super::{Page, Refusal, chat};
use crate::http::{Request, Response, form};

/// How long a request waits for a change: below the half minute after which proxies lose patience.
const POLL_TIME: Duration = Duration::from_secs(25);
/// The books tell nobody that they changed, so they are looked at this often.
const LOOK_TIME: Duration = Duration::from_millis(400);
/// An audit reads every row, so its verdict holds this long.
const AUDIT_TIME: Duration = Duration::from_secs(2);
/// Topics of one request: status, audit, and two for each of more users than fit on any screen.
const TOPICS_MAX: usize = 40;

/// The last verdict and when it was made.
#[derive(Debug, Default)]
pub(super) struct LastAudit(Mutex<Option<(Instant, Value)>>);

/// Answers as soon as one of the topics has another version than the query says.
pub(super) async fn answer(page: &Page, request: &Request) -> Result<Response, Refusal> {
    let topics = form::urlencoded(&request.query);
    if topics.is_empty() || topics.len() > TOPICS_MAX {
        return Err(Refusal::new(400, format!("name from 1 to {TOPICS_MAX} topics")));
    }
    let until = Instant::now() + POLL_TIME;
    let mut changes = page.scene.telegram.subscribe();
    loop {
        changes.mark_unchanged();
        let mut changed = Map::new();
        for (topic, since) in &topics {
            let value = look(page, topic).await?;
            let version = fingerprint(&value.to_string());
            if version != *since {
                changed.insert(topic.clone(), json!({"version": version, "value": value}));
            }
        }
        if !changed.is_empty() || Instant::now() >= until {
            return Ok(Response::json(200, &Value::Object(changed)));
        }
        // Whether something changed or only time passed, the next look decides.
        let _ = tokio::time::timeout_at(until.min(Instant::now() + LOOK_TIME), changes.changed()).await;
    }
}

async fn look(page: &Page, topic: &str) -> Result<Value, Refusal> {
    match topic.split_once('.') {
        None if topic == "status" => Ok(page.status()),
        None if topic == "audit" => Ok(audit(page).await),
        Some(("chat", id)) => Ok(chat::view(&page.scene.telegram, &page.user(id)?)),
        Some(("ledger", id)) => {
            let user = page.user(id)?.id;
            let ledger = page.scene.backstage.ledger(user).await;
            Ok(ledger.map_or_else(|error| json!({"error": error}), |ledger| json!(ledger)))
        }
        _ => Err(Refusal::new(404, format!("there is no topic `{topic}`"))),
    }
}

async fn audit(page: &Page) -> Value {
    let mut last = page.last_audit.0.lock().await;
    match &*last {
        Some((at, verdict)) if at.elapsed() < AUDIT_TIME => verdict.clone(),
        _ => {
            let verdict = page.scene.backstage.audit().await;
            let verdict = verdict.map_or_else(|error| json!({"error": error}), |audit| json!(audit));
            *last = Some((Instant::now(), verdict.clone()));
            verdict
        }
    }
}

/// Same view, same text; it holds over a restart of the sandbox too.
fn fingerprint(view: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(view.as_bytes());
    format!("{:016x}", hasher.finish())
}
