//! Several instances on one PostgreSQL: deploys, pollers, and a crowd that orders while instances come and go.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::join_all;
use storage::testing::variable;

use crate::bound::{SOON, until};
use crate::ground::Ground;
use crate::process::{Bot, OURS};
use crate::shelf::Shelf;
use crate::stage::{Plan, Stage, free_port};
use crate::walk::{PICTURE_PRICE, WELCOME, Walker, Words};

const ANN: i64 = 501;
/// Dozens of people order at once.
const CROWD: i64 = 24;
/// Instances come and go so often; `KIEBOT_FLEET_ROUNDS` asks for more.
const ROUNDS: u64 = 1;
const LEASE_MS: &str = "2000";
/// Half of it is longer than a busy machine stands still.
const CROWD_LEASE_MS: &str = "18000";
/// An instance that is killed, and one that is ended, may each have sent a part whose answer they did not hear.
const DOUBLED_MAX: u64 = 2;

/// As Render does it: the new version starts and is healthy, traffic moves, after a while the old one gets SIGTERM. Nobody notices; neither
/// when the old version is deployed again on the migrated database, nor when the new one is after that. Both are ours, unless
/// `KIEBOT_DEPLOYED_BIN` names the one that is deployed: `cargo xtask rolling`.
pub(crate) async fn deploys_are_not_noticed(ground: Ground) {
    // Nobody is killed here, so a busy machine must not look like one that was: generous times.
    let plan = Plan::webhook().with("JOB_LEASE_MS", "60000").with("KIE_CREATE_BUDGET_MS", "20000");
    let deployed = variable("KIEBOT_DEPLOYED_BIN").map(PathBuf::from);
    let mut stage = Stage::open(ground, Plan { front: true, release: deployed.clone(), ..plan }).await;
    let _shelf = quick_pictures(&stage, 3 * 6).await;
    let people: Vec<Walker> = (0..6).map(|number| stage.person(601 + number, Words::En)).collect();
    for person in &people {
        person.start().await;
    }
    let deploys = async {
        let ours = Path::new(OURS);
        for release in [ours, deployed.as_deref().unwrap_or(ours), ours] {
            let port = free_port();
            let mut new = stage.bot.ally(port).of(release);
            new.start().await;
            stage.front.as_ref().expect("it was asked for").turn_to(&[port]);
            // Not a wait for something: how long both are there, which is 60 s at Render.
            tokio::time::sleep(Duration::from_millis(700)).await;
            let mut old = std::mem::replace(&mut stage.bot, new);
            old.signal_term();
            assert_eq!(old.ended().await, Some(0));
        }
    };
    let orders = join_all(people.iter().map(async |person| {
        for number in 0..3 {
            assert!(
                ordered(person, &format!("{} of {}", number, person.id)).await,
                "nobody was killed: it is delivered"
            );
        }
    }));
    tokio::join!(deploys, orders);
    for person in &people {
        assert_eq!(person.files(), (3, 3), "nothing twice, nothing lost");
        assert_eq!(person.balance().await, (WELCOME - 3 * PICTURE_PRICE, 0));
    }
    assert_eq!(stage.kie.created().len(), 3 * people.len());
    // Releases may wish for different kinds of updates.
    let webhooks_max = if deployed.is_some() { 4 } else { 1 };
    let webhooks = stage.telegram_gate.seen().iter().filter(|seen| seen.path.ends_with("/setWebhook")).count();
    assert!((1..=webhooks_max).contains(&webhooks), "set {webhooks} times");
    stage.close().await;
}

