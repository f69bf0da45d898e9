//! A file that can be read to a limit only: one window of it in memory, any place by seeking.
//!
//! Every parser here reads through it, so a header that claims gigabytes or points in circles costs the limit and no more.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Bytes fetched from disk in one pass over a file. Headers of honest files need some kilobytes; the longest are a comment with a cover picture
/// at the head of an Ogg file and a picture's metadata, a few MB each. Reading this much takes some milliseconds.
pub const READ_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Bytes fetched at once: most headers fit, and a hop from box to box stays cheap.
const WINDOW: usize = 4096;
/// Longest payload that a parser may ask for in one piece; the longest that is needed is a track header of 100 bytes.
const PIECE_MAX: u64 = 256;

/// See the module.
#[derive(Debug)]
pub(crate) struct Source {
    file: File,
    len: u64,
    at: u64,
    window: Vec<u8>,
    window_at: u64,
    left: u64,
    fault: Option<String>,
}

impl Source {
    /// Of a regular file, `len` bytes long.
    pub(crate) fn new(file: File, len: u64) -> Self {
        Self { file, len, at: 0, window: Vec::new(), window_at: 0, left: READ_BYTES_MAX, fault: None }
    }

    /// Length of the file in bytes.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// Where the next byte is read.
    pub(crate) const fn at(&self) -> u64 {
        self.at
    }

    /// What the disk said, if an error was its fault.
    pub(crate) fn fault(&mut self) -> Option<String> {
        self.fault.take()
    }

    /// If the limit ended the reading.
    pub(crate) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// A new pass from the first byte, with the whole limit.
    pub(crate) fn restart(&mut self) {
        self.at = 0;
        self.left = READ_BYTES_MAX;
    }

    /// Goes to a place; beyond the end nothing is read.
    pub(crate) const fn go(&mut self, at: u64) {
        self.at = at;
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// At most `max` bytes from `start` on, fewer where `end` or the file ends.
    pub(crate) fn piece(&mut self, start: u64, end: u64, max: u64) -> io::Result<Vec<u8>> {
        self.go(start);
        let mut bytes = Vec::new();
        let max = max.min(PIECE_MAX).min(end.saturating_sub(start));
        self.by_ref().take(max).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn pay(&mut self, price: u64) -> io::Result<()> {
        self.left = self.left.saturating_sub(price);
        if self.left == 0 { Err(io::Error::other("the limit of reading is reached")) } else { Ok(()) }
    }

    fn fetch(&mut self) -> io::Result<()> {
        self.window.clear();
        self.window_at = self.at;
        if self.at >= self.len {
            return Ok(());
        }
        self.pay(u64::try_from(WINDOW).unwrap_or(u64::MAX))?;
        let window = u64::try_from(WINDOW).unwrap_or(u64::MAX);
        let fetched = self.file.seek(SeekFrom::Start(self.at)).and_then(|_| {
            // The length was taken at the start: a file that still grows does not change under a parser.
            self.file.by_ref().take(window.min(self.len - self.at)).read_to_end(&mut self.window)
        });
        if let Err(error) = &fetched {
            self.fault = Some(error.to_string());
        }
        fetched.map(drop)
    }

    fn ready(&self) -> &[u8] {
        let skipped = self.at.checked_sub(self.window_at).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| self.window.get(skipped..)).unwrap_or_default()
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // Each call has a price, so that a parser which reads nothing for ever comes to an end too.
        self.pay(1)?;
        if self.ready().is_empty() {
            self.fetch()?;
        }
        Ok(self.ready())
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.at.saturating_add(u64::try_from(amount).unwrap_or(u64::MAX));
    }
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let amount = ready.read(into)?;
        self.consume(amount);
        Ok(amount)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.pay(1)?;
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::other("a place before the file"))?;
        Ok(self.at)
    }
}

/// The big-endian number of two bytes at `at`.
pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The big-endian number of four bytes at `at`.
pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The big-endian number of eight bytes at `at`.
pub(crate) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The little-endian number of two bytes at `at`.
pub(crate) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The little-endian number of four bytes at `at`.
pub(crate) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
