//! What rows and statements keep of the ledger: codes, causes, names, accounts, and whose statement shows what.
//!
//! Codes stand here a second time, on purpose: a row that was written with another one would not be found again.

use super::*;
use crate::clock::{Clock, IdSource, ManualClock, SeededIds, Timestamp};
use crate::ids::{ActionId, GenerationId, TransferId, UserId};
use crate::money::Money;

const USER: UserId = UserId::from_bytes([0x11; 16]);
const GENERATION: GenerationId = GenerationId::from_bytes([0x22; 16]);
const HOLD: TransferId = TransferId::from_bytes([0x33; 16]);
const ACTION: ActionId = ActionId::from_bytes([0x44; 16]);

fn digits(byte: &str) -> String {
    byte.repeat(16)
}

fn hands() -> (ManualClock, SeededIds) {
    (ManualClock::new(Timestamp::from_seconds(1_700_000_000)), SeededIds::new(7))
}

fn post(operation: Operation, clock: &dyn Clock, ids: &dyn IdSource) -> Posting {
    Posting::new(operation, clock, ids)
}

fn top_up(payment: &str, kopecks: i64) -> Operation {
    Operation::TopUp {
        user: USER,
        provider: Provider::Stars,
        payment: payment.to_owned(),
        amount: Money::from_kopecks(kopecks),
        native_amount: 1,
        native_currency: "XTR".to_owned(),
    }
}

fn bonus(kind: BonusKind, cause: &str, amount: Amount) -> Operation {
    Operation::Bonus { user: USER, kind, cause: cause.to_owned(), amount }
}

fn adjust(kopecks: i64) -> Operation {
    let amount = Amount::money(Money::from_kopecks(kopecks));
    Operation::Adjust { action: ACTION, user: USER, amount, reason: "a gift".to_owned(), by: "owner".to_owned() }
}

const fn reserve(amount: Amount) -> Operation {
    Operation::Reserve { user: USER, generation: GENERATION, amount }
}

fn payback(payment: &str) -> Operation {
    Operation::ReservePayback { action: ACTION, provider: Provider::Bank, payment: payment.to_owned() }
}

fn paid_back(payment: &str) -> Operation {
    Operation::RefundPayment { provider: Provider::CryptoPay, payment: payment.to_owned() }
}

/// Every operation with its name, the group and the key of its cause.
fn operations() -> Vec<(Operation, &'static str, &'static str, String)> {
    let runs = Amount::runs(1);
    vec![
        (top_up("a:b", 5), "top_up", "top_up", "stars:a:b".to_owned()),
        (reserve(runs), "reserve", "reserve", digits("22")),
        (Operation::Capture { hold: HOLD, amount: 1 }, "capture", "resolve", digits("33")),
        (Operation::Release { hold: HOLD }, "release", "resolve", digits("33")),
        (
            Operation::RefundGeneration {
                refund: ACTION,
                hold: HOLD,
                amount: 1,
                reason: "a test".to_owned(),
                by: "owner".to_owned(),
            },
            "refund_generation",
            "refund_generation",
            digits("44"),
        ),
        (payback("p"), "reserve_payback", "reserve_payback", digits("44")),
        (paid_back("p"), "refund_payment", "refund_payment", "crypto_pay:p".to_owned()),
        (bonus(BonusKind::Welcome, "u", runs), "bonus", "bonus_welcome", "u".to_owned()),
        (bonus(BonusKind::Promo, "u", runs), "bonus", "bonus_promo", "u".to_owned()),
        (bonus(BonusKind::Referral, "u", runs), "bonus", "bonus_referral", "u".to_owned()),
        (bonus(BonusKind::Gift, "u", runs), "bonus", "bonus_gift", "u".to_owned()),
        (adjust(1), "adjust", "adjust", digits("44")),
    ]
}

#[test]
fn every_operation_has_its_name_and_its_cause() {
    for (operation, name, group, key) in operations() {
        let cause = operation.cause();
        assert_eq!((operation.name(), cause.group.code(), cause.key), (name, group, key), "{operation:?}");
    }
}

#[test]
fn only_an_adjustment_and_a_refund_say_why_and_by_whom() {
    for (operation, name, ..) in operations() {
        let note = match name {
            "adjust" => Some(("a gift", "owner")),
            "refund_generation" => Some(("a test", "owner")),
            _ => None,
        };
        assert_eq!(operation.note(), note, "{operation:?}");
    }
}

