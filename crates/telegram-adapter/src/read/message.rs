//! Messages: commands, texts, files, payments, and what no screen takes.

use app::event::{Event, FileKind, Sender};
use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::ports::TelegramFile;
use frankenstein::types::{ChatType, Message};
use frankenstein::updates::UpdateContent;
use serde_json::{Map, Value};

use super::{Unreadable, bounded, parse, person, private_sender, sender, unknown};

/// The fields that are read. All others only tell what the message is.
const USED: [&str; 16] = [
    "message_id",
    "from",
    "date",
    "chat",
    "media_group_id",
    "text",
    "caption",
    "animation",
    "audio",
    "document",
    "photo",
    "video",
    "video_note",
    "voice",
    "successful_payment",
    "refunded_payment",
];

/// Fields of messages that Telegram writes itself, or that tell of something done: nobody waits for an answer to them.
/// <https://core.telegram.org/bots/api#message>, 10.1, and the newer ones that frankenstein knows.
const SERVICE: [&str; 55] = [
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "chat_shared",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "community_chat_added",
    "community_chat_joined",
    "community_chat_removed",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift",
    "gift_upgrade_sent",
    "giveaway",
    "giveaway_completed",
    "giveaway_created",
    "giveaway_winners",
    "group_chat_created",
    "left_chat_member",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "migrate_to_chat_id",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "passport_data",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "unique_gift",
    "users_shared",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "web_app_data",
    "write_access_allowed",
];

/// The longest name of a command; Telegram's own limit.
const COMMAND_CHARS_MAX: usize = 32;

/// Reads a message.
pub(super) fn read(update_id: i64, username: Option<&str>, content: Value) -> Result<(Sender, Event), Unreadable> {
    let service = SERVICE.into_iter().find(|field| content.get(field).is_some());
    let message = typed(update_id, "message", content)?;
    if let Some(paid) = payment(update_id, &message) {
        return paid;
    }
    match message.chat.type_field {
        ChatType::Private => {}
        ChatType::Group | ChatType::Supergroup => return elsewhere(update_id, username, &message),
        ChatType::Channel => return Err(unknown(update_id, "message/elsewhere")),
    }
    let sender = private_sender(update_id, &message)?;
    if let Some(service) = service {
        return Err(unknown(update_id, &format!("message/{service}")));
    }
    if let Some((kind, file)) = file(&message) {
        let message_id = i64::from(message.message_id);
        let event =
            Event::File { kind, file, caption: message.caption, album: message.media_group_id, message: message_id };
        return Ok((sender, event));
    }
    let event = match message.text {
        Some(text) => match command(&text) {
            Some(Command { name, arguments, .. }) => Event::Command { name, arguments },
            None => Event::Text { text },
        },
        None => Event::Unsupported,
    };
    Ok((sender, event))
}

/// Reads an edited message: edits change nothing, so it only has to be somebody's own.
pub(super) fn read_edited(update_id: i64, content: Value) -> Result<(Sender, Event), Unreadable> {
    let message = typed(update_id, "edited_message", content)?;
    if message.chat.type_field != ChatType::Private {
        return Err(unknown(update_id, "edited_message/elsewhere"));
    }
    Ok((private_sender(update_id, &message)?, Event::Edited))
}

/// A chat's id, type and person, and nothing else.
pub(super) fn trimmed_chat(chat: &Value) -> Value {
    let fields = ["id", "type", "first_name", "username"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), chat.get(name)?.clone())));
    Value::Object(fields.collect())
}

fn typed(update_id: i64, kind: &str, content: Value) -> Result<Message, Unreadable> {
    let Value::Object(mut fields) = content else {
        return Err(Unreadable::Broken { update_id, reason: format!("`{kind}` is no object") });
    };
    // A chat of a kind that did not exist when this was written is no private chat.
    let chat_type = fields.get("chat").and_then(|chat| chat.get("type")).and_then(Value::as_str).map(bounded);
    if let Some(other) =
        chat_type.filter(|kind| !["private", "group", "supergroup", "channel"].contains(&kind.as_str()))
    {
        return Err(unknown(update_id, &format!("{kind}/{other}")));
    }
    let live = fields.contains_key("live_photo");
    fields.retain(|name, _| USED.contains(&name.as_str()));
    if live {
        // Its still picture is told beside it, but what was sent is a clip: no input takes it.
        fields.remove("photo");
    }
    if let Some(chat) = fields.get_mut("chat") {
        *chat = trimmed_chat(chat);
    }
    for field in ["animation", "audio", "document", "video", "video_note"] {
        // Previews have forms of their own and are not used.
        if let Some(file) = fields.get_mut(field).and_then(Value::as_object_mut) {
            ["thumbnail", "thumb", "cover", "qualities"].into_iter().for_each(|name| drop(file.remove(name)));
        }
    }
    trim_payments(&mut fields);
    match parse(update_id, kind, Value::Object(fields))? {
        UpdateContent::Message(message) | UpdateContent::EditedMessage(message) => Ok(*message),
        _ => Err(unknown(update_id, kind)),
    }
}

/// An address or a subscription is not used.
fn trim_payments(fields: &mut Map<String, Value>) {
    for field in ["successful_payment", "refunded_payment"] {
        if let Some(payment) = fields.get_mut(field).and_then(Value::as_object_mut) {
            let used = |name: &str| {
                name.starts_with("telegram_")
                    || name.starts_with("provider_")
                    || ["currency", "total_amount", "invoice_payload"].contains(&name)
            };
            payment.retain(|name, _| used(name));
            payment.entry("provider_payment_charge_id").or_insert_with(|| Value::from(""));
        }
    }
}

