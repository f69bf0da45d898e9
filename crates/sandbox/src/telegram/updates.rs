//! The queue of updates: what waits for the bot, in which order it may be delivered, and when it is given up.
//!
//! Facts it plays: `update_id` grows by one; updates of one chat and kind (a lane) go one at a time, lanes are independent; an update
//! outlives its sending by 24 hours, a callback or payment query by 150 seconds; kinds that the bot did not ask for are never queued.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use domain::clock::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::refusal::Refusal;

/// Delivered and dropped updates that can still be looked up and sent again.
const HISTORY_MAX: usize = 10_000;
/// Kinds left out unless they are asked for: <https://core.telegram.org/bots/api#setwebhook>.
const OPT_IN: &[&str] = &["chat_member", "message_reaction", "message_reaction_count"];
/// Messages that Telegram writes itself about money; each is a name that [`Updates::lose_next`] and [`Updates::double_next`] know.
const NOTES: [&str; 2] = ["successful_payment", "refunded_payment"];
/// Number of the first update; a real bot's is some large number too.
const FIRST_ID: i64 = 870_000_001;

/// What became of an update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateView {
    /// Its number.
    pub update_id: i64,
    /// `message`, `callback_query`...
    pub kind: String,
    /// How often it was sent to the webhook.
    pub attempts: u32,
    /// Where it is.
    pub state: UpdateState,
}

/// Where an update is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateState {
    /// Waits for the bot.
    Pending,
    /// The webhook answered 2xx, or a later `offset` confirmed it.
    Delivered,
    /// Outlived its time.
    Expired,
    /// Dropped by the bot's own wish (`drop_pending_updates`).
    Dropped,
    /// Lost on purpose by a test.
    Lost,
    /// Of a kind that the bot does not take.
    NotAllowed,
}

/// Updates of one chat and kind are delivered one after the other.
pub(super) type Lane = (i64, String);

/// The webhook as it is set.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    /// Where to post.
    pub(super) url: String,
    /// `X-Telegram-Bot-Api-Secret-Token`.
    pub(super) secret: Option<String>,
    /// 1 to 100.
    pub(super) max_connections: usize,
    /// One permit per connection.
    pub(super) slots: Arc<Semaphore>,
}

/// One delivery to make.
#[derive(Debug)]
pub(super) struct Job {
    /// The update.
    pub(super) update_id: i64,
    /// Its JSON.
    pub(super) body: Vec<u8>,
    /// Failed tries before this one.
    pub(super) failures: u32,
}

#[derive(Debug)]
struct Update {
    lane: Lane,
    body: Value,
    born: Timestamp,
    failures: u32,
    view: UpdateView,
}

#[derive(Debug, Default)]
struct LaneState {
    waiting: VecDeque<i64>,
    running: bool,
}

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Updates {
    count: i64,
    all: BTreeMap<i64, Update>,
    pending: BTreeMap<i64, ()>,
    lanes: HashMap<Lane, LaneState>,
    ready: Vec<Lane>,
    lose: HashMap<String, usize>,
    double: HashMap<String, usize>,
    allowed: Vec<String>,
    webhook: Option<Webhook>,
    generation: u64,
    last_error: Option<(i64, String)>,
    poll: u64,
}

impl Updates {
    /// Queues an update of `kind` for `owner` (a chat or user); gives its number.
    pub(super) fn push(&mut self, owner: i64, kind: &str, content: Value, now: Timestamp) -> i64 {
        let doubled = struck(&mut self.double, kind, &content);
        let second = doubled.then(|| content.clone());
        let update_id = self.push_one(owner, kind, content, now);
        if let Some(content) = second {
            self.push_one(owner, kind, content, now);
        }
        update_id
    }

    fn push_one(&mut self, owner: i64, kind: &str, content: Value, now: Timestamp) -> i64 {
        let update_id = FIRST_ID + self.count;
        self.insert(owner, kind, json!({"update_id": update_id, kind: content}), update_id, now);
        update_id
    }

