//! What a success brought beside what KIE took for it: a price table that drifted is logged, a loss is told to the owners, and a model that
//! loses several times in a row stops itself.
//!
//! Invariants
//! - The user's side is settled in any case, as quoted: nothing here changes what is captured or delivered.
//! - A stop and the message that tells of it stand in the change set of the capture that caused it.
//! - Losses of one instance are settled one after the other, so that two at once are counted as two and told once. Two instances that
//!   settle a loss at the same moment may count one less, or tell twice.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::clock::Timestamp;
use domain::generation::Generation;
use domain::ids::ModelId;
use domain::money::Credits;
use domain::ports::{ChangeSet, StopChange, StopReason, StoreResult};
use domain::quote::Margin;
use tokio::sync::{Mutex, MutexGuard};

use crate::conversation::Notice;
use crate::outbox::Body;
use crate::service::App;

/// A loss of the same model is told again after so long: often enough to be remembered, too seldom to bury a chat.
const TELL_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// When this instance told the owners of a model's loss last. After a restart it may be told once more.
#[derive(Debug, Default)]
pub(crate) struct Losses(Mutex<BTreeMap<ModelId, Timestamp>>);

/// One loss while it is settled.
pub(super) struct Loss<'a> {
    told: MutexGuard<'a, BTreeMap<ModelId, Timestamp>>,
    model: &'a ModelId,
    word: Word,
}

impl Loss<'_> {
    /// It is committed, with what is told of it.
    pub(super) fn done(mut self, at: Timestamp) {
        match self.word {
            Word::Nothing => {}
            Word::Loss => drop(self.told.insert(self.model.clone(), at)),
            Word::Stopped => {
                metrics::counter!("models_stopped_total").increment(1);
                tracing::warn!(model = %self.model, "a model was stopped: its last successes were losses");
                // Once it is sold again, a loss is news.
                self.told.remove(self.model);
            }
        }
    }
}

/// What the owners hear of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Nothing: it is stopped already, or they know.
    Nothing,
    /// That it was one.
    Loss,
    /// That the model was stopped for it.
    Stopped,
}

impl Word {
    /// `row` = losses in a row, this one included; `limit` = so many stop the model, zero = never; `told` = when they heard of the last.
    fn of(row: u32, limit: u32, is_stopped: bool, told: Option<Timestamp>, now: Timestamp) -> Self {
        if is_stopped {
            Self::Nothing
        } else if limit > 0 && row >= limit {
            Self::Stopped
        } else if told.is_some_and(|told| now.since(told) < TELL_EVERY) {
            Self::Nothing
        } else {
            Self::Loss
        }
    }
}

impl App {
    /// Adds what follows from a loss to the change set that settles it. The answer holds back other losses until it is dropped.
    pub(super) async fn take_loss<'a>(
        &'a self,
        change: &mut ChangeSet,
        generation: &'a Generation,
        margin: &Margin,
    ) -> StoreResult<Loss<'a>> {
        let (model, limit) = (&generation.model, self.office_now().live.losses_to_stop);
        let told = self.losses.0.lock().await;
        let is_stopped = self.store.stops().await?.iter().any(|stop| stop.model == *model);
        // With a limit of one, or without one, it does not matter what was before.
        let before = if limit > 1 { self.store.margins(model, limit - 1).await? } else { Vec::new() };
        let row = row(&before);
        let word = Word::of(row, limit, is_stopped, told.get(model).copied(), change.at);
        if word == Word::Stopped {
            change.stops.push(StopChange::Stop(model.clone(), StopReason::Loss));
        }
        if let Some(body) = self.loss_body(word, model, margin, row) {
            for owner in self.owners_to_tell().await? {
                self.post(change, owner, &body, None);
            }
        }
        Ok(Loss { told, model, word })
    }

    fn loss_body(&self, word: Word, model: &ModelId, margin: &Margin, row: u32) -> Option<Body> {
        let limit = self.office_now().live.losses_to_stop;
        let notice = match word {
            Word::Nothing => return None,
            Word::Loss if limit == 0 => Notice::new("owner-loss"),
            Word::Loss => Notice::new("owner-loss-counted").number("losses", limit),
            Word::Stopped => Notice::new("owner-stopped").number("losses", row),
        };
        let notice = match self.catalog.model(model) {
            Some(known) => notice.title("model", known.title.clone()),
            None => notice.words("model", model.0.clone()),
        };
        let (taken, cost) = (margin.taken.unwrap_or_default(), margin.cost.unwrap_or_default());
        let notice = notice.credits("quoted", margin.quoted).credits("taken", taken);
        let notice = notice.money("earned", margin.earned).money("cost", cost);
        Some(match word {
            Word::Stopped => Body::Stopped { model: model.clone(), notice },
            Word::Nothing | Word::Loss => Body::Notice(notice),
        })
    }
}

