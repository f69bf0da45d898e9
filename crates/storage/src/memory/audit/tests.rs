//! A sound set of rows is clean; each kind of spoiled row is found by the check that is there for it.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::free::Funding;
use domain::generation::{Failure, FailureReason, Generation, Results, State, Success};
use domain::ids::{CallbackToken, ChatId, GenerationId, ModelId, OperationId, TaskId, TransferId, UserId};
use domain::ledger::{
    Account, Amount, Book, Cause, Group, Hold, HoldState, Operation, Payment, Phase, Posting, Provider, Transfer, Unit,
    Wallet,
};
use domain::money::{Credits, Money, PriceFactor};
use domain::quote::{Cost, Quote};

use super::{Rows, audit};

/// Books with one of everything: a captured and refunded hold, a released one, a pending one, a debt, a payback under way.
struct Books {
    book: Book,
    generations: Vec<Generation>,
    clock: ManualClock,
    ids: SeededIds,
}

impl Books {
    fn new() -> Self {
        let mut books = Self {
            book: Book::default(),
            generations: Vec::new(),
            clock: ManualClock::new(Timestamp::from_seconds(1_790_000_000)),
            ids: SeededIds::new(3),
        };
        let (rich, debtor) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        books.pay(rich, "rich", 1000);
        let captured = books.order(rich, 400, State::Delivered(made(390)));
        books.post(Operation::Capture { hold: captured, amount: 390 });
        let refund = domain::ids::ActionId::from_bytes([7; 16]);
        books.post(Operation::RefundGeneration {
            refund,
            hold: captured,
            amount: 90,
            reason: "a test".to_owned(),
            by: "owner".to_owned(),
        });
        let failure = Failure { reason: FailureReason::TimedOut, detail: None };
        let released = books.order(rich, 50, State::Failed(failure));
        books.post(Operation::Release { hold: released });
        books.order(rich, 20, State::Queued);
        books.pay(debtor, "debt", 100);
        let spent = books.order(debtor, 80, State::Succeeded(made(80)));
        books.post(Operation::Capture { hold: spent, amount: 80 });
        books.post(Operation::RefundPayment { provider: Provider::Stars, payment: "debt".into() });
        let (action, payment) = (domain::ids::ActionId::from_bytes([8; 16]), "rich".to_owned());
        books.post(Operation::ReservePayback { action, provider: Provider::Stars, payment });
        books
    }

    fn post(&mut self, operation: Operation) -> TransferId {
        let posting = Posting::new(operation, &self.clock, &self.ids);
        self.book.apply(&posting).unwrap();
        posting.transfer
    }

    fn pay(&mut self, user: UserId, payment: &str, kopecks: i64) {
        let (provider, payment, amount) = (Provider::Stars, payment.to_owned(), Money::from_kopecks(kopecks));
        let native_currency = "XTR".to_owned();
        self.post(Operation::TopUp { user, provider, payment, amount, native_amount: 1, native_currency });
    }

    fn order(&mut self, user: UserId, kopecks: i64, state: State) -> TransferId {
        let id = GenerationId::ordered(&self.clock, &self.ids);
        let price = Money::from_kopecks(kopecks);
        let hold = self.post(Operation::Reserve { user, generation: id, amount: Amount::money(price) });
        let (rate, markup) = ("100".parse().unwrap(), "2".parse().unwrap());
        let factor = PriceFactor { rate, markup, step: Money::from_kopecks(1) };
        let cost = Cost { credits: Credits::from_raw(kopecks * A_KOPECK), metered: true };
        self.generations.push(Generation {
            id,
            user,
            chat: ChatId(1),
            model: ModelId("m".into()),
            family: domain::models::ApiFamily::Market,
            inputs: serde_json::Value::Null,
            quote: Quote { price, cost, factor, expires_at: self.clock.now() },
            funding: Funding::Money(hold),
            token: CallbackToken::random(&self.ids),
            state,
            since: self.clock.now(),
            created_at: self.clock.now(),
            relinked: false,
            progress_message: None,
            made_from: None,
        });
        hold
    }
}

/// Credits, in millionths, whose price is a kopeck under the quotes of these books.
const A_KOPECK: i64 = 10_000;

