//! From an operation and the facts it depends on to the rows it writes. Pure: the same in memory, SQLite and PostgreSQL.

use super::account::{Account, Amount, Provider, Unit};
use super::operation::{Operation, Posting};
use super::records::{Hold, HoldPurpose, HoldState, Payment, Phase, Transfer, Wallet};
use crate::ids::{GenerationId, TransferId, UserId};
use crate::money::Money;

/// What became of an operation that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was written now.
    Now,
    /// The same was written before; nothing changed.
    Already,
}

/// Why an operation was refused; nothing was written. In the order in which they are looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The cause is known with other content.
    #[error("this cause was used before with other content")]
    Conflict,
    /// The amount is zero or negative.
    #[error("amount {0} is not positive")]
    NotPositive(i64),
    /// No such hold.
    #[error("no such hold")]
    HoldNotFound,
    /// No such payment.
    #[error("no such payment")]
    PaymentNotFound,
    /// The hold was captured.
    #[error("the hold was captured before")]
    AlreadyCaptured,
    /// The hold was released.
    #[error("the hold was released before")]
    AlreadyReleased,
    /// The hold is not captured, so nothing can be refunded.
    #[error("the hold is not captured")]
    NotCaptured,
    /// The hold serves another purpose (a payback is resolved by its payment).
    #[error("the hold serves another purpose")]
    WrongPurpose,
    /// The payment was taken back before, or is being paid back now.
    #[error("the payment was taken back before")]
    AlreadyRefunded,
    /// More than is held.
    #[error("{wanted} is more than the {held} that is held")]
    ExceedsHold {
        /// The hold's amount.
        held: i64,
        /// What was asked.
        wanted: i64,
    },
    /// More than was captured, less what was refunded.
    #[error("{wanted} is more than the {left} that is left of the capture")]
    ExceedsCapture {
        /// Captured less refunded.
        left: i64,
        /// What was asked.
        wanted: i64,
    },
    /// The wallet has less.
    #[error("{wanted} is more than the {available} that is available")]
    InsufficientFunds {
        /// What is counted.
        unit: Unit,
        /// Posted less reserved.
        available: i64,
        /// What was asked.
        wanted: i64,
    },
    /// A figure would not fit.
    #[error("amount overflow")]
    Overflow,
}

/// Which rows an operation's effect depends on. A store reads (and locks) just these, in this order: payment, hold, receivable, wallet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The payment with this id, and the pending hold of its payback if there is one.
    pub payment: Option<(Provider, String)>,
    /// The hold with this id.
    pub hold: Option<TransferId>,
    /// The receivable of this user (or of the payment's user).
    pub receivable: bool,
    /// The money wallet of the payment's user.
    pub wallet: bool,
}

/// The rows that [`Needs`] named, as they are under the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The payment.
    pub payment: Option<Payment>,
    /// The hold, or the payment's pending payback hold.
    pub hold: Option<Hold>,
    /// What the user owes, in kopecks.
    pub receivable: i64,
    /// The wallet's figures.
    pub wallet: Wallet,
}

/// A conditional change of one wallet row. A store adds both deltas in one statement whose WHERE demands `needs_available`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletChange {
    /// Whose.
    pub user: UserId,
    /// Which unit.
    pub unit: Unit,
    /// Added to posted.
    pub posted: i64,
    /// Added to reserved.
    pub reserved: i64,
    /// The statement changes nothing unless `posted - reserved` is at least this.
    pub needs_available: i64,
}

impl WalletChange {
    /// This change, then `next`, as one change of the same row: allowed exactly if both would have been allowed one after the other.
    ///
    /// # Errors
    /// [`Refusal::Overflow`].
    pub fn then(self, next: Self) -> Result<Self, Refusal> {
        let gained = self.posted.checked_sub(self.reserved).ok_or(Refusal::Overflow)?;
        let next_needs = next.needs_available.checked_sub(gained).ok_or(Refusal::Overflow)?;
        Ok(Self {
            posted: self.posted.checked_add(next.posted).ok_or(Refusal::Overflow)?,
            reserved: self.reserved.checked_add(next.reserved).ok_or(Refusal::Overflow)?,
            needs_available: self.needs_available.max(next_needs),
            ..self
        })
    }
}

