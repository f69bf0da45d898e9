//! What KIE says, field by field, and nothing of what we make of it.
//!
//! Each field is read leniently: a field that is absent, null, empty or of another type than documented never spoils the rest.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The frame of every answer.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Envelope {
    /// The true status: 200 or one of the codes of the table.
    #[serde(default, deserialize_with = "integer")]
    pub(crate) code: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    pub(crate) msg: Option<String>,
    /// One page of the docs prints this instead of `msg`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) message: Option<String>,
    /// Only the upload server says this.
    #[serde(default)]
    pub(crate) success: Value,
    #[serde(default)]
    pub(crate) data: Value,
}

/// `data` of a creation.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Created {
    #[serde(default, rename = "taskId", deserialize_with = "text")]
    pub(crate) task_id: Option<String>,
}

/// `data` of recordInfo and of its older brothers: the fields of all families. None has them all.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskRecord {
    #[serde(default, deserialize_with = "text")]
    pub(crate) task_id: Option<String>,
    /// The unified family's and Runway's word for where the task is.
    #[serde(default, deserialize_with = "text")]
    pub(crate) state: Option<String>,
    /// The same of 4o image and Suno, in capitals.
    #[serde(default, deserialize_with = "text")]
    pub(crate) status: Option<String>,
    /// 0 running, 1 success, 2 or 3 failed, as a number or as text; a word in some.
    #[serde(default, deserialize_with = "text")]
    pub(crate) success_flag: Option<String>,
    /// The request as JSON text, in which `input` may be JSON text again.
    #[serde(default)]
    pub(crate) param: Value,
    /// The same in some of the older families.
    #[serde(default)]
    pub(crate) param_json: Value,
    /// The result as JSON text; `""` or null before the end.
    #[serde(default)]
    pub(crate) result_json: Value,
    /// The same as an object; since September 2026, and in the older families.
    #[serde(default)]
    pub(crate) response: Value,
    /// Runway's result.
    #[serde(default)]
    pub(crate) video_info: Value,
    #[serde(default, deserialize_with = "text")]
    pub(crate) fail_code: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(crate) fail_msg: Option<String>,
    /// The older families' `failCode`; Runway says that as the unified one does.
    #[serde(default, deserialize_with = "text")]
    pub(crate) error_code: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(crate) error_message: Option<String>,
    #[serde(default, deserialize_with = "millis")]
    pub(crate) create_time: Option<i64>,
    #[serde(default, deserialize_with = "millis")]
    pub(crate) complete_time: Option<i64>,
    /// A fractional number; since mid 2026.
    #[serde(default)]
    pub(crate) credits_consumed: Value,
}

/// `data` of file-stream-upload.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadedFile {
    /// As recorded.
    #[serde(default, deserialize_with = "text")]
    pub(crate) download_url: Option<String>,
    /// As one page of the docs prints it.
    #[serde(default, deserialize_with = "text")]
    pub(crate) file_url: Option<String>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(as_integer(&Value::deserialize(deserializer)?))
}

fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Milliseconds since 1970. Older parts of the API give a date without a zone, which is read as UTC: only differences of two are used.
fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let moment = as_integer(&value).or_else(|| {
        let date: jiff::civil::DateTime = value.as_str()?.trim().trim_end_matches('Z').parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    });
    Ok(moment.filter(|moment| *moment > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_of_a_wrong_type_do_not_spoil_the_record() {
        let record = TaskRecord::deserialize(json!({
            "taskId": 7, "state": ["x"], "successFlag": "1", "param": 5, "resultJson": {}, "failCode": 500, "failMsg": {"a": 1},
            "createTime": "1757574164490", "completeTime": true, "creditsConsumed": [], "new": "field",
        }))
        .unwrap();
        assert_eq!(record.task_id.as_deref(), Some("7"));
        assert_eq!((record.state, record.success_flag), (None, Some("1".to_owned())));
        assert_eq!((record.fail_code.as_deref(), record.fail_msg), (Some("500"), None));
        assert_eq!((record.create_time, record.complete_time), (Some(1_757_574_164_490), None));
    }

    #[test]
    fn times_are_milliseconds_or_dates_and_zero_is_none() {
        let table = [
            (json!(1_757_574_164_490_i64), Some(1_757_574_164_490)),
            (json!("2025-01-01 00:10:00"), Some(1_735_690_200_000)),
            (json!("2025-01-01T00:10:00.250Z"), Some(1_735_690_200_250)),
            (json!(0), None),
            (json!(null), None),
            (json!(""), None),
            (json!("soon"), None),
        ];
        for (value, expected) in table {
            assert_eq!(millis(&value).unwrap(), expected, "{value}");
        }
    }
}
