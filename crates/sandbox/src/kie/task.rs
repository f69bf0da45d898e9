//! One task and the two forms in which KIE's unified way shows it: the record of a query and the body of a callback.

use std::fmt;

use domain::clock::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    credits::Credits,
    dedicated::Family,
    faults::CallbackFault,
    options::ReplyAge,
    schema::{Output, Shape},
};

/// Where a task is. Names of docs.kie.ai, market/common get-task-detail, 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// Accepted.
    Waiting,
    /// In the model's queue.
    Queuing,
    /// Being made.
    Generating,
    /// Ended well.
    Success,
    /// Ended badly; not charged.
    Fail,
}

impl TaskState {
    /// Whether the task has ended.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Fail)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queuing => "queuing",
            Self::Generating => "generating",
            Self::Success => "success",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How a task is going to end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Ending {
    #[default]
    Success,
    /// Success with this text as `resultJson`.
    Raw(String),
    Fail {
        code: String,
        msg: String,
    },
}

#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: String,
    /// Of an older endpoint: its path.
    pub(super) model: String,
    /// The older endpoints that it belongs to; `None` for createTask.
    pub(super) family: Option<Family>,
    pub(super) output: Output,
    pub(super) shape: Shape,
    /// The fields that the model knows.
    pub(super) input: Map<String, Value>,
    /// Links among them, which KIE fetches while it works.
    pub(super) links: Vec<String>,
    pub(super) callback_url: Option<String>,
    pub(super) state: TaskState,
    pub(super) price: Credits,
    pub(super) ending: Ending,
    pub(super) callback_fault: Option<CallbackFault>,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) completed: Option<Timestamp>,
    /// Whether its callback was given up, taken by nobody.
    pub(super) callback_failed: bool,
    pub(super) result_json: String,
}

impl Task {
    pub(super) fn prompt(&self) -> &str {
        let text = self.input.get("prompt").or_else(|| self.input.get("text"));
        text.and_then(Value::as_str).unwrap_or_default()
    }

    /// What was charged: nothing before the end, nothing for a failed task (recorded with several fails, 2026).
    pub(super) fn credits_consumed(&self) -> Credits {
        if self.state == TaskState::Success { self.price } else { Credits::default() }
    }

    /// Code and text of a task that has failed.
    pub(super) fn failure(&self) -> Option<(&str, &str)> {
        match (&self.ending, self.state) {
            (Ending::Fail { code, msg }, TaskState::Fail) => Some((code, msg)),
            _ => None,
        }
    }

    /// Whole seconds, though docs.kie.ai says milliseconds: recorded as 154 for a task of 155 061 ms by its timestamps, April 2026.
    fn cost_time(&self) -> i64 {
        self.completed.map_or(0, |end| i64::try_from(end.since(self.created).as_secs()).unwrap_or(i64::MAX))
    }

    /// The request as JSON text in which `input` is JSON text again; recorded April 2026.
    fn param_of_record(&self) -> String {
        let mut param = Map::new();
        if let Some(url) = &self.callback_url {
            param.insert("callBackUrl".to_owned(), json!(url));
        }
        param.insert("input".to_owned(), json!(Value::Object(self.input.clone()).to_string()));
        param.insert("model".to_owned(), json!(self.model));
        Value::Object(param).to_string()
    }

    /// `data` of recordInfo. docs.kie.ai, market/common get-task-detail: April 2026 as recorded, October 2026 as documented.
    pub(super) fn record(&self, age: ReplyAge) -> Value {
        let absent = if age == ReplyAge::April2026 { json!("") } else { Value::Null };
        let text = |found: Option<&str>| found.map_or_else(|| absent.clone(), |text| json!(text));
        let mut record = json!({
            "taskId": self.id,
            "model": self.model,
            "state": self.state.name(),
            "param": self.param_of_record(),
            "resultJson": self.result_json,
            "failCode": text(self.failure().map(|(code, _)| code)),
            "failMsg": text(self.failure().map(|(_, msg)| msg)),
            "costTime": if self.state.is_final() { json!(self.cost_time()) } else { Value::Null },
            "completeTime": self.completed.map(millis),
            "createTime": millis(self.created),
            "updateTime": millis(self.updated),
        });
        if age == ReplyAge::October2026 {
            record["successFlag"] = json!(match self.state {
                TaskState::Success => 1,
                TaskState::Fail => 3,
                _ => 0,
            });
            record["response"] = serde_json::from_str(&self.result_json).unwrap_or(Value::Null);
            record["creditsConsumed"] = self.credits_consumed().to_json();
        }
        record
    }

    /// The whole body of a callback. docs.kie.ai, callback section of the market model pages, 2026: here `param` holds the input as an object,
    /// and `resultJson` of a failed task is null.
    pub(super) fn callback_body(&self) -> Value {
        let success = self.state == TaskState::Success;
        let mut param = json!({"model": self.model, "input": self.input});
        if let Some(url) = &self.callback_url {
            param["callBackUrl"] = json!(url);
        }
        json!({
            "code": if success { 200 } else { 501 },
            "msg": if success { "Playground task completed successfully." } else { "Playground task failed." },
            "data": {
                "taskId": self.id,
                "model": self.model,
                "state": self.state.name(),
                "param": param.to_string(),
                "resultJson": if success { json!(self.result_json) } else { Value::Null },
                "failCode": self.failure().map(|(code, _)| code),
                "failMsg": self.failure().map(|(_, msg)| msg),
                "costTime": self.cost_time(),
                "completeTime": self.completed.map(millis),
                "createTime": millis(self.created),
                "creditsConsumed": self.credits_consumed().to_json(),
            },
        })
    }
}

/// Milliseconds since 1970, as KIE writes its times.
fn millis(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1000)
}
