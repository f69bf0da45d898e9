//! One update, from its event to the answer.

use std::sync::Arc;
use std::time::Duration;

use domain::ledger::{Refusal, Unit};
use domain::ports::{ChangeSet, Commit, DeadUpdate, GenerationChange, StoreError, StoreResult, Tries};
use domain::screen::{Language, Screen};
use tracing::Instrument;

use super::App;
use super::payments::Question;
use super::showing::{Showing, Shown};
use super::turn::read_talk;
use crate::conversation::Talk;
use crate::event::{Event, Incoming};
use crate::intake::UpdateOutcome;
use crate::outbox::Body;

/// A conflict means that another update of the same user was quicker; five in a row mean that something is wrong.
const TRIES_MAX: u32 = 5;
/// After so many tries, or so long, a screen that can't be shown becomes a durable message.
const SHOW_TRIES_MAX: i64 = 3;
const SHOW_WAIT_MAX: Duration = Duration::from_secs(60);
/// Telegram waits so long after an outage before it repeats an update.
const OUTAGE_RETRY: Duration = Duration::from_secs(5);

/// What an update came to.
struct Decided {
    shown: Shown,
    /// Nothing is drawn.
    quiet: bool,
    /// Set if the update was done before.
    tries: Option<Tries>,
}

impl App {
    /// Takes one update: decides, commits, shows. `raw` is kept if a defect of ours shows up.
    pub async fn take_update(self: &Arc<Self>, incoming: Incoming, raw: Vec<u8>) -> UpdateOutcome {
        let correlation = format!("u{}", incoming.key.update);
        let span = tracing::info_span!(
            "update",
            correlation,
            user = tracing::field::Empty,
            generation = tracing::field::Empty
        );
        let (kind, begun) = (incoming.event.code(), tokio::time::Instant::now());
        let outcome = self.handle_in_a_task(incoming, raw, span).await;
        let taken = match outcome {
            UpdateOutcome::Done => "done",
            UpdateOutcome::NotJson | UpdateOutcome::Later(_) => "later",
        };
        metrics::counter!("updates_total", "kind" => kind, "outcome" => taken).increment(1);
        metrics::histogram!("update_duration_seconds", "kind" => kind).record(begun.elapsed());
        outcome
    }

