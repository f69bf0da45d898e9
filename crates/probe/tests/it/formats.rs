//! One row per format. Lengths have the format's own precision: a frame of sound, a tick of a clock.

use domain::models::{Media, MediaFacts};

use crate::build::{self, Track};
use crate::{check_picture, facts, fixture};

#[test]
fn pictures_have_kind_and_size() {
    let files = [
        ("picture.jpg", "image/jpeg"),
        ("lossy.webp", "image/webp"),
        ("lossless.webp", "image/webp"),
        ("alpha.webp", "image/webp"),
        ("moving.gif", "image/gif"),
        ("picture.tiff", "image/tiff"),
        ("picture.avif", "image/avif"),
    ];
    for (name, mime) in files {
        println!("{name}");
        check_picture(&fixture(name), mime, (64, 48));
    }
    check_picture(&build::png(3, 5), "image/png", (3, 5));
    check_picture(&build::bmp(640, 480), "image/bmp", (640, 480));
    check_picture(&build::bmp(640, -480), "image/bmp", (640, 480));
    let old_bitmap = b"BM\0\0\0\0\0\0\0\0\x1A\0\0\0\x0C\0\0\0\x40\0\x30\0\x01\0\x18\0";
    check_picture(old_bitmap, "image/bmp", (64, 48));
}

#[test]
fn heif_is_named_by_its_brands_and_has_the_size_of_its_largest_part() {
    let sizes = [(512, 512), (4032, 3024), (320, 240)];
    let rows: [(&[&[u8; 4]], &str); 5] = [
        (&[b"heic", b"mif1", b"heic"], "image/heic"),
        (&[b"mif1", b"mif1", b"heic"], "image/heic"),
        (&[b"avif", b"avif", b"mif1"], "image/avif"),
        (&[b"mif1", b"mif1", b"avif"], "image/avif"),
        (&[b"mif1", b"mif1", b"miaf"], "image/heif"),
    ];
    for (brands, mime) in rows {
        check_picture(&build::heif(brands, &sizes, None), mime, (4032, 3024));
    }
}

#[track_caller]
fn check(bytes: &[u8], media: Media, mime: &str, size: Option<(u32, u32)>, millis: Option<u64>, tolerance: u64) {
    let found = facts(bytes);
    let expected = MediaFacts {
        bytes: Some(u64::try_from(bytes.len()).unwrap()),
        mime: Some(mime.to_owned()),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        millis: found.millis,
        ..MediaFacts::unknown(media)
    };
    assert_eq!(found, expected);
    let is_near = match (found.millis, millis) {
        (Some(found), Some(millis)) => found.abs_diff(millis) <= tolerance,
        (found, millis) => found == millis,
    };
    assert!(is_near, "{:?} ms, not {millis:?}", found.millis);
}

#[test]
fn videos_have_kind_size_and_length() {
    let rows = [
        ("clip.mp4", "video/mp4", (64, 48), 2_000, 1),
        ("rotated.mp4", "video/mp4", (48, 64), 2_000, 1),
        ("fragments.mp4", "video/mp4", (64, 48), 2_000, 200),
        ("clip.mov", "video/quicktime", (64, 48), 2_000, 1),
        ("clip.webm", "video/webm", (64, 48), 2_008, 1),
        ("clip.mkv", "video/x-matroska", (64, 48), 2_046, 1),
        ("clip.avi", "video/x-msvideo", (64, 48), 2_000, 1),
    ];
    for (name, mime, size, millis, tolerance) in rows {
        println!("{name}");
        check(&fixture(name), Media::Video, mime, Some(size), Some(millis), tolerance);
    }
}

#[test]
fn sounds_have_kind_and_length() {
    // A frame of MP3 or AAC is 26 to 52 ms at 22 kHz, and encoders add one or two.
    let rows = [
        ("variable.mp3", "audio/mpeg", 5_068, 30),
        ("constant.mp3", "audio/mpeg", 2_064, 30),
        ("sound.m4a", "audio/mp4", 2_000, 1),
        ("sound.aac", "audio/aac", 2_090, 1),
        ("sound.wav", "audio/wav", 500, 1),
        ("compressed.wav", "audio/wav", 510, 2),
        ("sound.ogg", "audio/ogg", 2_000, 1),
        ("voice.oga", "audio/ogg", 2_000, 1),
        ("sound.flac", "audio/flac", 2_000, 1),
        ("sound.webm", "audio/webm", 2_008, 1),
    ];
    for (name, mime, millis, tolerance) in rows {
        println!("{name}");
        check(&fixture(name), Media::Audio, mime, None, Some(millis), tolerance);
    }
}

#[test]
fn sound_behind_a_tag_is_what_it_is_without() {
    for (name, mime) in [("constant.mp3", "audio/mpeg"), ("sound.aac", "audio/aac"), ("sound.flac", "audio/flac")] {
        println!("{name}");
        let plain = facts(&fixture(name));
        // Longer than any window of the reader, as a cover picture is.
        let tagged = [build::id3(9_000), fixture(name)].concat();
        check(&tagged, Media::Audio, mime, None, plain.millis, 1);
    }
}

#[test]
fn a_pdf_is_a_document() {
    check(b"%PDF-1.7\n1 0 obj\n", Media::Document, "application/pdf", None, None, 0);
}

