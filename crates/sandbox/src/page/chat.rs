//! One user's chat: what is to be seen, and what the user does.

use serde_json::{Value, json};

use super::{Refusal, json_body};
use crate::{
    http::{Request, Response, form},
    telegram::{
        CallbackAnswer, ChatMessage, ControlError, IncomingMedia, MediaKind, TelegramSimulator, User,
        spec::{FILE_UPLOAD_BYTES_MAX, PHOTO_UPLOAD_BYTES_MAX, TEXT_LENGTH_MAX},
    },
};

/// Messages shown, the newest ones; each answer carries them all.
const MESSAGES_SHOWN: usize = 200;
/// Answers to presses told; a page that misses more than these has been away.
const ANSWERS_SHOWN: usize = 10;
/// Checkouts told; the page follows the one that it opened last.
const CHECKOUTS_SHOWN: usize = 5;
/// The largest payment made without the bot. Stars.
const STRAY_STARS_MAX: i64 = 100_000;
/// Of an invoice: <https://core.telegram.org/bots/api#createinvoicelink>.
const PAYLOAD_BYTES_MAX: usize = 128;
/// What stands for a sticker: a single sign, of which some have many parts.
const EMOJI_BYTES_MAX: usize = 64;

/// What the user sees.
pub(super) fn view(telegram: &TelegramSimulator, user: &User) -> Value {
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
        "checkouts": telegram.checkouts(user.id, CHECKOUTS_SHOWN),
        "action": action.map(|action| json!({"action": action.action, "since": action.since.as_micros()})),
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

/// The user does something.
pub(super) fn act(
    telegram: &TelegramSimulator,
    user: &User,
    act: &str,
    request: &Request,
) -> Result<Response, Refusal> {
    let done = match act {
        "text" => json!(telegram.send_text(user.id, &text(&json_body(request)?)?)?),
        "edit" => {
            let body = json_body(request)?;
            json!(telegram.edit_text(user.id, own_text(telegram, user, &body)?, &text(&body)?)?)
        }
        "press" => {
            let body = json_body(request)?;
            let data = body["data"].as_str().ok_or_else(|| Refusal::new(400, "`data` must be a text"))?;
            json!({"callback_query_id": telegram.press(user.id, message_id(&body)?, data)?})
        }
        "invoice" => bill(telegram, &json_body(request)?)?,
        "pay" => {
            let body = json_body(request)?;
            let query = match body["link"].as_str() {
                Some(link) => telegram.start_link_payment(user.id, link)?,
                None => telegram.start_payment(user.id, message_id(&body)?)?,
            };
            json!({"pre_checkout_query_id": query})
        }
        "stray" => {
            let (stars, payload) = stray(&json_body(request)?)?;
            json!(telegram.pay_without_the_bot(user.id, stars, &payload)?)
        }
        "return" => {
            let body = json_body(request)?;
            let charge = body["telegram_payment_charge_id"].as_str();
            let charge = charge.ok_or_else(|| Refusal::new(400, "`telegram_payment_charge_id` must be a text"))?;
            json!(telegram.refund_without_the_bot(user.id, charge)?)
        }
        "file" => json!(telegram.send_media(user.id, file(request)?)?),
        "sticker" => json!(telegram.send_sticker(user.id, &emoji(&json_body(request)?)?)?),
        _ => return Err(Refusal::new(404, format!("a user cannot do `{act}` here"))),
    };
    Ok(Response::json(200, &done))
}

/// What a link's invoice shows before it is paid; the payload is the bot's own.
fn bill(telegram: &TelegramSimulator, body: &Value) -> Result<Value, Refusal> {
    let link = body["link"].as_str().ok_or_else(|| Refusal::new(400, "`link` must be a text"))?;
    let invoice = telegram.linked_invoice(link);
    let invoice = invoice.ok_or_else(|| Refusal::new(404, format!("no invoice has the link `{link}`")))?;
    Ok(json!({
        "title": invoice.title,
        "description": invoice.description,
        "currency": invoice.currency,
        "total_amount": invoice.total_amount,
    }))
}

/// A payment that the bot was never asked about.
fn stray(body: &Value) -> Result<(i64, String), Refusal> {
    let stars = body["stars"].as_i64().filter(|stars| (1..=STRAY_STARS_MAX).contains(stars));
    let stars = stars.ok_or_else(|| Refusal::new(400, format!("`stars` must be from 1 to {STRAY_STARS_MAX}")))?;
    let payload = body["payload"].as_str().filter(|payload| (1..=PAYLOAD_BYTES_MAX).contains(&payload.len()));
    let payload =
        payload.ok_or_else(|| Refusal::new(400, format!("`payload` has from 1 to {PAYLOAD_BYTES_MAX} bytes")))?;
    Ok((stars, payload.to_owned()))
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

fn emoji(body: &Value) -> Result<String, Refusal> {
    let emoji = body["emoji"].as_str().unwrap_or_default();
    let is_one = (1..=EMOJI_BYTES_MAX).contains(&emoji.len()) && !emoji.contains(char::is_alphanumeric);
    is_one.then(|| emoji.to_owned()).ok_or_else(|| Refusal::new(400, "`emoji` must be one emoji"))
}

fn message_id(body: &Value) -> Result<i64, Refusal> {
    body["message_id"].as_i64().ok_or_else(|| Refusal::new(400, "`message_id` must be a number"))
}

/// A message that the user may change.
fn own_text(telegram: &TelegramSimulator, user: &User, body: &Value) -> Result<i64, Refusal> {
    let id = message_id(body)?;
    let is_own = |message: &ChatMessage| message.message_id == id && message.from == Some(user.id);
    match telegram.messages(user.id).iter().any(is_own) {
        true => Ok(id),
        false => Err(Refusal::new(409, "only one's own messages can be changed")),
    }
}

/// The body is the file; in the query stand its `kind`, and perhaps `name`, `caption` and `album` (common to files sent together).
fn file(request: &Request) -> Result<IncomingMedia, Refusal> {
    let given = |name: &str| parameter(&request.query, name).filter(|value| !value.is_empty());
    let kind = match given("kind").as_deref() {
        Some("photo") => MediaKind::Photo,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        Some("voice") => MediaKind::Voice,
        Some("document") => MediaKind::Document,
        _ => return Err(Refusal::new(400, "`kind` must be photo, video, audio, voice or document")),
    };
    let max = if kind == MediaKind::Photo { PHOTO_UPLOAD_BYTES_MAX } else { FILE_UPLOAD_BYTES_MAX };
    if request.body.len() > max {
        let (kind, max) = (kind.field(), max / 1024 / 1024);
        return Err(Refusal::new(413, format!("the {kind} is larger than {max} MB, which is all that is taken here")));
    }
    if request.body.is_empty() {
        return Err(Refusal::new(400, "the file is empty"));
    }
    let mut media = IncomingMedia::new(kind, request.body.clone());
    media.file_name = given("name").filter(|_| kind != MediaKind::Photo);
    media.caption = given("caption").unwrap_or_default();
    media.media_group_id = given("album");
    Ok(media)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form::urlencoded(query).into_iter().find_map(|(key, value)| (key == name).then_some(value))
}

impl From<ControlError> for Refusal {
    fn from(error: ControlError) -> Self {
        let status = match error {
            ControlError::UnknownChat(_) | ControlError::NoInvoice(_) => 404,
            ControlError::File(_) => 400,
            _ => 409,
        };
        Self::new(status, error.to_string())
    }
}
