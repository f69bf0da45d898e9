//! What callers did: the journal of calls, and the violations among them.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// Calls kept; older ones are forgotten so that a sandbox left open for days stays small.
const CALLS_MAX: usize = 10_000;
/// Violations kept; the first ones tell the most, so later ones are dropped.
const VIOLATIONS_MAX: usize = 1_000;
/// Parameters longer than this are cut in the journal.
const PARAMS_BYTES_MAX: usize = 64 * 1024;

/// One call of a method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// Sequential from 1.
    pub number: u64,
    /// The method's name.
    pub method: String,
    /// Its parameters after reading: numbers are numbers, JSON texts are objects.
    pub params: Value,
    /// Files in the body.
    pub uploads: Vec<UploadNote>,
    /// How it ended.
    pub outcome: Outcome,
}

/// An uploaded file, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UploadNote {
    /// Name of the part.
    pub field: String,
    /// Name of the file.
    pub file_name: Option<String>,
    /// Size in bytes.
    pub bytes: usize,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// Still running: a long poll, a delay.
    Running,
    /// `"ok": true`.
    Done,
    /// `"ok": false`.
    Refused {
        /// `error_code`.
        code: u16,
        /// `description`.
        description: String,
    },
    /// A fault switch answered in place of the method, which did nothing.
    Faulted,
}

/// A call that a correct client never makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The method's name.
    pub method: String,
    /// What rule was broken.
    pub kind: ViolationKind,
    /// Which parameter, and how.
    pub detail: String,
}

/// Rules of the table that a call can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ViolationKind {
    /// No such method.
    UnknownMethod,
    /// A parameter or field that is not in the table.
    UnknownParameter,
    /// A required one is absent.
    MissingParameter,
    /// A value of another type.
    WrongType,
    /// Too long, too short, too many, too large.
    Limit,
    /// Mark-up that does not parse.
    Markup,
    /// Allowed by Telegram, not played here.
    NotSimulated,
}

/// Calls and violations, both bounded.
#[derive(Debug, Default)]
pub(super) struct Journal {
    calls: VecDeque<Call>,
    last_number: u64,
    violations: Vec<Violation>,
}

impl Journal {
    /// Notes a call that begins; the number names it to [`Self::end`].
    pub(super) fn begin(&mut self, method: &str, params: Value, uploads: Vec<UploadNote>) -> u64 {
        self.last_number += 1;
        let params = if params.to_string().len() > PARAMS_BYTES_MAX { Value::from("too long to keep") } else { params };
        let method = method.to_owned();
        self.calls.push_back(Call { number: self.last_number, method, params, uploads, outcome: Outcome::Running });
        if self.calls.len() > CALLS_MAX {
            self.calls.pop_front();
        }
        self.last_number
    }

    /// Notes how that call ended.
    pub(super) fn end(&mut self, number: u64, outcome: Outcome) {
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.number == number) {
            call.outcome = outcome;
        }
    }

    /// Notes a violation.
    pub(super) fn violate(&mut self, method: &str, kind: ViolationKind, detail: String) {
        tracing::warn!(method, ?kind, detail, "Bot API call breaks the published rules");
        if self.violations.len() < VIOLATIONS_MAX {
            self.violations.push(Violation { method: method.to_owned(), kind, detail });
        }
    }

    /// Calls in order of arrival.
    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    /// Violations in order.
    pub(super) fn violations(&self) -> Vec<Violation> {
        self.violations.clone()
    }

    /// Forgets both.
    pub(super) fn clear(&mut self) {
        self.calls.clear();
        self.violations.clear();
    }
}
