//! `sendMessage`, `copyMessage`, `deleteMessage`, `sendChatAction`.

use std::time::Duration;

use domain::clock::Timestamp;
use serde_json::json;

use super::{
    super::{
        chat::{ChatMessage, MessageKind},
        entities,
        markup::Markup,
        params::Params,
        refusal::Refusal,
        state::{ChatAction, State, replied},
    },
    Answer, done,
};

/// Age up to which a bot may delete a message.
const DELETE_AGE_MAX: Duration = Duration::from_secs(48 * 3600);

/// <https://core.telegram.org/bots/api#sendmessage>
pub(super) fn send_message(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let text = entities::message_text(params)?;
    let mut message = begin(state, params, now, MessageKind::Text)?;
    message.set_text(text);
    Ok(state.post(message).into())
}

/// <https://core.telegram.org/bots/api#copymessage>
pub(super) fn copy_message(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let from = state.people.chat(params.get("from_chat_id"))?;
    let source = state.chats.visible(from, params.number("message_id").unwrap_or_default());
    let Some(source) = source.map(|message| message.clone()) else {
        return Err(Refusal::bad("message to copy not found"));
    };
    if matches!(source.kind, MessageKind::Invoice | MessageKind::SuccessfulPayment | MessageKind::RefundedPayment) {
        return Err(Refusal::bad("message can't be copied"));
    }
    let mut message = begin(state, params, now, source.kind)?;
    (message.text, message.entities) = (source.text, source.entities);
    (message.media, message.has_spoiler) = (source.media, source.has_spoiler);
    Ok(json!({ "message_id": state.post(message)["message_id"] }).into())
}

/// A message to the chat that the parameters name, with keyboard and reply, still without content.
pub(super) fn begin(state: &State, params: &Params, now: Timestamp, kind: MessageKind) -> Result<ChatMessage, Refusal> {
    let markup = Markup::read(params.get("reply_markup"), kind == MessageKind::Invoice)?;
    let chat_id = state.people.writable(params.get("chat_id"))?;
    let mut message = ChatMessage::new(chat_id, None, now.as_seconds(), kind);
    message.reply_to = replied(state, chat_id, params.get("reply_parameters"))?;
    message.set_markup(markup);
    Ok(message)
}

/// <https://core.telegram.org/bots/api#deletemessage>
pub(super) fn delete_message(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let chat_id = state.people.chat(params.get("chat_id"))?;
    let message = state.chats.visible(chat_id, params.number("message_id").unwrap_or_default());
    let Some(message) = message else { return Err(Refusal::bad("message to delete not found")) };
    if now.since(Timestamp::from_seconds(message.date)) > DELETE_AGE_MAX {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    message.deleted = true;
    done()
}

/// <https://core.telegram.org/bots/api#sendchataction>
pub(super) fn send_chat_action(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let chat_id = state.people.writable(params.get("chat_id"))?;
    let action = params.text("action").unwrap_or_default().to_owned();
    state.actions.insert(chat_id, ChatAction { action, since: now });
    done()
}
