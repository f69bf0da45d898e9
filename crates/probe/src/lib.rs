//! What a file is, from its own header, behind [`domain::ports::Prober`]: picture, video, sound or document, its MIME type, width and height
//! as shown, length.
//!
//! ```no_run
//! use domain::ports::Prober;
//! # async fn example() -> Result<(), domain::ports::ProbeError> {
//! let facts = probe::HeaderProber.probe(std::path::Path::new("/tmp/upload")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It must not know: where a file came from, its name, which model takes it, prices.
//!
//! | format | MIME type | width, height | length |
//! |---|---|---|---|
//! | JPEG, PNG, WebP | `image/jpeg`, `image/png`, `image/webp` | as the EXIF orientation turns it | |
//! | GIF, still or moving | `image/gif` | yes | |
//! | BMP | `image/bmp` | yes | |
//! | TIFF | `image/tiff` | as its orientation turns it, up to [`READ_BYTES_MAX`] | |
//! | HEIC, other HEIF, AVIF | `image/heic`, `image/heif`, `image/avif` | as the `irot` property turns it | |
//! | MP4, QuickTime, 3GP | `video/mp4`, `video/quicktime`, `video/3gpp` | as the track's matrix turns it | of the movie or its fragments |
//! | the same without video, M4A, M4B | `audio/mp4` (`audio/3gpp`) | | the same |
//! | Matroska, WebM | `video/x-matroska`, `video/webm` | display size, turned by the projection's roll | if its header says so |
//! | the same without video | `audio/x-matroska`, `audio/webm` | | the same |
//! | AVI | `video/x-msvideo` | yes | frames by frame time |
//! | MP3 and MP2 | `audio/mpeg` | | Xing or VBRI header, else first and last frame's rate |
//! | AAC in ADTS frames | `audio/aac` | | by counting frames |
//! | WAV | `audio/wav` | | data by byte rate |
//! | Ogg with Vorbis, Opus (voice messages) or Speex | `audio/ogg` | | of the last page |
//! | FLAC | `audio/flac` | | if its header says so |
//! | PDF | `application/pdf` | | |
//!
//! Anything else is `ProbeError::UnknownKind`. A figure that the format does not tell is `None`.
//!
//! Invariants:
//! - One name per format; other names of the same format are the catalog's to compare.
//! - At most [`READ_BYTES_MAX`] bytes are fetched per pass over a file, and memory stays below that: whatever a header claims.
//! - No input ends the process: own code reads by checked offsets, without recursion; a panic of a library becomes `Damaged`.
//! - A header is believed. A file whose header tells one thing and whose content another gets what the header tells.
//!
//! Code map: `kind` (which format, from the first bytes), `inspect` (from kind to facts, the catch), `source` (the bounded reader), and one
//! module per family: `image`, `iso` + `fragments`, `matroska`, `riff`, `sound`, `adts`.
//!
//! To add a format: its first bytes in `kind`, its arm in `inspect`, its row above; a fixture and a row in the tables of `tests/it`.

mod adts;
mod fragments;
mod image;
mod inspect;
mod iso;
mod kind;
mod matroska;
mod riff;
mod sound;
mod source;

use std::path::Path;

use async_trait::async_trait;
use domain::models::MediaFacts;
use domain::ports::{ProbeError, Prober};

pub use source::READ_BYTES_MAX;

/// Reads headers, on tokio's threads for blocking work.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeaderProber;

#[async_trait]
impl Prober for HeaderProber {
    async fn probe(&self, path: &Path) -> Result<MediaFacts, ProbeError> {
        let path = path.to_owned();
        // Panics are caught inside, so a lost task means that the runtime is going down.
        let lost = |_| Err(ProbeError::Disk { detail: "reading was stopped half-way".to_owned() });
        tokio::task::spawn_blocking(move || inspect::file(&path)).await.unwrap_or_else(lost)
    }
}
