//! Small files built by hand: the least that a format needs.

/// A PNG of the size.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels = vec![0; usize::try_from(width * height).unwrap()];
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// A TIFF whose one directory has these SHORT fields; EXIF blocks are the same.
pub(crate) fn tiff(fields: &[(u16, u16)]) -> Vec<u8> {
    let mut bytes = b"II\x2A\0\x08\0\0\0".to_vec();
    bytes.extend(u16::try_from(fields.len()).unwrap().to_le_bytes());
    for (tag, value) in fields {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(3_u16.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
        bytes.extend([0, 0]);
    }
    bytes.extend([0; 4]);
    bytes
}

/// An EXIF block that tells the orientation.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    tiff(&[(0x0112, orientation)])
}

/// The JPEG with an EXIF block in front.
pub(crate) fn jpeg_with(exif: &[u8], jpeg: &[u8]) -> Vec<u8> {
    let length = u16::try_from(2 + 6 + exif.len()).unwrap();
    [&[0xFF, 0xD8, 0xFF, 0xE1], length.to_be_bytes().as_slice(), b"Exif\0\0", exif, &jpeg[2..]].concat()
}

/// The PNG with an `eXIf` chunk behind its header. Nobody here asks for the checksum.
pub(crate) fn png_with(exif: &[u8], png: &[u8]) -> Vec<u8> {
    let (header, rest) = png.split_at(33);
    let length = u32::try_from(exif.len()).unwrap();
    [header, &length.to_be_bytes(), b"eXIf", exif, &[0; 4], rest].concat()
}

