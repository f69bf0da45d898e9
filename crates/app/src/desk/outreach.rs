//! What staff do to reach many: broadcasts, promo codes, campaigns.

use domain::broadcast::{Broadcast, BroadcastEvent, BroadcastState, Content, Segment};
use domain::campaign::Campaign;
use domain::ids::BroadcastId;
use domain::ports::{BroadcastChange, ChangeSet, JobKey, Schedule};
use domain::staff::{Actor, Deed};

use super::work::{Line, Room};
use super::{Desk, DeskError, Promo, Refused};
use crate::outbox::Body;

/// What is done with a broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BroadcastWork {
    /// It is written.
    Compose {
        /// Minted with the decision.
        id: BroadcastId,
        /// What is sent.
        content: Content,
    },
    /// It is for these.
    Aim {
        /// Which.
        id: BroadcastId,
        /// To whom.
        segment: Segment,
    },
    /// Its writer sees it as users will.
    Preview(BroadcastId),
    /// It starts, stands still, goes on, ends.
    Step {
        /// Which.
        id: BroadcastId,
        /// What happens.
        event: BroadcastEvent,
    },
}

/// What is made with promo codes and campaigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromoWork {
    /// A promo code.
    Make(Promo),
    /// A campaign.
    Launch {
        /// In its normal form.
        name: String,
        /// What it is about.
        note: Option<String>,
    },
}

impl Desk<'_> {
    /// A deed with a broadcast, with its line of the audit log: writing one is none, sending it is.
    ///
    /// # Errors
    /// [`Refused::Changed`] if it can't happen (any more), [`Refused::OtherBroadcast`] while another one is being sent.
    pub(super) async fn broadcast(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        work: &BroadcastWork,
        room: Room<'_>,
    ) -> Result<(), DeskError> {
        match work {
            BroadcastWork::Compose { id, content } => {
                let audience = room.outreach.audience(Segment::Everybody, change.at).await?;
                let draft = Broadcast::draft(*id, content.clone(), audience, change.at);
                change.broadcasts.push(BroadcastChange::Create(draft));
            }
            BroadcastWork::Aim { id, segment } => {
                let broadcast = self.known(*id, room).await?;
                if broadcast.state != BroadcastState::Draft {
                    return Err(Refused::Changed.into());
                }
                self.aim(change, *id, *segment, room).await?;
            }
            BroadcastWork::Preview(id) => {
                self.known(*id, room).await?;
                let writer = self.store.session(actor.chat).await?.ok_or(Refused::Changed)?;
                self.tell(change, writer.person.user, &Body::Broadcast(*id));
            }
            BroadcastWork::Step { id, event } => {
                let broadcast = self.known(*id, room).await?;
                let next = broadcast.state.after(*event).ok_or(Refused::Changed)?;
                if next == BroadcastState::Sending && room.outreach.sending().await?.is_some() {
                    return Err(Refused::OtherBroadcast.into());
                }
                if *event == BroadcastEvent::Start {
                    self.aim(change, *id, broadcast.segment, room).await?;
                }
                change.broadcasts.push(BroadcastChange::Step { id: *id, event: *event });
                if next == BroadcastState::Sending {
                    change.schedule.push(Schedule::new(JobKey::broadcast(*id), change.at));
                }
                if let Some(deed) = deed(*event) {
                    self.log(change, actor, Line::new(deed, id).after(broadcast.segment.code()));
                }
            }
        }
        Ok(())
    }

    /// A promo code or a campaign, with its line of the audit log.
    ///
    /// # Errors
    /// Those of [`Desk::make_promo`]; [`Refused::CodeTaken`], [`Refused::NameTaken`].
    pub(super) async fn promote(
        &self,
        change: &mut ChangeSet,
        actor: Actor,
        work: &PromoWork,
        room: Room<'_>,
    ) -> Result<(), DeskError> {
        match work {
            PromoWork::Make(wish) => {
                let promo = self.make_promo(change, wish.clone())?;
                let maker = self.store.session(actor.chat).await?.ok_or(Refused::Changed)?.person.user;
                if self.store.promo(&promo.code, maker).await?.is_some() {
                    return Err(Refused::CodeTaken.into());
                }
                let what = format!("{}, {} x {}", promo.gift, promo.total_max, promo.per_user_max);
                self.log(change, actor, Line::new(Deed::MakePromo, &promo.code).after(what));
            }
            PromoWork::Launch { name, note } => {
                if room.outreach.campaign(name).await?.is_some() {
                    return Err(Refused::NameTaken.into());
                }
                let campaign = Campaign { name: name.clone(), note: note.clone(), created_at: change.at };
                self.log(change, actor, Line::new(Deed::MakeCampaign, name));
                change.campaigns.push(campaign);
            }
        }
        Ok(())
    }

    async fn known(&self, id: BroadcastId, room: Room<'_>) -> Result<Broadcast, DeskError> {
        room.outreach.broadcast(id).await?.ok_or_else(|| Refused::Changed.into())
    }

    async fn aim(
        &self,
        change: &mut ChangeSet,
        id: BroadcastId,
        segment: Segment,
        room: Room<'_>,
    ) -> Result<(), DeskError> {
        let audience = room.outreach.audience(segment, change.at).await?;
        change.broadcasts.push(BroadcastChange::Aim { id, segment, audience });
        Ok(())
    }
}

const fn deed(event: BroadcastEvent) -> Option<Deed> {
    match event {
        BroadcastEvent::Start => Some(Deed::StartBroadcast),
        BroadcastEvent::Pause => Some(Deed::PauseBroadcast),
        BroadcastEvent::Resume => Some(Deed::ResumeBroadcast),
        BroadcastEvent::Cancel => Some(Deed::CancelBroadcast),
        BroadcastEvent::Finish => None,
    }
}
