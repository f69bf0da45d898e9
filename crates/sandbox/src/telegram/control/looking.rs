//! Looking at chats, calls and updates, and waiting for them to change.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{sync::watch, time::Instant};

use super::{
    super::{
        TelegramSimulator,
        chat::ChatMessage,
        journal::{Call, Violation},
        state::ChatAction,
        updates::{UpdateState, UpdateView},
    },
    ControlError,
};

/// Messages shown in a [`WaitError`]; the last ones tell what happened instead.
const TRANSCRIPT_MESSAGES: usize = 12;

/// What was waited for did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The time was over.
    #[error("`{what}` did not come within {timeout:?}{transcript}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        timeout: Duration,
        /// The end of the chat, when one was looked at.
        transcript: String,
    },
    /// It could not even begin.
    #[error(transparent)]
    Control(ControlError),
}

impl TelegramSimulator {
    /// The chat with that user (or the group of that number) in order; messages deleted by the bot stay, marked as such.
    pub fn messages(&self, chat_id: i64) -> Vec<ChatMessage> {
        self.shared.read(|state| state.chats.messages(chat_id))
    }

    /// The newest message of the bot that is still to be seen.
    pub fn last_from_bot(&self, chat_id: i64) -> Option<ChatMessage> {
        self.newest(chat_id, ChatMessage::is_from_bot)
    }

    /// The newest message that is still to be seen and satisfies `predicate`, which must not ask the simulator anything.
    pub fn newest(&self, chat_id: i64, predicate: impl Fn(&ChatMessage) -> bool) -> Option<ChatMessage> {
        let is_wanted = |message: &&ChatMessage| !message.deleted && predicate(message);
        self.shared.read(|state| state.chats.newest_first(chat_id).find(is_wanted).cloned())
    }

    /// How often the bot has sent or edited a message in the chat, deleted ones included.
    pub fn drawn(&self, chat_id: i64) -> u64 {
        let times = |message: &ChatMessage| 1 + u64::from(message.edits);
        self.shared
            .read(|state| state.chats.newest_first(chat_id).filter(|message| message.is_from_bot()).map(times).sum())
    }

    /// What the bot shows to be doing; gone with its next message, and to be ignored when older than five seconds.
    pub fn chat_action(&self, chat_id: i64) -> Option<ChatAction> {
        self.shared.read(|state| state.actions.get(&chat_id).cloned())
    }

    /// Media type and bytes of a file.
    pub fn file(&self, file_id: &str) -> Option<(String, Arc<Vec<u8>>)> {
        self.shared.read(|state| state.files.bytes(file_id))
    }

    /// The commands set for a scope (as JSON, `None` for the default one) and a language (empty for all).
    pub fn commands(&self, scope: Option<&Value>, language_code: &str) -> Option<Value> {
        let scope = scope.map_or_else(|| serde_json::json!({"type": "default"}).to_string(), Value::to_string);
        self.shared.read(|state| state.commands.get(&(scope, language_code.to_owned())).cloned())
    }

    /// Calls of the bot in order of arrival; the newest ten thousand.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.read(|state| state.journal.calls())
    }

    /// Calls of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method == method).collect()
    }

    /// What the bot did that a correct client never does.
    pub fn violations(&self) -> Vec<Violation> {
        self.shared.read(|state| state.journal.violations())
    }

    /// Forgets calls and violations; for tests with several acts.
    pub fn clear_journal(&self) {
        self.shared.change(|state| state.journal.clear());
    }

    /// What became of an update.
    pub fn update(&self, update_id: i64) -> Option<UpdateView> {
        self.shared.read(|state| state.updates.view(update_id))
    }

    /// The JSON of an update, as the bot gets it.
    pub fn update_body(&self, update_id: i64) -> Option<Value> {
        self.shared.read(|state| state.updates.body(update_id))
    }

    /// All known updates.
    pub fn updates(&self) -> Vec<UpdateView> {
        self.shared.read(|state| state.updates.views())
    }

    /// Counts changes of any kind; a page that shows the chat waits on it.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// Waits until a message that is to be seen in the chat satisfies `predicate`; gives the newest such message.
    ///
    /// # Errors
    /// When none does within `timeout`; the error shows the end of the chat.
    pub async fn wait_for(
        &self,
        chat_id: i64,
        predicate: impl Fn(&ChatMessage) -> bool,
        timeout: Duration,
    ) -> Result<ChatMessage, WaitError> {
        let found =
            self.wait_until("a message that matches", timeout, |simulator| simulator.newest(chat_id, &predicate));
        found.await.map_err(|error| match error {
            WaitError::TimedOut { what, timeout, .. } => {
                WaitError::TimedOut { what, timeout, transcript: self.transcript(chat_id) }
            }
            other => other,
        })
    }

    /// Waits until a message of the bot that is newer than `message_id` satisfies `predicate`.
    ///
    /// # Errors
    /// As [`Self::wait_for`].
    pub async fn wait_reply(
        &self,
        chat_id: i64,
        message_id: i64,
        predicate: impl Fn(&ChatMessage) -> bool,
        timeout: Duration,
    ) -> Result<ChatMessage, WaitError> {
        let newer = |message: &ChatMessage| message.is_from_bot() && message.message_id > message_id;
        self.wait_for(chat_id, |message| newer(message) && predicate(message), timeout).await
    }

    /// Waits until an update was delivered (or given up).
    ///
    /// # Errors
    /// When it still waits after `timeout`.
    pub async fn wait_update(&self, update_id: i64, timeout: Duration) -> Result<UpdateView, WaitError> {
        let what = format!("the delivery of update `{update_id}`");
        self.wait_until(&what, timeout, |simulator| {
            simulator.update(update_id).filter(|update| update.state != UpdateState::Pending)
        })
        .await
    }

    /// Waits until no update waits for the bot.
    ///
    /// # Errors
    /// When some still do after `timeout`.
    pub async fn wait_idle(&self, timeout: Duration) -> Result<(), WaitError> {
        let idle = |simulator: &Self| simulator.shared.read(|state| state.updates.pending_count() == 0).then_some(());
        self.wait_until("an empty queue of updates", timeout, idle).await
    }

    /// Waits until `probe` finds something. It is asked after each change of anything in the simulator.
    ///
    /// # Errors
    /// When it finds nothing within `timeout`; `what` then names the thing.
    pub async fn wait_until<T>(
        &self,
        what: &str,
        timeout: Duration,
        probe: impl Fn(&Self) -> Option<T>,
    ) -> Result<T, WaitError> {
        let until = Instant::now() + timeout;
        let mut changes = self.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(found) = probe(self) {
                return Ok(found);
            }
            if tokio::time::timeout_at(until, changes.changed()).await.is_err() {
                // The last look: the hand of the clock may have moved without a change.
                return probe(self).ok_or_else(|| WaitError::TimedOut {
                    what: what.to_owned(),
                    timeout,
                    transcript: String::new(),
                });
            }
        }
    }

    fn transcript(&self, chat_id: i64) -> String {
        let messages = self.messages(chat_id);
        let from = messages.len().saturating_sub(TRANSCRIPT_MESSAGES);
        let lines = messages[from..].iter().map(|message| {
            let who = if message.is_from_bot() { "bot" } else { "user" };
            let gone = if message.deleted { " (deleted)" } else { "" };
            let buttons: Vec<&str> = message.keyboard.iter().flatten().map(|button| button.label.as_str()).collect();
            format!("\n  {} {who}{gone} {:?}: {:?} {buttons:?}", message.message_id, message.kind, message.text)
        });
        format!("; chat `{chat_id}` ends with:{}", lines.collect::<String>())
    }
}
