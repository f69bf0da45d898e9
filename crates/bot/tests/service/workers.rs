//! The workers as they run: how often they ask the store, and how soon they do what is due. Their waits are of a paused runtime.

use std::sync::Arc;
use std::time::Duration;

use domain::generation::StateKind;
use domain::ports::TaskStatus;
use storage::memory::Fault;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::house::{ANN, House};

/// Workers of a house.
struct Shift {
    stop: CancellationToken,
    work: JoinHandle<()>,
}

impl Shift {
    fn begin(house: &House) -> Self {
        let stop = CancellationToken::new();
        let work = app::workers::run(Arc::clone(&house.app), 4, stop.clone(), Duration::from_secs(60));
        Self { work: tokio::spawn(work), stop }
    }

    /// The same a while later, when all that the start brings is done.
    async fn under_way(house: &House) -> Self {
        let shift = Self::begin(house);
        sleep(Duration::from_secs(5)).await;
        shift
    }

    async fn end(self) {
        self.stop.cancel();
        self.work.await.unwrap();
    }
}

/// How long it takes until the generation is there.
async fn time_until(house: &House, state: StateKind) -> Duration {
    let begun = tokio::time::Instant::now();
    while house.generations(ANN).await[0].state.kind() != state {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it never is {state:?}: {:?}",
            house.generations(ANN).await[0].state
        );
        sleep(Duration::from_millis(1)).await;
    }
    begun.elapsed()
}

async fn ordered(house: &House) {
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
}

/// A house that Ann has entered.
async fn with_ann() -> House {
    let house = House::open();
    house.start(ANN).await;
    house
}

#[tokio::test(start_paused = true)]
async fn without_work_one_look_a_second_is_all() {
    let house = House::open();
    let shift = Shift::under_way(&house).await;
    let before = (house.calls("agenda"), house.calls("claim"));
    sleep(Duration::from_secs(60)).await;
    let (looks, claims) = (house.calls("agenda") - before.0, house.calls("claim") - before.1);
    assert!((55..=61).contains(&looks) && claims == 0, "{looks} looks, {claims} claims");
    shift.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_is_worked_on_at_once_and_wakes_nobody_elses_workers() {
    let house = with_ann().await;
    let shift = Shift::under_way(&house).await;
    let before = house.calls("claim");
    ordered(&house).await;
    let took = time_until(&house, StateKind::Running).await;
    assert!(took < Duration::from_millis(10), "{took:?}");
    sleep(Duration::from_millis(500)).await;
    // Of the two kinds that an order has work for: once for each commit that makes some due.
    let claims = house.calls("claim") - before;
    assert!((1..=4).contains(&claims), "{claims} claims");
    shift.end().await;
}

/// Nobody says when a time has come, nor what another instance has made due.
#[tokio::test(start_paused = true)]
async fn what_becomes_due_by_the_clock_is_seen_within_a_second() {
    let house = with_ann().await;
    house.kie.answers(TaskStatus::Succeeded(crate::kie::picture()));
    let shift = Shift::begin(&house);
    ordered(&house).await;
    time_until(&house, StateKind::Running).await;
    sleep(Duration::from_secs(10)).await;
    assert_eq!(house.generations(ANN).await[0].state.kind(), StateKind::Running, "its clock stands still");
    house.clock.advance(Duration::from_secs(60));
    let took = time_until(&house, StateKind::Delivered).await;
    assert!(took <= Duration::from_millis(1100), "{took:?}");
    shift.end().await;
    house.audit().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_was_away_is_asked_again() {
    let house = with_ann().await;
    let shift = Shift::under_way(&house).await;
    house.store_fails(&[("claim", Fault::Before), ("claim", Fault::Before)]);
    ordered(&house).await;
    let took = time_until(&house, StateKind::Running).await;
    assert!((2000..2100).contains(&took.as_millis()), "a second after each: {took:?}");
    house.store_fails(&[("agenda", Fault::Before), ("agenda", Fault::Before)]);
    sleep(Duration::from_secs(5)).await;
    let before = house.calls("agenda");
    sleep(Duration::from_secs(10)).await;
    assert!(house.calls("agenda") - before >= 9, "it looks on");
    shift.end().await;
}
