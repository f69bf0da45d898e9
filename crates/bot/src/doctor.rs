//! `kiebot doctor`: live checks, each with what was found, what is wanted and what to do.

mod prices;
mod rate;

use std::path::Path;
use std::time::Duration;

use domain::clock::IdSource;
use domain::ports::{Generator, Store};
use serde::Serialize;
use telegram_adapter::{Client, Setup};

use crate::config::{Config, Intake, Target};
use crate::database;
use crate::world::OsIds;

/// Each call to the outside may take so long.
const BUDGET: Duration = Duration::from_secs(10);
/// Fewer credits than this buy hardly a video.
const CREDITS_LOW: i64 = 200;
/// Prices of KIE's change by the month.
const SALES_WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and may bite.
    Warning,
    /// It does not work.
    Problem,
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    /// What was checked.
    pub(crate) check: &'static str,
    /// How it went.
    pub(crate) verdict: Verdict,
    /// What was found; no secret.
    pub(crate) found: String,
    /// What is wanted.
    pub(crate) wanted: &'static str,
    /// What to do; empty if all is well.
    #[serde(rename = "do")]
    pub(crate) remedy: &'static str,
}

impl Line {
    fn ok(check: &'static str, found: impl Into<String>, wanted: &'static str) -> Self {
        Self { check, verdict: Verdict::Ok, found: found.into(), wanted, remedy: "" }
    }

    fn bad(
        check: &'static str,
        verdict: Verdict,
        found: impl Into<String>,
        wanted: &'static str,
        remedy: &'static str,
    ) -> Self {
        Self { check, verdict, found: found.into(), wanted, remedy }
    }
}

/// Checks everything. Slow parts have bounds; nothing is changed anywhere.
pub(crate) async fn check(config: &Config) -> Vec<Line> {
    let mut lines = vec![catalog()];
    lines.extend(database_lines(config).await);
    lines.extend(telegram(config).await);
    lines.push(kie(config).await);
    lines.extend(place(config));
    lines
}

/// The report in lines for a reader.
pub(crate) fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let mark = match line.verdict {
            Verdict::Ok => "ok     ",
            Verdict::Warning => "warning",
            Verdict::Problem => "PROBLEM",
        };
        text.push_str(&format!("{mark}  {:<12} {}\n", line.check, line.found));
        if !line.remedy.is_empty() {
            text.push_str(&format!("         wanted: {}\n         do:     {}\n", line.wanted, line.remedy));
        }
    }
    text
}

/// Whether nothing is broken.
pub(crate) fn is_sound(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.verdict != Verdict::Problem)
}

fn catalog() -> Line {
    const WANTED: &str = "every rule of the catalog holds";
    match crate::shop::check(None) {
        Ok(found) => Line::ok("catalog", found, WANTED),
        Err(problems) => {
            let found = format!("{} problems, the first: {}", problems.len(), problems[0]);
            Line::bad(
                "catalog",
                Verdict::Problem,
                found,
                WANTED,
                "run `kiebot catalog check` and mend the files that it names",
            )
        }
    }
}

async fn database_lines(config: &Config) -> Vec<Line> {
    const WANTED: &str = "the database answers";
    const REMEDY: &str = "check DATABASE_URL, that the server runs, and that this machine may reach it";
    let addresses = match database::addresses(&config.database) {
        Ok(addresses) => addresses,
        Err(error) => {
            return vec![Line::bad("database", Verdict::Problem, format!("{error:#}"), "a readable address", REMEDY)];
        }
    };
    if let Some(path) = addresses.work.sqlite_path().filter(|path| !path.exists()) {
        let found = format!("{} does not exist yet", path.display());
        return vec![Line::ok("database", found, "a file, or a folder in which `serve` may make it")];
    }
    let store = match database::open(&addresses, &config.database).await {
        Ok(store) => store,
        Err(error) => return vec![Line::bad("database", Verdict::Problem, format!("{error:#}"), WANTED, REMEDY)],
    };
    let mut lines = vec![Line::ok("database", format!("{} answers", store.kind()), WANTED)];
    lines.push(match storage::pending(&addresses.migrations).await {
        Ok(pending) if pending.is_empty() => Line::ok("migrations", "all of them ran", "none is missing"),
        Ok(pending) => Line::bad(
            "migrations",
            if config.database.migrate_on_start { Verdict::Warning } else { Verdict::Problem },
            format!("missing: {}", pending.join(", ")),
            "none is missing",
            "run `kiebot migrate`; `serve` does it too unless MIGRATE_ON_START is false",
        ),
        Err(error) => Line::bad("migrations", Verdict::Problem, format!("{error}"), "a readable list", REMEDY),
    });
    lines.push(clocks(&*store).await);
    lines.extend(sales(&*store).await);
    lines.extend(exchange(&*store, config).await);
    lines
}

/// Nothing is said of a database that can't be asked: its own lines say it.
async fn sales(store: &dyn Store) -> Vec<Line> {
    let Ok(now) = store.now().await else { return Vec::new() };
    let drifts = store.drifts(now - SALES_WINDOW).await.map(|drifts| prices::drifted(&drifts));
    let stops = store.stops().await.map(|stops| prices::stopped(&stops));
    drifts.into_iter().chain(stops).collect()
}

/// The same of the exchange rate.
async fn exchange(store: &dyn Store, config: &Config) -> Option<Line> {
    let (now, rates) = (store.now().await.ok()?, store.rates().await.ok()?);
    let now = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or_default();
    let today = now.to_zoned(config.time_zone.clone()).date();
    let has_source = config.pricing.usd_rate_url.is_some();
    Some(rate::rate(&rates, config.pricing.usd_rate, has_source, today))
}

