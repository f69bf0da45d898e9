//! PostgreSQL goes away and comes back: 503 meanwhile, nothing lost.

use reqwest::header::RETRY_AFTER;
use serde_json::json;

use crate::bound::until;
use crate::ground::Ground;
use crate::stage::{Plan, SECRET, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;

fn cut_off() -> Plan {
    Plan { cable: true, ..Plan::webhook() }
}

pub(crate) async fn away_is_503_and_nothing_is_lost(ground: Ground) {
    let stage = Stage::open(ground, cut_off()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    let cable = stage.cable.as_ref().expect("it was asked for");
    cable.cut();
    ann.say("/balance").await;
    let update = stage.last_update("message").update_id;
    let tried = |stage: &Stage| stage.telegram.update(update).is_some_and(|update| update.attempts > 0);
    until("Telegram was refused", async || tried(&stage).then_some(())).await;
    let body = json!({"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": ANN, "type": "private"}, "from": {"id": ANN, "is_bot": false, "first_name": "A"}, "text": "/menu"}});
    let request = stage.http.post(stage.bot.url("/telegram/webhook")).header("x-telegram-bot-api-secret-token", SECRET);
    let answer = request.json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key(RETRY_AFTER));
    let callback = stage.bot.url("/kie/callback/0123456789abcdef0123456789abcdef");
    assert_eq!(stage.call_back(&callback, &json!({"code": 200})).await, 503);
    assert_eq!(stage.bot.status("/health").await, Some(200), "the process lives");
    assert_eq!(stage.bot.status("/ready").await, Some(503));
    cable.mend();
    ann.is_told("balance-text").await;
    until("the bot is ready again", async || stage.bot.status("/ready").await.filter(|status| *status == 200)).await;
    stage.close().await;
}

/// The result comes while there is nowhere to write it.
pub(crate) async fn away_during_a_generation_loses_nothing(ground: Ground) {
    let stage = Stage::open(ground, cut_off().manual()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let task = stage.created(1).await;
    let cable = stage.cable.as_ref().expect("it was asked for");
    cable.cut();
    assert!(stage.kie.complete(&task));
    until("KIE was refused", async || {
        stage.kie.deliveries().iter().any(|delivery| delivery.status == Some(503)).then_some(())
    })
    .await;
    cable.mend();
    ann.gets_picture().await;
    assert_eq!((stage.kie.created().len(), ann.files()), (1, (1, 1)));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}
