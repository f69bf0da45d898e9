//! Promo codes and friends on a real store: once, within their bounds, and never to oneself.

use std::sync::Arc;
use std::time::Duration;

use app::conversation::GUESSES_MAX;
use app::event::Event;
use domain::clock::Clock;
use domain::ids::{ChatId, UserId};
use domain::ledger::Amount;
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, PromoChange, ReferralFigures, Store};
use domain::promo::PromoCode;
use domain::screen::{Action, Press};
use tokio::task::JoinSet;

use crate::house::{ANN, House, words};
use crate::telegram::Sent;

const BEN: ChatId = ChatId(502);

fn start(arguments: &str) -> Event {
    Event::Command { name: "start".to_owned(), arguments: arguments.to_owned() }
}

fn link(user: UserId) -> Event {
    start(&format!("r_{user}"))
}

async fn make(house: &House, code: &str, gift: Amount, total_max: u32, lives: Option<Duration>) {
    let mut change = ChangeSet::new(house.clock.now());
    change.promos.push(PromoChange::Create(PromoCode {
        code: code.to_owned(),
        gift,
        total_max,
        per_user_max: 1,
        expires_at: lives.map(|lives| house.clock.now() + lives),
        created_at: house.clock.now(),
    }));
    assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
}

async fn user(house: &House, chat: ChatId) -> UserId {
    house.session(chat).await.unwrap().person.user
}

/// Money and runs.
async fn has(house: &House, chat: ChatId) -> (i64, i64) {
    let session = house.session(chat).await.unwrap();
    (session.money.posted, session.runs.posted)
}

fn heard(house: &House, chat: ChatId) -> String {
    house.telegram.said(chat).pop().unwrap()
}

#[tokio::test]
async fn a_newcomer_by_a_link_gets_the_codes_gift_beside_the_welcome_and_sees_both() {
    let house = House::open();
    make(&house, "SUMMER", Amount::money(Money::from_kopecks(50_00)), 10, None).await;
    house.event(ANN, start("p_summer")).await;
    assert_eq!(has(&house, ANN).await, (150_00, 0));
    assert!(heard(&house, ANN).contains("150\u{a0}₽"), "{}", heard(&house, ANN));
    house.event(ANN, start("p_summer")).await;
    assert!(heard(&house, ANN).contains(&words("notice-promo-used-by-you")));
    assert_eq!(has(&house, ANN).await, (150_00, 0));
    house.audit().await;
}

#[tokio::test]
async fn the_last_uses_of_a_code_go_to_as_many_as_there_are() {
    let house = Arc::new(House::open());
    make(&house, "TWO", Amount::runs(4), 2, None).await;
    let chats: Vec<ChatId> = (600..608).map(ChatId).collect();
    for chat in &chats {
        house.start(*chat).await;
    }
    let mut all = JoinSet::new();
    for (update, chat) in (5000..).zip(chats.clone()) {
        let house = house.clone();
        let event = Event::Command { name: "promo".to_owned(), arguments: "two".to_owned() };
        all.spawn(async move { house.update(update, chat, event).await });
    }
    all.join_all().await;
    let mut given = 0;
    for chat in chats {
        let (_, runs) = has(&house, chat).await;
        assert!(runs == 4 || heard(&house, chat).contains(&words("notice-promo-used-up")));
        given += runs;
    }
    assert_eq!(given, 8);
    house.audit().await;
}

#[tokio::test]
async fn an_expired_code_and_a_guessers_right_one_give_nothing() {
    let house = House::open();
    house.start(ANN).await;
    make(&house, "OLD", Amount::runs(1), 9, Some(Duration::from_secs(60))).await;
    make(&house, "GOOD", Amount::runs(1), 9, None).await;
    house.clock.advance(Duration::from_secs(60));
    house.press(ANN, Action::Promo).await;
    house.say(ANN, "old").await;
    assert!(heard(&house, ANN).contains(&words("notice-promo-expired")));
    for _ in 0..GUESSES_MAX {
        house.say(ANN, "bad").await;
    }
    house.say(ANN, "good").await;
    assert_eq!(has(&house, ANN).await.1, 0);
    house.clock.advance(Duration::from_secs(3600));
    house.say(ANN, "good").await;
    assert_eq!(has(&house, ANN).await.1, 1);
}

/// The friend's payment is credited; what follows from it for both.
async fn pay(house: &House, chat: ChatId) {
    let mut change = ChangeSet::new(house.clock.now());
    house.app.reward_referral(&mut change, user(house, chat).await).await.unwrap();
    assert_eq!(house.store.commit(&change).await.unwrap(), Commit::Committed);
}

async fn figures(house: &House, chat: ChatId) -> ReferralFigures {
    house.store.referral_figures(user(house, chat).await).await.unwrap()
}

