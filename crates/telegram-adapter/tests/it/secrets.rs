//! What is logged while everything fails: neither the token nor a user's words.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::ports::{FileSource, Messenger};
use telegram_adapter::{Setup, TelegramFiles};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::server::{Answer, Scripted};
use crate::support::{ADA, BUDGET, TOKEN, client, messenger, screen};

/// Keeps every field of every event and span of this thread.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<String>>);

impl Visit for &Listener {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0.lock().unwrap(), "{}={value:?} ", field.name());
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut &*self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn neither_token_nor_words_are_in_logs_or_errors() {
    let listener = Listener::default();
    let guard = tracing::subscriber::set_default(listener.clone());
    let echo = format!("Bad Request: strange {}", "x".repeat(20));
    let server = Scripted::start([
        Answer::HangUp,
        Answer::html(502),
        Answer::refusal(401, "Unauthorized"),
        Answer::refusal(400, &echo),
        Answer::Cut,
        Answer::message(1),
    ])
    .await;
    let telegram = messenger(&server.url);
    let mut errors = String::new();
    for _ in 0..6 {
        let result = telegram.show(ADA, None, &screen("our-private-words"), BUDGET).await;
        let _ = write!(errors, "{result:?} ");
    }
    let gone = messenger("http://127.0.0.1:1");
    let _ =
        write!(errors, "{:?}", gone.show(ADA, None, &screen("our-private-words"), Duration::from_millis(400)).await);
    let files = TelegramFiles::new(client("http://127.0.0.1:1"));
    let downloaded = files.download("f", std::path::Path::new("/nonexistent/x"), 1, Duration::from_millis(400)).await;
    let setup = Setup::new(client("http://127.0.0.1:1"));
    let identified = setup.identify(Duration::from_millis(400)).await;
    let _ = write!(errors, "{downloaded:?} {identified:?} {setup:?} {}", identified.clone().unwrap_err());
    drop(guard);
    let logged = listener.0.lock().unwrap().clone();
    assert!(logged.contains("sendMessage") && logged.contains("refuses the bot token"), "{logged}");
    let (_, letters) = TOKEN.split_once(':').unwrap();
    for text in [&logged, &errors] {
        assert!(!text.contains(letters) && !text.contains("our-private-words"), "{text}");
    }
    assert!(errors.contains("502") && errors.contains("strange"), "{errors}");
}
