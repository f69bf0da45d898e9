//! getUpdates: for an installation that Telegram can't reach.
//!
//! Polling has no 503, so what a webhook leaves to Telegram is done here: an update that is not done yet is tried again with back-off, the
//! offset moves only past updates that are done, and while storage is away nothing new is read. One instance of all polls, by a lease; it
//! stops at once when the lease is lost. What is read twice after a crash is known by its mark.

mod lanes;
mod lease;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use app::intake::Intake;
use domain::clock::{Clock, Timestamp};
use domain::ports::Store;
use frankenstein::AsyncTelegramApi;
use frankenstein::methods::GetUpdatesParams;
use frankenstein::response::MethodResponse;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::lanes::{Lanes, Raw, Workshop};
use self::lease::{Hold, Lease};
use self::window::Window;
use crate::client::Client;
use crate::error::CallError;
use crate::read::KINDS;
use crate::setup::{ALLOWED_UPDATES, Setup};

/// The most that getUpdates gives, and so the most that is at work.
const BATCH_MAX: usize = 100;
/// Time beyond the long poll in which an answer must come.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// While updates are at work, getUpdates is asked again after this time if the last answer brought something, ...
const PAUSE_LIVELY: Duration = Duration::from_millis(100);
/// ... or after this time if it did not: a stuck update makes Telegram answer at once, with what is known.
const PAUSE_QUIET: Duration = Duration::from_millis(500);
/// Waits after failed calls: doubled from the first up to the second, unless Telegram names one.
const FAILURE_MIN: Duration = Duration::from_secs(1);
const FAILURE_MAX: Duration = Duration::from_secs(30);
/// Another program polls with our token, against the lease: only a human can end that.
const RIVAL_WAIT: Duration = Duration::from_secs(10);
/// So often it may also be what is left of a poller before us, which died or hangs with its long poll open.
const RIVALS_MAX: u32 = 4;
/// For a small call on the way: taking the webhook away, telling the last offset.
const SMALL_CALL: Duration = Duration::from_secs(5);
/// Beyond the long poll, silence up to this long is health: a deploy of Telegram's, a pause of storage.
const HEALTHY_FOR: Duration = Duration::from_secs(60);

/// How polling is done.
#[derive(Clone, Debug)]
pub struct PollOptions {
    /// This instance's name in the lease.
    pub owner: String,
    /// How long Telegram may hold an empty answer back. Whole seconds, up to 50.
    pub long_poll: Duration,
    /// Updates with the intake at once.
    pub in_flight_max: usize,
    /// For how long the lease is taken; renewed after a third.
    pub lease: Duration,
    /// After the stop, what is with the intake may end within this; then the lease is given up all the same. What still runs is found done by
    /// its mark, or is done by who polls then.
    pub last_work: Duration,
}

impl PollOptions {
    /// Long polls of 25 s, 16 at once, a lease of 30 s, 20 s for the last work.
    pub fn new(owner: String) -> Self {
        let seconds = Duration::from_secs;
        Self { owner, long_poll: seconds(25), in_flight_max: 16, lease: seconds(30), last_work: seconds(20) }
    }
}

/// How polling is going, for `/ready`.
#[derive(Debug)]
pub struct PollState {
    healthy_for: Duration,
    last_success: AtomicI64,
    last_standby: AtomicI64,
}

impl PollState {
    fn new(healthy_for: Duration) -> Self {
        Self { healthy_for, last_success: AtomicI64::new(i64::MIN), last_standby: AtomicI64::new(i64::MIN) }
    }

    /// When getUpdates last succeeded here.
    pub fn last_success(&self) -> Option<Timestamp> {
        read(&self.last_success)
    }

    /// Whether intake works: getUpdates succeeded lately, or another instance holds the lease and we stand by. (A new version must become
    /// ready while the old one still polls, or no deployment would end.)
    pub fn is_healthy(&self, now: Timestamp) -> bool {
        let latest = self.last_success().max(read(&self.last_standby));
        latest.is_some_and(|latest| now.since(latest) <= self.healthy_for)
    }
}

fn read(cell: &AtomicI64) -> Option<Timestamp> {
    let micros = cell.load(Ordering::Relaxed);
    (micros != i64::MIN).then(|| Timestamp::from_micros(micros))
}

/// Reads updates and hands them to the intake.
pub struct Poller {
    client: Client,
    intake: Arc<dyn Intake>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    options: PollOptions,
    state: Arc<PollState>,
    /// Somebody who was started later wants updates by a webhook, and that was said.
    yields: AtomicBool,
}

impl Poller {
    /// Nothing happens before [`Poller::run`].
    pub fn new(
        client: Client,
        intake: Arc<dyn Intake>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        options: PollOptions,
    ) -> Self {
        let state = Arc::new(PollState::new(options.long_poll + HEALTHY_FOR));
        Self { client, intake, store, clock, options, state, yields: AtomicBool::new(false) }
    }

