//! Whether new generations are sold: not while the desk has stopped it, and not in a pause, while KIE takes no orders.
//!
//! Invariants
//! - The pause stands in the store, one for all instances; each of them reads it every two seconds with the rest of the office.
//! - What is queued waits for its end: it costs no try, and goes to KIE one order at a time until one is taken.
//! - Nobody is told here: the watch tells the desk of what stands in the store.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::pause::{Pause, PauseReason, Seen};
use domain::ports::{AccountTrouble, ChangeSet, Commit, StoreError, StoreResult};

use super::App;
use crate::desk::health::KieAnswer;

/// Instances that meet a trouble at the same moment all want to write it; after so many tries somebody has.
const CHANGES_MAX: u32 = 3;
/// An order that waits looks again within this: as long as nobody has mended anything, asking more often helps nobody.
const HELD_MAX: Duration = Duration::from_secs(60);
/// Not sooner than this: another order is trying.
const HELD_MIN: Duration = Duration::from_secs(5);

/// What an order finds right before createTask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// Nothing holds it back.
    Open,
    /// It is the one that tries; what KIE says of it decides about this pause.
    Trial(Pause),
    /// It waits for so long.
    Held(Duration),
}

impl App {
    /// Whether new generations are sold.
    pub(crate) fn is_selling(&self, now: Timestamp) -> bool {
        self.office_now().live.selling && self.paused(now).is_none()
    }

    /// Why nothing is sold for now, if it is not; the desk's own word about selling is another matter.
    pub(crate) fn paused(&self, now: Timestamp) -> Option<PauseReason> {
        self.office_now().pause.filter(|pause| pause.holds(now)).map(|pause| pause.reason)
    }

    /// How long an order waits, as far as this instance knows.
    pub(crate) fn held_back(&self, now: Timestamp) -> Option<Duration> {
        self.office_now().pause.filter(|pause| pause.holds(now)).map(|pause| held(&pause, now))
    }

    /// Whether an order may go to KIE now. In a pause whose time is over one order at a time is let through.
    pub(crate) async fn passage(&self) -> StoreResult<Passage> {
        if !self.office_now().pause.is_some_and(|pause| pause.stands()) {
            return Ok(Passage::Open);
        }
        let Some(pause) = self.watch.pause().await?.filter(Pause::stands) else { return Ok(Passage::Open) };
        let now = self.now();
        let Some(trial) = pause.trial(now) else { return Ok(Passage::Held(held(&pause, now))) };
        Ok(match self.change_pause(trial).await? {
            Some(trial) => Passage::Trial(trial),
            None => Passage::Held(HELD_MIN),
        })
    }

    /// KIE refuses our account.
    pub(crate) async fn account_trouble(&self, trouble: AccountTrouble) -> StoreResult<()> {
        self.kie_refuses(trouble.into(), false).await
    }

    /// KIE takes no orders: nothing is sold until it does. `is_trial` = it refused the order that tried.
    pub(crate) async fn kie_refuses(&self, reason: PauseReason, is_trial: bool) -> StoreResult<()> {
        metrics::counter!("kie_account_trouble_total", "trouble" => reason.code()).increment(1);
        let next = |known: Option<&Pause>| Pause::met(reason, known, is_trial, self.settings.selling_pause, self.now());
        if next(self.office_now().pause.as_ref()).is_none() {
            return Ok(());
        }
        for _ in 0..CHANGES_MAX {
            let known = self.watch.pause().await?;
            let Some(pause) = next(known.as_ref()) else { return Ok(()) };
            if self.change_pause(pause).await?.is_some() {
                tracing::error!(reason = reason.code(), tries = pause.tries, "kie takes no orders; selling is paused");
                return Ok(());
            }
        }
        Ok(())
    }

    /// An order that tried was taken.
    pub(crate) async fn trial_succeeded(&self, trial: &Pause) -> StoreResult<()> {
        if self.change_pause(trial.ended(self.now())).await?.is_some() {
            tracing::info!(reason = trial.reason.code(), "kie took an order; selling goes on");
        }
        Ok(())
    }

    /// An order that tried was neither taken nor refused for the pause's reason (a full queue, no connection): the next one tries soon.
    pub(crate) async fn trial_undecided(&self, trial: &Pause) -> StoreResult<()> {
        self.change_pause(Pause { until: self.now() + HELD_MIN, ..*trial }).await.map(drop)
    }

    /// What KIE's word about our credits makes of the pause: it may end it, and a refusal begins one before an order meets it.
    /// Returns the pause that stands then.
    pub(crate) async fn weigh_pause(&self, kie: KieAnswer) -> StoreResult<Option<Pause>> {
        let (now, first) = (self.now(), self.settings.selling_pause);
        let known = self.watch.pause().await?;
        let standing = known.filter(Pause::stands);
        let next = match (standing, kie) {
            (Some(pause), KieAnswer::Credits(left)) => pause.asked(Seen::Credits(left), first, now),
            (Some(pause), KieAnswer::Refused(trouble)) => pause.asked(Seen::Refused(trouble), first, now),
            (Some(pause), KieAnswer::Silent) => pause.asked(Seen::Silent, first, now),
            (None, KieAnswer::Refused(trouble)) => Some(PauseReason::from(trouble))
                .filter(|reason| reason.shows_in_credits())
                .and_then(|reason| Pause::met(reason, known.as_ref(), false, first, now)),
            (None, _) => None,
        };
        let Some(next) = next else { return Ok(standing) };
        let Some(changed) = self.change_pause(next).await? else { return Ok(standing) };
        match changed.ended_at {
            Some(_) => tracing::info!(reason = changed.reason.code(), "kie takes orders again; selling goes on"),
            None => tracing::warn!(reason = changed.reason.code(), tries = changed.tries, "selling is still paused"),
        }
        Ok(Some(changed).filter(Pause::stands))
    }

    /// Writes a pause; `None` if somebody else was quicker.
    async fn change_pause(&self, pause: Pause) -> StoreResult<Option<Pause>> {
        let mut change = ChangeSet::new(self.now());
        change.pause = Some(pause);
        match self.commit(&change).await? {
            Commit::Committed => Ok(Some(Pause { version: pause.version + 1, ..pause })),
            Commit::VersionConflict => {
                self.refresh_office().await?;
                Ok(None)
            }
            other => Err(StoreError::Defect(format!("a pause of selling ended as {other:?}"))),
        }
    }
}

fn held(pause: &Pause, now: Timestamp) -> Duration {
    if pause.reason.shows_in_credits() { HELD_MAX } else { pause.until.since(now).clamp(HELD_MIN, HELD_MAX) }
}
