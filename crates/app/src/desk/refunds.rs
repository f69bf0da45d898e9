//! A generation's price goes back to the balance, or a part of it.

use domain::free::Funding;
use domain::generation::{Generation, State, Undeliverable};
use domain::ids::{ActionId, GenerationId, TransferId, UserId};
use domain::ledger::{Amount, Operation, Refusal, Unit};
use domain::models::Localized;
use domain::money::Money;
use domain::ports::{ChangeSet, HistoryQuery};

use super::{Desk, DeskError, Refused};
use crate::conversation::Notice;
use crate::outbox::Body;

/// A generation is found by the end of its id among so many of a user's last ones.
const SOUGHT: u32 = 500;
/// The end of an id that names a generation has at least so many digits; a receipt shows eight.
const DIGITS_MIN: usize = 6;

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Whatever is left of what was taken.
    All,
    /// So much.
    Part(Money),
}

/// A refund that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// To whom.
    pub user: UserId,
    /// How much.
    pub amount: Amount,
}

/// What was taken for a generation, and how.
struct Taken {
    hold: TransferId,
    amount: Amount,
    /// The refund that a lost result would make by itself: this one must be the same.
    own: Option<ActionId>,
}

impl Desk<'_> {
    /// The generation with this id; of `user` also by the end of its id, as a receipt shows it.
    ///
    /// # Errors
    /// [`Refused::NoSuchGeneration`].
    pub async fn generation(&self, id: &str, user: Option<UserId>) -> Result<Generation, DeskError> {
        let mut found = None;
        if let Ok(whole) = id.parse::<GenerationId>() {
            found = self.store.generation(whole).await?;
        } else if let Some(user) = user.filter(|_| id.len() >= DIGITS_MIN) {
            let query = HistoryQuery { user, models: None, with_result: false, skip: 0, limit: SOUGHT };
            let end = id.to_lowercase();
            found = self.store.history(query).await?.into_iter().find(|one| one.id.to_string().ends_with(&end));
        }
        let is_theirs = |one: &Generation| user.is_none_or(|user| one.user == user);
        found.filter(is_theirs).ok_or_else(|| Refused::NoSuchGeneration(id.to_owned()).into())
    }

    /// Gives back what was taken for a generation, tells the user why, and commits. Of [`Share::All`], what is left by then.
    ///
    /// # Errors
    /// As [`Desk::plan_refund`]; [`Refused::MoreThanLeft`], [`Refused::AllGivenBack`].
    pub async fn refund_generation(
        &self,
        generation: &Generation,
        share: Share,
        reason: &str,
    ) -> Result<Refund, DeskError> {
        let mut wanted = share;
        loop {
            let mut change = self.change();
            let refund = self.plan_refund(&mut change, generation, wanted, reason).await?;
            let left = match self.commit(&change).await {
                Err(DeskError::Refused(Refused::Ledger(Refusal::ExceedsCapture { left, .. }))) => left,
                done => return done.map(|()| refund),
            };
            let left = Amount { unit: refund.amount.unit, value: left };
            match (share, left) {
                (_, Amount { value: ..=0, .. }) => return Err(Refused::AllGivenBack.into()),
                (Share::All, Amount { unit: Unit::Money, value }) => wanted = Share::Part(Money::from_kopecks(value)),
                _ => return Err(Refused::MoreThanLeft { left }.into()),
            }
        }
    }

    /// What is left of what was taken for a generation, by the books: what a refund may be now.
    ///
    /// # Errors
    /// As [`Desk::plan_refund`].
    pub async fn left_of(&self, generation: &Generation) -> Result<Amount, DeskError> {
        let taken = taken(generation)?.amount;
        let lines = self.store.movements_of(generation.id).await?;
        let refunds = lines.iter().filter(|line| line.name == "refund_generation");
        let back: i64 = refunds.map(|line| line.posted.value).fold(0, i64::saturating_add);
        Ok(Amount { unit: taken.unit, value: taken.value.saturating_sub(back) })
    }

    /// Puts a refund into a change set. [`Share::All`] means all that was taken; the ledger refuses it if a part went back before.
    ///
    /// # Errors
    /// [`Refused::UnderWay`], [`Refused::NothingTaken`], [`Refused::WasFree`], [`Refused::PaidWithRun`], [`Refused::WaitsForUser`],
    /// [`Refused::Forgotten`], [`Refused::NotGiven`].
    pub async fn plan_refund(
        &self,
        change: &mut ChangeSet,
        generation: &Generation,
        share: Share,
        reason: &str,
    ) -> Result<Refund, DeskError> {
        let taken = taken(generation)?;
        let amount = match share {
            Share::All => taken.amount,
            Share::Part(_) if taken.amount.unit == Unit::Run => return Err(Refused::PaidWithRun(generation.id).into()),
            Share::Part(_) if taken.own.is_some() => return Err(Refused::WaitsForUser(generation.id).into()),
            Share::Part(part) => Amount::money(part),
        };
        if amount.value <= 0 {
            return Err(Refused::NotGiven { wanted: amount, max: taken.amount }.into());
        }
        let user = generation.user;
        if self.store.session_of(user).await?.is_none() {
            return Err(Refused::Forgotten.into());
        }
        if taken.own.is_some() && self.is_refunded(generation).await? {
            return Err(Refused::AllGivenBack.into());
        }
        change.operations.push(self.posting(Operation::RefundGeneration {
            refund: taken.own.unwrap_or_else(|| self.action()),
            hold: taken.hold,
            amount: amount.value,
            reason: reason.to_owned(),
            by: self.by.to_owned(),
        }));
        let notice = match amount.unit {
            Unit::Money => Notice::new("notice-refund-money").money("amount", Money::from_kopecks(amount.value)),
            Unit::Run => Notice::new("notice-refund-run"),
        };
        let notice = notice.title("model", self.title(generation)).words("reason", reason);
        self.tell(change, user, &Body::Notice(notice));
        Ok(Refund { user, amount })
    }

    /// Whether the refund that a lost result makes by itself was made.
    async fn is_refunded(&self, generation: &Generation) -> Result<bool, DeskError> {
        let lines = self.store.movements_of(generation.id).await?;
        Ok(lines.iter().any(|line| line.name == "refund_generation" && line.cause == generation.id.to_string()))
    }

    fn title(&self, generation: &Generation) -> Localized {
        let unknown = || Localized { ru: generation.model.0.clone(), en: generation.model.0.clone() };
        self.catalog.model(&generation.model).map_or_else(unknown, |model| model.title.clone())
    }
}

fn taken(generation: &Generation) -> Result<Taken, Refused> {
    let id = generation.id;
    let (success, own) = match &generation.state {
        State::Queued | State::Submitting | State::Running { .. } | State::Succeeded(_) => {
            return Err(Refused::UnderWay(id));
        }
        State::Cancelled | State::Failed(_) => return Err(Refused::NothingTaken(id)),
        State::Delivered(success) => (success, None),
        // When the user returns to a result that is lost by then, all of it goes back by itself.
        State::Undeliverable { success, reason: Undeliverable::ChatGone } => {
            (success, Some(ActionId::from_bytes(*id.as_bytes())))
        }
        State::Undeliverable { success, .. } => (success, None),
    };
    let (hold, amount) = match generation.funding {
        Funding::Money(hold) => (hold, Amount::money(generation.quote.settle(success.cost).capture)),
        Funding::Run(hold) => (hold, Amount::runs(1)),
        Funding::Free(_) => return Err(Refused::WasFree(id)),
    };
    if generation.trial {
        return Err(Refused::WasFree(id));
    }
    if amount.value == 0 { Err(Refused::NothingTaken(id)) } else { Ok(Taken { hold, amount, own }) }
}
