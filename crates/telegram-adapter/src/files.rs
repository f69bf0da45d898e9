//! The port [`FileSource`]: a user's file from Telegram to disk.

use std::io;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use domain::ports::{FileSource, FileSourceError};
use frankenstein::AsyncTelegramApi;
use frankenstein::methods::GetFileParams;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::client::Client;
use crate::error::CallError;
use crate::retry::{self, Repeat};
use crate::send::refuses_token;

/// The file will never be had under this id. "wrong file_id or the file is temporarily unavailable" is not among them: it says both.
const GONE: &[&str] =
    &["invalid file_id", "wrong remote file", "wrong file identifier", "FILE_ID_INVALID", "FILE_REFERENCE_EXPIRED"];

/// Fetches users' files. Errors never hold the address, which holds the token.
pub struct TelegramFiles {
    client: Client,
}

impl TelegramFiles {
    /// Over this client. A local Bot API server names absolute paths; they are copied if the server runs on this machine.
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    async fn fetch(&self, file_id: &str, to: &Path, bytes_max: u64, deadline: Instant) -> Result<u64, Failure> {
        let client = self.client.until(deadline);
        let file = client.get_file(&GetFileParams::builder().file_id(file_id).build()).await?.result;
        if file.file_size.is_some_and(|size| size > bytes_max) {
            return Err(Failure::TooLarge);
        }
        // Without a path the file is too large for the server, or not there.
        let path = file.file_path.ok_or(Failure::Gone)?;
        if Path::new(&path).is_absolute() {
            if !client.is_loopback() {
                return Err(Failure::Elsewhere);
            }
            let source = File::open(&path).await.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Failure::Gone,
                kind => Failure::Disk(kind),
            })?;
            return copied(source, to, bytes_max).await;
        }
        let response = client.get_file_path(&path).await?;
        match response.status().as_u16() {
            200 => written(response, to, bytes_max).await,
            404 | 410 => Err(Failure::Gone),
            status => Err(Failure::Call(CallError::Status { status, retry_after: None })),
        }
    }
}

#[async_trait]
impl FileSource for TelegramFiles {
    async fn download(
        &self,
        file_id: &str,
        to: &Path,
        bytes_max: u64,
        budget: Duration,
    ) -> Result<u64, FileSourceError> {
        let deadline = retry::deadline(budget);
        // What can't be helped by a repeat leaves the loop as a success of the loop.
        let fetched = retry::run(Repeat::Harmless, deadline, || async {
            match self.fetch(file_id, to, bytes_max, deadline).await {
                Err(Failure::Call(error)) => Err(error),
                other => Ok(other),
            }
        })
        .await;
        let result = fetched.unwrap_or_else(|error| Err(Failure::Call(error))).map_err(Failure::meaning);
        if result.is_err() {
            // Half a file is of no use; that there is none is as good.
            let _ = tokio::fs::remove_file(to).await;
        }
        let outcome = match &result {
            Ok(_) => "ok",
            Err(FileSourceError::TooLarge) => "too_large",
            Err(FileSourceError::Gone) => "gone",
            Err(FileSourceError::Later { .. }) => "later",
        };
        metrics::counter!("telegram_downloads_total", "outcome" => outcome).increment(1);
        result
    }
}

enum Failure {
    TooLarge,
    Gone,
    /// The server names a path on its own disk, and that is another machine's.
    Elsewhere,
    Disk(io::ErrorKind),
    Call(CallError),
}

impl Failure {
    fn meaning(self) -> FileSourceError {
        let later = |detail: String| FileSourceError::Later { detail };
        match self {
            Self::TooLarge => FileSourceError::TooLarge,
            Self::Gone => FileSourceError::Gone,
            Self::Elsewhere => {
                later("the Bot API server keeps files on another machine; run it without `--local`".to_owned())
            }
            Self::Disk(kind) => later(format!("disk: {kind}")),
            Self::Call(error) if error.says(&["file is too big"]) => FileSourceError::TooLarge,
            Self::Call(error) if error.says(GONE) => FileSourceError::Gone,
            Self::Call(error) => {
                // Told in the log; the download is tried again as after any other failure.
                refuses_token(&error);
                later(error.to_string())
            }
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

fn disk(error: io::Error) -> Failure {
    Failure::Disk(error.kind())
}

async fn written(mut response: reqwest::Response, to: &Path, bytes_max: u64) -> Result<u64, Failure> {
    if response.content_length().is_some_and(|length| length > bytes_max) {
        return Err(Failure::TooLarge);
    }
    let mut file = File::create(to).await.map_err(disk)?;
    let mut count = 0_u64;
    while let Some(chunk) = response.chunk().await.map_err(|error| CallError::from_http(&error))? {
        count = count.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if count > bytes_max {
            return Err(Failure::TooLarge);
        }
        file.write_all(&chunk).await.map_err(disk)?;
    }
    file.flush().await.map_err(disk)?;
    Ok(count)
}

async fn copied(source: File, to: &Path, bytes_max: u64) -> Result<u64, Failure> {
    let mut file = File::create(to).await.map_err(disk)?;
    // One byte more than allowed tells that there is more.
    let count = tokio::io::copy(&mut source.take(bytes_max.saturating_add(1)), &mut file).await.map_err(disk)?;
    if count > bytes_max {
        return Err(Failure::TooLarge);
    }
    file.flush().await.map_err(disk)?;
    Ok(count)
}
