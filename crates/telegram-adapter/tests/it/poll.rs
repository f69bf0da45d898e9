//! getUpdates against the simulator: order, repeats, the lease, storage away, the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use app::intake::UpdateOutcome;
use domain::clock::{Clock, ManualClock};
use domain::ports::UpdateKey;
use sandbox::telegram::{Fault, TelegramSimulator, UpdateState, User};
use serde_json::json;
use telegram_adapter::{PollOptions, PollState, Poller, Setup, WebhookWish};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::fakes::{FakeIntake, FakeStore, text};
use crate::support::{ADA, BUDGET, PATIENCE, assert_correct, client, simulator};

const BOB: i64 = 2002;
const BOT: i64 = 7_000_000_001;

/// A poller at work.
struct Running {
    intake: Arc<FakeIntake>,
    store: Arc<FakeStore>,
    state: Arc<PollState>,
    clock: Arc<ManualClock>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(simulator: &TelegramSimulator, clock: &Arc<ManualClock>, intake: FakeIntake) -> Self {
        Self::named(simulator, clock, intake, Arc::new(FakeStore::default()), "one")
    }

    fn named(
        simulator: &TelegramSimulator,
        clock: &Arc<ManualClock>,
        intake: FakeIntake,
        store: Arc<FakeStore>,
        owner: &str,
    ) -> Self {
        let intake = Arc::new(intake);
        // Short leases: a change of holder is seen within a third of it.
        let options = PollOptions { lease: Duration::from_millis(600), ..PollOptions::new(owner.to_owned()) };
        let poller = Poller::new(client(&simulator.base_url()), intake.clone(), store.clone(), clock.clone(), options);
        let (state, stop) = (poller.state(), CancellationToken::new());
        let task = tokio::spawn(poller.run(stop.clone()));
        Self { intake, store, state, clock: clock.clone(), stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.task).await.expect("it stops").expect("it does not panic");
        assert_eq!(self.store.holder(), None, "the lease is given back");
    }
}

fn all_done() -> FakeIntake {
    FakeIntake::new(|_| async { UpdateOutcome::Done })
}

