//! Pictures that show the prompt: a result that a person can recognise, made without any network.
//!
//! Must not know: KIE or Telegram. The same arguments give the same bytes. The letters are those of ISO 8859-5 (Latin and Cyrillic);
//! typographic quotes and dashes become plain ones, anything else a question mark.

use std::convert::Infallible;

use embedded_graphics::{
    Pixel,
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    mono_font::{MonoFont, MonoTextStyle, iso_8859_5::FONT_10X20},
    pixelcolor::BinaryColor,
    text::{Baseline, renderer::TextRenderer},
};
use sha2::{Digest, Sha256};

/// The one font; larger letters are whole multiples of it, which keeps them sharp.
const FONT: MonoFont<'static> = FONT_10X20;
/// Sides are kept within these bounds, in pixels: below nothing can be read, above drawing becomes slow.
const SIDE_MIN: u32 = 64;
const SIDE_MAX: u32 = 2048;
/// Free space at each edge, in pixels.
const MARGIN: u32 = 12;
/// Palette entries of the gradient; the last two entries are shadow and ink.
const SHADES: u32 = 254;
const SHADOW: u8 = 254;
const INK: u8 = 255;

/// A PNG of about `width` x `height` pixels (each side at least 64 and at most 2048): a colour gradient chosen by the prompt, the model's name on
/// top, the prompt in the middle in the largest letters that fit, cut with dots if none do.
pub fn picture(prompt: &str, model: &str, width: u32, height: u32) -> Vec<u8> {
    let mut canvas = Canvas::gradient(width.clamp(SIDE_MIN, SIDE_MAX), height.clamp(SIDE_MIN, SIDE_MAX));
    let header = cut(&printable(model), columns(canvas.width, 1));
    canvas.write(&header, MARGIN, MARGIN, 1);
    let top = MARGIN * 2 + FONT.character_size.height;
    let room = canvas.height.saturating_sub(top + MARGIN);
    let (lines, scale) = fitted(&printable(prompt), canvas.width, room);
    let block = line_height(scale) * u32::try_from(lines.len()).unwrap_or(0);
    let mut y = top + room.saturating_sub(block) / 2;
    for line in lines {
        canvas.write(&line, MARGIN, y, scale);
        y += line_height(scale);
    }
    canvas.encode(&palette(prompt))
}

/// Pixels as palette entries, row by row.
struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    fn gradient(width: u32, height: u32) -> Self {
        let rows = 0..height;
        let shade = |x: u32, y: u32| u8::try_from((x + y) * SHADES / (width + height)).unwrap_or(0);
        let pixels = rows.flat_map(|y| (0..width).map(move |x| shade(x, y))).collect();
        Self { width, height, pixels }
    }

    /// One line with its upper left corner at (x, y), with a shadow so that it stands out from any shade.
    fn write(&mut self, line: &str, x: u32, y: u32, scale: u32) {
        for (entry, offset) in [(SHADOW, scale), (INK, 0)] {
            let mut pen = Pen { canvas: self, x: x + offset, y: y + offset, scale, entry };
            let style = MonoTextStyle::new(&FONT, BinaryColor::On);
            let Ok(_end) = style.draw_string(line, Point::zero(), Baseline::Top, &mut pen);
        }
    }

    fn fill_block(&mut self, x: u32, y: u32, side: u32, entry: u8) {
        for row in y..(y + side).min(self.height) {
            for column in x..(x + side).min(self.width) {
                let at = usize::try_from(row * self.width + column).unwrap_or(usize::MAX);
                if let Some(pixel) = self.pixels.get_mut(at) {
                    *pixel = entry;
                }
            }
        }
    }

    fn encode(&self, palette: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().expect("sides are not zero, and the palette has 256 entries");
        writer.write_image_data(&self.pixels).expect("there are exactly width x height pixels");
        writer.finish().expect("memory takes every byte");
        bytes
    }
}

/// Draws letters onto a canvas, each of their pixels as a square.
struct Pen<'a> {
    canvas: &'a mut Canvas,
    x: u32,
    y: u32,
    scale: u32,
    entry: u8,
}

impl OriginDimensions for Pen<'_> {
    fn size(&self) -> Size {
        Size::new(self.canvas.width, self.canvas.height)
    }
}

impl DrawTarget for Pen<'_> {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Self::Error>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(point, colour) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(point.x), u32::try_from(point.y)) else { continue };
            if colour.is_on() {
                self.canvas.fill_block(self.x + x * self.scale, self.y + y * self.scale, self.scale, self.entry);
            }
        }
        Ok(())
    }
}