    /// Queues a ready-made update; it gets the next number unless it brings its own.
    pub(super) fn push_raw(&mut self, mut body: Value, now: Timestamp) -> i64 {
        let update_id = body.get("update_id").and_then(Value::as_i64).unwrap_or(FIRST_ID + self.count);
        body["update_id"] = Value::from(update_id);
        let kind = body.as_object().and_then(|fields| fields.keys().find(|key| *key != "update_id")).cloned();
        let kind = kind.unwrap_or_default();
        let owner = ["/chat/id", "/from/id", "/message/chat/id"]
            .into_iter()
            .find_map(|path| body.get(&kind).and_then(|content| content.pointer(path)).and_then(Value::as_i64));
        self.insert(owner.unwrap_or(0), &kind, body, update_id, now);
        update_id
    }

    fn insert(&mut self, owner: i64, kind: &str, body: Value, update_id: i64, now: Timestamp) {
        self.count += 1;
        let lost = struck(&mut self.lose, kind, &body[kind]);
        let wanted = if self.allowed.is_empty() {
            !OPT_IN.contains(&kind)
        } else {
            self.allowed.iter().any(|allowed| allowed == kind)
        };
        let state = match (lost, wanted) {
            (true, _) => UpdateState::Lost,
            (false, false) => UpdateState::NotAllowed,
            (false, true) => UpdateState::Pending,
        };
        if self.pending.contains_key(&update_id) {
            // A raw update may bring a number that waits already; one number waits in one lane.
            self.settle(update_id, UpdateState::Dropped);
        }
        let view = UpdateView { update_id, kind: kind.to_owned(), attempts: 0, state };
        self.all.insert(update_id, Update { lane: (owner, kind.to_owned()), body, born: now, failures: 0, view });
        if state == UpdateState::Pending {
            self.enqueue(update_id);
        }
        while self.all.len() > HISTORY_MAX {
            let Some(oldest) = self.all.keys().copied().find(|id| !self.pending.contains_key(id)) else { break };
            self.all.remove(&oldest);
        }
    }

    /// Queues an update again under its old number; `false` when it is unknown or still waits.
    pub(super) fn again(&mut self, update_id: i64, now: Timestamp) -> bool {
        let Some(update) = self.all.get_mut(&update_id).filter(|_| !self.pending.contains_key(&update_id)) else {
            return false;
        };
        (update.born, update.failures) = (now, 0);
        update.view.state = UpdateState::Pending;
        self.enqueue(update_id);
        true
    }

    fn enqueue(&mut self, update_id: i64) {
        let Some(update) = self.all.get(&update_id) else { return };
        self.pending.insert(update_id, ());
        let lane = self.lanes.entry(update.lane.clone()).or_default();
        lane.waiting.push_back(update_id);
        // Without a webhook nobody takes from `ready`; setting one fills it from the lanes.
        if !lane.running && self.webhook.is_some() {
            self.ready.push(update.lane.clone());
        }
    }

    /// The next `count` updates of that kind, or messages with that note, are lost on the way.
    pub(super) fn lose_next(&mut self, kind: &str, count: usize) {
        *self.lose.entry(kind.to_owned()).or_default() += count;
    }

    /// The next `count` updates of that kind, or messages with that note, come twice, the second time under a number of its own.
    pub(super) fn double_next(&mut self, kind: &str, count: usize) {
        *self.double.entry(kind.to_owned()).or_default() += count;
    }

    /// How many updates will be lost, and doubled, under that name.
    pub(super) fn troubles(&self, kind: &str) -> (usize, usize) {
        let waiting = |troubles: &HashMap<String, usize>| troubles.get(kind).copied().unwrap_or_default();
        (waiting(&self.lose), waiting(&self.double))
    }