    /// To be asked for health while it runs.
    pub fn state(&self) -> Arc<PollState> {
        Arc::clone(&self.state)
    }

    /// Polls until `stop`, then finishes what is with the intake, tells Telegram how far that went, and gives the lease up.
    pub async fn run(self, stop: CancellationToken) {
        self.speak(&stop).await;
        let lease = Lease::keep(
            Arc::clone(&self.store),
            Arc::clone(&self.clock),
            self.options.owner.clone(),
            self.options.lease,
        );
        while !stop.is_cancelled() {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = lease.gained() => self.term(&lease, &stop).await,
                () = tokio::time::sleep(FAILURE_MIN) => self.stand_by(&lease),
            }
        }
        lease.release().await;
    }

    /// Says that updates are polled from now on, until the store has heard it.
    async fn speak(&self, stop: &CancellationToken) {
        while let Err(error) = self.store.set_reception(self.client.bot_id(), "", self.clock.now()).await {
            tracing::warn!(%error, "that updates are polled can't be noted; trying again");
            if stop.run_until_cancelled(tokio::time::sleep(FAILURE_MIN)).await.is_none() {
                return;
            }
        }
    }

    fn stand_by(&self, lease: &Lease) {
        if lease.now() == Hold::Others {
            self.state.last_standby.store(self.clock.now().as_micros(), Ordering::Relaxed);
        }
    }

    /// One time of holding the lease.
    async fn term(&self, lease: &Lease, stop: &CancellationToken) {
        let end = stop.child_token();
        let workshop = Workshop {
            bot: self.client.bot_id(),
            intake: Arc::clone(&self.intake),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            places: Arc::new(Semaphore::new(self.options.in_flight_max.max(1))),
            trouble: lease.asks(),
            stop: end.clone(),
        };
        let mut work = Work { window: Window::default(), lanes: Lanes::new(workshop) };
        tokio::select! {
            biased;
            () = end.cancelled() => {}
            () = lease.lost() => {}
            never = self.poll(&mut work) => match never {},
        }
        end.cancel();
        let last_work = async {
            while let Some(done) = work.lanes.next().await {
                work.ended(done);
            }
        };
        if tokio::time::timeout(self.options.last_work, last_work).await.is_err() {
            tracing::warn!(pending = work.window.pending(), "updates are still at work at the end of polling");
        }
        if matches!(lease.now(), Hold::Ours(_)) {
            self.tell_offset(&work.window).await;
        }
    }

    async fn poll(&self, work: &mut Work) -> std::convert::Infallible {
        let mut failure_wait = FAILURE_MIN;
        let mut pause = PAUSE_LIVELY;
        let mut rivals = 0;
        loop {
            if work.window.pending() > 0 {
                work.go_on(pause, |pending| pending == 0).await;
            }
            while work.window.pending() >= BATCH_MAX {
                work.go_on(FAILURE_MAX, |pending| pending < BATCH_MAX).await;
            }
            let offset = work.window.offset();
            let is_idle = work.window.pending() == 0;
            // The first answer is not waited for: it tells `/ready` that polling works, and in a quiet hour a long poll would tell it late.
            let is_known = self.state.last_success().is_some();
            let hold_back = if is_idle && is_known { self.options.long_poll } else { Duration::ZERO };
            let call = self.get_updates(offset, hold_back);
            match work.meanwhile(call).await {
                Ok(batch) => {
                    (failure_wait, rivals) = (FAILURE_MIN, 0);
                    self.state.last_success.store(self.clock.now().as_micros(), Ordering::Relaxed);
                    work.window.confirmed(offset);
                    let brought = !batch.is_empty();
                    let news = work.take(batch);
                    pause = if news > 0 { PAUSE_LIVELY } else { PAUSE_QUIET };
                    if brought && news == 0 && is_idle {
                        // Elements without a number: they come again at once, for ever.
                        work.go_on(FAILURE_MIN, |_| false).await;
                    }
                }
                Err(error) => {
                    rivals = if error.code() == Some(409) { rivals + 1 } else { 0 };
                    let wait = self.failed(&error, rivals).await.unwrap_or(failure_wait);
                    failure_wait = (failure_wait * 2).min(FAILURE_MAX);
                    work.go_on(wait, |_| false).await;
                }
            }
        }
    }

    async fn get_updates(&self, offset: Option<i64>, hold_back: Duration) -> Result<Vec<Box<RawValue>>, CallError> {
        let seconds = u32::try_from(hold_back.as_secs()).unwrap_or(0);
        let params = GetUpdatesParams::builder()
            .maybe_offset(offset)
            .limit(u32::try_from(BATCH_MAX).unwrap_or(u32::MAX))
            .timeout(seconds)
            .allowed_updates(ALLOWED_UPDATES.to_vec())
            .build();
        let client = self.client.until(Instant::now() + hold_back + ANSWER_TIME);
        // Each element stays as it came: one that can't be read must not cost the others.
        Ok(client.request::<_, MethodResponse<Vec<Box<RawValue>>>>("getUpdates", Some(params)).await?.result)
    }

    /// Does what can be done about a failed getUpdates; gives the wait before the next one, if the error knows it.
    async fn failed(&self, error: &CallError, rivals: u32) -> Option<Duration> {
        match error.code() {
            Some(409) if error.says(&["webhook"]) => {
                match self.store.reception(self.client.bot_id()).await {
                    Ok(Some(address)) if !address.is_empty() => {
                        if !self.yields.swap(true, Ordering::Relaxed) {
                            tracing::warn!(
                                "an installation that was started later has updates sent to its webhook: if that one is to stay, stop this \
                                 one; if this one is to stay, stop that one and start this one again"
                            );
                        }
                        return Some(RIVAL_WAIT);
                    }
                    Ok(_) => self.yields.store(false, Ordering::Relaxed),
                    // The lease's keeper sees to an outage.
                    Err(_) => return None,
                }
                tracing::warn!("a webhook is set: it is taken away, since this installation polls");
                let deleted = Setup::new(self.client.clone()).delete_webhook(SMALL_CALL).await;
                return deleted.is_ok().then_some(Duration::ZERO);
            }
            Some(409) if rivals < RIVALS_MAX => {
                tracing::info!(
                    "somebody else polls with this bot's token; it may be a poller before this one, so it is tried again"
                );
            }
            Some(409) => {
                tracing::error!("another program polls with this bot's token: stop it, or use another token");
                return Some(RIVAL_WAIT);
            }
            Some(401 | 404) => {
                tracing::error!("Telegram refuses the bot token: compare TELEGRAM_BOT_TOKEN with @BotFather");
                return Some(FAILURE_MAX);
            }
            _ => tracing::warn!(%error, "getUpdates failed"),
        }
        error.retry_after()
    }

    /// What is done need not come again. If this is lost, it comes again and its mark is known.
    async fn tell_offset(&self, window: &Window) {
        let Some(offset) = window.offset() else { return };
        let params = GetUpdatesParams::builder()
            .offset(offset)
            .limit(1)
            .timeout(0)
            .allowed_updates(ALLOWED_UPDATES.to_vec())
            .build();
        let client = self.client.until(Instant::now() + SMALL_CALL);
        let told = client.request::<_, MethodResponse<Vec<Box<RawValue>>>>("getUpdates", Some(params)).await;
        if let Err(error) = told {
            tracing::info!(%error, "the last offset could not be told");
        }
    }
}

