//! Matroska and WebM: EBML elements, of which the headers before the first cluster are read.
//!
//! Own code, because the readers on offer load everything (seek tables, tags, attached files), recursively, and refuse a file for any of it.

use std::time::Duration;

use crate::inspect::{Found, Trouble};
use crate::source::Source;

/// Elements by their whole id.
mod id {
    pub(super) const HEADER: u32 = 0x1A45_DFA3;
    pub(super) const DOC_TYPE: u32 = 0x4282;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const INFO: u32 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
    pub(super) const DURATION: u32 = 0x4489;
    pub(super) const TRACKS: u32 = 0x1654_AE6B;
    pub(super) const TRACK: u32 = 0xAE;
    pub(super) const TRACK_TYPE: u32 = 0x83;
    pub(super) const VIDEO: u32 = 0xE0;
    pub(super) const PIXEL_WIDTH: u32 = 0xB0;
    pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
    pub(super) const DISPLAY_WIDTH: u32 = 0x54B0;
    pub(super) const DISPLAY_HEIGHT: u32 = 0x54BA;
    pub(super) const DISPLAY_UNIT: u32 = 0x54B2;
    pub(super) const PROJECTION: u32 = 0x7670;
    pub(super) const POSE_ROLL: u32 = 0x7675;
}

/// Track types.
const TYPE_VIDEO: u64 = 1;
const TYPE_AUDIO: u64 = 2;
/// Nanoseconds of a time unit, unless the file says otherwise.
const SCALE_DEFAULT: u64 = 1_000_000;

/// What the file is. Fails where it has no list of tracks.
pub(crate) fn read(source: &mut Source) -> Result<Found, Trouble> {
    source.restart();
    let len = source.len();
    let header = next(source, 0, len)?.filter(|header| header.id == id::HEADER).ok_or(Trouble::Unknown)?;
    let mut is_webm = None;
    each(source, header, |source, found| {
        if found.id == id::DOC_TYPE {
            let name = source.piece(found.start, found.end, 16)?;
            // Texts may be filled up with zeros.
            is_webm = match name.split(|byte| *byte == 0).next() {
                Some(b"webm") => Some(true),
                Some(b"matroska") => Some(false),
                _ => None,
            };
        }
        Ok(true)
    })?;
    let is_webm = is_webm.ok_or(Trouble::Unknown)?;
    let mut movie = Movie { scale: SCALE_DEFAULT, ..Movie::default() };
    let segment = next(source, header.end, len)?.filter(|segment| segment.id == id::SEGMENT);
    movie.read(source, segment.ok_or(Trouble::Damaged("no segment"))?)?;
    if let Some(video) = &movie.video {
        return Ok(Found::video(if is_webm { "video/webm" } else { "video/x-matroska" }, video.size(), movie.millis()));
    }
    if movie.has_audio {
        return Ok(Found::audio(if is_webm { "audio/webm" } else { "audio/x-matroska" }, movie.millis()));
    }
    Err(Trouble::Damaged("neither picture nor sound"))
}

#[derive(Debug, Default)]
struct Movie {
    /// Nanoseconds of a unit of `length`.
    scale: u64,
    length: Option<Duration>,
    video: Option<Video>,
    has_audio: bool,
    has_info: bool,
    has_tracks: bool,
}

#[derive(Clone, Debug, Default)]
struct Video {
    pixels: (u64, u64),
    display: (u64, u64),
    unit: u64,
    is_turned: bool,
}

impl Movie {
    fn read(&mut self, source: &mut Source, segment: Element) -> Result<(), Trouble> {
        let walked = each(source, segment, |source, found| {
            match found.id {
                id::INFO | id::TRACKS if !found.is_whole => return Err(Trouble::Damaged("a header is cut off")),
                id::INFO => {
                    self.read_info(source, found)?;
                    self.has_info = true;
                }
                id::TRACKS => {
                    self.read_tracks(source, found)?;
                    self.has_tracks = true;
                }
                _ => {}
            }
            Ok(!(self.has_info && self.has_tracks))
        });
        // Behind the tracks lies what nobody asked for: its damage is no news.
        if self.has_tracks { Ok(()) } else { walked.and(Err(Trouble::Damaged("no list of tracks"))) }
    }

    fn read_info(&mut self, source: &mut Source, info: Element) -> Result<(), Trouble> {
        each(source, info, |source, found| {
            match found.id {
                id::TIMESTAMP_SCALE => self.scale = unsigned(source, found)?.unwrap_or(SCALE_DEFAULT),
                id::DURATION => {
                    let units = float(source, found)?;
                    self.length = units.and_then(|units| Duration::try_from_secs_f64(units).ok());
                }
                _ => {}
            }
            Ok(true)
        })
    }

    fn read_tracks(&mut self, source: &mut Source, tracks: Element) -> Result<(), Trouble> {
        each(source, tracks, |source, found| {
            if found.id == id::TRACK {
                self.read_track(source, found)?;
            }
            Ok(true)
        })
    }

    fn read_track(&mut self, source: &mut Source, track: Element) -> Result<(), Trouble> {
        let (mut role, mut video) = (None, Video::default());
        each(source, track, |source, found| {
            match found.id {
                id::TRACK_TYPE => role = unsigned(source, found)?,
                id::VIDEO => video.read(source, found)?,
                _ => {}
            }
            Ok(true)
        })?;
        match role {
            Some(TYPE_VIDEO) if self.video.is_none() => self.video = Some(video),
            Some(TYPE_AUDIO) => self.has_audio = true,
            _ => {}
        }
        Ok(())
    }

