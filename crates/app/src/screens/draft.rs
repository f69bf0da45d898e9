//! The draft: questions, options, the confirm screen, not enough money.

use domain::models::{Input, InputKind, Model, Value};
use domain::money::Money;
use domain::quote::Quote;
use domain::screen::{Action, Button, DraftAct, Emphasis, Key, Screen, Text};

use super::{Canvas, button, labelled, menu, pairs, primary};
use crate::conversation::{Draft, MEGABYTE, Step, candidates, file_bytes_max, format_names, is_question, options};

pub(super) fn draft(canvas: &Canvas<'_>, draft: &Draft) -> Screen {
    let Some(model) = canvas.catalog.model(&draft.model) else { return menu::menu(canvas, None) };
    match &draft.step {
        Step::Ask { input } => match model.input(input) {
            Some(input) => ask(canvas, draft, model, input),
            None => option_list(canvas, draft, model),
        },
        Step::Options => option_list(canvas, draft, model),
        Step::Review { quote } => review(canvas, draft, model, quote),
        Step::Short { available, quote } => short(canvas, draft, *available, quote),
    }
}

fn ask(canvas: &Canvas<'_>, draft: &Draft, model: &Model, input: &Input) -> Screen {
    let words = canvas.words;
    let language = words.language();
    let mut text = words
        .text("ask-text", &[("model", model.title.get(language).into()), ("input", input.title.get(language).into())]);
    if let Some(hint) = &input.hint {
        text.extend(Text::plain(format!("\n{}", hint.get(language))));
    }
    text.extend(Text::plain("\n"));
    text.extend(rule(canvas, draft, input));
    let mut keyboard = pairs(choices(canvas, draft, model, input));
    if let InputKind::Media(rule) = &input.kind {
        let count = media_count(draft, input);
        if count > 0 {
            let mut row = vec![];
            if rule.list {
                let label = words.plain("button-files-done", &[("n", count.into())]);
                row.push(primary(label, act(draft, DraftAct::Done { input: Key::of(&input.name) })));
            }
            row.push(labelled(words, "button-clear", act(draft, DraftAct::Clear { input: Key::of(&input.name) })));
            keyboard.push(row);
        }
    }
    if !input.must_be_asked() {
        keyboard.push(vec![labelled(words, "button-keep", act(draft, DraftAct::Done { input: Key::of(&input.name) }))]);
    }
    keyboard.push(navigation(canvas, draft));
    Screen { text, keyboard }
}

/// What an answer must be like.
fn rule(canvas: &Canvas<'_>, draft: &Draft, input: &Input) -> Text {
    let words = canvas.words;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let bounds = |min: &dyn ToString, max: &dyn ToString| {
        let figure = |number: &dyn ToString| words.decimal(&number.to_string()).into();
        words.text("rule-number", &[("min", figure(min)), ("max", figure(max))])
    };
    match &input.kind {
        InputKind::Text(rule) => words.text("rule-text", &[("max", count(rule.max_length).into())]),
        InputKind::Integer(rule) => bounds(&rule.min, &rule.max),
        InputKind::Number(rule) => bounds(&rule.min, &rule.max),
        InputKind::Media(rule) => {
            let formats = format_names(&rule.mime);
            let formats = if formats.is_empty() { words.plain("formats-any", &[]) } else { formats };
            let key = if rule.list { "rule-files" } else { "rule-file" };
            let megabytes = file_bytes_max(rule) / MEGABYTE;
            words.text(
                key,
                &[
                    ("max", count(rule.max_items).into()),
                    ("sent", media_count(draft, input).into()),
                    ("formats", formats.into()),
                    ("size", i64::try_from(megabytes).unwrap_or(i64::MAX).into()),
                ],
            )
        }
        _ => words.text("rule-choice", &[]),
    }
}

fn media_count(draft: &Draft, input: &Input) -> i64 {
    match draft.inputs.get(&input.name) {
        Some(Value::Media(files)) => i64::try_from(files.len()).unwrap_or(i64::MAX),
        _ => 0,
    }
}

fn choices(canvas: &Canvas<'_>, draft: &Draft, model: &Model, input: &Input) -> Vec<Button> {
    let words = canvas.words;
    let current = model.value(&draft.inputs, &input.name);
    let offered = candidates(model, input, Some(&draft.inputs));
    let prices: Vec<Option<Money>> =
        offered.iter().map(|(_, value)| price_with(canvas, draft, model, input, value)).collect();
    // A price on a button helps only where the choice changes it.
    let differs = prices.windows(2).any(|pair| pair[0] != pair[1]);
    let button_of = |((key, value), price): (&(Key, Value), &Option<Money>)| {
        let label = shown(canvas, input, value);
        let label = match price.filter(|_| differs) {
            Some(price) => {
                words.plain("choice-with-price", &[("choice", label.into()), ("price", words.money(price).into())])
            }
            None => label,
        };
        let choose = DraftAct::Choose { input: Key::of(&input.name), choice: *key };
        let emphasis = if current == Some(value) { Emphasis::Primary } else { Emphasis::Normal };
        Button { emphasis, ..button(label, act(draft, choose)) }
    };
    offered.iter().zip(&prices).map(button_of).collect()
}

fn price_with(canvas: &Canvas<'_>, draft: &Draft, model: &Model, input: &Input, value: &Value) -> Option<Money> {
    let priced = model.credits_with(&draft.inputs, &input.name, value).ok()?;
    canvas.factor.price(priced.credits).ok()
}

