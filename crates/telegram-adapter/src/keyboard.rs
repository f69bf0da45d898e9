//! Rows of buttons as Telegram wants them.

use domain::screen::{Button, Emphasis, Press};
use frankenstein::types::{ButtonStyle, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup};

use crate::{callback, html};

/// Of a text to be copied: <https://core.telegram.org/bots/api#copytextbutton>.
const COPY_UNITS_MAX: usize = 256;
/// Of a label. Telegram names no limit and shows about 40; a whole sentence would only be cut by its apps.
const LABEL_UNITS_MAX: usize = 64;

/// The inline keyboard; `None` if no button is left. A button that would make Telegram refuse the whole message is left out and logged.
pub(crate) fn inline(rows: &[Vec<Button>]) -> Option<InlineKeyboardMarkup> {
    let rows: Vec<Vec<InlineKeyboardButton>> = rows
        .iter()
        .map(|row| row.iter().filter_map(button).collect::<Vec<_>>())
        .filter(|row| !row.is_empty())
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::builder().inline_keyboard(rows).build())
}

fn button(button: &Button) -> Option<InlineKeyboardButton> {
    let label = html::cut(&button.label, LABEL_UNITS_MAX);
    if label.trim().is_empty() {
        tracing::warn!("a button without a label was left out");
        return None;
    }
    let mut made = InlineKeyboardButton::builder().text(label).build();
    match &button.press {
        Press::Action(action) => made.callback_data = Some(callback::encode(action)),
        Press::Url(url) if html::is_link(url) => made.url = Some(url.clone()),
        Press::Copy(text) if !text.is_empty() => {
            made.copy_text = Some(CopyTextButton::builder().text(html::cut(text, COPY_UNITS_MAX)).build());
        }
        Press::Url(_) | Press::Copy(_) => {
            tracing::warn!("a button without a usable address or text was left out");
            return None;
        }
    }
    made.style = match button.emphasis {
        Emphasis::Normal => None,
        Emphasis::Primary => Some(ButtonStyle::Primary),
        Emphasis::Danger => Some(ButtonStyle::Danger),
    };
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::screen::Action;
    use serde_json::json;

    fn made(label: &str, press: Press, emphasis: Emphasis) -> Vec<Button> {
        vec![Button { label: label.to_owned(), press, emphasis }]
    }

    #[test]
    fn each_press_and_emphasis_has_its_field() {
        let rows = [
            made("Menu", Press::Action(Action::Menu), Emphasis::Normal),
            made("Pay", Press::Url("https://pay".to_owned()), Emphasis::Primary),
            made("Card", Press::Copy("1".repeat(300)), Emphasis::Danger),
            made("", Press::Action(Action::Menu), Emphasis::Normal),
            made("Bad", Press::Url("javascript:x".to_owned()), Emphasis::Normal),
        ];
        assert_eq!(
            serde_json::to_value(inline(&rows)).unwrap(),
            json!({"inline_keyboard": [
                [{"text": "Menu", "callback_data": "1m"}],
                [{"text": "Pay", "url": "https://pay", "style": "primary"}],
                [{"text": "Card", "copy_text": {"text": "1".repeat(256)}, "style": "danger"}],
            ]})
        );
        assert_eq!(inline(&[]), None);
        assert_eq!(inline(&rows[3..]), None);
    }
}
