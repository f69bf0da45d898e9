//! Who works at the owner's desk, and what each of them may do there. Pure.
//!
//! Owners named by the configuration are [`Standing::Configured`]: nobody at the desk can change or dismiss them, so nobody can lock them out.
//! Everybody else is appointed, and an appointment is looked up again in the commit of whatever they do.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{ActionId, ChatId, UserId};
use crate::money::Money;

/// What somebody at the desk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but settings, prices and staff.
    Manager,
    /// Helps users; moves no money.
    Support,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Manager, Self::Support];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Support => "support",
        }
    }

    /// The inverse of [`Role::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether a role may do that.
    pub const fn may(self, duty: Duty) -> bool {
        match duty {
            Duty::Users | Duty::Block | Duty::Write | Duty::Health => true,
            Duty::Statistics
            | Duty::Money
            | Duty::Models
            | Duty::Broadcast
            | Duty::Promo
            | Duty::Maintenance
            | Duty::Logs => matches!(self, Self::Owner | Self::Manager),
            Duty::Settings | Duty::Staff | Duty::AuditLog | Duty::Cleanup => matches!(self, Self::Owner),
        }
    }
}

/// What can be done at the desk; each button there belongs to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// Look at the shop's figures.
    Statistics,
    /// Find users and look at them, their statements and generations.
    Users,
    /// Block users and let them in again.
    Block,
    /// Write to users and answer them.
    Write,
    /// Credit, debit, give, refund; decide about receipts.
    Money,
    /// Stop models and sell them again.
    Models,
    /// Write to many users at once.
    Broadcast,
    /// Make promo codes and campaigns.
    Promo,
    /// Stop all selling and resume it.
    Maintenance,
    /// Look at the checks.
    Health,
    /// Look at the log.
    Logs,
    /// Remove old events of the log.
    Cleanup,
    /// Change settings and prices.
    Settings,
    /// Appoint and dismiss.
    Staff,
    /// Look at who did what.
    AuditLog,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Statistics,
        Self::Users,
        Self::Block,
        Self::Write,
        Self::Money,
        Self::Models,
        Self::Broadcast,
        Self::Promo,
        Self::Maintenance,
        Self::Health,
        Self::Logs,
        Self::Cleanup,
        Self::Settings,
        Self::Staff,
        Self::AuditLog,
    ];
}

/// Where a role comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// From the configuration; always an owner.
    Configured,
    /// From the database.
    Appointed,
}

/// Somebody who does something at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub chat: ChatId,
    /// As what.
    pub role: Role,
    /// By whose word.
    pub standing: Standing,
}

/// Somebody who was appointed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// Who.
    pub chat: ChatId,
    /// As what.
    pub role: Role,
    /// When.
    pub since: Timestamp,
}

/// One line of the audit log: who did what at the desk. It is never changed or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Orders the log.
    pub id: ActionId,
    /// Who, and as what.
    pub by: Actor,
    /// What was done.
    pub deed: Deed,
    /// To whom or what: a user's id, a model's, a setting's name.
    pub subject: String,
    /// What it was; absent if there was nothing.
    pub before: Option<String>,
    /// What it became; absent if nothing is left.
    pub after: Option<String>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What was done at the desk.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Deed {
            $($(#[$doc])* $name,)*
        }

        impl Deed {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As rows keep it.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

deeds! {
    /// A balance was raised.
    Credit = "credit",
    /// A balance was lowered.
    Debit = "debit",
    /// A large credit was asked for; another owner decides.
    AskCredit = "ask_credit",
    /// Another owner granted a large credit.
    GrantCredit = "grant_credit",
    /// Another owner refused a large credit.
    RefuseCredit = "refuse_credit",
    /// Free runs were given.
    GiveRuns = "give_runs",
    /// A user was shut out.
    Block = "block",
    /// A user was let in again.
    Unblock = "unblock",
    /// A user was written to.
    Write = "write",
    /// A generation was refunded.
    RefundGeneration = "refund_generation",
    /// A payment is to be paid back.
    RefundPayment = "refund_payment",
    /// A receipt was approved.
    ApproveReceipt = "approve_receipt",
    /// A receipt was turned down.
    RejectReceipt = "reject_receipt",
    /// An exchange rate that jumped was accepted.
    AcceptRate = "accept_rate",
    /// A model was stopped.
    StopModel = "stop_model",
    /// A model is sold again.
    SellModel = "sell_model",
    /// A setting was changed.
    Set = "set",
    /// Somebody was appointed.
    Appoint = "appoint",
    /// Somebody was dismissed.
    Dismiss = "dismiss",
    /// A promo code was made.
    MakePromo = "make_promo",
    /// A broadcast was started.
    StartBroadcast = "start_broadcast",
    /// A broadcast was paused.
    PauseBroadcast = "pause_broadcast",
    /// A broadcast goes on.
    ResumeBroadcast = "resume_broadcast",
    /// A broadcast was ended before its end.
    CancelBroadcast = "cancel_broadcast",
    /// A campaign was made.
    MakeCampaign = "make_campaign",
    /// Old events of the log were removed.
    CleanLog = "clean_log",
    /// Figures were exported.
    Export = "export",
    /// An alert was muted.
    MuteAlert = "mute_alert",
    /// An alert is told again.
    UnmuteAlert = "unmute_alert",
    /// A pause of selling was ended.
    EndPause = "end_pause",
    /// A model was tried at the shop's cost.
    TryModel = "try_model",
}

impl Deed {
    /// The inverse of [`Deed::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.code() == code)
    }
}

/// A large credit that waits for another owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Also the cause of the credit, so that it happens once.
    pub id: ActionId,
    /// Who wants it.
    pub by: ChatId,
    /// To whom.
    pub user: UserId,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub at: Timestamp,
    /// What became of it.
    pub end: Option<ApprovalEnd>,
}

/// How another owner decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalEnd {
    /// Yes or no.
    pub granted: bool,
    /// Who.
    pub by: ChatId,
    /// When.
    pub at: Timestamp,
}

/// A value that was set at run time instead of the configuration's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Which, as the registry of settings names it.
    pub name: String,
    /// JSON of its kind; `None` = the configuration's holds.
    pub value: Option<String>,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was set.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
        for deed in Deed::ALL {
            assert_eq!(Deed::from_code(deed.code()), Some(*deed));
        }
        assert_eq!((Role::from_code("king"), Deed::from_code("dance")), (None, None));
    }

    #[test]
    fn each_role_has_its_duties() {
        let of = |role: Role| Duty::ALL.into_iter().filter(|duty| role.may(*duty)).collect::<Vec<_>>();
        assert_eq!(of(Role::Owner), Duty::ALL);
        assert_eq!(of(Role::Support), [Duty::Users, Duty::Block, Duty::Write, Duty::Health]);
        let missing: Vec<_> = Duty::ALL.into_iter().filter(|duty| !Role::Manager.may(*duty)).collect();
        assert_eq!(missing, [Duty::Cleanup, Duty::Settings, Duty::Staff, Duty::AuditLog]);
    }
}
