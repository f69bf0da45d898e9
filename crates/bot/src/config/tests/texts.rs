//! What people read when something is wrong.

use super::super::{Base, Config, Environment};
use super::{environment, hint, load, loaded};

#[test]
fn an_empty_environment_lists_what_is_required() {
    let problems = Config::load(&Environment::default()).unwrap_err();
    let expected = "\
the configuration has 3 problems

  TELEGRAM_BOT_TOKEN
    found:  nothing
    wanted: digits, a colon and at least 10 letters, digits, `_` or `-`
    hint:   send `/newbot` to @BotFather in Telegram, or `/token` for a bot that exists

  KIE_API_KEY
    found:  nothing
    wanted: visible characters without blanks
    hint:   create one at https://kie.ai/api-key

  ADMIN_ID
    found:  nothing
    wanted: Telegram ids, positive numbers, separated by commas
    hint:   ask @userinfobot in Telegram for your number

Every variable with its meaning: README.md, or `kiebot config-table`.";
    assert_eq!(problems.to_string(), expected);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_secrets_are_masked() {
    let problems = load(&[
        ("TELEGRAM_BOT_TOKEN", "hunter2"),
        ("DATABASE_URL", "mysql://me:hunter2@db/kiebot"),
        ("PRICING_MARKUP", "0,5"),
        ("PORT", "http"),
        ("WORKERS", "0"),
        ("LOG_FORMAT", "xml"),
        ("BOT_MODE", "webhook"),
    ])
    .unwrap_err();
    let expected = "\
the configuration has 7 problems

  TELEGRAM_BOT_TOKEN
    found:  *** (7 characters)
    wanted: digits, a colon and at least 10 letters, digits, `_` or `-`

  WEBHOOK_BASE_URL
    found:  nothing
    wanted: an https address without a query; plain http only for a loopback host; Telegram knows the ports 443, 80, 88 and 8443, because `BOT_MODE` is `webhook`
    hint:   set it, or set `BOT_MODE` to `polling`

  WORKERS
    found:  `0`
    wanted: a whole number from 1 to 256, jobs

  DATABASE_URL
    found:  `mysql://***`
    wanted: `postgres://user:password@host/name` (`postgresql://` too, with `?sslmode=` if wanted) or `sqlite://path`

  PORT
    found:  `http`
    wanted: a whole number from 0 to 65535

  PRICING_MARKUP
    found:  `0,5`
    wanted: a number from 1 to 100, at most 4 digits after the point
    hint:   write a point instead of the comma

  LOG_FORMAT
    found:  `xml`
    wanted: `json` or `pretty`

Every variable with its meaning: README.md, or `kiebot config-table`.";
    assert_eq!(problems.to_string(), expected);
}

#[test]
fn a_required_variable_under_another_name_is_recognized() {
    let environment = Environment::default()
        .with("TELEGRAM_TOKEN", "123456:test-token-0")
        .with("KIE_KEY", "test-kie-key")
        .with("ADMIN_IDS", "42");
    let problems = Config::load(&environment).unwrap_err();
    let hints: Vec<_> = problems.0.iter().map(|problem| problem.hint.clone().unwrap()).collect();
    let expected = [
        "`TELEGRAM_TOKEN` is set; rename it to `TELEGRAM_BOT_TOKEN`",
        "`KIE_KEY` is set; rename it to `KIE_API_KEY`",
        "`ADMIN_IDS` is set; rename it to `ADMIN_ID`",
    ];
    assert_eq!(hints, expected);
}

#[test]
fn an_optional_variable_under_another_name_is_a_warning() {
    let notes = |variables: &[(&str, &str)]| loaded(variables).notes;
    let expected = ["`PRICING_MARKUPS` is set, but nothing reads it; did you mean `PRICING_MARKUP`?"];
    assert_eq!(notes(&[("PRICING_MARKUPS", "3")]), expected);
    assert_eq!(notes(&[("PRICING_MARKUPS", "3"), ("PRICING_MARKUP", "2")]), [""; 0], "the right one is set");
    assert_eq!(notes(&[("PRICING_MARKUPS", "")]), [""; 0], "an empty one is not set");
    assert_eq!(notes(&[("Worker", "3")]), ["`Worker` is set, but nothing reads it; did you mean `WORKERS`?"]);
    assert_eq!(notes(&[("HOSTS", "x"), ("PORTS", "1")]), [""; 0], "short names have too many neighbours");
}

#[test]
fn common_slips_get_advice() {
    let table: &[(&str, &str, &str)] = &[
        ("PRICING_MARKUP", "\"2.5\"", "the quotes belong to the value here: take them away"),
        ("KIE_POLL_MIN_MS", "2s", "write the number alone; it counts milliseconds"),
        ("WEBHOOK_BASE_URL", "bot.example.com", "put `https://` before it"),
        ("WEBHOOK_BASE_URL", "http://bot.example.com", "write `https`: what is sent there must not be read on the way"),
        ("WEBHOOK_BASE_URL", "https://bot.example.com:9443", "Telegram does not call port 9443"),
        ("ADMIN_ID", "@owner", "the number is wanted, not the name: ask @userinfobot in Telegram"),
        ("ADMIN_ID", "1;2", "put commas between the numbers"),
        ("ADMIN_ID", "-1001234567890", "a negative number is a group or a channel: the owner is a person"),
        ("DATABASE_URL", "data/kiebot.db", "put `sqlite://` before the path of a file"),
        (
            "DATABASE_URL",
            "postgres://me:hunter2@db/x?sslmode=on",
            "sslmode `on` is unknown: disable, prefer, require, verify-ca or verify-full is wanted",
        ),
        ("DATABASE_URL", "sqlite::memory:", "a database in memory would lose all balances: name a file"),
        ("DATABASE_TLS", "require", "a file without a folder is written `./ca.pem`"),
        ("TIME_ZONE", "MSK", "such as `Europe/Moscow`, `Asia/Yekaterinburg` or `UTC`"),
        ("LOG_LEVEL", "verbose", "`verbose` is no level; a module is written `verbose=debug`"),
        ("HOST", "localhost", "`0.0.0.0` listens everywhere, `127.0.0.1` on this machine only"),
        ("SUPPORT_TEXT", &"x".repeat(1001), "it has 1001"),
    ];
    for (name, value, expected) in table {
        assert_eq!(hint(&[(name, value)]).as_deref(), Some(*expected), "{name}={value}");
    }
}

#[test]
fn values_that_look_secret_or_endless_are_not_repeated() {
    let found = |name, value| {
        let problems = load(&[(name, value)]).unwrap_err();
        let problem = problems.0.first().unwrap().clone();
        problem.found.unwrap()
    };
    assert_eq!(found("ADMIN_ID", "123456789:AAHunter2Hunter2Hunter2Hunter2"), "*** (40 characters)");
    assert_eq!(found("KIE_API_URL", "https://me:hunter2@kie"), "*** (22 characters)");
    assert_eq!(found("HOST", "a\nb"), "`a\\nb`");
    assert_eq!(found("HOST", &"- ".repeat(60)), format!("`{}...`", "- ".repeat(30)));
}

#[test]
fn the_password_of_a_broken_address_stays_hidden() {
    let broken = [
        "postgres://me:hunter2@db:port/kiebot",
        "postgres://me:hunter2@db/kiebot?sslmode=on",
        "postgres://me:hunter2@db/kiebot?unknown=hunter2",
        "postgres://me@db/kiebot?password=hunter2&port=x",
        "postgres://hunter2@[::1/kiebot",
        "postgres:hunter2@db",
        "mysql://me:hunter2@db/kiebot",
        "hunter2",
    ];
    for address in broken {
        let problems = load(&[("DATABASE_URL", address)]).map(|_| ()).expect_err(address);
        assert!(!format!("{problems} {problems:?}").contains("hunter2"), "{problems}");
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_a_problem() {
    use std::os::unix::ffi::OsStringExt;
    let broken = std::ffi::OsString::from_vec(vec![0xff, 0xfe]);
    let problems = Config::load(&environment(&[]).with("SUPPORT_TEXT", broken)).unwrap_err();
    let problem = problems.0.first().unwrap();
    assert_eq!((problem.variable, problem.found.as_deref()), ("SUPPORT_TEXT", Some("bytes that are not UTF-8")));
}

#[test]
fn a_command_that_needs_the_database_only_ignores_the_rest() {
    let broken_rest = Environment::default().with("PORT", "http").with("DB_POOL_SIZE", "3");
    assert_eq!(Base::load(&broken_rest).unwrap().database.pool_size, 3);
    let problems = Base::load(&Environment::default().with("DATABASE_URL", "x").with("LOG_LEVEL", "x")).unwrap_err();
    assert_eq!(problems.0.iter().map(|problem| problem.variable).collect::<Vec<_>>(), ["DATABASE_URL", "LOG_LEVEL"]);
}
