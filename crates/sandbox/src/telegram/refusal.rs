//! What the Bot API answers when it says no.

use serde_json::{Value, json};

use super::journal::ViolationKind;
use crate::http::Response;

/// An answer with `"ok": false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `error_code`, also the HTTP status.
    pub(super) code: u16,
    /// `description`, whole.
    pub(super) description: String,
    /// `parameters.retry_after`, seconds.
    pub(super) retry_after: Option<u64>,
    /// Set when a correct caller would never get this answer; the simulator then notes a violation.
    pub(super) violation: Option<ViolationKind>,
}

impl Refusal {
    /// 400 for a situation that a correct caller may meet.
    pub(super) fn bad(text: impl AsRef<str>) -> Self {
        Self::of(400, format!("Bad Request: {}", text.as_ref()))
    }

    /// 400 for a call that no correct caller sends.
    pub(super) fn wrong(kind: ViolationKind, text: impl AsRef<str>) -> Self {
        Self { violation: Some(kind), ..Self::bad(text) }
    }

    /// 403.
    pub(super) fn forbidden(text: &str) -> Self {
        Self::of(403, format!("Forbidden: {text}"))
    }

    /// 409.
    pub(super) fn conflict(text: &str) -> Self {
        Self::of(409, format!("Conflict: {text}"))
    }

    /// 413, for uploads past their limit.
    pub(super) fn too_large() -> Self {
        Self { violation: Some(ViolationKind::Limit), ..Self::of(413, "Request Entity Too Large".to_owned()) }
    }

    /// Any code, the description as it is.
    pub(super) fn of(code: u16, description: String) -> Self {
        Self { code, description, retry_after: None, violation: None }
    }

    /// As the Bot API sends it.
    pub(super) fn response(&self) -> Response {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({ "retry_after": seconds });
        }
        let response = Response::json(self.code, &body);
        match self.retry_after {
            Some(seconds) => response.with_header("retry-after", seconds.to_string()),
            None => response,
        }
    }
}

/// What a method gives back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Success {
    /// `result`.
    pub(super) result: Value,
    /// `description`, which a few methods add.
    pub(super) description: Option<&'static str>,
}

impl Success {
    /// As the Bot API sends it.
    pub(super) fn response(&self) -> Response {
        let mut body = json!({"ok": true, "result": self.result});
        if let Some(description) = self.description {
            body["description"] = Value::from(description);
        }
        Response::json(200, &body)
    }
}

impl From<Value> for Success {
    fn from(result: Value) -> Self {
        Self { result, description: None }
    }
}
