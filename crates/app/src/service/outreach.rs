//! What the desk's screens about broadcasts, promo codes and campaigns show.

use domain::ports::StoreResult;

use super::App;
use crate::conversation::{BroadcastView, PromoView};
use crate::screens::OutreachFacts;

impl App {
    pub(super) async fn broadcast_facts(
        &self,
        view: &BroadcastView,
        skip: impl Fn(u16) -> u32,
        limit: u32,
    ) -> StoreResult<OutreachFacts> {
        let mut facts = OutreachFacts::default();
        match view {
            BroadcastView::List { page } => facts.broadcasts = self.outreach.broadcasts(skip(*page), limit).await?,
            BroadcastView::Card(id) | BroadcastView::SureStart(id) | BroadcastView::SureCancel(id) => {
                facts.broadcast = self.outreach.broadcast(*id).await?;
            }
            BroadcastView::Write => {}
        }
        Ok(facts)
    }

    pub(super) async fn promo_facts(
        &self,
        view: &PromoView,
        skip: impl Fn(u16) -> u32,
        limit: u32,
    ) -> StoreResult<OutreachFacts> {
        let mut facts = OutreachFacts::default();
        match view {
            PromoView::Codes { page } => facts.codes = self.outreach.promos(skip(*page), limit).await?,
            PromoView::Campaigns { page } => {
                facts.campaigns = self.outreach.campaigns(skip(*page), limit).await?;
                facts.bot = self.name.get().cloned();
            }
            PromoView::Make(_) | PromoView::Launch => {}
        }
        Ok(facts)
    }
}
