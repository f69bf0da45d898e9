//! RIFF: WAV and AVI. Streams that were written through a pipe carry no sizes, so what goes beyond the file ends with it.

use crate::inspect::{Found, Trouble};
use crate::source::{Source, le16, le32};

/// Bytes before the first chunk: `RIFF`, size, form.
const FIRST_CHUNK: u64 = 12;
/// Chunks that are passed on the way to the wanted ones; honest files have some ten.
const CHUNKS_MAX: usize = 1_000;

/// WAV: plain samples by counting their bytes, coded ones by the writer's count of samples, else by its rate.
pub(crate) fn wav(source: &mut Source) -> Result<Found, Trouble> {
    source.restart();
    let (mut format, mut samples, mut data) = (None, None, None);
    let mut at = FIRST_CHUNK;
    for _ in 0..CHUNKS_MAX {
        let Some(chunk) = chunk(source, at)? else { break };
        match &chunk.name {
            b"fmt " => format = Some(source.piece(chunk.start, chunk.end, 16)?),
            b"fact" => samples = le32(&source.piece(chunk.start, chunk.end, 4)?, 0),
            b"data" => data = Some(chunk.end - chunk.start),
            _ => {}
        }
        if format.is_some() && data.is_some() {
            break;
        }
        at = chunk.next;
    }
    let (Some(format), Some(data)) = (format, data) else { return Err(Trouble::Damaged("no format or no data")) };
    Ok(Found::audio("audio/wav", wav_millis(&format, samples, data)))
}

fn wav_millis(format: &[u8], samples: Option<u32>, data: u64) -> Option<u64> {
    /// PCM, IEEE float, and the extensible form of both.
    const PLAIN: [u16; 3] = [1, 3, 0xFFFE];
    let (tag, sample_rate, byte_rate) = (le16(format, 0)?, le32(format, 4)?, le32(format, 8)?);
    let frame = u64::from(le16(format, 12)?);
    // The byte rate comes last: some writers fill it in wrongly.
    let (amount, per_second) = match samples.filter(|samples| (1..u32::MAX).contains(samples)) {
        _ if PLAIN.contains(&tag) && frame > 0 => (data, frame * u64::from(sample_rate)),
        Some(samples) => (u64::from(samples), u64::from(sample_rate)),
        None => (data, u64::from(byte_rate)),
    };
    let millis = (u128::from(amount) * 1_000).checked_div(u128::from(per_second))?;
    u64::try_from(millis).ok()
}

/// AVI: the main header has everything.
pub(crate) fn avi(source: &mut Source) -> Result<Found, Trouble> {
    const NONE: Trouble = Trouble::Damaged("no main header");
    source.restart();
    let list = chunk(source, FIRST_CHUNK)?.filter(|chunk| &chunk.name == b"LIST").ok_or(NONE)?;
    // The list's own name, `hdrl`, stands before its first chunk.
    let header = chunk(source, list.start + 4)?.filter(|chunk| &chunk.name == b"avih").ok_or(NONE)?;
    let fields = source.piece(header.start, header.end, 40)?;
    let field = |at| le32(&fields, at).ok_or(NONE);
    let (frame_micros, frames) = (u64::from(field(0)?), u64::from(field(16)?));
    let millis = frame_micros * frames / 1_000;
    Ok(Found::video("video/x-msvideo", Some((field(32)?, field(36)?)), Some(millis)))
}

struct Chunk {
    name: [u8; 4],
    start: u64,
    end: u64,
    next: u64,
}

/// The chunk at `at`, or `None` where the file ends.
fn chunk(source: &mut Source, at: u64) -> Result<Option<Chunk>, Trouble> {
    let start = at + 8;
    if start > source.len() {
        return Ok(None);
    }
    source.go(at);
    let name = source.array()?;
    let size = u64::from(u32::from_le_bytes(source.array()?));
    // A data chunk whose size was never filled in reaches to the end of the file.
    let is_open = &name == b"data" && size == 0;
    let end = if is_open { source.len() } else { (start + size).min(source.len()) };
    Ok(Some(Chunk { name, start, end, next: start + size + size % 2 }))
}
