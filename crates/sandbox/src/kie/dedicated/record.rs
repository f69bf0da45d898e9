//! `data` of a query, each family in its own words.

use domain::clock::Timestamp;
use serde_json::{Value, json};

use super::{Family, results};
use crate::kie::task::{Task, TaskState};

/// Words that say more than that something failed; a planned failure with one of them as its code gets it as its status.
const FAILURE_WORDS: [&str; 3] = [CREATION_FAILED, "SENSITIVE_WORD_ERROR", CALLBACK_FAILED];
const CREATION_FAILED: &str = "CREATE_TASK_FAILED";
const CALLBACK_FAILED: &str = "CALLBACK_EXCEPTION";

/// The record as its family tells it.
pub(super) fn record(task: &Task, family: Family, base_url: &str) -> Value {
    match family {
        Family::Veo => {
            let mut record = flagged(task, family);
            record["fallbackFlag"] = json!(false);
            record
        }
        Family::Aleph | Family::FluxKontext => flagged(task, family),
        Family::FourOImage => {
            let mut record = flagged(task, family);
            record["status"] = json!(four_o_status(task));
            record["progress"] = json!(four_o_progress(task.state));
            record
        }
        Family::Runway => runway(task),
        Family::Suno | Family::SunoLyrics => sunos(task, family, base_url),
    }
}

/// The family's result of a task that has ended well, else null.
pub(super) fn response(task: &Task) -> Value {
    if task.state != TaskState::Success {
        return Value::Null;
    }
    serde_json::from_str(&task.result_json).unwrap_or_default()
}

/// Null unless it has failed; 500 for a code that is a word.
pub(super) fn error_code(task: &Task) -> Value {
    task.failure().map_or(Value::Null, |(code, _)| json!(code.parse::<i64>().unwrap_or(500)))
}

/// As `2026-11-22 10:30:00`, the form of the older pages. Their time zone is not said; ours is UTC.
pub(super) fn text_time(at: Timestamp) -> Value {
    let at = jiff::Timestamp::from_microsecond(at.as_micros());
    at.map_or(Value::Null, |at| json!(at.strftime("%Y-%m-%d %H:%M:%S").to_string()))
}

/// The families that tell by `successFlag`.
fn flagged(task: &Task, family: Family) -> Value {
    json!({
        "taskId": task.id,
        "paramJson": param(task),
        "createTime": text_time(task.created),
        "completeTime": task.completed.map_or(Value::Null, text_time),
        "response": response(task),
        "successFlag": flag(task, family),
        "errorCode": error_code(task),
        "errorMessage": task.failure().map_or("", |(_, msg)| msg),
    })
}

/// 2 is a failure before the work began, 3 one of the work; 4o knows 2 only.
fn flag(task: &Task, family: Family) -> i64 {
    match task.state {
        TaskState::Success => 1,
        TaskState::Fail if family == Family::FourOImage || failure_word(task) == Some(CREATION_FAILED) => 2,
        TaskState::Fail => 3,
        TaskState::Waiting | TaskState::Queuing | TaskState::Generating => 0,
    }
}

fn four_o_status(task: &Task) -> &'static str {
    match task.state {
        TaskState::Success => "SUCCESS",
        TaskState::Fail if failure_word(task) == Some(CREATION_FAILED) => CREATION_FAILED,
        TaskState::Fail => "GENERATE_FAILED",
        TaskState::Waiting | TaskState::Queuing | TaskState::Generating => "GENERATING",
    }
}

/// The only progress of all of KIE that is filled.
const fn four_o_progress(state: TaskState) -> &'static str {
    match state {
        TaskState::Waiting => "0.00",
        TaskState::Queuing => "0.20",
        TaskState::Generating | TaskState::Fail => "0.60",
        TaskState::Success => "1.00",
    }
}

fn runway(task: &Task) -> Value {
    json!({
        "taskId": task.id,
        "parentTaskId": "",
        "generateParam": task.input,
        "state": match task.state {
            TaskState::Waiting => "wait",
            TaskState::Queuing => "queueing",
            TaskState::Generating => "generating",
            TaskState::Success => "success",
            TaskState::Fail => "fail",
        },
        "generateTime": text_time(task.created),
        "videoInfo": response(task),
        "failCode": error_code(task),
        "failMsg": task.failure().map_or("", |(_, msg)| msg),
        "expireFlag": 0,
    })
}

fn sunos(task: &Task, family: Family, base_url: &str) -> Value {
    let response = match (family, task.state) {
        (Family::Suno, TaskState::Queuing) => results::songs(task, base_url, 0),
        (Family::Suno, TaskState::Generating) => results::songs(task, base_url, 1),
        _ => response(task),
    };
    json!({
        "taskId": task.id,
        "parentMusicId": "",
        "param": param(task),
        "response": response,
        "status": sunos_status(task, family),
        "type": operation(task),
        "errorCode": error_code(task),
        "errorMessage": task.failure().map(|(_, msg)| msg),
    })
}

/// The words of the songs come first, then the first song; lyrics have no steps between.
fn sunos_status(task: &Task, family: Family) -> &'static str {
    match (task.state, family) {
        // The songs are there although nobody took the callback.
        (TaskState::Success, _) if task.callback_failed => CALLBACK_FAILED,
        (TaskState::Success, _) => "SUCCESS",
        (TaskState::Fail, Family::SunoLyrics) => failure_word(task).unwrap_or("GENERATE_LYRICS_FAILED"),
        (TaskState::Fail, _) => failure_word(task).unwrap_or("GENERATE_AUDIO_FAILED"),
        (TaskState::Queuing, Family::Suno) => "TEXT_SUCCESS",
        (TaskState::Generating, Family::Suno) => "FIRST_SUCCESS",
        _ => "PENDING",
    }
}

fn failure_word(task: &Task) -> Option<&'static str> {
    let (code, _) = task.failure()?;
    FAILURE_WORDS.into_iter().find(|word| *word == code)
}

/// `/api/v1/generate/upload-cover` is `UPLOAD_COVER`.
fn operation(task: &Task) -> String {
    task.model.rsplit('/').next().unwrap_or_default().replace('-', "_").to_uppercase()
}

/// The request as JSON text, with its callback as it was sent.
fn param(task: &Task) -> String {
    let mut param = task.input.clone();
    if let Some(url) = &task.callback_url {
        param.insert("callBackUrl".to_owned(), json!(url));
    }
    Value::Object(param).to_string()
}
