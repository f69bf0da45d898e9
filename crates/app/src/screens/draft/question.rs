//! One question: what is asked, what an answer must be like, what it costs, and the buttons that answer it.

use domain::models::{InputKind, MediaRule, Per, Value};
use domain::quote::SetPrice;
use domain::screen::{Button, DraftAct, Key, Screen, Text};

use super::super::{button, labelled, pairs};
use super::values::{cut, label, shown};
use super::{Sheet, choices, lists, navigation};
use crate::conversation::{MEGABYTE, Question, file_bytes_max, format_names, mends, objects, required};
use crate::texts::Arg;

/// Fewer questions need no counting.
const STEPS_COUNTED: usize = 3;

pub(super) fn ask(sheet: &Sheet<'_>, question: &Question<'_>) -> Screen {
    let (words, draft) = (sheet.canvas.words, sheet.draft);
    let mut text = title(sheet, question);
    if let Some(hint) = &question.input.hint {
        text.extend(Text::plain(format!("\n{}", hint.get(words.language()))));
    }
    text.extend(current(sheet, question));
    text.extend(Text::plain("\n"));
    text.extend(rule(sheet, question));
    text.extend(rate(sheet, question));
    let mut keyboard = match &question.input.kind {
        InputKind::Media(rule) => lists::files(sheet, question, rule),
        InputKind::Objects(rule) => lists::items(sheet, question, rule),
        InputKind::Task(rule) => choices::results(sheet, question, rule),
        _ => choices::choices(sheet, question),
    };
    let elsewhere = elsewhere(sheet, question);
    // What a rule asks for can't just be left alone.
    if elsewhere.is_empty() || question.given(&draft.inputs).is_some() {
        keyboard.extend(leaving(sheet, question));
    }
    keyboard.extend(elsewhere);
    keyboard.push(navigation(sheet.canvas, draft));
    Screen::new(text, keyboard)
}

fn title(sheet: &Sheet<'_>, question: &Question<'_>) -> Text {
    let (words, draft) = (sheet.canvas.words, sheet.draft);
    let language = words.language();
    let mut args: Vec<(&str, Arg)> =
        vec![("model", sheet.model.title.get(language).into()), ("input", question.input.title.get(language).into())];
    if let Some(item) = question.item {
        args.push(("list", item.list.title.get(language).into()));
        args.push(("n", (i64::from(item.index) + 1).into()));
        return words.text("ask-text-item", &args);
    }
    let steps: Vec<&str> = required(sheet.model, &draft.inputs).map(|input| input.name.as_str()).collect();
    let at = steps.iter().position(|name| *name == question.input.name);
    match at.filter(|_| steps.len() >= STEPS_COUNTED && draft.edit_from.is_none()) {
        Some(at) => {
            args.push(("n", count(at + 1)));
            args.push(("count", count(steps.len())));
            words.text("ask-text-step", &args)
        }
        None => words.text("ask-text", &args),
    }
}

/// What was answered before, where no button shows it.
fn current(sheet: &Sheet<'_>, question: &Question<'_>) -> Text {
    let value = match (&question.input.kind, question.given(&sheet.draft.inputs)) {
        (InputKind::Text(_) | InputKind::Texts(_), Some(value)) => value,
        (InputKind::Integer(_) | InputKind::Number(_) | InputKind::Task(_), Some(value)) => value,
        _ => return Text::default(),
    };
    let value = cut(&shown(sheet.canvas, question.input, value), 700);
    sheet.canvas.words.text("ask-now", &[("value", value.into())])
}

/// What an answer must be like.
fn rule(sheet: &Sheet<'_>, question: &Question<'_>) -> Text {
    let words = sheet.canvas.words;
    let figure = |number: &dyn ToString| Arg::Words(words.decimal(&number.to_string()));
    let bounds = |min: &dyn ToString, max: &dyn ToString| {
        words.text("rule-number", &[("min", figure(min)), ("max", figure(max))])
    };
    match &question.input.kind {
        InputKind::Text(rule) => words.text("rule-text", &[("max", count(rule.max_length))]),
        InputKind::Integer(rule) => bounds(&rule.min, &rule.max),
        InputKind::Number(rule) => bounds(&rule.min, &rule.max),
        InputKind::Media(rule) => files_rule(sheet, question, rule),
        InputKind::Texts(rule) => {
            words.text("rule-texts", &[("max", count(rule.max_items)), ("length", count(rule.max_length))])
        }
        InputKind::Objects(rule) => lists::item_lines(sheet, question, rule),
        InputKind::Task(rule) => choices::results_rule(sheet, rule),
        InputKind::Choice(_) if choices::is_paged(sheet, question) => words.text("rule-many-choices", &[]),
        InputKind::Choice(_) | InputKind::Bool | InputKind::Fixed(_) => words.text("rule-choice", &[]),
    }
}

