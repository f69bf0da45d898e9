//! The owner's desk as a conversation: /admin and everything beneath it. Pure, as the rest of the conversation.
//!
//! Invariants
//! - Every press is held against the presser's role here and now; a button that was drawn for another role does nothing but say so.
//! - What is typed is read here and done by [`Work`]; the service checks the role once more and writes the audit log in the same commit.
//! - What moves much money, or can't be taken back easily, is asked again ([`Wish`]) before it is done.

mod broadcast;
mod model;
mod promo;
mod typed;
mod view;
mod watch;

pub use broadcast::BroadcastView;
pub(crate) use model::below_cost;
pub use promo::{PromoDraft, PromoStep, PromoView};
pub use view::{DeskView, Question, Wish};
pub use watch::{EventFilter, WatchView};

use domain::ids::ModelId;
use domain::money::Money;
use domain::screen::{Action, DeskAct, Key, PersonDeed};
use domain::staff::Duty;

use super::decide::{Context, Decision, Effect, go};
use super::{Notice, Talk, View};
use crate::desk::{WatchWork, Work};
use crate::event::Event;
use crate::settings::{self, Spec};

/// A change of a balance by more than this is asked again: 1000 roubles.
pub(super) const SURE_FROM: Money = Money::from_kopecks(100_000);

/// What somebody who is shut out may still do: write to the support. What they pay is credited all the same.
pub(super) const fn is_open_to_the_blocked(talk: &Talk, event: &Event) -> bool {
    match event {
        Event::Press { action: Some(Action::Support), .. } => true,
        Event::Text { .. } | Event::File { .. } => matches!(talk.view, View::Support),
        Event::Membership { .. } | Event::PreCheckout { .. } | Event::Elsewhere => true,
        _ => false,
    }
}

/// `/admin`, and `/admin` with words to look for.
pub(super) fn command(next: &mut Talk, arguments: &str, context: &Context<'_>) -> View {
    if context.actor.is_none() {
        next.notice = Some(Notice::new("notice-unknown-command"));
        return View::Menu;
    }
    View::Desk(match arguments.trim() {
        "" => DeskView::Home,
        query => DeskView::People { query: query.to_owned(), page: 0 },
    })
}

/// A button of the desk was pressed.
pub(super) fn press(mut next: Talk, act: &DeskAct, context: &Context<'_>) -> Decision {
    let Some(actor) = context.actor else { return stale(next) };
    if act.duty().is_some_and(|duty| !actor.role.may(duty)) {
        next.notice = Some(Notice::new("desk-not-yours"));
        return Decision::show(next);
    }
    let view = match *act {
        DeskAct::Home => DeskView::Home,
        DeskAct::Statistics { period } => DeskView::Statistics { period },
        DeskAct::Chart { period } => return work(said(next, "desk-chart-comes"), Work::Chart(period)),
        DeskAct::Export { period } => return work(said(next, "desk-table-comes"), Work::Export(period)),
        DeskAct::FindPeople => DeskView::FindPeople,
        DeskAct::People { page } => match &next.view {
            View::Desk(DeskView::People { query, .. }) => DeskView::People { query: query.clone(), page },
            _ => DeskView::FindPeople,
        },
        DeskAct::Person { user, tab, page } => DeskView::Person { user, tab, page },
        DeskAct::Do { user, deed } => match deed {
            PersonDeed::Credit => DeskView::Ask(Question::Credit(user)),
            PersonDeed::Debit => DeskView::Ask(Question::Debit(user)),
            PersonDeed::GiveRuns => DeskView::Ask(Question::Runs(user)),
            PersonDeed::Block => DeskView::Ask(Question::Block(user)),
            PersonDeed::Write => DeskView::Ask(Question::Write(user)),
            PersonDeed::Unblock => return work(said(next, "desk-unblocked"), Work::Unblock(user)),
        },
        DeskAct::Generation { generation } => DeskView::Generation { generation },
        DeskAct::Refund { generation } => DeskView::Ask(Question::Refund(generation)),
        DeskAct::PayBack { user, payment } => DeskView::Ask(Question::PayBack { user, payment }),
        DeskAct::Sure => return sure(next, context),
        DeskAct::Waiting => DeskView::Waiting,
        DeskAct::Decide { approval, granted } => {
            let key = if granted { "desk-credit-granted" } else { "desk-credit-refused" };
            return work(said(next, key), Work::Decide { approval, granted });
        }
        DeskAct::Models { page } => DeskView::Models { page },
        DeskAct::Model { model } => match known(model, context) {
            Some(model) => DeskView::Model { model },
            None => return gone(next),
        },
        DeskAct::Sell { model, on } => {
            let Some(model) = known(model, context) else { return gone(next) };
            go(&mut next, View::Desk(DeskView::Model { model: model.clone() }));
            return work(
                said(next, if on { "desk-model-sold" } else { "desk-model-stopped" }),
                Work::Sell { model, on },
            );
        }
        DeskAct::Selling { on: false } => DeskView::Sure(Wish::StopSelling),
        DeskAct::Selling { on: true } => return work(said(next, "desk-selling-on"), set("selling", true)),
        DeskAct::Settings => DeskView::Settings,
        DeskAct::Setting { name } => match Spec::by_key(name) {
            Some(spec) => DeskView::Setting { name: spec.name.to_owned() },
            None => return stale(next),
        },
        DeskAct::Set { name } => match Spec::by_key(name) {
            Some(spec) => DeskView::Ask(Question::Setting(spec.name.to_owned())),
            None => return stale(next),
        },
        DeskAct::Switch { name, on } => match Spec::by_key(name) {
            Some(spec) if spec.kind == settings::Kind::Switch => {
                return work(said(next, "desk-set"), set(spec.name, on));
            }
            _ => return stale(next),
        },
        DeskAct::Reset { name } => match Spec::by_key(name) {
            Some(spec) => return work(said(next, "desk-set"), Work::Set { name: spec.name.to_owned(), value: None }),
            None => return stale(next),
        },
        DeskAct::Rollback { entry } => DeskView::Sure(Wish::Rollback(entry)),
        DeskAct::Staff => DeskView::Staff,
        DeskAct::Appoint => DeskView::Ask(Question::Appoint),
        DeskAct::Role { chat, role } => {
            go(&mut next, View::Desk(DeskView::Staff));
            return work(said(next, "desk-appointed"), Work::Appoint { chat, role });
        }
        DeskAct::Dismiss { chat } => DeskView::Sure(Wish::Dismiss(chat)),
        DeskAct::AuditLog { page } => DeskView::AuditLog { page },
        DeskAct::Health => DeskView::Health,
        DeskAct::Broadcast(act) => return broadcast::press(next, act),
        DeskAct::Promo(act) => return promo::press(next, act, context),
        DeskAct::Watch(act) => return watch::press(next, act),
        DeskAct::OfModel { model, deed } => return model::press(next, model, deed, context),
        DeskAct::Texts => DeskView::Texts,
    };
    go(&mut next, View::Desk(view));
    Decision::show(next)
}

