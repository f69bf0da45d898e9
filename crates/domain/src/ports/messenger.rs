//! The port to Telegram, outgoing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ids::ChatId;
use crate::screen::{Screen, Text};

/// Why something was not sent, by what the caller does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// 403: the user blocked the bot or is gone. Mark them; send nothing more.
    #[error("the chat is gone")]
    ChatGone,
    /// Another 4xx: this will never be taken in this form.
    #[error("refused by telegram: {description}")]
    Refused {
        /// Telegram's words.
        description: String,
    },
    /// A message to be edited is not there any more: send a new one.
    #[error("the message to edit is gone")]
    MessageGone,
    /// Too large for this way of sending: upload instead of an address, or a link instead of an upload.
    #[error("too large for this way of sending")]
    TooLarge,
    /// 429, 5xx, network: try again, not before `retry_after`.
    #[error("not sent now: {detail}")]
    Later {
        /// How long Telegram wants us to wait.
        retry_after: Option<Duration>,
        /// Surely nothing was sent; else it may have been, and only the answer was lost.
        unsent: bool,
        /// What was seen; holds no token.
        detail: String,
    },
}

/// What the user sees beside the bot's name while it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activity {
    /// Typing.
    Typing,
    /// Sending a picture.
    UploadPhoto,
    /// Sending a video.
    UploadVideo,
    /// Sending a sound.
    UploadVoice,
    /// Sending a file.
    UploadDocument,
}

/// The form in which Telegram shows a file; a `file_id` keeps its form for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture, compressed.
    Photo,
    /// A video that plays in the chat.
    Video,
    /// A track with title and player.
    Audio,
    /// A file in its full quality.
    Document,
}

/// Where the bytes come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A public address that Telegram fetches (photo up to 5 MB, others up to 20 MB).
    Url(String),
    /// A file that Telegram has.
    FileId(String),
    /// A local file to be uploaded (photo up to 10 MB, others up to 50 MB).
    Path(PathBuf),
}

/// One file to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// In which form.
    pub kind: MediaKind,
    /// From where.
    pub source: Source,
    /// A track's title.
    pub title: Option<String>,
    /// A name for the file.
    pub file_name: Option<String>,
    /// A track's length in seconds.
    pub duration_s: Option<u32>,
}

/// One thing to be delivered: a single file or an album.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverItem {
    /// One, or two to ten of kinds that may share an album.
    pub media: Vec<Media>,
    /// Under it; at most 1024 characters after parsing (the adapter cuts).
    pub caption: Text,
    /// Buttons under a single file; an album has none.
    pub keyboard: Vec<Vec<crate::screen::Button>>,
    /// Arrives without a sound.
    pub silent: bool,
}

/// A file as Telegram keeps it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// In which form.
    pub kind: MediaKind,
    /// Telegram's id of it, for this bot, for ever.
    pub file_id: String,
}

/// What Telegram took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The messages, first to last.
    pub message_ids: Vec<i64>,
    /// The files, in the order of the item's media.
    pub files: Vec<SentFile>,
}

/// Telegram, outgoing. Each call ends within `budget`, pace and waits included.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Shows a screen: edits message `edit` if given, else sends a new one; a text over the limit goes out as several messages, the last
    /// with the buttons. Returns the id of the message that bears the buttons. "Not modified" is success; a message that can't be edited any
    /// more is replaced by a new one.
    ///
    /// # Errors
    /// See [`SendError`].
    async fn show(&self, chat: ChatId, edit: Option<i64>, screen: &Screen, budget: Duration) -> Result<i64, SendError>;

    /// Answers a pressed button, with a short notice or none; `alert` = a window instead of a line. An expired query is success.
    ///
    /// # Errors
    /// See [`SendError`].
    async fn answer_press(
        &self,
        query_id: &str,
        notice: Option<&str>,
        alert: bool,
        budget: Duration,
    ) -> Result<(), SendError>;

    /// Answers a pre-checkout query: `None` = yes, or the words of a no.
    ///
    /// # Errors
    /// See [`SendError`].
    async fn answer_pre_checkout(
        &self,
        query_id: &str,
        refusal: Option<&str>,
        budget: Duration,
    ) -> Result<(), SendError>;

    /// Sends a file or an album as one item.
    ///
    /// # Errors
    /// See [`SendError`]; [`SendError::TooLarge`] asks for another [`Source`].
    async fn deliver(&self, chat: ChatId, item: &DeliverItem, budget: Duration) -> Result<Delivered, SendError>;

    /// Copies a message of one chat into another, without its sender's name. Returns the copy's id.
    ///
    /// # Errors
    /// See [`SendError`]; [`SendError::Refused`] if the message is gone or of a kind that can't be copied.
    async fn copy(&self, from: ChatId, message: i64, to: ChatId, budget: Duration) -> Result<i64, SendError>;

    /// Shows what the bot is doing, for at most five seconds. Best effort.
    async fn activity(&self, chat: ChatId, activity: Activity);
}

/// A file that a user sent, as Telegram described it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TelegramFile {
    /// For getFile.
    pub file_id: String,
    /// The same file has the same one, whoever sends it.
    pub unique_id: String,
    /// In bytes, if Telegram says.
    pub size: Option<u64>,
    /// By Telegram's word, which is the sender's.
    pub mime: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// In seconds.
    pub duration_s: Option<u32>,
    /// The sender's name for it.
    pub file_name: Option<String>,
}

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileSourceError {
    /// Over the limit (20 MB at the public Bot API server).
    #[error("the file is too large")]
    TooLarge,
    /// Telegram does not have it any more.
    #[error("the file is gone")]
    Gone,
    /// Try again later.
    #[error("not downloaded now: {detail}")]
    Later {
        /// What was seen; holds no token.
        detail: String,
    },
}

/// Fetches the files that users send.
#[async_trait]
pub trait FileSource: Send + Sync {
    /// Writes the bytes of a Telegram file to `to`; returns their number.
    ///
    /// # Errors
    /// See [`FileSourceError`].
    async fn download(
        &self,
        file_id: &str,
        to: &Path,
        bytes_max: u64,
        budget: Duration,
    ) -> Result<u64, FileSourceError>;
}
