//! What an owner does with money, as use cases: the command line, the bot and the web share them.
//!
//! Each use case looks at the store, refuses by a name, or puts everything that must happen together into the change set that it is given;
//! whoever called commits it, with a mark or beside other things, by [`Desk::commit`] or in their own way.
//!
//! Invariants
//! - Every one of them has an id of its own as its cause: done twice by two calls, it happens twice; the same change set again is harmless.
//! - The ledger's conditions decide, not what was read before: what is checked here only makes the refusal clearer.
//! - What touches a user's balance for the better is told to the user in the same change set.
//!
//! To add one: a file by its noun, a variant of [`Refused`] for each thing that the owner would do otherwise, a command in `bot`, a case.

pub mod alerts;
mod figures;
mod gifts;
pub mod health;
mod model;
mod outreach;
mod overview;
mod paybacks;
mod rate;
mod refunds;
mod refusal;
mod watch;
mod work;

pub use figures::{Period, Periods};
pub(crate) use figures::{earned_lately, last_days};
pub use gifts::{GIFT_MONEY_MAX, GIFT_RUNS_MAX, PROMO_USES_MAX, Promo};
pub use model::ModelPeriod;
pub use outreach::{BroadcastWork, PromoWork};
pub use overview::{OfUser, Waiting};
pub use paybacks::PaybackPlan;
pub use refunds::{Refund, Share};
pub use refusal::{DeskError, Refused};
pub(crate) use watch::cleaned_after;
pub use watch::{CLEANED_DAYS_MAX, WatchWork};
pub(crate) use work::APPROVAL_LIFE;
pub use work::{PAYMENTS_SHOWN, Room, Work, key_of};

use domain::clock::{Clock, IdSource};
use domain::ids::{ActionId, ChatId, UserId};
use domain::ledger::{Operation, Posting};
use domain::models::Catalog;
use domain::ports::{ChangeSet, Commit, Session, Store, StoreError};

use crate::outbox::{Body, post};

/// Where an owner works.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub store: &'a dyn Store,
    /// What models are called.
    pub catalog: &'a Catalog,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Ids and chance.
    pub ids: &'a dyn IdSource,
    /// Who works at it; kept in the books.
    pub by: &'a str,
}

impl Desk<'_> {
    /// An empty change set of this moment.
    pub fn change(&self) -> ChangeSet {
        ChangeSet::new(self.clock.now())
    }

    /// The user with this id, ours or Telegram's.
    ///
    /// # Errors
    /// [`Refused::NoSuchUser`]: nobody, or somebody who has deleted their data.
    pub async fn person(&self, who: &str) -> Result<Session, DeskError> {
        let session = match (who.parse::<i64>(), who.parse::<UserId>()) {
            (Ok(chat), _) => self.store.session(ChatId(chat)).await?,
            (Err(_), Ok(user)) => self.store.session_of(user).await?,
            (Err(_), Err(_)) => None,
        };
        session.ok_or_else(|| Refused::NoSuchUser(who.to_owned()).into())
    }

    /// Commits what the use cases put together.
    ///
    /// # Errors
    /// [`Refused`], by the ledger or because something changed meanwhile; the store's.
    pub async fn commit(&self, change: &ChangeSet) -> Result<(), DeskError> {
        match self.store.commit(change).await? {
            Commit::Committed => Ok(()),
            Commit::Refused { reason, .. } => Err(Refused::Ledger(reason).into()),
            Commit::VersionConflict if !change.promos.is_empty() => Err(Refused::CodeTaken.into()),
            Commit::VersionConflict => Err(Refused::Changed.into()),
            other => Err(StoreError::Defect(format!("an owner's change set ended as {other:?}")).into()),
        }
    }

    /// A cause for one action.
    fn action(&self) -> ActionId {
        ActionId::ordered(self.clock, self.ids)
    }

    fn posting(&self, operation: Operation) -> Posting {
        Posting::new(operation, self.clock, self.ids)
    }

    fn tell(&self, change: &mut ChangeSet, user: UserId, body: &Body) {
        post(change, (self.clock, self.ids), user, body, None);
    }
}
