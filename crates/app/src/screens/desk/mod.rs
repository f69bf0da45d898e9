//! The owner's desk as it is drawn. A button is drawn only for who may press it; the press decides again.

mod events;
mod figures;
mod model;
mod outreach;
mod people;
mod shop;
mod staff;
mod watch;

pub use outreach::OutreachFacts;
pub(crate) use outreach::flyer;

use std::collections::BTreeMap;

use domain::generation::Generation;
use domain::ids::{ActionId, ChatId, ModelId};
use domain::ledger::Payment;
use domain::money::Money;
use domain::pause::Pause;
use domain::ports::{LogEvent, Person, Session, StatementLine, UserFigures};
use domain::screen::{
    Action, BroadcastAct, Button, DeskAct, Emphasis, Period, PersonTab, PromoAct, Screen, Text, WatchAct,
};
use domain::staff::{Approval, AuditEntry, Duty, Setting, StaffMember};
use domain::watch::Alert;

pub use figures::Shown as FiguresShown;
pub(crate) use figures::{Days, rows, sheet};

use super::{Canvas, button, labelled, pairs, primary};
use crate::conversation::{DeskQuestion, DeskView, Notice, WatchView, Wish};
use crate::desk::health::HealthFacts;
use crate::desk::{ModelPeriod, Waiting};
use crate::settings::Live;
use crate::texts::Words;

/// A user as the desk sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacts {
    /// Who, with both wallets.
    pub session: Session,
    /// A page of the statement, and one more.
    pub statement: Vec<StatementLine>,
    /// A page of what they ordered, and one more.
    pub generations: Vec<Generation>,
    /// The last payments.
    pub payments: Vec<Payment>,
    /// What came of them.
    pub figures: Option<UserFigures>,
}

impl PersonFacts {
    /// The card alone.
    pub const fn new(session: Session) -> Self {
        Self { session, statement: Vec::new(), generations: Vec::new(), payments: Vec::new(), figures: None }
    }
}

/// The rows that a screen of the desk speaks of; what it does not speak of is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskFacts {
    /// Whether generations are sold, as far as the desk decides it.
    pub selling: bool,
    /// The pause of selling, if one stands.
    pub pause: Option<Pause>,
    /// How much waits for a decision.
    pub waits: usize,
    /// The shop's figures.
    pub figures: Option<FiguresShown>,
    /// A page of who was found, and one more.
    pub people: Vec<Person>,
    /// One user.
    pub person: Option<PersonFacts>,
    /// One generation.
    pub generation: Option<Generation>,
    /// The payment that is to be paid back.
    pub payment: Option<Payment>,
    /// Receipts and unexplained payments.
    pub waiting: Waiting,
    /// Large credits that wait.
    pub approvals: Vec<Approval>,
    /// Who looks.
    pub me: Option<ChatId>,
    /// What models earned lately.
    pub earned: BTreeMap<ModelId, Money>,
    /// How the model of the view did, the shortest period first.
    pub model: Vec<ModelPeriod>,
    /// What holds now.
    pub live: Option<Live>,
    /// What the configuration says of the setting.
    pub configured: Option<String>,
    /// The setting as it is stored.
    pub set: Option<Setting>,
    /// Lines of the audit log, newest first.
    pub log: Vec<AuditEntry>,
    /// Who was appointed.
    pub staff: Vec<StaffMember>,
    /// Whom the configuration names.
    pub owners: Vec<ChatId>,
    /// Of broadcasts, promo codes and campaigns.
    pub outreach: OutreachFacts,
    /// How everything is.
    pub health: Option<HealthFacts>,
    /// Alerts, those of old included.
    pub alerts: Vec<Alert>,
    /// A page of the log, and one more; or one event.
    pub events: Vec<LogEvent>,
}

