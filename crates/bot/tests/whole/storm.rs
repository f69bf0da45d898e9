//! Several people at work while the bot is killed again and again, at no chosen moment.

use std::time::Duration;

use futures_util::future::join_all;

use crate::bound::until;
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Walker, Words};

const PEOPLE: i64 = 6;
/// How long each life of the bot lasts, in milliseconds. What happens at these moments is different in every run.
const LIVES_MS: [u64; 5] = [150, 900, 420, 1300, 640];

/// Every order ends, delivered and paid or failed and released; KIE made one task at most for each; the books are sound.
pub(crate) async fn kills_at_random_moments_lose_nothing(ground: Ground) {
    // Without callbacks: a task whose answer was lost fails after seconds and not after minutes.
    let mut stage = Stage::open(ground, Plan::polling().with("JOB_LEASE_MS", "2000")).await;
    let people: Vec<Walker> = (0..PEOPLE).map(|number| stage.person(601 + number, Words::En)).collect();
    for person in &people {
        person.start().await;
    }
    let kills = async {
        for life in LIVES_MS {
            // Not a wait for something: the length of a life.
            tokio::time::sleep(Duration::from_millis(life)).await;
            stage.bot.kill9();
            stage.bot.start().await;
        }
    };
    let (ends, ()) = tokio::join!(join_all(people.iter().map(order)), kills);
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
