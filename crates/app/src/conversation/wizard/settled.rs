//! What became known of a draft's files while they were fetched and probed.

use domain::models::{InputKind, InputProblem, Inputs, MediaKey, MediaRef, MediaRule, Refusal, Value};
use domain::ports::{InputFile, InputState};

use super::question::{Question, fields, objects};
use super::turn::Turn;
use crate::conversation::refusal::{fault, refusal};
use crate::conversation::{Notice, Step};

/// A file that was taken out.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// The question that is open again.
    pub(super) question: Step,
    /// What is wrong with the file, and what is accepted.
    pub(super) notice: Notice,
}

impl<'a> Turn<'a> {
    /// Puts in what is known of the files, and takes those out that can't be used. What is not looked up yet stays as it is: a draft that
    /// has just begun.
    pub(super) fn settle(&mut self) {
        let is_new = self.draft.revision == 1;
        for (question, rule) in self.file_questions() {
            let Some(Value::Media(files)) = question.given(&self.draft.inputs) else { continue };
            let (mut kept, mut notice): (Vec<MediaRef>, Option<Notice>) = (Vec::new(), None);
            for file in files {
                match self.settled(file, rule, is_new) {
                    Ok(file) => kept.push(file),
                    Err(why) => notice = notice.or(Some(why)),
                }
            }
            while let Some((entry, problem)) = self.first_misfit(&question, &kept) {
                kept.remove(entry);
                notice = notice.or_else(|| Some(refusal(self.model, &[problem])));
            }
            if kept != *files {
                self.put_list(&question, Value::Media(kept));
            }
            let applies = self.applies(&question);
            if let Some(notice) = notice.filter(|_| applies && self.taken.is_none()) {
                self.taken = Some(Taken { question: question.step(), notice });
            }
        }
    }

    /// Whether one of these files is not ready yet.
    pub(super) fn is_waiting(&self, inputs: &Inputs) -> bool {
        inputs.files().into_iter().any(|file| match self.row(&file.key) {
            Some(row) => row.state == InputState::Pending,
            None => self.arrived.iter().any(|arrived| is_of(&file.key, arrived)),
        })
    }

    /// What is known of a file.
    pub(super) fn row(&self, key: &MediaKey) -> Option<&'a InputFile> {
        self.context.inputs.iter().find(|row| is_of(key, row))
    }

    /// Every question of the draft that files answer, with what they must be like.
    fn file_questions(&self) -> Vec<(Question<'a>, &'a MediaRule)> {
        let mut questions = Vec::new();
        for input in self.model.inputs() {
            match &input.kind {
                InputKind::Media(rule) => questions.push((Question::about(input), rule)),
                InputKind::Objects(list) => {
                    for index in 0..objects(&self.draft.inputs, input).len() {
                        let Ok(index) = u16::try_from(index) else { break };
                        questions.extend(fields(list).filter_map(|field| match &field.kind {
                            InputKind::Media(rule) => Some((Question::within(input, index, field), rule)),
                            _ => None,
                        }));
                    }
                }
                _ => {}
            }
        }
        questions
    }

    fn settled(&self, file: &MediaRef, rule: &MediaRule, is_new: bool) -> Result<MediaRef, Notice> {
        match self.row(&file.key).map(|row| &row.state) {
            Some(InputState::Pending) => Ok(file.clone()),
            Some(InputState::Ready { facts, .. }) => Ok(MediaRef { facts: facts.clone(), ..file.clone() }),
            Some(InputState::Refused { reason }) => Err(fault(*reason, rule)),
            None if is_new => Ok(file.clone()),
            None => Err(Notice::new("notice-file-expired")),
        }
    }

    /// The first file that does not fit, by its own or together with those before it.
    fn first_misfit(&self, question: &Question<'a>, files: &[MediaRef]) -> Option<(usize, InputProblem)> {
        let problems = question.problems(self.model, &Value::Media(files.to_vec()));
        problems.into_iter().find_map(|problem| {
            let entry = match &problem.refusal {
                Refusal::WrongMedia { entry, .. }
                | Refusal::WrongFormat { entry, .. }
                | Refusal::TooLarge { entry, .. }
                | Refusal::TooLongMedia { entry, .. } => entry.checked_sub(1)?,
                Refusal::TooMany { count, .. } => count.checked_sub(1)?,
                _ => return None,
            };
            (entry < files.len()).then_some((entry, problem))
        })
    }

    /// Whether the input exists beside what else is filled in.
    fn applies(&self, question: &Question<'a>) -> bool {
        let input = question.item.map_or(question.input, |item| item.list);
        self.model.open_inputs(&self.draft.inputs).any(|open| open.name == input.name)
    }
}

fn is_of(key: &MediaKey, row: &InputFile) -> bool {
    key.0.parse() == Ok(row.id)
}
