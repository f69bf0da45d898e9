//! What must be told to nobody of a case that the simulators played.

use sandbox::kie::KieSimulator;
use sandbox::telegram::TelegramSimulator;
use serde_json::Value;

use crate::leaks::Leaks;

/// Adds what people wrote to the bot, the words that KIE got, and the tokens of its callbacks.
pub(crate) fn add_played(leaks: &mut Leaks, telegram: &TelegramSimulator, kie: &KieSimulator) {
    for created in kie.created() {
        let token = created.callback_url.as_deref().and_then(|url| url.rsplit('/').next());
        leaks.secret("a callback's token", token.unwrap_or_default());
        created.input.values().for_each(|value| add_words(leaks, value));
    }
    for update in telegram.updates() {
        let body = telegram.update_body(update.update_id).unwrap_or_default();
        for path in ["/message/text", "/message/caption", "/message/from/first_name"] {
            leaks.text(body.pointer(path).and_then(Value::as_str).unwrap_or_default());
        }
    }
}

fn add_words(leaks: &mut Leaks, value: &Value) {
    match value {
        Value::String(text) => leaks.text(text),
        Value::Array(values) => values.iter().for_each(|value| add_words(leaks, value)),
        Value::Object(fields) => fields.values().for_each(|value| add_words(leaks, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
