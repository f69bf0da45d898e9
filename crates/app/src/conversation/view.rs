//! Which screen the window shows, with which arguments.

use domain::ids::{GenerationId, InvoiceId, ModelId, UserId};
use domain::screen::{HistoryFilter, Key, Shelf};
use serde::{Deserialize, Serialize};

use super::desk::DeskView;

/// A screen and its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The greeting of a new user, with the menu.
    Welcome,
    /// The main menu.
    #[default]
    Menu,
    /// The models of one kind.
    Section {
        /// Of the kind's name.
        section: Key,
        /// From 0.
        page: u16,
    },
    /// One vendor's models of one section.
    SectionVendor {
        /// Of the kind's name.
        section: Key,
        /// Of the vendor's slug.
        vendor: Key,
        /// From 0.
        page: u16,
    },
    /// All vendors.
    Vendors {
        /// From 0.
        page: u16,
    },
    /// One vendor's models.
    Vendor {
        /// Of the vendor's slug.
        vendor: Key,
        /// From 0.
        page: u16,
    },
    /// A list of models that is not a section.
    Shelf {
        /// Which.
        shelf: Shelf,
        /// From 0.
        page: u16,
    },
    /// Asking for the words to search by.
    Search,
    /// What a search found.
    Found {
        /// As typed.
        query: String,
        /// From 0.
        page: u16,
    },
    /// The tasks that take the stash.
    Offer,
    /// The models of one section that take the stash.
    Offered {
        /// Of the kind's name.
        section: Key,
        /// From 0.
        page: u16,
    },
    /// A model's card.
    Model {
        /// Which.
        model: ModelId,
    },
    /// The draft, at its step.
    Draft,
    /// A generation: its progress, or its card once it has ended.
    Generation {
        /// Which.
        generation: GenerationId,
    },
    /// Balance.
    Balance,
    /// Statement.
    Statement {
        /// From 0.
        page: u16,
    },
    /// Own generations.
    History {
        /// Which of them.
        #[serde(default, skip_serializing_if = "is_all")]
        filter: HistoryFilter,
        /// From 0.
        page: u16,
    },
    /// What a generation cost.
    Receipt {
        /// Which.
        generation: GenerationId,
    },
    /// Asking for a promo code.
    Promo,
    /// The personal link, and what came of it.
    Friends,
    /// How to put money on the balance; an amount may be typed.
    TopUp,
    /// Asks how so much is to be paid.
    TopUpWay {
        /// In kopecks.
        kopecks: u32,
    },
    /// An own invoice; while it is a bank transfer's, a receipt may be sent.
    Invoice {
        /// Which.
        invoice: InvoiceId,
    },
    /// An owner is asked how much came in.
    ClaimAmount {
        /// Of which invoice.
        invoice: InvoiceId,
    },
    /// An owner is asked why a receipt is turned down.
    ClaimReason {
        /// Of which invoice.
        invoice: InvoiceId,
    },
    /// Settings.
    Settings,
    /// Help.
    Help,
    /// Whom to ask.
    Support,
    /// Whom to ask about a payment.
    PaySupport,
    /// The terms.
    Terms,
    /// What is kept about the user, and for how long.
    Privacy,
    /// Asking whether the user's data shall really be deleted.
    Forget,
    /// The user's data are deleted; drawn once, never stored.
    Forgotten,
    /// The desk shut the user out.
    Blocked,
    /// A screen of the owner's desk.
    Desk(DeskView),
    /// An owner's answer to a user is awaited.
    Reply {
        /// To whom.
        user: UserId,
    },
}

impl View {
    /// Whether both are the same screen but for the page.
    pub fn is_same_place(&self, other: &Self) -> bool {
        let first = |view: &Self| {
            let mut view = view.clone();
            match &mut view {
                Self::Section { page, .. }
                | Self::SectionVendor { page, .. }
                | Self::Vendors { page }
                | Self::Vendor { page, .. }
                | Self::Shelf { page, .. }
                | Self::Found { page, .. }
                | Self::Offered { page, .. }
                | Self::Statement { page }
                | Self::History { page, .. } => *page = 0,
                Self::Desk(desk) => *desk = desk.first_page(),
                _ => {}
            }
            view
        };
        first(self) == first(other)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands a reference")]
const fn is_all(filter: &HistoryFilter) -> bool {
    matches!(filter, HistoryFilter::All)
}
