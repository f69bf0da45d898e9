//! The port [`Messenger`]: screens, answers, activity. Files are in `deliver`.

use std::time::Duration;

use async_trait::async_trait;
use domain::ids::ChatId;
use domain::ports::{Activity, DeliverItem, Delivered, Messenger, SendError};
use domain::screen::Screen;
use frankenstein::methods::{
    AnswerCallbackQueryParams, AnswerPreCheckoutQueryParams, CopyMessageParams, EditMessageTextParams,
    SendChatActionParams, SendMessageParams,
};
use frankenstein::types::{ChatAction, InlineKeyboardMarkup, LinkPreviewOptions, ReplyMarkup};
use frankenstein::{AsyncTelegramApi, ParseMode};
use tokio::time::Instant;

use crate::client::Client;
use crate::error::CallError;
use crate::pace::Pace;
use crate::retry::{self, Repeat};
use crate::send::{Sender, answer_error, edit_error, send_error};
use crate::sent::{SentMessage, SentOne};
use crate::{deliver, html, keyboard};

/// Of a notice: <https://core.telegram.org/bots/api#answercallbackquery>.
const NOTICE_UNITS_MAX: usize = 200;
/// Of a refusal in a checkout. Telegram names no limit; its window takes a sentence or two.
const REFUSAL_UNITS_MAX: usize = 200;
/// An activity is worth no more time than this: it is over after five seconds anyway.
const ACTIVITY_TIME: Duration = Duration::from_secs(2);

/// The largest files that the Bot API server takes as an upload, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimits {
    /// As a photo.
    pub photo_bytes_max: u64,
    /// As anything else.
    pub file_bytes_max: u64,
}

impl UploadLimits {
    /// Telegram's own server.
    pub const TELEGRAM: Self = Self { photo_bytes_max: 10 * 1024 * 1024, file_bytes_max: 50 * 1024 * 1024 };
    /// A local Bot API server.
    pub const LOCAL: Self = Self { photo_bytes_max: 10 * 1024 * 1024, file_bytes_max: 2000 * 1024 * 1024 };
}

/// Telegram, outgoing.
///
/// A message or file whose answer was lost is reported as [`SendError::Later`] and not sent again here; a caller that sends it again sends at
/// least once. A screen of several messages that failed half-way has shown its first ones.
pub struct TelegramMessenger {
    sender: Sender,
    limits: UploadLimits,
}

impl TelegramMessenger {
    /// Over this client, at this pace.
    pub fn new(client: Client, pace: Pace, limits: UploadLimits) -> Self {
        Self { sender: Sender::new(client, pace), limits }
    }

    /// Puts one text into the chat: into message `edit` if that can be edited, else as a new message.
    async fn put(
        &self,
        chat: ChatId,
        edit: Option<i64>,
        text: &str,
        keyboard: Option<InlineKeyboardMarkup>,
        silent: bool,
        deadline: Instant,
    ) -> Result<i64, SendError> {
        // A number beyond Telegram's own range is no message of Telegram's: a new one it is.
        if let Some(message) = edit.and_then(|id| i32::try_from(id).ok()) {
            match self.edit(chat, message, text, keyboard.clone(), deadline).await {
                Err(SendError::MessageGone) => {}
                edited => return edited.map(|()| i64::from(message)),
            }
        }
        self.send(chat, text, keyboard, silent, deadline).await
    }

    async fn edit(
        &self,
        chat: ChatId,
        message: i32,
        text: &str,
        keyboard: Option<InlineKeyboardMarkup>,
        deadline: Instant,
    ) -> Result<(), SendError> {
        let params = EditMessageTextParams::builder()
            .chat_id(chat.0)
            .message_id(message)
            .text(text)
            .parse_mode(ParseMode::Html)
            .link_preview_options(without_preview())
            .maybe_reply_markup(keyboard)
            .build();
        let client = self.sender.client(deadline);
        let call = || client.request::<_, SentOne>("editMessageText", Some(&params));
        match self.sender.in_chat(chat, Repeat::Harmless, deadline, call).await {
            Ok(_) | Err(CallError::Unreadable { .. }) => Ok(()),
            Err(error) => edit_error(error).map_or(Ok(()), Err),
        }
    }

    async fn send(
        &self,
        chat: ChatId,
        text: &str,
        keyboard: Option<InlineKeyboardMarkup>,
        silent: bool,
        deadline: Instant,
    ) -> Result<i64, SendError> {
        let params = SendMessageParams::builder()
            .chat_id(chat.0)
            .text(text)
            .parse_mode(ParseMode::Html)
            .link_preview_options(without_preview())
            .maybe_reply_markup(keyboard.map(ReplyMarkup::InlineKeyboardMarkup))
            .maybe_disable_notification(silent.then_some(true))
            .build();
        let client = self.sender.client(deadline);
        let call = || client.request::<_, SentOne>("sendMessage", Some(&params));
        match self.sender.in_chat(chat, Repeat::Doubles, deadline, call).await {
            Ok(sent) => Ok(sent.result.id),
            Err(CallError::Unreadable { .. }) => Ok(SentMessage::default().id),
            Err(error) => Err(send_error(error)),
        }
    }
}

