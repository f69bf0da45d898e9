//! A second opinion about money: balances as plain maps, and the rules of the ledger written down once more, on purpose.
//!
//! It shares the words with `domain::ledger` (operations, refusals, names of accounts) and no code: no plan, no facts, no hash, no fold. What
//! it says is compared with what [`Book`](domain::ledger::Book) and the stores do, so a rule that is wrong here or there shows itself.

use std::collections::BTreeMap;

use domain::ids::{TransferId, UserId};
use domain::ledger::{Account, Amount, Operation, Posting, Provider, Refusal, Unit};

/// What a wallet has: posted and reserved.
type Figures = (i64, i64);

/// A hold, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlainHold {
    /// Whose.
    pub(super) user: UserId,
    /// Of what.
    pub(super) unit: Unit,
    /// How much.
    pub(super) amount: i64,
    /// The payment that is being paid back; `None` of a generation.
    pub(super) payback: Option<(Provider, String)>,
    /// `None` while it is open, then how much was earned: 0 if it was given back.
    pub(super) earned: Option<i64>,
    /// How much of that was given back since.
    pub(super) refunded: i64,
}

#[derive(Clone, Debug)]
struct PlainPayment {
    user: UserId,
    amount: i64,
    refunded: bool,
}

/// A ledger of maps.
#[derive(Clone, Debug, Default)]
pub(super) struct Plain {
    wallets: BTreeMap<(UserId, Unit), Figures>,
    debts: BTreeMap<UserId, i64>,
    /// What came out of each account that is no user's, less what went in.
    outside: BTreeMap<(Account, Unit), i64>,
    holds: BTreeMap<TransferId, PlainHold>,
    payments: BTreeMap<(Provider, String), PlainPayment>,
    done: BTreeMap<(&'static str, String), Operation>,
}

impl Plain {
    /// Applies one operation or refuses it; whether it was new. A refusal changes nothing.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn apply(&mut self, posting: &Posting) -> Result<bool, Refusal> {
        let cause = cause(&posting.operation);
        if let Some(before) = self.done.get(&cause) {
            return if *before == posting.operation { Ok(false) } else { Err(self.clash(&posting.operation)) };
        }
        match &posting.operation {
            Operation::TopUp { user, provider, payment, amount, .. } => {
                self.top_up(*user, *provider, payment, positive(amount.kopecks())?)?;
            }
            Operation::Reserve { user, amount, .. } => {
                positive(amount.value)?;
                self.hold(posting.transfer, *user, *amount, None)?;
            }
            Operation::Capture { hold, amount } => self.capture(*hold, *amount)?,
            Operation::Release { hold } => {
                let (id, found) = (*hold, self.open(*hold)?.clone());
                self.close(id, 0);
                self.wallet(found.user, found.unit).1 -= found.amount;
            }
            Operation::RefundGeneration { hold, amount, .. } => self.refund(*hold, positive(*amount)?)?,
            Operation::ReservePayback { provider, payment, .. } => {
                self.set_aside(posting.transfer, (*provider, payment.clone()))?;
            }
            Operation::RefundPayment { provider, payment } => self.pay_back((*provider, payment.clone()))?,
            Operation::Bonus { user, kind, amount, .. } => {
                positive(amount.value)?;
                self.give(Account::Bonus(*kind), *user, *amount)?;
            }
            Operation::Adjust { user, amount, .. } if amount.value < 0 => self.take(*user, *amount)?,
            Operation::Adjust { user, amount, .. } => {
                positive(amount.value)?;
                self.give(Account::Adjustment, *user, *amount)?;
            }
        }
        self.done.insert(cause, posting.operation.clone());
        Ok(true)
    }

    /// Applies all or nothing; which ones were new.
    ///
    /// # Errors
    /// The place of the first refused one, and why.
    pub(super) fn apply_all(&mut self, postings: &[Posting]) -> Result<Vec<bool>, (usize, Refusal)> {
        if let [only] = postings {
            return self.apply(only).map(|new| vec![new]).map_err(|refusal| (0, refusal));
        }
        let before = self.clone();
        let each = postings.iter().enumerate().map(|(place, posting)| self.apply(posting).map_err(|why| (place, why)));
        each.collect::<Result<Vec<_>, _>>().inspect_err(|_| *self = before)
    }

    /// Posted and reserved; nothing if it never moved.
    pub(super) fn figures(&self, user: UserId, unit: Unit) -> (i64, i64) {
        self.wallets.get(&(user, unit)).copied().unwrap_or_default()
    }

    /// What a user owes.
    pub(super) fn debt(&self, user: UserId) -> i64 {
        self.debts.get(&user).copied().unwrap_or_default()
    }

    /// All holds.
    pub(super) const fn holds(&self) -> &BTreeMap<TransferId, PlainHold> {
        &self.holds
    }

