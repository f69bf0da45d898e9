//! Bare AAC: ADTS frames one after another, without any header over them. Its length is the number of its frames.

use crate::inspect::{Found, Trouble};
use crate::kind;
use crate::source::Source;

/// Samples in one block of AAC.
const BLOCK: u64 = 1024;
/// The 13 sample rates in Hz, by their index in a frame's header.
const RATES: [u64; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// Counts the frames from `start` on. Where the limit of reading ends that, the rest is taken to be like the part that was read.
pub(crate) fn read(source: &mut Source, start: u64) -> Result<Found, Trouble> {
    source.restart();
    let (mut at, mut frames, mut samples, mut rate) = (start, 0_u64, 0_u64, 0);
    while let Some(frame) = frame(source, at) {
        at += frame.bytes;
        frames += 1;
        samples += frame.samples;
        rate = frame.rate;
    }
    // Two frames in a row, or one that is the whole file: less is chance.
    if frames == 0 || (frames == 1 && at != source.len()) {
        return Err(Trouble::Damaged("no two frames of sound in a row"));
    }
    let millis = u128::from(samples) * 1_000 / u128::from(rate);
    let all = u128::from(source.len() - start);
    let millis = if source.is_spent() { millis * all / u128::from(at - start) } else { millis };
    Ok(Found::audio("audio/aac", u64::try_from(millis).ok()))
}

struct Frame {
    bytes: u64,
    samples: u64,
    rate: u64,
}

/// The frame at `at`, if it is whole.
fn frame(source: &mut Source, at: u64) -> Option<Frame> {
    source.go(at);
    let head: [u8; 7] = source.array().ok()?;
    if !kind::is_adts(&head) {
        return None;
    }
    let rate = *RATES.get(usize::from((head[2] >> 2) & 0x0F))?;
    let bytes = (u64::from(head[3] & 3) << 11) | (u64::from(head[4]) << 3) | (u64::from(head[5]) >> 5);
    let is_whole = bytes >= 7 && at + bytes <= source.len();
    is_whole.then_some(Frame { bytes, samples: BLOCK * (u64::from(head[6] & 3) + 1), rate })
}
