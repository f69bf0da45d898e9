//! Messages to the owners.

use domain::ids::UserId;
use domain::ports::{AccountTrouble, ChangeSet, StoreResult};
use domain::staff::Duty;

use super::App;
use crate::conversation::Notice;
use crate::outbox::Body;

impl App {
    /// KIE refuses our account: stop selling for a while and tell the owners, once per pause.
    pub(crate) async fn account_trouble(&self, trouble: AccountTrouble) -> StoreResult<()> {
        let now = self.now();
        let code = match trouble {
            AccountTrouble::KeyRefused => "key_refused",
            AccountTrouble::OutOfCredits => "out_of_credits",
            AccountTrouble::KeyCapReached => "key_cap_reached",
        };
        metrics::counter!("kie_account_trouble_total", "trouble" => code).increment(1);
        if !self.selling.pause(now, now + self.settings.selling_pause) {
            return Ok(());
        }
        tracing::error!(?trouble, "kie refuses our account; selling is paused");
        let key = match trouble {
            AccountTrouble::KeyRefused => "trouble-key-refused",
            AccountTrouble::OutOfCredits => "trouble-out-of-credits",
            AccountTrouble::KeyCapReached => "trouble-key-cap",
        };
        let minutes = self.settings.selling_pause.as_secs() / 60;
        let notice = Notice::new("owner-account-trouble").text("trouble", key).number("minutes", minutes);
        self.tell_owners(&notice).await
    }

    /// A durable message to each owner who has ever written to the bot.
    pub(crate) async fn tell_owners(&self, notice: &Notice) -> StoreResult<()> {
        for owner in self.owners_to_tell().await? {
            let mut change = ChangeSet::new(self.now());
            self.post(&mut change, owner, &Body::Notice(notice.clone()), None);
            self.commit(&change).await?;
        }
        Ok(())
    }

    /// The owners who have ever written to the bot; who has blocked it reads what waits when they return.
    pub(crate) async fn owners_to_tell(&self) -> StoreResult<Vec<UserId>> {
        let mut owners = Vec::new();
        for chat in self.chats_for(Duty::Money) {
            match self.store.session(chat).await? {
                Some(session) => owners.push(session.person.user),
                None => tracing::warn!(owner = %chat, "an owner has not started the bot and can't be told"),
            }
        }
        Ok(owners)
    }
}
