//! Free generations and runs: what is taken, what comes back, and that both are counted once.

use std::time::Duration;

use app::conversation::{Step, Talk};
use domain::clock::Clock;
use domain::free::{FreeUse, FreeWindows, Means};
use domain::generation::{Failure, FailureReason, StateKind};
use domain::ids::ModelId;
use domain::ledger::{Amount, BonusKind, Operation, Posting, Unit, Wallet};
use domain::ports::{ChangeSet, Commit, Store, TaskStatus};
use domain::screen::{Action, GenerationAct};
use tokio::task::JoinSet;

use crate::house::{ANN, House, PICTURE, words};

const HOUR: Duration = Duration::from_secs(3600);

fn failed() -> TaskStatus {
    TaskStatus::Failed(Failure { reason: FailureReason::ProviderFailed, detail: None })
}

async fn order(house: &House) {
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
}

/// How often the user had a picture for nothing in the day and hour of now.
async fn used(house: &House) -> FreeUse {
    let user = house.session(ANN).await.unwrap().person.user;
    let now = house.clock.now().as_seconds();
    let start = |length: i64| domain::clock::Timestamp::from_seconds(now - now % length);
    let windows = FreeWindows { day: start(86_400), hour: start(3600) };
    let uses = house.store.free_uses(user, windows).await.unwrap();
    uses.into_iter().find(|(model, _)| *model == ModelId(PICTURE.to_owned())).map(|(_, used)| used).unwrap_or_default()
}

async fn wallet(house: &House, unit: Unit) -> Wallet {
    let user = house.session(ANN).await.unwrap().person.user;
    house.store.wallet(user, unit).await.unwrap()
}

async fn talk(house: &House) -> Talk {
    serde_json::from_str(&house.session(ANN).await.unwrap().conversation.body).unwrap()
}

async fn give(house: &House, amount: Amount) {
    let user = house.session(ANN).await.unwrap().person.user;
    let mut change = ChangeSet::new(house.clock.now());
    let bonus = Operation::Bonus { user, kind: BonusKind::Gift, cause: "gift".to_owned(), amount };
    change.operations.push(Posting::new(bonus, &*house.clock, &domain::clock::SeededIds::new(99)));
    assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
}

#[tokio::test]
async fn an_empty_wallet_gets_free_ones_within_the_limits_and_an_honest_refusal_past_them() {
    let house = House::fair();
    house.start(ANN).await;
    for count in 1..=2 {
        order(&house).await;
        house.work().await;
        assert_eq!(used(&house).await, FreeUse { day: count, hour: count });
    }
    // The hour is full.
    order(&house).await;
    assert!(matches!(talk(&house).await.draft.unwrap().step, Step::Short { .. }));
    let said = house.telegram.said(ANN).pop().unwrap();
    assert!(
        said.contains("1 of 3 left today, the next one at 13:00")
            && said.contains("invite a friend: that brings free runs"),
        "{said}"
    );
    assert_eq!(house.generations(ANN).await.len(), 2);
    // Another hour, then the day is full.
    house.clock.advance(HOUR);
    order(&house).await;
    house.work().await;
    house.clock.advance(HOUR);
    order(&house).await;
    assert!(house.telegram.said(ANN).pop().unwrap().contains("none left today, more tomorrow at 00:00"));
    assert_eq!((house.generations(ANN).await.len(), used(&house).await), (3, FreeUse { day: 3, hour: 0 }));
    // Another day.
    house.clock.advance(12 * HOUR);
    order(&house).await;
    house.work().await;
    let made = house.generations(ANN).await;
    assert_eq!(made.len(), 4);
    assert!(made.iter().all(|made| made.state.kind() == StateKind::Delivered && made.funding.means() == Means::Free));
    assert_eq!((wallet(&house, Unit::Money).await, wallet(&house, Unit::Run).await), Default::default());
    house.audit().await;
}

#[tokio::test]
async fn many_taps_are_one_free_order() {
    let house = std::sync::Arc::new(House::fair());
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    let mut taps = JoinSet::new();
    for update in 0..20 {
        let (house, confirm) = (house.clone(), confirm.clone());
        taps.spawn(async move { house.update(1000 + update, ANN, confirm).await });
    }
    taps.join_all().await;
    assert_eq!((house.generations(ANN).await.len(), used(&house).await), (1, FreeUse { day: 1, hour: 1 }));
    house.audit().await;
}

#[tokio::test]
async fn what_fails_or_is_cancelled_gives_its_free_one_back() {
    let house = House::fair();
    house.start(ANN).await;
    order(&house).await;
    let id = house.generations(ANN).await[0].id;
    house.press(ANN, Action::Generation { generation: id, act: GenerationAct::Cancel }).await;
    assert_eq!(
        (house.generations(ANN).await[0].state.kind(), used(&house).await),
        (StateKind::Cancelled, FreeUse::default())
    );
    house.kie.answers(failed());
    order(&house).await;
    house.work().await;
    assert_eq!(
        (house.generations(ANN).await[0].state.kind(), used(&house).await),
        (StateKind::Failed, FreeUse::default())
    );
    house.audit().await;
}

#[tokio::test]
async fn a_run_is_held_then_earned_and_comes_back_from_a_failure() {
    let house = House::fair();
    house.start(ANN).await;
    for _ in 0..2 {
        order(&house).await;
        house.work().await;
    }
    give(&house, Amount::runs(2)).await;
    order(&house).await;
    assert_eq!(wallet(&house, Unit::Run).await, Wallet { posted: 2, reserved: 1 });
    house.work().await;
    assert_eq!(wallet(&house, Unit::Run).await, Wallet { posted: 1, reserved: 0 });
    house.kie.answers(failed());
    order(&house).await;
    house.work().await;
    let last = house.generations(ANN).await.remove(0);
    assert_eq!((last.state.kind(), last.funding.means()), (StateKind::Failed, Means::Run));
    assert_eq!(wallet(&house, Unit::Run).await, Wallet { posted: 1, reserved: 0 });
    house.audit().await;
}

/// Between the confirm screen and its button the free one was used up elsewhere: it is shown what it costs now, and nothing is taken.
#[tokio::test]
async fn other_means_than_were_shown_are_shown_before_anything_is_taken() {
    let house = House::fair();
    house.start(ANN).await;
    give(&house, Amount::money(domain::money::Money::from_kopecks(10_00))).await;
    order(&house).await;
    house.work().await;
    order(&house).await;
    house.work().await;
    house.clock.advance(HOUR);
    let confirm = house.at_confirm(ANN).await;
    assert_eq!(talk(&house).await.draft.unwrap().means, Means::Free);
    let user = house.session(ANN).await.unwrap().person.user;
    let mut change = ChangeSet::new(house.clock.now());
    let now = house.clock.now().as_seconds();
    let start = |length: i64| domain::clock::Timestamp::from_seconds(now - now % length);
    change.free.push(domain::ports::FreeChange::Take {
        user,
        model: ModelId(PICTURE.to_owned()),
        windows: FreeWindows { day: start(86_400), hour: start(3600) },
        limits: domain::free::FreeLimits { day: 3, hour: 2 },
    });
    assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
    house.event(ANN, confirm).await;
    assert_eq!((house.generations(ANN).await.len(), wallet(&house, Unit::Money).await.reserved), (2, 0));
    assert!(house.telegram.said(ANN).pop().unwrap().contains(&words("notice-means-money")));
    assert_eq!(talk(&house).await.draft.unwrap().means, Means::Money);
}
