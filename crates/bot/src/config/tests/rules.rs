//! What each variable accepts and refuses.

use domain::models::ApiFamily;

use super::refused;
use crate::config::registry::KIE_DEDICATED;

/// Everything in `good` is accepted, everything in `bad` is a problem of this very variable.
fn check(name: &'static str, good: &[&str], bad: &[&str]) {
    for value in good {
        assert_eq!(refused(&[(name, value)]), Vec::<&str>::new(), "{name}={value}");
    }
    for value in bad {
        assert_eq!(refused(&[(name, value)]), [name], "{name}={value}");
    }
}

#[test]
fn telegram() {
    let tail = "AAE_fake-fake-fake-fake-fake-fakefak";
    check(
        "TELEGRAM_BOT_TOKEN",
        &["1:0123456789", &format!("123456789:{tail}"), " 1:0123456789\r\n"],
        &[
            "123456789",
            "a:0123456789",
            "1:012345678",
            ":0123456789",
            "1:01234 56789",
            "1:0123456789/x",
            "99999999999999999999:0123456789",
            "-1:0123456789",
        ],
    );
    check("BOT_MODE", &["polling", "Polling"], &["poll", "long-polling"]);
    check(
        "WEBHOOK_BASE_URL",
        &[
            "https://bot.example.com",
            "https://bot.example.com:8443/path/",
            "http://localhost:80",
            "http://127.0.0.1:88",
            "http://[::1]",
        ],
        &[
            "bot.example.com",
            "http://bot.example.com",
            "http://10.0.0.1",
            "https://bot.example.com:8080",
            "https://a/?b=c",
            "https://me:pw@a",
            "ftp://a",
        ],
    );
    check("WEBHOOK_SECRET_TOKEN", &["a", "A-z_0", &"x".repeat(256)], &["a b", "a.b", "\u{e4}", &"x".repeat(257)]);
    check(
        "TELEGRAM_API_URL",
        &[
            "https://api.telegram.org/",
            "http://127.0.0.1:9001",
            "http://telegram-bot-api:8081",
            "http://192.168.0.5:8081",
        ],
        &["http://api.telegram.org", "api.telegram.org", "https://api.telegram.org/?x"],
    );
    check("TELEGRAM_CHAT_INTERVAL_MS", &["1", "60000"], &["0", "60001", "1s"]);
}

#[test]
fn kie() {
    check("KIE_API_KEY", &["0123abcd", "sk-a.b/c+d="], &["a b", "a\tb", "kl\u{fc}ssel"]);
    check("KIE_WEBHOOK_HMAC_KEY", &["whsec"], &["a b"]);
    check("KIE_DEDICATED", &["none", "veo", "veo, suno"], &["market", "veo suno", "veo,", "all"]);
    let every = ApiFamily::ALL.iter().map(|family| family.as_str()).filter(|name| *name != "market");
    for name in every {
        check("KIE_DEDICATED", &[name], &[]);
        assert!(KIE_DEDICATED.form.to_string().contains(&format!("`{name}`")), "the table leaves out `{name}`");
    }
    for name in ["KIE_API_URL", "KIE_UPLOAD_URL"] {
        check(
            name,
            &["https://api.kie.ai", "http://localhost:9002", "http://kie-sim:80/kie"],
            &["http://api.kie.ai", "kie", "https://a@b"],
        );
    }
}

#[test]
fn database() {
    check(
        "DATABASE_URL",
        &[
            "postgres://me:pw@db.example.com:5432/kiebot",
            "postgresql://db/kiebot?sslmode=verify-full&connect_timeout=5",
            "postgres:///kiebot?host=/var/run/postgresql",
            "postgres://a:1,b:2/kiebot",
            "sqlite://data/kiebot.db",
            "sqlite:///var/data/kiebot.db",
            "sqlite://kiebot.db",
        ],
        &[
            "postgres://",
            "postgres:me@db",
            "postgres://db/x?sslmode=on",
            "mysql://db/x",
            "sqlite://",
            "sqlite://data/",
            "sqlite://a.db?mode=ro",
            "sqlite://:memory:",
            "sqlite:a.db",
            "/var/data/kiebot.db",
            "file:///a.db",
        ],
    );
    check("DATABASE_MIGRATION_URL", &[], &["postgres://direct/kiebot", "sqlite://a.db"]);
    check(
        "DATABASE_TLS",
        &["verify", "insecure", "off", "/etc/ssl/ca.pem", "./ca.pem", "ca.pem"],
        &["on", "true", "require"],
    );
    check("MIGRATE_ON_START", &["true", "FALSE", "1", "0", "yes", "no", "on", "off"], &["2", "maybe"]);
}

#[test]
fn listener_and_log() {
    check("HOST", &["0.0.0.0", "127.0.0.1", "::", "::1"], &["localhost", "0.0.0.0:80", "1.2.3"]);
    check("PORT", &["0", "10000", "65535"], &["-1", "65536", "80 80"]);
    check("TRUSTED_PROXIES", &["0", "2", "10"], &["-1", "11", "true"]);
    check("LOG_LEVEL", &["info", "ERROR", "info,app=debug", "off"], &["inof", "app=loud", "info,app"]);
    check("LOG_FORMAT", &["json", "pretty", "JSON"], &["text"]);
}

