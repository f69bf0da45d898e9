//! Letters: how wide a text is, and its outline. The fonts are in the binary; none is looked for on the machine.

use tiny_skia::{Path, PathBuilder};
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

const MEDIUM: &[u8] = include_bytes!("../fonts/Inter-Medium.otf");
const BOLD: &[u8] = include_bytes!("../fonts/Inter-Bold.otf");

/// How strong a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Medium,
    Bold,
}

/// The fonts of all pictures.
pub(crate) struct Fonts {
    medium: Face<'static>,
    bold: Face<'static>,
}

impl Fonts {
    pub(crate) fn bundled() -> Self {
        let face = |bytes| Face::parse(bytes, 0).expect("the fonts of this crate are whole, each test reads them");
        Self { medium: face(MEDIUM), bold: face(BOLD) }
    }

    /// How wide `text` is at `size` pixels to the em.
    pub(crate) fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let run = Run::of(self.face(weight), text);
        run.advance * run.scale(size)
    }

    /// How far capitals and figures reach above the baseline at `size` pixels to the em.
    pub(crate) fn capital_height(&self, weight: Weight, size: f32) -> f32 {
        let face = self.face(weight);
        f32::from(face.capital_height().unwrap_or_else(|| face.ascender())) * size / f32::from(face.units_per_em())
    }

    /// The outline of `text` that begins at `x` and stands on `baseline`; nothing if no letter of it leaves ink.
    pub(crate) fn outline(&self, text: &str, weight: Weight, size: f32, (x, baseline): (f32, f32)) -> Option<Path> {
        let run = Run::of(self.face(weight), text);
        let scale = run.scale(size);
        let mut tracer = Tracer { path: PathBuilder::new(), scale, x, baseline };
        for (glyph, offset) in &run.glyphs {
            tracer.x = x + offset * scale;
            run.face.outline_glyph(*glyph, &mut tracer);
        }
        tracer.path.finish()
    }

    fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Medium => &self.medium,
            Weight::Bold => &self.bold,
        }
    }
}

/// Letters in a row, in the font's units.
struct Run<'a> {
    face: &'a Face<'static>,
    /// Each with the place where it begins.
    glyphs: Vec<(GlyphId, f32)>,
    advance: f32,
}

impl<'a> Run<'a> {
    /// A sign that the font does not have (an emoji in a name) is left out.
    fn of(face: &'a Face<'static>, text: &str) -> Self {
        let mut glyphs: Vec<(GlyphId, f32)> = Vec::new();
        let mut advance = 0.0;
        for glyph in text.chars().filter_map(|letter| face.glyph_index(letter)) {
            if let Some((before, _)) = glyphs.last() {
                advance += f32::from(kerning(face, *before, glyph));
            }
            glyphs.push((glyph, advance));
            advance += f32::from(face.glyph_hor_advance(glyph).unwrap_or(0));
        }
        Self { face, glyphs, advance }
    }

    fn scale(&self, size: f32) -> f32 {
        size / f32::from(self.face.units_per_em())
    }
}

/// What is added between two letters. The fonts are cut down to the one lookup that kerns, so all lookups are asked.
fn kerning(face: &Face<'_>, left: GlyphId, right: GlyphId) -> i16 {
    let Some(positions) = face.tables().gpos else { return 0 };
    let subtables =
        positions.lookups.into_iter().flat_map(|lookup| lookup.subtables.into_iter::<PositioningSubtable<'_>>());
    let pairs = subtables.filter_map(|subtable| match subtable {
        PositioningSubtable::Pair(pair) => Some(pair),
        _ => None,
    });
    let mut found = pairs.filter_map(|pair| {
        let at = pair.coverage().get(left)?;
        let (first, _) = match pair {
            PairAdjustment::Format1 { sets, .. } => sets.get(at)?.get(right)?,
            PairAdjustment::Format2 { classes, matrix, .. } => {
                matrix.get((classes.0.get(left), classes.1.get(right)))?
            }
        };
        Some(first.x_advance)
    });
    // The first subtable that knows the pair decides.
    found.next().unwrap_or(0)
}

/// Turns the font's curves, whose y grows upwards, into a path of the picture.
struct Tracer {
    path: PathBuilder,
    scale: f32,
    x: f32,
    baseline: f32,
}

impl Tracer {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.baseline - y * self.scale)
    }
}

impl OutlineBuilder for Tracer {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.place(x1, y1), self.place(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_every_letter_and_sign_that_figures_need() {
        let mut letters: String = ('!'..='~').chain('А'..='я').collect();
        letters.push_str(" ёЁіїєґ₽€№«»–—…·−×%‰≈≤≥→ \u{a0}\u{2009}\u{202f}");
        let fonts = Fonts::bundled();
        for face in [&fonts.medium, &fonts.bold] {
            for letter in letters.chars() {
                assert!(face.glyph_index(letter).is_some(), "{letter:?}");
            }
        }
    }

    #[test]
    fn pairs_are_kerned_in_both_alphabets() {
        let fonts = Fonts::bundled();
        for weight in [Weight::Medium, Weight::Bold] {
            for pair in ["AV", "To", "ГА", "То"] {
                let apart: f32 = pair.chars().map(|letter| fonts.width(&letter.to_string(), weight, 100.0)).sum();
                let together = fonts.width(pair, weight, 100.0);
                assert!(together < apart, "{pair}: {together}, {apart}");
            }
        }
    }

    #[test]
    fn a_sign_that_the_font_lacks_takes_no_room() {
        let fonts = Fonts::bundled();
        let width = |text| fonts.width(text, Weight::Bold, 32.0);
        assert_eq!(width("🍌ab🎉").to_bits(), width("ab").to_bits());
        assert!(fonts.outline("🍌 ", Weight::Bold, 32.0, (0.0, 0.0)).is_none());
    }

    #[test]
    fn an_outline_stands_where_it_is_put_and_is_as_wide_as_it_was_measured() {
        let fonts = Fonts::bundled();
        for text in ["Выручка", "1 240 ₽", "Hxqg"] {
            let bounds = fonts.outline(text, Weight::Medium, 40.0, (100.0, 200.0)).unwrap().bounds();
            let width = fonts.width(text, Weight::Medium, 40.0);
            assert!(bounds.left() >= 98.0 && bounds.right() <= 102.0 + width, "{text}: {bounds:?}, {width}");
            assert!(bounds.width() > width * 0.85, "{text}: {bounds:?}, {width}");
            let capitals = fonts.capital_height(Weight::Medium, 40.0);
            assert!(bounds.top() < 200.0 - capitals * 0.9 && bounds.bottom() >= 199.0, "{text}: {bounds:?}");
        }
    }
}
