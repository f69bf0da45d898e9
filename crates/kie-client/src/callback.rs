//! KIE's callbacks: is one KIE's, and of which task does it speak?
//!
//! A callback is a hint, never proof. Its signature covers the task's id and the time and **not the body**, so a captured pair could come back
//! with another body. Whoever gets a [`CallbackNotice`] asks [`domain::ports::Generator::query`] for the truth.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::clock::Timestamp;
use domain::ids::TaskId;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::Sha256;

/// The header with the moment of signing, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "X-Webhook-Timestamp";
/// The header with the signature, in base64.
pub const SIGNATURE_HEADER: &str = "X-Webhook-Signature";

/// How far the moment of signing may lie from ours, as KIE's docs advise.
const WINDOW: Duration = Duration::from_secs(5 * 60);
const TASK_ID_BYTES_MAX: usize = 256;

/// What a callback says. Only the task is of use; everything else is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackNotice {
    /// Of which task it speaks; absent if the body can't be read. The token in the callback's address tells the generation then.
    pub task: Option<TaskId>,
    /// The body's `code`: 200 or 501 as a rule.
    pub code: Option<i64>,
}

/// The callback is not KIE's, or not fresh. All are answered with 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// A key is set, and the callback has no signature, no time, or no task's id to sign.
    #[error("the callback is not signed")]
    Missing,
    /// Signed more than five minutes ago, or ahead.
    #[error("the callback's signature is too old or ahead of time")]
    Stale,
    /// The signature is another one.
    #[error("the callback's signature is wrong")]
    Wrong,
}

