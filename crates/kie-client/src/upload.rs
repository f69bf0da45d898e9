//! file-stream-upload: a file of ours to KIE's upload server, streamed from the disk.

use std::path::Path;

use domain::ports::{AccountTrouble, UploadError, Uploaded};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Url};
use serde::Deserialize;
use tokio::fs::File;

use crate::reply::{Code, Reply};
use crate::retry::Verdict;
use crate::transport::Fault;
use crate::wire::UploadedFile;

/// Where files are taken, on the upload server.
pub(crate) const UPLOAD_PATH: &str = "/api/file-stream-upload";
/// Longer names are cut or refused by file systems.
const NAME_BYTES_MAX: usize = 200;

/// The form of one try. The file is opened anew for each, so that a second try sends it from its start.
pub(crate) async fn form(file: &Path, name: &str, folder: &str) -> Result<Form, UploadError> {
    let odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | '"');
    if name.is_empty() || name.len() > NAME_BYTES_MAX || name.contains(odd) {
        return Err(refused(format!("`{}` is no name of a file", name.escape_debug())));
    }
    let unreadable = |error: std::io::Error| refused(format!("the file can't be read: {error}"));
    let opened = File::open(file).await.map_err(unreadable)?;
    let facts = opened.metadata().await.map_err(unreadable)?;
    if !facts.is_file() || facts.len() == 0 {
        return Err(refused("the file is empty".to_owned()));
    }
    let part = Part::stream_with_length(Body::from(opened), facts.len())
        .file_name(name.to_owned())
        .mime_str(media_type(name))
        .map_err(|_| refused("the file has no media type".to_owned()))?;
    // The texts go first: the server knows where to put the file before it comes.
    Ok(Form::new().text("uploadPath", folder.to_owned()).text("fileName", name.to_owned()).part("file", part))
}

/// What an answer to an upload means.
pub(crate) fn judge_upload(answer: Result<Reply, Fault>) -> Result<Uploaded, UploadError> {
    let reply = answer.map_err(|fault| UploadError::Later { retry_after: None, detail: fault.detail })?;
    let detail = reply.detail();
    let later = |detail| UploadError::Later { retry_after: reply.retry_after, detail };
    let (Code::Said(code) | Code::Status(code)) = reply.code else {
        return Err(later(detail));
    };
    match code {
        200 if reply.success != Some(false) => match link(&reply) {
            Some(url) => Ok(Uploaded { url }),
            None => Err(later(format!("{detail} without a link"))),
        },
        400 | 413 | 415 | 422 => Err(refused(detail)),
        401 | 403 => Err(UploadError::Account(AccountTrouble::KeyRefused)),
        402 => Err(UploadError::Account(AccountTrouble::OutOfCredits)),
        433 => Err(UploadError::Account(AccountTrouble::KeyCapReached)),
        _ => Err(later(detail)),
    }
}

fn link(reply: &Reply) -> Option<String> {
    let file = reply.data.is_object().then(|| UploadedFile::deserialize(&reply.data).ok()).flatten()?;
    let url = file.download_url.or(file.file_url)?;
    // It becomes an input of a model: what is no address is better told here than by a failed task.
    Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")).then_some(url)
}

fn refused(detail: String) -> UploadError {
    UploadError::Refused { detail }
}

/// By the name's ending; the kinds of files that Telegram and the models speak of.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        Some("mp4" | "m4v") => "video/mp4",
        Some("mov") => "video/quicktime",
        Some("webm") => "video/webm",
        Some("mp3") => "audio/mpeg",
        Some("m4a") => "audio/mp4",
        Some("ogg" | "oga" | "opus") => "audio/ogg",
        Some("wav") => "audio/wav",
        Some("flac") => "audio/flac",
        _ => "application/octet-stream",
    }
}

impl Verdict for UploadError {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::Later { .. })
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        if let Self::Later { retry_after, .. } = self { *retry_after } else { None }
    }

    fn label(&self) -> &'static str {
        match self {
            Self::Later { .. } => "later",
            Self::Refused { .. } => "refused",
            Self::Account(_) => "account",
        }
    }
}
