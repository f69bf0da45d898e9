//! The confirm screen's button: the last look before money moves.

use domain::models::Checked;
use domain::quote::{Cost, Quote};

use super::turn::Turn;
use crate::conversation::decide::Effect;
use crate::conversation::{Draft, Notice, Step, View};

impl Turn<'_> {
    /// Orders what the confirm screen shows, at the price that it shows.
    pub(super) fn confirm(&mut self) {
        let quote = match &self.draft.step {
            Step::Review { quote } | Step::Short { quote, .. } => *quote,
            _ => return self.go_on(),
        };
        if self.taken.is_some() {
            return;
        }
        if !self.context.selling {
            return self.say(Notice::new("notice-selling-paused"));
        }
        if self.context.live >= self.context.live_max {
            return self.say(Notice::new("notice-too-many-live").number("max", self.context.live_max));
        }
        let fresh = !quote.is_expired(self.context.now);
        let checked = fresh.then(|| self.model.check(&self.draft.inputs).ok()).flatten();
        let Some(checked) = checked.filter(|checked| !self.is_waiting(checked.inputs())) else {
            self.go_on();
            if matches!(self.draft.step, Step::Review { .. }) && self.talk.notice.is_none() {
                self.say(Notice::new("notice-price-refreshed"));
            }
            return;
        };
        let available = self.available();
        if available < quote.price {
            return self.step(Step::Short { available, quote });
        }
        // Frozen is what applies: an input that lost its condition is neither sent nor uploaded.
        let draft = Draft { inputs: checked.inputs().clone(), ..self.draft.clone() };
        let view = View::Generation { generation: draft.id };
        self.end(view, Some(Effect::Order(Box::new(draft), Box::new(quote))));
    }

    /// The price of what was checked; none if there is none.
    pub(super) fn price(&self, checked: &Checked) -> Option<Quote> {
        let priced = self.model.credits(checked.inputs()).ok()?;
        let cost = Cost { credits: priced.credits, metered: priced.metered };
        Quote::new(cost, self.context.factor, self.context.now).ok()
    }
}
