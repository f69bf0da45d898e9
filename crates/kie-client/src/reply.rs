//! One answer of KIE's, opened: its code, its words, its data.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::wire::Envelope;
use crate::words;

/// What decides about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The body is one of KIE's and names a code. HTTP 200 says nothing then.
    Said(i64),
    /// The body names none (a gateway's page, a body that was cut off): the HTTP status is all that we have.
    Status(i64),
    /// HTTP 2xx with a body that can't be read.
    Nonsense,
}

/// One answer, opened.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) code: Code,
    /// KIE's words, without secrets, shortened; may be empty.
    pub(crate) words: String,
    /// `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
    /// What the upload server says beside its code.
    pub(crate) success: Option<bool>,
    pub(crate) data: Value,
    /// The words as they came, or what we say of a body that has none.
    said: String,
    secrets: Vec<SecretString>,
}

impl Reply {
    /// `body` is absent if it could not be read to its end, or was too long. `secrets` are taken out of KIE's words.
    pub(crate) fn open(status: u16, retry_after: Option<Duration>, body: Option<&[u8]>, secrets: &[&str]) -> Self {
        let parsed = body.and_then(|body| serde_json::from_slice::<Value>(body).ok()).filter(Value::is_object);
        let envelope = parsed.and_then(|value| Envelope::deserialize(value).ok());
        let readable = envelope.is_some();
        let envelope = envelope.unwrap_or_default();
        let code = match envelope.code {
            Some(code) => Code::Said(code),
            None if !readable && (200..300).contains(&status) => Code::Nonsense,
            None => Code::Status(i64::from(status)),
        };
        let said = envelope.msg.or(envelope.message).unwrap_or_default();
        let said = match (body, readable) {
            (None, _) => "the body could not be read".to_owned(),
            (_, false) => "the body is not JSON".to_owned(),
            _ => said,
        };
        let words = words::clean(&said, secrets);
        let secrets = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        Self { code, words, retry_after, success: envelope.success.as_bool(), data: envelope.data, said, secrets }
    }

    /// Another text of this answer, fit for an error. `more` are secrets beside those of the request.
    pub(crate) fn clean(&self, text: &str, more: &[String]) -> String {
        let own = self.secrets.iter().map(ExposeSecret::expose_secret);
        words::clean(text, &own.chain(more.iter().map(String::as_str)).collect::<Vec<_>>())
    }

    /// Whether nobody at KIE can have meant it: a code of the 5xx, or nonsense. Some of them say more; whoever judges them asks that first.
    pub(crate) const fn is_outage(&self) -> bool {
        match self.code {
            Code::Said(code) | Code::Status(code) => code >= 500,
            Code::Nonsense => true,
        }
    }

    /// Code and words, for the owner.
    pub(crate) fn detail(&self) -> String {
        self.detail_without(&[])
    }

    /// The same less these secrets, which the answer itself told.
    pub(crate) fn detail_without(&self, more: &[String]) -> String {
        let code = match self.code {
            Code::Said(code) => code.to_string(),
            Code::Status(status) => format!("HTTP {status}"),
            Code::Nonsense => "HTTP 2xx".to_owned(),
        };
        let words = self.clean(&self.said, more);
        if words.is_empty() { code } else { format!("{code}: {words}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(status: u16, body: &str) -> Reply {
        Reply::open(status, None, Some(body.as_bytes()), &["sk-secret-key"])
    }

    #[test]
    fn the_code_in_the_body_decides_and_the_status_only_without_it() {
        let table = [
            (200, r#"{"code":422,"msg":"url is wrong","data":null}"#, Code::Said(422)),
            (502, r#"{"code":200,"msg":"success","data":{}}"#, Code::Said(200)),
            (200, r#"{"code":"429","message":"slow down"}"#, Code::Said(429)),
            (404, r#"{"error":"Not Found"}"#, Code::Status(404)),
            (200, r#"{"data":{"taskId":"t"}}"#, Code::Status(200)),
            (200, r#"{"code":{},"data":1}"#, Code::Status(200)),
            (502, "<html>Bad Gateway</html>", Code::Status(502)),
            (200, "<html>hello</html>", Code::Nonsense),
            (204, "", Code::Nonsense),
            (200, "[200]", Code::Nonsense),
            (200, r#"{"code":200,"data":{"taskId":"#, Code::Nonsense),
            (200, "null", Code::Nonsense),
        ];
        for (status, body, expected) in table {
            assert_eq!(open(status, body).code, expected, "{status} {body}");
        }
        assert_eq!(Reply::open(200, None, None, &[]).code, Code::Nonsense);
        assert_eq!(Reply::open(503, None, None, &[]).code, Code::Status(503));
    }

    #[test]
    fn details_tell_code_and_words_without_secrets() {
        assert_eq!(open(200, r#"{"code":422,"msg":"url is wrong"}"#).detail(), "422: url is wrong");
        assert_eq!(open(200, r#"{"code":422,"message":"url is wrong"}"#).detail(), "422: url is wrong");
        assert_eq!(open(200, r#"{"code":401,"msg":"bad key sk-secret-key!"}"#).detail(), "401: bad key ***!");
        assert_eq!(open(200, r#"{"code":401,"msg":null}"#).detail(), "401");
        assert_eq!(open(502, "<html>").detail(), "HTTP 502: the body is not JSON");
    }
}
