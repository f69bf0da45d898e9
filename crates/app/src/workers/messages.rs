//! Sending a user's durable messages in order, each part until Telegram took it or refused it for good.

use std::time::Duration;

use domain::generation::{Event, Generation, State, Undeliverable};
use domain::ids::{ActionId, ChatId, UserId};
use domain::ledger::{Operation, Posting};
use domain::models::Catalog;
use domain::ports::{
    ChangeSet, DeliverItem, Delivered, FetchError, GenerationChange, LeaseOutcome, MediaKind, Message, MessageEnd,
    PartMark, PartOutcome, SendError, SentFile, Session, Source, StoreResult,
};
use domain::screen::{Screen, Text};

use super::parts::{Part, What, links, plan};
use super::{Attempt, Step};
use crate::conversation::{Talk, View};
use crate::outbox::Body;
use crate::service::App;
use crate::texts::Words;

/// One text; more does not help against a server that is away.
const TEXT_BUDGET: Duration = Duration::from_secs(10);
/// What an upload to Telegram may have at most (core.telegram.org/bots/api#sending-files).
const UPLOAD_BYTES_MAX: u64 = 50 * 1024 * 1024;

/// How one message went.
enum Sending {
    /// It ended; look for the next one.
    Ended,
    /// Not now.
    Later(Option<Duration>),
    /// The user blocked the bot or is gone.
    Gone,
}

impl App {
    pub(super) async fn send_messages(&self, attempt: &Attempt) -> StoreResult<()> {
        let user = UserId::from_bytes(attempt.lease.key.subject);
        loop {
            let now = self.now();
            if attempt.remaining(now).is_none() {
                let outcome = LeaseOutcome::Again { run_at: now, progress: true };
                return self.commit_step(&attempt.change(now, outcome)).await.map(drop);
            }
            let (message, session) = (self.store.next_message(user).await?, self.store.session_of(user).await?);
            // A person who was deleted or is gone gets nothing; what waits is sent when they return.
            let (Some(message), Some(session)) = (message, session.filter(|session| !session.person.gone)) else {
                return self.commit_step(&attempt.change(now, LeaseOutcome::Done)).await.map(drop);
            };
            match self.send(attempt, &message, &session).await? {
                Sending::Ended => {}
                Sending::Later(wait) => {
                    let run_at = self.now() + wait.unwrap_or_else(|| attempt.backoff());
                    let outcome = LeaseOutcome::Again { run_at, progress: wait.is_some() };
                    return self.commit_step(&attempt.change(self.now(), outcome)).await.map(drop);
                }
                Sending::Gone => return self.chat_is_gone(attempt, &message, &session).await,
            }
        }
    }

    async fn send(&self, attempt: &Attempt, message: &Message, session: &Session) -> StoreResult<Sending> {
        let words = self.texts.in_language(session.person.language);
        let Ok(body) = serde_json::from_str::<Body>(&message.body) else {
            tracing::error!(message = %message.id, "a durable message can't be read");
            return self.end(attempt, message, MessageEnd::Refused, |_| ()).await;
        };
        match body {
            Body::Screen(screen) => self.send_text(attempt, message, session.person.chat, &screen).await,
            Body::Notice(notice) => {
                let screen = Screen { text: notice.render(words), keyboard: Vec::new() };
                self.send_text(attempt, message, session.person.chat, &screen).await
            }
            Body::Ended(id) => match self.store.generation(id).await? {
                Some(generation) => {
                    let facts = self.facts_of(generation.clone()).await?;
                    let screen = crate::screens::progress(words, &self.catalog, &facts, self.now());
                    let sent = self.send_text(attempt, message, session.person.chat, &screen).await?;
                    self.close_progress(&generation, session, words).await;
                    Ok(sent)
                }
                None => self.end(attempt, message, MessageEnd::Refused, |_| ()).await,
            },
            Body::Result(id) => match self.store.generation(id).await? {
                Some(generation) => self.send_result(attempt, message, session, &generation, words).await,
                None => self.end(attempt, message, MessageEnd::Refused, |_| ()).await,
            },
            Body::Resend(id) => match self.store.generation(id).await? {
                Some(generation) => self.resend(attempt, message, session, &generation, words).await,
                None => self.end(attempt, message, MessageEnd::Refused, |_| ()).await,
            },
        }
    }

