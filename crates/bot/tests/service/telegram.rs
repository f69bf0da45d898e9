//! Telegram as a notebook: it takes everything but what a test tells it to refuse, and can be held in the middle of a call.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::ChatId;
use domain::ports::{
    Activity, DeliverItem, Delivered, FileSource, FileSourceError, MediaKind, Messenger, SendError, SentFile,
};
use domain::screen::Screen;
use tokio::sync::Semaphore;

/// One call that Telegram took.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sent {
    Shown { chat: ChatId, edit: Option<i64>, message: i64, screen: Screen },
    Delivered { chat: ChatId, item: DeliverItem },
    Copied { from: ChatId, message: i64, to: ChatId },
    Activity { chat: ChatId, activity: Activity },
}

/// Holds the first screen that says this until it is let go.
#[derive(Clone)]
pub(crate) struct Hold {
    words: String,
    pub(crate) entered: Arc<Semaphore>,
    pub(crate) leave: Arc<Semaphore>,
}

#[derive(Default)]
pub(crate) struct Telegram {
    sent: Mutex<Vec<Sent>>,
    gone: Mutex<BTreeSet<ChatId>>,
    refuses_copies: Mutex<bool>,
    /// Answers to pre-checkout queries: `None` = yes.
    pub(crate) checkouts: Mutex<Vec<Option<String>>>,
    hold: Mutex<Option<Hold>>,
    /// Answers to presses: the words, if any.
    pub(crate) answers: Mutex<Vec<Option<String>>>,
}

impl Telegram {
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The words of every screen in a chat, in order.
    pub(crate) fn said(&self, to: ChatId) -> Vec<String> {
        let words = |sent: Sent| match sent {
            Sent::Shown { chat, screen, .. } if chat == to => Some(screen.text.to_plain()),
            _ => None,
        };
        self.sent().into_iter().filter_map(words).collect()
    }

    /// The last screen in a chat.
    pub(crate) fn screen(&self, of: ChatId) -> Screen {
        let shown = |sent: Sent| match sent {
            Sent::Shown { chat, screen, .. } if chat == of => Some(screen),
            _ => None,
        };
        self.sent().into_iter().filter_map(shown).next_back().expect("a screen")
    }

    /// What a message says after its last edit.
    pub(crate) fn reads(&self, wanted: i64) -> String {
        let words = |sent: Sent| match sent {
            Sent::Shown { message, screen, .. } if message == wanted => Some(screen.text.to_plain()),
            _ => None,
        };
        self.sent().into_iter().filter_map(words).next_back().unwrap_or_default()
    }

    pub(crate) fn blocks(&self, chat: ChatId, blocks: bool) {
        let mut gone = self.gone.lock().unwrap();
        if blocks {
            gone.insert(chat)
        } else {
            gone.remove(&chat)
        };
    }

    pub(crate) fn refuses_copies(&self) {
        *self.refuses_copies.lock().unwrap() = true;
    }

    pub(crate) fn hold(&self, words: &str) -> Hold {
        let shut = || Arc::new(Semaphore::new(0));
        let hold = Hold { words: words.to_owned(), entered: shut(), leave: shut() };
        *self.hold.lock().unwrap() = Some(hold.clone());
        hold
    }

    fn note(&self, chat: ChatId, sent: Sent) -> Result<i64, SendError> {
        if self.gone.lock().unwrap().contains(&chat) {
            return Err(SendError::ChatGone);
        }
        let mut all = self.sent.lock().unwrap();
        all.push(sent);
        Ok(i64::try_from(all.len()).unwrap())
    }
}

#[async_trait]
impl Messenger for Telegram {
    async fn show(&self, chat: ChatId, edit: Option<i64>, screen: &Screen, _: Duration) -> Result<i64, SendError> {
        let held = {
            let mut hold = self.hold.lock().unwrap();
            hold.take_if(|hold| screen.text.to_plain().contains(&hold.words))
        };
        if let Some(hold) = held {
            hold.entered.add_permits(1);
            hold.leave.acquire().await.unwrap().forget();
        }
        let new = i64::try_from(self.sent.lock().unwrap().len()).unwrap() + 1000;
        let message = edit.unwrap_or(new);
        self.note(chat, Sent::Shown { chat, edit, message, screen: screen.clone() })?;
        Ok(message)
    }

    async fn answer_press(&self, _: &str, words: Option<&str>, _: bool, _: Duration) -> Result<(), SendError> {
        self.answers.lock().unwrap().push(words.map(str::to_owned));
        Ok(())
    }

    async fn answer_pre_checkout(&self, _: &str, refusal: Option<&str>, _: Duration) -> Result<(), SendError> {
        self.checkouts.lock().unwrap().push(refusal.map(str::to_owned));
        Ok(())
    }

    async fn deliver(&self, chat: ChatId, item: &DeliverItem, _: Duration) -> Result<Delivered, SendError> {
        let id = self.note(chat, Sent::Delivered { chat, item: item.clone() })?;
        let file = |at: usize| SentFile { kind: item.media[at].kind, file_id: format!("file-{id}-{at}") };
        let files = (0..item.media.len()).map(file).collect();
        Ok(Delivered { message_ids: vec![id], files })
    }

    async fn copy(&self, from: ChatId, message: i64, to: ChatId, _: Duration) -> Result<i64, SendError> {
        if *self.refuses_copies.lock().unwrap() {
            return Err(SendError::Refused { description: "message to copy not found".to_owned() });
        }
        self.note(to, Sent::Copied { from, message, to })
    }

    async fn activity(&self, chat: ChatId, activity: Activity) {
        let _ = self.note(chat, Sent::Activity { chat, activity });
    }
}

#[async_trait]
impl FileSource for Telegram {
    /// A file's bytes are its id, but for what is gone.
    async fn download(&self, file_id: &str, to: &Path, _: u64, _: Duration) -> Result<u64, FileSourceError> {
        let Some(bytes) = file_id.strip_prefix("kept:") else { return Err(FileSourceError::Gone) };
        std::fs::write(to, bytes).unwrap();
        Ok(u64::try_from(bytes.len()).unwrap())
    }
}

/// The kinds of what was delivered, in order.
pub(crate) fn kinds(sent: &[Sent]) -> Vec<MediaKind> {
    let kinds = sent.iter().filter_map(|sent| match sent {
        Sent::Delivered { item, .. } => Some(item.media.iter().map(|media| media.kind)),
        _ => None,
    });
    kinds.flatten().collect()
}
