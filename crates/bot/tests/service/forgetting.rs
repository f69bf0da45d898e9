//! Deleting one's data: what goes, what stays, and that nobody gets a second welcome.

use app::intake::UpdateOutcome;
use domain::generation::StateKind;
use domain::ledger::Unit;
use domain::ports::Store;
use domain::screen::Action;

use crate::house::{ANN, House, WELCOME, pressed, words};

#[tokio::test]
async fn who_is_forgotten_hears_good_bye_and_is_a_stranger_without_a_second_welcome() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.work().await;
    let (user, made) = (house.session(ANN).await.unwrap().person.user, house.generations(ANN).await.remove(0));
    assert_eq!(made.state.kind(), StateKind::Delivered);

    house.press(ANN, Action::Forget).await;
    house.press(ANN, Action::ForgetForGood).await;
    assert!(house.telegram.said(ANN).last().unwrap().contains(&words("forgotten-text")));
    assert_eq!(house.session(ANN).await, None);
    let left = house.store.generation(made.id).await.unwrap().unwrap();
    assert_eq!((left.state.kind(), left.inputs), (StateKind::Delivered, serde_json::json!({})));
    assert!(house.store.wallet(user, Unit::Money).await.unwrap().posted > 0, "the books stay");

    // An old button of theirs creates nobody, and says the same again.
    house.press(ANN, Action::ForgetForGood).await;
    assert!(house.telegram.said(ANN).last().unwrap().contains(&words("forgotten-text")));
    assert_eq!(house.session(ANN).await, None);

    house.start(ANN).await;
    let back = house.session(ANN).await.unwrap();
    assert_ne!(back.person.user, user);
    assert_eq!((back.money.posted, house.generations(ANN).await.len()), (0, 0));
    house.audit().await;
}

#[tokio::test]
async fn a_newcomer_gets_the_welcome_once() {
    let house = House::open();
    house.start(ANN).await;
    assert_eq!(house.session(ANN).await.unwrap().money.posted, WELCOME);
    house.start(ANN).await;
    assert_eq!(house.session(ANN).await.unwrap().money.posted, WELCOME);
    house.audit().await;
}

/// Telegram repeats an update whose answer was lost: the same good-bye, and still nobody.
#[tokio::test]
async fn the_repeat_of_a_farewell_says_the_same() {
    let house = House::open();
    house.start(ANN).await;
    for _ in 0..3 {
        let outcome = house.update(900, ANN, pressed(Action::ForgetForGood)).await;
        assert_eq!(outcome, UpdateOutcome::Done);
        assert!(house.telegram.said(ANN).last().unwrap().contains(&words("forgotten-text")));
        assert_eq!(house.session(ANN).await, None);
    }
}

#[tokio::test]
async fn while_an_order_is_under_way_or_its_result_undelivered_nothing_is_deleted() {
    let house = House::open();
    house.start(ANN).await;
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm).await;
    house.press(ANN, Action::ForgetForGood).await;
    assert!(house.telegram.said(ANN).last().unwrap().contains(&words("notice-forget-later")));
    let generation = house.generations(ANN).await.remove(0);
    // Made, captured, and not yet sent: every job but the sending is done.
    house.work_but_for_messages().await;
    assert_eq!(house.store.generation(generation.id).await.unwrap().unwrap().state.kind(), StateKind::Succeeded);
    assert_eq!(house.session(ANN).await.unwrap().money.reserved, 0);
    house.press(ANN, Action::ForgetForGood).await;
    assert!(house.telegram.said(ANN).last().unwrap().contains(&words("notice-forget-later")));
    house.work().await;
    house.press(ANN, Action::ForgetForGood).await;
    assert_eq!(house.session(ANN).await, None);
    house.audit().await;
}
