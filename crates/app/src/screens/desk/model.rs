//! One model at the desk: how it does, on which terms it is sold, and its settings.

use domain::figures::ModelFigures;
use domain::ids::ModelId;
use domain::models::Model;
use domain::money::{Credits, Money};
use domain::quote::SetPrice;
use domain::rest::Rest;
use domain::screen::{Action, Button, DeskAct, Key, ModelDeed, ModelSetting, Screen, Text};
use domain::staff::Duty;

use super::{Canvas, back, danger, labelled, primary};
use crate::desk::ModelPeriod;
use crate::screens::pairs;
use crate::texts::{Arg, Words};

pub(super) fn model(canvas: &Canvas<'_>, id: &ModelId) -> Screen {
    let words = canvas.words;
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
    for period in &canvas.facts.desk.model {
        text.extend(how_it_did(words, period));
    }
    text.extend(terms(canvas, model));
    Screen::new(text, keyboard(canvas, model))
}

fn keyboard(canvas: &Canvas<'_>, model: &Model) -> Vec<Vec<Button>> {
    let words = canvas.words;
    let key = Key::of(&model.id.0);
    let of = |label: &str, deed| labelled(words, label, Action::Desk(DeskAct::OfModel { model: key, deed }));
    let mut keyboard = Vec::new();
    if model.is_off_for_now() {
        let act = Action::Desk(DeskAct::Sell { model: key, on: true });
        keyboard.push(vec![primary(words.plain("button-sell-again", &[]), act)]);
    }
    if model.is_live() || model.rest().is_some() {
        keyboard.push(vec![danger(words, "button-stop-model", DeskAct::Sell { model: key, on: false })]);
    }
    let mut buttons = Vec::new();
    if canvas.may(Duty::Settings) {
        buttons.extend(ModelSetting::ALL.map(|setting| of(button_key(setting), ModelDeed::Setting(setting))));
    }
    buttons.push(of("button-try-model", ModelDeed::Try));
    keyboard.extend(pairs(buttons));
    keyboard.push(back(words));
    keyboard
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

const fn button_key(setting: ModelSetting) -> &'static str {
    match setting {
        ModelSetting::Markup => "button-model-markup",
        ModelSetting::Price => "button-model-price",
        ModelSetting::Free => "button-model-free",
    }
}

fn how_it_did(words: Words<'_>, period: &ModelPeriod) -> Text {
    let number = |figure: u64| Arg::from(words.count(i64::try_from(figure).unwrap_or(i64::MAX)));
    let ModelFigures { ordered, succeeded, failed, cancelled, cost, costless, waits, .. } = &period.figures;
    let days = i64::try_from(period.days).unwrap_or(i64::MAX);
    let counts = [
        ("days", days.into()),
        ("ordered", number(*ordered)),
        ("succeeded", number(*succeeded)),
        ("failed", number(*failed)),
        ("cancelled", number(*cancelled)),
    ];
    let mut text = words.text("desk-model-orders", &counts);
    if let Some(percent) = period.success_percent() {
        text.extend(words.text("desk-model-rate", &[("percent", number(percent))]));
    }
    if let (Some(half), Some(rare)) = (waits.percentile(50), waits.percentile(95)) {
        let args = [("half", words.duration(half).into()), ("rare", words.duration(rare).into())];
        text.extend(words.text("desk-model-waits", &args));
    }
    let (revenue, margin) = (period.figures.revenue(), period.figures.margin());
    let money = |money: Money| Arg::from(words.money(money));
    let args = [("revenue", money(revenue)), ("cost", money(*cost)), ("margin", money(margin))];
    text.extend(words.text("desk-model-money", &args));
    if *costless > 0 {
        text.extend(words.text("desk-model-costless", &[("n", i64::try_from(*costless).unwrap_or(i64::MAX).into())]));
    }
    for drift in &period.drifts {
        let key = if drift.metered { "desk-model-drift-metered" } else { "desk-model-drift" };
        let args = [
            ("quoted", words.decimal(&drift.quoted.to_string()).into()),
            ("taken", words.decimal(&drift.taken.to_string()).into()),
            ("change", change(words, drift.quoted, drift.taken).into()),
        ];
        text.extend(words.text(key, &args));
    }
    text
}

/// By how much KIE took more or less than the table says, in tenths of a percent, with its sign.
fn change(words: Words<'_>, quoted: Credits, taken: Credits) -> String {
    let (quoted, taken) = (i128::from(quoted.raw()), i128::from(taken.raw()));
    let tenths = (taken - quoted).saturating_mul(1000).checked_div(quoted).unwrap_or(0);
    let sign = match tenths {
        0 => "",
        1.. => "+",
        _ => "\u{2212}",
    };
    let tenths = tenths.unsigned_abs();
    words.decimal(&format!("{sign}{}.{}", tenths / 10, tenths % 10))
}

