//! What a record says of its task: where it is, what it made or why it failed, what it cost. One reader for all families.

use domain::generation::{Failure, FailureReason, Results};
use domain::money::Credits;
use domain::ports::{TaskReport, TaskStatus};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::dialect::{Dialect, Word};
use crate::decimal;
use crate::reply::Reply;
use crate::results::{self, opened};
use crate::wire::TaskRecord;
use crate::words;

/// Where a record repeats our request, which holds the prompt and the callback's token.
const REQUESTS: &[&str] = &["param", "paramJson", "generateParam"];

/// The record in `data`, if there is one.
pub(super) fn read(data: &Value) -> Option<TaskRecord> {
    // A struct would be read from a list as well, field by field.
    data.is_object().then(|| TaskRecord::deserialize(data).ok()).flatten()
}

/// What a record repeats of our request and no text of ours may tell: the callback's address with its token, what a person has written.
pub(super) fn secrets(record: &TaskRecord) -> Vec<String> {
    let mut secrets = Vec::new();
    for request in [&record.param, &record.param_json] {
        let url = callback_url(request).unwrap_or_default();
        secrets.extend(words::callback_secrets(&url).into_iter().map(str::to_owned));
        secrets.extend(repeated(request).iter().flat_map(words::written).map(str::to_owned));
    }
    secrets
}

/// What the record says; `reply` is the answer that it was read from.
pub(super) fn report(record: &TaskRecord, reply: &Reply, dialect: &Dialect) -> TaskReport {
    let callback_url = callback_url(&record.param).or_else(|| callback_url(&record.param_json));
    let status = match dialect.word(record) {
        Word::Succeeded => TaskStatus::Succeeded(succeeded(record, &reply.data)),
        Word::SucceededIf(holds) if holds(record) => TaskStatus::Succeeded(succeeded(record, &reply.data)),
        Word::Failed(reason) => TaskStatus::Failed(failure(record, reason, reply, dialect)),
        Word::Running | Word::SucceededIf(_) => TaskStatus::Running,
    };
    // Before the end KIE says 0, which is no cost but a blank.
    let ended = status != TaskStatus::Running;
    let credits = decimal::scaled(&record.credits_consumed, 6).filter(|credits| ended && *credits >= 0);
    let cost = credits.map(Credits::from_raw);
    let took_ms =
        record.complete_time.zip(record.create_time).map(|(end, start)| end - start).filter(|took| *took >= 0);
    TaskReport { status, cost, callback_url, took_ms }
}

fn succeeded(record: &TaskRecord, data: &Value) -> Results {
    let said = [&record.response, &record.video_info, &record.result_json];
    results::decode(&said, || {
        let text = |value: &Value| match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Object(map) if !map.is_empty() => Some(value.to_string()),
            _ => None,
        };
        // KIE's own text before what it has parsed of it.
        said.iter().rev().find_map(|value| text(value)).unwrap_or_else(|| {
            // Nothing at all was said of the result: the record itself is kept, without the request in it.
            let mut data = data.clone();
            for key in REQUESTS {
                data.as_object_mut().map(|data| data.remove(*key));
            }
            data.to_string()
        })
    })
}

/// Why the task failed. `reason` is what the family's word for it tells by itself.
fn failure(record: &TaskRecord, reason: Option<FailureReason>, reply: &Reply, dialect: &Dialect) -> Failure {
    let code = record.fail_code.as_deref().or(record.error_code.as_deref()).filter(|code| *code != "0").unwrap_or("");
    let said = record.fail_msg.as_deref().or(record.error_message.as_deref()).unwrap_or("");
    let secrets = secrets(record);
    let clean = |text: &str| reply.clean(text, &secrets);
    let said = clean(said);
    let own = dialect.failure_codes.iter().find(|(own, _)| *own == code).map(|(_, reason)| *reason);
    let by_code = own.unwrap_or(match code {
        "400" | "413" | "422" | "451" => FailureReason::InputsRefused,
        "401" | "402" | "403" | "433" => FailureReason::ServiceUnavailable,
        "404" | "405" | "505" => FailureReason::ModelUnavailable,
        _ => FailureReason::ProviderFailed,
    });
    let reason = reason.or_else(|| words::reason(&said)).unwrap_or(by_code);
    let detail = match (code, said.as_str()) {
        // The family's word is better than nothing.
        ("", "") => record.status.as_deref().map(clean),
        (code, "") => Some(clean(code)),
        ("", said) => Some(said.to_owned()),
        (code, said) => Some(format!("{}: {said}", clean(code))),
    };
    Failure { reason, detail }
}

