//! The database: whether it answers and how it is reached, what it lacks, what its clock and its books say.

use std::time::Duration;

use domain::ports::Store;
use storage::{DatabaseUrl, Privacy};

use super::{Line, Moment, Verdict, prices, work};
use crate::config::{Database, Parts};
use crate::database;

/// Prices of KIE's change by the month.
const SALES_WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub(super) async fn lines(config: &Database, parts: &Parts, moment: Moment) -> Vec<Line> {
    const WANTED: &str = "the database answers, encrypted as it was asked for";
    const REMEDY: &str =
        "check DATABASE_URL, its `sslmode` and DATABASE_TLS, that the server runs, and that this machine may reach it";
    let problem = |found: String| vec![Line::bad("database", Verdict::Problem, found, WANTED, REMEDY)];
    let addresses = match database::addresses(config) {
        Ok(addresses) => addresses,
        Err(error) => return problem(format!("{error:#}")),
    };
    if let Some(path) = addresses.work.sqlite_path().filter(|path| !path.exists()) {
        let found = format!("{} does not exist yet", path.display());
        return vec![Line::ok("database", found, "a file, or a folder in which `serve` may make it")];
    }
    let store = match database::open(&addresses, config).await {
        Ok(store) => store,
        Err(error) => return problem(format!("{error:#}")),
    };
    let mut lines = vec![Line::ok("database", format!("{} answers", store.kind()), WANTED)];
    lines.extend(privacy(&addresses.work));
    let migrations = migrations(storage::pending(&addresses.migrations).await, config.migrate_on_start);
    let is_current = migrations.verdict == Verdict::Ok;
    lines.push(migrations);
    lines.push(clocks(&*store).await);
    // A database of another age can't be asked about what it does not know yet.
    if is_current {
        lines.extend(sales(&*store).await);
        lines.extend(work::lines(&store, parts, moment).await);
    }
    lines
}

/// Nothing is said of a file: nobody listens on the way.
fn privacy(address: &DatabaseUrl) -> Option<Line> {
    const WANTED: &str = "outside of a private network: encrypted, and the server proves its name";
    const REMEDY: &str = "put `sslmode=require` into DATABASE_URL, or set DATABASE_TLS to `verify` or to a CA file";
    let found = match address.privacy() {
        Privacy::None if address.sqlite_path().is_some() => return None,
        Privacy::None => "plain",
        Privacy::IfOffered => "encrypted only if the server offers it, and anybody may be the server",
        Privacy::Unverified => "encrypted, and anybody may be the server",
        Privacy::Verified => return Some(Line::ok("tls", "encrypted, and the server has proven its name", WANTED)),
    };
    Some(if address.is_near() {
        Line::ok("tls", format!("{found}; the server is in a private network"), WANTED)
    } else {
        Line::bad("tls", Verdict::Warning, found, WANTED, REMEDY)
    })
}

fn migrations(pending: Result<Vec<String>, storage::ConnectError>, on_start: bool) -> Line {
    const WANTED: &str = "none is missing";
    match pending {
        Ok(pending) if pending.is_empty() => Line::ok("migrations", "all of them ran", WANTED),
        Ok(pending) => Line::bad(
            "migrations",
            if on_start { Verdict::Warning } else { Verdict::Problem },
            format!("missing: {}", pending.join(", ")),
            WANTED,
            "run `kiebot migrate`; `serve` does it too unless MIGRATE_ON_START is false",
        ),
        Err(error) => {
            let remedy = "check DATABASE_MIGRATION_URL: it must be the direct address, past a pooler";
            Line::bad("migrations", Verdict::Problem, error.to_string(), "a readable list", remedy)
        }
    }
}

/// Nothing is said of a database that can't be asked: its own lines say it.
async fn sales(store: &dyn Store) -> Vec<Line> {
    let Ok(now) = store.now().await else { return Vec::new() };
    let drifts = store.drifts(now - SALES_WINDOW).await.map(|drifts| prices::drifted(&drifts));
    let stops = store.stops().await.map(|stops| prices::stopped(&stops));
    drifts.into_iter().chain(stops).collect()
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
                let remedy = "set this machine's clock (NTP); signed callbacks depend on it";
                Line::bad("clocks", Verdict::Warning, found, WANTED, remedy)
            }
        }
        Err(error) => Line::bad("clocks", Verdict::Problem, error.to_string(), WANTED, "see the database's line"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_outside_wants_a_proven_name_and_a_private_one_does_not() {
        let table = [
            ("postgres://bot@dpg-abc-a/kiebot", Some(Verdict::Ok)),
            ("postgres://bot@127.0.0.1/kiebot?sslmode=disable", Some(Verdict::Ok)),
            ("postgres://bot@10.0.0.7/kiebot", Some(Verdict::Ok)),
            ("postgres://bot@db.example.com/kiebot", Some(Verdict::Warning)),
            ("postgres://bot@db.example.com/kiebot?sslmode=disable", Some(Verdict::Warning)),
            ("postgres://bot@203.0.113.7/kiebot", Some(Verdict::Warning)),
            ("postgres://bot@db.example.com/kiebot?sslmode=require", Some(Verdict::Ok)),
            ("sqlite://data/kiebot.db", None),
        ];
        for (address, verdict) in table {
            let line = privacy(&DatabaseUrl::parse(address).unwrap());
            assert_eq!(line.as_ref().map(|line| line.verdict), verdict, "{address}");
            assert_eq!(line.is_none_or(|line| line.remedy.is_empty()), verdict != Some(Verdict::Warning), "{address}");
        }
    }

    #[test]
    fn a_missing_migration_is_a_problem_if_serve_does_not_run_it() {
        let missing = || Ok(vec!["0001_a".to_owned(), "0002_b".to_owned()]);
        let line = migrations(missing(), true);
        assert_eq!((line.verdict, line.found.as_str()), (Verdict::Warning, "missing: 0001_a, 0002_b"));
        assert_eq!(migrations(missing(), false).verdict, Verdict::Problem);
        assert_eq!(migrations(Ok(Vec::new()), false).verdict, Verdict::Ok);
    }
}
