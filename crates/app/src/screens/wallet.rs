//! Balance, statement, top-up.

use domain::ledger::{Group, Provider};
use domain::money::Money;
use domain::ports::StatementLine;
use domain::screen::{Action, Screen, Text};

use super::draft::cut;
use super::receipt::{NOTE_MAX, size};
use super::result::title;
use super::{Canvas, PAGE, free, labelled, pager, primary};

pub(super) fn balance(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let wallet = canvas.session.money;
    let available = words.money(Money::from_kopecks(wallet.available()));
    let mut text = if wallet.reserved > 0 {
        let reserved = words.money(Money::from_kopecks(wallet.reserved));
        words.text("balance-text-reserved", &[("available", available.into()), ("reserved", reserved.into())])
    } else {
        words.text("balance-text", &[("available", available.into())])
    };
    let runs = canvas.session.runs;
    if runs.posted > 0 {
        text.extend(words.text("balance-runs", &[("runs", free::amount_of_runs(words, runs.available()).into())]));
    }
    let keyboard = vec![
        vec![primary(words.plain("button-top-up", &[]), Action::TopUp)],
        vec![labelled(words, "button-promo", Action::Promo), labelled(words, "button-friends", Action::Friends)],
        vec![
            labelled(words, "button-statement", Action::Statement { page: 0 }),
            labelled(words, "button-menu", Action::Menu),
        ],
    ];
    Screen::new(text, keyboard)
}

pub(super) fn statement(canvas: &Canvas<'_>, page: u16) -> Screen {
    let words = canvas.words;
    let lines = &canvas.facts.statement;
    let mut text = words.text(if lines.is_empty() { "statement-empty" } else { "statement-title" }, &[]);
    for line in lines.iter().take(PAGE) {
        text.extend(movement(canvas, line));
        if let Some(note) = &line.note {
            text.extend(words.text("statement-note", &[("note", cut(note, NOTE_MAX).into())]));
        }
        let when = words.moment(line.at, canvas.now);
        let about = line.generation.and_then(|id| canvas.facts.orders.iter().find(|order| order.id == id));
        text.extend(match about {
            Some(generation) => {
                let what = title(words, canvas.catalog, generation);
                words.text("statement-when-for", &[("when", when.into()), ("what", what.into())])
            }
            None => words.text("statement-when", &[("when", when.into())]),
        });
    }
    let mut keyboard = Vec::new();
    keyboard.extend(pager(words, page, lines.len() > PAGE, |page| Action::Statement { page }));
    keyboard
        .push(vec![labelled(words, "button-balance", Action::Balance), labelled(words, "button-menu", Action::Menu)]);
    Screen::new(text, keyboard)
}

/// What moved, and by which cause.
fn movement(canvas: &Canvas<'_>, line: &StatementLine) -> Text {
    let words = canvas.words;
    let amount = ("amount", amount(canvas, line).into());
    let way = || {
        let (provider, _) = line.cause.split_once(':')?;
        Provider::from_code(provider).map(|provider| words.plain(way_key(provider), &[]))
    };
    let by_way = |known: &str, unknown: &str| match way() {
        Some(way) => words.text(known, &[amount.clone(), ("way", way.into())]),
        None => words.text(unknown, std::slice::from_ref(&amount)),
    };
    let key = match line.name.as_str() {
        "top_up" => return by_way("statement-top-up-by", "statement-top-up"),
        "refund_payment" => return by_way("statement-refund-payment-by", "statement-refund-payment"),
        "reserve" => "statement-reserve",
        "capture" => "statement-capture",
        // A payback that was refused releases too; what an older version wrote does not tell.
        "release" if line.generation.is_none() => "statement-release-other",
        "release" => "statement-release",
        "refund_generation" => "statement-refund-generation",
        "reserve_payback" => "statement-reserve-payback",
        "bonus" => match line.group.as_str() {
            group if group == Group::BonusWelcome.code() => "statement-bonus-welcome",
            group if group == Group::BonusGift.code() => "statement-bonus-gift",
            group if group == Group::BonusReferral.code() => "statement-bonus-referral",
            group if group == Group::BonusPromo.code() => {
                let code = line.cause.split(':').next().unwrap_or_default();
                return words.text("statement-bonus-promo", &[amount, ("code", code.into())]);
            }
            _ => "statement-bonus",
        },
        _ => "statement-adjust",
    };
    words.text(key, &[amount])
}

const fn way_key(provider: Provider) -> &'static str {
    match provider {
        Provider::Stars => "statement-way-stars",
        Provider::Bank => "statement-way-bank",
        Provider::Yookassa => "statement-way-yookassa",
        Provider::CryptoPay => "statement-way-crypto-pay",
    }
}

/// A movement's figure: what it did to the balance, with its sign; else how much it set aside or gave free.
fn amount(canvas: &Canvas<'_>, line: &StatementLine) -> String {
    let (figure, sign) = match line.posted.value {
        0 => (line.reserved, ""),
        posted if posted < 0 => (line.posted, "\u{2212}"),
        _ => (line.posted, "+"),
    };
    format!("{sign}{}", size(canvas.words, figure))
}