#[async_trait]
impl Messenger for TelegramMessenger {
    async fn show(&self, chat: ChatId, edit: Option<i64>, screen: &Screen, budget: Duration) -> Result<i64, SendError> {
        let deadline = retry::deadline(budget);
        let texts = html::messages(&screen.text);
        let Some((last, before)) = texts.split_last() else {
            return Err(SendError::Refused { description: "the screen has no text".to_owned() });
        };
        let mut edit = edit;
        for text in before {
            self.put(chat, edit.take(), text, None, screen.silent, deadline).await?;
        }
        self.put(chat, edit.take(), last, keyboard::inline(&screen.keyboard), screen.silent, deadline).await
    }

    async fn answer_press(
        &self,
        query_id: &str,
        notice: Option<&str>,
        alert: bool,
        budget: Duration,
    ) -> Result<(), SendError> {
        let deadline = retry::deadline(budget);
        let notice =
            notice.filter(|notice| !notice.trim().is_empty()).map(|notice| html::cut(notice, NOTICE_UNITS_MAX));
        let params = AnswerCallbackQueryParams::builder()
            .callback_query_id(query_id)
            .show_alert(alert && notice.is_some())
            .maybe_text(notice)
            .build();
        let client = self.sender.client(deadline);
        // A first answer whose own answer was lost makes the second one "too old", which is success.
        let answered = retry::run(Repeat::Harmless, deadline, || client.answer_callback_query(&params)).await;
        answered.map_or_else(|error| answer_error(error).map_or(Ok(()), Err), |_| Ok(()))
    }

    async fn answer_pre_checkout(
        &self,
        query_id: &str,
        refusal: Option<&str>,
        budget: Duration,
    ) -> Result<(), SendError> {
        let deadline = retry::deadline(budget);
        let params = AnswerPreCheckoutQueryParams::builder()
            .pre_checkout_query_id(query_id)
            .ok(refusal.is_none())
            .maybe_error_message(refusal.map(|words| html::cut(words, REFUSAL_UNITS_MAX)))
            .build();
        let client = self.sender.client(deadline);
        let answered = retry::run(Repeat::Harmless, deadline, || client.answer_pre_checkout_query(&params)).await;
        answered.map(|_| ()).map_err(send_error)
    }

    async fn deliver(&self, chat: ChatId, item: &DeliverItem, budget: Duration) -> Result<Delivered, SendError> {
        deliver::deliver(&self.sender, self.limits, chat, item, retry::deadline(budget)).await
    }

    async fn copy(&self, from: ChatId, message: i64, to: ChatId, budget: Duration) -> Result<i64, SendError> {
        let deadline = retry::deadline(budget);
        let Ok(message) = i32::try_from(message) else {
            return Err(SendError::Refused { description: format!("`{message}` is no message of Telegram's") });
        };
        let params = CopyMessageParams::builder().chat_id(to.0).from_chat_id(from.0).message_id(message).build();
        let client = self.sender.client(deadline);
        let call = || client.request::<_, SentOne>("copyMessage", Some(&params));
        match self.sender.in_chat(to, Repeat::Doubles, deadline, call).await {
            Ok(sent) => Ok(sent.result.id),
            Err(CallError::Unreadable { .. }) => Ok(SentMessage::default().id),
            Err(error) => Err(send_error(error)),
        }
    }

    async fn activity(&self, chat: ChatId, activity: Activity) {
        if !self.sender.take_turn_now(chat) {
            return;
        }
        let action = match activity {
            Activity::Typing => ChatAction::Typing,
            Activity::UploadPhoto => ChatAction::UploadPhoto,
            Activity::UploadVideo => ChatAction::UploadVideo,
            Activity::UploadVoice => ChatAction::UploadVoice,
            Activity::UploadDocument => ChatAction::UploadDocument,
        };
        let params = SendChatActionParams::builder().chat_id(chat.0).action(action).build();
        let client = self.sender.client(retry::deadline(ACTIVITY_TIME));
        if let Err(error) = client.send_chat_action(&params).await {
            tracing::debug!(%error, "the activity was not shown");
        }
    }
}

/// Our texts name addresses in passing; a preview would push the buttons out of sight.
fn without_preview() -> LinkPreviewOptions {
    LinkPreviewOptions::builder().is_disabled(true).build()
}
