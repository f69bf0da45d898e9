//! The ledger in memory: the in-memory store's books, and the reference for the databases.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::account::{Account, Provider, Unit};
use super::operation::{Cause, Posting};
use super::plan::{Applied, Facts, HoldChange, Plan, Refusal, WalletChange, needs, plan};
use super::records::{Hold, HoldPurpose, HoldState, Payment, Phase, Transfer, Wallet};
use crate::ids::{OperationId, TransferId, UserId};

/// An operation that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    id: OperationId,
    hash: [u8; 32],
}

/// The rows that one operation changes, as they were.
struct Before {
    cause: Cause,
    transfers: usize,
    payment: Option<Row<(Provider, String), Payment>>,
    hold: Option<Row<TransferId, Hold>>,
    receivable: Option<Row<UserId, i64>>,
    wallet: Option<Row<(UserId, Unit), Wallet>>,
}

/// A row as it was; `None` if it was not there.
struct Row<K, V>(K, Option<V>);

impl<K: Ord, V: Clone> Row<K, V> {
    fn of(rows: &BTreeMap<K, V>, key: K) -> Self {
        let value = rows.get(&key).cloned();
        Self(key, value)
    }

    fn restore(row: Option<Self>, rows: &mut BTreeMap<K, V>) {
        match row {
            Some(Self(key, Some(value))) => drop(rows.insert(key, value)),
            Some(Self(key, None)) => drop(rows.remove(&key)),
            None => {}
        }
    }
}

/// A whole ledger. One operation or a list of them is written wholly or not at all.
#[derive(Clone, Debug, Default)]
pub struct Book {
    operations: BTreeMap<Cause, Written>,
    transfers: Vec<Transfer>,
    wallets: BTreeMap<(UserId, Unit), Wallet>,
    receivables: BTreeMap<UserId, i64>,
    holds: BTreeMap<TransferId, Hold>,
    payments: BTreeMap<(Provider, String), Payment>,
    postings: Vec<(Posting, Option<UserId>)>,
}

impl Book {
    /// Writes one operation, or nothing.
    ///
    /// # Errors
    /// The [`Refusal`]; the book is as before.
    pub fn apply(&mut self, posting: &Posting) -> Result<Applied, Refusal> {
        let Some(plan) = self.decide(posting)? else { return Ok(Applied::Already) };
        self.record(posting, plan);
        Ok(Applied::Now)
    }

    /// Writes all of `postings` in order, or nothing; costs no copy of the book. Returns what each one wrote, `None` for one that was
    /// written before.
    ///
    /// # Errors
    /// The place of the first refused one and its [`Refusal`]; the book is as before.
    pub fn apply_all(&mut self, postings: &[Posting]) -> Result<Vec<Option<Plan>>, (usize, Refusal)> {
        let mut written = Vec::with_capacity(postings.len());
        let mut undo = Vec::new();
        for (place, posting) in postings.iter().enumerate() {
            match self.decide(posting) {
                Ok(None) => written.push(None),
                Ok(Some(plan)) => {
                    undo.push(self.before(posting, &plan));
                    self.record(posting, plan.clone());
                    written.push(Some(plan));
                }
                Err(refusal) => {
                    undo.into_iter().rev().for_each(|before| self.restore(before));
                    return Err((place, refusal));
                }
            }
        }
        Ok(written)
    }

    /// A wallet's figures; zero if it never moved.
    pub fn wallet(&self, user: UserId, unit: Unit) -> Wallet {
        self.wallets.get(&(user, unit)).copied().unwrap_or_default()
    }

    /// What a user owes, in kopecks.
    pub fn receivable(&self, user: UserId) -> i64 {
        self.receivables.get(&user).copied().unwrap_or(0)
    }

    /// A hold by its id.
    pub fn hold(&self, hold: TransferId) -> Option<&Hold> {
        self.holds.get(&hold)
    }

