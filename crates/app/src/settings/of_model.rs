//! Settings of one model: their names, and what is typed for them.

use domain::free::FreeLimits;
use domain::ids::ModelId;
use domain::screen::ModelSetting;
use serde_json::Value;

use super::BadValue;

/// No day has more free ones than that: what is typed beyond it is a slip.
const FREE_MAX: u32 = 1_000;

const fn prefix(setting: ModelSetting) -> &'static str {
    match setting {
        ModelSetting::Markup => "model:",
        ModelSetting::Price => "price:",
        ModelSetting::Free => "free:",
    }
}

/// The name of a model's setting.
pub fn of_model(setting: ModelSetting, model: &ModelId) -> String {
    format!("{}{}", prefix(setting), model.0)
}

/// The inverse of [`of_model`]; `None`: not one model's.
pub fn model_of(name: &str) -> Option<(ModelSetting, ModelId)> {
    let found = |setting: ModelSetting| Some((setting, ModelId(name.strip_prefix(prefix(setting))?.to_owned())));
    ModelSetting::ALL.into_iter().find_map(found)
}

/// `3 2` or `3/2`: so many in a day, so many of them in an hour; one number is both.
pub(super) fn read_limits(typed: &str) -> Result<String, BadValue> {
    let figures: Result<Vec<u32>, _> = typed
        .split(|letter: char| letter.is_whitespace() || [',', '/', ';'].contains(&letter))
        .filter(|figure| !figure.is_empty())
        .map(str::parse)
        .collect();
    let (day, hour) = match figures.map_err(|_| BadValue::Unreadable)?[..] {
        [both] => (both, both),
        [day, hour] => (day, hour),
        _ => return Err(BadValue::Unreadable),
    };
    if !(1..=FREE_MAX).contains(&day) || !(1..=day).contains(&hour) {
        return Err(BadValue::Limits(FREE_MAX));
    }
    Ok(json_of_limits(Some(FreeLimits { day, hour })))
}

/// Limits as they are stored; `None`: never.
pub fn json_of_limits(limits: Option<FreeLimits>) -> String {
    match limits {
        Some(FreeLimits { day, hour }) => serde_json::json!({ "day": day, "hour": hour }).to_string(),
        None => Value::Bool(false).to_string(),
    }
}

/// The inverse of [`json_of_limits`]; `None`: it is none.
pub(crate) fn limits_of_json(value: &Value) -> Option<Option<FreeLimits>> {
    if value.as_bool() == Some(false) {
        return Some(None);
    }
    let figure = |key: &str| value.get(key)?.as_u64()?.try_into().ok();
    let limits = FreeLimits { day: figure("day")?, hour: figure("hour")? };
    (limits.hour > 0 && limits.hour <= limits.day).then_some(Some(limits))
}