/// Draws a screen of the desk; for somebody who does not work there any more, that it is closed.
pub(super) fn desk(canvas: &Canvas<'_>, view: &DeskView) -> Screen {
    let Some(actor) = canvas.actor else { return closed(canvas.words) };
    let duty = match view {
        DeskView::Home | DeskView::Ask(_) | DeskView::Sure(_) => None,
        DeskView::Statistics { .. } => Some(Duty::Statistics),
        DeskView::FindPeople | DeskView::People { .. } | DeskView::Person { .. } | DeskView::Generation { .. } => {
            Some(Duty::Users)
        }
        DeskView::Waiting => Some(Duty::Money),
        DeskView::Models { .. } | DeskView::Model { .. } => Some(Duty::Models),
        DeskView::Settings | DeskView::Setting { .. } | DeskView::Texts => Some(Duty::Settings),
        DeskView::Staff | DeskView::Appoint { .. } => Some(Duty::Staff),
        DeskView::AuditLog { .. } => Some(Duty::AuditLog),
        DeskView::Health => Some(Duty::Health),
        DeskView::Broadcast(_) => Some(Duty::Broadcast),
        DeskView::Promo(_) => Some(Duty::Promo),
        DeskView::Watch(WatchView::Alerts) => Some(Duty::Maintenance),
        DeskView::Watch(WatchView::Events { .. } | WatchView::Event(_)) => Some(Duty::Logs),
    };
    if duty.is_some_and(|duty| !actor.role.may(duty)) {
        return closed(canvas.words);
    }
    match view {
        DeskView::Home => home(canvas),
        DeskView::Health => watch::health(canvas),
        DeskView::Watch(WatchView::Alerts) => watch::alerts(canvas),
        DeskView::Watch(WatchView::Events { filter, page }) => events::events(canvas, filter, *page),
        DeskView::Watch(WatchView::Event(_)) => events::event(canvas),
        DeskView::Statistics { period } => figures::statistics(canvas, *period),
        DeskView::FindPeople => question(canvas, "desk-find-text", None),
        DeskView::People { query, page } => people::found(canvas, query, *page),
        DeskView::Person { tab, page, .. } => people::person(canvas, *tab, *page),
        DeskView::Generation { .. } => people::generation(canvas),
        DeskView::Ask(asked) => ask(canvas, asked),
        DeskView::Sure(wish) => sure(canvas, wish),
        DeskView::Waiting => people::waiting(canvas),
        DeskView::Models { page } => shop::models(canvas, *page),
        DeskView::Model { model } => model::model(canvas, model),
        DeskView::Settings => shop::settings(canvas),
        DeskView::Texts => shop::texts(canvas),
        DeskView::Setting { name } => shop::setting(canvas, name),
        DeskView::Staff => staff::staff(canvas),
        DeskView::Appoint { chat } => staff::appoint(canvas, *chat),
        DeskView::AuditLog { page } => staff::audit_log(canvas, *page),
        DeskView::Broadcast(view) => outreach::broadcasts(canvas, view),
        DeskView::Promo(view) => outreach::promos(canvas, view),
    }
}

pub(super) use model::resting;
pub(crate) use watch::told;

/// Somebody is shut out.
pub(super) fn blocked(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let keyboard = vec![vec![labelled(words, "button-support", Action::Support)]];
    Screen::new(words.text("blocked-text", &[]), keyboard)
}

/// The message that another owner wants to credit much.
pub(crate) fn approval(words: Words<'_>, notice: &Notice, id: ActionId) -> Screen {
    Screen::new(notice.render(words), vec![decide(words, id)])
}

fn decide(words: Words<'_>, approval: ActionId) -> Vec<Button> {
    let act = |granted| DeskAct::Decide { approval, granted };
    vec![primary(words.plain("button-grant", &[]), Action::Desk(act(true))), danger(words, "button-refuse", act(false))]
}

fn home(canvas: &Canvas<'_>) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let role = canvas.actor.map_or("role-support", |actor| staff::role_key(actor.role));
    let state = if facts.selling { "desk-selling" } else { "desk-not-selling" };
    let mut text = words.text("desk-text", &[("role", words.plain(role, &[]).into())]);
    // Nobody has switched it off, and nothing is sold all the same: one of the two is said.
    if !facts.selling || facts.pause.is_none() {
        text.extend(words.text(state, &[]));
    }
    text.extend(facts.pause.as_ref().map(|pause| watch::paused(canvas, pause)).unwrap_or_default());
    let may = |duty| canvas.may(duty);
    let mut buttons = Vec::new();
    let mut offer = |duty: Duty, key: &str, action: DeskAct| {
        if may(duty) {
            buttons.push(labelled(words, key, Action::Desk(action)));
        }
    };
    offer(Duty::Statistics, "button-statistics", DeskAct::Statistics { period: Period::Today });
    offer(Duty::Users, "button-people", DeskAct::FindPeople);
    offer(Duty::Models, "button-models", DeskAct::Models { page: 0 });
    offer(Duty::Broadcast, "button-broadcasts", DeskAct::Broadcast(BroadcastAct::List { page: 0 }));
    offer(Duty::Promo, "button-promos", DeskAct::Promo(PromoAct::Codes { page: 0 }));
    offer(Duty::Health, "button-health", DeskAct::Health);
    offer(Duty::Logs, "button-events", DeskAct::Watch(WatchAct::AllEvents));
    offer(Duty::Settings, "button-shop-settings", DeskAct::Settings);
    offer(Duty::Staff, "button-staff", DeskAct::Staff);
    offer(Duty::AuditLog, "button-audit-log", DeskAct::AuditLog { page: 0 });
    let mut keyboard = Vec::new();
    if may(Duty::Money) {
        let waits = i64::try_from(facts.waits).unwrap_or(i64::MAX);
        let label = words.plain("button-waiting", &[("n", waits.into())]);
        let emphasis = if facts.waits > 0 { Emphasis::Primary } else { Emphasis::Normal };
        keyboard.push(vec![Button { emphasis, ..button(label, Action::Desk(DeskAct::Waiting)) }]);
    }
    keyboard.extend(pairs(buttons));
    keyboard.extend(watch::end_pause(canvas, facts.pause.as_ref()));
    if may(Duty::Maintenance) {
        keyboard.push(vec![if facts.selling {
            danger(words, "button-stop-selling", DeskAct::Selling { on: false })
        } else {
            primary(words.plain("button-resume-selling", &[]), Action::Desk(DeskAct::Selling { on: true }))
        }]);
    }
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    Screen::new(text, keyboard)
}