/// Losses in a row, the one being settled included; `before` = earlier successes, the newest first.
fn row(before: &[Margin]) -> u32 {
    let earlier = before.iter().take_while(|margin| margin.is_loss()).count();
    u32::try_from(earlier).unwrap_or(u32::MAX).saturating_add(1)
}

/// Logs a price table that KIE does not keep to: another figure than a table price, or more than an upper bound.
pub(super) fn note_drift(generation: &Generation, margin: &Margin) {
    let Some(taken) = margin.taken.filter(|taken| drifts(margin.quoted, *taken, generation.quote.cost.metered)) else {
        return;
    };
    metrics::counter!("price_drift_total").increment(1);
    tracing::warn!(
        generation = %generation.id,
        model = %generation.model,
        quoted = %margin.quoted,
        %taken,
        is_loss = margin.is_loss(),
        "kie took another price than the table says"
    );
}

fn drifts(quoted: Credits, taken: Credits, metered: bool) -> bool {
    if metered { taken > quoted } else { taken != quoted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Money;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);

    fn margin(is_loss: bool) -> Margin {
        let cost = Some(Money::from_kopecks(if is_loss { 101 } else { 100 }));
        let margin = Margin { quoted: credits("4"), taken: Some(credits("4")), earned: Money::from_kopecks(100), cost };
        assert_eq!(margin.is_loss(), is_loss);
        margin
    }

    fn credits(text: &str) -> Credits {
        text.parse().unwrap()
    }

    #[test]
    fn only_losses_in_a_row_count_with_this_one() {
        let table: [(&[bool], u32); 7] = [
            (&[], 1),
            (&[false], 1),
            (&[true], 2),
            (&[true, true], 3),
            (&[true, false, true], 2),
            (&[false, true, true], 1),
            (&[true, true, false], 3),
        ];
        for (before, wanted) in table {
            let margins: Vec<_> = before.iter().map(|is_loss| margin(*is_loss)).collect();
            assert_eq!(row(&margins), wanted, "{before:?}");
        }
        let unknown = Margin { taken: None, cost: None, ..margin(true) };
        assert_eq!(row(&[margin(true), unknown, margin(true)]), 2, "what is not known is no loss");
    }

    #[test]
    fn a_model_stops_at_its_limit_and_owners_hear_of_it_once() {
        let (never, lately, long_ago) = (None, Some(NOON - Duration::from_secs(60)), Some(NOON - TELL_EVERY));
        let table = [
            // row, limit, stopped, told, word
            (1, 3, false, never, Word::Loss),
            (2, 3, false, lately, Word::Nothing),
            (2, 3, false, never, Word::Loss),
            (2, 3, false, long_ago, Word::Loss),
            (3, 3, false, lately, Word::Stopped),
            (3, 3, false, never, Word::Stopped),
            (4, 3, false, never, Word::Stopped),
            (4, 3, true, never, Word::Nothing),
            (1, 3, true, never, Word::Nothing),
            (1, 1, false, never, Word::Stopped),
            (1, 0, false, never, Word::Loss),
            (9, 0, false, lately, Word::Nothing),
            (u32::MAX, 0, false, long_ago, Word::Loss),
        ];
        for (row, limit, is_stopped, told, wanted) in table {
            assert_eq!(Word::of(row, limit, is_stopped, told, NOON), wanted, "{row} {limit} {is_stopped} {told:?}");
        }
    }

    #[test]
    fn a_table_price_must_be_met_and_an_upper_bound_not_passed() {
        let table = [
            ("4", false, false),
            ("3.9", false, true),
            ("4.1", false, true),
            ("3.9", true, false),
            ("4.1", true, true),
        ];
        for (taken, metered, wanted) in table {
            assert_eq!(drifts(credits("4"), credits(taken), metered), wanted, "{taken} {metered}");
        }
    }
}
