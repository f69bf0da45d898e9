//! What may be had for nothing, and what a generation is paid with, in words.

use domain::free::Means;
use domain::generation::Generation;
use domain::models::Model;
use domain::money::Money;
use domain::quote::Quote;
use domain::screen::{Action, Button, Key, Screen, Text};

use super::browse::{fitted, ways_out};
use super::{Canvas, button};
use crate::conversation::{Draft, is_sold};
use crate::texts::Words;

/// The models that have free ones, each with what is left of them.
pub(super) fn shelf(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let models: Vec<&Model> = given(canvas).collect();
    let mut text = words.text(if models.is_empty() { "shelf-free-empty" } else { "shelf-free-text" }, &[]);
    for model in &models {
        let title = model.title.get(words.language());
        text.extend(words.text("shelf-free-row", &[("model", title.into()), ("left", left(canvas, model).into())]));
    }
    let runs = canvas.session.runs.available();
    if runs > 0 {
        text.extend(words.text("shelf-free-runs", &[("runs", amount_of_runs(words, runs).into())]));
    } else if !models.is_empty() {
        text.extend(words.text("shelf-free-no-runs", &[]));
    }
    let mut keyboard: Vec<Vec<Button>> = models.iter().map(|model| vec![row(canvas, model)]).collect();
    keyboard.push(vec![super::labelled(words, "button-friends", Action::Friends)]);
    keyboard.push(ways_out(words));
    Screen::new(text, keyboard)
}

/// The sold models that have free ones, in the catalog's order.
pub(super) fn given<'a>(canvas: &Canvas<'a>) -> impl Iterator<Item = &'a Model> {
    canvas.catalog.live().filter(|model| model.free.is_some() && is_sold(model))
}

fn row(canvas: &Canvas<'_>, model: &Model) -> Button {
    let words = canvas.words;
    let label =
        fitted(model.title.get(words.language()), |title| match canvas.facts.free.means(model, canvas.session.runs) {
            Means::Free => words.plain("model-row-free", &[("title", title.into())]),
            Means::Run => {
                words.plain("model-row", &[("title", title.into()), ("price", amount_of_runs(words, 1).into())])
            }
            Means::Money => match super::price_from(canvas, model) {
                Some((price, _)) => words.plain("model-row", &[("title", title.into()), ("price", price.into())]),
                None => title.to_owned(),
            },
        });
    button(label, Action::Model { model: Key::of(&model.id.0) })
}

/// How many free ones of a model are left, or when there are more; nothing if it has none at all.
fn left(canvas: &Canvas<'_>, model: &Model) -> String {
    let (words, free) = (canvas.words, &canvas.facts.free);
    let Some(limits) = model.free else { return String::new() };
    let today = i64::from(limits.left_today(free.used(&model.id)));
    let of_today = [("left", today.into()), ("max", i64::from(limits.day).into())];
    match free.refill(model) {
        None => words.plain("free-left", &of_today),
        Some(at) if free.is_over_for_today(model) => words.plain("free-next-day", &[("time", words.time(at).into())]),
        Some(at) => {
            let [left, max] = of_today;
            words.plain("free-next-hour", &[left, max, ("time", words.time(at).into())])
        }
    }
}

/// The line about free ones on the card, the confirm screen and where money is short; nothing for a model without.
pub(super) fn line(canvas: &Canvas<'_>, model: &Model) -> Text {
    match left(canvas, model) {
        left if left.is_empty() => Text::default(),
        left => canvas.words.text("free-line", &[("left", left.into())]),
    }
}

/// What the confirm screen says of an order that costs no money.
pub(super) fn review(canvas: &Canvas<'_>, model: &Model, means: Means) -> Text {
    let words = canvas.words;
    let mut text = match means {
        Means::Run => {
            let runs = canvas.session.runs.available();
            let after = amount_of_runs(words, runs.saturating_sub(1));
            words.text("review-run", &[("before", amount_of_runs(words, runs).into()), ("after", after.into())])
        }
        Means::Free | Means::Money => words.text("review-free", &[]),
    };
    text.extend(line(canvas, model));
    text
}

/// What the confirm screen says of an order that tries a model: what it costs the shop, as far as the table says.
pub(super) fn trial(canvas: &Canvas<'_>, quote: &Quote) -> Text {
    let words = canvas.words;
    let cost = quote.factor.cost(quote.cost.credits).ok().filter(|cost| *cost > Money::ZERO);
    match cost {
        Some(cost) if quote.cost.metered => words.text("review-trial-at-most", &[("cost", words.money(cost).into())]),
        Some(cost) => words.text("review-trial", &[("cost", words.money(cost).into())]),
        None => words.text("review-trial-unknown", &[]),
    }
}

/// The words of the confirm button.
pub(super) fn confirm(words: Words<'_>, quote: &Quote, draft: &Draft) -> String {
    if draft.trial {
        return words.plain("button-confirm-trial", &[]);
    }
    let means = draft.means;
    let price = [("price", words.money(quote.price).into())];
    match means {
        Means::Free => words.plain("button-confirm-free", &[]),
        Means::Run => words.plain("button-confirm-run", &[]),
        Means::Money if quote.cost.metered => words.plain("button-confirm-metered", &price),
        Means::Money => words.plain("button-confirm", &price),
    }
}

/// What a generation costs its user, if `money` is its price.
pub(super) fn cost(words: Words<'_>, generation: &Generation, money: Money) -> String {
    if generation.trial {
        return words.plain("amount-trial", &[]);
    }
    match generation.funding.means() {
        Means::Money => words.money(money),
        Means::Run => amount_of_runs(words, 1),
        Means::Free => words.plain("amount-free", &[]),
    }
}

/// A sentence about a generation's cost, in the form of what it is paid with: money, a run, nothing.
pub(super) fn told<'k>(generation: &Generation, [money, run, free]: [&'k str; 3]) -> &'k str {
    if generation.trial {
        return free;
    }
    match generation.funding.means() {
        Means::Money => money,
        Means::Run => run,
        Means::Free => free,
    }
}

pub(super) fn amount_of_runs(words: Words<'_>, runs: i64) -> String {
    words.plain("amount-runs", &[("n", runs.into())])
}
