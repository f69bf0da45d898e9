//! The configuration: environment variables, read once, typed, with all problems told at once.
//!
//! Must not know: how its values are used (but for the grammar of a database address and of a log filter, which their users judge), the
//! network, the disk (but for the file that [`Environment::of_process`] looks at).
//!
//! Invariants
//! - A variable that is not in [`registry`] can't be read; its default and bounds are taken from there, so the table in README.md is true.
//! - A secret lives in a [`secrecy::SecretString`]; no `Debug`, problem or note shows one.
//! - An empty or blank value means not set; blanks around a value are no part of it.
//! - [`Config::load`] is a pure function of [`Environment`].
//!
//! | file | what |
//! |---|---|
//! | [`registry`], [`variable`] | the list of variables and what it says of each |
//! | [`table`](mod@table) | the list as Markdown |
//! | [`reader`], [`problem`], [`spelling`] | reading with problems collected; their text; misspelled names |
//! | [`telegram`], [`kie`], [`database`], [`money`], [`gates`], [`shop`], [`frame`], [`seen`] | the sections |
//! | [`parts`] | the sections one by one, for `doctor` |
//! | [`address`], [`mounts`] | the rules for addresses; which disk a path lies on |

mod address;
pub(crate) mod database;
mod environment;
pub(crate) mod frame;
pub(crate) mod gates;
pub(crate) mod kie;
pub(crate) mod money;
mod mounts;
mod parts;
mod problem;
mod reader;
mod registry;
pub(crate) mod seen;
pub(crate) mod shop;
mod spelling;
mod table;
pub(crate) mod telegram;
#[cfg(test)]
mod tests;
pub(crate) mod variable;

pub(crate) use database::{Database, Target, Tls};
pub(crate) use environment::Environment;
pub(crate) use parts::{Parts, listener};
pub(crate) use problem::{Problem, Problems};
pub(crate) use registry::VARIABLES;
pub(crate) use table::table;
pub(crate) use telegram::{Intake, Telegram};

use frame::{Http, Log, Workers};
use jiff::tz::TimeZone;
use kie::Kie;
use money::Money;
pub(crate) use money::Pricing;
use reader::{Read, Reader};
use secrecy::SecretString;
use seen::Seen;
use shop::Shop;

/// Everything that `serve` and `doctor` need.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The Bot API, and how updates come in.
    pub(crate) telegram: Telegram,
    /// The KIE.ai API.
    pub(crate) kie: Kie,
    /// Where everything is kept.
    pub(crate) database: Database,
    /// Where we listen.
    pub(crate) http: Http,
    /// What a generation costs.
    pub(crate) pricing: Pricing,
    /// How money comes in.
    pub(crate) money: Money,
    /// What users are told of the owner.
    pub(crate) shop: Shop,
    /// The owners' Telegram ids; at least one.
    pub(crate) owners: Vec<i64>,
    /// Whose days and hours users are told.
    pub(crate) time_zone: TimeZone,
    /// How much at once, how long.
    pub(crate) workers: Workers,
    /// What is told of the run.
    pub(crate) log: Log,
    /// What the outside is told of the run.
    pub(crate) seen: Seen,
    /// Whether Render runs us.
    pub(crate) on_render: bool,
    /// Things that work and are probably not meant; to be logged as warnings.
    pub(crate) notes: Vec<String>,
}

impl Config {
    /// Reads everything.
    ///
    /// # Errors
    /// All problems.
    pub(crate) fn load(environment: &Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let read = Self::read(&mut reader);
        let (mut config, notes) = reader.finish(read)?;
        config.on_render = environment.has(registry::RENDER.name);
        config.notes = spelling::warnings(environment).into_iter().chain(notes).collect();
        Ok(config)
    }

    /// What must be told to nobody; the bot's token first.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let gates = &self.money.gates;
        let webhook = match &self.telegram.intake {
            Intake::Webhook { secret_token, .. } => Some(secret_token),
            Intake::Polling => None,
        };
        let others = [
            Some(&self.kie.access.key),
            self.kie.hmac_key.as_ref(),
            webhook,
            gates.yookassa.as_ref().map(|gate| &gate.secret_key),
            gates.crypto_pay.as_ref().map(|gate| &gate.token),
            self.seen.metrics_token.as_ref(),
            self.seen.sentry.as_ref().map(|sentry| &sentry.dsn),
        ];
        std::iter::once(&self.telegram.token).chain(others.into_iter().flatten()).cloned().collect()
    }

    fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let telegram = Telegram::read(reader);
        let workers = Workers::read(reader);
        let kie = Kie::read(reader, workers.map(|workers| workers.job_lease));
        let owners = shop::owners(reader);
        let database = Database::read(reader);
        let http = Http::read(reader);
        let pricing = Pricing::read(reader);
        let money = Money::read(reader);
        let shop = Shop::read(reader);
        let time_zone = shop::time_zone(reader);
        let log = Log::read(reader);
        let seen = Seen::read(reader);
        Ok(Self {
            telegram: telegram?,
            kie: kie?,
            database: database?,
            http: http?,
            pricing: pricing?,
            money: money?,
            shop: shop?,
            owners: owners?,
            time_zone: time_zone?,
            workers: workers?,
            log: log?,
            seen: seen?,
            on_render: false,
            notes: Vec::new(),
        })
    }
}

/// What the commands need that only touch the database: `migrate`, `audit`, those about money. Other variables may be missing or wrong.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// Where everything is kept.
    pub(crate) database: Database,
    /// In whose days an owner speaks.
    pub(crate) time_zone: TimeZone,
    /// What is told of the run.
    pub(crate) log: Log,
    /// Things that work and are probably not meant; to be logged as warnings.
    pub(crate) notes: Vec<String>,
}

impl Base {
    /// Reads these sections.
    ///
    /// # Errors
    /// All problems in them.
    pub(crate) fn load(environment: &Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let database = Database::read(&mut reader);
        let time_zone = shop::time_zone(&mut reader);
        let log = Log::read(&mut reader);
        let read =
            database.and_then(|database| Ok(Self { database, time_zone: time_zone?, log: log?, notes: Vec::new() }));
        let (mut base, notes) = reader.finish(read)?;
        base.notes = spelling::warnings(environment).into_iter().chain(notes).collect();
        Ok(base)
    }
}

/// What the commands need that only ask KIE: `catalog diff`, `catalog import`. Other variables may be missing or wrong.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    /// Where the KIE.ai API is.
    pub(crate) kie: kie::Access,
    /// What is told of the run.
    pub(crate) log: Log,
    /// Things that work and are probably not meant; to be logged as warnings.
    pub(crate) notes: Vec<String>,
}

impl Desk {
    /// Reads these sections.
    ///
    /// # Errors
    /// All problems in them.
    pub(crate) fn load(environment: &Environment) -> Result<Self, Problems> {
        let mut reader = Reader::new(environment);
        let kie = kie::Access::read(&mut reader);
        let log = Log::read(&mut reader);
        let read = kie.and_then(|kie| Ok(Self { kie, log: log?, notes: Vec::new() }));
        let (mut desk, notes) = reader.finish(read)?;
        desk.notes = spelling::warnings(environment).into_iter().chain(notes).collect();
        Ok(desk)
    }
}
