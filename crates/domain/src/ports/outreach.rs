//! How many users are reached at once: broadcasts, campaigns, promo codes, as the desk and the worker read and write them.

use async_trait::async_trait;

use super::StoreResult;
use crate::broadcast::{Broadcast, BroadcastEvent, Outcome, Segment, Target};
use crate::campaign::CampaignFigures;
use crate::clock::Timestamp;
use crate::ids::{BroadcastId, UserId};
use crate::promo::PromoCode;

/// What becomes of a broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BroadcastChange {
    /// A new draft. If the id is taken: [`Commit::VersionConflict`](super::Commit::VersionConflict).
    Create(Broadcast),
    /// A draft is for these; [`Commit::VersionConflict`](super::Commit::VersionConflict) if it is no draft (any more).
    Aim {
        /// Which.
        id: BroadcastId,
        /// To whom.
        segment: Segment,
        /// How many they are now.
        audience: u64,
    },
    /// A step of its life; [`Commit::VersionConflict`](super::Commit::VersionConflict) if it is in none of the event's states, or if it would be sending while another one
    /// is.
    Step {
        /// Which.
        id: BroadcastId,
        /// What happens.
        event: BroadcastEvent,
    },
    /// The next ones are about to be sent to. [`Commit::VersionConflict`](super::Commit::VersionConflict) if it is not being sent, if the cursor is elsewhere, or if one of
    /// them was taken before.
    Take {
        /// Which.
        id: BroadcastId,
        /// Where the cursor was.
        after: Option<UserId>,
        /// By id; the cursor becomes the last of them.
        users: Vec<UserId>,
    },
    /// What became of some who were taken; who has an outcome already keeps it. Who is blocked is gone from then on.
    Note {
        /// Which.
        id: BroadcastId,
        /// Who, and what.
        outcomes: Vec<(UserId, Outcome)>,
    },
    /// Some who were taken were surely not sent to: they are next again. Who has an outcome already keeps it.
    Return {
        /// Which.
        id: BroadcastId,
        /// Who.
        users: Vec<UserId>,
        /// Where the cursor goes back to: before all of them.
        after: Option<UserId>,
    },
    /// Whoever took those who have no outcome is dead: nobody knows whether they were sent to.
    Lose(BroadcastId),
}

/// A promo code with its redemptions in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoFigures {
    /// The code.
    pub promo: PromoCode,
    /// Redemptions so far.
    pub used: u32,
}

/// What the desk reads of broadcasts, campaigns and promo codes; they are written by change sets.
#[async_trait]
pub trait Outreach: Send + Sync {
    /// A broadcast.
    async fn broadcast(&self, id: BroadcastId) -> StoreResult<Option<Broadcast>>;

    /// Broadcasts, the last written first.
    async fn broadcasts(&self, skip: u32, limit: u32) -> StoreResult<Vec<Broadcast>>;

    /// The one that is being sent.
    async fn sending(&self) -> StoreResult<Option<BroadcastId>>;

    /// How many people of a segment there are for a broadcast that starts at this time; in a shop of very many people: how many there were at the
    /// last [`Outreach::recount`].
    async fn audience(&self, segment: Segment, at: Timestamp) -> StoreResult<u64>;

    /// Who is next: people of the segment behind the cursor who were there at the start and were not taken, by id. None before the start.
    async fn next_targets(&self, broadcast: &Broadcast, limit: u32) -> StoreResult<Vec<Target>>;

    /// Counts every segment and campaign and keeps the figures, for shops of so many people that nobody can wait for a count.
    async fn recount(&self, at: Timestamp) -> StoreResult<()>;

    /// Campaigns with what came of them, the last made first; in a shop of very many people: by the last [`Outreach::recount`].
    async fn campaigns(&self, skip: u32, limit: u32) -> StoreResult<Vec<CampaignFigures>>;

    /// A campaign by its name.
    async fn campaign(&self, name: &str) -> StoreResult<Option<CampaignFigures>>;

    /// Promo codes, the last made first.
    async fn promos(&self, skip: u32, limit: u32) -> StoreResult<Vec<PromoFigures>>;
}