    /// No update is lost or doubled under that name any more.
    pub(super) fn spare(&mut self, kind: &str) {
        self.lose.remove(kind);
        self.double.remove(kind);
    }

    /// What became of an update.
    pub(super) fn view(&self, update_id: i64) -> Option<UpdateView> {
        self.all.get(&update_id).map(|update| update.view.clone())
    }

    /// All known updates in order.
    pub(super) fn views(&self) -> Vec<UpdateView> {
        self.all.values().map(|update| update.view.clone()).collect()
    }

    /// The JSON of an update.
    pub(super) fn body(&self, update_id: i64) -> Option<Value> {
        self.all.get(&update_id).map(|update| update.body.clone())
    }

    /// How many wait.
    pub(super) fn pending_count(&self) -> usize {
        self.pending.len()
    }

    fn settle(&mut self, update_id: i64, state: UpdateState) {
        self.pending.remove(&update_id);
        let Some(update) = self.all.get_mut(&update_id) else { return };
        update.view.state = state;
        if let Some(lane) = self.lanes.get_mut(&update.lane) {
            lane.waiting.retain(|waiting| *waiting != update_id);
            if lane.waiting.is_empty() && !lane.running {
                self.lanes.remove(&update.lane);
            }
        }
    }

    fn is_old(&self, update_id: i64, now: Timestamp) -> bool {
        self.all.get(&update_id).is_some_and(|update| now.since(update.born) > life(&update.view.kind))
    }

    fn expire(&mut self, now: Timestamp) {
        let expired: Vec<i64> = self.pending.keys().copied().filter(|id| self.is_old(*id, now)).collect();
        expired.into_iter().for_each(|id| self.settle(id, UpdateState::Expired));
    }

    /// Drops everything that waits.
    pub(super) fn drop_pending(&mut self) {
        let waiting: Vec<i64> = self.pending.keys().copied().collect();
        waiting.into_iter().for_each(|id| self.settle(id, UpdateState::Dropped));
    }

    /// Kinds that the bot wants; `None` leaves the earlier choice.
    pub(super) fn allow(&mut self, kinds: Option<Vec<String>>) {
        if let Some(kinds) = kinds {
            self.allowed = kinds;
        }
    }

    /// The webhook, if one is set.
    pub(super) fn webhook(&self) -> Option<&Webhook> {
        self.webhook.as_ref()
    }

    /// Sets or removes the webhook. Deliveries to the old one stop after their present try; all lanes start anew.
    pub(super) fn set_webhook(&mut self, webhook: Option<Webhook>) -> u64 {
        self.webhook = webhook;
        self.generation += 1;
        self.last_error = None;
        self.ready = self.lanes.iter().filter(|(_, lane)| !lane.running).map(|(key, _)| key.clone()).collect();
        self.generation
    }

    /// `getWebhookInfo`.
    pub(super) fn webhook_info(&mut self, now: Timestamp) -> Value {
        self.expire(now);
        let mut info = json!({
            "url": self.webhook.as_ref().map(|webhook| webhook.url.as_str()).unwrap_or_default(),
            "has_custom_certificate": false,
            "pending_update_count": self.pending.len(),
        });
        if let Some(webhook) = &self.webhook {
            info["max_connections"] = Value::from(webhook.max_connections);
            info["ip_address"] = Value::from("127.0.0.1");
        }
        if !self.allowed.is_empty() {
            info["allowed_updates"] = json!(self.allowed);
        }
        if let Some((date, message)) = &self.last_error {
            (info["last_error_date"], info["last_error_message"]) = (Value::from(*date), Value::from(message.as_str()));
        }
        info
    }

    /// Lanes that have updates and nobody who delivers them; the caller now does.
    pub(super) fn claim_ready(&mut self) -> Vec<(Lane, u64)> {
        if self.webhook.is_none() {
            return Vec::new();
        }
        let mut claimed = Vec::new();
        for key in std::mem::take(&mut self.ready) {
            let Some(lane) = self.lanes.get_mut(&key) else { continue };
            if !lane.running && !lane.waiting.is_empty() {
                lane.running = true;
                claimed.push((key, self.generation));
            }
        }
        claimed
    }