    /// What came out of each account that is no user's, less what went in; accounts at zero are left out.
    pub(super) fn outside(&self) -> BTreeMap<(Account, Unit), i64> {
        self.outside.iter().filter(|(_, sum)| **sum != 0).map(|(account, sum)| (*account, *sum)).collect()
    }

    /// Every kopeck and every run is somewhere, and what is reserved is in open holds.
    ///
    /// # Panics
    /// If not.
    pub(super) fn assert_sound(&self) {
        for unit in [Unit::Money, Unit::Run] {
            let of_unit = |sums: &mut dyn Iterator<Item = (Unit, i64)>| -> i64 {
                sums.filter(|(of, _)| *of == unit).map(|(_, sum)| sum).sum()
            };
            let posted = of_unit(&mut self.wallets.iter().map(|((_, of), (posted, _))| (*of, *posted)));
            let outside = of_unit(&mut self.outside.iter().map(|((_, of), sum)| (*of, *sum)));
            let debts = if unit == Unit::Money { self.debts.values().sum() } else { 0 };
            assert_eq!(posted - debts, outside, "{}", unit.code());
        }
        let mut reserved: BTreeMap<(UserId, Unit), i64> = BTreeMap::new();
        for hold in self.holds.values().filter(|hold| hold.earned.is_none()) {
            *reserved.entry((hold.user, hold.unit)).or_default() += hold.amount;
        }
        for (wallet, (posted, held)) in &self.wallets {
            assert_eq!(*held, reserved.get(wallet).copied().unwrap_or_default(), "{wallet:?}");
            assert!(*held <= *posted, "{wallet:?}");
        }
    }

    /// What a used cause with other content means: a resolved hold says how it was resolved.
    fn clash(&self, operation: &Operation) -> Refusal {
        match operation {
            Operation::Capture { hold, .. } | Operation::Release { hold } => match self.holds[hold].earned {
                Some(0) => Refusal::AlreadyReleased,
                Some(_) => Refusal::AlreadyCaptured,
                None => Refusal::Conflict,
            },
            _ => Refusal::Conflict,
        }
    }

    fn wallet(&mut self, user: UserId, unit: Unit) -> &mut Figures {
        self.wallets.entry((user, unit)).or_default()
    }

    fn available(&self, user: UserId, unit: Unit) -> i64 {
        let (posted, reserved) = self.figures(user, unit);
        posted - reserved
    }

    fn give(&mut self, from: Account, user: UserId, amount: Amount) -> Result<(), Refusal> {
        let Amount { unit, value } = amount;
        let (posted, _) = self.figures(user, unit);
        self.wallet(user, unit).0 = posted.checked_add(value).ok_or(Refusal::Overflow)?;
        *self.outside.entry((from, unit)).or_default() += value;
        Ok(())
    }

    fn take(&mut self, user: UserId, amount: Amount) -> Result<(), Refusal> {
        let Amount { unit, value } = amount;
        let wanted = value.checked_neg().ok_or(Refusal::Overflow)?;
        self.want(user, unit, wanted)?;
        self.wallet(user, unit).0 -= wanted;
        *self.outside.entry((Account::Adjustment, unit)).or_default() -= wanted;
        Ok(())
    }

    fn want(&self, user: UserId, unit: Unit, wanted: i64) -> Result<(), Refusal> {
        let available = self.available(user, unit);
        if wanted <= available { Ok(()) } else { Err(Refusal::InsufficientFunds { unit, available, wanted }) }
    }

    fn top_up(&mut self, user: UserId, provider: Provider, payment: &str, value: i64) -> Result<(), Refusal> {
        let debt = self.debt(user);
        let paid_off = if debt < value { debt } else { value };
        let rest = value - paid_off;
        let (posted, _) = self.figures(user, Unit::Money);
        let sum = posted.checked_add(rest).ok_or(Refusal::Overflow)?;
        if rest > 0 {
            self.wallet(user, Unit::Money).0 = sum;
        }
        if paid_off > 0 {
            self.debts.insert(user, debt - paid_off);
        }
        *self.outside.entry((Account::Cash(provider), Unit::Money)).or_default() += value;
        let row = PlainPayment { user, amount: value, refunded: false };
        self.payments.insert((provider, payment.to_owned()), row);
        Ok(())
    }

    fn hold(
        &mut self,
        id: TransferId,
        user: UserId,
        amount: Amount,
        payback: Option<(Provider, String)>,
    ) -> Result<(), Refusal> {
        let Amount { unit, value } = amount;
        self.want(user, unit, value)?;
        self.wallet(user, unit).1 += value;
        let hold = PlainHold { user, unit, amount: value, payback, earned: None, refunded: 0 };
        self.holds.insert(id, hold);
        Ok(())
    }

