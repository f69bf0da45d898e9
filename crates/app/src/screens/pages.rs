//! The help.

use domain::screen::{Screen, Text};

use super::{Canvas, browse};
use crate::settings::OwnText;

/// How it works, and below it what the owner adds.
pub(super) fn help(canvas: &Canvas<'_>) -> Screen {
    let mut text = canvas.words.text("help-text", &[]);
    if let Some(more) = canvas.shop.texts.get(OwnText::HelpMore, canvas.words.language()) {
        text.extend(Text::plain("\n\n"));
        text.extend(canvas.words.own(more, &[]));
    }
    if canvas.actor.is_some() {
        text.extend(canvas.words.text("help-desk", &[]));
    }
    Screen::new(text, vec![browse::ways_out(canvas.words)])
}
