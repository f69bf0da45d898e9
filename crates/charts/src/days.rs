//! Series over days: a legend, lines of heights, bars from zero, a line over them, some days by name.

use domain::ports::charts::{Axis, Series, Shape};

use crate::marks::{Align, Area, Mark, Sketch};
use crate::scale::{factor, pixels, whole};
use crate::sheet::{soft, strong};
use crate::theme::{CARD, GRID, ZERO, of_tone};

const LEGEND_COLUMNS: usize = 3;
const LEGEND_SIZE: f32 = 30.0;
const FIGURE_SIZE: f32 = 38.0;
const LEGEND_HEIGHT: f32 = 42.0;
const FIGURE_HEIGHT: f32 = 50.0;
const LEGEND_GAP: f32 = 12.0;
const SWATCH: f32 = 24.0;
const BELOW_LEGEND: f32 = 30.0;

const PLOT_HEIGHT: f32 = 224.0;
const TICK_SIZE: f32 = 28.0;
const TICK_HEIGHT: f32 = 36.0;
/// What the labels of the heights may take of the width.
const TICKS_SHARE: f32 = 0.3;
const BESIDE_TICKS: f32 = 18.0;
const ABOVE_DAY: f32 = 14.0;
const DAY_HEIGHT: f32 = 48.0;
const BETWEEN_DAYS: f32 = 22.0;

const BAR_MAX: f32 = 88.0;
/// The part of a day's room that stays free.
const FREE_SHARE: f32 = 0.24;
/// A value that is not zero is seen, however small it is.
const BAR_HEIGHT_MIN: f32 = 3.0;
const BETWEEN_STACKED: f32 = 2.0;
/// How far the name of the last day may stand out to the right, so that it stays below its day.
const OVERHANG: f32 = 20.0;
/// Days with less room than this have a thinner line.
const NARROW: f32 = 16.0;
/// More days than this have no dots on their line.
const DOTS_MAX: usize = 14;

/// Bars of a day beside each other; how high it all is.
pub(crate) fn beside(sketch: &mut Sketch<'_>, content: Area, days: &[String], axis: &Axis, series: &[Series]) -> f32 {
    draw(sketch, content, days, axis, series, bars_beside)
}

/// Bars of a day on top of each other; how high it all is.
pub(crate) fn stacked(sketch: &mut Sketch<'_>, content: Area, days: &[String], axis: &Axis, series: &[Series]) -> f32 {
    draw(sketch, content, days, axis, series, bars_stacked)
}

