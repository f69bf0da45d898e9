//! Files to a chat: one, or an album, by address, by `file_id`, or uploaded from disk.

use std::path::PathBuf;

use domain::ids::ChatId;
use domain::ports::{DeliverItem, Delivered, Media, MediaKind, SendError, SentFile, Source};
use frankenstein::input_file::FileUpload;
use frankenstein::input_media::{
    InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo, MediaGroupInputMedia,
};
use frankenstein::methods::{
    SendAudioParams, SendDocumentParams, SendMediaGroupParams, SendPhotoParams, SendVideoParams,
};
use frankenstein::types::ReplyMarkup;
use frankenstein::{AsyncTelegramApi, ParseMode};
use tokio::time::Instant;

use crate::client::Client;
use crate::error::CallError;
use crate::messenger::UploadLimits;
use crate::retry::Repeat;
use crate::send::{Sender, send_error};
use crate::sent::{SentMany, SentMessage, SentOne};
use crate::{html, keyboard};

/// Files in an album: <https://core.telegram.org/bots/api#sendmediagroup>.
const ALBUM_FILES_MAX: usize = 10;
/// Of a track's title; Telegram's apps show a line.
const TITLE_UNITS_MAX: usize = 64;

/// Sends an item before the deadline.
pub(crate) async fn deliver(
    sender: &Sender,
    limits: UploadLimits,
    chat: ChatId,
    item: &DeliverItem,
    deadline: Instant,
) -> Result<Delivered, SendError> {
    check_uploads(&item.media, limits).await?;
    let client = sender.client(deadline).naming(names(&item.media));
    let sent = match item.media.as_slice() {
        [media] => {
            let call = || one(&client, chat, media, item);
            sender.in_chat(chat, Repeat::Doubles, deadline, call).await.map(|sent| vec![sent.result])
        }
        several @ [_, _, ..] if several.len() <= ALBUM_FILES_MAX => {
            let call = || album(&client, chat, several, item);
            sender.in_chat(chat, Repeat::Doubles, deadline, call).await.map(|sent| sent.result.0)
        }
        other => {
            let description = format!("`{}` files in one item; 1 to {ALBUM_FILES_MAX} are wanted", other.len());
            return Err(SendError::Refused { description });
        }
    };
    match sent {
        Ok(messages) => Ok(delivered(&item.media, &messages)),
        Err(CallError::Unreadable { .. }) => Ok(delivered(&item.media, &[SentMessage::default()])),
        Err(error) => Err(send_error(error)),
    }
}

/// Telegram closes the connection in the middle of an upload that is too large, which would look like a lost answer: so it is asked first.
async fn check_uploads(media: &[Media], limits: UploadLimits) -> Result<(), SendError> {
    for media in media {
        let Source::Path(path) = &media.source else { continue };
        let found = tokio::fs::metadata(path).await.map_err(|error| send_error(CallError::File(error.kind())))?;
        let bytes_max = if media.kind == MediaKind::Photo { limits.photo_bytes_max } else { limits.file_bytes_max };
        if found.len() > bytes_max {
            return Err(SendError::TooLarge);
        }
    }
    Ok(())
}

fn names(media: &[Media]) -> Vec<(PathBuf, String)> {
    let name = |media: &Media| match (&media.source, &media.file_name) {
        (Source::Path(path), Some(name)) => Some((path.clone(), name.clone())),
        _ => None,
    };
    media.iter().filter_map(name).collect()
}

fn delivered(media: &[Media], messages: &[SentMessage]) -> Delivered {
    let file = |(media, message): (&Media, &SentMessage)| {
        let told = message.file().cloned();
        // A file sent by its id has this id, whatever the answer leaves out.
        told.or_else(|| match &media.source {
            Source::FileId(id) => Some(SentFile { kind: media.kind, file_id: id.clone() }),
            Source::Url(_) | Source::Path(_) => None,
        })
    };
    let message_ids = messages.iter().map(|message| message.id).collect();
    Delivered { message_ids, files: media.iter().zip(messages).filter_map(file).collect() }
}

fn upload(source: &Source) -> FileUpload {
    match source {
        Source::Url(text) | Source::FileId(text) => FileUpload::String(text.clone()),
        Source::Path(path) => FileUpload::from(path.clone()),
    }
}