fn ask(canvas: &Canvas<'_>, asked: &DeskQuestion) -> Screen {
    let key = match asked {
        DeskQuestion::Credit(_) => "desk-ask-credit",
        DeskQuestion::Debit(_) => "desk-ask-debit",
        DeskQuestion::Runs(_) => "desk-ask-runs",
        DeskQuestion::Block(_) => "desk-ask-block",
        DeskQuestion::Write(_) => "desk-ask-write",
        DeskQuestion::Refund(_) => "desk-ask-refund",
        DeskQuestion::PayBack { .. } => "desk-ask-payback",
        DeskQuestion::Setting(name) => return shop::ask_setting(canvas, name),
        DeskQuestion::Appoint => "desk-ask-appoint",
        DeskQuestion::CleanLog => "events-ask-days",
    };
    question(canvas, key, canvas.facts.desk.person.as_ref())
}

fn question(canvas: &Canvas<'_>, key: &str, person: Option<&PersonFacts>) -> Screen {
    let words = canvas.words;
    let mut text = words.text(key, &[]);
    if let Some(person) = person {
        text.extend(people::line(words, &person.session));
    }
    Screen::new(text, vec![back(words)])
}

fn sure(canvas: &Canvas<'_>, wish: &Wish) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let mut text = match wish {
        Wish::Adjust { kopecks, reason, .. } => {
            let key = if *kopecks < 0 { "desk-sure-debit" } else { "desk-sure-credit" };
            let amount = words.money(Money::from_kopecks(kopecks.saturating_abs()));
            words.text(key, &[("amount", amount.into()), ("reason", reason.as_str().into())])
        }
        Wish::PayBack { reason, .. } => {
            let amount = facts.payment.as_ref().map_or(Money::ZERO, |payment| payment.amount);
            words.text(
                "desk-sure-payback",
                &[("amount", words.money(amount).into()), ("reason", reason.as_str().into())],
            )
        }
        Wish::Dismiss(chat) => words.text("desk-sure-dismiss", &[("chat", chat.to_string().into())]),
        Wish::StopSelling => words.text("desk-sure-stop-selling", &[]),
        Wish::CleanLog { days } => words.text("events-sure-clean", &[("n", i64::from(*days).into())]),
        Wish::Set { name, value } => shop::sure_set(canvas, name, value),
        Wish::Rollback(_) => match facts.log.first() {
            Some(entry) => {
                let (name, before) = (&entry.subject, entry.before.as_deref());
                let args =
                    [("setting", shop::title(words, name).into()), ("value", shop::shown(words, name, before).into())];
                let mut text = words.text("desk-sure-rollback", &args);
                text.extend(before.map_or_else(Text::default, |before| shop::below_cost(canvas, name, before)));
                text
            }
            None => words.text("desk-changed", &[]),
        },
    };
    if let Some(person) = &facts.person {
        text.extend(people::line(words, &person.session));
    }
    let keyboard = vec![vec![danger(words, "button-sure", DeskAct::Sure)], back(words)];
    Screen::new(text, keyboard)
}

fn closed(words: Words<'_>) -> Screen {
    Screen::new(words.text("desk-closed", &[]), vec![vec![labelled(words, "button-menu", Action::Menu)]])
}

fn danger(words: Words<'_>, key: &str, act: DeskAct) -> Button {
    Button { emphasis: Emphasis::Danger, ..labelled(words, key, Action::Desk(act)) }
}

/// One step back, and the desk's own menu.
fn back(words: Words<'_>) -> Vec<Button> {
    vec![labelled(words, "button-back", Action::Back), labelled(words, "button-desk", Action::Desk(DeskAct::Home))]
}

/// A user's card.
fn card(user: domain::ids::UserId) -> Action {
    Action::Desk(DeskAct::Person { user, tab: PersonTab::Card, page: 0 })
}
