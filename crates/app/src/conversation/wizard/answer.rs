//! Words and buttons as answers.

use domain::models::{InputKind, Value};
use domain::screen::Key;

use super::naming;
use super::question::{CHOICES_PAGED, Question, candidates, results};
use super::turn::Turn;
use crate::conversation::Notice;
use crate::conversation::refusal::{not_an_answer, refusal};

impl<'a> Turn<'a> {
    /// The user wrote something.
    pub(super) fn words(&mut self, text: &str) {
        let Some(question) = self.question() else { return self.say(Notice::new("notice-use-buttons")) };
        let input = question.input;
        let value = match &input.kind {
            InputKind::Media(rule) => return self.links(question, rule, text),
            InputKind::Objects(rule) => return self.first_words(input, rule, text),
            InputKind::Texts(_) => Some(Value::Texts(lines(text))).filter(|value| *value != Value::Texts(Vec::new())),
            InputKind::Choice(choices) => input.read_typed(text).or_else(|| naming::find(choices, text)),
            _ => input.read_typed(text),
        };
        match (value, &input.kind) {
            (Some(value), _) => self.answer(question, value),
            (None, InputKind::Choice(choices)) if choices.len() > CHOICES_PAGED => {
                self.say(Notice::new("notice-no-such-choice"));
            }
            (None, _) => self.say(not_an_answer(input)),
        }
    }

    /// One of the offered values was tapped.
    pub(super) fn choose(&mut self, input: Key, choice: Key) {
        let Some(question) = self.find(input) else { return self.stale() };
        let chosen = match &question.input.kind {
            InputKind::Task(rule) => {
                let mut offered = results(self.context.catalog, rule, self.context.own).into_iter();
                offered.find(|(key, ..)| *key == choice).map(|(_, task, _)| Value::Task(task))
            }
            _ => {
                let mut offered = candidates(self.model, &question, &self.draft.inputs).into_iter();
                offered.find(|(key, _)| *key == choice).map(|(_, value)| value)
            }
        };
        match chosen {
            Some(value) => self.answer(question, value),
            None => self.stale(),
        }
    }

    fn answer(&mut self, question: Question<'a>, value: Value) {
        let problems = question.problems(self.model, &value);
        if !problems.is_empty() {
            return self.say(refusal(self.model, &problems));
        }
        self.set(&question, value);
        self.answered(question);
    }

    /// A list is finished, or an input stays as it is.
    pub(super) fn done(&mut self, key: Key) {
        let Some(question) = self.find(key) else { return self.stale() };
        let refused = match question.given(&self.draft.inputs) {
            // A list that still lacks something is not finished.
            Some(value) => {
                let problems = question.problems(self.model, value);
                if let Some(question) = self.unfinished(&problems, question) {
                    self.say(refusal(self.model, &problems));
                    return self.ask(question);
                }
                (!problems.is_empty()).then(|| refusal(self.model, &problems))
            }
            None => question.input.must_be_asked().then(|| not_an_answer(question.input)),
        };
        match refused {
            Some(notice) => self.say(notice),
            None => self.answered(question),
        }
    }

    /// The field of an item in which the first problem lies.
    fn unfinished(&self, problems: &[domain::models::InputProblem], question: Question<'a>) -> Option<Question<'a>> {
        let in_entry = problems.first().filter(|_| question.item.is_none())?;
        self.to_mend(in_entry).filter(|place| place.item.is_some())
    }

    /// An answer is taken back: its default holds again. A list stays open, to be filled anew.
    pub(super) fn clear(&mut self, key: Key) {
        let Some(question) = self.find(key) else { return self.stale() };
        question.remove(&mut self.draft.inputs);
        self.touch();
        let stays = matches!(question.input.kind, InputKind::Media(_) | InputKind::Objects(_));
        if !stays && !question.input.must_be_asked() {
            self.answered(question);
        }
    }
}

/// One text per line.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
