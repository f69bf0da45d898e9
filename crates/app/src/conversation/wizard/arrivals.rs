//! Files and links as answers. By Telegram's own figures what can't be used is refused at once; the rest turns out when the file is probed.

use domain::ids::InputId;
use domain::models::{InputKind, MediaFacts, MediaKey, MediaRef, MediaRule, Refusal, Value};
use domain::ports::{InputFile, InputSource, InputState, TelegramFile};

use super::question::Question;
use super::turn::Turn;
use crate::conversation::Notice;
use crate::conversation::files::{facts, file_bytes_max};
use crate::conversation::refusal::{not_an_answer, refusal, too_large};
use crate::event::FileKind;

/// An address is not longer than this; browsers and servers agree on about as much.
const LINK_BYTES_MAX: usize = 2000;

/// A file before it has a name of ours.
pub(super) struct Arriving {
    pub(super) facts: MediaFacts,
    pub(super) source: InputSource,
}

impl Arriving {
    pub(super) fn from_telegram(kind: FileKind, file: &TelegramFile) -> Self {
        Self { facts: facts(kind, file), source: InputSource::Telegram { file_id: file.file_id.clone() } }
    }
}

impl<'a> Turn<'a> {
    /// The user sent a file.
    pub(super) fn file(&mut self, kind: FileKind, file: &TelegramFile, caption: Option<&str>) {
        let Some((question, rule)) = self.file_question() else { return self.file_for_nothing(caption) };
        let taken = self.take_in(question, rule, Arriving::from_telegram(kind, file));
        if let Err(refused) = taken {
            return self.say(refused);
        }
        let refused = caption.and_then(|caption| self.take_caption(caption));
        self.filled(question, rule);
        self.talk.notice = self.talk.notice.take().or(refused);
    }

    /// The open question, if files answer it.
    pub(super) fn file_question(&self) -> Option<(Question<'a>, &'a MediaRule)> {
        let question = self.question()?;
        match &question.input.kind {
            InputKind::Media(rule) => Some((question, rule)),
            _ => None,
        }
    }

    /// No question wants a file; but a picture with words under it answers one for words.
    pub(super) fn file_for_nothing(&mut self, caption: Option<&str>) {
        match caption.filter(|_| self.question().is_some()) {
            Some(caption) => self.words(caption),
            None => self.say(Notice::new("notice-no-file-wanted")),
        }
    }

    /// Addresses as answers to a question for files.
    pub(super) fn links(&mut self, question: Question<'a>, rule: &'a MediaRule, text: &str) {
        let links: Vec<&str> = text.split_whitespace().collect();
        if links.is_empty() || !links.iter().all(|link| link.contains("://")) {
            return self.say(not_an_answer(question.input));
        }
        if !links.iter().all(|link| is_https(link)) {
            return self.say(Notice::new("notice-link-not-https"));
        }
        let mut any = false;
        for link in links {
            let source = InputSource::Link { url: link.to_owned() };
            let arriving = Arriving { facts: MediaFacts::unknown(rule.media), source };
            match self.take_in(question, rule, arriving) {
                Ok(()) => any = true,
                Err(refused) => {
                    self.say(refused);
                    break;
                }
            }
        }
        if any {
            self.filled(question, rule);
        }
    }

    /// Puts a file behind the others; a single one takes the place of the one before.
    fn take_in(&mut self, question: Question<'a>, rule: &MediaRule, arriving: Arriving) -> Result<(), Notice> {
        let mut files = self.files(&question);
        if !rule.list {
            files.clear();
        }
        if files.iter().any(|file| self.is_from(file, &arriving.source)) {
            return Err(Notice::new("notice-file-twice"));
        }
        let file = self.name(rule, arriving)?;
        files.push(file.0);
        self.put_files(question, files)?;
        self.arrived.push(file.1);
        self.touch();
        Ok(())
    }

    /// The files of a question so far.
    pub(super) fn files(&self, question: &Question<'a>) -> Vec<MediaRef> {
        match question.given(&self.draft.inputs) {
            Some(Value::Media(files)) => files.clone(),
            _ => Vec::new(),
        }
    }

    /// Whether this file came from there.
    pub(super) fn is_from(&self, file: &MediaRef, source: &InputSource) -> bool {
        let of_now = self.arrived.iter().find(|row| row.id.to_string() == file.key.0);
        self.row(&file.key).or(of_now).is_some_and(|row| row.source == *source)
    }

    /// Gives a file a name of ours. What Telegram would not hand out is refused.
    pub(super) fn name(&self, rule: &MediaRule, arriving: Arriving) -> Result<(MediaRef, InputFile), Notice> {
        let bytes_max = file_bytes_max(rule);
        let right = arriving.facts.media == rule.media;
        if right && arriving.facts.bytes.is_some_and(|bytes| bytes > bytes_max) {
            return Err(too_large(bytes_max));
        }
        let id = InputId::ordered(self.context.clock, self.context.ids);
        let file = MediaRef { key: MediaKey(id.to_string()), facts: arriving.facts };
        let (user, at) = (self.context.user, self.context.now);
        Ok((file, InputFile { id, user, source: arriving.source, state: InputState::Pending, at }))
    }

    /// Sets the files of a question, unless they don't fit. Too few of them is no reason yet: a list grows file by file.
    pub(super) fn put_files(&mut self, question: Question<'a>, files: Vec<MediaRef>) -> Result<(), Notice> {
        let value = Value::Media(files);
        let mut problems = question.problems(self.model, &value);
        problems.retain(|problem| !matches!(problem.refusal, Refusal::TooFew { .. }));
        if !problems.is_empty() {
            return Err(refusal(self.model, &problems));
        }
        question.set(&mut self.draft.inputs, value);
        Ok(())
    }

    /// Goes on once no more files fit. A list is finished by its button otherwise, so that more have time to arrive.
    pub(super) fn filled(&mut self, question: Question<'a>, rule: &MediaRule) {
        let is_open = self.question().is_some_and(|open| open.is_same(&question));
        if is_open && (!rule.list || self.files(&question).len() >= rule.max_items) {
            self.answered(question);
        }
    }

    /// Words under a file that was asked for answer the next question, if that is for words.
    pub(super) fn take_caption(&mut self, caption: &str) -> Option<Notice> {
        let input = self.next_missing().filter(|input| matches!(input.kind, InputKind::Text(_)))?;
        let (name, value) = (input.name.clone(), Value::text(caption));
        match self.model.check_value(&name, &value) {
            Ok(()) => {
                self.draft.inputs.set(name, value);
                self.touch();
                None
            }
            Err(problems) => Some(refusal(self.model, &problems)),
        }
    }
}

/// Whether it is an address that may be fetched, as far as its letters tell; whether the host is public turns out later.
fn is_https(link: &str) -> bool {
    let host = link.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    link.len() <= LINK_BYTES_MAX && host.is_some_and(|host| host.contains('.') && !host.contains('@'))
}
