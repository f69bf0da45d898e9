//! Faults: calls that fail, updates that come twice, malformed or never.

use serde_json::Value;

use super::{
    super::{TelegramSimulator, delivery, faults::Fault},
    ControlError,
};

impl TelegramSimulator {
    /// The next call of `method` (of any, with [`ANY_METHOD`](super::super::ANY_METHOD); of any that sends, with
    /// [`ANY_SENDING`](super::super::ANY_SENDING)) fails this way. Several queue up.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.shared.change(|state| state.faults.push(method, fault));
    }

    /// How many faults wait under a name that [`Self::fail_next`] was given.
    pub fn faults_waiting(&self, method: &str) -> usize {
        self.shared.read(|state| state.faults.waiting(method))
    }

    /// Forgets the faults that wait under a name.
    pub fn forget_faults(&self, method: &str) {
        self.shared.change(|state| state.faults.forget(method));
    }

    /// Forgets the faults that have not happened.
    pub fn clear_faults(&self) {
        self.shared.change(|state| state.faults.clear());
    }

    /// The next `count` updates of `kind` (`message`, `callback_query`...; of messages also `successful_payment` and `refunded_payment`)
    /// never reach the bot, unless [`Self::redeliver`] sends them.
    pub fn lose_next_updates(&self, kind: &str, count: usize) {
        self.shared.change(|state| state.updates.lose_next(kind, count));
    }

    /// The next `count` updates of `kind`, named as for [`Self::lose_next_updates`], come twice, the second time under a number of its own.
    /// For the same number again there is [`Self::redeliver`].
    pub fn double_next_updates(&self, kind: &str, count: usize) {
        self.shared.change(|state| state.updates.double_next(kind, count));
    }

    /// How many updates of `kind` will be lost, and how many doubled.
    pub fn update_troubles(&self, kind: &str) -> (usize, usize) {
        self.shared.read(|state| state.updates.troubles(kind))
    }

    /// No update of `kind` is lost or doubled any more.
    pub fn spare_updates(&self, kind: &str) {
        self.shared.change(|state| state.updates.spare(kind));
    }

    /// Sends an update again under its old number, as Telegram does when our answer was lost; `false` when it is unknown or still waits.
    pub fn redeliver(&self, update_id: i64) -> bool {
        let now = self.shared.clock.now();
        self.shared.change(|state| state.updates.again(update_id, now))
    }

    /// Queues any update; it gets the next `update_id` unless it brings one. Gives that number.
    pub fn send_raw_update(&self, update: Value) -> i64 {
        let now = self.shared.clock.now();
        let update = if update.is_object() { update } else { serde_json::json!({ "raw": update }) };
        self.shared.change(|state| state.updates.push_raw(update, now))
    }

    /// Posts any bytes to the webhook once, with its secret; gives the HTTP status of the answer.
    ///
    /// # Errors
    /// When no webhook is set or it gives no answer.
    pub async fn send_raw_body(&self, body: &[u8]) -> Result<u16, ControlError> {
        let secret = self.shared.read(|state| state.updates.webhook().and_then(|webhook| webhook.secret.clone()));
        self.send_raw_body_as(body, secret.as_deref()).await
    }

    /// The same with another secret, or with none.
    ///
    /// # Errors
    /// When no webhook is set or it gives no answer.
    pub async fn send_raw_body_as(&self, body: &[u8], secret: Option<&str>) -> Result<u16, ControlError> {
        let webhook = self.shared.read(|state| state.updates.webhook().cloned()).ok_or(ControlError::NoWebhook)?;
        let answer = delivery::post(&webhook, secret, body, self.shared.webhook_timeout).await;
        answer.map(|answer| answer.status).map_err(|error| ControlError::NoAnswer(error.to_string()))
    }
}
