//! Random operations against `domain`'s [`Book`]: every answer and every figure must be the same, step by step.

use std::collections::BTreeSet;

use domain::clock::{IdSource, SeededIds};
use domain::free::Funding;
use domain::generation::State;
use domain::ids::{GenerationId, TransferId};
use domain::ledger::{Amount, BonusKind, Book, HoldState, Operation, Posting, Provider, Unit};
use domain::ports::{ChangeSet, Commit, GenerationChange, Person};

use super::World;
use super::world::{Order, failed, metered, payment, step};

/// 300 change sets of one operation each.
pub async fn random_operations_agree_with_the_book(world: &World) {
    agree(world, 20_260_101, 300, 1).await;
}

/// 120 change sets of up to four operations, which see each other and fall together.
pub async fn random_lists_of_operations_agree_with_the_book(world: &World) {
    agree(world, 20_260_102, 120, 4).await;
}

/// Runs `steps` random change sets of up to `length` operations. A longer run is only a matter of its arguments.
///
/// # Panics
/// With seed and step, at the first difference.
pub async fn agree(world: &World, seed: u64, steps: usize, length: u64) {
    let people = [world.person().await, world.person().await, world.person().await];
    let mut model = Model::new(seed, people);
    for number in 0..steps {
        let change = model.next(world, length);
        let wanted = model.decide(&change);
        let found = world.commit(&change).await;
        assert_eq!(found, wanted, "seed {seed}, step {number}: {:#?}", change.operations);
        model.compare(world, number).await;
    }
    model.probe_all_holds(world).await;
    model.end_generations(world).await;
}

/// Small numbers out of a seed.
struct Lot(SeededIds);

impl Lot {
    /// From 0 up to, but not, `end`.
    fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    /// From `low` to `high`.
    fn between(&self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.below(span)).expect("a small span")
    }

    fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        let end = u64::try_from(from.len()).expect("a short list");
        &from[usize::try_from(self.below(end)).expect("a short list")]
    }
}

struct Model {
    seed: u64,
    lot: Lot,
    people: [Person; 3],
    book: Book,
    /// Every hold that was minted, also by change sets that were refused, and one that never was.
    holds: Vec<TransferId>,
    /// Every operation that was tried, to be tried again.
    tried: Vec<Operation>,
    /// Orders whose generation stands in the store.
    created: Vec<Order>,
}

impl Model {
    fn new(seed: u64, people: [Person; 3]) -> Self {
        Self {
            seed,
            lot: Lot(SeededIds::new(seed)),
            people,
            book: Book::default(),
            holds: vec![TransferId::from_bytes([9; 16])],
            tried: Vec::new(),
            created: Vec::new(),
        }
    }

    /// The next change set; a reservation brings its generation along.
    fn next(&mut self, world: &World, length: u64) -> ChangeSet {
        let mut change = world.change();
        for _ in 0..=self.lot.below(length) {
            let posting = self.operation(world);
            self.holds.push(posting.transfer);
            self.tried.push(posting.operation.clone());
            change.operations.push(posting);
        }
        let mut new: BTreeSet<GenerationId> = BTreeSet::new();
        for posting in &change.operations {
            if let Operation::Reserve { generation, .. } = posting.operation
                && self.created.iter().all(|order| order.generation.id != generation)
                && new.insert(generation)
            {
                change.generations.push(GenerationChange::Create(Box::new(self.order(world, posting).generation)));
            }
        }
        change
    }

    fn operation(&self, world: &World) -> Posting {
        let lot = &self.lot;
        let person = lot.pick(&self.people);
        let (user, unit) = (person.user, if lot.below(4) == 0 { Unit::Run } else { Unit::Money });
        let payment_of = |number: i64| format!("p{number}");
        let operation = match lot.below(11) {
            0 | 1 => {
                // A payment has one payer; its amount differs only now and then.
                let number = lot.between(0, 15);
                let payer = &self.people[usize::try_from(number % 3).expect("0, 1 or 2")];
                let amount = if lot.below(8) == 0 { lot.between(-1, 300) } else { 150 + number };
                payment(payer.user, &payment_of(number), amount)
            }
            2 | 3 => {
                let high = if unit == Unit::Money { 200 } else { 2 };
                world.order_of(person, Amount { unit, value: lot.between(-1, high) }).reserve.operation
            }
            4 => Operation::Capture { hold: *lot.pick(&self.holds), amount: lot.between(0, 150) },
            5 => Operation::Release { hold: *lot.pick(&self.holds) },
            6 => {
                let (refund, hold) = (world.action(), *lot.pick(&self.holds));
                Operation::RefundGeneration {
                    refund,
                    hold,
                    amount: lot.between(0, 60),
                    reason: "a test".to_owned(),
                    by: "owner".to_owned(),
                }
            }
            7 => {
                let (action, payment) = (world.action(), payment_of(lot.between(0, 15)));
                Operation::ReservePayback { action, provider: Provider::Stars, payment }
            }
            8 => {
                let payment = payment_of(lot.between(0, 15));
                Operation::RefundPayment { provider: Provider::Stars, payment }
            }
            9 if lot.below(2) == 0 => {
                let (cause, amount) = (lot.below(30).to_string(), Amount { unit, value: lot.between(0, 9) });
                Operation::Bonus { user, kind: BonusKind::Gift, cause, amount }
            }
            9 => {
                let (amount, reason) = (Amount { unit, value: lot.between(-90, 90) }, "random".to_owned());
                Operation::Adjust { action: world.action(), user, amount, reason, by: "owner".to_owned() }
            }
            _ if self.tried.is_empty() => world.top_up(user, 100),
            _ => lot.pick(&self.tried).clone(),
        };
        world.posting(operation)
    }

