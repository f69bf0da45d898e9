//! What of a line of the log is told to Sentry. Pure.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sentry::Level;
use sentry::protocol::{Event, User};
use serde_json::Value;
use sha2::Sha256;
use tracing::Metadata;

use crate::lines::{Line, Names};

/// Crates whose words are ours; the words of others may quote anything.
const OURS: [&str; 12] = [
    "app",
    "charts",
    "curator",
    "domain",
    "kie_client",
    "kiebot",
    "payments",
    "probe",
    "sandbox",
    "storage",
    "telegram_adapter",
    "web",
];
/// Fields that hold figures and short words of ours, never what somebody else wrote.
const TOLD: [&str; 18] = [
    "after_ms",
    "attempts",
    "broadcast",
    "count",
    "currency",
    "duration_ms",
    "findings",
    "input",
    "invoice",
    "job",
    "key",
    "model",
    "panic.place",
    "panic.thread",
    "panics",
    "provider",
    "route",
    "status",
];
/// A word of ours in a field is shorter.
const CHARS_MAX: usize = 120;
/// More digits in a row may be an id of Telegram's.
const DIGITS_MAX: usize = 5;
/// Hex digits of a user's hash: enough to tell users apart.
const HASH_DIGITS: usize = 16;

/// Knows what must not be told.
pub(super) struct Scrubber {
    secrets: Vec<SecretString>,
}

impl Scrubber {
    /// The first secret is the key of the users' hashes.
    pub(super) fn new(secrets: Vec<SecretString>) -> Self {
        // A short text is no secret, and would tear every other text apart.
        Self { secrets: secrets.into_iter().filter(|secret| secret.expose_secret().len() >= 6).collect() }
    }

