//! What is watched over.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::clock::Timestamp;
use domain::generation::{State, StateKind};
use domain::ids::ModelId;
use domain::money::Credits;
use domain::pause::Pause;
use domain::ports::{Backlog, ChangeSet, Ended, Figures, FiguresQuery, StoreError, StoreResult, Watch as WatchPort};
use domain::rest::Rest;
use domain::watch::{Alert, AlertName, AuditRun};

use super::MemoryStore;
use super::state::State as Rows;

/// Its rows.
#[derive(Default)]
pub(super) struct Watch {
    alerts: BTreeMap<AlertName, Alert>,
    audits: BTreeMap<Timestamp, AuditRun>,
    pause: Option<Pause>,
    /// The last rest of each model.
    rests: BTreeMap<ModelId, Rest>,
}

impl Watch {
    /// Whether a change set finds what it expects.
    pub(super) fn expected(&self, change: &ChangeSet) -> bool {
        let version = |name| self.alerts.get(name).map_or(0, |known| known.version);
        let paused = self.pause.map_or(0, |known| known.version);
        change.alerts.iter().all(|alert| version(&alert.name) == alert.version)
            && change.pause.is_none_or(|pause| pause.version == paused)
    }

    /// Writes what [`Watch::expected`] found good.
    pub(super) fn write(&mut self, change: &ChangeSet) {
        for alert in &change.alerts {
            let after = Alert { version: alert.version + 1, ..alert.clone() };
            self.alerts.insert(alert.name.clone(), after);
        }
        if let Some(pause) = change.pause {
            self.pause = Some(Pause { version: pause.version + 1, ..pause });
        }
        if let Some(run) = &change.audit {
            self.audits.entry(run.at).or_insert_with(|| run.clone());
        }
    }

    /// A model rests, unless it does already.
    pub(super) fn rest(&mut self, rest: &Rest) {
        if self.rests.get(&rest.model).is_none_or(|known| !known.holds(rest.at)) {
            self.rests.insert(rest.model.clone(), rest.clone());
        }
    }

    /// A rest is ended by hand, if it goes on.
    pub(super) fn end_rest(&mut self, model: &ModelId, at: Timestamp) {
        if let Some(rest) = self.rests.get_mut(model).filter(|rest| rest.holds(at)) {
            rest.ended_at = Some(at);
        }
    }
}

impl Rows {
    fn figures_to_watch(&self, query: FiguresQuery) -> StoreResult<Figures> {
        let (due, due_since) = self.jobs.due_at(query.now);
        let live = || self.generations.all().filter(|row| row.state.kind().is_live());
        let claimed = self.invoices.claimed(usize::MAX);
        let (dead, dead_payments) = self.dead_since(query.since);
        let (taken, taken_since) = self.generations.successes.taken(query.since)?;
        Ok(Figures {
            due: count(due),
            due_since,
            live: count(live().count()),
            stuck: count(live().filter(|row| row.created_at < query.stuck_before).count()),
            orphans: count(self.orphans_since(query.since)),
            receipts: count(claimed.len()),
            receipts_since: claimed.iter().map(|invoice| invoice.since).min(),
            dead: count(dead),
            dead_payments: count(dead_payments),
            taken,
            taken_since,
        })
    }

    fn backlog(&self, now: Timestamp) -> Backlog {
        let mut generations = BTreeMap::new();
        for state in self.generations.all().map(|row| row.state.kind()).filter(|kind| kind.is_live()) {
            *generations.entry(state).or_insert(0) += 1;
        }
        Backlog { jobs: self.jobs.due_by_kind(now), generations }
    }

    fn ended(&self, since: Timestamp, limit: u32) -> Vec<Ended> {
        let ended = |kind: StateKind| !kind.is_live() && kind != StateKind::Cancelled;
        let rows = self.generations.all().filter(|row| row.since >= since && ended(row.state.kind()));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable_by_key(|row| Reverse((row.since, row.id)));
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let failure = |state: &State| match state {
            State::Failed(failure) => Some(failure.reason),
            _ => None,
        };
        rows.into_iter()
            .map(|row| Ended { model: row.model.clone(), failure: failure(&row.state), at: row.since })
            .collect()
    }
}

#[async_trait]
impl WatchPort for MemoryStore {
    async fn figures(&self, query: FiguresQuery) -> StoreResult<Figures> {
        self.lock(|state| state.figures_to_watch(query))?
    }

    async fn backlog(&self, now: Timestamp) -> StoreResult<Backlog> {
        self.lock(|state| state.backlog(now))
    }

    async fn ended(&self, since: Timestamp, limit: u32) -> StoreResult<Vec<Ended>> {
        self.lock(|state| state.ended(since, limit))
    }

    async fn audits(&self, limit: u32) -> StoreResult<Vec<AuditRun>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.lock(|state| state.watch.audits.values().rev().take(limit).cloned().collect())
    }

    async fn alerts(&self) -> StoreResult<Vec<Alert>> {
        self.lock(|state| state.watch.alerts.values().cloned().collect())
    }

    async fn pause(&self) -> StoreResult<Option<Pause>> {
        self.lock(|state| state.watch.pause)
    }

    async fn rests(&self) -> StoreResult<Vec<Rest>> {
        self.lock(|state| state.watch.rests.values().cloned().collect())
    }
}

fn count(figure: usize) -> u64 {
    u64::try_from(figure).unwrap_or(u64::MAX)
}

/// A sum that no figure can say.
pub(super) fn too_much() -> StoreError {
    StoreError::Defect("the credits taken are more than a figure can say".to_owned())
}

/// A sum of credits, and the moment of the first of them.
pub(super) type Taken = (Credits, Option<Timestamp>);
