//! A minimal HTTP/1.1 client for `http://` on loopback: one request per connection, bounded answer, bounded time.
//!
//! Why not a client crate: the simulators need no TLS, no redirects and no pool, and must be unable to leave the machine.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Largest answer that is read, head included.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest head: no server of ours sends more than a few hundred bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// HTTP status code.
    pub(crate) status: u16,
    /// Header names in lower case, with their values.
    pub(crate) headers: Vec<(String, String)>,
    /// The whole body, decoded from chunks.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of that lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the status is 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The address is not plain HTTP on loopback; nothing was sent.
    #[error("`{0}` is not an http address on loopback")]
    NotLoopback(String),
    /// No answer within the time given.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The connection broke.
    #[error("connection broke")]
    Io(#[from] std::io::Error),
    /// The answer is not HTTP, or larger than is read.
    #[error("answer is not readable: {0}")]
    Malformed(&'static str),
}

/// Sends one request and reads its answer; waits at most `timeout` for the whole exchange.
///
/// # Errors
/// See [`SendError`]; a non-2xx status is an answer, not an error.
pub(crate) async fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    timeout: Duration,
) -> Result<Answer, SendError> {
    let target = Target::parse(url)?;
    match tokio::time::timeout(timeout, exchange(method, &target, headers, body)).await {
        Ok(result) => result,
        Err(_) => Err(SendError::TimedOut(timeout)),
    }
}

/// Whether [`send`] would go there at all.
pub(crate) fn is_loopback(url: &str) -> bool {
    Target::parse(url).is_ok()
}

struct Target {
    address: IpAddr,
    port: u16,
    authority: String,
    path: String,
}

impl Target {
    fn parse(url: &str) -> Result<Self, SendError> {
        let refused = || SendError::NotLoopback(url.chars().take(200).collect());
        let rest = url.strip_prefix("http://").ok_or_else(refused)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| refused())?),
            _ => (authority, 80),
        };
        let address = match host {
            "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
            "[::1]" => IpAddr::V6(Ipv6Addr::LOCALHOST),
            other => other.parse::<IpAddr>().map_err(|_| refused())?,
        };
        if !address.is_loopback() || path.bytes().any(|byte| byte <= b' ') {
            return Err(refused());
        }
        let path = path.split('#').next().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { address, port, authority: authority.to_owned(), path })
    }
}

async fn exchange(method: &str, target: &Target, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, SendError> {
    let mut stream = TcpStream::connect((target.address, target.port)).await?;
    stream.set_nodelay(true)?;
    let mut head = format!("{method} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", target.path, target.authority);
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method != "GET" {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    let written = stream.write_all(&bytes).await;
    let answer = read_answer(&mut stream, method).await;
    // A server may answer and close before it read the whole body, so the answer counts for more than the write.
    match (answer, written) {
        (Ok(answer), _) => Ok(answer),
        (Err(_), Err(error)) => Err(error.into()),
        (Err(error), Ok(())) => Err(error),
    }
}

async fn read_answer(stream: &mut TcpStream, method: &str) -> Result<Answer, SendError> {
    let mut buffer = Vec::new();
    let head_end = loop {
        if let Some(at) = find(&buffer, b"\r\n\r\n") {
            break at;
        }
        if buffer.len() > HEAD_BYTES_MAX {
            return Err(SendError::Malformed("head is too large"));
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Err(SendError::Malformed("connection closed before the head ended"));
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let mut answer = parse_head(&head)?;
    let mut rest = buffer.split_off(head_end + 4);
    if method == "HEAD" || answer.status == 204 || answer.status == 304 {
        return Ok(answer);
    }
    let length = match answer.header("content-length") {
        Some(text) => Some(text.parse::<usize>().map_err(|_| SendError::Malformed("content-length is not a number"))?),
        None => None,
    };
    let chunked = answer.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    loop {
        if rest.len() > ANSWER_BYTES_MAX {
            return Err(SendError::Malformed("body is too large"));
        }
        if let Some(length) = length
            && rest.len() >= length
        {
            rest.truncate(length);
            break;
        }
        if stream.read_buf(&mut rest).await? == 0 {
            if length.is_some() {
                return Err(SendError::Malformed("body is shorter than content-length"));
            }
            break;
        }
    }
    answer.body = if chunked { unchunk(&rest)? } else { rest };
    Ok(answer)
}

fn parse_head(head: &str) -> Result<Answer, SendError> {
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1."))
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or(SendError::Malformed("no status line"))?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Answer { status, headers, body: Vec::new() })
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>, SendError> {
    let cut = SendError::Malformed("chunked body was cut");
    let mut body = Vec::new();
    loop {
        let Some(end) = find(rest, b"\r\n") else { return Err(cut) };
        let size = String::from_utf8_lossy(&rest[..end]);
        let size = size.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else { return Err(cut) };
        if size == 0 {
            return Ok(body);
        }
        let start = end + 2;
        let Some(chunk) = start.checked_add(size).and_then(|stop| rest.get(start..stop)) else { return Err(cut) };
        body.extend_from_slice(chunk);
        let Some(next) = rest.get(start + size + 2..) else { return Err(cut) };
        rest = next;
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_on_loopback_is_a_target() {
        for good in ["http://127.0.0.1:80/a?b=c", "http://localhost:8080", "http://[::1]:9/x", "http://127.0.0.2/"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://10.0.0.1/",
            "http://127.0.0.1:x/",
            "ftp://localhost",
            "http://127.0.0.1/a b",
        ] {
            assert!(!is_loopback(bad), "{bad}");
        }
    }

    #[test]
    fn chunked_bodies_are_joined_and_a_cut_one_is_refused() {
        assert_eq!(unchunk(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").expect("whole"), b"abcde");
        assert!(unchunk(b"3\r\nab").is_err());
        assert!(unchunk(b"ffffffffffffffff\r\nab").is_err());
    }
}
