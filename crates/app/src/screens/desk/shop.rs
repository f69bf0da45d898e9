//! Models and settings.

use domain::free::FreeLimits;
use domain::models::Model;
use domain::money::{Markup, Money};
use domain::screen::{Action, Button, DeskAct, Emphasis, Key, Language, ModelSetting, Screen, Text};
use domain::staff::AuditEntry;

use super::{Canvas, back, labelled, model};
use crate::conversation;
use crate::screens::{PAGE, button, pager};
use crate::settings::{Kind, OwnText, SPECS, Spec, TEXTS, json_of_limits, limits_of_json, model_of};
use crate::texts::{Arg, Words};

pub(super) fn models(canvas: &Canvas<'_>, page: u16) -> Screen {
    let words = canvas.words;
    let mut shown: Vec<&Model> = canvas.catalog.all().collect();
    let is_hidden = |model: &Model| !model.is_live() && !model.is_off_for_now();
    let earned = |model: &Model| canvas.facts.desk.earned.get(&model.id).copied().unwrap_or(Money::ZERO);
    // Who earned most first; the rest as the catalog has them; at the end what it hides, which can be tried.
    shown.sort_by_key(|model| (is_hidden(model), std::cmp::Reverse(earned(model))));
    let from = usize::from(page) * PAGE;
    let row = |model: &&Model| {
        let mark = match (model.stop(), model.rest()) {
            (Some(_), _) => "⛔ ",
            (None, Some(_)) => "⏸ ",
            (None, None) if is_hidden(model) => "💤 ",
            (None, None) => "",
        };
        let label = format!("{mark}{} · {}", model.title.get(words.language()), words.money(earned(model)));
        vec![button(label, Action::Desk(DeskAct::Model { model: Key::of(&model.id.0) }))]
    };
    let mut keyboard: Vec<_> = shown.iter().skip(from).take(PAGE).map(row).collect();
    let act = |page| Action::Desk(DeskAct::Models { page });
    keyboard.extend(pager(words, page, shown.len() > from + PAGE, act));
    keyboard.push(back(words));
    let count = i64::try_from(shown.len()).unwrap_or(i64::MAX);
    Screen::new(words.text("desk-models", &[("n", count.into())]), keyboard)
}

pub(super) fn settings(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let row = |spec: &Spec| {
        let value = canvas.facts.desk.live.as_ref().and_then(|live| live.value(spec.name));
        let label = format!("{}: {}", title(words, spec.name), shown(words, spec.name, value.as_deref()));
        vec![button(cut(&label, LABEL_MAX), Action::Desk(DeskAct::Setting { name: Key::of(spec.name) }))]
    };
    let mut keyboard: Vec<_> = SPECS.iter().map(row).collect();
    keyboard.push(vec![labelled(words, "button-texts", Action::Desk(DeskAct::Texts))]);
    keyboard.push(back(words));
    Screen::new(words.text("desk-settings", &[]), keyboard)
}

/// The texts that the owner may write: a mark says which of them are the owner's.
pub(super) fn texts(canvas: &Canvas<'_>) -> Screen {
    let words = canvas.words;
    let button_of = |spec: &Spec| {
        let own = canvas.facts.desk.live.as_ref().and_then(|live| live.value(spec.name)).is_some();
        let label = format!("{}{}", if own { "✏️ " } else { "" }, title(words, spec.name));
        vec![button(cut(&label, LABEL_MAX), Action::Desk(DeskAct::Setting { name: Key::of(spec.name) }))]
    };
    let mut keyboard: Vec<_> = TEXTS.iter().map(button_of).collect();
    keyboard.push(back(words));
    Screen::new(words.text("desk-texts", &[]), keyboard)
}

