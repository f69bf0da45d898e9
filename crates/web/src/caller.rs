//! Who calls, and how often one caller may: connections at once, requests in a row. One loud address must not take what all others need.
//!
//! Invariants
//! - An address that a caller can invent counts for nothing: `X-Forwarded-For` is read from its right end, where our own proxies write, and only
//!   as many entries deep as there are proxies.
//! - A neighbour (a loopback or private address) without a proxy's word about who is behind it speaks for many: its requests are not counted.
//! - Telegram's webhook is not counted: its secret is its limit, and all its updates come from a few addresses. Nor is `/health`: a platform that
//!   is told "too many" restarts the bot.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::allowance::Allowances;
use domain::clock::Timestamp;
use hyper::header::HeaderMap;
use tokio::time::Instant;

use crate::limits::Limits;
use crate::routes::Route;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// Addresses that are remembered; a hundred kilobytes or so.
const ADDRESSES_MAX: usize = 4096;

/// Where a caller is: an IPv4 address, or the network of an IPv6 one, of which everybody has a whole one (/64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address(IpAddr);

impl Address {
    pub(crate) fn of(ip: IpAddr) -> Self {
        Self(match ip.to_canonical() {
            IpAddr::V4(ip) => IpAddr::V4(ip),
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
        })
    }
}

/// The caller's address, as far as it can be known; `proxies` of ours stand before us.
fn caller(peer: IpAddr, headers: &HeaderMap, proxies: usize) -> Option<Address> {
    let told = proxies.checked_sub(1).and_then(|inner| {
        // Several lines are one list.
        let lines = headers.get_all(FORWARDED_FOR).iter().rev().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.rsplit(',')).nth(inner)?.trim().parse::<IpAddr>().ok()
    });
    told.or_else(|| (!is_neighbour(peer)).then_some(peer)).map(Address::of)
}

/// Whether an address is of this machine or of a private network.
fn is_neighbour(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            // 100.64.0.0/10 is what platforms use between their machines.
            let [first, second, ..] = ip.octets();
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// What callers did lately.
pub(crate) struct Callers {
    limits: Limits,
    started: Instant,
    requests: Mutex<Allowances<Address>>,
    connections: Arc<Mutex<HashMap<Address, usize>>>,
}

impl Callers {
    pub(crate) fn new(limits: Limits) -> Self {
        let requests = Mutex::new(Allowances::new(limits.address_requests, ADDRESSES_MAX));
        Self { limits, started: Instant::now(), requests, connections: Arc::default() }
    }

    /// Counts a request; `Err` = how long this caller should wait.
    pub(crate) fn admit(&self, route: &Route, peer: IpAddr, headers: &HeaderMap) -> Result<(), Duration> {
        if matches!(route, Route::TelegramWebhook | Route::Health) {
            return Ok(());
        }
        let Some(address) = caller(peer, headers, self.limits.proxies) else { return Ok(()) };
        let micros = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.take(address, Timestamp::from_micros(micros))
    }

    /// Counts a connection for as long as the answer lives; `None` = this address has too many. Behind a proxy all come from it, and it is the one
    /// to count.
    pub(crate) fn connect(&self, peer: IpAddr) -> Option<Connected> {
        let (address, counts) = (Address::of(peer), Arc::clone(&self.connections));
        {
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(address).or_default();
            if self.limits.proxies == 0 && *count >= self.limits.address_connections_max {
                return None;
            }
            *count += 1;
        }
        Some(Connected { address, counts })
    }
}

/// A connection of an address.
pub(crate) struct Connected {
    address: Address,
    counts: Arc<Mutex<HashMap<Address, usize>>>,
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const STRANGER: &str = "203.0.113.7";

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        // Proxies, peer, header lines, the caller.
        let table: &[(usize, &str, &[&str], Option<&str>)] = &[
            (0, STRANGER, &[], Some(STRANGER)),
            (0, STRANGER, &["198.51.100.1"], Some(STRANGER)),
            (0, "10.0.0.1", &["198.51.100.1"], None),
            (0, "127.0.0.1", &[], None),
            (0, "100.64.3.2", &[], None),
            (0, "::ffff:192.168.1.1", &[], None),
            (0, "fd00::1", &[], None),
            (1, "10.0.0.1", &[STRANGER], Some(STRANGER)),
            (1, "10.0.0.1", &["1.1.1.1, 203.0.113.7"], Some(STRANGER)),
            (1, "10.0.0.1", &["1.1.1.1", "203.0.113.7"], Some(STRANGER)),
            (1, "10.0.0.1", &["203.0.113.7, nonsense"], None),
            (1, "10.0.0.1", &[], None),
            (1, STRANGER, &["nonsense"], Some(STRANGER)),
            (2, "10.0.0.1", &["6.6.6.6, 203.0.113.7, 10.0.0.9"], Some(STRANGER)),
            (2, "10.0.0.1", &["6.6.6.6, 203.0.113.7", "10.0.0.9"], Some(STRANGER)),
            (2, "10.0.0.1", &[STRANGER], None),
        ];
        for (proxies, peer, lines, wanted) in table {
            let mut headers = HeaderMap::new();
            for line in *lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
            }
            let wanted = wanted.map(|wanted| Address::of(ip(wanted)));
            assert_eq!(caller(ip(peer), &headers, *proxies), wanted, "{proxies} {peer} {lines:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let of = |text| Address::of(ip(text));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of(STRANGER));
    }

    #[test]
    fn connections_are_counted_while_they_live_and_not_behind_a_proxy() {
        let callers = |proxies| Callers::new(Limits { address_connections_max: 2, proxies, ..Limits::default() });
        let direct = callers(0);
        let (first, _second) = (direct.connect(ip(STRANGER)).unwrap(), direct.connect(ip(STRANGER)).unwrap());
        assert!(direct.connect(ip(STRANGER)).is_none());
        assert!(direct.connect(ip("203.0.113.8")).is_some(), "another one is not concerned");
        drop(first);
        assert!(direct.connect(ip(STRANGER)).is_some());
        let behind = callers(1);
        let all: Vec<_> = (0..9).map_while(|_| behind.connect(ip("10.0.0.1"))).collect();
        assert_eq!(all.len(), 9);
        drop(all);
        assert!(behind.connections.lock().unwrap().is_empty(), "nobody is remembered who is gone");
    }
}
