//! What things cost and how money comes in.

use app::service::BankDetails;
use domain::money::{Markup, Money as Amount, PriceFactor, Rate};

use domain::payment::StarsRate;

use super::address::{self, PlainHttp};
use super::gates::Gates;
use super::reader::{Read, Reader, Refusal};
use super::registry::{
    FREE_GENERATIONS, LOSSES_TO_STOP, PAYMENT_BANK, PAYMENT_CARD, PAYMENT_CARD_HOLDER, PAYMENT_PHONE,
    PRICE_STEP_KOPECKS, PRICING_MARKUP, REFERRAL_DAY_MAX, REFERRAL_RUNS_FRIEND, REFERRAL_RUNS_INVITER, STARS_PER_RUB,
    USD_RATE, USD_RATE_URL, WELCOME_BALANCE_RUB,
};

/// What a generation costs.
#[derive(Clone, Debug)]
pub(crate) struct Pricing {
    /// KIE's cost is multiplied by it.
    pub(crate) markup: Markup,
    /// A model stops itself after so many losses in a row; zero = never.
    pub(crate) losses_to_stop: u32,
    /// As long as no other rate is known.
    pub(crate) usd_rate: Rate,
    /// Where the rate is read; absent = `usd_rate` always holds.
    pub(crate) usd_rate_url: Option<String>,
    /// Prices are rounded up to it.
    pub(crate) price_step: Amount,
}

impl Pricing {
    /// The factor at the configured rate.
    pub(crate) const fn factor(&self) -> PriceFactor {
        PriceFactor { rate: self.usd_rate, markup: self.markup, step: self.price_step }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let markup = reader.decimal(&PRICING_MARKUP);
        let losses_to_stop = reader.whole(&LOSSES_TO_STOP);
        let usd_rate = reader.decimal(&USD_RATE);
        let usd_rate_url = reader.value(&USD_RATE_URL, |text| match text {
            "off" => Ok(None),
            address => address::page(address, PlainHttp::Private).map(|url| Some(url.into())),
        });
        let step = reader.whole(&PRICE_STEP_KOPECKS).map(Amount::from_kopecks);
        Ok(Self {
            markup: markup?,
            losses_to_stop: losses_to_stop?,
            usd_rate: usd_rate?,
            usd_rate_url: usd_rate_url?,
            price_step: step?,
        })
    }
}

/// How money comes in.
#[derive(Clone, Debug)]
pub(crate) struct Money {
    /// The bonus of a new user; zero = none.
    pub(crate) welcome: Amount,
    /// What a rouble of balance costs in Telegram Stars.
    pub(crate) stars_per_rub: StarsRate,
    /// Where users transfer to, if bank transfer is offered.
    pub(crate) bank_transfer: Option<BankDetails>,
    /// Further providers.
    pub(crate) gates: Gates,
    /// Whether some models are free within limits.
    pub(crate) free: bool,
    /// What a friend's first payment brings, to both.
    pub(crate) referral: Referral,
}

/// What a friend's first payment brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Referral {
    /// Runs for the friend.
    pub(crate) friend: i64,
    /// Runs for who brought them.
    pub(crate) inviter: i64,
    /// So many friends a day count for who brought them.
    pub(crate) day_max: u32,
}

impl Referral {
    fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let friend = reader.whole(&REFERRAL_RUNS_FRIEND);
        let inviter = reader.whole(&REFERRAL_RUNS_INVITER);
        let day_max = reader.whole(&REFERRAL_DAY_MAX);
        Ok(Self { friend: friend?, inviter: inviter?, day_max: day_max? })
    }
}

impl Money {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let welcome = reader.decimal(&WELCOME_BALANCE_RUB);
        // `Rate` reads an exact decimal with four digits, which is what this is too.
        let stars = reader
            .decimal::<Rate>(&STARS_PER_RUB)
            .map(|stars| StarsRate::per_rouble(stars.raw()).expect("the registry's least value is above zero"));
        let bank_transfer = bank_transfer(reader);
        let free = reader.switch(&FREE_GENERATIONS);
        let (gates, referral) = (Gates::read(reader), Referral::read(reader));
        Ok(Self {
            welcome: welcome?,
            stars_per_rub: stars?,
            bank_transfer: bank_transfer?,
            gates: gates?,
            free: free?,
            referral: referral?,
        })
    }
}

fn bank_transfer(reader: &mut Reader<'_>) -> Read<Option<BankDetails>> {
    let bank = reader.text(&PAYMENT_BANK);
    let card_holder = reader.text(&PAYMENT_CARD_HOLDER);
    let card = reader.optional(&PAYMENT_CARD, |text| digits(text, 12..=19, &[' ']));
    let phone = reader.optional(&PAYMENT_PHONE, |text| digits(text, 7..=15, &['+', ' ', '-', '(', ')']));
    let transfer = BankDetails { bank: bank?, card: card?, card_holder: card_holder?, phone: phone? };
    let asked = transfer.bank.is_some() || transfer.card_holder.is_some();
    match (transfer.card.is_some() || transfer.phone.is_some(), asked) {
        (true, _) => Ok(Some(transfer)),
        (false, false) => Ok(None),
        (false, true) => {
            let wanted = format!("{}; or `PAYMENT_PHONE`", PAYMENT_CARD.form);
            let hint = "bank transfer is described but leads nowhere: set one of both, or remove the other `PAYMENT_` variables";
            Err(reader.refuse(&PAYMENT_CARD, wanted, Some(hint.to_owned())))
        }
    }
}

/// The text as it is, if it has so many digits and nothing else but `others`.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>, others: &[char]) -> Result<String, Refusal> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let clean = text.chars().all(|letter| letter.is_ascii_digit() || others.contains(&letter));
    if clean && count.contains(&digits) { Ok(text.to_owned()) } else { Err(Refusal::default()) }
}
