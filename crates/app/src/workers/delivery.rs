//! Delivering a result: its parts in order, each in its best native form, each marked by itself.

use std::time::Duration;

use domain::free::Funding;
use domain::generation::{Event, Generation, Success, Undeliverable};
use domain::ids::{ActionId, ChatId};
use domain::ledger::{NOBODY, Operation, Posting};
use domain::models::Catalog;
use domain::ports::{
    DeliverItem, Delivered, FetchError, GenerationChange, LeaseOutcome, Media, MediaKind, Message, MessageEnd,
    PartMark, PartOutcome, Person, SendError, SentFile, Session, Source, StoreResult,
};
use domain::screen::{Screen, Text};

use super::messages::{Sending, TEXT_BUDGET};
use super::parts::{Part, What, Written, links, plan};
use super::{Attempt, Step};
use crate::outbox::Body;
use crate::service::App;
use crate::texts::Words;

/// What an upload to Telegram may have at most (core.telegram.org/bots/api#sending-files).
const UPLOAD_BYTES_MAX: u64 = 50 * 1024 * 1024;

impl App {
    pub(super) async fn send_result(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        generation: &Generation,
        words: Words<'_>,
    ) -> StoreResult<Sending> {
        let parts = plan(words, &self.catalog, generation);
        self.show_activity(session.person.chat, &generation.model).await;
        let marks = match self.send_parts(attempt, message, session, &parts, words).await? {
            Ok(marks) => marks,
            Err(stopped) => return Ok(stopped),
        };
        let sending = self.finish_result(attempt, message, generation, &parts, &marks).await?;
        if matches!(sending, Sending::Ended) {
            tracing::info!(parts = parts.len(), "the message with a result has ended");
        }
        self.close_progress(generation.id).await;
        Ok(sending)
    }

    /// Sends what has no mark yet, each part marked by itself as soon as Telegram has taken or refused it. Gives every mark, or why it stopped.
    async fn send_parts(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        parts: &[Part],
        words: Words<'_>,
    ) -> StoreResult<Result<Vec<PartMark>, Sending>> {
        let mut marks = message.parts.clone();
        for (number, part) in (0_i64..).zip(parts) {
            if marks.iter().any(|mark| mark.part == number) {
                continue;
            }
            let Some(left) = attempt.remaining(self.now()) else {
                return Ok(Err(Sending::Later(Some(Duration::ZERO))));
            };
            let outcome = match self.deliver(&session.person, part, words, left).await {
                Ok(delivered) => PartOutcome::Sent { message_ids: delivered.message_ids, files: delivered.files },
                Err(SendError::ChatGone) => return Ok(Err(Sending::Gone)),
                Err(SendError::Later { retry_after, detail, .. }) => {
                    tracing::info!(detail, message = %message.id, "a result could not be sent yet");
                    return Ok(Err(Sending::Later(retry_after)));
                }
                Err(error) => PartOutcome::Refused { reason: error.to_string() },
            };
            let outcome_code = match &outcome {
                PartOutcome::Sent { .. } => "sent",
                PartOutcome::Refused { .. } => "refused",
            };
            let mark = PartMark { part: number, outcome };
            let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
            change.parts.push((message.id, mark.clone()));
            if self.commit_step(&change).await? == Step::Ended {
                return Ok(Err(Sending::Later(Some(Duration::ZERO))));
            }
            metrics::counter!("result_parts_total", "outcome" => outcome_code).increment(1);
            tracing::info!(part = number, outcome = outcome_code, "a part of a result was handed to telegram");
            marks.push(mark);
        }
        Ok(Ok(marks))
    }

