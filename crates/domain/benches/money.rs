//! How long the pure parts take: a quote, a catalog, a reservation with its capture. Figures are ratios' raw material, not tests.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use domain::clock::{ManualClock, SeededIds, Timestamp};
use domain::ids::{GenerationId, UserId};
use domain::ledger::{Amount, Book, Operation, Posting, Provider};
use domain::models::{Catalog, Inputs};
use domain::money::{Money, PriceFactor};
use domain::quote::Quote;

/// Every file under `config/models`.
fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/models");
    let paths =
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it is readable").path());
    let read = |path: std::path::PathBuf| std::fs::read_to_string(&path).map(|text| (path.display().to_string(), text));
    paths.map(|path| read(path).expect("a readable file")).collect()
}

fn catalog(c: &mut Criterion) {
    let files = files();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    c.bench_function("catalog/load and validate", |b| {
        b.iter(|| Catalog::load(black_box(&files)).expect("the catalog is sound"));
    });
    let catalog = Catalog::load(&files).expect("the catalog is sound");
    let factor = PriceFactor {
        rate: "95".parse().expect("a decimal"),
        markup: "2".parse().expect("a decimal"),
        step: Money::from_kopecks(10),
    };
    // Of every sold model in turn, with nothing filled in: what is open takes the dearest, so each row is looked at.
    let sold: Vec<_> = catalog.live().collect();
    c.bench_function("quote/price of a draft", |b| {
        let (inputs, mut models) = (Inputs::new(), sold.iter().cycle());
        b.iter(|| {
            let model = models.next().expect("a cycle has no end");
            let cost = model.credits(black_box(&inputs)).expect("it has a price");
            Quote::new(cost, factor, Timestamp::EPOCH).expect("it fits")
        });
    });
    let slowest = sold.iter().max_by_key(|model| model.price_table().map_or(0, |table| table.rows().len()));
    let slowest = slowest.expect("something is sold");
    c.bench_function("quote/price of a draft, the longest table", |b| {
        let inputs = Inputs::new();
        b.iter(|| slowest.credits(black_box(&inputs)).expect("it has a price"));
    });
}

fn ledger(c: &mut Criterion) {
    let (clock, ids) = (ManualClock::new(Timestamp::from_seconds(1_700_000_000)), SeededIds::new(1));
    let user = UserId::random(&ids);
    let post = |operation| Posting::new(operation, &clock, &ids);
    let mut funded = Book::default();
    let top_up = Operation::TopUp {
        user,
        provider: Provider::Stars,
        payment: "bench".to_owned(),
        amount: Money::from_kopecks(i64::MAX / 2),
        native_amount: 1,
        native_currency: "XTR".to_owned(),
    };
    funded.apply(&post(top_up)).expect("a top-up is taken");
    c.bench_function("ledger/reserve and capture in memory", |b| {
        let mut book = funded.clone();
        b.iter(|| {
            let generation = GenerationId::ordered(&clock, &ids);
            let reserve = post(Operation::Reserve { user, generation, amount: Amount::money(Money::from_kopecks(80)) });
            book.apply(&reserve).expect("the wallet is full");
            book.apply(&post(Operation::Capture { hold: reserve.transfer, amount: 80 })).expect("the hold is pending");
        });
    });
}

criterion_group!(benches, catalog, ledger);
criterion_main!(benches);
