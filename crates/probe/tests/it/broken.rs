//! Files that are not there, not known, damaged or cut.

use domain::ports::ProbeError;

use crate::build::{self, Track};
use crate::{all_fixtures, check_damaged, fixture, probe, probe_path};

#[test]
fn what_cannot_be_read_is_the_disks_fault() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().join("missing"), directory.path().to_owned()] {
        let outcome = probe_path(&path);
        let Err(ProbeError::Disk { detail }) = outcome else { panic!("{outcome:?}") };
        assert!(!detail.contains(directory.path().to_str().unwrap()), "{detail}");
    }
}

#[test]
fn strangers_are_unknown() {
    let camera_raw = build::ftyp(&[b"crx ", b"isom"]);
    let ebml = build::ebml("something else");
    let strangers: [&[u8]; 9] = [
        b"",
        b"\0",
        b"just a text, and no picture",
        "и по-русски".as_bytes(),
        b"PK\x03\x04\x14\0\x06\0\x08\0 word/document.xml",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        &camera_raw,
        &ebml,
    ];
    for bytes in strangers {
        assert_eq!(probe(bytes), Err(ProbeError::UnknownKind), "{bytes:?}");
    }
}

#[test]
fn a_known_beginning_with_nothing_behind_it_is_damaged() {
    let no_tracks = [build::ftyp(&[b"isom"]), build::moov(false, 1, Track::UPRIGHT, &[])].concat();
    let text_only = Track { handler: b"text", ..Track::audio() };
    let no_media = [build::ftyp(&[b"isom"]), build::moov(false, 1, Track::UPRIGHT, &[text_only])].concat();
    let no_segment = build::ebml("webm");
    let no_pixels = build::png(1, 1).iter().enumerate().map(|(at, byte)| if at == 19 { 0 } else { *byte }).collect();
    let beginnings: [&[u8]; 13] = [
        &fixture("picture.jpg")[..20],
        &build::png(9, 9)[..16],
        b"GIF89a\x01",
        b"RIFF\x08\0\0\0WEBPVP8 ",
        b"RIFF\x08\0\0\0WAVEfmt ",
        b"RIFF\x08\0\0\0AVI LIST",
        &build::ftyp(&[b"isom"]),
        &no_tracks,
        &no_media,
        &no_segment,
        b"fLaC\0\0\0\x22",
        b"\xFF\xFB\x90\x00 and no second frame",
        b"\xFF\xF1\x50\x80\x01\x7F\xFC and no second frame",
    ];
    for bytes in beginnings {
        println!("{bytes:?}");
        check_damaged(bytes);
    }
    check_damaged(&Vec::clone(&no_pixels));
    check_damaged(&[build::id3(20), b"no sound at all here, only words and words and words".to_vec()].concat());
}

/// Goal: a file that was cut tells less, never something else. Method: every length of the first bytes, then some.
#[test]
fn a_cut_file_keeps_its_kind_or_is_damaged() {
    for (name, bytes) in all_fixtures().into_iter().filter(|(name, _)| name != "rotated.mp4") {
        let whole = probe(&bytes).unwrap();
        for length in (0..bytes.len()).filter(|length| *length < 200 || length % 127 == 0) {
            match probe(&bytes[..length]) {
                Ok(cut) => {
                    assert_eq!((cut.media, &cut.mime), (whole.media, &whole.mime), "{name} cut to {length}");
                    assert_eq!((cut.width, cut.height), (whole.width, whole.height), "{name} cut to {length}");
                    assert_eq!(cut.bytes, Some(u64::try_from(length).unwrap()), "{name}");
                }
                Err(ProbeError::Damaged { .. }) => {}
                Err(ProbeError::UnknownKind) => assert!(length < 40, "{name} cut to {length} is unknown"),
                Err(error @ ProbeError::Disk { .. }) => panic!("{name} cut to {length}: {error}"),
            }
        }
    }
}