/// Words at the desk; `None`: the screen does not ask for any.
pub(super) fn typed(next: &Talk, text: &str, context: &Context<'_>) -> Option<Decision> {
    let View::Desk(view) = &next.view else { return None };
    match view {
        DeskView::FindPeople | DeskView::People { .. } | DeskView::Home => {
            let mut next = next.clone();
            if context.may(Duty::Users) {
                go(&mut next, View::Desk(DeskView::People { query: text.trim().to_owned(), page: 0 }));
            } else {
                next.notice = Some(Notice::new("desk-not-yours"));
            }
            Some(Decision::fresh(next))
        }
        DeskView::Broadcast(view) => broadcast::typed(next, view, text, context),
        DeskView::Promo(view) => promo::typed(next, view, text, context),
        DeskView::Watch(_) => watch::typed(next, text, context),
        DeskView::Ask(question) => Some(typed::answer(next.clone(), question.clone(), text, context)),
        _ => None,
    }
}

/// A file at the desk; `None`: the screen does not ask for any.
pub(super) fn sent(next: &Talk, event: &Event, context: &Context<'_>) -> Option<Decision> {
    typed::sent(next, event, context).or_else(|| broadcast::sent(next, event, context))
}

/// The second yes.
fn sure(mut next: Talk, context: &Context<'_>) -> Decision {
    let View::Desk(DeskView::Sure(wish)) = &next.view else { return stale(next) };
    let (work_to_do, key) = match wish.clone() {
        Wish::Adjust { user, kopecks, reason } => {
            (Work::Adjust { user, amount: Money::from_kopecks(kopecks), reason }, "desk-adjusted")
        }
        Wish::PayBack { user, payment, reason } => (Work::PayBack { user, payment, reason }, "desk-payback-asked"),
        Wish::Dismiss(chat) => (Work::Dismiss(chat), "desk-dismissed"),
        Wish::StopSelling => (set("selling", false), "desk-selling-off"),
        Wish::Rollback(entry) => (Work::Rollback(entry), "desk-set"),
        Wish::CleanLog { days } => (Work::Watch(WatchWork::CleanEvents { days }), "events-cleaned"),
        Wish::Set { name, value } => (Work::Set { name, value: Some(value) }, "desk-set"),
    };
    next.view = next.trail.pop().unwrap_or_default();
    if !context.may(work_to_do.duty()) {
        next.notice = Some(Notice::new("desk-not-yours"));
        return Decision::show(next);
    }
    work(said(next, key), work_to_do)
}

fn set(name: &str, on: bool) -> Work {
    Work::Set { name: name.to_owned(), value: Some(on.to_string()) }
}

fn work(next: Talk, work: Work) -> Decision {
    Decision::with(next, Effect::Desk(Box::new(work)))
}

fn said(mut next: Talk, key: &str) -> Talk {
    next.notice = Some(Notice::new(key));
    next
}

fn stale(next: Talk) -> Decision {
    Decision::show(said(next, "notice-stale"))
}

fn gone(next: Talk) -> Decision {
    Decision::show(said(next, "notice-model-gone"))
}

/// The model with this key, hidden ones included: an owner sees them too.
fn known(key: Key, context: &Context<'_>) -> Option<ModelId> {
    context.catalog.by_key(key).map(|model| model.id.clone())
}
