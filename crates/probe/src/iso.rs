//! Files of boxes: MP4, QuickTime, 3GP, M4A; HEIF and AVIF pictures go on to `image`.
//!
//! Only the boxes on the way to a handful of fields are entered, so what some writer adds elsewhere cannot spoil the reading, and tables of
//! samples are never loaded.

use crate::fragments;
use crate::image;
use crate::inspect::{Found, Trouble};
use crate::source::{Source, be16, be32, be64};

/// Brands that a `ftyp` box may list; honest files list fewer than ten.
const BRANDS_MAX: u64 = 32;
/// Tracks that are looked at: honest files have fewer than ten, and each is kept in memory.
const TRACKS_MAX: usize = 64;

/// What the file is: its major brand decides, and where that is a general one, the others help.
pub(crate) fn read(source: &mut Source) -> Result<Found, Trouble> {
    source.restart();
    let brands = brands(source)?;
    match family(&brands) {
        Family::Picture(mime) => image::plain(source, mime),
        Family::Stranger => Err(Trouble::Unknown),
        Family::Movie { video, audio, has_pictures } => {
            source.restart();
            let movie = Movie::read(source)?;
            let shown = movie.tracks.iter().find(|track| has_pictures && track.role == Role::Video);
            let heard = movie.tracks.iter().find(|track| track.role == Role::Audio);
            let millis = movie.millis(source, shown.or(heard))?;
            match (shown, heard) {
                (Some(track), _) => Ok(Found::video(video, movie.size(track), millis)),
                (None, Some(_)) => Ok(Found::audio(audio, millis)),
                (None, None) => Err(Trouble::Damaged("neither picture nor sound")),
            }
        }
    }
}

enum Family {
    Picture(&'static str),
    /// With the MIME type of a file with video and of one without. In M4A a video track is the cover.
    Movie {
        video: &'static str,
        audio: &'static str,
        has_pictures: bool,
    },
    Stranger,
}

fn family(brands: &[[u8; 4]]) -> Family {
    const MP4: Family = Family::Movie { video: "video/mp4", audio: "audio/mp4", has_pictures: true };
    let lists = |known: &[&[u8; 4]]| brands.iter().any(|brand| known.contains(&brand));
    // The oldest QuickTime files have no brands at all.
    let Some(major) = brands.first() else {
        return Family::Movie { video: "video/quicktime", audio: "audio/mp4", has_pictures: true };
    };
    match major {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Family::Picture("image/heic"),
        b"avif" | b"avis" => Family::Picture("image/avif"),
        b"mif1" | b"mif2" | b"msf1" | b"miaf" if lists(&[b"avif", b"avis"]) => Family::Picture("image/avif"),
        b"mif1" | b"mif2" | b"msf1" | b"miaf" if lists(&[b"heic", b"heix", b"hevc", b"hevx"]) => {
            Family::Picture("image/heic")
        }
        b"mif1" | b"mif2" | b"msf1" | b"miaf" => Family::Picture("image/heif"),
        // A camera's raw picture, JPEG XL, JPEG 2000.
        b"crx " | b"jxl " | b"jp2 " | b"jpx " => Family::Stranger,
        b"qt  " => Family::Movie { video: "video/quicktime", audio: "audio/mp4", has_pictures: true },
        b"M4A " | b"M4B " | b"M4P " => Family::Movie { video: "video/mp4", audio: "audio/mp4", has_pictures: false },
        // Phones' MP4 files often name a 3GP brand first and the general ones behind it.
        [b'3', b'g', ..] if !lists(&[b"isom", b"iso2", b"mp41", b"mp42"]) => {
            Family::Movie { video: "video/3gpp", audio: "audio/3gpp", has_pictures: true }
        }
        _ => MP4,
    }
}

/// The major brand and those behind it; none without a `ftyp` box.
fn brands(source: &mut Source) -> Result<Vec<[u8; 4]>, Trouble> {
    let len = source.len();
    let Some(first) = next(source, 0, len)?.filter(|first| &first.name == b"ftyp") else { return Ok(Vec::new()) };
    let bytes = source.piece(first.start, first.end, 4 * BRANDS_MAX)?;
    // The second four bytes are the major brand's version.
    let brands = bytes.chunks_exact(4).enumerate().filter(|(index, _)| *index != 1);
    Ok(brands.filter_map(|(_, brand)| brand.first_chunk().copied()).collect())
}

/// A box: its name and where its content lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boxed {
    pub(crate) name: [u8; 4],
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// `false` if it claimed more than what holds it.
    pub(crate) is_whole: bool,
}

