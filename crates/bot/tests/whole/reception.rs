//! Where updates go when there are several instances: the webhook is looked after, set once, and not fought over.

use crate::bound::until;
use crate::ground::Ground;
use crate::stage::{Plan, Stage, free_port};
use crate::walk::{WELCOME, Words};

const ANN: i64 = 501;
/// Looks at the webhook after which a war would have shown.
const LOOKS: usize = 8;

fn watchful() -> Plan {
    Plan::webhook().with("WEBHOOK_CHECK_MS", "100")
}

fn calls(stage: &Stage, method: &str) -> usize {
    stage.telegram_gate.seen().iter().filter(|seen| seen.path.ends_with(method)).count()
}

async fn looked_at(stage: &Stage, times: usize) {
    let before = calls(stage, "/getWebhookInfo");
    until("looks at the webhook", async || (calls(stage, "/getWebhookInfo") >= before + times).then_some(())).await;
}

/// Two instances with one address set it once, and once again when somebody has taken it away.
pub(crate) async fn allies_set_it_once(ground: Ground) {
    let stage = Stage::open(ground, Plan { front: true, ..watchful() }).await;
    let mut ally = stage.bot.ally(free_port());
    ally.start().await;
    looked_at(&stage, LOOKS).await;
    assert_eq!(calls(&stage, "/setWebhook"), 1);
    let take_away = format!("{}/bot{}/deleteWebhook", stage.telegram.base_url(), stage.telegram.token());
    assert!(stage.http.post(take_away).send().await.expect("an answer").status().is_success());
    until("it is set again", async || (calls(&stage, "/setWebhook") == 2).then_some(())).await;
    looked_at(&stage, LOOKS).await;
    assert_eq!(calls(&stage, "/setWebhook"), 2);
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ally.signal_term();
    assert_eq!(ally.ended().await, Some(0));
    stage.close().await;
}

/// Of two addresses the one that was started last has it; the other one says so once, and has it back when it is started again.
pub(crate) async fn the_last_to_start_has_it(ground: Ground) {
    const LOST: &str = "an installation that was started later has the webhook at another address: if";
    let mut stage = Stage::open(ground, watchful()).await;
    let mut rival = stage.bot.twin(free_port());
    rival.start().await;
    until("the old one says that it has lost", async || stage.bot.log().contains(LOST).then_some(())).await;
    assert_eq!(stage.bot.status("/health").await, Some(200));
    assert_eq!(stage.bot.status("/ready").await, Some(503), "it is told that nothing comes here");
    looked_at(&stage, LOOKS).await;
    assert_eq!(calls(&stage, "/setWebhook"), 2, "each start sets it once");
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.bot.signal_term();
    assert_eq!(stage.bot.ended().await, Some(0));
    stage.bot.start().await;
    until("the rival says that it has lost", async || (stage.bot.log().matches(LOST).count() == 2).then_some(())).await;
    rival.signal_term();
    assert_eq!(rival.ended().await, Some(0));
    assert_eq!(calls(&stage, "/setWebhook"), 3);
    assert_eq!(stage.bot.log().matches(LOST).count(), 2, "each said it once");
    assert_eq!(ann.balance().await, (WELCOME, 0));
    stage.close().await;
}

/// An installation that polls, and one with a webhook that was started later: the webhook stays.
pub(crate) async fn a_poller_yields_to_a_later_webhook(ground: Ground) {
    const LOST: &str = "an installation that was started later has updates sent to its webhook";
    let mut stage = Stage::open(ground, Plan::polling().with("JOB_LEASE_MS", "2000")).await;
    let port = free_port();
    let mut later = stage.bot.twin(port).with("BOT_MODE", "webhook").with("WEBHOOK_CHECK_MS", "100");
    later = later.with("WEBHOOK_BASE_URL", &format!("http://127.0.0.1:{port}"));
    later.start().await;
    until("the poller says that it has lost", async || stage.bot.log().contains(LOST).then_some(())).await;
    looked_at(&stage, LOOKS).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    assert_eq!((calls(&stage, "/setWebhook"), calls(&stage, "/deleteWebhook")), (1, 0));
    std::mem::swap(&mut stage.bot, &mut later);
    later.signal_term();
    assert_eq!(later.ended().await, Some(0));
    stage.close().await;
}
