//! Random operations against two references: `domain`'s [`Book`] and a [`Plain`] ledger of maps, which shares no code with it. Every answer
//! and every figure must be the same, step by step.
//!
//! Seeds replay: a difference names the seed and the step. `cargo xtask money` runs as many operations as are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::clock::{ManualClock, SeededIds, Timestamp};
use domain::generation::State;
use domain::ids::{ActionId, GenerationId, TransferId, UserId};
use domain::ledger::{Account, Book, Hold, HoldPurpose, HoldState, Operation, Phase, Posting, Refusal, Unit};
use domain::ports::{ChangeSet, Commit, GenerationChange, Payback, PaybackChange, PaybackEnd, Person};

use super::World;
use super::chance::Chance;
use super::paybacks::payback_of;
use super::plain::{Plain, PlainHold};
use super::world::{Order, failed, funding, metered, step};

/// 300 change sets of one operation each.
pub async fn random_operations_agree_with_the_book(world: &World) {
    agree(world, 20_260_101, 300, 1).await;
}

/// 120 change sets of up to four operations, which see each other and fall together.
pub async fn random_lists_of_operations_agree_with_the_book(world: &World) {
    agree(world, 20_260_102, 120, 4).await;
}

/// Operations of one book; a run is as many lives as it takes, so that a difference replays in a moment.
pub const LIFE: usize = 5_000;

/// How often each operation was written, found done, or refused, and by which name.
pub type Tally = BTreeMap<(&'static str, &'static str), u64>;

/// Runs `operations` random operations on [`Book`]s beside plain ones: lists of up to four, all or nothing. Each life of [`LIFE`] operations
/// has a seed of its own, counted up from `seed`. What became of the lists' operations.
///
/// # Panics
/// With the seed of the life and the operation, at the first difference.
pub fn book_agrees(seed: u64, operations: usize) -> Tally {
    let mut tally = Tally::new();
    let mut left = operations;
    for seed in seed.. {
        if left == 0 {
            break;
        }
        let life = left.min(LIFE);
        book_lives(seed, life, &mut tally);
        left -= life;
    }
    tally
}

/// One book from its first operation to its last.
fn book_lives(seed: u64, operations: usize, tally: &mut Tally) {
    let (clock, ids) = (ManualClock::new(Timestamp::from_seconds(1_790_000_000)), SeededIds::new(!seed));
    let users: Vec<_> = (0..5).map(|_| UserId::random(&ids)).collect();
    let mut chance = Chance::new(seed, users.clone());
    let (mut book, mut plain) = (Book::default(), Plain::default());
    let mut done = 0;
    while done < operations {
        clock.advance(Duration::from_millis(1));
        let length = if chance.lot.below(4) == 0 { *chance.lot.pick(&[1, 2, 3, 4]) } else { 1 };
        let list: Vec<_> = (0..length.min(operations - done)).map(|_| chance.posting(&clock, &ids)).collect();
        let found = book.apply_all(&list).map(|plans| plans.iter().map(Option::is_some).collect::<Vec<_>>());
        let wanted = plain.apply_all(&list);
        assert_eq!(found, wanted, "seed {seed}, operation {done}: {list:#?}");
        count_up(tally, &list, &found);
        for user in &users {
            for unit in [Unit::Money, Unit::Run] {
                let wallet = book.wallet(*user, unit);
                let found = (wallet.posted, wallet.reserved);
                assert_eq!(found, plain.figures(*user, unit), "seed {seed}, operation {done}: {list:#?}");
            }
            assert_eq!(book.receivable(*user), plain.debt(*user), "seed {seed}, operation {done}: {list:#?}");
        }
        done += list.len();
    }
    plain.assert_sound();
    assert_same(&book, &plain, &users, seed);
}

/// Everything that the two know, and the book's rows against its transfers.
fn assert_same(book: &Book, plain: &Plain, users: &[UserId], seed: u64) {
    let holds: BTreeMap<TransferId, PlainHold> = book.holds().map(|hold| (hold.id, plainly(hold))).collect();
    assert_eq!(holds, *plain.holds(), "seed {seed}: holds");
    let mut outside: BTreeMap<(Account, Unit), i64> = BTreeMap::new();
    for moved in book.transfers().iter().filter(|transfer| matches!(transfer.phase, Phase::Posted | Phase::Captured)) {
        for (account, sum) in [(moved.debit, moved.amount), (moved.credit, -moved.amount)] {
            if !matches!(account, Account::Wallet(_) | Account::Receivable(_)) {
                *outside.entry((account, moved.unit)).or_default() += sum;
            }
        }
    }
    outside.retain(|_, sum| *sum != 0);
    assert_eq!(outside, plain.outside(), "seed {seed}: accounts");
    for user in users {
        for unit in [Unit::Money, Unit::Run] {
            assert_eq!(book.wallet(*user, unit), book.fold(*user, unit), "seed {seed}: row and fold");
        }
    }
}

