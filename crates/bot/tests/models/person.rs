//! Somebody in Telegram: writes, sends files, presses what the chat shows, looks at what came.

use std::cell::Cell;

use app::conversation::{Draft, Talk};
use app::texts::source;
use domain::ids::ChatId;
use domain::ports::{Session, Store};
use domain::screen::Language;
use sandbox::telegram::{Button, ChatMessage, IncomingMedia, TelegramSimulator, User};

use crate::house::House;

/// The first person's chat.
const FIRST: i64 = 5_000;
/// Messages at the end of a chat that a failure shows.
const TRANSCRIPT_MESSAGES: usize = 14;

/// A person, who reads English.
pub(crate) struct Person<'h> {
    pub(crate) house: &'h House,
    pub(crate) chat: i64,
    /// Messages up to this one are from before.
    seen: Cell<i64>,
}

impl<'h> Person<'h> {
    /// A new one, who has never seen the bot.
    pub(crate) fn arrive(house: &'h House, number: i64) -> Self {
        let chat = FIRST + number;
        house.telegram.add_stranger(User::new(chat, format!("Person {number}")).with_language("en"));
        Self { house, chat, seen: Cell::new(0) }
    }

    const fn telegram(&self) -> &TelegramSimulator {
        &self.house.telegram
    }

    /// Writes something; all that comes of it has come then.
    pub(crate) async fn say(&self, text: &str) -> Result<(), String> {
        self.telegram().send_text(self.chat, text).map_err(|error| error.to_string())?;
        self.house.go_on().await
    }

    /// Sends a file.
    pub(crate) async fn send(&self, media: IncomingMedia) -> Result<(), String> {
        self.telegram().send_media(self.chat, media).map_err(|error| error.to_string())?;
        self.house.go_on().await
    }

    /// Presses a button of the window whose label fits; gives the label.
    pub(crate) async fn press(&self, what: &str, fits: impl Fn(&str) -> bool) -> Result<String, String> {
        let window = self.window()?;
        let button = window.keyboard.iter().flatten().find(|button| fits(&button.label));
        let (label, data) = button
            .and_then(|button| Some((button.label.clone(), button.data.clone()?)))
            .ok_or_else(|| format!("no button {what}"))?;
        let query = self.telegram().press(self.chat, window.message_id, &data).map_err(|error| error.to_string())?;
        self.house.go_on().await?;
        let answered = self.telegram().is_answered(&query);
        if answered { Ok(label) } else { Err(format!("the press of `{label}` was not answered")) }
    }

    /// Presses the button with the words of a text.
    pub(crate) async fn press_words(&self, key: &str) -> Result<String, String> {
        let words = words(key);
        self.press(&format!("`{words}`"), |label| label.starts_with(words.trim_end())).await
    }

    /// The newest message of the bot with buttons: what the conversation shows.
    pub(crate) fn window(&self) -> Result<ChatMessage, String> {
        let messages = self.telegram().messages(self.chat);
        let shown = messages.into_iter().rev().find(|message| is_shown(message) && !message.keyboard.is_empty());
        shown.ok_or_else(|| "the bot shows nothing".to_owned())
    }

    /// The buttons of the window.
    pub(crate) fn buttons(&self) -> Result<Vec<Button>, String> {
        Ok(self.window()?.keyboard.into_iter().flatten().collect())
    }

    /// What comes from now on is new.
    pub(crate) fn looks_away(&self) {
        let last = self.telegram().messages(self.chat).last().map_or(0, |message| message.message_id);
        self.seen.set(last);
    }

    /// What the bot has sent since then.
    pub(crate) fn news(&self) -> Vec<ChatMessage> {
        let messages = self.telegram().messages(self.chat).into_iter();
        messages.filter(|message| is_shown(message) && message.message_id > self.seen.get()).collect()
    }

    /// Person, conversation and wallet as they are stored.
    pub(crate) async fn session(&self) -> Result<Session, String> {
        let session = self.house.store.session(ChatId(self.chat)).await.map_err(|error| error.to_string())?;
        session.ok_or_else(|| "the bot does not know the person".to_owned())
    }

    /// What is being composed.
    pub(crate) async fn draft(&self) -> Result<Draft, String> {
        let body = self.session().await?.conversation.body;
        let talk: Talk = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        talk.draft.ok_or_else(|| "nothing is being composed".to_owned())
    }

    /// The end of the chat, for whoever looks for the reason.
    pub(crate) fn transcript(&self) -> String {
        let messages = self.telegram().messages(self.chat);
        let from = messages.len().saturating_sub(TRANSCRIPT_MESSAGES);
        let lines = messages[from..].iter().map(|message| {
            let labels: Vec<&str> = message.keyboard.iter().flatten().map(|button| button.label.as_str()).collect();
            let who = if message.is_from_bot() { "bot" } else { "user" };
            format!("  {} {who} {:?}: {:?} {labels:?}", message.message_id, message.kind, message.text)
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn is_shown(message: &ChatMessage) -> bool {
    message.is_from_bot() && !message.deleted
}

/// What a text says before its first argument, on its first line, in English; of a text with plural forms the last one.
pub(crate) fn words(key: &str) -> String {
    let mut lines = source(Language::En).lines().skip_while(|line| !line.starts_with(&format!("{key} = ")));
    let line = lines.next().and_then(|line| line.split_once(" = ")).map(|(_, text)| text);
    let line = line.unwrap_or_else(|| panic!("no text `{key}`")).trim_start_matches(r#"{"\u000A"}"#);
    let line = if line.ends_with("->") {
        lines.find_map(|line| line.split_once("*[other] ")).unwrap_or_default().1
    } else {
        line
    };
    let words = line.split('{').next().unwrap_or(line);
    let words = ["<b>", "</b>", "<i>", "</i>"].iter().fold(words.to_owned(), |words, mark| words.replace(mark, ""));
    assert!(!words.trim().is_empty(), "`{key}` begins with an argument: every text begins with nothing");
    words
}
