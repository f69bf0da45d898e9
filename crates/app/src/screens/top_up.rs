//! Putting money on the balance: amounts, ways to pay, an invoice; a receipt as an owner gets it.

use domain::ledger::Provider;
use domain::money::Money;
use domain::payment::{Invoice, InvoiceState, PRESETS_RUB, TOP_UP_RUB_MAX, TOP_UP_RUB_MIN};
use domain::ports::{NativePrice, Person};
use domain::screen::{Action, Button, ClaimAct, Emphasis, InvoiceAct, Press, Screen, Text};

use super::account::who;
use super::browse::ways_out;
use super::{Canvas, Way, account, labelled, menu, pairs, primary};
use crate::conversation::Draft;
use crate::texts::Words;

/// Amounts as buttons; another one may be typed. Without an open way to pay: whom to ask.
pub(super) fn top_up(canvas: &Canvas<'_>, draft: Option<&Draft>) -> Screen {
    let words = canvas.words;
    let mut screen = if canvas.facts.ways.is_empty() {
        account::ask_us(canvas, canvas.words.text("top-up-by-hand", &[]))
    } else {
        let bound = |roubles: i64| words.money(Money::from_kopecks(roubles * 100)).into();
        let text = words.text("top-up-text", &[("min", bound(TOP_UP_RUB_MIN)), ("max", bound(TOP_UP_RUB_MAX))]);
        let presets = PRESETS_RUB.into_iter().map(|roubles| {
            let amount = Money::from_kopecks(roubles * 100);
            let kopecks = u32::try_from(amount.kopecks()).unwrap_or(u32::MAX);
            super::button(words.money(amount), Action::TopUpAmount { kopecks })
        });
        let mut keyboard = pairs(presets);
        keyboard.push(ways_out(words));
        Screen::new(text, keyboard)
    };
    resume(canvas, draft, &mut screen);
    screen
}

/// The button back to an order that waits for the money.
fn resume(canvas: &Canvas<'_>, draft: Option<&Draft>, screen: &mut Screen) {
    if let Some((_, resume)) = draft.and_then(|draft| menu::unfinished(canvas, draft)) {
        screen.keyboard.push(vec![resume]);
    }
}

/// How an amount is to be paid.
pub(super) fn ways(canvas: &Canvas<'_>, kopecks: u32) -> Screen {
    let words = canvas.words;
    let amount = words.money(Money::from_kopecks(kopecks.into()));
    let button = |way: &Way| {
        let price = way.price.as_ref().and_then(|price| native(words, price));
        let label = match price {
            Some(price) => words.plain(way_key(way.provider), &[("price", price.into())]),
            None => words.plain(way_key(way.provider), &[("price", amount.clone().into())]),
        };
        vec![super::button(label, Action::Pay { provider: way.provider, kopecks })]
    };
    let mut keyboard: Vec<Vec<Button>> = canvas.facts.ways.iter().map(button).collect();
    keyboard.push(ways_out(words));
    Screen::new(words.text("top-up-ways", &[("amount", amount.clone().into())]), keyboard)
}

const fn way_key(provider: Provider) -> &'static str {
    match provider {
        Provider::Stars => "way-stars",
        Provider::Bank => "way-bank",
        Provider::Yookassa => "way-yookassa",
        Provider::CryptoPay => "way-crypto-pay",
    }
}

/// A price in the provider's own unit, as a payer reads it.
fn native(words: Words<'_>, price: &NativePrice) -> Option<String> {
    match price.currency.as_str() {
        "XTR" => Some(words.plain("price-stars", &[("stars", price.amount.into())])),
        "RUB" => Some(words.money(Money::from_kopecks(price.amount))),
        _ => None,
    }
}

