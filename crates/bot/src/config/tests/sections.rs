//! What the sections hold in the end: defaults, what follows from what, Render.

use std::path::PathBuf;
use std::time::Duration;

use domain::money::Money;
use secrecy::ExposeSecret;

use super::super::database::{Target, Tls};
use super::super::frame::LogFormat;
use super::super::telegram::Intake;
use super::super::{Config, Environment};
use super::{environment, hint, load, loaded, refused};

#[test]
fn with_the_required_variables_alone_everything_has_its_default() {
    let config = loaded(&[]);
    assert_eq!(config.telegram.token.expose_secret(), "123456:test-token-0");
    assert_eq!(config.telegram.bot, 123_456);
    assert_eq!(config.telegram.api_url, "https://api.telegram.org");
    assert!(matches!(config.telegram.intake, Intake::Polling), "no address is known");
    assert_eq!(config.telegram.public_url, None);
    assert_eq!(config.kie.access.api_url, "https://api.kie.ai");
    assert_eq!(config.kie.access.upload_url, "https://kieai.redpandaai.co");
    assert!(config.kie.hmac_key.is_none());
    assert_eq!(config.kie.poll_min, Duration::from_secs(2));
    assert_eq!(config.kie.create_budget, Duration::from_secs(30));
    assert_eq!(config.kie.answer_wait_min, Duration::from_secs(600));
    assert!(matches!(&config.database.target, Target::Sqlite { path } if path == &PathBuf::from("data/kiebot.db")));
    assert_eq!((config.database.tls, config.database.pool_size, config.database.migrate_on_start), (None, 10, true));
    assert_eq!((config.http.host.to_string().as_str(), config.http.port), ("0.0.0.0", 8080));
    assert_eq!(config.http.proxies, 0, "nobody's word is taken");
    let factor = config.pricing.factor();
    assert_eq!(
        (factor.markup.to_string(), factor.rate.to_string(), factor.step),
        ("2".into(), "95".into(), Money::from_kopecks(10))
    );
    assert_eq!(config.pricing.usd_rate_url.as_deref(), Some("https://www.cbr.ru/scripts/XML_daily.asp"));
    assert_eq!(
        (config.money.welcome, config.money.stars_per_rub.worth(1)),
        (Money::ZERO, Ok(Money::from_kopecks(100)))
    );
    assert_eq!(config.money.bank_transfer, None);
    assert_eq!((config.shop.support_telegram, config.shop.support_text), (None, None));
    assert_eq!(config.owners, [42]);
    assert_eq!(config.time_zone.iana_name(), Some("Europe/Moscow"));
    assert_eq!((config.workers.workers, config.workers.live_max), (8, 5));
    assert_eq!(
        (config.workers.user_update_interval, config.workers.orders_per_minute),
        (Duration::from_millis(300), 10)
    );
    assert_eq!(
        (config.workers.job_lease, config.workers.selling_pause),
        (Duration::from_secs(120), Duration::from_secs(300))
    );
    assert_eq!((config.log.level.as_str(), config.log.format), ("info", LogFormat::Json));
    assert_eq!(config.notes, [""; 0]);
}

#[test]
fn the_mode_follows_from_the_address_unless_it_is_set() {
    let base = ("WEBHOOK_BASE_URL", "https://bot.example.com/");
    let render = ("RENDER_EXTERNAL_URL", "https://kiebot.onrender.com");
    let own = Some("https://bot.example.com");
    let rented = Some("https://kiebot.onrender.com");
    type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<&'a str>);
    let table: &[Row<'_>] = &[
        (&[], "polling", None),
        (&[base], "webhook", own),
        (&[render], "webhook", rented),
        (&[base, render], "webhook", own),
        (&[("WEBHOOK_BASE_URL", " "), render], "webhook", rented),
        (&[base, ("BOT_MODE", "polling")], "polling", own),
        (&[render, ("BOT_MODE", "webhook")], "webhook", rented),
        (&[("BOT_MODE", "polling")], "polling", None),
    ];
    for (variables, mode, public_url) in table {
        let telegram = loaded(variables).telegram;
        assert_eq!((telegram.intake.mode(), telegram.public_url.as_deref()), (*mode, *public_url), "{variables:?}");
        if let Intake::Webhook { base_url, .. } = telegram.intake {
            assert_eq!(Some(base_url.as_str()), *public_url);
        }
    }
    assert_eq!(refused(&[("BOT_MODE", "webhook")]), ["WEBHOOK_BASE_URL"]);
    assert_eq!(refused(&[("RENDER_EXTERNAL_URL", "http://kiebot.onrender.com")]), ["RENDER_EXTERNAL_URL"]);
}

