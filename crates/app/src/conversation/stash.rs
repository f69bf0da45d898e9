//! What the user sent without being asked, or took from a result: kept until a model takes it.
//!
//! | module | idea |
//! |---|---|
//! | `fit` | which models take a stash, and what of it goes where |
//! | `from_result` | an own result as what was sent |
//!
//! Invariants: what waits is shown before anything is made of it; words that were a search do not become a prompt; a file that turns out
//! useless leaves the stash with a word.

mod fit;
mod from_result;

pub use fit::{fill, takes};
pub(crate) use fit::{offered, sections};
pub(super) use from_result::{take_result, vary};

use std::time::Duration;

use domain::ids::{InputId, ModelId};
use domain::models::{Media, MediaFacts, MediaKey, MediaRef};
use domain::ports::{InputFault, InputFile, InputSource, InputState};
use domain::screen::Key;

use super::decide::{Context, Decision, go, sold_model};
use super::files::{TELEGRAM_FILE_MAX, facts};
use super::refusal::too_large;
use super::{Arrival, Notice, Stash, Talk, View};
use crate::event::Event;
use crate::search::Search;

/// After so long without a further file an album is complete: they arrive within a few hundred milliseconds.
const ALBUM_QUIET: Duration = Duration::from_secs(1);
/// Telegram's albums hold up to ten; what comes beyond that is no album.
const FILES_MAX: usize = 10;
/// An address is not longer than this; browsers and servers agree on about as much.
const LINK_BYTES_MAX: usize = 2000;
/// Names of models are shorter than this, prompts mostly longer.
const SEARCH_MAX: usize = 32;
const SEARCH_WORDS_MAX: usize = 4;

/// Words that no question asked for. Beside files that wait they are what is to be done with them; an address is a file.
pub(super) fn words(mut next: Talk, text: &str, context: &Context<'_>) -> Decision {
    if let Some(url) = link(text) {
        let source = InputSource::Link { url: url.to_owned() };
        // What it is turns out when it is fetched.
        let (arrival, row) = name(MediaFacts::unknown(Media::Document), source, 0, context);
        let words = next.stash.take().filter(|stash| is_open(&next.view) && stash.files.is_empty());
        next.stash = Some(Stash { files: vec![arrival], ..words.unwrap_or_default() });
        offer(&mut next);
        return Decision { inputs: vec![row], ..Decision::fresh(next) };
    }
    let files = next.stash.take().filter(|stash| is_open(&next.view) && !stash.files.is_empty());
    next.stash = Some(Stash { text: Some(text.to_owned()), ..files.unwrap_or_default() });
    offer(&mut next);
    Decision::fresh(next)
}

/// A file that no question asked for. Those of an album join in the order of their messages, and are drawn once.
pub(super) fn file(mut next: Talk, event: &Event, context: &Context<'_>) -> Decision {
    let Event::File { kind, file, caption, album, message } = event else { return Decision::fresh(next) };
    if file.size.is_some_and(|bytes| bytes > TELEGRAM_FILE_MAX) {
        next.notice = Some(too_large(TELEGRAM_FILE_MAX));
        return Decision::fresh(next);
    }
    let source = InputSource::Telegram { file_id: file.file_id.clone() };
    let (arrival, row) = name(facts(*kind, file), source, *message, context);
    let waiting = next.stash.take();
    match waiting {
        Some(mut stash) if album.is_some() && stash.album == *album => {
            let at = stash.files.partition_point(|known| known.message < *message);
            stash.files.insert(at, arrival);
            stash.files.truncate(FILES_MAX);
            stash.text = stash.text.take().or_else(|| caption.clone());
            next.stash = Some(stash);
            if !is_open(&next.view) {
                // They have gone on to another screen with it; that need not be drawn anew.
                return Decision { inputs: vec![row], quiet: true, ..Decision::show(next) };
            }
        }
        waiting => {
            let words = waiting.filter(|stash| is_open(&next.view) && stash.files.is_empty());
            let text = caption.clone().or_else(|| words.and_then(|stash| stash.text));
            next.stash = Some(Stash { text, files: vec![arrival], album: album.clone(), made_from: None });
            offer(&mut next);
        }
    }
    if album.is_none() {
        return Decision { inputs: vec![row], ..Decision::fresh(next) };
    }
    let until = context.now + ALBUM_QUIET;
    next.quiet_until = Some(until);
    Decision { inputs: vec![row], wake_at: Some(until), quiet: true, ..Decision::show(next) }
}

