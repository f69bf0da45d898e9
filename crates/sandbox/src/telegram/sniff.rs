//! Finds out what a file is from its first bytes, as Telegram does; a name or an announced type only helps where bytes do not tell.

/// What a file was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Its usual extension, without a dot.
    pub(super) extension: &'static str,
    /// Width and height of a picture.
    pub(super) size: Option<(u32, u32)>,
}

const UNKNOWN: (&str, &str) = ("application/octet-stream", "bin");
const TYPES: &[(&str, &str)] = &[
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("video/mp4", "mp4"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("text/plain", "txt"),
    ("application/json", "json"),
    ("text/csv", "csv"),
];

/// Looks at the bytes, then at the name.
pub(super) fn find(bytes: &[u8], file_name: Option<&str>) -> Found {
    let (media_type, extension) = by_magic(bytes).or_else(|| by_name(file_name?)).unwrap_or(UNKNOWN);
    Found { media_type, extension, size: picture_size(bytes) }
}

/// Whether it is a picture that Telegram takes as a photo.
pub(super) fn is_photo(found: &Found) -> bool {
    found.media_type.starts_with("image/") && found.size.is_some()
}

fn by_magic(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let at = |from: usize, magic: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(magic));
    let media_type = if at(0, b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if at(0, b"\xff\xd8\xff") {
        "image/jpeg"
    } else if at(0, b"GIF8") {
        "image/gif"
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        "image/webp"
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        "audio/wav"
    } else if at(4, b"ftypM4A") {
        "audio/mp4"
    } else if at(4, b"ftyp") {
        "video/mp4"
    } else if at(0, b"OggS") {
        "audio/ogg"
    } else if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") {
        "audio/mpeg"
    } else if at(0, b"%PDF") {
        "application/pdf"
    } else if at(0, b"PK\x03\x04") {
        "application/zip"
    } else {
        return None;
    };
    TYPES.iter().copied().find(|(known, _)| *known == media_type)
}

fn by_name(file_name: &str) -> Option<(&'static str, &'static str)> {
    let extension = file_name.rsplit_once('.')?.1.to_ascii_lowercase();
    let extension = match extension.as_str() {
        "jpeg" => "jpg",
        "oga" | "opus" => "ogg",
        other => other,
    };
    TYPES.iter().copied().find(|(_, known)| *known == extension)
}

fn picture_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let big = |at: usize, count: usize| number(bytes.get(at..at + count)?.iter());
    let little = |at: usize, count: usize| number(bytes.get(at..at + count)?.iter().rev());
    match by_magic(bytes)?.0 {
        "image/png" => Some((big(16, 4)?, big(20, 4)?)),
        "image/gif" => Some((little(6, 2)?, little(8, 2)?)),
        "image/webp" => match bytes.get(12..16)? {
            b"VP8X" => Some((little(24, 3)? + 1, little(27, 3)? + 1)),
            b"VP8L" => {
                let packed = little(21, 4)?;
                Some(((packed & 0x3fff) + 1, ((packed >> 14) & 0x3fff) + 1))
            }
            b"VP8 " => Some((little(26, 2)? & 0x3fff, little(28, 2)? & 0x3fff)),
            _ => None,
        },
        "image/jpeg" => jpeg_size(bytes),
        _ => None,
    }
}

/// Walks the segments of a JPEG to the frame header, which holds height and width.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let (marker, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if marker != 0xff {
            return None;
        }
        if kind == 0xff {
            at += 1;
            continue;
        }
        let frame = (0xc0..=0xcf).contains(&kind) && ![0xc4, 0xc8, 0xcc].contains(&kind);
        if frame {
            let height = number(bytes.get(at + 5..at + 7)?.iter())?;
            let width = number(bytes.get(at + 7..at + 9)?.iter())?;
            return Some((width, height));
        }
        let length = number(bytes.get(at + 2..at + 4)?.iter())?;
        at += 2 + usize::try_from(length).ok()?;
    }
}

fn number<'a>(bytes: impl Iterator<Item = &'a u8>) -> Option<u32> {
    bytes.map(|byte| u32::from(*byte)).try_fold(0_u32, |sum, byte| sum.checked_mul(256)?.checked_add(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First bytes, file name, what is found.
    type Case = (&'static [u8], Option<&'static str>, &'static str, Option<(u32, u32)>);

    #[test]
    fn files_are_told_by_their_bytes_first() {
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03";
        let table: &[Case] = &[
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x40", None, "image/png", Some((256, 64))),
            (jpeg, Some("a.mp4"), "image/jpeg", Some((32, 16))),
            (b"GIF89a\x05\0\x06\0", None, "image/gif", Some((5, 6))),
            (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x09\0\0\x13\0\0", None, "image/webp", Some((10, 20))),
            (b"\0\0\0\x18ftypisom", None, "video/mp4", None),
            (b"\0\0\0\x18ftypM4A ", None, "audio/mp4", None),
            (b"OggS", None, "audio/ogg", None),
            (b"ID3\x04", None, "audio/mpeg", None),
            (b"RIFF\0\0\0\0WAVE", None, "audio/wav", None),
            (b"whatever", Some("a.b.MP3"), "audio/mpeg", None),
            (b"whatever", Some("noext"), "application/octet-stream", None),
            (b"\x89PNG\r\n\x1a\n", None, "image/png", None),
        ];
        for (bytes, name, media_type, size) in table {
            let found = find(bytes, *name);
            assert_eq!((found.media_type, found.size), (*media_type, *size), "{name:?} {bytes:?}");
        }
    }
}
