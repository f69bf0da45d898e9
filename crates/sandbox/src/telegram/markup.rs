//! Keyboards: which are allowed, and how a user sees them.

use serde::Serialize;
use serde_json::Value;

use super::{journal::ViolationKind, refusal::Refusal};

/// Most buttons of a keyboard that Telegram takes.
const BUTTONS_MAX: usize = 100;

/// A button beneath a message, as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What a press sends to the bot.
    pub data: Option<String>,
    /// The page that a press opens.
    pub url: Option<String>,
    /// The text that a press copies.
    pub copy_text: Option<String>,
    /// The Mini App that a press opens.
    pub web_app: Option<String>,
    /// Whether a press pays the invoice.
    pub pay: bool,
    /// `danger`, `success` or `primary`.
    pub style: Option<String>,
}

impl Button {
    fn read(button: &Value) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        Self {
            label: text(button.get("text")).unwrap_or_default(),
            data: text(button.get("callback_data")),
            url: text(button.get("url")),
            copy_text: text(button.pointer("/copy_text/text")),
            web_app: text(button.pointer("/web_app/url")),
            pay: button.get("pay").and_then(Value::as_bool).unwrap_or(false),
            style: text(button.get("style")),
        }
    }

    /// The button that an invoice without a keyboard gets.
    pub(super) fn pay(amount: i64) -> Self {
        let label = format!("Pay ⭐️{amount}");
        Self { label, data: None, url: None, copy_text: None, web_app: None, pay: true, style: None }
    }

    fn actions(button: &Value) -> usize {
        let fields = [
            "url",
            "callback_data",
            "web_app",
            "switch_inline_query",
            "switch_inline_query_current_chat",
            "copy_text",
            "pay",
        ];
        fields.into_iter().filter(|field| button.get(field).is_some()).count()
    }
}

/// A checked `reply_markup`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Markup {
    /// As sent, for the `Message`; empty inline keyboards count as none.
    pub(super) json: Option<Value>,
    /// Rows of an inline keyboard.
    pub(super) rows: Vec<Vec<Button>>,
}

impl Markup {
    /// Checks what the table cannot: one action per button, links, the place of a pay button.
    pub(super) fn read(value: Option<&Value>, invoice: bool) -> Result<Self, Refusal> {
        let Some(markup) = value else { return Ok(Self::default()) };
        let Some(rows) = markup.get("inline_keyboard").and_then(Value::as_array) else {
            return Ok(Self { json: Some(markup.clone()), rows: Vec::new() });
        };
        let rows: Vec<&Vec<Value>> = rows.iter().filter_map(Value::as_array).filter(|row| !row.is_empty()).collect();
        let buttons: Vec<&Value> = rows.iter().flat_map(|row| row.iter()).collect();
        if buttons.len() > BUTTONS_MAX {
            return Err(Refusal::wrong(ViolationKind::Limit, "REPLY_MARKUP_TOO_LONG"));
        }
        for (place, button) in buttons.iter().enumerate() {
            check(button, place, invoice)?;
        }
        if buttons.is_empty() {
            return Ok(Self::default());
        }
        let rows = rows.into_iter().map(|row| row.iter().map(Button::read).collect()).collect();
        Ok(Self { json: Some(markup.clone()), rows })
    }

    /// Whether it is a keyboard beneath the message; other ones make the message uneditable.
    pub(super) fn is_inline(&self) -> bool {
        self.json.as_ref().is_none_or(|json| json.get("inline_keyboard").is_some())
    }
}

fn check(button: &Value, place: usize, invoice: bool) -> Result<(), Refusal> {
    let wrong = |text: String| Err(Refusal::wrong(ViolationKind::Markup, text));
    match Button::actions(button) {
        0 => {
            return wrong(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard".to_owned(),
            );
        }
        1 => {}
        _ => return wrong("can't parse inline keyboard button: exactly one action is allowed".to_owned()),
    }
    let button = Button::read(button);
    if let Some(url) = &button.url {
        let known = ["http://", "https://", "tg://"].into_iter().any(|scheme| url.starts_with(scheme));
        if !known || url.contains(char::is_whitespace) {
            return wrong(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"));
        }
    }
    if let Some(url) = button.web_app.filter(|url| !url.starts_with("https://")) {
        return wrong(format!("inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"));
    }
    match (invoice, place, button.pay) {
        (true, 0, false) | (false, _, true) => wrong("BUTTON_TYPE_INVALID".to_owned()),
        (true, 1.., true) => wrong("BUTTON_POS_INVALID".to_owned()),
        _ => Ok(()),
    }
}
