//! The year that `cargo xtask seed` makes up: as many rows as were asked for, whole books, and figures that agree with them.

use std::time::Duration;

use domain::figures::{DayFigures, Span};
use domain::ids::ChatId;
use domain::ports::{HistoryQuery, PeopleQuery, Reports, Store};
use storage::testing::{Seed, TestDatabase};

const SEED: Seed = Seed { users: 300, generations: 900, transfers: 5_000 };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_small_seed_has_whole_books_and_figures_that_agree() {
    let Some(database) = TestDatabase::postgres("a_small_seed_has_whole_books_and_figures_that_agree").await else {
        return;
    };
    database.seed(SEED).await;
    let store = database.store();
    let report = store.audit().await.expect("the audit runs");
    assert!(report.is_clean(), "{report:#?}");
    let checked = |name: &str| report.checks.iter().find(|check| check.name.contains(name)).expect("a check").checked;
    assert_eq!(checked("a captured generation has a result"), SEED.generations);
    assert!(checked("a payment has one top-up") > 500 && checked("a counter of free generations") > 100, "{report:#?}");
    let now = store.now().await.expect("the store answers");
    let day = Duration::from_secs(24 * 60 * 60);
    let mut days: Vec<Span> =
        (0..366).map(|back| now - day * back).map(|until| Span { from: until - day, until }).collect();
    days.push(Span { from: now, until: now + day });
    let sum = DayFigures::sum(&store.days(&days).await.expect("the store answers")).expect("small sums");
    let all = sum.generations().expect("small sums");
    assert_eq!((sum.new_users, all.ordered), (SEED.users, SEED.generations));
    let live: u64 = store.states().await.expect("the store answers").iter().map(|state| state.count).sum();
    assert!(live > 0 && all.succeeded + all.failed + all.cancelled + live == SEED.generations, "{all:#?}");
    let funnel = store.funnel(Span { from: now - day * 366, until: now }).await.expect("the store answers");
    assert!(0 < funnel.paid && funnel.paid < funnel.came && funnel.came == SEED.users, "{funnel:?}");
    // Rows are read as ours are.
    let everybody = store.people(&PeopleQuery::default(), 0, 1000).await.expect("the store answers");
    assert_eq!(everybody.len(), 300);
    let mut read = 0;
    for person in &everybody {
        assert!(matches!(person.chat, ChatId(chat) if chat > 10_000_000_000));
        let query = HistoryQuery { user: person.user, models: None, with_result: false, skip: 0, limit: 1000 };
        read += store.history(query).await.expect("the rows can be read").len();
    }
    assert_eq!(read, 900);
    // The ids of transfers count them: one each.
    let count = format!(
        "DO $$ BEGIN IF (SELECT COUNT(*) FROM transfers) <> {} THEN RAISE 'not as many'; END IF; END $$",
        SEED.transfers
    );
    database.execute(&count).await;
}
