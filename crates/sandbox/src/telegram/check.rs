//! Checks one value against the table and brings it into one form: numbers are numbers, JSON texts are objects.

use serde_json::{Map, Value};

use super::{
    entities::utf16_length,
    journal::ViolationKind,
    spec::{Kind, Limit, Object, Parameter, Unit},
};

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// The rule that it breaks.
    pub(super) kind: ViolationKind,
    /// What the Bot API answers after `Bad Request: `.
    pub(super) answer: String,
}

impl Misfit {
    fn new(kind: ViolationKind, answer: impl Into<String>) -> Self {
        Self { kind, answer: answer.into() }
    }
}

/// Checks a parameter's value. `loose` is for the outer level, where Telegram takes numbers, truth values and JSON as texts too.
pub(super) fn fit(parameter: &Parameter, value: Value, loose: bool) -> Result<Value, Misfit> {
    Fitting { name: parameter.name, loose }.value(&parameter.kind, value)
}

struct Fitting<'a> {
    name: &'a str,
    loose: bool,
}

impl Fitting<'_> {
    fn value(&self, kind: &Kind, value: Value) -> Result<Value, Misfit> {
        match kind {
            Kind::Integer { min, max } => self.integer(*min, *max, &value),
            Kind::Boolean => self.boolean(value),
            Kind::Text(limit) => self.text(limit, value),
            Kind::Parsed => self.plain_text(value),
            Kind::OneOf(words) => match value {
                Value::String(word) if words.contains(&word.as_str()) => Ok(Value::String(word)),
                Value::String(_) => Err(self.limit("")),
                _ => Err(self.wrong_type("String")),
            },
            Kind::ChatId => match value {
                Value::Number(_) => self.integer(i64::MIN, i64::MAX, &value),
                Value::String(text) if text.starts_with('@') => Ok(Value::String(text)),
                Value::String(text) => match text.parse::<i64>() {
                    Ok(number) => Ok(Value::from(number)),
                    Err(_) => Err(Misfit::new(ViolationKind::WrongType, "chat not found")),
                },
                _ => Err(self.wrong_type("Integer")),
            },
            Kind::File => self.plain_text(value),
            Kind::Object(object) => fields(object, self.json(value)?),
            Kind::Union(objects) => {
                let value = self.json(value)?;
                let known =
                    |object: &&&Object| object.fields.first().is_some_and(|first| value.get(first.name).is_some());
                match objects.iter().find(known) {
                    Some(object) => fields(object, value),
                    None => Err(self.wrong_type("Object")),
                }
            }
            Kind::Tagged { name, objects } => {
                let value = self.json(value)?;
                let tag = value.get("type").and_then(Value::as_str).unwrap_or_default();
                match objects.iter().find(|(known, _)| *known == tag) {
                    Some((_, object)) => fields(object, value),
                    None => {
                        let answer = format!("can't parse {name}: type must be one of the documented ones");
                        Err(Misfit::new(ViolationKind::WrongType, answer))
                    }
                }
            }
            Kind::List { of, min, max, refusal } => {
                let Value::Array(items) = self.json(value)? else { return Err(self.wrong_type("Array")) };
                if items.len() < *min || items.len() > *max {
                    return Err(self.limit(refusal));
                }
                let inner = Fitting { name: self.name, loose: false };
                items.into_iter().map(|item| inner.value(of, item)).collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
        }
    }

    fn integer(&self, min: i64, max: i64, value: &Value) -> Result<Value, Misfit> {
        let number = match value {
            Value::String(text) if self.loose => text.parse::<i64>().ok(),
            other => other.as_i64(),
        };
        match number {
            Some(number) if (min..=max).contains(&number) => Ok(Value::from(number)),
            Some(_) => Err(self.limit("")),
            None => Err(self.wrong_type("Integer")),
        }
    }

    fn boolean(&self, value: Value) -> Result<Value, Misfit> {
        match value {
            Value::Bool(_) => Ok(value),
            // The forms that the Bot API server reads as truth in texts; anything else in a text is a mistake of the caller.
            Value::String(text) if self.loose => match text.to_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(Value::Bool(true)),
                "false" | "no" | "0" | "" => Ok(Value::Bool(false)),
                _ => Err(self.wrong_type("Boolean")),
            },
            _ => Err(self.wrong_type("Boolean")),
        }
    }

    fn plain_text(&self, value: Value) -> Result<Value, Misfit> {
        if value.is_string() { Ok(value) } else { Err(self.wrong_type("String")) }
    }

    fn text(&self, limit: &Limit, value: Value) -> Result<Value, Misfit> {
        let Value::String(text) = value else { return Err(self.wrong_type("String")) };
        let length = match limit.unit {
            Unit::Bytes => text.len(),
            Unit::Utf16 => utf16_length(&text),
        };
        if (limit.min..=limit.max).contains(&length) { Ok(Value::String(text)) } else { Err(self.limit(limit.refusal)) }
    }

    fn json(&self, value: Value) -> Result<Value, Misfit> {
        match value {
            Value::String(text) if self.loose => serde_json::from_str(&text).map_err(|_| {
                Misfit::new(
                    ViolationKind::WrongType,
                    format!("can't parse {} JSON object", self.name.replace('_', " ")),
                )
            }),
            Value::Object(_) | Value::Array(_) => Ok(value),
            _ => Err(self.wrong_type("Object")),
        }
    }

    fn wrong_type(&self, expected: &str) -> Misfit {
        Misfit::new(ViolationKind::WrongType, format!("field \"{}\" must be of type {expected}", self.name))
    }

    fn limit(&self, refusal: &str) -> Misfit {
        let answer = if refusal.is_empty() { format!("invalid {} specified", self.name) } else { refusal.to_owned() };
        Misfit::new(ViolationKind::Limit, answer)
    }
}

