//! Preparing an input file: its bytes are fetched, looked at and uploaded to KIE, and what became of it is stored, so that the wizard knows
//! what it is before anybody pays, and createTask only needs its address.
//!
//! Invariants
//! - No address of Telegram's leaves the process: the bytes are fetched by us and uploaded under a name of our own.
//! - A link that a user named is https at a public address, or it is not fetched: the port sees to that.
//! - Twice is once: the second run finds the file settled, or settles it with the same bytes under another name.
//! - It ends: after [`TRIES_MAX`] tries or [`WAIT_MAX`] the user is told, and may send the file again.

use std::path::Path;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::InputId;
use domain::models::{Media, MediaFacts};
use domain::ports::{
    AccountTrouble, FetchError, FileSourceError, InputChange, InputFault, InputFile, InputSource, InputState, JobKey,
    LeaseOutcome, ProbeError, Schedule, StoreResult, UploadError,
};
use tokio::time::Instant;

use super::Attempt;
use crate::service::App;

/// The public Bot API server hands out files up to this size (core.telegram.org/bots/api#getfile).
const TELEGRAM_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// From an address we take as much as KIE advises for files that it shall fetch itself (facts: 100 MB); no model takes more.
const LINK_BYTES_MAX: u64 = 100 * 1000 * 1000;
/// With the waits between them (1, 2, 4, 8, 16 s) half a minute: whoever sent a file looks at the chat for about so long.
const TRIES_MAX: i64 = 6;
/// A link that does not answer is more often wrong than late; the user has it at hand and can correct it.
const LINK_TRIES_MAX: i64 = 3;
/// A price lives for so long; after that the user has gone on. Only what can't be told by tries is held to it: trouble of our account.
const WAIT_MAX: Duration = Duration::from_secs(15 * 60);
/// The owners have to mend the account; asking more often helps nobody.
const ACCOUNT_WAIT: Duration = Duration::from_secs(60);

/// A file that KIE has.
#[derive(Clone)]
pub(super) struct Ready {
    /// What it is, by its own bytes.
    facts: MediaFacts,
    /// Its address at KIE.
    pub(super) url: String,
    uploaded_at: Timestamp,
}

impl From<Ready> for InputState {
    fn from(ready: Ready) -> Self {
        Self::Ready { facts: ready.facts, url: ready.url, uploaded_at: ready.uploaded_at }
    }
}

/// Why a file is not at KIE.
pub(super) enum Unprepared {
    /// It can't be used.
    Never {
        /// What the user is told.
        fault: InputFault,
        /// What was seen; no user's words, no address.
        detail: String,
    },
    /// Not now.
    Later {
        /// When, if somebody said so.
        retry_after: Option<Duration>,
        /// What the user is told if it stays so.
        fault: InputFault,
        /// What was seen.
        detail: String,
    },
    /// KIE refuses our account.
    Account(AccountTrouble),
}

fn never(fault: InputFault, detail: impl Into<String>) -> Unprepared {
    Unprepared::Never { fault, detail: detail.into() }
}

fn later(fault: InputFault, detail: impl Into<String>) -> Unprepared {
    Unprepared::Later { retry_after: None, fault, detail: detail.into() }
}

impl App {
    pub(super) async fn prepare_input(&self, attempt: &Attempt) -> StoreResult<()> {
        let id = InputId::from_bytes(attempt.lease.key.subject);
        let file = self.store.inputs(&[id]).await?.pop();
        // Settled already, or its user was forgotten meanwhile.
        let Some(file) = file.filter(|file| file.state == InputState::Pending) else {
            return self.finish(attempt).await;
        };
        let Some(left) = attempt.remaining(self.now()) else {
            return self.again(attempt, Duration::ZERO).await.map(drop);
        };
        let state = match self.prepare(&id.to_string(), &file.source, left).await {
            Ok(ready) => ready.into(),
            Err(Unprepared::Never { fault, detail }) => {
                tracing::info!(input = %id, ?fault, detail, "an input file can't be used");
                InputState::Refused { reason: fault }
            }
            Err(Unprepared::Later { fault, detail, .. }) if attempt.lease.attempts >= tries_max(&file.source) => {
                tracing::warn!(input = %id, ?fault, detail, "an input file could not be had; its user is told");
                InputState::Refused { reason: fault }
            }
            Err(Unprepared::Later { retry_after, detail, .. }) => {
                tracing::info!(input = %id, detail, "an input file has to wait");
                let wait = retry_after.unwrap_or_else(|| attempt.backoff());
                return self.again(attempt, wait).await.map(drop);
            }
            Err(Unprepared::Account(trouble)) => {
                self.account_trouble(trouble).await?;
                if self.now().since(file.at) < WAIT_MAX {
                    return self.progress(attempt, ACCOUNT_WAIT).await.map(drop);
                }
                InputState::Refused { reason: InputFault::Refused }
            }
        };
        self.settle_input(attempt, &file, state).await
    }

    /// Stores what became of a file, and lets the conversation that waits for it go on.
    async fn settle_input(&self, attempt: &Attempt, file: &InputFile, state: InputState) -> StoreResult<()> {
        metrics::counter!("inputs_total", "outcome" => outcome(&state)).increment(1);
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        change.inputs.push(InputChange::Settle { id: file.id, state });
        change.schedule.push(Schedule::new(JobKey::wake(file.user), change.at));
        self.commit_step(&change).await.map(drop)
    }

