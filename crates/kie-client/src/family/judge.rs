//! What each code of an answer means: the table of all families, and where a family's own codes come first.

use domain::generation::{Failure, FailureReason};
use domain::ids::TaskId;
use domain::ports::{AccountTrouble, CreateError, QueryError, TaskReport, TaskStatus};
use serde::Deserialize;
use serde_json::Value;

use super::dialect::{Dialect, NotCreated};
use super::record;
use crate::reply::{Code, Reply};
use crate::retry::Verdict;
use crate::transport::Fault;
use crate::wire::Created;
use crate::words;

/// A longer text is no id but nonsense, and would be stored with every generation.
const TASK_ID_BYTES_MAX: usize = 256;

/// What an answer to a creation means.
pub(super) fn creation(reply: &Reply, dialect: &Dialect) -> Result<TaskId, CreateError> {
    let detail = reply.detail();
    let not_made = |detail| CreateError::NotMade { retry_after: reply.retry_after, detail };
    let refused = |reason, detail| CreateError::Refused(Failure { reason, detail: Some(detail) });
    let said = words::reason(&reply.words);
    let (Code::Said(code) | Code::Status(code)) = reply.code else {
        return Err(CreateError::Unknown { detail });
    };
    if let Some((_, meaning)) = dialect.create_codes.iter().find(|(own, _)| *own == code) {
        return Err(match meaning {
            NotCreated::Later => not_made(detail),
            NotCreated::Refused(reason) => refused(said.unwrap_or(*reason), detail),
        });
    }
    Err(match code {
        200 => match task_id(&reply.data) {
            Some(task) => return Ok(task),
            None => CreateError::Unknown { detail: format!("{detail} without a task id") },
        },
        429 | 550 => not_made(detail),
        455 => CreateError::Maintenance { retry_after: reply.retry_after, detail },
        // A redirect is not followed, so nobody read the request; the configured address is to be mended.
        300..=399 => not_made(format!("{detail} (a redirect: is the API address right?)")),
        451 => CreateError::InputDied { detail },
        401 | 403 => CreateError::Account(AccountTrouble::KeyRefused),
        402 => CreateError::Account(AccountTrouble::OutOfCredits),
        433 => CreateError::Account(AccountTrouble::KeyCapReached),
        400 | 413 | 422 => refused(said.unwrap_or(FailureReason::InputsRefused), detail),
        404 | 405 | 505 => refused(FailureReason::ModelUnavailable, detail),
        408 | 501 | 531 => refused(said.unwrap_or(FailureReason::ProviderFailed), detail),
        // KIE refuses inputs and paused models with 500 as well; only its words tell.
        500 if words::out_of_credits(&reply.words) => CreateError::Account(AccountTrouble::OutOfCredits),
        500 => match said {
            Some(reason) => refused(reason, detail),
            None => CreateError::Unknown { detail },
        },
        _ => CreateError::Unknown { detail },
    })
}

fn task_id(data: &Value) -> Option<TaskId> {
    let id = data.is_object().then(|| Created::deserialize(data).ok()).flatten()?.task_id?;
    (id.len() <= TASK_ID_BYTES_MAX).then_some(TaskId(id))
}

/// What an answer about a task means.
pub(super) fn query(reply: &Reply, task: &TaskId, dialect: &Dialect) -> Result<TaskReport, QueryError> {
    let later = |detail| QueryError::Later { retry_after: reply.retry_after, detail };
    let said = reply.words.to_lowercase();
    if ["recordinfo is null", "record is null"].iter().any(|words| said.contains(words)) {
        return Err(QueryError::UnknownTask);
    }
    let record = record::read(&reply.data);
    let detail = || reply.detail_without(&record.as_ref().map(record::secrets).unwrap_or_default());
    match reply.code {
        // The older families tell a task that nobody knows with 200 and without data.
        Code::Said(200) if reply.data.is_null() => Err(QueryError::UnknownTask),
        Code::Said(200) | Code::Status(200) => match &record {
            Some(record) if record.task_id.as_ref().is_none_or(|id| *id == task.0) => {
                Ok(record::report(record, reply, dialect))
            }
            Some(_) => Err(later("the answer is about another task".to_owned())),
            None => Err(later(format!("{} without a record", detail()))),
        },
        // Only KIE itself can say these of a task; a gateway's page with the same status says nothing.
        Code::Said(404 | 422) => Err(QueryError::UnknownTask),
        Code::Said(code) if dialect.failed_codes.contains(&code) => Ok(failed(reply, detail())),
        Code::Said(401 | 403) | Code::Status(401 | 403) => Err(QueryError::Account(AccountTrouble::KeyRefused)),
        Code::Said(402) | Code::Status(402) => Err(QueryError::Account(AccountTrouble::OutOfCredits)),
        Code::Said(433) | Code::Status(433) => Err(QueryError::Account(AccountTrouble::KeyCapReached)),
        Code::Said(_) | Code::Status(_) | Code::Nonsense => Err(later(detail())),
    }
}

fn failed(reply: &Reply, detail: String) -> TaskReport {
    let reason = words::reason(&reply.words).unwrap_or(FailureReason::ProviderFailed);
    let failure = Failure { reason, detail: Some(detail) };
    TaskReport { status: TaskStatus::Failed(failure), cost: None, callback_url: None, took_ms: None }
}

impl From<Fault> for CreateError {
    fn from(Fault { sent, detail, .. }: Fault) -> Self {
        if sent { Self::Unknown { detail } } else { Self::NotMade { retry_after: None, detail } }
    }
}

impl From<Fault> for QueryError {
    fn from(Fault { detail, .. }: Fault) -> Self {
        Self::Later { retry_after: None, detail }
    }
}

impl Verdict for CreateError {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::NotMade { .. } | Self::Maintenance { .. })
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::NotMade { retry_after, .. } | Self::Maintenance { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    fn label(&self) -> &'static str {
        match self {
            Self::NotMade { .. } => "not_made",
            Self::Maintenance { .. } => "maintenance",
            Self::InputDied { .. } => "input_died",
            Self::Refused(_) => "refused",
            Self::Account(_) => "account",
            Self::Unknown { .. } => "unknown",
        }
    }
}

impl Verdict for QueryError {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::Later { .. })
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        if let Self::Later { retry_after, .. } = self { *retry_after } else { None }
    }

    fn label(&self) -> &'static str {
        match self {
            Self::UnknownTask => "unknown_task",
            Self::Later { .. } => "later",
            Self::Account(_) => "account",
        }
    }
}
