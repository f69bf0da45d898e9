//! The shop's figures: in words, as a picture, as a table.

use domain::figures::{DayFigures, ModelFigures, Span};
use domain::models::Catalog;
use domain::money::Money;
use domain::ports::charts::{Axis, Bar, Chart, Plot, Series, Shape, Sheet, Tone};
use domain::ports::{Funnel, LiveFigures};
use domain::screen::{Action, DeskAct, Emphasis, Period, Screen, Text};

use super::{Canvas, back, button, labelled};
use crate::desk::Period as Figures;
use crate::texts::Words;

/// So many models are listed.
const TOP: usize = 5;

/// What the screen of the figures shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Of the chosen period.
    pub figures: Figures,
    /// What is under way now.
    pub states: Vec<LiveFigures>,
}

/// What picture and table are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// The oldest first.
    pub(crate) days: Vec<(Span, DayFigures)>,
    pub(crate) funnel: Funnel,
}

pub(super) fn statistics(canvas: &Canvas<'_>, period: Period) -> Screen {
    let words = canvas.words;
    let mut text = words.text("figures-text", &[("period", words.plain(period_key(period), &[]).into())]);
    match &canvas.facts.desk.figures {
        Some(shown) => text.extend(lines(canvas, shown)),
        None => text.extend(words.text("desk-nothing", &[])),
    }
    let periods = Period::ALL.into_iter().map(|other| {
        let emphasis = if other == period { Emphasis::Primary } else { Emphasis::Normal };
        let act = Action::Desk(DeskAct::Statistics { period: other });
        domain::screen::Button { emphasis, ..button(words.plain(period_key(other), &[]), act) }
    });
    let longer = if period == Period::Today { Period::Week } else { period };
    let keyboard = vec![
        periods.collect(),
        vec![
            labelled(words, "button-chart", Action::Desk(DeskAct::Chart { period: longer })),
            labelled(words, "button-table", Action::Desk(DeskAct::Export { period })),
        ],
        back(words),
    ];
    Screen::new(text, keyboard)
}

fn lines(canvas: &Canvas<'_>, shown: &Shown) -> Text {
    let words = canvas.words;
    let Figures { figures, active, funnel, .. } = &shown.figures;
    let all = figures.generations().unwrap_or_default();
    let mut text = words.text(
        "figures-people",
        &[
            ("new", number(words, figures.new_users)),
            ("active", number(words, *active)),
            ("ordered", number(words, funnel.ordered)),
            ("paid", number(words, funnel.paid)),
        ],
    );
    let live: u64 = shown.states.iter().map(|state| state.count).sum();
    text.extend(words.text(
        "figures-orders",
        &[
            ("ordered", number(words, all.ordered)),
            ("succeeded", number(words, all.succeeded)),
            ("failed", number(words, all.failed)),
            ("cancelled", number(words, all.cancelled)),
            ("live", number(words, live)),
        ],
    ));
    if let (Some(half), Some(rare)) = (all.waits.percentile(50), all.waits.percentile(95)) {
        let args = [("half", words.duration(half).into()), ("rare", words.duration(rare).into())];
        text.extend(words.text("figures-waits", &args));
    }
    text.extend(words.text(
        "figures-money",
        &[
            ("revenue", words.money(all.revenue()).into()),
            ("cost", words.money(all.cost).into()),
            ("margin", words.money(all.margin()).into()),
            ("refunded", words.money(all.refunded).into()),
            ("paid_in", words.money(figures.paid_in).into()),
            ("paid_back", words.money(figures.paid_back).into()),
            ("given", words.money(figures.given).into()),
        ],
    ));
    let top = figures.top_models(TOP);
    if !top.is_empty() {
        text.extend(words.text("figures-top", &[]));
    }
    for (model, of_model) in top {
        text.extend(words.text(
            "figures-model",
            &[
                ("model", title(words, canvas.catalog, &model.0).into()),
                ("n", number(words, of_model.succeeded)),
                ("revenue", words.money(of_model.revenue()).into()),
                ("margin", words.money(of_model.margin()).into()),
            ],
        ));
    }
    text
}

