//! SIGTERM: what is in flight ends, the exit code is 0, and the next life goes on from there, also while two versions overlap.

use crate::bound::SOON;
use crate::gate::Hold;
use crate::ground::Ground;
use crate::stage::{Plan, Stage, free_port};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
const BEN: i64 = 502;

/// The answer of createTask comes after the signal: it is taken, nothing is made twice, nothing is lost.
pub(crate) async fn sigterm_lets_createtask_end(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook().manual().with("KIE_CREATE_BUDGET_MS", "5000")).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let mut held = stage.kie_gate.hold(Hold::after("/createTask"));
    ann.order("a cat").await;
    held.caught().await;
    stage.bot.signal_term();
    held.release();
    assert_eq!(stage.bot.ended().await, Some(0));
    let task = stage.created(1).await;
    stage.bot.start().await;
    assert!(stage.kie.complete(&task));
    ann.gets_picture().await;
    assert_eq!(stage.kie.created().len(), 1);
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// A screen is on its way when the signal comes: it arrives, its update is taken, and Telegram repeats nothing.
pub(crate) async fn sigterm_lets_an_update_end(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    let mut held = stage.telegram_gate.hold(Hold::before("/sendMessage"));
    ann.say("/start").await;
    held.caught().await;
    stage.bot.signal_term();
    held.release();
    assert_eq!(stage.bot.ended().await, Some(0));
    ann.offered(&ann.words.of("kind-text-to-image")).await;
    let update = stage.last_update("message");
    let update = stage.telegram.wait_update(update.update_id, SOON).await.expect("it is taken");
    assert_eq!(update.attempts, 1);
    stage.bot.start().await;
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

/// A deployment: the new version starts while the old one works, then the old one gets SIGTERM.
pub(crate) async fn two_versions_overlap(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook().manual()).await;
    let (ann, ben) = (stage.person(ANN, Words::En), stage.person(BEN, Words::Ru));
    ann.start().await;
    ann.order("a cat").await;
    let anns = stage.created(1).await;
    let mut new = stage.bot.twin(free_port());
    new.start().await;
    let old = std::mem::replace(&mut stage.bot, new);
    ben.start().await;
    ben.order("a dog").await;
    let bens = stage.created(2).await;
    let mut old = old;
    old.signal_term();
    // Both versions may still have it; whoever has, nobody else does.
    assert!(stage.kie.complete(&bens));
    assert_eq!(old.ended().await, Some(0));
    assert!(stage.kie.complete(&anns));
    ann.gets_files().await;
    ben.gets_files().await;
    for person in [&ann, &ben] {
        assert_eq!(person.files(), (1, 1));
        assert_eq!(person.balance().await, (WELCOME - PICTURE_PRICE, 0));
    }
    assert_eq!(stage.kie.created().len(), 2);
    stage.close().await;
}
