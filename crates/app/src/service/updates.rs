//! One update, from its event to the answer.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::{Event as Life, Generation, State};
use domain::ids::{CallbackToken, GenerationId, MessageId, UserId};
use domain::ledger::{Amount, BonusKind, Operation, Posting, Refusal};
use domain::ports::{
    ChangeSet, Commit, Conversation, ConversationChange, DeadUpdate, GenerationChange, JobKey, NewMessage, Person,
    PersonChange, Schedule, SendError, Session, StoreError, StoreResult, Tries,
};
use domain::quote::Quote;
use domain::screen::{Action, DraftAct, Language, Screen, Text};

use super::App;
use crate::conversation::{Context, Decision, Draft, Effect, Talk, View, decide};
use crate::event::{Event, Incoming};
use crate::intake::UpdateOutcome;
use crate::outbox::Body;
use crate::screens::{Canvas, Facts, PAGE, render};

/// A conflict means that another update of the same user was quicker; five in a row mean that something is wrong.
const TRIES_MAX: u32 = 5;
/// After so many tries, or so long, a screen that can't be shown becomes a durable message.
const SHOW_TRIES_MAX: i64 = 3;
const SHOW_WAIT_MAX: Duration = Duration::from_secs(60);
/// Telegram waits so long after an outage before it repeats an update.
const OUTAGE_RETRY: Duration = Duration::from_secs(5);

/// What is to be shown after a commit.
struct Shown {
    session: Session,
    talk: Talk,
    /// The message to edit, if not a new one.
    edit: Option<i64>,
    version: i64,
    /// Set if the update was done before.
    tries: Option<Tries>,
}

