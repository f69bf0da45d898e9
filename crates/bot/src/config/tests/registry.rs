//! The registry: complete, readable, in step with the parser and the table.

use std::collections::BTreeSet;

use super::super::registry::VARIABLES;
use super::super::table;
use super::super::variable::{Fallback, Form, Sight};
use super::{environment, load, refused};

/// The contract's variables, written down a second time on purpose.
const CONTRACT: &str = "TELEGRAM_BOT_TOKEN KIE_API_KEY ADMIN_ID DATABASE_URL DATABASE_MIGRATION_URL BOT_MODE WEBHOOK_BASE_URL \
    WEBHOOK_SECRET_TOKEN PORT HOST TELEGRAM_API_URL KIE_API_URL KIE_UPLOAD_URL KIE_WEBHOOK_HMAC_KEY DATABASE_TLS MIGRATE_ON_START LOG_LEVEL \
    EVENT_LOG_LEVEL LOG_FORMAT PRICING_MARKUP USD_RATE USD_RATE_URL PRICE_STEP_KOPECKS WELCOME_BALANCE_RUB TIME_ZONE STARS_PER_RUB PAYMENT_BANK PAYMENT_CARD \
    PAYMENT_CARD_HOLDER PAYMENT_PHONE SUPPORT_TELEGRAM SUPPORT_TEXT KIE_POLL_MIN_MS WORKERS DB_POOL_SIZE SENTRY_DSN RENDER RENDER_EXTERNAL_URL";

/// The further bounds that may be moved.
const TUNABLES: &str = "TELEGRAM_CHAT_INTERVAL_MS KIE_CREATE_BUDGET_MS KIE_ANSWER_WAIT_MIN_MS KIE_DEDICATED JOB_LEASE_MS LIVE_MAX LOSSES_TO_STOP SELLING_PAUSE_MS \
    USER_UPDATE_INTERVAL_MS USER_ORDERS_PER_MINUTE TRUSTED_PROXIES \
     YOOKASSA_SHOP_ID YOOKASSA_SECRET_KEY YOOKASSA_RETURN_URL YOOKASSA_RECEIPT_EMAIL YOOKASSA_VAT_CODE YOOKASSA_API_URL CRYPTO_PAY_TOKEN \
     CRYPTO_PAY_API_URL WEBHOOK_CHECK_MS SHUTDOWN_MS FREE_GENERATIONS REFERRAL_RUNS_FRIEND REFERRAL_RUNS_INVITER REFERRAL_DAY_MAX \
     METRICS_TOKEN SENTRY_ENVIRONMENT RENDER_GIT_COMMIT";

/// They make sense together only.
const YOOKASSA: [(&str, &str); 3] = [
    ("YOOKASSA_SHOP_ID", "100500"),
    ("YOOKASSA_SECRET_KEY", "live_example"),
    ("YOOKASSA_RETURN_URL", "https://t.me/example_bot"),
];

#[test]
fn it_holds_what_the_contract_names_and_each_once() {
    let names: Vec<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    let unique: BTreeSet<_> = names.iter().copied().collect();
    let wanted: BTreeSet<_> = CONTRACT.split_whitespace().chain(TUNABLES.split_whitespace()).collect();
    assert_eq!(unique, wanted);
    assert_eq!(unique.len(), names.len());
}

#[test]
fn each_says_what_it_means_in_a_sentence_that_fits_a_table() {
    for variable in VARIABLES {
        let name = variable.name;
        assert!(
            variable.doc.ends_with('.') && variable.doc.starts_with(|first: char| first.is_uppercase() || first == '`'),
            "{name}"
        );
        let form = variable.form.to_string();
        for text in [variable.doc, &form, variable.example] {
            assert!(!text.contains(['|', '\n']), "{name}: {text}");
        }
        let described = !matches!(variable.default, Fallback::Nothing) || !variable.example.is_empty();
        assert!(
            described || matches!(variable.form, Form::Text { .. }) || variable.sight == Sight::Secret,
            "{name}: an example is missing"
        );
        assert!(!(name.ends_with("_MS") ^ form.ends_with("milliseconds")), "{name}: unit");
    }
}