/// The callback's address in a request that is repeated.
fn callback_url(request: &Value) -> Option<String> {
    let keys = ["callBackUrl", "callbackUrl", "callback_url"];
    let at = |fields: &Map<String, Value>| {
        keys.iter().find_map(|key| fields.get(*key)?.as_str()).filter(|url| !url.is_empty()).map(str::to_owned)
    };
    repeated(request).iter().find_map(at)
}

/// A request that is repeated, and its `input`: JSON text, now and then of a text of it, in which `input` may be JSON text again.
fn repeated(request: &Value) -> Vec<Map<String, Value>> {
    let fields = |value: Value| if let Value::Object(fields) = value { Some(fields) } else { None };
    let Some(request) = opened(request).and_then(|request| opened(&request)).and_then(fields) else {
        return Vec::new();
    };
    let input = request.get("input").and_then(opened).and_then(fields);
    std::iter::once(request).chain(input).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family;
    use domain::models::ApiFamily;
    use serde_json::json;

    fn told(family: ApiFamily, data: &Value) -> TaskReport {
        let body = json!({"code": 200, "msg": "success", "data": data}).to_string();
        let reply = Reply::open(200, None, Some(body.as_bytes()), &["sk-secret-key"]);
        report(&read(data).unwrap(), &reply, family::of(family).dialect())
    }

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
    fn a_failure_tells_neither_token_nor_key_nor_prompt() {
        let url = "https://bot.example/kie/callback/0123456789abcdef";
        let request = json!({"callBackUrl": url, "prompt": "a cat over the sea"}).to_string();
        let said = format!("callback {url} refused");
        let other =
            json!({"state": "fail", "failMsg": "sk-secret-key: a cat\nover the sea", "param": {"input": request}});
        let TaskStatus::Failed(failure) = told(ApiFamily::Market, &other).status else { panic!("{other}") };
        assert_eq!(failure.detail.as_deref(), Some("***: ***"));
        let table = [
            (ApiFamily::Market, json!({"state": "fail", "failCode": 500, "failMsg": said, "param": request})),
            (ApiFamily::Veo, json!({"successFlag": 3, "errorCode": 500, "errorMessage": said, "paramJson": request})),
            (
                ApiFamily::Suno,
                json!({"status": "GENERATE_AUDIO_FAILED", "errorCode": 500, "errorMessage": said, "param": request}),
            ),
        ];
        for (family, data) in table {
            let report = told(family, &data);
            let TaskStatus::Failed(failure) = report.status else { panic!("{report:?}") };
            assert_eq!(failure.detail.as_deref(), Some("500: callback *** refused"), "{family}");
            assert_eq!(report.callback_url.as_deref(), Some(url), "{family}");
        }
    }

    #[test]
    fn what_is_kept_of_an_unknown_result_is_without_our_request() {
        for key in REQUESTS {
            let data = json!({"successFlag": 1, "new": "field", *key: "{\"prompt\":\"a cat\"}"});
            for family in ApiFamily::ALL {
                let TaskStatus::Succeeded(results) = told(*family, &data).status else { panic!("{family}") };
                assert_eq!(results.unknown.as_deref(), Some(r#"{"new":"field","successFlag":1}"#), "{family} {key}");
            }
        }
    }
}
