//! What only owners may press.

use domain::screen::Key;
use domain::staff::Duty;

use super::decide::{Context, Decision, Effect, go};
use super::{Notice, Talk, View};

/// A stopped model is sold again. It is said to the store whatever this instance's showcase shows: another one may have stopped it.
pub(super) fn sell_again(mut next: Talk, key: Key, context: &Context<'_>) -> Decision {
    if !context.may(Duty::Models) {
        next.notice = Some(Notice::new("notice-stale"));
        return Decision::show(next);
    }
    let Some(model) = context.catalog.by_key(key).filter(|model| model.is_live() || model.is_off_for_now()) else {
        next.notice = Some(Notice::new("notice-model-gone"));
        return Decision::show(next);
    };
    go(&mut next, View::Model { model: model.id.clone() });
    next.notice = Some(Notice::new(if model.rest().is_some() { "desk-model-sold" } else { "notice-sold-again" }));
    Decision::with(next, Effect::SellAgain(model.id.clone()))
}

/// The rate that jumped holds from now on; whether it still waits, the store says.
pub(super) fn accept_rate(mut next: Talk, date: &str, context: &Context<'_>) -> Decision {
    if !context.may(Duty::Settings) {
        next.notice = Some(Notice::new("notice-stale"));
        return Decision::show(next);
    }
    Decision::with(next, Effect::AcceptRate { date: date.to_owned() })
}
