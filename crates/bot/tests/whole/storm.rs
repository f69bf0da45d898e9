//! Several people at work while the bot is killed again and again, at no chosen moment.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use sandbox::telegram::{Checkout, TelegramSimulator};

use crate::bound::{SOON, until};
use crate::ground::Ground;
use crate::process::Bot;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Walker, Words};

const PEOPLE: i64 = 6;
/// How long each life of the bot lasts, in milliseconds. What happens at these moments is different in every run.
const LIVES_MS: [u64; 5] = [150, 900, 420, 1300, 640];
/// What each person pays: amounts that have a button, in kopecks. Each is an invoice of its own, also while the one before is not known to
/// be paid.
const PAYMENTS: [(&str, i64); 3] = [("100", 10_000), ("500", 50_000), ("1,000", 100_000)];

/// Every order ends, delivered and paid or failed and released; KIE made one task at most for each; the books are sound.
pub(crate) async fn kills_at_random_moments_lose_nothing(ground: Ground) {
    // Without callbacks: a task whose answer was lost fails after seconds and not after minutes.
    lose_nothing(ground, Plan::polling()).await;
}

/// The same by another way to the database.
pub(crate) async fn lose_nothing(ground: Ground, plan: Plan) {
    let mut stage = Stage::open(ground, plan.with("JOB_LEASE_MS", "2000")).await;
    let people: Vec<Walker> = (0..PEOPLE).map(|number| stage.person(601 + number, Words::En)).collect();
    for person in &people {
        person.start().await;
    }
    let (ends, ()) = tokio::join!(join_all(people.iter().map(order)), kills(&mut stage.bot));
    for (person, delivered) in people.iter().zip(ends) {
        let prompt = prompt_of(person);
        let made = stage.kie.created().iter().filter(|created| created.input["prompt"] == prompt.as_str()).count();
        let (photos, documents) = person.files();
        if delivered {
            assert_eq!(made, 1, "{prompt}");
            assert!(photos >= 1 && documents >= 1, "{prompt}");
            assert!(photos + documents <= 2 + LIVES_MS.len(), "{prompt}: one part is doubled by a kill at most");
            assert_eq!(person.balance().await, (WELCOME - PICTURE_PRICE, 0), "{prompt}");
        } else {
            assert!(made <= 1, "{prompt}");
            assert_eq!((photos, documents), (0, 0), "{prompt}");
            assert_eq!(person.balance().await, (WELCOME, 0), "{prompt}");
        }
    }
    stage.close().await;
}

/// Some payments are told twice, some never; each is credited once in the end.
pub(crate) async fn kills_at_random_moments_lose_no_payment(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook().with("JOB_LEASE_MS", "2000")).await;
    let people: Vec<Walker> = (0..PEOPLE).map(|number| stage.person(601 + number, Words::En)).collect();
    for person in &people {
        person.start().await;
    }
    stage.telegram.lose_next_updates("successful_payment", 2);
    stage.telegram.double_next_updates("successful_payment", 4);
    let telegram = Arc::clone(&stage.telegram);
    tokio::join!(join_all(people.iter().map(|person| top_up(&telegram, person))), kills(&mut stage.bot));
    stage.telegram.wait_idle(SOON).await.expect("no update waits");
    stage.reborn().await;
    let paid = stage.moved(false);
    assert_eq!(paid.len(), PAYMENTS.len() * people.len(), "{paid:?}");
    for person in &people {
        person.has(WELCOME + PAYMENTS.iter().map(|(_, kopecks)| kopecks).sum::<i64>()).await;
    }
    stage.close().await;
}

/// Pays invoices, one after the other, each until the bot says yes.
async fn top_up(telegram: &TelegramSimulator, person: &Walker) {
    for (label, _) in PAYMENTS {
        person.asks_for(label).await;
        let link = person.gets_link().await;
        until("the bot says yes", async || {
            let checkout = telegram.pay_link(person.id, &link, SOON).await.expect("the link is known");
            matches!(checkout, Checkout::Paid { .. }).then_some(())
        })
        .await;
    }
}

async fn kills(bot: &mut Bot) {
    for life in LIVES_MS {
        // Not a wait for something: the length of a life.
        tokio::time::sleep(Duration::from_millis(life)).await;
        bot.kill9();
        bot.start().await;
    }
}

/// Orders a picture and waits for the order's end: true if it was delivered.
async fn order(person: &Walker) -> bool {
    person.order(&prompt_of(person)).await;
    let (delivered, failed) = (person.words.of("state-delivered"), person.words.of("state-failed"));
    until("the order ends", async || {
        let state = person.newest_work().await?;
        [(true, &delivered), (false, &failed)]
            .into_iter()
            .find_map(|(end, word)| state.starts_with(word).then_some(end))
    })
    .await
}

fn prompt_of(person: &Walker) -> String {
    format!("a cat for {}", person.id)
}
