//! Models and settings.

use domain::ids::ModelId;
use domain::models::Model;
use domain::money::{Markup, Money};
use domain::rest::Rest;
use domain::screen::{Action, Button, DeskAct, Emphasis, Key, Screen, Text};
use domain::staff::{AuditEntry, Duty};

use super::{Canvas, back, danger, labelled, primary};
use crate::screens::{PAGE, button, pager};
use crate::settings::{self, Kind, SPECS, Spec};
use crate::texts::Words;

pub(super) fn models(canvas: &Canvas<'_>, page: u16) -> Screen {
    let words = canvas.words;
    let mut shown: Vec<&Model> =
        canvas.catalog.all().filter(|model| model.is_live() || model.is_off_for_now()).collect();
    // Who earned most first; the rest as the catalog has them.
    let earned = |model: &Model| -> i64 {
        let of = canvas.facts.desk.drifts.iter().filter(|drift| drift.model == model.id);
        of.map(|drift| drift.earned.kopecks()).sum()
    };
    shown.sort_by_key(|model| std::cmp::Reverse(earned(model)));
    let from = usize::from(page) * PAGE;
    let row = |model: &&Model| {
        let mark = match (model.stop(), model.rest()) {
            (Some(_), _) => "⛔ ",
            (None, Some(_)) => "⏸ ",
            (None, None) => "",
        };
        let label = format!(
            "{mark}{} · {}",
            model.title.get(words.language()),
            words.money(Money::from_kopecks(earned(model)))
        );
        vec![button(label, Action::Desk(DeskAct::Model { model: Key::of(&model.id.0) }))]
    };
    let mut keyboard: Vec<_> = shown.iter().skip(from).take(PAGE).map(row).collect();
    let act = |page| Action::Desk(DeskAct::Models { page });
    keyboard.extend(pager(words, page, shown.len() > from + PAGE, act));
    keyboard.push(back(words));
    let count = i64::try_from(shown.len()).unwrap_or(i64::MAX);
    Screen::new(words.text("desk-models", &[("n", count.into())]), keyboard)
}

pub(super) fn model(canvas: &Canvas<'_>, id: &ModelId) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let Some(model) = canvas.catalog.model(id) else {
        return Screen::new(words.text("notice-model-gone", &[]), vec![back(words)]);
    };
    let state = match (model.stop(), model.is_live()) {
        (Some(_), _) => "desk-model-is-stopped",
        (None, false) if model.rest().is_some() => "desk-model-is-resting",
        (None, true) => "desk-model-is-sold",
        (None, false) => "desk-model-is-hidden",
    };
    let mut text = words.text(
        "desk-model",
        &[
            ("model", model.title.get(words.language()).into()),
            ("id", model.id.0.as_str().into()),
            ("state", words.plain(state, &[]).into()),
        ],
    );
    text.extend(model.rest().map(|rest| resting(canvas, rest)).unwrap_or_default());
    for drift in facts.drifts.iter().filter(|drift| drift.model == model.id) {
        let margin = Money::from_kopecks(drift.earned.kopecks().saturating_sub(drift.cost.kopecks()));
        text.extend(words.text(
            "desk-model-figures",
            &[
                ("n", i64::try_from(drift.successes).unwrap_or(i64::MAX).into()),
                ("earned", words.money(drift.earned).into()),
                ("cost", words.money(drift.cost).into()),
                ("margin", words.money(margin).into()),
                ("quoted", words.decimal(&drift.quoted.to_string()).into()),
                ("taken", words.decimal(&drift.taken.to_string()).into()),
            ],
        ));
    }
    let own = model.markup.map(|markup| words.decimal(&markup.to_string()));
    let general = words.decimal(&canvas.factor.markup.to_string());
    text.extend(match own {
        Some(own) => words.text("desk-model-own-markup", &[("markup", own.into()), ("general", general.into())]),
        None => words.text("desk-model-markup", &[("markup", general.into())]),
    });
    let key = Key::of(&model.id.0);
    let mut keyboard = Vec::new();
    if model.is_off_for_now() {
        let act = Action::Desk(DeskAct::Sell { model: key, on: true });
        keyboard.push(vec![primary(words.plain("button-sell-again", &[]), act)]);
    }
    if model.is_live() || model.rest().is_some() {
        keyboard.push(vec![danger(words, "button-stop-model", DeskAct::Sell { model: key, on: false })]);
    }
    if canvas.may(Duty::Settings) {
        let mut row = vec![labelled(words, "button-model-markup", Action::Desk(DeskAct::SetModel { model: key }))];
        if model.markup.is_some() {
            row.push(labelled(words, "button-reset", Action::Desk(DeskAct::ResetModel { model: key })));
        }
        keyboard.push(row);
    }
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

/// How a model failed, since when it rests and until when.
pub(in crate::screens) fn resting(canvas: &Canvas<'_>, rest: &Rest) -> Text {
    let words = canvas.words;
    words.text(
        "desk-model-rests",
        &[
            ("since", words.moment(rest.at, canvas.now).into()),
            ("until", words.moment(rest.until, canvas.now).into()),
            ("failed", i64::from(rest.failed).into()),
            ("n", i64::from(rest.of).into()),
        ],
    )
}

