//! One user sends a thousand updates at once; another one goes on as before.

use std::time::Duration;

use tokio::time::Instant;

use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{Walker, Words};

const ANN: i64 = 501;
const HEAVY: i64 = 777;
const FLOOD: usize = 1000;
/// Each screen takes a turn of the 25 a second that Telegram allows over all chats: drawn one by one, the flood would take 40 s.
const BESIDE_MAX: Duration = Duration::from_secs(10);

/// Telegram hands over the updates of different users side by side.
pub(crate) async fn a_flood_by_webhook_costs_nobody_else_time(ground: Ground) {
    flood(ground, Plan::webhook()).await;
}

/// getUpdates gives the oldest hundred, whoever sent them: hers come after all of the flood.
pub(crate) async fn a_flood_by_polling_costs_nobody_else_time(ground: Ground) {
    flood(ground, Plan::polling()).await;
}

async fn flood(ground: Ground, plan: Plan) {
    let mode = plan.mode;
    let stage = Stage::open(ground, plan.with("USER_UPDATE_INTERVAL_MS", "300")).await;
    let (ann, heavy) = (stage.person(ANN, Words::En), stage.person(HEAVY, Words::En));
    ann.start().await;
    heavy.start().await;
    let alone = wait(&ann).await;
    for at in 0..FLOOD {
        stage.telegram.send_text(HEAVY, &format!("again {at}")).expect("the person may write");
    }
    let beside = wait(&ann).await;
    eprintln!("{mode}: an answer takes {alone:?}, beside a flood of {FLOOD} updates {beside:?}");
    assert!(beside < BESIDE_MAX, "{mode}: {beside:?}, alone {alone:?}");
    let heard = stage.telegram.messages(HEAVY).iter().filter(|message| message.is_from_bot()).count();
    assert!(heard < FLOOD / 4, "most of the flood is not drawn: {heard}");
    stage.close().await;
}

/// How long a person waits for an answer.
async fn wait(person: &Walker) -> Duration {
    let start = Instant::now();
    person.balance().await;
    start.elapsed()
}
