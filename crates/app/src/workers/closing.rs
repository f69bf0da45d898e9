//! The end of a progress message, and what the chat shows beside the bot's name while it works.

use std::time::Duration;

use domain::generation::{State, Undeliverable};
use domain::ids::{ChatId, GenerationId, ModelId};
use domain::models::Output;
use domain::ports::{Activity, Session, StoreResult};
use domain::screen::Screen;

use crate::conversation::{Talk, View};
use crate::screens;
use crate::service::App;

/// An edit must not delay the work.
const CLOSING_BUDGET: Duration = Duration::from_secs(2);

impl App {
    /// The last edit of the progress message: how it ended. Nothing while it goes on. Best effort.
    ///
    /// Two call it: who ended the generation, after its commit, and who showed its progress, after that message was noted. Whichever comes
    /// second sees what the other one wrote, so that no progress stays behind that says "working on it" for ever.
    pub(crate) async fn close_progress(&self, id: GenerationId) {
        match self.closing(id).await {
            Ok(Some((chat, message, screen))) => {
                if let Err(error) = self.messenger.show(chat, Some(message), &screen, CLOSING_BUDGET).await {
                    tracing::debug!(%error, generation = %id, "the progress was not closed");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, generation = %id, "the progress was not closed"),
        }
    }

    async fn closing(&self, id: GenerationId) -> StoreResult<Option<(ChatId, i64, Screen)>> {
        // Read anew: the message may have been noted, and the state may have changed, while something was on its way.
        let Some(generation) = self.store.generation(id).await? else { return Ok(None) };
        let Some(message) = generation.progress_message.filter(|_| is_over(&generation.state)) else { return Ok(None) };
        let Some(session) = self.store.session_of(generation.user).await? else { return Ok(None) };
        if !self.shows(&session, message, id) {
            return Ok(None);
        }
        let words = self.texts.in_language(session.person.language);
        let key = match &generation.state {
            State::Cancelled => {
                let facts = self.facts_of(generation).await?;
                let card = screens::progress(words, &self.catalog, &facts, self.now());
                return Ok(Some((session.person.chat, message, card)));
            }
            State::Failed(_) | State::Undeliverable { reason: Undeliverable::Refused, .. } => "progress-failed",
            _ => "progress-done",
        };
        Ok(Some((session.person.chat, message, Screen::new(words.text(key, &[]), Vec::new()))))
    }

    /// Whether a message still shows this generation: the user may have gone on to another screen in it.
    pub(crate) fn shows(&self, session: &Session, message: i64, id: GenerationId) -> bool {
        if session.conversation.window != Some(message) {
            return true;
        }
        let talk: Result<Talk, _> = serde_json::from_str(&session.conversation.body);
        talk.is_ok_and(|talk| talk.view == View::Generation { generation: id })
    }

    /// Shows that the bot is working on what this model makes. Best effort, for a few seconds.
    pub(crate) async fn show_activity(&self, chat: ChatId, model: &ModelId) {
        let activity = match self.catalog.model(model).map(|model| model.output) {
            Some(Output::Image) => Activity::UploadPhoto,
            Some(Output::Video) => Activity::UploadVideo,
            Some(Output::Audio) => Activity::UploadVoice,
            Some(Output::Text) | None => Activity::Typing,
        };
        self.messenger.activity(chat, activity).await;
    }
}

/// Whether nothing more will come: what was made and waits for its delivery is not over yet.
pub(crate) fn is_over(state: &State) -> bool {
    !state.kind().is_live() && !matches!(state, State::Succeeded(_))
}