/// A change of a hold's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldChange {
    /// A new pending hold.
    Create(Hold),
    /// From pending to captured; the statement's WHERE demands pending.
    Capture {
        /// The hold.
        hold: TransferId,
        /// How much.
        amount: i64,
    },
    /// From pending to released; the statement's WHERE demands pending.
    Release {
        /// The hold.
        hold: TransferId,
    },
    /// More refunded; the statement's WHERE demands `refunded + amount <= captured`.
    Refund {
        /// The hold.
        hold: TransferId,
        /// How much.
        amount: i64,
    },
}

/// Everything one operation writes besides its own row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Whose statement shows it.
    pub user: Option<UserId>,
    /// The generation that it is about.
    pub generation: Option<GenerationId>,
    /// New payment row.
    pub payment: Option<Payment>,
    /// This payment becomes refunded; the statement's WHERE demands that it is not.
    pub refunds: Option<(Provider, String)>,
    /// At most one hold changes.
    pub hold: Option<HoldChange>,
    /// Added to what the user owes; the statement's WHERE demands that the sum is not negative.
    pub receivable: i64,
    /// The immutable movements.
    pub transfers: Vec<Transfer>,
    /// The wallet's change; last in the lock order.
    pub wallet: Option<WalletChange>,
}

/// Which rows [`plan`] wants to see for `operation`.
pub fn needs(operation: &Operation) -> Needs {
    match operation {
        Operation::TopUp { .. } => Needs { receivable: true, ..Needs::default() },
        Operation::Capture { hold, .. } | Operation::Release { hold } | Operation::RefundGeneration { hold, .. } => {
            Needs { hold: Some(*hold), ..Needs::default() }
        }
        Operation::ReservePayback { provider, payment, .. } | Operation::RefundPayment { provider, payment } => {
            Needs { payment: Some((*provider, payment.clone())), receivable: true, wallet: true, ..Needs::default() }
        }
        Operation::Reserve { .. } | Operation::Bonus { .. } | Operation::Adjust { .. } => Needs::default(),
    }
}

/// Decides what `posting` writes. [`Refusal::InsufficientFunds`] never comes from here but from the wallet's conditional statement.
///
/// # Errors
/// A [`Refusal`]; nothing may be written then.
pub fn plan(posting: &Posting, facts: &Facts) -> Result<Plan, Refusal> {
    match &posting.operation {
        Operation::TopUp { .. } => top_up(posting, facts),
        Operation::Reserve { user, generation, amount } => {
            let purpose = HoldPurpose::Generation(*generation);
            Ok(reserve(posting, *user, *amount, purpose, Account::Revenue, positive(amount.value)?))
        }
        Operation::Capture { hold: _, amount } => capture(posting, generation_hold(facts)?, *amount),
        Operation::Release { .. } => Ok(release(posting, pending(facts)?)),
        Operation::RefundGeneration { amount, .. } => refund_generation(posting, facts, *amount),
        Operation::ReservePayback { .. } => reserve_payback(posting, facts),
        Operation::RefundPayment { .. } => refund_payment(posting, facts),
        Operation::Bonus { user, kind, amount, .. } => {
            positive(amount.value)?;
            Ok(credit(posting, Account::Bonus(*kind), *user, *amount))
        }
        Operation::Adjust { user, amount, .. } => adjust(posting, *user, *amount),
    }
}

fn top_up(posting: &Posting, facts: &Facts) -> Result<Plan, Refusal> {
    let Operation::TopUp { user, provider, payment, amount, native_amount, native_currency } = &posting.operation
    else {
        unreachable!("called for a top-up only")
    };
    let value = positive(amount.kopecks())?;
    let owed = facts.receivable.clamp(0, value);
    let cash = Account::Cash(*provider);
    let mut result = Plan {
        user: Some(*user),
        payment: Some(Payment {
            provider: *provider,
            payment: payment.clone(),
            user: *user,
            amount: *amount,
            native_amount: *native_amount,
            native_currency: native_currency.clone(),
            at: posting.at,
            refunded: false,
        }),
        receivable: -owed,
        ..Plan::default()
    };
    if owed > 0 {
        let id = posting.second;
        result.transfers.push(posted(posting, id, cash, Account::Receivable(*user), Unit::Money, owed));
    }
    if value > owed {
        let id = posting.transfer;
        result.transfers.push(posted(posting, id, cash, Account::Wallet(*user), Unit::Money, value - owed));
        result.wallet = Some(WalletChange {
            user: *user,
            unit: Unit::Money,
            posted: value - owed,
            reserved: 0,
            needs_available: 0,
        });
    }
    Ok(result)
}

