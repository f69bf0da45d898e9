//! Random operations on every ledger of ours, beside a plain one of maps: a short run each time, and as long a run as `cargo xtask money`
//! asks for. The seed is printed, and the same seed makes the same run.
#![expect(clippy::print_stdout, reason = "a long run tells its seed, its figures and how long it took")]

use std::sync::Arc;
use std::time::Instant;

use storage::conformance::reference::{LIFE, Tally, agree, book_agrees};
use storage::conformance::{Backend, World};
use storage::on_both_databases;
use storage::testing::{TestDatabase, variable};

/// Without being asked: two lives of a book.
const OPERATIONS: usize = 2 * LIFE;

/// From here on chance has no excuse.
const LONG: usize = 100_000;

/// A database works on one operation for as long as a book does on some hundreds.
const DATABASE_SHARE: usize = 100;

on_both_databases! {
    a_database_agrees_with_the_plain_ledger
}

/// How many operations, and the seed.
fn asked() -> (usize, u64) {
    let number = |name: &str, otherwise: u64| {
        let read = |text: String| text.parse().unwrap_or_else(|_| panic!("{name} is no number: `{text}`"));
        variable(name).map_or(otherwise, read)
    };
    let operations = number("KIEBOT_MONEY_OPERATIONS", u64::try_from(OPERATIONS).expect("a small number"));
    (usize::try_from(operations).expect("it fits"), number("KIEBOT_MONEY_SEED", 20_261_129))
}

/// A long run must have met every operation with every fate that it can have, or it proves less than it says.
#[test]
fn a_book_agrees_with_the_plain_ledger() {
    let (operations, seed) = asked();
    let begun = Instant::now();
    println!("{operations} operations on books, seed {seed}, {LIFE} for each book and seed");
    let tally = book_agrees(seed, operations);
    println!("they took {:?}:", begun.elapsed());
    for ((operation, fate), count) in &tally {
        println!("{operation:>18} {fate:<18} {count}");
    }
    assert_eq!(usize::try_from(tally.values().sum::<u64>()), Ok(operations));
    let written: Vec<_> = tally.keys().filter(|(_, fate)| *fate == "written").map(|(name, _)| *name).collect();
    assert!(operations < OPERATIONS || written.len() == 9, "only {written:?} were ever written");
    if operations >= LONG {
        assert_all_were_met(&tally);
    }
}

fn assert_all_were_met(tally: &Tally) {
    let fates: [(&str, &[&str]); 9] = [
        ("top_up", &["written", "done", "undone", "Conflict", "NotPositive"]),
        ("reserve", &["written", "done", "undone", "NotPositive", "InsufficientFunds"]),
        (
            "capture",
            &[
                "written",
                "done",
                "undone",
                "NotPositive",
                "HoldNotFound",
                "AlreadyCaptured",
                "AlreadyReleased",
                "WrongPurpose",
                "ExceedsHold",
            ],
        ),
        ("release", &["written", "done", "undone", "HoldNotFound", "AlreadyCaptured"]),
        (
            "refund_generation",
            &[
                "written",
                "done",
                "undone",
                "NotPositive",
                "HoldNotFound",
                "NotCaptured",
                "WrongPurpose",
                "ExceedsCapture",
            ],
        ),
        ("reserve_payback", &["written", "done", "undone", "PaymentNotFound", "AlreadyRefunded"]),
        ("refund_payment", &["written", "done", "undone", "PaymentNotFound"]),
        ("bonus", &["written", "done", "undone", "Conflict", "NotPositive"]),
        ("adjust", &["written", "done", "undone", "NotPositive", "InsufficientFunds"]),
    ];
    for (operation, fates) in fates {
        for fate in fates {
            assert!(tally.contains_key(&(operation, *fate)), "no {operation} was ever {fate}");
        }
    }
}

/// The store, the book and the plain ledger: three opinions of one change set.
async fn a_database_agrees_with_the_plain_ledger(database: Arc<TestDatabase>) {
    let (operations, seed) = asked();
    let steps = operations / DATABASE_SHARE;
    let backend: Arc<dyn Backend> = database;
    let world = World::new(backend);
    let begun = Instant::now();
    println!("{steps} change sets on {}, seed {seed}", world.store.kind());
    agree(&world, seed, steps, 1).await;
    world.assert_audit_is_clean().await;
    println!("they took {:?} on {}", begun.elapsed(), world.store.kind());
}
