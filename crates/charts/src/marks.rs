//! A picture as a list of marks: what the layout decides and the painter carries out. Tests read the list.

use crate::font::{Fonts, Weight};
use crate::theme::Colour;

/// No text is smaller, in pixels to the em: 10 on a phone that shows the picture 390 wide.
pub(crate) const TEXT_SIZE_MIN: f32 = 28.0;
/// Letters of a text that are looked at: more than fit into a line, however long a caller's text is.
const LETTERS_MAX: usize = 120;

/// A rectangle in pixels; y grows downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    pub(crate) const fn right(self) -> f32 {
        self.x + self.width
    }

    pub(crate) const fn bottom(self) -> f32 {
        self.y + self.height
    }
}

/// Where a text stands in its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// Pixels to the em.
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) colour: Colour,
    pub(crate) align: Align,
}

/// Something to paint; later marks lie over earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    /// A filled rectangle; the radii round its upper and its lower corners.
    Fill { area: Area, radii: (f32, f32), colour: Colour },
    /// A line through points.
    Line { points: Vec<(f32, f32)>, width: f32, colour: Colour },
    /// A filled circle.
    Dot { centre: (f32, f32), radius: f32, colour: Colour },
    /// One line of text that fits into its area, in the middle of its height.
    Text { text: String, area: Area, style: Style },
}

/// Collects marks and knows how wide letters are.
pub(crate) struct Sketch<'a> {
    pub(crate) fonts: &'a Fonts,
    pub(crate) marks: Vec<Mark>,
}

impl Sketch<'_> {
    pub(crate) fn fill(&mut self, area: Area, radius: f32, colour: Colour) {
        self.marks.push(Mark::Fill { area, radii: (radius, radius), colour });
    }

    /// Writes `text`, smaller or shortened if the area asks for it.
    pub(crate) fn text(&mut self, text: &str, area: Area, style: Style) {
        let (text, size) = fit(self.fonts, text, area.width, style);
        if !text.is_empty() {
            self.marks.push(Mark::Text { text, area, style: Style { size, ..style } });
        }
    }

    /// The room that `text` asks for, in whole pixels.
    pub(crate) fn width(&self, text: &str, style: Style) -> f32 {
        let letters: String = text.chars().take(LETTERS_MAX).collect();
        self.fonts.width(&letters, style.weight, style.size).ceil()
    }
}

/// The text as it fits into `width`: first smaller, down to [`TEXT_SIZE_MIN`], then with an ellipsis.
fn fit(fonts: &Fonts, text: &str, width: f32, style: Style) -> (String, f32) {
    let letters: Vec<char> = text.chars().take(LETTERS_MAX).collect();
    let first = |count: usize| letters.iter().take(count).collect::<String>();
    let shortened = |count: usize| format!("{}…", first(count).trim_end());
    let whole = if text.chars().nth(LETTERS_MAX).is_none() { text.to_owned() } else { shortened(LETTERS_MAX) };
    let natural = fonts.width(&whole, style.weight, style.size);
    if natural <= width {
        return (whole, style.size);
    }
    // Half a pixel is left for rounding: the width grows with the size in a straight line.
    let shrunk = style.size * (width - 0.5) / natural;
    if shrunk >= TEXT_SIZE_MIN {
        return (whole, shrunk);
    }
    let counts: Vec<usize> = (1..letters.len()).collect();
    let fits = |count: &usize| fonts.width(&shortened(*count), style.weight, TEXT_SIZE_MIN) <= width;
    let count = counts.partition_point(fits);
    (if count > 0 { shortened(count) } else { String::new() }, TEXT_SIZE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::TEXT;

    fn fitted(text: &str, width: f32) -> (String, f32) {
        let style = Style { size: 40.0, weight: Weight::Bold, colour: TEXT, align: Align::Left };
        fit(&Fonts::bundled(), text, width, style)
    }

    #[test]
    fn a_text_gets_smaller_first_and_shorter_then() {
        let (whole, size) = fitted("Nano Banana Pro", 400.0);
        assert_eq!((whole.as_str(), size.to_bits()), ("Nano Banana Pro", 40.0_f32.to_bits()));
        let (smaller, size) = fitted("Nano Banana Pro", 260.0);
        assert_eq!(smaller, "Nano Banana Pro");
        assert!(size > TEXT_SIZE_MIN && size < 40.0, "{size}");
        let (shorter, size) = fitted("Nano Banana Pro", 120.0);
        assert_eq!((shorter.as_str(), size.to_bits()), ("Nano B…", TEXT_SIZE_MIN.to_bits()));
    }

    #[test]
    fn what_has_no_room_at_all_is_left_out() {
        assert_eq!(fitted("Nano", 5.0).0, "");
        assert_eq!(fitted("", 5.0).0, "");
    }

    #[test]
    fn a_text_without_end_is_cut_before_it_is_measured() {
        assert!(fitted(&"i".repeat(100_000), 10_000.0).0.chars().count() <= LETTERS_MAX + 1);
    }
}
