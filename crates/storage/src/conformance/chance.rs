//! Operations by chance, out of a seed: all kinds, sound and unsound, old ones again, several users, both units.

use domain::clock::{Clock, IdSource, SeededIds};
use domain::ids::{ActionId, GenerationId, TransferId, UserId};
use domain::ledger::{Amount, BonusKind, Operation, Posting, Provider, Unit};

use super::world::payment;

/// Holds, payments and gifts are mostly among the latest so many: older ones have found their end.
const RECENT: usize = 16;

/// Small numbers out of a seed.
pub(super) struct Lot(SeededIds);

impl Lot {
    pub(super) const fn new(seed: u64) -> Self {
        Self(SeededIds::new(seed))
    }

    /// From 0 up to, but not, `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    /// From `low` to `high`.
    pub(super) fn between(&self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.below(span)).expect("a small span")
    }

    pub(super) fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        let end = u64::try_from(from.len()).expect("a short list");
        &from[usize::try_from(self.below(end)).expect("a short list")]
    }

    /// One of the latest, and now and then any.
    fn pick_recent<'a, T>(&self, from: &'a [T]) -> &'a T {
        let begin = if self.below(8) == 0 { 0 } else { from.len().saturating_sub(RECENT) };
        self.pick(&from[begin..])
    }
}

/// Where operations come from.
pub(super) struct Chance {
    pub(super) lot: Lot,
    users: Vec<UserId>,
    /// Every hold that was minted, also by operations that were refused, and one that never was.
    pub(super) holds: Vec<TransferId>,
    /// Every operation that was tried, to be tried again.
    tried: Vec<Operation>,
}

impl Chance {
    pub(super) fn new(seed: u64, users: Vec<UserId>) -> Self {
        Self { lot: Lot::new(seed), users, holds: vec![TransferId::from_bytes([9; 16])], tried: Vec::new() }
    }

    /// The next operation.
    pub(super) fn posting(&mut self, clock: &dyn Clock, ids: &dyn IdSource) -> Posting {
        let operation = self.operation(clock, ids);
        self.tried.push(operation.clone());
        let posting = Posting::new(operation, clock, ids);
        if matches!(posting.operation, Operation::Reserve { .. } | Operation::ReservePayback { .. }) {
            self.holds.push(posting.transfer);
        }
        posting
    }

    fn operation(&self, clock: &dyn Clock, ids: &dyn IdSource) -> Operation {
        let lot = &self.lot;
        let (user, unit) = (*lot.pick(&self.users), if lot.below(4) == 0 { Unit::Run } else { Unit::Money });
        let action = || ActionId::ordered(clock, ids);
        match lot.below(12) {
            0 | 1 => {
                // A payment has one payer; its amount differs only now and then.
                let number = self.number();
                let payer = self.users[usize::try_from(number).expect("not negative") % self.users.len()];
                let amount = if lot.below(8) == 0 { lot.between(-1, 300) } else { 150 + number % 50 };
                payment(payer, &payment_of(number), amount)
            }
            2 | 3 => {
                // A generation is paid with one run.
                let high = if unit == Unit::Money { 200 } else { 1 };
                let value = if lot.below(32) == 0 { lot.between(-1, 0) } else { lot.between(1, high) };
                let generation = GenerationId::ordered(clock, ids);
                Operation::Reserve { user, generation, amount: Amount { unit, value } }
            }
            4 | 5 => {
                let high = if lot.below(3) == 0 { 150 } else { 9 };
                Operation::Capture { hold: *lot.pick_recent(&self.holds), amount: lot.between(0, high) }
            }
            6 => Operation::Release { hold: *lot.pick_recent(&self.holds) },
            7 => {
                let hold = *lot.pick_recent(&self.holds);
                Operation::RefundGeneration {
                    refund: action(),
                    hold,
                    amount: lot.between(0, 8),
                    reason: "a test".to_owned(),
                    by: "owner".to_owned(),
                }
            }
            8 => {
                let (provider, payment) = (Provider::Stars, payment_of(self.number()));
                Operation::ReservePayback { action: action(), provider, payment }
            }
            9 => Operation::RefundPayment { provider: Provider::Stars, payment: payment_of(self.number()) },
            10 if lot.below(2) == 0 => {
                let (cause, amount) = (self.number().to_string(), Amount { unit, value: lot.between(0, 9) });
                // One for a promo code would need the code.
                let kinds = [BonusKind::Welcome, BonusKind::Referral, BonusKind::Gift];
                Operation::Bonus { user, kind: *lot.pick(&kinds), cause, amount }
            }
            10 => {
                let high = if lot.below(2) == 0 { 90 } else { 3 };
                let (amount, reason) = (Amount { unit, value: lot.between(-high, high) }, "random".to_owned());
                Operation::Adjust { action: action(), user, amount, reason, by: "owner".to_owned() }
            }
            _ if self.tried.is_empty() => payment(user, &payment_of(0), 100),
            _ => lot.pick_recent(&self.tried).clone(),
        }
    }

    /// The number of a payment or a gift: new ones come as the run goes on.
    fn number(&self) -> i64 {
        let newest = i64::try_from(self.tried.len() / 8).expect("a finite run");
        let begin = if self.lot.below(8) == 0 { 0 } else { newest - 8 };
        self.lot.between(begin.max(0), newest + 8)
    }
}

fn payment_of(number: i64) -> String {
    format!("p{number}")
}