/// The box at `at` inside of what ends at `end`, or `None` where that is used up. A box that claims more ends with it.
pub(crate) fn next(source: &mut Source, at: u64, end: u64) -> Result<Option<Boxed>, Trouble> {
    const SHORT: Trouble = Trouble::Damaged("a box shorter than its own header");
    if at.saturating_add(8) > end {
        return Ok(None);
    }
    source.go(at);
    let size = u64::from(u32::from_be_bytes(source.array()?));
    let name = source.array()?;
    let size = match size {
        0 => end - at,
        1 => u64::from_be_bytes(source.array()?),
        size => size,
    };
    let start = source.at();
    let claimed = at.checked_add(size).filter(|claimed| *claimed >= start).ok_or(SHORT)?;
    Ok(Some(Boxed { name, start, end: claimed.min(end), is_whole: claimed <= end }))
}

/// Calls `visit` with each box between `at` and `end`, in order.
pub(crate) fn each(
    source: &mut Source,
    mut at: u64,
    end: u64,
    mut visit: impl FnMut(&mut Source, Boxed) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    while let Some(found) = next(source, at, end)? {
        visit(source, found)?;
        at = found.end;
    }
    Ok(())
}

/// What a file's `moov` box tells.
#[derive(Debug, Default)]
struct Movie {
    time: Time,
    is_turned: bool,
    tracks: Vec<Track>,
    /// Whole length of the fragments, in the movie's time.
    fragments: u64,
    /// Length of a sample by track, for fragments that do not tell their own.
    defaults: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    Video,
    Audio,
    #[default]
    Other,
}

#[derive(Debug, Default)]
struct Track {
    id: u32,
    role: Role,
    time: Time,
    is_turned: bool,
    /// As the track's header wants it shown.
    shown: Option<(u32, u32)>,
    /// As the pictures are stored.
    stored: Option<(u32, u32)>,
}

/// A length in units of a second's part; 0 units where it was not told.
#[derive(Clone, Copy, Debug, Default)]
struct Time {
    units: u64,
    per_second: u32,
}

impl Time {
    fn millis(self) -> Option<u64> {
        let millis = (u128::from(self.units) * 1_000).checked_div(u128::from(self.per_second))?;
        u64::try_from(millis).ok().filter(|millis| *millis > 0)
    }
}