    async fn handle_in_a_task(
        self: &Arc<Self>,
        incoming: Incoming,
        raw: Vec<u8>,
        span: tracing::Span,
    ) -> UpdateOutcome {
        let (app, work) = (Arc::clone(self), incoming.clone());
        // A task of its own: a panic in one update ends nothing else, and a dropped request does not decide about money.
        let result = tokio::spawn(async move { app.handle(&work).await }.instrument(span)).await;
        match result {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(StoreError::Away(detail))) => {
                tracing::warn!(detail, update = incoming.key.update, "storage is away; telegram keeps the update");
                UpdateOutcome::Later(OUTAGE_RETRY)
            }
            Ok(Err(StoreError::Defect(detail))) => self.defect(&incoming, raw, detail).await,
            Err(panic) => self.defect(&incoming, raw, format!("panic: {panic}")).await,
        }
    }

    /// Keeps an update that could not be read.
    pub async fn bury(&self, dead: DeadUpdate) -> UpdateOutcome {
        metrics::counter!("updates_dead_total").increment(1);
        match self.store.bury(&dead).await {
            Ok(()) => UpdateOutcome::Done,
            Err(error) => {
                tracing::warn!(%error, "a dead update has to wait for storage");
                UpdateOutcome::Later(OUTAGE_RETRY)
            }
        }
    }

    async fn defect(&self, incoming: &Incoming, raw: Vec<u8>, reason: String) -> UpdateOutcome {
        tracing::error!(reason, update = incoming.key.update, "an update met a defect; it is kept in dead_updates");
        let dead =
            DeadUpdate { bot: incoming.key.bot, update: Some(incoming.key.update), body: raw, reason, at: self.now() };
        let outcome = self.bury(dead).await;
        if outcome == UpdateOutcome::Done {
            let words = self.texts.in_language(Language::from_tag(incoming.sender.language.as_deref()));
            let screen = Screen::new(words.text("notice-trouble", &[]), Vec::new());
            let shown = self.messenger.show(incoming.sender.chat, None, &screen, self.settings.send_budget).await;
            if let Err(error) = shown {
                tracing::warn!(%error, "the user could not be told of a defect");
            }
        }
        outcome
    }

    async fn handle(&self, incoming: &Incoming) -> StoreResult<UpdateOutcome> {
        match &incoming.event {
            Event::PreCheckout { query, currency, total, payload } => {
                Ok(self.pre_checkout(incoming, &Question { query, currency, total: *total, payload }).await)
            }
            _ if self.is_too_fast(incoming).await => Ok(UpdateOutcome::Done),
            Event::Elsewhere => self.elsewhere(incoming).await,
            _ => self.converse(incoming).await,
        }
    }

    /// In a group the bot says where it can be found, once per update.
    async fn elsewhere(&self, incoming: &Incoming) -> StoreResult<UpdateOutcome> {
        let mut change = ChangeSet::new(self.now());
        change.mark = Some(incoming.key);
        if self.commit(&change).await? == Commit::Committed {
            let words = self.texts.in_language(Language::from_tag(incoming.sender.language.as_deref()));
            let screen = Screen::new(words.text("notice-elsewhere", &[]), Vec::new());
            let shown = self.messenger.show(incoming.sender.chat, None, &screen, self.settings.send_budget).await;
            if let Err(error) = shown {
                tracing::info!(%error, "a group could not be answered");
            }
        }
        Ok(UpdateOutcome::Done)
    }

    async fn converse(&self, incoming: &Incoming) -> StoreResult<UpdateOutcome> {
        // A wake waits until what this update shows is there, so that it edits that instead of sending a second window.
        let _talking = self.talking.enter(incoming.sender.chat);
        for _ in 0..TRIES_MAX {
            let Some(decided) = self.decide_and_commit(incoming).await? else { continue };
            if matches!(incoming.event, Event::Membership { .. }) {
                return Ok(UpdateOutcome::Done);
            }
            return self.answer(incoming, decided).await;
        }
        Err(StoreError::Away("too many version conflicts on one conversation".to_owned()))
    }

    /// `None` = another update was quicker: load and decide again.
    async fn decide_and_commit(&self, incoming: &Incoming) -> StoreResult<Option<Decided>> {
        let now = self.now();
        let known = self.store.session(incoming.sender.chat).await?;
        let is_new = known.is_none();
        let mut session = match known {
            Some(session) => session,
            None => self.newcomer(incoming, now).await?,
        };
        tracing::Span::current().record("user", tracing::field::display(session.person.user));
        let talk: Talk = if is_new { Talk::default() } else { read_talk(&session.conversation) };
        let mut change = ChangeSet::new(now);
        change.mark = Some(incoming.key);
        self.note_person(&mut change, &mut session, incoming, is_new);
        if is_new {
            self.note_referral(&mut change, &session, incoming).await?;
        }
        self.take_payment(&mut change, session.person.user, &incoming.event).await?;
        let turn = self.turn(&mut change, &mut session, &talk, &incoming.event, is_new).await?;
        let mut commit = self.commit(&change).await?;
        let is_payment = matches!(incoming.event, Event::Paid { .. } | Event::Refunded { .. });
        if is_payment && is_settled(&commit) {
            // A refund of a payment that we never credited, or took back before; or a payment that a reconciliation credited at this very
            // moment: nothing to move.
            tracing::warn!(update = incoming.key.update, ?commit, "a payment's update that moves nothing");
            change.operations.clear();
            change.invoices.clear();
            change.referrals.clear();
            change.messages.clear();
            commit = self.commit(&change).await?;
        }
        if is_payment && matches!(commit, Commit::Committed | Commit::AlreadyDone(_)) {
            session.money = self.store.wallet(session.person.user, Unit::Money).await?;
        }
        let edit = turn.edit;
        match commit {
            Commit::Committed => {
                for order in &change.generations {
                    if let GenerationChange::Create(order) = order {
                        // The link from the update to everything that the generation's own id names from now on; what follows in this
                        // update bears it too.
                        tracing::Span::current().record("generation", tracing::field::display(order.id));
                        tracing::info!(generation = %order.id, model = %order.model, "an order was confirmed");
                    }
                }
                let shown = Shown { version: turn.version, talk: turn.talk, session, edit };
                Ok(Some(Decided { shown, quiet: turn.quiet, tries: None }))
            }
            Commit::AlreadyDone(tries) => {
                // What was to be shown is drawn again, unless it was to be shown later only.
                let quiet = talk.quiet_until.is_some_and(|until| now < until);
                // Of somebody who is forgotten since nothing is stored that could be drawn: it is decided anew.
                let talk = if is_new { turn.talk } else { talk };
                let shown = Shown { version: session.conversation.version, talk, session, edit };
                Ok(Some(Decided { shown, quiet, tries: Some(tries) }))
            }
            // What is done at the desk is held against books and staff first; somebody was quicker.
            Commit::Refused { .. } | Commit::VersionConflict if !change.audit_log.is_empty() => {
                self.refresh_office().await?;
                Ok(None)
            }
            // The wallet changed since it was loaded; the next round sees it and says what is missing.
            Commit::VersionConflict | Commit::Refused { reason: Refusal::InsufficientFunds { .. }, .. } => Ok(None),
            Commit::Refused { reason, .. } => Err(StoreError::Defect(format!("the ledger refused: {reason}"))),
            Commit::LeaseLost => Err(StoreError::Defect("a lease was lost where none was taken".to_owned())),
        }
    }

    async fn answer(&self, incoming: &Incoming, decided: Decided) -> StoreResult<UpdateOutcome> {
        let started = tokio::time::Instant::now();
        if let Event::Press { query, .. } = &incoming.event {
            let answered = self.messenger.answer_press(query, None, false, self.settings.send_budget).await;
            if let Err(error) = answered {
                tracing::info!(%error, "a press could not be answered");
            }
        }
        if decided.quiet {
            return Ok(UpdateOutcome::Done);
        }
        let budget = self.settings.send_budget.saturating_sub(started.elapsed());
        match self.show(&decided.shown, budget).await? {
            Showing::Done => Ok(UpdateOutcome::Done),
            Showing::Later { screen, retry_after } => self.show_later(&decided, screen, retry_after).await,
        }
    }

    /// A passing failure: Telegram repeats the update; after a few tries the screen becomes a durable message.
    async fn show_later(
        &self,
        decided: &Decided,
        screen: Screen,
        retry_after: Option<Duration>,
    ) -> StoreResult<UpdateOutcome> {
        let now = self.now();
        let patient =
            decided.tries.is_none_or(|tries| tries.count < SHOW_TRIES_MAX && now.since(tries.first_at) < SHOW_WAIT_MAX);
        if patient {
            return Ok(UpdateOutcome::Later(retry_after.unwrap_or(Duration::from_secs(1))));
        }
        let mut change = ChangeSet::new(now);
        self.post(&mut change, decided.shown.session.person.user, &Body::Screen(screen), None);
        self.commit(&change).await?;
        Ok(UpdateOutcome::Done)
    }
}

/// Whether a payment's operation was refused because nothing is left to do about it.
const fn is_settled(commit: &Commit) -> bool {
    let Commit::Refused { reason, .. } = commit else { return false };
    matches!(reason, Refusal::PaymentNotFound | Refusal::AlreadyRefunded | Refusal::Conflict)
}
