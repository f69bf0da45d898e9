//! The log at the desk.

use domain::ports::{EventLevel, LogEvent};
use domain::screen::{Action, Button, DeskAct, Emphasis, Screen, Text, WatchAct};
use domain::staff::Duty;

use super::{Canvas, back, danger, labelled};
use crate::conversation::EventFilter;
use crate::screens::{PAGE, button, pager};
use crate::texts::Words;

/// A list shows so much of a message; the event itself shows all.
const SHOWN_MAX: usize = 160;
/// A message of Telegram's has 4096 characters at most.
const FIELDS_MAX: usize = 2_500;

pub(super) fn events(canvas: &Canvas<'_>, filter: &EventFilter, page: u16) -> Screen {
    let (words, found) = (canvas.words, &canvas.facts.desk.events);
    let mut text = words.text("desk-events", &[("level", filter.level.code().into())]);
    if let Some(needle) = &filter.needle {
        text.extend(words.text("desk-events-needle", &[("needle", needle.as_str().into())]));
    }
    if found.is_empty() {
        text.extend(words.text("desk-nothing", &[]));
    }
    let mut numbers = Vec::new();
    for (number, event) in (1_i64..).zip(found.iter().take(PAGE)) {
        let args = [
            ("n", number.into()),
            ("when", words.moment(event.at, canvas.now).into()),
            ("mark", mark(event.level).into()),
            ("message", cut(&event.message, SHOWN_MAX).into()),
        ];
        text.extend(words.text("desk-event-line", &args));
        numbers.push(button(number.to_string(), watch(WatchAct::Event { event: event.id })));
    }
    let level = |level: EventLevel| {
        let emphasis = if level == filter.level { Emphasis::Primary } else { Emphasis::Normal };
        let name = format!("{} {}", mark(level), level.code());
        Button { emphasis, ..button(name, watch(WatchAct::EventsFrom { level })) }
    };
    let mut keyboard: Vec<Vec<Button>> = numbers.chunks(PAGE / 2).map(<[Button]>::to_vec).collect();
    keyboard.extend(pager(words, page, found.len() > PAGE, |page| watch(WatchAct::Events { page })));
    keyboard.push(EventLevel::ALL.map(level).to_vec());
    if filter.needle.is_some() {
        keyboard.push(vec![labelled(words, "button-all-events", watch(WatchAct::AllEvents))]);
    }
    let mut row = vec![labelled(words, "button-export-events", watch(WatchAct::ExportEvents))];
    if canvas.may(Duty::Cleanup) {
        row.push(danger(words, "button-clean-events", DeskAct::Watch(WatchAct::CleanEvents)));
    }
    keyboard.push(row);
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

pub(super) fn event(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let text = match canvas.facts.desk.events.first() {
        Some(event) => whole(words, event, canvas),
        None => words.text("desk-event-gone", &[]),
    };
    Screen::new(text, vec![back(words)])
}

fn whole(words: Words<'_>, event: &LogEvent, canvas: &Canvas<'_>) -> Text {
    let mut text = words.text(
        "desk-event",
        &[
            ("mark", mark(event.level).into()),
            ("when", words.moment(event.at, canvas.now).into()),
            ("target", event.target.as_str().into()),
            ("message", cut(&event.message, FIELDS_MAX / 2).into()),
        ],
    );
    let named = [
        ("desk-event-correlation", &event.correlation),
        ("desk-event-user", &event.user),
        ("desk-event-generation", &event.generation),
    ];
    for (key, name) in named {
        if let Some(name) = name {
            text.extend(words.text(key, &[("id", name.as_str().into())]));
        }
    }
    if event.fields != "{}" {
        text.extend(words.text("desk-event-fields", &[("fields", cut(&event.fields, FIELDS_MAX).into())]));
    }
    text
}

const fn mark(level: EventLevel) -> &'static str {
    match level {
        EventLevel::Debug => "▫️",
        EventLevel::Info => "🔹",
        EventLevel::Warn => "⚠️",
        EventLevel::Error => "⛔",
    }
}

fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

const fn watch(act: WatchAct) -> Action {
    Action::Desk(DeskAct::Watch(act))
}