/// 256 colours: from one corner's colour to the other's, both dark enough for white letters, then shadow and ink.
fn palette(prompt: &str) -> Vec<u8> {
    let hash = Sha256::digest(prompt.as_bytes());
    let channel = |at: usize| 30 + u32::from(hash[at]) * 130 / 255;
    let mut palette = Vec::with_capacity(768);
    for shade in 0..SHADES {
        for at in 0..3 {
            let mixed = (channel(at) * (SHADES - shade) + channel(at + 3) * shade) / SHADES;
            palette.push(u8::try_from(mixed).unwrap_or(u8::MAX));
        }
    }
    palette.extend_from_slice(&[10, 10, 14]);
    palette.extend_from_slice(&[255, 255, 255]);
    palette
}

/// The text as lines in the largest of four sizes that fits.
fn fitted(text: &str, width: u32, room: u32) -> (Vec<String>, u32) {
    for scale in (2..=4).rev() {
        let longest_word = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
        let lines = wrapped(text, columns(width, scale));
        let rows = usize::try_from(room / line_height(scale)).unwrap_or(0);
        if lines.len() <= rows && longest_word <= columns(width, scale) {
            return (lines, scale);
        }
    }
    let mut lines = wrapped(text, columns(width, 1));
    let rows = usize::try_from(room / line_height(1)).unwrap_or(0).max(1);
    if lines.len() > rows {
        lines.truncate(rows);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last}..."), columns(width, 1));
            let kept = last.chars().count().saturating_sub(3);
            *last = last.chars().take(kept).chain("...".chars()).collect();
        }
    }
    (lines, 1)
}

fn columns(width: u32, scale: u32) -> usize {
    usize::try_from(width.saturating_sub(MARGIN * 2) / (FONT.character_size.width * scale)).unwrap_or(1).max(1)
}

const fn line_height(scale: u32) -> u32 {
    FONT.character_size.height * scale
}

/// Breaks at spaces, and inside words that are longer than a line.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for (at, piece) in letters.chunks(columns).enumerate() {
            let gap = usize::from(used > 0 && at == 0);
            if used > 0 && used + gap + piece.len() > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 && at == 0 {
                line.push(' ');
                used += 1;
            }
            line.extend(piece);
            used += piece.len();
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn cut(text: &str, columns: usize) -> String {
    text.chars().take(columns).collect()
}

/// Only letters that the font has.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '«' | '»' | '“' | '”' | '„' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '–' | '—' | '−' => out.push('-'),
            '…' => out.push_str("..."),
            letter if letter.is_whitespace() => out.push(' '),
            ' '..='~' | 'Ё'..='Ќ' | 'Ў'..='я' | 'ё'..='ќ' | 'ў' | 'џ' | '№' => out.push(letter),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        let info = reader.next_frame(&mut pixels).expect("one frame");
        (info.width, info.height, pixels)
    }

    #[test]
    fn the_picture_has_its_size_and_shows_the_prompt() {
        let (width, height, with) = decoded(&picture("Кот in a hat", "z-image", 853, 480));
        assert_eq!((width, height), (853, 480));
        let (_, _, without) = decoded(&picture("", "z-image", 853, 480));
        let white = |pixels: &[u8]| pixels.chunks(3).filter(|rgb| *rgb == [255, 255, 255]).count();
        assert!(
            white(&with) > white(&without) + 500,
            "the prompt adds white letters: {} {}",
            white(&with),
            white(&without)
        );
    }

    #[test]
    fn equal_prompts_give_equal_bytes_and_others_other_colours() {
        assert_eq!(picture("a", "m", 100, 100), picture("a", "m", 100, 100));
        assert_ne!(picture("a", "m", 100, 100), picture("b", "m", 100, 100));
    }

    #[test]
    fn extreme_sizes_and_texts_do_not_break_it() {
        for (width, height) in [(0, 0), (64, 4000), (4000, 64), (1, 300)] {
            let (w, h, _) = decoded(&picture(&"слово ".repeat(3000), &"model".repeat(100), width, height));
            assert_eq!((w, h), (width.clamp(SIDE_MIN, SIDE_MAX), height.clamp(SIDE_MIN, SIDE_MAX)));
        }
        decoded(&picture("🙂🙂 \n\t «ёж» — \u{0}", "", 300, 300));
    }

    #[test]
    fn words_are_wrapped_and_long_ones_broken() {
        assert_eq!(wrapped("ab cd efghijk l", 5), ["ab cd", "efghi", "jk l"]);
        assert_eq!(wrapped("  ", 5), Vec::<String>::new());
        assert_eq!(printable("«Ёж» — 5…"), "\"Ёж\" - 5...");
    }
}