pub(super) fn setting(canvas: &Canvas<'_>, name: &str) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let Some(spec) = Spec::of(name) else {
        return Screen::new(words.text("desk-changed", &[]), vec![back(words)]);
    };
    let set = facts.live.as_ref().and_then(|live| live.value(name));
    let value = set.or_else(|| facts.configured.clone());
    let is_set = facts.set.as_ref().is_some_and(|setting| setting.value.is_some());
    let source = words.plain(if is_set { "desk-setting-here" } else { "desk-setting-configured" }, &[]);
    let mut text = match spec.kind {
        Kind::Text(own, language) => {
            let args = [("setting", title(words, name).into()), ("source", source.into())];
            let mut text = words.text("desk-text-setting", &args);
            text.extend(preview(canvas, own, language, value.as_deref().and_then(written).as_deref()));
            text
        }
        _ => words.text(
            "desk-setting",
            &[
                ("setting", title(words, name).into()),
                ("value", shown(words, name, value.as_deref()).into()),
                ("source", source.into()),
                ("configured", shown(words, name, facts.configured.as_deref()).into()),
            ],
        ),
    };
    let mut keyboard = Vec::new();
    if let Some((setting, id)) = model_of(name) {
        text.extend(model::about_setting(canvas, setting, &id));
        let free = value.as_deref().is_some_and(|value| value != json_of_limits(None));
        keyboard.push(model::buttons(words, setting, &id, is_set, free));
    } else {
        keyboard.push(buttons(words, spec, value.as_deref(), is_set));
    }
    for entry in facts.log.iter().take(HISTORY) {
        text.extend(history(canvas, entry));
        keyboard.push(vec![rollback(words, entry)]);
    }
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn buttons(words: Words<'_>, spec: Spec, value: Option<&str>, is_set: bool) -> Vec<Button> {
    let name = Key::of(spec.name);
    let mut row = vec![match spec.kind {
        Kind::Switch => {
            let on = value != Some("true");
            let label = if on { "button-switch-on" } else { "button-switch-off" };
            labelled(words, label, Action::Desk(DeskAct::Switch { name, on }))
        }
        _ => labelled(words, "button-change", Action::Desk(DeskAct::Set { name })),
    }];
    if is_set {
        row.push(labelled(words, "button-reset", Action::Desk(DeskAct::Reset { name })));
    }
    row
}

/// The words of a stored value.
fn written(value: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(value).ok()?.as_str().map(str::to_owned)
}

/// A text as users read it, in its own language: what the owner wrote, else the files'.
fn preview(canvas: &Canvas<'_>, own: OwnText, language: Language, written: Option<&str>) -> Text {
    let words = canvas.words.in_language(language);
    let balance = words.money(Money::from_kopecks(canvas.session.money.available()));
    let args = [("name", canvas.session.person.first_name.clone()), ("balance", balance)];
    let args = args.map(|(name, value)| (name, value));
    match (written, own.key()) {
        (Some(written), _) => words.own(written, &args),
        (None, Some(key)) => words.text(key, &args.map(|(name, value)| (name, value.into()))),
        (None, None) => canvas.words.text("desk-text-nothing", &[]),
    }
}

/// What a setting would become, before it does: a text as users will read it, a price with what it costs us.
pub(super) fn sure_set(canvas: &Canvas<'_>, name: &str, value: &str) -> Text {
    let words = canvas.words;
    let title = ("setting", title(words, name).into());
    if let Some(Spec { kind: Kind::Text(own, language), .. }) = Spec::of(name) {
        let mut text = words.text("desk-sure-text", &[title]);
        text.extend(preview(canvas, own, language, written(value).as_deref()));
        return text;
    }
    let mut text = words.text("desk-sure-set", &[title, ("value", shown(words, name, Some(value)).into())]);
    text.extend(below_cost(canvas, name, value));
    text
}

/// The warning that a stored price of a model is below what the model costs us; nothing for anything else.
pub(super) fn below_cost(canvas: &Canvas<'_>, name: &str, value: &str) -> Text {
    let Some((ModelSetting::Price, id)) = model_of(name) else { return Text::default() };
    let cost = canvas.catalog.model(&id).and_then(|model| conversation::below_cost(model, value, canvas.factor));
    cost.map_or_else(Text::default, |cost| {
        canvas.words.text("desk-price-below-cost", &[("cost", canvas.words.money(cost).into())])
    })
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
    Button {
        emphasis: Emphasis::Normal,
        ..button(cut(&label, LABEL_MAX), Action::Desk(DeskAct::Rollback { entry: entry.id }))
    }
}