fn plainly(hold: &Hold) -> PlainHold {
    PlainHold {
        user: hold.user,
        unit: hold.unit,
        amount: hold.amount,
        payback: match &hold.purpose {
            HoldPurpose::Generation(_) => None,
            HoldPurpose::Payback(provider, payment) => Some((*provider, payment.clone())),
        },
        earned: match hold.state {
            HoldState::Pending => None,
            HoldState::Captured => Some(hold.captured),
            HoldState::Released => Some(0),
        },
        refunded: hold.refunded,
    }
}

fn count_up(tally: &mut Tally, list: &[Posting], answer: &Result<Vec<bool>, (usize, Refusal)>) {
    let mut count = |place: usize, what| *tally.entry((list[place].operation.name(), what)).or_default() += 1;
    match answer {
        Ok(new) => new.iter().enumerate().for_each(|(place, new)| count(place, if *new { "written" } else { "done" })),
        Err((place, refusal)) => {
            (0..*place).for_each(|before| count(before, "undone"));
            count(*place, name_of(refusal));
            (place + 1..list.len()).for_each(|after| count(after, "not reached"));
        }
    }
}

/// A refusal without its figures.
const fn name_of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Conflict => "Conflict",
        Refusal::NotPositive(_) => "NotPositive",
        Refusal::HoldNotFound => "HoldNotFound",
        Refusal::PaymentNotFound => "PaymentNotFound",
        Refusal::AlreadyCaptured => "AlreadyCaptured",
        Refusal::AlreadyReleased => "AlreadyReleased",
        Refusal::NotCaptured => "NotCaptured",
        Refusal::WrongPurpose => "WrongPurpose",
        Refusal::AlreadyRefunded => "AlreadyRefunded",
        Refusal::ExceedsHold { .. } => "ExceedsHold",
        Refusal::ExceedsCapture { .. } => "ExceedsCapture",
        Refusal::InsufficientFunds { .. } => "InsufficientFunds",
        Refusal::Overflow => "Overflow",
    }
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
        let wanted = model.decide(&change, number);
        let found = world.commit(&change).await;
        assert_eq!(found, wanted, "seed {seed}, step {number}: {:#?}", change.operations);
        model.compare(world, number).await;
    }
    model.probe_all_holds(world).await;
    model.end_generations(world).await;
    model.end_paybacks(world).await;
    model.plain.assert_sound();
    assert_same(&model.book, &model.plain, &model.people.each_ref().map(|person| person.user), seed);
}

struct Model {
    seed: u64,
    chance: Chance,
    people: [Person; 3],
    book: Book,
    plain: Plain,
    /// Orders whose generation stands in the store.
    created: BTreeMap<GenerationId, Order>,
    /// Those that stand in the store, all under way.
    paybacks: Vec<Payback>,
}

impl Model {
    fn new(seed: u64, people: [Person; 3]) -> Self {
        let users = people.iter().map(|person| person.user).collect();
        let (book, plain) = (Book::default(), Plain::default());
        Self {
            seed,
            chance: Chance::new(seed, users),
            people,
            book,
            plain,
            created: BTreeMap::new(),
            paybacks: Vec::new(),
        }
    }

    /// The next change set; a reservation brings its generation or its payback along.
    fn next(&mut self, world: &World, length: u64) -> ChangeSet {
        let mut change = world.change();
        for _ in 0..=self.chance.lot.below(length) {
            change.operations.push(self.chance.posting(&world.clock, &world.ids));
        }
        let mut new: BTreeSet<GenerationId> = BTreeSet::new();
        for posting in &change.operations {
            if let Operation::Reserve { generation, .. } = posting.operation
                && !self.created.contains_key(&generation)
                && new.insert(generation)
            {
                change.generations.push(GenerationChange::Create(Box::new(self.order(world, posting).generation)));
            }
        }
        let mut wished: BTreeSet<ActionId> = self.paybacks.iter().map(|payback| payback.action).collect();
        for payback in change.operations.iter().filter_map(payback_of) {
            if wished.insert(payback.action) {
                change.paybacks.push(PaybackChange::Create(payback));
            }
        }
        change
    }

