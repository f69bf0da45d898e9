//! Why a call failed, by what the caller does.

use std::error::Error;
use std::time::Duration;

/// Telegram's words are kept up to this many characters: enough for every known refusal, and a stranger's page stays out of logs.
const DESCRIPTION_CHARS_MAX: usize = 300;

/// Why a call of the Bot API failed. Holds neither the token nor anything that we sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Telegram understood the call and said no.
    #[error("telegram refused with `{code}`: {description}")]
    Refused {
        /// `error_code`, or the HTTP status if it is missing.
        code: u16,
        /// Telegram's words, bounded.
        description: String,
        /// `parameters.retry_after`, or the header of that name.
        retry_after: Option<Duration>,
    },
    /// An HTTP error that is not Telegram's: the page of a proxy, mostly 502 to 504.
    #[error("http status `{status}` in place of telegram's answer")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The header of that name.
        retry_after: Option<Duration>,
    },
    /// No connection was made, or no time was left to begin: surely nothing was done.
    #[error("telegram was not reached: {detail}")]
    Unreached {
        /// What was seen.
        detail: String,
    },
    /// Our own pace, or an earlier 429, leaves no room within the budget: surely nothing was done.
    #[error("not sent: the pace demands a wait of {} ms", wait.as_millis())]
    Paced {
        /// For how long.
        wait: Duration,
    },
    /// The call may have taken effect, but its answer did not come, or was cut.
    #[error("the answer was lost: {detail}")]
    Lost {
        /// What was seen.
        detail: String,
    },
    /// The call **has** taken effect (`ok: true`), but its result has an unknown form.
    #[error("telegram did it, but its result can't be read at line {line}, column {column}")]
    Unreadable {
        /// Of the answer.
        line: usize,
        /// Of that line.
        column: usize,
    },
    /// A file to be uploaded can't be opened; nothing was sent.
    #[error("the file to upload can't be read: {0}")]
    File(std::io::ErrorKind),
    /// The parameters have no JSON form, a path that is no Unicode say: a defect. Nothing was sent.
    #[error("the parameters can't be written as JSON")]
    Parameters,
}

impl CallError {
    pub(crate) fn refused(code: u16, description: &str, retry_after: Option<Duration>) -> Self {
        Self::Refused { code, description: bounded(description), retry_after }
    }

    /// From the HTTP client; only the innermost cause is told, since the outer ones name the address.
    pub(crate) fn from_http(error: &reqwest::Error) -> Self {
        let mut cause: &dyn Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let is_outermost = error.source().is_none();
        let words = if is_outermost { "no further cause".to_owned() } else { bounded(&cause.to_string()) };
        let kind = match () {
            () if error.is_timeout() => "time-out",
            () if error.is_connect() => "connection",
            () if error.is_body() || error.is_decode() => "body",
            () => "request",
        };
        let detail = format!("{kind}: {words}");
        if error.is_connect() || error.is_builder() { Self::Unreached { detail } } else { Self::Lost { detail } }
    }

    /// Whether surely nothing was done, so that a repeat can't double anything.
    pub fn is_surely_not_done(&self) -> bool {
        match self {
            Self::Unreached { .. } | Self::Paced { .. } | Self::File(_) | Self::Parameters => true,
            // An inner error of Telegram's may have come after the deed.
            Self::Refused { code, .. } => *code < 500,
            Self::Status { status, .. } => *status < 500,
            Self::Lost { .. } | Self::Unreadable { .. } => false,
        }
    }

    /// Whether the same call may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused { code, .. } => *code == 429 || *code >= 500,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Unreached { .. } | Self::Lost { .. } => true,
            Self::Paced { .. } | Self::Unreadable { .. } | Self::File(_) | Self::Parameters => false,
        }
    }

    /// How long to wait before the next try, if that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } | Self::Status { retry_after, .. } => *retry_after,
            Self::Paced { wait } => Some(*wait),
            _ => None,
        }
    }

    /// Telegram's code if it refused.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether Telegram refused with one of these phrases, whatever their case.
    pub(crate) fn says(&self, phrases: &[&str]) -> bool {
        let Self::Refused { description, .. } = self else { return false };
        let description = description.to_lowercase();
        phrases.iter().any(|phrase| description.contains(&phrase.to_lowercase()))
    }

    /// The variant as a metric's label; a bounded set.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Refused { code: 400, .. } => "bad_request",
            Self::Refused { code: 401 | 404, .. } => "bad_token",
            Self::Refused { code: 403, .. } => "forbidden",
            Self::Refused { code: 409, .. } => "conflict",
            Self::Refused { code: 413, .. } => "too_large",
            Self::Refused { code: 429, .. } => "flood",
            Self::Refused { code: 500.., .. } => "server_error",
            Self::Refused { .. } => "refused",
            Self::Status { .. } => "http_status",
            Self::Unreached { .. } => "unreached",
            Self::Paced { .. } => "paced",
            Self::Lost { .. } => "lost",
            Self::Unreadable { .. } => "unreadable",
            Self::File(_) => "file",
            Self::Parameters => "parameters",
        }
    }
}

fn bounded(words: &str) -> String {
    match words.char_indices().nth(DESCRIPTION_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_between_characters() {
        let error = CallError::refused(400, &"ы".repeat(1000), None);
        let CallError::Refused { description, .. } = error else { panic!("{error:?}") };
        assert_eq!(description.chars().count(), DESCRIPTION_CHARS_MAX + 1);
        assert!(
            CallError::refused(400, "Bad Request: MESSAGE is not MODIFIED", None).says(&["message is not modified"])
        );
    }

    #[test]
    fn what_may_be_repeated_follows_from_what_is_known() {
        let lost = CallError::Lost { detail: String::new() };
        assert!(lost.is_transient() && !lost.is_surely_not_done());
        let flood = CallError::refused(429, "Too Many Requests", Some(Duration::from_secs(3)));
        assert!(flood.is_transient() && flood.is_surely_not_done());
        let gateway = CallError::Status { status: 502, retry_after: None };
        assert!(gateway.is_transient() && !gateway.is_surely_not_done());
        let server = CallError::refused(500, "Internal Server Error", None);
        assert!(server.is_transient() && !server.is_surely_not_done());
        assert!(!CallError::Unreadable { line: 1, column: 2 }.is_transient());
    }
}
