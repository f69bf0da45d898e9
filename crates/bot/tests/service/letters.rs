//! Letters between users and owners: who gets them, what they say, and what is said when they do not get through.

use domain::ids::ChatId;
use domain::screen::{Action, DeskAct, PersonDeed, Press};

use crate::house::{ANN, House, OWNER, PARTNER, words};
use crate::telegram::Sent;

async fn with_owners() -> House {
    let house = House::open();
    for chat in [OWNER, PARTNER, ANN] {
        house.start(chat).await;
    }
    house
}

fn has(said: &[String], key: &str) -> bool {
    said.iter().any(|said| said.contains(&words(key)))
}

/// The reply button under the last screen of a chat that has one.
fn reply_button(house: &House, owner: ChatId) -> Option<Action> {
    house.telegram.sent().into_iter().rev().find_map(|sent| match sent {
        Sent::Shown { chat, screen, .. } if chat == owner => {
            screen.keyboard.into_iter().flatten().find_map(|button| match button.press {
                Press::Action(action @ Action::Reply { .. }) => Some(action),
                _ => None,
            })
        }
        _ => None,
    })
}

#[tokio::test]
async fn a_letter_reaches_every_owner_and_its_answer_comes_back() {
    let house = with_owners().await;
    house.press(ANN, Action::Support).await;
    house.say(ANN, "Where is <b>my</b> picture?").await;
    assert!(has(&house.telegram.said(ANN), "notice-asked"));
    house.work().await;
    for owner in [OWNER, PARTNER] {
        let said = house.telegram.said(owner);
        let letter = said.iter().find(|said| said.contains("Where is <b>my</b> picture?")).expect("the letter");
        let user = house.session(ANN).await.unwrap().person.user;
        assert!(letter.contains("User 501 (@user501)") && letter.contains(&user.to_string()), "{letter}");
    }
    house.press(OWNER, reply_button(&house, OWNER).expect("a button")).await;
    house.say(OWNER, "It is coming").await;
    assert!(has(&house.telegram.said(OWNER), "notice-answered"));
    house.work().await;
    let said = house.telegram.said(ANN);
    let answer = said.last().expect("the answer");
    assert!(answer.contains(&words("answer-text")) && answer.contains("It is coming"), "{answer}");
    let partner = house.telegram.said(PARTNER);
    assert!(!partner.iter().any(|said| said.contains("It is coming")));
    house.audit().await;
}

#[tokio::test]
async fn a_file_is_copied_below_the_words() {
    let house = with_owners().await;
    house.press(ANN, Action::Support).await;
    house.send_photo(ANN, 77, Some("see here")).await;
    house.work().await;
    let to_owner: Vec<_> = house
        .telegram
        .sent()
        .into_iter()
        .filter(|sent| match sent {
            Sent::Shown { chat, screen, .. } => *chat == OWNER && screen.text.to_plain().contains("see here"),
            Sent::Copied { to, .. } => *to == OWNER,
            _ => false,
        })
        .collect();
    assert!(matches!(to_owner[..], [Sent::Shown { .. }, Sent::Copied { from: ANN, message: 77, .. }]), "{to_owner:?}");
    house.press(OWNER, reply_button(&house, OWNER).expect("a button")).await;
    house.send_photo(OWNER, 88, None).await;
    house.work().await;
    assert!(house.telegram.sent().contains(&Sent::Copied { from: OWNER, message: 88, to: ANN }));
}

#[tokio::test]
async fn what_an_owner_writes_from_the_desk_may_bear_a_file() {
    let house = with_owners().await;
    let user = house.session(ANN).await.unwrap().person.user;
    house.press(OWNER, Action::Desk(DeskAct::Do { user, deed: PersonDeed::Write })).await;
    house.send_photo(OWNER, 88, Some("a gift")).await;
    assert!(has(&house.telegram.said(OWNER), "desk-written"));
    house.work().await;
    assert!(house.telegram.said(ANN).iter().any(|said| said.contains("a gift")));
    assert!(house.telegram.sent().contains(&Sent::Copied { from: OWNER, message: 88, to: ANN }));
}

#[tokio::test]
async fn a_file_that_can_not_be_copied_is_reported_to_who_sent_it() {
    let house = with_owners().await;
    house.telegram.refuses_copies();
    house.press(ANN, Action::Support).await;
    house.send_photo(ANN, 77, None).await;
    house.work().await;
    assert!(has(&house.telegram.said(ANN), "notice-letter-file-lost"));
    house.press(OWNER, reply_button(&house, OWNER).expect("a button")).await;
    house.send_photo(OWNER, 88, None).await;
    house.work().await;
    assert!(has(&house.telegram.said(OWNER), "notice-answer-file-lost"));
}

#[tokio::test]
async fn a_letter_that_nobody_can_get_is_said_to_be_lost_with_the_contact() {
    let house = House::open();
    house.start(ANN).await;
    house.press(ANN, Action::Support).await;
    house.say(ANN, "hello?").await;
    let said = house.telegram.said(ANN);
    assert!(has(&said, "notice-letter-lost-contact") && said.last().unwrap().contains("@help"), "{said:?}");
    assert!(!has(&said, "notice-asked"));
    house.work().await;
    assert_eq!(house.telegram.said(OWNER), Vec::<String>::new());
}

/// Both owners turn out to be gone only when the letter is sent: the last one's report reaches the user.
#[tokio::test]
async fn owners_who_turn_out_to_be_gone_are_reported_once() {
    let house = with_owners().await;
    house.press(ANN, Action::Support).await;
    house.say(ANN, "hello?").await;
    house.telegram.blocks(OWNER, true);
    house.telegram.blocks(PARTNER, true);
    house.work().await;
    let said = house.telegram.said(ANN);
    let lost = said.iter().filter(|said| said.contains(&words("notice-letter-lost-contact"))).count();
    assert_eq!(lost, 1, "{said:?}");
    // Who comes back reads it after all.
    house.telegram.blocks(OWNER, false);
    house.start(OWNER).await;
    house.work().await;
    assert!(house.telegram.said(OWNER).iter().any(|said| said.contains("hello?")));
}

#[tokio::test]
async fn an_answer_to_somebody_who_is_gone_or_forgotten_says_so() {
    let house = with_owners().await;
    house.press(ANN, Action::Support).await;
    house.say(ANN, "hello?").await;
    house.work().await;
    let reply = reply_button(&house, OWNER).expect("a button");
    house.telegram.blocks(ANN, true);
    house.press(OWNER, reply.clone()).await;
    house.say(OWNER, "hi").await;
    house.work().await;
    assert!(has(&house.telegram.said(OWNER), "notice-answer-waits"), "it turned out on the way");
    house.press(OWNER, reply.clone()).await;
    house.say(OWNER, "hi again").await;
    let waits = |said: &[String]| said.iter().filter(|said| said.contains(&words("notice-answer-waits"))).count();
    assert_eq!(waits(&house.telegram.said(OWNER)), 2, "it was known before");
    house.telegram.blocks(ANN, false);
    house.press(ANN, Action::ForgetForGood).await;
    house.work().await;
    house.press(OWNER, reply).await;
    assert!(has(&house.telegram.said(OWNER), "reply-to-nobody") || house.session(ANN).await.is_none());
    house.say(OWNER, "are you there?").await;
    assert!(has(&house.telegram.said(OWNER), "notice-answer-lost"));
}