#[test]
fn what_the_outside_is_told() {
    check("METRICS_TOKEN", &["0123456789abcdef", "a.b/c+d=0123456789"], &["0123456789abcde", "0123456789 abcdef"]);
    check(
        "SENTRY_DSN",
        &[
            "https://0a1b@o1.ingest.sentry.io/42",
            "https://0a1b@sentry.example.com/base/42",
            "http://0a1b@127.0.0.1:9000/1",
            "http://0a1b@sentry:9000/1",
        ],
        &[
            "https://o1.ingest.sentry.io/42",
            "https://0a1b@o1.ingest.sentry.io",
            "0a1b",
            "http://0a1b@sentry.io/1",
            "ftp://a@b/1",
        ],
    );
    check("SENTRY_ENVIRONMENT", &["production", "staging-2"], &["a b", "a/b", "None", &"x".repeat(65)]);
    check("RENDER_GIT_COMMIT", &["0a1b2c3"], &[&"0".repeat(65)]);
}

#[test]
fn money() {
    check("PRICING_MARKUP", &["1", "1.0", "2.0", "1.2345", "100"], &["0.9999", "100.1", "1.23456", "2,0", "2x", "-2"]);
    check("USD_RATE", &["10", "95.5", "1000"], &["9.99", "1001", "95.12345"]);
    check(
        "USD_RATE_URL",
        &["off", "https://www.cbr.ru/scripts/XML_daily.asp?date_req=02/03/2026", "http://127.0.0.1:9/rate"],
        &["OFF?", "http://www.cbr.ru/x", "none"],
    );
    check("WELCOME_BALANCE_RUB", &["0", "50", "0.01"], &["-1", "0.001", "10000.01"]);
    check("STARS_PER_RUB", &["1", "0.5", "0.01", "0.8333"], &["0", "0.009", "101"]);
    check("PAYMENT_CARD", &["2200000000000000", "2200 0000 0000 0000"], &["2200", "2200-0000-0000-0000", "card"]);
    check("PAYMENT_PHONE", &["+7 (900) 000-00-00", "89000000000"], &["+7", "phone"]);
    check("PAYMENT_BANK", &[], &[]);
    for name in ["PAYMENT_BANK", "PAYMENT_CARD_HOLDER"] {
        assert_eq!(refused(&[(name, "x")]), ["PAYMENT_CARD"], "{name} alone leads nowhere");
        assert_eq!(refused(&[(name, &"x".repeat(201))]), [name]);
    }
}

#[test]
fn gates() {
    let whole = |changed: (&'static str, &'static str)| {
        let mut set = vec![
            ("YOOKASSA_SHOP_ID", "100500"),
            ("YOOKASSA_SECRET_KEY", "live_example"),
            ("YOOKASSA_RETURN_URL", "https://t.me/example_bot"),
        ];
        set.retain(|(name, _)| *name != changed.0);
        set.push(changed);
        refused(&set)
    };
    let table = [
        ("YOOKASSA_SHOP_ID", "100500", true),
        ("YOOKASSA_SHOP_ID", "shop", false),
        ("YOOKASSA_SHOP_ID", "", false),
        ("YOOKASSA_SECRET_KEY", "a b", false),
        ("YOOKASSA_SECRET_KEY", "", false),
        ("YOOKASSA_RETURN_URL", "", false),
        ("YOOKASSA_RETURN_URL", "http://example.com", false),
    ];
    for (name, value, is_good) in table {
        let wanted = if is_good { Vec::new() } else { vec![name] };
        assert_eq!(whole((name, value)), wanted, "{name}={value}");
    }
    check("YOOKASSA_RECEIPT_EMAIL", &["books@example.com"], &["books", "@example.com", "a b@example.com"]);
    check("CRYPTO_PAY_TOKEN", &["12345:AAexample"], &["a b"]);
    for name in ["YOOKASSA_API_URL", "CRYPTO_PAY_API_URL"] {
        check(name, &["https://api.example.com/v3", "http://127.0.0.1:9/api"], &["http://api.example.com", "api"]);
    }
}

#[test]
fn shop() {
    check(
        "ADMIN_ID",
        &["1", "1,2", " 1 , 2 ,", "4503599627370495"],
        &["0", "-5", "x", "1,x", ",", "1 2", "4503599627370496", "1.5"],
    );
    check(
        "SUPPORT_TELEGRAM",
        &["@support_1", "support_1", "https://t.me/support_1", "t.me/support_1"],
        &[
            "@abc",
            "@with-hyphen",
            "https://example.com/x",
            "@a b c d",
            "me@example.com",
            &format!("@{}", "x".repeat(33)),
        ],
    );
    check("SUPPORT_TEXT", &["Every day", &"\u{43f}".repeat(1000)], &[&"\u{43f}".repeat(1001)]);
    check("TIME_ZONE", &["Europe/Moscow", "UTC", "Asia/Yekaterinburg"], &["MSK", "Mars/Olympus", "+3"]);
}

#[test]
fn create_budget_fits_in_half_a_lease() {
    check("KIE_CREATE_BUDGET_MS", &["100", "30000", "60000"], &["99", "60001", "300001"]);
    assert_eq!(refused(&[("JOB_LEASE_MS", "10000"), ("KIE_CREATE_BUDGET_MS", "5000")]), Vec::<&str>::new());
    assert_eq!(refused(&[("JOB_LEASE_MS", "10000"), ("KIE_CREATE_BUDGET_MS", "5001")]), ["KIE_CREATE_BUDGET_MS"]);
    assert_eq!(refused(&[("JOB_LEASE_MS", "x"), ("KIE_CREATE_BUDGET_MS", "5001")]), ["JOB_LEASE_MS"]);
}
