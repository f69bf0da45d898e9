//! Why an owner's wish is not carried out, and what to do instead.

use domain::ids::GenerationId;
use domain::ledger::{Amount, Provider, Refusal};
use domain::money::Money;
use domain::ports::StoreError;

/// A wish that is not carried out; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody with this id.
    #[error("no user `{0}` is known; they must have sent /start to the bot, and not have deleted their data since")]
    NoSuchUser(String),
    /// The person behind a payment or a generation has deleted their data.
    #[error("the user has deleted their data: nobody is there to get the money")]
    Forgotten,
    /// No payment with this id.
    #[error("no payment `{payment}` of `{}` is known; `kiebot payments <user>` lists a user's payments", provider.code())]
    NoSuchPayment {
        /// Of this provider.
        provider: Provider,
        /// By its own id.
        payment: String,
    },
    /// The payment went back before.
    #[error("the payment went back before, or is being paid back now")]
    PaidBackBefore,
    /// No generation with this id.
    #[error("no generation `{0}` is known; the receipt shows the end of its id: name it together with the user")]
    NoSuchGeneration(String),
    /// It is not settled yet.
    #[error("the generation `{0}` is still under way: when nothing comes of it, the money goes back by itself")]
    UnderWay(GenerationId),
    /// Nothing came of it, and everything went back.
    #[error("nothing was taken for the generation `{0}`")]
    NothingTaken(GenerationId),
    /// It was one of the free ones.
    #[error("the generation `{0}` was free; `kiebot gift` gives a run or money instead")]
    WasFree(GenerationId),
    /// It was paid with a run.
    #[error("the generation `{0}` was paid with a run, which goes back as a whole: leave the amount out")]
    PaidWithRun(GenerationId),
    /// Its result waits for a user who has blocked the bot.
    #[error("the result of `{0}` waits for a user who is gone: only all of it can be given back")]
    WaitsForUser(GenerationId),
    /// More than was taken for it, less what went back.
    #[error("{left} is left of what was taken for it; name that much, or less")]
    MoreThanLeft {
        /// What can still go back.
        left: Amount,
    },
    /// Everything went back before.
    #[error("all that was taken for it went back before")]
    AllGivenBack,
    /// Nothing, less than nothing, or more than a slip of the finger may give.
    #[error("{wanted} is no amount to give: between {} and {max}", smallest(*wanted))]
    NotGiven {
        /// What was wished.
        wanted: Amount,
        /// The most.
        max: Amount,
    },
    /// No code that users could type.
    #[error("`{0}` is no promo code: letters, digits, `-` and `_`, at most 32")]
    BadCode(String),
    /// There is one by this name.
    #[error("this promo code exists already; choose another one")]
    CodeTaken,
    /// Nobody, or more than fits.
    #[error("a code is redeemed by 1 to {max} in all, and by each user at most so often")]
    BadCounts {
        /// In all.
        max: u32,
    },
    /// It would be over before it began.
    #[error("the code would have expired already")]
    ExpiredAlready,
    /// No rate of this day waits.
    #[error("no rate of {0} waits for a decision; `kiebot rate` shows what does")]
    NoSuchRate(String),
    /// The wallet has less.
    #[error("only {} RUB is available", available)]
    TooLittle {
        /// Posted less reserved.
        available: Money,
    },
    /// The ledger's own word.
    #[error("the books refuse it: {0}")]
    Ledger(Refusal),
    /// The actor's role may not do that.
    #[error("your role may not do that; an owner can give you another one")]
    NotAllowed,
    /// An owner can't be shut out.
    #[error("this is an owner of the bot: dismiss them first")]
    IsOwner,
    /// The configuration names them.
    #[error("the configuration (ADMIN_ID) names this owner: only it can change that")]
    IsConfigured,
    /// Nobody grants their own wish.
    #[error("you asked for this yourself: another owner has to decide")]
    OwnWish,
    /// One broadcast at a time.
    #[error("another broadcast is being sent; pause it or wait for its end")]
    OtherBroadcast,
    /// There is a campaign by this name.
    #[error("this campaign exists already; choose another name")]
    NameTaken,
    /// Somebody else was quicker.
    #[error("something changed meanwhile; look again, and repeat it if it is still wanted")]
    Changed,
}

const fn smallest(wanted: Amount) -> Amount {
    Amount { unit: wanted.unit, value: 1 }
}

/// Why a use case did not come about.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A wish that can't be fulfilled.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    /// The refusal, if it is one.
    pub const fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Store(_) => None,
        }
    }
}
