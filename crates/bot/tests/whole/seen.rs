//! What is seen of a run from outside: figures, mishaps, and the log of one order by one id.

use std::time::{Duration, Instant};

use sandbox::sentry::Mood;
use serde_json::{Value, json};

use crate::bound::until;
use crate::figures;
use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::Words;

const ANN: i64 = 501;
const GUARD: &str = "a-token-for-the-figures";
/// Nobody listens there: the port is below those that anybody takes.
const NOBODY: &str = "http://5e17c0de@127.0.0.1:1/1";

/// A run with an order shows every figure of docs/METRICS.md, the rare ones with 0; and nothing else ([`Stage::close`]).
pub(crate) async fn every_figure_is_shown(ground: Ground) {
    let stage = Stage::open(ground, Plan::polling()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a heron in the morning mist").await;
    ann.gets_picture().await;
    let page = until("every figure is shown", async || {
        let page = figures::page(&stage).await;
        let missing: Vec<&str> =
            figures::names().into_iter().filter(|name| !figures::shown(&page).contains(name)).collect();
        if missing.is_empty() { Some(page) } else { None }
    })
    .await;
    for line in [
        r#"generations_total{model="z-image",outcome="ordered"} 1"#,
        r#"generations_total{model="z-image",outcome="succeeded"} 1"#,
        r#"ledger_operations_total{operation="reserve"} 1"#,
        r#"ledger_operations_total{operation="capture"} 1"#,
        r#"ledger_refusals_total{reason="insufficient_funds"} 0"#,
        r#"result_parts_total{outcome="sent"} 2"#,
        r#"generation_duration_seconds_count{kind="text-to-image"} 1"#,
    ] {
        assert!(page.lines().any(|found| found == line), "`{line}` is missing in\n{page}");
    }
    stage.close().await;
}

/// Who shows it may read; who is near and does not may not.
pub(crate) async fn a_token_guards_the_figures(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().with("METRICS_TOKEN", GUARD)).await;
    let ask = |token: Option<&str>| {
        let request = stage.http.get(stage.bot.url("/metrics"));
        token.map_or(request.try_clone().expect("no body"), |token| request.bearer_auth(token)).send()
    };
    for (token, status) in [(None, 401), (Some("another-token-of-nobody"), 401), (Some(GUARD), 200)] {
        assert_eq!(ask(token).await.expect("an answer").status(), status, "{token:?}");
    }
    let page = ask(Some(GUARD)).await.expect("an answer").text().await.expect("a text");
    figures::check(&page);
    stage.close_without_figures().await;
}

/// From the update that ordered it through KIE and its callback to the last part: every step bears the generation's id.
pub(crate) async fn one_id_finds_an_order(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().manual()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a heron in the morning mist").await;
    let task = stage.created(1).await;
    // Its callback would come before the answer otherwise.
    until("the task is known", async || stage.bot.log().contains("kie took the task").then_some(())).await;
    assert!(stage.kie.complete(&task));
    ann.gets_picture().await;
    let parts = "the message with a result has ended";
    until("the delivery is in the log", async || stage.bot.log().contains(parts).then_some(())).await;
    let log = stage.bot.log();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ordered = lines.iter().find(|line| line["message"] == "an order was confirmed").expect("it is told");
    let id = ordered["generation"].as_str().expect("it names the generation");
    let of_order = |line: &&Value| {
        let names = [&line["generation"], &line["span"]["generation"], &line["span"]["correlation"]];
        names.iter().any(|name| name.as_str() == Some(id))
    };
    let told: Vec<(&str, &str)> = lines
        .iter()
        .filter(of_order)
        .map(|line| (line["message"].as_str().unwrap_or_default(), line["span"]["name"].as_str().unwrap_or_default()))
        .collect();
    let part = ("a part of a result was handed to telegram", "delivery");
    let wanted = [
        ("an order was confirmed", "update"),
        ("kie took the task", "job"),
        ("callback stored", "callback"),
        ("a generation succeeded; it is to be delivered", "job"),
        part,
        part,
        (parts, "delivery"),
    ];
    let mut rest = told.iter();
    for step in wanted {
        assert!(rest.any(|found| *found == step), "{step:?} in its turn among {told:#?}");
    }
    let update = ordered["span"]["correlation"].as_str().expect("the update's own id");
    assert!(update.starts_with('u'), "the order leads back to its update: {ordered}");
    stage.close().await;
}

/// An error in the last moment reaches Sentry before SIGTERM has ended the process; with what belongs to it, and nothing else.
pub(crate) async fn a_mishap_is_told_before_the_end(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook().with("RENDER_GIT_COMMIT", "0a1b2c3")).await;
    let body = json!({"update_id": 7, "message": {"message_id": "one", "text": "a heron in the morning mist"}});
    assert_eq!(stage.telegram.send_raw_body(body.to_string().as_bytes()).await, Ok(200));
    stage.bot.signal_term();
    assert_eq!(stage.bot.ended().await, Some(0));
    let events = stage.sentry.events();
    let told: Vec<&Value> = events.iter().filter(|event| event["logger"] == "kiebot::house").collect();
    let [event] = told[..] else { panic!("one event of it: {events:#?}") };
    assert_eq!(event["message"], "an update can't be read; it is kept in dead_updates");
    assert_eq!(event["release"], format!("kiebot@{}+0a1b2c3", env!("CARGO_PKG_VERSION")));
    assert_eq!(event["environment"], "production");
    assert!(event["culprit"].as_str().is_some_and(|place| place.contains("house.rs:")), "{event}");
    assert!(event.get("request").is_none() && event.get("server_name").is_none(), "{event}");
    assert_eq!(stage.sentry.refused(), 0, "key and form are right");
    stage.bot.start().await;
    stage.close().await;
}

/// Away, silent or full: updates are taken as quickly as ever, and SIGTERM ends within its time.
pub(crate) async fn a_dead_sentry_slows_nothing(ground: Ground) {
    let mut stage = Stage::open(ground, Plan::webhook()).await;
    stage.sentry.set_mood(Mood::Silent);
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let begun = Instant::now();
    for number in 0..200 {
        let body = json!({"update_id": number, "message": {"message_id": "one"}}).to_string();
        assert_eq!(stage.telegram.send_raw_body(body.as_bytes()).await, Ok(200), "{number}");
    }
    // One that waited for Sentry would take five seconds by itself.
    assert!(begun.elapsed() < Duration::from_secs(30), "200 mishaps took {:?}", begun.elapsed());
    ann.order("a heron in the morning mist").await;
    ann.gets_picture().await;
    let page = figures::page(&stage).await;
    let dropped =
        page.lines().find_map(|line| line.strip_prefix("mishaps_total{outcome=\"dropped\"} ")).expect("shown");
    assert!(dropped.parse::<u32>().expect("a figure") >= 100, "what is too much is dropped and counted: {dropped}");
    let begun = Instant::now();
    stage.bot.signal_term();
    assert_eq!(stage.bot.ended().await, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(20), "the end took {:?}", begun.elapsed());
    assert!(stage.bot.log().contains("not every mishap was told to Sentry in time"));
    stage.bot.set("SENTRY_DSN", NOBODY);
    stage.bot.start().await;
    let body = json!({"update_id": 300, "message": {"message_id": "one"}}).to_string();
    assert_eq!(stage.telegram.send_raw_body(body.as_bytes()).await, Ok(200));
    let failed = r#"mishaps_total{outcome="failed"} 1"#;
    until("nobody took it", async || figures::page(&stage).await.contains(failed).then_some(())).await;
    stage.close().await;
}
