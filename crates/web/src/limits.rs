//! Every bound of the listener in one value, each with the reason for its default.

use std::time::Duration;

use domain::allowance::Allowance;

use crate::Error;

/// Connections or tasks that any configuration may ask for; more than this is a typing error, not a wish.
const SLOTS_MAX: usize = 65_536;
/// The smallest buffer that hyper accepts.
const HEAD_BYTES_MIN: usize = 8 * 1024;

/// The bounds of the listener. Start from `Limits::default()` and change what must differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; the next ones wait in the kernel's backlog. Telegram opens at most 100, a proxy pools
    /// some tens, and 256 full bodies still fit a small machine.
    pub connections_max: usize,
    /// Connections of one address at once; one more is closed without a word. Half of all: Telegram opens at most 100, and behind a reverse proxy
    /// nobody told us of, everybody comes from one address. Not counted behind known proxies.
    pub address_connections_max: usize,
    /// Requests of one caller, to everything but Telegram's webhook and `/health`; one more is 429. KIE takes 20 creations in 10 s, so it calls
    /// back about twice a second, from a few addresses.
    pub address_requests: Allowance,
    /// Proxies before us that add to `X-Forwarded-For`, and so how deep it is believed; 0 = not at all.
    pub proxies: usize,
    /// Calls into the house at once, those past `handle_max` included; one more is answered 503. The same number as
    /// connections: normal traffic never meets it, a hanging database does.
    pub work_max: usize,
    /// Bytes of a request's head, and of a read buffer. Proxies add a few KiB; 32 KiB leaves room and is cheap.
    pub head_bytes_max: usize,
    /// From the first byte of a request's head (for a new connection: from its start) to the end of the head. A real
    /// client sends it in one packet; 5 s forgives a bad line and frees the slot of a slow attacker.
    pub header_read: Duration,
    /// A connection without a request. Longer than the idle time of the proxies before us (60 to 100 s), so that it is
    /// they who close: the other way round they send into a dead socket and their client sees a 502.
    pub idle: Duration,
    /// The same once every connection slot is taken: then 1 s is enough for who has nothing to say.
    pub idle_crowded: Duration,
    /// From the head to the last byte of the body, else 408. 1 MiB in 5 s is 1.7 Mbit/s, far below what servers do.
    pub body_read: Duration,
    /// Without any progress in taking our answer. Answers are small and fit the socket's buffer; who takes none of it
    /// for 10 s is gone.
    pub response_write: Duration,
    /// Bytes of a Telegram update, else 413. Updates are some KiB; the largest known stay below 100 KiB.
    pub telegram_body_bytes_max: usize,
    /// Bytes of a KIE callback, else 413. They hold addresses and lyrics, some KiB.
    pub callback_body_bytes_max: usize,
    /// Bytes sent to a mounted page, else 413. Forms and comma separated lists, no uploads.
    pub page_body_bytes_max: usize,
    /// From the complete body to the answer, else 503; the work itself goes on. Telegram waits about 60 s and KIE 15 s;
    /// 20 s lets a slow commit end and stays below `drain`.
    pub handle_max: Duration,
    /// For `GET /ready`, else 503. Below the 5 s that hosting probes wait.
    pub ready_max: Duration,
    /// After an answer to a request whose body was not read: how long what still arrives is thrown away, so that the
    /// client sees our answer rather than a reset.
    pub linger: Duration,
    /// From the shutdown signal to the end, whatever still runs. The hosting kills after 30 s; the other 5 s belong to
    /// who hands back leases afterwards.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 256,
            address_connections_max: 128,
            address_requests: Allowance { burst: 100, interval: Duration::from_millis(50) },
            proxies: 0,
            work_max: 256,
            head_bytes_max: 32 * 1024,
            header_read: Duration::from_secs(5),
            idle: Duration::from_secs(120),
            idle_crowded: Duration::from_secs(1),
            body_read: Duration::from_secs(5),
            response_write: Duration::from_secs(10),
            telegram_body_bytes_max: 1024 * 1024,
            callback_body_bytes_max: 1024 * 1024,
            page_body_bytes_max: 1024 * 1024,
            handle_max: Duration::from_secs(20),
            ready_max: Duration::from_secs(4),
            linger: Duration::from_secs(2),
            drain: Duration::from_secs(25),
        }
    }
}

impl Limits {
    /// Refuses values under which no request could ever be answered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |name, found: String, wanted| Err(Error::Limit { name, found, wanted });
        for (name, slots) in [
            ("connections_max", self.connections_max),
            ("address_connections_max", self.address_connections_max),
            ("work_max", self.work_max),
        ] {
            if !(1..=SLOTS_MAX).contains(&slots) {
                return refuse(name, slots.to_string(), "1 to 65536");
            }
        }
        if self.head_bytes_max < HEAD_BYTES_MIN {
            return refuse("head_bytes_max", self.head_bytes_max.to_string(), "at least 8192 bytes");
        }
        let waits = [
            ("header_read", self.header_read),
            ("idle", self.idle),
            ("idle_crowded", self.idle_crowded),
            ("body_read", self.body_read),
            ("response_write", self.response_write),
            ("handle_max", self.handle_max),
            ("ready_max", self.ready_max),
        ];
        for (name, wait) in waits {
            if wait.is_zero() {
                return refuse(name, "0 s".to_owned(), "more than nothing");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_accepted_and_fit_each_other() {
        let limits = Limits::default();
        limits.check().unwrap();
        assert!(limits.handle_max < limits.drain, "a request that just started must be able to end while draining");
        assert!(limits.ready_max < Duration::from_secs(5));
        assert!(limits.idle > Duration::from_secs(100));
    }

    #[test]
    fn a_limit_that_answers_nobody_is_refused_by_name() {
        let cases = [
            (Limits { connections_max: 0, ..Limits::default() }, "connections_max"),
            (Limits { address_connections_max: 0, ..Limits::default() }, "address_connections_max"),
            (Limits { work_max: usize::MAX, ..Limits::default() }, "work_max"),
            (Limits { head_bytes_max: 100, ..Limits::default() }, "head_bytes_max"),
            (Limits { handle_max: Duration::ZERO, ..Limits::default() }, "handle_max"),
            (Limits { idle: Duration::ZERO, ..Limits::default() }, "idle"),
        ];
        for (limits, expected) in cases {
            match limits.check() {
                Err(Error::Limit { name, .. }) => assert_eq!(name, expected),
                other => panic!("`{expected}`: {other:?}"),
            }
        }
    }
}