type DrawBars = fn(&mut Sketch<'_>, &Field, &[&Series]);

fn draw(
    sketch: &mut Sketch<'_>,
    content: Area,
    days: &[String],
    axis: &Axis,
    series: &[Series],
    draw_bars: DrawBars,
) -> f32 {
    let legend_height = legend(sketch, content, series);
    let top = content.y + legend_height + BELOW_LEGEND;
    let area = heights(sketch, Area { y: top, height: PLOT_HEIGHT, ..content }, axis);
    let field = Field::of(area, axis, days.len());
    let (bars, lines): (Vec<&Series>, Vec<&Series>) = series.iter().partition(|series| series.shape == Shape::Bars);
    draw_bars(sketch, &field, &bars);
    for series in lines {
        line(sketch, &field, series);
    }
    names(sketch, &field, content, days);
    area.bottom() + DAY_HEIGHT - content.y
}

/// What each series is called, and its figure below.
fn legend(sketch: &mut Sketch<'_>, content: Area, series: &[Series]) -> f32 {
    let columns = series.len().clamp(1, LEGEND_COLUMNS);
    let width = content.width / factor(columns);
    let has_figures = series.iter().any(|series| !series.figure.is_empty());
    let height = LEGEND_HEIGHT + if has_figures { FIGURE_HEIGHT } else { 0.0 };
    for (at, series) in series.iter().enumerate() {
        let x = content.x + width * factor(at % columns);
        let y = content.y + (height + LEGEND_GAP) * factor(at / columns);
        let colour = of_tone(series.tone);
        let middle = y + LEGEND_HEIGHT / 2.0;
        let (swatch, height) = match series.shape {
            Shape::Bars => (SWATCH, SWATCH),
            Shape::Line => (1.5 * SWATCH, 6.0),
        };
        sketch.fill(Area { x, y: middle - height / 2.0, width: swatch, height }, height.min(14.0) / 2.0, colour);
        if series.shape == Shape::Line {
            sketch.marks.push(Mark::Dot { centre: (x + swatch / 2.0, middle), radius: 9.0, colour });
        }
        let beside_swatch = swatch + 12.0;
        let name = Area { x: x + beside_swatch, y, width: width - beside_swatch - 16.0, height: LEGEND_HEIGHT };
        sketch.text(&series.name, name, soft(LEGEND_SIZE, Align::Left));
        let figure = Area { x, y: y + LEGEND_HEIGHT, width: width - 16.0, height: FIGURE_HEIGHT };
        sketch.text(&series.figure, figure, strong(FIGURE_SIZE, Align::Left));
    }
    (height + LEGEND_GAP) * factor(series.len().div_ceil(columns)) - LEGEND_GAP
}

/// Draws the lines of the heights with their labels on the left; what is left for the days.
fn heights(sketch: &mut Sketch<'_>, area: Area, axis: &Axis) -> Area {
    let style = soft(TICK_SIZE, Align::Right);
    let labels = axis.ticks.iter().map(|tick| sketch.width(&tick.label, style)).fold(0.0, f32::max);
    let labels = labels.min(area.width * TICKS_SHARE);
    let beside = labels + BESIDE_TICKS;
    let plot = Area { x: area.x + beside, width: area.width - beside, ..area };
    let field = Field::of(plot, axis, 1);
    for tick in &axis.ticks {
        let y = field.height_of(i128::from(tick.value));
        let colour = if tick.value == 0 { ZERO } else { GRID };
        sketch.fill(Area { y: y - 1.0, height: 2.0, ..plot }, 0.0, colour);
        let label = Area { x: area.x, y: y - TICK_HEIGHT / 2.0, width: labels, height: TICK_HEIGHT };
        sketch.text(&tick.label, label, style);
    }
    plot
}

/// Where a day and a value lie.
struct Field {
    area: Area,
    /// The lowest value and the highest.
    ends: (i128, i128),
    days: usize,
}

impl Field {
    fn of(area: Area, axis: &Axis, days: usize) -> Self {
        let values = || axis.ticks.iter().map(|tick| i128::from(tick.value));
        let ends = (values().min().unwrap_or(0).min(0), values().max().unwrap_or(0).max(0));
        Self { area, ends, days }
    }

    fn height_of(&self, value: i128) -> f32 {
        let (low, high) = self.ends;
        self.area.bottom() - pixels(value - low, high - low, whole(self.area.height))
    }

    /// The room of one day.
    fn room(&self) -> f32 {
        self.area.width / factor(self.days.max(1))
    }

    fn middle_of(&self, day: usize) -> f32 {
        self.area.x + self.room() * (factor(day) + 0.5)
    }

    /// How wide each of `count` bars of a day is: whole pixels, so that edges are sharp.
    fn bar_width(&self, count: usize) -> f32 {
        (self.room() * (1.0 - FREE_SHARE) / factor(count.max(1))).floor().clamp(2.0, BAR_MAX)
    }

    /// A bar from `from` to `to`, rounded at the end that lies away from zero if it `is_last`.
    fn bar(&self, (x, width): (f32, f32), (from, to): (i128, i128), is_last: bool) -> (Area, (f32, f32)) {
        let (start, end) = (self.height_of(from), self.height_of(to));
        let height = (start - end).abs().max(BAR_HEIGHT_MIN);
        let radius = if is_last { (width / 4.0).min(height).min(10.0) } else { 0.0 };
        if to >= from {
            (Area { x, y: start - height, width, height }, (radius, 0.0))
        } else {
            (Area { x, y: start, width, height }, (0.0, radius))
        }
    }
}

fn bars_beside(sketch: &mut Sketch<'_>, field: &Field, series: &[&Series]) {
    let width = field.bar_width(series.len());
    for day in 0..field.days {
        let left = (field.middle_of(day) - width * factor(series.len()) / 2.0).round();
        for (at, series) in series.iter().enumerate() {
            let Some(value) = series.values.get(day).filter(|value| **value != 0) else { continue };
            // Two bars of a day are told apart by a slit, if they are wide enough for one.
            let slit = if width >= 8.0 { 2.0 } else { 0.0 };
            let (area, radii) = field.bar((left + width * factor(at), width - slit), (0, i128::from(*value)), true);
            sketch.marks.push(Mark::Fill { area, radii, colour: of_tone(series.tone) });
        }
    }
}

fn bars_stacked(sketch: &mut Sketch<'_>, field: &Field, series: &[&Series]) {
    let width = field.bar_width(1);
    for day in 0..field.days {
        let left = (field.middle_of(day) - width / 2.0).round();
        let of_day = series.iter().filter_map(|series| Some((series.tone, i128::from(*series.values.get(day)?))));
        let (up, down): (Vec<_>, Vec<_>) = of_day.filter(|(_, value)| *value != 0).partition(|(_, value)| *value > 0);
        for pile in [up, down] {
            let mut from = 0;
            for (at, (tone, value)) in pile.iter().enumerate() {
                let is_last = at + 1 == pile.len();
                let (mut area, radii) = field.bar((left, width), (from, from + value), is_last);
                if !is_last && area.height > BETWEEN_STACKED + BAR_HEIGHT_MIN {
                    area.height -= BETWEEN_STACKED;
                    area.y += if *value > 0 { BETWEEN_STACKED } else { 0.0 };
                }
                sketch.marks.push(Mark::Fill { area, radii, colour: of_tone(*tone) });
                from += value;
            }
        }
    }
}

fn line(sketch: &mut Sketch<'_>, field: &Field, series: &Series) {
    let values = series.values.iter().take(field.days).enumerate();
    let points: Vec<(f32, f32)> =
        values.map(|(day, value)| (field.middle_of(day), field.height_of(i128::from(*value)))).collect();
    let colour = of_tone(series.tone);
    let dots = if points.len() <= DOTS_MAX { points.clone() } else { Vec::new() };
    let width = if field.room() < NARROW { 4.0 } else { 6.0 };
    // A seam in the card's colour parts the line from the bars below it.
    for (width, radius, colour) in [(width + 5.0, 12.0, CARD), (width, 9.0, colour)] {
        if points.len() > 1 {
            sketch.marks.push(Mark::Line { points: points.clone(), width, colour });
        }
        sketch.marks.extend(dots.iter().map(|centre| Mark::Dot { centre: *centre, radius, colour }));
    }
}

/// Names days, as many as have room, and the last one always.
fn names(sketch: &mut Sketch<'_>, field: &Field, content: Area, days: &[String]) {
    let style = soft(TICK_SIZE, Align::Centre);
    let widest = days.iter().map(|day| sketch.width(day, style)).fold(0.0, f32::max).min(content.width);
    let left_of = |day: usize| field.middle_of(day) - widest / 2.0;
    let last = days.len().saturating_sub(1);
    let left_max = content.right() + OVERHANG - widest;
    // The last name may stand further left than its day, towards the name before it.
    let shift = (left_of(last) - left_max).max(0.0);
    let mut step = 1;
    while step < days.len() && field.room() * factor(step) < widest + BETWEEN_DAYS + shift {
        step += 1;
    }
    for (day, name) in days.iter().enumerate().filter(|(day, _)| (last - day).is_multiple_of(step)) {
        let x = left_of(day).min(left_max).max(content.x);
        let area = Area { x, y: field.area.bottom() + ABOVE_DAY, width: widest, height: DAY_HEIGHT - ABOVE_DAY };
        sketch.text(name, area, style);
    }
}
