//! What is fed with anything at all: the bodies of the fuzz targets `callback` and `record`, which panic if this crate breaks its word.
//!
//! Behind the feature `fuzzing`, for `fuzz/` only; the short run is a test below.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::clock::Timestamp;
use domain::generation::Results;
use domain::ids::TaskId;
use domain::models::ApiFamily;
use domain::ports::{CreateError, QueryError, TaskReport, TaskStatus};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use serde_json::Value;
use sha2::Sha256;

use crate::callback::{BadSignature, CallbackNotice, verify};
use crate::family;
use crate::reply::{Code, Reply};
use crate::results::{FILES_MAX, UNKNOWN_BYTES_MAX, URL_BYTES_MAX};
use crate::words;

#[cfg(test)]
#[path = "../../../fuzz/short.rs"]
mod short;

/// What callbacks are signed with; those of the corpus, too.
const WEBHOOK_KEY: &str = "whsec-test";
/// When they are signed and come: 2025-09-11.
const AT: i64 = 1_757_574_164;
const WINDOW_SECONDS: u64 = 300;
const TASK_ID_BYTES_MAX: usize = 256;

/// The task that is asked for; the corpus tells of it.
const TASK: &str = "task-1";
/// The secrets of the request that the answers belong to; the corpus repeats them.
const KEY: &str = "sk-0123456789abcdef";
const CALLBACK: &str = "https://bot.example/kie/callback/00112233445566778899aabbccddeeff";
const TOKEN: &str = "00112233445566778899aabbccddeeff";
const PROMPT: &str = "a cat at night over the sea";
/// A text of KIE's of 300 letters beside its code, which is as long at most, with what an error says around them.
const ERROR_CHARS_MAX: usize = 700;

/// `bytes` are a callback: a line with its time, a line with its signature (`-`: without), its body. It counts with the right signature only.
pub fn callback(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let (timestamp, signature) = (header(parts.next()), header(parts.next()));
    let body = parts.next().unwrap_or_default();
    let (key, now) = (SecretString::from(WEBHOOK_KEY), Timestamp::from_seconds(AT));
    let hint = verify(None, timestamp, signature, body, now).expect("without a key every body is a hint");
    if let Ok(notice) = verify(Some(&key), timestamp, signature, body, now) {
        counts(&notice, timestamp, signature);
        assert_eq!(notice.code, hint.code);
    }
    let CallbackNotice { task: Some(task), .. } = &hint else { return };
    assert!(!task.0.is_empty() && task.0.len() <= TASK_ID_BYTES_MAX, "{task:?}");
    let time = AT.to_string();
    let right = signed(WEBHOOK_KEY, task, &time);
    let asked = |key: &SecretString, time: &str, signature: &str, now: i64| {
        verify(Some(key), Some(time), Some(signature), body, Timestamp::from_seconds(now))
    };
    assert_eq!(asked(&key, &time, &right, AT).as_ref(), Ok(&hint));
    assert_eq!(asked(&key, &time, &right, AT + 301), Err(BadSignature::Stale));
    let empty = SecretString::from("");
    for (key, time, signature) in [
        (&key, &time, &signed("whsec-other", task, &time)),
        (&key, &(AT + 1).to_string(), &right),
        (&empty, &time, &signed("", task, &time)),
    ] {
        assert_eq!(asked(key, time, signature, AT), Err(BadSignature::Wrong));
    }
}

/// `-` is a header that is not there.
fn header(line: Option<&[u8]>) -> Option<&str> {
    line.and_then(|line| std::str::from_utf8(line).ok()).filter(|line| *line != "-")
}

