//! Files of the chats, whole or in part: players ask for ranges when the user seeks.

use super::Refusal;
use crate::{
    http::{Request, Response},
    telegram::TelegramSimulator,
};

/// The bytes behind a `file_id`. What a browser might run is only ever saved.
pub(super) fn answer(telegram: &TelegramSimulator, file_id: &str, request: &Request) -> Result<Response, Refusal> {
    let found = telegram.file(file_id);
    let (media_type, bytes) = found.ok_or_else(|| Refusal::new(404, format!("there is no file `{file_id}`")))?;
    let wanted = request.header("range").and_then(|header| range(header, bytes.len()));
    let response = match wanted {
        Some((first, last)) => Response::new(206, &media_type, &bytes[first..=last])
            .with_header("content-range", format!("bytes {first}-{last}/{}", bytes.len())),
        None => Response::new(200, &media_type, bytes.to_vec()),
    };
    let played = ["image/", "video/", "audio/"].iter().any(|kind| media_type.starts_with(kind));
    Ok(response
        .with_header("accept-ranges", "bytes")
        .with_header("content-disposition", if played { "inline" } else { "attachment" })
        .with_header("content-security-policy", "default-src 'none'; media-src 'self'; sandbox"))
}

/// First and last byte of a `Range` of one stretch; `None` (the whole file) for what is malformed, manifold or past the end.
fn range(header: &str, length: usize) -> Option<(usize, usize)> {
    let end = length.checked_sub(1)?;
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = match (first, last) {
        ("", tail) => (length.saturating_sub(tail.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.min(end)),
    };
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_are_cut_to_the_file() {
        let cases = [
            ("bytes=0-", Some((0, 9))),
            ("bytes=2-4", Some((2, 4))),
            ("bytes=8-99", Some((8, 9))),
            ("bytes=-3", Some((7, 9))),
            ("bytes=-99", Some((0, 9))),
            ("bytes=-0", None),
            ("bytes=10-", None),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("bytes=", None),
        ];
        for (header, expected) in cases {
            assert_eq!(range(header, 10), expected, "{header}");
        }
        assert_eq!(range("bytes=0-", 0), None);
    }
}
