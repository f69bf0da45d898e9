//! One way out: pace, repeats and what a refusal means.

use std::future::Future;
use std::time::Duration;

use domain::ids::ChatId;
use domain::ports::SendError;
use tokio::time::Instant;

use crate::client::Client;
use crate::error::CallError;
use crate::pace::{Pace, Pacer};
use crate::retry::{self, Repeat};

/// Wait after which a wrong token is tried again: only a human can mend it.
pub(crate) const TOKEN_WAIT: Duration = Duration::from_secs(60);

/// Makes calls that a user sees.
pub(crate) struct Sender {
    client: Client,
    pacer: Pacer,
}

impl Sender {
    pub(crate) fn new(client: Client, pace: Pace) -> Self {
        Self { client, pacer: Pacer::new(pace) }
    }

    /// The client whose calls end at this moment.
    pub(crate) fn client(&self, deadline: Instant) -> Client {
        self.client.until(deadline)
    }

    /// Makes a call into a chat: waits for its turn, keeps a flood wait, repeats what may be repeated, all before the deadline.
    pub(crate) async fn in_chat<T, A, F>(
        &self,
        chat: ChatId,
        repeat: Repeat,
        deadline: Instant,
        attempt: A,
    ) -> Result<T, CallError>
    where
        A: Fn() -> F,
        F: Future<Output = Result<T, CallError>>,
    {
        retry::run(repeat, deadline, || async {
            self.pacer.turn(chat, deadline).await?;
            let result = attempt().await;
            if let Err(error @ CallError::Refused { code: 429, .. }) = &result
                && let Some(wait) = error.retry_after()
            {
                self.pacer.hold(chat, wait);
            }
            result
        })
        .await
    }

    /// Takes a turn for a call that is not worth a wait, if one is free.
    pub(crate) fn take_turn_now(&self, chat: ChatId) -> bool {
        self.pacer.take_turn_now(chat)
    }
}

/// The user is gone, said with 400.
const GONE: &[&str] = &[
    "chat not found",
    "user is deactivated",
    "INPUT_USER_DEACTIVATED",
    "USER_IS_BLOCKED",
    "PEER_ID_INVALID",
    "user not found",
];

/// Another source, or a link in place of the file, may do. The last three are about a picture's form rather than its size: every source has
/// it, so the caller ends with a link, which is better than nothing.
const OTHER_SOURCE: &[&str] = &[
    "file is too big",
    "wrong file identifier/HTTP URL specified",
    "wrong remote file",
    "wrong file_id",
    "invalid file_id",
    "can't use file of type",
    "failed to get HTTP URL content",
    "wrong type of the web page content",
    "WEBPAGE_CURL_FAILED",
    "WEBPAGE_MEDIA_EMPTY",
    "EXTERNAL_URL_INVALID",
    "FILE_REFERENCE_EXPIRED",
    "MEDIA_EMPTY",
    "IMAGE_PROCESS_FAILED",
    "PHOTO_INVALID_DIMENSIONS",
    "PHOTO_SAVE_FILE_INVALID",
];

/// The message can't be edited, now or ever.
const MESSAGE_GONE: &[&str] = &[
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message identifier is not specified",
    "MESSAGE_ID_INVALID",
];

/// The edit would change nothing.
const NOT_MODIFIED: &[&str] = &["message is not modified", "MESSAGE_NOT_MODIFIED"];

/// The press or the payment is too old to be answered.
const QUERY_GONE: &[&str] = &["query is too old", "query ID is invalid", "QUERY_ID_INVALID"];

/// Whether Telegram does not take the bot token, which is also told to whoever reads the log: only they can mend it.
pub(crate) fn refuses_token(error: &CallError) -> bool {
    let refused = matches!(error.code(), Some(401 | 404));
    if refused {
        tracing::error!("Telegram refuses the bot token: compare TELEGRAM_BOT_TOKEN with @BotFather");
    }
    refused
}