/// The conversation goes on by itself: an album is complete, or it became known what the files are.
pub(super) fn woken(mut next: Talk, context: &Context<'_>) -> Decision {
    if let Some(until) = next.quiet_until.filter(|until| context.now < *until) {
        return Decision { wake_at: Some(until), quiet: true, ..Decision::show(next) };
    }
    let complete = next.quiet_until.take().is_some();
    let differs = settle(&mut next, context);
    let shown = differs && (is_open(&next.view) || next.notice.is_some());
    Decision { fresh: complete, quiet: !complete && !shown, ..Decision::show(next) }
}

/// Shows the tasks that take the stash.
pub(super) fn offer(next: &mut Talk) {
    let view = if next.stash.is_some() { View::Offer } else { View::Menu };
    go(next, view);
}

/// A model is looked at. From the offer itself only what the words found leads to one: then they were a search, and no prompt. Back leads to
/// what was found.
pub(super) fn chosen(next: &mut Talk, model: Key, context: &Context<'_>) {
    let found = next.stash.as_ref().filter(|_| next.view == View::Offer).and_then(|stash| found(stash, context.search));
    let chosen = sold_model(context.catalog, model).map(|model| &model.id);
    if let Some((query, models)) = found
        && chosen.is_some_and(|model| models.contains(model))
    {
        next.view = View::Found { query: query.to_owned(), page: 0 };
        next.stash = None;
    }
}

/// The models that the words of a stash may name, the best first, with the words.
pub(crate) fn found<'a>(stash: &'a Stash, search: &Search) -> Option<(&'a str, Vec<ModelId>)> {
    let text = stash.text.as_deref().filter(|text| stash.files.is_empty() && is_search(text))?;
    let models = search.find(text);
    (!models.is_empty()).then_some((text, models))
}

/// Whether words may be meant as the name of a model.
fn is_search(text: &str) -> bool {
    text.chars().count() <= SEARCH_MAX && text.split_whitespace().count() <= SEARCH_WORDS_MAX
}

const fn is_open(view: &View) -> bool {
    matches!(view, View::Offer | View::Offered { .. })
}

/// Gives a file a name of ours.
fn name(facts: MediaFacts, source: InputSource, message: i64, context: &Context<'_>) -> (Arrival, InputFile) {
    let id = InputId::ordered(context.clock, context.ids);
    let file = MediaRef { key: MediaKey(id.to_string()), facts };
    let row = InputFile { id, user: context.user, source, state: InputState::Pending, at: context.now };
    (Arrival { file, message }, row)
}

/// Puts in what is known of the files, and takes those out that can't be used; whether anything differs.
fn settle(next: &mut Talk, context: &Context<'_>) -> bool {
    let Some(stash) = &mut next.stash else { return false };
    let before = stash.files.clone();
    let mut fault = None;
    stash.files.retain_mut(|arrival| {
        let row = context.inputs.iter().find(|row| arrival.file.key.0.parse() == Ok(row.id));
        match row.map(|row| &row.state) {
            Some(InputState::Ready { facts, .. }) => arrival.file.facts = facts.clone(),
            Some(InputState::Refused { reason }) => fault = fault.or(Some(*reason)),
            Some(InputState::Pending) | None => {}
        }
        !matches!(row.map(|row| &row.state), Some(InputState::Refused { .. }))
    });
    let differs = stash.files != before;
    next.notice = fault.map(unusable);
    if stash.files.is_empty() && stash.text.is_none() {
        next.stash = None;
        if is_open(&next.view) {
            go(next, View::Menu);
        }
    }
    differs
}

/// Why a file left the stash.
fn unusable(fault: InputFault) -> Notice {
    Notice::new(match fault {
        InputFault::TooLarge => return too_large(TELEGRAM_FILE_MAX),
        InputFault::Gone => "notice-sent-gone",
        InputFault::BadLink => "notice-sent-bad-link",
        InputFault::UnknownKind => "notice-sent-unknown",
        InputFault::Damaged => "notice-sent-damaged",
        InputFault::Refused => "notice-sent-refused",
    })
}

/// The words, if they are nothing but an address that may be fetched; whether its host is public turns out later.
fn link(text: &str) -> Option<&str> {
    let link = text.trim();
    let host = link.strip_prefix("https://")?.split(['/', '?', '#']).next()?;
    let is_one = link.len() <= LINK_BYTES_MAX && !link.contains(char::is_whitespace);
    (is_one && host.contains('.') && !host.contains('@')).then_some(link)
}
