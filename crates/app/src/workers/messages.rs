//! Sending a user's durable messages in order, each until Telegram took it or refused it for good.

use std::time::Duration;

use domain::generation::{Event, State, Undeliverable};
use domain::ids::UserId;
use domain::ports::{
    ChangeSet, GenerationChange, LeaseOutcome, Message, MessageEnd, Person, PersonChange, SendError, Session,
    StoreResult,
};
use domain::screen::Screen;
use tracing::Instrument;

use super::{Attempt, Step};
use crate::outbox::Body;
use crate::service::App;
use crate::texts::Words;

/// One text; more does not help against a server that is away.
pub(super) const TEXT_BUDGET: Duration = Duration::from_secs(10);

/// During a deploy a newer version writes messages of kinds that this one does not know, and either may claim them. What nobody could read for
/// so long, longer than two versions overlap, is given up: it would hold up everything behind it.
const UNREADABLE_MAX: Duration = Duration::from_secs(10 * 60);
/// Until a message that can't be read is looked at again.
const UNREADABLE_WAIT: Duration = Duration::from_secs(2);

/// How one message went.
pub(super) enum Sending {
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
            if self.now().since(message.at) < UNREADABLE_MAX {
                tracing::warn!(message = %message.id, "a durable message can't be read here; it waits for a version that can");
                return Ok(Sending::Later(Some(UNREADABLE_WAIT)));
            }
            tracing::error!(message = %message.id, "a durable message can't be read");
            return self.end(attempt, message, MessageEnd::Refused, |_| ()).await;
        };
        let subject = match &body {
            Body::Result(id) | Body::Resend(id) | Body::Ended(id) => Some(*id),
            _ => message.generation,
        };
        let sending = self.send_body(attempt, message, session, words, body);
        match subject {
            // What is told while an order's message is sent bears the order's id, as all that was done for it before.
            Some(id) => {
                let user = session.person.user;
                let span = tracing::info_span!("delivery", correlation = %id, generation = %id, %user);
                sending.instrument(span).await
            }
            None => sending.await,
        }
    }

    async fn send_body(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        words: Words<'_>,
        body: Body,
    ) -> StoreResult<Sending> {
        let generation = match &body {
            Body::Result(id) | Body::Resend(id) | Body::Ended(id) => self.store.generation(*id).await?,
            _ => None,
        };
        match (body, generation) {
            (Body::Screen(screen), _) => self.send_text(attempt, message, &session.person, &screen).await,
            (Body::Notice(notice), _) => {
                let screen = Screen::new(notice.render(words), Vec::new());
                self.send_text(attempt, message, &session.person, &screen).await
            }
            (Body::Stopped { model, notice }, _) => {
                let screen = crate::screens::stopped(words, &notice, &model);
                self.send_text(attempt, message, &session.person, &screen).await
            }
            (Body::Rate { date, notice }, _) => {
                let screen = crate::screens::rate_jumped(words, &notice, date);
                self.send_text(attempt, message, &session.person, &screen).await
            }
            (Body::Approval { approval, notice }, _) => {
                let screen = crate::screens::approval(words, &notice, approval);
                self.send_text(attempt, message, &session.person, &screen).await
            }
            (Body::Alerts(told), _) => {
                self.send_text(attempt, message, &session.person, &crate::screens::told(words, &told)).await
            }
            (Body::Broadcast(id), _) => self.send_preview(attempt, message, &session.person, id).await,
            (Body::Events(filter), _) => self.send_events(attempt, message, &session.person, &filter).await,
            (Body::Chart { period }, _) => self.send_chart(attempt, message, &session.person, period).await,
            (Body::Table { period }, _) => self.send_table(attempt, message, &session.person, period).await,
            (Body::Claim(id), _) => self.send_claim(attempt, message, session, id).await,
            (Body::Letter(mail), _) => self.send_letter(attempt, message, session, &mail).await,
            (Body::Answer(mail), _) => self.send_answer(attempt, message, session, &mail).await,
            (Body::Ended(id), Some(generation)) => {
                let facts = self.facts_of(generation).await?;
                let screen = crate::screens::progress(words, &self.catalog, &facts, self.now());
                let sent = self.send_text(attempt, message, &session.person, &screen).await?;
                self.close_progress(id).await;
                Ok(sent)
            }
            (Body::Result(_), Some(generation)) => {
                self.send_result(attempt, message, session, &generation, words).await
            }
            (Body::Resend(_), Some(generation)) => self.resend(attempt, message, session, &generation, words).await,
            (Body::Ended(_) | Body::Result(_) | Body::Resend(_), None) => {
                self.end(attempt, message, MessageEnd::Refused, |_| ()).await
            }
        }
    }

    async fn send_text(
        &self,
        attempt: &Attempt,
        message: &Message,
        person: &Person,
        screen: &Screen,
    ) -> StoreResult<Sending> {
        let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
        let screen = Screen { silent: person.silent, ..screen.clone() };
        match self.messenger.show(person.chat, None, &screen, left.min(TEXT_BUDGET)).await {
            Ok(_) => self.end(attempt, message, MessageEnd::Sent, |_| ()).await,
            Err(error) => self.not_sent(attempt, message, error).await,
        }
    }

    /// What becomes of a message of one part that was not sent.
    pub(super) async fn not_sent(
        &self,
        attempt: &Attempt,
        message: &Message,
        error: SendError,
    ) -> StoreResult<Sending> {
        match error {
            SendError::ChatGone => Ok(Sending::Gone),
            SendError::Later { retry_after, detail, .. } => {
                tracing::info!(detail, "a message could not be sent yet");
                Ok(Sending::Later(retry_after))
            }
            error => {
                tracing::error!(%error, message = %message.id, "a message was refused");
                self.end(attempt, message, MessageEnd::Refused, |_| ()).await
            }
        }
    }

    /// Ends a message, with what happens beside it.
    pub(super) async fn end(
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

    /// Marks the person as gone; a result that waits is kept for their return, nothing is refunded.
    async fn chat_is_gone(&self, attempt: &Attempt, message: &Message, session: &Session) -> StoreResult<()> {
        let mut change = attempt.change(self.now(), LeaseOutcome::Done);
        change.person = Some(PersonChange::Update(Person { gone: true, ..session.person.clone() }));
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
        self.report_lost_mail(&mut change, message).await?;
        self.commit_step(&change).await.map(drop)
    }
}