/// Two operations of one cause are the same only if all of them is the same.
#[test]
fn the_hash_tells_every_field_apart() {
    let (other, runs) = (UserId::from_bytes([0x12; 16]), Amount::runs(1));
    let of = |user, unit, value| Operation::Reserve { user, generation: GENERATION, amount: Amount { unit, value } };
    let with = |reason: &str, by: &str| match adjust(1) {
        Operation::Adjust { action, user, amount, .. } => {
            Operation::Adjust { action, user, amount, reason: reason.to_owned(), by: by.to_owned() }
        }
        other => other,
    };
    let native = |native_amount, native_currency: &str| match top_up("a:b", 5) {
        Operation::TopUp { user, provider, payment, amount, .. } => {
            let native_currency = native_currency.to_owned();
            Operation::TopUp { user, provider, payment, amount, native_amount, native_currency }
        }
        other => other,
    };
    let mut all: Vec<_> = operations().into_iter().map(|(operation, ..)| operation).collect();
    all.extend([of(USER, Unit::Run, 2), of(USER, Unit::Money, 1), of(other, Unit::Run, 1)]);
    all.extend([Operation::Capture { hold: HOLD, amount: 2 }, top_up("a:b", 6), native(2, "XTR"), native(1, "RUB")]);
    all.extend([bonus(BonusKind::Gift, "v", runs), with("another", "owner"), with("a gift", "other")]);
    let mut hashes: Vec<_> = all.iter().map(Operation::content_hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), all.len());
}

#[test]
fn codes_are_read_as_they_are_written() {
    for (unit, code) in [(Unit::Money, "money"), (Unit::Run, "run")] {
        assert_eq!((unit.code(), Unit::from_code(code)), (code, Some(unit)));
    }
    let providers = [
        (Provider::Stars, "stars"),
        (Provider::Bank, "bank"),
        (Provider::Yookassa, "yookassa"),
        (Provider::CryptoPay, "crypto_pay"),
    ];
    for (provider, code) in providers {
        assert_eq!((provider.code(), Provider::from_code(code)), (code, Some(provider)));
    }
    let kinds = [
        (BonusKind::Welcome, "welcome"),
        (BonusKind::Promo, "promo"),
        (BonusKind::Referral, "referral"),
        (BonusKind::Gift, "gift"),
    ];
    for (kind, code) in kinds {
        assert_eq!((kind.code(), BonusKind::from_code(code)), (code, Some(kind)));
    }
    let phases = [
        (Phase::Posted, "posted"),
        (Phase::Pending, "pending"),
        (Phase::Captured, "captured"),
        (Phase::Released, "released"),
    ];
    for (phase, code) in phases {
        assert_eq!((phase.code(), Phase::from_code(code)), (code, Some(phase)));
    }
    let states =
        [(HoldState::Pending, "pending"), (HoldState::Captured, "captured"), (HoldState::Released, "released")];
    for (state, code) in states {
        assert_eq!((state.code(), HoldState::from_code(code)), (code, Some(state)));
    }
    let unknown = "no such code";
    assert_eq!((Unit::from_code(unknown), Provider::from_code(unknown)), (None, None));
    assert_eq!((BonusKind::from_code(unknown), Phase::from_code(unknown)), (None, None));
    assert_eq!(HoldState::from_code(unknown), None);
}

#[test]
fn accounts_are_read_as_they_are_written() {
    let accounts = [
        (Account::Wallet(USER), format!("wallet/{}", digits("11"))),
        (Account::Receivable(USER), format!("receivable/{}", digits("11"))),
        (Account::Cash(Provider::Bank), "cash/bank".to_owned()),
        (Account::Revenue, "revenue/generation".to_owned()),
        (Account::Bonus(BonusKind::Promo), "bonus/promo".to_owned()),
        (Account::Adjustment, "adjustment/admin".to_owned()),
    ];
    for (account, text) in accounts {
        assert_eq!((account.to_string(), text.parse()), (text.clone(), Ok(account)));
    }
    for bad in
        ["", "wallet", "wallet/", "wallet/1", "receivable/x", "cash/money", "revenue/other", "bonus/", "adjustment/"]
    {
        assert_eq!(bad.parse::<Account>(), Err(BadAccount(bad.to_owned())));
    }
}

#[test]
fn an_amount_says_its_unit() {
    assert_eq!(Amount::money(Money::from_kopecks(1230)).to_string(), "12.30");
    assert_eq!(Amount::runs(2).to_string(), "2 run");
}

/// What is not asked for is not locked, and the plan would take it for nothing.
#[test]
fn every_operation_asks_for_the_rows_that_its_plan_reads() {
    for (operation, name, ..) in operations() {
        let wanted = match name {
            "top_up" => Needs { receivable: true, ..Needs::default() },
            "capture" | "release" | "refund_generation" => Needs { hold: Some(HOLD), ..Needs::default() },
            "reserve_payback" => Needs {
                payment: Some((Provider::Bank, "p".to_owned())),
                receivable: true,
                wallet: true,
                ..Needs::default()
            },
            "refund_payment" => Needs {
                payment: Some((Provider::CryptoPay, "p".to_owned())),
                receivable: true,
                wallet: true,
                ..Needs::default()
            },
            _ => Needs::default(),
        };
        assert_eq!(needs(&operation), wanted, "{operation:?}");
    }
}

