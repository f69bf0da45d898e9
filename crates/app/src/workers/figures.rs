//! The shop's figures as a picture and as a table, made when they are sent.

use std::time::Duration;

use domain::ports::{
    DeliverItem, Media, MediaKind, Message, MessageEnd, Person, SendError, Source, StoreError, StoreResult,
};
use domain::screen::{Language, Period, Text};

use super::Attempt;
use super::messages::Sending;
use crate::csv::{Separator, document};
use crate::desk::last_days;
use crate::screens::{Days, rows, sheet};
use crate::service::App;

/// For an upload of less than a megabyte.
const BUDGET: Duration = Duration::from_secs(30);

impl App {
    /// Sends the picture.
    pub(super) async fn send_chart(
        &self,
        attempt: &Attempt,
        message: &Message,
        to: &Person,
        period: Period,
    ) -> StoreResult<Sending> {
        let words = self.texts.in_language(to.language);
        let sheet = sheet(words, &self.catalog, &self.days_of(period).await?);
        let charts = std::sync::Arc::clone(&self.charts);
        // Drawing takes a good part of a second of a processor.
        let drawn = tokio::task::spawn_blocking(move || charts.draw(&sheet)).await;
        let png =
            match drawn.map_err(|error| error.to_string()).and_then(|drawn| drawn.map_err(|error| error.to_string())) {
                Ok(png) => png,
                Err(error) => return Err(StoreError::Defect(format!("the chart could not be drawn: {error}"))),
            };
        self.send_made(attempt, message, to, MediaKind::Photo, "figures.png", &png).await
    }

    /// Sends the table.
    pub(super) async fn send_table(
        &self,
        attempt: &Attempt,
        message: &Message,
        to: &Person,
        period: Period,
    ) -> StoreResult<Sending> {
        let words = self.texts.in_language(to.language);
        let separator = if to.language == Language::Ru { Separator::Semicolon } else { Separator::Comma };
        let table = document(rows(words, &self.days_of(period).await?), separator);
        self.send_made(attempt, message, to, MediaKind::Document, "figures.csv", &table).await
    }

    async fn days_of(&self, period: Period) -> StoreResult<Days> {
        let spans = last_days(self.now(), &self.settings.zone, usize::from(period.days()));
        let figures = self.reports.days(&spans).await?;
        let whole = spans
            .last()
            .zip(spans.first())
            .map(|(first, last)| domain::figures::Span { from: first.from, until: last.until });
        let funnel = match whole {
            Some(whole) => self.reports.funnel(whole).await?,
            None => domain::ports::Funnel::default(),
        };
        Ok(Days { days: spans.into_iter().zip(figures).rev().collect(), funnel })
    }

    pub(super) async fn send_made(
        &self,
        attempt: &Attempt,
        message: &Message,
        to: &Person,
        kind: MediaKind,
        name: &str,
        bytes: &[u8],
    ) -> StoreResult<Sending> {
        let Some(left) = attempt.remaining(self.now()) else { return Ok(Sending::Later(Some(Duration::ZERO))) };
        let sent = async {
            let lost =
                |error: std::io::Error| SendError::Later { retry_after: None, unsent: true, detail: error.to_string() };
            let folder = tempfile::tempdir().map_err(lost)?;
            let path = folder.path().join(name);
            tokio::fs::write(&path, bytes).await.map_err(lost)?;
            let file_name = Some(name.to_owned());
            let media = Media { kind, source: Source::Path(path), title: None, file_name, duration_s: None };
            let (caption, keyboard) = (Text::default(), Vec::new());
            let item = DeliverItem { media: vec![media], caption, keyboard, silent: to.silent };
            self.messenger.deliver(to.chat, &item, left.min(BUDGET)).await
        };
        match sent.await {
            Ok(_) => self.end(attempt, message, MessageEnd::Sent, |_| ()).await,
            Err(error) => self.not_sent(attempt, message, error).await,
        }
    }
}
