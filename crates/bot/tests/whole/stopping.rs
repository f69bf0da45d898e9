//! SIGTERM: what is in flight ends, the exit code is 0, and the next life goes on from there, also while two versions overlap.

use std::time::Duration;

use crate::bound::{SOON, until};
use crate::gate::Hold;
use crate::ground::Ground;
use crate::shelf::Shelf;
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

/// Calls that take longer than the time for the end are given up, and what they belong to is handed back: the lease would last two minutes.
pub(crate) async fn what_is_too_slow_goes_on_elsewhere_at_once(ground: Ground) {
    let plan = Plan::webhook().manual().with("SHUTDOWN_MS", "4000").with("JOB_LEASE_MS", "120000");
    let plan = plan.with("KIE_CREATE_BUDGET_MS", "60000").with("KIE_ANSWER_WAIT_MIN_MS", "600000");
    let mut stage = Stage::open(ground, Plan { front: true, ..plan }).await;
    let (ann, ben) = (stage.person(ANN, Words::En), stage.person(BEN, Words::En));
    ann.start().await;
    ben.start().await;
    let shelf = Shelf::with_picture(64).await;
    stage.kie.next_task_returns(&shelf.result());
    ben.order("a dog").await;
    let bens = stage.created(1).await;
    let mut slow_send = stage.telegram_gate.hold(Hold::before("/sendPhoto"));
    assert!(stage.kie.complete(&bens));
    slow_send.caught().await;
    stage.kie.next_task_returns(&shelf.result());
    let mut slow_create = stage.kie_gate.hold(Hold::after("/createTask"));
    ann.order("a cat").await;
    slow_create.caught().await;
    let port = free_port();
    let mut new = stage.bot.ally(port);
    new.start().await;
    stage.front.as_ref().expect("it was asked for").turn_to(&[port]);
    let mut old = std::mem::replace(&mut stage.bot, new);
    old.signal_term();
    let ended = tokio::time::timeout(Duration::from_secs(15), old.ended()).await;
    assert_eq!(ended.expect("the end is not as slow as the calls"), Some(0));
    drop((slow_send, slow_create));
    // Far below the lease: it was handed back.
    tokio::time::timeout(Duration::from_secs(30), ben.gets_files()).await.expect("it is sent at once");
    let anns = stage.created(2).await;
    assert!(stage.kie.complete(&anns));
    tokio::time::timeout(Duration::from_secs(30), ann.gets_files()).await.expect("the callback tells the task");
    for person in [&ann, &ben] {
        assert_eq!(person.files(), (1, 1));
        assert_eq!(person.balance().await, (WELCOME - PICTURE_PRICE, 0));
    }
    assert_eq!(stage.kie.created().len(), 2);
    stage.close().await;
}

/// A long poll is open for 25 s; the end does not wait for it, and the next life polls at once.
pub(crate) async fn sigterm_ends_an_open_getupdates(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::polling().with("JOB_LEASE_MS", "120000")).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.telegram.wait_idle(SOON).await.expect("no update waits");
    stage.bot.signal_term();
    let ended = tokio::time::timeout(Duration::from_secs(10), stage.bot.ended()).await;
    assert_eq!(ended.expect("a long poll is not waited for"), Some(0));
    stage.bot.start().await;
    let told = tokio::time::timeout(Duration::from_secs(15), ann.balance()).await;
    assert_eq!(told.expect("the poller's lease was given up"), (WELCOME, 0));
    stage.close().await;
}

/// While the database is away a start is healthy and not ready, which is what a platform and a person want to know; it may also be ended then.
pub(crate) async fn it_listens_before_it_is_ready(ground: Ground) {
    let stage = Stage::open(ground, Plan { cable: true, ..Plan::webhook() }).await;
    let cable = stage.cable.as_ref().expect("it was asked for");
    cable.cut();
    let mut early = stage.bot.ally(free_port());
    early.launch();
    until("it listens", async || early.status("/health").await.filter(|status| *status == 200)).await;
    assert_eq!(early.status("/ready").await, Some(503));
    early.signal_term();
    assert_eq!(early.ended().await, Some(0), "it may be ended before it is ready");
    early.launch();
    until("it listens", async || early.status("/health").await.filter(|status| *status == 200)).await;
    cable.mend();
    early.ready().await;
    early.signal_term();
    assert_eq!(early.ended().await, Some(0));
    until("the other one is ready again", async || stage.bot.status("/ready").await.filter(|status| *status == 200))
        .await;
    stage.close().await;
}
