//! The progress message: edited while a generation moves on, best effort.

use std::time::Duration;

use domain::generation::State;
use domain::ids::{ChatId, GenerationId, ModelId};
use domain::ports::StoreResult;
use domain::screen::Screen;

use crate::screens::{self, GenerationFacts};
use crate::service::App;

/// Editing the progress must not delay the work.
const PROGRESS_BUDGET: Duration = Duration::from_secs(2);

impl App {
    /// Draws the progress message, if it still shows this generation. Best effort, under the generation's lease.
    pub(super) async fn draw_progress(&self, id: GenerationId) {
        match self.progress_screen(id).await {
            Ok(Some((chat, message, screen, made))) => {
                if let Some(model) = made {
                    self.show_activity(chat, &model).await;
                }
                let shown = self.messenger.show(chat, Some(message), &screen, PROGRESS_BUDGET).await;
                if let Err(error) = shown {
                    tracing::debug!(%error, generation = %id, "the progress was not drawn");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, generation = %id, "the progress was not drawn"),
        }
    }

    /// Where it is drawn, what, and which model works on it if one does.
    async fn progress_screen(&self, id: GenerationId) -> StoreResult<Option<(ChatId, i64, Screen, Option<ModelId>)>> {
        let Some(generation) = self.store.generation(id).await? else { return Ok(None) };
        let Some(message) = generation.progress_message else { return Ok(None) };
        let Some(session) = self.store.session_of(generation.user).await? else { return Ok(None) };
        if !self.shows(&session, message, id) {
            return Ok(None);
        }
        // Nobody works on what is only queued.
        let made = (generation.state != State::Queued).then(|| generation.model.clone());
        let facts: GenerationFacts = self.facts_of(generation).await?;
        let words = self.texts.in_language(session.person.language);
        let screen = screens::progress(words, &self.catalog, &facts, self.now());
        Ok(Some((session.person.chat, message, screen, made)))
    }
}
