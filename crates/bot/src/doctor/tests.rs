//! Spoiled set-ups, each of which must be told by the right line; between simulators, in one process.

use std::sync::Arc;

use domain::clock::Clock;
use futures_util::future::join_all;
use sandbox::kie::{KieOptions, KieSimulator};
use sandbox::telegram::{SimulatorOptions, TelegramSimulator};
use storage::DatabaseUrl;
use storage::testing::{note_skipped, server_address};
use tempfile::TempDir;

use super::*;
use crate::sandbox::WallClock;
use crate::world::OsIds;

/// Nobody listens there, and nobody may: it is a reserved port.
const NOBODY: &str = "http://127.0.0.1:1";

struct World {
    telegram: TelegramSimulator,
    kie: KieSimulator,
    folder: TempDir,
}

impl World {
    async fn open() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(WallClock);
        let telegram = TelegramSimulator::start(SimulatorOptions::new(Arc::clone(&clock))).await.unwrap();
        let kie = KieSimulator::start(KieOptions::new(clock, Arc::new(OsIds::default()))).await.unwrap();
        let world = Self { telegram, kie, folder: tempfile::tempdir().unwrap() };
        storage::migrate(&DatabaseUrl::parse(&world.address("bot.db")).unwrap()).await.unwrap();
        std::fs::write(world.folder.path().join("empty.db"), "").unwrap();
        world
    }

    fn address(&self, file: &str) -> String {
        format!("sqlite://{}", self.folder.path().join(file).display())
    }

    /// Everything is right, but for what is spoiled; an empty value takes a variable away.
    fn environment(&self, spoiled: &[(&str, &str)]) -> Environment {
        let sound = Environment::default()
            .with("TELEGRAM_BOT_TOKEN", self.telegram.token())
            .with("TELEGRAM_API_URL", self.telegram.base_url())
            .with("KIE_API_KEY", "kie-test-key")
            .with("KIE_API_URL", self.kie.base_url())
            .with("KIE_UPLOAD_URL", self.kie.base_url())
            .with("ADMIN_ID", "1000")
            .with("DATABASE_URL", self.address("bot.db"))
            .with("BOT_MODE", "polling")
            .with("USD_RATE_URL", "off");
        spoiled.iter().fold(sound, |environment, (name, value)| {
            environment.with(name, value.replace("{folder}", &self.folder.path().display().to_string()))
        })
    }
}

/// What is set otherwise, the line that tells it, how bad, and a piece of what was found or is to be done.
type Row<'r> = (&'r [(&'r str, &'r str)], &'r str, Verdict, &'r str);

