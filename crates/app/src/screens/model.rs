//! A model's card: what it is for, what it takes, what it costs.

use domain::clock::Timestamp;
use domain::ids::ModelId;
use domain::models::{Input, InputKind, Inputs, Model};
use domain::ports::StopReason;
use domain::screen::{Action, Button, Key, Screen, Text};

use super::{Canvas, browse, desk, free, labelled, menu, owner, primary};
use crate::conversation::{Draft, is_question, is_sold};
use crate::texts::Words;

/// So many optional inputs are named; the rest are counted. More would bury the price.
const OPTIONAL_SHOWN: usize = 5;

pub(super) fn card(canvas: &Canvas<'_>, id: &ModelId, draft: Option<&Draft>) -> Screen {
    let words = canvas.words;
    let found = canvas.catalog.model(id);
    if let Some(model) = found.filter(|model| model.is_off_for_now()) {
        return off(canvas, model);
    }
    let Some(model) = found.filter(|model| is_sold(model)) else { return menu::menu(canvas, draft) };
    let key = Key::of(&model.id.0);
    let unfinished = draft.filter(|draft| draft.model == *id).and_then(|draft| menu::unfinished(canvas, draft));
    let mut keyboard: Vec<Vec<Button>> = unfinished.into_iter().map(|(_, resume)| vec![resume]).collect();
    keyboard.push(vec![primary(words.plain("button-create", &[]), Action::Create { model: key })]);
    keyboard.push(vec![favourite(canvas, model)]);
    keyboard.push(browse::ways_out(words));
    Screen::new(text(canvas, model), keyboard)
}

/// The card of a model that is not sold for now: it says so instead of a price, and owners read why.
fn off(canvas: &Canvas<'_>, model: &Model) -> Screen {
    let words = canvas.words;
    let mut text = title(words, model);
    text.extend(match model.rest() {
        Some(rest) => words.text("model-rests", &[("until", words.moment(rest.until, canvas.now).into())]),
        None => words.text("model-stopped", &[]),
    });
    let mut keyboard = Vec::new();
    if canvas.may(domain::staff::Duty::Models) {
        text.extend(model.stop().map(|stop| why(canvas, stop)).unwrap_or_default());
        text.extend(model.rest().map(|rest| desk::resting(canvas, rest)).unwrap_or_default());
        keyboard.push(vec![owner::sell_again(words, &model.id)]);
    }
    keyboard.push(vec![favourite(canvas, model)]);
    keyboard.push(browse::ways_out(words));
    Screen::new(text, keyboard)
}

fn why(canvas: &Canvas<'_>, (reason, since): (StopReason, Timestamp)) -> Text {
    let key = match reason {
        StopReason::Loss => "model-stopped-loss",
        StopReason::Desk => "model-stopped-desk",
    };
    canvas.words.text(key, &[("since", canvas.words.moment(since, canvas.now).into())])
}

fn favourite(canvas: &Canvas<'_>, model: &Model) -> Button {
    let is_kept = canvas.facts.favourites.contains(&model.id);
    let label = if is_kept { "button-favourite-off" } else { "button-favourite-on" };
    labelled(canvas.words, label, Action::Favourite { model: Key::of(&model.id.0), on: !is_kept })
}

/// What it is, without what it takes and costs.
fn title(words: Words<'_>, model: &Model) -> Text {
    let language = words.language();
    let tasks: Vec<String> = std::iter::once(model.kind)
        .chain(model.also.iter().copied())
        .map(|kind| words.plain(browse::kind_key(kind), &[]))
        .collect();
    words.text(
        "model-text",
        &[
            ("title", model.title.get(language).into()),
            ("summary", model.summary.get(language).into()),
            ("vendor", model.vendor.name.as_str().into()),
            ("tasks", tasks.join(", ").into()),
        ],
    )
}

fn text(canvas: &Canvas<'_>, model: &Model) -> Text {
    let words = canvas.words;
    let mut text = title(words, model);
    let nothing = Inputs::new();
    let open = || model.open_inputs(&nothing).filter(|input| is_question(&input.kind));
    let required: Vec<String> = open().filter(|input| input.must_be_asked()).map(|input| named(words, input)).collect();
    let optional: Vec<String> =
        open().filter(|input| !input.must_be_asked()).map(|input| named(words, input)).collect();
    if !required.is_empty() {
        text.extend(words.text("model-required", &[("inputs", required.join(" · ").into())]));
    }
    if let Some(rest) = optional.len().checked_sub(OPTIONAL_SHOWN + 1) {
        let shown = optional[..OPTIONAL_SHOWN].join(" · ");
        let rest = i64::try_from(rest).unwrap_or(i64::MAX - 1) + 1;
        text.extend(words.text("model-optional-more", &[("inputs", shown.into()), ("n", rest.into())]));
    } else if !optional.is_empty() {
        text.extend(words.text("model-optional", &[("inputs", optional.join(" · ").into())]));
    }
    let usual = words.duration(model.usual_duration);
    text.extend(words.text("model-price", &[("price", price(canvas, model).into()), ("usual", usual.into())]));
    text.extend(free::line(canvas, model));
    if let Some(example) = &model.example {
        text.extend(words.text("model-example", &[("example", example.get(words.language()).into())]));
    }
    text
}

/// An input's title, with how many files it takes if it takes several.
fn named(words: Words<'_>, input: &Input) -> String {
    let title = input.title.get(words.language());
    match &input.kind {
        InputKind::Media(rule) if rule.max_items > 1 => {
            let max = i64::try_from(rule.max_items).unwrap_or(i64::MAX);
            words.plain("model-input-several", &[("input", title.into()), ("max", max.into())])
        }
        _ => title.to_owned(),
    }
}

/// One figure, or the cheapest and the dearest that it can become.
fn price(canvas: &Canvas<'_>, model: &Model) -> String {
    let words = canvas.words;
    let money = |credits| model.price_of(credits, canvas.factor).ok().map(|price| words.money(price));
    let Some(range) = model.price_range() else { return String::new() };
    match (money(range.low), money(range.high)) {
        (Some(low), Some(high)) if low == high => low,
        (Some(low), Some(high)) => words.plain("price-range", &[("low", low.into()), ("high", high.into())]),
        (Some(low), None) => words.plain("price-from", &[("price", low.into())]),
        (None, _) => String::new(),
    }
}
