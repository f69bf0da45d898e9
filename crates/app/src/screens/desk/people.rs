//! Users, one user, their orders and payments; what waits for a decision.

use domain::generation::StateKind;
use domain::money::Money;
use domain::payment::Invoice;
use domain::ports::{Person, Session};
use domain::screen::{Action, ClaimAct, DeskAct, PersonDeed, PersonTab, Screen, Text};
use domain::staff::Duty;

use super::super::history::state_key;
use super::super::result::title;
use super::super::wallet::entry;
use super::{Canvas, PersonFacts, back, card, danger, decide, labelled, pairs};
use crate::desk::key_of;
use crate::screens::{PAGE, button, free, pager};
use crate::texts::Words;

/// So much of a name fits a button.
const NAME_MAX: usize = 40;

pub(super) fn found(canvas: &Canvas<'_>, query: &str, page: u16) -> Screen {
    let (words, people) = (canvas.words, &canvas.facts.desk.people);
    let key = if people.is_empty() { "desk-found-nobody" } else { "desk-found" };
    let text = words.text(key, &[("query", query.into())]);
    let mut keyboard: Vec<_> =
        people.iter().take(PAGE).map(|person| vec![button(name(person), card(person.user))]).collect();
    keyboard.extend(pager(words, page, people.len() > PAGE, |page| Action::Desk(DeskAct::People { page })));
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

pub(super) fn person(canvas: &Canvas<'_>, tab: PersonTab, page: u16) -> Screen {
    let words = canvas.words;
    let Some(facts) = &canvas.facts.desk.person else {
        return Screen::new(words.text("desk-nobody", &[]), vec![back(words)]);
    };
    let user = facts.session.person.user;
    let mut text = line(words, &facts.session);
    let mut keyboard = Vec::new();
    let more = match tab {
        PersonTab::Card => {
            text.extend(about(canvas, facts));
            keyboard.extend(deeds(canvas, facts));
            false
        }
        PersonTab::Statement => {
            for line in facts.statement.iter().take(PAGE) {
                text.extend(entry(canvas, line, &facts.generations));
            }
            empty(words, &mut text, facts.statement.is_empty());
            facts.statement.len() > PAGE
        }
        PersonTab::Generations => {
            for generation in facts.generations.iter().take(PAGE) {
                let label = words.plain(
                    "history-row",
                    &[
                        ("state", words.plain(state_key(&generation.state), &[]).into()),
                        ("day", words.day(generation.created_at, canvas.now).into()),
                        ("model", title(words, canvas.catalog, generation).into()),
                        ("prompt", "".into()),
                    ],
                );
                let act = DeskAct::Generation { generation: generation.id };
                keyboard.push(vec![button(label, Action::Desk(act))]);
            }
            empty(words, &mut text, facts.generations.is_empty());
            facts.generations.len() > PAGE
        }
        PersonTab::Payments => {
            for payment in &facts.payments {
                let args = [
                    ("amount", words.money(payment.amount).into()),
                    ("way", words.plain(way_key(payment.provider), &[]).into()),
                    ("when", words.moment(payment.at, canvas.now).into()),
                ];
                let key = if payment.refunded { "desk-payment-refunded" } else { "desk-payment" };
                text.extend(words.text(key, &args));
                if !payment.refunded && canvas.may(Duty::Money) {
                    let label = words.plain("button-pay-back", &[("amount", words.money(payment.amount).into())]);
                    let act = DeskAct::PayBack { user, payment: key_of(payment) };
                    keyboard.push(vec![button(label, Action::Desk(act))]);
                }
            }
            empty(words, &mut text, facts.payments.is_empty());
            false
        }
    };
    keyboard.extend(pager(words, page, more, |page| Action::Desk(DeskAct::Person { user, tab, page })));
    let tabs = PersonTab::ALL
        .into_iter()
        .filter(|other| *other != tab)
        .map(|tab| labelled(words, tab_key(tab), Action::Desk(DeskAct::Person { user, tab, page: 0 })));
    keyboard.extend(pairs(tabs));
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

pub(super) fn generation(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let Some(generation) = &canvas.facts.desk.generation else {
        return Screen::new(words.text("desk-changed", &[]), vec![back(words)]);
    };
    let text = words.text(
        "desk-generation",
        &[
            ("model", title(words, canvas.catalog, generation).into()),
            ("id", generation.id.to_string().into()),
            ("state", words.plain(state_key(&generation.state), &[]).into()),
            ("when", words.moment(generation.created_at, canvas.now).into()),
            ("price", free::cost(words, generation, generation.quote.price).into()),
        ],
    );
    let mut keyboard = Vec::new();
    let is_paid = matches!(generation.state.kind(), StateKind::Delivered | StateKind::Undeliverable);
    if is_paid && canvas.may(Duty::Money) {
        keyboard.push(vec![danger(words, "button-refund", DeskAct::Refund { generation: generation.id })]);
    }
    keyboard.push(vec![labelled(words, "button-person", card(generation.user))]);
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

pub(super) fn waiting(canvas: &Canvas<'_>) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let mut text = words.text("desk-waiting", &[]);
    let mut keyboard = Vec::new();
    for approval in &facts.approvals {
        let args = [
            ("amount", words.money(approval.amount).into()),
            ("by", approval.by.to_string().into()),
            ("reason", approval.reason.as_str().into()),
        ];
        text.extend(words.text("desk-waiting-credit", &args));
        if facts.me != Some(approval.by) {
            keyboard.push(decide(words, approval.id));
        }
    }
    for invoice in &facts.waiting.receipts {
        text.extend(receipt(canvas, invoice));
        let numbered = |key: &str, act| {
            let label = words.plain(key, &[("reference", invoice.reference().into())]);
            button(label, Action::Claim { invoice: invoice.id, act })
        };
        keyboard.push(vec![
            numbered("button-desk-approve", ClaimAct::Approve),
            numbered("button-desk-reject", ClaimAct::Reject),
        ]);
    }
    for record in facts.waiting.unmatched.iter().take(PAGE) {
        let amount = format!("{} {}", record.native_amount, record.native_currency);
        let args = [("amount", amount.into()), ("when", words.moment(record.at, canvas.now).into())];
        text.extend(words.text("desk-waiting-unmatched", &args));
    }
    let none = facts.approvals.is_empty() && facts.waiting.receipts.is_empty() && facts.waiting.unmatched.is_empty();
    empty(words, &mut text, none);
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn receipt(canvas: &Canvas<'_>, invoice: &Invoice) -> Text {
    let words = canvas.words;
    words.text(
        "desk-waiting-receipt",
        &[
            ("amount", words.money(invoice.amount).into()),
            ("reference", invoice.reference().into()),
            ("when", words.moment(invoice.since, canvas.now).into()),
        ],
    )
}

/// Who it is, in one line.
pub(super) fn line(words: Words<'_>, session: &Session) -> Text {
    let person = &session.person;
    let balance = words.money(Money::from_kopecks(session.money.available()));
    words.text("desk-person-line", &[("name", name(person).into()), ("balance", balance.into())])
}

fn about(canvas: &Canvas<'_>, facts: &PersonFacts) -> Text {
    let (words, session) = (canvas.words, &facts.session);
    let person = &session.person;
    let mut text = words.text(
        "desk-person",
        &[
            ("chat", person.chat.to_string().into()),
            ("id", person.user.to_string().into()),
            ("language", person.language.code().into()),
            ("since", words.moment(person.created_at, canvas.now).into()),
            ("reserved", words.money(Money::from_kopecks(session.money.reserved)).into()),
            ("runs", session.runs.available().into()),
        ],
    );
    if let Some(figures) = &facts.figures {
        let orders: u64 = figures.generations.values().sum();
        let seen =
            figures.last_seen.map_or_else(|| words.plain("desk-no-value", &[]), |at| words.moment(at, canvas.now));
        text.extend(words.text(
            "desk-person-figures",
            &[
                ("orders", words.count(i64::try_from(orders).unwrap_or(i64::MAX)).into()),
                ("spent", words.money(figures.spent).into()),
                ("paid", words.money(figures.paid_in).into()),
                ("seen", seen.into()),
            ],
        ));
    }
    if let Some(origin) = &person.origin {
        text.extend(words.text("desk-person-origin", &[("origin", origin.as_str().into())]));
    }
    if person.gone {
        text.extend(words.text("desk-person-gone", &[]));
    }
    if person.blocked {
        text.extend(words.text("desk-person-blocked", &[]));
    }
    text
}

fn deeds(canvas: &Canvas<'_>, facts: &PersonFacts) -> Vec<Vec<domain::screen::Button>> {
    let (words, person) = (canvas.words, &facts.session.person);
    let other = if person.blocked { PersonDeed::Block } else { PersonDeed::Unblock };
    let deeds = PersonDeed::ALL.into_iter().filter(|deed| *deed != other && canvas.may(deed.duty()));
    pairs(deeds.map(|deed| {
        let act = DeskAct::Do { user: person.user, deed };
        match deed {
            PersonDeed::Credit => labelled(words, "button-credit", Action::Desk(act)),
            PersonDeed::Debit => labelled(words, "button-debit", Action::Desk(act)),
            PersonDeed::GiveRuns => labelled(words, "button-give-runs", Action::Desk(act)),
            PersonDeed::Block => danger(words, "button-block", act),
            PersonDeed::Unblock => labelled(words, "button-unblock", Action::Desk(act)),
            PersonDeed::Write => labelled(words, "button-write", Action::Desk(act)),
        }
    }))
}

fn empty(words: Words<'_>, text: &mut Text, is_empty: bool) {
    if is_empty {
        text.extend(words.text("desk-nothing", &[]));
    }
}

fn name(person: &Person) -> String {
    let name: String = person.first_name.chars().take(NAME_MAX).collect();
    match &person.username {
        Some(username) => format!("{name} @{username}"),
        None => name,
    }
}

const fn tab_key(tab: PersonTab) -> &'static str {
    match tab {
        PersonTab::Card => "button-person",
        PersonTab::Statement => "button-statement",
        PersonTab::Generations => "button-orders",
        PersonTab::Payments => "button-payments",
    }
}

const fn way_key(provider: domain::ledger::Provider) -> &'static str {
    use domain::ledger::Provider;
    match provider {
        Provider::Stars => "provider-stars",
        Provider::Bank => "provider-bank",
        Provider::Yookassa => "provider-yookassa",
        Provider::CryptoPay => "provider-crypto-pay",
    }
}
