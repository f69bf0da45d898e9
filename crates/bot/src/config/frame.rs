//! The small sections: the listener, the workers, the log.

use std::net::IpAddr;
use std::time::Duration;

use super::reader::{Read, Reader, Refusal};
use super::registry::{
    EVENT_LOG_LEVEL, HOST, JOB_LEASE_MS, LIVE_MAX, LOG_FORMAT, LOG_LEVEL, PORT, RENDER, SELLING_PAUSE_MS,
    TRUSTED_PROXIES, USER_ORDERS_PER_MINUTE, USER_UPDATE_INTERVAL_MS, WORKERS,
};
use crate::logging;

/// Where we listen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Http {
    /// The address.
    pub(crate) host: IpAddr,
    /// The port; 0 = the system chooses.
    pub(crate) port: u16,
    /// Proxies before us whose word about the caller's address is taken.
    pub(crate) proxies: usize,
}

impl Http {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let host = reader.value(&HOST, |text| {
            text.parse().map_err(|_| Refusal::hint("`0.0.0.0` listens everywhere, `127.0.0.1` on this machine only"))
        });
        let port = reader.whole(&PORT);
        let proxies = reader.whole_or(&TRUSTED_PROXIES, if reader.has(&RENDER) { 1 } else { 0 });
        Ok(Self { host: host?, port: port?, proxies: proxies? })
    }
}

/// How much at once, how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workers {
    /// Jobs done at once.
    pub(crate) workers: usize,
    /// A claim on a job lasts so long.
    pub(crate) job_lease: Duration,
    /// Generations that a user may have at once.
    pub(crate) live_max: usize,
    /// After a burst a user's next update is worked on after so long.
    pub(crate) user_update_interval: Duration,
    /// Orders that a user may confirm within a minute.
    pub(crate) orders_per_minute: u32,
    /// Selling stops for so long when KIE refuses our account.
    pub(crate) selling_pause: Duration,
}

impl Workers {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let workers = reader.whole(&WORKERS);
        let job_lease = reader.millis(&JOB_LEASE_MS);
        let live_max = reader.whole(&LIVE_MAX);
        let user_update_interval = reader.millis(&USER_UPDATE_INTERVAL_MS);
        let orders_per_minute = reader.whole(&USER_ORDERS_PER_MINUTE);
        let selling_pause = reader.millis(&SELLING_PAUSE_MS);
        Ok(Self {
            workers: workers?,
            job_lease: job_lease?,
            live_max: live_max?,
            user_update_interval: user_update_interval?,
            orders_per_minute: orders_per_minute?,
            selling_pause: selling_pause?,
        })
    }
}

/// What is told of the run.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// A filter that [`logging::filter`] takes.
    pub(crate) level: String,
    /// The same of what the desk reads.
    pub(crate) event_level: String,
    /// The form of a line.
    pub(crate) format: LogFormat,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One object per line.
    Json,
    /// For people.
    Pretty,
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let filter = |text: &str| match logging::filter(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(Refusal::hint(error.to_string())),
        };
        let (level, event_level) = (reader.value(&LOG_LEVEL, filter), reader.value(&EVENT_LOG_LEVEL, filter));
        let format = reader.optional(&LOG_FORMAT, |text| match text.to_ascii_lowercase().as_str() {
            "json" => Ok(LogFormat::Json),
            "pretty" => Ok(LogFormat::Pretty),
            _ => Err(Refusal::default()),
        });
        let usual = if reader.environment.terminal { LogFormat::Pretty } else { LogFormat::Json };
        Ok(Self { level: level?, event_level: event_level?, format: format?.unwrap_or(usual) })
    }
}
