//! Balance, statement, top-up.

use domain::generation::Generation;
use domain::money::Money;
use domain::ports::StatementLine;
use domain::screen::{Action, Screen};

use super::receipt::size;
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
        text.extend(words.text(line_key(line), &[("amount", amount(canvas, line).into())]));
        let when = words.moment(line.at, canvas.now);
        text.extend(match order_of(line, &canvas.facts.orders) {
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

/// A movement's figure: what it did to the balance, with its sign; else how much it set aside or gave free.
fn amount(canvas: &Canvas<'_>, line: &StatementLine) -> String {
    let (figure, sign) = match line.posted.value {
        0 => (line.reserved, ""),
        posted if posted < 0 => (line.posted, "\u{2212}"),
        _ => (line.posted, "+"),
    };
    format!("{sign}{}", size(canvas.words, figure))
}

/// The generation that a movement is about. Its cause is the generation's id (a refund's is the same), or its hold.
pub(crate) fn order_of<'a>(line: &StatementLine, orders: &'a [Generation]) -> Option<&'a Generation> {
    orders.iter().find(|generation| is_about(line, generation))
}

/// Whether a movement is about this generation.
pub(crate) fn is_about(line: &StatementLine, generation: &Generation) -> bool {
    match line.name.as_str() {
        "reserve" | "refund_generation" => line.cause == generation.id.to_string(),
        "capture" | "release" => generation.funding.hold().is_some_and(|hold| line.cause == hold.to_string()),
        _ => false,
    }
}

fn line_key(line: &StatementLine) -> &'static str {
    match line.name.as_str() {
        "top_up" => "statement-top-up",
        "reserve" => "statement-reserve",
        "capture" => "statement-capture",
        "release" => "statement-release",
        "refund_generation" => "statement-refund-generation",
        "reserve_payback" => "statement-reserve-payback",
        "refund_payment" => "statement-refund-payment",
        "bonus" => "statement-bonus",
        _ => "statement-adjust",
    }
}
