//! People: letters between users and owners, deleting one's data.

use domain::generation::State;
use domain::ids::{ChatId, UserId};
use domain::ports::{ChangeSet, HistoryQuery, PersonChange, Session, StoreResult, Trace};
use domain::staff::Duty;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::App;
use crate::conversation::{Letter, Notice};
use crate::outbox::{Body, Mail};

/// The stored random value that keys the traces. Not derived from the bot's token, which may be changed.
const TRACE_KEY: &str = "trace_key";
/// An undelivered result is among the user's last so many, since it holds one of the few places for live ones.
const UNDELIVERED_WITHIN: u32 = 50;

impl App {
    /// A user's letter goes to each owner who has started the bot. Returns what the user is told instead of "passed on", if nobody is there.
    pub(super) async fn ask_owners(
        &self,
        change: &mut ChangeSet,
        session: &Session,
        letter: &Letter,
    ) -> StoreResult<Option<Notice>> {
        let owners = self.owners_at_hand().await?;
        for owner in &owners {
            self.post(change, owner.person.user, &Body::Letter(mail(session, letter)), None);
        }
        Ok(owners.is_empty().then(|| self.unreachable()))
    }

    /// An owner's letter goes to the user. Returns what the owner is told instead of "on its way", if the user is gone.
    pub(super) async fn answer_user(
        &self,
        change: &mut ChangeSet,
        owner: &Session,
        user: UserId,
        letter: &Letter,
    ) -> StoreResult<Option<Notice>> {
        let Some(session) = self.store.session_of(user).await? else {
            return Ok(Some(Notice::new("notice-answer-lost")));
        };
        self.post(change, user, &Body::Answer(mail(owner, letter)), None);
        Ok(session.person.gone.then(|| Notice::new("notice-answer-waits")))
    }

    /// Who answers users, has started the bot and has not blocked it.
    pub(crate) async fn owners_at_hand(&self) -> StoreResult<Vec<Session>> {
        let mut owners = Vec::new();
        for chat in self.chats_for(Duty::Write) {
            owners.extend(self.store.session(chat).await?.filter(|session| !session.person.gone));
        }
        Ok(owners)
    }

    /// What is said of a letter that nobody gets.
    pub(crate) fn unreachable(&self) -> Notice {
        tracing::error!("a letter to the support reaches nobody: no owner has started the bot");
        match &self.office_now().live.shop.support_contact {
            Some(contact) => Notice::new("notice-letter-lost-contact").words("contact", contact.clone()),
            None => Notice::new("notice-letter-lost"),
        }
    }

    /// Everything that leads to the person goes. Returns why not yet, and changes nothing, while a result is still on its way.
    pub(super) async fn forget(&self, change: &mut ChangeSet, session: &Session) -> StoreResult<Option<Notice>> {
        if matches!(change.person, Some(PersonChange::Create(_))) {
            // An old button of somebody who is forgotten already: there is nobody, and nobody is made.
            change.person = None;
            change.operations.clear();
            return Ok(None);
        }
        let user = session.person.user;
        let query = HistoryQuery { user, models: None, with_result: true, skip: 0, limit: UNDELIVERED_WITHIN };
        let made = self.store.history(query).await?;
        if made.iter().any(|generation| matches!(generation.state, State::Succeeded(_))) {
            return Ok(Some(Notice::new("notice-forget-later")));
        }
        let trace = self.trace(session.person.chat).await?;
        change.person = Some(PersonChange::Forget { user, trace });
        metrics::counter!("people_forgotten_total").increment(1);
        Ok(None)
    }

    /// Whether somebody in this chat was forgotten: no second welcome.
    pub(super) async fn is_former(&self, chat: ChatId) -> StoreResult<bool> {
        let trace = self.trace(chat).await?;
        self.store.is_former(&trace).await
    }

    async fn trace(&self, chat: ChatId) -> StoreResult<Trace> {
        let mut fresh = [0; 32];
        self.ids.fill(&mut fresh);
        let key = self.store.keepsake(TRACE_KEY, fresh).await?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
        mac.update(chat.to_string().as_bytes());
        Ok(Trace(mac.finalize().into_bytes().into()))
    }
}

fn mail(from: &Session, letter: &Letter) -> Mail {
    Mail { from: from.person.user, text: letter.text.clone(), copy: letter.copy }
}