    /// Delivered once every main part is; otherwise it can't be delivered, and what was captured goes back.
    async fn finish_result(
        &self,
        attempt: &Attempt,
        message: &Message,
        generation: &Generation,
        parts: &[Part],
        marks: &[PartMark],
    ) -> StoreResult<Sending> {
        let refused = |number: i64| {
            marks.iter().any(|mark| mark.part == number && matches!(mark.outcome, PartOutcome::Refused { .. }))
        };
        let lost = (0_i64..).zip(parts).any(|(number, part)| part.main && refused(number));
        if (0_i64..).zip(parts).any(|(number, part)| !part.main && refused(number)) {
            tracing::warn!(generation = %generation.id, "an extra document of a result was refused");
        }
        let event = if lost { Event::Undeliverable(Undeliverable::Refused) } else { Event::Delivered };
        let refund = if lost { self.refund(generation).await? } else { None };
        let end = if lost { MessageEnd::Refused } else { MessageEnd::Sent };
        self.end(attempt, message, end, |change| {
            let from = event.kind().from();
            if let Ok(to) = generation.state.after(event) {
                let (id, relinked) = (generation.id, generation.relinked);
                change.generations.push(GenerationChange::Step { id, from, to, relinked });
                let taken_back = refund.is_some().then(|| self.take_back(generation)).flatten();
                change.operations.extend(refund.into_iter().chain(taken_back));
                if lost {
                    tracing::error!(generation = %generation.id, "a result can't be delivered; it is refunded");
                    self.post(change, generation.user, &Body::Ended(generation.id), None);
                }
            }
        })
        .await
    }

    /// What was captured for a generation goes back, once.
    async fn refund(&self, generation: &Generation) -> StoreResult<Option<Posting>> {
        let (hold, amount) = match generation.funding {
            Funding::Money(hold) => {
                let captured = |success: &Success| generation.quote.settle(success.cost).capture.kopecks();
                (hold, generation.state.success().map_or(0, captured))
            }
            Funding::Run(hold) => (hold, 1),
            Funding::Free(_) => return Ok(None),
        };
        // The refund's id is the generation's: whoever tries again refunds the same.
        let refund = ActionId::from_bytes(*generation.id.as_bytes());
        let (reason, by) = ("the result could not be delivered".to_owned(), NOBODY.to_owned());
        let operation = Operation::RefundGeneration { refund, hold, amount, reason, by };
        Ok((amount > 0).then(|| Posting::new(operation, &*self.clock, &*self.ids)))
    }

    /// The same result again: by Telegram's ids of the files, which live for ever, else from KIE's links while they live.
    pub(super) async fn resend(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        generation: &Generation,
        words: Words<'_>,
    ) -> StoreResult<Sending> {
        let sent = self.store.result_parts(generation.id).await?;
        let parts = resend_plan(words, &self.catalog, generation, &sent);
        if let Err(stopped) = self.send_parts(attempt, message, session, &parts, words).await? {
            return Ok(stopped);
        }
        self.end(attempt, message, MessageEnd::Sent, |_| ()).await
    }

    /// Sends one part: by address first, then uploaded by us, a picture also as a document, at last as a link.
    async fn deliver(
        &self,
        person: &Person,
        part: &Part,
        words: Words<'_>,
        budget: Duration,
    ) -> Result<Delivered, SendError> {
        let until = tokio::time::Instant::now() + budget;
        let left = || until.saturating_duration_since(tokio::time::Instant::now());
        let (chat, silent) = (person.chat, person.silent);
        let item = match &part.what {
            What::Words(screen) => {
                let screen = Screen { silent, ..screen.clone() };
                let message = self.messenger.show(chat, None, &screen, budget.min(TEXT_BUDGET)).await?;
                return Ok(Delivered { message_ids: vec![message], files: Vec::new() });
            }
            What::Written(written) => return self.deliver_written(chat, written, silent, budget).await,
            What::Files(item) => DeliverItem { silent, ..item.clone() },
        };
        match self.messenger.deliver(chat, &item, left() / 3).await {
            Err(SendError::TooLarge | SendError::Refused { .. }) => {}
            settled => return settled,
        }
        let folder = tempfile::tempdir().map_err(no_file)?;
        let fetched = self.fetch(&item, folder.path(), left() / 2).await;
        if let Ok(local) = &fetched {
            for item in [Some(local.clone()), as_documents(local)].into_iter().flatten() {
                match self.messenger.deliver(chat, &item, left()).await {
                    Err(SendError::TooLarge | SendError::Refused { .. }) => {}
                    settled => return settled,
                }
            }
        }
        match fetched {
            Err(FetchError::Later { detail }) => Err(SendError::Later { retry_after: None, unsent: true, detail }),
            Err(FetchError::Gone { detail }) => Err(SendError::Refused { description: detail }),
            Ok(_) | Err(FetchError::TooLarge) => {
                let message = self
                    .messenger
                    .show(chat, None, &Screen { silent, ..links(words, &item) }, left().min(TEXT_BUDGET))
                    .await?;
                Ok(Delivered { message_ids: vec![message], files: Vec::new() })
            }
        }
    }

