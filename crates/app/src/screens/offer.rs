//! What was sent without being asked, or taken from a result: the tasks that take it, and their models.

use domain::models::Media;
use domain::ports::InputState;
use domain::screen::{Action, Button, Key, Screen, Text};

use super::browse::{counted, list, row, section_key, sold, ways_out};
use super::{Canvas, menu, pairs};
use crate::conversation::{Section, Stash, found, offered, sections};

/// So many models stand first if the words may be the name of one.
const FOUND_MAX: usize = 4;
/// So much of the words is repeated, in letters: enough to know them again.
const WORDS_MAX: usize = 300;

/// The tasks that take the stash.
pub(super) fn offer(canvas: &Canvas<'_>, stash: Option<&Stash>) -> Screen {
    let words = canvas.words;
    let Some(stash) = stash else { return menu::menu(canvas, None) };
    let sections = sections(canvas.catalog, stash);
    let models = found(stash, canvas.search).map(|(_, models)| models).unwrap_or_default();
    let models: Vec<_> = sold(canvas, &models).take(FOUND_MAX).collect();
    let question = match (sections.is_empty(), models.is_empty()) {
        (true, true) if is_being_looked_at(canvas, stash) => "offer-checking",
        (true, true) => "offer-nothing",
        (_, true) => "offer-question",
        (_, false) => "offer-found",
    };
    let mut text = received(canvas, stash);
    text.extend(Text::plain("\n\n"));
    text.extend(words.text(question, &[]));
    let mut keyboard: Vec<Vec<Button>> = models.into_iter().map(|model| vec![row(canvas, model)]).collect();
    keyboard.extend(pairs(sections.into_iter().map(|(section, count)| {
        let to = Action::Offered { section: section.key(), page: 0 };
        counted(words, words.plain(section_key(section), &[]), count, to)
    })));
    keyboard.push(ways_out(words));
    Screen::new(text, keyboard)
}

/// The models of one section that take the stash.
pub(super) fn of_section(canvas: &Canvas<'_>, stash: Option<&Stash>, key: Key, page: u16) -> Screen {
    let words = canvas.words;
    let (Some(stash), Some(section)) = (stash, Section::of(key)) else { return menu::menu(canvas, None) };
    let models: Vec<_> = offered(canvas.catalog, section, stash).collect();
    let mut text = words.text("section-text", &[("section", words.plain(section_key(section), &[]).into())]);
    text.extend(Text::plain("\n\n"));
    text.extend(received(canvas, stash));
    if models.is_empty() {
        let why = if is_being_looked_at(canvas, stash) { "offer-checking" } else { "offer-nothing" };
        text.extend(Text::plain("\n\n"));
        text.extend(words.text(why, &[]));
    }
    list(canvas, text, &models, page, |page| Action::Offered { section: key, page })
}

/// What there is: the files by kind, and the words.
fn received(canvas: &Canvas<'_>, stash: &Stash) -> Text {
    let words = canvas.words;
    let kinds = [
        (Media::Image, "offer-pictures"),
        (Media::Video, "offer-videos"),
        (Media::Audio, "offer-sounds"),
        (Media::Document, "offer-files"),
    ];
    let counted = kinds.into_iter().filter_map(|(media, key)| {
        let count = stash.files.iter().filter(|arrival| arrival.file.facts.media == media).count();
        (count > 0).then(|| words.plain(key, &[("n", i64::try_from(count).unwrap_or(i64::MAX).into())]))
    });
    let files = counted.collect::<Vec<_>>().join(", ");
    let mut text = match (files.is_empty(), stash.made_from) {
        (true, _) => words.text("offer-your-words", &[]),
        (false, Some(_)) => words.text("offer-from-result", &[("files", files.into())]),
        (false, None) => words.text("offer-received", &[("files", files.into())]),
    };
    if let Some(said) = &stash.text {
        let mut shown: String = said.chars().take(WORDS_MAX).collect();
        if shown.len() < said.len() {
            shown.push('…');
        }
        text.extend(Text::plain("\n"));
        text.extend(words.text("offer-words", &[("words", shown.into())]));
    }
    text
}

/// Whether it may still turn out what a file is.
fn is_being_looked_at(canvas: &Canvas<'_>, stash: &Stash) -> bool {
    let pending = canvas.facts.inputs.iter().filter(|row| row.state == InputState::Pending);
    pending.into_iter().any(|row| stash.files.iter().any(|arrival| arrival.file.key.0.parse() == Ok(row.id)))
}