#[test]
fn telegrams_ports_hold_for_telegrams_own_server_only() {
    let local = ("TELEGRAM_API_URL", "http://127.0.0.1:9001");
    let odd = ("WEBHOOK_BASE_URL", "https://bot.example.com:9443");
    assert_eq!(refused(&[odd]), ["WEBHOOK_BASE_URL"]);
    assert_eq!(refused(&[odd, local]), [""; 0]);
    assert_eq!(refused(&[("WEBHOOK_BASE_URL", "http://127.0.0.1:8080")]), [""; 0], "only a local server can mean it");
    assert_eq!(refused(&[odd, ("BOT_MODE", "polling")]), [""; 0], "KIE's callbacks come to any port");
}

#[test]
fn the_webhook_secret_is_derived_from_the_token_unless_it_is_set() {
    let secret = |variables: &[(&str, &str)]| {
        let base = ("WEBHOOK_BASE_URL", "https://bot.example.com");
        match loaded(&[&[base], variables].concat()).telegram.intake {
            Intake::Webhook { secret_token, .. } => secret_token.expose_secret().to_owned(),
            Intake::Polling => panic!("a base address is set"),
        }
    };
    // printf 'kiebot: X-Telegram-Bot-Api-Secret-Token' | openssl dgst -sha256 -hmac '123456:test-token-0'
    assert_eq!(secret(&[]), "f6dc204f46830015677d45e3d2ba403caa846eaf11f59e5b6f43220646c81057");
    assert_ne!(secret(&[("TELEGRAM_BOT_TOKEN", "123456:test-token-1")]), secret(&[]));
    assert_eq!(secret(&[("WEBHOOK_SECRET_TOKEN", "my-own_1")]), "my-own_1");
}

#[test]
fn a_short_lease_shortens_the_create_budget_that_nobody_set() {
    let budget = |lease| loaded(&[("JOB_LEASE_MS", lease)]).kie.create_budget;
    assert_eq!(budget("2000"), Duration::from_secs(1));
    assert_eq!(budget("600000"), Duration::from_secs(30));
}

#[test]
fn postgres_migrates_through_the_direct_address_if_there_is_one() {
    let addresses = |variables: &[(&str, &str)]| match loaded(variables).database.target {
        Target::Postgres { url, migration_url } => {
            (url.expose_secret().to_owned(), migration_url.expose_secret().to_owned())
        }
        Target::Sqlite { .. } => panic!("an address is set"),
    };
    let pooled = ("DATABASE_URL", "postgres://pooler/kiebot");
    let direct = ("DATABASE_MIGRATION_URL", "postgresql://direct/kiebot");
    assert_eq!(addresses(&[pooled]), (pooled.1.to_owned(), pooled.1.to_owned()));
    assert_eq!(addresses(&[pooled, direct]), (pooled.1.to_owned(), direct.1.to_owned()));
    let expected = "remove it, or set `DATABASE_URL` to the PostgreSQL address as well";
    assert_eq!(hint(&[direct]).as_deref(), Some(expected));
    let tls = |value| loaded(&[pooled, ("DATABASE_TLS", value)]).database.tls;
    let table = [
        ("verify", Tls::Verify),
        ("insecure", Tls::Insecure),
        ("off", Tls::Off),
        ("/ca.pem", Tls::CaFile("/ca.pem".into())),
    ];
    for (value, expected) in table {
        assert_eq!(tls(value), Some(expected));
    }
}

const MOUNTS: &str = "\
21 1 0:20 / / rw - overlay overlay rw
24 21 0:23 / /dev/shm rw - tmpfs shm rw
25 21 259:1 / /var/data rw - ext4 /dev/nvme1n1 rw
";

fn on_render(url: &str, mounts: Option<&str>) -> Result<Config, super::Problems> {
    let environment = environment(&[("RENDER", "true"), ("DATABASE_URL", url)]);
    Config::load(&Environment { mounts: mounts.map(str::to_owned), ..environment })
}

