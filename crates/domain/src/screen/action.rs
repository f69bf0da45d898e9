//! What a button can mean.

use serde::{Deserialize, Serialize};

use super::{DeskAct, Key, Language};
use crate::ids::{GenerationId, InvoiceId, UserId};
use crate::ledger::Provider;

/// Everything a button can mean. Each variant has a callback form of at most 64 bytes (the adapter proves it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The main menu.
    Menu,
    /// To the screen that this one was reached from.
    Back,
    /// The models of one section of the menu.
    Section {
        /// The section's code, as a key.
        section: Key,
        /// From 0.
        page: u16,
    },
    /// One vendor's models of one section.
    SectionVendor {
        /// The section's code, as a key.
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
    /// Asks for the words to search by.
    Search,
    /// A page of what was found.
    Found {
        /// From 0.
        page: u16,
    },
    /// The tasks that take what the user sent without being asked.
    Offer,
    /// The models of one section that take what the user sent without being asked.
    Offered {
        /// The section's code, as a key.
        section: Key,
        /// From 0.
        page: u16,
    },
    /// A model's card.
    Model {
        /// Of the model's id.
        model: Key,
    },
    /// Begins a draft.
    Create {
        /// Of the model's id.
        model: Key,
    },
    /// Keeps a model among the favourites, or takes it out.
    Favourite {
        /// Of the model's id.
        model: Key,
        /// Keep it.
        on: bool,
    },
    /// Something about the draft that is being composed; stale if draft or revision differ.
    Draft {
        /// Which draft.
        draft: GenerationId,
        /// Which revision of it drew the button.
        revision: u16,
        /// What.
        act: DraftAct,
    },
    /// Something about a generation that exists.
    Generation {
        /// Which.
        generation: GenerationId,
        /// What.
        act: GenerationAct,
    },
    /// Takes a generation's result as what was sent, and shows the models of a section that take it.
    Use {
        /// Whose result.
        generation: GenerationId,
        /// The section's code, as a key.
        section: Key,
    },
    /// The balance screen.
    Balance,
    /// Asking for a promo code.
    Promo,
    /// The personal link, and what came of it.
    Friends,
    /// The statement, from the newest; page from 0.
    Statement {
        /// From 0.
        page: u16,
    },
    /// Own generations, from the newest; page from 0.
    History {
        /// Which of them.
        filter: HistoryFilter,
        /// From 0.
        page: u16,
    },
    /// What the bot does and how.
    Help,
    /// The settings.
    Settings,
    /// Speak this language.
    Language(Language),
    /// Sets a preference.
    Prefer {
        /// Which.
        preference: Preference,
        /// What it becomes.
        on: bool,
    },
    /// How to put money on the balance.
    TopUp,
    /// So much is to be put on the balance: asks how, unless there is one way only.
    TopUpAmount {
        /// In kopecks.
        kopecks: u32,
    },
    /// Asks for an invoice.
    Pay {
        /// Who shall take the money.
        provider: Provider,
        /// In kopecks.
        kopecks: u32,
    },
    /// Something about an invoice.
    Invoice {
        /// Which.
        invoice: InvoiceId,
        /// What.
        act: InvoiceAct,
    },
    /// An owner decides about a receipt.
    Claim {
        /// Of which invoice.
        invoice: InvoiceId,
        /// What.
        act: ClaimAct,
    },
    /// The terms.
    Terms,
    /// What is kept about the user, and for how long.
    Privacy,
    /// Writing to the owner.
    Support,
    /// What deleting one's data means; asks again.
    Forget,
    /// Deletes one's data. Not to be taken back.
    ForgetForGood,
    /// An owner answers a user who wrote to the support.
    Reply {
        /// Whom.
        user: UserId,
    },
    /// An owner sells a stopped model again.
    SellAgain {
        /// Of the model's id.
        model: Key,
    },
    /// An owner accepts an exchange rate that jumped.
    AcceptRate {
        /// `ExchangeRate::date`: ten characters, `2026-11-29`.
        date: String,
    },
    /// Something at the owner's desk.
    Desk(DeskAct),
}

/// What a user can do with an own invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceAct {
    /// Look how it stands.
    Show,
    /// Take it back.
    Cancel,
}

impl InvoiceAct {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Show, Self::Cancel];
}

/// What an owner can do with a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimAct {
    /// The money is there, as much as was asked.
    Approve,
    /// Another amount is there: asks how much.
    Other,
    /// Nothing is there: asks for the reason.
    Reject,
}

impl ClaimAct {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Approve, Self::Other, Self::Reject];
}

/// A list of models that is not a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// What people really make, most first.
    Popular,
    /// What this user made last.
    Recent,
    /// What this user keeps.
    Favourites,
    /// What may be had for nothing.
    Free,
}

impl Shelf {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Popular, Self::Recent, Self::Favourites, Self::Free];
}

/// Which of the own generations a history shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryFilter {
    /// Every one.
    #[default]
    All,
    /// Pictures.
    Images,
    /// Videos.
    Videos,
    /// Voices, sounds, music.
    Audios,
    /// Texts.
    Texts,
}

impl HistoryFilter {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 5] = [Self::All, Self::Images, Self::Videos, Self::Audios, Self::Texts];
}

/// What a user may switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// Results arrive with a sound.
    Sound,
    /// The shop may write about news and offers.
    News,
}

impl Preference {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 2] = [Self::Sound, Self::News];
}

/// What can be done with a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftAct {
    /// Give an input this choice.
    Choose {
        /// Of the input's wire name.
        input: Key,
        /// Of the choice's wire text; of a number: its text; of yes/no: `true` or `false`.
        choice: Key,
    },
    /// Ask for this input again.
    Edit {
        /// Of the input's wire name.
        input: Key,
    },
    /// Keep an input as it is, or finish a list.
    Done {
        /// Of the input's wire name.
        input: Key,
    },
    /// Empty an input: its default holds again.
    Clear {
        /// Of the input's wire name.
        input: Key,
    },
    /// Another page of an input's many choices.
    Page {
        /// Of the input's wire name.
        input: Key,
        /// From 0.
        page: u16,
    },
    /// One more item of a list of objects.
    AddItem {
        /// Of the input's wire name.
        input: Key,
    },
    /// Fill in an item of a list of objects again.
    EditItem {
        /// Of the input's wire name.
        input: Key,
        /// From 0.
        index: u16,
    },
    /// Take an item out of a list of objects or files.
    RemoveItem {
        /// Of the input's wire name.
        input: Key,
        /// From 0.
        index: u16,
    },
    /// The optional inputs with their values.
    Options,
    /// The confirm screen.
    Review,
    /// One step back.
    Back,
    /// Charge and go.
    Confirm,
    /// Throw the draft away.
    Discard,
}

/// What can be done with a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GenerationAct {
    /// Take it back while it is queued.
    Cancel,
    /// Draw its progress anew.
    Refresh,
    /// Its card: price, inputs, state.
    Show,
    /// Send the result again.
    Resend,
    /// A new draft with the same inputs.
    Again,
    /// A new draft with the same inputs that asks for the prompt.
    Reword,
    /// The result and its prompt, for a model that makes variations of pictures.
    Vary,
    /// What was set aside, charged and given back, and when.
    Receipt,
}
