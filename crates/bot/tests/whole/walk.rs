//! A person in Telegram who uses the bot: says commands, presses buttons by their words, waits for what comes.

use std::cell::Cell;
use std::sync::Arc;

use app::texts::source;
use domain::screen::{Key, Language};
use sandbox::telegram::{ChatMessage, IncomingMedia, MessageKind, TelegramSimulator, UpdateState, UpdateView};

use crate::bound::{SOON, until};

/// The welcome bonus in kopecks, as the stage sets it.
pub(crate) const WELCOME: i64 = 10_000;
/// 0.8 credits x 0.475 RUB x 2, rounded up to 10 kopecks.
pub(crate) const PICTURE_PRICE: i64 = 80;
/// 4 credits.
pub(crate) const EDIT_PRICE: i64 = 3_80;
/// The cheapest picture from words.
pub(crate) const PICTURE: &str = "z-image";
/// A picture from pictures.
pub(crate) const EDIT: &str = "google/nano-banana-edit";
/// A video from words, priced per second.
pub(crate) const VIDEO: &str = "grok-imagine/text-to-video";

/// A language with the bot's own file of words, so that a case looks for what the file says today.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Words {
    /// English.
    En,
    /// Russian.
    Ru,
}

impl Words {
    /// As Telegram tells it.
    pub(crate) const fn language(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => source(Language::En),
            Self::Ru => source(Language::Ru),
        }
    }

    /// The second line of a text whose first one is only an argument.
    pub(crate) fn after(self, key: &str) -> String {
        let mut lines = self.source().lines().skip_while(|line| !line.starts_with(&format!("{key} = ")));
        lines.nth(1).unwrap_or_else(|| panic!("no second line of `{key}`")).trim().to_owned()
    }

    /// What stands in a text before its first argument, on its first line.
    pub(crate) fn of(self, key: &str) -> String {
        let line = self.source().lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
        let line = line.unwrap_or_else(|| panic!("no text `{key}`")).trim_start_matches(r#"{"\u000A"}"#);
        let words = line.split('{').next().unwrap_or(line);
        let words = ["<b>", "</b>", "<i>", "</i>"].iter().fold(words.to_owned(), |words, mark| words.replace(mark, ""));
        assert!(!words.trim().is_empty(), "`{key}` begins with an argument: every text contains nothing");
        words
    }
}

/// What a result became in the chat.
pub(crate) struct Result {
    pub(crate) photo: ChatMessage,
    pub(crate) document: ChatMessage,
}

/// A person.
pub(crate) struct Walker {
    telegram: Arc<TelegramSimulator>,
    pub(crate) id: i64,
    pub(crate) words: Words,
    /// The last message that was written: what answers it is newer.
    since: Cell<i64>,
}

impl Walker {
    pub(crate) fn new(telegram: Arc<TelegramSimulator>, id: i64, words: Words) -> Self {
        Self { telegram, id, words, since: Cell::new(0) }
    }

