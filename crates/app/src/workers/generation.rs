//! The work on one generation: submit it once with its inputs at KIE, ask until it ends, settle.
//!
//! | module | what |
//! |---|---|
//! | `payload` | the `input` object, with an address that lives for every file |
//! | `submit` | createTask and its answers, the lost one included |
//! | `poll` | recordInfo, also for tasks that were given up |
//! | `settle` | success and failure, with the money |
//! | `margins` | what a success brought beside what it cost: drift, losses, the stop of a model |
//! | `progress` | the message that shows how it goes |
//!
//! Each step is one commit under the claim. Which step is next follows from the stored state alone, so a claim that was lost half-way is
//! taken up where it was.

mod margins;
mod payload;
mod poll;
mod progress;
mod settle;
mod submit;

pub(crate) use margins::Losses;

use domain::generation::{Event, Generation, State, StateKind};
use domain::ids::GenerationId;
use domain::ports::{ChangeSet, GenerationChange, StoreError, StoreResult};

use super::{Attempt, Step};
use crate::service::App;

/// The steps of one claim: upload, submit, poll, settle, and a few conflicts between.
const STEPS_MAX: u32 = 8;

impl App {
    pub(super) async fn work_on_generation(&self, attempt: &Attempt) -> StoreResult<()> {
        let id = GenerationId::from_bytes(attempt.lease.key.subject);
        for _ in 0..STEPS_MAX {
            let Some(generation) = self.store.generation(id).await? else {
                return Err(StoreError::Defect(format!("a job names the generation {id}, which does not exist")));
            };
            let step = match generation.state.kind() {
                StateKind::Queued => self.submit(attempt, &generation).await?,
                StateKind::Submitting => self.await_answer(attempt, &generation).await?,
                StateKind::Running => self.poll(attempt, &generation).await?,
                StateKind::Failed => self.look_at_orphan(attempt, &generation).await?,
                _ => return self.finish(attempt).await,
            };
            if step == Step::Ended {
                return Ok(());
            }
        }
        self.again(attempt, self.settings.poll_min).await.map(drop)
    }
}

/// Adds the step of `event` to a change set; `None` if the state can't take it (the row was stale).
fn step_to(change: &mut ChangeSet, generation: &Generation, event: Event, relinked: bool) -> Option<State> {
    let from = event.kind().from();
    match generation.state.after(event) {
        Ok(to) => {
            change.generations.push(GenerationChange::Step { id: generation.id, from, to: to.clone(), relinked });
            Some(to)
        }
        Err(error) => {
            tracing::warn!(%error, generation = %generation.id, "a stale row");
            None
        }
    }
}
