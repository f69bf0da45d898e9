//! Generations with the orders in which they are asked for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::clock::Timestamp;
use domain::generation::{Generation, State, StateKind};
use domain::ids::{CallbackToken, ChatId, GenerationId, ModelId, TaskId, UserId};
use domain::ports::{GenerationChange, HistoryQuery, StoreError, StoreResult};

use super::successes::Successes;

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
    pub(super) successes: Successes,
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
                if let Some(success) = new.state.success() {
                    self.successes.record(new, success, at);
                }
                self.put(Generation::clone(new));
            }
            GenerationChange::Step { id, to, relinked, .. } => {
                if let Some(mut row) = self.rows.get(id).cloned() {
                    if let (State::Succeeded(success), None) = (to, row.state.success()) {
                        self.successes.record(&row, success, at);
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

    /// Those of these that are there, each once.
    pub(super) fn of_ids(&self, ids: &[GenerationId]) -> Vec<Generation> {
        let ids: BTreeSet<_> = ids.iter().collect();
        ids.into_iter().filter_map(|id| self.get(*id)).cloned().collect()
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
    pub(super) fn history(&self, query: HistoryQuery<'_>) -> Vec<Generation> {
        let size = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
        let wanted = |row: &&Generation| {
            query.models.is_none_or(|models| models.contains(&row.model))
                && (!query.with_result || row.state.success().is_some())
        };
        let rows = self.of(query.user).rev().filter(wanted);
        rows.skip(size(query.skip)).take(size(query.limit)).cloned().collect()
    }

    /// A user's, oldest first.
    fn of(&self, user: UserId) -> impl DoubleEndedIterator<Item = &Generation> {
        self.by_user.get(&user).into_iter().flatten().filter_map(|(_, id)| self.get(*id))
    }

    /// The models that a user ordered last, the latest first.
    pub(super) fn recent_models(&self, user: UserId, limit: usize) -> Vec<ModelId> {
        let latest: BTreeMap<&ModelId, Timestamp> = self.of(user).map(|row| (&row.model, row.created_at)).collect();
        let mut models: Vec<_> = latest.into_iter().map(|(model, at)| (Reverse(at), model)).collect();
        models.sort_unstable();
        models.into_iter().take(limit).map(|(_, model)| model.clone()).collect()
    }

    /// How many queued ones have an earlier turn; 0 for an unknown one. `turn` tells the turn of a job, if there is one.
    pub(super) fn queue_position(&self, id: GenerationId, turn: impl Fn(GenerationId) -> Option<Timestamp>) -> usize {
        let turn = |row: &Generation| (turn(row.id).unwrap_or(row.created_at), row.id);
        let Some(this) = self.get(id).map(turn) else { return 0 };
        self.queued.iter().filter_map(|(_, id)| self.get(*id)).filter(|row| turn(row) < this).count()
    }

    /// Whether a user has one that is live or not yet delivered.
    pub(super) fn unfinished(&self, user: UserId) -> bool {
        self.of(user).any(|row| row.state.kind().is_live() || row.state.kind() == StateKind::Succeeded)
    }

    /// Takes out what leads to the person: the inputs, the chat and the message in it.
    pub(super) fn forget(&mut self, user: UserId) {
        for (_, id) in self.by_user.get(&user).into_iter().flatten() {
            if let Some(row) = self.rows.get_mut(id) {
                row.inputs = serde_json::json!({});
                (row.chat, row.progress_message) = (ChatId(0), None);
            }
        }
    }

    /// Notes the message that shows its progress.
    pub(super) fn note_progress(&mut self, id: GenerationId, message: i64) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.progress_message = Some(message);
        }
    }
}