async fn clocks(store: &dyn Store) -> Line {
    const WANTED: &str = "the database's clock and this machine's within 5 s";
    #[expect(clippy::disallowed_methods, reason = "the machine's own clock is what is compared")]
    let here = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    match store.now().await {
        Ok(there) => {
            let here = domain::clock::Timestamp::EPOCH + here;
            let apart = here.since(there).max(there.since(here));
            let found = format!("{} ms apart", apart.as_millis());
            if apart < Duration::from_secs(5) {
                Line::ok("clocks", found, WANTED)
            } else {
                Line::bad(
                    "clocks",
                    Verdict::Warning,
                    found,
                    WANTED,
                    "set this machine's clock (NTP); signed callbacks depend on it",
                )
            }
        }
        Err(error) => Line::bad("clocks", Verdict::Problem, error.to_string(), WANTED, "see the database's line"),
    }
}

async fn telegram(config: &Config) -> Vec<Line> {
    const WANTED: &str = "getMe answers with the bot's name";
    const REMEDY: &str = "check TELEGRAM_BOT_TOKEN (from @BotFather) and that this machine may reach api.telegram.org";
    let options = telegram_adapter::Options {
        api_url: config.telegram.api_url.clone(),
        ..telegram_adapter::Options::new(config.telegram.token.clone())
    };
    let client = match Client::new(options) {
        Ok(client) => client,
        Err(error) => return vec![Line::bad("telegram", Verdict::Problem, error.to_string(), WANTED, REMEDY)],
    };
    let setup = Setup::new(client);
    let identity = match setup.identify(BUDGET).await {
        Ok(identity) => identity,
        Err(error) => return vec![Line::bad("telegram", Verdict::Problem, error.to_string(), WANTED, REMEDY)],
    };
    vec![Line::ok("telegram", format!("@{}", identity.username), WANTED), webhook(config, &setup).await]
}

async fn webhook(config: &Config, setup: &Setup) -> Line {
    const REMEDY: &str =
        "start `kiebot serve`: it sets or removes the webhook; see that the address is reachable from outside";
    let report = match setup.webhook_info(BUDGET).await {
        Ok(report) => report,
        Err(error) => {
            return Line::bad("updates", Verdict::Problem, error.to_string(), "getWebhookInfo answers", REMEDY);
        }
    };
    let pending = report.pending_update_count;
    match &config.telegram.intake {
        Intake::Webhook { base_url, .. } => {
            let wanted = "the webhook points here and its last delivery went well";
            if !report.url.starts_with(base_url.as_str()) {
                let found = if report.url.is_empty() {
                    "no webhook is set".to_owned()
                } else {
                    "another address is set".to_owned()
                };
                return Line::bad("updates", Verdict::Warning, found, wanted, REMEDY);
            }
            match &report.last_error_message {
                Some(error) if pending > 0 => {
                    let found = format!("{pending} updates wait; the last delivery failed: {error}");
                    Line::bad("updates", Verdict::Warning, found, wanted, REMEDY)
                }
                _ => Line::ok("updates", format!("by webhook, {pending} wait"), wanted),
            }
        }
        Intake::Polling => {
            let wanted = "no webhook is set, so that getUpdates may be asked";
            if report.url.is_empty() {
                Line::ok("updates", format!("by polling, {pending} wait"), wanted)
            } else {
                Line::bad("updates", Verdict::Warning, "a webhook is set", wanted, REMEDY)
            }
        }
    }
}

async fn kie(config: &Config) -> Line {
    const WANTED: &str = "the key is taken and credits are left";
    let client = match crate::kie::client(&config.kie.access) {
        Ok(client) => client,
        Err(error) => {
            return Line::bad("kie", Verdict::Problem, error.to_string(), WANTED, "check KIE_API_KEY and KIE_API_URL");
        }
    };
    match client.credits(BUDGET).await {
        Ok(credits) if credits.raw() < CREDITS_LOW * 1_000_000 => Line::bad(
            "kie",
            Verdict::Warning,
            format!("{credits} credits left"),
            WANTED,
            "top up at https://kie.ai; selling stops by itself when they are gone",
        ),
        Ok(credits) => Line::ok("kie", format!("{credits} credits left"), WANTED),
        Err(error) => Line::bad(
            "kie",
            Verdict::Problem,
            error.to_string(),
            WANTED,
            "check KIE_API_KEY (https://kie.ai/api-key), its list of addresses and its cap",
        ),
    }
}

/// Where it runs: the risks of the plan and the disk.
fn place(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    if config.on_render {
        lines.push(Line::bad(
            "plan",
            Verdict::Warning,
            "Render",
            "a paid plan",
            "on a free plan the service sleeps after 15 min and misses payments' 10 s; do not sell on it",
        ));
    }
    if let Target::Sqlite { path } = &config.database.target {
        lines.push(disk(path));
    }
    lines
}

fn disk(path: &Path) -> Line {
    const WANTED: &str = "the database's folder can be written to";
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or_else(|| Path::new("."));
    let mut suffix = [0; 4];
    OsIds::default().fill(&mut suffix);
    let probe = existing.join(format!(".kiebot-doctor-{:08x}", u32::from_be_bytes(suffix)));
    match std::fs::write(&probe, b"doctor").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Line::ok("disk", format!("{} can be written to", existing.display()), WANTED),
        Err(error) => Line::bad(
            "disk",
            Verdict::Problem,
            format!("{}: {error}", existing.display()),
            WANTED,
            "choose another path in DATABASE_URL, or give this user the right to write there",
        ),
    }
}
