//! Telegram refuses, breaks, limits: what is to be shown comes in the end, and comes once.

use sandbox::telegram::{Fault, MessageKind};

use crate::bound::{SOON, until};
use crate::ground::Ground;
use crate::shelf::Shelf;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;
const MEGABYTE: usize = 1024 * 1024;

/// The menu is refused by a limit, by a proxy, and by a broken line; Telegram repeats the update until it was shown.
pub(crate) async fn refused_screens_come_in_the_end(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    for fault in [Fault::HtmlPage(502), Fault::Status(429, Some(1)), Fault::HangUpBefore] {
        stage.telegram.fail_next("sendMessage", fault);
    }
    ann.start().await;
    for fault in [Fault::HtmlPage(502), Fault::HangUpBefore] {
        stage.telegram.fail_next("editMessageText", fault);
    }
    ann.press(&ann.words.of("button-help")).await;
    ann.is_told("help-text").await;
    stage.telegram.wait_idle(SOON).await.expect("every update is taken");
    let shown: Vec<String> = stage
        .telegram
        .messages(ANN)
        .into_iter()
        .filter(|message| message.is_from_bot())
        .map(|message| message.text)
        .collect();
    assert_eq!(shown.len(), 1, "one window, shown once and edited once: {shown:#?}");
    stage.close().await;
}

/// Telegram is asked to repeat an update a few times only; then the screen waits in our own queue.
pub(crate) async fn a_screen_refused_for_long_is_sent_later(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    for _ in 0..4 {
        stage.telegram.fail_next("sendMessage", Fault::HtmlPage(502));
    }
    ann.start().await;
    stage.telegram.wait_idle(SOON).await.expect("the update is taken");
    assert_eq!(stage.last_update("message").attempts, 3);
    assert_eq!(stage.telegram.calls_of("sendMessage").len(), 5, "tried by three updates, then twice from the queue");
    stage.close().await;
}

pub(crate) async fn refused_results_come_once(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    for fault in [Fault::Status(429, Some(1)), Fault::HtmlPage(502), Fault::HangUpBefore] {
        stage.telegram.fail_next("sendPhoto", fault);
    }
    for fault in [Fault::HtmlPage(502), Fault::Status(429, Some(1))] {
        stage.telegram.fail_next("sendDocument", fault);
    }
    ann.order("a cat").await;
    ann.gets_picture().await;
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// Telegram fetches photos of at most 5 MB by address: this one is fetched and uploaded by the bot.
pub(crate) async fn a_large_photo_is_uploaded(ground: Ground) {
    let size = 6 * MEGABYTE;
    let (stage, shelf) = (Stage::open(ground, Plan::webhook()).await, Shelf::with_picture(size).await);
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.next_task_returns(&shelf.result());
    ann.order("a cat").await;
    let result = ann.gets_picture().await;
    for message in [&result.photo, &result.document] {
        assert_eq!(message.media.as_ref().map(|media| media.bytes), Some(size), "{:?}", message.kind);
    }
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// No photo of Telegram's has more than 10 MB, a document has room: the result is delivered.
pub(crate) async fn a_photo_too_large_for_telegram_is_a_document(ground: Ground) {
    let size = 11 * MEGABYTE;
    let (stage, shelf) = (Stage::open(ground, Plan::webhook()).await, Shelf::with_picture(size).await);
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.next_task_returns(&shelf.result());
    ann.order("a cat").await;
    let captioned = ann.sees(|message| message.kind == MessageKind::Document && message.text.contains("Z-Image")).await;
    assert_eq!(captioned.media.as_ref().map(|media| media.bytes), Some(size));
    ann.is_told("progress-done").await;
    assert_eq!(ann.files().0, 0, "no photo");
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}

/// The work was done and is paid; it waits for the person.
pub(crate) async fn who_blocked_the_bot_gets_it_on_return(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().manual()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    ann.order("a cat").await;
    let task = stage.created(1).await;
    stage.telegram.wait_idle(SOON).await.expect("the order was shown");
    stage.telegram.block(ANN);
    assert!(stage.kie.complete(&task));
    until("the result is known", async || {
        let answers = stage.kie.deliveries();
        answers.iter().any(|delivery| delivery.status == Some(200)).then_some(())
    })
    .await;
    stage.telegram.wait_idle(SOON).await.expect("the bot heard of it");
    assert_eq!(ann.files(), (0, 0));
    stage.telegram.unblock(ANN);
    ann.gets_files().await;
    assert_eq!(ann.files(), (1, 1));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0), "it is not refunded");
    stage.close().await;
}
