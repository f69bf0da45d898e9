//! The port that tells what a file is from its own bytes.

use std::path::Path;

use async_trait::async_trait;

use crate::models::MediaFacts;

/// Why a file could not be read as media, by what the caller does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// No picture, video, sound or document of a kind that is known here: the sender is told which kinds are taken.
    #[error("no known kind of file")]
    UnknownKind,
    /// It begins like a known kind, but can't be read on: the sender is asked for another file.
    #[error("the file is damaged: {detail}")]
    Damaged {
        /// What was seen; no user's words.
        detail: String,
    },
    /// Our own disk: try again later.
    #[error("the file can't be read from disk: {detail}")]
    Disk {
        /// What was seen.
        detail: String,
    },
}

/// Reads a file's header: its kind, MIME type, size in bytes, width and height as shown, length.
#[async_trait]
pub trait Prober: Send + Sync {
    /// What the file at `path` is. Its name and what a sender said of it do not count. A figure that the format does not tell is `None`.
    ///
    /// # Errors
    /// See [`ProbeError`].
    async fn probe(&self, path: &Path) -> Result<MediaFacts, ProbeError>;
}