#[test]
fn mp4_and_its_relatives_are_told_apart_by_brand_and_tracks() {
    let tracks = || vec![Track::audio(), Track::video(640, 360)];
    let movie = |tracks: &[Track]| build::moov(false, 1_500, Track::UPRIGHT, tracks);
    let rows: [(&[&[u8; 4]], &str, &str); 6] = [
        (&[b"isom", b"iso2", b"mp41"], "video/mp4", "audio/mp4"),
        (&[b"qt  ", b"qt  "], "video/quicktime", "audio/mp4"),
        (&[b"3gp4", b"3gp4"], "video/3gpp", "audio/3gpp"),
        (&[b"3gp4", b"isom", b"3gp4"], "video/mp4", "audio/mp4"),
        (&[b"M4V ", b"mp42"], "video/mp4", "audio/mp4"),
        (&[b"new!", b"mp42"], "video/mp4", "audio/mp4"),
    ];
    for (brands, video, audio) in rows {
        let bytes = [build::ftyp(brands), movie(&tracks())].concat();
        check(&bytes, Media::Video, video, Some((640, 360)), Some(1_500), 0);
        let bytes = [build::ftyp(brands), movie(&[Track::audio()])].concat();
        check(&bytes, Media::Audio, audio, None, Some(1_500), 0);
    }
    let with_cover = [build::ftyp(&[b"M4A ", b"mp42"]), movie(&tracks())].concat();
    check(&with_cover, Media::Audio, "audio/mp4", None, Some(1_500), 0);
    let without_brands = [build::boxed(b"wide", b""), build::boxed(b"mdat", b"12345"), movie(&tracks())].concat();
    check(&without_brands, Media::Video, "video/quicktime", Some((640, 360)), Some(1_500), 0);
}

#[test]
fn long_times_of_an_mp4_are_read_and_unknown_ones_are_none() {
    let movie = |is_long, millis| {
        [build::ftyp(&[b"isom"]), build::moov(is_long, millis, Track::UPRIGHT, &[Track::video(8, 6)])].concat()
    };
    check(&movie(true, 90_000), Media::Video, "video/mp4", Some((8, 6)), Some(90_000), 0);
    check(&movie(false, u64::from(u32::MAX)), Media::Video, "video/mp4", Some((8, 6)), None, 0);
    check(&movie(true, u64::MAX), Media::Video, "video/mp4", Some((8, 6)), None, 0);
    check(&movie(true, u64::MAX - 1), Media::Video, "video/mp4", Some((8, 6)), None, 0);
    check(&movie(false, 0), Media::Video, "video/mp4", Some((8, 6)), None, 0);
}

#[test]
fn a_live_matroska_has_no_length_but_a_size() {
    let pixels = [build::element(0xB0, &[2, 0x80]), build::element(0xBA, &[1, 0xE0])];
    let tracks = build::element(0x1654_AE6B, &build::matroska_video(&pixels));
    let info = build::element(0x1549_A966, &build::element(0x002A_D7B1, &[0x0F, 0x42, 0x40]));
    let cluster = build::open_element(0x1F43_B675, &[0; 64]);
    let bytes =
        [build::ebml("webm"), build::open_element(0x1853_8067, &[info, tracks.clone(), cluster].concat())].concat();
    check(&bytes, Media::Video, "video/webm", Some((640, 480)), None, 0);

    // A second is 2.5 units of 400 ms.
    let length =
        [build::element(0x002A_D7B1, &400_000_000_u32.to_be_bytes()), build::element(0x4489, &2.5_f32.to_be_bytes())];
    let info = build::element(0x1549_A966, &length.concat());
    let bytes = [build::ebml("matroska"), build::element(0x1853_8067, &[tracks, info].concat())].concat();
    check(&bytes, Media::Video, "video/x-matroska", Some((640, 480)), Some(1_000), 0);
}

#[test]
fn matroska_is_shown_in_its_display_size_if_that_is_one_in_pixels() {
    let with = |more: &[Vec<u8>]| {
        let mut inside = vec![build::element(0xB0, &[200]), build::element(0xBA, &[100])];
        inside.extend_from_slice(more);
        let tracks = build::element(0x1654_AE6B, &build::matroska_video(&inside));
        [build::ebml("matroska"), build::element(0x1853_8067, &tracks)].concat()
    };
    let display = |unit: u8| {
        [build::element(0x54B0, &[16]), build::element(0x54BA, &[9]), build::element(0x54B2, &[unit])].to_vec()
    };
    check(&with(&display(0)), Media::Video, "video/x-matroska", Some((16, 9)), None, 0);
    check(&with(&display(3)), Media::Video, "video/x-matroska", Some((200, 100)), None, 0);
}

#[test]
fn a_wav_through_a_pipe_is_as_long_as_its_file() {
    let samples = vec![0; 16_000];
    let whole = build::riff(b"WAVE", &[(b"LIST", b"INFOx"), (b"fmt ", &build::wav_format(8_000)), (b"data", &samples)]);
    check(&whole, Media::Audio, "audio/wav", None, Some(1_000), 0);
    let size_at = whole.len() - samples.len() - 4;
    for size in [0_u32, u32::MAX] {
        let mut piped = whole.clone();
        piped[size_at..size_at + 4].copy_from_slice(&size.to_le_bytes());
        check(&piped, Media::Audio, "audio/wav", None, Some(1_000), 0);
    }
}
