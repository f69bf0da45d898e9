//! Who is too fast. What a user sends faster than anybody taps or types is answered with a word and not worked on, so that a thousand updates of
//! one user cost the others nothing: neither the database, nor turns at Telegram, nor, when polling, the place in the queue before theirs.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::allowance::{Allowance, Allowances};
use domain::clock::Timestamp;
use domain::ids::ChatId;
use domain::screen::{Language, Screen};

use super::App;
use crate::event::{Event, Incoming};

/// So many updates may come at once: three whole albums, or a long text in pieces; a hand that taps on and on stays below it.
pub const USER_BURST: u32 = 30;
/// Who was told waits so long to be told again: a word for each press would be as many calls as the presses themselves.
const TOLD: Allowance = Allowance { burst: 1, interval: Duration::from_secs(3) };
/// Chats that are remembered: more than the bot serves within the time of a burst, and still less than a megabyte.
const CHATS_MAX: usize = 10_000;

/// What each chat has sent and was told lately; of this process, since it only keeps load away.
pub(super) struct Haste {
    updates: Mutex<Allowances<ChatId>>,
    told: Mutex<Allowances<ChatId>>,
}

impl Haste {
    pub(super) fn new(updates: Allowance) -> Self {
        let of = |allowance| Mutex::new(Allowances::new(allowance, CHATS_MAX));
        Self { updates: of(updates), told: of(TOLD) }
    }
}

fn take(of: &Mutex<Allowances<ChatId>>, chat: ChatId, now: Timestamp) -> bool {
    of.lock().unwrap_or_else(PoisonError::into_inner).take(chat, now).is_ok()
}

impl App {
    /// Whether an update is one too many of its user; then it is answered here, and that is all that becomes of it.
    pub(super) async fn is_too_fast(&self, incoming: &Incoming) -> bool {
        let (chat, now) = (incoming.sender.chat, self.now());
        if !can_wait(&incoming.event) || take(&self.haste.updates, chat, now) {
            return false;
        }
        metrics::counter!("updates_too_fast_total").increment(1);
        if incoming.event == Event::Elsewhere || !take(&self.haste.told, chat, now) {
            return true;
        }
        let (words, budget) = (
            self.texts.in_language(Language::from_tag(incoming.sender.language.as_deref())),
            self.settings.send_budget,
        );
        let told = if let Event::Press { query, .. } = &incoming.event {
            self.messenger.answer_press(query, Some(&words.plain("notice-too-fast", &[])), false, budget).await
        } else {
            let screen = Screen::new(words.text("notice-too-much", &[]), Vec::new());
            self.messenger.show(chat, None, &screen, budget).await.map(drop)
        };
        if let Err(error) = told {
            tracing::info!(%error, "a user who is too fast could not be told so");
        }
        true
    }
}

/// Whether the user can do it again a moment later. Money that came in, and what Telegram tells of a chat, comes once.
const fn can_wait(event: &Event) -> bool {
    match event {
        Event::Command { .. }
        | Event::Text { .. }
        | Event::Press { .. }
        | Event::File { .. }
        | Event::Unsupported
        | Event::Edited
        | Event::Elsewhere => true,
        Event::Membership { .. }
        | Event::PreCheckout { .. }
        | Event::Paid { .. }
        | Event::Refunded { .. }
        | Event::Wake => false,
    }
}
