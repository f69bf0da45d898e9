//! Pictures: size by `imagesize`, orientation by `kamadak-exif`.

use exif::{In, Tag};

use crate::inspect::{Found, Trouble};
use crate::source::{Source, le16, le32};

/// EXIF's orientations that lay a picture on its side; 1 to 4 keep width and height.
const ON_ITS_SIDE: std::ops::RangeInclusive<u32> = 5..=8;

/// A picture whose EXIF block may turn it.
pub(crate) fn with_exif(source: &mut Source, mime: &'static str) -> Result<Found, Trouble> {
    let (width, height) = size(source)?;
    let size = if is_on_its_side(source) { (height, width) } else { (width, height) };
    Ok(Found::image(mime, size))
}

/// A picture that is shown as it is stored, or whose own properties turn it, as HEIF's `irot` does: its EXIF block has no say then.
pub(crate) fn plain(source: &mut Source, mime: &'static str) -> Result<Found, Trouble> {
    Ok(Found::image(mime, size(source)?))
}

/// A Windows bitmap. A negative height means that rows go from top to bottom; the oldest header has short numbers.
pub(crate) fn bitmap(head: &[u8]) -> Result<Found, Trouble> {
    let short = || Some((u32::from(le16(head, 18)?), u32::from(le16(head, 20)?)));
    let long = || Some((le32(head, 18)?, le32(head, 22)?.cast_signed().unsigned_abs()));
    let size = if head.get(14) == Some(&12) { short() } else { long() };
    size.map(|size| Found::image("image/bmp", size)).ok_or(Trouble::Damaged("a bitmap without a size"))
}

fn size(source: &mut Source) -> Result<(u32, u32), Trouble> {
    const NONE: Trouble = Trouble::Damaged("a picture without a size");
    source.restart();
    let size = imagesize::reader_size(&mut *source).map_err(|_| NONE)?;
    let side = |side| u32::try_from(side).map_err(|_| NONE);
    Ok((side(size.width)?, side(size.height)?))
}

/// Metadata is decoration: where it is missing, broken or beyond the limit, the picture is shown as it is stored.
fn is_on_its_side(source: &mut Source) -> bool {
    source.restart();
    let mut reader = exif::Reader::new();
    // Makers' private notes are often broken, the orientation before them is not.
    reader.continue_on_error(true);
    let metadata = reader.read_from_container(source).or_else(|error| error.distill_partial_result(|_| ()));
    let Ok(metadata) = metadata else { return false };
    let orientation = metadata.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    orientation.is_some_and(|orientation| ON_ITS_SIDE.contains(&orientation))
}