    async fn send_text(
        &self,
        attempt: &Attempt,
        message: &Message,
        chat: ChatId,
        screen: &Screen,
    ) -> StoreResult<Sending> {
        let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
        match self.messenger.show(chat, None, screen, left.min(TEXT_BUDGET)).await {
            Ok(_) => self.end(attempt, message, MessageEnd::Sent, |_| ()).await,
            Err(SendError::ChatGone) => Ok(Sending::Gone),
            Err(SendError::Later { retry_after, detail }) => {
                tracing::info!(detail, "a message could not be sent yet");
                Ok(Sending::Later(retry_after))
            }
            Err(error) => {
                tracing::error!(%error, message = %message.id, "a message was refused");
                self.end(attempt, message, MessageEnd::Refused, |_| ()).await
            }
        }
    }

    async fn send_result(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        generation: &Generation,
        words: Words<'_>,
    ) -> StoreResult<Sending> {
        let parts = plan(words, &self.catalog, generation);
        let mut marks = message.parts.clone();
        for (number, part) in (0_i64..).zip(&parts) {
            if marks.iter().any(|mark| mark.part == number) {
                continue;
            }
            let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
            let outcome = match self.deliver(session.person.chat, part, words, left).await {
                Ok(delivered) => PartOutcome::Sent { message_ids: delivered.message_ids, files: delivered.files },
                Err(SendError::ChatGone) => return Ok(Sending::Gone),
                Err(SendError::Later { retry_after, detail }) => {
                    tracing::info!(detail, generation = %generation.id, "a result could not be sent yet");
                    return Ok(Sending::Later(retry_after));
                }
                Err(error) => PartOutcome::Refused { reason: error.to_string() },
            };
            let mark = PartMark { part: number, outcome };
            let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
            change.parts.push((message.id, mark.clone()));
            if self.commit_step(&change).await? == Step::Ended {
                return Ok(Sending::Later(Some(Duration::ZERO)));
            }
            marks.push(mark);
        }
        let sending = self.finish_result(attempt, message, generation, &parts, &marks).await?;
        self.close_progress(generation, session, words).await;
        Ok(sending)
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
                change.operations.extend(refund);
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
        let amount =
            generation.state.success().map_or(0, |success| generation.quote.settle(success.cost).capture.kopecks());
        // The refund's id is the generation's: whoever tries again refunds the same.
        let refund = ActionId::from_bytes(*generation.id.as_bytes());
        let operation = Operation::RefundGeneration { refund, hold: generation.hold, amount };
        Ok((amount > 0).then(|| Posting::new(operation, &*self.clock, &*self.ids)))
    }

    /// The same result again: by Telegram's ids of the files, which live for ever, else from KIE's links while they live.
    async fn resend(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        generation: &Generation,
        words: Words<'_>,
    ) -> StoreResult<Sending> {
        let sent = self.store.result_parts(generation.id).await?;
        let parts = resend_plan(words, &self.catalog, generation, &sent);
        for (number, part) in (0_i64..).zip(&parts) {
            if message.parts.iter().any(|mark| mark.part == number) {
                continue;
            }
            let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
            let outcome = match self.deliver(session.person.chat, part, words, left).await {
                Ok(delivered) => PartOutcome::Sent { message_ids: delivered.message_ids, files: delivered.files },
                Err(SendError::ChatGone) => return Ok(Sending::Gone),
                Err(SendError::Later { retry_after, .. }) => return Ok(Sending::Later(retry_after)),
                Err(error) => PartOutcome::Refused { reason: error.to_string() },
            };
            let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
            change.parts.push((message.id, PartMark { part: number, outcome }));
            if self.commit_step(&change).await? == Step::Ended {
                return Ok(Sending::Later(Some(Duration::ZERO)));
            }
        }
        self.end(attempt, message, MessageEnd::Sent, |_| ()).await
    }