fn fields(object: &Object, value: Value) -> Result<Value, Misfit> {
    let within = |misfit: Misfit| match misfit.kind {
        ViolationKind::WrongType if !misfit.answer.starts_with("can't parse") => {
            Misfit { answer: format!("can't parse {}: {}", object.name, misfit.answer), ..misfit }
        }
        _ => misfit,
    };
    let Value::Object(given) = value else {
        return Err(Misfit::new(ViolationKind::WrongType, format!("can't parse {}: expected an Object", object.name)));
    };
    let mut out = Map::new();
    for (name, value) in given {
        let Some(field) = object.fields.iter().find(|field| field.name == name) else {
            let answer = format!("field `{name}` of {} is not in the simulator's table", object.name);
            return Err(Misfit::new(ViolationKind::UnknownParameter, answer));
        };
        out.insert(name, fit(field, value, false).map_err(within)?);
    }
    match object.fields.iter().find(|field| field.required && !out.contains_key(field.name)) {
        Some(missing) => {
            let answer = format!("can't parse {}: can't find field \"{}\"", object.name, missing.name);
            Err(Misfit::new(ViolationKind::MissingParameter, answer))
        }
        None => Ok(Value::Object(out)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::telegram::spec;

    fn check(method: &str, name: &str, value: Value) -> Result<Value, ViolationKind> {
        let parameter = spec::method(method).and_then(|method| method.parameter(name)).expect("in the table");
        fit(parameter, value, true).map_err(|misfit| misfit.kind)
    }

    #[test]
    fn values_are_brought_into_one_form() {
        assert_eq!(check("getUpdates", "limit", json!("7")), Ok(json!(7)));
        assert_eq!(check("sendMessage", "chat_id", json!("-5")), Ok(json!(-5)));
        assert_eq!(check("sendMessage", "chat_id", json!("@x")), Ok(json!("@x")));
        assert_eq!(check("sendMessage", "protect_content", json!("True")), Ok(json!(true)));
        let markup = json!({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]});
        assert_eq!(check("sendMessage", "reply_markup", json!(markup.to_string())), Ok(markup));
    }

    #[test]
    fn misfits_name_the_rule() {
        let button = |button: Value| json!({"inline_keyboard": [[button]]});
        let table = [
            ("getUpdates", "limit", json!(101), ViolationKind::Limit),
            ("getUpdates", "limit", json!("x"), ViolationKind::WrongType),
            ("getUpdates", "limit", json!(1.5), ViolationKind::WrongType),
            ("sendMessage", "text", json!(7), ViolationKind::WrongType),
            ("sendMessage", "chat_id", json!("seven"), ViolationKind::WrongType),
            ("sendMessage", "reply_markup", json!("{"), ViolationKind::WrongType),
            ("sendMessage", "reply_markup", json!({"x": 1}), ViolationKind::WrongType),
            ("sendMessage", "reply_markup", button(json!({"text": "a", "callback_data": ""})), ViolationKind::Limit),
            ("sendMessage", "reply_markup", button(json!({"callback_data": "a"})), ViolationKind::MissingParameter),
            (
                "sendMessage",
                "reply_markup",
                button(json!({"text": "a", "colour": "red"})),
                ViolationKind::UnknownParameter,
            ),
            ("sendMessage", "reply_markup", button(json!({"text": "a", "style": "red"})), ViolationKind::Limit),
            ("sendChatAction", "action", json!("dancing"), ViolationKind::Limit),
            ("editMessageMedia", "media", json!({"type": "song", "media": "x"}), ViolationKind::WrongType),
            ("sendMediaGroup", "media", json!([{"type": "photo", "media": "x"}]), ViolationKind::Limit),
        ];
        for (method, name, value, expected) in table {
            assert_eq!(check(method, name, value.clone()), Err(expected), "{method}.{name} = {value}");
        }
    }
}
