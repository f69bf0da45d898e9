//! One user with much to do does not make the others wait. Each case tells how long a user waits beside a crowd of one, and how long without it.

use std::time::Duration;

use domain::clock::Clock;
use domain::ids::{ChatId, InputId};
use domain::ports::{Claim, JobKind, Store};
use domain::screen::{Action, Key};

use crate::house::{ANN, House, PICTURE};

const HEAVY: ChatId = ChatId(777);
const CROWD: usize = 50;
/// KIE takes one creation each so often (`kie_client::Pace::KIE`); here it is what all wait for.
const PACE: Duration = Duration::from_millis(1050);

impl House {
    async fn asks_for(&self, chat: ChatId, words: &str) {
        self.press(chat, Action::Create { model: Key::of(PICTURE) }).await;
        self.say(chat, words).await;
        let confirm = self.confirm_of(chat).await;
        self.event(chat, confirm).await;
    }

    /// Works off what is due, one claim at a time, and lets KIE's pace pass with each creation, until this was asked for; gives how many
    /// creations that took.
    async fn works_until(&self, words: &str) -> usize {
        let before = self.kie.asked.lock().unwrap().len();
        for _ in 0..1000 {
            let (asked, now) = (self.kie.asked.lock().unwrap().clone(), self.clock.now());
            if asked.iter().any(|asked| asked == words) {
                return asked.len() - before;
            }
            let kinds = &[JobKind::Generation];
            let claim = Claim { kinds, owner: "house", now, lease: Duration::from_secs(120), limit: 1 };
            let Some(lease) = self.store.claim(claim).await.unwrap().pop() else {
                let due = self.store.next_due(kinds).unwrap().expect("something is to come");
                self.clock.advance(due.since(now));
                continue;
            };
            self.app.work(lease).await;
            if self.kie.asked.lock().unwrap().len() > asked.len() {
                self.clock.advance(PACE);
            }
        }
        panic!("it was never asked for");
    }
}

/// Fifty orders of one user are waiting, and ten of them were begun.
async fn beside_a_crowd() -> House {
    let house = House::open_with(|settings| settings.live_max = 2 * CROWD);
    house.start(HEAVY).await;
    house.start(ANN).await;
    for at in 0..CROWD {
        house.asks_for(HEAVY, &format!("lighthouse {at}")).await;
    }
    house.works_until("lighthouse 9").await;
    house
}

#[tokio::test]
async fn fifty_orders_of_one_user_let_anothers_first_one_through() {
    let alone = House::open();
    alone.start(ANN).await;
    alone.asks_for(ANN, "a cat").await;
    let without = alone.works_until("a cat").await;

    let house = beside_a_crowd().await;
    house.asks_for(ANN, "a cat").await;
    let beside = house.works_until("a cat").await;
    // In the order of their coming she would be the 41st: 43 s.
    eprintln!("an order waits for {without} creation without the crowd, {beside} beside it");
    assert_eq!((without, beside), (1, 1));
    house.works_until(&format!("lighthouse {}", CROWD - 1)).await;
    house.audit().await;
}

/// After an outage all of them are due at the same moment; their places are as before.
#[tokio::test]
async fn after_an_outage_the_crowd_does_not_overtake() {
    let house = beside_a_crowd().await;
    house.kie.rests_for(Some(Duration::from_secs(300)));
    house.asks_for(ANN, "a cat").await;
    let asked = house.kie.asked.lock().unwrap().len();
    house.work_now().await;
    assert_eq!(house.kie.asked.lock().unwrap().len(), asked, "nothing was asked of KIE");
    house.kie.rests_for(None);
    house.clock.advance(Duration::from_secs(300));
    let beside = house.works_until("a cat").await;
    eprintln!("after an outage an order waits for {beside} creations beside the crowd");
    assert!(beside <= 2, "{beside}");
    house.audit().await;
}

#[tokio::test]
async fn many_files_of_one_user_let_anothers_first_one_through() {
    let house = House::open();
    house.start(HEAVY).await;
    house.start(ANN).await;
    for message in 0..30 {
        house.send_photo(HEAVY, message, None).await;
    }
    house.clock.advance(Duration::from_secs(1));
    house.send_photo(ANN, 100, None).await;
    let ann = house.session(ANN).await.unwrap().person.user;
    let mut before = 0;
    loop {
        let (kinds, now) = (&[JobKind::Input], house.clock.now());
        let claim = Claim { kinds, owner: "house", now, lease: Duration::from_secs(120), limit: 1 };
        let lease = house.store.claim(claim).await.unwrap().pop().expect("her file is due");
        let file = house.store.inputs(&[InputId::from_bytes(lease.key.subject)]).await.unwrap().remove(0);
        if file.user == ann {
            break;
        }
        before += 1;
    }
    eprintln!("a file waits for {before} others beside thirty of one user");
    assert!(before <= 2, "{before}");
}
