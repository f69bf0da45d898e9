//! The user and the shop: preferences, support, deleting one's data.

use std::time::Duration;

use domain::ids::UserId;
use domain::staff::Duty;

use super::decide::{Context, Decision, Effect, Letter, go};
use super::{Notice, Talk, View};
use crate::event::Event;

/// So many letters within [`LETTERS_WITHIN`] are taken from one user: an album has up to ten files, and no story needs more notes than that,
/// but somebody who is angry must not bury an owner's chat.
pub const LETTERS_MAX: usize = 10;
/// See [`LETTERS_MAX`].
pub const LETTERS_WITHIN: Duration = Duration::from_secs(10 * 60);

/// A user writes to the owners.
pub(super) fn ask(next: Talk, text: &str, context: &Context<'_>) -> Decision {
    post(next, Some(Letter { text: Some(text.to_owned()), copy: None }), context)
}

/// The same with a file.
pub(super) fn ask_with_file(next: Talk, event: &Event, context: &Context<'_>) -> Decision {
    post(next, letter(event), context)
}

fn post(mut next: Talk, letter: Option<Letter>, context: &Context<'_>) -> Decision {
    let Some(letter) = letter.filter(|letter| !is_empty(letter)) else {
        next.notice = Some(Notice::new("notice-letter-empty"));
        return Decision::fresh(next);
    };
    next.letters.retain(|at| context.now.since(*at) < LETTERS_WITHIN);
    if let Some(first) = next.letters.first().filter(|_| next.letters.len() >= LETTERS_MAX) {
        let left = LETTERS_WITHIN.saturating_sub(context.now.since(*first));
        next.notice = Some(Notice::new("notice-letters-too-many").number("minutes", left.as_secs().div_ceil(60)));
        return Decision::fresh(next);
    }
    next.letters.push(context.now);
    next.notice = Some(Notice::new("notice-asked"));
    Decision { effect: Some(Effect::Ask(letter)), ..Decision::fresh(next) }
}

fn is_empty(letter: &Letter) -> bool {
    letter.copy.is_none() && letter.text.as_ref().is_none_or(|text| text.trim().is_empty())
}

/// An owner wants to answer a user.
pub(super) fn reply(mut next: Talk, user: UserId, context: &Context<'_>) -> Decision {
    if context.may(Duty::Write) {
        go(&mut next, View::Reply { user });
    } else {
        next.notice = Some(Notice::new("notice-stale"));
    }
    Decision::show(next)
}

/// An owner answers a user.
pub(super) fn answer(next: Talk, user: UserId, text: &str, context: &Context<'_>) -> Decision {
    send(next, user, Some(Letter { text: Some(text.to_owned()), copy: None }), false, context)
}

/// The same with a file.
pub(super) fn answer_with_file(next: Talk, user: UserId, event: &Event, context: &Context<'_>) -> Decision {
    let in_album = matches!(event, Event::File { album: Some(_), .. });
    send(next, user, letter(event), in_album, context)
}

fn send(mut next: Talk, user: UserId, letter: Option<Letter>, in_album: bool, context: &Context<'_>) -> Decision {
    if !context.may(Duty::Write) {
        // Was one when the question was asked.
        next.view = View::Menu;
        next.trail.clear();
        next.notice = Some(Notice::new("notice-stale"));
        return Decision::fresh(next);
    }
    let Some(letter) = letter.filter(|letter| !is_empty(letter)) else {
        next.notice = Some(Notice::new("notice-letter-empty"));
        return Decision::fresh(next);
    };
    // Whoever has answered writes about something else next; only an album comes file by file.
    if !in_album {
        next.view = next.trail.pop().unwrap_or_default();
    }
    next.notice = Some(Notice::new("notice-answered"));
    Decision { effect: Some(Effect::Answer { user, letter }), ..Decision::fresh(next) }
}

fn letter(event: &Event) -> Option<Letter> {
    match event {
        Event::File { caption, message, .. } => Some(Letter { text: caption.clone(), copy: Some(*message) }),
        _ => None,
    }
}

/// Deletes the user's data, unless something is still under way.
pub(super) fn forget(mut next: Talk, context: &Context<'_>) -> Decision {
    if context.money.reserved > 0 || context.live > 0 {
        next.notice = Some(Notice::new("notice-forget-later"));
        return Decision::show(next);
    }
    let talk = Talk { view: View::Forgotten, ..Talk::default() };
    Decision::with(talk, Effect::Forget)
}
