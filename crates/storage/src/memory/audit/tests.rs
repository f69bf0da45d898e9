//! A sound set of rows is clean; each kind of spoiled row is found by the check that is there for it.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::clock::{Clock, ManualClock, SeededIds, Timestamp};
use domain::free::{FreeWindows, Funding};
use domain::generation::{Failure, FailureReason, Generation, Results, State, Success};
use domain::ids::{
    ActionId, CallbackToken, ChatId, GenerationId, InvoiceId, ModelId, OperationId, TaskId, TransferId, UserId,
};
use domain::ledger::{
    Account, Amount, Book, Cause, Group, Hold, HoldState, Operation, Payment, Phase, Posting, Provider, Transfer, Unit,
    Wallet,
};
use domain::money::{Credits, Money, PriceFactor};
use domain::payment::{Invoice, InvoiceState};
use domain::ports::{Payback, PaybackEnd, ProviderRecord, StatementLine};
use domain::quote::{Cost, Quote};

use super::{Incoming, Rows, audit};

/// Books with one of everything: a captured and refunded hold, a released one, a pending one, a debt, a payback under way.
struct Books {
    book: Book,
    lines: Vec<(UserId, StatementLine)>,
    generations: Vec<Generation>,
    explained: Explained,
    clock: ManualClock,
    ids: SeededIds,
}

impl Books {
    fn new() -> Self {
        let mut books = Self {
            book: Book::default(),
            lines: Vec::new(),
            generations: Vec::new(),
            explained: Explained::default(),
            clock: ManualClock::new(Timestamp::from_seconds(1_790_000_000)),
            ids: SeededIds::new(3),
        };
        let (rich, debtor) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        books.pay(rich, "rich", 1000);
        let captured = books.order(rich, 400, State::Delivered(made(390)));
        books.post(Operation::Capture { hold: captured, amount: 390 });
        let refund = ActionId::from_bytes([7; 16]);
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
        let (action, payment) = (ActionId::from_bytes([8; 16]), "rich".to_owned());
        let hold = books.post(Operation::ReservePayback { action, provider: Provider::Stars, payment });
        books.explain(rich, action, hold);
        books
    }

    /// An invoice that was paid, the payback under way, and a list that has all payments.
    fn explain(&mut self, rich: UserId, action: ActionId, hold: TransferId) {
        self.pay(rich, "invoiced", 70);
        let (provider, amount, at) = (Provider::Stars, Money::from_kopecks(70), self.clock.now());
        self.explained.invoices.push(Invoice {
            id: InvoiceId::from_bytes([6; 16]),
            user: rich,
            provider,
            amount,
            native_amount: 1,
            native_currency: "XTR".to_owned(),
            state: InvoiceState::Paid { payment: "invoiced".to_owned(), credited: amount, by: None },
            since: at,
            created_at: at,
            expires_at: at,
        });
        let (payment, reason, by) = ("rich".to_owned(), "a test".to_owned(), "owner".to_owned());
        self.explained.paybacks.push(Payback { action, provider, payment, hold, reason, by, at, end: None });
        for (payment, is_refund) in
            [("rich", false), ("debt", false), ("debt", true), ("invoiced", false), ("lost", false)]
        {
            let (payment, native_currency, payload) = (payment.to_owned(), "XTR".to_owned(), String::new());
            let native_amount = 1;
            let record = ProviderRecord {
                provider,
                payment,
                is_refund,
                native_amount,
                native_currency,
                payer: None,
                payload,
                at,
            };
            self.explained.records.push(record);
        }
        self.explained.asked_at.push((provider, at + Duration::from_secs(120)));
    }

    fn rows(&self) -> Rows<'_> {
        let lines = self.lines.iter().map(|(user, line)| (*user, line));
        Rows::of(&self.book, lines, self.generations.iter(), self.explained.rows())
    }

    fn post(&mut self, operation: Operation) -> TransferId {
        let posting = Posting::new(operation, &self.clock, &self.ids);
        let plan = self.book.apply_all(std::slice::from_ref(&posting)).unwrap().remove(0).unwrap();
        self.lines.extend(plan.user.map(|user| (user, StatementLine::of(&posting, &plan))));
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
            quote: Quote { price, cost, factor, expires_at: self.clock.now(), set: None },
            funding: Funding::Money(hold),
            token: CallbackToken::random(&self.ids),
            state,
            since: self.clock.now(),
            created_at: self.clock.now(),
            relinked: false,
            progress_message: None,
            made_from: None,
            trial: false,
        });
        hold
    }
}