fn signed(key: &str, task: &TaskId, time: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length does");
    mac.update(format!("{}.{time}", task.0).as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// What was taken for KIE's is signed by the key, by our own reckoning, and fresh.
fn counts(notice: &CallbackNotice, timestamp: Option<&str>, signature: Option<&str>) {
    let (time, signature) = (timestamp.expect("no time, no right").trim(), signature.expect("no signature, no right"));
    let task = notice.task.as_ref().expect("what is signed is a task");
    assert_eq!(signature.trim(), signed(WEBHOOK_KEY, task, time), "taken with another signature");
    let seconds: i64 = time.parse().expect("the time is a number");
    assert!(seconds.abs_diff(AT) <= WINDOW_SECONDS, "taken although stale: {seconds}");
}

/// `bytes` are KIE's answer to a creation, or to a question about a task, in each family and with several statuses. What is read of it is bounded,
/// and no error repeats a secret of the request.
pub fn record(bytes: &[u8]) {
    let mut secrets = words::callback_secrets(CALLBACK);
    secrets.extend([PROMPT, KEY]);
    let task = TaskId(TASK.to_owned());
    for status in [200, 404, 502] {
        let made = Reply::open(status, None, Some(bytes), &secrets);
        if status != 200 && matches!(made.code, Code::Said(_)) {
            // The code in the body decides: the same again would be judged.
            break;
        }
        let asked = Reply::open(status, None, Some(bytes), &[KEY]);
        let hidden: &[&str] = if repeats_request(&asked.data) { &[TOKEN, PROMPT, KEY] } else { &[KEY] };
        for family in ApiFamily::ALL.iter().map(|family| family::of(*family)) {
            created(family.judge_create(&made));
            told(family.judge_query(&asked, &task), bytes.len(), hidden);
        }
    }
}

/// Only the record's own word of its request tells what must not be said of it.
fn repeats_request(record: &Value) -> bool {
    let request = |key| serde_json::from_str::<Value>(record.get(key)?.as_str()?).ok();
    let mut requests = ["param", "paramJson"].into_iter().filter_map(request);
    requests.any(|request| request["callBackUrl"] == CALLBACK && request["prompt"] == PROMPT)
}

fn created(result: Result<TaskId, CreateError>) {
    match result {
        Ok(task) => assert!(!task.0.trim().is_empty() && task.0.len() <= TASK_ID_BYTES_MAX, "{task:?}"),
        Err(error) => harmless(&error.to_string(), &[TOKEN, PROMPT, KEY]),
    }
}

fn told(result: Result<TaskReport, QueryError>, bytes: usize, hidden: &[&str]) {
    let report = match result {
        Ok(report) => report,
        Err(error) => return harmless(&error.to_string(), hidden),
    };
    assert!(
        report.cost.is_none_or(|cost| cost.raw() >= 0) && report.took_ms.is_none_or(|took| took >= 0),
        "{report:?}"
    );
    assert!(report.callback_url.as_ref().is_none_or(|url| !url.is_empty() && url.len() <= bytes), "{report:?}");
    match &report.status {
        TaskStatus::Running => {}
        TaskStatus::Succeeded(results) => bounded(results, bytes),
        TaskStatus::Failed(failure) => harmless(failure.detail.as_deref().unwrap_or_default(), hidden),
    }
}

fn bounded(results: &Results, bytes: usize) {
    let Results { files, text, unknown } = results;
    assert!(files.len() <= FILES_MAX);
    assert!(
        files.iter().all(|file| file.url.len() <= URL_BYTES_MAX && file.duration_ms.is_none_or(|length| length > 0))
    );
    assert!(text.as_ref().is_none_or(|text| !text.is_empty() && text.len() <= bytes), "{text:?}");
    assert!(unknown.as_ref().is_none_or(|text| text.len() <= UNKNOWN_BYTES_MAX), "{unknown:?}");
    assert!(unknown.is_some() != (!files.is_empty() || text.is_some()), "nothing, or both: {results:?}");
}

fn harmless(text: &str, secrets: &[&str]) {
    assert!(text.chars().count() <= ERROR_CHARS_MAX, "{text}");
    assert!(!text.contains(char::is_control), "{text:?}");
    for secret in secrets {
        assert!(!text.contains(secret), "`{secret}` is told: {text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_as_a_callback_counts_with_the_right_signature_only() {
        short::run("callback", 10_000, callback);
    }

    #[test]
    fn whatever_kie_answers_is_bounded_and_tells_no_secret() {
        short::run("record", 3_000, record);
    }
}