fn files_rule(sheet: &Sheet<'_>, question: &Question<'_>, rule: &MediaRule) -> Text {
    let words = sheet.canvas.words;
    let formats = format_names(&rule.mime);
    let formats = if formats.is_empty() { words.plain("formats-any", &[]) } else { formats };
    let sent = match question.given(&sheet.draft.inputs) {
        Some(Value::Media(files)) => files.len(),
        _ => 0,
    };
    let megabytes = i64::try_from(file_bytes_max(rule) / MEGABYTE).unwrap_or(i64::MAX);
    let args = [
        ("max", count(rule.max_items)),
        ("sent", count(sent)),
        ("formats", formats.into()),
        ("size", megabytes.into()),
    ];
    let mut text = words.text(if rule.list { "rule-files" } else { "rule-file" }, &args);
    let seconds = rule.max_millis.into_iter().chain(rule.max_total_millis).min();
    if let Some(seconds) = seconds.and_then(|millis| i64::try_from(millis / 1000).ok()) {
        text.extend(words.text("rule-seconds", &[("max", seconds.into())]));
    }
    text
}

/// What the answer costs by its length or number, where the price counts it.
fn rate(sheet: &Sheet<'_>, question: &Question<'_>) -> Text {
    let (words, factor) = (sheet.canvas.words, sheet.model.factor(sheet.canvas.factor));
    // What is sold at one price has no rate.
    let is_fixed = matches!(sheet.model.set_price, Some(SetPrice::Fixed(_)));
    let counts = !is_fixed && !matches!(question.input.kind, InputKind::Choice(_) | InputKind::Bool);
    let rate = sheet.model.rate(&sheet.draft.inputs, &question.input.name);
    let Some(rate) = rate.filter(|_| counts && question.item.is_none()) else { return Text::default() };
    let Some(unit) = unit_key(rate.per) else { return Text::default() };
    let (Ok(low), Ok(high)) = (factor.price(rate.low), factor.price(rate.high)) else { return Text::default() };
    let unit = ("unit", words.plain(unit, &[]).into());
    if low == high {
        return words.text("rate-exact", &[("price", words.money(low).into()), unit]);
    }
    words.text("rate-range", &[("low", words.money(low).into()), ("high", words.money(high).into()), unit])
}

const fn unit_key(per: Per) -> Option<&'static str> {
    Some(match per {
        Per::Second => "unit-second",
        Per::SecondOfInputVideo => "unit-second-of-video",
        Per::SecondOfAudio => "unit-second-of-sound",
        Per::MinuteOfAudio => "unit-minute-of-sound",
        Per::ThousandChars => "unit-thousand-characters",
        Per::InputImage => "unit-picture",
        Per::Generation | Per::Image | Per::Megapixel | Per::MillionTokens => return None,
    })
}

/// The buttons that leave an input as it is, or give it its default back.
fn leaving(sheet: &Sheet<'_>, question: &Question<'_>) -> Vec<Vec<Button>> {
    let (words, input) = (sheet.canvas.words, question.input);
    let key = Key::of(&input.name);
    let given = question.given(&sheet.draft.inputs);
    let mut rows = Vec::new();
    let is_list = matches!(input.kind, InputKind::Media(_) | InputKind::Objects(_));
    if !is_list && given.is_some() && !input.must_be_asked() && question.item.is_none() {
        let clear = match &input.default {
            Some(default) => {
                let value = cut(&shown(sheet.canvas, input, default), 30);
                words.plain("button-default", &[("value", value.into())])
            }
            None => words.plain("button-clear", &[]),
        };
        rows.push(vec![button(label(&clear), sheet.act(DraftAct::Clear { input: key }))]);
    }
    let value = question.value(&sheet.draft.inputs);
    let keep = match (question.item, value) {
        // A finished list is left by its own button.
        (None, Some(_)) if is_list && given.is_some() => return rows,
        (None, _) if input.must_be_asked() => return rows,
        (None, _) => words.plain("button-keep", &[]),
        (Some(_), Some(Value::Media(_))) if given.is_some() => return rows,
        (Some(_), Some(value)) => {
            let value = cut(&shown(sheet.canvas, input, value), 30);
            words.plain("button-keep-value", &[("value", value.into())])
        }
        (Some(_), None) if input.must_be_asked() => return rows,
        (Some(_), None) => words.plain("button-skip", &[]),
    };
    rows.push(vec![button(label(&keep), sheet.act(DraftAct::Done { input: key }))]);
    rows
}

/// The other inputs that would mend what is wrong here.
fn elsewhere(sheet: &Sheet<'_>, question: &Question<'_>) -> Vec<Vec<Button>> {
    if question.item.is_some() {
        return Vec::new();
    }
    let words = sheet.canvas.words;
    let mends = mends(sheet.model, sheet.draft, question.input);
    pairs(mends.into_iter().map(|input| {
        let title = words.plain("button-edit", &[("input", input.title.get(words.language()).into())]);
        button(label(&title), sheet.act(DraftAct::Edit { input: Key::of(&input.name) }))
    }))
}

pub(super) fn count(n: usize) -> Arg {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// How many items a list of objects has.
pub(super) fn length(sheet: &Sheet<'_>, question: &Question<'_>) -> usize {
    objects(&sheet.draft.inputs, question.input).len()
}

/// A button of a draft with a text of its own.
pub(super) fn simple(sheet: &Sheet<'_>, key: &str, act: DraftAct) -> Button {
    labelled(sheet.canvas.words, key, sheet.act(act))
}
