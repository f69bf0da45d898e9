//! The bot's start, and updates by webhook.

use std::time::Duration;

use app::event::Event;
use sandbox::telegram::Fault;
use serde_json::json;
use telegram_adapter::{CallError, CommandList, Setup, WebhookWish, read_update};

use crate::support::server::{Answer, Scripted};
use crate::support::{ADA, BUDGET, PATIENCE, assert_correct, client, simulator};

fn wish(url: &str, secret: &str) -> WebhookWish {
    WebhookWish { url: url.to_owned(), secret: secret.into(), max_connections: 40 }
}

#[tokio::test]
async fn the_bot_knows_itself_and_a_wrong_token_says_so() {
    let (simulator, _) = simulator().await;
    let setup = Setup::new(client(&simulator.base_url()));
    simulator.fail_next("getMe", Fault::HangUpBefore);
    let identity = setup.identify(BUDGET).await.unwrap();
    assert_eq!((identity.id, identity.username.as_str()), (7_000_000_001, "simulated_bot"));
    let server =
        Scripted::start([Answer::refusal(401, "Unauthorized"), Answer::result(json!({"id": 5, "new": {}}))]).await;
    let setup = Setup::new(client(&server.url));
    assert_eq!(setup.identify(BUDGET).await.unwrap_err().code(), Some(401));
    assert_eq!(setup.identify(BUDGET).await.unwrap().id, 5);
    assert_correct(&simulator);
}

#[tokio::test]
async fn the_webhook_is_set_only_if_it_is_not_as_wished() {
    let (simulator, _) = simulator().await;
    let setup = Setup::new(client(&simulator.base_url()));
    let right = wish("https://bot.example/telegram/webhook", "secret-1");
    assert_eq!(setup.reconcile_webhook(&right, BUDGET).await, Ok(true));
    assert_eq!(setup.reconcile_webhook(&right, BUDGET).await, Ok(false));
    assert_eq!(simulator.calls_of("setWebhook").len(), 1);
    let report = setup.webhook_info(BUDGET).await.unwrap();
    assert!(report.url.starts_with("https://bot.example/telegram/webhook?v="), "{report:?}");
    assert_eq!(report.allowed_updates.as_ref().map(Vec::len), Some(5));
    for changed in [
        wish(&right.url, "secret-2"),
        wish("https://other.example/telegram/webhook", "secret-2"),
        WebhookWish { max_connections: 7, ..wish("https://other.example/telegram/webhook", "secret-2") },
    ] {
        assert_eq!(setup.reconcile_webhook(&changed, BUDGET).await, Ok(true), "{changed:?}");
        assert_eq!(setup.reconcile_webhook(&changed, BUDGET).await, Ok(false), "{changed:?}");
    }
    setup.delete_webhook(BUDGET).await.unwrap();
    assert_eq!(setup.webhook_info(BUDGET).await.unwrap().url, "");
    let refused = setup.reconcile_webhook(&wish("http://bot.example", "s"), BUDGET).await;
    assert!(matches!(refused, Err(CallError::Refused { code: 400, .. })), "{refused:?}");
}

#[tokio::test]
async fn unknown_words_in_a_webhooks_report_are_no_trouble() {
    let odd = json!({"url": "https://a", "pending_update_count": 7, "allowed_updates": ["message", "telepathy"], "max_connections": 40,
        "has_custom_certificate": "perhaps"});
    let server = Scripted::start([Answer::result(odd)]).await;
    let report = Setup::new(client(&server.url)).webhook_info(BUDGET).await.unwrap();
    assert_eq!((report.pending_update_count, report.allowed_updates.map(|kinds| kinds.len())), (7, Some(2)));
}

#[tokio::test]
async fn commands_are_set_per_language_and_only_if_they_differ() {
    let (simulator, _) = simulator().await;
    let setup = Setup::new(client(&simulator.base_url()));
    let list = |language: Option<&str>, what: &str| CommandList {
        chat: None,
        language: language.map(str::to_owned),
        commands: vec![("start".to_owned(), what.to_owned()), ("help".to_owned(), "?".to_owned())],
    };
    let lists = [list(None, "Begin"), list(Some("ru"), "Начать")];
    assert_eq!(setup.set_commands(&lists, BUDGET).await, Ok(2));
    assert_eq!(setup.set_commands(&lists, BUDGET).await, Ok(0));
    assert_eq!(setup.set_commands(&[list(None, "Start"), lists[1].clone()], BUDGET).await, Ok(1));
    let owners = [CommandList { chat: Some(7), ..list(Some("ru"), "Хозяину") }];
    assert_eq!(setup.set_commands(&owners, BUDGET).await, Ok(1));
    assert_eq!(setup.set_commands(&owners, BUDGET).await, Ok(0));
    assert_eq!(simulator.commands(None, "ru").unwrap()[0]["description"], "Начать");
    assert_eq!(simulator.commands(None, "").unwrap()[0]["description"], "Start");
    assert_correct(&simulator);
}

#[tokio::test]
async fn updates_come_by_webhook_with_the_secret_and_are_read() {
    let (simulator, _) = simulator().await;
    let listener = Scripted::start((0..2).map(|_| Answer::Reply(200, Vec::new(), Vec::new()))).await;
    let wish = wish(&format!("{}/telegram/webhook", listener.url), "secret_A-1");
    assert_eq!(Setup::new(client(&simulator.base_url())).reconcile_webhook(&wish, BUDGET).await, Ok(true));
    let sent = simulator.send_text(ADA.0, "/start ref").unwrap();
    simulator.wait_update(sent.update_id, PATIENCE).await.unwrap();
    simulator.block(ADA.0);
    simulator.wait_idle(PATIENCE).await.unwrap();
    let seen = listener.seen();
    assert_eq!(seen[0].path, "/telegram/webhook");
    assert_eq!(seen[0].header("x-telegram-bot-api-secret-token"), Some("secret_A-1"));
    let incoming = read_update(1, &seen[0].body).unwrap();
    assert_eq!((incoming.key.update, incoming.sender.chat), (sent.update_id, ADA));
    assert_eq!(incoming.sender.language.as_deref(), Some("ru"));
    assert_eq!(incoming.event, Event::Command { name: "start".to_owned(), arguments: "ref".to_owned() });
    assert_eq!(read_update(1, &seen[1].body).unwrap().event, Event::Membership { gone: true });
    assert_correct(&simulator);
}

#[tokio::test]
async fn a_start_without_telegram_ends_with_its_budget() {
    let setup = Setup::new(client("http://127.0.0.1:1"));
    let result = setup.identify(Duration::from_millis(500)).await;
    assert!(matches!(result, Err(CallError::Unreached { .. })), "{result:?}");
}
