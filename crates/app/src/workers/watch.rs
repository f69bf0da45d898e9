//! Watching over the shop: each instance looks at the outside; one of them ends a pause of selling, lets models rest, tells the desk of what is
//! wrong, and audits the books once a day.
//!
//! Invariants
//! - One instance tells and audits: the one that holds the lease `watch`. Where two meet all the same, an alert's version lets one of them win.
//! - What is told of an alert and the row that says so are one commit, and so is a rest with what is told of it.
//! - The question about our credits that each look asks anyway is the one that ends a pause: nobody asks KIE twice.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::ports::{ChangeSet, Commit, StopChange, StoreError, StoreResult};
use domain::staff::Duty;
use domain::watch::AuditRun;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use crate::desk::alerts::{findings, plan, resting};
use crate::desk::health::{AUDIT_OLD, Outside, WEEK, lines};
use crate::outbox::Body;
use crate::service::App;

/// How often the outside is looked at, and the lease renewed.
const EVERY: Duration = Duration::from_secs(60);
/// The lease outlives two renewals that were missed.
const LEASE: Duration = Duration::from_secs(180);
const LEASE_NAME: &str = "watch";
/// How often alerts are looked for: minutes matter little to what takes hours to mend.
const ALERTS_EVERY: Duration = Duration::from_secs(5 * 60);
/// Models are judged by what ended within so long: what failed yesterday is mended or stopped.
const ENDS_WINDOW: Duration = Duration::from_secs(6 * 60 * 60);
/// So many ends are looked at: some dozens of the busiest models.
const ENDS_MAX: u32 = 500;
/// The hour of the owner's day in which the books are audited: the fewest are awake.
const QUIET_HOUR: i8 = 4;
/// An audit of the largest books that we measured takes a minute.
const AUDIT_BUDGET: Duration = Duration::from_secs(10 * 60);

/// What the instance that watches remembers between two looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct WatchState {
    looked_at: Option<Timestamp>,
    audited_at: Option<Timestamp>,
    /// Whether selling was paused then.
    paused: bool,
}

/// Watches until `shutdown`.
pub(super) async fn keep(app: Arc<App>, shutdown: CancellationToken) {
    let mut state = WatchState::default();
    while !shutdown.is_cancelled() {
        if let Some(Err(error)) = shutdown.run_until_cancelled(app.watch_over(&mut state)).await {
            tracing::warn!(%error, "the watch has to wait");
        }
        tokio::select! {
            () = tokio::time::sleep(app.next_look()) => {}
            () = app.outside_wanted() => {}
            () = shutdown.cancelled() => {}
        }
    }
}

impl App {
    /// One look at everything; what is due of alerts and audits is done if this instance is the one that watches.
    ///
    /// # Errors
    /// The store's.
    pub async fn watch_over(&self, state: &mut WatchState) -> StoreResult<()> {
        let outside = self.look_outside().await;
        let now = self.now();
        if !self.store.hold_singleton(LEASE_NAME, &self.settings.instance, now, LEASE).await? {
            return Ok(());
        }
        let paused = match self.weigh_pause(outside.kie).await {
            Ok(pause) => pause.is_some(),
            Err(error) => {
                // A reason that this version does not know must not end the watch.
                tracing::warn!(%error, "the pause of selling could not be weighed; it is looked at again");
                state.paused
            }
        };
        if self.audit_is_due(state, now).await? {
            self.audit_books(now).await?;
            state.audited_at = Some(now);
        }
        // Who owns the shop wants to know at once that it sells nothing.
        let is_news = paused != state.paused;
        if (is_news || state.looked_at.is_none_or(|at| now.since(at) >= ALERTS_EVERY))
            && self.tell_alerts(outside).await?
        {
            (state.looked_at, state.paused) = (Some(now), paused);
        }
        Ok(())
    }

    /// When to look next: sooner if KIE is to be asked sooner about a pause.
    fn next_look(&self) -> Duration {
        let asks = self.office_now().pause.filter(|pause| pause.stands() && pause.reason.shows_in_credits());
        let wait = asks.map(|pause| pause.until.since(self.now())).filter(|wait| !wait.is_zero());
        wait.map_or(EVERY, |wait| wait.min(EVERY))
    }

