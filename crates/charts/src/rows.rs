//! Bars that lie: name and figure above each, so that a long name has room on a phone.

use domain::ports::charts::Bar;

use crate::marks::{Align, Area, Sketch};
use crate::scale::{pixels, whole};
use crate::sheet::{soft, strong};
use crate::theme::{GRID, TEXT, of_tone};

const LINE_HEIGHT: f32 = 46.0;
const BAR_GAP: f32 = 12.0;
const TEXT_GAP: f32 = 24.0;
const TEXT_SIZE: f32 = 32.0;
/// What a figure may take of the width before it gets smaller.
const FIGURE_SHARE: f32 = 0.6;
/// A value above zero is seen, however small it is.
const LENGTH_MIN: f32 = 6.0;

/// Draws the bars below `content.y`, `thickness` pixels each; a bar of the value `longest` is as long as can be. How high it all is.
pub(crate) fn rows(sketch: &mut Sketch<'_>, content: Area, bars: &[Bar], thickness: f32, longest: i64) -> f32 {
    let mut y = content.y;
    for (at, bar) in bars.iter().enumerate() {
        y += if at > 0 { BAR_GAP } else { 0.0 };
        let figure = strong(TEXT_SIZE, Align::Right);
        let figure_width = sketch.width(&bar.figure, figure).min(content.width * FIGURE_SHARE);
        let left = Area { width: content.width - figure_width - TEXT_GAP, y, height: LINE_HEIGHT, ..content };
        let right = Area { x: content.right() - figure_width, width: figure_width, ..left };
        let mut name = soft(TEXT_SIZE, Align::Left);
        name.colour = TEXT;
        sketch.text(&bar.name, left, name);
        sketch.text(&bar.figure, right, figure);
        y += LINE_HEIGHT;

        let track = Area { y, height: thickness, ..content };
        let radius = thickness.min(18.0) / 2.0;
        sketch.fill(track, radius, GRID);
        if bar.value > 0 {
            let length = pixels(i128::from(bar.value), i128::from(longest), whole(content.width)).max(LENGTH_MIN);
            sketch.fill(Area { width: length, ..track }, radius.min(length / 2.0), of_tone(bar.tone));
        }
        y += thickness;
    }
    y - content.y
}