impl App {
    /// Takes one update: decides, commits, shows. `raw` is kept if a defect of ours shows up.
    pub async fn take_update(self: &Arc<Self>, incoming: Incoming, raw: Vec<u8>) -> UpdateOutcome {
        let (app, work) = (Arc::clone(self), incoming.clone());
        // A task of its own: a panic in one update ends nothing else, and a dropped request does not decide about money.
        let result = tokio::spawn(async move { app.handle(&work).await }).await;
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
            let screen = Screen { text: words.text("notice-trouble", &[]), keyboard: Vec::new() };
            let shown = self.messenger.show(incoming.sender.chat, None, &screen, self.settings.send_budget).await;
            if let Err(error) = shown {
                tracing::warn!(%error, "the user could not be told of a defect");
            }
        }
        outcome
    }

    async fn handle(&self, incoming: &Incoming) -> StoreResult<UpdateOutcome> {
        match &incoming.event {
            Event::PreCheckout { query, .. } => Ok(self.pre_checkout(incoming, query).await),
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
            let screen = Screen { text: words.text("notice-elsewhere", &[]), keyboard: Vec::new() };
            let shown = self.messenger.show(incoming.sender.chat, None, &screen, self.settings.send_budget).await;
            if let Err(error) = shown {
                tracing::info!(%error, "a group could not be answered");
            }
        }
        Ok(UpdateOutcome::Done)
    }

    async fn converse(&self, incoming: &Incoming) -> StoreResult<UpdateOutcome> {
        for _ in 0..TRIES_MAX {
            let Some(shown) = self.decide_and_commit(incoming).await? else { continue };
            if matches!(incoming.event, Event::Membership { .. }) {
                return Ok(UpdateOutcome::Done);
            }
            return self.show(incoming, shown).await;
        }
        Err(StoreError::Away("too many version conflicts on one conversation".to_owned()))
    }

    /// `None` = another update was quicker: load and decide again.
    async fn decide_and_commit(&self, incoming: &Incoming) -> StoreResult<Option<Shown>> {
        let now = self.now();
        let known = self.store.session(incoming.sender.chat).await?;
        let is_new = known.is_none();
        let mut session = known.unwrap_or_else(|| self.newcomer(incoming, now));
        let talk: Talk = if is_new { Talk::default() } else { read_talk(&session.conversation) };
        let mut change = ChangeSet::new(now);
        change.mark = Some(incoming.key);
        self.note_person(&mut change, &mut session, incoming, is_new);
        let decision = self.decision(&talk, incoming, &session, is_new, now).await?;
        let posting = self.payment_posting(session.person.user, &incoming.event);
        change.operations.extend(posting);
        self.apply(&mut change, &mut session, &decision).await?;
        change.conversation = Some(ConversationChange {
            user: session.person.user,
            expected: session.conversation.version,
            body: serde_json::to_string(&decision.talk)
                .map_err(|error| StoreError::Defect(format!("a talk does not serialise: {error}")))?,
            forget_window: decision.fresh,
        });
        let edit = message_to_edit(decision.fresh, pressed(&incoming.event), session.conversation.window);
        let version = session.conversation.version + 1;
        let mut commit = self.commit(&change).await?;
        if let Commit::Refused { reason: Refusal::PaymentNotFound | Refusal::AlreadyRefunded, .. } = commit {
            // A refund of a payment that we never credited, or took back before: nothing to move.
            tracing::warn!(update = incoming.key.update, "a refund without a payment to take back");
            change.operations.clear();
            commit = self.commit(&change).await?;
        }
        match commit {
            Commit::Committed => Ok(Some(Shown { session, talk: decision.talk, edit, version, tries: None })),
            Commit::AlreadyDone(tries) => {
                let version = session.conversation.version;
                Ok(Some(Shown { session, talk, edit, version, tries: Some(tries) }))
            }
            // The wallet changed since it was loaded; the next round sees it and says what is missing.
            Commit::VersionConflict | Commit::Refused { reason: Refusal::InsufficientFunds { .. }, .. } => Ok(None),
            Commit::Refused { reason, .. } => Err(StoreError::Defect(format!("the ledger refused: {reason}"))),
            Commit::LeaseLost => Err(StoreError::Defect("a lease was lost where none was taken".to_owned())),
        }
    }

    async fn decision(
        &self,
        talk: &Talk,
        incoming: &Incoming,
        session: &Session,
        is_new: bool,
        now: Timestamp,
    ) -> StoreResult<Decision> {
        let user = session.person.user;
        let generation = match named_generation(&incoming.event) {
            Some(id) if !is_new => self.store.generation(id).await?.filter(|generation| generation.user == user),
            _ => None,
        };
        let live = if is_confirm(&incoming.event) && generation.is_none() {
            self.store.live_generations(user).await?.len()
        } else {
            0
        };
        let context = Context {
            catalog: &self.catalog,
            factor: self.settings.factor,
            money: session.money,
            generation: generation.as_ref(),
            live,
            live_max: self.settings.live_max,
            selling: self.selling.is_on(now),
            now,
            clock: &*self.clock,
            ids: &*self.ids,
        };
        let mut decision = decide(talk, &incoming.event, &context);
        if is_new && decision.talk.view == View::Menu {
            decision.talk.view = View::Welcome;
            decision.fresh = true;
        }
        Ok(decision)
    }

    /// Puts what a decision does besides the screen into the change set.
    async fn apply(&self, change: &mut ChangeSet, session: &mut Session, decision: &Decision) -> StoreResult<()> {
        match &decision.effect {
            None => {}
            Some(Effect::Order(draft, quote)) => self.order(change, session, draft, quote),
            Some(Effect::Cancel(id)) => {
                if let Some(generation) = self.store.generation(*id).await? {
                    cancel(change, &generation, |operation| Posting::new(operation, &*self.clock, &*self.ids));
                }
            }
            Some(Effect::Resend(id)) => self.post(change, session.person.user, &Body::Resend(*id), None),
            Some(Effect::Speak(language)) => {
                session.person.language = *language;
                change.person = match change.person.take() {
                    Some(PersonChange::Create(_)) => Some(PersonChange::Create(session.person.clone())),
                    _ => Some(PersonChange::Update(session.person.clone())),
                };
            }
        }
        Ok(())
    }

    fn order(&self, change: &mut ChangeSet, session: &Session, draft: &Draft, quote: &Quote) {
        let user = session.person.user;
        let reserve = Operation::Reserve { user, generation: draft.id, amount: Amount::money(quote.price) };
        let posting = Posting::new(reserve, &*self.clock, &*self.ids);
        change.generations.push(GenerationChange::Create(Box::new(Generation {
            id: draft.id,
            user,
            chat: session.person.chat,
            model: draft.model.clone(),
            inputs: serde_json::to_value(&draft.inputs).expect("inputs hold strings, numbers and lists only"),
            quote: *quote,
            hold: posting.transfer,
            token: CallbackToken::random(&*self.ids),
            state: State::Queued,
            since: change.at,
            created_at: change.at,
            relinked: false,
            progress_message: None,
        })));
        change.operations.push(posting);
        change.schedule.push(Schedule { key: JobKey::generation(draft.id), run_at: change.at });
        metrics::counter!("orders_total").increment(1);
    }

    /// Adds a durable message and the work of sending it.
    pub(crate) fn post(&self, change: &mut ChangeSet, user: UserId, body: &Body, generation: Option<GenerationId>) {
        let id = MessageId::ordered(&*self.clock, &*self.ids);
        change.messages.push(NewMessage { id, user, generation, body: body.to_json() });
        change.schedule.push(Schedule { key: JobKey::messages(user), run_at: change.at });
    }

    fn newcomer(&self, incoming: &Incoming, now: Timestamp) -> Session {
        let sender = &incoming.sender;
        Session {
            person: Person {
                user: UserId::random(&*self.ids),
                chat: sender.chat,
                first_name: sender.first_name.clone(),
                username: sender.username.clone(),
                language: Language::from_tag(sender.language.as_deref()),
                gone: false,
                created_at: now,
            },
            conversation: Conversation { version: 0, body: String::new(), window: None },
            money: domain::ledger::Wallet { posted: self.settings.welcome.kopecks(), reserved: 0 },
            runs: domain::ledger::Wallet::default(),
        }
    }

    fn note_person(&self, change: &mut ChangeSet, session: &mut Session, incoming: &Incoming, is_new: bool) {
        let gone = matches!(incoming.event, Event::Membership { gone: true });
        if is_new {
            session.person.gone = gone;
            change.person = Some(PersonChange::Create(session.person.clone()));
            let (user, amount) = (session.person.user, Amount::money(self.settings.welcome));
            if amount.value > 0 {
                let bonus = Operation::Bonus { user, kind: BonusKind::Welcome, cause: user.to_string(), amount };
                change.operations.push(Posting::new(bonus, &*self.clock, &*self.ids));
            }
            return;
        }
        let (person, sender) = (&mut session.person, &incoming.sender);
        if person.gone && !gone {
            // They are back: what could not be delivered is tried again.
            change.schedule.push(Schedule { key: JobKey::messages(person.user), run_at: change.at });
        }
        if person.first_name != sender.first_name || person.username != sender.username || person.gone != gone {
            person.first_name.clone_from(&sender.first_name);
            person.username.clone_from(&sender.username);
            person.gone = gone;
            change.person = Some(PersonChange::Update(person.clone()));
        }
    }

    async fn show(&self, incoming: &Incoming, shown: Shown) -> StoreResult<UpdateOutcome> {
        let started = tokio::time::Instant::now();
        let facts = self.facts(&shown.talk.view, &shown.session).await?;
        let screen = self.draw(&shown.talk, &shown.session, &facts);
        if let Event::Press { query, .. } = &incoming.event {
            let answered = self.messenger.answer_press(query, None, false, self.settings.send_budget).await;
            if let Err(error) = answered {
                tracing::info!(%error, "a press could not be answered");
            }
        }
        let chat = shown.session.person.chat;
        let budget = self.settings.send_budget.saturating_sub(started.elapsed());
        match self.messenger.show(chat, shown.edit, &screen, budget).await {
            Ok(message) => {
                self.note_message(&shown, message).await;
                Ok(UpdateOutcome::Done)
            }
            Err(SendError::ChatGone) => {
                self.mark_gone(&shown.session.person).await?;
                Ok(UpdateOutcome::Done)
            }
            Err(SendError::Later { retry_after, detail }) => {
                self.show_later(&shown, screen, retry_after, &detail).await
            }
            Err(error) => {
                tracing::error!(%error, view = ?shown.talk.view, "a screen was refused");
                Ok(UpdateOutcome::Done)
            }
        }
    }

    /// A passing failure: Telegram repeats the update; after a few tries the screen becomes a durable message.
    async fn show_later(
        &self,
        shown: &Shown,
        screen: Screen,
        retry_after: Option<Duration>,
        detail: &str,
    ) -> StoreResult<UpdateOutcome> {
        let now = self.now();
        let patient =
            shown.tries.is_none_or(|tries| tries.count < SHOW_TRIES_MAX && now.since(tries.first_at) < SHOW_WAIT_MAX);
        if patient {
            tracing::info!(detail, "a screen could not be shown yet");
            return Ok(UpdateOutcome::Later(retry_after.unwrap_or(Duration::from_secs(1))));
        }
        let mut change = ChangeSet::new(now);
        self.post(&mut change, shown.session.person.user, &Body::Screen(screen), None);
        self.commit(&change).await?;
        Ok(UpdateOutcome::Done)
    }

    /// Small statements of their own; if one is lost, the next screen is a new message instead of an edit.
    async fn note_message(&self, shown: &Shown, message: i64) {
        let user = shown.session.person.user;
        let noted = shown.tries.is_none() && shown.session.conversation.window == Some(message) && shown.edit.is_some();
        if !noted && let Err(error) = self.store.note_window(user, shown.version, message).await {
            tracing::info!(%error, "the window's message was not noted");
        }
        if let View::Generation { generation } = &shown.talk.view
            && let Err(error) = self.store.note_progress(*generation, message).await
        {
            tracing::info!(%error, "the progress message was not noted");
        }
    }

    pub(crate) async fn mark_gone(&self, person: &Person) -> StoreResult<()> {
        let mut change = ChangeSet::new(self.now());
        change.person = Some(PersonChange::Update(Person { gone: true, ..person.clone() }));
        self.commit(&change).await.map(drop)
    }

    async fn facts(&self, view: &View, session: &Session) -> StoreResult<Facts> {
        let (user, mut facts) = (session.person.user, Facts::default());
        let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        let skip = |page: u16| u32::from(page).saturating_mul(limit - 1);
        match view {
            View::Generation { generation } => {
                if let Some(generation) = self.store.generation(*generation).await?.filter(|row| row.user == user) {
                    facts.generation = Some(self.facts_of(generation).await?);
                }
            }
            View::History { page } => facts.history = self.store.history(user, skip(*page), limit).await?,
            View::Statement { page } => facts.statement = self.store.statement(user, skip(*page), limit).await?,
            _ => {}
        }
        Ok(facts)
    }

    fn draw(&self, talk: &Talk, session: &Session, facts: &Facts) -> Screen {
        let canvas = Canvas {
            words: self.texts.in_language(session.person.language),
            catalog: &self.catalog,
            factor: self.settings.factor,
            session,
            facts,
            shop: &self.settings.shop,
            now: self.now(),
        };
        let screen = render(talk, &canvas);
        debug_assert!(screen.text != Text::default(), "an empty screen: {:?}", talk.view);
        screen
    }
}

