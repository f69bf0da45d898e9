//! The length of an MP4 that was written while it was recorded: its index tells none, its fragments do.

use crate::inspect::Trouble;
use crate::iso::{Boxed, each};
use crate::source::{Source, be32, be64};

/// Length of the track `id` in its own time units: the latest end of its fragments less their earliest start; 0 without fragments.
/// `default` is what a sample lasts if no fragment says otherwise.
pub(crate) fn length(source: &mut Source, id: u32, default: u32) -> Result<u64, Trouble> {
    source.restart();
    let len = source.len();
    let mut range: Option<(u64, u64)> = None;
    let walked = each(source, 0, len, |source, found| {
        if &found.name != b"moof" {
            return Ok(());
        }
        each(source, found.start, found.end, |source, part| {
            if &part.name != b"traf" {
                return Ok(());
            }
            let after = range.map_or(0, |(_, end)| end);
            if let Some((start, end)) = part_of_track(source, part, id, default, after)? {
                range = Some(range.map_or((start, end), |(first, last)| (first.min(start), last.max(end))));
            }
            Ok(())
        })
    });
    // What was walked before the limit or a broken tail still counts.
    let known = range.map_or(0, |(start, end)| end.saturating_sub(start));
    if known > 0 { Ok(known) } else { walked.map(|()| 0) }
}

/// Start and end of a `traf` box, if it belongs to the track. One without a start of its own goes on `after` the one before.
fn part_of_track(
    source: &mut Source,
    part: Boxed,
    id: u32,
    default: u32,
    after: u64,
) -> Result<Option<(u64, u64)>, Trouble> {
    let (mut is_ours, mut default, mut start, mut units) = (false, default, after, 0_u64);
    each(source, part.start, part.end, |source, found| {
        let fields = source.piece(found.start, found.end, 32)?;
        match &found.name {
            b"tfhd" => {
                is_ours = be32(&fields, 4) == Some(id);
                default = own_default(&fields).unwrap_or(default);
            }
            b"tfdt" if fields.first() == Some(&1) => start = be64(&fields, 4).unwrap_or(after),
            b"tfdt" => start = be32(&fields, 4).map_or(after, u64::from),
            b"trun" if is_ours => units = units.saturating_add(run(source, found, &fields, default)?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(is_ours.then(|| (start, start.saturating_add(units))))
}

/// The default length of a sample in `tfhd`; the flags tell which fields stand before it.
fn own_default(fields: &[u8]) -> Option<u32> {
    let flags = be32(fields, 0)?;
    let before = if flags & 1 == 0 { 0 } else { 8 } + if flags & 2 == 0 { 0 } else { 4 };
    if flags & 8 == 0 { None } else { be32(fields, 8 + before) }
}

/// Length of a `trun` box's samples.
fn run(source: &mut Source, found: Boxed, fields: &[u8], default: u32) -> Result<u64, Trouble> {
    /// A sample's length stands first among its own fields.
    const TELLS_LENGTHS: u32 = 0x100;
    let (Some(flags), Some(count)) = (be32(fields, 0), be32(fields, 4)) else { return Ok(0) };
    if flags & TELLS_LENGTHS == 0 {
        return Ok(u64::from(count).saturating_mul(u64::from(default)));
    }
    let before = u64::from((flags & 1) + ((flags >> 2) & 1)) * 4;
    let row = u64::from(((flags >> 8) & 0x0F).count_ones()) * 4;
    let (mut at, mut units) = (found.start + 8 + before, 0_u64);
    for _ in 0..count {
        if at + row > found.end {
            break;
        }
        source.go(at);
        units = units.saturating_add(u64::from(u32::from_be_bytes(source.array()?)));
        at += row;
    }
    Ok(units)
}
