//! Lists of objects (shots, speakers): a small form per item, filled in field by field.

use domain::models::{Input, InputKind, Inputs, ObjectsRule, Value};
use domain::screen::Key;

use super::question::{CHOICES_PAGE, Item, Question, fields, objects};
use super::turn::Turn;
use crate::conversation::Notice;

impl<'a> Turn<'a> {
    /// One more item of the list with this key.
    pub(super) fn add_item(&mut self, key: Key) {
        match self.list(key) {
            Some(list) => self.begin_item(list),
            None => self.stale(),
        }
    }

    /// Adds an empty item and asks for its first field; says so if no more fit.
    pub(super) fn begin_item(&mut self, list: &'a Input) {
        let InputKind::Objects(rule) = &list.kind else { return self.stale() };
        let mut items = objects(&self.draft.inputs, list).to_vec();
        if items.len() >= rule.max_items {
            return self.say(Notice::new("notice-too-many-items").number("max", rule.max_items));
        }
        let (Some(field), Ok(index)) = (fields(rule).next(), u16::try_from(items.len())) else { return self.stale() };
        items.push(Inputs::new());
        self.draft.inputs.set(list.name.clone(), Value::Objects(items));
        self.ask(Question::within(list, index, field));
    }

    /// Words at the editor of a list begin its next item, if its first field is for words.
    pub(super) fn first_words(&mut self, list: &'a Input, rule: &'a ObjectsRule, text: &str) {
        let first = fields(rule).next().filter(|field| matches!(field.kind, InputKind::Text(_)));
        if first.is_none() {
            return self.say(Notice::new("notice-use-buttons"));
        }
        self.begin_item(list);
        if self.question().is_some_and(|question| question.item.is_some()) {
            self.words(text);
        }
    }

    /// Asks for the fields of an item again.
    pub(super) fn edit_item(&mut self, key: Key, index: u16) {
        let Some(list) = self.list(key) else { return self.stale() };
        let InputKind::Objects(rule) = &list.kind else { return self.stale() };
        match fields(rule).next().map(|field| Question::within(list, index, field)) {
            Some(question) if question.exists(&self.draft.inputs) => self.ask(question),
            _ => self.stale(),
        }
    }

    /// Takes an item out of a list of objects, or a file out of a list of files.
    pub(super) fn remove_item(&mut self, key: Key, index: u16) {
        let Some(question) = self.find(key) else { return self.stale() };
        let at = usize::from(index);
        let shorter = match question.value(&self.draft.inputs) {
            Some(Value::Objects(items)) if at < items.len() => Some(Value::Objects(without(items, at))),
            Some(Value::Media(files)) if at < files.len() => Some(Value::Media(without(files, at))),
            _ => None,
        };
        let Some(shorter) = shorter else { return self.stale() };
        self.put_list(&question, shorter);
        self.touch();
        // The page may have been the last one.
        if let Some(open) = self.question().filter(|open| open.is_same(&question)) {
            let left = list_length(question.given(&self.draft.inputs));
            let last = u16::try_from(left.saturating_sub(1) / CHOICES_PAGE).unwrap_or(0);
            self.draft.step = Question { page: open.page.min(last), ..open }.step();
        }
    }

    /// Sets a list; an empty one is no answer.
    pub(super) fn put_list(&mut self, question: &Question<'a>, value: Value) {
        if list_length(Some(&value)) == 0 {
            question.remove(&mut self.draft.inputs);
        } else {
            question.set(&mut self.draft.inputs, value);
        }
    }

    /// After a field of an item comes the next one, after the last one the list.
    pub(super) fn next_field(&mut self, item: Item<'a>, field: &Input) {
        match self.neighbour(item, field, 1) {
            Some(next) => self.ask(next),
            None => self.show_list(item),
        }
    }

    /// From a field to the one before it, from the first one to the list. An item that was never filled in is dropped there.
    pub(super) fn back_within(&mut self, question: Question<'a>) {
        let Some(item) = question.item else { return };
        match self.neighbour(item, question.input, -1) {
            Some(previous) => self.ask(previous),
            None => {
                self.drop_if_incomplete(item);
                self.show_list(item);
            }
        }
    }

    fn neighbour(&self, item: Item<'a>, field: &Input, by: isize) -> Option<Question<'a>> {
        let InputKind::Objects(rule) = &item.list.kind else { return None };
        let fields: Vec<&'a Input> = fields(rule).collect();
        let at = fields.iter().position(|one| one.name == field.name)?.checked_add_signed(by)?;
        Some(Question::within(item.list, item.index, fields.get(at)?))
    }

    fn show_list(&mut self, item: Item<'a>) {
        let page = u16::try_from(usize::from(item.index) / CHOICES_PAGE).unwrap_or(0);
        let items = objects(&self.draft.inputs, item.list).len();
        let last = u16::try_from(items.saturating_sub(1) / CHOICES_PAGE).unwrap_or(0);
        self.step(Question { page: page.min(last), ..Question::about(item.list) }.step());
    }

    fn drop_if_incomplete(&mut self, item: Item<'a>) {
        let InputKind::Objects(rule) = &item.list.kind else { return };
        let items = objects(&self.draft.inputs, item.list);
        let at = usize::from(item.index);
        let Some(object) = items.get(at) else { return };
        let lacks = |field: &Input| field.must_be_asked() && object.get(&field.name).is_none();
        if fields(rule).any(lacks) {
            let left = Value::Objects(without(items, at));
            self.put_list(&Question::about(item.list), left);
        }
    }

    fn list(&self, key: Key) -> Option<&'a Input> {
        self.input(key).filter(|input| matches!(input.kind, InputKind::Objects(_)))
    }
}

/// How many items or files a value has.
fn list_length(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Objects(items)) => items.len(),
        Some(Value::Media(files)) => files.len(),
        _ => 0,
    }
}

fn without<T: Clone>(list: &[T], at: usize) -> Vec<T> {
    list.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, one)| one.clone()).collect()
}