struct Work {
    window: Window,
    lanes: Lanes,
}

impl Work {
    fn ended(&mut self, done: Option<i64>) {
        if let Some(update) = done {
            self.window.finish(update);
        }
        metrics::gauge!("telegram_poll_pending").set(u32::try_from(self.window.pending()).unwrap_or(u32::MAX));
    }

    /// Takes the news of a batch to work; returns how many they are.
    fn take(&mut self, batch: Vec<Box<RawValue>>) -> usize {
        let mut news = 0;
        for element in batch {
            match raw(&element) {
                Some(raw) if self.window.take(raw.update) => {
                    news += 1;
                    self.lanes.push(raw);
                }
                Some(_) => {}
                None => tracing::error!("getUpdates gave an element without `update_id`"),
            }
        }
        news
    }

    /// Lets the work go on for a time, or until an update ends and `is_enough` of those that are left.
    async fn go_on(&mut self, time: Duration, is_enough: impl Fn(usize) -> bool) {
        let until = Instant::now() + time;
        loop {
            tokio::select! {
                biased;
                Some(done) = self.lanes.next() => {
                    self.ended(done);
                    if is_enough(self.window.pending()) {
                        return;
                    }
                }
                () = tokio::time::sleep_until(until) => return,
            }
        }
    }

    /// Lets the work go on until `call` ends.
    async fn meanwhile<T>(&mut self, call: impl Future<Output = T>) -> T {
        tokio::pin!(call);
        loop {
            tokio::select! {
                biased;
                Some(done) = self.lanes.next() => self.ended(done),
                result = &mut call => return result,
            }
        }
    }
}

/// Number and lane of an element; `None` without a number.
fn raw(element: &RawValue) -> Option<Raw> {
    let value: Value = serde_json::from_str(element.get()).ok()?;
    let update = value.get("update_id")?.as_i64()?;
    let content = KINDS.into_iter().find_map(|kind| value.get(kind));
    let id = |path: &str| content.and_then(|content| content.pointer(path)).and_then(Value::as_i64);
    // The person first: a press in one chat and a payment of the same person belong together.
    let lane = id("/from/id").or_else(|| id("/chat/id")).unwrap_or_default();
    Some(Raw { update, lane, body: element.get().as_bytes().to_vec() })
}
