//! The log as a file, made when it is sent.

use domain::ports::{MediaKind, Message, Person, StoreResult};

use super::Attempt;
use super::messages::Sending;
use crate::conversation::EventFilter;
use crate::service::App;

const FILE_NAME: &str = "events.jsonl";

impl App {
    /// Sends the log as far as it is looked for.
    pub(super) async fn send_events(
        &self,
        attempt: &Attempt,
        message: &Message,
        to: &Person,
        filter: &EventFilter,
    ) -> StoreResult<Sending> {
        let text = self.exported_events(filter).await?;
        self.send_made(attempt, message, to, MediaKind::Document, FILE_NAME, text.as_bytes()).await
    }
}
