//! An album: Telegram hands its files over one by one, in any order, and the screen is drawn once for all of them.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::models::{MediaKey, MediaRef, MediaRule};
use domain::ports::TelegramFile;

use super::arrivals::Arriving;
use super::question::Question;
use super::turn::Turn;
use crate::conversation::decide::Decision;
use crate::conversation::{Album, Notice};
use crate::event::FileKind;

/// After so long without a further file an album is complete: they arrive within a few hundred milliseconds.
const QUIET: Duration = Duration::from_secs(1);

/// Draws nothing until no more files come.
pub(super) fn hush(mut decision: Decision, now: Timestamp) -> Decision {
    if decision.talk.draft.is_none() {
        return Decision { fresh: true, ..decision };
    }
    let until = now + QUIET;
    decision.talk.quiet_until = Some(until);
    Decision { fresh: false, quiet: true, wake_at: Some(until), ..decision }
}

impl<'a> Turn<'a> {
    /// A file of an album: it belongs to the question that the first one answered, wherever the wizard is by now.
    pub(super) fn album_file(
        &mut self,
        id: &str,
        message: i64,
        kind: FileKind,
        file: &TelegramFile,
        caption: Option<&str>,
    ) {
        let (step, known) = (self.draft.step.clone(), self.draft.album.take().filter(|album| album.id == id));
        let is_first = known.is_none();
        let album =
            known.unwrap_or_else(|| Album { id: id.to_owned(), question: step, messages: Vec::new(), notice: None });
        let question = Question::at(self.model, &album.question).filter(|asked| asked.exists(&self.draft.inputs));
        self.draft.album = Some(album);
        let Some((question, rule)) = question.and_then(|question| Some((question, question.media()?))) else {
            if is_first {
                self.file_for_nothing(caption);
                self.keep_notice();
            }
            return;
        };
        let taken = self.place(question, rule, is_first, message, Arriving::from_telegram(kind, file));
        match taken {
            Ok(()) => {
                let refused = caption.and_then(|caption| self.take_caption(caption));
                self.filled(question, rule);
                self.talk.notice = self.talk.notice.take().or(refused);
            }
            Err(refused) => self.say(refused),
        }
        self.keep_notice();
    }

    /// Puts a file where its message stands in the album. If they are too many, the first ones by message stay.
    fn place(
        &mut self,
        question: Question<'a>,
        rule: &MediaRule,
        is_first: bool,
        message: i64,
        arriving: Arriving,
    ) -> Result<(), Notice> {
        let mut files = self.files(&question);
        if !rule.list && is_first {
            files.clear();
        }
        if files.iter().any(|file| self.is_from(file, &arriving.source)) {
            return Ok(());
        }
        let (file, row) = self.name(rule, arriving)?;
        let key = file.key.clone();
        let later = files.iter().position(|other| self.message_of(&other.key).is_some_and(|other| other > message));
        let surplus = files.len() >= rule.max_items;
        match (later, surplus) {
            (None, true) => return Err(too_many(rule)),
            (None, false) => files.push(file),
            (Some(at), _) => files.insert(at, file),
        }
        let dropped = if surplus { self.drop_last(&mut files) } else { None };
        self.put_files(question, files)?;
        self.arrived.push(row);
        if let Some(album) = &mut self.draft.album {
            album.messages.push((message, key));
            album.messages.retain(|(_, key)| Some(key) != dropped.as_ref());
        }
        self.touch();
        if surplus { Err(too_many(rule)) } else { Ok(()) }
    }

    /// Takes the album's last file out.
    fn drop_last(&self, files: &mut Vec<MediaRef>) -> Option<MediaKey> {
        let at = files.iter().rposition(|file| self.message_of(&file.key).is_some())?;
        Some(files.remove(at).key)
    }

    fn message_of(&self, key: &MediaKey) -> Option<i64> {
        let messages = &self.draft.album.as_ref()?.messages;
        messages.iter().find(|(_, known)| known == key).map(|(message, _)| *message)
    }

    /// Nothing is drawn now, so what is to be said waits for the wake.
    fn keep_notice(&mut self) {
        let notice = self.talk.notice.take();
        if let Some(album) = &mut self.draft.album {
            album.notice = album.notice.take().or(notice);
        }
    }

    /// Something else is drawn: what was to be said of the album is said with it.
    pub(super) fn hear_album(&mut self) {
        if self.talk.quiet_until.is_none()
            && let Some(notice) = self.draft.album.as_mut().and_then(|album| album.notice.take())
        {
            self.say(notice);
        }
    }
}

fn too_many(rule: &MediaRule) -> Notice {
    match rule.max_items {
        1 => Notice::new("notice-album-for-one"),
        max => Notice::new("notice-album-surplus").number("max", max),
    }
}
