//! Which addresses we fetch from: https at a public address, or any at a host that the configuration names. A result's link comes from outside;
//! without this rule it could make us read our own network.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// An address that we don't fetch from. The text names the host at most: the rest of a link may be a key to its file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Forbidden {
    #[error("it is no address")]
    NoAddress,
    #[error("it is not https")]
    NotHttps,
    #[error("it has a user name")]
    UserName,
    #[error("`{0}` is not public")]
    NotPublic(String),
}

/// The hosts that the configuration names, as [`Url::host_str`] writes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named(Arc<HashSet<String>>);

impl Named {
    pub(crate) fn of(urls: &[&Url]) -> Self {
        Self(Arc::new(urls.iter().filter_map(|url| url.host_str()).map(str::to_owned).collect()))
    }

    fn holds(&self, host: &str) -> bool {
        self.0.contains(host)
    }
}

/// The address, if we may fetch from it as far as its text tells. Names are judged by [`PublicResolver`] when they are resolved.
pub(crate) fn admit(text: &str, named: &Named) -> Result<Url, Forbidden> {
    let url = Url::parse(text).map_err(|_| Forbidden::NoAddress)?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Forbidden::NoAddress)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::UserName);
    }
    match url.scheme() {
        "http" | "https" if named.holds(host) => return Ok(url),
        "https" => {}
        _ => return Err(Forbidden::NotHttps),
    }
    // The connector doesn't ask a resolver for these.
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match literal {
        Ok(ip) if !is_public(ip) => Err(Forbidden::NotPublic(host.to_owned())),
        _ => Ok(url),
    }
}

/// Resolves names, and keeps only public addresses unless the host is a named one. The connection goes to what is returned here, so a name that
/// resolves differently a second later changes nothing.
pub(crate) struct PublicResolver(pub(crate) Named);

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let named = self.0.clone();
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            let usable: Vec<SocketAddr> =
                found.iter().copied().filter(|address| named.holds(host) || is_public(address.ip())).collect();
            if usable.is_empty() && !found.is_empty() {
                return Err(Forbidden::NotPublic(host.to_owned()).into());
            }
            let addresses: Addrs = Box::new(usable.into_iter());
            Ok(addresses)
        })
    }
}

/// The refusal of [`PublicResolver`] inside an error of the client.
pub(crate) fn refusal(error: &reqwest::Error) -> Option<&Forbidden> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(forbidden) = error.downcast_ref::<Forbidden>() {
            return Some(forbidden);
        }
        cause = error.source();
    }
    None
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// IANA's registry of special addresses, IPv4.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || (a == 100 && (64..128).contains(&b)) // carrier-grade NAT
        || (a == 192 && b == 0 && c == 0) // protocol assignments
        || (a == 192 && b == 88 && c == 99) // relays to IPv6
        || (a == 198 && (18..20).contains(&b)) // benchmarks
        || a >= 240; // reserved
    !special
}

/// Only the part that is given out to the public, 2000::/3, less its special blocks. So unique local, link-local, multicast, loopback and every
/// form with an IPv4 address inside are out.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let given_out = first & 0xe000 == 0x2000;
    let special = match first {
        0x2001 => second < 0x0200 || second == 0x0db8, // protocol assignments (Teredo among them); documentation
        0x2002 => true,                                // 6to4: an IPv4 address inside
        0x3fff => second < 0x1000,                     // documentation
        _ => false,
    };
    given_out && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_special_block_are_refused() {
        let special = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
        ];
        for ip in special {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "2001:4860:4860::8888",
            "3fff:1000::1",
        ];
        for ip in public {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn the_text_of_an_address_is_judged_by_scheme_host_and_user_name() {
        let named =
            Named::of(&[&Url::parse("http://sim.local:9000/x").unwrap(), &Url::parse("http://[::1]:9000").unwrap()]);
        for good in [
            "https://tempfile.aiquickdraw.com/a.png?sig=1",
            "https://1.1.1.1:8443/a",
            "https://localhost/judged-when-resolved",
            "http://sim.local/a",
            "http://SIM.local:1/a",
            "https://sim.local/a",
            "http://[0:0::1]:7/a",
        ] {
            assert!(admit(good, &named).is_ok(), "{good}");
        }
        let not_public = |host: &str| Forbidden::NotPublic(host.to_owned());
        let table = [
            ("http://tempfile.aiquickdraw.com/a.png", Forbidden::NotHttps),
            ("http://1.1.1.1/a", Forbidden::NotHttps),
            ("ftp://sim.local/a", Forbidden::NotHttps),
            ("file:///etc/passwd", Forbidden::NoAddress),
            ("data:text/plain,x", Forbidden::NoAddress),
            ("tempfile.aiquickdraw.com/a.png", Forbidden::NoAddress),
            ("", Forbidden::NoAddress),
            ("https://me:pw@tempfile.aiquickdraw.com/", Forbidden::UserName),
            ("http://sim.local@10.0.0.1/", Forbidden::UserName),
            ("https://127.0.0.1/", not_public("127.0.0.1")),
            ("https://2130706433/", not_public("127.0.0.1")),
            ("https://0x7f.1/", not_public("127.0.0.1")),
            ("https://0177.0.0.1/", not_public("127.0.0.1")),
            ("https://169.254.169.254/latest/meta-data", not_public("169.254.169.254")),
            ("https://[::ffff:10.0.0.1]/", not_public("[::ffff:a00:1]")),
            ("https://[fd00::1]/", not_public("[fd00::1]")),
        ];
        for (bad, expected) in table {
            assert_eq!(admit(bad, &named).unwrap_err(), expected, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_of_a_private_address_is_refused_unless_it_is_named() {
        let resolve = async |named: Named| match PublicResolver(named).resolve("localhost".parse().unwrap()).await {
            Ok(addresses) => Ok(addresses.count()),
            Err(error) => Err(error.to_string()),
        };
        assert_eq!(resolve(Named::default()).await, Err("`localhost` is not public".to_owned()));
        assert!(resolve(Named::of(&[&Url::parse("http://localhost").unwrap()])).await.unwrap() > 0);
    }
}
