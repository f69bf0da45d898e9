//! The optional inputs with what holds for each.

use domain::models::{Input, Model};
use domain::screen::{Button, DraftAct, Key, Screen};

use super::super::{Canvas, PAGE, button, pager, primary};
use super::values::{LABEL_MAX, cut, shown};
use super::{act, navigation};
use crate::conversation::{Draft, options};

/// A value takes so much of its button at most.
const VALUE_MAX: usize = 24;

pub(super) fn list(canvas: &Canvas<'_>, draft: &Draft, model: &Model) -> Screen {
    let (words, language) = (canvas.words, canvas.words.language());
    let all: Vec<&Input> = options(model, &draft.inputs).collect();
    let last = u16::try_from(all.len().saturating_sub(1) / PAGE).unwrap_or(u16::MAX);
    let page = draft.options_page.min(last);
    let row = |input: &&Input| {
        let value = model.value(&draft.inputs, &input.name);
        let value = value.map_or_else(|| words.plain("value-unset", &[]), |value| shown(canvas, input, value));
        let value = cut(&value.split_whitespace().collect::<Vec<_>>().join(" "), VALUE_MAX);
        let title = cut(input.title.get(language), LABEL_MAX - VALUE_MAX - 2);
        let label = words.plain("option-row", &[("input", title.into()), ("value", value.into())]);
        vec![button(label, act(draft, DraftAct::Edit { input: Key::of(&input.name) }))]
    };
    let mut keyboard: Vec<Vec<Button>> = all.iter().skip(usize::from(page) * PAGE).take(PAGE).map(row).collect();
    let turn = |page| act(draft, DraftAct::Page { input: Key::of("options"), page });
    keyboard.extend(pager(words, page, page < last, turn));
    keyboard.push(vec![primary(words.plain("button-review", &[]), act(draft, DraftAct::Review))]);
    keyboard.push(navigation(canvas, draft));
    Screen::new(words.text("options-text", &[("model", model.title.get(language).into())]), keyboard)
}