    /// All holds, by id.
    pub fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.values()
    }

    /// All transfers, oldest first.
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// All operations that were written, oldest first, with whose statement shows them.
    pub fn postings(&self) -> impl Iterator<Item = (&Posting, Option<UserId>)> {
        self.postings.iter().map(|(posting, user)| (posting, *user))
    }

    /// A payment.
    pub fn payment(&self, provider: Provider, payment: &str) -> Option<&Payment> {
        self.payments.get(&(provider, payment.to_owned()))
    }

    /// All payments.
    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.payments.values()
    }

    /// All wallets.
    pub fn wallets(&self) -> impl Iterator<Item = (UserId, Unit, Wallet)> {
        self.wallets.iter().map(|((user, unit), wallet)| (*user, *unit, *wallet))
    }

    /// All receivables.
    pub fn receivables(&self) -> impl Iterator<Item = (UserId, i64)> {
        self.receivables.iter().map(|(user, amount)| (*user, *amount))
    }

    /// A wallet's figures as its transfers say: what the stored row must equal.
    pub fn fold(&self, user: UserId, unit: Unit) -> Wallet {
        let wallet = Account::Wallet(user);
        let mut result = Wallet::default();
        for transfer in self.transfers.iter().filter(|transfer| transfer.unit == unit) {
            let held = transfer.resolves.and_then(|hold| self.holds.get(&hold)).map_or(0, |hold| hold.amount);
            match (transfer.phase, transfer.debit == wallet, transfer.credit == wallet) {
                (Phase::Posted, true, _) => result.posted -= transfer.amount,
                (Phase::Posted, _, true) => result.posted += transfer.amount,
                (Phase::Pending, true, _) => result.reserved += transfer.amount,
                (Phase::Captured, true, _) => {
                    result.posted -= transfer.amount;
                    result.reserved -= held;
                }
                (Phase::Released, true, _) => result.reserved -= held,
                _ => {}
            }
        }
        result
    }

    /// What `posting` would write now; `None` if it was written before.
    fn decide(&self, posting: &Posting) -> Result<Option<Plan>, Refusal> {
        let cause = posting.operation.cause();
        if let Some(written) = self.operations.get(&cause) {
            let same = written.hash == posting.operation.content_hash();
            return if same { Ok(None) } else { Err(self.clash(&cause, posting)) };
        }
        let plan = plan(posting, &self.facts(posting))?;
        if let Some(change) = &plan.wallet {
            self.check_wallet(change)?;
        }
        Ok(Some(plan))
    }

    fn record(&mut self, posting: &Posting, plan: Plan) {
        let written = Written { id: posting.id, hash: posting.operation.content_hash() };
        self.operations.insert(posting.operation.cause(), written);
        self.postings.push((posting.clone(), plan.user));
        self.write(plan);
    }

    /// The rows that `plan` is about to change, as they are.
    fn before(&self, posting: &Posting, plan: &Plan) -> Before {
        let new_payment = plan.payment.as_ref().map(|payment| (payment.provider, payment.payment.clone()));
        let payment = new_payment.or_else(|| plan.refunds.clone());
        let hold = plan.hold.as_ref().map(|change| match change {
            HoldChange::Create(hold) => hold.id,
            HoldChange::Capture { hold, .. } | HoldChange::Release { hold } | HoldChange::Refund { hold, .. } => *hold,
        });
        Before {
            cause: posting.operation.cause(),
            transfers: self.transfers.len(),
            payment: payment.map(|key| Row::of(&self.payments, key)),
            hold: hold.map(|key| Row::of(&self.holds, key)),
            receivable: plan.user.map(|key| Row::of(&self.receivables, key)),
            wallet: plan.wallet.map(|change| Row::of(&self.wallets, (change.user, change.unit))),
        }
    }

    /// Takes back the last operation that was recorded.
    fn restore(&mut self, before: Before) {
        self.operations.remove(&before.cause);
        self.postings.pop();
        self.transfers.truncate(before.transfers);
        Row::restore(before.payment, &mut self.payments);
        Row::restore(before.hold, &mut self.holds);
        Row::restore(before.receivable, &mut self.receivables);
        Row::restore(before.wallet, &mut self.wallets);
    }

    /// A hold that was resolved one way says so by name when the other way is tried.
    fn clash(&self, cause: &Cause, posting: &Posting) -> Refusal {
        let hold = needs(&posting.operation).hold.filter(|_| cause.group == super::operation::Group::Resolve);
        resolved_refusal(hold.and_then(|hold| self.holds.get(&hold)))
    }

    fn facts(&self, posting: &Posting) -> Facts {
        let needs = needs(&posting.operation);
        let payment = needs.payment.and_then(|key| self.payments.get(&key)).cloned();
        let user = payment.as_ref().map(|payment| payment.user).or(match posting.operation {
            super::Operation::TopUp { user, .. } => Some(user),
            _ => None,
        });
        let hold = match (&needs.hold, &payment) {
            (Some(hold), _) => self.holds.get(hold).cloned(),
            (None, Some(payment)) => {
                let purpose = HoldPurpose::Payback(payment.provider, payment.payment.clone());
                self.holds.values().find(|hold| hold.purpose == purpose && hold.state == HoldState::Pending).cloned()
            }
            (None, None) => None,
        };
        Facts {
            payment,
            hold,
            receivable: user.map_or(0, |user| self.receivable(user)),
            wallet: user.map_or_else(Wallet::default, |user| self.wallet(user, Unit::Money)),
        }
    }

    fn check_wallet(&self, change: &WalletChange) -> Result<(), Refusal> {
        let wallet = self.wallet(change.user, change.unit);
        if wallet.available() < change.needs_available {
            return Err(Refusal::InsufficientFunds {
                unit: change.unit,
                available: wallet.available(),
                wanted: change.needs_available,
            });
        }
        let fits = wallet.posted.checked_add(change.posted).is_some()
            && wallet.reserved.checked_add(change.reserved).is_some();
        if fits { Ok(()) } else { Err(Refusal::Overflow) }
    }

    fn write(&mut self, plan: Plan) {
        if let Some(payment) = plan.payment {
            self.payments.insert((payment.provider, payment.payment.clone()), payment);
        }
        if let Some(payment) = plan.refunds.and_then(|key| self.payments.get_mut(&key)) {
            payment.refunded = true;
        }
        match plan.hold {
            Some(HoldChange::Create(hold)) => {
                self.holds.insert(hold.id, hold);
            }
            Some(HoldChange::Capture { hold, amount }) => {
                self.change_hold(hold, |hold| (hold.state, hold.captured) = (HoldState::Captured, amount));
            }
            Some(HoldChange::Release { hold }) => self.change_hold(hold, |hold| hold.state = HoldState::Released),
            Some(HoldChange::Refund { hold, amount }) => self.change_hold(hold, |hold| hold.refunded += amount),
            None => {}
        }
        if let Some(user) = plan.user.filter(|_| plan.receivable != 0) {
            *self.receivables.entry(user).or_default() += plan.receivable;
        }
        self.transfers.extend(plan.transfers);
        if let Some(change) = plan.wallet {
            let wallet = self.wallets.entry((change.user, change.unit)).or_default();
            wallet.posted += change.posted;
            wallet.reserved += change.reserved;
            debug_assert!(wallet.reserved >= 0 && wallet.available() >= 0, "a plan broke a wallet: {wallet:?}");
        }
    }

    fn change_hold(&mut self, id: TransferId, change: impl FnOnce(&mut Hold)) {
        if let Entry::Occupied(mut entry) = self.holds.entry(id) {
            change(entry.get_mut());
        }
    }
}

/// The refusal of a repeated cause with other content: a resolved hold says how it was resolved, everything else is a conflict.
fn resolved_refusal(hold: Option<&Hold>) -> Refusal {
    match hold.map(|hold| hold.state) {
        Some(HoldState::Captured) => Refusal::AlreadyCaptured,
        Some(HoldState::Released) => Refusal::AlreadyReleased,
        _ => Refusal::Conflict,
    }
}

#[cfg(test)]
mod tests;
