//! Pictures and videos that lie on their side have the width and height of what is seen.

use domain::models::Media;

use crate::build::{self, Track};
use crate::{check_picture, facts, fixture};

#[test]
fn each_orientation_of_exif_keeps_or_swaps_the_sides() {
    for orientation in 0..=9 {
        println!("orientation {orientation}");
        let is_on_its_side = (5..=8).contains(&orientation);
        let exif = build::exif(orientation);
        let size = if is_on_its_side { (48, 64) } else { (64, 48) };
        check_picture(&build::jpeg_with(&exif, &fixture("picture.jpg")), "image/jpeg", size);
        check_picture(&build::png_with(&exif, &build::png(64, 48)), "image/png", size);
        let tiff = build::tiff(&[(0x0100, 64), (0x0101, 48), (0x0112, orientation)]);
        check_picture(&tiff, "image/tiff", size);
        // Width less one and height less one, in three bytes each.
        let webp = [(b"VP8X", [8, 0, 0, 0, 63, 0, 0, 47, 0, 0].as_slice()), (b"VP8L", &[0; 10]), (b"EXIF", &exif)];
        check_picture(&build::riff(b"WEBP", &webp), "image/webp", size);
    }
}

#[test]
fn a_broken_exif_block_leaves_the_picture_as_it_is_stored() {
    let jpeg = fixture("picture.jpg");
    for exif in [b"".as_slice(), b"garbage", &build::exif(6)[..11]] {
        check_picture(&build::jpeg_with(exif, &jpeg), "image/jpeg", (64, 48));
    }
}

#[test]
fn a_broken_field_behind_the_orientation_does_not_hide_it() {
    // A text of 4 GB at a place beyond the block.
    let mut exif = build::tiff(&[(0x0112, 6), (0x9286, 0)]);
    exif[24..30].copy_from_slice(&[2, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    check_picture(&build::jpeg_with(&exif, &fixture("picture.jpg")), "image/jpeg", (48, 64));
}

#[test]
fn heif_is_turned_by_its_own_property() {
    for (quarters, size) in [(0, (400, 300)), (1, (300, 400)), (2, (400, 300)), (3, (300, 400))] {
        check_picture(&build::heif(&[b"heic"], &[(400, 300)], Some(quarters)), "image/heic", size);
    }
}

#[test]
fn an_mp4_is_turned_by_the_matrices_of_track_and_movie() {
    let size = |movie, track| {
        let track = Track { matrix: track, ..Track::video(640, 360) };
        let facts = facts(&[build::ftyp(&[b"isom"]), build::moov(true, 5, movie, &[track])].concat());
        assert_eq!(facts.media, Media::Video);
        (facts.width.unwrap(), facts.height.unwrap())
    };
    assert_eq!(size(Track::UPRIGHT, Track::UPRIGHT), (640, 360));
    assert_eq!(size(Track::UPRIGHT, [-1, 0, 0, -1]), (640, 360), "upside down");
    assert_eq!(size(Track::UPRIGHT, Track::ON_ITS_SIDE), (360, 640));
    assert_eq!(size(Track::UPRIGHT, [0, -1, 1, 0]), (360, 640));
    assert_eq!(size(Track::ON_ITS_SIDE, Track::UPRIGHT), (360, 640));
    assert_eq!(size(Track::ON_ITS_SIDE, Track::ON_ITS_SIDE), (640, 360), "two quarters");
}

#[test]
fn matroska_is_turned_by_the_roll_of_its_projection() {
    for (roll, size) in [(0.0_f64, (200, 100)), (90.0, (100, 200)), (-90.0, (100, 200)), (180.0, (200, 100))] {
        let projection = build::element(0x7670, &build::element(0x7675, &roll.to_be_bytes()));
        let inside = [build::element(0xB0, &[200]), build::element(0xBA, &[100]), projection];
        let tracks = build::element(0x1654_AE6B, &build::matroska_video(&inside));
        let facts = facts(&[build::ebml("matroska"), build::element(0x1853_8067, &tracks)].concat());
        assert_eq!((facts.width.unwrap(), facts.height.unwrap()), size, "{roll} degrees");
    }
}
