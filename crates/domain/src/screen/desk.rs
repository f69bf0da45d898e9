//! What a button at the owner's desk can mean. Who may press it is decided by [`DeskAct::duty`] and the presser's role, at the press.

use serde::{Deserialize, Serialize};

use super::{BroadcastAct, Key, ModelDeed, PromoAct, WatchAct};
use crate::ids::{ActionId, ChatId, GenerationId, UserId};
use crate::staff::{Duty, Role};

/// Over how many days figures are added up, today included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Today, so far.
    Today,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Month];

    /// Its days.
    pub const fn days(self) -> u16 {
        match self {
            Self::Today => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }
}

/// What of a user is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonTab {
    /// The card.
    Card,
    /// Every movement of the balance.
    Statement,
    /// What they ordered.
    Generations,
    /// What they paid.
    Payments,
}

impl PersonTab {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Card, Self::Statement, Self::Generations, Self::Payments];
}

/// What can be done with a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonDeed {
    /// Raise the balance: asks how much and why.
    Credit,
    /// Lower the balance: asks how much and why.
    Debit,
    /// Give free runs: asks how many.
    GiveRuns,
    /// Shut them out: asks why.
    Block,
    /// Let them in again.
    Unblock,
    /// Write to them: asks what.
    Write,
}

impl PersonDeed {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Credit, Self::Debit, Self::GiveRuns, Self::Block, Self::Unblock, Self::Write];

    /// What it belongs to.
    pub const fn duty(self) -> Duty {
        match self {
            Self::Credit | Self::Debit | Self::GiveRuns => Duty::Money,
            Self::Block | Self::Unblock => Duty::Block,
            Self::Write => Duty::Write,
        }
    }
}

/// Everything a button at the desk can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskAct {
    /// The desk's own menu.
    Home,
    /// The shop's figures.
    Statistics {
        /// Over how long.
        period: Period,
    },
    /// A picture of the figures.
    Chart {
        /// Over how long.
        period: Period,
    },
    /// The figures as a table in a file.
    Export {
        /// Over how long.
        period: Period,
    },
    /// Asks whom to look for.
    FindPeople,
    /// A page of who was found.
    People {
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
    /// Does something with a user.
    Do {
        /// With whom.
        user: UserId,
        /// What.
        deed: PersonDeed,
    },
    /// One generation of a user.
    Generation {
        /// Which.
        generation: GenerationId,
    },
    /// Refunds a generation: asks how much and why.
    Refund {
        /// Which.
        generation: GenerationId,
    },
    /// Pays a payment back: asks again.
    PayBack {
        /// Whose.
        user: UserId,
        /// Of the provider's code and the payment's id there.
        payment: Key,
    },
    /// Yes, do what the screen asks about.
    Sure,
    /// Receipts, large credits and unexplained payments that wait.
    Waiting,
    /// Decides about a large credit.
    Decide {
        /// Which.
        approval: ActionId,
        /// Yes or no.
        granted: bool,
    },
    /// The models, with how they do.
    Models {
        /// From 0.
        page: u16,
    },
    /// One model.
    Model {
        /// Of the model's id.
        model: Key,
    },
    /// Stops a model or sells it again.
    Sell {
        /// Of the model's id.
        model: Key,
        /// Sell it.
        on: bool,
    },
    /// Stops all selling, or resumes it.
    Selling {
        /// Sell.
        on: bool,
    },
    /// What is set at run time.
    Settings,
    /// One setting, with where it comes from and what it was.
    Setting {
        /// Of its name.
        name: Key,
    },
    /// Asks for a setting's value.
    Set {
        /// Of its name.
        name: Key,
    },
    /// Switches a setting.
    Switch {
        /// Of its name.
        name: Key,
        /// To what.
        on: bool,
    },
    /// Gives a setting the configuration's value back.
    Reset {
        /// Of its name.
        name: Key,
    },
    /// Gives a setting the value back that it had before an entry of the audit log.
    Rollback {
        /// Which entry.
        entry: ActionId,
    },
    /// Who works at the desk.
    Staff,
    /// Asks whom to appoint.
    Appoint,
    /// Appoints.
    Role {
        /// Whom.
        chat: ChatId,
        /// As what.
        role: Role,
    },
    /// Dismisses: asks again.
    Dismiss {
        /// Whom.
        chat: ChatId,
    },
    /// Who did what.
    AuditLog {
        /// From 0.
        page: u16,
    },
    /// How everything is.
    Health,
    /// Something about broadcasts.
    Broadcast(BroadcastAct),
    /// Something about promo codes and campaigns.
    Promo(PromoAct),
    /// About alerts.
    Watch(WatchAct),
    /// About the terms of one model.
    OfModel {
        /// Of the model's id.
        model: Key,
        /// What.
        deed: ModelDeed,
    },
    /// The owner's own texts.
    Texts,
}

impl DeskAct {
    /// What it belongs to; `None`: everybody at the desk may.
    pub const fn duty(self) -> Option<Duty> {
        Some(match self {
            Self::Home | Self::Sure => return None,
            Self::Statistics { .. } | Self::Chart { .. } | Self::Export { .. } => Duty::Statistics,
            Self::FindPeople | Self::People { .. } | Self::Person { .. } | Self::Generation { .. } => Duty::Users,
            Self::Do { deed, .. } => deed.duty(),
            Self::Refund { .. } | Self::PayBack { .. } | Self::Waiting | Self::Decide { .. } => Duty::Money,
            Self::Models { .. } | Self::Model { .. } | Self::Sell { .. } => Duty::Models,
            Self::Selling { .. } => Duty::Maintenance,
            Self::Settings
            | Self::Setting { .. }
            | Self::Set { .. }
            | Self::Switch { .. }
            | Self::Reset { .. }
            | Self::Rollback { .. }
            | Self::Texts => Duty::Settings,
            Self::Staff | Self::Appoint | Self::Role { .. } | Self::Dismiss { .. } => Duty::Staff,
            Self::AuditLog { .. } => Duty::AuditLog,
            Self::Health => Duty::Health,
            Self::Broadcast(_) => Duty::Broadcast,
            Self::Promo(_) => Duty::Promo,
            Self::Watch(act) => act.duty(),
            Self::OfModel { deed, .. } => deed.duty(),
        })
    }
}
