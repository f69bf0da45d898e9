//! The port of broadcasts, campaigns and promo codes, method by method.

use async_trait::async_trait;
use domain::broadcast::{Broadcast, Segment, Target};
use domain::campaign::CampaignFigures;
use domain::clock::Timestamp;
use domain::ids::BroadcastId;
use domain::ports::{Outreach, PromoFigures, StoreResult};

use super::{Backend, SqlStore};
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