fn title(media: &Media) -> Option<String> {
    let title = media.title.as_deref().map(str::trim).filter(|title| !title.is_empty())?;
    Some(html::cut(title, TITLE_UNITS_MAX))
}

async fn one(client: &Client, chat: ChatId, media: &Media, item: &DeliverItem) -> Result<SentOne, CallError> {
    let caption = html::caption(&item.caption);
    let mode = caption.as_ref().map(|_| ParseMode::Html);
    let markup = keyboard::inline(&item.keyboard).map(ReplyMarkup::InlineKeyboardMarkup);
    let file = upload(&media.source);
    let files = |field: &'static str| match &media.source {
        Source::Path(path) => vec![(field, path.clone())],
        Source::Url(_) | Source::FileId(_) => Vec::new(),
    };
    // The trait's own `send_photo` and its kin would read the answer as a whole `Message`: see `sent`.
    macro_rules! send {
        ($method:literal, $params:ident, $field:ident $(, $setter:ident($value:expr))*) => {{
            let params = $params::builder()
                .chat_id(chat.0)
                .$field(file)
                .maybe_caption(caption)
                .maybe_parse_mode(mode)
                .maybe_reply_markup(markup)
                .maybe_disable_notification(item.silent.then_some(true))
                $(.$setter($value))*
                .build();
            client.request_with_possible_form_data($method, &params, files(stringify!($field))).await
        }};
    }
    match media.kind {
        MediaKind::Photo => send!("sendPhoto", SendPhotoParams, photo),
        MediaKind::Video => {
            send!("sendVideo", SendVideoParams, video, maybe_duration(media.duration_s), supports_streaming(true))
        }
        MediaKind::Audio => {
            send!("sendAudio", SendAudioParams, audio, maybe_duration(media.duration_s), maybe_title(title(media)))
        }
        MediaKind::Document => send!("sendDocument", SendDocumentParams, document),
    }
}

async fn album(client: &Client, chat: ChatId, several: &[Media], item: &DeliverItem) -> Result<SentMany, CallError> {
    let caption = html::caption(&item.caption);
    // Pictures share one frame that shows the first caption; tracks and documents stand below each other, so the last one's ends the list.
    let is_list = several.iter().any(|media| matches!(media.kind, MediaKind::Audio | MediaKind::Document));
    let bearer = if is_list { several.len() - 1 } else { 0 };
    let mut parts = Vec::new();
    let mut media = Vec::with_capacity(several.len());
    for (place, one) in several.iter().enumerate() {
        let file = match &one.source {
            Source::Path(path) => {
                let name = format!("file{place}");
                let reference = FileUpload::String(format!("attach://{name}"));
                parts.push((name, path.clone()));
                reference
            }
            other => upload(other),
        };
        media.push(album_media(one, file, caption.clone().filter(|_| place == bearer)));
    }
    let params = SendMediaGroupParams::builder()
        .chat_id(chat.0)
        .media(media)
        .maybe_disable_notification(item.silent.then_some(true))
        .build();
    let files = parts.iter().map(|(name, path)| (name.as_str(), path.clone())).collect();
    client.request_with_possible_form_data("sendMediaGroup", &params, files).await
}

fn album_media(media: &Media, file: FileUpload, caption: Option<String>) -> MediaGroupInputMedia {
    let mode = caption.as_ref().map(|_| ParseMode::Html);
    macro_rules! made {
        ($kind:ident, $params:ident $(, $setter:ident($value:expr))*) => {
            MediaGroupInputMedia::$kind(
                $params::builder().media(file).maybe_caption(caption).maybe_parse_mode(mode)$(.$setter($value))*.build(),
            )
        };
    }
    match media.kind {
        MediaKind::Photo => made!(Photo, InputMediaPhoto),
        MediaKind::Video => {
            made!(Video, InputMediaVideo, maybe_duration(media.duration_s), supports_streaming(true))
        }
        MediaKind::Audio => {
            made!(Audio, InputMediaAudio, maybe_duration(media.duration_s), maybe_title(title(media)))
        }
        MediaKind::Document => made!(Document, InputMediaDocument),
    }
}
