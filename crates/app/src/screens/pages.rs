//! Pages of plain text: help, terms.

use domain::screen::Screen;

use super::{Canvas, browse};

pub(super) fn page(canvas: &Canvas<'_>, key: &str) -> Screen {
    Screen::new(canvas.words.text(key, &[]), vec![browse::ways_out(canvas.words)])
}