    /// The order that a reservation belongs to.
    fn order(&self, world: &World, posting: &Posting) -> Order {
        let Operation::Reserve { user, generation, amount } = posting.operation else {
            unreachable!("called for a reservation only")
        };
        let person = self.people.iter().find(|person| person.user == user).expect("one of the three");
        let mut order = world.order_of(person, amount);
        order.generation.id = generation;
        order.generation.funding = Funding::Money(posting.transfer);
        order.generation.since = world.now();
        Order { reserve: posting.clone(), ..order }
    }

    /// What the store must answer.
    fn decide(&mut self, change: &ChangeSet) -> Commit {
        match self.book.apply_all(&change.operations) {
            Err((operation, reason)) => Commit::Refused { operation, reason },
            Ok(_) => {
                for new in &change.generations {
                    if let GenerationChange::Create(generation) = new {
                        let reserve = change
                            .operations
                            .iter()
                            .find(|posting| Some(posting.transfer) == generation.funding.hold());
                        let reserve = reserve.expect("each generation came with its reservation").clone();
                        self.created.push(Order { generation: *generation.clone(), reserve });
                    }
                }
                Commit::Committed
            }
        }
    }

    /// All wallets, and one hold by lot.
    async fn compare(&self, world: &World, number: usize) {
        for person in &self.people {
            for unit in [Unit::Money, Unit::Run] {
                let wanted = self.book.wallet(person.user, unit);
                let found = world.store.wallet(person.user, unit).await.expect("the store answers");
                assert_eq!(found, wanted, "seed {}, step {number}, {}", self.seed, unit.code());
            }
        }
        self.probe(world, *self.lot.pick(&self.holds)).await;
    }

    /// A hold shows itself by what it refuses: amount while pending, how it was resolved, what is left to refund.
    async fn probe(&self, world: &World, hold: TransferId) {
        let questions = [
            Operation::Capture { hold, amount: i64::MAX },
            Operation::RefundGeneration {
                refund: world.action(),
                hold,
                amount: i64::MAX,
                reason: "a test".to_owned(),
                by: "owner".to_owned(),
            },
        ];
        for question in questions {
            let change = world.operations([question]);
            let wanted = self.book.clone().apply_all(&change.operations).expect_err("no hold has that much");
            let found = world.commit(&change).await;
            assert_eq!(found, Commit::Refused { operation: wanted.0, reason: wanted.1 }, "hold `{hold}`");
        }
    }

    async fn probe_all_holds(&self, world: &World) {
        let known = self.book.holds().map(|hold| hold.id);
        for hold in known {
            self.probe(world, hold).await;
        }
        for person in &self.people {
            let lines = world.store.statement(person.user, 0, 10_000).await.expect("the store answers");
            let posted: i64 =
                lines.iter().filter(|line| line.posted.unit == Unit::Money).map(|line| line.posted.value).sum();
            assert_eq!(posted, self.book.wallet(person.user, Unit::Money).posted, "the statement's sum");
            let wanted = self.book.postings().filter(|(_, user)| *user == Some(person.user)).count();
            assert_eq!(lines.len(), wanted, "one line per operation");
        }
    }

    /// Generations end as their holds did, so that the audit finds whole books.
    async fn end_generations(&self, world: &World) {
        for order in &self.created {
            let hold = self.book.hold(order.hold()).expect("a created generation has its hold");
            let to = match hold.state {
                HoldState::Pending => continue,
                HoldState::Captured => State::Succeeded(metered(order, 1, hold.captured)),
                HoldState::Released => failed(),
            };
            let mut change = world.change();
            change.generations.push(step(order, to));
            world.committed(&change).await;
        }
    }
}
