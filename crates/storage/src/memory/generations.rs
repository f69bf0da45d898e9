//! Generations with the orders in which they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::{Generation, State, StateKind};
use domain::ids::{CallbackToken, GenerationId, ModelId, TaskId, UserId};
use domain::ports::{GenerationChange, StoreError, StoreResult};

/// The order of creation; ids break ties.
type Age = (Timestamp, GenerationId);

/// All generations.
#[derive(Default)]
pub(super) struct Generations {
    rows: BTreeMap<GenerationId, Generation>,
    by_user: BTreeMap<UserId, BTreeSet<Age>>,
    by_token: BTreeMap<CallbackToken, GenerationId>,
    by_task: BTreeMap<TaskId, GenerationId>,
    queued: BTreeSet<Age>,
    live: BTreeMap<UserId, BTreeSet<Age>>,
    /// How long each success of a model took, in milliseconds, oldest first.
    durations: BTreeMap<ModelId, Vec<i64>>,
}

impl Generations {
    /// Whether all changes find what they expect, one after the other.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if a task or token would belong to two generations.
    pub(super) fn expected(&self, changes: &[GenerationChange]) -> StoreResult<bool> {
        let mut changed: BTreeMap<GenerationId, StateKind> = BTreeMap::new();
        for change in changes {
            let (id, state) = match change {
                GenerationChange::Create(new) => (new.id, &new.state),
                GenerationChange::Step { id, to, .. } => (*id, to),
            };
            let now = changed.get(&id).copied().or_else(|| self.rows.get(&id).map(|row| row.state.kind()));
            let fits = match (change, now) {
                (GenerationChange::Create(_), now) => now.is_none(),
                (GenerationChange::Step { from, .. }, Some(now)) => from.contains(&now),
                (GenerationChange::Step { .. }, None) => false,
            };
            if !fits {
                return Ok(false);
            }
            let others = |owner: Option<&GenerationId>| owner.is_some_and(|owner| *owner != id);
            let token = if let GenerationChange::Create(new) = change { self.by_token.get(&new.token) } else { None };
            if others(token) || others(state.task().and_then(|task| self.by_task.get(task))) {
                return Err(StoreError::Defect(format!("the task or token of `{id}` belongs to another generation")));
            }
            changed.insert(id, state.kind());
        }
        Ok(true)
    }

    /// Writes one change that [`Generations::expected`] found good.
    pub(super) fn write(&mut self, change: &GenerationChange, at: Timestamp) {
        match change {
            GenerationChange::Create(new) => {
                self.by_user.entry(new.user).or_default().insert((new.created_at, new.id));
                self.by_token.insert(new.token.clone(), new.id);
                self.put(Generation::clone(new));
            }
            GenerationChange::Step { id, to, relinked, .. } => {
                if let Some(mut row) = self.rows.get(id).cloned() {
                    if let (State::Succeeded(success), None) = (to, row.state.success()) {
                        self.durations.entry(row.model.clone()).or_default().push(success.took_ms);
                    }
                    row.state = to.clone();
                    row.since = at;
                    row.relinked |= relinked;
                    self.put(row);
                }
            }
        }
    }

    /// Replaces a row and its places in the orders. A task stays bound for good, also once its generation failed.
    fn put(&mut self, row: Generation) {
        let age = (row.created_at, row.id);
        let keep = |set: &mut BTreeSet<Age>, wanted| if wanted { set.insert(age) } else { set.remove(&age) };
        keep(&mut self.queued, row.state.kind() == StateKind::Queued);
        keep(self.live.entry(row.user).or_default(), row.state.kind().is_live());
        if let Some(task) = row.state.task() {
            self.by_task.insert(task.clone(), row.id);
        }
        self.rows.insert(row.id, row);
    }

    /// By id.
    pub(super) fn get(&self, id: GenerationId) -> Option<&Generation> {
        self.rows.get(&id)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Generation> {
        self.rows.values()
    }

    /// By the token of its callback address.
    pub(super) fn by_token(&self, token: &CallbackToken) -> Option<&Generation> {
        self.by_token.get(token).and_then(|id| self.get(*id))
    }

    /// By a task that it was bound to.
    pub(super) fn of_task(&self, task: &TaskId) -> Option<GenerationId> {
        self.by_task.get(task).copied()
    }

    /// A user's live ones, oldest first.
    pub(super) fn live(&self, user: UserId) -> Vec<Generation> {
        self.live.get(&user).into_iter().flatten().filter_map(|(_, id)| self.get(*id)).cloned().collect()
    }

    /// A page of a user's, newest first.
    pub(super) fn history(&self, user: UserId, skip: usize, limit: usize) -> Vec<Generation> {
        let newest_first = self.by_user.get(&user).into_iter().flat_map(|ages| ages.iter().rev());
        newest_first.skip(skip).take(limit).filter_map(|(_, id)| self.get(*id)).cloned().collect()
    }

    /// How many queued ones are older; 0 for an unknown one.
    pub(super) fn queue_position(&self, id: GenerationId) -> usize {
        self.get(id).map_or(0, |row| self.queued.range(..(row.created_at, row.id)).count())
    }

    /// The median over a model's last `sample` successes; of an even number the longer of the two in the middle.
    pub(super) fn usual_duration(&self, model: &ModelId, sample: usize) -> Option<Duration> {
        let all = self.durations.get(model)?;
        let mut last = all.get(all.len().checked_sub(sample)?..)?.to_vec();
        last.sort_unstable();
        let median = *last.get(last.len() / 2)?;
        Some(Duration::from_millis(u64::try_from(median).unwrap_or(0)))
    }

    /// Notes the message that shows its progress.
    pub(super) fn note_progress(&mut self, id: GenerationId, message: i64) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.progress_message = Some(message);
        }
    }
}
