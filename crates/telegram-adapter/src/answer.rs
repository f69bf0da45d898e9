//! What an HTTP answer of the Bot API says: a lenient envelope first, the result after it.
//!
//! The envelope is read field by field, so that a missing description, a `retry_after` of many hours or an unknown parameter never hides
//! Telegram's word. Texts of answers are not logged.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::CallError;

/// <https://core.telegram.org/bots/api#making-requests>
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    #[serde(default)]
    error_code: Value,
    #[serde(default)]
    description: Value,
    #[serde(default)]
    parameters: Value,
    result: Option<Box<RawValue>>,
}

/// The answer as `O`, which is the whole envelope (frankenstein's `MethodResponse`), or what went wrong.
pub(crate) fn decode<O: DeserializeOwned>(
    status: u16,
    retry_after: Option<Duration>,
    body: &[u8],
) -> Result<O, CallError> {
    let is_success = (200..300).contains(&status);
    match serde_json::from_slice::<Envelope>(body) {
        Ok(envelope) if envelope.ok && is_success => {
            // Only the result is read: a strange description beside it must not make a success look like a failure.
            let result = envelope.result.as_ref().map_or("null", |result| result.get());
            serde_json::from_str(&format!("{{\"ok\":true,\"result\":{result}}}"))
                .map_err(|error| CallError::Unreadable { line: error.line(), column: error.column() })
        }
        Ok(envelope) if envelope.ok => Err(CallError::Status { status, retry_after }),
        Ok(envelope) => Err(refusal(status, retry_after, &envelope)),
        // A cut body is no JSON either; with 2xx the call most likely took effect.
        Err(_) if is_success => {
            Err(CallError::Lost { detail: format!("status `{status}` with a body that is no answer") })
        }
        Err(_) => Err(CallError::Status { status, retry_after }),
    }
}

fn refusal(status: u16, header: Option<Duration>, envelope: &Envelope) -> CallError {
    let code = envelope.error_code.as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(status);
    let seconds = envelope.parameters.get("retry_after").and_then(seconds);
    CallError::refused(code, envelope.description.as_str().unwrap_or("without a word"), seconds.or(header))
}

/// Seconds as a number or a text.
fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))?;
    Some(Duration::from_secs(number))
}

/// The header `Retry-After` in its form of seconds.
pub(crate) fn retry_after(text: Option<&str>) -> Option<Duration> {
    text.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use frankenstein::response::MethodResponse;

    fn read(status: u16, body: &str) -> Result<bool, CallError> {
        decode::<MethodResponse<bool>>(status, None, body.as_bytes()).map(|answer| answer.result)
    }

    #[test]
    fn every_form_of_answer_becomes_its_variant() {
        assert_eq!(read(200, r#"{"ok":true,"result":true,"description":"Webhook was set","new":{}}"#), Ok(true));
        assert_eq!(read(200, r#"{"description":5,"ok":true,"error_code":[],"result":true}"#), Ok(true));
        assert!(matches!(read(200, r#"{"ok":true}"#), Err(CallError::Unreadable { .. })));
        assert_eq!(read(201, r#"{"result":false,"ok":true}"#), Ok(false));
        assert_eq!(read(200, r#"{"ok":true,"result":[]}"#), Err(CallError::Unreadable { line: 1, column: 20 }));
        let refused =
            |code, words: &str, secs: Option<u64>| Err(CallError::refused(code, words, secs.map(Duration::from_secs)));
        assert_eq!(
            read(
                429,
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":90000}}"#
            ),
            refused(429, "Too Many Requests", Some(90_000))
        );
        assert_eq!(
            read(429, r#"{"ok":false,"parameters":{"retry_after":"7","migrate_to_chat_id":"x"}}"#),
            refused(429, "without a word", Some(7))
        );
        assert_eq!(read(200, r#"{"ok":false,"error_code":400,"description":"no"}"#), refused(400, "no", None));
        assert_eq!(read(400, r#"{"ok":false,"error_code":"x","parameters":[]}"#), refused(400, "without a word", None));
        assert_eq!(read(502, "<html>502</html>"), Err(CallError::Status { status: 502, retry_after: None }));
        assert_eq!(
            read(500, r#"{"ok":true,"result":true}"#),
            Err(CallError::Status { status: 500, retry_after: None })
        );
        assert_eq!(read(404, ""), Err(CallError::Status { status: 404, retry_after: None }));
        assert!(matches!(read(200, r#"{"ok":true,"resu"#), Err(CallError::Lost { .. })));
        assert!(matches!(read(200, "<html>login to the hotel</html>"), Err(CallError::Lost { .. })));
    }

    #[test]
    fn a_header_is_read_as_seconds_only() {
        assert_eq!(retry_after(Some(" 12 ")), Some(Duration::from_secs(12)));
        for none in [None, Some(""), Some("-1"), Some("Wed, 21 Oct 2026 07:28:00 GMT")] {
            assert_eq!(retry_after(none), None);
        }
    }
}
