//! Who polls: one of all instances, by the singleton lease `poller`. A task of its own renews it, so that no slow update delays that.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Clock;
use domain::ports::Store;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The lease's name in storage.
const NAME: &str = "poller";
/// While storage is away it is asked again after this time.
const AWAY_WAIT: Duration = Duration::from_secs(1);
/// A lease is renewed after this part of it, so that two renewals may fail.
const RENEWALS: u32 = 3;

/// What is known of the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Not asked yet, or storage is away: nobody may poll.
    Away,
    /// Another instance polls.
    Others,
    /// We poll until then.
    Ours(Instant),
}

/// The lease, kept by a task until it is released or dropped.
pub(super) struct Lease {
    hold: watch::Receiver<Hold>,
    asks: Arc<Notify>,
    release: DropGuard,
    keeper: tokio::task::JoinHandle<()>,
}

impl Lease {
    /// Begins to ask for it.
    pub(super) fn keep(store: Arc<dyn Store>, clock: Arc<dyn Clock>, owner: String, length: Duration) -> Self {
        let (sender, hold) = watch::channel(Hold::Away);
        let asks = Arc::new(Notify::new());
        let release = CancellationToken::new();
        let keeper = tokio::spawn(keep(store, clock, owner, length, sender, Arc::clone(&asks), release.clone()));
        Self { hold, asks, release: release.drop_guard(), keeper }
    }

    /// What is known now; a lease that ran out is nobody's.
    pub(super) fn now(&self) -> Hold {
        match *self.hold.borrow() {
            Hold::Ours(until) if until <= Instant::now() => Hold::Away,
            hold => hold,
        }
    }

    /// Ends once it is ours.
    pub(super) async fn gained(&self) {
        let mut hold = self.hold.clone();
        while !matches!(self.now(), Hold::Ours(_)) {
            if hold.changed().await.is_err() {
                // The keeper ended, which it does only after a release: nothing is gained any more.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Ends once it is not ours any more.
    pub(super) async fn lost(&self) {
        let mut hold = self.hold.clone();
        while let Hold::Ours(until) = self.now() {
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                changed = hold.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Something hints that storage is away: ask it at once.
    pub(super) fn asks(&self) -> Arc<Notify> {
        Arc::clone(&self.asks)
    }

    /// Gives it up, so that another instance may begin at once.
    pub(super) async fn release(self) {
        drop(self.release);
        if let Err(error) = self.keeper.await {
            tracing::error!(%error, "the keeper of the poller's lease ended badly");
        }
    }
}

async fn keep(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    owner: String,
    length: Duration,
    hold: watch::Sender<Hold>,
    asks: Arc<Notify>,
    release: CancellationToken,
) {
    loop {
        // Counted from before the question: storage counts from our `now` too.
        let asked = Instant::now();
        // Never dropped half-way: database work is not cancelled from outside.
        let answer = store.hold_singleton(NAME, &owner, clock.now(), length).await;
        let (found, wait) = match answer {
            Ok(true) => (Hold::Ours(asked + length), length / RENEWALS),
            Ok(false) => (Hold::Others, length / RENEWALS),
            Err(error) => {
                tracing::warn!(%error, "the poller's lease can't be renewed, getUpdates pauses");
                (Hold::Away, AWAY_WAIT)
            }
        };
        let kind = std::mem::discriminant(&found);
        if std::mem::discriminant(&hold.send_replace(found)) != kind {
            tracing::info!(lease = ?found, "the poller's lease changed");
        }
        tokio::select! {
            () = release.cancelled() => break,
            () = asks.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    let was_ours = matches!(hold.send_replace(Hold::Away), Hold::Ours(_));
    if was_ours && let Err(error) = store.hold_singleton(NAME, &owner, clock.now(), Duration::ZERO).await {
        tracing::warn!(%error, "the poller's lease could not be given up; it runs out by itself");
    }
}
