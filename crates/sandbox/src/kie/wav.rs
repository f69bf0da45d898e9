//! Short sounds made locally.

use sha2::{Digest, Sha256};

const SAMPLES_PER_SECOND: u32 = 8000;
const NOTES: usize = 8;
const SAMPLES_PER_NOTE: u32 = 2000;
/// Half a swing in samples, low to high: a pentatonic scale at 8 kHz, which sounds bearable in any order.
const HALF_SWINGS: [u32; 5] = [15, 14, 12, 10, 9];

/// Two seconds of WAV, 16 bits, mono, 8 kHz: eight notes chosen by the text.
pub(super) fn tune(text: &str) -> Vec<u8> {
    let choice = Sha256::digest(text.as_bytes());
    let mut samples = Vec::new();
    for byte in choice.iter().take(NOTES) {
        let half_swing = HALF_SWINGS[usize::from(*byte) % HALF_SWINGS.len()];
        for at in 0..SAMPLES_PER_NOTE {
            // A triangle of integers, quieter towards the end of its note.
            let phase = at % (half_swing * 2);
            let height = if phase < half_swing { phase } else { half_swing * 2 - phase };
            let loudness = 12_000 * (SAMPLES_PER_NOTE - at) / SAMPLES_PER_NOTE;
            let sample = i64::from(height * loudness / half_swing) - i64::from(loudness / 2);
            samples.extend_from_slice(&i16::try_from(sample).unwrap_or(0).to_le_bytes());
        }
    }
    let length = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let mut wav = Vec::with_capacity(samples.len() + 44);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + length).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16_u32.to_le_bytes());
    wav.extend_from_slice(&1_u16.to_le_bytes()); // PCM
    wav.extend_from_slice(&1_u16.to_le_bytes()); // channels
    wav.extend_from_slice(&SAMPLES_PER_SECOND.to_le_bytes());
    wav.extend_from_slice(&(SAMPLES_PER_SECOND * 2).to_le_bytes()); // bytes per second
    wav.extend_from_slice(&2_u16.to_le_bytes()); // bytes per sample
    wav.extend_from_slice(&16_u16.to_le_bytes()); // bits per sample
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&length.to_le_bytes());
    wav.extend_from_slice(&samples);
    wav
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_the_true_length() {
        let wav = tune("song");
        assert_eq!(wav.len(), 44 + 2 * 16_000);
        assert_eq!(&wav[4..8], &32_036_u32.to_le_bytes());
        assert_eq!(&wav[40..44], &32_000_u32.to_le_bytes());
        assert_ne!(wav, tune("other song"));
    }
}
