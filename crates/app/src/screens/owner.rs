//! What only owners see.

use domain::ids::ModelId;
use domain::screen::{Action, Button, Key, Screen};

use super::primary;
use crate::conversation::Notice;
use crate::texts::Words;

/// The message that a model was stopped.
pub(crate) fn stopped(words: Words<'_>, notice: &Notice, model: &ModelId) -> Screen {
    Screen::new(notice.render(words), vec![vec![sell_again(words, model)]])
}

/// The button that sells a stopped model again.
pub(super) fn sell_again(words: Words<'_>, model: &ModelId) -> Button {
    primary(words.plain("button-sell-again", &[]), Action::SellAgain { model: Key::of(&model.0) })
}

/// The message that the exchange rate jumped.
pub(crate) fn rate_jumped(words: Words<'_>, notice: &Notice, date: String) -> Screen {
    let accept = primary(words.plain("button-accept-rate", &[]), Action::AcceptRate { date });
    Screen::new(notice.render(words), vec![vec![accept]])
}
