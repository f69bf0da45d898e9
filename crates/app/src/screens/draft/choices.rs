//! Answers with a button each: choices with the price they lead to, own earlier works.

use domain::models::{TaskRule, Value};
use domain::money::Money;
use domain::screen::{Action, Button, DraftAct, Emphasis, Key, Text};

use super::super::{button, pager, pairs};
use super::values::{LABEL_MAX, cut, label, shown};
use super::{Sheet, act};
use crate::conversation::{CHOICES_PAGE, CHOICES_PAGED, Question, candidates, is_sold, results as own_results};

/// Two buttons share the width of a phone up to this length; longer ones get a row each.
const SHORT: usize = 20;
/// So many models are proposed to somebody who has nothing to choose from.
const MODELS_MAX: usize = 6;

/// Whether the choices are shown page by page.
pub(super) fn is_paged(sheet: &Sheet<'_>, question: &Question<'_>) -> bool {
    candidates(sheet.model, question, &sheet.draft.inputs).len() > CHOICES_PAGED
}

/// The buttons of the values that are offered, on the page that is open.
pub(super) fn choices(sheet: &Sheet<'_>, question: &Question<'_>) -> Vec<Vec<Button>> {
    let (canvas, input) = (sheet.canvas, question.input);
    let current = question.value(&sheet.draft.inputs);
    let offered = candidates(sheet.model, question, &sheet.draft.inputs);
    let prices: Vec<Option<Money>> = offered.iter().map(|(_, value)| price_with(sheet, question, value)).collect();
    // A price on a button helps only where the choice changes it.
    let differs = prices.windows(2).any(|pair| pair[0] != pair[1]);
    let paged = offered.len() > CHOICES_PAGED;
    let page = if paged { last_page(offered.len()).min(question.page) } else { 0 };
    let (skip, take) = if paged { (usize::from(page) * CHOICES_PAGE, CHOICES_PAGE) } else { (0, offered.len()) };
    let button_of = |((key, value), price): (&(Key, Value), &Option<Money>)| {
        let name = shown(canvas, input, value);
        let label = match price.filter(|_| differs) {
            Some(price) => {
                let price = canvas.words.money(price);
                let room = LABEL_MAX.saturating_sub(price.chars().count() + 3);
                canvas.words.plain("choice-with-price", &[("choice", cut(&name, room).into()), ("price", price.into())])
            }
            None => label(&name),
        };
        let choose = DraftAct::Choose { input: Key::of(&input.name), choice: *key };
        let emphasis = if current == Some(value) { Emphasis::Primary } else { Emphasis::Normal };
        Button { emphasis, ..button(label, sheet.act(choose)) }
    };
    let buttons: Vec<Button> = offered.iter().zip(&prices).skip(skip).take(take).map(button_of).collect();
    // The same rows in both languages would be nice, but words differ in length; the order never does.
    let wide = buttons.iter().any(|button| button.label.chars().count() > SHORT);
    let mut rows = if wide { buttons.into_iter().map(|button| vec![button]).collect() } else { pairs(buttons) };
    if paged {
        rows.extend(page_buttons(sheet, question, page, skip + take < offered.len()));
    }
    rows
}

/// The row that turns the pages of a question.
pub(super) fn page_buttons(sheet: &Sheet<'_>, question: &Question<'_>, page: u16, more: bool) -> Option<Vec<Button>> {
    let input = Key::of(&question.input.name);
    pager(sheet.canvas.words, page, more, |page| act(sheet.draft, DraftAct::Page { input, page }))
}

/// The last page of so many choices or items, from 0.
pub(super) fn last_page(count: usize) -> u16 {
    u16::try_from(count.saturating_sub(1) / CHOICES_PAGE).unwrap_or(u16::MAX)
}

fn price_with(sheet: &Sheet<'_>, question: &Question<'_>, value: &Value) -> Option<Money> {
    if question.item.is_some() {
        return None;
    }
    let priced = sheet.model.credits_with(&sheet.draft.inputs, &question.input.name, value).ok()?;
    sheet.model.price_of(priced.credits, sheet.canvas.factor).ok()
}

/// What to say above own earlier works.
pub(super) fn results_rule(sheet: &Sheet<'_>, rule: &TaskRule) -> Text {
    let canvas = sheet.canvas;
    let none = own_results(canvas.catalog, rule, &canvas.facts.own).is_empty();
    canvas.words.text(if none { "rule-own-none" } else { "rule-own" }, &[])
}

/// Own earlier works, the newest first; without any, the models that make them.
pub(super) fn results(sheet: &Sheet<'_>, question: &Question<'_>, rule: &TaskRule) -> Vec<Vec<Button>> {
    let (canvas, language) = (sheet.canvas, sheet.canvas.words.language());
    let offered = own_results(canvas.catalog, rule, &canvas.facts.own);
    if offered.is_empty() {
        let models = rule.of.iter().filter_map(|id| canvas.catalog.model(id)).filter(|model| is_sold(model));
        let button_of = |model: &domain::models::Model| {
            button(label(model.title.get(language)), Action::Model { model: Key::of(&model.id.0) })
        };
        return models.take(MODELS_MAX).map(|model| vec![button_of(model)]).collect();
    }
    let current = question.value(&sheet.draft.inputs);
    let row = |(key, task, generation): (Key, domain::models::TaskRef, &domain::generation::Generation)| {
        let model = canvas.catalog.model(&generation.model);
        let title = model.map_or(generation.model.0.as_str(), |model| model.title.get(language));
        let label = match first_words(generation) {
            Some(words) => {
                canvas.words.plain("choice-own-work", &[("model", cut(title, 28).into()), ("words", words.into())])
            }
            None => title.to_owned(),
        };
        let choose = DraftAct::Choose { input: Key::of(&question.input.name), choice: key };
        let chosen = current == Some(&Value::Task(task));
        let emphasis = if chosen { Emphasis::Primary } else { Emphasis::Normal };
        vec![Button { emphasis, ..button(self::label(&label), sheet.act(choose)) }]
    };
    offered.into_iter().map(row).collect()
}

/// How its prompt begins.
fn first_words(generation: &domain::generation::Generation) -> Option<String> {
    let inputs: domain::models::Inputs = serde_json::from_value(generation.inputs.clone()).ok()?;
    let text = |name: &str| match inputs.get(name) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    };
    let any = || inputs.iter().find_map(|(name, _)| text(name));
    let words = text("prompt").or_else(any)?;
    Some(cut(&words.split_whitespace().collect::<Vec<_>>().join(" "), 30))
}