    fn open(&self, hold: TransferId) -> Result<&PlainHold, Refusal> {
        let found = self.holds.get(&hold).ok_or(Refusal::HoldNotFound)?;
        match found.earned {
            None => Ok(found),
            Some(0) => Err(Refusal::AlreadyReleased),
            Some(_) => Err(Refusal::AlreadyCaptured),
        }
    }

    fn close(&mut self, hold: TransferId, earned: i64) {
        self.holds.get_mut(&hold).expect("it was found before").earned = Some(earned);
    }

    fn capture(&mut self, hold: TransferId, amount: i64) -> Result<(), Refusal> {
        let found = self.open(hold)?.clone();
        if found.payback.is_some() {
            return Err(Refusal::WrongPurpose);
        }
        positive(amount)?;
        if amount > found.amount {
            return Err(Refusal::ExceedsHold { held: found.amount, wanted: amount });
        }
        self.close(hold, amount);
        let wallet = self.wallet(found.user, found.unit);
        wallet.0 -= amount;
        wallet.1 -= found.amount;
        *self.outside.entry((Account::Revenue, found.unit)).or_default() -= amount;
        Ok(())
    }

    fn refund(&mut self, hold: TransferId, amount: i64) -> Result<(), Refusal> {
        let found = self.holds.get(&hold).ok_or(Refusal::HoldNotFound)?.clone();
        if found.payback.is_some() {
            return Err(Refusal::WrongPurpose);
        }
        let earned = found.earned.filter(|earned| *earned > 0).ok_or(Refusal::NotCaptured)?;
        let left = earned - found.refunded;
        if left < amount {
            return Err(Refusal::ExceedsCapture { left, wanted: amount });
        }
        self.give(Account::Revenue, found.user, Amount { unit: found.unit, value: amount })?;
        self.holds.get_mut(&hold).expect("it was found before").refunded += amount;
        Ok(())
    }

    /// The payment and the open hold of its payback.
    fn unrefunded(&self, key: &(Provider, String)) -> Result<(PlainPayment, Option<TransferId>), Refusal> {
        let payment = self.payments.get(key).ok_or(Refusal::PaymentNotFound)?;
        if payment.refunded {
            return Err(Refusal::AlreadyRefunded);
        }
        let is_its = |hold: &PlainHold| hold.earned.is_none() && hold.payback.as_ref() == Some(key);
        let aside = self.holds.iter().find(|(_, hold)| is_its(hold)).map(|(id, _)| *id);
        Ok((payment.clone(), aside))
    }

    fn set_aside(&mut self, id: TransferId, key: (Provider, String)) -> Result<(), Refusal> {
        let (payment, None) = self.unrefunded(&key)? else { return Err(Refusal::AlreadyRefunded) };
        let available = self.available(payment.user, Unit::Money);
        let value = if available < payment.amount { available } else { payment.amount };
        if value == 0 {
            return Ok(());
        }
        self.hold(id, payment.user, Amount { unit: Unit::Money, value }, Some(key))
    }

    fn pay_back(&mut self, key: (Provider, String)) -> Result<(), Refusal> {
        let (payment, aside) = self.unrefunded(&key)?;
        let mut left = payment.amount;
        if let Some(id) = aside {
            let amount = self.holds[&id].amount;
            self.close(id, amount);
            let wallet = self.wallet(payment.user, Unit::Money);
            wallet.0 -= amount;
            wallet.1 -= amount;
            left -= amount;
        }
        let available = self.available(payment.user, Unit::Money);
        let taken = if available < left { available } else { left };
        if taken > 0 {
            self.wallet(payment.user, Unit::Money).0 -= taken;
        }
        if left > taken {
            *self.debts.entry(payment.user).or_default() += left - taken;
        }
        *self.outside.entry((Account::Cash(key.0), Unit::Money)).or_default() -= payment.amount;
        self.payments.get_mut(&key).expect("it was found before").refunded = true;
        Ok(())
    }
}

const fn positive(value: i64) -> Result<i64, Refusal> {
    if value < 1 { Err(Refusal::NotPositive(value)) } else { Ok(value) }
}

/// What makes an operation happen once.
fn cause(operation: &Operation) -> (&'static str, String) {
    match operation {
        Operation::TopUp { provider, payment, .. } => ("payment", format!("{provider:?} {payment}")),
        Operation::Reserve { generation, .. } => ("generation", generation.to_string()),
        Operation::Capture { hold, .. } | Operation::Release { hold } => ("end of a hold", hold.to_string()),
        Operation::RefundGeneration { refund, .. } => ("refund", refund.to_string()),
        Operation::ReservePayback { action, .. } => ("payback", action.to_string()),
        Operation::RefundPayment { provider, payment } => ("paid back", format!("{provider:?} {payment}")),
        Operation::Bonus { kind, cause, .. } => ("bonus", format!("{kind:?} {cause}")),
        Operation::Adjust { action, .. } => ("adjustment", action.to_string()),
    }
}
