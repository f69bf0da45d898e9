//! Bytes that nobody meant well: random, flipped, overwritten. Nothing panics through, nothing hangs, nothing blames the disk.

use std::sync::OnceLock;

use domain::models::Media;
use domain::ports::ProbeError;
use proptest::prelude::*;

use crate::{all_fixtures, build, probe};

/// What is said where a library panicked; our own code never may.
const CAUGHT: &str = "its reader could not make sense of it";

fn check(bytes: &[u8], may_panic_inside: bool) {
    let outcome = probe(bytes);
    match outcome {
        Ok(facts) => {
            assert_eq!(facts.bytes, Some(u64::try_from(bytes.len()).unwrap()));
            assert_ne!((facts.width, facts.height), (Some(0), Some(0)));
            assert_ne!(facts.millis, Some(0));
            let mime = facts.mime.unwrap();
            let family = mime.split('/').next().unwrap();
            let expected = match facts.media {
                Media::Image => "image",
                Media::Video => "video",
                Media::Audio => "audio",
                Media::Document => "application",
            };
            assert_eq!(family, expected);
        }
        Err(ProbeError::Damaged { detail }) => assert!(may_panic_inside || detail != CAUGHT),
        Err(ProbeError::UnknownKind) => {}
        Err(error @ ProbeError::Disk { .. }) => panic!("{error}"),
    }
}

/// Real files and built ones, and if a library reads their sound.
fn seeds() -> &'static [(Vec<u8>, bool)] {
    static SEEDS: OnceLock<Vec<(Vec<u8>, bool)>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let by_library = |name: &str| [".mp3", ".ogg", ".oga", ".flac"].iter().any(|end| name.ends_with(end));
        let real = all_fixtures().into_iter().map(|(name, bytes)| (bytes, by_library(&name)));
        let sound = crate::fixture("picture.jpg");
        let built = [
            build::png_with(&build::exif(6), &build::png(4, 3)),
            build::jpeg_with(&build::exif(6), &sound),
            build::tiff(&[(0x0100, 64), (0x0101, 48), (0x0112, 6)]),
            build::bmp(3, 4),
            build::heif(&[b"heic"], &[(40, 30)], Some(1)),
        ];
        real.chain(built.map(|bytes| (bytes, false))).collect()
    })
}

/// Beginnings of every kind, so that random bytes get past the door.
const DOORS: &[&[u8]] = &[
    b"",
    b"\xFF\xD8\xFF",
    b"\x89PNG\x0D\x0A\x1A\x0A",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBPVP8X",
    b"RIFF\0\0\0\0WAVE",
    b"RIFF\0\0\0\0AVI ",
    b"II\x2A\0\x08\0\0\0",
    b"MM\0\x2A\0\0\0\x08",
    b"\0\0\0\x0Cftypisom\0\0\xFF\xFFmoov",
    b"\0\0\0\x0Cftypheic\0\0\xFF\xFFmeta",
    b"\0\0\0\x08wide\0\0\xFF\xFFmoov\0\0\x01\0trak",
    b"\x1A\x45\xDF\xA3\x88\x42\x82\x84webm\x18\x53\x80\x67\xFF",
    b"\x1A\x45\xDF\xA3\x88\x42\x82\x84webm\x18\x53\x80\x67\xFF\x16\x54\xAE\x6B\x42\0\xAE\x41\0",
    b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01",
    b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1E\x01vorbis",
    b"fLaC\0\0\0\x22",
    b"\xFF\xFB\x90\0",
    b"\xFF\xF1\x50\x80",
    b"ID3\x04\0\0\0\0\0\x05",
    b"%PDF-",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_behind_a_known_beginning(
        door in prop::sample::select(DOORS),
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let may_panic_inside = [b"Ogg", b"fLa", b"\xFF\xFB\x90", b"ID3"].iter().any(|start| door.starts_with(*start));
        // Without a door the bytes may begin like any sound.
        check(&[door, &bytes].concat(), may_panic_inside || door.is_empty());
    }

    #[test]
    fn flipped_bits(seed in prop::sample::select(seeds()), flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u32), 1..12)) {
        let (mut bytes, may_panic_inside) = seed;
        for (at, bit) in flips {
            // Headers stand in front, and that is where damage is interesting.
            let at = at.index(bytes.len().min(1_200));
            bytes[at] ^= 1_u8 << bit;
        }
        check(&bytes, may_panic_inside);
    }

    #[test]
    fn overwritten_numbers(
        seed in prop::sample::select(seeds()),
        at in any::<prop::sample::Index>(),
        number in prop::sample::select(vec![0_u32, 1, 7, 8, 9, 16, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, u32::MAX]),
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut bytes, may_panic_inside) = seed;
        let at = at.index(bytes.len().saturating_sub(4));
        bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
        check(&bytes, may_panic_inside);
        check(&bytes[..cut.index(bytes.len())], may_panic_inside);
    }
}
