//! Answers that are lists: files in their order, items of a list of objects.

use domain::models::{MediaRule, ObjectsRule, Value};
use domain::screen::{Button, DraftAct, Key, Text};

use super::super::{button, primary};
use super::Sheet;
use super::choices::{last_page, page_buttons};
use super::question::{count, length, simple};
use super::values::item;
use crate::conversation::{CHOICES_PAGE, Question, objects};

/// So many buttons with a number stand in a row.
const NUMBERS_IN_A_ROW: usize = 4;
/// Buttons for single files end here; whoever sends more empties the list.
const REMOVALS_MAX: usize = 20;

/// Done, take one out, take all out.
pub(super) fn files(sheet: &Sheet<'_>, question: &Question<'_>, rule: &MediaRule) -> Vec<Vec<Button>> {
    let (words, input) = (sheet.canvas.words, Key::of(&question.input.name));
    let sent = match question.given(&sheet.draft.inputs) {
        Some(Value::Media(files)) => files.len(),
        _ => return Vec::new(),
    };
    let mut rows = Vec::new();
    let done = words.plain("button-files-done", &[("n", count(sent))]);
    rows.push(vec![primary(done, sheet.act(DraftAct::Done { input }))]);
    if rule.list && sent > 1 {
        let remove = |number: usize| {
            let index = u16::try_from(number).unwrap_or(u16::MAX);
            let label = words.plain("button-remove-one", &[("n", count(number + 1))]);
            button(label, sheet.act(DraftAct::RemoveItem { input, index }))
        };
        let removals: Vec<Button> = (0..sent.min(REMOVALS_MAX)).map(remove).collect();
        rows.extend(removals.chunks(NUMBERS_IN_A_ROW).map(<[Button]>::to_vec));
    }
    let clear = if sent > 1 { "button-clear-all" } else { "button-clear" };
    rows.push(vec![simple(sheet, clear, DraftAct::Clear { input })]);
    rows
}

/// The items on the page that is open, one line each.
pub(super) fn item_lines(sheet: &Sheet<'_>, question: &Question<'_>, rule: &ObjectsRule) -> Text {
    let words = sheet.canvas.words;
    let args =
        [("sent", count(length(sheet, question))), ("min", count(rule.min_items)), ("max", count(rule.max_items))];
    let mut text = words.text("rule-items", &args);
    for (index, one) in on_page(sheet, question) {
        let line = item(sheet.canvas, question.input, one);
        text.extend(words.text("item-row", &[("n", count(index + 1)), ("item", line.into())]));
    }
    text
}

/// Change or take out each item, add one, done.
pub(super) fn items(sheet: &Sheet<'_>, question: &Question<'_>, rule: &ObjectsRule) -> Vec<Vec<Button>> {
    let (words, input) = (sheet.canvas.words, Key::of(&question.input.name));
    let sent = length(sheet, question);
    let numbered =
        |key: &str, index: usize, what: DraftAct| button(words.plain(key, &[("n", count(index + 1))]), sheet.act(what));
    let row = |index: usize| {
        let at = u16::try_from(index).unwrap_or(u16::MAX);
        vec![
            numbered("button-item-edit", index, DraftAct::EditItem { input, index: at }),
            numbered("button-item-remove", index, DraftAct::RemoveItem { input, index: at }),
        ]
    };
    let mut rows: Vec<Vec<Button>> = on_page(sheet, question).map(|(index, _)| row(index)).collect();
    let page = question.page.min(last_page(sent));
    rows.extend(page_buttons(sheet, question, page, page < last_page(sent)));
    if sent < rule.max_items {
        rows.push(vec![simple(sheet, "button-item-add", DraftAct::AddItem { input })]);
    }
    let given = question.given(&sheet.draft.inputs).is_some();
    if given && sent > 0 {
        let done = words.plain("button-items-done", &[("n", count(sent))]);
        rows.push(vec![primary(done, sheet.act(DraftAct::Done { input }))]);
        let clear = if question.input.default.is_some() { "button-default-list" } else { "button-clear-all" };
        rows.push(vec![simple(sheet, clear, DraftAct::Clear { input })]);
    }
    rows
}

fn on_page<'s>(
    sheet: &'s Sheet<'_>,
    question: &Question<'s>,
) -> impl Iterator<Item = (usize, &'s domain::models::Inputs)> {
    let items = objects(&sheet.draft.inputs, question.input);
    let page = question.page.min(last_page(items.len()));
    items.iter().enumerate().skip(usize::from(page) * CHOICES_PAGE).take(CHOICES_PAGE)
}
