//! Mishaps against a Sentry on a real socket.

use std::time::Duration;

use sandbox::sentry::{Mood, SentrySimulator};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::logging::tell_panics_by_place;

const TOKEN: &str = "123456:AA-the-token-of-the-bot";
const PROMPT: &str = "a red fox in the snow";
const BUILD: Build = Build { version: "1.2.3", commit: None };

fn open(sentry: &SentrySimulator) -> Mishaps {
    let told = Sentry { dsn: sentry.dsn().into(), host: "127.0.0.1".to_owned(), environment: "test".to_owned() };
    Mishaps::open(&told, &BUILD, vec![TOKEN.into(), sentry.dsn().into()]).unwrap()
}

/// What Sentry has of what is told while `tell` runs; everything that was sent as one text, too.
async fn told(tell: impl FnOnce()) -> (Vec<Value>, String) {
    let sentry = SentrySimulator::start().await.unwrap();
    let mishaps = open(&sentry);
    let subscriber = tracing_subscriber::registry().with(mishaps.layer());
    tracing::subscriber::with_default(subscriber, tell);
    assert!(mishaps.end().await, "all was sent");
    assert_eq!(sentry.refused(), 0);
    (sentry.events(), sentry.envelopes().join("\n"))
}

#[tokio::test]
async fn an_error_is_told_with_what_it_belongs_to() {
    let (events, _) = told(|| {
        let update = tracing::info_span!("update", correlation = "u7", user = tracing::field::Empty).entered();
        tracing::Span::current().record("user", "0195f3a0c0de7aaabbbbccccddddeeee");
        tracing::warn!("no mishap");
        tracing::error!(attempts = 3, job = ?"generation", "a job met a defect");
        drop(update);
        tracing::error!("alone");
    })
    .await;
    let [defect, alone] = &events[..] else { panic!("two errors: {events:#?}") };
    assert_eq!(defect["message"], "a job met a defect");
    assert_eq!(defect["logger"], "kiebot::mishaps::tests");
    assert_eq!(defect["tags"]["correlation"], "u7");
    assert_eq!(defect["user"]["id"].as_str().map(str::len), Some(16), "a hash: {defect}");
    assert_eq!(defect["extra"]["attempts"], 3);
    assert_eq!(defect["release"], "kiebot@1.2.3");
    assert_eq!(defect["environment"], "test");
    assert!(defect["culprit"].as_str().is_some_and(|place| place.contains("mishaps/tests.rs:")), "{defect}");
    assert_eq!(alone["message"], "alone");
    assert_eq!((alone.get("user"), alone.get("tags")), (None, None));
    assert_ne!(defect["fingerprint"], alone["fingerprint"]);
}

#[tokio::test]
async fn a_panic_is_told_by_its_place_and_never_by_its_text() {
    tell_panics_by_place();
    let (events, text) = told(|| {
        let panicked = std::panic::catch_unwind(|| panic!("{PROMPT}"));
        assert!(panicked.is_err());
    })
    .await;
    let [event] = &events[..] else { panic!("one panic: {events:#?}") };
    assert_eq!(event["level"], "fatal");
    assert!(event["extra"]["panic.place"].as_str().is_some_and(|place| place.contains("mishaps/tests.rs")), "{event}");
    assert!(!text.contains("fox"), "{text}");
}

#[tokio::test]
async fn no_text_no_token_no_address_and_nobodys_id_is_told() {
    let user = "0195f3a0c0de7aaabbbbccccddddeeee";
    let (events, text) = told(|| {
        let span = tracing::info_span!("job", correlation = format!("messages:{user}"), user, prompt = PROMPT);
        let _inside = span.entered();
        let url = format!("https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg");
        tracing::error!(detail = PROMPT, error = %format!("GET {url}"), chat = 5_012_345_678_i64, "a job met a defect");
        tracing::error!("GET {url} for chat 5012345678 said \"{PROMPT}\"");
        tracing::error!(target: "hyper::proto", "header authorization: {PROMPT}");
        tracing::error!(key = %url, provider = TOKEN, authorization = "Bearer x", "words where figures are told");
    })
    .await;
    assert_eq!(events.len(), 4, "{events:#?}");
    for secret in [TOKEN, "AA-the-token", PROMPT, "/file/bot", "5012345678", "photos", "Bearer", user] {
        assert!(!text.contains(secret), "`{secret}` was told:\n{text}");
    }
    assert_eq!(events[1]["message"], "GET [address] for chat [number] said [text]");
    assert_eq!(events[2]["message"], "an error line of a library");
    let hash = events[0]["user"]["id"].as_str().unwrap();
    assert_eq!(events[0]["tags"]["correlation"], format!("messages:{hash}"));
}

// Two threads: one of them waits for the other's answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_later_is_left_alone_and_the_end_has_a_bound() {
    let sentry = SentrySimulator::start().await.unwrap();
    let mishaps = open(&sentry);
    let tell = |count: usize| {
        let subscriber = tracing_subscriber::registry().with(mishaps.layer());
        tracing::subscriber::with_default(subscriber, || (0..count).for_each(|_| tracing::error!("a mishap")));
    };
    sentry.set_mood(Mood::Refuses(429));
    tell(5);
    assert!(mishaps.client.flush(Some(Duration::from_secs(30))), "nothing waits");
    assert_eq!((sentry.refused(), sentry.events().len()), (1, 0), "asked once");
    drop(mishaps);

    let mishaps = open(&sentry);
    sentry.set_mood(Mood::Silent);
    let subscriber = tracing_subscriber::registry().with(mishaps.layer());
    let begun = std::time::Instant::now();
    tracing::subscriber::with_default(subscriber, || (0..500).for_each(|_| tracing::error!("a mishap")));
    assert!(begun.elapsed() < Duration::from_secs(3), "nobody waits for it: {:?}", begun.elapsed());
    assert!(!mishaps.end().await, "it was not told");
    assert!(begun.elapsed() < LAST_BUDGET + Duration::from_secs(10), "the end took {:?}", begun.elapsed());
}