    /// The next delivery of a claimed lane; `None` gives the lane back.
    pub(super) fn next_job(&mut self, key: &Lane, generation: u64, now: Timestamp) -> Option<(Job, Webhook)> {
        // Only this lane is looked at: a sweep of the whole queue per delivery would make a long queue slow.
        while let Some(first) = self.lanes.get(key).and_then(|lane| lane.waiting.front().copied())
            && self.is_old(first, now)
        {
            self.settle(first, UpdateState::Expired);
        }
        let current = self.webhook.clone().filter(|_| generation == self.generation);
        let lane = self.lanes.get_mut(key)?;
        match (current, lane.waiting.front()) {
            (Some(webhook), Some(update_id)) => {
                let update = self.all.get(update_id)?;
                let body = update.body.to_string().into_bytes();
                Some((Job { update_id: *update_id, body, failures: update.failures }, webhook))
            }
            (None, Some(_)) => {
                lane.running = false;
                if self.webhook.is_some() {
                    self.ready.push(key.clone());
                }
                None
            }
            (_, None) => {
                self.lanes.remove(key);
                None
            }
        }
    }

    /// Notes how a delivery went: `Ok` removes the update, `Err` says what `getWebhookInfo` will show.
    pub(super) fn attempted(&mut self, update_id: i64, result: Result<(), String>, now: Timestamp) {
        if let Some(update) = self.all.get_mut(&update_id) {
            update.view.attempts += 1;
            update.failures += u32::from(result.is_err());
        }
        match result {
            Ok(()) => self.settle(update_id, UpdateState::Delivered),
            Err(message) => self.last_error = Some((now.as_seconds(), message)),
        }
    }

    /// Begins a `getUpdates`; an older one that still waits ends with a conflict.
    pub(super) fn begin_poll(&mut self) -> Result<u64, Refusal> {
        if self.webhook.is_some() {
            return Err(Refusal::conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            ));
        }
        self.poll += 1;
        Ok(self.poll)
    }

    /// What a `getUpdates` answers now; updates below `offset` are confirmed by it.
    pub(super) fn poll(&mut self, poll: u64, offset: i64, limit: usize, now: Timestamp) -> Result<Vec<Value>, Refusal> {
        if poll != self.poll || self.webhook.is_some() {
            return Err(Refusal::conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running",
            ));
        }
        self.expire(now);
        let first = if offset < 0 {
            // Counted from the end of the queue; everything before is forgotten.
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.pending.keys().rev().nth(back.saturating_sub(1)).or(self.pending.keys().next()).copied()
        } else {
            Some(offset)
        };
        let confirmed: Vec<i64> = self.pending.range(..first.unwrap_or(0)).map(|(id, ())| *id).collect();
        confirmed.into_iter().for_each(|id| self.settle(id, UpdateState::Delivered));
        Ok(self.pending.keys().take(limit).filter_map(|id| self.body(*id)).collect())
    }
}

/// Whether a trouble waits for an update of that kind, or for a message with that note; it is used up by it.
fn struck(troubles: &mut HashMap<String, usize>, kind: &str, content: &Value) -> bool {
    let note = NOTES.into_iter().find(|note| kind == "message" && content.get(note).is_some());
    let mut names = [Some(kind), note].into_iter().flatten();
    names.any(|name| troubles.get_mut(name).filter(|left| **left > 0).map(|left| *left -= 1).is_some())
}

/// How long an update of that kind is worth delivering.
fn life(kind: &str) -> Duration {
    let seconds = match kind {
        "callback_query" | "shipping_query" | "pre_checkout_query" => 150,
        "inline_query" => 30,
        "chosen_inline_result" => 600,
        _ => 24 * 3600,
    };
    Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests;
