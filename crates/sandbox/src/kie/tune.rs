//! Short sounds made locally.

use sha2::{Digest, Sha256};

/// Notes of a pentatonic scale, which sounds bearable in any order, one after the other. How they were made: `assets/README.md`.
const NOTES: &[u8] = include_bytes!("../../assets/notes.mp3");
/// Frames of 24 ms: 32 kbit/s, mono, 24 kHz. No frame borrows bits of another, so notes can be put together in any order.
const FRAME_BYTES: usize = 96;
const NOTE_BYTES: usize = 12 * FRAME_BYTES;
/// A tune has so many: 2.3 seconds.
const NOTES_IN_TUNE: usize = 8;

/// An MP3 of eight notes, chosen by the text.
pub(super) fn tune(text: &str) -> Vec<u8> {
    let scale: Vec<&[u8]> = NOTES.chunks_exact(NOTE_BYTES).collect();
    let choice = Sha256::digest(text.as_bytes());
    choice.iter().take(NOTES_IN_TUNE).flat_map(|byte| scale[usize::from(*byte) % scale.len()]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_of_a_tune_stands_for_itself() {
        let song = tune("song");
        assert_eq!(song.len(), NOTES_IN_TUNE * NOTE_BYTES);
        for frame in song.chunks(FRAME_BYTES) {
            // MPEG-2 Layer III, 32 kbit/s, 24 kHz; behind the header: nothing is borrowed from the frames before.
            assert_eq!((&frame[..3], frame[4]), (&[0xff, 0xf3, 0x44][..], 0));
        }
        assert_ne!(song, tune("other song"));
        assert_eq!(NOTES.len() % NOTE_BYTES, 0);
    }
}
