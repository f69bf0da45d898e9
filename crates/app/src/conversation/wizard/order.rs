//! The confirm screen's button: the last look before money moves.

use domain::free::Means;
use domain::models::Checked;
use domain::money::Credits;
use domain::pause::PauseReason;
use domain::quote::{Cost, Quote};

use super::turn::Turn;
use crate::conversation::decide::Effect;
use crate::conversation::{Draft, Notice, Step, View};

impl Turn<'_> {
    /// Orders what the confirm screen shows, paid with what it shows.
    pub(super) fn confirm(&mut self) {
        let quote = match &self.draft.step {
            Step::Review { quote } | Step::Short { quote, .. } => *quote,
            _ => return self.go_on(),
        };
        if self.taken.is_some() {
            return;
        }
        if !self.context.selling && !self.draft.trial {
            return self.say(match (self.context.selling_note, self.context.paused) {
                (Some(note), _) => Notice::new("notice-selling-note").words("reason", note),
                (None, None) => Notice::new("notice-selling-paused"),
                (None, Some(PauseReason::Maintenance)) => Notice::new("notice-paused-maintenance"),
                // What is wrong with our account is no user's business.
                (None, Some(PauseReason::KeyRefused | PauseReason::OutOfCredits | PauseReason::KeyCapReached)) => {
                    Notice::new("notice-paused")
                }
            });
        }
        if self.context.live >= self.context.live_max {
            return self.say(Notice::new("notice-too-many-live").number("max", self.context.live_max));
        }
        if let Some(wait) = self.context.order_wait {
            return self.say(Notice::new("notice-orders-too-fast").span("wait", wait));
        }
        let shown = self.draft.means;
        // Of what costs no money no price can grow old.
        let fresh = shown != Means::Money || !quote.is_expired(self.context.now);
        let checked = fresh.then(|| self.model.check(&self.draft.inputs).ok()).flatten();
        let Some(checked) = checked.filter(|checked| !self.is_waiting(checked.inputs())) else {
            self.go_on();
            if matches!(self.draft.step, Step::Review { .. }) && self.talk.notice.is_none() {
                self.say(Notice::new("notice-price-refreshed"));
            }
            return;
        };
        if self.means() != shown {
            return self.show_other_means();
        }
        let quote = if shown == Means::Money { quote } else { self.price(&checked).unwrap_or(quote) };
        let available = self.available();
        if shown == Means::Money && available < quote.price {
            return self.step(Step::Short { available, quote });
        }
        // Frozen is what applies: an input that lost its condition is neither sent nor uploaded.
        let draft = Draft { inputs: checked.inputs().clone(), ..self.draft.clone() };
        let view = View::Generation { generation: draft.id };
        self.end(view, Some(Effect::Order(Box::new(draft), Box::new(quote))));
    }

    /// What the order would be paid with now.
    pub(super) fn means(&self) -> Means {
        if self.draft.trial {
            return Means::Run;
        }
        self.context.free.means(self.model, self.context.runs)
    }

    /// What it is paid with has changed since it was shown: it is shown anew, and nothing is taken.
    fn show_other_means(&mut self) {
        self.go_on();
        if matches!(self.draft.step, Step::Review { .. }) && self.talk.notice.is_none() {
            self.say(Notice::new(match self.draft.means {
                Means::Free => "notice-means-free",
                Means::Run => "notice-means-run",
                Means::Money => "notice-means-money",
            }));
        }
    }

    /// The price of what was checked; none if there is none. What is only tried may have none: then its cost is known afterwards.
    pub(super) fn price(&self, checked: &Checked) -> Option<Quote> {
        let unknown = || self.draft.trial.then_some(Cost { credits: Credits::ZERO, metered: true });
        let cost = self.model.credits(checked.inputs()).ok().or_else(unknown)?;
        let quote = Quote::new(cost, self.model.factor(self.context.factor), self.context.now).ok()?;
        Some(quote.at(self.model.set_price))
    }
}
