//! The credits left on our account.

use domain::money::Credits;
use domain::ports::{AccountTrouble, QueryError};

use crate::decimal;
use crate::reply::{Code, Reply};
use crate::transport::Fault;

/// Where the credits are asked for.
pub(crate) const CREDITS_PATH: &str = "/api/v1/chat/credit";

/// What an answer about the credits means: `data` is a bare number.
pub(crate) fn judge_credits(answer: Result<Reply, Fault>) -> Result<Credits, QueryError> {
    let reply = answer.map_err(|fault| QueryError::Later { retry_after: None, detail: fault.detail })?;
    let later = |detail| QueryError::Later { retry_after: reply.retry_after, detail };
    match reply.code {
        Code::Said(200) | Code::Status(200) => match decimal::scaled(&reply.data, 6) {
            Some(credits) => Ok(Credits::from_raw(credits)),
            None => Err(later(format!("{} without a number", reply.detail()))),
        },
        Code::Said(401 | 403) | Code::Status(401 | 403) => Err(QueryError::Account(AccountTrouble::KeyRefused)),
        Code::Said(402) | Code::Status(402) => Err(QueryError::Account(AccountTrouble::OutOfCredits)),
        Code::Said(433) | Code::Status(433) => Err(QueryError::Account(AccountTrouble::KeyCapReached)),
        Code::Said(_) | Code::Status(_) | Code::Nonsense => Err(later(reply.detail())),
    }
}
