//! Orders: a confirmed draft becomes a generation with its hold and its job; a queued one is taken back; messages about them are posted.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::free::Funding;
use domain::generation::{Event as Life, Generation, State};
use domain::ids::{CallbackToken, GenerationId, UserId};
use domain::ledger::{Operation, Posting};
use domain::models::{ApiFamily, Model};
use domain::ports::{ChangeSet, FreeChange, GenerationChange, HistoryQuery, JobKey, Schedule, Session, StoreResult};
use domain::quote::Quote;

use super::App;
use crate::conversation::Draft;
use crate::outbox::{Body, post};

/// With each generation that a user has under way already, the next one lets those pass that were ordered by others within this time: about
/// what a generation takes, so that a user with a queue of their own gets every other turn and not every one.
const YIELDS: Duration = Duration::from_secs(30);

/// The same of input files: about what fetching and uploading one takes.
const INPUT_YIELDS: Duration = Duration::from_secs(3);
/// The time that [`Settings::orders_per_minute`](super::Settings) is about.
const MINUTE: Duration = Duration::from_secs(60);

impl App {
    /// How long a user has to wait who has confirmed as many orders lately as one may.
    pub(super) async fn order_wait(&self, user: UserId, now: Timestamp) -> StoreResult<Option<Duration>> {
        let skip = self.settings.orders_per_minute.max(1) - 1;
        let query = HistoryQuery { user, models: None, with_result: false, skip, limit: 1 };
        let first = self.store.history(query).await?.pop();
        let wait = first.map(|order| MINUTE.saturating_sub(now.since(order.created_at)));
        Ok(wait.filter(|wait| !wait.is_zero()))
    }

    /// Takes what it is paid with and creates the generation; `live` = how many the user has under way already.
    pub(super) fn order(&self, change: &mut ChangeSet, session: &Session, draft: &Draft, quote: &Quote, live: usize) {
        let user = session.person.user;
        let funding = self.fund(change, user, draft, quote);
        change.generations.push(GenerationChange::Create(Box::new(Generation {
            id: draft.id,
            user,
            chat: session.person.chat,
            model: draft.model.clone(),
            family: self.catalog.model(&draft.model).map_or(ApiFamily::Market, |model| self.family(model)),
            inputs: serde_json::to_value(&draft.inputs).expect("inputs hold strings, numbers and lists only"),
            quote: *quote,
            funding,
            token: CallbackToken::random(&*self.ids),
            state: State::Queued,
            since: change.at,
            created_at: change.at,
            relinked: false,
            progress_message: None,
            made_from: draft.made_from,
        })));
        let key = JobKey::generation(draft.id);
        change.schedule.push(Schedule { yields: yields(live), ..Schedule::new(key, change.at) });
        metrics::counter!("orders_total").increment(1);
    }

    /// The way of KIE's API that a model's orders go: the dedicated one if the owner has chosen it, and if it can be gone.
    pub(super) fn family(&self, model: &Model) -> ApiFamily {
        let chosen = model.dedicated().map(|dedicated| dedicated.family);
        let chosen = chosen.filter(|family| self.settings.dedicated.contains(family));
        let can_go = |family: &ApiFamily| self.settings.callback_base.is_some() || !family.needs_callback();
        chosen.filter(can_go).unwrap_or_default()
    }

    /// Steps a queued generation to cancelled and releases its hold, together.
    pub(super) fn cancel(&self, change: &mut ChangeSet, generation: &Generation) {
        change.generations.push(GenerationChange::Step {
            id: generation.id,
            from: Life::Cancel.kind().from(),
            to: State::Cancelled,
            relinked: generation.relinked,
        });
        self.give_back(change, generation);
    }

    /// Nothing came of a generation: what it was to be paid with goes back, to where it was taken.
    pub(crate) fn give_back(&self, change: &mut ChangeSet, generation: &Generation) {
        match generation.funding {
            Funding::Money(hold) | Funding::Run(hold) => {
                change.operations.push(Posting::new(Operation::Release { hold }, &*self.clock, &*self.ids));
            }
            Funding::Free(windows) => {
                change.free.push(FreeChange::Give { user: generation.user, model: generation.model.clone(), windows });
            }
        }
    }

    /// Adds a durable message and the work of sending it.
    pub(crate) fn post(&self, change: &mut ChangeSet, user: UserId, body: &Body, generation: Option<GenerationId>) {
        post(change, (&*self.clock, &*self.ids), user, body, generation);
    }
}

/// How far an input file stands back of somebody who has so many on their way.
pub(super) fn input_yields(pending: usize) -> Duration {
    INPUT_YIELDS.saturating_mul(u32::try_from(pending).unwrap_or(u32::MAX))
}

/// How far an order of somebody who has so many under way stands back.
fn yields(live: usize) -> Duration {
    YIELDS.saturating_mul(u32::try_from(live).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_more_under_way_stands_further_back() {
        let table = [(0, 0), (1, 30), (2, 60), (10, 300)];
        for (live, seconds) in table {
            assert_eq!(yields(live), Duration::from_secs(seconds), "{live}");
        }
        assert!(yields(usize::MAX) > yields(10), "it saturates");
    }
}