/// Steps a queued generation to cancelled and releases its hold, together.
fn cancel(change: &mut ChangeSet, generation: &Generation, posting: impl Fn(Operation) -> Posting) {
    change.generations.push(GenerationChange::Step {
        id: generation.id,
        from: Life::Cancel.kind().from(),
        to: State::Cancelled,
        relinked: generation.relinked,
    });
    change.operations.push(posting(Operation::Release { hold: generation.hold }));
}

fn read_talk(conversation: &Conversation) -> Talk {
    serde_json::from_str(&conversation.body).unwrap_or_else(|error| {
        // A body of a version that this one does not know: the menu is always a good place to be.
        tracing::warn!(%error, "a conversation could not be read; it starts anew");
        Talk::default()
    })
}

/// The window, if that is where the user is. A button under anything else (a result, an older screen) brings a new window, so that a result
/// that was paid for is never written over.
fn message_to_edit(fresh: bool, pressed: Option<i64>, window: Option<i64>) -> Option<i64> {
    window.filter(|window| !fresh && pressed.is_none_or(|pressed| pressed == *window))
}

const fn pressed(event: &Event) -> Option<i64> {
    match event {
        Event::Press { message, .. } => *message,
        _ => None,
    }
}

const fn named_generation(event: &Event) -> Option<GenerationId> {
    match event {
        Event::Press { action: Some(Action::Generation { generation, .. }), .. } => Some(*generation),
        Event::Press { action: Some(Action::Draft { draft, act: DraftAct::Confirm, .. }), .. } => Some(*draft),
        _ => None,
    }
}

const fn is_confirm(event: &Event) -> bool {
    matches!(event, Event::Press { action: Some(Action::Draft { act: DraftAct::Confirm, .. }), .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_window_is_edited_and_only_where_the_user_pressed() {
        let table = [
            (false, Some(5), Some(5), Some(5)),
            (false, None, Some(5), Some(5)),
            // A button under a result or an older screen.
            (false, Some(9), Some(5), None),
            (false, Some(9), None, None),
            (false, None, None, None),
            (true, Some(5), Some(5), None),
            (true, None, Some(5), None),
        ];
        for (fresh, pressed, window, wanted) in table {
            assert_eq!(message_to_edit(fresh, pressed, window), wanted, "{fresh} {pressed:?} {window:?}");
        }
    }

    #[test]
    fn a_body_that_can_not_be_read_starts_anew() {
        for body in ["", "{", r#"{"view":"a screen of tomorrow"}"#] {
            let conversation = Conversation { version: 3, body: body.to_owned(), window: None };
            assert_eq!(read_talk(&conversation), Talk::default(), "{body}");
        }
    }
}
