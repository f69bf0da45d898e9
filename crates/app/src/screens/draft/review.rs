//! The confirm screen, the wait for files before it, and what is said when the balance does not cover it.

use domain::free::Means;
use domain::models::{Input, Model};
use domain::money::Money;
use domain::quote::Quote;
use domain::screen::{Action, Button, DraftAct, Key, Screen, Text};

use super::super::{Canvas, button, free, labelled, pairs, primary};
use super::values::{cut, in_full, label};
use super::{act, navigation};
use crate::conversation::{Draft, is_question, options};

/// All values together take so many characters at most: Telegram's message has 4096, and prices stand below them.
const VALUES_MAX: usize = 2800;
/// One value is not shown longer than this.
const VALUE_MAX: usize = 700;
/// Up to so many inputs each get their own button here; of more, only those that were answered.
const EDITS_MAX: usize = 8;

pub(super) fn preparing(canvas: &Canvas<'_>, draft: &Draft, model: &Model) -> Screen {
    let words = canvas.words;
    let text = words.text("preparing-text", &[("model", model.title.get(words.language()).into())]);
    let look = labelled(words, "button-refresh", act(draft, DraftAct::Review));
    Screen::new(text, vec![vec![look], navigation(canvas, draft)])
}

pub(super) fn review(canvas: &Canvas<'_>, draft: &Draft, model: &Model, quote: &Quote) -> Screen {
    let words = canvas.words;
    let mut text = words.text("review-title", &[("model", model.title.get(words.language()).into())]);
    text.extend(values(canvas, draft, model));
    text.extend(note(canvas, model));
    text.extend(match draft.means {
        _ if draft.trial => free::trial(canvas, quote),
        Means::Money => money(canvas, model, quote),
        means => free::review(canvas, model, means),
    });
    text.extend(words.text("review-usual", &[("usual", words.duration(model.usual_duration).into())]));
    let confirm = free::confirm(words, quote, draft);
    let mut keyboard = vec![vec![primary(confirm, act(draft, DraftAct::Confirm))]];
    keyboard.extend(edits(canvas, draft, model));
    if options(model, &draft.inputs).next().is_some() {
        keyboard.push(vec![labelled(words, "button-options", act(draft, DraftAct::Options))]);
    }
    keyboard.push(navigation(canvas, draft));
    Screen::new(text, keyboard)
}

/// What holds for each input, as long as there is room.
fn values(canvas: &Canvas<'_>, draft: &Draft, model: &Model) -> Text {
    let (words, language) = (canvas.words, canvas.words.language());
    let open = model.open_inputs(&draft.inputs).filter(|input| is_question(&input.kind));
    let rows: Vec<(&Input, String)> = open
        .filter_map(|input| Some((input, in_full(canvas, input, model.value(&draft.inputs, &input.name)?))))
        .collect();
    // Short values leave their room to the long ones.
    let mut lengths: Vec<usize> = rows.iter().map(|(_, value)| value.chars().count()).collect();
    lengths.sort_unstable();
    let (mut room, mut each) = (VALUES_MAX, VALUE_MAX);
    for (done, length) in lengths.iter().enumerate() {
        each = room / (lengths.len() - done);
        if *length > each {
            break;
        }
        room -= length;
        each = VALUE_MAX;
    }
    let each = each.min(VALUE_MAX);
    let mut text = Text::default();
    for (input, value) in rows {
        let args = [("input", input.title.get(language).into()), ("value", cut(&value, each).into())];
        text.extend(words.text("review-row", &args));
    }
    text
}

/// What the way that this order goes makes otherwise than the model promises.
fn note(canvas: &Canvas<'_>, model: &Model) -> Text {
    let way = model.dedicated().filter(|dedicated| dedicated.family == canvas.facts.family);
    let note = way.and_then(|dedicated| dedicated.note.as_ref());
    note.map_or_else(Text::default, |note| {
        canvas.words.text("review-note", &[("note", note.get(canvas.words.language()).into())])
    })
}

fn money(canvas: &Canvas<'_>, model: &Model, quote: &Quote) -> Text {
    let words = canvas.words;
    let key = if quote.cost.metered { "review-price-metered" } else { "review-price" };
    let mut text = words.text(key, &[("price", words.money(quote.price).into())]);
    let before = Money::from_kopecks(canvas.session.money.available());
    let after = before.checked_sub(quote.price).ok().filter(|after| *after >= Money::ZERO);
    let before = ("before", words.money(before).into());
    text.extend(match after {
        Some(after) => words.text("review-balance", &[before, ("after", words.money(after).into())]),
        None => words.text("review-balance-short", &[before]),
    });
    text.extend(free::line(canvas, model));
    text
}

/// A button for each input that can be changed from here; the others are behind the settings.
fn edits(canvas: &Canvas<'_>, draft: &Draft, model: &Model) -> Vec<Vec<Button>> {
    let (words, language) = (canvas.words, canvas.words.language());
    let open = model.open_inputs(&draft.inputs).filter(|input| is_question(&input.kind));
    let open: Vec<&Input> = open.collect();
    let few = open.len() <= EDITS_MAX;
    let answered = |input: &&&Input| few || input.must_be_asked() || draft.inputs.get(&input.name).is_some();
    pairs(open.iter().filter(answered).map(|input| {
        let title = words.plain("button-edit", &[("input", input.title.get(language).into())]);
        button(label(&title), act(draft, DraftAct::Edit { input: Key::of(&input.name) }))
    }))
}

pub(super) fn short(canvas: &Canvas<'_>, draft: &Draft, model: &Model, available: Money, quote: &Quote) -> Screen {
    let words = canvas.words;
    let missing = quote.price.checked_sub(available).unwrap_or(quote.price);
    let mut text = words.text(
        "short-text",
        &[
            ("price", words.money(quote.price).into()),
            ("available", words.money(available).into()),
            ("missing", words.money(missing).into()),
        ],
    );
    let mut keyboard = vec![vec![primary(words.plain("button-top-up", &[]), Action::TopUp)]];
    if model.free.is_some() {
        // The free ones are used up: more come with time, runs with friends.
        text.extend(free::line(canvas, model));
        text.extend(words.text("short-friends", &[]));
        keyboard.push(vec![labelled(words, "button-friends", Action::Friends)]);
    }
    keyboard.push(vec![
        labelled(words, "button-to-draft", act(draft, DraftAct::Review)),
        labelled(words, "button-menu", Action::Menu),
    ]);
    Screen::new(text, keyboard)
}