impl Movie {
    fn read(source: &mut Source) -> Result<Self, Trouble> {
        let (mut at, len) = (0, source.len());
        // The index may stand behind all the pictures.
        let index = loop {
            let found = next(source, at, len)?.ok_or(Trouble::Damaged("no index of the movie"))?;
            if &found.name == b"moov" {
                break found;
            }
            at = found.end;
        };
        if !index.is_whole {
            return Err(Trouble::Damaged("the index of the movie is cut off"));
        }
        let mut movie = Self::default();
        each(source, index.start, index.end, |source, found| {
            match &found.name {
                b"mvhd" => {
                    let fields = source.piece(found.start, found.end, 96)?;
                    movie.time = time(&fields);
                    movie.is_turned = is_quarter_turn(&fields, if is_long(&fields) { 48 } else { 36 });
                }
                b"trak" if movie.tracks.len() < TRACKS_MAX => movie.tracks.push(Track::read(source, found)?),
                b"mvex" => movie.read_extension(source, found)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(movie)
    }

    fn read_extension(&mut self, source: &mut Source, extension: Boxed) -> Result<(), Trouble> {
        each(source, extension.start, extension.end, |source, found| {
            let fields = source.piece(found.start, found.end, 16)?;
            match &found.name {
                b"mehd" if is_long(&fields) => self.fragments = be64(&fields, 4).unwrap_or(0),
                b"mehd" => self.fragments = be32(&fields, 4).map_or(0, u64::from),
                b"trex" if self.defaults.len() < TRACKS_MAX => {
                    self.defaults.extend(be32(&fields, 4).zip(be32(&fields, 12)))
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// The movie's own word first; else its fragments'; else the longest track's.
    fn millis(&self, source: &mut Source, track: Option<&Track>) -> Result<Option<u64>, Trouble> {
        let told = self.time.millis().or(Time { units: self.fragments, ..self.time }.millis());
        if told.is_some() {
            return Ok(told);
        }
        if let Some(track) = track {
            let default = self.defaults.iter().find(|(id, _)| *id == track.id).map_or(0, |(_, units)| *units);
            let units = fragments::length(source, track.id, default)?;
            if units > 0 {
                return Ok(Time { units, ..track.time }.millis());
            }
        }
        Ok(self.tracks.iter().filter_map(|track| track.time.millis()).max())
    }

    fn size(&self, track: &Track) -> Option<(u32, u32)> {
        let (width, height) = track.shown.or(track.stored)?;
        let is_on_its_side = self.is_turned != track.is_turned;
        Some(if is_on_its_side { (height, width) } else { (width, height) })
    }
}

impl Track {
    fn read(source: &mut Source, parent: Boxed) -> Result<Self, Trouble> {
        let mut track = Self::default();
        track.read_into(source, parent)?;
        Ok(track)
    }

    /// The fields lie at different depths, under names that occur once: `trak` > `mdia` > `minf` > `stbl`, and no deeper.
    fn read_into(&mut self, source: &mut Source, parent: Boxed) -> Result<(), Trouble> {
        each(source, parent.start, parent.end, |source, found| {
            let is_way = match &parent.name {
                b"trak" => &found.name == b"mdia",
                b"mdia" => &found.name == b"minf",
                b"minf" => &found.name == b"stbl",
                _ => false,
            };
            if is_way {
                return self.read_into(source, found);
            }
            match (&parent.name, &found.name) {
                (b"trak", b"tkhd") => self.take_header(&source.piece(found.start, found.end, 96)?),
                (b"mdia", b"mdhd") => self.time = time(&source.piece(found.start, found.end, 32)?),
                (b"mdia", b"hdlr") => self.take_handler(&source.piece(found.start, found.end, 12)?),
                (b"stbl", b"stsd") => self.stored = stored_size(&source.piece(found.start, found.end, 44)?),
                _ => {}
            }
            Ok(())
        })
    }

    fn take_header(&mut self, fields: &[u8]) {
        let (id, matrix) = if is_long(fields) { (20, 52) } else { (12, 40) };
        self.id = be32(fields, id).unwrap_or(0);
        self.is_turned = is_quarter_turn(fields, matrix);
        // 16 bits before the point and 16 behind it.
        let side = |at| be32(fields, at).map(|fixed| fixed.saturating_add(0x8000) >> 16).filter(|side| *side > 0);
        self.shown = side(matrix + 36).zip(side(matrix + 40));
    }

    fn take_handler(&mut self, fields: &[u8]) {
        self.role = match fields.get(8..12) {
            Some(b"vide") => Role::Video,
            Some(b"soun") => Role::Audio,
            _ => Role::Other,
        };
    }
}

/// Version 1 of a header has its times in eight bytes.
fn is_long(fields: &[u8]) -> bool {
    fields.first() == Some(&1)
}

/// `mvhd` and `mdhd` begin alike. A length of all ones means "unknown".
fn time(fields: &[u8]) -> Time {
    let (per_second, units) = if is_long(fields) {
        (be32(fields, 20), be64(fields, 24).filter(|units| *units != u64::MAX))
    } else {
        (be32(fields, 12), be32(fields, 16).filter(|units| *units != u32::MAX).map(u64::from))
    };
    Time { units: units.unwrap_or(0), per_second: per_second.unwrap_or(0) }
}

/// If the matrix at `at` swaps width and height: its diagonal is empty. Nine numbers, row by row; a, b, c and d are the 1st, 2nd, 4th and 5th.
fn is_quarter_turn(fields: &[u8], at: usize) -> bool {
    let number = |index: usize| be32(fields, at + 4 * index);
    let (a, b, c, d) = (number(0), number(1), number(3), number(4));
    a == Some(0) && d == Some(0) && b.is_some_and(|b| b != 0) && c.is_some_and(|c| c != 0)
}

/// Width and height in the first description of the samples, if they are pictures: garbage for sounds, which never ask.
fn stored_size(fields: &[u8]) -> Option<(u32, u32)> {
    be16(fields, 40).zip(be16(fields, 42)).map(|(width, height)| (u32::from(width), u32::from(height)))
}