pub(super) fn settings(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let row = |spec: &Spec| {
        let value = canvas.facts.desk.live.as_ref().and_then(|live| live.value(spec.name));
        let label = format!("{}: {}", title(words, spec.name), shown(words, spec.name, value.as_deref()));
        vec![button(cut(&label), Action::Desk(DeskAct::Setting { name: Key::of(spec.name) }))]
    };
    let mut keyboard: Vec<_> = SPECS.iter().map(row).collect();
    keyboard.push(back(words));
    Screen::new(words.text("desk-settings", &[]), keyboard)
}

pub(super) fn setting(canvas: &Canvas<'_>, name: &str) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let Some(spec) = Spec::of(name) else {
        return Screen::new(words.text("desk-changed", &[]), vec![back(words)]);
    };
    let value = facts.live.as_ref().and_then(|live| live.value(name));
    let is_set = facts.set.as_ref().is_some_and(|setting| setting.value.is_some());
    let source = if is_set { "desk-setting-here" } else { "desk-setting-configured" };
    let mut text = words.text(
        "desk-setting",
        &[
            ("setting", title(words, name).into()),
            ("value", shown(words, name, value.as_deref()).into()),
            ("source", words.plain(source, &[]).into()),
            ("configured", shown(words, name, facts.configured.as_deref()).into()),
        ],
    );
    let key = Key::of(spec.name);
    let mut keyboard = vec![vec![match spec.kind {
        Kind::Switch => {
            let on = value.as_deref() != Some("true");
            let label = if on { "button-switch-on" } else { "button-switch-off" };
            labelled(words, label, Action::Desk(DeskAct::Switch { name: key, on }))
        }
        _ => labelled(words, "button-change", Action::Desk(DeskAct::Set { name: key })),
    }]];
    if is_set {
        keyboard[0].push(labelled(words, "button-reset", Action::Desk(DeskAct::Reset { name: key })));
    }
    for entry in facts.log.iter().take(HISTORY) {
        text.extend(history(canvas, entry));
        keyboard.push(vec![rollback(words, entry)]);
    }
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

/// So many earlier values are shown.
const HISTORY: usize = 3;

fn history(canvas: &Canvas<'_>, entry: &AuditEntry) -> Text {
    let words = canvas.words;
    let value = |value: Option<&String>| shown(words, &entry.subject, value.map(String::as_str));
    words.text(
        "desk-setting-history",
        &[
            ("when", words.moment(entry.at, canvas.now).into()),
            ("by", entry.by.chat.to_string().into()),
            ("before", value(entry.before.as_ref()).into()),
            ("after", value(entry.after.as_ref()).into()),
        ],
    )
}

fn rollback(words: Words<'_>, entry: &AuditEntry) -> Button {
    let value = shown(words, &entry.subject, entry.before.as_deref());
    let label = words.plain("button-rollback", &[("value", value.into())]);
    Button { emphasis: Emphasis::Normal, ..button(cut(&label), Action::Desk(DeskAct::Rollback { entry: entry.id })) }
}

pub(super) fn ask_setting(canvas: &Canvas<'_>, name: &str) -> Screen {
    let words = canvas.words;
    let kind = match Spec::of(name).map(|spec| spec.kind) {
        Some(Kind::Roubles { .. }) => "desk-ask-roubles",
        Some(Kind::Count { .. }) => "desk-ask-count",
        Some(Kind::Markup) => "desk-ask-markup",
        _ => "desk-ask-words",
    };
    let mut text = words.text("desk-ask-setting", &[("setting", title(words, name).into())]);
    text.extend(words.text(kind, &[]));
    Screen::new(text, vec![back(words)])
}

/// What a setting is called.
pub(super) fn title(words: Words<'_>, name: &str) -> String {
    let key = match name {
        "selling" => "setting-selling",
        "selling_note" => "setting-selling-note",
        "markup" => "setting-markup",
        "welcome" => "setting-welcome",
        "live_max" => "setting-live-max",
        "losses_to_stop" => "setting-losses-to-stop",
        "support_contact" => "setting-support-contact",
        "support_text" => "setting-support-text",
        "alone_max" => "setting-alone-max",
        _ => {
            let model = name.strip_prefix(&settings::of_model(&ModelId(String::new()))).unwrap_or(name);
            return words.plain("setting-model", &[("model", model.into())]);
        }
    };
    words.plain(key, &[])
}

/// A stored value in words.
pub(super) fn shown(words: Words<'_>, name: &str, value: Option<&str>) -> String {
    let Some(value) = value.and_then(|value| serde_json::from_str::<serde_json::Value>(value).ok()) else {
        return words.plain("desk-not-set", &[]);
    };
    match (Spec::of(name).map(|spec| spec.kind), &value) {
        (_, serde_json::Value::Bool(on)) => words.plain(if *on { "desk-yes" } else { "desk-no" }, &[]),
        (Some(Kind::Roubles { .. }), serde_json::Value::Number(kopecks)) => {
            words.money(Money::from_kopecks(kopecks.as_i64().unwrap_or(0)))
        }
        (Some(Kind::Markup), serde_json::Value::String(markup)) => {
            let readable = markup.parse::<Markup>().map(|markup| markup.to_string());
            words.decimal(&readable.unwrap_or_else(|_| markup.clone()))
        }
        (_, serde_json::Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// As long as a button's label is read.
fn cut(label: &str) -> String {
    const LABEL_MAX: usize = 48;
    if label.chars().count() <= LABEL_MAX {
        return label.to_owned();
    }
    let cut: String = label.chars().take(LABEL_MAX - 1).collect();
    format!("{cut}…")
}
