//! Files that Telegram keeps: by `file_id` for sending again, by path for downloads.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use domain::clock::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{params::Upload, played, refusal::Refusal, sniff, spec};

/// All files together; beyond it the oldest are forgotten, so a sandbox left open for days stays small.
const TOTAL_BYTES_MAX: usize = 512 * 1024 * 1024;
/// A download link works at least one hour: <https://core.telegram.org/bots/api#getfile>.
const LINK_LIFE: Duration = Duration::from_secs(3600);
/// Sum of width and height, and the longer over the shorter side, of a photo: <https://core.telegram.org/bots/api#sendphoto>.
const PHOTO_SIDES_MAX: u32 = 10_000;
const PHOTO_RATIO_MAX: u32 = 20;

/// How Telegram treats a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A compressed picture.
    Photo,
    /// A film with a player.
    Video,
    /// Music with title and performer.
    Audio,
    /// A voice note.
    Voice,
    /// Any file, bytes untouched.
    Document,
    /// A film without sound, or a GIF.
    Animation,
    /// A picture that stands for a word.
    Sticker,
}

impl MediaKind {
    /// Name of the parameter and of the message's field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
            Self::Animation => "animation",
            Self::Sticker => "sticker",
        }
    }

    /// The kind of that name; bots send no stickers here.
    pub(super) fn from_field(field: &str) -> Option<Self> {
        [Self::Photo, Self::Video, Self::Audio, Self::Voice, Self::Document, Self::Animation]
            .into_iter()
            .find(|kind| kind.field() == field)
    }

    const fn id_prefix(self) -> &'static str {
        match self {
            Self::Photo => "AgACAgIAAxk",
            Self::Video => "BAACAgIAAxk",
            Self::Audio => "CQACAgIAAxk",
            Self::Voice => "AwACAgIAAxk",
            Self::Document => "BQACAgIAAxk",
            Self::Animation => "CgACAgIAAxk",
            Self::Sticker => "CAACAgIAAxk",
        }
    }

    fn title(self) -> String {
        let field = self.field();
        if self == Self::Voice { "VoiceNote".to_owned() } else { field[..1].to_uppercase() + &field[1..] }
    }
}

/// A file inside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Media {
    /// How it is shown.
    pub kind: MediaKind,
    /// The key to send or download it again.
    pub file_id: String,
    /// The same for equal files.
    pub file_unique_id: String,
    /// The sender's name for it.
    pub file_name: Option<String>,
    /// As found from the bytes.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Pixels, 0 when unknown.
    pub width: u32,
    /// Pixels, 0 when unknown.
    pub height: u32,
    /// Seconds, 0 when unknown.
    pub duration: u64,
    /// Title of an audio.
    pub title: Option<String>,
    /// Performer of an audio.
    pub performer: Option<String>,
    /// `file_id` of a photo's small copy.
    pub preview_id: Option<String>,
    /// What a sticker stands for.
    pub emoji: Option<String>,
}

impl Media {
    /// The object, or for a photo the list of sizes, that a `Message` holds.
    pub(super) fn json(&self) -> Value {
        let mut file = json!({"file_id": self.file_id, "file_unique_id": self.file_unique_id, "file_size": self.bytes});
        if self.kind == MediaKind::Photo {
            (file["width"], file["height"]) = (Value::from(self.width), Value::from(self.height));
            let scale = |side: u32| (side * 90 / self.width.max(self.height).max(1)).max(1);
            return match &self.preview_id {
                Some(id) => {
                    json!([{"file_id": id, "file_unique_id": format!("{}s", self.file_unique_id), "file_size": self.bytes.min(1_000), "width": scale(self.width), "height": scale(self.height)}, file])
                }
                None => json!([file]),
            };
        }
        if self.kind == MediaKind::Sticker {
            (file["width"], file["height"]) = (Value::from(self.width), Value::from(self.height));
            file["type"] = Value::from("regular");
            (file["is_animated"], file["is_video"]) = (Value::Bool(false), Value::Bool(false));
            file["emoji"] = json!(self.emoji);
            return file;
        }
        file["mime_type"] = Value::from(self.media_type.as_str());
        if matches!(self.kind, MediaKind::Video | MediaKind::Animation) {
            (file["width"], file["height"]) = (Value::from(self.width), Value::from(self.height));
        }
        if self.kind != MediaKind::Document {
            file["duration"] = Value::from(self.duration);
        }
        let name = self.file_name.as_ref().filter(|_| self.kind != MediaKind::Voice);
        for (field, value) in
            [("file_name", name), ("title", self.title.as_ref()), ("performer", self.performer.as_ref())]
        {
            if let Some(value) = value {
                file[field] = Value::from(value.as_str());
            }
        }
        file
    }
}

#[derive(Debug)]
struct Stored {
    media: Media,
    path: String,
    bytes: Arc<Vec<u8>>,
    link_until: Option<Timestamp>,
}

/// The store of files.
#[derive(Debug, Default)]
pub(super) struct Files {
    count: u64,
    by_id: BTreeMap<String, Stored>,
    id_by_path: BTreeMap<String, String>,
    order: VecDeque<String>,
    total: usize,
}

