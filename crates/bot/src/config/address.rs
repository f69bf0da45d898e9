//! Addresses of servers: https, or plain http where nobody listens in between.

use std::net::IpAddr;

use reqwest::Url;

use super::reader::Refusal;

/// Hosts that may be spoken to without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainHttp {
    /// This machine only.
    Loopback,
    /// This machine, private networks, and names that only a private network can resolve.
    Private,
}

/// A base address: no query, no user name; the result has no slash at its end.
pub(super) fn base(text: &str, plain: PlainHttp) -> Result<Url, Refusal> {
    let url = page(text, plain)?;
    if url.query().is_some() { Err(Refusal::hint("take away the `?` and what follows")) } else { Ok(url) }
}

/// A whole address, with a query if need be.
pub(super) fn page(text: &str, plain: PlainHttp) -> Result<Url, Refusal> {
    let missing_scheme = || Refusal::hint("put `https://` before it");
    if !text.contains("://") {
        return Err(missing_scheme());
    }
    let url = Url::parse(text).map_err(|error| Refusal::hint(error.to_string()))?;
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() || !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::default());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::hint("take away the user name before the `@`"));
    }
    if url.fragment().is_some() {
        return Err(Refusal::hint("take away the `#` and what follows"));
    }
    let open = match plain {
        PlainHttp::Loopback => is_loopback(host),
        PlainHttp::Private => is_private(host),
    };
    if url.scheme() == "http" && !open {
        return Err(Refusal::hint("write `https`: what is sent there must not be read on the way"));
    }
    Ok(url)
}

/// The text of a base address without the slash at its end, so that a path can be put behind it.
pub(super) fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether a host, as [`Url::host_str`] writes it, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    match ip(host) {
        Some(ip) => ip.is_loopback(),
        None => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Whether a host is this machine, or one that only a private network knows.
pub(super) fn is_private(host: &str) -> bool {
    const PRIVATE_ENDINGS: [&str; 4] = [".local", ".internal", ".lan", ".home.arpa"];
    match ip(host) {
        Some(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || is_shared(ip.octets()),
        Some(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        // A name without a dot is resolved by the container network or the hosts file, never by the public DNS.
        None => !host.contains('.') || is_loopback(host) || PRIVATE_ENDINGS.iter().any(|ending| host.ends_with(ending)),
    }
}

/// 100.64.0.0/10: between a provider and its customers, and what overlay networks hand out.
const fn is_shared([first, second, ..]: [u8; 4]) -> bool {
    first == 100 && second & 0xc0 == 64
}

fn ip(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, plain: PlainHttp) -> Result<String, Option<String>> {
        base(text, plain).map(|url| without_slash(&url)).map_err(|refusal| refusal.hint)
    }

    #[test]
    fn https_is_taken_everywhere_and_loses_the_slash_at_its_end() {
        let table = [
            ("https://bot.example.com", "https://bot.example.com"),
            ("https://bot.example.com/", "https://bot.example.com"),
            ("https://Bot.Example.com:443/kie//", "https://bot.example.com/kie"),
            ("https://1.1.1.1:8443", "https://1.1.1.1:8443"),
        ];
        for (text, expected) in table {
            assert_eq!(check(text, PlainHttp::Loopback).as_deref(), Ok(expected));
            assert_eq!(check(text, PlainHttp::Private).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn plain_http_needs_a_near_host() {
        for text in
            ["http://localhost:9", "http://127.0.0.1", "http://127.8.8.8", "http://[::1]:9/x", "http://a.localhost"]
        {
            assert!(check(text, PlainHttp::Loopback).is_ok(), "{text}");
            assert!(check(text, PlainHttp::Private).is_ok(), "{text}");
        }
        for text in [
            "http://10.0.0.2",
            "http://192.168.1.9:8081",
            "http://[fd00::1]",
            "http://bot-api:8081",
            "http://a.internal",
            "http://100.64.0.1",
        ] {
            assert!(check(text, PlainHttp::Loopback).is_err(), "{text}");
            assert!(check(text, PlainHttp::Private).is_ok(), "{text}");
        }
        for text in [
            "http://example.com",
            "http://8.8.8.8",
            "http://100.128.0.1",
            "http://[2606:4700::1111]",
            "http://local.example.com",
        ] {
            assert!(check(text, PlainHttp::Private).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_base_address_is_refused_with_advice() {
        let table = [
            ("bot.example.com", Some("put `https://` before it")),
            ("localhost:8080", Some("put `https://` before it")),
            ("https://a/?x=1", Some("take away the `?` and what follows")),
            ("https://a/#x", Some("take away the `#` and what follows")),
            ("https://me:pw@a/", Some("take away the user name before the `@`")),
            ("ftp://a", None),
            ("https://", Some("empty host")),
        ];
        for (text, hint) in table {
            assert_eq!(check(text, PlainHttp::Private), Err(hint.map(str::to_owned)), "{text}");
        }
    }
}