    /// An event of a line.
    pub(super) fn event(&self, place: &Metadata<'_>, line: Line) -> Event<'static> {
        let Line { message, fields, names } = line;
        let is_ours = OURS.contains(&place.target().split("::").next().unwrap_or_default());
        let message = if is_ours { self.text(&message) } else { "an error line of a library".to_owned() };
        let panicked_at = fields.get("panic.place").and_then(Value::as_str).map(|place| self.text(place));
        let level = if panicked_at.is_some() { Level::Fatal } else { Level::Error };
        let grouped_by = panicked_at.unwrap_or_else(|| without_figures(&message));
        let told = fields.into_iter().filter(|(name, _)| TOLD.contains(name));
        let extra = told.filter_map(|(name, value)| Some((name.to_owned(), self.value(value)?))).collect();
        let Names { correlation, user, generation } = names;
        let hash = user.as_deref().map(|user| self.hash(user));
        // The work on a user's messages is named by the user.
        let correlation = correlation.map(|correlation| match (&user, &hash) {
            (Some(user), Some(hash)) => correlation.replace(user.as_str(), hash),
            _ => correlation,
        });
        let tags = [("correlation", correlation), ("generation", generation)];
        Event {
            level,
            fingerprint: Cow::Owned(vec![Cow::Owned(place.target().to_owned()), Cow::Owned(grouped_by)]),
            culprit: place.file().map(|file| format!("{file}:{}", place.line().unwrap_or(0))),
            message: Some(message),
            logger: Some(place.target().to_owned()),
            user: hash.map(|id| User { id: Some(id), ..User::default() }),
            tags: tags.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
            extra,
            ..Event::default()
        }
    }

    /// The last look at an event, whoever made it: nothing but what [`Self::event`] fills is left, and no secret.
    pub(super) fn last_word(&self, event: Event<'static>) -> Event<'static> {
        let Event { event_id, level, timestamp, fingerprint, release, environment, platform, sdk, .. } = event;
        Event {
            event_id,
            level,
            timestamp,
            fingerprint: fingerprint.iter().map(|part| Cow::Owned(self.without_secrets(part))).collect(),
            release,
            environment,
            platform,
            sdk,
            culprit: event.culprit.map(|culprit| self.without_secrets(&culprit)),
            message: event.message.map(|message| self.text(&message)),
            logger: event.logger.map(|logger| self.without_secrets(&logger)),
            user: event.user.map(|user| User { id: user.id, ..User::default() }),
            tags: event.tags.into_iter().map(|(name, value)| (name, self.without_secrets(&value))).collect(),
            extra: event.extra.into_iter().filter_map(|(name, value)| Some((name, self.value(value)?))).collect(),
            ..Event::default()
        }
    }

    /// A user whom nobody without our key can name.
    fn hash(&self, user: &str) -> String {
        let key = self.secrets.first().map(|key| key.expose_secret()).unwrap_or_default();
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(b"kiebot: a user at Sentry: ");
        mac.update(user.as_bytes());
        let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        digits.chars().take(HASH_DIGITS).collect()
    }

    fn value(&self, value: Value) -> Option<Value> {
        match value {
            Value::String(text) => Some(self.text(&text).chars().take(CHARS_MAX).collect::<String>().into()),
            Value::Number(_) | Value::Bool(_) => Some(value),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A text without secrets, addresses, quotations and long numbers.
    fn text(&self, text: &str) -> String {
        let text = self.without_secrets(text);
        let words: Vec<&str> = text.split(' ').map(word).collect();
        without_quotations(&words.join(" "))
    }

    fn without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "[secret]"))
    }
}

/// An address, a path of Telegram's or a number that may be somebody's id says what it is, and no more.
fn word(word: &str) -> &str {
    let is_bots = |(at, path): (usize, &str)| {
        let next = word.get(at + path.len()..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| next.is_ascii_digit() || next == '[')
    };
    if word.contains("://") || word.contains("/file/bot") || word.match_indices("/bot").any(is_bots) {
        return "[address]";
    }
    // Our own ids are hexadecimal, and longer than a number of Telegram's.
    let is_id_of_ours = word.chars().filter(char::is_ascii_hexdigit).count() >= 32;
    let longest = word.split(|letter: char| !letter.is_ascii_digit()).map(str::len).max();
    if longest.unwrap_or(0) > DIGITS_MAX && !is_id_of_ours { "[number]" } else { word }
}

/// What stands between quotes was said by somebody. Backticks are ours.
fn without_quotations(text: &str) -> String {
    const QUOTES: [(char, char); 3] = [('"', '"'), ('\u{ab}', '\u{bb}'), ('\u{201c}', '\u{201d}')];
    let (mut left, mut told) = (text, String::with_capacity(text.len()));
    let opened = |text: &str| {
        text.char_indices()
            .find_map(|(at, letter)| QUOTES.iter().find(|(open, _)| *open == letter).map(|quotes| (at, *quotes)))
    };
    while let Some((at, (open, close))) = opened(left) {
        told.push_str(left.get(..at).unwrap_or_default());
        told.push_str("[text]");
        let rest = left.get(at + open.len_utf8()..).unwrap_or_default();
        // A quotation without an end goes on to the end.
        left = rest.split_once(close).map_or("", |(_, rest)| rest);
    }
    told.push_str(left);
    told
}

/// What differs from one time to the next does not make another mishap.
fn without_figures(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubber() -> Scrubber {
        Scrubber::new(vec!["123456:AA-token-of-the-bot".into(), "kie-key-7".into(), "abc".into()])
    }

    #[test]
    fn a_text_loses_what_is_not_ours() {
        let table = [
            ("a job met a defect", "a job met a defect"),
            ("key kie-key-7 was refused", "key [secret] was refused"),
            ("get https://api.telegram.org/file/bot1:a/x failed", "get [address] failed"),
            ("at postgres://me:pw@db/x", "at [address]"),
            ("path /file/bot1:a/photos/1.jpg", "path [address]"),
            ("path /bot1:a/getMe", "path [address]"),
            ("at crates/bot/src/files.rs:7:46", "at crates/bot/src/files.rs:7:46"),
            ("token 123456:AA-token-of-the-bot", "token [secret]"),
            ("chat 5012345678 is gone", "chat [number] is gone"),
            ("answered 503 after 20000 ms", "answered 503 after 20000 ms"),
            ("said \"a red fox\" twice", "said [text] twice"),
            ("said \u{ab}a red fox", "said [text]"),
            ("abc stays: it is too short for a secret", "abc stays: it is too short for a secret"),
            ("generation 0195f3a0c0de7aaabbbbccccddddeeee", "generation 0195f3a0c0de7aaabbbbccccddddeeee"),
        ];
        for (text, wanted) in table {
            assert_eq!(scrubber().text(text), wanted);
        }
    }

    #[test]
    fn a_user_is_a_keyed_hash() {
        let one = scrubber().hash("ann");
        assert_eq!(one.len(), HASH_DIGITS);
        assert_eq!(one, scrubber().hash("ann"));
        assert_ne!(one, scrubber().hash("bob"));
        assert_ne!(one, Scrubber::new(vec!["another key".into()]).hash("ann"));
    }

    #[test]
    fn the_last_word_leaves_nothing_that_we_do_not_fill() {
        let (secret, fox) = ("kie-key-7".to_owned(), || Some("a red fox".to_owned()));
        let mut event = Event {
            message: Some(format!("with {secret}")),
            server_name: Some("host".into()),
            transaction: fox(),
            request: Some(sentry::protocol::Request { method: fox(), ..Default::default() }),
            user: Some(User { id: Some("1f".to_owned()), username: fox(), ..User::default() }),
            ..Event::default()
        };
        event.tags.insert("correlation".to_owned(), secret.clone());
        event.extra.insert("key".to_owned(), Value::Array(vec!["a red fox".into()]));
        event.extra.insert("status".to_owned(), 503.into());
        event.breadcrumbs.values.push(sentry::Breadcrumb { message: fox(), ..Default::default() });
        let text = serde_json::to_string(&scrubber().last_word(event)).unwrap();
        assert!(!text.contains(&secret) && !text.contains("fox") && !text.contains("host"), "{text}");
        assert!(text.contains("with [secret]") && text.contains("503") && text.contains("1f"), "{text}");
    }
}
