//! Promo codes: typed on their own screen, after a command, or brought by a link. Who guesses is slowed down.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::promo::{PromoRefusal, normal_code, redeem};

use super::decide::{Context, Decision, Effect};
use super::{Notice, Talk, View};
use crate::event::Event;

/// So many codes that do not exist are looked up for one user within [`GUESSES_WITHIN`]: enough for slips of the thumb, and at this pace
/// nobody finds one among the codes of even four letters in a lifetime.
pub const GUESSES_MAX: usize = 5;
/// See [`GUESSES_MAX`].
pub const GUESSES_WITHIN: Duration = Duration::from_secs(60 * 60);
/// How the payload of a link with a code begins.
const LINK: &str = "p_";

/// The code that an event names, in its normal form, if it may be looked up.
pub(crate) fn code_in(talk: &Talk, event: &Event, now: Timestamp) -> Option<String> {
    let text = match event {
        Event::Command { name, arguments } => said(name, arguments)?,
        Event::Text { text } if talk.view == View::Promo => text,
        _ => return None,
    };
    normal_code(text).filter(|_| guesses(talk, now).count() < GUESSES_MAX)
}

/// The code in a command: `/promo CODE` or `/start p_CODE`.
pub(super) fn said<'a>(name: &str, arguments: &'a str) -> Option<&'a str> {
    match name {
        "promo" => Some(arguments.trim()).filter(|code| !code.is_empty()),
        "start" => arguments.trim().strip_prefix(LINK),
        _ => None,
    }
}

/// A code was typed on the screen that asks for one.
pub(super) fn typed(mut next: Talk, text: &str, context: &Context<'_>) -> Decision {
    let effect = try_code(&mut next, text, context);
    if effect.is_some() {
        next.view = View::Balance;
        if next.trail.last() == Some(&View::Balance) {
            next.trail.pop();
        }
    }
    Decision { effect, ..Decision::fresh(next) }
}

/// A command brought a code. A link leads to the menu, so that a newcomer is welcomed.
pub(super) fn brought(mut next: Talk, name: &str, code: &str, context: &Context<'_>) -> Decision {
    let effect = try_code(&mut next, code, context);
    next.trail = vec![View::Menu];
    next.view = match effect {
        _ if name == "start" => {
            next.stash = None;
            next.trail.clear();
            View::Menu
        }
        Some(_) => View::Balance,
        None => View::Promo,
    };
    Decision { effect, ..Decision::fresh(next) }
}

/// Redeems a code, or says why not.
fn try_code(next: &mut Talk, text: &str, context: &Context<'_>) -> Option<Effect> {
    let Some(code) = normal_code(text) else {
        next.notice = Some(Notice::new("notice-promo-no-code"));
        return None;
    };
    next.guesses = guesses(next, context.now).collect();
    if let Some(first) = next.guesses.first().filter(|_| next.guesses.len() >= GUESSES_MAX) {
        let left = GUESSES_WITHIN.saturating_sub(context.now.since(*first));
        next.notice = Some(Notice::new("notice-promo-too-many").number("minutes", left.as_secs().div_ceil(60)));
        return None;
    }
    match redeem(context.promo.filter(|state| state.promo.code == code), context.now) {
        Ok(state) => {
            let gift = state.promo.gift;
            next.notice = Some(Notice::new("notice-promo-redeemed").amount("gift", gift));
            Some(Effect::Redeem { code, nth: state.used_by_user, gift })
        }
        Err(refusal) => {
            if refusal == PromoRefusal::Unknown {
                next.guesses.push(context.now);
            }
            next.notice = Some(Notice::new(match refusal {
                PromoRefusal::Unknown => "notice-promo-unknown",
                PromoRefusal::Expired => "notice-promo-expired",
                PromoRefusal::UsedByYou => "notice-promo-used-by-you",
                PromoRefusal::UsedUp => "notice-promo-used-up",
            }));
            None
        }
    }
}

/// The wrong codes of late.
fn guesses(talk: &Talk, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    talk.guesses.iter().copied().filter(move |at| now.since(*at) < GUESSES_WITHIN)
}