    async fn end(
        &self,
        attempt: &Attempt,
        message: &Message,
        end: MessageEnd,
        more: impl FnOnce(&mut ChangeSet),
    ) -> StoreResult<Sending> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Keep);
        change.ended.push((message.id, end));
        more(&mut change);
        match self.commit_step(&change).await? {
            Step::Onward => Ok(Sending::Ended),
            Step::Ended => Ok(Sending::Later(Some(Duration::ZERO))),
        }
    }

    /// Sends one part: by address first, then uploaded by us, a picture also as a document, at last as a link.
    async fn deliver(
        &self,
        chat: ChatId,
        part: &Part,
        words: Words<'_>,
        budget: Duration,
    ) -> Result<Delivered, SendError> {
        let until = tokio::time::Instant::now() + budget;
        let left = || until.saturating_duration_since(tokio::time::Instant::now());
        let item = match &part.what {
            What::Words(screen) => {
                let message = self.messenger.show(chat, None, screen, budget.min(TEXT_BUDGET)).await?;
                return Ok(Delivered { message_ids: vec![message], files: Vec::new() });
            }
            What::Files(item) => item,
        };
        match self.messenger.deliver(chat, item, left() / 3).await {
            Err(SendError::TooLarge | SendError::Refused { .. }) => {}
            settled => return settled,
        }
        let folder = tempfile::tempdir()
            .map_err(|error| SendError::Later { retry_after: None, detail: format!("a temporary file: {error}") })?;
        let fetched = self.fetch(item, folder.path(), left() / 2).await;
        if let Ok(local) = &fetched {
            for item in [Some(local.clone()), as_documents(local)].into_iter().flatten() {
                match self.messenger.deliver(chat, &item, left()).await {
                    Err(SendError::TooLarge | SendError::Refused { .. }) => {}
                    settled => return settled,
                }
            }
        }
        match fetched {
            Err(FetchError::Later { detail }) => Err(SendError::Later { retry_after: None, detail }),
            Err(FetchError::Gone { detail }) => Err(SendError::Refused { description: detail }),
            Ok(_) | Err(FetchError::TooLarge) => {
                let message = self.messenger.show(chat, None, &links(words, item), left().min(TEXT_BUDGET)).await?;
                Ok(Delivered { message_ids: vec![message], files: Vec::new() })
            }
        }
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

    /// The last edit of the progress message: how it ended. Best effort.
    async fn close_progress(&self, generation: &Generation, session: &Session, words: Words<'_>) {
        let Some(message) = generation.progress_message else { return };
        if !self.shows(session, message, generation.id) {
            return;
        }
        let key = if generation.state.success().is_some() { "progress-done" } else { "progress-failed" };
        let screen = Screen { text: words.text(key, &[]), keyboard: Vec::new() };
        let shown = self.messenger.show(session.person.chat, Some(message), &screen, Duration::from_secs(2)).await;
        if let Err(error) = shown {
            tracing::debug!(%error, generation = %generation.id, "the progress was not closed");
        }
    }

    /// Whether a message still shows this generation: the user may have gone on to another screen in it.
    pub(crate) fn shows(&self, session: &Session, message: i64, id: domain::ids::GenerationId) -> bool {
        if session.conversation.window != Some(message) {
            return true;
        }
        let talk: Result<Talk, _> = serde_json::from_str(&session.conversation.body);
        talk.is_ok_and(|talk| talk.view == View::Generation { generation: id })
    }

    /// Marks the person as gone; a result that waits is kept for their return, nothing is refunded.
    async fn chat_is_gone(&self, attempt: &Attempt, message: &Message, session: &Session) -> StoreResult<()> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        change.person =
            Some(domain::ports::PersonChange::Update(domain::ports::Person { gone: true, ..session.person.clone() }));
        if let Some(generation) = match message.generation {
            Some(id) => self.store.generation(id).await?,
            None => None,
        } {
            let event = Event::Undeliverable(Undeliverable::ChatGone);
            let from = event.kind().from();
            if let (State::Succeeded(_), Ok(to)) = (&generation.state, generation.state.after(event)) {
                let (id, relinked) = (generation.id, generation.relinked);
                change.generations.push(GenerationChange::Step { id, from, to, relinked });
            }
        }
        self.commit_step(&change).await.map(drop)
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
        if let (What::Files(item), Some(files)) = (&mut part.what, files) {
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
