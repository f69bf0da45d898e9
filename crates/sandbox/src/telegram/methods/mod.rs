//! What each method does. The dispatcher takes checked parameters; each function is named as its method.

mod callbacks;
mod editing;
mod payments;
mod sending;
mod uploads;
mod webhooks;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Shared,
    journal::ViolationKind,
    params::Params,
    refusal::{Refusal, Success},
};

/// Result of a method.
type Answer = Result<Success, Refusal>;

/// Runs a method of the table.
pub(super) async fn run(shared: &Arc<Shared>, method: &str, params: &Params) -> Answer {
    let now = shared.clock.now();
    match method {
        "getUpdates" => return webhooks::get_updates(shared, params).await,
        "setWebhook" => return webhooks::set_webhook(shared, params),
        "deleteWebhook" => return webhooks::delete_webhook(shared, params),
        "sendPhoto" | "sendVideo" | "sendAnimation" | "sendAudio" | "sendVoice" | "sendDocument" => {
            return uploads::send_file(shared, method, params).await;
        }
        "sendMediaGroup" => return uploads::send_media_group(shared, params).await,
        "editMessageMedia" => return uploads::edit_message_media(shared, params).await,
        _ => {}
    }
    shared.change(|state| match method {
        "getMe" => Ok(get_me(&state.people.bot.json())),
        "getWebhookInfo" => Ok(state.updates.webhook_info(now).into()),
        "setMyCommands" => callbacks::set_my_commands(state, params),
        "getMyCommands" => callbacks::get_my_commands(state, params),
        "sendMessage" => sending::send_message(state, params, now),
        "copyMessage" => sending::copy_message(state, params, now),
        "deleteMessage" => sending::delete_message(state, params, now),
        "sendChatAction" => sending::send_chat_action(state, params, now),
        "getFile" => state.files.link(params.text("file_id").unwrap_or_default(), now).map(Success::from),
        "editMessageText" => editing::edit_message_text(state, params, now),
        "editMessageCaption" => editing::edit_message_caption(state, params, now),
        "editMessageReplyMarkup" => editing::edit_message_reply_markup(state, params, now),
        "answerCallbackQuery" => callbacks::answer_callback_query(state, params, now),
        "sendInvoice" => payments::send_invoice(state, params, now),
        "createInvoiceLink" => payments::create_invoice_link(state, params),
        "answerPreCheckoutQuery" => payments::answer_pre_checkout_query(state, params, now),
        "refundStarPayment" => payments::refund_star_payment(state, params, now),
        "getStarTransactions" => Ok(payments::get_star_transactions(state, params)),
        other => Err(Refusal::wrong(ViolationKind::NotSimulated, format!("method `{other}` is not simulated"))),
    })
}

fn get_me(bot: &Value) -> Success {
    let mut me = bot.clone();
    let abilities = [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_guest_queries", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
        ("has_topics_enabled", false),
        ("allows_users_to_create_topics", false),
        ("can_manage_bots", false),
    ];
    for (name, able) in abilities {
        me[name] = json!(able);
    }
    me.into()
}

/// The result of the many methods that only succeed.
fn done() -> Answer {
    Ok(Value::Bool(true).into())
}