fn reserve(posting: &Posting, user: UserId, amount: Amount, purpose: HoldPurpose, credit: Account, value: i64) -> Plan {
    let Amount { unit, .. } = amount;
    let generation = purpose.generation();
    let hold = Hold {
        id: posting.transfer,
        user,
        unit,
        amount: value,
        purpose,
        state: HoldState::Pending,
        captured: 0,
        refunded: 0,
    };
    let transfer = Transfer {
        phase: Phase::Pending,
        ..posted(posting, posting.transfer, Account::Wallet(user), credit, unit, value)
    };
    Plan {
        user: Some(user),
        generation,
        hold: Some(HoldChange::Create(hold)),
        transfers: vec![transfer],
        wallet: Some(WalletChange { user, unit, posted: 0, reserved: value, needs_available: value }),
        ..Plan::default()
    }
}

fn capture(posting: &Posting, hold: &Hold, amount: i64) -> Result<Plan, Refusal> {
    positive(amount)?;
    if amount > hold.amount {
        return Err(Refusal::ExceedsHold { held: hold.amount, wanted: amount });
    }
    Ok(Plan {
        user: Some(hold.user),
        generation: hold.purpose.generation(),
        hold: Some(HoldChange::Capture { hold: hold.id, amount }),
        transfers: vec![resolution(posting, hold, Phase::Captured, amount)],
        wallet: Some(WalletChange {
            user: hold.user,
            unit: hold.unit,
            posted: -amount,
            reserved: -hold.amount,
            needs_available: 0,
        }),
        ..Plan::default()
    })
}

fn release(posting: &Posting, hold: &Hold) -> Plan {
    Plan {
        user: Some(hold.user),
        generation: hold.purpose.generation(),
        hold: Some(HoldChange::Release { hold: hold.id }),
        transfers: vec![resolution(posting, hold, Phase::Released, hold.amount)],
        wallet: Some(WalletChange {
            user: hold.user,
            unit: hold.unit,
            posted: 0,
            reserved: -hold.amount,
            needs_available: 0,
        }),
        ..Plan::default()
    }
}

fn refund_generation(posting: &Posting, facts: &Facts, amount: i64) -> Result<Plan, Refusal> {
    positive(amount)?;
    let hold = facts.hold.as_ref().ok_or(Refusal::HoldNotFound)?;
    let Some(generation) = hold.purpose.generation() else { return Err(Refusal::WrongPurpose) };
    if hold.state != HoldState::Captured {
        return Err(Refusal::NotCaptured);
    }
    let left = hold.captured - hold.refunded;
    if amount > left {
        return Err(Refusal::ExceedsCapture { left, wanted: amount });
    }
    let given = Amount { unit: hold.unit, value: amount };
    let mut result = credit(posting, Account::Revenue, hold.user, given);
    result.generation = Some(generation);
    result.hold = Some(HoldChange::Refund { hold: hold.id, amount });
    Ok(result)
}

fn reserve_payback(posting: &Posting, facts: &Facts) -> Result<Plan, Refusal> {
    let payment = unrefunded(facts)?;
    if facts.hold.is_some() {
        return Err(Refusal::AlreadyRefunded);
    }
    let value = facts.wallet.available().clamp(0, payment.amount.kopecks());
    if value == 0 {
        // Nothing to set aside: all of it was spent, and becomes a receivable when the provider has paid back.
        return Ok(Plan { user: Some(payment.user), ..Plan::default() });
    }
    let purpose = HoldPurpose::Payback(payment.provider, payment.payment.clone());
    Ok(reserve(posting, payment.user, Amount::money(payment.amount), purpose, Account::Cash(payment.provider), value))
}