async fn all_are_told(world: &World, moment: Moment, rows: &[Row<'_>]) {
    let told = rows.iter().map(|(spoiled, name, verdict, piece)| async move {
        let lines = check(&world.environment(spoiled), moment).await;
        let line = lines.iter().find(|line| line.check == *name && line.verdict == *verdict);
        let line = line.unwrap_or_else(|| panic!("{spoiled:?}: no `{name}` that is {verdict:?} in {lines:#?}"));
        assert!(line.found.contains(piece) || line.remedy.contains(piece), "{spoiled:?}: no `{piece}` in {line:#?}");
        assert!(!line.wanted.is_empty() && (*verdict == Verdict::Ok) == line.remedy.is_empty(), "{line:#?}");
        assert_eq!(is_sound(&lines), *verdict != Verdict::Problem, "{spoiled:?}: {lines:#?}");
        let all = format!("{lines:?}{}", text(&lines));
        assert!(!all.contains("hunter2") && !all.contains(world.telegram.token()), "a secret shows: {all}");
    });
    join_all(told).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_spoiled_set_up_is_told_by_its_line() {
    let world = World::open().await;
    let (ok, warning, problem) = (Verdict::Ok, Verdict::Warning, Verdict::Problem);
    all_are_told(
        &world,
        Moment::AnyTime,
        &[
            (&[], "configuration", ok, "form"),
            (&[], "telegram", ok, "@simulated_bot"),
            (&[], "kie", ok, "1000 credits"),
            (&[], "migrations", ok, "all"),
            (&[], "figures", ok, "its network"),
            (&[("METRICS_TOKEN", "hunter2-hunter2-hunter2")], "figures", ok, "who shows METRICS_TOKEN"),
            (&[("METRICS_TOKEN", "hunter2")], "METRICS_TOKEN", problem, "METRICS_TOKEN"),
            (&[], "errors", ok, "SENTRY_DSN"),
            (
                &[("SENTRY_DSN", "https://hunter2@sentry.example.com/1")],
                "errors",
                ok,
                "sentry.example.com, as `production`",
            ),
            (&[("SENTRY_DSN", "http://hunter2@sentry.example.com/1")], "SENTRY_DSN", problem, "https"),
            (&[("TELEGRAM_BOT_TOKEN", "")], "TELEGRAM_BOT_TOKEN", problem, "@BotFather"),
            (
                &[("TELEGRAM_BOT_TOKEN", ""), ("BOT_TOKEN", "1:hunter2hunter2")],
                "TELEGRAM_BOT_TOKEN",
                problem,
                "`BOT_TOKEN`",
            ),
            (&[("TELEGRAM_BOT_TOKEN", "hunter2")], "TELEGRAM_BOT_TOKEN", problem, "7 characters"),
            (&[("TELEGRAM_BOT_TOKEN", "7000000001:hunter2hunter2")], "telegram", problem, "401"),
            (&[("TELEGRAM_API_URL", NOBODY)], "telegram", problem, "not reached"),
            (&[("BOT_MODE", "webhook")], "WEBHOOK_BASE_URL", problem, "polling"),
            (&[("WEBHOOK_BASE_URL", "http://bot.example.com")], "WEBHOOK_BASE_URL", problem, "http://bot.example.com"),
            (
                &[("BOT_MODE", "webhook"), ("WEBHOOK_BASE_URL", "https://bot.example.com")],
                "updates",
                warning,
                "no webhook is set",
            ),
            (&[("KIE_API_KEY", "")], "KIE_API_KEY", problem, "https://kie.ai/api-key"),
            (&[("KIE_API_KEY", "hunter2")], "kie", problem, "KeyRefused"),
            (&[("KIE_API_URL", NOBODY)], "kie", problem, "no answer now"),
            (&[("ADMIN_ID", "me")], "ADMIN_ID", problem, "me"),
            (&[("DATABASE_URL", "mysql://bot:hunter2@db/kiebot")], "DATABASE_URL", problem, "mysql://***"),
            (&[("DATABASE_URL", "postgres://bot:hunter2@127.0.0.1:1/kiebot")], "database", problem, "cannot connect"),
            (
                &[("DATABASE_URL", "postgres://bot:hunter2@127.0.0.1:1/kiebot"), ("DATABASE_TLS", "{folder}/ca.pem")],
                "database",
                problem,
                "ca.pem",
            ),
            (&[("DATABASE_URL", "sqlite://{folder}/empty.db")], "migrations", warning, "kiebot migrate"),
            (
                &[("DATABASE_URL", "sqlite://{folder}/empty.db"), ("MIGRATE_ON_START", "false")],
                "migrations",
                problem,
                "missing: 0001_",
            ),
            (&[("DATABASE_URL", "sqlite://{folder}/bot.db/more/kiebot.db")], "disk", problem, "bot.db"),
            (&[("DATABASE_MIGRATION_URL", "postgres://db/kiebot")], "DATABASE_MIGRATION_URL", problem, "remove it"),
            (&[("RENDER", "true")], "DATABASE_URL", problem, "wiped at each deploy"),
            (&[("PRICING_MARKUP", "0.5")], "PRICING_MARKUP", problem, "0.5"),
            (&[("PRICING_MARKUPS", "3")], "configuration", warning, "did you mean `PRICING_MARKUP`"),
            (&[("PORT", "http")], "PORT", problem, "http"),
            (&[("JOB_LEASE_MS", "1000"), ("KIE_CREATE_BUDGET_MS", "900")], "KIE_CREATE_BUDGET_MS", problem, "900"),
        ],
    )
    .await;
}

/// What may not keep a repair from being deployed is a warning then; what is surely wrong stays a problem.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_a_deploy_nobody_elses_outage_fails_it() {
    let world = World::open().await;
    let (ok, warning, problem) = (Verdict::Ok, Verdict::Warning, Verdict::Problem);
    all_are_told(
        &world,
        Moment::BeforeDeploy,
        &[
            (&[("TELEGRAM_API_URL", NOBODY)], "telegram", warning, "not reached"),
            (&[("KIE_API_URL", NOBODY)], "kie", warning, "no answer now"),
            (&[("BOT_MODE", "webhook"), ("WEBHOOK_BASE_URL", "https://bot.example.com")], "updates", ok, "new version"),
            (&[("TELEGRAM_BOT_TOKEN", "7000000001:hunter2hunter2")], "telegram", problem, "401"),
            (&[("KIE_API_KEY", "hunter2")], "kie", problem, "KeyRefused"),
            (&[("DATABASE_URL", "postgres://bot:hunter2@127.0.0.1:1/kiebot")], "database", problem, "cannot connect"),
        ],
    )
    .await;
}

/// A part that is not told keeps none of the others from being asked: so a fresh clone is checked as far as it goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_part_is_asked_by_itself() {
    let world = World::open().await;
    let lines = check(&world.environment(&[("TELEGRAM_BOT_TOKEN", ""), ("ADMIN_ID", "")]), Moment::AnyTime).await;
    let named = |check: &str| lines.iter().any(|line| line.check == check);
    assert!(named("kie") && named("database") && named("queue") && named("catalog"), "{lines:#?}");
    assert!(named("TELEGRAM_BOT_TOKEN") && named("ADMIN_ID") && !named("telegram"), "{lines:#?}");
}

/// The server of the tests has no certificate that anybody knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_that_was_asked_for_is_had_or_the_database_is_a_problem() {
    let Some(address) = server_address() else {
        note_skipped("doctor::tests::tls_that_was_asked_for_is_had_or_the_database_is_a_problem");
        return;
    };
    let world = World::open().await;
    let place = address.split('?').next().unwrap();
    let verified = format!("{place}?sslmode=require");
    all_are_told(
        &world,
        Moment::AnyTime,
        &[(&[("DATABASE_URL", &verified)], "database", Verdict::Problem, "DATABASE_TLS")],
    )
    .await;
}