    /// Tells what is due, and lets rest what fails; false if somebody changed an alert meanwhile.
    async fn tell_alerts(&self, outside: Arc<Outside>) -> StoreResult<bool> {
        let facts = self.health_facts(Some(outside)).await;
        let now = self.now();
        let ended = self.watch.ended(now - ENDS_WINDOW, ENDS_MAX).await?;
        let drifts = self.store.drifts(now - WEEK).await?;
        let mut rests = self.watch.rests().await?;
        let begun = resting(&ended, &rests, now);
        rests.retain(|rest| rest.holds(now));
        rests.extend_from_slice(&begun);
        let found = findings(&lines(&facts, now), &rests, &drifts, &self.catalog);
        let plan = plan(&found, &self.watch.alerts().await?, now);
        if plan.changes.is_empty() {
            return Ok(true);
        }
        let mut change = ChangeSet::new(now);
        for rest in begun {
            tracing::warn!(model = %rest.model, failed = rest.failed, of = rest.of, "a model fails too often and rests");
            change.stops.push(StopChange::Rest(rest));
        }
        change.alerts = plan.changes;
        if !plan.told.is_empty() {
            tracing::warn!(
                alerts = plan.told.len(),
                first = plan.told.first().map(|told| told.alert.as_str()),
                "the desk is told of alerts"
            );
            for chat in self.chats_for(Duty::Maintenance) {
                match self.store.session(chat).await? {
                    Some(session) => {
                        self.post(&mut change, session.person.user, &Body::Alerts(plan.told.clone()), None)
                    }
                    None => tracing::debug!(%chat, "somebody at the desk has not started the bot and can't be told"),
                }
            }
        }
        match self.commit(&change).await? {
            Commit::Committed => Ok(true),
            // Somebody muted one meanwhile, or another instance was quicker: the next look sees it.
            Commit::VersionConflict => Ok(false),
            other => Err(StoreError::Defect(format!("telling alerts ended as {other:?}"))),
        }
    }

    async fn audit_is_due(&self, state: &WatchState, now: Timestamp) -> StoreResult<bool> {
        // One that could not be kept is not tried again each minute.
        if state.audited_at.is_some_and(|at| now.since(at) < Duration::from_secs(60 * 60)) {
            return Ok(false);
        }
        let last = self.watch.audits(1).await?.first().map(|run| run.at);
        Ok(is_due(last, now, &self.settings.zone))
    }

    async fn audit_books(&self, begun: Timestamp) -> StoreResult<()> {
        let Ok(report) = tokio::time::timeout(AUDIT_BUDGET, self.store.audit()).await else {
            tracing::error!("the audit of the books took too long");
            return Ok(());
        };
        let (report, now) = (report?, self.now());
        let run = AuditRun::of(&report, now, now.since(begun));
        if run.findings.is_empty() {
            tracing::info!(checked = run.checked, "the books are sound");
        } else {
            tracing::error!(findings = run.findings.len(), "the books have findings");
        }
        let mut change = ChangeSet::new(now);
        change.audit = Some(run);
        self.commit(&change).await.map(drop)
    }
}

/// Once a day in the quiet hour; at once if a night was missed.
fn is_due(last: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> bool {
    let Some(last) = last else { return true };
    if now.since(last) > AUDIT_OLD {
        return true;
    }
    let ((today, hour), (day, _)) = (clock(now, zone), clock(last, zone));
    hour == QUIET_HOUR && day < today
}

fn clock(at: Timestamp, zone: &TimeZone) -> (Date, i8) {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone.clone());
    (at.date(), at.hour())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_are_audited_once_a_night_and_at_once_after_a_missed_one() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        // 2026-11-22 04:00 in Moscow.
        let four = Timestamp::from_seconds(1_795_309_200);
        let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
        let minute = Duration::from_secs(60);
        let table = [
            ("never", None, four - hours(9), true),
            ("by day", Some(four - hours(9)), four - minute, false),
            ("in the quiet hour", Some(four - hours(9)), four, true),
            ("at its end", Some(four - hours(9)), four + hours(1) - minute, true),
            ("after it", Some(four - hours(9)), four + hours(1), false),
            ("done tonight", Some(four), four + minute, false),
            ("by hand before the quiet hour", Some(four - minute), four, false),
            ("the next night", Some(four), four + hours(24), true),
            ("a missed night", Some(four), four + AUDIT_OLD + minute, true),
        ];
        for (name, last, now, wanted) in table {
            assert_eq!(is_due(last, now, &zone), wanted, "{name}");
        }
    }
}
