//! Which format a file is, from its first bytes. A wrong guess here makes a stranger's file "damaged", so short marks are checked further.

/// First bytes that are looked at: an Ogg page's header with the name of its codec is the longest.
pub(crate) const HEAD: u64 = 256;

/// A format that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    Gif,
    Webp,
    Bmp,
    Tiff,
    /// Boxes: MP4, QuickTime, HEIF, AVIF.
    Iso,
    /// EBML: Matroska, WebM.
    Matroska,
    Wav,
    Avi,
    Vorbis,
    Opus,
    Speex,
    Flac,
    /// MP3 or MP2.
    Mpeg,
    /// AAC in ADTS frames.
    Adts,
    /// Some sound behind an ID3 tag of this many bytes.
    Tagged(u64),
    Pdf,
}

/// The format that begins so.
pub(crate) fn of(head: &[u8]) -> Option<Kind> {
    let kind = match head {
        [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Kind::Png,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Kind::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::Webp,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Kind::Wav,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Kind::Avi,
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Kind::Tiff,
        [b'B', b'M', ..] if is_bitmap(head) => Kind::Bmp,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => Kind::Matroska,
        [b'O', b'g', b'g', b'S', ..] => ogg_codec(head)?,
        [b'f', b'L', b'a', b'C', ..] => Kind::Flac,
        [b'%', b'P', b'D', b'F', b'-', ..] => Kind::Pdf,
        [b'I', b'D', b'3', ..] => Kind::Tagged(tag_bytes(head)?),
        [_, _, _, _, name @ ..] if is_box(name) => Kind::Iso,
        _ if is_adts(head) => Kind::Adts,
        _ if is_mpeg(head) => Kind::Mpeg,
        _ => return None,
    };
    Some(kind)
}

/// If an ADTS frame of AAC begins here.
pub(crate) fn is_adts(head: &[u8]) -> bool {
    // Twelve bits of sync, layer 0, and one of the 13 sample rates.
    matches!(head, [0xFF, second, third, ..] if second & 0xF6 == 0xF0 && (third >> 2) & 0x0F < 13)
}

/// If a frame of MPEG layer II or III begins here. Layer I is dead, and a UTF-16 text's first two bytes look like it.
fn is_mpeg(head: &[u8]) -> bool {
    let [0xFF, second, third, ..] = head else { return false };
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    let (bitrate, sample_rate) = (third >> 4, (third >> 2) & 3);
    second & 0xE0 == 0xE0 && version != 1 && matches!(layer, 1 | 2) && (1..15).contains(&bitrate) && sample_rate != 3
}

/// What stands at byte 4 of a box file; the oldest QuickTime files have no `ftyp`.
fn is_box(name: &[u8]) -> bool {
    [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"].iter().any(|known| name.starts_with(*known))
}

/// The second header of a bitmap names its version by its own length.
fn is_bitmap(head: &[u8]) -> bool {
    matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// The codec of an Ogg file stands at the start of its first packet, behind a table whose length is byte 26.
fn ogg_codec(head: &[u8]) -> Option<Kind> {
    let packet = head.get(27 + usize::from(*head.get(26)?)..)?;
    let known: [(&[u8], Kind); 3] =
        [(b"\x01vorbis", Kind::Vorbis), (b"OpusHead", Kind::Opus), (b"Speex   ", Kind::Speex)];
    known.into_iter().find(|(name, _)| packet.starts_with(name)).map(|(_, kind)| kind)
}

/// Length of an ID3v2 tag with its header, and its footer if it has one: four digits of seven bits.
fn tag_bytes(head: &[u8]) -> Option<u64> {
    let flags = *head.get(5)?;
    let digits = head.get(6..10)?;
    let body = digits.iter().fold(0, |sum: u64, digit| (sum << 7) | u64::from(digit & 0x7F));
    Some(10 + body + if flags & 0x10 == 0 { 0 } else { 10 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_a_known_kind_is_unknown() {
        let utf16 = [0xFF, 0xFE, b'h', 0, b'e', 0, b'y', 0, b'!', 0];
        let strangers: [&[u8]; 10] = [
            b"",
            b"\xFF",
            b"\xFF\xD8",
            b"BM is how this sentence begins, which makes no bitmap",
            b"RIFF\x04\0\0\0ACON",
            b"PK\x03\x04 an archive or an office document",
            b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x2a\x80theora",
            b"OggS\0\x02",
            b"ID3",
            &utf16,
        ];
        for bytes in strangers {
            assert_eq!(of(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_tag_counts_its_header_and_footer() {
        assert_eq!(of(b"ID3\x04\0\0\0\0\x02\x01......"), Some(Kind::Tagged(10 + 257)));
        assert_eq!(of(b"ID3\x04\0\x10\0\0\0\x01......"), Some(Kind::Tagged(10 + 1 + 10)));
    }

    #[test]
    fn frames_of_mp3_and_aac_are_told_apart() {
        assert_eq!(of(&[0xFF, 0xFB, 0x90, 0x00]), Some(Kind::Mpeg));
        // MPEG 2 at 24 kHz, as speech services make it.
        assert_eq!(of(&[0xFF, 0xF3, 0x44, 0xC4]), Some(Kind::Mpeg));
        assert_eq!(of(&[0xFF, 0xF1, 0x50, 0x80]), Some(Kind::Adts));
        assert_eq!(of(&[0xFF, 0xF1, 0xFC, 0x80]), None, "the sample rate is reserved");
        assert_eq!(of(&[0xFF, 0xFB, 0xF0, 0x00]), None, "the bitrate is forbidden");
    }
}