#[test]
fn every_default_and_every_example_is_accepted() {
    for variable in VARIABLES {
        let name = variable.name;
        if let Fallback::Text(default) = variable.default {
            assert_eq!(refused(&[(name, default)]), Vec::<&str>::new(), "{name}={default}");
        }
        if !variable.example.is_empty() {
            // Some make sense beside another one only.
            let mut set: Vec<(&str, &str)> = match name {
                "DATABASE_MIGRATION_URL" => vec![("DATABASE_URL", "postgres://db/kiebot")],
                "PAYMENT_BANK" | "PAYMENT_CARD_HOLDER" => vec![("PAYMENT_PHONE", "+79000000000")],
                "YOOKASSA_SHOP_ID" | "YOOKASSA_SECRET_KEY" => {
                    YOOKASSA.into_iter().filter(|(of, _)| *of != name).collect()
                }
                _ => Vec::new(),
            };
            set.push((name, variable.example));
            assert_eq!(refused(&set), Vec::<&str>::new(), "{name}={}", variable.example);
        }
    }
}

#[test]
fn both_bounds_of_a_number_are_accepted_and_their_neighbours_are_not() {
    for variable in VARIABLES {
        let name = variable.name;
        let (inside, outside) = match variable.form {
            Form::Whole { min, max, .. } => {
                ([min.to_string(), max.to_string()], [(min - 1).to_string(), (max + 1).to_string()])
            }
            Form::Decimal { min, max, .. } => {
                ([min.to_owned(), max.to_owned()], ["-0.01".to_owned(), format!("{max}.01")])
            }
            _ => continue,
        };
        // Room for the two that hold each other.
        let lease = ("JOB_LEASE_MS", "600000");
        for value in &inside {
            assert_eq!(refused(&[lease, (name, value)]), Vec::<&str>::new(), "{name}={value}");
        }
        for value in outside.iter().map(String::as_str).chain(["x", "1e3", "1 000", "0x10"]) {
            assert_eq!(refused(&[lease, (name, value)]), [name], "{name}={value}");
        }
    }
}

#[test]
fn an_empty_or_blank_value_means_not_set() {
    for variable in VARIABLES {
        let required = matches!(variable.default, Fallback::Required(_));
        for blank in ["", "  ", "\r\n"] {
            let expected = if required { vec![variable.name] } else { vec![] };
            assert_eq!(refused(&[(variable.name, blank)]), expected, "{}={blank:?}", variable.name);
        }
    }
}

#[test]
fn the_table_has_one_row_for_each_in_three_columns() {
    let table = table();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), VARIABLES.len());
    for (row, variable) in rows.iter().zip(VARIABLES) {
        assert!(row.starts_with(&format!("| `{}` | ", variable.name)), "{row}");
        assert_eq!(row.matches('|').count(), 4, "{row}");
    }
    let expected = "| `WORKERS` | `8` | Jobs (submit, poll, deliver) done at once, per process. Value: a whole number from 1 to 256, jobs. |";
    assert!(rows.contains(&expected), "{table}");
}

#[test]
fn no_debug_text_shows_a_secret() {
    const SECRET: &str = "hunter2hunter2";
    let values: Vec<(&str, String)> = VARIABLES
        .iter()
        .filter_map(|variable| match (variable.sight, variable.name) {
            (Sight::Secret, "TELEGRAM_BOT_TOKEN") => Some((variable.name, format!("1:{SECRET}"))),
            (Sight::Secret, "SENTRY_DSN") => Some((variable.name, format!("https://{SECRET}@sentry.example.com/1"))),
            (Sight::Secret, "METRICS_TOKEN") => Some((variable.name, format!("{SECRET}-{SECRET}"))),
            (Sight::Secret, name) => Some((name, SECRET.to_owned())),
            (Sight::Scheme, name) => Some((name, format!("postgres://me:{SECRET}@db/kiebot"))),
            (Sight::Open, _) => None,
        })
        .collect();
    assert_eq!(values.len(), 10);
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let beside = YOOKASSA.into_iter().filter(|(name, _)| *name != "YOOKASSA_SECRET_KEY");
    let config = load(&values.iter().copied().chain(beside).collect::<Vec<_>>()).unwrap();
    assert!(!format!("{config:?} {config:#?}").contains(SECRET));

    // The same, each one broken by a blank and something that it can't hold.
    for (name, value) in values {
        let broken = value.replace("://", ":/ /") + " \u{1f511}";
        let environment = environment(&[("DATABASE_URL", "postgres://a/b"), (name, &broken)]);
        let problems = super::Config::load(&environment).expect_err(name);
        assert!(!format!("{problems} {problems:?}").contains(SECRET), "{problems}");
    }
}
