//! Who may read `/metrics`: figures of a business, so not everybody.
//!
//! With a token, whoever shows it. Without one, whoever is near: a client on this machine or in a private network that came by itself. A proxy
//! of the hosting is near too, so what it brings from outside is told by the headers that every such proxy adds.

use std::net::IpAddr;

use hyper::header::{AUTHORIZATION, HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// What a proxy adds to what it brings.
const PROXIED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The rule that holds.
pub(crate) enum Scrape {
    /// Who is near.
    Near,
    /// Who shows this as a bearer token.
    Token(SecretString),
}

impl Scrape {
    /// Whether a client may read. The time of a comparison depends on the lengths only.
    pub(crate) fn admits(&self, client: IpAddr, headers: &HeaderMap) -> bool {
        match self {
            Self::Near => is_near(client) && PROXIED.iter().all(|name| !headers.contains_key(*name)),
            Self::Token(token) => {
                let sent = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
                sent.is_some_and(|sent| token.expose_secret().as_bytes().ct_eq(sent).into())
            }
        }
    }
}

/// This machine, or a network that the internet does not route to.
fn is_near(client: IpAddr) -> bool {
    match client.to_canonical() {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let is_shared = first == 100 && second & 0xc0 == 64;
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || is_shared
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn without_a_token_only_who_is_near_and_came_by_itself() {
        let table = [
            ("127.0.0.1", true),
            ("::1", true),
            ("10.1.2.3", true),
            ("::ffff:192.168.1.4", true),
            ("100.64.0.9", true),
            ("fd00::7", true),
            ("100.128.0.9", false),
            ("203.0.113.5", false),
            ("::ffff:203.0.113.5", false),
            ("2001:db8::1", false),
        ];
        for (client, admitted) in table {
            assert_eq!(Scrape::Near.admits(client.parse().unwrap(), &HeaderMap::new()), admitted, "{client}");
        }
        for name in PROXIED {
            let brought = headers(&[(name, "203.0.113.5")]);
            assert!(!Scrape::Near.admits("10.1.2.3".parse().unwrap(), &brought), "{name}");
        }
    }

    #[test]
    fn with_a_token_whoever_shows_it() {
        let scrape = Scrape::Token("s3cret".into());
        let table = [
            (Some("Bearer s3cret"), true),
            (Some("Bearer s3cre"), false),
            (Some("Bearer S3cret"), false),
            (Some("Basic s3cret"), false),
            (Some("s3cret"), false),
            (None, false),
        ];
        for (sent, admitted) in table {
            let pairs: Vec<_> = sent.map(|sent| ("authorization", sent)).into_iter().collect();
            for client in ["127.0.0.1", "203.0.113.5"] {
                assert_eq!(scrape.admits(client.parse().unwrap(), &headers(&pairs)), admitted, "{sent:?} {client}");
            }
        }
    }
}
