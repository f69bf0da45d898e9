//! How long a search over two hundred models takes: it runs whenever its screen is drawn, so it stays far below a millisecond.

#[path = "../tests/it/market.rs"]
mod market;

use std::hint::black_box;

use app::search::Search;
use criterion::{Criterion, criterion_group, criterion_main};

fn search(criterion: &mut Criterion) {
    let search = Search::new(market::market());
    let mut group = criterion.benchmark_group("search");
    for query in
        ["клинг", "клниг про", "оживить старую фотографию", "rkbyu", "midjurney v7 pro turbo fast lite image video"]
    {
        group.bench_function(query, |bencher| bencher.iter(|| search.find(black_box(query))));
    }
    group.bench_function("a new index", |bencher| bencher.iter(|| Search::new(black_box(market::market()))));
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
