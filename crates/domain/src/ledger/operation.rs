//! Operations: what may happen to money, each with the cause that makes it happen once.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::account::{Amount, BonusKind, Provider};
use crate::clock::{Clock, IdSource, Timestamp};
use crate::ids::{ActionId, GenerationId, OperationId, TransferId, UserId};
use crate::money::Money;

/// Who refunds when no person does: such a reason is for the books, not for the user.
pub const NOBODY: &str = "auto";

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A payment came in: cash to wallet; what the user owes is paid first.
    TopUp {
        /// Who paid.
        user: UserId,
        /// Who took it.
        provider: Provider,
        /// The provider's id of the payment (of a bank transfer: our request id).
        payment: String,
        /// What is credited.
        amount: Money,
        /// What the provider took, in its own unit.
        native_amount: i64,
        /// That unit: `XTR`, `RUB`, ...
        native_currency: String,
    },
    /// A generation's price is set aside. The hold's id is [`Posting::transfer`].
    Reserve {
        /// Whose wallet.
        user: UserId,
        /// What for.
        generation: GenerationId,
        /// How much.
        amount: Amount,
    },
    /// A hold is earned, wholly or in part; the rest goes back.
    Capture {
        /// The pending transfer.
        hold: TransferId,
        /// At most what is held, in the hold's unit; may be zero only by [`Operation::Release`].
        amount: i64,
    },
    /// A hold goes back.
    Release {
        /// The pending transfer.
        hold: TransferId,
    },
    /// Part or all of a capture is given back.
    RefundGeneration {
        /// The refund's id.
        refund: ActionId,
        /// The captured hold.
        hold: TransferId,
        /// How much, in the hold's unit.
        amount: i64,
        /// Why, in words.
        reason: String,
        /// Who; [`NOBODY`] if no person did it.
        by: String,
    },
    /// A provider is about to be asked to pay back: what the wallet has of it is set aside.
    ReservePayback {
        /// The owner's action.
        action: ActionId,
        /// Who took it.
        provider: Provider,
        /// The provider's id of the payment.
        payment: String,
    },
    /// A provider paid back, by our wish or its own: wallet to cash; what the wallet lacks becomes a receivable.
    RefundPayment {
        /// Who took it.
        provider: Provider,
        /// The provider's id of the payment.
        payment: String,
    },
    /// Something is given.
    Bonus {
        /// To whom.
        user: UserId,
        /// Why.
        kind: BonusKind,
        /// Redemption id, referral id, or the user's (welcome).
        cause: String,
        /// How much.
        amount: Amount,
    },
    /// An owner corrects a balance; negative takes away, never below zero available.
    Adjust {
        /// The owner's action.
        action: ActionId,
        /// Whose wallet.
        user: UserId,
        /// How much; not zero.
        amount: Amount,
        /// Why, in the owner's words.
        reason: String,
        /// Who.
        by: String,
    },
}

/// The namespace within which a cause is unique. Capture and release share one: a hold is resolved once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// [`Operation::TopUp`].
    TopUp,
    /// [`Operation::Reserve`].
    Reserve,
    /// [`Operation::Capture`] and [`Operation::Release`].
    Resolve,
    /// [`Operation::RefundGeneration`].
    RefundGeneration,
    /// [`Operation::ReservePayback`].
    ReservePayback,
    /// [`Operation::RefundPayment`].
    RefundPayment,
    /// [`Operation::Bonus`], welcome.
    BonusWelcome,
    /// [`Operation::Bonus`], promo code.
    BonusPromo,
    /// [`Operation::Bonus`], referral.
    BonusReferral,
    /// [`Operation::Bonus`], gift.
    BonusGift,
    /// [`Operation::Adjust`].
    Adjust,
}

impl Group {
    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::Reserve => "reserve",
            Self::Resolve => "resolve",
            Self::RefundGeneration => "refund_generation",
            Self::ReservePayback => "reserve_payback",
            Self::RefundPayment => "refund_payment",
            Self::BonusWelcome => "bonus_welcome",
            Self::BonusPromo => "bonus_promo",
            Self::BonusReferral => "bonus_referral",
            Self::BonusGift => "bonus_gift",
            Self::Adjust => "adjust",
        }
    }
}

/// The idempotency key of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// The namespace.
    pub group: Group,
    /// The key within it.
    pub key: String,
}

