//! The port to KIE.ai.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;

use crate::generation::{Failure, Results};
use crate::ids::{ModelId, TaskId};
use crate::models::ApiFamily;
use crate::money::Credits;

/// What createTask is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRequest {
    /// KIE's id of the model.
    pub model: ModelId,
    /// Which way of the API.
    pub family: ApiFamily,
    /// The path of a dedicated endpoint; the unified family has but one of its own.
    pub path: Option<String>,
    /// The inputs with exact wire types, under the names of that way.
    pub input: serde_json::Map<String, serde_json::Value>,
    /// Where KIE shall call at the end; absent without a public address. It holds the generation's token: never log it.
    pub callback_url: Option<String>,
}

/// What is wrong with our account. Nothing was made; stop selling and tell the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountTrouble {
    /// 401: the key is wrong, or this address is not allowed.
    KeyRefused,
    /// 402: no credits left.
    OutOfCredits,
    /// 433: this key's own cap is used up.
    KeyCapReached,
}

/// Why createTask gave no task, by what the caller does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// Surely nothing was made (429, 550, connection refused): queue it again.
    #[error("nothing was made: {detail}")]
    NotMade {
        /// When to try again, if KIE said so.
        retry_after: Option<Duration>,
        /// KIE's code and words.
        detail: String,
    },
    /// 455: KIE is under maintenance, nothing was made: queue it again, and sell nothing meanwhile.
    #[error("kie is under maintenance: {detail}")]
    Maintenance {
        /// When to try again, if KIE said so.
        retry_after: Option<Duration>,
        /// KIE's code and words.
        detail: String,
    },
    /// 451: an input's link could not be fetched; upload the inputs again, once.
    #[error("an input could not be fetched: {detail}")]
    InputDied {
        /// KIE's words.
        detail: String,
    },
    /// A definite no; the generation fails with this.
    #[error("refused: {:?} {}", .0.reason, .0.detail.as_deref().unwrap_or(""))]
    Refused(Failure),
    /// Our account; nothing was made.
    #[error("account trouble: {0:?}")]
    Account(AccountTrouble),
    /// A task may or may not have been made (time-out, 5xx or nonsense after sending): never send again.
    #[error("the outcome is unknown: {detail}")]
    Unknown {
        /// What was seen.
        detail: String,
    },
}

/// What recordInfo says of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskReport {
    /// Where the task is.
    pub status: TaskStatus,
    /// What KIE took, once it says so.
    pub cost: Option<Credits>,
    /// The callback address that createTask got, as KIE repeats it in `param`; proves whose task it is.
    pub callback_url: Option<String>,
    /// From start to end in milliseconds, from KIE's own timestamps.
    pub took_ms: Option<i64>,
}

/// Where a task is.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskStatus {
    /// Not at its end; every unknown word counts as this.
    Running,
    /// At its end with results.
    Succeeded(Results),
    /// At its end without.
    Failed(Failure),
}

/// Why recordInfo gave no report, by what the caller does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// "recordInfo is null": unknown, or made just now; allow a grace of a minute before it counts as lost.
    #[error("the task is unknown")]
    UnknownTask,
    /// Ask again later: network, 429, 455, 5xx, nonsense. Never a failed generation.
    #[error("no answer now: {detail}")]
    Later {
        /// When, if KIE said so.
        retry_after: Option<Duration>,
        /// What was seen.
        detail: String,
    },
    /// Our account; ask again when the owner has mended it.
    #[error("account trouble: {0:?}")]
    Account(AccountTrouble),
}

/// Why an upload gave no link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// Try again later.
    #[error("no upload now: {detail}")]
    Later {
        /// When, if KIE said so.
        retry_after: Option<Duration>,
        /// What was seen.
        detail: String,
    },
    /// The file will never be taken.
    #[error("the file is refused: {detail}")]
    Refused {
        /// KIE's words.
        detail: String,
    },
    /// Our account.
    #[error("account trouble: {0:?}")]
    Account(AccountTrouble),
}

/// Why a result's bytes could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// More bytes than the caller takes.
    #[error("the result is too large")]
    TooLarge,
    /// 404, 410 or an address that we must not fetch from.
    #[error("the result is gone: {detail}")]
    Gone {
        /// What was seen.
        detail: String,
    },
    /// Try again later.
    #[error("not fetched now: {detail}")]
    Later {
        /// What was seen.
        detail: String,
    },
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its public address, alive for about 24 hours.
    pub url: String,
}

/// KIE.ai. Every call ends within `budget`, retries and waits included.
#[async_trait]
pub trait Generator: Send + Sync {
    /// Asks KIE to make something. Sent once: never resent when the outcome is unknown.
    ///
    /// # Errors
    /// See [`CreateError`]; everything but [`CreateError::Unknown`] means that surely no task was made.
    async fn create(&self, request: &CreateRequest, budget: Duration) -> Result<TaskId, CreateError>;

    /// Asks where a task of that family is. May be repeated freely.
    ///
    /// # Errors
    /// See [`QueryError`]; none of them means that the task failed.
    async fn query(&self, task: &TaskId, family: ApiFamily, budget: Duration) -> Result<TaskReport, QueryError>;

    /// How long nothing new is asked of that family, since it does not answer; `None` = [`create`](Self::create) asks. Of memory only, and of this
    /// process.
    fn rests(&self, _family: ApiFamily) -> Option<Duration> {
        None
    }

    /// Uploads a file under `name`, which must be unique (KIE serves the old bytes of a repeated name).
    ///
    /// # Errors
    /// See [`UploadError`].
    async fn upload(&self, file: &Path, name: &str, budget: Duration) -> Result<Uploaded, UploadError>;

    /// The credits left on our account.
    ///
    /// # Errors
    /// See [`QueryError`].
    async fn credits(&self, budget: Duration) -> Result<Credits, QueryError>;

    /// Writes the bytes of a result to `to` and returns their number. The address must be https at a public address, or at a host that the
    /// configuration names; redirects are held to the same rule.
    ///
    /// # Errors
    /// See [`FetchError`].
    async fn fetch_result(&self, url: &str, to: &Path, bytes_max: u64, budget: Duration) -> Result<u64, FetchError>;

    /// Writes the bytes behind an address that a user named to `to` and returns their number. The address must be https at a public address,
    /// whatever the configuration names; redirects are held to the same rule.
    ///
    /// # Errors
    /// See [`FetchError`].
    async fn fetch_link(&self, url: &str, to: &Path, bytes_max: u64, budget: Duration) -> Result<u64, FetchError>;
}
