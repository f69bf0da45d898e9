//! Figures as a picture, behind [`domain::ports::Charts`]: a PNG that reads well on a phone, in Telegram's light and dark theme.
//!
//! It must not know: languages, currencies, what a figure means, where it comes from. It has no words of its own; every text, every figure
//! as it is read and every label of an axis comes with the data ([`domain::ports::charts`]).
//!
//! Invariants:
//! - Pure: the same sheet gives the same bytes. No font, file or clock of the machine is looked at; the letters are in `fonts/`.
//! - Every text fits its place: it gets smaller, down to 28 pixels at 1080 across, then it is shortened with an ellipsis.
//! - Lengths are computed in whole numbers from the values, so any `i64` can be drawn; a bar never leaves its plot.
//! - A picture is bounded: [`CHARTS_MAX`], [`DAYS_MAX`], [`BARS_MAX`], [`SERIES_MAX`]; so Telegram takes each as a photo.
//!
//! Code map: `sheet` decides where everything stands, with `days` and `rows` for the two ways to draw figures; it yields `marks`; `paint` turns
//! them into a PNG. `font` measures and outlines letters, `theme` has the colours, `scale` goes from values to pixels.
//!
//! To add a kind of plot: its variant of `domain::ports::charts::Plot`; its module beside `rows`; its arm in `sheet::card`; a row in `tests`.
//! To see pictures: `cargo run -p charts --example dashboard -- docs/charts` renews those in `docs/charts`.

// Pixels are floats in every library of drawing; values of the caller never are.
#![expect(clippy::float_arithmetic, reason = "geometry of a picture; no money is computed here")]

mod days;
mod font;
mod marks;
mod paint;
mod rows;
mod scale;
mod sheet;
#[cfg(test)]
mod tests;
mod theme;

use domain::ports::charts::{ChartError, Charts, Plot, Sheet};

/// Charts of one picture. With the greatest of them a picture is about 8000 pixels high; Telegram's limit is 10 000 for both sides together.
pub const CHARTS_MAX: usize = 6;
/// Days of one chart: a quarter. A day is then about nine pixels wide.
pub const DAYS_MAX: usize = 92;
/// Lying bars of one chart: more is a table.
pub const BARS_MAX: usize = 12;
/// Series of one chart: as many as there are tones.
pub const SERIES_MAX: usize = 6;

/// Draws sheets as PNG, 1080 pixels across.
#[derive(Clone, Copy, Debug, Default)]
pub struct PngCharts;

impl Charts for PngCharts {
    fn draw(&self, sheet: &Sheet) -> Result<Vec<u8>, ChartError> {
        check(sheet)?;
        let fonts = font::Fonts::bundled();
        paint::paint(&sheet::layout(sheet, &fonts), &fonts)
    }
}

/// Whether the sheet can be drawn: series as long as their days, nothing above its limit.
fn check(sheet: &Sheet) -> Result<(), ChartError> {
    at_most("charts", sheet.charts.len(), CHARTS_MAX)?;
    for chart in &sheet.charts {
        match &chart.plot {
            Plot::Days { days, series, .. } | Plot::Stack { days, series, .. } => {
                at_most("days", days.len(), DAYS_MAX)?;
                at_most("series", series.len(), SERIES_MAX)?;
                if let Some(uneven) = series.iter().find(|series| series.values.len() != days.len()) {
                    let (chart, days, values) = (chart.title.clone(), days.len(), uneven.values.len());
                    return Err(ChartError::Uneven { chart, days, values });
                }
            }
            Plot::Ranking(bars) | Plot::Funnel(bars) => at_most("bars", bars.len(), BARS_MAX)?,
        }
    }
    Ok(())
}

fn at_most(what: &'static str, count: usize, max: usize) -> Result<(), ChartError> {
    if count > max { Err(ChartError::TooMany { what, count, max }) } else { Ok(()) }
}
