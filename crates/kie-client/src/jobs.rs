//! The unified family: `createTask` and `recordInfo`. What is sent, and what each code of the answer means for each of the two.

use domain::generation::{Failure, FailureReason};
use domain::ids::TaskId;
use domain::money::Credits;
use domain::ports::{AccountTrouble, CreateError, CreateRequest, QueryError, TaskReport, TaskStatus};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::decimal;
use crate::reply::{Code, Reply};
use crate::results;
use crate::retry::Verdict;
use crate::transport::Fault;
use crate::wire::{Created, TaskRecord};
use crate::words;

/// Where tasks are made.
pub(crate) const CREATE_PATH: &str = "/api/v1/jobs/createTask";
/// Where they are asked for, with `?taskId=`.
pub(crate) const QUERY_PATH: &str = "/api/v1/jobs/recordInfo";
/// A longer text is no id but nonsense, and would be stored with every generation.
const TASK_ID_BYTES_MAX: usize = 256;

#[derive(Serialize)]
struct CreateTask<'a> {
    model: &'a str,
    input: &'a Map<String, Value>,
    /// With a capital B: any other spelling is dropped without a word.
    #[serde(rename = "callBackUrl", skip_serializing_if = "Option::is_none")]
    callback_url: Option<&'a str>,
}

/// The body of createTask.
pub(crate) fn body(request: &CreateRequest) -> Vec<u8> {
    let CreateRequest { model, input, callback_url, .. } = request;
    let body = CreateTask { model: &model.0, input, callback_url: callback_url.as_deref() };
    serde_json::to_vec(&body).expect("text and JSON values with text keys are always JSON")
}

