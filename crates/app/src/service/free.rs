//! Free generations: what a user has had, looked up only where it decides or is drawn, and how an order is funded.

use domain::clock::Timestamp;
use domain::free::{Funding, Means};
use domain::generation::Generation;
use domain::ids::{ModelId, UserId};
use domain::ledger::{Amount, BonusKind, Operation, Posting};
use domain::models::Catalog;
use domain::ports::{ChangeSet, FreeChange, StoreResult};
use domain::quote::Quote;
use domain::screen::{Action, GenerationAct};

use super::App;
use crate::conversation::{Draft, Talk, View};
use crate::event::Event;
use crate::free::FreeNow;

impl App {
    /// What a user has had for nothing by now.
    pub(super) async fn free_now(&self, user: UserId, at: Timestamp) -> StoreResult<FreeNow> {
        let mut free = FreeNow::new(at, &self.settings.zone);
        if let Some(windows) = free.windows {
            free.used = self.store.free_uses(user, windows).await?;
        }
        Ok(free)
    }

    /// The same where it matters for one model; a model without free ones costs no look-up.
    pub(super) async fn free_of(&self, user: UserId, model: Option<&ModelId>, at: Timestamp) -> StoreResult<FreeNow> {
        let showcase = self.showcase();
        let limits = model.and_then(|model| showcase.catalog.model(model)).and_then(|model| model.free);
        if limits.is_some() { self.free_now(user, at).await } else { Ok(FreeNow::default()) }
    }

    /// The model whose order an event may lead to.
    pub(super) fn model_at_stake<'a>(
        &'a self,
        talk: &'a Talk,
        event: &Event,
        generation: Option<&'a Generation>,
    ) -> Option<&'a ModelId> {
        let drafted = || talk.draft.as_ref().map(|draft| &draft.model);
        match event {
            Event::Press { action: Some(Action::Create { model }), .. } => {
                self.catalog.by_key(*model).map(|model| &model.id)
            }
            Event::Press {
                action: Some(Action::Generation { act: GenerationAct::Again | GenerationAct::Reword, .. }),
                ..
            } => generation.map(|generation| &generation.model),
            Event::Press { action: Some(Action::Draft { .. }), .. } => drafted(),
            Event::Text { .. } | Event::File { .. } if talk.view == View::Draft => drafted(),
            // Whoever has paid goes on with the order.
            Event::Wake | Event::Paid { .. } => drafted(),
            _ => None,
        }
    }

    /// Takes what an order is paid with: counts it, or holds a run or its price.
    pub(super) fn fund(
        &self,
        change: &mut ChangeSet,
        catalog: &Catalog,
        user: UserId,
        draft: &Draft,
        quote: &Quote,
    ) -> Funding {
        let limits = catalog.model(&draft.model).and_then(|model| model.free);
        let windows = FreeNow::new(change.at, &self.settings.zone).windows;
        if draft.trial {
            // Given and held in one commit: the balance never has it to spend on anything else.
            let (cause, amount) = (format!("trial:{}", draft.id), Amount::runs(1));
            let given = Operation::Bonus { user, kind: BonusKind::Gift, cause, amount };
            change.operations.push(Posting::new(given, &*self.clock, &*self.ids));
        }
        let mut hold = |amount: Amount| {
            let reserve = Operation::Reserve { user, generation: draft.id, amount };
            let posting = Posting::new(reserve, &*self.clock, &*self.ids);
            let hold = posting.transfer;
            change.operations.push(posting);
            hold
        };
        match (draft.means, limits.zip(windows)) {
            (Means::Free, Some((limits, windows))) => {
                let model = draft.model.clone();
                change.free.push(FreeChange::Take { user, model, windows, limits });
                Funding::Free(windows)
            }
            // Without limits nothing was shown as free: a decision sees the same catalog and the same moment.
            (Means::Run | Means::Free, _) => Funding::Run(hold(Amount::runs(1))),
            (Means::Money, _) => Funding::Money(hold(Amount::money(quote.price))),
        }
    }
}
