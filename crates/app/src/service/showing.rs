//! Showing the window: the rows that a view speaks of, the drawing, the sending, and who is being talked to at this moment.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::generation::Generation;
use domain::ids::ChatId;
use domain::ports::{ChangeSet, Person, PersonChange, SendError, Session, StoreResult};
use domain::screen::{Screen, Text};

use super::App;
use crate::conversation::{Talk, View};
use crate::screens::{Canvas, Facts, GenerationFacts, render};
use crate::workers::is_over;

/// What is to be shown after a commit.
pub(crate) struct Shown {
    /// Whose window.
    pub(crate) session: Session,
    /// What it shows.
    pub(crate) talk: Talk,
    /// The message to edit, if not a new one.
    pub(crate) edit: Option<i64>,
    /// The conversation's version that was committed with it.
    pub(crate) version: i64,
}

/// How showing went.
pub(crate) enum Showing {
    /// It is there, or can't ever be.
    Done,
    /// Not now.
    Later {
        /// What was to be shown.
        screen: Screen,
        /// How long Telegram wants us to wait.
        retry_after: Option<Duration>,
    },
}

impl App {
    /// Shows a window as it was committed.
    pub(crate) async fn show(&self, shown: &Shown, budget: Duration) -> StoreResult<Showing> {
        let started = tokio::time::Instant::now();
        let facts = self.facts(&shown.talk, &shown.session).await?;
        let screen = self.draw(&shown.talk, &shown.session, &facts);
        let chat = shown.session.person.chat;
        match self.messenger.show(chat, shown.edit, &screen, budget.saturating_sub(started.elapsed())).await {
            Ok(message) => {
                self.note_message(shown, message, facts.generation.as_ref()).await;
                if let Some(drawn) = facts.generation.filter(|drawn| !is_over(&drawn.generation.state)) {
                    self.after_progress(chat, &drawn.generation).await;
                }
                Ok(Showing::Done)
            }
            Err(SendError::ChatGone) => {
                self.mark_gone(&shown.session.person).await?;
                Ok(Showing::Done)
            }
            Err(SendError::Later { retry_after, detail, .. }) => {
                tracing::info!(detail, "a screen could not be shown yet");
                Ok(Showing::Later { screen, retry_after })
            }
            Err(error) => {
                // Which view it is, without what it holds: a search holds a user's words.
                let view = format!("{:?}", shown.talk.view);
                let view = view.split(|letter: char| !letter.is_alphanumeric()).next();
                tracing::error!(%error, view, "a screen was refused");
                Ok(Showing::Done)
            }
        }
    }

    /// While a progress was on its way its generation may have ended, and who ended it did not know of this message yet.
    async fn after_progress(&self, chat: ChatId, drawn: &Generation) {
        if drawn.state.kind().is_live() {
            self.show_activity(chat, &drawn.model).await;
        }
        self.close_progress(drawn.id).await;
    }

    /// Small statements of their own; if one is lost, the next screen is a new message instead of an edit.
    async fn note_message(&self, shown: &Shown, message: i64, drawn: Option<&GenerationFacts>) {
        let user = shown.session.person.user;
        let noted = shown.session.conversation.window == Some(message) && shown.edit.is_some();
        if !noted && let Err(error) = self.store.note_window(user, shown.version, message).await {
            tracing::info!(%error, "the window's message was not noted");
        }
        let knows = |drawn: &GenerationFacts| drawn.generation.progress_message == Some(message);
        if let View::Generation { generation } = &shown.talk.view
            && !drawn.is_some_and(knows)
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

    fn draw(&self, talk: &Talk, session: &Session, facts: &Facts) -> Screen {
        let (showcase, office) = (self.showcase(), self.office_now());
        let canvas = Canvas {
            words: self.texts.in_language(session.person.language),
            catalog: &showcase.catalog,
            search: &showcase.search,
            factor: self.factor(),
            session,
            actor: self.actor(session.person.chat),
            facts,
            shop: &office.live.shop,
            now: self.now(),
        };
        let screen = render(talk, &canvas);
        debug_assert!(screen.text != Text::default(), "an empty screen: {:?}", talk.view);
        screen
    }
}

/// The chats whose updates this instance is answering right now. A hint for wakes, which come a moment later if there is one: whoever is
/// talked to by another instance may get a second window, nothing worse. As long as the updates in flight.
#[derive(Debug, Default)]
pub(crate) struct Talking(Mutex<HashMap<ChatId, usize>>);

impl Talking {
    /// Counts an update in, until the guard is dropped.
    pub(crate) fn enter(&self, chat: ChatId) -> TalkingGuard<'_> {
        *self.chats().entry(chat).or_insert(0) += 1;
        TalkingGuard { talking: self, chat }
    }

    /// Whether an update of this chat is being answered.
    pub(crate) fn holds(&self, chat: ChatId) -> bool {
        self.chats().contains_key(&chat)
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<ChatId, usize>> {
        // Every change is complete before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One update being answered.
#[derive(Debug)]
pub(crate) struct TalkingGuard<'a> {
    talking: &'a Talking,
    chat: ChatId,
}

impl Drop for TalkingGuard<'_> {
    fn drop(&mut self) {
        let mut chats = self.talking.chats();
        match chats.get_mut(&self.chat) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(chats.remove(&self.chat)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_is_talked_to_until_its_last_update_is_answered() {
        let (talking, ann, ben) = (Talking::default(), ChatId(1), ChatId(2));
        let first = talking.enter(ann);
        let second = talking.enter(ann);
        assert!(talking.holds(ann) && !talking.holds(ben));
        drop(first);
        assert!(talking.holds(ann));
        drop(second);
        assert!(!talking.holds(ann) && talking.chats().is_empty());
    }
}
