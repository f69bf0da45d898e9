//! The user's own generations, page by page.

use domain::clock::Timestamp;
use domain::generation::{Generation, State};
use domain::models::Output;
use domain::screen::{Action, Button, Emphasis, GenerationAct, HistoryFilter, Screen};

use super::result::{about, prompt, title};
use super::{Canvas, PAGE, button, labelled, pager, pairs};
use crate::conversation::is_sold;

/// So many letters of a full-width button a phone shows before it cuts.
const ROW_WIDTH: usize = 42;
/// A shorter beginning of a prompt says nothing.
const PROMPT_MIN: usize = 6;

pub(super) fn history(canvas: &Canvas<'_>, filter: HistoryFilter, page: u16) -> Screen {
    let words = canvas.words;
    let rows = &canvas.facts.history;
    let mut keyboard = filters(canvas, filter);
    keyboard.extend(
        rows.iter()
            .take(PAGE)
            .map(|generation| vec![button(row(canvas, generation), about(generation, GenerationAct::Show))]),
    );
    keyboard.extend(pager(words, page, rows.len() > PAGE, |page| Action::History { filter, page }));
    keyboard.push(vec![labelled(words, "button-menu", Action::Menu)]);
    let key = match (rows.is_empty(), filter) {
        (false, _) => "history-text",
        (true, HistoryFilter::All) => "history-empty",
        (true, _) => "history-empty-of-this",
    };
    Screen::new(words.text(key, &[]), keyboard)
}

/// One button per kind of result that can be had; none if there is only one kind.
fn filters(canvas: &Canvas<'_>, chosen: HistoryFilter) -> Vec<Vec<Button>> {
    let can_be_had = |output: Output| canvas.catalog.live().any(|model| is_sold(model) && model.output == output);
    let offered: Vec<_> = HistoryFilter::ALL
        .into_iter()
        .filter(|filter| *filter == chosen || output_of(*filter).is_none_or(can_be_had))
        .collect();
    if offered.len() < 3 {
        return Vec::new();
    }
    let (all, kinds): (Vec<_>, Vec<_>) = offered.into_iter().partition(|filter| *filter == HistoryFilter::All);
    let show = |filter: HistoryFilter| Button {
        emphasis: if filter == chosen { Emphasis::Primary } else { Emphasis::Normal },
        ..labelled(canvas.words, filter_key(filter), Action::History { filter, page: 0 })
    };
    let mut rows = vec![all.into_iter().map(show).collect::<Vec<_>>()];
    rows.extend(pairs(kinds.into_iter().map(show)));
    rows
}

/// How it stands, when, by what, and the beginning of the prompt, as wide as a phone shows.
fn row(canvas: &Canvas<'_>, generation: &Generation) -> String {
    let words = canvas.words;
    let label = |prompt: &str| {
        let key = if prompt.is_empty() { "history-row" } else { "history-row-prompt" };
        words.plain(
            key,
            &[
                ("state", words.plain(state_key(&generation.state), &[]).into()),
                ("day", day(canvas, generation.created_at).into()),
                ("model", title(words, canvas.catalog, generation).into()),
                ("prompt", prompt.into()),
            ],
        )
    };
    let bare = label("");
    let room = ROW_WIDTH.saturating_sub(bare.chars().count() + " · ".len());
    match prompt(canvas.catalog, generation).filter(|_| room >= PROMPT_MIN) {
        Some(prompt) => label(&super::draft::cut(&prompt, room)),
        None => bare,
    }
}

fn day(canvas: &Canvas<'_>, at: Timestamp) -> String {
    canvas.words.day(at, canvas.now)
}

const fn output_of(filter: HistoryFilter) -> Option<Output> {
    match filter {
        HistoryFilter::All => None,
        HistoryFilter::Images => Some(Output::Image),
        HistoryFilter::Videos => Some(Output::Video),
        HistoryFilter::Audios => Some(Output::Audio),
        HistoryFilter::Texts => Some(Output::Text),
    }
}

const fn filter_key(filter: HistoryFilter) -> &'static str {
    match filter {
        HistoryFilter::All => "button-filter-all",
        HistoryFilter::Images => "button-filter-images",
        HistoryFilter::Videos => "button-filter-videos",
        HistoryFilter::Audios => "button-filter-audios",
        HistoryFilter::Texts => "button-filter-texts",
    }
}

pub(super) const fn state_key(state: &State) -> &'static str {
    match state {
        State::Queued => "state-queued",
        State::Submitting | State::Running { .. } => "state-running",
        State::Succeeded(_) => "state-sending",
        State::Delivered(_) => "state-delivered",
        State::Undeliverable { .. } => "state-undeliverable",
        State::Cancelled => "state-cancelled",
        State::Failed(_) => "state-failed",
    }
}
