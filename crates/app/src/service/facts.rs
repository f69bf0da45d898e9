//! The rows that a view, an open question or a stash speaks of.

use std::collections::BTreeSet;

use domain::generation::Generation;
use domain::ids::{GenerationId, InputId, UserId};
use domain::models::Inputs;
use domain::money::Money;
use domain::ports::{HistoryQuery, InputFile, Session, StatementLine, StoreResult};
use domain::screen::Shelf;

use super::App;
use crate::conversation::{Talk, View};
use crate::screens::{Facts, PAGE, Receipt, Way};

/// An open question offers so many own generations: older ones' links are dead anyway.
const OWN_RESULTS: u32 = 10;

impl App {
    /// What drawing a talk needs to know.
    pub(super) async fn facts(&self, talk: &Talk, session: &Session) -> StoreResult<Facts> {
        let (user, mut facts) = (session.person.user, Facts::default());
        let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        let skip = |page: u16| u32::from(page).saturating_mul(limit - 1);
        self.browse(&talk.view, user, &mut facts).await?;
        match &talk.view {
            View::Generation { generation } => {
                if let Some(generation) = self.own_generation(user, *generation).await? {
                    facts.generation = Some(self.facts_of(generation).await?);
                }
            }
            View::Receipt { generation } => {
                if let Some(generation) = self.own_generation(user, *generation).await? {
                    let movements = self.store.movements_of(generation.id).await?;
                    facts.receipt = Some(Receipt { generation, movements });
                }
            }
            View::Model { model } => facts.free = self.free_of(user, Some(model), self.now()).await?,
            View::Shelf { shelf: Shelf::Free, .. } => facts.free = self.free_now(user, self.now()).await?,
            View::Friends => facts.friends = Some(self.friends_of(user).await?),
            View::TopUp => facts.ways = self.ways_for(None),
            View::TopUpWay { kopecks } => facts.ways = self.ways_for(Some(Money::from_kopecks((*kopecks).into()))),
            View::Invoice { invoice } => {
                facts.bank.clone_from(&self.settings.payments.bank);
                facts.invoice = self.store.invoice(*invoice).await?.filter(|invoice| invoice.user == user);
            }
            View::ClaimAmount { invoice } | View::ClaimReason { invoice } => {
                let is_owner = self.is_owner(session.person.chat);
                facts.invoice = self.store.invoice(*invoice).await?.filter(|_| is_owner);
            }
            View::Reply { user } => {
                facts.correspondent = self.store.session_of(*user).await?.map(|session| session.person);
            }
            View::Draft => {
                facts.inputs = self.inputs_of(talk, None).await?;
                facts.own = self.own_results(user, talk).await?;
                let model = talk.draft.as_ref().and_then(|draft| self.catalog.model(&draft.model));
                facts.family = model.map(|model| self.family(model)).unwrap_or_default();
                facts.free = self.free_of(user, model.map(|model| &model.id), self.now()).await?;
            }
            View::Offer | View::Offered { .. } => facts.inputs = self.inputs_of(talk, None).await?,
            View::History { filter, page } => {
                let models = self.models_of(*filter);
                let (models, skip) = (models.as_deref(), skip(*page));
                let query = HistoryQuery { user, models, with_result: false, skip, limit };
                facts.history = self.store.history(query).await?;
            }
            View::Statement { page } => {
                facts.statement = self.store.statement(user, skip(*page), limit).await?;
                facts.orders = self.orders_of(user, &facts.statement).await?;
            }
            _ => {}
        }
        Ok(facts)
    }

    /// The own generations that these lines are about.
    async fn orders_of(&self, user: UserId, lines: &[StatementLine]) -> StoreResult<Vec<Generation>> {
        let ids: BTreeSet<GenerationId> = lines.iter().filter_map(|line| line.generation).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut orders = self.store.generations(&Vec::from_iter(ids)).await?;
        orders.retain(|order| order.user == user);
        Ok(orders)
    }

    /// The input files that a talk names, and those of an order that is repeated, as far as they are known.
    pub(super) async fn inputs_of(&self, talk: &Talk, repeated: Option<&Generation>) -> StoreResult<Vec<InputFile>> {
        let mut ids = talk.input_ids();
        let repeated = repeated.and_then(|order| serde_json::from_value::<Inputs>(order.inputs.clone()).ok());
        let files = repeated.iter().flat_map(Inputs::files);
        ids.extend(files.filter_map(|file| file.key.0.parse::<InputId>().ok()));
        if ids.is_empty() { Ok(Vec::new()) } else { self.store.inputs(&ids).await }
    }

    /// The own generations that the open question offers.
    pub(super) async fn own_results(&self, user: UserId, talk: &Talk) -> StoreResult<Vec<Generation>> {
        let Some(models) = talk.wanted_results(&self.catalog) else { return Ok(Vec::new()) };
        let query = HistoryQuery { user, models: Some(models), with_result: true, skip: 0, limit: OWN_RESULTS };
        self.store.history(query).await
    }

    fn ways_for(&self, amount: Option<Money>) -> Vec<Way> {
        let price = |provider| amount.and_then(|amount| self.gate(provider)?.price(amount).ok());
        self.ways().into_iter().map(|provider| Way { provider, price: price(provider) }).collect()
    }

    async fn own_generation(&self, user: UserId, id: GenerationId) -> StoreResult<Option<Generation>> {
        Ok(self.store.generation(id).await?.filter(|row| row.user == user))
    }
}