fn refund_payment(posting: &Posting, facts: &Facts) -> Result<Plan, Refusal> {
    let payment = unrefunded(facts)?;
    let (user, cash) = (payment.user, Account::Cash(payment.provider));
    let mut left = payment.amount.kopecks();
    let mut result =
        Plan { user: Some(user), refunds: Some((payment.provider, payment.payment.clone())), ..Plan::default() };
    let mut wallet = WalletChange { user, unit: Unit::Money, posted: 0, reserved: 0, needs_available: 0 };
    if let Some(hold) = &facts.hold {
        left -= hold.amount;
        result.hold = Some(HoldChange::Capture { hold: hold.id, amount: hold.amount });
        result.transfers.push(resolution(posting, hold, Phase::Captured, hold.amount));
        (wallet.posted, wallet.reserved) = (-hold.amount, -hold.amount);
    }
    let from_wallet = facts.wallet.available().clamp(0, left);
    if from_wallet > 0 {
        let id = posting.second;
        result.transfers.push(posted(posting, id, Account::Wallet(user), cash, Unit::Money, from_wallet));
        wallet.posted -= from_wallet;
        wallet.needs_available = from_wallet;
    }
    if left > from_wallet {
        result.receivable = left - from_wallet;
        let id = posting.third;
        result.transfers.push(posted(posting, id, Account::Receivable(user), cash, Unit::Money, result.receivable));
    }
    if wallet.posted != 0 {
        result.wallet = Some(wallet);
    }
    Ok(result)
}

fn adjust(posting: &Posting, user: UserId, amount: Amount) -> Result<Plan, Refusal> {
    if amount.value >= 0 {
        positive(amount.value)?;
        return Ok(credit(posting, Account::Adjustment, user, amount));
    }
    let value = amount.value.checked_neg().ok_or(Refusal::Overflow)?;
    let (wallet, unit) = (Account::Wallet(user), amount.unit);
    Ok(Plan {
        user: Some(user),
        transfers: vec![posted(posting, posting.transfer, wallet, Account::Adjustment, unit, value)],
        wallet: Some(WalletChange { user, unit, posted: -value, reserved: 0, needs_available: value }),
        ..Plan::default()
    })
}

fn credit(posting: &Posting, from: Account, user: UserId, amount: Amount) -> Plan {
    let Amount { unit, value } = amount;
    Plan {
        user: Some(user),
        transfers: vec![posted(posting, posting.transfer, from, Account::Wallet(user), unit, value)],
        wallet: Some(WalletChange { user, unit, posted: value, reserved: 0, needs_available: 0 }),
        ..Plan::default()
    }
}

const fn posted(
    posting: &Posting,
    id: TransferId,
    debit: Account,
    credit: Account,
    unit: Unit,
    amount: i64,
) -> Transfer {
    Transfer {
        id,
        operation: posting.id,
        debit,
        credit,
        unit,
        amount,
        phase: Phase::Posted,
        resolves: None,
        at: posting.at,
    }
}

fn resolution(posting: &Posting, hold: &Hold, phase: Phase, amount: i64) -> Transfer {
    let credit = match &hold.purpose {
        HoldPurpose::Generation(_) => Account::Revenue,
        HoldPurpose::Payback(provider, _) => Account::Cash(*provider),
    };
    let debit = Account::Wallet(hold.user);
    Transfer { phase, resolves: Some(hold.id), ..posted(posting, posting.transfer, debit, credit, hold.unit, amount) }
}

const fn positive(value: i64) -> Result<i64, Refusal> {
    if value > 0 { Ok(value) } else { Err(Refusal::NotPositive(value)) }
}

fn pending(facts: &Facts) -> Result<&Hold, Refusal> {
    let hold = facts.hold.as_ref().ok_or(Refusal::HoldNotFound)?;
    match hold.state {
        HoldState::Pending => Ok(hold),
        HoldState::Captured => Err(Refusal::AlreadyCaptured),
        HoldState::Released => Err(Refusal::AlreadyReleased),
    }
}

fn generation_hold(facts: &Facts) -> Result<&Hold, Refusal> {
    let hold = pending(facts)?;
    if hold.purpose.generation().is_some() { Ok(hold) } else { Err(Refusal::WrongPurpose) }
}

fn unrefunded(facts: &Facts) -> Result<&Payment, Refusal> {
    let payment = facts.payment.as_ref().ok_or(Refusal::PaymentNotFound)?;
    debug_assert!(payment.amount > Money::ZERO, "a payment is credited with a positive amount only");
    if payment.refunded { Err(Refusal::AlreadyRefunded) } else { Ok(payment) }
}
