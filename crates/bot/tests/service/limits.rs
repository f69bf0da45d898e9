//! What one user may have: so many updates in a row, so many orders within a minute.

use std::time::Duration;

use app::event::Event;
use domain::allowance::Allowance;
use domain::clock::Clock;
use domain::ids::ChatId;
use domain::ledger::Unit;
use domain::ports::Store;
use domain::screen::Action;

use crate::house::{ANN, House, WELCOME, words};

const BOB: ChatId = ChatId(502);
const SECOND: Duration = Duration::from_secs(1);

/// Five updates at once, then one a second.
fn slow() -> House {
    House::open_with(|settings| settings.user_updates = Allowance { burst: 5, interval: SECOND })
}

#[tokio::test]
async fn who_presses_too_fast_is_told_once_and_nothing_is_drawn_or_stored() {
    let house = slow();
    house.start(ANN).await;
    for _ in 0..4 {
        house.press(ANN, Action::Help).await;
    }
    let (screens, version) = (house.telegram.said(ANN).len(), house.session(ANN).await.unwrap().conversation.version);
    for _ in 0..200 {
        house.press(ANN, Action::Menu).await;
    }
    let told = house.telegram.answers.lock().unwrap().iter().flatten().cloned().collect::<Vec<_>>();
    assert_eq!(told, [words("notice-too-fast")], "a word, and not two hundred");
    assert_eq!(house.telegram.said(ANN).len(), screens);
    assert_eq!(house.session(ANN).await.unwrap().conversation.version, version);
    house.start(BOB).await;
    assert!(!house.telegram.said(BOB).is_empty(), "another one is served at once");
    house.clock.advance(SECOND);
    house.press(ANN, Action::Help).await;
    assert_eq!(house.telegram.said(ANN).len(), screens + 1, "a second later it goes on");
}

#[tokio::test]
async fn who_writes_too_fast_is_told_that_it_was_not_taken() {
    let house = slow();
    house.start(ANN).await;
    for _ in 0..50 {
        house.say(ANN, "again and again").await;
    }
    let said = house.telegram.said(ANN);
    let told = said.iter().filter(|said| said.contains(&words("notice-too-much"))).count();
    assert_eq!((told, said.len()), (1, 6), "five updates were answered as usual: {said:#?}");
    house.clock.advance(SECOND * 3);
    for _ in 0..4 {
        house.say(ANN, "and again").await;
    }
    let told = house.telegram.said(ANN).iter().filter(|said| said.contains(&words("notice-too-much"))).count();
    assert_eq!(told, 2, "after a while it is said again");
}

/// Money comes once: it is taken however fast its payer was.
#[tokio::test]
async fn a_payment_is_taken_however_fast_its_payer_was() {
    let house = slow();
    house.start(ANN).await;
    for _ in 0..50 {
        house.press(ANN, Action::Menu).await;
    }
    let paid = Event::Paid {
        currency: "XTR".to_owned(),
        total: 100,
        payload: "unknown".to_owned(),
        charge: "charge-1".to_owned(),
        at: house.clock.now(),
    };
    house.event(ANN, paid).await;
    let user = house.session(ANN).await.unwrap().person.user;
    assert_eq!(house.store.wallet(user, Unit::Money).await.unwrap().posted, WELCOME + 100_00);
    let asked = Event::PreCheckout {
        query: "q".to_owned(),
        currency: "XTR".to_owned(),
        total: 1,
        payload: "unknown".to_owned(),
    };
    house.event(ANN, asked).await;
    assert_eq!(house.telegram.checkouts.lock().unwrap().len(), 1, "Telegram's question is answered");
    house.audit().await;
}

#[tokio::test]
async fn more_orders_than_a_minute_takes_have_to_wait() {
    let house = House::open_with(|settings| settings.orders_per_minute = 2);
    house.start(ANN).await;
    for _ in 0..2 {
        let confirm = house.at_confirm(ANN).await;
        house.event(ANN, confirm).await;
        house.clock.advance(SECOND * 10);
    }
    let confirm = house.at_confirm(ANN).await;
    house.event(ANN, confirm.clone()).await;
    let said = house.telegram.said(ANN).pop().unwrap();
    assert!(said.contains(&words("notice-orders-too-fast")) && said.contains("40"), "{said}");
    assert_eq!(house.generations(ANN).await.len(), 2);
    house.clock.advance(SECOND * 40);
    house.event(ANN, confirm).await;
    assert_eq!(house.generations(ANN).await.len(), 3, "the same button, a minute after the first order");
    house.audit().await;
}
