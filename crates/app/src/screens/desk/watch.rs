//! How everything is, a pause of selling, and the alerts.

use domain::pause::Pause;
use domain::screen::{Action, Button, DeskAct, Emphasis, Key, Screen, Text, WatchAct};
use domain::staff::Duty;
use domain::watch::{Alert, Level};

use super::{Canvas, back, labelled, primary};
use crate::desk::alerts::{Told, place_of, title_of};
use crate::desk::health::{self, Line};
use crate::screens::button;
use crate::texts::Words;

/// A message bears the buttons of so many alerts; the list has the others.
const BUTTONS_TOLD: usize = 3;
/// A message tells so many alerts; more would be cut by Telegram.
const LINES_TOLD: usize = 12;

pub(super) fn health(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let mut text = words.text("desk-health", &[]);
    if let Some(facts) = &canvas.facts.desk.health {
        if let Some(outside) = &facts.outside {
            let at = words.moment(outside.at, canvas.now);
            text.extend(words.text("desk-health-seen", &[("when", at.into())]));
        }
        for line in health::lines(facts, canvas.now) {
            text.extend(drawn(words, &line));
        }
    }
    let mut keyboard = vec![vec![labelled(words, "button-refresh", Action::Desk(DeskAct::Health))]];
    let pause = canvas.facts.desk.health.as_ref().and_then(|facts| facts.pause.as_ref());
    keyboard.extend(end_pause(canvas, pause));
    if canvas.may(Duty::Maintenance) {
        keyboard.push(vec![labelled(words, "button-alerts", watch(WatchAct::Alerts))]);
    }
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

/// Why nothing is sold for now, since when, and when it is tried again.
pub(super) fn paused(canvas: &Canvas<'_>, pause: &Pause) -> Text {
    let words = canvas.words;
    words.text(
        "desk-paused",
        &[
            ("since", words.moment(pause.since, canvas.now).into()),
            ("trouble", words.plain(health::trouble(pause.reason).0, &[]).into()),
            ("until", words.moment(pause.until.max(canvas.now), canvas.now).into()),
        ],
    )
}

/// The button that ends a pause, for who may.
pub(super) fn end_pause(canvas: &Canvas<'_>, pause: Option<&Pause>) -> Option<Vec<Button>> {
    pause.filter(|_| canvas.may(Duty::Maintenance))?;
    Some(vec![primary(canvas.words.plain("button-end-pause", &[]), watch(WatchAct::EndPause))])
}

fn drawn(words: Words<'_>, line: &Line) -> Text {
    let mut text = headed(words, line.level, health::title(line.check));
    text.extend(line.found.render(words));
    if let Some(remedy) = line.remedy {
        text.extend(words.text(remedy, &[]));
    }
    text
}

fn headed(words: Words<'_>, level: Option<Level>, title: &str) -> Text {
    let key = match level {
        Some(Level::Problem) => "desk-problem",
        Some(Level::Warning) => "desk-warning",
        None => "desk-fine",
    };
    words.text(key, &[("check", words.plain(title, &[]).into())])
}

pub(super) fn alerts(canvas: &Canvas<'_>) -> Screen {
    let (words, now) = (canvas.words, canvas.now);
    let shown: Vec<&Alert> =
        canvas.facts.desk.alerts.iter().filter(|alert| alert.open || alert.is_muted(now)).collect();
    let mut text = words.text("desk-alerts", &[]);
    if shown.is_empty() {
        text.extend(words.text("desk-no-alerts", &[]));
    }
    let mut keyboard = Vec::new();
    for alert in shown {
        let code = alert.name.code();
        text.extend(headed(words, alert.open.then_some(alert.level), title_of(&code)));
        if !alert.name.subject.is_empty() {
            text.extend(words.text("desk-alert-subject", &[("model", named(canvas, alert).into())]));
        }
        let key = if alert.open { "desk-alert-since" } else { "desk-alert-over" };
        let at = if alert.open { alert.first_at } else { alert.last_at };
        text.extend(words.text(key, &[("when", words.moment(at, now).into())]));
        if let Some(until) = alert.muted_until.filter(|until| now < *until) {
            text.extend(words.text("desk-alert-muted", &[("when", words.moment(until, now).into())]));
        }
        keyboard.push(row(words, &code, alert.is_muted(now)));
    }
    keyboard.push(vec![labelled(words, "button-health", Action::Desk(DeskAct::Health))]);
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn named(canvas: &Canvas<'_>, alert: &Alert) -> String {
    let model = domain::ids::ModelId(alert.name.subject.clone());
    let known = canvas.catalog.model(&model);
    known.map_or_else(|| model.0.clone(), |model| model.title.get(canvas.words.language()).to_owned())
}

/// The message that tells of alerts.
pub(crate) fn told(words: Words<'_>, told: &[Told]) -> Screen {
    let title = if told.iter().all(|one| one.over) { "alerts-over" } else { "alerts-told" };
    let mut text = words.text(title, &[]);
    for one in told.iter().take(LINES_TOLD) {
        text.extend(headed(words, (!one.over).then_some(one.level), title_of(&one.alert)));
        if let (true, Some((_, model))) = (one.over, one.alert.split_once(':')) {
            text.extend(words.text("desk-alert-subject", &[("model", model.into())]));
        }
        text.extend(one.found.render(words));
    }
    let more = told.len().saturating_sub(LINES_TOLD);
    if more > 0 {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        text.extend(words.text("alerts-more", &[("n", more.into())]));
    }
    let mut keyboard: Vec<_> = told.iter().take(BUTTONS_TOLD).map(|one| way(words, one)).collect();
    if told.len() > BUTTONS_TOLD {
        keyboard.push(vec![labelled(words, "button-alerts", watch(WatchAct::Alerts))]);
    }
    Screen::new(text, keyboard)
}

/// The buttons of one alert of a message; what is over need not be muted.
fn way(words: Words<'_>, told: &Told) -> Vec<Button> {
    if told.over {
        return vec![button(words.plain(title_of(&told.alert), &[]), place_of(&told.alert))];
    }
    row(words, &told.alert, false)
}

/// The way to where something can be done about it, and the button that mutes it.
fn row(words: Words<'_>, code: &str, is_muted: bool) -> Vec<Button> {
    let alert = Key::of(code);
    let open = button(words.plain(title_of(code), &[]), place_of(code));
    let mute = if is_muted {
        labelled(words, "button-unmute", watch(WatchAct::Unmute { alert }))
    } else {
        labelled(words, "button-mute", watch(WatchAct::Mute { alert }))
    };
    vec![Button { emphasis: Emphasis::Primary, ..open }, mute]
}

const fn watch(act: WatchAct) -> Action {
    Action::Desk(DeskAct::Watch(act))
}