/// What a failed call means for the caller of the port.
pub(crate) fn send_error(error: CallError) -> SendError {
    match &error {
        _ if refuses_token(&error) => {
            let detail = "the bot token is refused".to_owned();
            SendError::Later { retry_after: Some(TOKEN_WAIT), unsent: true, detail }
        }
        CallError::Refused { code: 403, .. } => SendError::ChatGone,
        CallError::Refused { code: 413, .. } | CallError::Status { status: 413, .. } => SendError::TooLarge,
        _ if error.says(GONE) => SendError::ChatGone,
        _ if error.says(OTHER_SOURCE) => SendError::TooLarge,
        CallError::Refused { code: 400..=408 | 410..=428 | 430..=499, description, .. } => {
            SendError::Refused { description: description.clone() }
        }
        CallError::Parameters => SendError::Refused { description: error.to_string() },
        _ => SendError::Later {
            retry_after: error.retry_after(),
            unsent: error.is_surely_not_done(),
            detail: error.to_string(),
        },
    }
}

/// What a failed edit means; `None` = it stands as wanted.
pub(crate) fn edit_error(error: CallError) -> Option<SendError> {
    match error {
        _ if error.says(NOT_MODIFIED) => None,
        _ if error.says(MESSAGE_GONE) => Some(SendError::MessageGone),
        error => Some(send_error(error)),
    }
}

/// What a failed answer to a press means; `None` = nobody waits for it any more.
pub(crate) fn answer_error(error: CallError) -> Option<SendError> {
    if error.says(QUERY_GONE) { None } else { Some(send_error(error)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(code: u16, description: &str) -> SendError {
        send_error(CallError::refused(code, description, None))
    }

    #[test]
    fn every_refusal_means_one_thing_to_the_caller() {
        for (code, words) in [
            (403, "Forbidden: bot was blocked by the user"),
            (403, "Forbidden: user is deactivated"),
            (403, "Forbidden: bot can't initiate conversation with a user"),
            (400, "Bad Request: chat not found"),
            (400, "Bad Request: user is deactivated"),
            (400, "Bad Request: PEER_ID_INVALID"),
        ] {
            assert_eq!(meaning(code, words), SendError::ChatGone, "{words}");
        }
        for (code, words) in [
            (413, "Request Entity Too Large"),
            (400, "Bad Request: file is too big"),
            (400, "Bad Request: wrong file identifier/HTTP URL specified"),
            (400, "Bad Request: failed to get HTTP URL content"),
            (400, "Bad Request: failed to send message #1 with the error message \"WEBPAGE_CURL_FAILED\""),
            (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ] {
            assert_eq!(meaning(code, words), SendError::TooLarge, "{words}");
        }
        let words = "Bad Request: can't parse entities";
        assert_eq!(meaning(400, words), SendError::Refused { description: words.to_owned() });
        for (code, words) in
            [(401, "Unauthorized"), (404, "Not Found"), (409, "Conflict"), (429, "Flood"), (500, "Oops")]
        {
            assert!(matches!(meaning(code, words), SendError::Later { .. }), "{words}");
        }
        let gateway = send_error(CallError::Status { status: 502, retry_after: Some(Duration::from_secs(3)) });
        let wanted = Duration::from_secs(3);
        assert!(
            matches!(gateway, SendError::Later { retry_after: Some(wait), unsent: false, .. } if wait == wanted),
            "it may have come after the deed"
        );
        let flood = send_error(CallError::refused(429, "Too Many Requests", Some(wanted)));
        assert!(matches!(flood, SendError::Later { retry_after: Some(wait), unsent: true, .. } if wait == wanted));
        let missing = send_error(CallError::File(std::io::ErrorKind::NotFound));
        assert!(matches!(missing, SendError::Later { .. }), "the next attempt fetches the file anew");
    }

    #[test]
    fn edits_and_answers_that_came_too_late_are_no_errors() {
        let edit = |words: &str| edit_error(CallError::refused(400, words, None));
        let same =
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same";
        assert_eq!(edit(same), None);
        for words in ["message to edit not found", "message can't be edited", "there is no text in the message to edit"]
        {
            assert_eq!(edit(&format!("Bad Request: {words}")), Some(SendError::MessageGone));
        }
        assert_eq!(edit("Bad Request: chat not found"), Some(SendError::ChatGone));
        let old = "Bad Request: query is too old and response timeout expired or query ID is invalid";
        assert_eq!(answer_error(CallError::refused(400, old, None)), None);
        assert!(answer_error(CallError::refused(400, "Bad Request: MESSAGE_TOO_LONG", None)).is_some());
    }
}