/// An own invoice, as it stands.
pub(super) fn invoice(canvas: &Canvas<'_>, draft: Option<&Draft>) -> Screen {
    let words = canvas.words;
    let Some(invoice) = &canvas.facts.invoice else {
        return Screen::new(words.text("invoice-gone", &[]), vec![ways_out(words)]);
    };
    let amount = words.money(invoice.amount);
    let args = [("amount", amount.into()), ("until", words.moment(invoice.expires_at, canvas.now).into())];
    let act = |key: &str, act: InvoiceAct| labelled(words, key, Action::Invoice { invoice: invoice.id, act });
    let again = || labelled(words, "button-top-up-again", Action::TopUp);
    let (text, mut keyboard) = match &invoice.state {
        InvoiceState::Asked => {
            (words.text("invoice-asked", &args), vec![vec![act("button-invoice-cancel", InvoiceAct::Cancel)]])
        }
        InvoiceState::Open { url: Some(url), .. } => {
            let price = NativePrice { amount: invoice.native_amount, currency: invoice.native_currency.clone() };
            let price = native(words, &price).unwrap_or_else(|| words.money(invoice.amount));
            let label = words.plain("button-pay", &[("price", price.into())]);
            let pay = Button { label, press: Press::Url(url.clone()), emphasis: Emphasis::Primary };
            let mut rows = vec![vec![pay]];
            if invoice.provider != Provider::Stars {
                rows.push(vec![act("button-invoice-check", InvoiceAct::Show)]);
            }
            rows.push(vec![act("button-invoice-cancel", InvoiceAct::Cancel)]);
            (words.text("invoice-open", &args), rows)
        }
        InvoiceState::Open { url: None, .. } => {
            (transfer(canvas, invoice), vec![vec![act("button-invoice-cancel", InvoiceAct::Cancel)]])
        }
        InvoiceState::Claimed { .. } => (words.text("invoice-claimed", &args), Vec::new()),
        InvoiceState::Paid { credited, .. } => {
            let credited = words.money(*credited);
            (words.text("invoice-paid", &[("amount", credited.into())]), Vec::new())
        }
        InvoiceState::Rejected { reason, .. } => {
            let args = [("amount", words.money(invoice.amount).into()), ("reason", reason.clone().into())];
            (words.text("invoice-rejected", &args), vec![vec![labelled(words, "button-support", Action::Support)]])
        }
        InvoiceState::Expired { .. } => (words.text("invoice-expired", &args), vec![vec![again()]]),
        InvoiceState::Cancelled { .. } => (words.text("invoice-cancelled", &args), vec![vec![again()]]),
        InvoiceState::Failed { .. } => (words.text("invoice-failed", &args), vec![vec![again()]]),
    };
    keyboard.push(ways_out(words));
    let mut screen = Screen::new(text, keyboard);
    if !invoice.state.kind().is_waiting() {
        resume(canvas, draft, &mut screen);
    }
    screen
}

/// Where a transfer goes, and what to send back.
fn transfer(canvas: &Canvas<'_>, invoice: &Invoice) -> Text {
    let words = canvas.words;
    let amount = words.money(invoice.amount);
    let mut text = words.text("transfer-text", &[("amount", amount.into())]);
    let bank = canvas.facts.bank.clone().unwrap_or_default();
    let rows = [
        ("transfer-bank", bank.bank),
        ("transfer-card", bank.card),
        ("transfer-phone", bank.phone),
        ("transfer-holder", bank.card_holder),
    ];
    for (key, value) in rows {
        if let Some(value) = value {
            text.extend(words.text(key, &[("value", value.into())]));
        }
    }
    let until = words.moment(invoice.expires_at, canvas.now);
    text.extend(words.text("transfer-end", &[("reference", invoice.reference().into()), ("until", until.into())]));
    text
}

/// A receipt as an owner gets it, with the buttons that decide about it.
pub(crate) fn claim(words: Words<'_>, invoice: &Invoice, payer: Option<&Person>) -> Screen {
    let payer = payer.map_or_else(|| words.plain("claim-nobody", &[]), who);
    let args = [
        ("who", payer.into()),
        ("user", invoice.user.to_string().into()),
        ("amount", words.money(invoice.amount).into()),
        ("reference", invoice.reference().into()),
    ];
    let mut text = words.text("claim-text", &args);
    if let InvoiceState::Claimed { repeats: Some(earlier), .. } = &invoice.state {
        text.extend(words.text("claim-repeats", &[("invoice", earlier.to_string().into())]));
    }
    let decide = |act| Action::Claim { invoice: invoice.id, act };
    let approve = words.plain("button-claim-approve", &[("amount", words.money(invoice.amount).into())]);
    let reject = labelled(words, "button-claim-reject", decide(ClaimAct::Reject));
    let keyboard = vec![
        vec![primary(approve, decide(ClaimAct::Approve))],
        vec![
            labelled(words, "button-claim-other", decide(ClaimAct::Other)),
            Button { emphasis: Emphasis::Danger, ..reject },
        ],
    ];
    Screen::new(text, keyboard)
}

/// An owner is asked for an amount or a reason.
pub(super) fn claim_question(canvas: &Canvas<'_>, key: &str) -> Screen {
    let words = canvas.words;
    let Some(invoice) = &canvas.facts.invoice else {
        return Screen::new(words.text("invoice-gone", &[]), vec![ways_out(words)]);
    };
    let amount = words.money(invoice.amount);
    let args = [("reference", invoice.reference().into()), ("amount", amount.into())];
    Screen::new(words.text(key, &args), vec![ways_out(words)])
}