/// Reads a callback's body and, if a key is set, checks its signature in constant time. `timestamp` and `signature` are the values of
/// [`TIMESTAMP_HEADER`] and [`SIGNATURE_HEADER`].
///
/// # Errors
/// See [`BadSignature`]. Without a key there is none: the token in the address has to do.
pub fn verify(
    key: Option<&SecretString>,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<CallbackNotice, BadSignature> {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let code = body.get("code").and_then(Value::as_i64);
    let tasks = task_ids(&body);
    let Some(key) = key else {
        return Ok(CallbackNotice { task: tasks.into_iter().next(), code });
    };
    let (Some(timestamp), Some(signature)) = (timestamp, signature) else {
        return Err(BadSignature::Missing);
    };
    let seconds: i64 = timestamp.trim().parse().map_err(|_| BadSignature::Missing)?;
    let signed_at = Timestamp::from_seconds(seconds);
    if now.since(signed_at).max(signed_at.since(now)) > WINDOW {
        return Err(BadSignature::Stale);
    }
    if tasks.is_empty() {
        return Err(BadSignature::Missing);
    }
    let signature = STANDARD.decode(signature.trim()).map_err(|_| BadSignature::Wrong)?;
    // Should the body name several ids, the one that is signed is the task.
    let signed = tasks.into_iter().find(|task| is_signed(key, task, timestamp.trim(), &signature));
    signed.map(|task| CallbackNotice { task: Some(task), code }).ok_or(BadSignature::Wrong)
}

/// The ids that a body names, in the order of trust: market bodies, the docs' sample, the top level.
fn task_ids(body: &Value) -> Vec<TaskId> {
    let data = body.get("data").unwrap_or(&Value::Null);
    let places = [(data, "taskId"), (data, "task_id"), (body, "taskId"), (body, "task_id")];
    let mut ids: Vec<TaskId> = Vec::new();
    for (at, key) in places {
        let id = at.get(key).and_then(Value::as_str).filter(|id| !id.is_empty() && id.len() <= TASK_ID_BYTES_MAX);
        if let Some(id) = id.map(|id| TaskId(id.to_owned())).filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
    }
    ids
}

fn is_signed(key: &SecretString, task: &TaskId, timestamp: &str, signature: &[u8]) -> bool {
    let key = key.expose_secret();
    // An empty key would let everybody sign.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
    mac.update(task.0.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.verify_slice(signature).is_ok() && !key.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf 'task_12345.1757574164' | openssl dgst -sha256 -hmac 'whsec-test' -binary | base64`.
    const SIGNATURE: &str = "4sIKj0Db4HZ3akAMOL4d2QPLHFcolAyF/j8p2/rtRJs=";
    const AT: i64 = 1_757_574_164;

    fn check(
        timestamp: Option<&str>,
        signature: Option<&str>,
        body: &str,
        now: i64,
    ) -> Result<CallbackNotice, BadSignature> {
        let key = SecretString::from("whsec-test");
        verify(Some(&key), timestamp, signature, body.as_bytes(), Timestamp::from_seconds(now))
    }

    fn notice(task: &str) -> CallbackNotice {
        CallbackNotice { task: Some(TaskId(task.to_owned())), code: None }
    }

    #[test]
    fn the_signed_id_is_found_in_all_three_places() {
        let bodies = [
            r#"{"data":{"taskId":"task_12345"}}"#,
            r#"{"data":{"task_id":"task_12345","callbackType":"complete"}}"#,
            r#"{"taskId":"task_12345"}"#,
            r#"{"task_id":"task_12345","data":null}"#,
            r#"{"taskId":"other","data":{"taskId":"another","task_id":"task_12345"}}"#,
        ];
        for body in bodies {
            assert_eq!(check(Some("1757574164"), Some(SIGNATURE), body, AT), Ok(notice("task_12345")), "{body}");
        }
        let market = r#"{"code":501,"msg":"x","data":{"taskId":"task_12345","state":"fail"}}"#;
        assert_eq!(check(Some("1757574164"), Some(SIGNATURE), market, AT).unwrap().code, Some(501));
    }

    #[test]
    fn what_is_missing_old_or_wrong_is_refused() {
        use BadSignature::{Missing, Stale, Wrong};
        let body = r#"{"data":{"taskId":"task_12345"}}"#;
        let other = r#"{"data":{"taskId":"task_12346"}}"#;
        let time = Some("1757574164");
        let table = [
            (None, Some(SIGNATURE), body, AT, Missing),
            (time, None, body, AT, Missing),
            (None, None, body, AT, Missing),
            (Some("now"), Some(SIGNATURE), body, AT, Missing),
            (time, Some(SIGNATURE), "{}", AT, Missing),
            (time, Some(SIGNATURE), "not json", AT, Missing),
            (time, Some(SIGNATURE), body, AT + 301, Stale),
            (time, Some(SIGNATURE), body, AT - 301, Stale),
            (Some("9223372036854775807"), Some(SIGNATURE), body, AT, Stale),
            (Some("-9223372036854775808"), Some(SIGNATURE), body, AT, Stale),
            (time, Some(""), body, AT, Wrong),
            (time, Some("!!!"), body, AT, Wrong),
            (time, Some("AAAA"), body, AT, Wrong),
            (time, Some(SIGNATURE), other, AT, Wrong),
            (Some("1757574165"), Some(SIGNATURE), body, AT, Wrong),
        ];
        for (timestamp, signature, body, now, expected) in table {
            assert_eq!(
                check(timestamp, signature, body, now),
                Err(expected),
                "{timestamp:?} {signature:?} {body} {now}"
            );
        }
        for now in [AT - 300, AT + 300] {
            assert!(check(time, Some(SIGNATURE), body, now).is_ok());
        }
    }

    #[test]
    fn another_key_and_an_empty_key_are_refused() {
        for key in ["whsec-other", ""] {
            let key = SecretString::from(key);
            let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
            mac.update(b"task_12345.1757574164");
            let forged = STANDARD.encode(mac.finalize().into_bytes());
            for signature in [SIGNATURE, &forged] {
                let body = br#"{"taskId":"task_12345"}"#;
                let result = verify(Some(&key), Some("1757574164"), Some(signature), body, Timestamp::from_seconds(AT));
                assert_eq!(result, Err(BadSignature::Wrong));
            }
        }
    }

    #[test]
    fn every_familys_callback_tells_its_task() {
        let bodies = [
            r#"{"code":200,"msg":"Playground task completed successfully.","data":{"taskId":"task_12345","state":"success","resultJson":"{}"}}"#,
            r#"{"code":200,"msg":"Video generated successfully.","data":{"taskId":"task_12345","info":{"resultUrls":["https://a/1"]},"fallbackFlag":false}}"#,
            r#"{"code":200,"msg":"success","data":{"taskId":"task_12345","info":{"originImageUrl":"https://a/o","resultImageUrl":"https://a/1"}}}"#,
            r#"{"code":200,"msg":"success","data":{"taskId":"task_12345","info":{"result_urls":["https://a/1"]}}}"#,
            r#"{"code":200,"msg":"All generated successfully.","data":{"task_id":"task_12345","video_id":"v","video_url":"https://a/1","image_url":"https://a/i"}}"#,
            r#"{"code":200,"msg":"All generated successfully.","data":{"callbackType":"text","task_id":"task_12345","data":[]}}"#,
            r#"{"code":200,"msg":"All generated successfully.","data":{"callbackType":"first","task_id":"task_12345","data":[{"id":"song","task_id":"x"}]}}"#,
            r#"{"code":200,"msg":"All generated successfully.","data":{"callbackType":"complete","task_id":"task_12345","data":[{"audio_url":"https://a/1"}]}}"#,
            r#"{"code":200,"msg":"failed","data":{"callbackType":"error","task_id":"task_12345","data":null}}"#,
        ];
        let expected = CallbackNotice { code: Some(200), ..notice("task_12345") };
        for body in bodies {
            assert_eq!(verify(None, None, None, body.as_bytes(), Timestamp::EPOCH), Ok(expected.clone()), "{body}");
            assert_eq!(check(Some("1757574164"), Some(SIGNATURE), body, AT), Ok(expected.clone()), "{body}");
        }
    }

    #[test]
    fn without_a_key_every_body_is_a_notice() {
        let read = |body: &str| verify(None, None, None, body.as_bytes(), Timestamp::EPOCH).unwrap();
        assert_eq!(read(r#"{"data":{"taskId":"t"}}"#), notice("t"));
        for body in ["", "[]", "null", "{\"data\":[]}", "{\"data\":{\"taskId\":5}}", "{\"taskId\":\"\"}", "\u{feff}{}"]
        {
            assert_eq!(read(body), CallbackNotice { task: None, code: None }, "{body}");
        }
        assert_eq!(read(&format!(r#"{{"taskId":"{}"}}"#, "x".repeat(257))).task, None);
    }
}
