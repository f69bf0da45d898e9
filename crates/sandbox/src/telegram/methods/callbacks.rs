//! `answerCallbackQuery`, and the command list: `setMyCommands`, `getMyCommands`.

use domain::clock::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{
        journal::ViolationKind,
        params::Params,
        refusal::Refusal,
        state::{CallbackAnswer, State},
    },
    Answer, done,
};

/// <https://core.telegram.org/bots/api#answercallbackquery>
pub(super) fn answer_callback_query(state: &mut State, params: &Params, now: Timestamp) -> Answer {
    let id = params.text("callback_query_id").unwrap_or_default();
    let text = |name: &str| params.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    state.callbacks.answer(id, now, |user_id| CallbackAnswer {
        callback_query_id: id.to_owned(),
        user_id,
        text: text("text"),
        show_alert: params.flag("show_alert"),
        url: text("url"),
    })?;
    done()
}

/// <https://core.telegram.org/bots/api#setmycommands>
pub(super) fn set_my_commands(state: &mut State, params: &Params) -> Answer {
    let commands = params.get("commands").cloned().unwrap_or_else(|| json!([]));
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let names = commands.as_array().into_iter().flatten().filter_map(|command| command.get("command")?.as_str());
    for name in names {
        if !name.strip_prefix('/').unwrap_or(name).chars().all(allowed) {
            return Err(Refusal::wrong(ViolationKind::Limit, "BOT_COMMAND_INVALID"));
        }
    }
    state.commands.insert(key(params), commands);
    done()
}

/// <https://core.telegram.org/bots/api#getmycommands>
pub(super) fn get_my_commands(state: &State, params: &Params) -> Answer {
    Ok(state.commands.get(&key(params)).cloned().unwrap_or_else(|| json!([])).into())
}

fn key(params: &Params) -> (String, String) {
    let scope = params.get("scope").map(Value::to_string).unwrap_or_else(|| json!({"type": "default"}).to_string());
    (scope, params.text("language_code").unwrap_or_default().to_owned())
}
