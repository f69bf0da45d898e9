//! The owner's desk on the command line: each command is one use case of [`app::desk`], and what is said of it.

mod lists;

use anyhow::{Result, bail};
use app::desk::{Desk, DeskError, Refused, Share};
use domain::clock::{Clock, IdSource, Timestamp};
use domain::ledger::Unit;
use domain::models::Catalog;
use domain::money::Money;
use domain::ports::{Session, Store};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cli::{self, Command};

/// What the commands work with.
pub(crate) struct Office<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) ids: &'a dyn IdSource,
    /// Whose days are named.
    pub(crate) zone: &'a TimeZone,
}

impl Office<'_> {
    /// Does what `command` wants; returns what is said of it.
    ///
    /// # Errors
    /// A refusal, with what to do; the store's.
    pub(crate) async fn run(&self, command: &Command) -> Result<String> {
        let catalog = crate::shop::load().map_err(|problems| anyhow::anyhow!(crate::shop::lines(&problems)))?;
        let at = |by| self.desk(&catalog, by);
        match command {
            Command::Adjust(adjust) => {
                let cli::Adjust { user, amount, reason, by } = adjust;
                let (before, after) = corrected(&at(by), user, *amount, reason).await?;
                Ok(format!("user {user}: {before} -> {after} RUB available"))
            }
            Command::Refund(refund) => self.refund(&at(&refund.by), refund).await,
            Command::RefundPayment(refund) => refund_payment(&at(&refund.by), refund).await,
            Command::Gift(gift) => give(&at(&gift.by), gift).await,
            Command::Promo(promo) => self.promo(&at(""), promo).await,
            Command::Payments(payments) => lists::payments(&at(""), payments.user.as_deref(), self.zone).await,
            Command::Rate(rate) => match rate.accept {
                Some(date) => accept(&at(""), date).await,
                None => Ok(lists::rates(&self.store.rates().await?, self.zone)),
            },
            other => bail!("{other:?} is no command about money"),
        }
    }

    /// Where `by` works.
    fn desk<'b>(&'b self, catalog: &'b Catalog, by: &'b str) -> Desk<'b> {
        Desk { store: self.store, catalog, clock: self.clock, ids: self.ids, by }
    }

    async fn refund(&self, desk: &Desk<'_>, wish: &cli::Refund) -> Result<String> {
        let user = match &wish.user {
            Some(user) => Some(desk.person(user).await?.person.user),
            None => None,
        };
        let generation = desk.generation(&wish.generation, user).await?;
        let share = wish.amount.map_or(Share::All, Share::Part);
        let refund = desk.refund_generation(&generation, share, &wish.reason).await?;
        let amount = lists::amount(refund.amount);
        let wallet = self.store.wallet(refund.user, refund.amount.unit).await?;
        let now = match refund.amount.unit {
            Unit::Money => format!("{} RUB", Money::from_kopecks(wallet.available())),
            Unit::Run => format!("{} runs", wallet.available()),
        };
        Ok(format!("{amount} went back for {} ({}); {now} are available now", generation.id, generation.model.0))
    }

    async fn promo(&self, desk: &Desk<'_>, wish: &cli::Promo) -> Result<String> {
        let expires_at = match wish.until {
            Some(until) => Some(end_of(until, self.zone)?),
            None => None,
        };
        let mut change = desk.change();
        let (total_max, per_user_max) = (wish.total, wish.per_user);
        let (code, gift) = (wish.code.clone(), wish.what.amount());
        let promo =
            desk.make_promo(&mut change, app::desk::Promo { code, gift, total_max, per_user_max, expires_at })?;
        desk.commit(&change).await?;
        let until = wish.until.map_or_else(|| "never expires".to_owned(), |until| format!("until {until}"));
        Ok(format!(
            "{}: {} each time, {total_max} times in all, {per_user_max} per user, {until}",
            promo.code,
            lists::amount(promo.gift)
        ))
    }
}

/// Credits (or, negative, debits) a user by hand. Returns the balance before and after.
///
/// # Errors
/// If there is no such user, or the balance does not cover it.
pub(crate) async fn corrected(desk: &Desk<'_>, user: &str, amount: Money, reason: &str) -> Result<(Money, Money)> {
    let session = desk.person(user).await?;
    let mut change = desk.change();
    desk.adjust(&mut change, &session, amount, reason)?;
    desk.commit(&change).await?;
    Ok((available(&session), after(desk, &session).await?))
}

async fn refund_payment(desk: &Desk<'_>, wish: &cli::RefundPayment) -> Result<String> {
    let mut change = desk.change();
    let plan = desk.refund_payment(&mut change, wish.provider, &wish.payment, &wish.reason).await;
    let plan = plan.map_err(paid_back)?;
    desk.commit(&change).await.map_err(paid_back)?;
    let spent = plan.payment.amount.checked_sub(plan.set_aside)?;
    let debt = if spent > Money::ZERO {
        format!(" {spent} RUB of it were spent and become a debt, which the next top-up pays first.")
    } else {
        String::new()
    };
    Ok(format!(
        "payback {}: {} RUB ({} {}) of user {}. {} RUB are set aside on the balance.{debt}\nThe running bot asks {} to \
         pay; `kiebot payments {}` shows how it went.",
        plan.action,
        plan.payment.amount,
        plan.payment.native_amount,
        plan.payment.native_currency,
        plan.payment.user,
        plan.set_aside,
        wish.provider.code(),
        plan.payment.user,
    ))
}

/// The ledger says the same in its own words.
fn paid_back(error: DeskError) -> DeskError {
    match error {
        DeskError::Refused(Refused::Ledger(domain::ledger::Refusal::AlreadyRefunded)) => Refused::PaidBackBefore.into(),
        other => other,
    }
}

async fn give(desk: &Desk<'_>, wish: &cli::Gift) -> Result<String> {
    let session = desk.person(&wish.user).await?;
    let mut change = desk.change();
    let amount = wish.what.amount();
    desk.gift(&mut change, &session, amount)?;
    desk.commit(&change).await?;
    Ok(format!("{} given to user {}; they are told", lists::amount(amount), wish.user))
}

async fn accept(desk: &Desk<'_>, date: Date) -> Result<String> {
    let mut change = desk.change();
    let rate = desk.accept_rate(&mut change, &date.to_string()).await?;
    desk.commit(&change).await?;
    Ok(format!(
        "{} RUB for a dollar, of {date}, holds from now on; a running bot takes it over within a minute",
        rate.rate
    ))
}

fn available(session: &Session) -> Money {
    Money::from_kopecks(session.money.available())
}

async fn after(desk: &Desk<'_>, session: &Session) -> Result<Money> {
    let wallet = desk.store.wallet(session.person.user, Unit::Money).await?;
    Ok(Money::from_kopecks(wallet.available()))
}

/// The first moment after this day.
fn end_of(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    let next = day.tomorrow()?.to_zoned(zone.clone())?;
    Ok(Timestamp::from_micros(next.timestamp().as_microsecond()))
}