/// A metered success that is charged with so many kopecks.
fn made(kopecks: i64) -> Success {
    let cost = Some(Credits::from_raw(kopecks * A_KOPECK));
    Success { task: TaskId("t".into()), results: Results::default(), cost, took_ms: 1 }
}

/// The rows as plain values that a test can spoil.
struct Spoilt {
    transfers: Vec<Transfer>,
    holds: Vec<Hold>,
    wallets: Vec<(UserId, Unit, Wallet)>,
    receivables: Vec<(UserId, i64)>,
    payments: Vec<Payment>,
    causes: Vec<Cause>,
    generations: Vec<Generation>,
}

/// The numbers of the checks that found something, from 1, after `spoil`.
fn found(spoil: impl FnOnce(&mut Spoilt)) -> Vec<usize> {
    let books = Books::new();
    let rows = Rows::of(&books.book, books.generations.iter());
    let mut spoilt = Spoilt {
        transfers: rows.transfers.iter().copied().cloned().collect(),
        holds: rows.holds.values().copied().cloned().collect(),
        wallets: rows.wallets.clone(),
        receivables: rows.receivables.clone(),
        payments: rows.payments.iter().copied().cloned().collect(),
        causes: rows.causes.clone(),
        generations: books.generations.clone(),
    };
    spoil(&mut spoilt);
    let report = audit(&Rows {
        transfers: spoilt.transfers.iter().collect(),
        holds: spoilt.holds.iter().map(|row| (row.id, row)).collect::<BTreeMap<_, _>>(),
        wallets: spoilt.wallets,
        receivables: spoilt.receivables,
        payments: spoilt.payments.iter().collect(),
        causes: spoilt.causes,
        generations: spoilt.generations.iter().map(|row| (row.id, row)).collect(),
    });
    assert_eq!(report.checks.len(), 8);
    assert!(report.checks.iter().all(|check| check.checked > 0), "{report:#?}");
    (1..).zip(&report.checks).filter(|(_, check)| !check.findings.is_empty()).map(|(number, _)| number).collect()
}

fn of_state(holds: &mut [Hold], state: HoldState) -> &mut Hold {
    holds.iter_mut().find(|hold| hold.state == state).unwrap()
}

#[test]
fn sound_books_are_clean() {
    assert_eq!(found(|_| {}), [0; 0]);
}

#[test]
fn a_hold_that_says_more_or_less_than_its_transfers_is_found() {
    assert_eq!(found(|rows| of_state(&mut rows.holds, HoldState::Captured).captured += 1), [1, 8]);
    assert_eq!(found(|rows| of_state(&mut rows.holds, HoldState::Released).state = HoldState::Pending), [1, 4]);
    assert_eq!(found(|rows| of_state(&mut rows.holds, HoldState::Pending).captured = 1), [1]);
    assert!(found(|rows| rows.holds.truncate(1)).contains(&1));
    assert!(found(|rows| of_state(&mut rows.holds, HoldState::Pending).amount += 1).contains(&1));
    // A second resolution, which also moves the wallet's fold.
    let twice = found(|rows| {
        let again = rows.transfers.iter().find(|row| row.phase == Phase::Released).unwrap().clone();
        rows.transfers.push(again);
    });
    assert_eq!(twice, [1, 2]);
}

#[test]
fn a_stored_figure_that_differs_from_its_fold_is_found() {
    assert_eq!(found(|rows| rows.wallets[0].2.posted += 1), [2]);
    assert_eq!(found(|rows| rows.wallets[0].2.reserved -= 1), [2]);
    assert_eq!(found(|rows| rows.wallets = rows.wallets.split_off(1)), [2]);
    assert_eq!(found(|rows| rows.receivables[0].1 -= 1), [2]);
    assert_eq!(found(|rows| rows.transfers = rows.transfers.split_off(1)), [2]);
    let stray = found(|rows| {
        rows.transfers.push(Transfer {
            id: TransferId::from_bytes([5; 16]),
            operation: OperationId::from_bytes([5; 16]),
            debit: Account::Adjustment,
            credit: Account::Wallet(UserId::from_bytes([3; 16])),
            unit: Unit::Run,
            amount: 1,
            phase: Phase::Posted,
            resolves: None,
            at: Timestamp::EPOCH,
        });
    });
    assert_eq!(stray, [2]);
}

