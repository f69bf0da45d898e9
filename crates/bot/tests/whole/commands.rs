//! The commands that end, on the database of a running service.

use serde_json::Value;

use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{WELCOME, Words};

const ANN: i64 = 501;

/// Nothing is wrong between simulators; what may bite in production (no backups, plain http) is a warning at most.
pub(crate) async fn doctor_finds_no_problem(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let (code, said) = stage.bot.run(&["doctor", "--json"]).await;
    let start = said.find('[').unwrap_or_else(|| panic!("no JSON: {said}"));
    let lines: Vec<Value> =
        serde_json::from_str(said[start..].trim()).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert!(lines.len() >= 5, "{said}");
    assert!(lines.iter().all(|line| line["verdict"] != "problem"), "{said}");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = stage.bot.run(&["doctor"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains(stage.telegram.token()), "no token: {said}");
    stage.close().await;
}

pub(crate) async fn adjust_refuses_strangers_and_overdrafts(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    let adjust = async |amount: &str| stage.bot.run(&["adjust", "501", amount, "--reason", "a test"]).await;
    let (code, said) = adjust("5").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("501"), "it names whom it does not know: {said}");
    ann.start().await;
    assert_eq!(adjust("5").await.0, Some(0));
    let (code, said) = adjust("-105.01").await;
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(ann.balance().await, (WELCOME + 5_00, 0));
    assert_eq!(adjust("-105").await.0, Some(0));
    assert_eq!(ann.balance().await, (0, 0));
    let (code, said) = adjust("0.001").await;
    assert_eq!(code, Some(2), "{said}");
    stage.close().await;
}

pub(crate) async fn migrate_is_done_once(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    for _ in 0..2 {
        let (code, said) = stage.bot.run(&["migrate"]).await;
        assert_eq!(code, Some(0), "{said}");
    }
    stage.person(ANN, Words::En).start().await;
    stage.close().await;
}
