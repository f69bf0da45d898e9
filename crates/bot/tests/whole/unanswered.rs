//! KIE does not answer, or takes nothing for now: orders wait or fail, nobody pays, and nothing more is risked.

use sandbox::kie::{Fault, Route};

use crate::ground::Ground;
use crate::stage::{Plan, Stage};
use crate::walk::{PICTURE_PRICE, WELCOME, Words};

const ANN: i64 = 501;

/// A bare 500, a gateway's page, silence: each order may have been made and is never sent again. After three of them the next one waits.
pub(crate) async fn three_outages_make_orders_wait_and_say_so(ground: Ground) {
    let stage = Stage::open(ground, Plan::polling()).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    for fault in [Fault::Code(500, "Internal Error".to_owned()), Fault::HtmlPage502, Fault::Delay(3000)] {
        stage.kie.fail_next(Route::CreateTask, fault);
        ann.order("a cat").await;
        let told = ann.is_told("failure-answer-lost").await;
        assert!(told.text.contains(&ann.words.of("generation-not-charged")), "{}", told.text);
    }
    assert_eq!(ann.balance().await, (WELCOME, 0));
    ann.order("a patient cat").await;
    ann.is_told("generation-resting").await;
    assert_eq!(stage.kie.requests(Route::CreateTask), 3, "the fourth is not risked");
    let page = stage.http.get(stage.bot.url("/metrics")).send().await.expect("an answer").text().await.expect("a text");
    assert!(page.contains("kie_breaker_open{family=\"market\"} 1"), "{page}");
    ann.press(&ann.words.of("button-cancel")).await;
    ann.is_told("generation-cancelled").await;
    assert_eq!(ann.balance().await, (WELCOME, 0));
    let told = stage.bot.log().matches("KIE does not answer").count();
    assert_eq!(told, 1, "the owner's log says it once");
    stage.close().await;
}

pub(crate) async fn maintenance_and_a_full_queue_wait_and_succeed(ground: Ground) {
    let stage = Stage::open(ground, Plan::webhook().with("SELLING_PAUSE_MS", "1000")).await;
    let ann = stage.person(ANN, Words::En);
    ann.start().await;
    stage.kie.fail_next(Route::CreateTask, Fault::Code(455, "Service under maintenance".to_owned()));
    stage.kie.fail_next(Route::CreateTask, Fault::Code(550, "The queue is full".to_owned()));
    ann.order("a cat").await;
    ann.gets_picture().await;
    assert_eq!((stage.kie.created().len(), stage.kie.requests(Route::CreateTask)), (1, 3));
    assert_eq!(ann.balance().await, (WELCOME - PICTURE_PRICE, 0));
    stage.close().await;
}