/// What explains the payments, as plain values that a test can spoil.
#[derive(Clone, Default)]
struct Explained {
    invoices: Vec<Invoice>,
    paybacks: Vec<Payback>,
    records: Vec<ProviderRecord>,
    asked_at: Vec<(Provider, Timestamp)>,
}

impl Explained {
    fn rows(&self) -> Incoming<'_> {
        Incoming {
            invoices: self.invoices.iter().collect(),
            paybacks: self.paybacks.iter().collect(),
            records: self.records.iter().collect(),
            asked_at: self.asked_at.clone(),
        }
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
    lines: Vec<(UserId, StatementLine)>,
    generations: Vec<Generation>,
    explained: Explained,
}

/// The numbers of the checks that found something, from 1, after `spoil`.
fn found(spoil: impl FnOnce(&mut Spoilt)) -> Vec<usize> {
    let books = Books::new();
    let rows = books.rows();
    let mut spoilt = Spoilt {
        transfers: rows.transfers.iter().copied().cloned().collect(),
        holds: rows.holds.values().copied().cloned().collect(),
        wallets: rows.wallets.clone(),
        receivables: rows.receivables.clone(),
        payments: rows.payments.iter().copied().cloned().collect(),
        causes: rows.causes.clone(),
        lines: books.lines.clone(),
        generations: books.generations.clone(),
        explained: books.explained.clone(),
    };
    spoil(&mut spoilt);
    let report = audit(&Rows {
        transfers: spoilt.transfers.iter().collect(),
        holds: spoilt.holds.iter().map(|row| (row.id, row)).collect::<BTreeMap<_, _>>(),
        wallets: spoilt.wallets,
        receivables: spoilt.receivables,
        payments: spoilt.payments.iter().collect(),
        causes: spoilt.causes,
        lines: spoilt.lines.iter().map(|(user, line)| (*user, line)).collect(),
        generations: spoilt.generations.iter().map(|row| (row.id, row)).collect(),
        incoming: spoilt.explained.rows(),
    });
    assert_eq!(report.checks.len(), 13);
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
    assert_eq!(found(|rows| rows.transfers = rows.transfers.split_off(1)), [2, 9]);
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
    assert_eq!(found(|rows| rows.payments.iter_mut().for_each(|row| row.refunded = true)), [4, 5, 9]);
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
fn a_list_that_differs_from_the_payments_is_found() {
    let record = |rows: &mut Spoilt, spoil: fn(&mut ProviderRecord)| spoil(&mut rows.explained.records[0]);
    assert_eq!(found(|rows| record(rows, |row| row.native_amount = 2)), [10]);
    assert_eq!(found(|rows| record(rows, |row| row.native_currency = "USD".to_owned())), [10]);
    assert_eq!(found(|rows| record(rows, |row| row.payment = "other".to_owned())), [10]);
    let returned = found(|rows| {
        let record = ProviderRecord { is_refund: true, ..rows.explained.records[0].clone() };
        rows.explained.records.push(record);
    });
    assert_eq!(returned, [10]);
    let paid = |rows: &mut Spoilt, name: &str| {
        let payment = rows.payments.iter_mut().find(|row| row.payment == name).unwrap();
        payment.amount = payment.amount.checked_add(Money::from_kopecks(1)).unwrap();
    };
    assert_eq!(found(|rows| paid(rows, "rich")), [9]);
    assert_eq!(found(|rows| paid(rows, "invoiced")), [9, 11]);
    // A minute after the payment it need not be there.
    let soon = found(|rows| {
        record(rows, |row| row.payment = "other".to_owned());
        let credited = rows.payments[0].at;
        rows.explained.asked_at[0].1 = credited + Duration::from_secs(60);
    });
    assert_eq!(soon, [0; 0]);
}

#[test]
fn a_paid_invoice_that_its_payment_does_not_bear_out_is_found() {
    let invoice = |rows: &mut Spoilt, spoil: fn(&mut Invoice)| spoil(&mut rows.explained.invoices[0]);
    assert_eq!(found(|rows| invoice(rows, |row| row.user = UserId::from_bytes([2; 16]))), [11]);
    assert_eq!(found(|rows| invoice(rows, |row| row.provider = Provider::Bank)), [11]);
}

#[test]
fn a_payback_that_serves_nothing_is_found() {
    let payback = |rows: &mut Spoilt, spoil: fn(&mut Payback)| spoil(&mut rows.explained.paybacks[0]);
    assert_eq!(found(|rows| payback(rows, |row| row.payment = "other".to_owned())), [12]);
    assert_eq!(found(|rows| payback(rows, |row| row.hold = TransferId::from_bytes([9; 16]))), [12]);
    assert_eq!(found(|rows| payback(rows, |row| row.end = Some(PaybackEnd::Done))), [12]);
    let refused = |row: &mut Payback| row.end = Some(PaybackEnd::Refused { detail: String::new() });
    assert_eq!(found(|rows| payback(rows, refused)), [12]);
}

/// What is found after the first line of this name was spoilt.
fn named(name: &str, spoil: impl FnOnce(&mut (UserId, StatementLine), &[Generation])) -> Vec<usize> {
    found(|rows| {
        let line = rows.lines.iter_mut().find(|(_, line)| line.name == name).unwrap();
        spoil(line, &rows.generations);
    })
}

#[test]
fn a_movement_that_names_another_generation_is_found() {
    for name in ["reserve", "capture", "release"] {
        // The pending one is none of theirs.
        assert_eq!(named(name, |row, generations| row.1.generation = Some(generations[2].id)), [13], "{name}");
    }
    // Of the same user: its hold gave nothing back.
    assert_eq!(named("refund_generation", |row, generations| row.1.generation = Some(generations[1].id)), [13]);
    assert_eq!(named("refund_generation", |row, _| row.1.posted.value += 1), [13]);
    assert_eq!(named("top_up", |row, generations| row.1.generation = Some(generations[0].id)), [13]);
    assert_eq!(named("capture", |row, _| row.1.generation = Some(GenerationId::from_bytes([9; 16]))), [13]);
    assert_eq!(named("capture", |row, _| row.0 = UserId::from_bytes([2; 16])), [13]);
    assert_eq!(named("capture", |row, _| row.1.posted.unit = Unit::Run), [13]);
    // What an older version wrote names none.
    assert_eq!(named("capture", |row, _| row.1.generation = None), [0; 0]);
}

#[test]
fn at_most_a_hundred_offenders_are_named() {
    let books = Books::new();
    let mut rows = books.rows();
    rows.wallets =
        (0..200).map(|_| (UserId::from_bytes([1; 16]), Unit::Run, Wallet { posted: -1, reserved: 0 })).collect();
    let report = audit(&rows);
    assert_eq!((report.checks[2].checked, report.checks[2].findings.len()), (200, 100));
}

#[test]
fn a_generation_that_is_paid_otherwise_than_it_says_is_found() {
    let queued = |rows: &mut Spoilt, funding: fn(TransferId) -> Funding| {
        let row = rows.generations.iter_mut().find(|row| row.state == State::Queued).unwrap();
        row.funding = funding(row.funding.hold().unwrap());
    };
    assert_eq!(found(|rows| queued(rows, Funding::Run)), [4]);
    let windows = FreeWindows { day: Timestamp::EPOCH, hour: Timestamp::EPOCH };
    assert_eq!(found(|rows| rows.generations[0].funding = Funding::Free(windows)), [4]);
    // Two runs for one generation.
    let runs = found(|rows| {
        queued(rows, Funding::Run);
        let id = rows.generations.iter().find(|row| row.state == State::Queued).and_then(|row| row.funding.hold());
        let hold = rows.holds.iter_mut().find(|hold| Some(hold.id) == id).unwrap();
        (hold.unit, hold.amount) = (Unit::Run, 2);
    });
    assert!(runs.contains(&7), "{runs:?}");
}
