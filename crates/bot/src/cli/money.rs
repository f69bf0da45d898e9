//! The commands about money: `refund-payment`, `refund`, `gift`, `promo`, `payments`, `rate`.

use clap::{ArgGroup, Args};
use domain::ledger::{Amount, Provider};
use domain::money::Money;
use jiff::civil::Date;

use super::{user, words};

/// `refund-payment`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct RefundPayment {
    /// Who took it: stars, bank, yookassa or crypto_pay
    #[arg(value_parser = provider)]
    pub(crate) provider: Provider,
    /// The provider's id of the payment; `kiebot payments USER` shows it
    pub(crate) payment: String,
    /// Why; kept in the books
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) reason: String,
    /// Who does it; kept in the books
    #[arg(long, value_name = "NAME", default_value = "command line", value_parser = words)]
    pub(crate) by: String,
}

/// `refund`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    /// The generation's id; with --user also the end of it, as the receipt in the bot shows it
    pub(crate) generation: String,
    /// Whose it is: Telegram's id or ours
    #[arg(long, value_parser = user)]
    pub(crate) user: Option<String>,
    /// Roubles, such as 5 or 4.50; without it all that is left of what was taken
    #[arg(long, value_name = "RUB", value_parser = roubles)]
    pub(crate) amount: Option<Money>,
    /// Why; the user reads it
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) reason: String,
    /// Who does it; kept in the books
    #[arg(long, value_name = "NAME", default_value = "command line", value_parser = words)]
    pub(crate) by: String,
}

/// Money or runs.
#[derive(Args, Debug, PartialEq, Eq)]
#[command(group = ArgGroup::new("what").required(true).args(["rub", "runs"]))]
pub(crate) struct What {
    /// Roubles, such as 100 or 99.50
    #[arg(long, value_name = "RUB", value_parser = roubles)]
    rub: Option<Money>,
    /// Free runs
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
    runs: Option<i64>,
}

impl What {
    /// The one that was named.
    pub(crate) fn amount(&self) -> Amount {
        self.rub.map_or_else(|| Amount::runs(self.runs.unwrap_or(0)), Amount::money)
    }
}

/// `gift`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Gift {
    /// To whom: Telegram's id or ours
    #[arg(value_parser = user)]
    pub(crate) user: String,
    #[command(flatten)]
    pub(crate) what: What,
    /// Who does it; kept in the books
    #[arg(long, value_name = "NAME", default_value = "command line", value_parser = words)]
    pub(crate) by: String,
}

/// `promo`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Promo {
    /// What users will type: letters, digits, `-` and `_`
    pub(crate) code: String,
    #[command(flatten)]
    pub(crate) what: What,
    /// Redemptions in all
    #[arg(long, value_name = "NUMBER")]
    pub(crate) total: u32,
    /// Redemptions by one user
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) per_user: u32,
    /// The last day on which it is worth something, such as 2026-12-31, in TIME_ZONE; without it, it never expires
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) until: Option<Date>,
}

/// `payments`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Payments {
    /// One user's payments, invoices and paybacks: Telegram's id or ours
    #[arg(value_parser = user)]
    pub(crate) user: Option<String>,
}

/// `rate`.
#[derive(Args, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// The rate of this day, which waits, holds from now on
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) accept: Option<Date>,
}

fn provider(text: &str) -> Result<Provider, String> {
    Provider::from_code(text).ok_or_else(|| "one of stars, bank, yookassa, crypto_pay is wanted".to_owned())
}

fn roubles(text: &str) -> Result<Money, String> {
    match text.parse() {
        Ok(amount) if amount > Money::ZERO => Ok(amount),
        _ => Err("roubles above zero are wanted, with at most two digits after the point".to_owned()),
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is wanted, such as 2026-12-31".to_owned())
}
