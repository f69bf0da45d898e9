//! Sending a file that is made when it is sent.

use std::time::Duration;

use domain::ports::{Message, MessageEnd, SendError, Session, StoreResult};

use super::Attempt;
use super::messages::Sending;
use super::parts::Written;
use crate::conversation::EventFilter;
use crate::service::App;

/// An upload of a few megabytes.
const BUDGET: Duration = Duration::from_secs(40);
const FILE_NAME: &str = "kiebot-events.jsonl";

impl App {
    /// Sends the log as far as it is looked for.
    pub(super) async fn send_events(
        &self,
        attempt: &Attempt,
        message: &Message,
        session: &Session,
        filter: &EventFilter,
    ) -> StoreResult<Sending> {
        let words = self.texts.in_language(session.person.language);
        let (text, count) = self.exported_events(filter).await?;
        let caption = words.text("events-exported", &[("n", i64::from(count).into())]);
        let written = Written { file_name: FILE_NAME.to_owned(), text, caption, keyboard: Vec::new() };
        let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
        let (chat, silent) = (session.person.chat, session.person.silent);
        match self.deliver_written(chat, &written, silent, left.min(BUDGET)).await {
            Ok(_) => self.end(attempt, message, MessageEnd::Sent, |_| ()).await,
            Err(SendError::ChatGone) => Ok(Sending::Gone),
            Err(SendError::Later { retry_after, detail }) => {
                tracing::info!(detail, "a file could not be sent yet");
                Ok(Sending::Later(retry_after))
            }
            Err(error) => {
                tracing::error!(%error, message = %message.id, "a file was refused");
                self.end(attempt, message, MessageEnd::Refused, |_| ()).await
            }
        }
    }
}
