//! From marks to PNG.

use domain::ports::ChartError;
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapMut, Rect, Stroke, Transform,
};

use crate::font::Fonts;
use crate::marks::{Align, Area, Mark, Style};
use crate::scale::whole;
use crate::sheet::{Picture, WIDTH};
use crate::theme::Colour;

/// The picture as a PNG.
///
/// # Errors
/// [`ChartError::Failed`] if the picture has no size or the encoder fails.
pub(crate) fn paint(picture: &Picture, fonts: &Fonts) -> Result<Vec<u8>, ChartError> {
    let failed = |detail: String| ChartError::Failed { detail };
    let mut pixmap = Pixmap::new(whole(WIDTH).into(), whole(picture.height).into())
        .ok_or_else(|| failed(format!("no room for {} pixels of height", picture.height)))?;
    for mark in &picture.marks {
        paint_mark(&mut pixmap.as_mut(), mark, fonts);
    }
    encode(&pixmap).map_err(|error| failed(error.to_string()))
}

fn encode(pixmap: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    // The ground covers all, so each pixel is opaque and premultiplied colours are the colours.
    writer.write_image_data(pixmap.data())?;
    writer.finish()?;
    Ok(bytes)
}

fn paint_mark(pixmap: &mut PixmapMut<'_>, mark: &Mark, fonts: &Fonts) {
    match mark {
        Mark::Fill { area, radii, colour } => {
            let path = if *radii == (0.0, 0.0) { rectangle(*area) } else { rounded(*area, *radii) };
            fill(pixmap, path, *colour);
        }
        Mark::Dot { centre: (x, y), radius, colour } => {
            fill(pixmap, PathBuilder::from_circle(*x, *y, *radius), *colour)
        }
        Mark::Line { points, width, colour } => {
            let stroke =
                Stroke { width: *width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
            if let Some(path) = polyline(points) {
                pixmap.stroke_path(&path, &paint_of(*colour), &stroke, Transform::identity(), None);
            }
        }
        Mark::Text { text, area, style } => {
            let start = text_start(fonts, text, *area, *style);
            fill(pixmap, fonts.outline(text, style.weight, style.size, start), style.colour);
        }
    }
}

/// Where the first letter begins: capitals stand in the middle of the area's height.
fn text_start(fonts: &Fonts, text: &str, area: Area, style: Style) -> (f32, f32) {
    let free = area.width - fonts.width(text, style.weight, style.size);
    let x = match style.align {
        Align::Left => area.x,
        Align::Centre => area.x + free / 2.0,
        Align::Right => area.x + free,
    };
    let capitals = fonts.capital_height(style.weight, style.size);
    (x, (area.y + f32::midpoint(area.height, capitals)).round())
}

fn fill(pixmap: &mut PixmapMut<'_>, path: Option<Path>, colour: Colour) {
    if let Some(path) = path {
        pixmap.fill_path(&path, &paint_of(colour), FillRule::Winding, Transform::identity(), None);
    }
}

fn paint_of(Colour(red, green, blue): Colour) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(Color::from_rgba8(red, green, blue, u8::MAX));
    paint
}

fn rectangle(area: Area) -> Option<Path> {
    Rect::from_xywh(area.x, area.y, area.width, area.height).map(PathBuilder::from_rect)
}

fn rounded(area: Area, (upper, lower): (f32, f32)) -> Option<Path> {
    let Area { x: left, y: top, .. } = area;
    let (right, bottom) = (area.right(), area.bottom());
    let mut path = PathBuilder::new();
    path.move_to(left + upper, top);
    path.line_to(right - upper, top);
    corner(&mut path, (right, top), (right, top + upper), upper);
    path.line_to(right, bottom - lower);
    corner(&mut path, (right, bottom), (right - lower, bottom), lower);
    path.line_to(left + lower, bottom);
    corner(&mut path, (left, bottom), (left, bottom - lower), lower);
    path.line_to(left, top + upper);
    corner(&mut path, (left, top), (left + upper, top), upper);
    path.close();
    path.finish()
}

/// A quarter of a circle around the inside of a corner, from where the path stands to `end`.
fn corner(path: &mut PathBuilder, (x, y): (f32, f32), (end_x, end_y): (f32, f32), radius: f32) {
    /// How far the handles of a cubic curve reach towards the corner to follow a circle.
    const HANDLE: f32 = 0.552_285;
    let Some(start) = path.last_point().filter(|_| radius > 0.0) else { return };
    let towards = |from: f32, to: f32| from + (to - from) * HANDLE;
    path.cubic_to(towards(start.x, x), towards(start.y, y), towards(end_x, x), towards(end_y, y), end_x, end_y);
}

fn polyline(points: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (at, (x, y)) in points.iter().enumerate() {
        if at == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    path.finish()
}
