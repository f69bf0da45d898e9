//! Accounts, units and amounts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::money::Money;

/// What an amount counts. Operations are the same for both units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Kopecks.
    Money,
    /// Free runs.
    Run,
}

impl Unit {
    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Run => "run",
        }
    }

    /// The inverse of [`Unit::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Money, Self::Run].into_iter().find(|unit| unit.code() == code)
    }
}

/// An amount of one unit. Operations want it positive; only an adjustment may carry a negative one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Amount {
    /// What is counted.
    pub unit: Unit,
    /// How many: kopecks or runs.
    pub value: i64,
}

impl Amount {
    /// Money.
    pub const fn money(money: Money) -> Self {
        Self { unit: Unit::Money, value: money.kopecks() }
    }

    /// Free runs.
    pub const fn runs(runs: i64) -> Self {
        Self { unit: Unit::Run, value: runs }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Money => Money::from_kopecks(self.value).fmt(f),
            Unit::Run => write!(f, "{} run", self.value),
        }
    }
}

/// Who holds our cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Telegram Stars.
    Stars,
    /// Bank transfer or SBP, approved by an owner.
    Bank,
    /// YooKassa.
    Yookassa,
    /// Crypto Pay.
    CryptoPay,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Stars, Self::Bank, Self::Yookassa, Self::CryptoPay];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::Bank => "bank",
            Self::Yookassa => "yookassa",
            Self::CryptoPay => "crypto_pay",
        }
    }

    /// The inverse of [`Provider::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.code() == code)
    }
}

/// Why something was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BonusKind {
    /// Once per person, at the first start.
    Welcome,
    /// A promo code.
    Promo,
    /// A friend's first payment.
    Referral,
    /// An owner's gift.
    Gift,
}

impl BonusKind {
    const ALL: [Self; 4] = [Self::Welcome, Self::Promo, Self::Referral, Self::Gift];

    /// As rows keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Promo => "promo",
            Self::Referral => "referral",
            Self::Gift => "gift",
        }
    }

    /// The inverse of [`BonusKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One side of a transfer. Its text form (`wallet/<id>`, `cash/stars`, ...) is what rows and reports show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What we owe the user.
    Wallet(UserId),
    /// What the user owes us: a payment taken back after it was spent.
    Receivable(UserId),
    /// What a payment provider holds for us.
    Cash(Provider),
    /// Earned by generations.
    Revenue,
    /// Given away.
    Bonus(BonusKind),
    /// An owner's correction.
    Adjustment,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wallet(user) => write!(f, "wallet/{user}"),
            Self::Receivable(user) => write!(f, "receivable/{user}"),
            Self::Cash(provider) => write!(f, "cash/{}", provider.code()),
            Self::Revenue => f.write_str("revenue/generation"),
            Self::Bonus(kind) => write!(f, "bonus/{}", kind.code()),
            Self::Adjustment => f.write_str("adjustment/admin"),
        }
    }
}

/// The text names no account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no account")]
pub struct BadAccount(pub String);

impl FromStr for Account {
    type Err = BadAccount;

    fn from_str(text: &str) -> Result<Self, BadAccount> {
        let bad = || BadAccount(text.to_owned());
        let (kind, rest) = text.split_once('/').ok_or_else(bad)?;
        match (kind, rest) {
            ("wallet", id) => id.parse().map(Self::Wallet).map_err(|_| bad()),
            ("receivable", id) => id.parse().map(Self::Receivable).map_err(|_| bad()),
            ("cash", code) => Provider::from_code(code).map(Self::Cash).ok_or_else(bad),
            ("revenue", "generation") => Ok(Self::Revenue),
            ("bonus", code) => BonusKind::from_code(code).map(Self::Bonus).ok_or_else(bad),
            ("adjustment", "admin") => Ok(Self::Adjustment),
            _ => Err(bad()),
        }
    }
}
