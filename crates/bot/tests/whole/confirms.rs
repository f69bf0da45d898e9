//! One order, one charge, however often it is pressed or told.

use futures_util::future::join_all;
use sandbox::telegram::UpdateState;

use crate::bound::{SOON, until};
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
const PRESSES: usize = 20;

/// Twenty presses of one button arrive together, one of them twice: as from a network that lost and repeated everything.
pub(crate) async fn twenty_at_once_are_one(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let review = ann.compose("a cat").await;
    // Telegram itself would send them one by one; so it loses them, and the test posts them.
    stage.telegram.lose_next_updates("callback_query", PRESSES);
    for _ in 0..PRESSES {
        ann.press(&ann.words.of("button-confirm")).await;
    }
    let lost = stage.telegram.updates().into_iter().filter(|update| update.state == UpdateState::Lost);
    let mut bodies: Vec<Vec<u8>> = lost
        .map(|update| stage.telegram.update_body(update.update_id).expect("it is known").to_string().into_bytes())
        .collect();
    assert_eq!(bodies.len(), PRESSES, "presses of {}", review.text);
    bodies.extend(bodies.first().cloned());
    let posts = bodies.iter().map(async |body| {
        // 503 asks for a repeat: so many changes of one conversation at once get into each other's way.
        until("the press is taken", async || {
            let status = stage.telegram.send_raw_body(body).await.expect("an answer");
            assert!([200, 503].contains(&status), "{status}");
            (status == 200).then_some(())
        })
        .await;
    });
    join_all(posts).await;
    // The last press may have been drawn after the end: then the window shows that.
    ann.gets_files().await;
    assert_eq!(stage.kie.created().len(), 1);
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// Telegram repeats what it believes was not taken: the command, the prompt, the confirm.
pub(crate) async fn a_repeated_update_has_no_second_effect(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    ann.gets_picture().await;
    for update in stage.telegram.updates() {
        assert!(stage.telegram.redeliver(update.update_id), "{update:?}");
        let repeated = stage.telegram.wait_update(update.update_id, SOON).await.expect("it is taken");
        assert_eq!(repeated.state, UpdateState::Delivered);
    }
    assert_eq!(stage.kie.created().len(), 1);
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}