/// The one that polls is killed: another one polls when its lease has run out.
pub(crate) async fn a_killed_poller_is_followed(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::polling().with("JOB_LEASE_MS", LEASE_MS)).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let mut second = stage.bot.ally(free_port());
    second.start().await;
    assert_eq!(stage.bot.status("/ready").await, Some(200));
    stage.bot.kill9();
    ann.order("a cat").await;
    ann.gets_picture().await;
    stage.bot = second;
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// The one that polls is frozen in its long poll, and thawed after another one has taken over: what it still has in hand does nothing.
pub(crate) async fn a_frozen_poller_does_nothing_twice(ground: Ground) {
    let stage = Stage::open(ground, Plan::polling().with("JOB_LEASE_MS", LEASE_MS)).await;
    let ann = stage.person(ANN, Words::En);
    ann.compose("a cat").await;
    let mut second = stage.bot.ally(free_port());
    second.start().await;
    stage.bot.signal("STOP");
    // Telegram gives it to the long poll that is open: the frozen one has it, and never says that it is done.
    ann.press(&ann.words.of("button-confirm")).await;
    ann.gets_picture().await;
    let standing_by = |stage: &Stage| stage.bot.log().matches(r#""lease":"Others""#).count();
    let before = standing_by(&stage);
    stage.bot.signal("CONT");
    until("the thawed one stands by", async || (standing_by(&stage) > before).then_some(())).await;
    ann.press(&ann.words.of("button-again")).await;
    ann.press(&ann.words.of("button-confirm")).await;
    until("the second picture", async || (ann.files() == (2, 2)).then_some(())).await;
    assert_eq!(stage.kie.created().len(), 2, "each confirm is one order");
    assert_eq!(ann.balance().await, (WELCOME - 2 * PICTURE_PRICE, 0));
    second.signal_term();
    assert_eq!(second.ended().await, Some(0));
    stage.close().await;
}

/// Three instances, one killed, one ended, one added, while a crowd orders and a broadcast goes out.
pub(crate) async fn a_crowd_is_served_while_instances_come_and_go(ground: Ground) {
    // Without callbacks: a task whose answer was lost fails after seconds and not after minutes.
    let plan = Plan::polling().with("JOB_LEASE_MS", CROWD_LEASE_MS).with("KIE_CREATE_BUDGET_MS", "5000");
    let mut stage = Stage::open(ground, plan).await;
    let rounds = variable("KIEBOT_FLEET_ROUNDS").map_or(ROUNDS, |text| text.parse().expect("a number of rounds"));
    let _shelf = quick_pictures(&stage, usize::try_from(rounds).expect("few") * 100).await;
    let people: Vec<Walker> = (0..CROWD).map(|number| stage.person(601 + number, Words::En)).collect();
    join_all(people.iter().map(Walker::start)).await;
    let mut fleet = vec![stage.bot.ally(free_port()), stage.bot.ally(free_port())];
    join_all(fleet.iter_mut().map(Bot::start)).await;
    for round in 1..=rounds {
        // One is sent at a time: it is refused until the one before has ended.
        until("a broadcast begins", async || stage.ground.try_execute(&broadcast(round)).await.ok()).await;
        let prompt = |person: &Walker| format!("round {round} of {}", person.id);
        let orders = join_all(people.iter().map(async |person| ordered(person, &prompt(person)).await));
        let changes = async {
            let added = stage.bot.ally(free_port());
            // Not waits for something: at what moments of the crowd's work it happens.
            tokio::time::sleep(Duration::from_millis(600)).await;
            fleet[0].kill9();
            tokio::time::sleep(Duration::from_millis(600)).await;
            // The one that polls.
            stage.bot.signal_term();
            assert_eq!(stage.bot.ended().await, Some(0));
            fleet[0] = added;
            fleet[0].start().await;
            stage.bot.start().await;
        };
        let (ends, ()) = tokio::join!(orders, changes);
        for (person, delivered) in people.iter().zip(ends) {
            let prompt = prompt(person);
            let made = stage.kie.created().iter().filter(|created| created.input["prompt"] == prompt.as_str()).count();
            assert!(made <= 1 && (made == 1 || !delivered), "{prompt}: {made} tasks");
        }
        until("the broadcast has ended", async || {
            let word = format!("the news of round {round}.");
            let reached = people.iter().filter(|person| person.heard(&word) > 0).count();
            // What a killed instance was sending is unknown, and never sent again: twenty at most.
            (reached + 20 >= people.len()).then_some(())
        })
        .await;
    }
    for person in &people {
        let delivered = person.charged(rounds).await;
        let (photos, documents) = person.files();
        let doubled = usize::try_from(DOUBLED_MAX * rounds).expect("few");
        assert!(photos >= delivered && documents >= delivered, "{}: {delivered} of {rounds}", person.id);
        assert!(photos + documents <= 2 * delivered + doubled, "{}: {photos} and {documents}", person.id);
        for round in 1..=rounds {
            assert!(person.heard(&format!("the news of round {round}.")) <= 1, "a broadcast comes once");
        }
    }
    for mut instance in fleet {
        instance.signal_term();
        assert_eq!(instance.ended().await, Some(0));
    }
    stage.close().await;
}

/// Pictures that are there at once: what is tested is not how fast one is drawn.
async fn quick_pictures(stage: &Stage, count: usize) -> Shelf {
    let shelf = Shelf::with_picture(1024).await;
    for _ in 0..count {
        stage.kie.next_task_returns(&shelf.result());
    }
    shelf
}

/// A broadcast to everybody that was just started, with its job.
fn broadcast(round: u64) -> String {
    let id = format!("decode(lpad('{round}', 32, '0'), 'hex')");
    let now = "CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT)";
    format!(
        "UPDATE people SET news = TRUE;
         INSERT INTO broadcasts (id, text, segment, audience, state, taken, sent, blocked, failed, unknown, created_at, started_at)
             VALUES ({id}, 'the news of round {round}.', 'everybody', 0, 'sending', 0, 0, 0, 0, 0, {now}, {now});
         INSERT INTO jobs (kind, subject, run_at, turn_at, fence, revision, attempts) VALUES ('broadcast', {id}, 0, 0, 0, 1, 0);"
    )
}

/// Orders a picture and waits for the order's end: true if it was delivered.
async fn ordered(person: &Walker, prompt: &str) -> bool {
    person.order(prompt).await;
    let (delivered, failed) = (person.words.of("state-delivered"), person.words.of("state-failed"));
    let end = async {
        loop {
            let state = person.newest_work().await.unwrap_or_default();
            if state.starts_with(&delivered) {
                return true;
            }
            if state.starts_with(&failed) {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    tokio::time::timeout(SOON * 2, end).await.unwrap_or_else(|_| panic!("{prompt}: it does not end"))
}

impl Walker {
    /// In how many messages the bot said that.
    fn heard(&self, words: &str) -> usize {
        self.said().iter().filter(|text| text.contains(words)).count()
    }

    /// How many of so many orders were paid: each at its price or not at all.
    async fn charged(&self, orders: u64) -> usize {
        let (balance, reserved) = self.balance().await;
        let paid = WELCOME - balance;
        assert_eq!((reserved, paid % PICTURE_PRICE), (0, 0), "{}", self.id);
        let count = usize::try_from(paid / PICTURE_PRICE).expect("nobody was given money");
        assert!(count <= usize::try_from(orders).expect("few"), "{}: {count} charges", self.id);
        count
    }
}
