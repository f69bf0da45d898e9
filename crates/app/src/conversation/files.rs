//! Files as answers: what is known of one, how large it may be, and the names of formats that people know.

use domain::models::{Media, MediaFacts, MediaRule};
use domain::ports::TelegramFile;

use crate::event::FileKind;

/// What is known of a file by Telegram's word.
pub(super) fn facts(kind: FileKind, file: &TelegramFile) -> MediaFacts {
    // Without parameters: some senders say `audio/ogg; codecs=opus`.
    let mime = file.mime.as_deref().map(|mime| mime.split(';').next().unwrap_or(mime).trim().to_ascii_lowercase());
    let by_mime = match mime.as_deref().and_then(|mime| mime.split('/').next()) {
        Some("image") => Media::Image,
        Some("video") => Media::Video,
        Some("audio") => Media::Audio,
        _ => Media::Document,
    };
    let (media, fallback) = match kind {
        FileKind::Photo => (Media::Image, Some("image/jpeg")),
        FileKind::Video | FileKind::Animation => (Media::Video, None),
        FileKind::Audio => (Media::Audio, None),
        FileKind::Voice => (Media::Audio, Some("audio/ogg")),
        FileKind::Document => (by_mime, None),
    };
    MediaFacts {
        media,
        bytes: file.size,
        mime: mime.or_else(|| fallback.map(str::to_owned)),
        width: file.width,
        height: file.height,
        millis: file.duration_s.map(|seconds| u64::from(seconds) * 1000),
    }
}

/// The public Bot API server hands out files up to this size (core.telegram.org/bots/api#getfile).
pub(super) const TELEGRAM_FILE_MAX: u64 = 20 * 1024 * 1024;

/// Megabytes as the catalog and everybody's file manager count them.
pub(crate) const MEGABYTE: u64 = 1_000_000;

/// How many bytes a file for this input may have: what the model takes and Telegram hands out.
pub(crate) fn file_bytes_max(rule: &MediaRule) -> u64 {
    rule.max_file_bytes.unwrap_or(TELEGRAM_FILE_MAX).min(TELEGRAM_FILE_MAX)
}

/// MIME types by the names that people know, each once.
pub(crate) fn format_names(mime: &[String]) -> String {
    let mut names: Vec<String> = Vec::new();
    for mime in mime {
        let name = match mime.as_str() {
            "audio/mpeg" => "MP3".to_owned(),
            "audio/mp4" => "M4A".to_owned(),
            "video/quicktime" => "MOV".to_owned(),
            "video/x-matroska" => "MKV".to_owned(),
            "audio/x-ms-wma" => "WMA".to_owned(),
            "image/jpg" => "JPEG".to_owned(),
            other => {
                let short = other.rsplit('/').next().unwrap_or(other);
                short.trim_start_matches("x-").to_uppercase()
            }
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