#[test]
fn an_overdrawn_wallet_is_found() {
    assert_eq!(found(|rows| rows.wallets[0].2.posted = rows.wallets[0].2.reserved - 1), [2, 3]);
    assert_eq!(found(|rows| rows.receivables[0].1 = -1), [2, 3]);
}

#[test]
fn a_hold_that_serves_nothing_is_found() {
    let state = |rows: &mut Spoilt, kind: &str, to: State| {
        rows.generations.iter_mut().find(|row| row.state.kind().code() == kind).unwrap().state = to;
    };
    assert_eq!(found(|rows| state(rows, "queued", State::Cancelled)), [4]);
    assert_eq!(found(|rows| rows.generations.retain(|row| row.state != State::Queued)), [4]);
    assert_eq!(found(|rows| state(rows, "failed", State::Queued)), [4]);
    assert_eq!(found(|rows| rows.generations[0].funding = Funding::Money(TransferId::from_bytes([9; 16]))), [4]);
    // The payback's payment was taken back while the sum is set aside.
    assert_eq!(found(|rows| rows.payments.iter_mut().for_each(|row| row.refunded = true)), [4, 5]);
}

#[test]
fn a_payment_without_its_operations_is_found() {
    assert_eq!(found(|rows| rows.causes.retain(|cause| cause.group != Group::TopUp)), [5]);
    assert_eq!(found(|rows| rows.causes.retain(|cause| cause.group != Group::RefundPayment)), [5]);
    assert_eq!(found(|rows| rows.payments = rows.payments.split_off(1)), [5]);
    assert_eq!(found(|rows| rows.causes.push(Cause { group: Group::TopUp, key: "stars:lost".into() })), [5]);
}

#[test]
fn money_without_a_result_and_a_result_without_money_are_found() {
    assert_eq!(found(|rows| of_state(&mut rows.holds, HoldState::Captured).refunded = 391), [6]);
    let (mut success, mut failure) = (None, None);
    found(|rows| {
        success = rows.generations.iter().find_map(|row| row.state.success().cloned());
        failure = rows.generations.iter().find(|row| row.state.kind().code() == "failed").map(|row| row.state.clone());
    });
    let (success, failure) = (success.unwrap(), failure.unwrap());
    let swapped = |from: &str, to: &State| {
        found(|rows| {
            rows.generations.iter_mut().find(|row| row.state.kind().code() == from).unwrap().state = to.clone();
        })
    };
    assert_eq!(swapped("delivered", &failure), [6]);
    assert_eq!(swapped("failed", &State::Delivered(success)), [6, 8]);
}

#[test]
fn a_metered_result_that_cost_nothing_may_be_delivered_for_nothing() {
    let gift = found(|rows| {
        let row = rows.generations.iter_mut().find(|row| row.state.kind().code() == "failed").unwrap();
        row.state = State::Delivered(made(0));
        row.since = row.since + Duration::from_secs(1);
    });
    assert_eq!(gift, [0; 0]);
}

#[test]
fn a_charge_above_the_quote_is_found() {
    assert_eq!(found(|rows| rows.generations[0].quote.price = Money::from_kopecks(389)), [7, 8]);
}

#[test]
fn a_margin_that_speaks_of_other_money_than_the_books_is_found() {
    let delivered = |rows: &mut Spoilt, success: Success| rows.generations[0].state = State::Delivered(success);
    assert_eq!(found(|rows| delivered(rows, made(389))), [8]);
    assert_eq!(found(|rows| delivered(rows, Success { cost: None, ..made(1) })), [8]);
    assert_eq!(found(|rows| delivered(rows, made(390))), [0; 0]);
}

#[test]
fn at_most_a_hundred_offenders_are_named() {
    let books = Books::new();
    let mut rows = Rows::of(&books.book, books.generations.iter());
    rows.wallets =
        (0..200).map(|_| (UserId::from_bytes([1; 16]), Unit::Run, Wallet { posted: -1, reserved: 0 })).collect();
    let report = audit(&rows);
    assert_eq!((report.checks[2].checked, report.checks[2].findings.len()), (200, 100));
}