/// Waits until Telegram forgot the update.
async fn confirmed(simulator: &TelegramSimulator, update: i64) {
    let view = simulator.wait_update(update, PATIENCE).await.unwrap();
    assert_eq!(view.state, UpdateState::Delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_are_handled_and_confirmed_and_health_is_told() {
    let (simulator, clock) = simulator().await;
    let running = Running::start(&simulator, &clock, all_done());
    for words in ["a", "b"] {
        let sent = simulator.send_text(ADA.0, words).unwrap();
        confirmed(&simulator, sent.update_id).await;
    }
    assert_eq!(running.intake.log(), ["begin a", "done a", "begin b", "done b"]);
    assert!(running.state.is_healthy(clock.now()) && running.state.last_success().is_some());
    let asked = &simulator.calls_of("getUpdates")[0].params;
    let kinds = json!(["message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"]);
    assert_eq!(asked["allowed_updates"], kinds);
    running.stop().await;
    assert_correct(&simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_ends_when_telegram_is_silent_for_long() {
    let (simulator, clock) = simulator().await;
    let running = Running::start(&simulator, &clock, all_done());
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    confirmed(&simulator, sent.update_id).await;
    let seen = running.state.last_success().unwrap();
    assert!(running.state.is_healthy(seen + Duration::from_secs(80)));
    assert!(!running.state.is_healthy(seen + Duration::from_secs(90)));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_is_served_in_order_and_does_not_hold_up_another() {
    let (simulator, clock) = simulator().await;
    simulator.add_user(User::new(BOB, "Боб"));
    let gate = Arc::new(Semaphore::new(0));
    let inner = Arc::clone(&gate);
    let running = Running::start(
        &simulator,
        &clock,
        FakeIntake::new(move |update| {
            let gate = Arc::clone(&inner);
            async move {
                if text(&update) == "slow" {
                    gate.acquire().await.unwrap().forget();
                }
                UpdateOutcome::Done
            }
        }),
    );
    let slow = simulator.send_text(ADA.0, "slow").unwrap();
    simulator.send_text(ADA.0, "next").unwrap();
    let other = simulator.send_text(BOB, "other").unwrap();
    running.intake.wait_count("done other", 1).await;
    let late = simulator.send_text(BOB, "late").unwrap();
    running.intake.wait_count("done late", 1).await;
    let log = running.intake.log();
    assert!(!log.contains(&"begin next".to_owned()), "{log:?}");
    assert_eq!(simulator.update(slow.update_id).unwrap().state, UpdateState::Pending, "nothing is confirmed past it");
    assert_eq!(simulator.update(other.update_id).unwrap().state, UpdateState::Pending);
    gate.add_permits(1);
    confirmed(&simulator, late.update_id).await;
    let log = running.intake.log();
    let place = |line: &str| log.iter().position(|found| found == line).unwrap();
    assert!(place("done slow") < place("begin next"), "{log:?}");
    assert_eq!(
        log.iter().filter(|line| line.starts_with("begin")).count(),
        4,
        "each once, though it came again: {log:?}"
    );
    running.stop().await;
    assert_correct(&simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn later_is_tried_again_here_until_it_is_done() {
    let (simulator, clock) = simulator().await;
    let tries = AtomicU32::new(0);
    let running = Running::start(
        &simulator,
        &clock,
        FakeIntake::new(move |_| {
            let later = tries.fetch_add(1, Ordering::SeqCst) < 2;
            async move { if later { UpdateOutcome::Later(Duration::ZERO) } else { UpdateOutcome::Done } }
        }),
    );
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    confirmed(&simulator, sent.update_id).await;
    assert_eq!(running.intake.log(), ["begin a", "later a", "begin a", "later a", "begin a", "done a"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_costs_nobody_else_an_update() {
    let (simulator, clock) = simulator().await;
    let strange = simulator.send_raw_update(json!({"message": {"text": ["?"], "chat": {"type": "hologram"}}}));
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    let running = Running::start(&simulator, &clock, all_done());
    confirmed(&simulator, strange).await;
    confirmed(&simulator, sent.update_id).await;
    let mut log = running.intake.log();
    log.sort();
    assert_eq!(log, ["begin ?", "begin a", "done ?", "done a"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_is_in_flight_and_leaves_the_rest_to_telegram() {
    let (simulator, clock) = simulator().await;
    let gate = Arc::new(Semaphore::new(0));
    let inner = Arc::clone(&gate);
    let running = Running::start(
        &simulator,
        &clock,
        FakeIntake::new(move |_| {
            let gate = Arc::clone(&inner);
            async move {
                gate.acquire().await.unwrap().forget();
                UpdateOutcome::Done
            }
        }),
    );
    let first = simulator.send_text(ADA.0, "first").unwrap();
    let second = simulator.send_text(ADA.0, "second").unwrap();
    running.intake.wait_count("begin first", 1).await;
    running.stop.cancel();
    assert!(!running.task.is_finished());
    gate.add_permits(1);
    let intake = Arc::clone(&running.intake);
    running.stop().await;
    assert_eq!(intake.log(), ["begin first", "done first"]);
    confirmed(&simulator, first.update_id).await;
    assert_eq!(simulator.update(second.update_id).unwrap().state, UpdateState::Pending);
    let again = Running::start(&simulator, &clock, all_done());
    confirmed(&simulator, second.update_id).await;
    assert_eq!(again.intake.log(), ["begin second", "done second"]);
    again.stop().await;
    assert_correct(&simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_away_pauses_reading_and_nothing_is_lost() {
    let (simulator, clock) = simulator().await;
    let store = Arc::new(FakeStore::default());
    let inner = Arc::clone(&store);
    let running = Running::named(
        &simulator,
        &clock,
        FakeIntake::new(move |_| {
            let is_away = inner.is_away.load(Ordering::SeqCst);
            async move { if is_away { UpdateOutcome::Later(Duration::from_secs(1)) } else { UpdateOutcome::Done } }
        }),
        Arc::clone(&store),
        "one",
    );
    let before = simulator.send_text(ADA.0, "before").unwrap();
    confirmed(&simulator, before.update_id).await;
    store.is_away.store(true, Ordering::SeqCst);
    let during = simulator.send_text(ADA.0, "during").unwrap();
    // The lease is the witness: without storage nobody holds it, and nobody polls.
    simulator
        .wait_until("the pause", PATIENCE, |_| running.intake.log().len().checked_sub(2).map(|_| ()))
        .await
        .unwrap();
    let quiet = async {
        let mut count = simulator.calls_of("getUpdates").len();
        loop {
            tokio::time::sleep(Duration::from_millis(700)).await;
            let now = simulator.calls_of("getUpdates").len();
            if now == count {
                return;
            }
            count = now;
        }
    };
    tokio::time::timeout(PATIENCE, quiet).await.expect("getUpdates pauses");
    store.is_away.store(false, Ordering::SeqCst);
    confirmed(&simulator, during.update_id).await;
    assert_eq!(running.intake.log().last().map(String::as_str), Some("done during"));
    running.stop().await;
    assert_correct(&simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_instances_one_polls_and_the_other_follows_at_once() {
    let (simulator, clock) = simulator().await;
    let store = Arc::new(FakeStore::default());
    let one = Running::named(&simulator, &clock, all_done(), Arc::clone(&store), "one");
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    confirmed(&simulator, sent.update_id).await;
    let two = Running::named(&simulator, &clock, all_done(), Arc::clone(&store), "two");
    let healthy = async {
        while !two.state.is_healthy(two.clock.now()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, healthy).await.expect("who stands by is healthy");
    assert_eq!(two.state.last_success(), None, "and does not poll");
    one.stop.cancel();
    tokio::time::timeout(PATIENCE, one.task).await.unwrap().unwrap();
    let sent = simulator.send_text(ADA.0, "b").unwrap();
    confirmed(&simulator, sent.update_id).await;
    assert_eq!(one.intake.log(), ["begin a", "done a"]);
    assert_eq!(two.intake.log(), ["begin b", "done b"]);
    two.stop().await;
    assert_correct(&simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_lease_ends_polling_at_once() {
    let (simulator, clock) = simulator().await;
    let running = Running::start(&simulator, &clock, all_done());
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    confirmed(&simulator, sent.update_id).await;
    running.store.give_lease_to("another");
    // A standby is noted only when the lease is known to be another's.
    let before = running.state.last_success().unwrap();
    clock.advance(Duration::from_secs(200));
    let stands_by = async {
        while !running.state.is_healthy(clock.now()) || running.state.last_success() != Some(before) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stands_by).await.expect("it stands by");
    let unread = simulator.send_text(ADA.0, "b").unwrap();
    let calls = simulator.calls_of("getUpdates").len();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(simulator.calls_of("getUpdates").len(), calls);
    assert_eq!(simulator.update(unread.update_id).unwrap().state, UpdateState::Pending);
    running.stop.cancel();
    tokio::time::timeout(PATIENCE, running.task).await.unwrap().unwrap();
    assert_eq!(running.store.holder().as_deref(), Some("another"), "another's lease is not given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_set_is_taken_away() {
    let (simulator, clock) = simulator().await;
    let wish = WebhookWish { url: "https://old.example/hook".to_owned(), secret: "s".into(), max_connections: 4 };
    Setup::new(client(&simulator.base_url())).reconcile_webhook(&wish, BUDGET).await.unwrap();
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    let running = Running::start(&simulator, &clock, all_done());
    confirmed(&simulator, sent.update_id).await;
    assert_eq!(simulator.calls_of("deleteWebhook").len(), 1);
    running.stop().await;
    assert_correct(&simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_of_get_updates_is_overcome() {
    let (simulator, clock) = simulator().await;
    simulator.fail_next("getUpdates", Fault::HtmlPage(502));
    simulator.fail_next("getUpdates", Fault::Status(429, Some(1)));
    simulator.fail_next("getUpdates", Fault::CutBody);
    let running = Running::start(&simulator, &clock, all_done());
    let sent = simulator.send_text(ADA.0, "a").unwrap();
    confirmed(&simulator, sent.update_id).await;
    assert_eq!(running.intake.log(), ["begin a", "done a"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_panics_is_asked_for_its_mark_and_buried_at_last() {
    let (simulator, clock) = simulator().await;
    let store = Arc::new(FakeStore::default());
    let tries = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&tries);
    let marked = simulator.send_text(ADA.0, "marked").unwrap();
    store.done.lock().unwrap().insert(UpdateKey { bot: BOT, update: marked.update_id });
    let cursed = simulator.send_text(ADA.0, "cursed").unwrap();
    let after = simulator.send_text(ADA.0, "after").unwrap();
    let intake = FakeIntake::new(move |update| {
        let count = Arc::clone(&count);
        async move {
            if text(&update) != "after" {
                count.fetch_add(1, Ordering::SeqCst);
                panic!("as told");
            }
            UpdateOutcome::Done
        }
    });
    let running = Running::named(&simulator, &clock, intake, Arc::clone(&store), "one");
    confirmed(&simulator, after.update_id).await;
    assert_eq!(tries.load(Ordering::SeqCst), 1 + 3);
    let dead = store.dead.lock().unwrap().clone();
    assert_eq!(dead.iter().map(|dead| dead.update).collect::<Vec<_>>(), [Some(cursed.update_id)]);
    assert!(!dead[0].reason.contains("as told") && !dead[0].body.is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_served_whole_and_in_order() {
    let (simulator, clock) = simulator().await;
    for user in 0..30 {
        simulator.add_user(User::new(5000 + user, "U"));
    }
    let running = Running::start(
        &simulator,
        &clock,
        FakeIntake::new(|_| async {
            tokio::task::yield_now().await;
            UpdateOutcome::Done
        }),
    );
    for round in 0..10 {
        for user in 0..30 {
            simulator.send_text(5000 + user, &format!("{user}-{round}")).unwrap();
        }
    }
    simulator.wait_idle(PATIENCE).await.unwrap();
    let log = running.intake.log();
    assert_eq!(log.len(), 600, "300 updates, each once");
    for user in 0..30 {
        let prefix = format!("begin {user}-");
        let rounds: Vec<&str> = log.iter().filter_map(|line| line.strip_prefix(&prefix)).collect();
        assert_eq!(rounds, (0..10).map(|round| round.to_string()).collect::<Vec<_>>(), "user {user}");
    }
    running.stop().await;
    assert_correct(&simulator);
}