/// A RIFF file of the form, from chunks.
pub(crate) fn riff(form: &[u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = form.to_vec();
    for (name, content) in chunks {
        body.extend(*name);
        body.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend(*content);
        body.extend(&[0][..content.len() % 2]);
    }
    [b"RIFF", u32::try_from(body.len()).unwrap().to_le_bytes().as_slice(), &body].concat()
}

/// The format chunk of plain samples, one channel of 16 bits.
pub(crate) fn wav_format(rate: u32) -> Vec<u8> {
    let mut bytes = [1_u16.to_le_bytes(), 1_u16.to_le_bytes()].concat();
    bytes.extend(rate.to_le_bytes());
    bytes.extend((2 * rate).to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes
}

/// A Windows bitmap's headers.
pub(crate) fn bmp(width: i32, height: i32) -> Vec<u8> {
    let mut bytes = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend([1, 0, 24, 0]);
    bytes.resize(54, 0);
    bytes
}

/// A box of ISO media.
pub(crate) fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(8 + content.len()).unwrap();
    [&size.to_be_bytes(), name.as_slice(), content].concat()
}

/// A `ftyp` box with these brands, the major one first.
pub(crate) fn ftyp(brands: &[&[u8; 4]]) -> Vec<u8> {
    let mut content = brands[0].to_vec();
    content.extend([0; 4]);
    content.extend(brands.iter().flat_map(|brand| brand.iter()));
    boxed(b"ftyp", &content)
}

/// A HEIF picture's boxes: sizes of its parts, and its `irot` if it is turned by so many quarters.
pub(crate) fn heif(brands: &[&[u8; 4]], sizes: &[(u32, u32)], quarters: Option<u8>) -> Vec<u8> {
    let mut properties = Vec::new();
    for (width, height) in sizes {
        let content = [[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat();
        properties.extend(boxed(b"ispe", &content));
    }
    properties.extend(quarters.map(|quarters| boxed(b"irot", &[quarters])).unwrap_or_default());
    let properties = boxed(b"iprp", &boxed(b"ipco", &properties));
    let handler = boxed(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let meta = boxed(b"meta", &[&[0; 4], handler.as_slice(), &properties].concat());
    [ftyp(brands), meta, boxed(b"mdat", &[0; 32])].concat()
}

/// A track of a movie.
pub(crate) struct Track {
    pub(crate) handler: &'static [u8; 4],
    pub(crate) size: (u32, u32),
    /// a, b, c, d of its matrix.
    pub(crate) matrix: [i32; 4],
}

impl Track {
    pub(crate) const UPRIGHT: [i32; 4] = [1, 0, 0, 1];
    pub(crate) const ON_ITS_SIDE: [i32; 4] = [0, 1, -1, 0];

    pub(crate) const fn video(width: u32, height: u32) -> Self {
        Self { handler: b"vide", size: (width, height), matrix: Self::UPRIGHT }
    }

    pub(crate) const fn audio() -> Self {
        Self { handler: b"soun", size: (0, 0), matrix: Self::UPRIGHT }
    }

    /// With headers of version 1 if `is_long`: times in eight bytes.
    fn bytes(&self, is_long: bool, millis: u64) -> Vec<u8> {
        let mut header = times(is_long, &[&[0, 0, 0, 1], &[0; 4]], millis);
        header.extend([0; 16]);
        header.extend(matrix(self.matrix));
        header.extend((self.size.0 << 16).to_be_bytes());
        header.extend((self.size.1 << 16).to_be_bytes());
        let media = times(is_long, &[&1_000_u32.to_be_bytes()], millis);
        let handler = [&[0; 8], self.handler.as_slice(), &[0; 13]].concat();
        let media = [boxed(b"mdhd", &[media, vec![0; 4]].concat()), boxed(b"hdlr", &handler)].concat();
        boxed(b"trak", &[boxed(b"tkhd", &header), boxed(b"mdia", &media)].concat())
    }
}

/// Version, flags and dates, then what stands before the length, then the length.
fn times(is_long: bool, before: &[&[u8]], millis: u64) -> Vec<u8> {
    let mut bytes = vec![u8::from(is_long), 0, 0, 0];
    bytes.extend(vec![0; if is_long { 16 } else { 8 }]);
    before.iter().for_each(|field| bytes.extend(*field));
    match u32::try_from(millis) {
        Ok(short) if !is_long => bytes.extend(short.to_be_bytes()),
        _ => bytes.extend(millis.to_be_bytes()),
    }
    bytes
}

fn matrix([a, b, c, d]: [i32; 4]) -> Vec<u8> {
    let fixed = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30];
    fixed.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The `moov` box of a movie with a time unit of a millisecond.
pub(crate) fn moov(is_long: bool, millis: u64, turn: [i32; 4], tracks: &[Track]) -> Vec<u8> {
    let mut header = times(is_long, &[&1_000_u32.to_be_bytes()], millis);
    header.extend([0; 16]);
    header.extend(matrix(turn));
    header.extend([0; 28]);
    let tracks: Vec<_> = tracks.iter().flat_map(|track| track.bytes(is_long, millis)).collect();
    boxed(b"moov", &[boxed(b"mvhd", &header), tracks].concat())
}

/// An EBML element with a size of eight bytes.
pub(crate) fn element(id: u32, content: &[u8]) -> Vec<u8> {
    let size = (1_u64 << 56) | u64::try_from(content.len()).unwrap();
    [id_bytes(id), size.to_be_bytes().to_vec(), content.to_vec()].concat()
}

/// An EBML element of a live stream, whose size is unknown: it reaches to the end of what holds it.
pub(crate) fn open_element(id: u32, content: &[u8]) -> Vec<u8> {
    [id_bytes(id), vec![0xFF], content.to_vec()].concat()
}

fn id_bytes(id: u32) -> Vec<u8> {
    id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

/// The header of an EBML file.
pub(crate) fn ebml(doc_type: &str) -> Vec<u8> {
    element(0x1A45_DFA3, &element(0x4282, doc_type.as_bytes()))
}

/// Matroska's video track with these elements inside of its `Video`.
pub(crate) fn matroska_video(inside: &[Vec<u8>]) -> Vec<u8> {
    element(0xAE, &[element(0x83, &[1]), element(0xE0, &inside.concat())].concat())
}

/// An ID3v2 tag of `padding` zeros.
pub(crate) fn id3(padding: usize) -> Vec<u8> {
    let size = u32::try_from(padding).unwrap();
    let digits = [size >> 21, size >> 14, size >> 7, size].map(|digit| u8::try_from(digit & 0x7F).unwrap());
    [b"ID3\x04\0\0".as_slice(), &digits, &vec![0; padding]].concat()
}