/// What a user pays, what it costs us, and what of that was set here.
fn terms(canvas: &Canvas<'_>, model: &Model) -> Text {
    let (words, facts) = (canvas.words, &canvas.facts.desk);
    let mut text = prices(canvas, model);
    let own = model.markup.map(|markup| words.decimal(&markup.to_string()));
    let general = words.decimal(&canvas.factor.markup.to_string());
    text.extend(match own {
        Some(own) => words.text("desk-model-own-markup", &[("markup", own.into()), ("general", general.into())]),
        None => words.text("desk-model-markup", &[("markup", general.into())]),
    });
    if matches!(model.set_price, Some(SetPrice::Fixed(_))) {
        text.extend(words.text("desk-model-markup-idle", &[]));
    }
    let here = facts.live.as_ref().is_some_and(|live| live.models.free.contains_key(&model.id));
    let source = if here { "desk-setting-here" } else { "desk-setting-configured" };
    let source = ("source", words.plain(source, &[]).into());
    text.extend(match model.free {
        Some(limits) => words.text("desk-model-free", &[("limits", super::shop::limits(words, limits).into()), source]),
        None => words.text("desk-model-not-free", &[source]),
    });
    text
}

/// What a price of the owner's means for this model, what it would be without, and what it costs us; with a warning below cost.
pub(super) fn prices(canvas: &Canvas<'_>, model: &Model) -> Text {
    let words = canvas.words;
    let Some(range) = model.price_range() else { return words.text("desk-model-no-price", &[]) };
    let span = |price: &dyn Fn(Credits) -> Option<Money>| match (price(range.low), price(range.high)) {
        (Some(low), Some(high)) if low == high => words.money(low),
        (Some(low), Some(high)) => {
            words.plain("price-range", &[("low", words.money(low).into()), ("high", words.money(high).into())])
        }
        _ => words.plain("desk-not-set", &[]),
    };
    let shop = canvas.factor;
    let computed = span(&|credits| model.factor(shop).price(credits).ok());
    let cost = span(&|credits| shop.cost(credits).ok());
    let args = [("computed", computed.into()), ("cost", cost.into())];
    let mut text = words.text("desk-model-computed", &args);
    if let Some(set) = model.set_price {
        let key = match set {
            SetPrice::Fixed(_) => "desk-model-price-fixed",
            SetPrice::Floor(_) => "desk-model-price-floor",
        };
        text.extend(words.text(key, &[("price", words.money(set.price()).into())]));
        if let Some(cost) = model.cost_above(set.price(), shop) {
            text.extend(words.text("desk-price-below-cost", &[("cost", words.money(cost).into())]));
        }
    }
    text
}

/// What the setting screen of a model says below the value.
pub(super) fn about_setting(canvas: &Canvas<'_>, setting: ModelSetting, id: &ModelId) -> Text {
    let words = canvas.words;
    let Some(model) = canvas.catalog.model(id) else { return Text::default() };
    let mut text = words.text("desk-setting-of", &[("model", model.title.get(words.language()).into())]);
    match setting {
        ModelSetting::Markup => {}
        ModelSetting::Price => text.extend(prices(canvas, model)),
        ModelSetting::Free => text.extend(words.text("desk-free-rules", &[])),
    }
    text
}

/// What is asked for, with what the answer would mean for this model.
pub(super) fn ask(canvas: &Canvas<'_>, setting: ModelSetting, id: &ModelId) -> Text {
    let words = canvas.words;
    match setting {
        ModelSetting::Markup => words.text("desk-ask-markup", &[]),
        ModelSetting::Free => words.text("desk-ask-limits", &[]),
        ModelSetting::Price => {
            let model = canvas.catalog.model(id);
            let fixed = model.is_some_and(|model| matches!(model.set_price_of(Money::ZERO), SetPrice::Fixed(_)));
            words.text(if fixed { "desk-ask-price" } else { "desk-ask-least-price" }, &[])
        }
    }
}

/// The buttons that change a model's setting.
pub(super) fn buttons(words: Words<'_>, setting: ModelSetting, id: &ModelId, is_set: bool, free: bool) -> Vec<Button> {
    let model = Key::of(&id.0);
    let of = |label: &str, deed| labelled(words, label, Action::Desk(DeskAct::OfModel { model, deed }));
    let mut row = vec![of("button-change", ModelDeed::Set(setting))];
    if setting == ModelSetting::Free && free {
        row.push(of("button-never-free", ModelDeed::NeverFree));
    }
    if is_set {
        row.push(of("button-reset", ModelDeed::Reset(setting)));
    }
    row
}