/// What happens to the hold of a generation is told as the generation's; what is about none names none.
#[test]
fn every_movement_of_a_generation_names_it() {
    let (clock, ids) = hands();
    let mut book = Book::default();
    let mut named = |operation: Operation| {
        let posting = post(operation, &clock, &ids);
        let plans = book.apply_all(std::slice::from_ref(&posting)).expect("it is applied");
        (posting.transfer, plans[0].as_ref().expect("for the first time").generation)
    };
    let kopecks = |value| Amount::money(Money::from_kopecks(value));
    let reserve = |generation| Operation::Reserve { user: USER, generation, amount: kopecks(40) };
    let (kept, lost) = (GenerationId::from_bytes([21; 16]), GenerationId::from_bytes([22; 16]));
    assert_eq!(named(top_up("first", 100)).1, None);
    let (hold, generation) = named(reserve(kept));
    assert_eq!(generation, Some(kept));
    assert_eq!(named(Operation::Capture { hold, amount: 40 }).1, Some(kept));
    let (reason, by) = ("a test".to_owned(), "owner".to_owned());
    assert_eq!(named(Operation::RefundGeneration { refund: ACTION, hold, amount: 10, reason, by }).1, Some(kept));
    let (hold, generation) = named(reserve(lost));
    assert_eq!(generation, Some(lost));
    assert_eq!(named(Operation::Release { hold }).1, Some(lost));
    let (provider, payment) = (Provider::Stars, "first".to_owned());
    let (aside, generation) = named(Operation::ReservePayback { action: ACTION, provider, payment });
    assert_eq!((generation, named(Operation::Release { hold: aside }).1), (None, None));
}

/// Every operation is a line of its user's statement, also where no wallet moves; and the book shows all that it has.
#[test]
fn every_operation_is_in_its_users_statement() {
    let (clock, ids) = hands();
    let kopecks = |value| Amount::money(Money::from_kopecks(value));
    let mut book = Book::default();
    let mut write = |operation: Operation| {
        let posting = post(operation, &clock, &ids);
        assert_eq!(book.apply(&posting), Ok(Applied::Now), "{posting:?}");
        posting
    };
    let stars = |payment: &str| (Provider::Stars, payment.to_owned());
    let mut postings = vec![write(top_up("first", 100)), write(reserve(kopecks(60)))];
    let hold = postings[1].transfer;
    postings.push(write(Operation::Capture { hold, amount: 60 }));
    postings.push(write(Operation::RefundGeneration {
        refund: ACTION,
        hold,
        amount: 10,
        reason: "a test".to_owned(),
        by: "owner".to_owned(),
    }));
    let (provider, payment) = stars("first");
    postings.push(write(Operation::ReservePayback { action: ACTION, provider, payment }));
    let aside = postings[4].transfer;
    postings.push(write(Operation::Release { hold: aside }));
    let (provider, payment) = stars("first");
    postings.push(write(Operation::RefundPayment { provider, payment }));
    // What was paid back and spent is owed: this one pays a part of it, and no wallet moves.
    postings.push(write(top_up("second", 20)));
    let (provider, payment) = stars("second");
    postings.push(write(Operation::ReservePayback { action: ActionId::from_bytes([5; 16]), provider, payment }));
    postings.push(write(bonus(BonusKind::Gift, "g", Amount::runs(2))));
    postings.push(write(adjust(5)));
    let minus = Operation::Adjust {
        action: ActionId::from_bytes([6; 16]),
        user: USER,
        amount: kopecks(-5),
        reason: String::new(),
        by: String::new(),
    };
    postings.push(write(minus));
    let shown: Vec<_> = book.postings().map(|(posting, user)| (posting.clone(), user)).collect();
    let wanted: Vec<_> = postings.into_iter().map(|posting| (posting, Some(USER))).collect();
    assert_eq!(shown, wanted);
    let payments: Vec<_> = book.payments().map(|paid| (paid.payment.as_str(), paid.user, paid.refunded)).collect();
    assert_eq!(payments, [("first", USER, true), ("second", USER, false)]);
    let money = Wallet { posted: 0, reserved: 0 };
    let runs = Wallet { posted: 2, reserved: 0 };
    assert_eq!(book.wallets().collect::<Vec<_>>(), [(USER, Unit::Money, money), (USER, Unit::Run, runs)]);
    assert_eq!(book.receivables().collect::<Vec<_>>(), [(USER, 30)]);
    let found = book.hold(hold).map(|hold| (hold.captured, hold.refunded, hold.state));
    assert_eq!(found, Some((60, 10, HoldState::Captured)));
    assert_eq!(book.hold(aside).map(|hold| (hold.amount, hold.state)), Some((50, HoldState::Released)));
    assert_eq!(book.hold(HOLD), None);
}
