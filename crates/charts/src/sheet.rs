//! From a sheet to marks: the header, and a card for each chart, under each other.

use domain::ports::charts::{Chart, Plot, Sheet};

use crate::font::{Fonts, Weight};
use crate::marks::{Align, Area, Mark, Sketch, Style};
use crate::theme::{CARD, PAGE, SOFT_TEXT, TEXT};
use crate::{days, rows};

/// Pixels across: a phone's width; Telegram shows the picture at about a third of it in logical pixels.
pub(crate) const WIDTH: f32 = 1080.0;

const MARGIN: f32 = 32.0;
const PADDING: f32 = 34.0;
/// A line of text is higher than its letters: less is left free above it.
const ABOVE_TEXT: f32 = 10.0;
/// Free below a chart.
const BELOW: f32 = 28.0;
const CARD_RADIUS: f32 = 28.0;
const GAP: f32 = 20.0;
const TITLE_HEIGHT: f32 = 68.0;
const SUBTITLE_HEIGHT: f32 = 46.0;
const CHART_TITLE_HEIGHT: f32 = 48.0;
const BELOW_CHART_TITLE: f32 = 12.0;
const RANKING_THICKNESS: f32 = 16.0;
const FUNNEL_THICKNESS: f32 = 34.0;
const EMPTY_HEIGHT: f32 = 140.0;

/// A picture before it is painted.
pub(crate) struct Picture {
    pub(crate) height: f32,
    pub(crate) marks: Vec<Mark>,
}

/// Where everything stands.
pub(crate) fn layout(sheet: &Sheet, fonts: &Fonts) -> Picture {
    let mut sketch = Sketch { fonts, marks: Vec::new() };
    let mut y = MARGIN;
    for (text, height, style) in [
        (&sheet.title, TITLE_HEIGHT, Style { size: 54.0, weight: Weight::Bold, colour: TEXT, align: Align::Left }),
        (&sheet.subtitle, SUBTITLE_HEIGHT, soft(34.0, Align::Left)),
    ] {
        if !text.is_empty() {
            sketch.text(text, Area { x: MARGIN + 4.0, y, width: WIDTH - 2.0 * MARGIN - 8.0, height }, style);
            y += height;
        }
    }
    for chart in &sheet.charts {
        y += if y > MARGIN { GAP } else { 0.0 };
        y += card(&mut sketch, chart, y);
    }
    let height = y + MARGIN;
    let ground = Mark::Fill { area: Area { x: 0.0, y: 0.0, width: WIDTH, height }, radii: (0.0, 0.0), colour: PAGE };
    sketch.marks.insert(0, ground);
    Picture { height, marks: sketch.marks }
}

/// A quiet text.
pub(crate) const fn soft(size: f32, align: Align) -> Style {
    Style { size, weight: Weight::Medium, colour: SOFT_TEXT, align }
}

/// A text that is looked for.
pub(crate) const fn strong(size: f32, align: Align) -> Style {
    Style { size, weight: Weight::Bold, colour: TEXT, align }
}

/// Draws a chart whose card begins at `y`; how high the card is.
fn card(sketch: &mut Sketch<'_>, chart: &Chart, y: f32) -> f32 {
    let place = sketch.marks.len();
    let content =
        |y: f32, height: f32| Area { x: MARGIN + PADDING, y, width: WIDTH - 2.0 * (MARGIN + PADDING), height };
    let mut at = y + PADDING - ABOVE_TEXT;
    sketch.text(&chart.title, content(at, CHART_TITLE_HEIGHT), strong(38.0, Align::Left));
    at += CHART_TITLE_HEIGHT + BELOW_CHART_TITLE;
    at += match &chart.plot {
        plot if is_empty(plot) => {
            sketch.text(&chart.empty, content(at, EMPTY_HEIGHT), soft(32.0, Align::Centre));
            EMPTY_HEIGHT
        }
        Plot::Days { days, axis, series } => days::beside(sketch, content(at, 0.0), days, axis, series),
        Plot::Stack { days, axis, series } => days::stacked(sketch, content(at, 0.0), days, axis, series),
        Plot::Ranking(bars) => {
            let longest = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
            rows::rows(sketch, content(at, 0.0), bars, RANKING_THICKNESS, longest)
        }
        Plot::Funnel(bars) => {
            let longest = bars.first().map_or(0, |bar| bar.value);
            rows::rows(sketch, content(at, 0.0), bars, FUNNEL_THICKNESS, longest)
        }
    };
    let height = at + BELOW - y;
    let area = Area { x: MARGIN, y, width: WIDTH - 2.0 * MARGIN, height };
    // The card's height is known last, and it lies beneath.
    sketch.marks.insert(place, Mark::Fill { area, radii: (CARD_RADIUS, CARD_RADIUS), colour: CARD });
    height
}

fn is_empty(plot: &Plot) -> bool {
    match plot {
        Plot::Days { series, .. } | Plot::Stack { series, .. } => {
            series.iter().flat_map(|series| &series.values).all(|value| *value == 0)
        }
        Plot::Ranking(bars) | Plot::Funnel(bars) => bars.iter().all(|bar| bar.value == 0),
    }
}
