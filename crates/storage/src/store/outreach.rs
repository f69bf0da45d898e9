//! The port of broadcasts, campaigns and promo codes, method by method.

use async_trait::async_trait;
use domain::broadcast::{Broadcast, Segment, Target};
use domain::campaign::CampaignFigures;
use domain::clock::Timestamp;
use domain::ids::BroadcastId;
use domain::ports::{Outreach, PromoFigures, StoreResult};

use super::{Backend, SqlStore};
use crate::rows::counts::{Counts, of_campaign, of_segment};
use crate::{postgres, sqlite};

#[async_trait]
impl Outreach for SqlStore {
    async fn broadcast(&self, id: BroadcastId) -> StoreResult<Option<Broadcast>> {
        ask!(self, reader, broadcasts::broadcast(id))
    }

    async fn broadcasts(&self, skip: u32, limit: u32) -> StoreResult<Vec<Broadcast>> {
        ask!(self, reader, broadcasts::page(skip, limit))
    }

    async fn sending(&self) -> StoreResult<Option<BroadcastId>> {
        ask!(self, reader, broadcasts::sending())
    }

    async fn audience(&self, segment: Segment, at: Timestamp) -> StoreResult<u64> {
        ask!(self, reader, broadcasts::audience(segment, at))
    }

    async fn next_targets(&self, broadcast: &Broadcast, limit: u32) -> StoreResult<Vec<Target>> {
        let broadcast = broadcast.clone();
        ask!(self, reader, broadcasts::next_targets(broadcast, limit))
    }

    async fn recount(&self, at: Timestamp) -> StoreResult<()> {
        let mut counts = Vec::new();
        for segment in Segment::ALL {
            let people = ask!(self, reader, broadcasts::counted(segment, at))?;
            counts.push((of_segment(segment), Counts::of_people(people)));
        }
        for campaign in ask!(self, reader, campaigns::all())? {
            let figures = ask!(self, reader, campaigns::counted(vec![campaign]))?;
            let named = |figures: &CampaignFigures| of_campaign(&figures.campaign.name);
            counts.extend(figures.iter().map(|figures| (named(figures), Counts::of_campaign(figures))));
        }
        ask!(self, writer, counts::keep(counts, at))
    }

    async fn campaigns(&self, skip: u32, limit: u32) -> StoreResult<Vec<CampaignFigures>> {
        ask!(self, reader, campaigns::page(skip, limit))
    }

    async fn campaign(&self, name: &str) -> StoreResult<Option<CampaignFigures>> {
        let name = name.to_owned();
        ask!(self, reader, campaigns::campaign(name))
    }

    async fn promos(&self, skip: u32, limit: u32) -> StoreResult<Vec<PromoFigures>> {
        ask!(self, reader, promos::page(skip, limit))
    }
}
