//! Friends: who brought whom, and what both get for the friend's first payment.

use domain::ids::UserId;
use domain::ledger::{Amount, BonusKind, Operation, Posting};
use domain::payment::{Referral, inviter_in, may_invite};
use domain::ports::{ChangeSet, ReferralChange, Session, StoreResult};

use super::App;
use crate::conversation::{Notice, origin_of};
use crate::event::Incoming;
use crate::free::FreeNow;
use crate::outbox::Body;
use crate::screens::Friends;

/// What a friend's first payment brings. An amount of zero is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferralTerms {
    /// To who came.
    pub invited: Amount,
    /// To who brought them.
    pub inviter: Amount,
    /// So many friends a day reward who brought them; friends beyond that get theirs all the same.
    pub day_max: u32,
}

impl App {
    /// Notes who brought a newcomer, together with the newcomer's row. Somebody who was here before was not brought.
    pub(super) async fn note_referral(
        &self,
        change: &mut ChangeSet,
        newcomer: &Session,
        incoming: &Incoming,
    ) -> StoreResult<()> {
        let Some(inviter) = origin_of(&incoming.event).as_deref().and_then(inviter_in) else { return Ok(()) };
        let invited = newcomer.person.user;
        let was_here = self.is_former(newcomer.person.chat).await?;
        if may_invite(inviter, invited, true, was_here) && self.store.session_of(inviter).await?.is_some() {
            let referral = Referral { invited, inviter, at: change.at, rewarded_at: None };
            change.referrals.push(ReferralChange::Create(referral));
            metrics::counter!("referrals_total").increment(1);
        }
        Ok(())
    }

    /// What a newcomer hears who came by a friend's link.
    pub(super) fn greeting_of_a_friend(&self) -> Notice {
        match self.settings.referral.invited {
            gift if gift.value > 0 => Notice::new("notice-invited-gift").amount("gift", gift),
            _ => Notice::new("notice-invited"),
        }
    }

    /// A friend's payment is being credited: if it is the first one, both get what was promised, the inviter unless their day is full or they
    /// are gone, each with a durable notice. Part of the payment's own change set, so it happens with it or not at all.
    ///
    /// # Errors
    /// The store's. A commit that ends as a version conflict was overtaken by another payment: load again, call again.
    pub async fn reward_referral(&self, change: &mut ChangeSet, invited: UserId) -> StoreResult<()> {
        let referral = self.store.referral(invited).await?.filter(|referral| referral.rewarded_at.is_none());
        let Some(Referral { inviter, .. }) = referral else { return Ok(()) };
        let terms = self.settings.referral;
        let day = FreeNow::new(change.at, &self.settings.zone).windows.map(|windows| windows.day);
        let mut counted = None;
        if let Some(day) = day.filter(|_| terms.inviter.value > 0)
            && self.store.session_of(inviter).await?.is_some()
            && self.store.referral_rewards(inviter, day).await? < terms.day_max
        {
            counted = Some((day, terms.day_max));
        }
        change.referrals.push(ReferralChange::Reward { invited, inviter, counted });
        if terms.invited.value > 0 {
            let notice = Notice::new("notice-referral-invited").amount("gift", terms.invited);
            self.give_reward(change, invited, format!("{invited}:invited"), terms.invited, notice);
        }
        if counted.is_some() {
            let notice = Notice::new("notice-referral-inviter").amount("gift", terms.inviter);
            self.give_reward(change, inviter, format!("{invited}:inviter"), terms.inviter, notice);
        }
        metrics::counter!("referrals_rewarded_total").increment(1);
        Ok(())
    }

    fn give_reward(&self, change: &mut ChangeSet, user: UserId, cause: String, amount: Amount, notice: Notice) {
        let bonus = Operation::Bonus { user, kind: BonusKind::Referral, cause, amount };
        change.operations.push(Posting::new(bonus, &*self.clock, &*self.ids));
        self.post(change, user, &Body::Notice(notice), None);
    }

    /// What the screen about friends shows.
    pub(super) async fn friends_of(&self, user: UserId) -> StoreResult<Friends> {
        let day = FreeNow::new(self.now(), &self.settings.zone).windows.map(|windows| windows.day);
        let today = match day {
            Some(day) => self.store.referral_rewards(user, day).await?,
            None => 0,
        };
        Ok(Friends {
            figures: self.store.referral_figures(user).await?,
            today,
            terms: self.settings.referral,
            link: self.name.get().map(|name| format!("https://t.me/{name}?start={}", link_payload(user))),
        })
    }
}

fn link_payload(user: UserId) -> String {
    format!("{}{user}", domain::payment::REFERRAL_LINK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_of_a_personal_link_names_its_user_and_fits_telegrams_bound() {
        let user = UserId::from_bytes([0xab; 16]);
        let payload = link_payload(user);
        assert_eq!(inviter_in(&payload), Some(user));
        assert!(payload.len() <= 64 && payload.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    }
}