    /// Waits until the bot has taken everything: people are slower than its last statement about a screen that they see already.
    async fn breathes(&self) {
        let is_ours = |update: &UpdateView| {
            let body = self.telegram.update_body(update.update_id).unwrap_or_default();
            ["/message/from/id", "/callback_query/from/id"]
                .iter()
                .any(|path| body.pointer(path) == Some(&self.id.into()))
        };
        let idle = |telegram: &TelegramSimulator| {
            let updates = telegram.updates();
            let mut waiting = updates.iter().filter(|update| update.state == UpdateState::Pending);
            (!waiting.any(is_ours)).then_some(())
        };
        self.telegram
            .wait_until("an end of the person's updates", SOON, idle)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Writes something; what comes from now on is an answer to it.
    pub(crate) async fn say(&self, text: &str) {
        self.breathes().await;
        let sent = self.telegram.send_text(self.id, text).expect("the person may write");
        self.since.set(sent.message_id);
    }

    /// Sends a file.
    pub(crate) async fn send(&self, media: IncomingMedia) {
        self.breathes().await;
        let sent = self.telegram.send_media(self.id, media).expect("telegram takes it");
        self.since.set(sent.message_id);
    }

    /// Sends a picture.
    pub(crate) async fn send_picture(&self, bytes: &[u8]) {
        self.breathes().await;
        let sent = self.telegram.send_photo(self.id, bytes).expect("it is a picture");
        self.since.set(sent.message_id);
    }

    /// Waits for a message of the bot after the last one that was written.
    pub(crate) async fn sees(&self, fits: impl Fn(&ChatMessage) -> bool) -> ChatMessage {
        let since = self.since.get();
        let newer = |message: &ChatMessage| message.is_from_bot() && message.message_id > since && fits(message);
        self.telegram.wait_for(self.id, newer, SOON).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits for words in such a message.
    pub(crate) async fn reads(&self, piece: &str) -> ChatMessage {
        self.sees(|message| message.text.contains(piece)).await
    }

    /// Waits for a button whose label contains that, and gives its message.
    pub(crate) async fn offered(&self, label: &str) -> ChatMessage {
        self.sees(|message| message.labelled(label).is_some()).await
    }

    /// Waits for a button and presses it.
    pub(crate) async fn press(&self, label: &str) -> ChatMessage {
        self.breathes().await;
        let message = self.offered(label).await;
        self.telegram.press_label(self.id, message.message_id, label).expect("the button is there");
        message
    }

    /// `/start` of a newcomer.
    pub(crate) async fn start(&self) -> ChatMessage {
        self.say("/start").await;
        self.offered(&self.words.of("kind-text-to-image")).await
    }

    /// Opens a model's card by its link and begins a draft.
    pub(crate) async fn create(&self, model: &str) {
        self.say(&format!("/start m_{:08x}", Key::of(model).0)).await;
        let create = self.words.of("button-create");
        self.press(&create).await;
        // The first question has no such button.
        self.sees(|message| !message.keyboard.is_empty() && message.labelled(&create).is_none()).await;
    }

    /// From nothing to the confirm screen of a picture.
    pub(crate) async fn compose(&self, prompt: &str) -> ChatMessage {
        self.create(PICTURE).await;
        self.say(prompt).await;
        self.offered(&self.words.of("button-confirm")).await
    }

    /// Orders a picture: the confirm is pressed, nothing is awaited.
    pub(crate) async fn order(&self, prompt: &str) -> ChatMessage {
        self.compose(prompt).await;
        self.press(&self.words.of("button-confirm")).await
    }

    /// Waits for photo and document.
    pub(crate) async fn gets_files(&self) -> Result {
        let photo = self.sees(|message| message.kind == MessageKind::Photo).await;
        let document = self.sees(|message| message.kind == MessageKind::Document).await;
        Result { photo, document }
    }

    /// Waits for photo, document and the last edit of the progress.
    pub(crate) async fn gets_picture(&self) -> Result {
        let result = self.gets_files().await;
        self.reads(&self.words.of("progress-done")).await;
        result
    }

    /// How many files the bot ever sent: photos, documents.
    pub(crate) fn files(&self) -> (usize, usize) {
        let messages = self.telegram.messages(self.id);
        let kinds: Vec<MessageKind> =
            messages.iter().filter(|message| message.is_from_bot()).map(|message| message.kind).collect();
        let count = |kind| kinds.iter().filter(|found| **found == kind).count();
        (count(MessageKind::Photo), count(MessageKind::Document))
    }

    /// Every text of the bot in the chat.
    pub(crate) fn said(&self) -> Vec<String> {
        let messages = self.telegram.messages(self.id);
        messages.into_iter().filter(ChatMessage::is_from_bot).map(|message| message.text).collect()
    }

    /// Opens the list of works: what it says of the newest one, if there is one.
    pub(crate) async fn newest_work(&self) -> Option<String> {
        self.say("/history").await;
        let list = self.sees(|message| !message.keyboard.is_empty()).await;
        // A work says its state, day and model; the other buttons are filters and ways out.
        list.keyboard.iter().flatten().map(|button| button.label.clone()).find(|label| label.contains(" · "))
    }

    /// Opens the list of works until its newest one is in that state.
    pub(crate) async fn sees_in_history(&self, state: &str) {
        let state = self.words.of(state);
        until("the newest work's state", async || self.newest_work().await?.starts_with(&state).then_some(())).await;
    }

    /// Waits for the text of a key.
    pub(crate) async fn is_told(&self, key: &str) -> ChatMessage {
        self.reads(&self.words.of(key)).await
    }

    /// Available and reserved kopecks, from the balance screen.
    pub(crate) async fn balance(&self) -> (i64, i64) {
        self.say("/balance").await;
        let title = self.words.of("balance-text");
        let screen = self.sees(|message| message.text.contains(&title) && message.text.contains('₽')).await;
        let mut amounts = screen.text.split_inclusive('₽').filter(|part| part.contains('₽')).map(kopecks);
        (amounts.next().expect("there is one"), amounts.next().unwrap_or(0))
    }
}

impl Drop for Walker {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("---- the chat of {}:", self.id);
            for message in self.telegram.messages(self.id) {
                let labels: Vec<&str> = message.keyboard.iter().flatten().map(|button| button.label.as_str()).collect();
                let who = if message.is_from_bot() { "bot" } else { "user" };
                let (id, kind, text) = (message.message_id, message.kind, &message.text);
                eprintln!("{id} {who} {kind:?}, {} edits: {text:?} {labels:?}", message.edits);
            }
            for update in self.telegram.updates() {
                eprintln!("{update:?}");
            }
        }
    }
}

/// The first amount of a text: `: 1,234.50 ₽`, `: 1 234,50 ₽`, `5 ₽`.
pub(crate) fn kopecks(text: &str) -> i64 {
    let (amount, _) = text.split_once('₽').unwrap_or_else(|| panic!("no amount in {text:?}"));
    let amount: String = amount.chars().filter(|letter| letter.is_ascii_digit() || ".,".contains(*letter)).collect();
    let (roubles, fraction) = match amount.len().checked_sub(3).filter(|at| ".,".contains(&amount[*at..=*at])) {
        Some(at) => amount.split_at(at),
        None => (amount.as_str(), ""),
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = |text: &str| digits(text).parse::<i64>().unwrap_or(0);
    number(roubles) * 100 + number(fraction)
}

#[test]
fn amounts_are_read_in_both_languages() {
    let table =
        [(": 99.20\u{a0}₽", 9920), (": 1\u{a0}234,50\u{a0}₽", 123_450), ("5\u{a0}₽ и", 500), (" 1,234.50 ₽", 123_450)];
    for (text, expected) in table {
        assert_eq!(kopecks(text), expected, "{text}");
    }
}