    /// Fetches, looks and uploads within `budget`. `name` tells one file from another and goes to KIE.
    pub(super) async fn prepare(
        &self,
        name: &str,
        source: &InputSource,
        budget: Duration,
    ) -> Result<Ready, Unprepared> {
        let until = Instant::now() + budget;
        let left = || until.saturating_duration_since(Instant::now());
        let folder =
            tempfile::tempdir().map_err(|error| later(InputFault::Refused, format!("a temporary folder: {error}")))?;
        let path = folder.path().join("input");
        self.fetch_input(source, &path, left() / 2).await?;
        let facts = self.prober.probe(&path).await.map_err(|error| match error {
            ProbeError::UnknownKind => never(InputFault::UnknownKind, "no known kind"),
            ProbeError::Damaged { detail } => never(InputFault::Damaged, detail),
            ProbeError::Disk { detail } => later(InputFault::Refused, detail),
        })?;
        // Unique per upload: KIE serves the old bytes of a repeated name.
        let uploaded_at = self.now();
        let name = format!("{name}-{}.{}", uploaded_at.as_micros(), extension(&facts));
        let uploaded = self.generator.upload(&path, &name, left()).await.map_err(|error| match error {
            UploadError::Later { retry_after, detail } => {
                Unprepared::Later { retry_after, fault: InputFault::Refused, detail }
            }
            UploadError::Refused { detail } => never(InputFault::Refused, detail),
            UploadError::Account(trouble) => Unprepared::Account(trouble),
        })?;
        Ok(Ready { facts, url: uploaded.url, uploaded_at })
    }

    /// Writes the bytes of a file to `to`.
    async fn fetch_input(&self, source: &InputSource, to: &Path, budget: Duration) -> Result<(), Unprepared> {
        match source {
            InputSource::Telegram { file_id } => self.fetch_sent(file_id, to, budget).await,
            InputSource::Link { url } => {
                let fetched = self.generator.fetch_link(url, to, LINK_BYTES_MAX, budget).await;
                fetched.map(drop).map_err(|error| unfetched(error, InputFault::BadLink))
            }
            InputSource::Result { url, file_id: None, .. } => self.fetch_made(url, to, budget).await,
            InputSource::Result { url, file_id: Some(file_id), .. } => {
                // KIE's own bytes are the best there are, as long as they are there; Telegram's copy stays for ever.
                if self.fetch_made(url, to, budget / 2).await.is_ok() {
                    return Ok(());
                }
                self.fetch_sent(file_id, to, budget / 2).await
            }
        }
    }

    async fn fetch_sent(&self, file_id: &str, to: &Path, budget: Duration) -> Result<(), Unprepared> {
        match self.files.download(file_id, to, TELEGRAM_BYTES_MAX, budget).await {
            Ok(_) => Ok(()),
            Err(FileSourceError::TooLarge) => Err(never(InputFault::TooLarge, "more than telegram hands out")),
            Err(FileSourceError::Gone) => Err(never(InputFault::Gone, "telegram does not have it")),
            Err(FileSourceError::Later { detail }) => Err(later(InputFault::Gone, detail)),
        }
    }

    async fn fetch_made(&self, url: &str, to: &Path, budget: Duration) -> Result<(), Unprepared> {
        let fetched = self.generator.fetch_result(url, to, LINK_BYTES_MAX, budget).await;
        fetched.map(drop).map_err(|error| unfetched(error, InputFault::Gone))
    }
}

fn unfetched(error: FetchError, fault: InputFault) -> Unprepared {
    match error {
        FetchError::TooLarge => never(InputFault::TooLarge, "more than we take from an address"),
        FetchError::Gone { detail } => never(fault, detail),
        FetchError::Later { detail } => later(fault, detail),
    }
}

const fn tries_max(source: &InputSource) -> i64 {
    match source {
        InputSource::Link { .. } => LINK_TRIES_MAX,
        InputSource::Telegram { .. } | InputSource::Result { .. } => TRIES_MAX,
    }
}

const fn outcome(state: &InputState) -> &'static str {
    match state {
        InputState::Pending => "pending",
        InputState::Ready { .. } => "ready",
        InputState::Refused { .. } => "refused",
    }
}

/// KIE reads a file's kind from its name.
fn extension(facts: &MediaFacts) -> &'static str {
    match facts.mime.as_deref() {
        Some("image/jpeg") => "jpg",
        Some("image/png") => "png",
        Some("image/webp") => "webp",
        Some("image/gif") => "gif",
        Some("image/bmp") => "bmp",
        Some("image/tiff") => "tiff",
        Some("image/heic") => "heic",
        Some("image/heif") => "heif",
        Some("image/avif") => "avif",
        Some("video/mp4") => "mp4",
        Some("video/quicktime") => "mov",
        Some("video/3gpp" | "audio/3gpp") => "3gp",
        Some("video/x-matroska") => "mkv",
        Some("audio/x-matroska") => "mka",
        Some("video/webm" | "audio/webm") => "webm",
        Some("video/x-msvideo") => "avi",
        Some("audio/mp4") => "m4a",
        Some("audio/mpeg") => "mp3",
        Some("audio/aac") => "aac",
        Some("audio/wav" | "audio/x-wav") => "wav",
        Some("audio/ogg") => "ogg",
        Some("audio/flac") => "flac",
        Some("application/pdf") => "pdf",
        _ => match facts.media {
            Media::Image => "jpg",
            Media::Video => "mp4",
            Media::Audio => "mp3",
            Media::Document => "bin",
        },
    }
}
