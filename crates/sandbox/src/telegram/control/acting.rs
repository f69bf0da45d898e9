//! Presses.

use super::{
    super::{
        TelegramSimulator,
        chat::ChatMessage,
        state::{CallbackAnswer, callback_json},
    },
    ControlError, open,
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
}
