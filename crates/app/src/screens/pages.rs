//! Pages of plain text: help, terms.

use domain::screen::Screen;

use super::{Canvas, browse};

pub(super) fn page(canvas: &Canvas<'_>, key: &str) -> Screen {
    let mut text = canvas.words.text(key, &[]);
    if canvas.actor.is_some() {
        text.extend(canvas.words.text("help-desk", &[]));
    }
    Screen::new(text, vec![browse::ways_out(canvas.words)])
}