    /// The order that a reservation belongs to.
    fn order(&self, world: &World, posting: &Posting) -> Order {
        let Operation::Reserve { user, generation, amount } = posting.operation else {
            unreachable!("called for a reservation only")
        };
        let person = self.people.iter().find(|person| person.user == user).expect("one of the three");
        let mut order = world.order_of(person, amount);
        order.generation.id = generation;
        order.generation.funding = funding(amount.unit, posting.transfer);
        order.generation.since = world.now();
        Order { reserve: posting.clone(), ..order }
    }

    /// What the store must answer; the two references must be of one mind.
    fn decide(&mut self, change: &ChangeSet, number: usize) -> Commit {
        let decided = self.book.apply_all(&change.operations);
        let found = decided.map(|plans| plans.iter().map(Option::is_some).collect::<Vec<_>>());
        let wanted = self.plain.apply_all(&change.operations);
        assert_eq!(found, wanted, "seed {}, step {number}: {:#?}", self.seed, change.operations);
        match found {
            Err((operation, reason)) => Commit::Refused { operation, reason },
            Ok(_) => {
                for new in &change.generations {
                    if let GenerationChange::Create(generation) = new {
                        let reserve = change
                            .operations
                            .iter()
                            .find(|posting| Some(posting.transfer) == generation.funding.hold());
                        let reserve = reserve.expect("each generation came with its reservation").clone();
                        self.created.insert(generation.id, Order { generation: *generation.clone(), reserve });
                    }
                }
                self.paybacks.extend(change.paybacks.iter().filter_map(|change| match change {
                    PaybackChange::Create(payback) => Some(payback.clone()),
                    PaybackChange::End(..) => None,
                }));
                Commit::Committed
            }
        }
    }

    /// All wallets, and one hold by lot.
    async fn compare(&mut self, world: &World, number: usize) {
        for person in &self.people {
            for unit in [Unit::Money, Unit::Run] {
                let wanted = self.plain.figures(person.user, unit);
                let found = world.figures(person.user, unit).await;
                assert_eq!(found, wanted, "seed {}, step {number}, {}", self.seed, unit.code());
            }
        }
        let hold = *self.chance.lot.pick(&self.chance.holds);
        self.probe(world, hold).await;
    }

    /// A hold shows itself by what it refuses: amount while pending, how it was resolved, what is left to refund.
    async fn probe(&mut self, world: &World, hold: TransferId) {
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
            let wanted = self.book.apply_all(&change.operations).expect_err("no hold has that much");
            assert_eq!(self.plain.apply_all(&change.operations), Err(wanted.clone()), "hold `{hold}`");
            let found = world.commit(&change).await;
            assert_eq!(found, Commit::Refused { operation: wanted.0, reason: wanted.1 }, "hold `{hold}`");
        }
    }

    async fn probe_all_holds(&mut self, world: &World) {
        let known: Vec<_> = self.book.holds().map(|hold| hold.id).collect();
        for hold in known {
            self.probe(world, hold).await;
        }
        for person in &self.people {
            let lines = world.store.statement(person.user, 0, 1_000_000).await.expect("the store answers");
            for unit in [Unit::Money, Unit::Run] {
                let of_unit = lines.iter().filter(|line| line.posted.unit == unit);
                let posted: i64 = of_unit.map(|line| line.posted.value).sum();
                assert_eq!(posted, self.plain.figures(person.user, unit).0, "the statement's sum");
            }
            let wanted = self.book.postings().filter(|(_, user)| *user == Some(person.user)).count();
            assert_eq!(lines.len(), wanted, "one line per operation");
        }
    }

    /// Generations end as their holds did, so that the audit finds whole books.
    async fn end_generations(&self, world: &World) {
        for order in self.created.values() {
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

    /// Paybacks end as their payments and holds did.
    async fn end_paybacks(&self, world: &World) {
        for payback in &self.paybacks {
            let is_refunded = self.book.payment(payback.provider, &payback.payment).is_some_and(|row| row.refunded);
            let end = match self.book.hold(payback.hold).map(|hold| hold.state) {
                Some(HoldState::Released) => PaybackEnd::Refused { detail: "no".to_owned() },
                _ if is_refunded => PaybackEnd::Done,
                _ => continue,
            };
            let end = PaybackChange::End(payback.action, end);
            world.committed(&ChangeSet { paybacks: vec![end], ..world.change() }).await;
        }
    }
}