impl Operation {
    /// The idempotency key.
    pub fn cause(&self) -> Cause {
        let (group, key) = match self {
            Self::TopUp { provider, payment, .. } => (Group::TopUp, format!("{}:{payment}", provider.code())),
            Self::Reserve { generation, .. } => (Group::Reserve, generation.to_string()),
            Self::Capture { hold, .. } | Self::Release { hold } => (Group::Resolve, hold.to_string()),
            Self::RefundGeneration { refund, .. } => (Group::RefundGeneration, refund.to_string()),
            Self::ReservePayback { action, .. } => (Group::ReservePayback, action.to_string()),
            Self::RefundPayment { provider, payment } => {
                (Group::RefundPayment, format!("{}:{payment}", provider.code()))
            }
            Self::Bonus { kind, cause, .. } => (bonus_group(*kind), cause.clone()),
            Self::Adjust { action, .. } => (Group::Adjust, action.to_string()),
        };
        Cause { group, key }
    }

    /// SHA-256 of everything that makes this operation what it is: equal hashes under one cause mean "the same again".
    pub fn content_hash(&self) -> [u8; 32] {
        let mut text = String::new();
        let written = match self {
            Self::TopUp { user, provider, payment, amount, native_amount, native_currency } => write!(
                text,
                "top_up|{user}|{}|{payment}|{}|{native_amount}|{native_currency}",
                provider.code(),
                amount.kopecks()
            ),
            Self::Reserve { user, generation, amount } => {
                write!(text, "reserve|{user}|{generation}|{}|{}", amount.unit.code(), amount.value)
            }
            Self::Capture { hold, amount } => write!(text, "capture|{hold}|{amount}"),
            Self::Release { hold } => write!(text, "release|{hold}"),
            // Reason and author explain the refund and move nothing: a repeat in other words is the same again.
            Self::RefundGeneration { refund, hold, amount, .. } => {
                write!(text, "refund_generation|{refund}|{hold}|{amount}")
            }
            Self::ReservePayback { action, provider, payment } => {
                write!(text, "reserve_payback|{action}|{}|{payment}", provider.code())
            }
            Self::RefundPayment { provider, payment } => write!(text, "refund_payment|{}|{payment}", provider.code()),
            Self::Bonus { user, kind, cause, amount } => {
                write!(text, "bonus|{user}|{}|{cause}|{}|{}", kind.code(), amount.unit.code(), amount.value)
            }
            Self::Adjust { action, user, amount, reason, by } => {
                write!(text, "adjust|{action}|{user}|{}|{}|{by}|{reason}", amount.unit.code(), amount.value)
            }
        };
        written.expect("writing to a String cannot fail");
        Sha256::digest(text.as_bytes()).into()
    }

    /// The operation's name, as rows and statements keep it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TopUp { .. } => "top_up",
            Self::Reserve { .. } => "reserve",
            Self::Capture { .. } => "capture",
            Self::Release { .. } => "release",
            Self::RefundGeneration { .. } => "refund_generation",
            Self::ReservePayback { .. } => "reserve_payback",
            Self::RefundPayment { .. } => "refund_payment",
            Self::Bonus { .. } => "bonus",
            Self::Adjust { .. } => "adjust",
        }
    }

    /// The reason that its user is told: in the words of the person who did it.
    pub fn told(&self) -> Option<&str> {
        self.note().filter(|(_, by)| *by != NOBODY).map(|(reason, _)| reason)
    }

    /// Why and by whom, of an adjustment or a refund.
    pub fn note(&self) -> Option<(&str, &str)> {
        match self {
            Self::Adjust { reason, by, .. } | Self::RefundGeneration { reason, by, .. } => Some((reason, by)),
            _ => None,
        }
    }
}

const fn bonus_group(kind: BonusKind) -> Group {
    match kind {
        BonusKind::Welcome => Group::BonusWelcome,
        BonusKind::Promo => Group::BonusPromo,
        BonusKind::Referral => Group::BonusReferral,
        BonusKind::Gift => Group::BonusGift,
    }
}

/// An operation with the ids that its rows will bear. Ids are minted before the commit, so that a retried commit writes the same rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The operation's id.
    pub id: OperationId,
    /// The first transfer's id; of a [`Operation::Reserve`] the hold's.
    pub transfer: TransferId,
    /// The second transfer's id, for operations that may need two.
    pub second: TransferId,
    /// The third transfer's id (a payback that takes from hold, wallet and receivable).
    pub third: TransferId,
    /// What happens.
    pub operation: Operation,
    /// When.
    pub at: Timestamp,
}

impl Posting {
    /// Mints the ids for `operation`.
    pub fn new(operation: Operation, clock: &dyn Clock, ids: &dyn IdSource) -> Self {
        Self {
            id: OperationId::ordered(clock, ids),
            transfer: TransferId::ordered(clock, ids),
            second: TransferId::ordered(clock, ids),
            third: TransferId::ordered(clock, ids),
            operation,
            at: clock.now(),
        }
    }
}
