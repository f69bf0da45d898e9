//! One user's chat: what is to be seen, waiting until that changes, and what the user does.

use std::{
    hash::{DefaultHasher, Hasher},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Refusal, json_body};
use crate::{
    http::{Request, Response, form},
    telegram::{
        CallbackAnswer, ChatMessage, ControlError, IncomingMedia, MediaKind, TelegramSimulator, User,
        spec::{PHOTO_UPLOAD_BYTES_MAX, TEXT_LENGTH_MAX},
    },
};

/// How long a poll waits for a change: below the half minute after which proxies lose patience.
const POLL_TIME: Duration = Duration::from_secs(25);
/// Messages shown, the newest ones; each answer carries them all.
const MESSAGES_SHOWN: usize = 200;
/// Answers to presses told; a page that misses more than these has been away.
const ANSWERS_SHOWN: usize = 10;

/// Gives the chat as soon as its version is not the one in `query`'s `since`, or unchanged after [`POLL_TIME`].
pub(super) async fn watch(telegram: &TelegramSimulator, user: User, query: &str) -> Response {
    let since = parameter(query, "since").unwrap_or_default();
    let until = Instant::now() + POLL_TIME;
    let mut changes = telegram.subscribe();
    loop {
        changes.mark_unchanged();
        let mut chat = view(telegram, &user);
        let version = fingerprint(&chat.to_string());
        if version != since || tokio::time::timeout_at(until, changes.changed()).await.is_err() {
            chat["version"] = Value::from(version);
            return Response::json(200, &chat);
        }
    }
}

fn view(telegram: &TelegramSimulator, user: &User) -> Value {
    let messages: Vec<ChatMessage> =
        telegram.messages(user.id).into_iter().filter(|message| !message.deleted).collect();
    let messages = &messages[messages.len().saturating_sub(MESSAGES_SHOWN)..];
    let answers: Vec<CallbackAnswer> =
        telegram.callback_answers().into_iter().filter(|answer| answer.user_id == user.id).collect();
    let answers = &answers[answers.len().saturating_sub(ANSWERS_SHOWN)..];
    let action = telegram.chat_action(user.id);
    json!({
        "messages": messages,
        "answers": answers,
        "action": action.map(|action| json!({"action": action.action, "since": action.since.as_seconds()})),
        "commands": commands(telegram, user),
    })
}

/// The list that counts for this user, narrowest scope first: <https://core.telegram.org/bots/api#determining-list-of-commands>.
fn commands(telegram: &TelegramSimulator, user: &User) -> Value {
    let scopes = [Some(json!({"chat_id": user.id, "type": "chat"})), Some(json!({"type": "all_private_chats"})), None];
    let language = user.language_code.as_deref().unwrap_or_default();
    let mut lists =
        scopes.iter().flat_map(|scope| [language, ""].map(|language| telegram.commands(scope.as_ref(), language)));
    lists.find_map(|list| list.filter(|list| list != &json!([]))).unwrap_or_else(|| json!([]))
}

/// Same chat, same text; it holds over a restart of the sandbox too.
fn fingerprint(chat: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(chat.as_bytes());
    format!("{:016x}", hasher.finish())
}

/// The user does something: `text`, `press`, `pay` or `photo`.
pub(super) fn act(
    telegram: &TelegramSimulator,
    user: &User,
    act: &str,
    request: &Request,
) -> Result<Response, Refusal> {
    let done = match act {
        "text" => json!(telegram.send_text(user.id, &text(&json_body(request)?)?)?),
        "press" => {
            let body = json_body(request)?;
            let data = body["data"].as_str().ok_or_else(|| Refusal::new(400, "`data` must be a text"))?;
            json!({"callback_query_id": telegram.press(user.id, message_id(&body)?, data)?})
        }
        "pay" => json!({"pre_checkout_query_id": telegram.start_payment(user.id, message_id(&json_body(request)?)?)?}),
        "photo" => json!(telegram.send_media(user.id, photo(request)?)?),
        _ => return Err(Refusal::new(404, format!("a user cannot do `{act}` here"))),
    };
    Ok(Response::json(200, &done))
}

fn text(body: &Value) -> Result<String, Refusal> {
    let text = body["text"].as_str().unwrap_or_default().trim();
    match text.encode_utf16().count() {
        0 => Err(Refusal::new(400, "there is no text to send")),
        length if length > TEXT_LENGTH_MAX => {
            Err(Refusal::new(400, format!("the text has {length} characters, Telegram takes {TEXT_LENGTH_MAX}")))
        }
        _ => Ok(text.to_owned()),
    }
}

fn message_id(body: &Value) -> Result<i64, Refusal> {
    body["message_id"].as_i64().ok_or_else(|| Refusal::new(400, "`message_id` must be a number"))
}

/// The body is the picture; `caption` and `album` (common to pictures sent together) stand in the query.
fn photo(request: &Request) -> Result<IncomingMedia, Refusal> {
    if request.body.len() > PHOTO_UPLOAD_BYTES_MAX {
        let max = PHOTO_UPLOAD_BYTES_MAX / 1024 / 1024;
        return Err(Refusal::new(413, format!("the photo is larger than {max} MB, which is all that Telegram takes")));
    }
    let mut photo = IncomingMedia::new(MediaKind::Photo, request.body.clone());
    photo.caption = parameter(&request.query, "caption").unwrap_or_default();
    photo.media_group_id = parameter(&request.query, "album").filter(|album| !album.is_empty());
    Ok(photo)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form::urlencoded(query).into_iter().find_map(|(key, value)| (key == name).then_some(value))
}

impl From<ControlError> for Refusal {
    fn from(error: ControlError) -> Self {
        let status = match error {
            ControlError::UnknownChat(_) => 404,
            ControlError::File(_) => 400,
            _ => 409,
        };
        Self::new(status, error.to_string())
    }
}
