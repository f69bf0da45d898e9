//! Sound whose length takes more than a header field to find: `lofty` reads it, tags and cover pictures are passed over.

use lofty::config::{ParseOptions, ParsingMode};
use lofty::file::{AudioFile, FileType};
use lofty::probe::Probe;

use crate::inspect::{Found, Trouble};
use crate::source::Source;

/// MP3 or MP2. Without a Xing or VBRI header the length is exact for a constant bitrate only.
pub(crate) fn mpeg(source: &mut Source) -> Result<Found, Trouble> {
    read(source, FileType::Mpeg, "audio/mpeg")
}

/// FLAC in its own container.
pub(crate) fn flac(source: &mut Source) -> Result<Found, Trouble> {
    read(source, FileType::Flac, "audio/flac")
}

/// Vorbis in Ogg.
pub(crate) fn vorbis(source: &mut Source) -> Result<Found, Trouble> {
    read(source, FileType::Vorbis, "audio/ogg")
}

/// Opus in Ogg, as voice messages are.
pub(crate) fn opus(source: &mut Source) -> Result<Found, Trouble> {
    read(source, FileType::Opus, "audio/ogg")
}

/// Speex in Ogg.
pub(crate) fn speex(source: &mut Source) -> Result<Found, Trouble> {
    read(source, FileType::Speex, "audio/ogg")
}

fn read(source: &mut Source, kind: FileType, mime: &'static str) -> Result<Found, Trouble> {
    source.restart();
    let options = ParseOptions::new().read_tags(false).read_cover_art(false).parsing_mode(ParsingMode::Relaxed);
    let file = Probe::with_file_type(source, kind).options(options).read();
    let length = file.map_err(|_| Trouble::Damaged("no sound could be followed"))?.properties().duration();
    Ok(Found::audio(mime, u64::try_from(length.as_millis()).ok()))
}