fn option_list(canvas: &Canvas<'_>, draft: &Draft, model: &Model) -> Screen {
    let words = canvas.words;
    let language = words.language();
    let buttons = options(model, &draft.inputs).map(|input| {
        let value = model.value(&draft.inputs, &input.name);
        let value = value.map_or_else(|| words.plain("value-unset", &[]), |value| shown(canvas, input, value));
        let label = words
            .plain("option-row", &[("input", input.title.get(language).into()), ("value", cut(&value, 24).into())]);
        vec![button(label, act(draft, DraftAct::Edit { input: Key::of(&input.name) }))]
    });
    let mut keyboard: Vec<Vec<Button>> = buttons.collect();
    keyboard.push(vec![primary(words.plain("button-review", &[]), act(draft, DraftAct::Review))]);
    keyboard.push(navigation(canvas, draft));
    Screen { text: words.text("options-text", &[("model", model.title.get(language).into())]), keyboard }
}

fn review(canvas: &Canvas<'_>, draft: &Draft, model: &Model, quote: &Quote) -> Screen {
    let words = canvas.words;
    let language = words.language();
    let mut text = words.text("review-title", &[("model", model.title.get(language).into())]);
    for input in model.open_inputs(&draft.inputs) {
        if let Some(value) = model.value(&draft.inputs, &input.name).filter(|_| is_question(&input.kind)) {
            text.extend(words.text(
                "review-row",
                &[
                    ("input", input.title.get(language).into()),
                    ("value", cut(&shown(canvas, input, value), 700).into()),
                ],
            ));
        }
    }
    let before = Money::from_kopecks(canvas.session.money.available());
    let key = if quote.cost.metered { "review-price-metered" } else { "review-price" };
    text.extend(words.text(key, &[("price", words.money(quote.price).into())]));
    if let Some(after) = before.checked_sub(quote.price).ok().filter(|after| *after >= Money::ZERO) {
        text.extend(
            words.text(
                "review-balance",
                &[("before", words.money(before).into()), ("after", words.money(after).into())],
            ),
        );
    } else {
        text.extend(words.text("review-balance-short", &[("before", words.money(before).into())]));
    }
    text.extend(words.text("review-usual", &[("usual", words.duration(model.usual_duration).into())]));
    let confirm = if quote.cost.metered { "button-confirm-metered" } else { "button-confirm" };
    let confirm = words.plain(confirm, &[("price", words.money(quote.price).into())]);
    let mut keyboard = vec![vec![primary(confirm, act(draft, DraftAct::Confirm))]];
    let edits = model.open_inputs(&draft.inputs).filter(|input| input.must_be_asked() && is_question(&input.kind));
    keyboard.extend(pairs(edits.map(|input| {
        let label = words.plain("button-edit", &[("input", input.title.get(language).into())]);
        button(label, act(draft, DraftAct::Edit { input: Key::of(&input.name) }))
    })));
    if options(model, &draft.inputs).next().is_some() {
        keyboard.push(vec![labelled(words, "button-options", act(draft, DraftAct::Options))]);
    }
    keyboard.push(navigation(canvas, draft));
    Screen { text, keyboard }
}

fn short(canvas: &Canvas<'_>, draft: &Draft, available: Money, quote: &Quote) -> Screen {
    let words = canvas.words;
    let missing = quote.price.checked_sub(available).unwrap_or(quote.price);
    let text = words.text(
        "short-text",
        &[
            ("price", words.money(quote.price).into()),
            ("available", words.money(available).into()),
            ("missing", words.money(missing).into()),
        ],
    );
    let keyboard = vec![
        vec![primary(words.plain("button-top-up", &[]), Action::TopUp)],
        vec![
            labelled(words, "button-to-draft", act(draft, DraftAct::Review)),
            labelled(words, "button-menu", Action::Menu),
        ],
    ];
    Screen { text, keyboard }
}

fn navigation(canvas: &Canvas<'_>, draft: &Draft) -> Vec<Button> {
    vec![
        labelled(canvas.words, "button-back", act(draft, DraftAct::Back)),
        Button {
            emphasis: Emphasis::Danger,
            ..labelled(canvas.words, "button-discard", act(draft, DraftAct::Discard))
        },
    ]
}

/// A value in the user's words.
pub(super) fn shown(canvas: &Canvas<'_>, input: &Input, value: &Value) -> String {
    let words = canvas.words;
    match value {
        Value::Text(text) => text.clone(),
        Value::Choice(key) => input
            .choice(key)
            .map_or_else(|| key.as_str().to_owned(), |choice| choice.label.get(words.language()).to_owned()),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => words.decimal(&number.to_string()),
        Value::Bool(flag) => words.plain(if *flag { "value-yes" } else { "value-no" }, &[]),
        Value::Media(files) => {
            words.plain("value-files", &[("n", i64::try_from(files.len()).unwrap_or(i64::MAX).into())])
        }
        Value::Texts(texts) => texts.join(", "),
        Value::Objects(_) | Value::Task(_) => words.plain("value-set", &[]),
    }
}

const fn act(draft: &Draft, act: DraftAct) -> Action {
    Action::Draft { draft: draft.id, revision: draft.revision, act }
}

pub(super) fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
    short.push('…');
    short
}