/// What an answer to createTask means.
pub(crate) fn judge_create(answer: Result<Reply, Fault>) -> Result<TaskId, CreateError> {
    let reply = match answer {
        Ok(reply) => reply,
        Err(Fault { sent: false, detail }) => return Err(CreateError::NotMade { retry_after: None, detail }),
        Err(Fault { sent: true, detail }) => return Err(CreateError::Unknown { detail }),
    };
    let detail = reply.detail();
    let not_made = |detail| CreateError::NotMade { retry_after: reply.retry_after, detail };
    let refused = |reason, detail| CreateError::Refused(Failure { reason, detail: Some(detail) });
    let said = words::reason(&reply.words);
    let (Code::Said(code) | Code::Status(code)) = reply.code else {
        return Err(CreateError::Unknown { detail });
    };
    Err(match code {
        200 => match task_id(&reply.data) {
            Some(task) => return Ok(task),
            None => CreateError::Unknown { detail: format!("{detail} without a task id") },
        },
        429 | 455 | 550 => not_made(detail),
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

/// What an answer to recordInfo means.
pub(crate) fn judge_query(answer: Result<Reply, Fault>, task: &TaskId) -> Result<TaskReport, QueryError> {
    let reply = answer.map_err(|fault| QueryError::Later { retry_after: None, detail: fault.detail })?;
    let later = |detail| QueryError::Later { retry_after: reply.retry_after, detail };
    if reply.words.to_lowercase().contains("recordinfo is null") {
        return Err(QueryError::UnknownTask);
    }
    match reply.code {
        // Some older tasks are told with 200 and without data while nobody knows them.
        Code::Said(200) if reply.data.is_null() => Err(QueryError::UnknownTask),
        Code::Said(200) | Code::Status(200) => match record(&reply.data) {
            Some(record) if record.task_id.as_ref().is_none_or(|id| *id == task.0) => Ok(report(record, &reply.data)),
            Some(_) => Err(later("the answer is about another task".to_owned())),
            None => Err(later(format!("{} without a record", reply.detail()))),
        },
        // Only KIE itself can say these of a task; a gateway's page with the same status says nothing.
        Code::Said(404 | 422) => Err(QueryError::UnknownTask),
        Code::Said(408 | 501) => Ok(failed(&reply)),
        Code::Said(401 | 403) | Code::Status(401 | 403) => Err(QueryError::Account(AccountTrouble::KeyRefused)),
        Code::Said(402) | Code::Status(402) => Err(QueryError::Account(AccountTrouble::OutOfCredits)),
        Code::Said(433) | Code::Status(433) => Err(QueryError::Account(AccountTrouble::KeyCapReached)),
        Code::Said(_) | Code::Status(_) | Code::Nonsense => Err(later(reply.detail())),
    }
}

fn record(data: &Value) -> Option<TaskRecord> {
    // A struct would be read from a list as well, field by field.
    data.is_object().then(|| TaskRecord::deserialize(data).ok()).flatten()
}

fn failed(reply: &Reply) -> TaskReport {
    let reason = words::reason(&reply.words).unwrap_or(FailureReason::ProviderFailed);
    let failure = Failure { reason, detail: Some(reply.detail()) };
    TaskReport { status: TaskStatus::Failed(failure), cost: None, callback_url: None, took_ms: None }
}

fn report(record: TaskRecord, data: &Value) -> TaskReport {
    let callback_url = callback_url(&record.param);
    let status = match (record.state.as_deref(), record.success_flag) {
        (Some("success"), _) => TaskStatus::Succeeded(succeeded(&record, data)),
        (Some("fail"), _) => TaskStatus::Failed(failure(&record, callback_url.as_deref())),
        (Some("waiting" | "queuing" | "generating"), _) => TaskStatus::Running,
        // A word that nobody knows: the flag decides if it is there.
        (_, Some(1)) => TaskStatus::Succeeded(succeeded(&record, data)),
        (_, Some(2 | 3)) => TaskStatus::Failed(failure(&record, callback_url.as_deref())),
        _ => TaskStatus::Running,
    };
    // Before the end KIE says 0, which is no cost but a blank.
    let ended = status != TaskStatus::Running;
    let credits = decimal::scaled(&record.credits_consumed, 6).filter(|credits| ended && *credits >= 0);
    let cost = credits.map(Credits::from_raw);
    let took_ms =
        record.complete_time.zip(record.create_time).map(|(end, start)| end - start).filter(|took| *took >= 0);
    TaskReport { status, cost, callback_url, took_ms }
}

fn succeeded(record: &TaskRecord, data: &Value) -> domain::generation::Results {
    results::decode(&record.response, &record.result_json, || match (&record.response, &record.result_json) {
        (_, Value::String(text)) if !text.is_empty() => text.clone(),
        (Value::Object(map), _) if !map.is_empty() => record.response.to_string(),
        // Nothing at all was said of the result: the record itself is kept, without the request in it, which holds the prompt and the token.
        _ => {
            let mut data = data.clone();
            data.as_object_mut().map(|data| data.remove("param"));
            data.to_string()
        }
    })
}

fn failure(record: &TaskRecord, callback_url: Option<&str>) -> Failure {
    let code = record.fail_code.as_deref().unwrap_or("");
    let secrets = callback_url.map(words::callback_secrets).unwrap_or_default();
    let said = words::clean(record.fail_msg.as_deref().unwrap_or(""), &secrets);
    let by_code = match code {
        "400" | "413" | "422" | "451" => FailureReason::InputsRefused,
        "401" | "402" | "403" | "433" => FailureReason::ServiceUnavailable,
        "404" | "405" | "505" => FailureReason::ModelUnavailable,
        _ => FailureReason::ProviderFailed,
    };
    let reason = words::reason(&said).unwrap_or(by_code);
    let detail = match (code, said.as_str()) {
        ("", "") => None,
        (code, "") => Some(code.to_owned()),
        ("", said) => Some(said.to_owned()),
        (code, said) => Some(format!("{}: {said}", words::clean(code, &[]))),
    };
    Failure { reason, detail }
}

/// The callback's address in `param`: JSON text of the request, now and then of a text of it, in which `input` may be JSON text again.
fn callback_url(param: &Value) -> Option<String> {
    let request = opened(&opened(param)?)?;
    let at = |value: &Value| {
        let keys = ["callBackUrl", "callbackUrl", "callback_url"];
        keys.iter().find_map(|key| value.get(key)?.as_str()).filter(|url| !url.is_empty()).map(str::to_owned)
    };
    at(&request).or_else(|| at(&opened(request.get("input")?)?))
}

/// The value, or the JSON in it if it is text.
fn opened(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        value => Some(value.clone()),
    }
}

impl Verdict for CreateError {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::NotMade { .. })
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        if let Self::NotMade { retry_after, .. } = self { *retry_after } else { None }
    }

    fn label(&self) -> &'static str {
        match self {
            Self::NotMade { .. } => "not_made",
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_callback_address_is_found_in_json_in_json_in_json() {
        let url = "https://bot.example/kie/callback/0123456789abcdef";
        let inner = json!({"prompt": "p", "callBackUrl": url}).to_string();
        let table = [
            json!(json!({"callBackUrl": url, "model": "m", "input": "{}"}).to_string()),
            json!({"callBackUrl": url}),
            json!(json!({"model": "m", "input": inner}).to_string()),
            json!(json!({"model": "m", "input": {"callBackUrl": url}}).to_string()),
            json!(json!(json!({"callBackUrl": url}).to_string()).to_string()),
        ];
        for param in table {
            assert_eq!(callback_url(&param).as_deref(), Some(url), "{param}");
        }
        for param in
            [json!(null), json!(""), json!("{}"), json!("not json"), json!({"callBackUrl": ""}), json!(5), json!([url])]
        {
            assert_eq!(callback_url(&param), None, "{param}");
        }
        // What a user wrote is not a place to look for it.
        let forged = json!({"model": "m", "input": {"prompt": format!("{{\"callBackUrl\":\"{url}\"}}")}}).to_string();
        assert_eq!(callback_url(&json!(forged)), None);
    }

    #[test]
    fn a_failure_does_not_tell_the_callbacks_token() {
        let url = "https://bot.example/kie/callback/0123456789abcdef";
        let data = json!({
            "state": "fail", "failCode": 500, "failMsg": format!("callback {url} refused"),
            "param": json!({"callBackUrl": url}).to_string(),
        });
        let report = report(TaskRecord::deserialize(&data).unwrap(), &data);
        let TaskStatus::Failed(failure) = report.status else { panic!("{report:?}") };
        assert_eq!(failure.detail.as_deref(), Some("500: callback *** refused"));
    }

    #[test]
    fn the_body_has_exactly_kies_names_and_no_callback_when_there_is_none() {
        let request = |callback_url: Option<&str>| CreateRequest {
            model: domain::ids::ModelId("google/nano-banana".into()),
            family: domain::models::ApiFamily::Market,
            path: None,
            input: json!({"prompt": "p", "duration": "5"}).as_object().unwrap().clone(),
            callback_url: callback_url.map(str::to_owned),
        };
        let parsed = |body: Vec<u8>| serde_json::from_slice::<Value>(&body).unwrap();
        assert_eq!(
            parsed(body(&request(None))),
            json!({"model": "google/nano-banana", "input": {"prompt": "p", "duration": "5"}})
        );
        assert_eq!(
            parsed(body(&request(Some("https://x/y")))),
            json!({"model": "google/nano-banana", "input": {"prompt": "p", "duration": "5"}, "callBackUrl": "https://x/y"})
        );
    }
}