/// Money is read whatever the chat: an invoice may have been forwarded into a group and paid there.
fn payment(update_id: i64, message: &Message) -> Option<Result<(Sender, Event), Unreadable>> {
    let event = if let Some(paid) = &message.successful_payment {
        Event::Paid {
            currency: paid.currency.clone(),
            total: i64::from(paid.total_amount),
            payload: paid.invoice_payload.clone(),
            charge: paid.telegram_payment_charge_id.clone(),
            at: Timestamp::from_seconds(i64::try_from(message.date).unwrap_or(i64::MAX)),
        }
    } else {
        let refunded = message.refunded_payment.as_ref()?;
        Event::Refunded {
            currency: refunded.currency.clone(),
            total: i64::from(refunded.total_amount),
            charge: refunded.telegram_payment_charge_id.clone(),
        }
    };
    // The note of a refund is written by Telegram in the payer's chat; it may come in the bot's own name.
    let payer = message.from.as_deref().filter(|user| !user.is_bot);
    Some(match payer {
        Some(user) => person(update_id, user).map(|sender| (sender, event)),
        None if message.chat.type_field == ChatType::Private => {
            let chat = &message.chat;
            let first_name = chat.first_name.clone().unwrap_or_default();
            let sender = Sender { chat: ChatId(chat.id), first_name, username: chat.username.clone(), language: None };
            Ok((sender, event))
        }
        None => Err(Unreadable::Broken { update_id, reason: "a payment without a payer".to_owned() }),
    })
}

/// In a group only a command that is addressed by name is answered: without a name it may be any bot's.
fn elsewhere(update_id: i64, username: Option<&str>, message: &Message) -> Result<(Sender, Event), Unreadable> {
    let addressee = message.text.as_deref().and_then(command).and_then(|command| command.bot);
    let is_ours = addressee.is_some_and(|bot| username.is_none_or(|name| name.eq_ignore_ascii_case(&bot)));
    if !is_ours {
        return Err(unknown(update_id, "message/elsewhere"));
    }
    let user = message.from.as_deref().ok_or(Unreadable::NoSender { update_id })?;
    Ok((sender(ChatId(message.chat.id), user), Event::Elsewhere))
}

struct Command {
    name: String,
    arguments: String,
    /// Whom it is addressed to.
    bot: Option<String>,
}

fn command(text: &str) -> Option<Command> {
    let rest = text.strip_prefix('/')?;
    let (head, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (name, bot) = head.split_once('@').map_or((head, None), |(name, bot)| (name, Some(bot)));
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if !is_name(name) || name.len() > COMMAND_CHARS_MAX || !bot.is_none_or(is_name) {
        return None;
    }
    Some(Command {
        name: name.to_ascii_lowercase(),
        arguments: arguments.trim().to_owned(),
        bot: bot.map(str::to_owned),
    })
}

/// The file of a message. An animation is told as a document too, so it comes first.
fn file(message: &Message) -> Option<(FileKind, TelegramFile)> {
    let base = |file_id: &str, unique_id: &str, size: Option<u64>| TelegramFile {
        file_id: file_id.to_owned(),
        unique_id: unique_id.to_owned(),
        size,
        mime: None,
        width: None,
        height: None,
        duration_s: None,
        file_name: None,
    };
    macro_rules! made {
        ($file:expr $(, $field:ident: $value:expr)*) => {
            TelegramFile { $($field: $value,)* ..base(&$file.file_id, &$file.file_unique_id, $file.file_size) }
        };
    }
    if let Some(it) = &message.animation {
        let file = made!(it, mime: it.mime_type.clone(), width: Some(it.width), height: Some(it.height),
            duration_s: Some(it.duration), file_name: it.file_name.clone());
        return Some((FileKind::Animation, file));
    }
    if let Some(sizes) = &message.photo {
        let it = sizes.iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height))?;
        // Telegram makes every photo a JPEG.
        let file = made!(it, mime: Some("image/jpeg".to_owned()), width: Some(it.width), height: Some(it.height));
        return Some((FileKind::Photo, file));
    }
    if let Some(it) = &message.video {
        let file = made!(it, mime: it.mime_type.clone(), width: Some(it.width), height: Some(it.height),
            duration_s: Some(it.duration), file_name: it.file_name.clone());
        return Some((FileKind::Video, file));
    }
    if let Some(it) = &message.video_note {
        let file = made!(it, mime: Some("video/mp4".to_owned()), width: Some(it.length), height: Some(it.length),
            duration_s: Some(it.duration));
        return Some((FileKind::Video, file));
    }
    if let Some(it) = &message.audio {
        let file =
            made!(it, mime: it.mime_type.clone(), duration_s: Some(it.duration), file_name: it.file_name.clone());
        return Some((FileKind::Audio, file));
    }
    if let Some(it) = &message.voice {
        let file = made!(it, mime: it.mime_type.clone(), duration_s: Some(it.duration));
        return Some((FileKind::Voice, file));
    }
    let it = message.document.as_deref()?;
    let file = made!(it, mime: it.mime_type.clone(), file_name: it.file_name.clone());
    Some((FileKind::Document, file))
}
