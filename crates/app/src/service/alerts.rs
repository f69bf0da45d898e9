//! Messages to the owners.

use domain::ids::UserId;
use domain::ports::{ChangeSet, StoreResult};
use domain::staff::Duty;

use super::App;
use crate::conversation::Notice;
use crate::outbox::Body;

impl App {
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
