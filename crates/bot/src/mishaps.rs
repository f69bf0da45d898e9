//! Mishaps: errors and panics, told to Sentry if a DSN is set.
//!
//! An event is made here, of what is known to be harmless: our own words, the place in the source, ids of ours and a few named figures. What a
//! line of the log holds beside them (an error's text, an answer's words) stays in the log, which is found by the same correlation.
//!
//! Invariants
//! - No text of a user's, no token, no address, no id of Telegram's is told; a user is a keyed hash.
//! - Whoever has a mishap waits for nothing: a Sentry that is slow or away costs events, and nothing else.
//! - Telling a mishap makes no mishap: what happens while one is sent is not told.
//!
//! | file | what |
//! |---|---|
//! | [`scrub`] | what of a line is told |
//! | [`post`] | the way to Sentry: bounded in queue, time and rate |

mod post;
mod scrub;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::{ExposeSecret, SecretString};
use sentry::types::Dsn;
use sentry::{Client, ClientOptions};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::config::seen::Sentry;
use crate::lines::{self, Line};
use crate::meters::Build;
use post::{OWN_SPAN, Post};
use scrub::Scrubber;

/// At the end what waits is sent within so long.
const LAST_BUDGET: Duration = Duration::from_secs(3);

/// The way to Sentry.
pub(crate) struct Mishaps {
    client: Arc<Client>,
    scrubber: Arc<Scrubber>,
}

impl Mishaps {
    /// Opens it; nothing is sent yet. `secrets` are never told, whatever holds them; the first one is the key of the users' hashes.
    ///
    /// # Errors
    /// If the DSN is none, or the machine gives no thread.
    pub(crate) fn open(sentry: &Sentry, build: &Build, secrets: Vec<SecretString>) -> anyhow::Result<Self> {
        let dsn: Dsn = sentry.dsn.expose_secret().parse().map_err(|_| anyhow::anyhow!("SENTRY_DSN is no DSN"))?;
        let scrubber = Arc::new(Scrubber::new(secrets));
        let last_word = Arc::clone(&scrubber);
        let mut options = ClientOptions::new().release(release(build)).environment(sentry.environment.clone());
        let post = Post::open(&dsn, &options.user_agent).context("opening the way to Sentry")?;
        options.dsn = Some(dsn);
        options.transport = Some(Arc::new(Arc::new(post)));
        options.default_integrations = false;
        options.before_send = Some(Arc::new(move |event| Some(last_word.last_word(event))));
        Ok(Self { client: Arc::new(Client::with_options(options)), scrubber })
    }

    /// The layer of the log that tells mishaps.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let layer = MishapLayer { client: Arc::clone(&self.client), scrubber: Arc::clone(&self.scrubber) };
        // Spans name what an error belongs to; other events are nobody's business here.
        let wanted = filter_fn(|metadata| metadata.is_span() || *metadata.level() == Level::ERROR);
        layer.with_filter(wanted.with_max_level_hint(LevelFilter::INFO))
    }

    /// Sends what still waits, within [`LAST_BUDGET`]. Whether all was sent.
    pub(crate) async fn end(self) -> bool {
        let ended = tokio::task::spawn_blocking(move || self.client.close(Some(LAST_BUDGET)));
        ended.await.unwrap_or(false)
    }
}

/// `kiebot@0.1.0+0a1b2c3`.
fn release(build: &Build) -> String {
    let commit = build.commit.as_ref().map(|commit| format!("+{commit}")).unwrap_or_default();
    format!("kiebot@{}{commit}", build.version)
}

struct MishapLayer {
    client: Arc<Client>,
    scrubber: Arc<Scrubber>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for MishapLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        lines::remember(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        lines::learn(id, values, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if context.event_scope(event).into_iter().flatten().any(|span| span.name() == OWN_SPAN) {
            return;
        }
        let told = self.scrubber.event(event.metadata(), Line::of(event, &context));
        self.client.capture_event(told, None);
    }
}