#[test]
fn on_render_one_proxy_is_believed_unless_told_otherwise() {
    assert_eq!(on_render("postgres://db/kiebot", None).unwrap().http.proxies, 1);
    let told = [("RENDER", "true"), ("DATABASE_URL", "postgres://db/kiebot"), ("TRUSTED_PROXIES", "0")];
    assert_eq!(loaded(&told).http.proxies, 0);
}

#[test]
fn on_render_sqlite_must_lie_on_a_mounted_disk() {
    let taken = ["sqlite:///var/data/kiebot.db", "sqlite://../var/data/kiebot.db", "postgres://db/kiebot"];
    for url in taken {
        assert_eq!(on_render(url, Some(MOUNTS)).unwrap().notes, [""; 0], "{url}");
    }
    for url in ["", "sqlite://data/kiebot.db", "sqlite:///kiebot.db", "sqlite:///var/data/../kiebot.db"] {
        let problems = on_render(url, Some(MOUNTS)).expect_err(url);
        assert_eq!(problems.0.iter().map(|problem| problem.variable).collect::<Vec<_>>(), ["DATABASE_URL"], "{url}");
    }
    assert!(on_render("sqlite:///var/data/kiebot.db", None).is_err(), "what can't be seen is not trusted");
    let notes = on_render("sqlite:///dev/shm/kiebot.db", Some(MOUNTS)).unwrap().notes;
    assert_eq!(notes, ["`/dev/shm/kiebot.db` lies in memory: every restart empties it"]);
    let problems = on_render("sqlite://data/kiebot.db", Some(MOUNTS)).unwrap_err();
    let hint = problems.0.first().unwrap().hint.clone().unwrap();
    assert!(hint.starts_with("`/app/data/kiebot.db` is wiped at each deploy: create a database"), "{hint}");
}

#[test]
fn elsewhere_sqlite_may_lie_anywhere() {
    let mounted = Environment { mounts: Some(MOUNTS.to_owned()), ..environment(&[]) };
    assert!(Config::load(&mounted).is_ok());
}

#[test]
fn a_terminal_gets_lines_for_people() {
    let format = |terminal, set| {
        let environment = environment(&[("LOG_FORMAT", set)]);
        Config::load(&Environment { terminal, ..environment }).unwrap().log.format
    };
    assert_eq!((format(true, ""), format(false, "")), (LogFormat::Pretty, LogFormat::Json));
    assert_eq!((format(true, "json"), format(false, "pretty")), (LogFormat::Json, LogFormat::Pretty));
}

#[test]
fn a_star_is_never_worth_more_than_it_costs() {
    let kopecks = |text| loaded(&[("STARS_PER_RUB", text)]).money.stars_per_rub.worth(1).unwrap().kopecks();
    let table = [("1", 100), ("0.5", 200), ("2", 50), ("0.8", 125), ("0.3", 333), ("100", 1), ("0.01", 10_000)];
    for (text, expected) in table {
        assert_eq!(kopecks(text), expected, "{text}");
    }
}

#[test]
fn bank_transfer_is_offered_with_a_card_or_a_phone() {
    let transfer = |variables: &[(&str, &str)]| loaded(variables).money.bank_transfer;
    let card = transfer(&[("PAYMENT_CARD", "2200 0000 0000 0000"), ("PAYMENT_BANK", "Bank")]).unwrap();
    assert_eq!(
        (card.card.as_deref(), card.bank.as_deref(), card.phone),
        (Some("2200 0000 0000 0000"), Some("Bank"), None)
    );
    assert!(transfer(&[("PAYMENT_PHONE", "+79000000000")]).is_some());
    assert_eq!(refused(&[("PAYMENT_BANK", "Bank"), ("PAYMENT_CARD", "12")]), ["PAYMENT_CARD"], "told once");
}

#[test]
fn owners_and_support_are_brought_into_one_form() {
    assert_eq!(loaded(&[("ADMIN_ID", "7, 5,7 ,")]).owners, [7, 5]);
    let shop = loaded(&[("SUPPORT_TELEGRAM", "https://t.me/help_me"), ("SUPPORT_TEXT", "  Ask us ")]).shop;
    assert_eq!((shop.support_telegram.as_deref(), shop.support_text.as_deref()), (Some("@help_me"), Some("Ask us")));
    assert!(load(&[("USD_RATE_URL", "off")]).unwrap().pricing.usd_rate_url.is_none());
}
