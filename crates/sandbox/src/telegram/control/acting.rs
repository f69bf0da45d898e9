//! Presses and payments.

use std::time::Duration;

use serde_json::json;

use super::{
    super::{
        TelegramSimulator,
        chat::{ChatMessage, Payment},
        stars::{Checkout, StarTransaction},
        state::{CallbackAnswer, callback_json},
    },
    ControlError, WaitError, open,
};

impl TelegramSimulator {
    /// The user presses the button that carries `data`; gives the number of the callback query.
    ///
    /// # Errors
    /// When the message is gone or has no such button.
    pub fn press(&self, user_id: i64, message_id: i64, data: &str) -> Result<String, ControlError> {
        self.press_found(user_id, message_id, data, |message| message.button(data).map(|_| data.to_owned()))
    }

    /// The user presses the first button whose label contains `label`; gives the number of the callback query.
    ///
    /// # Errors
    /// When the message is gone, or no button has that label and data.
    pub fn press_label(&self, user_id: i64, message_id: i64, label: &str) -> Result<String, ControlError> {
        self.press_found(user_id, message_id, label, |message| {
            message.labelled(label).and_then(|button| button.data.clone())
        })
    }

    /// A press of a button that is no longer there, or never was: an old screen, a forged client.
    ///
    /// # Errors
    /// When the user is unknown, or blocked the bot.
    pub fn press_stale(&self, user_id: i64, message_id: i64, data: &str) -> Result<String, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            open(state, user_id)?;
            let id = state.callbacks.open(user_id, now);
            let content = callback_json(state, &id, user_id, (user_id, message_id), data);
            state.updates.push(user_id, "callback_query", content, now);
            Ok(id)
        })
    }

    fn press_found(
        &self,
        user_id: i64,
        message_id: i64,
        button: &str,
        find: impl FnOnce(&ChatMessage) -> Option<String>,
    ) -> Result<String, ControlError> {
        let data = self.shared.read(|state| {
            let message = state.chats.find(user_id, message_id).filter(|message| !message.deleted);
            let message = message.ok_or(ControlError::NoMessage { chat_id: user_id, message_id })?;
            find(message).ok_or_else(|| {
                let labels =
                    message.keyboard.iter().flatten().map(|button| {
                        format!("`{}` = `{}`", button.label, button.data.as_deref().unwrap_or("no data"))
                    });
                let present = labels.collect::<Vec<_>>().join(", ");
                ControlError::NoButton { message_id, button: button.to_owned(), present }
            })
        })?;
        self.press_stale(user_id, message_id, &data)
    }

    /// What users saw after their presses, in order.
    pub fn callback_answers(&self) -> Vec<CallbackAnswer> {
        self.shared.read(|state| state.callbacks.answers())
    }

    /// Whether the bot has answered that press.
    pub fn is_answered(&self, callback_query_id: &str) -> bool {
        self.shared.read(|state| state.callbacks.is_answered(callback_query_id))
    }

    /// The user presses Pay: the bot gets a `pre_checkout_query`, whose number is given back.
    ///
    /// # Errors
    /// When the message is no unpaid invoice.
    pub fn start_payment(&self, user_id: i64, message_id: i64) -> Result<String, ControlError> {
        self.start_payment_of(user_id, user_id, message_id)
    }

    /// The same for an invoice of another chat, which was forwarded to the payer.
    ///
    /// # Errors
    /// When the message is no unpaid invoice.
    pub fn start_payment_of(&self, payer: i64, chat_id: i64, message_id: i64) -> Result<String, ControlError> {
        let now = self.shared.clock.now();
        self.shared.change(|state| {
            open(state, payer)?;
            let message = state.chats.find(chat_id, message_id).filter(|message| !message.deleted);
            let invoice = message.and_then(|message| message.invoice.clone());
            let Some(invoice) = invoice.filter(|invoice| invoice.paid_with.is_none()) else {
                return Err(ControlError::NotPayable(message_id));
            };
            let payment = Payment {
                currency: invoice.currency.clone(),
                total_amount: invoice.total_amount,
                invoice_payload: invoice.payload.clone(),
                telegram_payment_charge_id: String::new(),
            };
            let id = state.stars.open(payer, (chat_id, message_id), payment, now);
            let content = json!({
                "id": id,
                "from": state.people.user_json(Some(payer)),
                "currency": invoice.currency,
                "total_amount": invoice.total_amount,
                "invoice_payload": invoice.payload,
            });
            state.updates.push(payer, "pre_checkout_query", content, now);
            Ok(id)
        })
    }

    /// How a checkout stands; `None` when there is no such query.
    pub fn checkout(&self, pre_checkout_query_id: &str) -> Option<Checkout> {
        let now = self.shared.clock.now();
        self.shared.quietly(|state| state.stars.checkout(pre_checkout_query_id, now))
    }

    /// Waits at most `timeout` until the bot answered a checkout.
    ///
    /// # Errors
    /// When it stays unanswered.
    pub async fn wait_checkout(&self, pre_checkout_query_id: &str, timeout: Duration) -> Result<Checkout, WaitError> {
        let what = format!("an answer to pre-checkout query `{pre_checkout_query_id}`");
        self.wait_until(&what, timeout, |simulator| {
            simulator.checkout(pre_checkout_query_id).filter(|checkout| *checkout != Checkout::Waiting)
        })
        .await
    }

    /// Presses Pay and waits for the bot's word.
    ///
    /// # Errors
    /// When the message is no unpaid invoice, or the bot stays silent.
    pub async fn pay_invoice(&self, user_id: i64, message_id: i64, timeout: Duration) -> Result<Checkout, WaitError> {
        let query = self.start_payment(user_id, message_id).map_err(WaitError::Control)?;
        self.wait_checkout(&query, timeout).await
    }

    /// Movements of Stars on the bot's account, oldest first.
    pub fn star_transactions(&self) -> Vec<StarTransaction> {
        self.shared.read(|state| state.stars.transactions())
    }
}
