//! What the command line takes and refuses.

use clap::CommandFactory;

use domain::ledger::{Amount, Provider};

use super::*;

fn parse(line: &str) -> Result<Command, clap::Error> {
    Cli::try_parse_from(std::iter::once("kiebot").chain(line.split_whitespace())).map(Cli::command)
}

#[test]
fn the_definition_is_sound() {
    Cli::command_for_update().debug_assert();
}

#[test]
fn serve_is_what_is_done_without_a_word() {
    assert_eq!(parse("").unwrap(), Command::Serve);
    assert_eq!(parse("serve").unwrap(), Command::Serve);
    assert_eq!(parse("doctor --json").unwrap(), Command::Doctor { json: true, before_deploy: false });
    assert_eq!(parse("config-table").unwrap(), Command::ConfigTable);
    assert_eq!(parse("catalog check").unwrap(), Command::Catalog(Catalog::Check { dir: None }));
}

#[test]
fn an_import_names_a_model_or_a_source() {
    let import = |model: Option<&str>, from: Option<&str>| {
        Command::Catalog(Catalog::Import { model: model.map(str::to_owned), from: from.map(str::to_owned) })
    };
    assert_eq!(parse("catalog import veo-4").unwrap(), import(Some("veo-4"), None));
    assert_eq!(parse("catalog import --from page.md").unwrap(), import(None, Some("page.md")));
    assert_eq!(parse("catalog import veo-4 --from -").unwrap(), import(Some("veo-4"), Some("-")));
    assert!(parse("catalog import").is_err());
}

#[test]
fn an_adjustment_needs_a_user_an_amount_and_a_reason() {
    let adjust = |amount: &str| Adjust {
        user: "42".into(),
        amount: amount.parse().unwrap(),
        reason: "trial".into(),
        by: "command line".into(),
    };
    assert_eq!(parse("adjust 42 500 --reason trial").unwrap(), Command::Adjust(adjust("500")));
    assert_eq!(parse("adjust 42 -20.50 --reason trial").unwrap(), Command::Adjust(adjust("-20.5")));
    let by = Command::Adjust(Adjust { by: "ann".into(), ..adjust("1") });
    assert_eq!(parse("adjust 42 1 --reason trial --by ann").unwrap(), by);
    for bad in [
        "42 500",
        "42 0 --reason x",
        "42 1.234 --reason x",
        "0 5 --reason x",
        "-1 5 --reason x",
        "ann 5 --reason x",
        "42 --reason x",
    ] {
        let error = parse(&format!("adjust {bad}")).unwrap_err();
        assert_eq!(error.exit_code(), i32::from(EXIT_USAGE), "{bad}");
    }
    let long = "x".repeat(201);
    assert!(parse(&format!("adjust 42 1 --reason {long}")).is_err());
}

#[cfg(feature = "sandbox")]
#[test]
fn the_sandbox_takes_a_port() {
    let sandbox = Sandbox { demo: false, port: 9000, fast: true };
    assert_eq!(parse("sandbox --port 9000 --fast").unwrap(), Command::Sandbox(sandbox));
    assert!(parse("sandbox --port 70000").is_err());
}

#[test]
fn help_tells_commands_examples_and_exit_codes() {
    let help = Cli::command_for_update().render_long_help().to_string();
    for piece in [
        "serve",
        "migrate",
        "doctor",
        "audit",
        "adjust",
        "refund",
        "refund-payment",
        "gift",
        "promo",
        "payments",
        "rate",
        "catalog",
        "TELEGRAM_BOT_TOKEN",
        "Examples:",
        "Exit codes:",
    ] {
        assert!(help.contains(piece), "{piece}\n{help}");
    }
    assert!(!help.contains("config-table"), "{help}");
}

#[test]
fn money_or_runs_are_given_and_not_both() {
    let amount = |line: &str| match parse(line).unwrap() {
        Command::Gift(gift) => gift.what.amount(),
        Command::Promo(promo) => promo.what.amount(),
        other => panic!("{other:?}"),
    };
    assert_eq!(amount("gift 42 --rub 99.5"), Amount::money(Money::from_kopecks(9950)));
    assert_eq!(amount("gift 42 --runs 5"), Amount::runs(5));
    assert_eq!(amount("promo X --runs 5 --total 9"), Amount::runs(5));
    for bad in [
        "gift 42",
        "gift 42 --rub 1 --runs 1",
        "gift 42 --rub 0",
        "gift 42 --rub -1",
        "gift 42 --runs 0",
        "gift 42 --rub 1.234",
        "promo X --rub 5",
        "promo X --rub 5 --total 9 --until tomorrow",
        "rate --accept yesterday",
        "refund-payment paypal 1 --reason x",
        "refund-payment stars 1",
        "refund abc --amount 0 --reason x",
        "refund abc",
    ] {
        let error = parse(bad).unwrap_err();
        assert_eq!(error.exit_code(), i32::from(EXIT_USAGE), "{bad}");
    }
}

#[test]
fn a_refund_names_a_generation_and_a_reason() {
    let Command::Refund(refund) = parse("refund 1A2B3C4D --user 42 --amount 4.50 --reason late").unwrap() else {
        panic!("another command")
    };
    assert_eq!((refund.generation.as_str(), refund.user.as_deref()), ("1A2B3C4D", Some("42")));
    assert_eq!((refund.amount, refund.reason.as_str()), (Some(Money::from_kopecks(450)), "late"));
    let Command::RefundPayment(payback) = parse("refund-payment stars ch-1 --reason late --by ann").unwrap() else {
        panic!("another command")
    };
    assert_eq!((payback.provider, payback.payment.as_str()), (Provider::Stars, "ch-1"));
    assert_eq!(payback.by, "ann");
}
