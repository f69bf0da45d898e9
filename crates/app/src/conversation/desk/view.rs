//! The screens of the desk, with their arguments.

use domain::ids::{ActionId, ChatId, GenerationId, ModelId, UserId};
use domain::screen::{Key, Period, PersonTab};

use super::{BroadcastView, PromoView};
use serde::{Deserialize, Serialize};

use super::WatchView;

/// A screen of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskView {
    /// The menu.
    Home,
    /// The shop's figures.
    Statistics {
        /// Over how long.
        period: Period,
    },
    /// Asking whom to look for.
    FindPeople,
    /// Who was found.
    People {
        /// As typed.
        query: String,
        /// From 0.
        page: u16,
    },
    /// One user.
    Person {
        /// Who.
        user: UserId,
        /// What of them.
        tab: PersonTab,
        /// From 0.
        page: u16,
    },
    /// One generation of a user.
    Generation {
        /// Which.
        generation: GenerationId,
    },
    /// Asking for something to be typed.
    Ask(Question),
    /// Asking once more whether it is meant.
    Sure(Wish),
    /// What waits for a decision.
    Waiting,
    /// The models.
    Models {
        /// From 0.
        page: u16,
    },
    /// One model.
    Model {
        /// Which.
        model: ModelId,
    },
    /// What is set at run time.
    Settings,
    /// One setting.
    Setting {
        /// Its name.
        name: String,
    },
    /// Who works at the desk.
    Staff,
    /// What somebody who was named shall be.
    Appoint {
        /// Who.
        chat: ChatId,
    },
    /// Who did what.
    AuditLog {
        /// From 0.
        page: u16,
    },
    /// How everything is.
    Health,
    /// About broadcasts.
    Broadcast(BroadcastView),
    /// About promo codes and campaigns.
    Promo(PromoView),
    /// About alerts.
    Watch(WatchView),
    /// The owner's own texts.
    Texts,
}

impl DeskView {
    /// The same screen at its first page.
    pub fn first_page(&self) -> Self {
        let mut view = self.clone();
        match &mut view {
            Self::Watch(WatchView::Events { page, .. }) => *page = 0,
            Self::People { page, .. } | Self::Person { page, .. } | Self::Models { page } | Self::AuditLog { page } => {
                *page = 0
            }
            Self::Broadcast(BroadcastView::List { page })
            | Self::Promo(PromoView::Codes { page } | PromoView::Campaigns { page }) => *page = 0,
            _ => {}
        }
        view
    }
}

/// What is to be typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// How much to credit, and why.
    Credit(UserId),
    /// How much to debit, and why.
    Debit(UserId),
    /// How many runs to give.
    Runs(UserId),
    /// Why a user is shut out.
    Block(UserId),
    /// What a user is told.
    Write(UserId),
    /// How much of a generation goes back, and why.
    Refund(GenerationId),
    /// Why a payment goes back.
    PayBack {
        /// Whose.
        user: UserId,
        /// Of the provider's code and the payment's id there.
        payment: Key,
    },
    /// A setting's value.
    Setting(String),
    /// Whom to appoint: Telegram's id.
    Appoint,
    /// How old events are that are removed, in days.
    CleanLog,
}

/// What is done only after a second yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// A large change of a balance.
    Adjust {
        /// Whose.
        user: UserId,
        /// In kopecks; negative takes away.
        kopecks: i64,
        /// Why.
        reason: String,
    },
    /// A payment goes back.
    PayBack {
        /// Whose.
        user: UserId,
        /// Of the provider's code and the payment's id there.
        payment: Key,
        /// Why.
        reason: String,
    },
    /// Somebody is dismissed.
    Dismiss(ChatId),
    /// All selling stops.
    StopSelling,
    /// A setting gets the value back that it had before an entry of the audit log.
    Rollback(ActionId),
    /// Events of the log that are older than so many days are removed.
    CleanLog {
        /// How many.
        days: u16,
    },
    /// A setting gets a value that had better be looked at first.
    Set {
        /// Its name.
        name: String,
        /// As it is stored.
        value: String,
    },
}
