//! Readers of request bodies: `application/x-www-form-urlencoded` and `multipart/form-data` (RFC 7578).

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The field's name.
    pub(crate) name: String,
    /// Given when the part is a file.
    pub(crate) file_name: Option<String>,
    /// Its own media type, when said.
    pub(crate) media_type: Option<String>,
    /// The part's bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The boundary that a `multipart/form-data` content type announces; `None` for other types.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// Splits a multipart body; `None` when it is malformed or cut.
pub(crate) fn multipart(body: &[u8], boundary: &str) -> Option<Vec<Part>> {
    let opening = format!("--{boundary}").into_bytes();
    let separator = format!("\r\n--{boundary}").into_bytes();
    let mut rest = &body[find(body, &opening)? + opening.len()..];
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &separator)?;
        parts.push(part(&rest[..end])?);
        rest = &rest[end + separator.len()..];
    }
    Some(parts)
}

/// Reads `a=1&b=%20c`, with `+` as a space; invalid escapes stay as they are.
pub(crate) fn urlencoded(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(name, true), percent_decoded(value, true))
        })
        .collect()
}

/// Undoes percent-encoding; `plus_is_space` for forms and queries, not for paths.
pub(crate) fn percent_decoded(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], escape.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) if plus_is_space => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn part(bytes: &[u8]) -> Option<Part> {
    // A part without headers has no name, so the blank line is always preceded by at least one header.
    let head_end = find(bytes, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let (mut name, mut file_name, mut media_type) = (None, None, None);
    for line in head.split("\r\n") {
        let Some((header, value)) = line.split_once(':') else { continue };
        if header.trim().eq_ignore_ascii_case("content-type") {
            media_type = Some(value.trim().to_owned());
        } else if header.trim().eq_ignore_ascii_case("content-disposition") {
            name = disposition(value, "name");
            file_name = disposition(value, "filename");
        }
    }
    Some(Part { name: name?, file_name, media_type, bytes: bytes[head_end + 4..].to_vec() })
}

/// Finds `key="value"` or `key=value`; backslash and `%22` both escape a quote, as browsers and older clients write it.
fn disposition(header: &str, key: &str) -> Option<String> {
    let mut rest = header;
    while let Some(at) = rest.find(';') {
        rest = rest[at + 1..].trim_start();
        let Some(value) = rest.strip_prefix(key).and_then(|after| after.strip_prefix('=')) else { continue };
        let Some(quoted) = value.strip_prefix('"') else {
            return Some(value.split(';').next().unwrap_or_default().trim().to_owned());
        };
        let mut out = String::new();
        let mut letters = quoted.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '"' => return Some(out.replace("%22", "\"")),
                '\\' => out.extend(letters.next()),
                other => out.push(other),
            }
        }
        return None;
    }
    None
}

/// Plain search that skips to candidates of the first byte, since uploads are tens of megabytes.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, tail) = needle.split_first()?;
    let mut from = 0;
    while let Some(offset) = haystack.get(from..)?.iter().position(|byte| byte == first) {
        let at = from + offset;
        if haystack[at + 1..].starts_with(tail) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_body_is_split_into_fields_and_files() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n--X\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a \\\"b\\\".png\"\r\nContent-Type: image/png\r\n\r\n\r\n--Y\r\n\r\n--X--\r\n";
        let parts =
            multipart(body, &boundary("multipart/form-data; boundary=\"X\"").expect("boundary")).expect("parts");
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].bytes.as_slice(), &parts[0].file_name),
            ("chat_id", &b"7"[..], &None)
        );
        assert_eq!(parts[1].file_name.as_deref(), Some("a \"b\".png"));
        assert_eq!(parts[1].media_type.as_deref(), Some("image/png"));
        assert_eq!(parts[1].bytes, b"\r\n--Y\r\n");
    }

    #[test]
    fn a_cut_multipart_body_is_refused() {
        for body in [
            &b""[..],
            b"--X",
            b"--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n7",
            b"--X\r\nno name\r\n\r\n7\r\n--X--",
        ] {
            assert_eq!(multipart(body, "X"), None, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn urlencoded_pairs_are_decoded() {
        let pairs = urlencoded("a=1&b=%D0%B6+x%2&c&&d=%");
        let expected = [("a", "1"), ("b", "ж x%2"), ("c", ""), ("d", "%")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