    /// `length` counts units as if they were seconds, which keeps their fractions.
    fn millis(&self) -> Option<u64> {
        let nanos = self.length?.as_nanos().checked_mul(u128::from(self.scale))? / 1_000_000_000;
        u64::try_from(nanos / 1_000_000).ok()
    }
}

impl Video {
    fn read(&mut self, source: &mut Source, parent: Element) -> Result<(), Trouble> {
        each(source, parent, |source, found| {
            match found.id {
                id::PIXEL_WIDTH => self.pixels.0 = unsigned(source, found)?.unwrap_or(0),
                id::PIXEL_HEIGHT => self.pixels.1 = unsigned(source, found)?.unwrap_or(0),
                id::DISPLAY_WIDTH => self.display.0 = unsigned(source, found)?.unwrap_or(0),
                id::DISPLAY_HEIGHT => self.display.1 = unsigned(source, found)?.unwrap_or(0),
                id::DISPLAY_UNIT => self.unit = unsigned(source, found)?.unwrap_or(0),
                id::PROJECTION => each(source, found, |source, found| {
                    if found.id == id::POSE_ROLL {
                        self.is_turned = float(source, found)?.is_some_and(is_quarter_turn);
                    }
                    Ok(true)
                })?,
                _ => {}
            }
            Ok(true)
        })
    }

    /// The display size counts where it is one in pixels; it may be an aspect ratio or centimetres.
    fn size(&self) -> Option<(u32, u32)> {
        let (width, height) = self.display;
        let (width, height) = if self.unit == 0 && width > 0 && height > 0 { self.display } else { self.pixels };
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        Some(if self.is_turned { (height, width) } else { (width, height) })
    }
}

/// Degrees within half a degree of a quarter turn, either way.
fn is_quarter_turn(degrees: f64) -> bool {
    let degrees = degrees.abs();
    (89.5..=90.5).contains(&degrees) || (269.5..=270.5).contains(&degrees)
}

#[derive(Clone, Copy, Debug)]
struct Element {
    id: u32,
    start: u64,
    end: u64,
    /// A live stream's size is unknown: it reaches to the end of what holds it.
    is_open: bool,
    /// `false` if it claimed more than what holds it.
    is_whole: bool,
}

/// Calls `visit` with each element inside of `parent`, until it says `false` or what comes next can't be found.
fn each(
    source: &mut Source,
    parent: Element,
    mut visit: impl FnMut(&mut Source, Element) -> Result<bool, Trouble>,
) -> Result<(), Trouble> {
    let mut at = parent.start;
    while let Some(found) = next(source, at, parent.end)? {
        if !visit(source, found)? || found.is_open {
            break;
        }
        at = found.end;
    }
    Ok(())
}

/// The element at `at` inside of what ends at `end`, or `None` where that is used up. An element that claims more ends with it.
fn next(source: &mut Source, at: u64, end: u64) -> Result<Option<Element>, Trouble> {
    if at.saturating_add(2) > end {
        return Ok(None);
    }
    source.go(at);
    let (id, _) = number(source, 4, false)?;
    let (size, is_open) = number(source, 8, true)?;
    let start = source.at();
    let id = u32::try_from(id).map_err(|_| Trouble::Damaged("an element without a name"))?;
    let claimed = if is_open { end } else { start.saturating_add(size) };
    Ok(Some(Element { id, start, end: claimed.min(end).max(start), is_open, is_whole: claimed <= end }))
}

/// A number whose first byte tells its length by its leading zeros, at most `bytes_max` bytes; and if all its bits are ones.
/// A size loses the mark of its length, an id keeps it.
fn number(source: &mut Source, bytes_max: u32, is_size: bool) -> Result<(u64, bool), Trouble> {
    let [first] = source.array()?;
    let more = first.leading_zeros();
    if more >= bytes_max {
        return Err(Trouble::Damaged("a number that is too long"));
    }
    let mask = 0x7F_u8.checked_shr(more).unwrap_or(0);
    let mut value = u64::from(if is_size { first & mask } else { first });
    let mut is_all_ones = first & mask == mask;
    for _ in 0..more {
        let [byte] = source.array()?;
        is_all_ones &= byte == 0xFF;
        value = (value << 8) | u64::from(byte);
    }
    Ok((value, is_size && is_all_ones))
}

/// An unsigned number of at most eight bytes.
fn unsigned(source: &mut Source, element: Element) -> Result<Option<u64>, Trouble> {
    let bytes = source.piece(element.start, element.end, 9)?;
    let value = bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    Ok((bytes.len() <= 8).then_some(value))
}

/// A float of four or eight bytes.
fn float(source: &mut Source, element: Element) -> Result<Option<f64>, Trouble> {
    let bytes = source.piece(element.start, element.end, 9)?;
    Ok(match bytes.as_slice() {
        [a, b, c, d] => Some(f64::from(f32::from_be_bytes([*a, *b, *c, *d]))),
        bytes => bytes.try_into().ok().map(f64::from_be_bytes),
    })
}