    /// Words that are too many for messages, as a file of ours.
    async fn deliver_written(
        &self,
        chat: ChatId,
        written: &Written,
        silent: bool,
        budget: Duration,
    ) -> Result<Delivered, SendError> {
        let folder = tempfile::tempdir().map_err(no_file)?;
        let path = folder.path().join(&written.file_name);
        tokio::fs::write(&path, &written.text).await.map_err(no_file)?;
        let media = Media {
            kind: MediaKind::Document,
            source: Source::Path(path),
            title: None,
            file_name: Some(written.file_name.clone()),
            duration_s: None,
        };
        let (caption, keyboard) = (written.caption.clone(), written.keyboard.clone());
        self.messenger.deliver(chat, &DeliverItem { media: vec![media], caption, keyboard, silent }, budget).await
    }

    /// The same item with its files on our disk.
    async fn fetch(
        &self,
        item: &DeliverItem,
        folder: &std::path::Path,
        budget: Duration,
    ) -> Result<DeliverItem, FetchError> {
        let mut local = item.clone();
        let share = budget / u32::try_from(item.media.len().max(1)).unwrap_or(u32::MAX);
        for (at, media) in local.media.iter_mut().enumerate() {
            if let Source::Url(url) = &media.source {
                let name = media.file_name.clone().unwrap_or_else(|| "result".to_owned());
                let path = folder.join(format!("{at}-{name}"));
                self.generator.fetch_result(url, &path, UPLOAD_BYTES_MAX, share).await?;
                media.source = Source::Path(path);
            }
        }
        Ok(local)
    }
}

/// The parts as they were delivered, by Telegram's ids where there are some.
fn resend_plan(words: Words<'_>, catalog: &Catalog, generation: &Generation, sent: &[PartMark]) -> Vec<Part> {
    let mut parts = plan(words, catalog, generation);
    for (number, part) in (0_i64..).zip(&mut parts) {
        let files: Option<&Vec<SentFile>> =
            sent.iter().find(|mark| mark.part == number).and_then(|mark| match &mark.outcome {
                PartOutcome::Sent { files, .. } => Some(files),
                PartOutcome::Refused { .. } => None,
            });
        let Some(files) = files else { continue };
        if let (What::Written(written), Some(file)) = (&part.what, files.first()) {
            part.what = What::Files(written.as_sent(file));
        }
        if let What::Files(item) = &mut part.what {
            for (media, file) in item.media.iter_mut().zip(files) {
                (media.kind, media.source) = (file.kind, Source::FileId(file.file_id.clone()));
            }
        }
    }
    parts
}

/// A picture that Telegram takes as no photo (its size, its shape) is still a file.
fn as_documents(item: &DeliverItem) -> Option<DeliverItem> {
    let is_photo = item.media.iter().any(|media| media.kind != MediaKind::Document);
    is_photo.then(|| {
        let mut documents = item.clone();
        documents.media.iter_mut().for_each(|media| media.kind = MediaKind::Document);
        if documents.caption == Text::default() {
            documents.caption = item.caption.clone();
        }
        documents
    })
}

fn no_file(error: std::io::Error) -> SendError {
    SendError::Later { retry_after: None, unsent: true, detail: format!("a temporary file: {error}") }
}
