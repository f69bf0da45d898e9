//! From a path to facts: opens the file, asks `kind`, lets one parser read, and judges what came out.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use domain::models::{Media, MediaFacts};
use domain::ports::ProbeError;

use crate::kind::{self, Kind};
use crate::source::Source;
use crate::{adts, image, iso, matroska, riff, sound};

/// Longest length that is believed, in milliseconds: 30 days. What goes beyond is a counter that was never filled in.
const MILLIS_MAX: u64 = 30 * 24 * 3_600 * 1_000;

/// What a parser saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) media: Media,
    pub(crate) mime: &'static str,
    /// Width and height as shown, in pixels.
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) millis: Option<u64>,
}

impl Found {
    /// A picture.
    pub(crate) const fn image(mime: &'static str, size: (u32, u32)) -> Self {
        Self { media: Media::Image, mime, size: Some(size), millis: None }
    }

    /// A sound.
    pub(crate) const fn audio(mime: &'static str, millis: Option<u64>) -> Self {
        Self { media: Media::Audio, mime, size: None, millis }
    }

    /// A video.
    pub(crate) const fn video(mime: &'static str, size: Option<(u32, u32)>, millis: Option<u64>) -> Self {
        Self { media: Media::Video, mime, size, millis }
    }
}

/// Why a parser gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The container is known, what it holds is not.
    Unknown,
    /// What was seen, in fixed words: nothing of the file gets into an error.
    Damaged(&'static str),
}

/// A parser that reads on and can't.
impl From<io::Error> for Trouble {
    fn from(_: io::Error) -> Self {
        Self::Damaged("it ends too early or is too long to follow")
    }
}

/// What the file at `path` is. Blocks.
pub(crate) fn file(path: &Path) -> Result<MediaFacts, ProbeError> {
    let mut source = open(path).map_err(|error| ProbeError::Disk { detail: error.to_string() })?;
    // A library may meet a file that its author did not think of. Nothing of ours is shared with it but the source, which is dropped.
    let found = catch_unwind(AssertUnwindSafe(|| found(&mut source)))
        .unwrap_or(Err(Trouble::Damaged("its reader could not make sense of it")));
    if let Some(detail) = source.fault() {
        return Err(ProbeError::Disk { detail });
    }
    let found = found.and_then(judged).map_err(|trouble| match trouble {
        Trouble::Unknown => ProbeError::UnknownKind,
        Trouble::Damaged(detail) => ProbeError::Damaged { detail: detail.to_owned() },
    })?;
    Ok(MediaFacts {
        media: found.media,
        bytes: Some(source.len()),
        mime: Some(found.mime.to_owned()),
        width: found.size.map(|(width, _)| width),
        height: found.size.map(|(_, height)| height),
        millis: found.millis,
    })
}

fn open(path: &Path) -> io::Result<Source> {
    // Asked before opening, because opening a pipe waits for its writer.
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    Ok(Source::new(File::open(path)?, about.len()))
}

fn found(source: &mut Source) -> Result<Found, Trouble> {
    let head = source.piece(0, source.len(), kind::HEAD)?;
    source.restart();
    match kind::of(&head).ok_or(Trouble::Unknown)? {
        Kind::Jpeg => image::with_exif(source, "image/jpeg"),
        Kind::Png => image::with_exif(source, "image/png"),
        Kind::Webp => image::with_exif(source, "image/webp"),
        Kind::Tiff => image::with_exif(source, "image/tiff"),
        Kind::Gif => image::plain(source, "image/gif"),
        Kind::Bmp => image::bitmap(&head),
        Kind::Iso => iso::read(source),
        Kind::Matroska => matroska::read(source),
        Kind::Wav => riff::wav(source),
        Kind::Avi => riff::avi(source),
        Kind::Vorbis => sound::vorbis(source),
        Kind::Opus => sound::opus(source),
        Kind::Speex => sound::speex(source),
        Kind::Flac => sound::flac(source),
        Kind::Mpeg => sound::mpeg(source),
        Kind::Adts => adts::read(source, 0),
        Kind::Tagged(bytes) => behind_tag(source, bytes),
        Kind::Pdf => Ok(Found { media: Media::Document, mime: "application/pdf", size: None, millis: None }),
    }
}

/// Sound whose first bytes are an ID3 tag: an MP3, if nothing tells otherwise.
fn behind_tag(source: &mut Source, tag: u64) -> Result<Found, Trouble> {
    let head = source.piece(tag, source.len(), kind::HEAD)?;
    source.restart();
    match kind::of(&head) {
        Some(Kind::Adts) => adts::read(source, tag),
        Some(Kind::Flac) => sound::flac(source),
        _ => sound::mpeg(source),
    }
}

/// A picture without pixels is damaged; a length of nothing, or of years, was not told.
fn judged(mut found: Found) -> Result<Found, Trouble> {
    let is_empty = found.size.is_some_and(|(width, height)| width == 0 || height == 0);
    if is_empty && found.media == Media::Image {
        return Err(Trouble::Damaged("a side of 0 pixels"));
    }
    if is_empty {
        found.size = None;
    }
    found.millis = found.millis.filter(|millis| (1..=MILLIS_MAX).contains(millis));
    Ok(found)
}