/// The picture of some days.
pub(crate) fn sheet(words: Words<'_>, catalog: &Catalog, days: &Days) -> Sheet {
    let empty = || words.plain("chart-empty", &[]);
    let labels: Vec<String> = days.days.iter().map(|(span, _)| words.short_day(span.from)).collect();
    let of = |value: fn(&ModelFigures) -> i64| -> Vec<i64> {
        days.days.iter().map(|(_, day)| value(&day.generations().unwrap_or_default())).collect()
    };
    let roubles =
        |values: &[i64]| words.money(Money::from_kopecks(values.iter().copied().fold(0, i64::saturating_add)));
    let count = |values: &[i64]| words.count(values.iter().copied().fold(0, i64::saturating_add));
    let series = |key: &str, shape, tone, values: Vec<i64>, figure: String| Series {
        name: words.plain(key, &[]),
        figure,
        shape,
        tone,
        values,
    };
    let money = |key: &str, shape, tone, value: fn(&ModelFigures) -> i64| {
        let values = of(value);
        let figure = roubles(&values);
        series(key, shape, tone, values, figure)
    };
    let earned = vec![
        money("chart-revenue", Shape::Bars, Tone::Main, |all| all.revenue().kopecks()),
        money("chart-cost", Shape::Bars, Tone::Other, |all| all.cost.kopecks()),
        money("chart-margin", Shape::Line, Tone::Outcome, |all| all.margin().kopecks()),
    ];
    let ends = |key: &str, tone, value: fn(&ModelFigures) -> i64| {
        let values = of(value);
        let figure = count(&values);
        series(key, Shape::Bars, tone, values, figure)
    };
    let ended = vec![
        ends("chart-succeeded", Tone::Good, |all| size(all.succeeded)),
        ends("chart-failed", Tone::Bad, |all| size(all.failed)),
        ends("chart-cancelled", Tone::Idle, |all| size(all.cancelled)),
    ];
    let sum = DayFigures::sum(days.days.iter().map(|(_, day)| day)).unwrap_or_default();
    let best = sum.top_models(TOP).into_iter().map(|(model, figures)| Bar {
        name: title(words, catalog, &model.0),
        figure: words.money(figures.revenue()),
        value: figures.revenue().kopecks(),
        tone: Tone::Main,
    });
    let Funnel { came, ordered, paid } = days.funnel;
    let step = |key: &str, value: u64| {
        let percent = value.saturating_mul(100).checked_div(came).unwrap_or(0);
        let figure = format!("{} · {percent}\u{a0}%", words.count(size(value)));
        Bar { name: words.plain(key, &[]), figure, value: size(value), tone: Tone::Main }
    };
    let funnel = vec![step("chart-came", came), step("chart-ordered", ordered), step("chart-paid", paid)];
    let chart = |key: &str, plot| Chart { title: words.plain(key, &[]), empty: empty(), plot };
    let axis = Axis::beside(&earned, |kopecks| words.short_money(Money::from_kopecks(kopecks)));
    let stacked = Axis::stacked(&ended, |value| words.count(value));
    let first = days.days.first().map_or_else(String::new, |(span, _)| words.short_day(span.from));
    let last = days.days.last().map_or_else(String::new, |(span, _)| words.short_day(span.from));
    Sheet {
        title: words.plain("chart-title", &[]),
        subtitle: format!("{first}\u{a0}– {last}"),
        charts: vec![
            chart("chart-money", Plot::Days { days: labels.clone(), axis, series: earned }),
            chart("chart-generations", Plot::Stack { days: labels, axis: stacked, series: ended }),
            chart("chart-models", Plot::Ranking(best.collect())),
            chart("chart-funnel", Plot::Funnel(funnel)),
        ],
    }
}

/// The table of some days: a line for each model of each day, and one for what belongs to none. Money in roubles with a point.
pub(crate) fn rows(words: Words<'_>, days: &Days) -> Vec<Vec<String>> {
    const HEAD: [&str; 13] = [
        "table-day",
        "table-model",
        "table-new",
        "table-ordered",
        "table-succeeded",
        "table-failed",
        "table-cancelled",
        "table-captured",
        "table-refunded",
        "table-cost",
        "table-paid-in",
        "table-paid-back",
        "table-given",
    ];
    let mut rows = vec![HEAD.iter().map(|key| words.plain(key, &[])).collect::<Vec<_>>()];
    for (span, day) in &days.days {
        let date = words.iso_day(span.from);
        let line = |model: &str, new: Option<u64>, figures: &ModelFigures, money: [Option<Money>; 3]| {
            let mut row = vec![date.clone(), model.to_owned(), new.map_or_else(String::new, |new| new.to_string())];
            row.extend([figures.ordered, figures.succeeded, figures.failed, figures.cancelled].map(|n| n.to_string()));
            row.extend([figures.captured, figures.refunded, figures.cost].map(|money| money.to_string()));
            row.extend(money.map(|money| money.map_or_else(String::new, |money| money.to_string())));
            row
        };
        let money = [Some(day.paid_in), Some(day.paid_back), Some(day.given)];
        rows.push(line("", Some(day.new_users), &day.untold, money));
        rows.extend(day.models.iter().map(|(model, figures)| line(&model.0, None, figures, [None; 3])));
    }
    rows
}

fn title(words: Words<'_>, catalog: &Catalog, id: &str) -> String {
    let model = catalog.resolve(id);
    model.map_or_else(|| id.to_owned(), |model| model.title.get(words.language()).to_owned())
}

fn number(words: Words<'_>, count: u64) -> crate::texts::Arg {
    words.count(size(count)).into()
}

fn size(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

const fn period_key(period: Period) -> &'static str {
    match period {
        Period::Today => "period-today",
        Period::Week => "period-week",
        Period::Month => "period-month",
    }
}