impl Files {
    /// Keeps an upload as `kind`, or as a document where Telegram would refuse to play it; `fields` may hold duration, size, title.
    pub(super) fn keep(
        &mut self,
        upload: &Upload,
        kind: MediaKind,
        fields: &Map<String, Value>,
    ) -> Result<Media, Refusal> {
        let found = sniff::find(&upload.bytes, upload.file_name.as_deref());
        let kind = shown_as(kind, &found)?;
        self.count += 1;
        let number = self.count;
        let count = |name: &str| fields.get(name).and_then(Value::as_u64).unwrap_or(0);
        let side = |name: &str| u32::try_from(count(name)).unwrap_or(0);
        let text = |name: &str| {
            fields.get(name).and_then(Value::as_str).filter(|_| kind == MediaKind::Audio).map(str::to_owned)
        };
        let played = played::probe(&upload.bytes, found.media_type);
        let told = Some((side("width"), side("height"))).filter(|(width, height)| width.min(height) > &0);
        let (width, height) = found.size.or(told).or(played.size).unwrap_or_default();
        let duration = Some(count("duration")).filter(|seconds| *seconds > 0).unwrap_or(played.seconds);
        let id = |what: &str| format!("{}{what}{number:0>42}", kind.id_prefix());
        let media = Media {
            kind,
            file_id: id("AAI"),
            file_unique_id: format!("AQAD{number:0>10}"),
            file_name: upload.file_name.clone().filter(|_| kind != MediaKind::Photo),
            media_type: found.media_type.to_owned(),
            bytes: upload.bytes.len(),
            width,
            height,
            duration,
            title: text("title"),
            performer: text("performer"),
            preview_id: (kind == MediaKind::Photo).then(|| id("AAN")),
            emoji: fields.get("emoji").and_then(Value::as_str).map(str::to_owned),
        };
        self.insert(&media, number, found.extension, &upload.bytes);
        Ok(media)
    }

    fn insert(&mut self, media: &Media, number: u64, extension: &str, bytes: &Arc<Vec<u8>>) {
        let folder = media.kind.field();
        for (id, name) in [(Some(&media.file_id), "file"), (media.preview_id.as_ref(), "thumb")] {
            let Some(id) = id else { continue };
            let path = format!("{folder}s/{name}_{number}.{extension}");
            self.id_by_path.insert(path.clone(), id.clone());
            let stored = Stored { media: media.clone(), path, bytes: Arc::clone(bytes), link_until: None };
            self.by_id.insert(id.clone(), stored);
        }
        self.order.push_back(media.file_id.clone());
        self.total += bytes.len();
        while self.total > TOTAL_BYTES_MAX && self.order.len() > 1 {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(stored) = self.order.pop_front().and_then(|id| self.by_id.remove(&id)) else { return };
        self.id_by_path.remove(&stored.path);
        self.total -= stored.bytes.len();
        if let Some(preview) = stored.media.preview_id.and_then(|id| self.by_id.remove(&id)) {
            self.id_by_path.remove(&preview.path);
        }
    }

    /// A file sent again by `file_id`; its kind cannot change.
    pub(super) fn reuse(&self, file_id: &str, kind: MediaKind) -> Result<Media, Refusal> {
        let Some(stored) = self.by_id.get(file_id) else {
            return Err(Refusal::bad("wrong file identifier/HTTP URL specified"));
        };
        if stored.media.kind == kind {
            Ok(stored.media.clone())
        } else {
            Err(Refusal::bad(format!("can't use file of type {} as {}", stored.media.kind.title(), kind.title())))
        }
    }

    /// `getFile`: a `File` whose path works for an hour.
    pub(super) fn link(&mut self, file_id: &str, now: Timestamp) -> Result<Value, Refusal> {
        let Some(stored) = self.by_id.get_mut(file_id) else {
            return Err(Refusal::bad("wrong file_id or the file is temporarily unavailable"));
        };
        if stored.bytes.len() > spec::FILE_URL_BYTES_MAX {
            return Err(Refusal::bad("file is too big"));
        }
        stored.link_until = Some(now + LINK_LIFE);
        Ok(json!({
            "file_id": file_id,
            "file_unique_id": stored.media.file_unique_id,
            "file_size": stored.bytes.len(),
            "file_path": stored.path,
        }))
    }

    /// The bytes behind a path that [`Self::link`] gave out and that still works.
    pub(super) fn download(&self, path: &str, now: Timestamp) -> Option<Arc<Vec<u8>>> {
        let stored = self.id_by_path.get(path).and_then(|id| self.by_id.get(id))?;
        stored.link_until.is_some_and(|until| now <= until).then(|| Arc::clone(&stored.bytes))
    }

    /// The bytes and the media type behind a `file_id`.
    pub(super) fn bytes(&self, file_id: &str) -> Option<(String, Arc<Vec<u8>>)> {
        self.by_id.get(file_id).map(|stored| (stored.media.media_type.clone(), Arc::clone(&stored.bytes)))
    }
}

/// Telegram refuses what is no picture as a photo, and shows as a document what its players cannot play.
fn shown_as(kind: MediaKind, found: &sniff::Found) -> Result<MediaKind, Refusal> {
    let playable: &[&str] = match kind {
        MediaKind::Photo => {
            let Some((width, height)) = found.size.filter(|_| sniff::is_photo(found)) else {
                return Err(Refusal::bad("IMAGE_PROCESS_FAILED"));
            };
            let (long, short) = (width.max(height), width.min(height));
            let shape = short > 0 && long <= short.saturating_mul(PHOTO_RATIO_MAX);
            if !shape || width.saturating_add(height) > PHOTO_SIDES_MAX {
                return Err(Refusal::bad("PHOTO_INVALID_DIMENSIONS"));
            }
            return Ok(kind);
        }
        MediaKind::Document | MediaKind::Sticker => return Ok(kind),
        MediaKind::Video => &["video/mp4"],
        MediaKind::Animation => &["video/mp4", "image/gif"],
        MediaKind::Audio => &["audio/mpeg", "audio/mp4"],
        MediaKind::Voice => &["audio/ogg", "audio/mpeg", "audio/mp4"],
    };
    Ok(if playable.contains(&found.media_type) { kind } else { MediaKind::Document })
}