pub(super) fn ask_setting(canvas: &Canvas<'_>, name: &str) -> Screen {
    let words = canvas.words;
    let mut text = words.text("desk-ask-setting", &[("setting", title(words, name).into())]);
    text.extend(match (model_of(name), Spec::of(name).map(|spec| spec.kind)) {
        (Some((setting, id)), _) => model::ask(canvas, setting, &id),
        (_, Some(Kind::Roubles { .. })) => words.text("desk-ask-roubles", &[]),
        (_, Some(Kind::Count { .. })) => words.text("desk-ask-count", &[]),
        (_, Some(Kind::Markup)) => words.text("desk-ask-markup", &[]),
        (_, Some(Kind::Text(own, _))) => ask_text(words, own),
        _ => words.text("desk-ask-words", &[]),
    });
    Screen::new(text, vec![back(words)])
}

fn ask_text(words: Words<'_>, own: OwnText) -> Text {
    let max = i64::try_from(own.length_max()).unwrap_or(i64::MAX);
    let styled = |mark: &str, key: &str| Arg::from(format!("<{mark}>{}</{mark}>", words.plain(key, &[])));
    let args = [("max", max.into()), ("bold", styled("b", "style-bold")), ("italic", styled("i", "style-italic"))];
    let mut text = words.text("desk-ask-text", &args);
    for name in own.variables() {
        text.extend(words.text("desk-ask-variable", &[("variable", format!("{{{name}}}").into())]));
    }
    text
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
        _ => return title_of_other(words, name),
    };
    words.plain(key, &[])
}

/// Of one model's setting, or of a text.
fn title_of_other(words: Words<'_>, name: &str) -> String {
    if let Some((setting, model)) = model_of(name) {
        let key = match setting {
            ModelSetting::Markup => "setting-model",
            ModelSetting::Price => "setting-model-price",
            ModelSetting::Free => "setting-model-free",
        };
        return words.plain(key, &[("model", model.0.into())]);
    }
    let Some(Spec { kind: Kind::Text(own, language), .. }) = Spec::of(name) else { return name.to_owned() };
    let key = match own {
        OwnText::Greeting => "setting-text-greeting",
        OwnText::Terms => "setting-text-terms",
        OwnText::HelpMore => "setting-text-help",
        OwnText::PaySupport => "setting-text-paysupport",
    };
    words.plain(key, &[("language", language.code().to_uppercase().into())])
}

/// A stored value in words.
pub(super) fn shown(words: Words<'_>, name: &str, value: Option<&str>) -> String {
    let Some(value) = value.and_then(|value| serde_json::from_str::<serde_json::Value>(value).ok()) else {
        return words.plain("desk-not-set", &[]);
    };
    match (Spec::of(name).map(|spec| spec.kind), &value) {
        (Some(Kind::Limits), value) => match limits_of_json(value) {
            Some(Some(of_free)) => limits(words, of_free),
            _ => words.plain("desk-never-free", &[]),
        },
        (_, serde_json::Value::Bool(on)) => words.plain(if *on { "desk-yes" } else { "desk-no" }, &[]),
        (Some(Kind::Roubles { .. } | Kind::Price), serde_json::Value::Number(kopecks)) => {
            words.money(Money::from_kopecks(kopecks.as_i64().unwrap_or(0)))
        }
        (Some(Kind::Markup), serde_json::Value::String(markup)) => {
            let readable = markup.parse::<Markup>().map(|markup| markup.to_string());
            words.decimal(&readable.unwrap_or_else(|_| markup.clone()))
        }
        // Whole texts are shown where they are set.
        (Some(Kind::Text(..)), serde_json::Value::String(text)) => cut(&text.replace('\n', " "), TEXT_MAX),
        (_, serde_json::Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// So often a day, and in an hour of it.
pub(super) fn limits(words: Words<'_>, limits: FreeLimits) -> String {
    words.plain("desk-free-limits", &[("day", i64::from(limits.day).into()), ("hour", i64::from(limits.hour).into())])
}

/// As long as a button's label is read.
const LABEL_MAX: usize = 48;
/// So much of a text stands in a history.
const TEXT_MAX: usize = 60;

fn cut(label: &str, max: usize) -> String {
    if label.chars().count() <= max {
        return label.to_owned();
    }
    let cut: String = label.chars().take(max - 1).collect();
    format!("{cut}…")
}
