//! Finds what must be told to nobody in what a process told: logs, figures, answers of commands, events for Sentry.
//!
//! Shared by several test targets. A stage names what is secret there; the check costs a search per word and place.

/// What must not be told.
#[derive(Default)]
pub(crate) struct Leaks {
    /// Each with what it is.
    secrets: Vec<(String, String)>,
    /// What people wrote: found as whole words only.
    texts: Vec<String>,
}

/// No secret, and so it must not be told in any form: the path of Telegram's files, which has the token in it.
const FILE_PATH: &str = "/file/bot";
/// A shorter secret would be found everywhere.
const SECRET_CHARS_MIN: usize = 6;
/// A shorter text of a person's says nothing.
const TEXT_CHARS_MIN: usize = 5;
/// A line that is shown is cut after so many characters.
const SHOWN_MAX: usize = 600;

impl Leaks {
    /// A secret of a process, and what it is.
    pub(crate) fn secret(&mut self, what: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        if text.chars().count() >= SECRET_CHARS_MIN {
            self.secrets.push((what.into(), text));
        }
    }

    /// Something that a person wrote. Commands, numbers and single words are not recognisable.
    pub(crate) fn text(&mut self, text: &str) {
        let text = text.trim();
        let recognisable = text.contains(' ') && text.contains(char::is_alphabetic) && !text.starts_with('/');
        if recognisable && text.chars().count() >= TEXT_CHARS_MIN {
            self.texts.push(text.to_owned());
        }
    }

    /// The secrets among the variables of a process.
    pub(crate) fn environment<'a>(&mut self, variables: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, value) in variables {
            let is_secret = name.ends_with("_TOKEN") || name.ends_with("_KEY");
            let credentials = value.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
            match (name, credentials) {
                ("TELEGRAM_BOT_TOKEN", _) => {
                    self.secret(name, value);
                    self.secret("the secret part of the bot's token", value.split(':').nth(1).unwrap_or_default());
                }
                ("SENTRY_DSN", Some(key)) => self.secret("the key of SENTRY_DSN", key),
                (_, Some(user)) => {
                    self.secret(format!("the password in {name}"), user.split(':').nth(1).unwrap_or_default());
                }
                _ if is_secret => self.secret(name, value),
                _ => {}
            }
        }
    }

    /// Each leak in what was told at a place, with its line.
    pub(crate) fn found(&self, place: &str, told: &str) -> Vec<String> {
        let secrets = self.secrets.iter().flat_map(|(what, secret)| {
            forms(secret).into_iter().filter_map(move |form| Some((what.as_str(), told.find(&form)?)))
        });
        let texts = self.texts.iter().flat_map(|text| {
            forms(text).into_iter().filter_map(|form| Some(("what a person wrote", whole(told, &form)?)))
        });
        let path = told.find(FILE_PATH).map(|at| ("an address of Telegram's files", at));
        let found = secrets.chain(texts).chain(path);
        found.map(|(what, at)| format!("{place} tells {what}: {}", line_at(told, at))).collect()
    }

    /// Fails if there is a leak.
    pub(crate) fn check(&self, place: &str, told: &str) {
        let found = self.found(place, told);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// A text as it may stand in a log: plain, within JSON, within JSON within JSON, within an address.
fn forms(text: &str) -> Vec<String> {
    let escaped = |text: &str| serde_json::to_string(text).expect("a text is JSON").trim_matches('"').to_owned();
    let percent = |text: &str| {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
        let byte = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.bytes().map(byte).collect::<String>()
    };
    let once = escaped(text);
    let mut forms = vec![text.to_owned(), escaped(&once), once, percent(text), percent(text).replace("%20", "+")];
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Where a text stands as whole words.
fn whole(told: &str, text: &str) -> Option<usize> {
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    told.match_indices(text).map(|(at, _)| at).find(|at| {
        let (before, after) = (&told[..*at], &told[at + text.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

fn line_at(told: &str, at: usize) -> String {
    let begin = told[..at].rfind('\n').map_or(0, |before| before + 1);
    told[begin..].lines().next().unwrap_or_default().chars().take(SHOWN_MAX).collect()
}

mod tests {
    use super::Leaks;

    fn leaks() -> Leaks {
        let mut leaks = Leaks::default();
        leaks.environment([
            ("TELEGRAM_BOT_TOKEN", "700:AA-the/secret"),
            ("KIE_WEBHOOK_HMAC_KEY", "hmac-key-1"),
            ("DATABASE_URL", "postgres://me:pass-word@db/x"),
            ("SENTRY_DSN", "https://0a1b2c3d@sentry.example.com/1"),
            ("YOOKASSA_SECRET_KEY", "live_1234"),
            ("BOT_MODE", "polling"),
            ("PORT", "15000"),
        ]);
        leaks.secret("a callback's token", "c4llb4ck");
        leaks.text("a \"red\" fox & a hen");
        leaks.text("a cat");
        for no_text in ["/start now", "500 000", "cat", "ab c"] {
            leaks.text(no_text);
        }
        leaks
    }

    #[test]
    fn leaky_lines_are_found() {
        let table = [
            ("GET https://api.telegram.org/bot700:AA-the/secret/getMe", "TELEGRAM_BOT_TOKEN"),
            ("only AA-the/secret of it", "the secret part of the bot's token"),
            ("/700%3AAA-the%2Fsecret", "TELEGRAM_BOT_TOKEN"),
            ("key=hmac-key-1;", "KIE_WEBHOOK_HMAC_KEY"),
            ("password authentication failed: pass-word", "the password in DATABASE_URL"),
            ("https://0a1b2c3d@sentry", "the key of SENTRY_DSN"),
            ("live_1234", "YOOKASSA_SECRET_KEY"),
            ("POST /kie/callback/c4llb4ck", "a callback's token"),
            ("https://x/file/bot1:x/photos/file_1.jpg", "an address of Telegram's files"),
            ("prompt=a \"red\" fox & a hen!", "what a person wrote"),
            (r#"{"detail":"a \"red\" fox & a hen"}"#, "what a person wrote"),
            (r#"{"detail":"{\"prompt\":\"a \\\"red\\\" fox & a hen\"}"}"#, "what a person wrote"),
            ("q=a+%22red%22+fox+%26+a+hen", "what a person wrote"),
            ("drawing a cat.", "what a person wrote"),
        ];
        for (line, what) in table {
            let told = format!("a first line\n{line}\na last one");
            let found = leaks().found("the log", &told);
            let wanted = format!("the log tells {what}: {line}");
            assert!(found.contains(&wanted), "{wanted}\n{found:?}");
        }
    }

    #[test]
    fn harmless_lines_are_not() {
        let table = [
            "GET /bot/getMe of bot 700 ended as `ok`",
            "the catalog has a catalyst, a catalog, a cats",
            "500 000 updates in /start now",
            "postgres://me@db/x on 15000 by polling",
            "a red fox",
            "",
        ];
        for line in table {
            assert_eq!(leaks().found("the log", line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    #[should_panic(expected = "the figures tells KIE_API_KEY: kie_key{key=\"kie-key-1\"} 1")]
    fn a_check_fails_with_the_line() {
        let mut leaks = Leaks::default();
        leaks.environment([("KIE_API_KEY", "kie-key-1")]);
        leaks.check("the figures", "a 1\nkie_key{key=\"kie-key-1\"} 1\n");
    }
}
