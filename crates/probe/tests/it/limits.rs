//! Large files cost no more than their headers, and headers that lead nowhere cost the limit.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use domain::models::Media;
use domain::ports::ProbeError;
use probe::READ_BYTES_MAX;

use crate::build::{self, Track};
use crate::{fixture, probe_path};

/// A file of `len` bytes that takes no room on disk: zeros between these pieces.
fn sparse(len: u64, pieces: &[(u64, &[u8])]) -> tempfile::NamedTempFile {
    let named = tempfile::NamedTempFile::new().unwrap();
    let mut file = File::create(named.path()).unwrap();
    file.set_len(len).unwrap();
    for (at, bytes) in pieces {
        file.seek(SeekFrom::Start(*at)).unwrap();
        file.write_all(bytes).unwrap();
    }
    named
}

#[test]
fn the_index_behind_gigabytes_of_pictures_is_found() {
    const LEN: u64 = 6 * 1024 * 1024 * 1024;
    let index = build::moov(false, 7_000, Track::UPRIGHT, &[Track::video(1920, 1080)]);
    let index_at = LEN - u64::try_from(index.len()).unwrap();
    let head = build::ftyp(&[b"isom"]);
    let head_len = u64::try_from(head.len()).unwrap();
    let data = [&[0, 0, 0, 1], b"mdat".as_slice(), &(index_at - head_len).to_be_bytes()].concat();
    let facts = probe_path(sparse(LEN, &[(0, &head), (head_len, &data), (index_at, &index)]).path()).unwrap();
    assert_eq!((facts.width, facts.height, facts.millis), (Some(1920), Some(1080), Some(7_000)));
    assert_eq!(facts.bytes, Some(LEN));
}

#[test]
fn a_large_picture_keeps_its_size_though_its_tail_is_not_read() {
    let len = 4 * READ_BYTES_MAX;
    for (bytes, mime) in [(fixture("picture.jpg"), "image/jpeg"), (fixture("picture.tiff"), "image/tiff")] {
        let facts = probe_path(sparse(len, &[(0, &bytes)]).path()).unwrap();
        assert_eq!((facts.mime.as_deref(), facts.width, facts.height), (Some(mime), Some(64), Some(48)));
    }
}

#[test]
fn a_long_aac_is_counted_to_the_limit_and_the_rest_in_proportion() {
    let one = fixture("sound.aac");
    let millis = super::facts(&one).millis.unwrap();
    let times = usize::try_from(3 * READ_BYTES_MAX).unwrap() / one.len();
    let facts = super::facts(&one.repeat(times));
    let expected = millis * u64::try_from(times).unwrap();
    let found = facts.millis.unwrap();
    assert!(found.abs_diff(expected) < expected / 200, "{found} ms, not {expected}");
}

#[test]
fn sound_that_never_comes_is_damaged() {
    let len = 4 * READ_BYTES_MAX;
    for head in [build::id3(50), b"\xFF\xFB\x90\0".to_vec(), fixture("voice.oga")[..60].to_vec()] {
        let outcome = probe_path(sparse(len, &[(0, &head)]).path());
        assert!(matches!(outcome, Err(ProbeError::Damaged { .. })), "{outcome:?}");
    }
}

#[test]
fn a_million_empty_boxes_end_somewhere() {
    let boxes = build::boxed(b"trak", b"").repeat(2_000_000);
    let bytes = [build::ftyp(&[b"isom"]), build::boxed(b"moov", &boxes)].concat();
    let outcome = super::probe(&bytes);
    assert!(matches!(outcome, Err(ProbeError::Damaged { .. })), "{outcome:?}");
}

#[test]
fn a_long_constant_mp3_is_measured_at_both_ends() {
    let one = fixture("constant.mp3");
    let millis = super::facts(&one).millis.unwrap();
    let facts = super::facts(&one.repeat(5_000));
    let expected = millis * 5_000;
    assert_eq!(facts.media, Media::Audio);
    assert!(facts.millis.unwrap().abs_diff(expected) < expected / 100, "{:?} ms, not {expected}", facts.millis);
}
