//! `editMessageText`, `editMessageCaption`, `editMessageReplyMarkup`: <https://core.telegram.org/bots/api#updating-messages>.
//!
//! An edit without `reply_markup` takes the keyboard away; an edit that changes nothing is refused.

use domain::clock::Timestamp;

use super::{
    super::{
        chat::{ChatMessage, MessageKind},
        entities,
        journal::ViolationKind,
        markup::Markup,
        params::Params,
        refusal::Refusal,
        state::State,
    },
    Answer,
};

/// Changes the text and the keyboard.
pub(super) fn edit_message_text(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let text = entities::message_text(params)?;
    let markup = Markup::read(params.get("reply_markup"), false)?;
    let mut message = editable(state, params)?;
    if message.kind != MessageKind::Text {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    message.set_text(text);
    message.set_markup(markup);
    store(state, message, now)
}

/// Changes the caption and the keyboard.
pub(super) fn edit_message_caption(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let caption = entities::caption(&params.values)?;
    let markup = Markup::read(params.get("reply_markup"), false)?;
    let mut message = editable(state, params)?;
    if message.media.is_none() {
        return Err(Refusal::bad("there is no caption in the message to edit"));
    }
    message.set_text(caption);
    message.set_markup(markup);
    store(state, message, now)
}

/// Changes the keyboard only.
pub(super) fn edit_message_reply_markup(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let mut message = editable(state, params)?;
    let markup = Markup::read(params.get("reply_markup"), message.invoice.is_some())?;
    message.set_markup(markup);
    store(state, message, now)
}

/// A copy of the message that the parameters name, if the bot may edit it.
pub(super) fn editable(state: &mut State, params: &Params) -> Result<ChatMessage, Refusal> {
    if params.get("chat_id").is_none() || params.get("message_id").is_none() {
        return Err(Refusal::wrong(ViolationKind::MissingParameter, "message identifier is not specified"));
    }
    let chat_id = state.people.writable(params.get("chat_id"))?;
    let message = state.chats.visible(chat_id, params.number("message_id").unwrap_or_default());
    let Some(message) = message else { return Err(Refusal::bad("message to edit not found")) };
    let markup = Markup { json: message.reply_markup.clone(), rows: Vec::new() };
    if !message.is_from_bot() || message.payment.is_some() || !markup.is_inline() {
        return Err(Refusal::bad("message can't be edited"));
    }
    Ok(message.clone())
}

/// Puts the edited copy in place of the message, unless they are the same.
pub(super) fn store(state: &mut State, mut message: ChatMessage, now: Timestamp) -> Answer {
    let Some(present) = state.chats.visible(message.chat_id, message.message_id) else {
        return Err(Refusal::bad("message to edit not found"));
    };
    if same(present, &message) {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        ));
    }
    message.edits += 1;
    message.edit_date = Some(now.as_seconds());
    *present = message.clone();
    Ok(state.message_json(&message).into())
}

/// Equal to the eye: the same words and styles, the same keyboard, the same file.
fn same(before: &ChatMessage, after: &ChatMessage) -> bool {
    let file = |message: &ChatMessage| message.media.as_ref().map(|media| media.file_unique_id.clone());
    before.kind == after.kind
        && before.text == after.text
        && before.entities == after.entities
        && before.reply_markup == after.reply_markup
        && file(before) == file(after)
}
