//! How long something plays and how large a film is, as Telegram's own clients and servers find it in the file.
//!
//! Read are MP4 (also M4A), MP3 and Ogg (Opus, Vorbis); what cannot be read has no length.

/// What was found; zero and none when nothing was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Played {
    /// Whole seconds, at least one for what plays at all.
    pub(super) seconds: u64,
    /// Width and height of a film.
    pub(super) size: Option<(u32, u32)>,
}

/// Looks into a file of that media type.
pub(super) fn probe(bytes: &[u8], media_type: &str) -> Played {
    let found = match media_type {
        "video/mp4" | "audio/mp4" => mp4(bytes),
        "audio/mpeg" => mp3(bytes).map(Played::sound),
        "audio/ogg" => ogg(bytes).map(Played::sound),
        _ => None,
    };
    found.unwrap_or_default()
}

impl Played {
    const fn sound(seconds: u64) -> Self {
        Self { seconds, size: None }
    }
}

/// Rounded to the nearest second.
fn seconds(units: u64, per_second: u64) -> Option<u64> {
    let half = per_second / 2;
    units.checked_add(half)?.checked_div(per_second).map(|seconds| seconds.max(1))
}

/// ISO 14496-12: `moov` holds `mvhd` with time scale and duration, and per track a `tkhd` that ends with width and height as 16.16.
fn mp4(bytes: &[u8]) -> Option<Played> {
    let movie = boxed(bytes, b"moov").next()?;
    let header = boxed(movie, b"mvhd").next()?;
    let (scale, duration) = match header.first()? {
        1 => (big(header, 20, 4)?, big(header, 24, 8)?),
        _ => (big(header, 12, 4)?, big(header, 16, 4)?),
    };
    let sides = |track: &[u8]| {
        let header = boxed(track, b"tkhd").next()?;
        let from = header.len().checked_sub(8)?;
        let side = |at| u32::try_from(big(header, at, 2)?).ok().filter(|side| *side > 0);
        Some((side(from)?, side(from + 4)?))
    };
    Some(Played { seconds: seconds(duration, scale)?, size: boxed(movie, b"trak").find_map(sides) })
}

/// The contents of the boxes of that name, one level deep.
fn boxed<'a>(bytes: &'a [u8], name: &'a [u8; 4]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    let all = std::iter::from_fn(move || {
        let (short, kind) = (big(rest, 0, 4)?, rest.get(4..8)?);
        let (head, length) = match short {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(big(rest, 8, 8)?).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        let content = rest.get(head..length)?;
        rest = rest.get(length..)?;
        Some((kind, content))
    });
    all.filter(move |(kind, _)| *kind == name).map(|(_, content)| content)
}

/// MPEG audio, layer III: the first frame tells rate and, in an `Xing` or `Info` header, how many frames there are.
fn mp3(bytes: &[u8]) -> Option<u64> {
    const KBITS_1: [u64; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const KBITS_2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let tag = match bytes.get(..3)? {
        // The length of an ID3 tag has seven bits to a byte.
        b"ID3" => 10 + bytes.get(6..10)?.iter().fold(0, |sum, byte| sum * 128 + usize::from(*byte)),
        _ => 0,
    };
    let frame = bytes.get(tag..)?;
    let (&[0xff, second], third) = (frame.get(..2)?, frame.get(2)?) else { return None };
    if second & 0xe0 != 0xe0 {
        return None;
    }
    let first_version = second & 0x18 == 0x18;
    let bits = *(if first_version { KBITS_1 } else { KBITS_2 }).get(usize::from(third >> 4))? * 1000;
    let rate = [44_100, 48_000, 32_000].get(usize::from((third >> 2) & 3))? / if first_version { 1 } else { 2 };
    let side = match (first_version, frame.get(3)? >> 6 == 3) {
        (true, false) => 32,
        (false, true) => 9,
        _ => 17,
    };
    let counted = frame.get(4 + side..).filter(|rest| rest.starts_with(b"Xing") || rest.starts_with(b"Info"));
    let frames =
        counted.filter(|rest| rest.get(7).is_some_and(|flags| flags & 1 == 1)).and_then(|rest| big(rest, 8, 4));
    match frames {
        Some(frames) => seconds(frames * if first_version { 1152 } else { 576 }, rate),
        None => seconds(u64::try_from(frame.len()).ok()? * 8, bits),
    }
}

/// RFC 3533: the last page's granule position counts samples; Opus always counts 48 000 in a second (RFC 7845).
fn ogg(bytes: &[u8]) -> Option<u64> {
    let last = bytes.windows(4).rposition(|four| four == b"OggS")?;
    let samples = little(bytes, last + 6, 8)?;
    let has = |name: &[u8]| {
        bytes.get(..64.min(bytes.len())).and_then(|head| head.windows(name.len()).position(|part| part == name))
    };
    let rate = match (has(b"OpusHead"), has(b"\x01vorbis")) {
        (Some(_), _) => 48_000,
        (None, Some(at)) => little(bytes, at + 12, 4)?,
        _ => return None,
    };
    seconds(samples, rate)
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    bytes.get(at..at + count).map(|bytes| bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    bytes.get(at..at + count).map(|bytes| bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_has_its_length_and_sides() {
        let film = probe(include_bytes!("../../assets/clip.mp4"), "video/mp4");
        assert!(film.seconds > 0 && film.size.is_some(), "{film:?}");
    }

    #[test]
    fn sound_has_its_length() {
        // 128 kbit/s is 16 000 bytes a second; the tag before it counts nothing.
        let mut song = b"ID3\x04\0\0\0\0\0\x05tag..".to_vec();
        song.extend(b"\xff\xfb\x90\x00");
        song.resize(song.len() + 47_996, 0);
        assert_eq!(probe(&song, "audio/mpeg"), Played::sound(3));
        let mut voice = b"OggS\0\x02\0\0\0\0\0\0\0\0aaaabbbbcccc\x01\x13OpusHead".to_vec();
        voice.extend(b"....OggS\0\x04");
        voice.extend(120_000_u64.to_le_bytes());
        assert_eq!(probe(&voice, "audio/ogg"), Played::sound(3));
    }

    #[test]
    fn what_is_broken_has_no_length() {
        for (bytes, media_type) in [
            (&b"\0\0\0\x18ftypisom"[..], "video/mp4"),
            (b"\0\0\0\x08moov", "video/mp4"),
            (b"\0\0\0\0", "video/mp4"),
            (b"\0\0\0\x04", "audio/mp4"),
            (b"ID3....", "audio/mpeg"),
            (b"\xff\xfb", "audio/mpeg"),
            (b"OggS....", "audio/ogg"),
            (b"", "image/png"),
        ] {
            assert_eq!(probe(bytes, media_type), Played::default(), "{media_type} {bytes:?}");
        }
    }
}
