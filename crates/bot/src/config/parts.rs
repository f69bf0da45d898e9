//! The sections by which `doctor` reaches things, each read by itself: a bad one keeps none of the others from being checked.

use jiff::tz::TimeZone;

use super::frame::Http;
use super::kie::Access;
use super::reader::{Read, Reader};
use super::seen::Seen;
use super::{Database, Environment, Pricing, Problems, Telegram, registry, shop};

/// What could be read; what is wrong with the rest is [`Config::load`](super::Config::load)'s to tell.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// The Bot API.
    pub(crate) telegram: Option<Telegram>,
    /// The KIE.ai API.
    pub(crate) kie: Option<Access>,
    /// Where everything is kept.
    pub(crate) database: Option<Database>,
    /// Whether the exchange rate is read somewhere.
    pub(crate) has_rate_source: bool,
    /// Whose days are told.
    pub(crate) time_zone: TimeZone,
    /// What the outside is told of a run.
    pub(crate) seen: Option<Seen>,
    /// Whether Render runs us.
    pub(crate) on_render: bool,
}

/// Where the bot of this environment listens.
///
/// # Errors
/// What is wrong with that.
pub(crate) fn listener(environment: &Environment) -> Result<Http, Problems> {
    let mut reader = Reader::new(environment);
    let read = Http::read(&mut reader);
    reader.finish(read).map(|(http, _)| http)
}

impl Parts {
    /// Reads each section.
    pub(crate) fn load(environment: &Environment) -> Self {
        let pricing = part(environment, Pricing::read);
        Self {
            telegram: part(environment, Telegram::read),
            kie: part(environment, Access::read),
            database: part(environment, Database::read),
            has_rate_source: pricing.is_some_and(|pricing| pricing.usd_rate_url.is_some()),
            time_zone: part(environment, shop::time_zone).unwrap_or(TimeZone::UTC),
            seen: part(environment, Seen::read),
            on_render: environment.has(registry::RENDER.name),
        }
    }
}

fn part<T>(environment: &Environment, read: impl FnOnce(&mut Reader<'_>) -> Read<T>) -> Option<T> {
    let mut reader = Reader::new(environment);
    let read = read(&mut reader);
    reader.finish(read).ok().map(|(part, _)| part)
}
