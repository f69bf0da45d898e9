//! Turns what a method was given as a file (an upload, a URL, a `file_id`) into a kept file.
//!
//! Two steps, because a URL is fetched without holding the state: [`gather`] first, [`Source::keep`] under the lock.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

use super::{
    files::{Files, Media, MediaKind},
    journal::ViolationKind,
    params::{Params, Upload},
    refusal::Refusal,
    spec,
};
use crate::http::client;

/// How long Telegram is taken to wait for a web page.
const FETCH_TIME_MAX: Duration = Duration::from_secs(20);

/// Where the bytes are.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// In the request, or fetched.
    Bytes(Upload),
    /// With Telegram already.
    FileId(String),
}

impl Source {
    /// Keeps the file.
    pub(super) fn keep(
        &self,
        files: &mut Files,
        kind: MediaKind,
        fields: &Map<String, Value>,
    ) -> Result<Media, Refusal> {
        match self {
            Self::Bytes(upload) => files.keep(upload, kind, fields),
            Self::FileId(id) => files.reuse(id, kind),
        }
    }
}

/// Finds the bytes of the file that `reference` names, or that was uploaded as `field`.
pub(super) async fn gather(
    params: &Params,
    field: &str,
    reference: Option<&str>,
    kind: MediaKind,
) -> Result<Source, Refusal> {
    let upload = match reference {
        None => params.uploads.get(field),
        Some(reference) => match reference.strip_prefix("attach://") {
            Some(part) => Some(params.uploads.get(part).ok_or_else(|| {
                Refusal::wrong(ViolationKind::MissingParameter, "wrong file identifier/HTTP URL specified")
            })?),
            None => None,
        },
    };
    match (upload, reference) {
        (Some(upload), _) => uploaded(upload, kind).map(Source::Bytes),
        (None, Some(url)) if url.starts_with("http://") || url.starts_with("https://") => {
            fetch(url, kind).await.map(Source::Bytes)
        }
        (None, Some(id)) => Ok(Source::FileId(id.to_owned())),
        (None, None) => {
            Err(Refusal::wrong(ViolationKind::MissingParameter, format!("there is no {field} in the request")))
        }
    }
}

fn uploaded(upload: &Upload, kind: MediaKind) -> Result<Upload, Refusal> {
    let max = match kind {
        MediaKind::Photo => spec::PHOTO_UPLOAD_BYTES_MAX,
        _ => spec::FILE_UPLOAD_BYTES_MAX,
    };
    match upload.bytes.len() {
        0 => Err(Refusal::wrong(ViolationKind::Limit, "file must be non-empty")),
        length if length > max => Err(Refusal::too_large()),
        _ => Ok(upload.clone()),
    }
}

async fn fetch(url: &str, kind: MediaKind) -> Result<Upload, Refusal> {
    let unavailable = || Refusal::bad("failed to get HTTP URL content");
    let answer = client::send("GET", url, &[], &[], FETCH_TIME_MAX).await.map_err(|error| {
        tracing::debug!(%error, "simulated Telegram could not fetch a file");
        unavailable()
    })?;
    let max = match kind {
        MediaKind::Photo => spec::PHOTO_URL_BYTES_MAX,
        MediaKind::Voice => spec::VOICE_URL_BYTES_MAX,
        _ => spec::FILE_URL_BYTES_MAX,
    };
    if !answer.is_success() || answer.body.is_empty() || answer.body.len() > max {
        return Err(unavailable());
    }
    let announced = answer.header("content-type").unwrap_or_default();
    let media_type = announced.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !by_url(kind).iter().any(|allowed| media_type == *allowed) {
        return Err(Refusal::bad("wrong type of the web page content"));
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let file_name = path.rsplit('/').next().filter(|name| name.contains('.')).map(str::to_owned);
    Ok(Upload { file_name, bytes: Arc::new(answer.body) })
}

/// Media types that Telegram takes by URL: <https://core.telegram.org/bots/api#sending-files>.
const fn by_url(kind: MediaKind) -> &'static [&'static str] {
    match kind {
        MediaKind::Photo => &["image/jpeg", "image/png", "image/webp", "image/gif"],
        MediaKind::Video => &["video/mp4"],
        MediaKind::Animation => &["video/mp4", "image/gif"],
        MediaKind::Audio => &["audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/mp3"],
        MediaKind::Voice => &["audio/ogg"],
        MediaKind::Document => &["image/gif", "application/pdf", "application/zip"],
        MediaKind::Sticker => &["image/webp"],
    }
}