#[tokio::test]
async fn a_friends_first_payment_rewards_both_once() {
    let house = House::open();
    house.start(ANN).await;
    let ann = user(&house, ANN).await;
    house.event(BEN, link(ann)).await;
    assert!(heard(&house, BEN).contains(&words("notice-invited-gift")), "{}", heard(&house, BEN));
    assert_eq!(house.session(BEN).await.unwrap().person.origin, Some(format!("r_{ann}")));
    assert_eq!((has(&house, ANN).await.1, has(&house, BEN).await.1), (0, 0), "coming alone brings nothing");
    for _ in 0..2 {
        pay(&house, BEN).await;
    }
    house.work().await;
    assert_eq!((has(&house, ANN).await.1, has(&house, BEN).await.1), (5, 3));
    assert_eq!(figures(&house, ANN).await, ReferralFigures { invited: 1, rewarded: 1 });
    for (chat, key) in [(ANN, "notice-referral-inviter"), (BEN, "notice-referral-invited")] {
        let told = house.telegram.said(chat).iter().filter(|said| said.contains(&words(key))).count();
        assert_eq!(told, 1, "{key}");
    }
    house.audit().await;
}

#[tokio::test]
async fn nobody_brings_themselves_or_who_was_here_or_who_brought_them() {
    let house = House::open();
    house.start(ANN).await;
    let ann = user(&house, ANN).await;
    house.event(ANN, link(ann)).await;
    house.event(BEN, link(ann)).await;
    let ben = user(&house, BEN).await;
    house.event(ANN, link(ben)).await;
    assert_eq!((figures(&house, ANN).await.invited, figures(&house, BEN).await.invited), (1, 0));
    // A link of nobody, and of somebody who is gone.
    house.event(ChatId(700), link(UserId::from_bytes([9; 16]))).await;
    assert_eq!(house.store.referral(user(&house, ChatId(700)).await).await.unwrap(), None);
    pay(&house, ANN).await;
    assert_eq!(has(&house, ANN).await.1, 0, "nobody brought them");
    // Who deletes their data and comes back was here: no second welcome, no friend.
    let chat = ChatId(701);
    house.start(chat).await;
    house.press(chat, Action::Forget).await;
    house.press(chat, Action::ForgetForGood).await;
    house.event(chat, link(ann)).await;
    assert_eq!((figures(&house, ANN).await.invited, has(&house, chat).await), (1, (0, 0)));
    house.audit().await;
}

#[tokio::test]
async fn an_inviters_day_has_an_end_and_friends_get_theirs_all_the_same() {
    let house = House::open();
    house.start(ANN).await;
    let ann = user(&house, ANN).await;
    for (number, inviter_has) in [(0, 5), (1, 10), (2, 10)] {
        let chat = ChatId(800 + number);
        house.event(chat, link(ann)).await;
        pay(&house, chat).await;
        assert_eq!((has(&house, ANN).await.1, has(&house, chat).await.1), (inviter_has, 3), "{number}");
    }
    house.press(ANN, Action::Friends).await;
    assert!(heard(&house, ANN).contains(&words("friends-day-full")));
    house.clock.advance(Duration::from_secs(24 * 3600));
    house.event(BEN, link(ann)).await;
    pay(&house, BEN).await;
    assert_eq!(has(&house, ANN).await.1, 15);
    house.audit().await;
}

#[tokio::test]
async fn an_inviter_who_has_deleted_their_data_gets_nothing_and_the_friend_does() {
    let house = House::open();
    house.start(ANN).await;
    let ann = user(&house, ANN).await;
    house.event(BEN, link(ann)).await;
    house.press(ANN, Action::Forget).await;
    house.press(ANN, Action::ForgetForGood).await;
    pay(&house, BEN).await;
    house.work().await;
    assert_eq!(has(&house, BEN).await.1, 3);
    assert_eq!(house.store.wallet(ann, domain::ledger::Unit::Run).await.unwrap().posted, 0);
    house.audit().await;
}

#[tokio::test]
async fn the_personal_link_bears_the_bots_own_name() {
    let house = House::open();
    house.start(ANN).await;
    house.press(ANN, Action::Friends).await;
    let screens = house.telegram.sent().into_iter().filter_map(|sent| match sent {
        Sent::Shown { screen, .. } => Some(screen),
        _ => None,
    });
    let copied: Vec<String> = screens
        .flat_map(|screen| screen.keyboard.into_iter().flatten())
        .filter_map(|button| if let Press::Copy(link) = button.press { Some(link) } else { None })
        .collect();
    assert_eq!(copied, [format!("https://t.me/house_bot?start=r_{}", user(&house, ANN).await)]);
}
